"""``kamnb match``: ids of another system that may be our accounts, for a person to accept."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import click

from kamnb.cli.options import data_options, refuse_source, tables_of


@click.command()
@data_options
@click.option(
    "--system", default="erp", show_default=True, metavar="NAME", help="What the other system is called in the aliases."
)
@click.option("--take", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Add what was accepted in this file.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("matches.csv"),
    show_default=True,
    help="The file to write; .xlsx for Excel.",
)  # fmt: skip
def match(data: Path, root: Path | None, as_of: date | None, system: str, take: Path | None, output: Path) -> None:
    """Propose accounts for ids that have no row in accounts.

    They are those that invoices, open items and deals name. Fill in the column accept (yes, no, or the id of another account)
    and give the file back with --take: it adds to aliases.csv. Nothing counts that nobody accepted.
    """
    from kamnb.data.door import open_portfolio
    from kamnb.data.matching.pairs import match_parties
    from kamnb.data.matching.parties import list_ours, list_theirs
    from kamnb.data.matching.sheets import read_refused, take_matches, write_matches
    from kamnb.data.settings import load_settings
    from kamnb.errors import SettingsError

    if not all(map(find_spec, ("rapidfuzz", "anyascii"))):
        raise SettingsError("kamnb match needs packages that are not installed: pip install 'kamnb[matching]'")
    settings = load_settings(tables_of(data), root)
    refuse_source(output, tables_of(data), root)
    portfolio = open_portfolio(tables_of(data), root=root, as_of=as_of)
    aliases, ours = settings.root / "aliases.csv", list_ours(portfolio)
    if take:
        fresh, refused, open_ = take_matches(take, ours, aliases)
        click.echo(f"{aliases.name}: {fresh:,} new; {refused:,} refused in no_match.csv; {open_:,} rows decide nothing")
        if settings.names_tables and "aliases" not in settings.tables:
            click.echo('add to kamnb.toml: [aliases] and file = "aliases.csv"')
        return
    refused_ids = read_refused(aliases)
    asked = [each for each in list_theirs(portfolio, settings) if (system, each.id) not in refused_ids]
    matches = match_parties(asked, ours)
    write_matches(matches, system, output)
    proposed = sum(each.proposed is not None for each in matches)
    click.echo(
        f"{len(asked):,} ids have no row in accounts: {proposed:,} proposed, {len(matches) - proposed:,} to choose from several"
    )
    click.echo(f"wrote {output}; next: fill in the column accept, then `kamnb match {data} --take {output}`")

"""``kamnb match``: ids of another system that may be our accounts, for a person to accept."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import click

from kamnb.cli.options import CsvFile, data_options, refuse_source, tables_of, write_command


@click.command()
@data_options
@click.option(
    "--system", default="erp", show_default=True, metavar="NAME", help="What the other system is called in the aliases."
)
@click.option("--take", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Add what was accepted in this file.")
@click.option(
    "-o", "--output", type=CsvFile(also=".xlsx"), default=Path("matches.csv"),
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
    from kamnb.data.report import say_count
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
        click.echo(f"{aliases.name}: {fresh:,} new; {refused:,} refused in no_match.csv; {say_count(open_, 'row')} left open")
        if settings.names_tables and "aliases" not in settings.tables:
            click.echo('add to kamnb.toml: [aliases] and file = "aliases.csv"')
        return
    refused_ids = read_refused(aliases)
    asked = [each for each in list_theirs(portfolio, settings) if (system, each.id) not in refused_ids]
    matches = match_parties(asked, ours)
    proposed = sum(each.proposed is not None for each in matches)
    several, alone = len(matches) - proposed, len(asked) - len(matches)
    if not asked:
        click.echo("every id that invoices, open items and deals name has a row in accounts, or was refused before")
    else:
        has = f"{say_count(len(asked), 'id')} {'has' if len(asked) == 1 else 'have'} no row in accounts"
        click.echo(f"{has}: {proposed:,} proposed, {several:,} to choose from several, {alone:,} like none of ours")
    if not matches:
        click.echo("there is nothing to decide, and no file is written")
        return
    write_matches(matches, system, output)
    give_back = write_command("match", data, "--take", output, root=root, as_of=as_of)
    click.echo(f"wrote {output}; next: fill in the column accept, then {give_back}")

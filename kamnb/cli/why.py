"""``kamnb why``: why scores, places, stages, revenue and margin are others than on an earlier day."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import CsvFile, Day, criteria_option, data_options, open_tables, tables_of


@click.command()
@data_options
@criteria_option
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only this account, with the rows that did it.")
@click.option("--since", type=Day(), required=True, help="The earlier day.")
@click.option(
    "--criteria-before",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The scoring model of then, where it was another; --since may then be the day of the analysis.",
)
@click.option("-o", "--output", type=CsvFile(), help="CSV file to write: every part and row.")
def why(
    data: Path,
    root: Path | None,
    as_of: date | None,
    criteria_file: Path | None,
    accounts: tuple[str, ...],
    since: date,
    criteria_before: Path | None,
    output: Path | None,
) -> None:
    """Say what moved since a day, and why.

    Every change is shown in its parts, and under each part the rows that did it.
    """
    from kamnb.analysis import choose_criteria, require_accounts
    from kamnb.analysis.explaining import explain_since
    from kamnb.data.saving import write_whole
    from kamnb.display.portfolio.why import explain_account, explain_all
    from kamnb.indicators import list_accounts
    from kamnb.reports.why import render_why
    from kamnb.scoring import load_criteria

    tables = tables_of(data)
    portfolio = open_tables(tables, root, as_of, output)
    require_accounts(accounts, list_accounts(portfolio).index)
    chosen = choose_criteria(portfolio, tables, criteria_file)
    click.echo(f"scoring model: {chosen.source}{f', then {criteria_before}' if criteria_before else ''}")
    explained = explain_since(portfolio, chosen.criteria, since, load_criteria(criteria_before) if criteria_before else None)
    if output:
        write_whole(output, render_why(explained, accounts))
    for account in dict.fromkeys(accounts):
        for part in explain_account(explained, account):
            click.echo(f"{part}\n")
    for part in () if accounts else explain_all(explained):
        click.echo(f"{part}\n")
    if output:
        click.echo(f"wrote {output}")

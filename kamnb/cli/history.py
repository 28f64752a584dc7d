"""``kamnb history``: how accounts stood at earlier quarter ends, and where that is not what was told then."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import CsvFile, criteria_option, data_options, open_tables, reports_of, tables_of


@click.command()
@data_options
@criteria_option
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only this account, quarter end by quarter end.")
@click.option(
    "--kept",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of what was told; else history/ in reports, beside the workbook.",
)
@click.option("-o", "--output", type=CsvFile(), help="CSV file to write: every account and day.")
def history(
    data: Path,
    root: Path | None,
    as_of: date | None,
    criteria_file: Path | None,
    accounts: tuple[str, ...],
    kept: Path | None,
    output: Path | None,
) -> None:
    """Say how accounts stood at the last quarter ends.

    They are scored by the model of today; what was told otherwise then is said.
    """
    from kamnb.analysis import choose_criteria, require_accounts, score_portfolio
    from kamnb.analysis.history import trace_history
    from kamnb.analysis.restating import find_restatements
    from kamnb.data.saving import write_whole
    from kamnb.display.portfolio.past import list_restatements, tabulate_counts, tabulate_moves, tabulate_past
    from kamnb.indicators import list_accounts
    from kamnb.reports.past import render_past
    from kamnb.reports.snapshots import FOLDER, choose_latest, read_snapshots

    tables = tables_of(data)
    told = read_snapshots(kept or reports_of(data) / FOLDER)
    portfolio = open_tables(tables, root, as_of, output)
    require_accounts(accounts, list_accounts(portfolio).index)
    chosen = choose_criteria(portfolio, tables, criteria_file)
    click.echo(f"scoring model: {chosen.source}")
    scored = score_portfolio(portfolio, chosen.criteria)
    past = trace_history(scored)
    latest = choose_latest(told, past.days[0], scored.as_of)
    restated = find_restatements(scored, latest)
    if output:
        write_whole(output, render_past(scored, past, latest, restated, accounts))
    days = [each.day for each in latest]
    for account in dict.fromkeys(accounts):
        for part in (tabulate_past(scored, past, account), *list_restatements(scored, restated, days, account)):
            click.echo(f"{part}\n")
    if not accounts:
        for part in (tabulate_counts(scored, past), tabulate_moves(scored, past), *list_restatements(scored, restated, days)):
            click.echo(f"{part}\n")
    if output:
        click.echo(f"wrote {output}")

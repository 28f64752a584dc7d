"""``kamnb kpis``: which KPIs to pay for within the yearly measuring budget."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import CsvFile, data_options, open_tables, reports_of, tables_of


@click.command()
@data_options
@click.option("--budget", required=True, metavar="N", help="Money a year for measuring, in the reporting currency.")
@click.option(
    "-o",
    "--output",
    type=CsvFile(),
    help="File to write; else reports/kpis.csv beside the workbook.",
)
def kpis(data: Path, root: Path | None, as_of: date | None, budget: str, output: Path | None) -> None:
    """Choose the KPIs that serve most objectives within a budget.

    Why each is in or out is said.
    """
    from kamnb.data.saving import write_whole
    from kamnb.display.kpis.choice import list_gaps, list_remarks, say_choice
    from kamnb.errors import DataError
    from kamnb.planning.alignment import align_portfolio, read_budget
    from kamnb.reports.kpis import render_kpis

    read_budget(budget)
    tables, target = tables_of(data), output or reports_of(data) / "kpis.csv"
    portfolio = open_tables(tables, root, as_of, target)
    missing = [f"no table {name}: give {name}.csv" for name in ("objectives", "kpis") if not portfolio.has(name)]
    if missing:
        raise DataError(missing, "no KPI was chosen")
    aligned = align_portfolio(portfolio, budget)
    write_whole(target, render_kpis(aligned))
    for part in (say_choice(aligned), list_gaps(aligned), list_remarks(aligned)):
        click.echo(part)
    click.echo(f"wrote {target}")

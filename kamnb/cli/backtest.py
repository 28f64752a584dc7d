"""``kamnb backtest``: whether scores of then would have told what came."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import CsvFile, criteria_option, data_options, open_tables, tables_of


@click.command()
@data_options
@criteria_option
@click.option("-o", "--output", type=CsvFile(), help="CSV file to write: every measure.")
def backtest(data: Path, root: Path | None, as_of: date | None, criteria_file: Path | None, output: Path | None) -> None:
    """Say whether scores of one and two years ago told what came.

    Stage, findings and selection, too, each against three baselines.
    """
    from kamnb.analysis import choose_criteria, load_method
    from kamnb.analysis.backtest import judge, recall
    from kamnb.data.saving import write_whole
    from kamnb.display.confidence.backtest import show_backtest
    from kamnb.reports.scores import render_csv

    tables = tables_of(data)
    portfolio = open_tables(tables, root, as_of, output)
    chosen, method = choose_criteria(portfolio, tables, criteria_file), load_method(portfolio.own)
    click.echo(f"scoring model: {chosen.source}")
    found = recall(portfolio, chosen, method)
    judged = judge(found.rows, method.horizon.backtest)
    for part in show_backtest(found, judged):
        click.echo(f"{part}\n")
    if output:
        write_whole(output, render_csv(judged, "%.10g"))
        click.echo(f"wrote {output}")

"""``kamnb programme``: do the managers have the hours that the portfolio asks for."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import CsvFile, criteria_option, data_options, open_tables, tables_of


@click.command()
@data_options
@criteria_option
@click.option("-o", "--output", type=CsvFile(), help="File to write: hours and manager of every account.")
def programme(data: Path, root: Path | None, as_of: date | None, criteria_file: Path | None, output: Path | None) -> None:
    """Say who is overloaded, and which hours to move where.

    Also who is to look after which account.
    """
    from kamnb.analysis import analyse, choose_criteria
    from kamnb.data.saving import write_whole
    from kamnb.display.programme import programme as show
    from kamnb.reports.programme import render_programme

    tables = tables_of(data)
    portfolio = open_tables(tables, root, as_of, output)
    chosen = choose_criteria(portfolio, tables, criteria_file)
    click.echo(f"scoring model: {chosen.source}")
    analysis = analyse(portfolio, chosen.criteria)
    if output:
        write_whole(output, render_programme(analysis))
    for part in (
        show.list_headlines(analysis), show.say_hours(analysis), show.tabulate_loads(analysis), show.say_assignment(analysis),
        show.tabulate_assignment(analysis), show.say_maturity(analysis),
    ):  # fmt: skip
        click.echo(part)
    if output:
        click.echo(f"wrote {output}")

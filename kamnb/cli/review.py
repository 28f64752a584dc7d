"""``kamnb review``: the paper of the review meeting."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import criteria_option, data_options, format_option, reports_of, tables_of


@click.command()
@data_options
@criteria_option
@click.option(
    "--since",
    default="last review",
    show_default=True,
    metavar="DATE",
    help='Say what moved since this day; "last review" is the day of the last decisions.',
)
@format_option("the page is always written")
@click.option("--force", is_flag=True, help="Make it also where nothing that it is made from is another.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; else reports, beside the workbook.",
)  # fmt: skip
def review(
    data: Path,
    root: Path | None,
    as_of: date | None,
    criteria_file: Path | None,
    since: str,
    formats: tuple[str, ...],
    force: bool,
    output: Path | None,
) -> None:
    """Write the review of the portfolio, two pages.

    It says what to decide now, what moved and why, what is due, and which effort to move.
    """
    from kamnb.cli.report import tell_portfolio
    from kamnb.reports.batch import write_reports
    from kamnb.reports.order import Order

    order = Order(
        tables_of(data), root, as_of, criteria_file, output=output or reports_of(data), since=since, force=force,
        only_review=True, formats=formats,
    )  # fmt: skip
    run = write_reports(order, say=click.echo)
    tell_portfolio(run)
    if run.portfolio_failures:
        raise SystemExit(1)
    click.echo(f"open {run.portfolio['review']}")

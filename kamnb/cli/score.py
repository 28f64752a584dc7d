"""``kamnb score``: every account's scores and place, as a CSV file."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import CsvFile, criteria_option, data_options, open_tables, reports_of, tables_of


@click.command()
@data_options
@criteria_option
@click.option(
    "-o",
    "--output",
    type=CsvFile(),
    help="File to write; else reports/scores.csv beside the workbook.",
)
@click.option(
    "--keep", is_flag=True, help="Keep what is told in history/ beside the file, so that later runs can be held against it."
)
def score(data: Path, root: Path | None, as_of: date | None, criteria_file: Path | None, output: Path | None, keep: bool) -> None:
    """Score every account and place it in the portfolio matrix."""
    from kamnb.analysis import choose_criteria, score_portfolio
    from kamnb.data.saving import write_whole
    from kamnb.display.parts.losses import list_losses
    from kamnb.display.portfolio.summaries import say_placement
    from kamnb.reports.scores import render_scores
    from kamnb.reports.snapshots import FOLDER, keep_snapshot

    tables, target = tables_of(data), output or reports_of(data) / "scores.csv"
    portfolio = open_tables(tables, root, as_of, target)
    chosen = choose_criteria(portfolio, tables, criteria_file)
    click.echo(chosen.save(target.parent))
    scored = score_portfolio(portfolio, chosen.criteria)
    write_whole(target, render_scores(scored))
    for line in (*list_losses(portfolio, scored.currency), *say_placement(scored)):
        click.echo(line)
    click.echo(f"wrote {target}")
    if keep:
        kept = keep_snapshot(scored, chosen, target.parent / FOLDER)
        click.echo(
            f"kept what was told as {kept}" if kept else f"kept nothing new: {target.parent / FOLDER} says the same already"
        )

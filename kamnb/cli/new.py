"""``kamnb new``: a workbook of one's own."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--sample", is_flag=True, help="With the sample's tables instead of empty ones.")
def new(folder: Path, sample: bool) -> None:
    """Make a workbook: notebooks, settings, and empty tables with their headers."""
    from kamnb.reports.workbook import make_workbook

    written = make_workbook(folder, sample=sample)
    click.echo(f"wrote {len(written)} files to {folder}")
    click.echo(f"next: {'' if sample else 'fill the tables in ' + str(folder / 'data') + ', then '}kamnb report {folder}")

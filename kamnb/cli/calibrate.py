"""``kamnb calibrate``: a first scoring model whose money anchors fit this portfolio."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import data_options, tables_of


@click.command()
@data_options
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The criteria.toml to write."
)
def calibrate(data: Path, root: Path | None, as_of: date | None, output: Path) -> None:
    """Write a first criteria.toml with anchors at this portfolio's 10th, 50th and 90th percentile."""
    from kamnb.analysis import calibrate_model
    from kamnb.data.door import open_portfolio
    from kamnb.data.saving import write_whole

    if output.exists():
        raise click.UsageError(f"{output} exists and is not overwritten; give another name or move it away")
    portfolio = open_portfolio(tables_of(data), root=root, as_of=as_of)
    write_whole(output, calibrate_model(portfolio))
    click.echo(f"wrote {output}; review its weights and anchors, from now on they are fixed")

"""``kamnb scorecard``: recompute a weighted scorecard and say where its arithmetic is wrong."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def scorecard(file: Path) -> None:
    """Recompute the weights and totals of an Excel or CSV scorecard."""
    from kamnb.scoring.scorecard.check import check_scorecard

    checked = check_scorecard(file)
    click.echo(str(checked))
    if not checked.ok:
        raise SystemExit(1)

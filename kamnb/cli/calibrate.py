"""``kamnb calibrate``: a first scoring model whose money anchors fit this portfolio."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import data_options, tables_of, write_command


@click.command()
@data_options
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The criteria.toml to write."
)
def calibrate(data: Path, root: Path | None, as_of: date | None, output: Path) -> None:
    """Write a first scoring model whose anchors fit this portfolio.

    They are its 10th, 50th and 90th percentile. Beside it the size of a key account is written, to selection.toml.
    """
    from kamnb.analysis import calibrate_model, calibrate_size
    from kamnb.data.door import open_portfolio
    from kamnb.data.saving import write_whole

    if output.exists():
        raise click.UsageError(f"{output} exists and is not overwritten; give another name or move it away")
    portfolio = open_portfolio(tables_of(data), root=root, as_of=as_of)
    found = calibrate_model(portfolio)
    write_whole(output, found.text)
    click.echo(f"scoring model: {found.source}")
    if found.left:
        click.echo(found.say_left())
    tables = tables_of(data)
    home = (tables if tables.is_dir() else tables.parent).resolve()
    is_found = output.resolve() == home / "criteria.toml"
    write_size(output.with_name("selection.toml"), calibrate_size(portfolio), portfolio.currency, home)
    score = write_command("score", data, *(() if is_found else ("--criteria", output)), root=root, as_of=as_of)
    click.echo(f"wrote {output}: review its weights and anchors, for from now on they are fixed; next: {score}")


def write_size(target: Path, size: float, currency: str, home: Path) -> None:
    """Write the size of a key account to a selection.toml of its own; where there is one, or no size is known, say so."""
    from kamnb.data.saving import write_whole

    money = f"{currency} {size:,.0f}".lstrip()
    where = "" if target.resolve().parent == home else f"; it holds once it lies in {home.name}"
    if size != size:
        click.echo("size of a key account: not calibrated (no revenue of twelve months is known)")
    elif target.exists():
        click.echo(f"size of a key account: {money} would fit this portfolio; {target} exists and is not changed")
    else:
        write_whole(target, f"# Calibrated on one portfolio; from now on the number is fixed.\n[rules]\nsize = {size:_.0f}\n")
        click.echo(f"wrote {target}: a key account is to be worth {money} a year at least{where}")

"""``kamnb new``: a workbook of one's own."""

import sys
from pathlib import Path

import click

from kamnb.cli.options import write_command


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--sample", is_flag=True, help="With the sample's tables instead of empty ones.")
@click.option(
    "--from",
    "exports",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With copies of the files of this folder, a kamnb.toml proposed for them, and the check of both.",
)
def new(folder: Path, sample: bool, exports: Path | None) -> None:
    """Make a workbook: notebooks, settings and empty tables.

    Its START.md says where to begin; the tables are those that matter first.
    """
    from kamnb.reports.workbook import make_workbook

    if sample and exports:
        raise click.UsageError("give --sample or --from, not both")
    written = make_workbook(folder, sample=sample, exports=exports)
    click.echo(f"wrote {len(written)} files to {folder}")
    if exports:
        _bring(folder)
        return
    click.echo(f"where to start: {folder / 'START.md'}")
    fill = "" if sample else f"fill the tables in {folder / 'data'}, then "
    click.echo(f"next: {fill}{write_command('report', folder)} writes the plans")


def _bring(folder: Path) -> None:
    """Propose settings for the files that were copied, and check them; the last line says what is to be done now."""
    from kamnb.cli.check import say_check
    from kamnb.cli.propose import propose_into
    from kamnb.errors import DataError

    tables = folder / "data"
    is_whole = propose_into(tables, Path("kamnb.toml"), ask=False, is_checked=True)
    faults = say_check(folder) if (tables / "kamnb.toml").exists() else ()
    if faults:
        click.echo(f"Error: {DataError(faults, 'nothing was computed')}", err=True)
    if not is_whole or faults:
        click.echo(
            f"next: answer the questions with {write_command('propose', tables, '--ask')}, or decide what is open in "
            f"{tables / 'kamnb.toml'}; then {write_command('check', folder)}"
        )
        sys.exit(1)
    click.echo(f"next: {write_command('report', folder)} writes the plans")

"""``kamnb check``: say whether this data is fit to be analysed."""

import json
import sys
from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import data_options, tables_of, write_command


@click.command()
@data_options
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for check.json and the rows that were set aside.",
)
def check(data: Path, root: Path | None, as_of: date | None, as_json: bool, output: Path | None) -> None:
    """Say what of the tables is read, kept, set aside and missing."""
    faults = say_check(data, root, as_of, as_json, output)
    if not as_json and not _lacks_settings(tables_of(data)):
        click.echo(_say_next(faults, data, root, as_of))
    _end(faults, tables_of(data))


def say_check(
    data: Path, root: Path | None = None, as_of: date | None = None, as_json: bool = False, output: Path | None = None
) -> tuple[str, ...]:
    """Say what the door makes of the tables; return the faults."""
    from kamnb.analysis import check_workbook
    from kamnb.data.report import say_kept

    day, aside = as_of.isoformat() if as_of else "", str(output / "set_aside") if output else None
    report = check_workbook(str(tables_of(data)), day, str(root) if root else None, aside)
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False)
    for line in say_kept(report):
        click.echo(line, err=True)
    if output:
        from kamnb.data.saving import write_whole

        write_whole(output / "check.json", text + "\n")
    click.echo(text if as_json else "\n".join(report.say_lines()))
    if not report.faults and not as_json and not output and report.has_set_aside:
        click.echo("-o DIR writes the rows that were set aside to DIR/set_aside/")
    return report.faults


def _say_next(faults: tuple[str, ...], data: Path, root: Path | None, as_of: date | None) -> str:
    """Say what to do now."""
    if faults:
        again = write_command("check", data, root=root, as_of=as_of)
        return f"next: put right what is said below, in the files or in kamnb.toml, then again {again}"
    return f"next: {write_command('report', data, root=root, as_of=as_of)} writes the plans"


def _end(faults: tuple[str, ...], tables: Path) -> None:
    """End with the faults; a folder without settings also with what writes them."""
    from kamnb.errors import DataError

    error = DataError(faults, "nothing was computed") if faults else None
    if _lacks_settings(tables):
        if error:
            click.echo(f"Error: {error}", err=True)
        click.echo(f"there is no kamnb.toml; {write_command('propose', tables)} writes one from what the files hold", err=True)
        sys.exit(1 if error else 0)
    if error:
        raise error


def _lacks_settings(tables: Path) -> bool:
    return tables.is_dir() and not (tables / "kamnb.toml").exists()

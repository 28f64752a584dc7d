"""Arguments and options that several commands share."""

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kamnb.data.portfolio import Portfolio


class Day(click.ParamType):  # type: ignore[type-arg]  # older clicks that are allowed cannot be subscripted
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with how a day is written."""
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(f'"{value}" is not a day; write it as YYYY-MM-DD', param, ctx)


class CsvFile(click.Path):
    """A CSV file to write, or what else `also` names: its name must not promise another format."""

    def __init__(self, also: str = "") -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self.also = also

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or fail where its ending is that of another format."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.suffix.lower() in _OTHERS - {self.also}:
            self.fail(
                f'"{value}" would be no {path.suffix[1:]} file but CSV; name it {path.with_suffix(".csv").name}', param, ctx
            )
        return path


_OTHERS = {
    ".docx", ".gz", ".htm", ".html", ".ipynb", ".json", ".md", ".ods", ".parquet", ".pdf", ".png", ".pptx", ".py", ".sql", ".svg",
    ".toml", ".xls", ".xlsb", ".xlsm", ".xlsx", ".xml", ".zip",
}  # fmt: skip


def write_command(name: str, *words: object, root: Path | None = None, as_of: date | None = None) -> str:
    """Return a command as it is typed, with the options by which it reads the data that this one has read.

    Examples
    --------
    >>> write_command("report", Path("my data"), root=Path("exports"), as_of=date(2026, 6, 30))
    "`kamnb report 'my data' --root exports --as-of 2026-06-30`"
    """
    options = [*(("--root", root) if root else ()), *(("--as-of", as_of) if as_of else ())]
    join = subprocess.list2cmdline if os.name == "nt" else shlex.join
    return f"`{join([str(word) for word in ('kamnb', name, *words, *options)])}`"


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add DATA, --root and --as-of to a command."""
    command = click.option(
        "--as-of", type=Day(), help="Day of the analysis; else that of kamnb.toml, else the last invoice date."
    )(command)
    command = click.option(
        "--root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The folder from which relative paths of data start.",
    )(command)
    return click.argument("data", type=click.Path(exists=True, path_type=Path))(command)


criteria_option = click.option(
    "--criteria",
    "criteria_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The scoring model; else that of kamnb.toml, else DATA/criteria.toml, else one calibrated on this portfolio.",
)


def _read_formats(_: click.Context, __: click.Parameter, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip())) or ("html",)


def format_option(also: str) -> Callable[..., Any]:
    """Return --format for a command, with what it does besides; the command gets the names, the page's where none is given."""
    return click.option(
        "--format",
        "formats",
        default="html",
        show_default=True,
        metavar="NAMES",
        callback=_read_formats,
        help=f"What to write, with commas between: html, pdf, docx, xlsx, pptx; {also}.",
    )


on_option = click.option("--on", type=Day(), help="The day it is done; else today.")


def open_tables(tables: Path, root: Path | None, as_of: date | None, output: Path | None) -> "Portfolio":
    """Open the tables, and say what is to be known of it; what was set aside goes beside the file that is written.

    Nothing is written into the data folder: then it is said how to see the rows that were set aside, if there are any.
    """
    from kamnb.data.door import open_portfolio
    from kamnb.data.report import say_kept

    refuse_source(output, tables, root)
    is_inside = output and output.parent.resolve() == (tables if tables.is_dir() else tables.parent).resolve()
    portfolio = open_portfolio(
        tables, root=root, as_of=as_of, set_aside=output.parent / "set_aside" if output and not is_inside else None
    )
    for line in say_kept(portfolio.report):
        click.echo(line)
    if is_inside and portfolio.report and portfolio.report.has_set_aside:
        click.echo("rows that were set aside are not written into the data folder; give -o in another folder to see them")
    return portfolio


def refuse_source(output: Path | None, tables: Path, root: Path | None) -> None:
    """Refuse to write over a file that is read: a table, what people entered, a snapshot of what was told."""
    from kamnb.data.cache import list_sources
    from kamnb.data.entries import find_entries
    from kamnb.data.settings import load_settings
    from kamnb.errors import SettingsError

    if not output or not output.exists():
        return
    settings = load_settings(tables, root)
    read = {*list_sources(settings), *(source.path for source in find_entries(settings.home).values())}
    if output.resolve() in {path.resolve() for path in read}:
        raise SettingsError(f"{output}: is read as a table and not written over; give -o another name")
    if output.parent.name == "history" and re.fullmatch(r"\d{4,}_\d{4}-\d\d-\d\d\.csv", output.name):
        raise SettingsError(f"{output}: is what was told, which is not written over; give -o another name")


def reports_of(data: Path, folder: str = "reports") -> Path:
    """Return where a command writes that was not told where: beside the workbook, never into the folder one happens to stand in.

    Nothing in a folder below the tables is read as a table.
    """
    home = data if data.is_dir() else data.parent
    whole = home.absolute()
    if data.is_dir() and whole.name == "data" and (whole.parent / "notebooks").is_dir():
        home = home.parent if home.name else whole.parent
    return home / folder


def tables_of(data: Path) -> Path:
    """Return where the tables of DATA are: a workbook made by ``kamnb new`` keeps them in data/."""
    inside = data / "data"
    return inside if (data / "notebooks").is_dir() and inside.is_dir() and not (data / "kamnb.toml").exists() else data

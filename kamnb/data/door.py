"""The door: files in, a checked portfolio out; everything wrong is said at once."""

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from kamnb.data.cache import copy_aside, find_kept
from kamnb.data.databases.reading import read_databases
from kamnb.data.entries import find_entries
from kamnb.data.handed import take_handed
from kamnb.data.held import HeldDoor, open_passing
from kamnb.data.portfolio import Portfolio
from kamnb.data.report import DoorReport, Remark
from kamnb.data.settings import DataSettings, load_settings
from kamnb.errors import DataError, SettingsError


def open_portfolio(
    data: str | Path,
    *,
    root: str | Path | None = None,
    as_of: date | None = None,
    folder: str | Path | None = None,
    set_aside: str | Path | None = None,
    entries: str | Path | None = None,
    tables: Mapping[str, Any] | None = None,
    held: HeldDoor | None = None,
) -> Portfolio:
    """Read a company's tables and return them as a portfolio.

    Parameters
    ----------
    data : path
        A folder with tables, or a ``kamnb.toml``.
    root : path, optional
        Where relative paths of data point.
    as_of : date, optional
        The day of the analysis; else the settings' ``as_of``, else the last invoice date.
    folder : path, optional
        Where the checked tables are kept as Parquet; a temporary folder by default.
    set_aside : path, optional
        Folder for the rows that were set aside, one CSV per table; not written by default.
    entries : path, optional
        The folder that holds ``entries/``; that of the settings by default. Another one shows a plan before it is saved.
    tables : mapping of table name to rows, optional
        Tables that are handed in instead of read: a reader or table of Arrow, a DataFrame, a cursor of a DB-API connection
        that has run its query, or a pair of a connection and a query.
    held : HeldDoor, optional
        Holds the company's tables as they passed before, so that only entries pass anew where nothing else is changed. What is
        kept beside the settings is not taken then: the tables are held at once.

    Returns
    -------
    Portfolio
        ``portfolio.report`` holds what the door said.

    Raises
    ------
    SettingsError, DataError
        With every fault found; nothing is computed then.

    Examples
    --------
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> portfolio.as_of.isoformat(), portfolio.currency
    ('2026-06-30', 'EUR')
    """
    report, portfolio = inspect_data(
        data, root=root, as_of=as_of, folder=folder, set_aside=set_aside, entries=entries, tables=tables, held=held
    )
    if portfolio is None:
        raise DataError(report.faults, "nothing was computed")
    return portfolio


def inspect_data(
    data: str | Path,
    *,
    root: str | Path | None = None,
    as_of: date | None = None,
    folder: str | Path | None = None,
    set_aside: str | Path | None = None,
    entries: str | Path | None = None,
    tables: Mapping[str, Any] | None = None,
    held: HeldDoor | None = None,
) -> tuple[DoorReport, Portfolio | None]:
    """Read as `open_portfolio` does, but return the report even where faults stop the run.

    What passed is kept by content beside the settings, as `kamnb.data.cache` writes it; the same content need not pass again.

    Returns
    -------
    report : DoorReport
    portfolio : Portfolio or None
        None where ``report.faults`` is not empty.
    """
    import duckdb

    settings = load_settings(data, root)
    found = find_entries(Path(entries) if entries else settings.home)
    work = Path(folder).resolve() if folder else _temporary_folder()
    work.mkdir(parents=True, exist_ok=True)
    settings = take_handed(settings, tables, work / "handed") if tables else settings
    settings, told = read_databases(settings)
    kept = None if tables else find_kept(settings, found, as_of)
    if set_aside is not None:
        _refuse_data(Path(set_aside), settings, kept.sources if kept else ())
    if kept and not held and (passed := kept.take(work)):
        _give_aside(work, set_aside)
        return _tell(told, *passed)
    try:
        if held:
            report, portfolio = held.pass_through(settings, found, as_of, work, kept.company if kept else "")
        else:
            with open_passing(settings, work, found) as (passing, listed):
                passing.take(listed, as_of)
                for name in found:
                    passing.add_entries(name)
                report, portfolio = passing.finish()
    except duckdb.Error as error:
        raise DataError(f"{settings.source}: the tables cannot be worked on: {str(error).splitlines()[0]}") from error
    _give_aside(work, set_aside)
    if kept and portfolio:
        kept.save(report, portfolio)
    return _tell(told, report, portfolio)


def _tell(told: list[Remark], report: DoorReport, portfolio: Portfolio | None) -> tuple[DoorReport, Portfolio | None]:
    """Say with the report what is to be known of where tables were had from, which is another each time."""
    report = replace(report, remarks=(*told, *report.remarks))
    return report, replace(portfolio, report=report) if portfolio else None


def _give_aside(work: Path, set_aside: str | Path | None) -> None:
    if set_aside is not None:
        copy_aside(work, Path(set_aside))


def _refuse_data(folder: Path, settings: DataSettings, sources: Iterable[Path]) -> None:
    """Refuse a folder for rows set aside that data are read from."""
    if folder.resolve() in {settings.root.resolve(), *(path.parent.resolve() for path in sources)}:
        raise SettingsError(f"{folder}: holds the data, where nothing is written; give another folder for the rows set aside")


def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kamnb-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder

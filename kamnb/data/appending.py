"""Adding entries: checked as the door checks, appended whole or not at all, with nothing of others lost."""

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kamnb.data.accounts import AccountIds
from kamnb.data.columns import map_columns
from kamnb.data.counts import find_reasons
from kamnb.data.engine import open_database
from kamnb.data.entries import ABOUT, FOLDER, STAMP, STRUCK, declare_entries
from kamnb.data.files import Source
from kamnb.data.queries import read_raw
from kamnb.data.remarks import find_unread
from kamnb.data.report import Remark
from kamnb.data.rows import check_rows
from kamnb.data.saving import hold_lock, write_whole
from kamnb.data.settings import Ids, TableSettings
from kamnb.data.tables import TABLES
from kamnb.errors import DataError, SettingsError

Row = Mapping[str, str]
"""Cells by column, as text; a column that is not named is empty."""


@dataclass(frozen=True)
class Stamp:
    """Who saves, on which day, and where the rows were given.

    Examples
    --------
    >>> Stamp("Kim", date(2026, 6, 30), "desk").cells
    {'saved_on': '2026-06-30', 'saved_by': 'Kim', 'saved_from': 'desk'}
    """

    by: str
    on: date
    source: str = "desk"

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.by.isprintable():
            raise SettingsError(f'saved by "{self.by[:40]}": is not a name; say who saves')

    @property
    def cells(self) -> dict[str, str]:
        """The stamp as cells of a row."""
        return dict(zip(STAMP, (self.on.isoformat(), " ".join(self.by.split()), self.source), strict=True))


def add_entries(
    home: Path,
    rows: Mapping[str, Sequence[Row]],
    stamp: Stamp,
    *,
    seen: Mapping[str, int] | None = None,
    struck: Mapping[str, Sequence[Row]] | None = None,
) -> list[Path]:
    """Append rows to the files of entries; two who save at once wait for each other.

    Parameters
    ----------
    home : Path
        The folder of the workbook's settings.
    rows : mapping of table to rows
    stamp : Stamp
    seen : mapping of table to int, optional
        How many entries there were when the rows were made, as `count_entries` says. Where someone saved another row about the
        same thing since, nothing is saved.
    struck : mapping of table to rows, optional
        What is struck out: these are appended as they are, marked, and what they are about counts no more.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    DataError
        With every fault: what the door would not take, and what others saved meanwhile. Nothing was saved then.

    Examples
    --------
    >>> row = {"account_id": "A", "criterion": "trust", "score": "8", "rated_on": "2026-06-30", "rater": "Kim"}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = add_entries(Path(folder), {"ratings": [row]}, Stamp("Kim", date(2026, 6, 30)))
    ...     count_entries(Path(folder))["ratings"]
    1
    """
    marked = {name: [{**row, **stamp.cells, STAMP[2]: STRUCK} for row in some] for name, some in (struck or {}).items()}
    stamped = {name: [{**row, **stamp.cells} for row in some] for name, some in rows.items()}
    given = {name: some for name in ABOUT if (some := [*stamped.get(name, []), *marked.get(name, [])])}
    faults = [str(fault) for name, some in given.items() for fault in check_entries(name, some)]
    if faults:
        raise DataError(faults, "nothing was saved")
    with _hold(home / FOLDER):
        found = {name: read_entries(home, name) for name in given}
        faults = [each for name, some in given.items() for each in _find_conflicts(name, found[name], some, seen or {})]
        if faults:
            raise DataError(faults, "nothing was saved")
        texts = {name: _append(home / FOLDER / f"{name}.csv", name, some) for name, some in given.items()}
        return [write_whole(home / FOLDER / f"{name}.csv", text) for name, text in texts.items()]


def check_entries(name: str, rows: Sequence[Row]) -> list[Remark]:
    """Return what the door would set aside or make unknown of rows of a table.

    Examples
    --------
    >>> for fault in check_entries("insight", [{"account_id": "A", "topic": "weather", "confirmed_on": "2026-06-30"}]):
    ...     print(fault)
    insight, row 1, topic: "weather" is not one of marketplace, strategy, customers_wants, value_added, profit_source
    """
    strange = sorted({column for row in rows for column in row} - {*TABLES[name].names, *STAMP})
    if strange:
        return [Remark(name, "is no column of the table", column=column) for column in strange]
    table = declare_entries(name)
    with tempfile.TemporaryDirectory(prefix="kamnb-") as folder, open_database(Path(folder), ()) as connection:
        path = Path(folder) / f"{name}.csv"
        path.write_text(_write_rows(table.names, rows, header=True), encoding="utf-8", newline="")
        reading = read_raw(connection, table.name, [Source(path)], TableSettings(), Path(folder), None, Path(folder))
        if reading.faults:
            return [Remark(name, fault) for fault in reading.faults]
        connection.execute(f"CREATE VIEW raw_{table.name} AS {reading.rows}")
        mapped = map_columns(connection, table, TableSettings(), Ids(), path.name)
        checked = check_rows(connection, mapped, TableSettings(), AccountIds())
        found = [*find_reasons(connection, checked, ""), *find_unread(connection, checked)]
    return [replace(each, table=name, file="", row=each.row and each.row - 1, remedy="") for each in found]


def read_entries(home: Path, name: str) -> list[dict[str, str]]:
    """Return the entries to a table, in the order in which they were saved."""
    path = home / FOLDER / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]


def count_entries(home: Path) -> dict[str, int]:
    """Return how many entries there are, by table."""
    return {name: len(read_entries(home, name)) for name in ABOUT}


def _find_conflicts(name: str, found: Sequence[Row], rows: Sequence[Row], seen: Mapping[str, int]) -> Iterator[str]:
    if name not in seen:
        return
    since = {_about(name, row): row for row in found[seen[name] :]}
    for row in rows:
        other = since.get(_about(name, row))
        if other and any(other.get(column, "") != row.get(column, "") for column in TABLES[name].names):
            what = " ".join(part for part in _about(name, row) if part)
            yield f"{name}, {what}: {other.get('saved_by', '')} saved it meanwhile; load anew to see it, then save again"


def _about(name: str, row: Row) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in ABOUT[name])


def _append(path: Path, name: str, rows: Sequence[Row]) -> bytes:
    """Return the file with the rows added; what was there stays as it is, byte by byte."""
    before = path.read_bytes() if path.is_file() else b""
    columns: Sequence[str] = (*TABLES[name].names, *STAMP)
    if before:
        columns = next(csv.reader(io.StringIO(before.decode("utf-8-sig"), newline="")))
        lacking = {*STAMP, *(column for row in rows for column, value in row.items() if value)} - {*columns}
        if lacking:
            raise DataError(f"{path}: has no column {', '.join(sorted(lacking))}; nothing was saved")
    text = _write_rows(columns, rows, header=not before)
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    return before + gap + text.encode("utf-8")


def _write_rows(columns: Sequence[str], rows: Sequence[Row], *, header: bool) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if header:
        writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return buffer.getvalue()


@contextmanager
def _hold(folder: Path) -> Iterator[None]:
    """Let no other save in, and take away what one that died left."""
    folder.mkdir(parents=True, exist_ok=True)
    with hold_lock(folder / ".lock"):
        for leftover in folder.glob(".*.part"):
            leftover.unlink(missing_ok=True)
        yield

"""A form that came back: whose it is, and what was known when it was made."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kamnb.desk.forms.answers import Answer
from kamnb.desk.forms.topics import CONFIRM, Topic
from kamnb.desk.forms.writing import FIRST_ROW, HIDDEN, VERSION
from kamnb.errors import DataError

_CORE, _MODIFIED = "docProps/core.xml", re.compile(rb"<dcterms:modified[^>]*>\s*(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Form:
    """A form as it came back.

    Attributes
    ----------
    path : Path
    workbook : str
    manager, name : str
        Id and name of the manager whose form it is.
    made_on, filled_on : date
    is_dated : bool
        Whether the file says when it was saved; if not, its answers are of the day of collecting.
    known : mapping of (sheet, key) to cells
        What stood in it when it was made.
    cells : mapping of (sheet, key) to cells
        What stands in it now; the first of rows of the same key.
    places : mapping of (sheet, key) to the number of its row
    faults : tuple of str
        Cells that say nothing that can be read.
    notes : tuple of str
        Rows that are not read.
    """

    path: Path
    workbook: str
    manager: str
    name: str
    made_on: date
    filled_on: date
    is_dated: bool
    known: dict[tuple[str, str], dict[str, str]]
    cells: dict[tuple[str, str], dict[str, str]]
    places: dict[tuple[str, str], int]
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def list_answers(self, topic: Topic, *, accept: bool) -> Iterator[Answer]:
        """Yield the answers of a topic, as a form of the same manager would be now."""
        now = {line.key: line.known for line in topic.lines}
        for (sheet, key), known in self.known.items():
            if sheet == topic.name:
                cells = self.cells[sheet, key]
                yield Answer(
                    sheet, key, cells.get("Year", ""), known, now.get(key, known), cells, self.name, self.filled_on, accept
                )


def read_form(path: Path, topics: tuple[Topic, ...], on: date) -> Form:
    """Read a form.

    Parameters
    ----------
    path : Path
    topics : tuple of Topic
        Of each only the columns count.
    on : date
        The day of collecting.

    Raises
    ------
    DataError
        If the file is no form, of another version, or lacks sheets, rows or columns; all at once.
    """
    book = _open(path, data_only=True)
    formulas = _open(path, data_only=False) if _has_formulas(path) else None
    if HIDDEN not in book.sheetnames:
        raise DataError(f"{path.name}: is no form made by kamnb form: its hidden sheet is not there")
    head, known = _read_hidden(book[HIDDEN])
    if head.get("version") != VERSION:
        raise DataError(f"{path.name}: is a form of version {head.get('version', '?')}, this is {VERSION}; make a new form")
    missing = [topic.name for topic in topics if topic.name not in book.sheetnames]
    if missing:
        raise DataError(f"{path.name}: lacks the sheet {', '.join(missing)}; put it back, or make a new form")
    cells: dict[tuple[str, str], dict[str, str]] = {}
    places: dict[tuple[str, str], int] = {}
    faults: list[str] = []
    doubtful: list[str] = []
    notes: list[str] = []
    for topic in topics:
        doubtful += _find_uncomputed(path.name, book[topic.name], formulas[topic.name]) if formulas else ()
        for number, row in _read_topic(path.name, book[topic.name], topic, faults):
            key = (topic.name, row["Id"])
            if key in known and key not in cells:
                cells[key], places[key] = row, number
                doubtful += _find_own_words(f"{path.name}, {topic.name}, row {number}", topic, row)
            else:
                why = "its id is not one that the form had" if key not in known else f"it repeats row {places[key]}"
                notes.append(f"{path.name}, {topic.name}, row {number}: not read, {why}; give what is new at the desk")
    gone = [(sheet, key) for sheet, key in known if (sheet, key) not in cells]
    faults += [f"{path.name}, {sheet}: the row of {key} is gone; put it back, or make a new form" for sheet, key in gone]
    if faults:
        raise DataError(faults, "nothing was collected")
    made = date.fromisoformat(head["on"])
    whose = (head["workbook"], head["manager"], head["name"])
    saved = _date_saved(path)
    is_dated = saved is not None and max(made, saved) <= on
    filled = max(made, saved) if saved is not None and is_dated else on
    return Form(path, *whose, made, filled, is_dated, known, cells, places, tuple(doubtful), tuple(notes))


def _open(path: Path, *, data_only: bool) -> Any:
    import openpyxl

    try:
        return openpyxl.load_workbook(path, data_only=data_only)
    except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path.name}: cannot be read as an .xlsx file: {said}") from None


def _has_formulas(path: Path) -> bool:
    """Say whether a sheet of the file may hold a formula, without reading it cell by cell once more."""
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        return any(re.search(rb"<(\w+:)?f[\s>/]", archive.read(name)) for name in sheets)


def _find_uncomputed(name: str, values: Any, formulas: Any) -> Iterator[str]:
    """Yield the formulas that were typed and have no value in the file: what they would say is not known."""
    for row in formulas.iter_rows(min_row=FIRST_ROW):
        for cell in row:
            if cell.data_type == "f" and values[cell.coordinate].value is None:
                yield f"{name}, {values.title}, {cell.coordinate}: holds a formula without a value; write the value"


def _find_own_words(place: str, topic: Topic, row: dict[str, str]) -> Iterator[str]:
    """Yield the answers to "Still right?" that are neither yes nor left empty: not every program shows what may be chosen."""
    for ask in topic.asks:
        if ask.name == CONFIRM and row[CONFIRM].lower() not in ("", *ask.options):
            yield f'{place}, {row[topic.heads[0]]} ({ask.title}): "{row[CONFIRM]}" is not {" or ".join(ask.options)}'


def _read_hidden(sheet: Any) -> tuple[dict[str, str], dict[tuple[str, str], dict[str, str]]]:
    head: dict[str, str] = {}
    known: dict[tuple[str, str], dict[str, str]] = {}
    for row in sheet.iter_rows(values_only=True):
        texts = [_write(value) for value in (*row, None, None, None, None, None)][:5]
        if texts[0] == "known":
            known.setdefault((texts[1], texts[2]), {})[texts[3]] = texts[4]
        elif texts[0]:
            head[texts[0]] = texts[1]
    return head, known


def _read_topic(name: str, sheet: Any, topic: Topic, faults: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a sheet by the names of its columns, wherever these stand now."""
    titles = {_write(cell.value): cell.column for cell in sheet[2]}
    wanted = {head: head for head in ("Id", *topic.heads)} | {ask.title: ask.name for ask in topic.asks}
    gone = [title for title in wanted if title not in titles]
    if gone:
        faults.append(f"{name}, {topic.name}: the column {', '.join(gone)} is gone; put it back, or make a new form")
        return
    for row in sheet.iter_rows(min_row=FIRST_ROW):
        texts = {column: _write(row[titles[title] - 1].value) for title, column in wanted.items()}
        if any(texts.values()):
            yield row[0].row, texts


def _write(value: Any) -> str:
    """Return a cell as text: days as YYYY-MM-DD, numbers in plain spelling."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value).strip()


def _date_saved(path: Path) -> date | None:
    """Return the day on which the file was last saved, as it says itself: where it does not, openpyxl says today."""
    with zipfile.ZipFile(path) as archive:
        core = archive.read(_CORE) if _CORE in archive.namelist() else b""
    found = _MODIFIED.search(core)
    try:
        return date.fromisoformat(found[1].decode()) if found else None
    except ValueError:
        return None

"""A form that came back, read cell by cell: whose it is, what it was made with, what stands in it and beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kamnb.desk.forms.files import Book, open_book, read_saved
from kamnb.desk.forms.questions import ID, NEW
from kamnb.desk.forms.writing import CHANGED, HIDDEN, LISTS, NAMES, START, TEXTS, TITLES, VERSION
from kamnb.desk.spelling import write_cell
from kamnb.errors import DataError

_TOP = 12
"""Rows in which the titles are looked for: somebody may have written above them."""

_MOST = 80
"""Characters of a cell that are told."""


@dataclass(frozen=True)
class Found:
    """A cell: where it stands, and what is in it."""

    place: str
    value: Any

    @property
    def text(self) -> str:
        """What stands in it, as text."""
        return write_cell(self.value)


@dataclass(frozen=True)
class Sheet:
    """What a sheet was made with: the titles of its columns by name, and its rows by id."""

    titles: Mapping[str, str]
    rows: Mapping[str, Mapping[str, str]]


@dataclass
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
    saved_by : str
        Who saved it last, as the file says; empty where it does not.
    made : mapping of sheet to Sheet
        What it was made with.
    cells : mapping of (sheet, id) to cells by column
        What stands in it; rows for something new that were added have an id of their own.
    faults, notes : list of str
        Why it cannot be taken; and what stands in it that is not read, or is gone.
    texts : set of str
        What it was made with beside its rows: questions, titles and help.
    """

    path: Path
    workbook: str
    manager: str
    name: str
    made_on: date
    filled_on: date
    is_dated: bool
    saved_by: str
    made: Mapping[str, Sheet]
    cells: dict[tuple[str, str], dict[str, Found]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)


def read_form(path: Path, on: date) -> Form:
    """Read a form; what is wrong in it and beside it is told by the form itself.

    Parameters
    ----------
    path : Path
    on : date
        The day of collecting.

    Raises
    ------
    DataError
        If the file is no form, or one of another version.
    """
    book = open_book(path)
    if HIDDEN not in book.names:
        raise DataError(f"{path.name}: is no form made by kamnb form: its hidden sheet is not there")
    rows = {row[0]: row[1:] for row in _read_hidden(book.typed[HIDDEN]) if row and row[0]}
    head = {name: (*rows.get(name, ()), "")[0] for name in ("version", "workbook", "manager", "name", "on")}
    if head["version"] != VERSION:
        raise DataError(f"{path.name}: is a form of version {head['version'] or '?'}, this is {VERSION}; make a new form")
    made = date.fromisoformat(head["on"])
    saved, by = read_saved(path)
    is_dated = saved is not None and max(made, saved) <= on
    filled = max(made, saved) if saved is not None and is_dated else on
    form = Form(path, head["workbook"], head["manager"], head["name"], made, filled, is_dated, by, dict(_read_made(rows)))
    form.texts.update(text for key, row in rows.items() if key.endswith((f"/{TEXTS}", f"/{TITLES}")) for text in row)
    for name in form.made:
        if name in book.names:
            _Reader(form, name, book).read()
        else:
            strange = [each for each in book.names if each not in (*form.made, START, HIDDEN, LISTS)]
            hint = f' (is it "{strange[0]}"?)' if strange else ""
            form.faults.append(f"lacks the sheet {name}{hint}; give it its name again, or make a new form")
    _note_others(form, book.typed)
    return form


def _read_hidden(sheet: Any) -> Iterator[tuple[str, ...]]:
    for row in sheet.iter_rows(values_only=True):
        yield tuple(write_cell(value) for value in row)


def _read_made(rows: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Sheet]]:
    for key, row in rows.items():
        name, _, part = key.rpartition("/")
        if part == NAMES:
            names = [each for each in row if each]
            titles = dict(zip(names, rows[f"{name}/{TITLES}"], strict=False))
            known = {other[0]: dict(zip(names, other, strict=False)) for at, other in rows.items() if at.startswith(f"{name}|")}
            yield name, Sheet(titles, known)


def _note_others(form: Form, book: Any) -> None:
    """Note what stands in sheets that the form did not have, and what was written on its first sheet."""
    for sheet in book.worksheets:
        if sheet.title in form.made or sheet.title in (HIDDEN, LISTS):
            continue
        for row in sheet.iter_rows():
            for cell in row:
                text = write_cell(cell.value)
                if text and not (sheet.title == START and text in form.texts):
                    form.notes.append(
                        f"{sheet.title}, {cell.coordinate}: {quote(text)} is not read; answers belong in the yellow cells"
                    )


def quote(text: str) -> str:
    """Put a text between quotes, cut where it is long."""
    return f'"{text if len(text) <= _MOST else text[:_MOST] + "…"}"'


class _Reader:
    """Reads a sheet of a topic into its form."""

    def __init__(self, form: Form, name: str, book: Book) -> None:
        self.form, self.name, self.book, self.sheet = form, name, book, book.typed[name]
        self.made = form.made[name]
        self.is_open = any(key.startswith(f"{NEW} ") for key in self.made.rows)

    def read(self) -> None:
        top, columns = self._find_titles()
        if not columns:
            return
        self._refuse_merged(top)
        first: dict[str, int] = {}
        for row in self.sheet.iter_rows(min_row=1):
            number = row[0].row
            found = {name: self._find(row[column - 1]) for name, column in columns.items()} if number > top else {}
            self._note_beside(row, top, columns)
            if not any(cell.text for cell in found.values()) or self._is_help(found):
                continue
            key = self._find_key(found, number)
            if key is None:
                continue
            if key in first:
                self._judge_repeated(key, found, first[key], number)
                continue
            first[key] = number
            self.form.cells[self.name, key] = found
        gone = [key for key in self.made.rows if key not in first and not key.startswith(f"{NEW} ")]
        for key in gone:
            names = [text for name, text in list(self.made.rows[key].items())[1:3] if text]
            self.form.notes.append(f"{self.name}: the row of {', '.join(names) or key} is gone; what is known of it stays")

    def _find_titles(self) -> tuple[int, dict[str, int]]:
        """Return the row of the titles and the column of each name; tell once what became of a title that is not there."""
        best: tuple[int, dict[str, int]] = (2, {})
        for row in self.sheet.iter_rows(min_row=1, max_row=_TOP):
            texts: dict[str, int] = {}
            for cell in row:
                texts.setdefault(" ".join(write_cell(cell.value).split()), cell.column)
            found = {name: texts[title] for name, title in self.made.titles.items() if title in texts}
            best = max(best, (row[0].row, found), key=lambda each: len(each[1]))
        top, columns = best
        lost = [name for name in self.made.titles if name not in columns]
        for name in lost:
            there = write_cell(self.sheet.cell(top, [*self.made.titles].index(name) + 1).value)
            title = self.made.titles[name]
            strange = there and there not in self.made.titles.values() and there != CHANGED
            what = (
                f'the heading "{title}" was changed to {quote(there)}; write "{title}"'
                if strange
                else f"the column {title} is gone; put it back"
            )
            self.form.faults.append(f"{self.name}: {what}, or make a new form")
        return top, {} if lost else columns

    def _find(self, cell: Any) -> Found:
        """Return what a cell holds; of a formula what it came to."""
        value = self.book.values[self.name][cell.coordinate].value if cell.data_type == "f" else cell.value
        place = f"{self.name}, {cell.coordinate}"
        if cell.data_type == "f" and value is None:
            self.form.faults.append(f"{place}: holds a formula without a value; write the value")
        if isinstance(value, str) and value in ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"):
            self.form.faults.append(f"{place}: holds the error {value}; write the value")
            value = None
        return Found(place, value)

    def _note_beside(self, row: Any, top: int, columns: Mapping[str, int]) -> None:
        """Note what stands beside the cells that are asked for, and comments hung on any cell."""
        number, own = row[0].row, self.form.texts
        for cell in row:
            place, text = f"{self.name}, {cell.coordinate}", write_cell(cell.value)
            if cell.comment:
                said = quote(write_cell(cell.comment.text))
                self.form.notes.append(f"{place}: the comment {said} is not read; write it in a yellow cell")
            if not text or (number > top and cell.column in columns.values()) or (number <= top + 1 and text in own):
                continue
            title = write_cell(self.sheet.cell(top, cell.column).value)
            twin = next((columns[name] for name, each in self.made.titles.items() if each == title and name in columns), 0)
            if not self._is_known(title, text, cell, twin):
                self.form.notes.append(f"{place}: {quote(text)} is not read; answers belong in the yellow cells")

    def _is_known(self, title: str, text: str, cell: Any, twin: int) -> bool:
        """Whether a cell beside says nothing new: the column of what changed, and a column that was copied."""
        if title == CHANGED:
            return cell.data_type == "f" or text == CHANGED or set(text.split("; ")) <= {"?", *self.made.titles.values()}
        return twin not in (0, cell.column) and write_cell(self.sheet.cell(cell.row, twin).value) == text

    def _is_help(self, found: Mapping[str, Found]) -> bool:
        """Whether this is the row of help below the titles."""
        texts = [cell.text for cell in found.values() if cell.text]
        return not found[ID].text and any(text in self.form.texts for text in texts)

    def _find_key(self, found: Mapping[str, Found], number: int) -> str | None:
        """Return the id of a row, also where its zeros were lost or it is one for something new; None where it has none."""
        text = found[ID].text
        if text in self.made.rows:
            return text
        alike = [key for key in self.made.rows if key.lstrip("0") == text.lstrip("0")]
        if text and len(alike) == 1:
            return alike[0]
        if not text and self.is_open:
            return f"{NEW} in row {number}"
        told = ", ".join(quote(cell.text) for name, cell in found.items() if cell.text and name != ID)
        why = f"its id {text} is not one that the form had" if text else "it has no id"
        self.form.notes.append(f"{self.name}, row {number}: not read, {why}: {told}; give what is new at the desk")
        return None

    def _judge_repeated(self, key: str, found: Mapping[str, Found], first: int, number: int) -> None:
        before = self.form.cells[self.name, key]
        other = [name for name in found if found[name].text != before[name].text]
        if other:
            titles = ", ".join(self.made.titles[name] for name in other)
            self.form.faults.append(
                f"{self.name}, row {number}: repeats the id of row {first} with another {titles}; leave the right one"
            )
        else:
            self.form.notes.append(f"{self.name}, row {number}: not read, it repeats row {first}")

    def _refuse_merged(self, top: int) -> None:
        for area in self.sheet.merged_cells.ranges:
            if area.max_row > top + 1:
                self.form.faults.append(
                    f"{self.name}, {area.coord}: the cells are merged, so it is not clear to which row they belong; split them"
                )

"""Sheets of workbooks as text, the way a CSV file of the same settings would hold them, and what was taken of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from kamnb.data.files import Source
from kamnb.data.settings import TableSettings
from kamnb.data.spelled import CELLS
from kamnb.data.text import LOOKED_AT, Header, Record, UnreadableError, join_names, propose_header
from kamnb.data.values import fold_blanks
from kamnb.data.workbooks import column_of, find_hints, letters_of, list_merged, list_sheets, open_book, read_cells

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Rows = Iterator[tuple[int, list[str]]]
"""Rows of a sheet as text, each with its number, the first being 1."""


@dataclass
class Sheet:
    """A sheet being read: its header, its rows, and what is to be known of them; the notes are whole when the rows are read."""

    header: Header
    records: Iterator[Record]
    notes: list[str]


def read_sheet(source: Source, settings: TableSettings) -> Sheet:
    """Return the header of a sheet and its rows; by default the first row that is not empty is the header.

    Without a name it is the sheet, of those that are seen, whose header has the most of the columns that the settings name.
    """
    book = open_book(source.path)
    notes: list[str] = []
    name = _find_name(book, source, settings, notes)
    grid = _list_rows(source, book, name, settings, notes)
    cut = _cut(grid, settings.cells, notes) if settings.cells else grid
    filled = ((row, cells) for row, cells in cut if any(cells))
    rows = settings.header_row
    first = rows[0] if rows else 0
    below = ((row, cells) for row, cells in filled if row >= first)
    header, taken = _read_header(below, rows)
    if rows == (0,):
        return Sheet(header, _records(chain(taken, below), len(header.names)), notes)
    ahead = list(islice(below, LOOKED_AT))
    if rows is None:
        looked_at = [(row, " | ".join(filter(None, cells)), _width(cells)) for row, cells in [*taken, *ahead]]
        if told := propose_header(looked_at, header, "row"):
            raise UnreadableError(told)
    return Sheet(header, _records(chain(ahead, below), len(header.names)), notes)


def read_rows(book: "CalamineWorkbook", sheet: str, most: int) -> list[tuple[int, list[str]]]:
    """Return the first rows of a sheet as text, each with its number."""
    return [(row, [to_text(value, ".") for value in cells]) for row, cells in enumerate(islice(read_cells(book, sheet), most), 1)]


def _find_name(book: "CalamineWorkbook", source: Source, settings: TableSettings, notes: list[str]) -> str:
    sheets = list_sheets(book)
    if source.sheet:
        if source.sheet in sheets:
            return source.sheet
        raise UnreadableError(f'no sheet "{source.sheet}"; there are {", ".join(sheets)}')
    seen = [name for name, is_seen in sheets.items() if is_seen] or list(sheets)
    hidden = [name for name in sheets if name not in seen]
    heads = {name: _head(book, name, settings) for name in seen} if len(seen) > 1 else {name: {""} for name in seen}
    filled = {name: head for name, head in heads.items() if head}
    if not filled:
        raise UnreadableError("holds no sheet with rows")
    wanted = {*map(fold_blanks, settings.columns.values())}
    taken = max(filled, key=lambda name: len(wanted & filled[name]))
    others = [name for name in filled if name != taken]
    if others or hidden:
        said = [f"not read: {', '.join(others)}"] if others else []
        said += [f"hidden: {', '.join(hidden)}"] if hidden else []
        notes.append(f'sheet "{taken}" was taken; {"; ".join(said)}; a sheet is named as in file = "{source.path.name}#{taken}"')
    return taken


def _head(book: "CalamineWorkbook", sheet: str, settings: TableSettings) -> set[str]:
    """Return the names in the header of a sheet; none where it is empty."""
    below = ((row, cells) for row, cells in read_rows(book, sheet, LOOKED_AT) if any(cells))
    first = settings.header_row[0] if settings.header_row else 0
    try:
        header, _ = _read_header(((row, cells) for row, cells in below if row >= first), settings.header_row)
    except UnreadableError:
        return set()
    return {fold_blanks(name) for name in header.names}


def _read_header(below: Rows, rows: tuple[int, ...] | None) -> tuple[Header, list[tuple[int, list[str]]]]:
    """Return the header of rows, and the rows that were taken for it (those to be read, where there is no header)."""
    first, names = next(below, (0, []))
    if not names or (rows and rows[0] and first != rows[0]):
        raise UnreadableError(f"row {rows[0]} is empty; a header is needed" if rows and rows[0] else "is empty")
    if rows == (0,):
        return Header(tuple(f"column{n}" for n in range(1, len(names) + 1)), "", 0), [(first, names)]
    taken = [(first, names), *(next(below, (row, [])) for row in (rows or ())[1:])]
    joined = join_names([cells for _, cells in taken]) if len(taken) > 1 else names
    return Header(tuple(joined[: _width(joined)]), "", taken[-1][0]), taken


def _list_rows(source: Source, book: "CalamineWorkbook", sheet: str, settings: TableSettings, notes: list[str]) -> Rows:
    """Yield the rows of a sheet, empty ones too, and note what the file says of its cells beyond their values."""
    hints = find_hints(source.path, sheet)
    if hints.unsaved:
        raise UnreadableError(f"cell {hints.unsaved} is a formula without a saved value; open the file in Excel and save it")
    if hints.hidden:
        by = "by a filter " if hints.is_filtered else ""
        rows = "row is" if hints.hidden == 1 else "rows are"
        notes.append(f"{hints.hidden:,} {rows} hidden {by}in Excel and read like any other")
    if hints.errors:
        (row, column), text = next(iter(hints.errors.items()))
        more = f" (first of {len(hints.errors):,})" if len(hints.errors) > 1 else ""
        notes.append(f"cell {letters_of(column)}{row + 1}{more} holds the error {text}")
    merged, tables = _Merged(list_merged(book, sheet)), _Tables(bool(settings.cells))
    for row, values in enumerate(read_cells(book, sheet)):
        texts = [to_text(value, settings.decimal) for value in values]
        for place, text in enumerate(texts) if hints.errors else ():
            texts[place] = text or hints.errors.get((row, place), "")
        merged.fill(row, values, texts)
        tables.look_at(row, values, texts)
        yield row + 1, texts
    notes += [*merged.notes(), *tables.notes()]


def _cut(rows: Rows, cells: str, notes: list[str]) -> Rows:
    """Yield the cells of rows that a range names, as in B4:F20; without a last row it ends above the first that is empty."""
    first, top, last, bottom = re.fullmatch(CELLS, cells).groups()  # type: ignore[union-attr]
    outside, is_over = 0, False
    for row, texts in rows:
        inside = texts[column_of(first) : column_of(last) + 1]
        is_over = is_over or (bottom is None and row > int(top) and not any(inside)) or (bottom is not None and row > int(bottom))
        if is_over or row < int(top):
            outside += any(texts)
        else:
            yield row, inside
    if outside:
        notes.append(f"{outside:,} rows above or below cells {cells} were not read")


class _Merged:
    """Cells that are merged: a text or day of the first holds for those below it; a number counts once."""

    def __init__(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._starts = {(top, left): bottom for (top, left), (bottom, _) in ranges if bottom > top}
        self._open: dict[int, tuple[int, str]] = {}
        self._filled = 0
        self._numbers: list[str] = []

    def fill(self, row: int, values: list[Any], texts: list[str]) -> None:
        """Fill the cells of a row that belong to a cell above it."""
        for place, (bottom, text) in list(self._open.items()):
            if row > bottom:
                del self._open[place]
            elif place < len(texts) and not texts[place]:
                texts[place] = text
                self._filled += 1
        for place in range(len(texts)) if self._starts else ():
            if texts[place] and (row, place) in self._starts:
                if isinstance(values[place], int | float):
                    self._numbers.append(f"{letters_of(place)}{row + 1}")
                else:
                    self._open[place] = (self._starts[row, place], texts[place])

    def notes(self) -> Iterator[str]:
        """Say what was filled, and which numbers were not."""
        if self._filled:
            yield f"{self._filled:,} cells are merged with one above them and have its value"
        if self._numbers:
            more = f" (first of {len(self._numbers):,})" if len(self._numbers) > 1 else ""
            told = "is a number in merged cells and counts in its first row alone"
            yield f"cell {self._numbers[0]}{more} {told}; where it holds for each row, name its column in fill_down"


class _Tables:
    """Looks for a second table on a sheet: below an empty row, words stand where numbers and days stood."""

    def __init__(self, is_cut: bool) -> None:
        self._is_cut = is_cut
        self._typed: set[int] = set()
        self._is_below_empty = False
        self._found = ""

    def look_at(self, row: int, values: list[Any], texts: list[str]) -> None:
        """Look at one row."""
        if self._is_cut or self._found:
            return
        filled = [place for place, text in enumerate(texts) if text]
        typed = {place for place in filled if not isinstance(values[place], str)}
        if self._is_below_empty and len(filled) > 1 and not typed and self._typed & {*filled}:
            shown = " | ".join(texts[place] for place in filled)[:80]
            ends = f"{letters_of(filled[0])}{row + 1}:{letters_of(filled[-1])}"
            self._found = (
                f"row {row + 1}, below an empty one, looks like the header of another table ({shown}); "
                f'where it is, say which cells are meant, as in cells = "{ends}"'
            )
        self._typed |= typed
        self._is_below_empty = not filled

    def notes(self) -> Iterator[str]:
        """Say where another table seems to begin."""
        if self._found:
            yield self._found


def _width(cells: list[str]) -> int:
    return max((n for n, cell in enumerate(cells, 1) if cell), default=0)


def _records(rows: Iterable[tuple[int, list[str]]], width: int) -> Iterator[Record]:
    for row, cells in rows:
        if any(cells[width:]):
            yield Record(row, [], f"has more fields than the header's {width}", " | ".join(cells))
        else:
            yield Record(row, (cells + [""] * width)[:width])


def to_text(value: Any, decimal: str) -> str:
    """Return the value of a cell as a CSV file would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace(".", decimal)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value).strip()

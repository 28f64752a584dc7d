"""How a file is laid out, found by looking at it: encoding, separator, and the row that holds the header."""

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kamnb.data.excel import read_rows
from kamnb.data.files import Source, kind_of
from kamnb.data.proposing.regions import find_regions
from kamnb.data.text import LOOKED_AT, join_names
from kamnb.data.workbooks import list_sheets, open_book

_SEPARATORS = "|\t;,"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MOST_ROWS = 5000
"""Rows of a sheet in which a second table is looked for."""
_MOST_BYTES = 1 << 24
"""Bytes of a file in which its encoding is looked for."""


@dataclass(frozen=True)
class Layout:
    """How a file is to be read.

    Attributes
    ----------
    encoding, separator : str
        As kamnb.toml says them; empty where the door finds them by itself.
    header_row : int or None
        None where it is the first row that is not empty, 0 where there is none.
    above : tuple of str
        The rows above the header, as text.
    header_rows : tuple of int
        The rows of a header that has two: names over names.
    cells : str
        The part of a sheet that is the table, where it holds several.
    """

    encoding: str = ""
    separator: str = ""
    header_row: int | None = None
    above: tuple[str, ...] = ()
    header_rows: tuple[int, ...] = ()
    cells: str = ""


def sniff_text(path: Path) -> Layout:
    """Find the layout of a text file."""
    with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
        start = file.read(_MOST_BYTES)
    encoding = find_encoding(start)
    text = start.decode(_decoder(start, encoding), errors="ignore")
    lines = text.splitlines(keepends=True)[: LOOKED_AT * 2]
    told = re.fullmatch(r"sep=(.)\s*", lines[0].lstrip("\ufeff")) if lines else None
    separator = told[1] if told else find_separator(lines)
    rows = list(_number(lines[bool(told) :], separator, bool(told)))
    header, above = find_header(rows)
    if told and header is None:
        header = next((number for number, cells in rows if any(cells)), None)
    if double := find_double_header(rows):
        return Layout(encoding, separator, double[0], (), double)
    return Layout(encoding, separator, header, (*(["sep="] if told else []), *above))


def find_encoding(data: bytes) -> str:
    """Return the encoding of a text by strict tries; empty for UTF-8 and where a mark at its start tells.

    Words in Cyrillic letters have no others in cp1251; letters with accents stand among others in cp1252.
    """
    if data.startswith(_MARKS):
        return ""
    if data[:4000].count(0) > len(data[:4000]) / 4:
        return "utf-16-le" if data[1:4000:2].count(0) > data[0:4000:2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
        return ""
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4:  # the end of what was read cuts a character in two
            return ""
    words = re.findall(rb"[A-Za-z\xa8\xb8\xc0-\xff]+", data)
    high = [len(re.sub(rb"[A-Za-z]", b"", word)) for word in words]
    whole = sum(count for word, count in zip(words, high, strict=True) if count == len(word) > 1)
    return "cp1251" if whole > 0.6 * max(sum(high), 1) else "cp1252"


def _decoder(data: bytes, encoding: str) -> str:
    if encoding:
        return encoding
    return "utf-16" if data.startswith(_MARKS[1:]) else "utf-8-sig"


def find_separator(lines: Sequence[str]) -> str:
    """Return the separator that gives the most rows the same number of fields, more than one; ties go to more fields."""
    filled = [line for line in lines[:LOOKED_AT] if line.strip()]
    if not filled:
        return ","

    def constancy(separator: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in _split(filled, separator) if len(cells) > 1)
        return max(((times, width) for width, times in widths.items()), default=(0, 0))

    return max(_SEPARATORS[::-1], key=constancy)


def _split(lines: Sequence[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator))
    except csv.Error:
        return [line.split(separator) for line in lines]


def _number(lines: Sequence[str], separator: str, below: int) -> list[tuple[int, list[str]]]:
    """Return rows with the line on which each begins."""
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator)
    rows, begins = [], 1 + below
    try:
        for cells in reader:
            rows.append((begins, [cell.strip() for cell in cells]))
            begins = reader.line_num + 1 + below
    except csv.Error:
        return [(n, line.split(separator)) for n, line in enumerate(lines, 1 + below)]
    return rows


def find_header(rows: Sequence[tuple[int, list[str]]]) -> tuple[int | None, tuple[str, ...]]:
    """Find the header among numbered rows.

    It is the first row that is as wide as most, whose cells are distinct and no numbers or days, and do not occur below it.

    Returns
    -------
    header_row : int or None
        As kamnb.toml says it: None where it is the first row that is not empty, 0 where there is none.
    above : tuple of str
        The rows above it.
    """
    filled = [(number, cells) for number, cells in rows if any(cells)][:LOOKED_AT]
    if not filled:
        return None, ()
    width = Counter(_width(cells) for _, cells in filled[-max(len(filled) // 2, 1) :]).most_common(1)[0][0]
    for place, (number, cells) in enumerate(filled):
        if _is_header(cells, width, [below for _, below in filled[place + 1 :]]):
            above = tuple(" ".join(filter(None, each)) for _, each in filled[:place])
            return (number if place else None), above
        if _width(cells) >= width:
            break
    return 0, ()


def find_double_header(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, ...]:
    """Find a header of two rows: names over names that come again, or over none; empty where there is none.

    Examples
    --------
    >>> find_double_header([(1, ["Id", "Jan", "", "Feb", ""]), (2, ["", "Net", "Tax", "Net", "Tax"]), (3, ["A", *"1234"])])
    (1, 2)
    """
    filled = [(number, cells) for number, cells in rows if any(cells)]
    for (first, upper), (second, lower), (_, below) in zip(filled, filled[1:], filled[2:], strict=False):
        names, again = [cell for cell in upper if cell], [cell for cell in lower if cell]
        if len(names) < 2 or second != first + 1:
            continue
        joined = [name for name in join_names([upper, lower]) if name]
        is_over = any(name and not over for over, name in zip(upper, lower, strict=False))
        is_named = not any(_is_value(cell) for cell in again) and not any(_is_value(cell) for cell in names)
        is_double = len({*again}) < len(again) and is_over and is_named and len({*joined}) == len(joined) >= _width(below)
        return (first, second) if is_double and any(_is_value(cell) for cell in below) else ()
    return ()


def _width(cells: Sequence[str]) -> int:
    return max((n for n, cell in enumerate(cells, 1) if cell), default=0)


def _is_header(cells: Sequence[str], width: int, below: Sequence[Sequence[str]]) -> bool:
    named = [cell for cell in cells if cell]
    if len(named) < max(0.7 * width, 1 if width == 1 else 2) or len({*named}) < 0.6 * len(named):
        return False
    if any(_is_value(cell) for cell in named):
        return False
    again = sum(any(place < len(row) and row[place] == cell for row in below) for place, cell in enumerate(cells) if cell)
    return again <= len(named) / 4


def _is_value(cell: str) -> bool:
    """Tell whether a cell is a number, a day or mostly figures, as no column is called."""
    is_span = re.fullmatch(r"\d{4}([-/]\d{1,2})?|\d{1,3} *[-–] *\d{1,3}|[<>≤≥+]+ *\d{1,3}|\d{1,3} *\+", cell)
    return bool(re.fullmatch(r"[\W\d_]*\d[\W\d_]*", cell)) and not is_span


def lay_out_sheets(path: Path) -> list[tuple[Source, Layout | None]]:
    """Return the sheets of a workbook that hold rows, with their layouts; None for one that is hidden."""
    book = open_book(path)
    sheets = list_sheets(book)
    found: list[tuple[Source, Layout | None]] = []
    for name, is_seen in sheets.items():
        if not is_seen:
            found.append((Source(path, name), None))
            continue
        source, every = Source(path, name if len(sheets) > 1 else ""), read_rows(book, name, _MOST_ROWS)
        if regions := find_regions(every, find_header):
            found += [(source, Layout(above=titles, cells=cells)) for cells, titles in regions]
            continue
        rows = every[:LOOKED_AT]
        header, above = find_header(rows)
        double = find_double_header(rows)
        if any(any(row) for _, row in rows):
            found.append((source, Layout(header_row=double[0] if double else header, above=above, header_rows=double)))
    return found


def lay_out(path: Path) -> list[tuple[Source, Layout | None]]:
    """Return what a file holds: itself, or its sheets."""
    kind = kind_of(path)
    if kind == "excel":
        return lay_out_sheets(path)
    return [(Source(path), sniff_text(path) if kind == "text" else Layout())]

"""Cells of a scorecard's file: what each says, and the number in it with the digits it is written with."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kamnb.errors import DataError

_NUMBER = re.compile(
    r"^#?\s*(?P<sign>[+-]?)(?P<digits>\d[\d.,]*|[.,]\d+)\s*(?P<percent>%?)\s*(?:(?:/|of|von)\s*(?P<of>\d+(?:[.,]\d+)?)\s*%?)?"
    r"\s*(?:st|nd|rd|th|\.|points?|pts|punkte)?$",
    re.IGNORECASE,
)
_EXACT = 9
"""Decimals beyond which a stored number is taken as unrounded."""


@dataclass(frozen=True)
class Cell:
    """One cell: where it is, its text, its number if it holds one, the decimals shown, and "of 5" where it says so."""

    place: str
    text: str = ""
    number: float | None = None
    decimals: int = 0
    is_percent: bool = False
    of: float | None = None

    def says(self, value: float) -> str:
        """Write `value` the way this cell writes its own."""
        return f"{value * 100:.6g}%" if self.is_percent else f"{round(value, 6):g}"


Grid = tuple[tuple[Cell, ...], ...]


def read_sheets(path: Path) -> list[tuple[str, Grid]]:
    """Return name and cells of every sheet of a workbook, or those of a CSV file under an empty name.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _read_workbook(path)
    if path.suffix.lower() in (".xls", ".ods", ".numbers", ".pdf", ".docx"):
        raise DataError(f"{path.name}: {path.suffix} cannot be read; save it as .xlsx or .csv")
    return [("", read_text(_decode(path)))]


def transpose(grid: Grid) -> Grid:
    """Exchange rows and columns; cells keep their places."""
    return tuple(zip(*grid, strict=True))


def _read_workbook(path: Path) -> list[tuple[str, Grid]]:
    import openpyxl

    try:
        values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror or error}") from None
    except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
        raise DataError(f"{path.name}: is not an Excel workbook that can be read: {error}") from None
    return [(sheet.title, _read_sheet(sheet, formulas[sheet.title])) for sheet in values.worksheets]


def _read_sheet(sheet: Any, formulas: Any) -> Grid:
    rows = []
    for cells, written in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
        rows.append([_stored(cell, str(source.value)) for cell, source in zip(cells, written, strict=True)])
    return _squared(rows)


def _stored(cell: Any, written: str) -> Cell:
    place, value = cell.coordinate, cell.value
    if isinstance(value, bool) or value is None:
        return Cell(place, written if value is None and written.startswith("=") else "")
    if not isinstance(value, int | float):
        return read_cell(place, str(value).strip())
    decimals = len(f"{value:.12f}".rstrip("0").partition(".")[2])
    percent = "%" in str(cell.number_format)
    digits = min(max(decimals, 2 * percent), _EXACT)
    return Cell(place, f"{value * 100:g}%" if percent else f"{value:g}", float(value), digits, percent)


def read_text(text: str) -> Grid:
    """Return the cells of a text with separators."""
    lines = text.splitlines()
    separator = max(";\t|,", key=lambda mark: (_evenness(lines, mark), -";\t|,".index(mark)))
    rows = list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
    comma = _has_decimal_comma(cell for row in rows for cell in row)
    return _squared(
        [
            [read_cell(f"{_letters(n)}{row}", cell.strip(), comma=comma) for n, cell in enumerate(cells)]
            for row, cells in enumerate(rows, 1)
        ]
    )


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _evenness(lines: Sequence[str], separator: str) -> int:
    """Count the lines that have the most common number of separators, none aside."""
    counts = [count for count in (len(next(csv.reader([line], delimiter=separator), [])) - 1 for line in lines) if count]
    return max(map(counts.count, counts), default=0)


def _has_decimal_comma(cells: Iterable[str]) -> bool:
    texts = [cell.strip() for cell in cells]
    comma = any(re.fullmatch(r"[+-]?\d+,(\d{1,2}|\d{4,})\s*%?|0,\d+", text) for text in texts)
    return comma and not any(re.fullmatch(r"[+-]?\d*\.\d+\s*%?", text) for text in texts)


def read_cell(place: str, text: str, *, comma: bool | None = None) -> Cell:
    """Read a cell that is text; `comma` tells whether decimals follow a comma, None that the cell itself has to tell."""
    found = _NUMBER.match(text.replace("\N{NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-"))
    if not found:
        return Cell(place, text)
    plain = _plain(found["digits"], _has_decimal_comma([found["digits"]]) if comma is None else comma)
    if plain is None:
        return Cell(place, text)
    number, decimals = float(found["sign"] + plain), len(plain.partition(".")[2])
    of = float(found["of"].replace(",", ".")) if found["of"] else None
    percent = bool(found["percent"])
    return Cell(place, text, number / 100 if percent else number, decimals + 2 * percent, percent, of)


def _plain(digits: str, comma: bool) -> str | None:
    """Return the digits with a decimal point and no thousands; None where the marks make no number."""
    thousands, mark = (".", ",") if comma else (",", ".")
    whole, _, decimals = digits.rstrip(".,").partition(mark)
    grouped = re.fullmatch(rf"\d*|\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+", whole)
    if not grouped or not re.fullmatch(r"\d*", decimals):
        return None
    return (whole.replace(thousands, "") or "0") + (f".{decimals}" if decimals else "")


def _squared(rows: Sequence[Sequence[Cell]]) -> Grid:
    """Fill short rows up and take a cell's text for empty where it holds nothing but rules and stars of a drawing."""
    width = max(map(len, rows), default=0)
    return tuple(tuple(row) + tuple(Cell(f"{_letters(n)}{at}") for n in range(len(row), width)) for at, row in enumerate(rows, 1))


def rename(cell: Cell, text: str) -> Cell:
    """Return the cell with another text and no number."""
    return replace(cell, text=text, number=None, of=None)


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

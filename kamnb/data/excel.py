"""Excel sheets as text, the way a CSV file of the same settings would hold it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain, islice, zip_longest
from typing import Any

from kamnb.data.files import Source
from kamnb.data.text import LOOKED_AT, Header, Record, UnreadableError, propose_header


def read_sheet(source: Source, decimal: str, header_row: int | None) -> tuple[Header, Iterator[Record]]:
    """Return the header of a sheet and its rows; by default the first row that is not empty is the header."""
    rows = _numbered(source, decimal)
    filled = ((row, cells) for row, cells in rows if any(cells) and row >= (header_row or 1))
    first, names = next(filled, (0, []))
    if not names or (header_row and first != header_row):
        raise UnreadableError(f"row {header_row} is empty; a header is needed" if header_row else "is empty")
    if header_row == 0:
        named = Header(tuple(f"column{n}" for n in range(1, len(names) + 1)), "", 0)
        return named, (Record(row, _fitted(cells, len(names))) for row, cells in [(first, names), *filled])
    width = _width(names)
    header, ahead = Header(tuple(names[:width]), "", first), list(islice(filled, LOOKED_AT))
    if header_row is None:
        looked_at = [(row, " | ".join(filter(None, cells)), _width(cells)) for row, cells in [(first, names), *ahead]]
        if told := propose_header(looked_at, header, "row"):
            raise UnreadableError(told)
    return header, _records(chain(ahead, filled), width)


def _width(cells: list[str]) -> int:
    return max((n for n, cell in enumerate(cells, 1) if cell), default=0)


def _records(rows: Iterable[tuple[int, list[str]]], width: int) -> Iterator[Record]:
    for row, cells in rows:
        if any(cells[width:]):
            yield Record(row, [], f"has more fields than the header's {width}", " | ".join(cells))
        else:
            yield Record(row, _fitted(cells, width))


def _fitted(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * width)[:width]


def _numbered(source: Source, decimal: str) -> Iterator[tuple[int, list[str]]]:
    values = _values(source, computed=True)
    if not _has_formulas(source):
        yield from ((row, [_cell(value, decimal) for value in cells]) for row, cells in enumerate(values, 1))
        return
    for row, (cells, formulas) in enumerate(zip_longest(values, _values(source, computed=False), fillvalue=()), 1):
        for value, formula in zip(cells, formulas, strict=False):
            if value is None and isinstance(formula, str) and formula.startswith("="):
                raise UnreadableError(f'row {row}: "{formula}" has no saved value; open the file in Excel and save it')
        yield row, [_cell(value, decimal) for value in cells]


def _values(source: Source, computed: bool) -> Iterator[tuple[Any, ...]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(source.path, read_only=True, data_only=computed)
        try:
            if source.sheet and source.sheet not in book.sheetnames:
                raise UnreadableError(f'no sheet "{source.sheet}"; there are {", ".join(book.sheetnames)}')
            sheet = book[source.sheet] if source.sheet else book.worksheets[0]
            sheet.reset_dimensions()
            yield from sheet.iter_rows(values_only=True)
        finally:
            book.close()
    except (UnreadableError, OSError):
        raise
    except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
        raise UnreadableError(f"is not an Excel workbook that can be read: {error}") from None


def _has_formulas(source: Source) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(source.path) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            return any(b"<f" in line for name in sheets for line in _blocks(book, name))
    except zipfile.BadZipFile:
        return False


def _blocks(book: Any, name: str) -> Iterator[bytes]:
    with book.open(name) as file:
        before = b""
        while block := file.read(1 << 20):
            yield before + block
            before = block[-1:]


def _cell(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace(".", decimal)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value).strip()

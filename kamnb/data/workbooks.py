"""Workbooks opened: their sheets, and what the file itself says of cells that a reader passes over."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from kamnb.data.text import UnreadableError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_REMEDY = "open it in Excel and save it as .xlsx"
_BLOCK = 1 << 20

OLE = b"\xd0\xcf\x11\xe0"
"""What files of Excel's old kind, and those with a password, begin with."""


def open_book(path: Path) -> "CalamineWorkbook":
    """Open a workbook by its content, whatever its name ends with; what cannot be read is said in words."""
    import python_calamine

    if told := _find_other_kind(path):
        raise UnreadableError(told)
    try:
        with path.open("rb") as file:
            return python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError:
        raise UnreadableError(f"is protected by a password; {_REMEDY} without one") from None
    except BaseException as error:
        raise _in_words(error) from None


def read_cells(book: "CalamineWorkbook", sheet: str) -> Iterator[list[object]]:
    """Yield every row of a sheet from its first row and column on, empty ones too."""
    try:
        grid = book.get_sheet_by_name(sheet)
        left: list[object] = [""] * (grid.start[1] if grid.start else 0)
        for cells in grid.iter_rows():
            yield left + cells
    except BaseException as error:
        raise _in_words(error) from None


def list_merged(book: "CalamineWorkbook", sheet: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the ranges of merged cells, first and last cell of each, counted from 0; none where the file does not say."""
    try:
        return book.get_sheet_by_name(sheet).merged_cell_ranges or []
    except BaseException as error:
        raise _in_words(error) from None


def list_sheets(book: "CalamineWorkbook") -> dict[str, bool]:
    """Return the sheets that hold cells, each with whether it is seen."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return {
        sheet.name: sheet.visible == SheetVisibleEnum.Visible
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
    }


def _in_words(error: BaseException) -> BaseException:
    """Return what is said of a reader's error; a panic of its own language is no Exception, and interrupts stay what they are."""
    if isinstance(error, UnreadableError) or (isinstance(error, OSError) and error.errno is not None):
        return error  # of the reader's own errors some are called OSError, too, and have no number
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return UnreadableError(f"is a damaged workbook ({str(error).splitlines()[0][:120]}); {_REMEDY}, or export it again")
    return error


def is_protected(path: Path) -> bool:
    """Tell whether a workbook is closed by a password: then it is an OLE file, whatever its name ends with."""
    with path.open("rb") as file:
        return file.read(len(OLE)) == OLE and "EncryptedPackage".encode("utf-16-le") in file.read()


def _find_other_kind(path: Path) -> str:
    """Say what a file is that is named like a workbook and is none; empty where it may be one."""
    with path.open("rb") as file:
        start = file.read(_BLOCK)
    if not start.strip():
        return "is empty"
    if is_protected(path):
        return f"is protected by a password; {_REMEDY} without one"
    if start.startswith((b"PK", OLE, b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")):
        return ""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<div")):
        return f"is a web page that is named like a workbook; {_REMEDY}"
    if text.startswith(b"<?xml"):
        return f"is XML that is named like a workbook; {_REMEDY}"
    if b"\0" not in start or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is text that is named like a workbook; name it .csv"
    return f"is not a workbook that can be read; {_REMEDY}"


@dataclass
class Hints:
    """What the XML of a sheet says beyond the values.

    Errors are by cell (row and column from 0); ``unsaved`` is the first formula without a value.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved: str = ""
    hidden: int = 0
    is_filtered: bool = False


_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\st="e"[^>]*>(?:<f.*?(?:</f>|/>))?<v>([^<]*)</v>', re.DOTALL)
_UNSAVED = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')
_HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')


def find_hints(path: Path, sheet: str) -> Hints:
    """Return what the XML of a sheet says beyond its values; nothing where the file is no .xlsx."""
    hints = Hints()
    if not zipfile.is_zipfile(path):
        return hints
    try:
        with zipfile.ZipFile(path) as book:
            part = _find_part(book, sheet)
            for rows in _blocks(book, part) if part else ():
                _take_hints(hints, rows)
    except (zipfile.BadZipFile, ElementTree.ParseError, zlib.error, KeyError, EOFError, OSError, ValueError) as error:
        raise _in_words(Exception(str(error))) from None
    return hints


def _take_hints(hints: Hints, rows: bytes) -> None:
    if b't="e"' in rows:
        for letters, row, text in _ERROR.findall(rows):
            hints.errors[int(row) - 1, column_of(letters.decode())] = text.decode()
    if b"<f" in rows and not hints.unsaved and (found := _UNSAVED.search(rows)):
        hints.unsaved = found[1].decode()
    if b"hidden=" in rows:
        hints.hidden += len(_HIDDEN.findall(rows))
    hints.is_filtered = hints.is_filtered or b"<autoFilter" in rows


def letters_of(place: int) -> str:
    """Return the letters of a column by its place, counted from 0.

    Examples
    --------
    >>> letters_of(0), letters_of(26)
    ('A', 'AA')
    """
    rest, last = divmod(place, 26)
    return (letters_of(rest - 1) if rest else "") + chr(ord("A") + last)


def column_of(letters: str) -> int:
    """Return the place of a column by its letters, counted from 0.

    Examples
    --------
    >>> column_of("A"), column_of("AA")
    (0, 26)
    """
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _find_part(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of the archive that holds a sheet; empty where it is not found."""
    names = book.namelist()
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return ""
    known = {
        each.get("name"): each
        for each in ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
        if each.tag.endswith("}sheet")
    }
    wanted = next((value for key, value in known[sheet].items() if key.endswith("}id")), "") if sheet in known else ""
    targets = {each.get("Id"): each.get("Target", "") for each in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))}
    target = targets.get(wanted, "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names and part.endswith(".xml") else ""


def _blocks(book: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield the XML of a sheet in parts that end between rows."""
    with book.open(name) as file:
        rest = b""
        while block := file.read(_BLOCK):
            whole, ends, begun = (rest + block).rpartition(b"</row>")
            if ends:
                yield whole + ends
            rest = begun if ends else rest + block
        yield rest

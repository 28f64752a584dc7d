"""Files that are given as forms: opened, or refused with what to do."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

from kamnb.data.workbooks import OLE, is_protected
from kamnb.errors import DataError

_CORE = "docProps/core.xml"
_MODIFIED = re.compile(r"<dcterms:modified[^>]*>\s*(\d{4}-\d{2}-\d{2})")
_BY = re.compile(r"<cp:lastModifiedBy[^>]*>([^<]+)<")

SAVE_AS = "open it and save it as an Excel workbook (.xlsx)"


def is_lock(path: Path) -> bool:
    """Whether a file only says that another one is open: Excel and LibreOffice write such files beside it.

    Examples
    --------
    >>> is_lock(Path("~$M01.xlsx")), is_lock(Path(".~lock.M01.xlsx#")), is_lock(Path("M01.xlsx"))
    (True, True, False)
    """
    return path.name.startswith(("~$", ".~lock."))


def find_locks(paths: Sequence[Path]) -> Iterator[str]:
    """Yield which forms are open in another program, perhaps with answers that are not saved."""
    told = dict.fromkeys(_name_locked(path) for path in paths if is_lock(path))
    for path in paths:
        if not is_lock(path) and any((path.parent / lock).exists() for lock in (f"~${path.name}", f".~lock.{path.name}#")):
            told[path.name] = None
    for name in told:
        yield f"{name}: is open in another program; what is not saved there is not in it; save and close it, then collect again"


def _name_locked(path: Path) -> str:
    return path.name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")


@dataclass(frozen=True)
class Book:
    """A workbook as openpyxl reads it: as it was typed, with formulas."""

    path: Path
    typed: Any

    @property
    def names(self) -> list[str]:
        """The names of its sheets."""
        return [str(name) for name in self.typed.sheetnames]

    @cached_property
    def values(self) -> Any:
        """The same workbook with what its formulas came to."""
        import openpyxl

        return openpyxl.load_workbook(self.path, data_only=True)


def open_book(path: Path) -> Book:
    """Return a workbook.

    Raises
    ------
    DataError
        If it cannot be read; with what to do.
    """
    import openpyxl

    start = path.read_bytes()[:4]
    if path.suffix.lower() in (".ods", ".fods", ".numbers", ".csv", ".pdf") or start == OLE:
        raise DataError(f"{path.name}: {_say_kind(path)}")
    try:
        return Book(path, openpyxl.load_workbook(path))
    except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path.name}: cannot be read as an .xlsx file: {said}; {SAVE_AS}") from None


def _say_kind(path: Path) -> str:
    if path.suffix.lower() == ".pdf":
        return "is a PDF, from which nothing is collected; send the Excel workbook itself"
    if path.read_bytes()[:4] != OLE:
        return f"is a {path.suffix.lower()} file; {SAVE_AS}"
    if is_protected(path):
        return "is protected by a password; open it, take the password away, and save it as an Excel workbook (.xlsx)"
    return f"is an Excel file of the old kind (.xls); {SAVE_AS}"


def read_saved(path: Path) -> tuple[date | None, str]:
    """Return the day on which a file was last saved and by whom, as it says itself: where it does not, openpyxl says today."""
    with zipfile.ZipFile(path) as archive:
        core = archive.read(_CORE).decode("utf-8", "replace") if _CORE in archive.namelist() else ""
    day, by = _MODIFIED.search(core), _BY.search(core)
    try:
        saved = date.fromisoformat(day[1]) if day else None
    except ValueError:
        saved = None
    return saved, unescape(by[1]).strip() if by else ""

"""What tells a workbook apart from every other: an id of its own, kept with its entries, and the folder that it was given to.

A folder that is renamed or moved keeps its id. A copy is known by the folder that the id was given to, which still has it: a copy
gets an id of its own with its first form.
"""

import secrets
from pathlib import Path

from kamnb.data.entries import FOLDER
from kamnb.data.saving import write_whole

FILE = "workbook.id"


def write_identity(home: Path, identity: str = "") -> str:
    """Return the text of a workbook's id: one that nobody has, unless it is given, and the folder that it belongs to."""
    return f"{identity or secrets.token_hex(8)}\n{home.resolve()}\n"


def read_identity(home: Path) -> str:
    """Return what tells a workbook apart; empty where it has none yet, or has only that of the folder it was copied from.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_identity(Path(folder)), take_identity(Path(folder)) == read_identity(Path(folder))
    ('', True)
    """
    return "" if find_original(home) else _read(home)[0]


def take_identity(home: Path) -> str:
    """Return what tells a workbook apart; where it has no id of its own it is given one, and where it was moved that is kept."""
    text = write_identity(home, read_identity(home))
    path = home / FOLDER / FILE
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_whole(path, text)
    return text.split("\n", 1)[0]


def find_original(home: Path) -> Path | None:
    """Return the folder that this one was copied from: the one that its id was given to, where that still has the same id."""
    identity, place = _read(home)
    if not place or Path(place) == home.resolve():
        return None
    return Path(place) if _read(Path(place)) == (identity, place) else None


def _read(home: Path) -> tuple[str, str]:
    """Return the id that lies in a folder, and the folder that it was given to."""
    path = home / FOLDER / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return (lines[0].strip() if lines else "", lines[1].strip() if lines[1:] else "")

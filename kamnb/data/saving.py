"""Files that appear whole or not at all."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from kamnb.errors import DataError

OWN = ".kamnb"
"""The folder, beside the settings of a workbook, of what kamnb keeps for itself; safe to delete while no command runs."""

WAIT = 30
"""Seconds to wait while another save is at work."""


def write_whole(path: Path, content: str | bytes) -> Path:
    r"""Write a file beside its place and move it there; the folder is made where needed.

    Parameters
    ----------
    path : Path
    content : str or bytes
        Text is written as UTF-8 with line feeds.

    Returns
    -------
    Path
        `path`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a" / "scores.csv", "account_id\n").read_text()
    'account_id\n'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def link_file(source: Path, target: Path) -> None:
    """Give a file that is not changed any more a second place: by a link, or as a copy where the system has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_once(path: Path) -> str:
    """Return what `hash_file` does, of a file that is written whole or not at all: looked at once as long as it stays."""
    known = path.stat()
    return _hash_version(path, known.st_ino, known.st_mtime_ns, known.st_size)


@cache
def _hash_version(path: Path, *_: int) -> str:
    return hash_file(path)


def keep_newest(folder: Path, most: int, most_bytes: float = float("inf")) -> None:
    """Remove from a folder what was asked for longest ago, files or folders, until no more is left than may be, nor larger.

    The newest stays, however large it is.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     for day, file in enumerate(("a", "b", "c")):
    ...         os.utime(write_whole(Path(name, file), "text"), (day, day))
    ...     keep_newest(Path(name), 2)
    ...     sorted(path.name for path in Path(name).iterdir())
    ['b', 'c']
    """
    size = 0
    for place, path in enumerate(sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)):
        size += sum(file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]))
        if place < most and (size <= most_bytes or not place):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def hold_lock(place: Path) -> Iterator[None]:
    """Let no other save in; the lock is the operating system's, so that none is left by a process that dies.

    Raises
    ------
    DataError
        If another save is at work for longer than `WAIT`.
    """
    from filelock import FileLock, Timeout

    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(place, timeout=WAIT):
            yield
    except Timeout:
        raise DataError(f"{place}: another save has been at work for {WAIT} seconds; try again when it is done") from None

"""Names and texts as SQL spells them, and what every connection is told."""

from collections.abc import Iterable
from pathlib import Path

MEMORY = "2GB"
"""What a connection may hold in memory; beyond it DuckDB works on disk."""


SMALL = 4_000_000
"""Bytes of files that one thread reads sooner than several agree on who reads what."""


def settle(folder: Path) -> str:
    """Return the statements by which a connection is modest, works in `folder`, and is alike in every time zone."""
    return f"SET memory_limit = '{MEMORY}'; SET temp_directory = {quote(str(folder / 'spill'))}; SET TimeZone = 'UTC'"


def spare_threads(files: Iterable[Path]) -> str:
    """Return the statement by which a connection works on small files with one thread; empty where they are not small."""
    return "SET threads = 1" if sum(file.stat().st_size for file in files) < SMALL else ""


def quote(text: str) -> str:
    """Return `text` as an SQL string.

    Examples
    --------
    >>> print(quote("it's"))
    'it''s'
    """
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return `name` as an SQL identifier.

    Examples
    --------
    >>> print(identifier("by"))
    "by"
    """
    return '"' + name.replace('"', '""') + '"'

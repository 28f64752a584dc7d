"""DuckDB, started once for all that a process asks of small files: to start it costs more than most questions do."""

import itertools
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.sql import quote

if TYPE_CHECKING:
    import duckdb

MEMORY = "2GB"
"""What DuckDB may hold in memory; beyond it it works on disk."""

SMALL = 4_000_000
"""Bytes of files that one thread reads sooner than several agree on who reads what."""

MANY = 500_000
"""From so many rows on it pays to plan for their number: fewer are sooner asked in a table, grouped, kept as text."""

_ALIKE = "SET TimeZone = 'UTC'"

_COSTLY = "in_clause"
"""Lists of characters and markers are short; as joins, which DuckDB makes of them, they cost more than the reading."""


@contextmanager
def open_database(folder: Path, files: Iterable[Path], *, on_disk: bool = False) -> "Iterator[duckdb.DuckDBPyConnection]":
    """Open a database of one's own, modest and alike in every time zone, for what is asked of `files`.

    Parameters
    ----------
    folder : Path
        Where DuckDB works if the files are more than small.
    files : iterable of Path
    on_disk : bool
        Whether what is made of more than small files is kept in `folder`, else in memory.
    """
    if is_small(files):
        with _share() as connection:
            yield connection
    else:
        with start_duckdb(folder, on_disk=on_disk) as connection:
            yield connection


def is_small(files: Iterable[Path]) -> bool:
    """Tell whether `open_database` opens a database of the DuckDB of this process for `files`."""
    return sum(file.stat().st_size for file in files) < SMALL


@contextmanager
def start_duckdb(folder: Path, *, on_disk: bool = False) -> "Iterator[duckdb.DuckDBPyConnection]":
    """Start a DuckDB that nothing else is asked of: its settings may be changed."""
    import duckdb

    with duckdb.connect(str(folder / "own.duckdb") if on_disk else ":memory:") as connection:
        spill = quote(str(folder / "spill"))
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = {spill}; {_ALIKE}")
        connection.execute(f"SET disabled_optimizers = '{_COSTLY}'")
        yield connection


_numbers = itertools.count()
_starting = threading.Lock()
_shared: list["duckdb.DuckDBPyConnection"] = []


@contextmanager
def _share() -> "Iterator[duckdb.DuckDBPyConnection]":
    """Open a database of one's own in the DuckDB of this process, and let go of it."""
    import duckdb

    name = f"own_{next(_numbers)}"
    with closing(_start_once().cursor()) as connection:
        connection.execute(f"ATTACH ':memory:' AS {name}; USE {name}; {_ALIKE}")
        try:
            yield connection
        finally:
            try:
                connection.execute(f"USE memory; DETACH {name}")
            except duckdb.Error:  # broken by what was asked of it: the next question starts another
                _shared.clear()


def _start_once() -> "duckdb.DuckDBPyConnection":
    import duckdb

    with _starting:
        if not _shared:
            _shared.append(duckdb.connect(config=_QUIET))
        return _shared[0]


_QUIET: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "async_threads": 0,
    "memory_limit": MEMORY,
    "temp_directory": "",
    "enable_external_file_cache": False,
    "disabled_optimizers": _COSTLY,
}
"""Without a thread of its own, so that a process that has asked may still fork."""

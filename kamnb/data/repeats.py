"""Rows that are alike: few are, so they are looked for by their hashes first."""

from typing import TYPE_CHECKING

from kamnb.data.engine import MANY

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 20_000_000
"""So many hashes are sorted at a time; of more each sort takes a part."""


def find_alike(connection: "duckdb.DuckDBPyConnection", name: str, columns: str, which: str) -> bool:
    """Make ``alike``: the hashes of `columns` in rows of ``t_<name>`` of which a condition holds, where several have the same.

    Returns whether there are any. Of many rows hashes are sorted: groups of one row each take three times the time and memory.
    """
    hashes = f"SELECT hash({columns}) AS hash FROM t_{name} WHERE {which}"
    (rows,) = connection.execute(f"SELECT count(*) FROM t_{name}").fetchone() or (0,)
    if rows < MANY:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE alike AS {hashes} GROUP BY ALL HAVING count(*) > 1")
    else:
        connection.execute("CREATE OR REPLACE TEMP TABLE alike (hash UBIGINT)")
        parts = rows // _AT_ONCE + 1
        for part in range(parts):
            _sort_part(connection, f"SELECT hash FROM ({hashes}) WHERE hash % {parts} = {part}")
    return connection.execute("SELECT 1 FROM alike LIMIT 1").fetchone() is not None


def _sort_part(connection: "duckdb.DuckDBPyConnection", hashes: str) -> None:
    import numpy as np

    found = np.asarray(connection.execute(hashes).fetchnumpy()["hash"])
    found.sort()
    again = np.unique(found[1:][found[1:] == found[:-1]])
    connection.execute("INSERT INTO alike SELECT unnest($again)", {"again": again.tolist()})

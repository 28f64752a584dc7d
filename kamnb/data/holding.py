"""Checked rows that stay in the file that they came in, as a view of it, until one of them is to be changed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def hold_rows(connection: "duckdb.DuckDBPyConnection", name: str) -> None:
    """Make a table of ``t_<name>`` where it is a view of a file, so that its rows can be changed."""
    if is_left(connection, name):
        connection.execute(
            f"CREATE TABLE held_{name} AS FROM t_{name}; DROP VIEW t_{name}; ALTER TABLE held_{name} RENAME TO t_{name}"
        )


def is_left(connection: "duckdb.DuckDBPyConnection", name: str) -> bool:
    """Tell whether ``t_<name>`` is a view of a file; its rows are in the order of ``_seq``."""
    views = f"SELECT 1 FROM duckdb_views() WHERE database_name = current_database() AND view_name = 't_{name}'"
    return connection.execute(views).fetchone() is not None

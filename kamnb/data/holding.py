"""Checked rows that stay in the company's file, as a view of it, until one of them is to be changed."""

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


def turn_values(connection: "duckdb.DuckDBPyConnection", name: str, column: str, which: str) -> None:
    """Change the sign of a column in the rows of ``t_<name>`` of which a condition holds, without holding them."""
    if not is_left(connection, name):
        connection.execute(f"UPDATE t_{name} SET {column} = -{column} WHERE {which}")
        return
    before = f"{column}_of_{name}"
    turned = f"SELECT * REPLACE (CASE WHEN {which} THEN -{column} ELSE {column} END AS {column}) FROM {before}"
    connection.execute(f"ALTER VIEW t_{name} RENAME TO {before}; CREATE VIEW t_{name} AS {turned}")

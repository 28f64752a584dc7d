"""A user's own SQL over a company's files, run where nothing but the data folder can be reached."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.files import Reading, Source, as_text, load_source, quote
from kamnb.data.settings import TableSettings

if TYPE_CHECKING:
    import duckdb


def read_raw(
    name: str, sources: list[Source], settings: TableSettings, root: Path, as_of: date | None, target: Path
) -> Reading:
    """Write the rows of one table, as text, to the Parquet file `target`.

    Without ``sql`` these are the rows of its files, with it the rows of the query's result.
    The columns ``_file`` and ``_row`` say where a row is from.

    Returns
    -------
    Reading
        Lines that could not be taken in, faults and remarks.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = {quote(str(target.parent / 'spill'))}")
        reading = load_source(connection, sources, settings, target.parent) if sources else Reading()
        if reading.faults:
            return reading
        if settings.sql:
            reading.faults += _run_sql(connection, name, settings, root.resolve(), as_of, target)
        else:
            connection.execute(f"COPY source TO {quote(str(target))} (FORMAT parquet)")
    for part in target.parent.glob("part*.csv"):
        part.unlink()
    return reading


def asks_for_day(settings: TableSettings) -> bool:
    """Tell whether the table's SQL uses the day of the analysis."""
    return "$as_of" in settings.sql


def _run_sql(
    connection: "duckdb.DuckDBPyConnection", name: str, settings: TableSettings, root: Path, as_of: date | None, target: Path
) -> list[str]:
    import duckdb

    try:
        statements = connection.extract_statements(settings.sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return [f"{name}.sql: must be one SELECT and nothing else"]
        if connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'source'").fetchone() == (1,):
            connection.execute("ALTER TABLE source RENAME TO loaded")
            connection.execute("CREATE TEMP VIEW source AS SELECT * EXCLUDE (_file, _row) FROM loaded")
        with _confined(connection, root, target):
            asked = {"as_of": as_of} if asks_for_day(settings) else {}
            query = settings.sql.strip().rstrip(";")
            connection.execute(f"CREATE TEMP TABLE result AS SELECT row_number() OVER () AS _row, * FROM ({query}\n)", asked)
            text = as_text(connection, "result", settings.decimal)
            connection.execute(
                f"COPY (SELECT {quote(f'{name} (sql)')} AS _file, {text} FROM result) TO {quote(str(target))} (FORMAT parquet)"
            )
    except duckdb.Error as error:
        return [f"{name}.sql: {_said(str(error), root)}"]
    return []


@contextmanager
def _confined(connection: "duckdb.DuckDBPyConnection", root: Path, target: Path) -> Iterator[None]:
    connection.execute(f"SET allowed_directories = [{quote(str(root))}]")
    connection.execute(f"SET allowed_paths = [{quote(str(target))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    before = Path.cwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)


def _said(message: str, root: Path) -> str:
    text = " ".join(line.strip() for line in message.splitlines() if line.strip() and set(line.strip()) != {"^"})
    if "Permission Error" in message:
        return f"{text} (a query reaches only files below {root})"
    return text

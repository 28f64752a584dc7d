"""A user's own SQL over a company's files, run where nothing but the data folder can be reached."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.data.engine import start_duckdb
from kamnb.data.files import Source
from kamnb.data.kinds import take_kinds
from kamnb.data.reading import Reading, read_files
from kamnb.data.report import Remark
from kamnb.data.settings import Limits, TableSettings
from kamnb.data.sql import quote
from kamnb.data.tables import TABLES
from kamnb.data.typed import PLACE, select_texts

if TYPE_CHECKING:
    import duckdb


def read_raw(
    connection: "duckdb.DuckDBPyConnection",
    name: str,
    sources: list[Source],
    settings: TableSettings,
    root: Path,
    as_of: date | None,
    folder: Path,
    seconds: float = Limits().query_seconds,
) -> Reading:
    """Write the rows of one table, as text, to Parquet files in `folder`.

    Without ``sql`` these are the rows of its files, read through `connection`; with it the rows of the query's result and the
    lines of its files that are no rows, read through a connection of its own, for a query is confined.
    """
    if not settings.sql:
        declared = take_kinds(TABLES[name], settings) if name in TABLES else {}
        return read_files(connection, sources, settings, folder / name, declared)
    with start_duckdb(folder) as own:
        reading = read_files(own, sources, settings, folder / name)
        if not reading.faults:
            label = query_label(name, sources)
            _run_sql(own, name, label, settings, root.resolve(), as_of, folder, seconds, reading)
    return reading


def query_label(name: str, sources: list[Source]) -> str:
    """Return what faults call the result of a table's SQL; its rows are counted from 1."""
    return f"{sources[0].label if len(sources) == 1 else name} (sql)"


def asks_for_day(settings: TableSettings) -> bool:
    """Tell whether the table's SQL uses the day of the analysis."""
    return "$as_of" in settings.sql


def _run_sql(
    connection: "duckdb.DuckDBPyConnection",
    name: str,
    label: str,
    settings: TableSettings,
    root: Path,
    as_of: date | None,
    folder: Path,
    seconds: float,
    reading: Reading,
) -> None:
    import duckdb

    target, rejected, parts = folder / f"{name}-sql.parquet", folder / f"{name}-rejected.parquet", reading.files
    try:
        statement = _only_select(connection, settings.sql)
        if parts:
            loaded = reading.rows
            above = "_row - row_number() OVER (ORDER BY _seq)"
            lines = f"SELECT 1 AS _part, _file, {above} AS _above, _fault, _line FROM ({loaded}) WHERE _fault IS NOT NULL"
            connection.execute(f"COPY ({lines} ORDER BY _seq) TO {quote(str(rejected))} (FORMAT parquet)")
            cells = f"SELECT * EXCLUDE ({', '.join(PLACE)}) FROM ({loaded}) WHERE _fault IS NULL"
            connection.execute(f"CREATE TEMP VIEW source AS {cells}")
        with _confined(connection, root, [target, *parts]):
            asked = {"as_of": as_of} if "as_of" in statement.named_parameters else {}
            _execute_within(seconds, connection, f"CREATE TEMP TABLE result AS {statement.query}", asked)
            rows = select_texts(connection, "result", settings.decimal, f"0 AS _part, {quote(label)} AS _file, 0 AS _above")
            connection.execute(f"COPY ({rows}) TO {quote(str(target))} (FORMAT parquet)")
        reading.parts = [target, rejected] if parts else [target]
        reading.remarks += _cut_rows(connection, name, label) if parts else []
    except TimeoutError:
        more = "make it do less, or allow it more by [limits] query_seconds in kamnb.toml"
        reading.faults.append(f"{name}.sql: was stopped after {seconds:g} seconds; {more}")
    except (duckdb.Error, ValueError) as error:
        reading.faults.append(f"{name}.sql: {_said(str(error), root)}")


def _cut_rows(connection: "duckdb.DuckDBPyConnection", name: str, label: str) -> list[Remark]:
    """Say how many rows a query leaves of those in the file; what it cuts is in no other count."""
    before, after = connection.execute("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM result)").fetchone() or (0, 0)
    what = f"{before:,} {'row' if before == 1 else 'rows'} in the file, {after:,} after sql"
    return [] if before == after else [Remark(name, what, file=label, rows=abs(before - after))]


def _only_select(connection: "duckdb.DuckDBPyConnection", sql: str) -> "duckdb.Statement":
    import duckdb

    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise ValueError("must be one SELECT and nothing else")
    return statements[0]


@contextmanager
def _confined(connection: "duckdb.DuckDBPyConnection", root: Path, files: list[Path]) -> Iterator[None]:
    """Let `connection` reach nothing but `root`, its working directory meanwhile, and `files`."""
    connection.execute(f"SET allowed_directories = [{quote(str(root))}]")
    connection.execute(f"SET allowed_paths = [{', '.join(quote(str(file)) for file in files)}]")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    before = Path.cwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)


def _execute_within(seconds: float, connection: "duckdb.DuckDBPyConnection", query: str, asked: Mapping[str, Any]) -> None:
    """Run a query in a thread of its own, so that this one may stop it: by Ctrl-C, and by a TimeoutError when time is up."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(connection.execute, query, asked)
        try:
            running.result(seconds)
        except BaseException:
            connection.interrupt()
            raise


def _said(message: str, root: Path) -> str:
    text = " ".join(line.strip() for line in message.splitlines() if line.strip() and set(line.strip()) != {"^"})
    if "Permission Error" in message:
        return f"{text} (a query reaches only files below {root})"
    return text

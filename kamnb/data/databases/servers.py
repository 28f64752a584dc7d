"""A PostgreSQL server, asked: one connection that only reads, and sees one moment."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.databases.addresses import redact
from kamnb.data.sql import identifier, quote
from kamnb.errors import DataError, SettingsError

if TYPE_CHECKING:
    import psycopg

_ALIKE = """
SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'; SET LOCAL client_encoding = 'UTF8';
SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0
"""
"""What makes a server answer with the same text and in the same order each time."""

_NUMBERS = ("numeric", "double precision", "real", "money")
_DAYS = ("date", "timestamp without time zone", "timestamp with time zone")


@dataclass(frozen=True)
class Query:
    """A query that the server has understood, with the columns of its result and their kinds."""

    sql: str
    columns: tuple[tuple[str, str], ...]

    def select(self, decimal: str) -> str:
        """Return the expressions of all columns, each as the text that a file would have."""
        spelled = (_spell(f"c{place}", kind, decimal) for place, (_, kind) in enumerate(self.columns))
        return ", ".join(f"{text} AS {identifier(name)}" for text, (name, _) in zip(spelled, self.columns, strict=True))

    @property
    def rows(self) -> str:
        """The result as something to select from: names may stand in it twice, so that they are numbered."""
        return f"({self.sql}\n) AS q({', '.join(f'c{place}' for place in range(len(self.columns)))})"

    def place(self, column: str) -> int | None:
        """Return the place of a column, whose name is compared without case; None where there is none."""
        return next((place for place, (name, _) in enumerate(self.columns) if name.lower() == column.lower()), None)


def _spell(column: str, kind: str, decimal: str) -> str:
    if kind == "boolean":
        return f"CASE {column} WHEN true THEN 'yes' WHEN false THEN 'no' END"
    if kind == "money":  # its text follows the country of the server
        column = f"{column}::numeric"
    return f"replace({column}::text, '.', {quote(decimal)})" if kind in _NUMBERS and decimal != "." else column


def trim_query(sql: str) -> str:
    """Return a query without what may stand after it."""
    return sql.strip().rstrip(";").rstrip()


@dataclass
class Server:
    """A connection within one transaction.

    Attributes
    ----------
    place : str
        Host, port and database, as messages name it.
    moment : str
        What all tables are read as of, in UTC.
    """

    connection: "psycopg.Connection"
    secrets: tuple[str, ...]
    place: str = field(init=False)
    moment: str = field(init=False)

    def __post_init__(self) -> None:
        info = self.connection.info
        self.place = f"{info.host or 'local'}:{info.port}/{info.dbname}"
        self.connection.execute(_ALIKE)
        (self.moment,) = self.ask("SELECT to_char(now(), 'YYYY-MM-DD HH24:MI:SS \"UTC\"')")

    def ask(self, sql: str) -> tuple[str, ...]:
        """Return the one row of an answer."""
        return self.connection.execute(sql.encode()).fetchone() or ()

    def understand(self, sql: str) -> Query:
        """Have a query read by the server: it must be one statement, and give columns.

        Nothing of it is run. What is one statement by itself may stand in brackets in another.
        """
        from psycopg import errors
        from psycopg.pq import DiagnosticField, ExecStatus

        text = trim_query(sql)
        wire = self.connection.pgconn
        result = wire.prepare(b"kamnb", text.encode())
        if result.status == ExecStatus.COMMAND_OK:
            result = wire.describe_prepared(b"kamnb")
        if result.status != ExecStatus.COMMAND_OK:
            state, words = (result.error_field(DiagnosticField[name]) for name in ("SQLSTATE", "MESSAGE_PRIMARY"))
            raise errors.lookup((state or b"").decode())((words or b"").decode() or wire.get_error_message())
        names = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
        kinds = ", ".join(f"format_type({result.ftype(place)}, NULL)" for place in range(result.nfields))
        wire.exec_(b"DEALLOCATE kamnb")
        if not names:
            raise ValueError("must be one SELECT and nothing else")
        return Query(text, tuple(zip(names, self.ask(f"SELECT {kinds}"), strict=True)))

    def copy(self, query: Query, where: str, decimal: str, target: Path) -> int:
        """Write the rows of a query to a CSV file as they arrive; return how many there are."""
        statement = f"COPY (SELECT {query.select(decimal)} FROM {query.rows} WHERE {where}) TO STDOUT (FORMAT csv, HEADER)"
        cursor = self.connection.cursor()
        with cursor.copy(statement.encode()) as copy, target.open("wb") as file:
            for chunk in copy:
                file.write(chunk)
        return cursor.rowcount

    def latest(self, query: Query, column: str) -> date | None:
        """Return the latest day of a column."""
        (day,) = self.ask(f"SELECT to_char(max({column}) FILTER (WHERE isfinite({column})), 'YYYY-MM-DD') FROM {query.rows}")
        return date.fromisoformat(day) if day and len(day) == len("2026-06-30") else None

    def weigh(self, query: Query, where: str) -> tuple[int, str]:
        """Return how many rows there are and a sum over all their cells, which is another as soon as one cell is."""
        count, total = self.ask(
            f"SELECT count(*), coalesce(sum(hashtextextended(q::text, 0)), 0)::text FROM {query.rows} WHERE {where}"
        )
        return int(count), total


def find_days(query: Query, column: str) -> str:
    """Return the expression of a column of days of a result; raise a ValueError where it is none."""
    place = query.place(column)
    if place is None:
        raise ValueError(f'since names "{column}", which the result does not have; it has {", ".join(dict(query.columns))}')
    kind = query.columns[place][1]
    if kind not in _DAYS:
        raise ValueError(f'since names "{column}", which is {kind} and no day; cast it in sql, as in {column}::date')
    return f"c{place}"


def list_zoned(query: Query) -> list[str]:
    """Return the columns whose day depends on the time zone."""
    return [name for name, kind in query.columns if kind == "timestamp with time zone"]


@contextmanager
def connect(address: str, tables: Sequence[str], kept: str) -> Iterator[Server]:
    """Connect in one read-only transaction that sees one moment.

    Parameters
    ----------
    address : str
    tables : sequence of str
        Who asks, for messages.
    kept : str
        What to do where the server cannot be asked, the end of such messages.

    Raises
    ------
    DataError
        Where the server cannot be reached, refuses, or ends the connection; passwords are not in its message.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise SettingsError(
            f"{', '.join(tables)}: a database needs a package that is not installed: pip install 'kamnb[databases]'"
        ) from None
    secrets, label = [os.environ.get("PGPASSWORD", "")], ", ".join(tables)
    try:
        said = conninfo_to_dict(address)
        secrets.append(str(said.get("password") or ""))
        more = {"connect_timeout": 10} if "connect_timeout" not in said and "PGCONNECT_TIMEOUT" not in os.environ else {}
        connection = psycopg.connect(address, fallback_application_name="kamnb", **more)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise DataError(f"{label}: the database cannot be asked: {say_fault(error, secrets)}{kept}") from None
    connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
    try:
        with connection:
            yield Server(connection, (*secrets, connection.info.password))
    except psycopg.Error as error:
        raise DataError(f"{label}: the database ended the work: {say_fault(error, secrets)}{kept}") from None


def say_fault(error: Exception, secrets: Sequence[str]) -> str:
    """Return the server's words in one line, without passwords."""
    words = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return redact(" ".join(words.split()), *secrets).removesuffix(".")

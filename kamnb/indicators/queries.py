"""The queries in ``sql``: each becomes a view of the schema ``measured`` that later queries read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import tables_in
from kamnb.indicators.settings import IndicatorSettings
from kamnb.indicators.windows import fiscal_start

if TYPE_CHECKING:
    import duckdb


@contextmanager
def measured(
    portfolio: Portfolio, *queries: str, further: Iterable[str] = (), tables: Iterable[str] = ()
) -> "Iterator[duckdb.DuckDBPyConnection]":
    """Open a connection in which each of `queries`, in this order, is a view ``measured.<name>``.

    What `further` queries read can be asked for, too, and so can `tables`.
    """
    with portfolio.connect(*tables_of(*queries, *further), *tables) as connection:
        if connection.execute("SELECT getvariable('absent_is_zero') IS NULL").fetchone() == (True,):
            _prepare(portfolio, connection)
        for name in _find_unmade(connection, queries, "table", "view"):
            connection.execute(f"CREATE VIEW measured.{name} AS {read_query(name)}")
        yield connection


def keep_results(connection: "duckdb.DuckDBPyConnection", *queries: str) -> None:
    """Turn each of `queries`, in this order, into a table ``measured.<name>``, computed once."""
    for name in _find_unmade(connection, queries, "table"):
        connection.execute(f"DROP VIEW IF EXISTS measured.{name}; CREATE TABLE measured.{name} AS {read_query(name)}")


@cache
def read_query(name: str) -> str:
    """Return the text of ``sql/<name>.sql``."""
    return files("kamnb.indicators").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


@cache
def tables_of(*queries: str) -> tuple[str, ...]:
    """Return the tables that queries read, by themselves or through others, and the ledger: whether there is one is asked first.

    Examples
    --------
    >>> tables_of("pipeline")
    ('accounts', 'invoices', 'open_items', 'opportunities')
    """
    found, left, seen = {"open_items"}, [*queries], {*queries, "vat_rates"}
    while left:
        query = read_query(left.pop())
        named = {*re.findall(r"measured\.(\w+)", query)} - seen
        found |= {*tables_in(query)}
        seen |= named
        left += named
    return tuple(sorted(found))


def has_ledger(portfolio: Portfolio, connection: "duckdb.DuckDBPyConnection") -> bool:
    """Tell whether a ledger of receivables was printed by the day."""
    return portfolio.has("open_items") and has_rows(connection, "open_items")


def find_empty(connection: "duckdb.DuckDBPyConnection", tables: Sequence[str]) -> set[str]:
    """Return the tables whose view has no row as of the day; asked of all at once, for planning takes longer than looking."""
    looks = " UNION ALL ".join(f"SELECT '{table}', EXISTS (FROM {table})" for table in tables)
    return {table for table, has_any in connection.execute(looks).fetchall() if not has_any} if tables else set()


def has_rows(connection: "duckdb.DuckDBPyConnection", table: str) -> bool:
    """Tell whether the view of a table has a row as of the day."""
    found = connection.execute(f"SELECT EXISTS (FROM {table})").fetchone()
    return bool(found and found[0])


_OURS = "schema_name = 'measured' AND database_name = current_database()"


def _find_unmade(connection: "duckdb.DuckDBPyConnection", queries: Sequence[str], *kinds: str) -> list[str]:
    """Return those of `queries` that are not there yet as one of `kinds`, which are tables or views."""
    looks = " UNION ALL ".join(f"SELECT {kind}_name FROM duckdb_{kind}s() WHERE {_OURS}" for kind in kinds)
    there = {name for (name,) in connection.execute(looks).fetchall()} if queries else set()
    return [name for name in queries if name not in there]


def _prepare(portfolio: Portfolio, connection: "duckdb.DuckDBPyConnection") -> None:
    settings = IndicatorSettings.load(portfolio.own)
    connection.execute("CREATE SCHEMA measured; CREATE TABLE measured.vat_rates (of VARCHAR, key VARCHAR, rate DOUBLE)")
    for of, rates in settings.vat:
        if rates:
            rows = [(of, key, rate) for key, rate in rates.items()]
            connection.executemany("INSERT INTO measured.vat_rates VALUES (?, ?, ?)", rows)
    values = settings.variables | {
        "fiscal_start": fiscal_start(portfolio.as_of, portfolio.fiscal_year_start),
        "from_ledger": has_ledger(portfolio, connection),
    }
    values["absent_is_zero"] = not values["from_ledger"] or portfolio.lists_all(connection)
    for name, value in values.items():
        connection.execute(f"SET VARIABLE {name} = ?", [list(value) if isinstance(value, tuple) else value])
    for name, months in {"year_ago": 12, "two_years_ago": 24, "three_years_ago": 36}.items():
        connection.execute(f"SET VARIABLE {name} = (getvariable('as_of') - to_months({months}))::DATE")

"""A portfolio: the tables that passed the door, as they could be seen on a day."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from kamnb.data.answers import note_reading, recall, spell, watch_reading
from kamnb.data.engine import is_small, open_database
from kamnb.data.ledgers import LEDGER, is_whole, latest_listings
from kamnb.data.left import Left
from kamnb.data.lost import Lost
from kamnb.data.method import Own
from kamnb.data.rates import Rates, converted
from kamnb.data.report import DoorReport
from kamnb.data.saving import hash_once
from kamnb.data.sql import identifier, quote
from kamnb.data.states import LAST_RATINGS, MACROS
from kamnb.data.tables import SQL_TYPES, TABLES, Column, Table

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

UNTIL = "_until"
"""The column that says from which day a row is replaced by a later one about the same thing."""

MEMBER = "_member"
"""The column that holds the account that a row names, where it counts for a parent."""

_MAY_CHANGE = ("money", "number", "whole", "yesno")
"""Kinds of columns whose values change in time; text of a table without dates are names."""

LOST = "lost"
"""The view of what was lost at the door, as `kamnb.data.losses` writes it."""

IS_LOST = f"""
CREATE MACRO is_lost(named, of_account, columns, after, until) AS EXISTS (
    FROM {LOST}
    WHERE of_table = named AND account_id = of_account AND (of_column = '' OR list_contains(columns, of_column))
        AND (day IS NULL OR (day > after AND day <= until))
)
"""
"""``is_lost`` tells whether rows of an account, or values of these columns, were lost of a table in days that a query reads."""

_LOST_KINDS = {
    "of_table": "VARCHAR", "of_column": "VARCHAR", "account_id": "VARCHAR", "event": "DATE", "day": "DATE",
    "is_unnamed": "BOOLEAN", "rows": "BIGINT", "money": "DECIMAL(38,6)", "not_valued": "BIGINT",
}  # fmt: skip

Answer = TypeVar("Answer")
Given = ParamSpec("Given")
Asked = Callable[Concatenate["Portfolio", Given], Answer]
"""A question to a portfolio, with what else it is asked with, and its answer."""


@dataclass(frozen=True)
class Portfolio:
    """The tables of a company's key accounts, seen as of a day.

    Attributes
    ----------
    folder : Path
        Holds one Parquet file for each table given: every row kept at the door, later ones too. It is the company's own where
        `left` says how the table is had from it.
    as_of : date
        The day of the view; `at` changes it.
    currency : str
        The reporting currency; empty where the data name none.
    filled : mapping of table name to column names
        The columns in which the table, as read, has at least one value.
    rates : mapping
        Dated rates to the reporting currency; empty where there is only one currency.
    further : mapping of column name to kind
        Columns of ``accounts`` beyond the contract, for criteria ("number" or "text").
    fiscal_year_start : int
        The month in which a fiscal year begins.
    left : mapping of table name to Left
        The tables whose rows are left in a file as it came.
    report : DoorReport or None
        What the door said.
    own : mapping of file name to content
        What the workbook's own files change in the settings of the method.
    is_lossy : bool
        Whether rows were set aside, or values made unknown, that belong to an account or name none.
    home : Path or None
        The folder of the workbook's settings, beside which is kept what is computed of the tables; None to keep nothing.
    """

    folder: Path
    as_of: date
    currency: str = ""
    filled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rates: Rates = field(default_factory=dict)
    further: Mapping[str, str] = field(default_factory=dict)
    fiscal_year_start: int = 1
    left: Mapping[str, Left] = field(default_factory=dict)
    report: DoorReport | None = field(default=None, compare=False)
    own: Own = field(default_factory=dict)
    is_lossy: bool = False
    home: Path | None = field(default=None, compare=False)

    def at(self, day: date) -> "Portfolio":
        """Return the same portfolio as it could be seen on `day`."""
        return replace(self, as_of=day)

    def keep_dated(self) -> "tuple[Portfolio, tuple[str, ...]]":
        """Return the portfolio without what no date says since when it is so, and what that is, as ``table.column``.

        These are amounts, numbers and answers of tables whose rows have no date, and whole tables whose dates were not given.
        """
        filled, left_out = {}, []
        for name, columns in self.filled.items():
            table = TABLES[name]
            undated = {column.name for column in table.columns if column.kind in _MAY_CHANGE} if not table.event else set()
            if table.event and table.event not in columns:
                left_out.append(name)
                continue
            left_out += [f"{name}.{column}" for column in sorted(undated & columns)]
            filled[name] = columns - undated
        left_out += [f"accounts.{column}" for column in self.further]
        return replace(self, filled=filled, further={}), tuple(sorted(left_out))

    def has(self, table: str, *columns: str) -> bool:
        """Tell whether `table` was given and each of `columns` has a value in it."""
        note_reading((table,))
        return table in self.filled and set(columns) <= self.filled[table]

    @contextmanager
    def connect(self, *tables: str) -> "Iterator[duckdb.DuckDBPyConnection]":
        """Open a DuckDB connection in which tables of the contract are views as of the day.

        Tables that were not given are empty views; money is in the reporting currency;
        ``invoices`` has one column more, ``is_open`` (NULL where payment is unknown). Rows of accounts have ``member_id``: the
        account that the row names, which is another where children count for their parent. "Latest", "largest" and "one row
        wins" hold for each member. An override of a child is none of the group: it is not there.
        Within `keep_open` the connection is one that others use before and after: what is created in it stays until its end.
        Macros say in which state an action or a deal is, and the view ``last_ratings`` has the latest rating of each rater,
        as `kamnb.data.states` writes them. The view ``lost`` has what was set aside or made unknown, by account, as
        `kamnb.data.losses` writes it, and the macro ``is_lost`` asks it.
        The variable ``as_of`` holds the day: ``getvariable('as_of')``.

        Parameters
        ----------
        *tables : str
            Those that are asked for; all by default, which takes twice as long.
        """
        note_reading(tables or TABLES)
        opened = _OPENED.get()
        if opened is None:
            with _Opened(self) as own:
                yield own.show(tables)
            return
        yield _find_opened(opened, self).show(tables)

    @property
    def lost(self) -> Lost:
        """What was lost at the door, by account; read once."""
        note_reading(_LOST_FROM)
        return self._lost

    @cached_property
    def _lost(self) -> Lost:
        return _read_lost(self)

    def fingerprint(self, tables: Iterable[str]) -> str:
        """Return all that an answer drawn from some tables hangs on, the tables by their hashes."""
        lost = hash_once(self.folder / f"{LOST}.parquet") if self.is_lossy else ""
        read = {name: (self.filled[name], self.hash_table(name)) for name in tables if name in self.filled}
        said = (self.as_of, self.currency, self.rates, self.further, self.fiscal_year_start, self.own, lost, read)
        return spell((*said, self.filled.keys()))

    def hash_table(self, name: str) -> str:
        """Return the hash of a table's rows: of their file, and of how they are had from it."""
        digest = hash_once(self.folder / f"{name}.parquet")
        return f"{digest} {spell(self.left[name])}" if name in self.left else digest

    def lists_all(self, connection: "duckdb.DuckDBPyConnection") -> bool:
        """Tell whether an account that is not in the latest listing of the ledger owes nothing."""
        found = connection.execute(is_whole(self._rows("open_items"), self._day, self._ledger)).fetchone()
        return bool(found and found[0])

    def read(self, table: str) -> "pd.DataFrame":
        """Return the view of one table as a frame, rows in the order of the file."""
        with self.connect(table) as connection:
            frame: pd.DataFrame = connection.execute(f"SELECT * FROM {table}").df()
            return frame.drop(columns="member_id", errors="ignore")

    def _rows(self, name: str) -> str:
        file = f"read_parquet({quote(str(self.folder / f'{name}.parquet'))})"
        return f"(SELECT {', '.join(self.left[name].values(TABLES[name]))} FROM {file})" if name in self.left else file

    def _view_query(self, table: Table, rows_of: Callable[[str], str]) -> str:
        if table.name not in self.filled:
            columns = [f"NULL::{SQL_TYPES[column.kind]} AS {identifier(column.name)}" for column in table.columns]
            return f"SELECT {', '.join([*columns, *self._derived(table)])} WHERE false"
        columns = [f"{self._seen(table, column)} AS {identifier(column.name)}" for column in table.columns]
        columns += [identifier(name) for name in self.further] if table.name == "accounts" else []
        rows = rows_of(table.name)
        return f"SELECT {', '.join([*columns, *self._derived(table)])} FROM {rows} WHERE {self._exists(table, rows)}"

    def _lost_query(self, rows_of: Callable[[str], str]) -> str:
        """Return the query of what was lost by the day; of a ledger, what was lost of an earlier listing does not count."""
        if not self.is_lossy:
            return f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in _LOST_KINDS.items())} WHERE false"
        listing = f"SELECT min(listed_on) FROM ({self._view_query(TABLES['open_items'], rows_of)})"
        listed = f"(of_table <> 'open_items' OR event >= coalesce(({listing}), event))"
        return f"SELECT * FROM {rows_of(LOST)} WHERE event IS NULL OR (event <= {self._day} AND {listed})"

    def _seen(self, table: Table, column: Column) -> str:
        if not self.has(table.name, column.name):
            return f"NULL::{SQL_TYPES[column.kind]}"
        value = self._converted(table, column)
        if not column.masked_by:
            return value
        before = "'open'" if column.name == "outcome" and self.has(table.name, column.name) else "NULL"
        return f"CASE WHEN {column.masked_by} > {self._day} THEN {before} ELSE {value} END"

    def _converted(self, table: Table, column: Column) -> str:
        if column.kind != "money" or not table.has_currency:
            return identifier(column.name)
        return converted(column.name, table.event, self.currency, self.rates, self.as_of)

    def _derived(self, table: Table) -> list[str]:
        derived = [f"{self._member(table)} AS member_id"] if table.is_rolled_up else []
        if table.name != "invoices":
            return derived
        if not self.has("invoices", "paid_date"):
            return [*derived, "NULL::BOOLEAN AS is_open"]
        return [*derived, f"(paid_date IS NULL OR paid_date > {self._day}) AS is_open"]

    def _member(self, table: Table) -> str:
        return MEMBER if self.has(table.name, MEMBER) else "account_id" if table.name in self.filled else "NULL::VARCHAR"

    def _exists(self, table: Table, rows: str) -> str:
        if table.name == "open_items":
            return latest_listings(rows, self._day, self._ledger)
        current = f"({UNTIL} IS NULL OR {UNTIL} > {self._day})" if self.has(table.name, UNTIL) else "true"
        own = f" AND {MEMBER} = account_id" if table.name == "overrides" and self.has("overrides", MEMBER) else ""
        return (f"({table.event} IS NULL OR {table.event} <= {self._day}) AND {current}" if table.event else current) + own

    @property
    def _ledger(self) -> str:
        return LEDGER if self.has("open_items", LEDGER) else "''"

    @property
    def _day(self) -> str:
        return f"DATE '{self.as_of}'"


class _Opened:
    """A connection to a portfolio, and which of its tables are views in it.

    Small tables are loaded once, also for the other days of the same tables: a file is opened anew by each question, and by each
    view that another names.
    """

    def __init__(self, portfolio: Portfolio, other: "_Opened | None" = None) -> None:
        files = list(portfolio.folder.glob("*.parquet"))
        self.portfolio, self.shown, self._kept = portfolio, set[str](), ExitStack()
        self.answers: dict[Callable[..., Any], tuple[Any, set[str]]] = {}
        self._files, self._loads = files, is_small(files)
        self._loaded: dict[str, str] = other._loaded if other else {}

    @cached_property
    def connection(self) -> "duckdb.DuckDBPyConnection":
        """The connection, opened when something is asked that is not known."""
        connection, portfolio = self._kept.enter_context(open_database(self.portfolio.folder, self._files)), self.portfolio
        self.__dict__["connection"] = connection  # which the views of what was lost load tables into
        connection.execute(
            f"SET VARIABLE as_of = {portfolio._day}; CREATE VIEW {LOST} AS {portfolio._lost_query(self._rows_of)}; "
            f"{IS_LOST}; {MACROS}"
        )
        return connection

    def show(self, tables: tuple[str, ...]) -> "duckdb.DuckDBPyConnection":
        """Return the connection, in which `tables`, or all, are views."""
        for name in tables or TABLES:
            if name not in self.shown:
                query = self.portfolio._view_query(TABLES[name], self._rows_of)
                self.connection.execute(f"CREATE VIEW {name} AS {query}")
                if name == "ratings":
                    self.connection.execute(LAST_RATINGS)
                self.shown.add(name)
        return self.connection

    def _rows_of(self, name: str) -> str:
        """Return what has the rows of a table: its file, or where that is small the table into which it was read."""
        if not self._loads:
            return self.portfolio._rows(name)
        connection = self.connection
        if name not in self._loaded:
            own = connection.execute("SELECT current_database()").fetchone()
            target = f"{own[0] if own else ''}.kept.{name}"
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS kept; CREATE TABLE {target} AS FROM {self.portfolio._rows(name)}")
            self._loaded[name] = target
        return self._loaded[name]

    def __enter__(self) -> "_Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._kept.close()


def _find_opened(opened: list[_Opened], portfolio: Portfolio) -> _Opened:
    """Return what is open to a portfolio, opened if it is not yet."""
    kept = next((one for one in opened if one.portfolio == portfolio), None)
    if kept is None:
        opened.append(kept := _Opened(portfolio, next((one for one in opened if one.portfolio.folder == portfolio.folder), None)))
    return kept


_OPENED: ContextVar[list[_Opened] | None] = ContextVar("opened", default=None)


@contextmanager
def keep_open() -> Iterator[None]:
    """Let all that is asked of portfolios within the block use one connection for each day, opened when first asked for.

    Opening a connection with every view costs more than most questions do.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> with keep_open(), portfolio.connect("accounts") as first, portfolio.connect("invoices") as second:
    ...     first is second
    True
    """
    if _OPENED.get() is not None:
        yield
        return
    opened: list[_Opened] = []
    token = _OPENED.set(opened)
    try:
        yield
    finally:
        _OPENED.reset(token)
        for one in opened:
            one.close()


def answer_once(question: "Asked[Given, Answer]") -> "Asked[Given, Answer]":
    """Let a question to a portfolio be asked once for each day within `keep_open`, and everyone have a copy of the answer.

    Within `kamnb.data.answers.remember` it is not asked again either until something that it hangs on is another, also where
    more is given than the portfolio.
    """

    @wraps(question)
    def ask(portfolio: Portfolio, *others: "Given.args", **named: "Given.kwargs") -> "Answer":
        opened = _OPENED.get()
        if opened is None:
            with keep_open():
                return ask(portfolio, *others, **named)
        if others or named:
            return cast("Answer", recall(question, portfolio, *others, **named))
        answers = _find_opened(opened, portfolio).answers
        if question not in answers:
            with watch_reading() as read:
                answers[question] = recall(question, portfolio), read
        answer, read = answers[question]
        note_reading(read)
        return cast("Answer", copy(answer))

    return cast("Asked[Given, Answer]", ask)


_LOST_FROM = ("accounts", "open_items")
"""The tables that are looked at, beside what was lost, to tell whose it was."""


@answer_once
def _read_lost(portfolio: Portfolio) -> Lost:
    import pandas as pd

    if not portfolio.is_lossy:
        return Lost(pd.DataFrame(columns=list(_LOST_KINDS)), {}, False)
    with portfolio.connect(*_LOST_FROM) as connection:
        rows = connection.execute(f"SELECT * REPLACE (money::DOUBLE AS money) FROM {LOST} ORDER BY ALL").df()
        accounts = connection.execute("FROM accounts").df().set_index("account_id")
        stated = {str(name): frozenset(values.dropna().index) for name, values in accounts.items()}
        (listed,) = connection.execute("SELECT count(*) FROM open_items").fetchone() or (0,)
    return Lost(rows, stated, bool(listed))

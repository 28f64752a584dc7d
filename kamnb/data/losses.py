"""What was lost on the way in: rows set aside and values made unknown, by the account they belong to."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.lost import Window
from kamnb.data.money import Money
from kamnb.data.parsing import bit_of
from kamnb.data.portfolio import LOST, Portfolio, answer_once
from kamnb.data.rates import converted
from kamnb.data.rows import Checked
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import TABLES, Table

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def save_losses(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], money: Money, day: date, folder: Path
) -> bool:
    """Write what was lost of each table to ``lost.parquet``; return whether there is anything.

    A row for each table, column (empty: the row itself), account, event date and day (by which windows look: the event date, or
    that of the promise): ``rows``, ``money`` in the reporting currency, ``not_valued`` (rows whose amount is not known) and
    ``is_unnamed`` (they name no account).
    """
    lossy = [item for item in checked.values() if not item.is_whole or item.unread]
    queries = [query for item in lossy for query in _lost_queries(item, checked, money, day)]
    if not queries:
        return False
    target = folder / f"{LOST}.parquet"
    rows = " UNION ALL ".join(f"({query})" for query in queries)
    connection.execute(f"CREATE TEMP TABLE all_lost AS ({rows} ORDER BY ALL)")  # else the file's bytes hang on the query, too
    (found,) = connection.execute(f"COPY all_lost TO {quote(str(target))} (FORMAT parquet)").fetchone() or (0,)
    connection.execute("DROP TABLE all_lost")
    return bool(found)


def _lost_queries(item: Checked, checked: Mapping[str, Checked], money: Money, day: date) -> Iterator[str]:
    table = item.table
    rows, account = _owned(table, checked)
    event = f"t.{table.event}" if table.event else "NULL::DATE"
    day_ = f"t.{_PROMISED[table.name]}" if table.name in _PROMISED else event
    amount = f"({value_row(item, money, day)})::DECIMAL(38,6)" if item.amount else "NULL::DECIMAL(38,6)"
    unnamed = "coalesce(_why = 'missing' AND _column = 'account_id', false)"
    head = f"SELECT {quote(table.name)} AS of_table, "
    keys = f"{account} AS account_id, {event} AS event, {day_} AS day"
    yield (
        f"{head} '' AS of_column, {keys}, {unnamed} AS is_unnamed, count(*) AS rows, coalesce(sum({amount}), 0) AS money, "
        f"count(*) FILTER ({amount} IS NULL) AS not_valued FROM {rows} WHERE {is_lost(table)} GROUP BY ALL"
    )
    for column in table.columns:
        if not column.required and column.name in item.mapped.texts and item.unread & bit_of(table, column.name):
            unread = f"_why IS NULL AND _unread & {bit_of(table, column.name)} <> 0"
            counted = "false AS is_unnamed, count(*) AS rows, 0 AS money, 0 AS not_valued"
            yield f"{head} {quote(column.name)} AS of_column, {keys}, {counted} FROM {rows} WHERE {unread} GROUP BY ALL"


_PROMISED = {"deliveries": "promised_on"}
"""The day by which windows look, of tables that have no event date."""


def _owned(table: Table, checked: Mapping[str, Checked]) -> tuple[str, str]:
    """Return the rows of a table and the expression of the account each is about."""
    rows = f"t_{table.name} t"
    if table.name == "accounts":
        return f"{rows} LEFT JOIN id_map ON from_id = t.account_id", "coalesce(to_id, t.account_id)"
    if table.name == "actions" and "objectives" in checked:
        owners = "SELECT objective_id, arg_min(account_id, _seq) AS _owner FROM t_objectives GROUP BY objective_id"
        return f"{rows} LEFT JOIN ({owners}) owners ON owners.objective_id = t.objective_id", "_owner"
    return rows, "t.account_id" if "account_id" in table.names else "NULL::VARCHAR"


def value_row(item: Checked, money: Money, day: date) -> str:
    """Return the expression of the amount of a row ``t`` in the reporting currency; NULL where it cannot be converted."""
    amount, event = f"t.{item.amount}", f"t.{item.table.event}" if item.table.event else ""
    if not item.table.has_currency:
        return amount
    return converted(amount, event, money.currency, money.rates, day).replace(
        "CASE currency", f"CASE coalesce(t.currency, {quote(money.currency)})"
    )


def is_lost(table: Table) -> str:
    """Say which rows ``t`` set aside are a loss: not one that was given anew, nor one that repeats an earlier row in full."""
    if not table.key:
        return "_why IN ('line', 'missing', 'unread')"
    cells = ", ".join(f"t.{identifier(name)}" for name in table.names)
    kept = f"SELECT hash({cells.replace('t.', 'k.')}) FROM t_{table.name} k WHERE k._why IS NULL"
    return f"(_why IN ('line', 'missing', 'unread') OR (_why = 'repeated' AND hash({cells}) NOT IN ({kept})))"


@answer_once
def read_losses(portfolio: Portfolio) -> "pd.DataFrame":
    """Return what was lost of each table, as of the day.

    Returns
    -------
    DataFrame
        ``of_table``, ``of_column`` (empty: whole rows), ``account_id`` (missing: none is known), ``is_unnamed``, ``rows``,
        ``money`` (of the reporting currency, as far as the amounts are known) and ``not_valued``.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> lost = read_losses(open_portfolio(data_folder() / "sample"))
    >>> sorted(set(lost["of_table"]))
    ['invoices']
    """
    keys, sums = ["of_table", "of_column", "account_id", "is_unnamed"], ["rows", "money", "not_valued"]
    frame = portfolio.lost.rows.groupby(keys, dropna=False, as_index=False)[sums].sum()
    return frame.sort_values(keys, ignore_index=True)


def read_totals(portfolio: Portfolio, losses: "pd.DataFrame") -> dict[str, float]:
    """Return the money of all rows read by the day, kept and lost, of each table in `losses` that has an amount."""
    tables = {str(name): TABLES[str(name)].money for name in losses["of_table"].unique()}
    amounts = {name: next((c for c in money if TABLES[name][c].required), money[0]) for name, money in tables.items() if money}
    totals = {}
    for name, amount in amounts.items():
        with portfolio.connect(name) as connection:
            (kept,) = connection.execute(f"SELECT coalesce(sum({amount}), 0)::DOUBLE FROM {name}").fetchone() or (0.0,)
        totals[name] = float(kept) + float(losses.loc[losses["of_table"] == name, "money"].sum())
    return totals


def find_lost(portfolio: Portfolio, *needs: str, window: Window | None = None) -> set[str]:
    """Return the accounts of which something was lost that a fact with these needs rests on, within the window."""
    return set().union(*(portfolio.lost.find(need, window) for need in needs))


def hide_lost(
    portfolio: Portfolio,
    frame: "pd.DataFrame",
    needs: Mapping[str, tuple[str, ...]],
    windows: Mapping[str, Window] | None = None,
) -> "pd.DataFrame":
    """Return `frame` with the facts made unknown that rest on something of the same account that was lost.

    Parameters
    ----------
    portfolio : Portfolio
    frame : DataFrame
        Facts, indexed by ``account_id``.
    needs : mapping of fact to what it rests on
        As `kamnb.data.lost.Lost.find` takes it.
    windows : mapping of fact to window, optional
        The days at which a fact looks; by default any.
    """
    import numpy as np

    if portfolio.lost.rows.empty:
        return frame
    hidden = np.zeros(frame.shape, dtype=bool)
    for place, fact in enumerate(frame.columns):
        gone = find_lost(portfolio, *needs[fact], window=(windows or {}).get(fact)) if fact in needs else ()
        if gone:
            hidden[:, place] = frame.index.isin(gone)
    return frame.mask(hidden)

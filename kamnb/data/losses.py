"""What was lost on the way in: rows set aside and values made unknown, by the account they belong to."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.money import Money
from kamnb.data.portfolio import LOST, Portfolio, converted
from kamnb.data.rows import Checked, bit_of
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import TABLES, Table

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

STATES = {
    "opportunities": ("outcome", "closed", "amount"),
    "contacts": ("left_on",),
    "actions": ("done_on", "ours", "checkpoint"),
    "deliveries": ("delivered_on", "complete"),
    "documents": ("kind", "signed_on", "due", "notice_by", "expires"),
    "complaints": ("resolved_on",),
    "objectives": ("due", "agreed_on"),
    "decisions": ("done_on", "due"),
    "overrides": ("expires",),
    "targets": ("stated_on",),
    "wallet": ("low", "high", "competitor_share", "stated_on"),
    "customer_goals": ("budget", "value_delivered"),
}
"""Columns that say in which state a row is: where one, or the event date, does not read, what counts the rows is unknown."""


def save_losses(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], money: Money, day: date, folder: Path
) -> bool:
    """Write what was lost of each table to ``lost.parquet``; return whether there is anything.

    A row for each table, column (empty: the row itself), account and event date: ``rows``, ``money`` in the reporting
    currency, ``not_valued`` (rows whose amount is not known) and ``is_unnamed`` (they name no account).
    """
    lossy = _find_lossy(connection, checked)
    queries = [query for item in lossy for query in _lost_queries(item, checked, money, day)]
    if not queries:
        return False
    target = folder / f"{LOST}.parquet"
    rows = " UNION ALL ".join(f"({query})" for query in queries)
    connection.execute(f"COPY ({rows} ORDER BY ALL) TO {quote(str(target))} (FORMAT parquet)")
    (found,) = connection.execute(f"SELECT count(*) FROM read_parquet({quote(str(target))})").fetchone() or (0,)
    return bool(found)


def _find_lossy(connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked]) -> list[Checked]:
    """Return the tables in which anything was lost; asked of all at once, for planning takes longer than looking."""
    looks = [f"SELECT '{name}', EXISTS (FROM t_{name} WHERE _why IS NOT NULL OR _unread <> 0)" for name in checked]
    return [checked[name] for name, lossy in connection.execute(" UNION ALL ".join(looks)).fetchall() if lossy] if looks else []


def _lost_queries(item: Checked, checked: Mapping[str, Checked], money: Money, day: date) -> Iterator[str]:
    table = item.table
    rows, account = _owned(table, checked)
    event = f"t.{table.event}" if table.event else "NULL::DATE"
    amount = f"({value_row(item, money, day)})::DECIMAL(38,6)" if item.amount else "NULL::DECIMAL(38,6)"
    unnamed = "coalesce(_why = 'missing' AND _column = 'account_id', false)"
    head = f"SELECT {quote(table.name)} AS of_table, "
    keys = f"{account} AS account_id, {event} AS event"
    yield (
        f"{head} '' AS of_column, {keys}, {unnamed} AS is_unnamed, count(*) AS rows, coalesce(sum({amount}), 0) AS money, "
        f"count(*) FILTER ({amount} IS NULL) AS not_valued FROM {rows} WHERE {is_lost(table)} GROUP BY ALL"
    )
    for column in table.columns:
        if not column.required and column.name in item.mapped.texts:
            unread = f"_why IS NULL AND _unread & {bit_of(table, column.name)} <> 0"
            counted = "false AS is_unnamed, count(*) AS rows, 0 AS money, 0 AS not_valued"
            yield f"{head} {quote(column.name)} AS of_column, {keys}, {counted} FROM {rows} WHERE {unread} GROUP BY ALL"


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
    sums = "sum(rows)::BIGINT AS rows, sum(money)::DOUBLE AS money, sum(not_valued)::BIGINT AS not_valued"
    with portfolio.connect("accounts") as connection:
        frame: pd.DataFrame = connection.sql(
            f"SELECT of_table, of_column, account_id, is_unnamed, {sums} FROM {LOST} GROUP BY ALL ORDER BY ALL"
        ).df()
        return frame


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


def find_lost(portfolio: Portfolio, *needs: str) -> set[str]:
    """Return the accounts of which something was lost that a fact with these needs rests on."""
    if not portfolio.is_lossy:
        return set()
    lost = _index_lost(portfolio)
    return set().union(*(_lost_of(need, lost) for need in needs))


def hide_lost(portfolio: Portfolio, frame: "pd.DataFrame", needs: Mapping[str, tuple[str, ...]]) -> "pd.DataFrame":
    """Return `frame` with the facts made unknown that rest on something of the same account that was lost.

    Parameters
    ----------
    portfolio : Portfolio
    frame : DataFrame
        Facts, indexed by ``account_id``.
    needs : mapping of fact to what it rests on
        Tables, or columns as ``table.column``; " or " joins alternatives: of ledger and invoices the one that is used, of a
        column of accounts and a table the column where the account has it, else all.
    """
    if not portfolio.is_lossy:
        return frame
    lost, hidden = _index_lost(portfolio), frame.copy()
    stated = portfolio.read("accounts").drop_duplicates("account_id").set_index("account_id").reindex(frame.index)
    from_ledger = not portfolio.read("open_items").empty
    for fact in [name for name in frame.columns if name in needs]:
        gone = set().union(*(_lost_by(need, lost, stated, from_ledger) for need in needs[fact]))
        if gone:
            hidden[fact] = hidden[fact].mask(hidden.index.isin(gone))
    return hidden


_Lost = Mapping[tuple[str, str], frozenset[str]]


def _index_lost(portfolio: Portfolio) -> _Lost:
    losses = read_losses(portfolio).dropna(subset="account_id")
    return {
        (str(table), str(column)): frozenset(rows["account_id"])
        for (table, column), rows in losses.groupby(["of_table", "of_column"])
    }


def _lost_by(need: str, lost: _Lost, stated: "pd.DataFrame", from_ledger: bool) -> set[str]:
    first, *others = need.split(" or ")
    if others and first.startswith("open_items"):
        return _lost_of(first if from_ledger else others[0], lost)
    gone = _lost_of(first, lost)
    for other in others:
        known = stated.index[stated[first.split(".")[1]].notna()] if first.startswith("accounts.") else ()
        gone |= _lost_of(other, lost) - set(known)
    return gone


def _lost_of(need: str, lost: _Lost) -> set[str]:
    table, *columns = need.split(".")
    every = ("", TABLES[table].event, *columns, *STATES.get(table, ()))
    return set().union(*(lost.get((table, column), frozenset()) for column in every))

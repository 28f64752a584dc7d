"""What could not be read, said in rows and money: of the whole portfolio, and of one account."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kamnb.data.currency import take_code_off
from kamnb.data.losses import read_losses, read_totals
from kamnb.data.portfolio import Portfolio
from kamnb.display.parts.formats import write_amount, write_share
from kamnb.display.parts.sentences import Prose, count_of, join_first, join_words

if TYPE_CHECKING:
    import pandas as pd

ROWS = {
    "accounts": "master row", "aliases": "alias", "invoices": "invoice row", "open_items": "ledger row",
    "costs_to_serve": "cost row", "targets": "target row", "contacts": "contact", "interactions": "interaction",
    "efforts": "effort row", "opportunities": "deal", "offerings": "offering", "wallet": "wallet row", "ratings": "rating",
    "managers": "manager", "maturity": "maturity row", "insight": "insight row", "customer_goals": "goal",
    "objectives": "objective", "actions": "action", "decisions": "decision", "overrides": "override", "kpis": "KPI",
    "kpi_weights": "KPI weight", "kpi_values": "KPI value", "documents": "document", "deliveries": "delivery row",
    "complaints": "complaint",
}  # fmt: skip
"""What a row of each table is called."""

_NAMED = 5
"""So many accounts are named; of the others the number is given."""


def list_losses(portfolio: Portfolio, currency: str, names: "pd.Series[str] | None" = None) -> list[str]:
    """Say of each table what could not be read, and which figures are unknown for it; empty where nothing was lost.

    Parameters
    ----------
    portfolio : Portfolio
    currency : str
    names : Series, optional
        The name of each account; ids stand where it is not given.
    """
    losses = read_losses(portfolio)
    if losses.empty:
        return []
    totals = read_totals(portfolio, losses)
    return [
        line
        for table, rows in losses.groupby("of_table", sort=False)
        for line in _say_table(str(table), rows, totals.get(str(table)), currency, names)
    ]


def _say_table(
    table: str, losses: "pd.DataFrame", total: float | None, currency: str, names: "pd.Series[str] | None"
) -> Iterator[str]:
    unnamed = losses[losses["is_unnamed"]]
    if len(unnamed):
        rows = count_of(int(unnamed["rows"].sum()), ROWS[table])
        money = _write_money(unnamed, total, currency)
        verb = "names" if money or unnamed["rows"].sum() == 1 else "name"
        yield f"{f'{money} in {rows}' if money else rows} {verb} no account and is not in any figure.".replace(
            "name no account and is", "name no account and are"
        )
    unread = losses[~losses["is_unnamed"]]
    if len(unread):
        yield f"{_say_unread(table, unread, total, currency)}{_say_unknown(unread, names)}."


def _say_unread(table: str, losses: "pd.DataFrame", total: float | None, currency: str) -> str:
    whole = losses[losses["of_column"] == ""]
    parts = [_count_rows(table, whole)] if len(whole) else []
    money = _write_money(whole, total, currency)
    said = join_words([*parts, *_count_values(table, losses)])
    lost = f" ({money}{_say_unvalued(whole)})" if money else _say_unvalued(whole, alone=True)
    return f"{said[:1].upper()}{said[1:]} could not be read{lost}"


def _say_unvalued(losses: "pd.DataFrame", *, alone: bool = False) -> str:
    rows, unvalued = int(losses["rows"].sum()), int(losses["not_valued"].sum())
    if not unvalued:
        return ""
    if alone:
        return " (no amount is known)" if unvalued == rows else f" (of {unvalued:,} no amount is known)"
    return f"; of {unvalued:,} no amount is known"


def _say_unknown(losses: "pd.DataFrame", names: "pd.Series[str] | None") -> str:
    accounts = sorted(losses["account_id"].dropna().unique())
    if not accounts:
        return ""
    called = [str(names.get(account, account)) if names is not None else account for account in accounts]
    them = "it" if losses["rows"].sum() == 1 else "them"
    return f"; figures of {join_first(called, _NAMED)} that rest on {them} are unknown"


def _count_rows(table: str, losses: "pd.DataFrame") -> str:
    return count_of(int(losses["rows"].sum()), ROWS[table])


def _count_values(table: str, losses: "pd.DataFrame") -> Iterator[str]:
    values = losses[losses["of_column"] != ""]
    for column, rows in values.groupby("of_column", sort=False)["rows"].sum().items():
        yield f"{str(column).replace('_', ' ')} of {count_of(int(rows), ROWS[table])}"


def _write_money(losses: "pd.DataFrame", total: float | None, currency: str) -> str:
    """Write the money of rows that were lost, and its part of all that was read."""
    money = float(losses["money"].sum())
    if total is None or not money:
        return ""
    part = write_share(money / total) if 0 < 0.005 * total <= money else "under 1 %"
    share = f" ({part})" if 0 < money <= total else ""
    return f"{write_amount(money, currency)} of {write_amount(total, take_code_off(currency))}{share}"


def say_account_losses(losses: "pd.DataFrame", account_id: str) -> str:
    """Say what of one account could not be read, of losses as `read_losses` returns them; empty where nothing was lost."""
    parts = list(_count_all(losses[losses["account_id"] == account_id]))
    if not parts:
        return ""
    said = join_words(parts)
    return f"{said[:1].upper()}{said[1:]} of this account could not be read: figures that rest on them are unknown."


def say_unlisted(losses: "pd.DataFrame", account_id: str | None, *tables: str) -> str:
    """Say how many rows of an account (None: of all) could not be read and so are not in a table made of these; empty if none."""
    own = losses if account_id is None else losses[losses["account_id"] == account_id]
    counts, verb = _count_lost(own, tables)
    return f"{counts} that could not be read {verb} not in this table." if counts else ""


def say_unread(losses: "pd.DataFrame", account_id: str, *tables: str) -> Prose | None:
    """Say how many rows of an account, of these tables, could not be read and are not shown in a section; None if none."""
    counts, verb = _count_lost(losses[losses["account_id"] == account_id], tables)
    return Prose(f"{counts} of this account could not be read and {verb} not shown here.") if counts else None


def _count_lost(losses: "pd.DataFrame", tables: tuple[str, ...]) -> tuple[str, str]:
    """Count the whole rows that were lost of these tables, and say whether they is or are; empty where there are none."""
    rows = losses[(losses["of_column"] == "") & losses["of_table"].isin(tables)]
    counts = join_words([_count_rows(str(table), own) for table, own in rows.groupby("of_table", sort=False)])
    return counts, "is" if rows["rows"].sum() == 1 else "are"


def _count_all(losses: "pd.DataFrame") -> Iterator[Any]:
    for table, rows in losses.groupby("of_table", sort=False):
        whole = rows[rows["of_column"] == ""]
        if len(whole):
            yield _count_rows(str(table), whole)
        yield from _count_values(str(table), rows)

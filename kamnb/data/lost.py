"""Which accounts lost something at the door that a fact rests on, and within which days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from kamnb.data.tables import TABLES

if TYPE_CHECKING:
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

WINDOWED = ("invoices", "interactions", "costs_to_serve", "complaints", "deliveries")
"""Tables whose rows count in the windows in which their day lies; of others a row may count on any day."""

LASTING = ("paid_date", "due_date", "disputed")
"""Columns of invoices that say what is open: an invoice of any day may be."""

Window = tuple[date, date]
"""Days after the first, up to the second."""


@dataclass(frozen=True)
class Lost:
    """What was lost at the door, by account, as of a day.

    Attributes
    ----------
    rows : DataFrame
        ``of_table``, ``of_column`` (empty: whole rows), ``account_id`` (missing: none is known), ``day`` (missing: it did not
        read), ``is_unnamed``, ``rows``, ``money`` and ``not_valued``.
    stated : mapping of column of accounts to account ids
        The accounts of which the column has a value.
    from_ledger : bool
        Whether open receivables are those of the ledger.
    """

    rows: "pd.DataFrame"
    stated: Mapping[str, frozenset[str]]
    from_ledger: bool

    def find(self, need: str, window: Window | None = None) -> set[str]:
        """Return the accounts that lost something of a need: a table, or ``table.column``; " or " joins alternatives.

        Of ledger and invoices it is the one that is used, of a column of accounts and a table the column where the account has
        it, else all. What was lost outside the window does not count where its day was read.
        """
        if self.rows.empty:
            return set()
        first, *others = need.split(" or ")
        if others and first.startswith("open_items"):
            return self._find_one(first if self.from_ledger else others[0], window)
        gone = self._find_one(first, window)
        known = self.stated.get(first.removeprefix("accounts."), frozenset()) if first.startswith("accounts.") else frozenset()
        for other in others:
            gone |= self._find_one(other, window) - known
        return gone

    def _find_one(self, need: str, window: Window | None) -> set[str]:
        table, *columns = need.split(".")
        every = {"", TABLES[table].event, *columns, *STATES.get(table, ())}
        rows = [(name, day) for column in every for name, day in self._days.get((table, column), ())]
        if window and table in WINDOWED and not {*columns} & {*LASTING}:
            after, until = window
            rows = [(name, day) for name, day in rows if day is None or after < day <= until]
        return {name for name, _ in rows}

    @cached_property
    def _days(self) -> Mapping[tuple[str, str], list[tuple[str, date | None]]]:
        """The accounts and days of each table and column; asked hundreds of times, for which frames are slow."""
        import pandas as pd

        known = self.rows[self.rows["account_id"].notna()]
        found: dict[tuple[str, str], list[tuple[str, date | None]]] = {}
        for table, column, name, day in zip(
            known["of_table"], known["of_column"], known["account_id"], pd.to_datetime(known["day"]), strict=True
        ):
            found.setdefault((table, column), []).append((name, None if pd.isna(day) else day.date()))
        return found

"""How each account pays: lateness against its own history, and when its open items will be paid."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.data.tables import tables_in
from kamnb.indicators.settings import IndicatorSettings
from kamnb.planning.drift import find_drift
from kamnb.planning.playbook import Payment, Playbook
from kamnb.planning.queries import read_query

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

PAYMENT_UNITS = {
    "payments_recent": "count",
    "payments_before": "count",
    "lateness_recent": "days",
    "lateness_before": "days",
    "drift_days": "days",
    "drift_chance": "fraction",
    "drift_is_clear": "count",
    "later_than_usual": "money",
    "later_share": "fraction",
    "later_items": "count",
    "later_times": "index",
    "billing_is_lumpy": "count",
}
"""The unit of each column that `measure_payment` returns."""

LATER = ("later than usual", "later than nearly ever")
"""States of open items that the account would have paid by now, had it paid as it used to."""

UNTOLD = ("undated", "unknown")
"""States of open items of which nothing says whether they are late."""


@answer_once
def list_open_items(portfolio: Portfolio, playbook: Playbook) -> "pd.DataFrame":
    """Return every open item with the day on which it will be paid, if the account pays as it used to.

    Usual is the median of the days between due date and payment, over the account's own payments, or over those of all accounts
    where it has too few. The late day is the one by which the part of the payments came that the playbook names, of those that
    came as late as the item is by now, or later: it holds for items that are late already.

    Parameters
    ----------
    portfolio : Portfolio
    playbook : Playbook

    Returns
    -------
    DataFrame
        Columns ``account_id``, ``invoice_id``, ``due_date``, ``amount`` (money; gross from the ledger, net from invoices),
        ``days_overdue`` (negative: not due), ``state``, ``expected_on``, ``late_by``, ``basis`` ("own", "portfolio") and
        ``payments`` (how many the basis has). States: "as usual"; "later than usual", then it is expected by the median of the
        payments that came so late; "later than nearly ever" (too few came so late), "disputed", "credit", "undated" (no due
        date) and "unknown" (no payment to go by), then on no day. By account, largest first. Without a ledger and without paid
        dates there are no rows.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> from kamnb.planning.playbook import Playbook
    >>> items = list_open_items(open_portfolio(data_folder() / "sample"), Playbook.load())
    >>> bool((items["expected_on"].dropna() >= "2026-06-30").all())
    True
    """
    asked = playbook.payment
    with _payments(portfolio) as connection:
        values = asked.model_dump(include={"history_months", "least_payments", "late_quantile"})
        return _fetch(connection, "open_items", values)


@answer_once
def measure_payment(
    portfolio: Portfolio, indicators: "pd.DataFrame", items: "pd.DataFrame", playbook: Playbook
) -> "pd.DataFrame":
    """Measure whether each account pays later than it used to, and what it owes for longer than usual.

    Months, by due date, are compared with those before; what is due and not paid counts as late as it is by now. How far off such
    months were before says what is no accident (`find_drift`).

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    items : DataFrame
        As `list_open_items` returns them.
    playbook : Playbook

    Returns
    -------
    DataFrame
        Indexed as `indicators`; NaN is unknown, or too little to tell. ``payments_recent`` and ``payments_before``;
        ``lateness_recent`` (mean days after the due date, negative is early), ``lateness_before`` (what the months before let
        expect), ``drift_days`` between them, ``drift_chance`` (how seldom that comes by chance) and ``drift_is_clear`` (1 or
        0); ``later_than_usual`` (money of items past the day by which nearly all payments of the account come, disputes
        aside), ``later_share`` of what is open, ``later_items`` (how many) and ``later_times`` (how many times the most that
        was open so long at any of the month ends before); ``billing_is_lumpy`` (1 where count-back DSO is unreliable).
    """
    import pandas as pd

    asked = playbook.payment
    with _payments(portfolio) as connection:
        values = asked.model_dump(include={"recent_months", "drift_months", "forgotten_scatters", "forgotten_days"})
        found = _fetch(connection, "drift", values)
        values = asked.model_dump(include={"history_months", "least_payments", "later_part", "later_months"})
        later = _fetch(connection, "later", values).set_index("account_id").reindex(indicators.index)
    facts = pd.DataFrame(float("nan"), index=indicators.index, columns=list(PAYMENT_UNITS))
    if portfolio.has("invoices", "paid_date") and portfolio.has("invoices", "due_date"):
        _add_drift(facts, found, asked)
        facts["later_items"], most = later["later_items"], later["later_most"]
        facts["later_times"] = (
            (later["later_now"] / most).where(most > 0, later["later_now"].gt(0) * _BOUNDLESS).where(most.notna())
        )
    _add_later(facts, indicators, items, later["later_days"])
    lumpy = IndicatorSettings.load(portfolio.own).receivables.lumpy_volatility
    volatility = indicators["revenue_volatility"]
    facts["billing_is_lumpy"] = (volatility > lumpy).astype(float).where(volatility.notna())
    return facts[list(PAYMENT_UNITS)]


_BOUNDLESS = 99.0
"""How many times more than nothing something is."""


def _add_drift(facts: "pd.DataFrame", found: "pd.DataFrame", asked: Payment) -> None:
    wide = {
        name: found.pivot(index="account_id", columns="month", values=name)
        .reindex(index=facts.index, columns=range(asked.drift_months))
        .fillna(0.0)
        .to_numpy(dtype=float)
        for name in ("days", "payments")
    }
    drift = find_drift(wide["days"], wide["payments"], asked)
    facts["payments_recent"], facts["payments_before"] = drift.payments, drift.before
    facts["lateness_recent"], facts["lateness_before"] = drift.lateness, drift.expected
    facts["drift_days"], facts["drift_chance"] = drift.lateness - drift.expected, drift.chance
    facts["drift_is_clear"] = drift.is_clear


def _add_later(facts: "pd.DataFrame", indicators: "pd.DataFrame", items: "pd.DataFrame", usual: "pd.Series[float]") -> None:
    behind = items["days_overdue"] > items["account_id"].map(usual)
    later = items[items["state"].isin(LATER) & behind].groupby("account_id")["amount"].sum()
    unknown = items.loc[items["state"].isin(UNTOLD), "account_id"].unique()
    owed = indicators["receivables_open"]
    known = owed.notna() & usual.notna() & ~facts.index.isin(unknown)
    facts["later_than_usual"] = later.reindex(facts.index).fillna(0.0).where(known)
    facts["later_share"] = (facts["later_than_usual"] / owed).where(owed > 0)


@contextmanager
def _payments(portfolio: Portfolio) -> "Iterator[duckdb.DuckDBPyConnection]":
    texts = (read_query(name) for name in ("payments", "open_items", "drift", "later"))
    with portfolio.connect(*tables_in(" ".join(texts))) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS payments AS {read_query('payments')}")
        yield connection


def _fetch(connection: "duckdb.DuckDBPyConnection", name: str, values: dict[str, object]) -> "pd.DataFrame":
    frame: pd.DataFrame = connection.execute(read_query(name), values).df()
    return frame

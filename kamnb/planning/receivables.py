"""How each account pays: lateness against its own history, and when its open items will be paid."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.indicators.settings import IndicatorSettings
from kamnb.planning.playbook import Payment, Playbook
from kamnb.planning.queries import read_query

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

PAYMENT_UNITS = {
    "payments_recent": "count",
    "payments_before": "count",
    "lateness_recent": "days",
    "lateness_before": "days",
    "drift_days": "days",
    "drift_swings": "index",
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


def measure_payment(
    portfolio: Portfolio, indicators: "pd.DataFrame", items: "pd.DataFrame", playbook: Playbook
) -> "pd.DataFrame":
    """Measure whether each account pays later than it used to, and what it owes for longer than usual.

    Spans of some months, by due date, are compared by their medians, so that one invoice forgotten for a year does not decide;
    what is due and not paid counts as late as it is by now. How much the spans before scatter says what is no accident.

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
        ``lateness_recent`` (median days after the due date of the last span, negative is early), ``lateness_before`` (mean of
        the medians of the spans before), ``drift_days`` between them, ``drift_swings`` (by how many of its own swings) and
        ``drift_is_clear`` (1 or 0); ``later_than_usual`` (money of overdue items past their usual day, disputes aside),
        ``later_share`` of what is open, ``later_items`` (how many) and ``later_times`` (how many times the most that was open
        so long at any of the month ends before); ``billing_is_lumpy`` (1 where count-back DSO is unreliable).
    """
    import pandas as pd

    asked = playbook.payment
    with _payments(portfolio) as connection:
        found = _fetch(connection, "drift", {"recent_months": asked.recent_months, "spans": asked.spans})
        values = asked.model_dump(include={"history_months", "least_payments", "later_months"})
        later = _fetch(connection, "later", values).set_index("account_id").reindex(indicators.index)
    facts = pd.DataFrame(float("nan"), index=indicators.index, columns=list(PAYMENT_UNITS))
    if portfolio.has("invoices", "paid_date") and portfolio.has("invoices", "due_date"):
        _add_drift(facts, found, asked)
        facts["later_items"], most = later["later_items"], later["later_most"]
        facts["later_times"] = (
            (later["later_now"] / most).where(most > 0, later["later_now"].gt(0) * _BOUNDLESS).where(most.notna())
        )
    _add_later(facts, indicators, items)
    lumpy = IndicatorSettings.load(portfolio.own).receivables.lumpy_volatility
    volatility = indicators["revenue_volatility"]
    facts["billing_is_lumpy"] = (volatility > lumpy).astype(float).where(volatility.notna())
    return facts[list(PAYMENT_UNITS)]


_BOUNDLESS = 99.0
"""How many times more than nothing something is, and by how many swings spans differ that never did."""


def weigh_spans(
    lateness: "NDArray[np.float64]", payments: "NDArray[np.float64]", asked: Payment
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Return by how many days, and by how many of its own swings, each account pays later in the last span than before.

    The swing is the scatter of the spans before about their mean; about their line, where lateness has gone steadily one way.
    An account that has paid as late before as it does now has no swings.

    Parameters
    ----------
    lateness, payments : array
        One row per account, one column per span, the last one first: the median, and how many payments it is of.
    asked : Payment

    Returns
    -------
    days, swings : array
        NaN where there is too little to tell.

    Examples
    --------
    >>> import numpy as np
    >>> from kamnb.planning.playbook import Playbook
    >>> lateness = np.array([[25.0, 4, 6, 5, 3, 7, 5, 4, 6]])
    >>> days, swings = weigh_spans(lateness, np.full((1, 9), 8.0), Playbook.load().payment)
    >>> days.tolist(), swings.round(1).tolist()
    ([20.0], [14.4])
    """
    import numpy as np

    enough = payments[:, 1:] >= asked.least_in_span
    spans = enough.sum(axis=1)
    known = (payments[:, 0] >= asked.least_recent) & (spans >= asked.least_spans)
    count = np.where(known, spans, 9)
    before = np.where(enough, lateness[:, 1:], 0.0)
    mean = before.sum(axis=1) / count
    off = np.where(enough, before - mean[:, None], 0.0)
    place = np.arange(lateness.shape[1] - 1) * enough
    place = np.where(enough, place - (place.sum(axis=1) / count)[:, None], 0.0)
    whole = (off**2).sum(axis=1)
    line = (place * off).sum(axis=1) ** 2 / np.maximum((place**2).sum(axis=1), 1e-12)
    is_steady = line >= asked.steady_drift * whole
    variance = np.where(is_steady, (whole - line).clip(0) / (count - 2), whole / (count - 1))
    days = lateness[:, 0] - mean
    swing = np.maximum(np.sqrt(variance * (1 + 1 / count)), 1 / _BOUNDLESS)
    highest = np.where(enough, lateness[:, 1:], -np.inf).max(axis=1)
    swings = np.where(is_steady | (lateness[:, 0] > highest), (days / swing).clip(max=_BOUNDLESS), 0.0)
    return np.where(known, days, np.nan), np.where(known, swings, np.nan)


def _add_drift(facts: "pd.DataFrame", found: "pd.DataFrame", asked: Payment) -> None:
    import numpy as np

    wide = {
        name: found.pivot(index="account_id", columns="span", values=name).reindex(facts.index, columns=range(asked.spans + 1))
        for name in ("lateness", "payments")
    }
    lateness, payments = wide["lateness"].to_numpy(dtype=float), wide["payments"].fillna(0).to_numpy(dtype=float)
    days, swings = weigh_spans(lateness, payments, asked)
    facts["payments_recent"], facts["payments_before"] = payments[:, 0], payments[:, 1:].sum(axis=1)
    facts["lateness_recent"] = lateness[:, 0]
    facts["drift_days"], facts["drift_swings"] = days, swings
    facts["lateness_before"] = lateness[:, 0] - days
    facts["drift_is_clear"] = np.where(np.isnan(swings), np.nan, (swings >= asked.swings) & (days >= asked.least_drift))


def _add_later(facts: "pd.DataFrame", indicators: "pd.DataFrame", items: "pd.DataFrame") -> None:
    later = items[items["state"].isin(LATER) & (items["days_overdue"] > 0)].groupby("account_id")["amount"].sum()
    unknown = items.loc[items["state"].isin(UNTOLD), "account_id"].unique()
    owed = indicators["receivables_open"]
    facts["later_than_usual"] = later.reindex(facts.index).fillna(0.0).where(owed.notna() & ~facts.index.isin(unknown))
    facts["later_share"] = (facts["later_than_usual"] / owed).where(owed > 0)


@contextmanager
def _payments(portfolio: Portfolio) -> "Iterator[duckdb.DuckDBPyConnection]":
    with portfolio.connect() as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS payments AS {read_query('payments')}")
        yield connection


def _fetch(connection: "duckdb.DuckDBPyConnection", name: str, values: dict[str, object]) -> "pd.DataFrame":
    frame: pd.DataFrame = connection.execute(read_query(name), values).df()
    return frame

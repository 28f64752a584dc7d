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
    import pandas as pd

PAYMENT_UNITS = {
    "payments_recent": "count",
    "payments_before": "count",
    "lateness_recent": "days",
    "lateness_before": "days",
    "drift_days": "days",
    "drift_p": "index",
    "drift_is_clear": "count",
    "later_than_usual": "money",
    "later_share": "fraction",
    "billing_is_lumpy": "count",
}
"""The unit of each column that `measure_payment` returns."""

LATER = ("later than usual", "later than nearly ever")
"""States of open items that the account would have paid by now, had it paid as it used to."""

UNTOLD = ("undated", "unknown")
"""States of open items of which nothing says whether they are late."""


def list_open_items(portfolio: Portfolio, playbook: Playbook) -> "pd.DataFrame":
    """Return every open item with the day on which it will be paid, if the account pays as it used to.

    Usual is the median of the days between due date and payment, late the quantile that the playbook names; both over the
    account's own payments, or over those of all accounts where it has too few.

    Parameters
    ----------
    portfolio : Portfolio
    playbook : Playbook

    Returns
    -------
    DataFrame
        Columns ``account_id``, ``invoice_id``, ``due_date``, ``amount`` (money; gross from the ledger, net from invoices),
        ``days_overdue`` (negative: not due), ``state``, ``expected_on``, ``late_by``, ``basis`` ("own", "portfolio") and
        ``payments`` (how many the basis has). States: "as usual"; "later than usual", then it is expected on the late day;
        "later than nearly ever", "disputed", "credit", "undated" (no due date) and "unknown" (no payment to go by), then on
        no day. By account, largest first. Without a ledger and without paid dates there are no rows.

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

    The test is that of Mann and Whitney, one-sided: were payments that were due in the recent months later than those due
    before? It ranks them, so that one invoice forgotten for a year does not decide; the normal approximation with
    corrections for ties and continuity. What is due and not yet paid is in neither, which can hide that an account pays
    later, never feign it.

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
        Indexed as `indicators`; NaN is unknown. ``payments_recent`` and ``payments_before``; ``lateness_recent`` and
        ``lateness_before`` (median days after the due date, negative is early), ``drift_days`` between them, ``drift_p`` of
        the test and ``drift_is_clear`` (1 where p is at most the significance), all unknown where either window has too
        few payments; ``later_than_usual`` (money of overdue items past their usual day, disputes aside) and ``later_share`` of
        what is open; ``billing_is_lumpy`` (1 where count-back DSO is unreliable).

    References
    ----------
    Mann & Whitney (1947), "On a test of whether one of two random variables is stochastically larger than the other".
    """
    asked = playbook.payment
    with _payments(portfolio) as connection:
        found = _fetch(connection, "drift", asked.model_dump(include={"recent_months", "before_months"}))
    facts = found.set_index("account_id").astype(float).reindex(indicators.index)
    if portfolio.has("invoices", "paid_date") and portfolio.has("invoices", "due_date"):
        facts[["payments_recent", "payments_before"]] = facts[["payments_recent", "payments_before"]].fillna(0.0)
    _test_drift(facts, asked)
    _add_later(facts, indicators, items)
    lumpy = IndicatorSettings.load(portfolio.own).receivables.lumpy_volatility
    volatility = indicators["revenue_volatility"]
    facts["billing_is_lumpy"] = (volatility > lumpy).astype(float).where(volatility.notna())
    return facts[list(PAYMENT_UNITS)]


def weigh_ranks(payments: "pd.DataFrame") -> "pd.Series[float]":
    """Return p of the one-sided test of Mann and Whitney for each row of rank sums.

    Parameters
    ----------
    payments : DataFrame
        ``payments_recent``, ``payments_before``, ``rank_sum`` of the recent ones among all, and ``ties``: the sum of
        t² - 1 over the payments, where t is how many are as late as it.

    Examples
    --------
    >>> import pandas as pd
    >>> sums = pd.DataFrame({"payments_recent": [3.0], "payments_before": [3.0], "rank_sum": [15.0], "ties": [0.0]})
    >>> round(float(weigh_ranks(sums)[0]), 4)
    0.0404
    """
    import pandas as pd
    from scipy.special import ndtr

    recent, before = payments["payments_recent"], payments["payments_before"]
    every = recent + before
    above = payments["rank_sum"] - recent * (recent + 1) / 2 - recent * before / 2 - 0.5
    variance = recent * before / 12 * (every + 1 - payments["ties"] / (every * (every - 1)))
    p = pd.Series(ndtr(-above / variance.where(variance > 0) ** 0.5), payments.index)
    return p.where(variance.isna() | (variance > 0), 1.0)


def _test_drift(facts: "pd.DataFrame", asked: Payment) -> None:
    enough = facts[["payments_recent", "payments_before"]].ge(asked.least_compared).all(axis=1)
    facts["drift_days"] = (facts["lateness_recent"] - facts["lateness_before"]).where(enough)
    facts["drift_p"] = weigh_ranks(facts).where(enough)
    facts["drift_is_clear"] = (facts["drift_p"] <= asked.significance).astype(float).where(enough)


def _add_later(facts: "pd.DataFrame", indicators: "pd.DataFrame", items: "pd.DataFrame") -> None:
    later = items[items["state"].isin(LATER) & (items["days_overdue"] > 0)].groupby("account_id")["amount"].sum()
    unknown = items.loc[items["state"].isin(UNTOLD), "account_id"].unique()
    owed = indicators["receivables_open"]
    facts["later_than_usual"] = later.reindex(facts.index).fillna(0.0).where(owed.notna() & ~facts.index.isin(unknown))
    facts["later_share"] = (facts["later_than_usual"] / owed).where(owed > 0)


@contextmanager
def _payments(portfolio: Portfolio) -> "Iterator[duckdb.DuckDBPyConnection]":
    with portfolio.connect() as connection:
        connection.execute(f"CREATE TABLE payments AS {read_query('payments')}")
        yield connection


def _fetch(connection: "duckdb.DuckDBPyConnection", name: str, values: dict[str, object]) -> "pd.DataFrame":
    frame: pd.DataFrame = connection.execute(read_query(name), values).df()
    return frame

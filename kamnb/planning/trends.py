"""Alarms of trade: revenue and orders that fall by more than they swing, and pauses longer than any before."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators import Trends, trace_trends, weigh_shortfall
from kamnb.indicators.windows import fiscal_start
from kamnb.planning.playbook import Playbook, TrendRules

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MOST_SWINGS = 99.0
"""What a distance is at most: months that never swing make every one of them boundless."""

TREND_UNITS = {
    "orders_ltm": "count",
    "orders_usual": "count",
    "orders_change": "fraction",
    "orders_swings": "index",
    "revenue_swings": "index",
    "relative_swings": "index",
    "pauses": "count",
    "pause_longest": "days",
    "is_silent": "count",
    "rest_forecast": "money",
    "rest_last_year": "money",
    "rest_growth": "fraction",
    "forecast_swings": "index",
    "rest_most": "money",
    "rest_least": "money",
    "rest_to_most": "fraction",
    "rest_to_least": "fraction",
}
"""The unit of each column that `measure_trends` returns."""


@answer_once
def measure_trends(portfolio: Portfolio, indicators: "pd.DataFrame", playbook: Playbook) -> "pd.DataFrame":
    """Measure whether revenue and orders of each account fell by more than they swing by themselves.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    playbook : Playbook

    Returns
    -------
    DataFrame
        Indexed as `indicators`; NaN is unknown, or too little to tell. ``orders_ltm`` (order days of twelve months) and
        ``orders_usual`` (of a year, over up to two years before), ``orders_change`` between them; ``orders_swings``,
        ``revenue_swings`` and ``relative_swings`` (against the customer's own growth): by how many of its own swings the
        account is below (negative) what it was; ``pauses`` and ``pause_longest`` before the last order; ``is_silent`` (1 or 0);
        what the forecast asks of the rest of the fiscal year (``rest_forecast``, money), what the same months brought a year
        before (``rest_last_year``), the growth between them, and by how many swings of a year the forecast is above the last
        twelve months (``forecast_swings``); the most and the least that as many months in a row brought in up to three years
        (``rest_most``, ``rest_least``, money), and what the rest is asked to bring as a part of them (``rest_to_most``,
        ``rest_to_least``).
    """
    import pandas as pd

    facts = pd.DataFrame(float("nan"), index=indicators.index, columns=list(TREND_UNITS))
    if not portfolio.has("invoices"):
        return facts
    trends, rules = trace_trends(portfolio, indicators.index), playbook.trends
    if trends.years:
        _add_swings(facts, indicators, trends, rules)
        _add_spans(facts, trends, list_months_left(portfolio.as_of, portfolio.fiscal_year_start))
    _add_pauses(facts, indicators, trends, rules)
    return facts


def _add_swings(facts: "pd.DataFrame", indicators: "pd.DataFrame", trends: Trends, rules: TrendRules) -> None:
    days, revenue = trends.days.to_numpy(), trends.revenue.to_numpy()
    facts["orders_ltm"], facts["orders_usual"] = days[:, :12].sum(axis=1), usual_days(days, trends.years).sum(axis=1)
    facts["orders_change"] = (facts["orders_ltm"] / facts["orders_usual"] - 1).where(facts["orders_usual"] > 0)
    enough = facts["orders_usual"].round(6) >= rules.least_orders
    growth = indicators["own_growth"].to_numpy(dtype=float)
    swings = {
        "orders_swings": weigh_shortfall(days[:, :12], usual_days(days, trends.years)),
        "revenue_swings": weigh_shortfall(revenue[:, :12], revenue[:, 12:24]),
        "relative_swings": weigh_shortfall(revenue[:, :12], (1 + growth)[:, None] * revenue[:, 12:24]),
    }
    for name, values in swings.items():
        facts[name] = values
        facts[name] = facts[name].where(enough)
    _add_rest(facts, indicators)
    gap = (indicators["forecast_year"] - indicators["revenue_ltm"]).to_numpy(dtype=float)
    facts["forecast_swings"] = weigh_forecast(gap, revenue[:, :12], revenue[:, 12:24])
    facts["forecast_swings"] = facts["forecast_swings"].where(enough)


def _add_rest(facts: "pd.DataFrame", indicators: "pd.DataFrame") -> None:
    """Add what the rest of the year must bring: the twelve months less the year to date are the same months a year before."""
    facts["rest_forecast"] = indicators["forecast_year"] - indicators["revenue_ytd"]
    facts["rest_last_year"] = (indicators["revenue_ltm"] - indicators["revenue_ytd"]).round(2)
    before = facts["rest_last_year"]
    facts["rest_growth"] = (facts["rest_forecast"] / before - 1).where(before > 0)


def _add_spans(facts: "pd.DataFrame", trends: Trends, left: tuple[int, int]) -> None:
    """Add the most and the least that spans of as many months as are left brought: those of more months and of fewer."""
    known = trends.revenue.to_numpy()[:, : 12 * (trends.years + 1)]
    if left[1]:
        facts["rest_most"] = find_spans(known, left[1]).max(axis=1)
    if left[0]:
        facts["rest_least"] = find_spans(known, left[0]).min(axis=1)
    for name in ("most", "least"):
        span = facts[f"rest_{name}"]
        facts[f"rest_to_{name}"] = facts["rest_forecast"] / span.where(span > 0)


def list_months_left(day: date, first_month: int) -> tuple[int, int]:
    """Return how many whole months of the fiscal year are left after a day, and how many with the one that is running.

    Examples
    --------
    >>> list_months_left(date(2026, 6, 30), 1), list_months_left(date(2026, 6, 15), 1), list_months_left(date(2026, 12, 31), 1)
    ((6, 6), (6, 7), (0, 0))
    """
    after, start = day + timedelta(days=1), fiscal_start(day, first_month)
    left = 12 * (start.year + 1 - after.year) + start.month - after.month
    return left - (after.day > 1), left


def find_spans(revenue: "NDArray[np.float64]", months: int) -> "NDArray[np.float64]":
    """Return what each span of so many months in a row brought, one row per account.

    Examples
    --------
    >>> import numpy as np
    >>> find_spans(np.array([[1.0, 2.0, 4.0]]), 2).tolist()
    [[3.0, 6.0]]
    """
    import numpy as np

    found: NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(revenue, months, axis=1).sum(axis=2)
    return found


def weigh_forecast(
    gap: "NDArray[np.float64]", now: "NDArray[np.float64]", before: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    """Return by how many swings of a year a forecast is above (below 0: under) the last twelve months.

    The swing of a year is that of the differences of the same months of two years, of which each has half the variance.

    Parameters
    ----------
    gap : array
        Forecast less revenue of the last twelve months, one per account.
    now, before : array
        Revenue by month of the last twelve months and of the twelve before, one row per account.

    Examples
    --------
    >>> import numpy as np
    >>> now, before = np.array([[1.0, 3.0] * 6]), np.array([[3.0, 1.0] * 6])
    >>> weigh_forecast(np.array([10.0]), now, before).round(2).tolist()
    [1.95]
    """
    import numpy as np

    months = now.shape[1]
    swing = (now - before).std(axis=1, ddof=1) * (months / 2) ** 0.5
    steady = swing <= 1e-9 * (1 + now.sum(axis=1))
    swings = np.divide(gap, swing, out=np.full_like(gap, np.nan), where=~steady)
    found: NDArray[np.float64] = np.where(steady & ~np.isnan(gap), np.sign(np.round(gap, 6)) * MOST_SWINGS, swings)
    return found.clip(-MOST_SWINGS, MOST_SWINGS)


def usual_days(days: "NDArray[np.float64]", years: int) -> "NDArray[np.float64]":
    """Return the order days of each month of a year, the mean of so many years before the last twelve months.

    Examples
    --------
    >>> import numpy as np
    >>> usual_days(np.repeat([[1.0, 2.0, 4.0]], 12, axis=1), 2)[0].mean().item()
    3.0
    """
    import numpy as np

    found: NDArray[np.float64] = np.mean([days[:, 12 * year : 12 * year + 12] for year in range(1, years + 1)], axis=0)
    return found


def _add_pauses(facts: "pd.DataFrame", indicators: "pd.DataFrame", trends: Trends, rules: TrendRules) -> None:
    found = trends.pauses
    facts["pauses"], facts["pause_longest"] = found["pauses"], found["pause_longest"]
    silent = found["days_since"] > limit_pause(found["pause_longest"], found["pause_mean"], rules)
    enough = found["pauses"] >= rules.least_pauses
    facts["is_silent"] = (silent & enough).astype(float).where(indicators["days_since_invoice"].notna())


def limit_pause(longest: "pd.Series[float]", mean: "pd.Series[float]", rules: TrendRules) -> "pd.Series[float]":
    """Return after how many days without an order an account is silent.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.playbook import Playbook
    >>> limit_pause(pd.Series([100.0, 40.0]), pd.Series([60.0, 7.0]), Playbook.load().trends).tolist()
    [250.0, 180.0]
    """
    beyond = (rules.mean_pauses * mean).clip(lower=longest)
    return beyond.clip(upper=rules.longest_pauses * longest).clip(lower=rules.silent_days)

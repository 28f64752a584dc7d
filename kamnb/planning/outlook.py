"""What lies ahead of each account: deals past their date, the budget beside the year before, and next year's forecast."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators.windows import fiscal_start
from kamnb.planning.queries import fetch_query

if TYPE_CHECKING:
    import pandas as pd

OUTLOOK_UNITS = {
    "deals_past_due": "count",
    "pipeline_past_due": "money",
    "budget_year": "money",
    "revenue_last_year": "money",
    "budget_growth": "fraction",
    "budget_rise": "money",
    "forecast_next": "money",
    "forecast_change": "fraction",
}
"""The unit of each column that `measure_outlook` returns."""


@answer_once
def measure_outlook(portfolio: Portfolio, indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Measure what lies ahead of every account.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        Its index names the accounts.

    Returns
    -------
    DataFrame
        Indexed as `indicators`; NaN is unknown. ``deals_past_due`` (open deals expected before the day) and
        ``pipeline_past_due`` (their amounts times their probabilities, as far as both are stated); ``budget_year`` (revenue of
        the fiscal year), ``revenue_last_year`` (of the fiscal year before, where there is a budget) ``budget_growth`` and
        ``budget_rise`` (money) between them; ``forecast_next`` (revenue of the next fiscal year) and ``forecast_change`` on the
        forecast of this one.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.indicators import measure_accounts
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> measure_outlook(portfolio, measure_accounts(portfolio)).loc["0011214", "deals_past_due"].item()
    1.0
    """
    start = fiscal_start(portfolio.as_of, portfolio.fiscal_year_start)
    found = fetch_query(portfolio, "outlook", {"year_start": start}, indicators.index).set_index("account_id").astype(float)
    before = found["revenue_last_year"]
    found["budget_growth"] = found["budget_year"] / before.where(before > 0) - 1
    found["budget_rise"] = found["budget_year"] - before
    stated = indicators["forecast_year"].where(indicators["forecast_year"] > 0)
    found["forecast_change"] = found["forecast_next"] / stated - 1
    if not portfolio.has("opportunities", "expected_close"):
        found["deals_past_due"] = float("nan")
    return found.reindex(index=indicators.index, columns=list(OUTLOOK_UNITS))

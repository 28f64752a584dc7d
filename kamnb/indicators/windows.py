"""The days at which facts look, where these are a span of months that ends on the day, or of the fiscal year."""

from collections.abc import Mapping
from datetime import date

from kamnb.data.lost import Window
from kamnb.data.portfolio import Portfolio
from kamnb.indicators.catalogue import INDICATORS, MONTHS_BACK, YEAR_TO_DATE

Months = tuple[int, int]
"""From how many months before the day to how many."""


def find_windows(portfolio: Portfolio, months: Mapping[str, Months]) -> dict[str, Window]:
    """Return the days at which each fact looks that goes so many months back.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> [day.isoformat() for day in find_windows(portfolio, {"calls": (24, 12)})["calls"]]
    ['2024-06-30', '2025-06-30']
    """
    import pandas as pd

    today = pd.Timestamp(portfolio.as_of)
    days = {back: (today - pd.DateOffset(months=back)).date() for back in {back for pair in months.values() for back in pair}}
    return {name: (days[first], days[last]) for name, (first, last) in months.items()}


def find_indicator_windows(portfolio: Portfolio) -> dict[str, Window]:
    """Return the days at which each indicator looks; one that looks at all days is not in it."""
    months = {name: MONTHS_BACK[each.window] for name, each in INDICATORS.items() if each.window in MONTHS_BACK}
    before = date.fromordinal(fiscal_start(portfolio.as_of, portfolio.fiscal_year_start).toordinal() - 1)
    years = {name: (before, portfolio.as_of) for name, each in INDICATORS.items() if each.window == YEAR_TO_DATE}
    return find_windows(portfolio, months) | years


def fiscal_start(day: date, month: int) -> date:
    """Return the first day of the fiscal year, which begins in `month`, that a day lies in.

    Examples
    --------
    >>> fiscal_start(date(2026, 3, 31), 4).isoformat()
    '2025-04-01'
    """
    return date(day.year - (day.month < month), month, 1)

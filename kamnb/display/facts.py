"""Indicators and promises written with their units."""

from collections.abc import Callable
from typing import Any

from kamnb.display.formats import DASH, is_known, write_money, write_number, write_share
from kamnb.indicators import INDICATORS
from kamnb.planning import PROMISE_UNITS


def write_fact(name: str, value: Any, currency: str) -> str:
    """Write the value of an indicator or a promise with its unit; a dash where it is unknown.

    Examples
    --------
    >>> write_fact("revenue_ltm", 1200.4, "EUR"), write_fact("revenue_growth", 0.08, "EUR"), write_fact("actions_overdue", 1, "EUR")
    ('EUR 1,200', '+8 %', '1')
    """
    if not is_known(value):
        return DASH
    unit = INDICATORS[name].unit if name in INDICATORS else PROMISE_UNITS.get(name, "")
    return _WRITERS.get(_kind(name, unit), lambda value, _: write_number(value, 2))(value, currency)


def _kind(name: str, unit: str) -> str:
    if unit == "fraction":
        return "change" if "growth" in name else "fraction"
    return "money" if unit.startswith("money") else unit


_WRITERS = {
    "money": write_money,
    "change": lambda value, _: write_share(value, sign=True),
    "fraction": lambda value, _: write_share(value),
    "days": lambda value, _: count_of(round(value), "day") if round(value) else "0 days",
    "months": lambda value, _: count_of(round(value), "month") if round(value) else "0 months",
    "quarters": lambda value, _: count_of(round(value), "quarter") if round(value) else "0 quarters",
    "years": lambda value, _: f"{write_number(value, 1)} years",
    "count": lambda value, _: write_number(value),
    "points": lambda value, _: f"{write_number(value, 1)} points",
    "": lambda value, _: write_number(value, 2),
}

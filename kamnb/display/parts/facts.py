"""Indicators and promises written with their units."""

from collections.abc import Callable
from typing import Any

from kamnb.display.parts.formats import DASH, STAGES, is_known, write_amount, write_money, write_number, write_share
from kamnb.planning import FACT_UNITS


def write_briefly(name: str, value: Any, currency: str) -> str:
    """Write a value as the pages of a plan do: money in thousands, else as `write_fact`.

    Examples
    --------
    >>> write_briefly("revenue_ltm", 120_400.0, "EUR"), write_briefly("revenue_growth", 0.08, "EUR")
    ('EUR 120 k', '+8 %')
    """
    money = FACT_UNITS.get(name, "").startswith("money")
    return write_amount(value, currency) if money else write_fact(name, value, currency)


def write_fact(name: str, value: Any, currency: str) -> str:
    """Write the value of an indicator or a promise with its unit; a dash where it is unknown.

    Examples
    --------
    >>> write_fact("revenue_ltm", 1200.4, "EUR"), write_fact("revenue_growth", 0.08, "EUR")
    ('EUR 1,200', '+8 %')
    >>> write_fact("actions_overdue", 1, "EUR")
    '1'
    """
    if not is_known(value):
        return DASH
    write = _WRITERS.get(_kind(name, FACT_UNITS.get(name, "")))
    return write(value, currency) if write else write_number(value, 2)


def _kind(name: str, unit: str) -> str:
    if unit == "fraction":
        return "change" if "growth" in name else "fraction"
    return "money" if unit.startswith("money") else unit


def _write_time(noun: str) -> Callable[[Any, str], str]:
    return lambda value, _: f"{write_number(value)} {noun}{'' if round(value) == 1 else 's'}"


_WRITERS: dict[str, Callable[[Any, str], str]] = {
    "money": write_money,
    "change": lambda value, _: write_share(value, sign=True),
    "fraction": lambda value, _: write_share(value),
    "days": _write_time("day"),
    "months": _write_time("month"),
    "quarters": _write_time("quarter"),
    "years": lambda value, _: f"{write_number(value, 1)} years",
    "count": lambda value, _: write_number(value),
    "hours": _write_time("hour"),
    "stage": lambda value, _: f"the {STAGES[round(value) - 1]} stage",
}

"""Indicators and promises written with their units."""

from collections.abc import Callable
from typing import Any

from kamnb.display.parts.formats import DASH, STAGES, is_known, write_amount, write_number, write_share
from kamnb.planning import FACT_UNITS


def write_fact(name: str, value: Any, currency: str) -> str:
    """Write the value of an indicator or a promise with its unit; a dash where it is unknown.

    Examples
    --------
    >>> write_fact("revenue_ltm", 1200.4, "EUR"), write_fact("revenue_growth", 0.08, "EUR")
    ('EUR 1.2 k', '+8 %')
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
    "money": write_amount,
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

"""How numbers, money, fractions and dates are written; an unknown value is a dash, never nan."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from kamnb.data.currency import UNITS, unit_of

DASH = "–"


def is_known(value: Any) -> bool:
    """Say whether there is a value: not None, NaN, NA or NaT."""
    return value == value if type(value) is float else not pd.isna(value)


def write_number(value: Any, decimals: int = 0, *, sign: bool = False) -> str:
    """Write a number with thousands and a true minus; a dash where it is unknown.

    Examples
    --------
    >>> write_number(-1234.5, 1), write_number(0.04, 1, sign=True), write_number(float("nan"))
    ('−1,234.5', '0.0', '–')
    """
    if not is_known(value):
        return DASH
    digits = f"{abs(float(value)):,.{decimals}f}"
    if not digits.strip("0.,"):
        return digits
    return ("−" if value < 0 else "+" if sign else "") + digits


def round_number(value: Any, decimals: int) -> float:
    """Round as `write_number` does, whatever number it is: numpy rounds some halves to the other side.

    Examples
    --------
    >>> import numpy as np
    >>> round_number(np.float64(7.785), 2), float(round(np.float64(7.785), 2)), write_number(7.785, 2)
    (7.79, 7.78, '7.79')
    """
    return round(float(value), decimals)


def write_money(value: Any, currency: str) -> str:
    """Write an amount to the whole euro, dollar or yen, its currency before it.

    Examples
    --------
    >>> write_money(1234567.8, "EUR")
    'EUR 1,234,568'
    """
    return f"{currency} {write_number(value)}".lstrip() if is_known(value) else DASH


def write_amount(value: Any, currency: str = "") -> str:
    """Write an amount in the unit of its currency, as pages do: whole, less than ten of it with a decimal or what it takes.

    Examples
    --------
    >>> write_amount(10_180_000, "EUR"), write_amount(-4_720), write_amount(840, "EUR"), write_amount(0), write_amount(None)
    ('EUR 10,180 k', '−4.7 k', 'EUR 0.8 k', '0', '–')
    >>> from kamnb.data.currency import Currency
    >>> write_amount(1_514.8, Currency("USD", 1.0)), write_amount(9_640_000_000, Currency("JPY", 1e6))
    ('USD 1,515', 'JPY 9,640 M')
    """
    if not is_known(value):
        return DASH
    unit = unit_of(currency)
    digits = _write_digits(value, unit)
    return " ".join(filter(None, (currency, digits, UNITS[unit] if digits != "0" else "")))


def _write_digits(value: Any, unit: float, *, sign: bool = False) -> str:
    if abs(value) < 0.005 or (unit == 1.0 and abs(value) < 0.5):
        return "0"
    return write_number(value / unit, find_decimals(value, unit), sign=sign).removesuffix(".0")


def find_decimals(value: float, unit: float) -> int:
    """Return how many decimals an amount has in a unit: none from ten of it on, below that one, or what a figure of it takes.

    Examples
    --------
    >>> find_decimals(12_340, 1e3), find_decimals(1_234, 1e3), find_decimals(12.34, 1e3), find_decimals(12.34, 1.0)
    (0, 1, 2, 0)
    """
    amount = abs(value / unit)
    return 0 if amount >= 9.95 or unit == 1 else next((count for count in (1, 2, 3) if amount >= 10**-count), 4)


def write_bound(value: float, currency: str = "") -> str:
    """Write an amount that somebody set, as a bound, in the unit of its currency and with all its digits.

    Examples
    --------
    >>> write_bound(170_000, "EUR"), write_bound(175_500, "EUR"), write_bound(121, "EUR")
    ('EUR 170 k', 'EUR 175.5 k', 'EUR 0.121 k')
    """
    unit = unit_of(currency)
    return " ".join(filter(None, (currency, f"{value / unit:,.10g}", UNITS[unit])))


def write_share(value: Any, decimals: int = 0, *, sign: bool = False) -> str:
    """Write a fraction in per cent.

    Examples
    --------
    >>> write_share(0.824), write_share(-0.08, sign=True), write_share(None)
    ('82 %', '−8 %', '–')
    """
    return f"{write_number(value * 100, decimals, sign=sign)} %" if is_known(value) else DASH


def write_points(value: Any) -> str:
    """Write points of a score, one decimal.

    Examples
    --------
    >>> write_points(7.12)
    '7.1'
    """
    return write_number(value, 1)


def write_score(value: Any, cut: float, decimals: int = 1) -> str:
    """Write a score with as many decimals as it takes, up to four, to read on which side of its cut it is.

    Examples
    --------
    >>> write_score(7.12, 5.0), write_score(4.96, 5.0), write_score(5.0, 5.0), write_score(0.998, 1.0, 2), write_score(None, 5.0)
    ('7.1', '4.96', '5.0', '0.998', '–')
    """
    if not is_known(value):
        return DASH
    sides = (
        digits
        for digits in range(decimals, _MOST_DECIMALS)
        if (round_number(value, digits) >= cut) == (round_number(value, 9) >= cut)
    )
    return write_number(value, next(sides, _MOST_DECIMALS))


_MOST_DECIMALS = 4


def write_cut(value: float, decimals: int = 1) -> str:
    """Write a cut as the model has it: with all its decimals, up to four, and so many at least.

    Examples
    --------
    >>> write_cut(5), write_cut(5.25), write_cut(1, 2), write_cut(8.988561)
    ('5.0', '5.25', '1.00', '8.9886')
    """
    own = (digits for digits in range(decimals, _MOST_DECIMALS) if abs(round_number(value, digits) - value) < 1e-9)
    return write_number(value, next(own, _MOST_DECIMALS))


def write_date(value: Any) -> str:
    """Write a day in words, the same in every locale.

    Examples
    --------
    >>> write_date("2026-06-30")
    '30 June 2026'
    """
    if not is_known(value):
        return DASH
    day = pd.Timestamp(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def write_short_date(value: Any) -> str:
    """Write a day as tables do, the month cut to three letters.

    Examples
    --------
    >>> write_short_date("2026-06-30")
    '30 Jun 2026'
    """
    if not is_known(value):
        return DASH
    day = pd.Timestamp(value)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def spell_days(text: str) -> str:
    """Return a text with the days in it written as tables do.

    Examples
    --------
    >>> spell_days("placed by Ulrike Conradi until 2026-12-31")
    'placed by Ulrike Conradi until 31 Dec 2026'
    """
    return _DAY.sub(lambda found: write_short_date(found[0]), text)


_DAY = re.compile(r"\b[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")


def write_day(value: Any, day: date) -> str:
    """Write a day, with its year where that is not the one of `day`.

    Examples
    --------
    >>> write_day("2026-07-14", date(2026, 6, 30)), write_day("2027-01-31", date(2026, 6, 30))
    ('14 Jul', '31 Jan 2027')
    """
    text = write_short_date(value)
    return text.removesuffix(f" {day.year}") if is_known(value) else text


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Format:
    """How a table writes one column: the unit stands in the heading, numbers to the right."""

    write: Callable[[Any], str]
    unit: str = ""
    numeric: bool = True
    wraps: bool = True
    scale: float = 1.0
    """What a spreadsheet multiplies the value by, so that it is in the unit of the heading."""

    def __call__(self, value: Any) -> str:
        """Write one value; a dash where it is unknown."""
        return self.write(value) if is_known(value) else DASH


def title_money(title: str, currency: str) -> str:
    """Return the title of a figure of amounts, with their currency where it is known.

    Examples
    --------
    >>> title_money("Revenue by month", "EUR"), title_money("Revenue by month", "")
    ('Revenue by month, EUR', 'Revenue by month')
    """
    return f"{title}, {currency}" if currency else title


def in_money(currency: str) -> Format:
    """Format a column of amounts to the whole euro, dollar or yen: invoices, items and KPIs, which are looked up as they are."""
    return Format(write_number, currency)


def in_unit(currency: str, *, sign: bool = False) -> Format:
    """Format a column of amounts in the unit of their currency, as `write_amount` does: in a sentence it is the same.

    Examples
    --------
    >>> in_unit("EUR")(10_180_400), in_unit("EUR", sign=True)(840), in_unit("EUR").unit
    ('10,180', '+0.8', 'EUR k')
    """
    unit = unit_of(currency)
    return Format(lambda value: _write_digits(value, unit, sign=sign), f"{currency} {UNITS[unit]}".strip(), scale=1 / unit)


STAGES = ("Exploratory", "Tactical", "Cooperative", "Interdependent", "Strategic")
"""The relationship stages, from 1 to 5."""


def write_stage(value: Any) -> str:
    """Write a relationship stage by its name and number.

    Examples
    --------
    >>> write_stage(3)
    'Cooperative (3 of 5)'
    """
    return f"{STAGES[round(value) - 1]} ({round(value)} of 5)" if is_known(value) else DASH


SHARE = Format(write_share)
STAGE = Format(write_stage, numeric=False)
CHANGE = Format(lambda value: write_share(value, sign=True))
POINTS = Format(write_points, "points")
RATIO = Format(lambda value: write_number(value, 2))
COUNT = Format(write_number)
DAYS = Format(write_number, "days")
DATE = Format(write_short_date, numeric=False, wraps=False)
YES_NO = Format(lambda value: "yes" if value else "no", numeric=False)
TEXT = Format(str, numeric=False)
SAID = Format(spell_days, numeric=False)

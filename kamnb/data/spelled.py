"""How single settings are spelled in TOML: what is taken, and in what words the rest is refused."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from kamnb.data.rates import DECIMALS

SPECIFIERS = "aAbBcdfgGHIjmMnpSuUVwWxXyYzZ%"
"""What may follow the % in a format of days, perhaps after a minus."""

_SPELLED = (("YYYY", "%Y"), ("MMMM", "%B"), ("MMM", "%b"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"), ("M", "%m"), ("D", "%d"))


NAMED = ("month", "quarter", "serial")
"""Ways of writing days that no format says: months and quarters stand for their last day, serials are Excel's numbers of days."""

CELLS = r"([A-Z]{1,3})([1-9]\d*):([A-Z]{1,3})([1-9]\d*)?"
"""A range of cells; without its last row it goes down to the first that is empty."""


def has_year(form: str) -> bool:
    """Tell whether a format of days names the year.

    Examples
    --------
    >>> has_year("%d.%m."), has_year("%d.%m.%y"), has_year("month")
    (False, True, True)
    """
    return form in NAMED or bool({*re.findall("%-?(.)", form)} & {*"yYcx"})


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | date) else value


def _as_day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError('must be a day, written as "2026-06-30"') from None


def _keeps_its_value(rate: Decimal) -> Decimal:
    if abs(round(rate, DECIMALS) / rate - 1) > _RATE_CHANGE:
        raise ValueError(
            f"has {DECIMALS} decimals that are kept, and {rate:f} would be {round(rate, DECIMALS):f}; "
            "give the amounts in thousands of the currency, and the rate of a thousand"
        )
    return rate


_RATE_CHANGE = Decimal("0.0001")
"""By which part of it a rate may change when it is cut."""


def _is_format(form: str) -> str:
    """Refuse what is no format of days; a spelling such as DD.MM.YYYY is answered with what is meant."""
    used = re.findall("%-?(.?)", form)
    if form in NAMED or (
        used and "".join(used).strip(SPECIFIERS) == "" and "" not in used and (has_year(form) or {*"dm"} <= {*used})
    ):
        return form
    meant = form.upper()
    for spelled, specifier in _SPELLED:
        meant = re.sub(f"(?<!%){spelled}", specifier, meant)
    hint = f'write "{meant}"' if "%" not in form and {"%d", "%m"} <= set(re.findall("%.", meant)) else 'write it as "%d.%m.%Y"'
    raise ValueError(f"is no format of days; {hint}")


def _is_period(text: str) -> str:
    if re.fullmatch(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?", text):
        return text
    raise ValueError("must be a period: 2025, 2025-Q1 or 2025-03")


def _as_rows(value: Any) -> Any:
    return (value,) if isinstance(value, int) and not isinstance(value, bool) else value


def _are_rows(rows: tuple[int, ...]) -> tuple[int, ...]:
    if rows == (0,) or (rows and rows[0] > 0 and rows == tuple(range(rows[0], rows[0] + len(rows)))):
        return rows
    raise ValueError("must be a row (1 is the first, 0 says that there is none), or rows that follow each other, as in [3, 4]")


def _are_cells(text: str) -> str:
    if not text or re.fullmatch(CELLS, text):
        return text
    raise ValueError('must be a range of cells, as in "A20:F35" or "A20:F"')


def _is_gap(text: str) -> str:
    if len(text) <= 1 or text == "lakh":
        return text
    raise ValueError('must be one character, or "lakh" for 12,34,567.00')


Day = Annotated[date, BeforeValidator(_as_day)]
Rate = Annotated[Decimal, Field(gt=0, lt=10**9), AfterValidator(_keeps_its_value)]
Code = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Text = Annotated[str, BeforeValidator(_as_text)]
Character = Annotated[str, Field(min_length=1, max_length=1)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Signs = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_as_tuple)]
Formats = Annotated[tuple[Annotated[str, AfterValidator(_is_format)], ...], BeforeValidator(_as_tuple)]
Rows = Annotated[tuple[int, ...], BeforeValidator(_as_rows), AfterValidator(_are_rows)]
Cells = Annotated[str, AfterValidator(_are_cells)]
Gap = Annotated[str, AfterValidator(_is_gap)]
Period = Annotated[str, AfterValidator(_is_period)]

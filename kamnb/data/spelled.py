"""How single settings are spelled in TOML: what is taken, and in what words the rest is refused."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

SPECIFIERS = "aAbBcdfgGHIjmMnpSuUVwWxXyYzZ%"
"""What may follow the % in a format of days, perhaps after a minus."""

_SPELLED = (("YYYY", "%Y"), ("MMMM", "%B"), ("MMM", "%b"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"), ("M", "%m"), ("D", "%d"))


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


def _is_format(form: str) -> str:
    """Refuse what is no format of days; a spelling such as DD.MM.YYYY is answered with what is meant."""
    used = re.findall("%-?(.?)", form)
    if used and "".join(used).strip(SPECIFIERS) == "" and "" not in used and {*"yYcx"} & {*used}:
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


def _is_gap(text: str) -> str:
    if len(text) <= 1 or text == "lakh":
        return text
    raise ValueError('must be one character, or "lakh" for 12,34,567.00')


Day = Annotated[date, BeforeValidator(_as_day)]
Code = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Text = Annotated[str, BeforeValidator(_as_text)]
Character = Annotated[str, Field(min_length=1, max_length=1)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Signs = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_as_tuple)]
Formats = Annotated[tuple[Annotated[str, AfterValidator(_is_format)], ...], BeforeValidator(_as_tuple)]
Gap = Annotated[str, AfterValidator(_is_gap)]
Period = Annotated[str, AfterValidator(_is_period)]

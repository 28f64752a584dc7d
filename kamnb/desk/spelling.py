"""Values as people write them in a form: numbers, parts and days, by the marks of ``kamnb.toml`` and of the country.

What can be read in two ways is not guessed: it is refused, with how to write it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kamnb.data.numbers import BLANKS, plain_text
from kamnb.data.settings import DataSettings
from kamnb.data.words import load_words

_GROUPED = re.compile(r"\d{1,3}(?P<gap>[.,' ])\d{3}(?:(?P=gap)\d{3})*")
_DAY_NOW = range(1950, 2200)  # years that a day in a form can be of


@dataclass(frozen=True)
class Spelling:
    """How numbers and days are written where the workbook is from.

    Attributes
    ----------
    decimal : str
        The decimal mark that the tables declare; empty where they declare none, or several.
    dates : tuple of str
        Formats of days that the tables declare.
    """

    decimal: str = ""
    dates: tuple[str, ...] = ()

    def read_number(self, text: str, *, is_part: bool = False) -> str:
        """Return a number in plain spelling.

        Parameters
        ----------
        text : str
        is_part : bool
            Whether it may be written in per cent.

        Raises
        ------
        ValueError
            With how to write it, where it is none or can be read in two ways.

        Examples
        --------
        >>> spelling = Spelling()
        >>> spelling.read_number("7,5"), spelling.read_number("1 250 000"), spelling.read_number("30 %", is_part=True)
        ('7.5', '1250000', '0.3')
        >>> spelling.read_number("1.250")
        Traceback (most recent call last):
        ValueError: can be 1250 or 1.25; write 1250 or 1.25
        >>> Spelling(decimal=",").read_number("1.250")
        '1250'
        """
        bare = plain_text(text).strip(BLANKS)
        percent = is_part and bare.endswith("%")
        bare = re.sub(f"[{BLANKS}]+", " ", bare.rstrip("%")).strip()
        spelled = self._spell(bare.lstrip("+-"))
        if spelled is None:
            raise ValueError(
                "is not a number; write it with figures alone" + (', or as "30 %"' if is_part else ", as in 7.5 or 1250000")
            )
        value = float(spelled) * (-1 if bare.startswith("-") else 1) / (100 if percent else 1)
        return write_number(value)

    def _spell(self, bare: str) -> str | None:
        """Return an unsigned number with a point, or None; a lone mark before three figures is what the tables say it is."""
        if re.fullmatch(r"\d+", bare):
            return bare
        if re.fullmatch(r"\d*[.,]\d+|\d+[.,]", bare) and not (_GROUPED.fullmatch(bare) and bare[0] != "0"):
            return bare.replace(",", ".").rstrip(".")
        grouped = _GROUPED.fullmatch(bare)
        if grouped and (grouped["gap"] in "' " or bare.count(grouped["gap"]) > 1):
            return bare.replace(grouped["gap"], "")
        if grouped:
            whole, part = bare.replace(grouped["gap"], ""), bare.replace(grouped["gap"], ".")
            if not self.decimal:
                raise ValueError(f"can be {whole} or {float(part):g}; write {whole} or {float(part):g}")
            return part if grouped["gap"] == self.decimal else whole
        mixed = re.fullmatch(r"(?P<whole>.+)(?P<mark>[.,])(?P<part>\d+)", bare)
        before = _GROUPED.fullmatch(mixed["whole"]) if mixed else None
        if mixed and before and before["gap"] != mixed["mark"]:
            return f"{before[0].replace(before['gap'], '')}.{mixed['part']}"
        return None

    def read_day(self, text: str) -> str:
        """Return a day as YYYY-MM-DD.

        Raises
        ------
        ValueError
            With how to write it, where it is none or can be read in two ways.

        Examples
        --------
        >>> Spelling().read_day("24.12.2026"), Spelling().read_day("24 December 2026"), Spelling().read_day("2026-12-24")
        ('2026-12-24', '2026-12-24', '2026-12-24')
        >>> Spelling().read_day("03/04/2026")
        Traceback (most recent call last):
        ValueError: can be 2026-03-04 or 2026-04-03; write the one that is meant
        """
        bare = " ".join(plain_text(text).split())
        bare = re.sub(r"[ T]0?0:00(:00(\.0+)?)?$", "", bare)
        ours = {"%Y-%m-%d"} | {form for form in self.dates if _parse(bare, form)}
        formats = ours if any(_parse(bare, form) for form in ours) else load_words("days")["formats"]
        formats = [form for form in formats if not ("." in bare and form.startswith("%m."))]
        days = sorted({found.isoformat() for form in formats if (found := _parse(bare, form))})
        if not days:
            raise ValueError("is not a day; write it as 2026-12-24")
        if len(days) > 1:
            raise ValueError(f"can be {' or '.join(days)}; write the one that is meant")
        return days[0]


def _parse(text: str, form: str) -> date | None:
    try:
        found = datetime.strptime(text, form).date()
    except ValueError:
        return None
    return found if found.year in _DAY_NOW else None


def learn_spelling(settings: DataSettings) -> Spelling:
    """Return how the tables of a workbook write numbers and days, as far as its ``kamnb.toml`` says it."""
    tables = settings.tables.values()
    decimals = {table.decimal for table in tables if "decimal" in table.model_fields_set}
    formats = dict.fromkeys(form for table in tables for form in table.dates)
    return Spelling(decimals.pop() if len(decimals) == 1 else "", tuple(formats))


def write_number(value: float) -> str:
    """Return a number in plain spelling, to a millionth.

    Examples
    --------
    >>> write_number(9.0), write_number(0.35), write_number(-0.0)
    ('9', '0.35', '0')
    """
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def write_cell(value: Any) -> str:
    """Return what stands in a cell as text: days as YYYY-MM-DD, numbers in plain spelling, ends and blanks tidied.

    Examples
    --------
    >>> write_cell(9.0), write_cell(datetime(2026, 12, 24)), write_cell(" two  words "), write_cell(True), write_cell(None)
    ('9', '2026-12-24', 'two  words', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, int | float):
        return write_number(float(value))
    return str(value).replace("_x000D_", "").replace("\r", "").strip(BLANKS)

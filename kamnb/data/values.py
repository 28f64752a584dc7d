"""Text to values: the SQL expressions by which a cell becomes a date, an amount, a yes or no."""

import re
from collections.abc import Sequence

from kamnb.data.days import not_too_early, parse_day, parse_period
from kamnb.data.numbers import BLANKS, UNSEEN, is_plain_number, parse_number
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import Column

_ISO = "%Y-%m-%d"
_PLAIN_DAY = r"^\d{4}-\d{2}-\d{2}$"
_EDGES = BLANKS + UNSEEN
_SEEN_ENDS = r"(?s)^[!-~](.*[!-~])?$"
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")

AMOUNT = "DECIMAL(21,6)"
"""What an amount must fit in: less than 10^15, so that no sum of a thousand million of them is too large to be exact."""

EXPECTED = {
    "date": "a day",
    "money": "an amount",
    "number": "a number",
    "whole": "a whole number",
    "yesno": "yes or no",
    "text": "one of its values",
    "period": "a period such as 2026, 2026-Q1 or 2026-03",
    "worth": "an amount",
}
"""How each kind of value is called in a fault."""


def fold_blanks(column: str) -> str:
    """Return a column's name as names are compared: in small letters, with single blanks."""
    return " ".join(column.split()).lower()


def is_filled(theirs: str) -> str:
    """Return the expression of whether a cell has anything that is seen."""
    return f"regexp_matches({identifier(theirs)}, {quote(f'[^{re.escape(_EDGES)}]')})"


def clean_text(theirs: str, settings: TableSettings, column: str, *, strip: bool = True) -> str:
    """Return the expression of a cell's text: trimmed, missing markers emptied, values mapped."""
    text = _trimmed(identifier(theirs)) if strip else f"CASE WHEN {is_filled(theirs)} THEN {identifier(theirs)} END"
    if settings.missing:
        text = f"CASE WHEN {text} NOT IN ({_listed([marker.strip() for marker in settings.missing])}) THEN {text} END"
    mapped = {old.strip(_EDGES): quote(new) if new else "NULL" for old, new in settings.values.get(column, {}).items()}
    if not mapped:
        return text
    cases = " ".join(f"WHEN {text} = {quote(old)} THEN {new}" for old, new in mapped.items() if old not in ("", "*"))
    return f"CASE WHEN {text} IS NULL THEN {mapped.get('', 'NULL')} {cases} ELSE {mapped.get('*', text)} END"


def _trimmed(cell: str) -> str:
    """Few cells have blanks at their ends, and looking is cheaper than trimming."""
    return f"CASE WHEN regexp_matches({cell}, {quote(_SEEN_ENDS)}) THEN {cell} ELSE nullif(trim({cell}, {quote(_EDGES)}), '') END"


def is_trimmed(text: str, theirs: str) -> bool:
    """Tell whether the expression of a text is that of a cell's, trimmed and nothing else."""
    return bool(theirs) and text == _trimmed(identifier(theirs))


def is_tidy(theirs: str) -> str:
    """Return the expression of whether a cell is its own trimmed text, as `_SEEN_ENDS` tells, but once for each value of many."""
    return f"{_is_seen(theirs)} AND {identifier(theirs)}[-1] BETWEEN '!' AND '~'"


def has_text(theirs: str) -> str:
    """Return the expression of whether a cell's trimmed text is one; of most cells it is seen by how they begin."""
    cell = identifier(theirs)
    return f"CASE WHEN {_is_seen(theirs)} THEN true ELSE {_trimmed(cell)} IS NOT NULL END"


def _is_seen(theirs: str) -> str:
    """Return the expression of whether a cell begins with a letter of ASCII, a figure or a mark."""
    return f"{identifier(theirs)} >= '!' AND {identifier(theirs)} < chr(127)"


def reads_plain_days(settings: TableSettings) -> bool:
    """Tell whether days are written as ISO has them, and no other way."""
    return settings.dates in ((), (_ISO,))


def is_plain(text: str, column: Column, settings: TableSettings) -> str:
    """Return the expression of whether a text is written in the plainest way of its kind; empty where no kind of text is."""
    if column.kind == "date" and reads_plain_days(settings):
        return f"regexp_matches({text}, {quote(_PLAIN_DAY)})"
    return is_plain_number(text, settings) if column.kind in ("money", "number", "whole") else ""


def parse_value(text: str, column: Column, settings: TableSettings, *, plain: bool = False) -> str:
    """Return the expression of a value of the column's kind; NULL where the text is none.

    Where every text of the column `is_plain`, as `plain` says, the expression is short: long ones take longer to plan than a
    small table takes to read.
    """
    if column.kind == "date":
        return not_too_early(f"TRY_CAST({text} AS DATE)") if plain else parse_day(text, settings.dates, settings.year)
    if column.kind == "yesno":
        low = f"lower({text})"
        return f"CASE WHEN {low} IN ({_listed(_YES)}) THEN true WHEN {low} IN ({_listed(_NO)}) THEN false END"
    if column.kind == "text":
        return _choice(text, column.one_of) if column.one_of else f"upper({text})" if column.name == "currency" else text
    if column.kind == "period":
        return parse_period(text, settings.dates, settings.year)
    if column.kind == "worth":
        return f"coalesce({_choice(text, column.one_of)}, {parse_number(text, settings)})"
    if column.kind == "money":
        return f"TRY_CAST({parse_number(text, settings, marks=True, plain=plain)} AS {AMOUNT})::DECIMAL(38,6)"
    if column.kind == "whole":
        number = f"regexp_extract({parse_number(text, settings, plain=plain)}, '^([^.]*)(\\.0*)?$', 1)"
        return within(f"TRY_CAST({number} AS INTEGER)", column)
    return within(_float(text, column, settings, plain), column)


def _float(text: str, column: Column, settings: TableSettings, plain: bool) -> str:
    """Return the expression of a number; a fraction may be written in per cent."""
    part = "fraction" in column.meaning and not plain
    number = f"TRY_CAST({parse_number(text, settings, percent=part, plain=plain)} AS DOUBLE)"
    number += f" / CASE WHEN right({text}, 1) IN ('%', '\uff05', '\u066a') THEN 100 ELSE 1 END" if part else ""
    return f"nullif(nullif({number}, 'inf'::DOUBLE), '-inf'::DOUBLE)"


def _choice(text: str, options: tuple[str, ...]) -> str:
    spelled = f"replace(replace(lower({text}), '_', ' '), '-', ' ')"
    cases = " ".join(f"WHEN {quote(option.replace('_', ' '))} THEN {quote(option)}" for option in options)
    return f"CASE {spelled} {cases} END"


def within(value: str, column: Column) -> str:
    """Return the expression of a number where it lies between the column's bounds."""
    if column.low is not None and column.high is not None:  # the value once less, for it is a long expression
        return f"CASE WHEN {value} BETWEEN {column.low} AND {column.high} THEN {value} END"
    bounds = [f"{value} >= {column.low}"] if column.low is not None else []
    bounds += [f"{value} <= {column.high}"] if column.high is not None else []
    return f"CASE WHEN {' AND '.join(bounds)} THEN {value} END" if bounds else value


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(quote(text) for text in texts)

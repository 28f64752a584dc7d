"""Text to values: the SQL expressions by which a cell becomes a date, an amount, a yes or no."""

import re
from collections.abc import Sequence

from kamnb.data.files import quote
from kamnb.data.settings import Ids, TableSettings
from kamnb.data.tables import Column

ISO_DAY = r"^\d{4}-\d{2}-\d{2}([T ].*)?$"
_BLANKS = " \t\r\n\u00a0\u202f\ufeff"
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")

EXPECTED = {
    "date": "a day",
    "money": "an amount",
    "number": "a number",
    "whole": "a whole number",
    "yesno": "yes or no",
    "text": "one of its values",
}
"""How each kind of value is called in a fault."""


def clean_text(theirs: str, settings: TableSettings, column: str) -> str:
    """Return the expression of a cell's text: trimmed, missing markers emptied, values mapped."""
    text = f"nullif(trim({identifier(theirs)}, {quote(_BLANKS)}), '')"
    if settings.missing:
        text = f"CASE WHEN {text} IN ({_listed(settings.missing)}) THEN NULL ELSE {text} END"
    mapped = settings.values.get(column, {})
    if not mapped:
        return text
    rest = quote(mapped["*"]) if "*" in mapped else text
    cases = " ".join(f"WHEN {text} = {quote(old)} THEN {quote(new)}" for old, new in mapped.items() if old != "*")
    return f"CASE WHEN {text} IS NULL THEN NULL {cases} ELSE {rest} END"


def clean_id(text: str, ids: Ids) -> str:
    """Return the expression of an account id as all tables spell it."""
    if not ids.strip_leading_zeros:
        return text
    return f"CASE WHEN ltrim({text}, '0') = '' AND {text} <> '' THEN '0' ELSE ltrim({text}, '0') END"


def parse_value(text: str, column: Column, settings: TableSettings) -> str:
    """Return the expression of a value of the column's kind; NULL where the text is none."""
    if column.kind == "date":
        return _day(text, settings.dates)
    if column.kind == "yesno":
        low = f"lower({text})"
        return f"CASE WHEN {low} IN ({_listed(_YES)}) THEN true WHEN {low} IN ({_listed(_NO)}) THEN false END"
    if column.kind == "text":
        return _choice(text, column.one_of) if column.one_of else _code(text) if column.name == "currency" else text
    number = parse_number(text, settings)
    kind = {"money": "DECIMAL(38,6)", "number": "DOUBLE", "whole": "INTEGER"}[column.kind]
    value = f"TRY_CAST({number} AS {kind})"
    if column.kind == "whole":
        value = f"CASE WHEN {number} NOT LIKE '%.%' THEN {value} END"
    return _within(value, column)


def parse_number(text: str, settings: TableSettings) -> str:
    """Return the expression of a number's plain spelling (``-1234.5``); NULL where it is none.

    Thousands must stand in threes, so that a decimal comma is never taken for them. ``(12.50)``
    and ``12.50-`` are negative, as ledgers write them.
    """
    bare = f"replace({text}, {quote(settings.currency_sign)}, '')" if settings.currency_sign else text
    bare = f"trim({bare}, {quote(_BLANKS)})"
    bare = f"regexp_replace({bare}, '^\\((.*)\\)$|^([^-].*)-$', '-\\1\\2')"
    decimal, gap = re.escape(settings.decimal), _gap(settings.thousands)
    whole = f"(\\d+|\\d{{1,3}}({gap}\\d{{3}})+)" if gap else "\\d+"
    pattern = f"^[+-]?\\s*({whole}({decimal}\\d*)?|{decimal}\\d+)([eE][+-]?\\d+)?$"
    plain = f"regexp_replace({bare}, {quote(gap + '|' + chr(92) + 's' if gap else chr(92) + 's')}, '', 'g')"
    return f"CASE WHEN regexp_matches({bare}, {quote(pattern)}) THEN replace({plain}, {quote(settings.decimal)}, '.') END"


def identifier(name: str) -> str:
    """Return `name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _gap(thousands: str) -> str:
    return "[\\s\u00a0\u202f]" if thousands.strip(_BLANKS) == "" and thousands else re.escape(thousands)


def _day(text: str, formats: Sequence[str]) -> str:
    iso = f"CASE WHEN regexp_matches({text}, {quote(ISO_DAY)}) THEN TRY_CAST(left({text}, 10) AS DATE) END"
    tries = [f"CAST(TRY_STRPTIME({text}, {quote(form)}) AS DATE)" for form in formats]
    return f"coalesce({', '.join([*tries, iso])})" if tries else iso


def _choice(text: str, options: tuple[str, ...]) -> str:
    spelled = f"replace(replace(lower({text}), '_', ' '), '-', ' ')"
    cases = " ".join(f"WHEN {quote(option.replace('_', ' '))} THEN {quote(option)}" for option in options)
    return f"CASE {spelled} {cases} END"


def _code(text: str) -> str:
    return f"CASE WHEN regexp_matches(upper({text}), '^[A-Z]{{3}}$') THEN upper({text}) END"


def _within(value: str, column: Column) -> str:
    bounds = [f"{value} >= {column.low}"] if column.low is not None else []
    bounds += [f"{value} <= {column.high}"] if column.high is not None else []
    return f"CASE WHEN {' AND '.join(bounds)} THEN {value} END" if bounds else value


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(quote(text) for text in texts)

"""Numbers as people write them: the SQL expressions by which their texts become plain spellings."""

import re
from collections.abc import Iterable, Sequence

from kamnb.data.settings import TableSettings
from kamnb.data.sql import quote
from kamnb.data.words import load_words

BLANKS = (
    " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
"""Every character that is white space."""

UNSEEN = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff"
)
"""Characters that are not seen: marks of direction, joints, the byte order mark."""

_LIKE = {
    " ": BLANKS,
    "-": "\u2212\u2010\u2011\u2012\u2013\u2014\u2015\ufe58\ufe63\uff0d",
    "'": "\u2019\u2018\u02bc\u02b9\u00b4\u0060\u2032\uff07",
    "(": "\uff08", ")": "\uff09", "+": "\uff0b", ",": "\uff0c", ".": "\uff0e", "%": "\uff05\u066a",
    **{str(figure): "".join(chr(zero + figure) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xFF10)) for figure in range(10)},
}  # fmt: skip
"""What stands for each plain character; the rest of a number is written with these."""

LAKH = "lakh"
"""Thousands as India writes them: 12,34,567.00."""


def plain_text(text: str) -> str:
    """Return a text with the plain characters for all that stand for them.

    Examples
    --------
    >>> plain_text("\u200e\u221230\u202f000\u2019")
    "-30 000'"
    """
    return text.translate(_TABLE)


_TABLE = {ord(other): plain for plain, others in _LIKE.items() for other in others} | {ord(mark): None for mark in UNSEEN}


def parse_number(text: str, settings: TableSettings, *, marks: bool = False, percent: bool = False, plain: bool = False) -> str:
    """Return the expression of a number's plain spelling (``-1234.5``); NULL where it is none.

    Thousands must stand in threes, or in twos before the last three as India has them, so that a decimal comma is never taken
    for them. ``(12.50)`` and ``12.50-`` are negative, as ledgers write them, and with `marks` ``12.50 Cr`` and ``12,50 H`` too.
    With `percent` a sign of it is passed over. With `plain`, where all of them are plain numbers, only the decimal mark changes.
    """
    simple = text if settings.decimal == "." else f"replace({text}, {quote(settings.decimal)}, '.')"
    if plain:
        return simple
    decimal = plain_text(settings.decimal)
    bare = _bare(text, settings, marks, percent)
    gap = "," if settings.thousands == LAKH else plain_text(settings.thousands)
    pattern = f"^[+-]?\\s*({_whole(settings.thousands)}({re.escape(decimal)}\\d*)?|{re.escape(decimal)}\\d+)([eE][+-]?\\d+)?$"
    grouped = f"translate(regexp_extract({bare}, {quote(pattern)}), {quote(' ' + gap.strip())}, '')"
    spelled = f"nullif(replace({grouped}, {quote(decimal)}, '.'), '')"
    return f"CASE WHEN {is_plain_number(text, settings)} THEN {simple} ELSE {spelled} END"


def net_sides(debit: str, credit: str, settings: TableSettings) -> str:
    """Return the expression of debit less credit, as the file would write it; a text that does not read is left as it is."""
    numbers = [f"TRY_CAST({parse_number(side, settings, marks=True)} AS DECIMAL(21,6))" for side in (debit, credit)]
    unread = [
        f"WHEN {side} IS NOT NULL AND {number} IS NULL THEN {side}" for side, number in zip((debit, credit), numbers, strict=True)
    ]
    net = f"(coalesce({numbers[0]}, 0) - coalesce({numbers[1]}, 0))::DECIMAL(22,6)::VARCHAR"
    spelled = f"replace({net}, '.', {quote(settings.decimal)})"
    return f"CASE WHEN {debit} IS NULL AND {credit} IS NULL THEN NULL {' '.join(unread)} ELSE {spelled} END"


def sign_side(amount: str, side: str, settings: TableSettings) -> str:
    """Return the expression of an amount, less than nothing on the credit side; one whose side is not known does not read."""
    words = {name: ", ".join(quote(word) for word in load_words("sides")[name]) for name in ("debit", "credit")}
    marker, number = f"lower({side})", f"TRY_CAST({parse_number(amount, settings, marks=True)} AS DECIMAL(21,6))"
    turned = f"replace((-{number})::DECIMAL(22,6)::VARCHAR, '.', {quote(settings.decimal)})"
    unknown = f"{amount} || ' on the side ' || coalesce('\"' || {side} || '\"', 'that is empty')"
    return (
        f"CASE WHEN {amount} IS NULL THEN NULL WHEN {marker} IN ({words['debit']}) THEN {amount} "
        f"WHEN {marker} IN ({words['credit']}) THEN coalesce({turned}, {amount}) ELSE {unknown} END"
    )


def is_plain_number(text: str, settings: TableSettings) -> str:
    """Return the expression of whether a number is written with figures and a decimal mark alone, as most are."""
    pattern = f"^-?\\d+({re.escape(settings.decimal)}\\d+)?$"
    return f"regexp_matches({text}, {quote(pattern)})"


def _whole(thousands: str) -> str:
    if thousands in (LAKH, ","):  # India's way cannot be taken for anything else
        return "(\\d+|\\d{1,3}(,\\d{2})*,\\d{3}|\\d{1,3}(,\\d{3})+)"
    return f"(\\d+|\\d{{1,3}}({re.escape(plain_text(thousands))}\\d{{3}})+)" if thousands else "\\d+"


def _bare(text: str, settings: TableSettings, marks: bool, percent: bool) -> str:
    """Return the text in plain characters without signs of currency, a minus before it where it is negative."""
    arabic = {"\u066b": settings.decimal}
    froms = "".join([*arabic, *("".join(others) for others in _LIKE.values())])
    into = "".join([*arabic.values(), *(plain * len(others) for plain, others in _LIKE.items())])
    bare = f"translate({text}, {quote(froms + UNSEEN + chr(0x66C))}, {quote(into)})"
    signs = [plain_text(sign) for sign in settings.currency_sign] + ["%"] * percent
    if signs:
        bare = f"regexp_replace({bare}, {quote(_any_sign(signs))}, ' ', 'g')"
    bare = f"trim({bare})"
    if marks:
        bare = _marked(_marked(bare, load_words("marks")["credit"], "-"), load_words("marks")["debit"], "")
    bare = f"regexp_replace({bare}, '^(.*\\d)[.,:]--?$', '\\1')"  # 500.- and 500,- have no cents
    return f"regexp_replace({bare}, '^\\(\\s*(.*?)\\s*\\)$|^([^-(].*?)\\s*-$', '-\\1\\2')"


def _any_sign(signs: Iterable[str]) -> str:
    """Return the pattern of signs, the longest first; a point behind a word belongs to it (Rs.500 is no half)."""
    spelled = [re.escape(sign) + ("\\.?" if sign[-1:].isalpha() else "") for sign in sorted(signs, key=len, reverse=True)]
    return f"(?i)({'|'.join(spelled)})"


def _marked(bare: str, words: Sequence[str], sign: str) -> str:
    return f"regexp_replace({bare}, {quote(mark_pattern(words))}, '{sign}\\1\\2')"


def mark_pattern(words: Sequence[str]) -> str:
    """Return the pattern of a number with one of these marks behind or before it."""
    any_word = f"(?:{'|'.join(map(re.escape, words))})\\.?"
    return f"(?i)^([^()]*\\d)\\s*{any_word}$|^{any_word}\\s*(\\d.*)$"

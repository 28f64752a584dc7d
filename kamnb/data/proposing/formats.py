"""How the days and numbers of a column are written: every way that reads every different value."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from kamnb.data.numbers import LAKH, parse_number, plain_text
from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.profiles import Profile
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier
from kamnb.data.tables import Column
from kamnb.data.values import parse_value
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb

Formats = tuple[str, ...]
"""Formats of days that together read a column; none for days as ISO writes them."""

_DAY = Column("day", "date", "")
_ENOUGH = 0.98
"""Share of the different values that must read; the door stops where more do not."""
_EARLIEST, _LATEST = "DATE '1950-01-01'", "DATE '2100-12-31'"
_SPANS = {
    "serial": re.compile(r"1{5}"),
    "month": re.compile(
        r"1{6}|1{1,2}[-/. ]+1{4}|1{4}[-/. ]+1{1,2}|[^\W\d]{3,}\.?[-/ .,']*1{2}(1{2})?|1{4}[-/ .,]*[^\W\d]{3,}\.?"
    ),
    "quarter": re.compile(r"(1{4}[-/ .]*)?([^\W\d]+\.? ?1|1\.? ?[^\W\d]+\.?)([-/ .,']+1{2}(1{2})?)?"),
}
"""How months, quarters and Excel's numbers of days look once figures are all made 1."""
_DAYS = ({5}, {6}, {8})
"""So many figures may be a day, its number in Excel, or a month."""
_PLAIN = re.compile(r"-?1+(\.1+)?")
_LIKE_NUMBER = re.compile(r"[^\d\w]*(\w{1,4}\.?)?[\s(+-]*1[\d\s.,']*[-)\s.]*(%|\w{1,4}\.?|[^\d\w\s])?\s*")
WAYS = [(".", ""), (",", ""), (".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"), (".", LAKH)]


@dataclass(frozen=True)
class Writing:
    """How a column's values are written.

    Attributes
    ----------
    days : tuple of Formats
        Every way in which they are days; empty where they are none.
    ways : tuple of (decimal, thousands)
        Every way in which they are numbers, the plainest first; empty where they are none.
    signs : tuple of str
        Signs of currency among the numbers.
    is_whole : bool
        Whether no number has a sign of decimals or thousands, so that any way reads it.
    unread : int
        Different values that do not read, few.
    is_dressed : bool
        Whether numbers have more than figures, a minus before them and a point.
    """

    days: tuple[Formats, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    signs: tuple[str, ...] = ()
    is_whole: bool = False
    unread: int = 0
    is_dressed: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers."""
        return bool(self.ways)


def find_writing(connection: "duckdb.DuckDBPyConnection", block: Block, profile: Profile) -> Writing:
    """Find how a column's values are written as days or numbers."""
    if not profile.shapes:
        return Writing()
    if all(_PLAIN.fullmatch(shape) for shape in profile.shapes):
        is_whole = not any("." in shape for shape in profile.shapes)
        ways = WAYS if is_whole else [way for way in WAYS if _reads_plain(way, profile.shapes)]
        is_day = set(map(len, profile.shapes)) in _DAYS
        days, unread = _find_days(connection, block, profile) if is_day else ((), 0)
        return Writing(days, tuple(ways), (), is_whole, unread)
    if _may_be_days(profile.shapes):
        days, unread = _find_days(connection, block, profile)
        if days:
            return Writing(days, unread=unread)
    return _find_numbers(connection, profile)


def _reads_plain(way: tuple[str, str], shapes: Iterable[str]) -> bool:
    decimal, thousands = way
    return decimal == "." or (thousands == "." and all(re.fullmatch(r"-?1+|-?1{1,3}\.111", shape) for shape in shapes))


def _may_be_days(shapes: Iterable[str]) -> bool:
    if any(all(map(span.fullmatch, shapes)) for span in list(_SPANS.values())[1:]):
        return not all(re.fullmatch(r"1111-(Q1|11)", shape) for shape in shapes)  # a period is written so
    return any(len(shape) >= 6 and re.search(r"1\W+1.*\W1|1.*[^\W\d]{3}|[^\W\d]{3}.*1", shape) for shape in shapes)


def _find_days(connection: "duckdb.DuckDBPyConnection", block: Block, profile: Profile) -> tuple[tuple[Formats, ...], int]:
    column = identifier(profile.name)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE days AS SELECT DISTINCT {column} AS v FROM {block.view} WHERE {column} IS NOT NULL"
    )
    every = profile.distinct
    (iso,) = _count_read(connection, [()])
    if iso >= _ENOUGH * every:
        return ((),), every - iso
    hopeful = [form for form in load_words("days")["formats"] if any(map(_pattern(form).fullmatch, profile.shapes))]
    counts = dict(zip(hopeful, _count_read(connection, [(form,) for form in hopeful]), strict=True))
    hopeful = [form for form in hopeful if counts[form] > iso]
    best = max(counts.values(), default=0)
    if best >= _ENOUGH * every:
        return tuple((form,) for form in hopeful if counts[form] == best), every - best
    pairs = [pair for pair in combinations(hopeful, 2) if has_day_first(pair[:1]) == has_day_first(pair[1:])]
    reads = dict(zip(pairs, _count_read(connection, pairs), strict=True)) if pairs else {}
    best = max(reads.values(), default=0)
    return (tuple(pair for pair in pairs if reads[pair] == best), every - best) if best >= _ENOUGH * every else ((), 0)


def has_day_first(formats: Formats) -> bool:
    """Tell whether the day is written before the month, which ISO does not do."""
    form = formats[0] if formats else "%Y-%m-%d"
    return form.find("%d") < max(form.find("%m"), form.find("%b"), form.find("%B"))


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of what a format of days may read, figures made 1; a time may follow."""
    if form in _SPANS:
        return _SPANS[form]
    parts = {"%Y": "1{4}", "%y": "1{2}", "%b": "[^\\W\\d]{3}", "%B": "[^\\W\\d]+", "%A": "[^\\W\\d]+", "%a": "[^\\W\\d]{3}"}
    spelled = re.sub(r"%.", lambda found: parts.get(found[0], "1{1,2}"), re.escape(form).replace("\\%", "%"))
    return re.compile(f"{spelled}(?:[ T].*)?")


def _count_read(connection: "duckdb.DuckDBPyConnection", ways: Sequence[Formats]) -> list[int]:
    """Return how many of the different values in ``days`` each way reads as a day of our time."""
    if not ways:
        return []
    values = [parse_value("v", _DAY, TableSettings(dates=way)) for way in ways]
    counted = ", ".join(f"count(*) FILTER ({value} BETWEEN {_EARLIEST} AND {_LATEST})" for value in values)
    return list(connection.execute(f"SELECT {counted} FROM days").fetchone() or ())


def _find_numbers(connection: "duckdb.DuckDBPyConnection", profile: Profile) -> Writing:
    plain = {shape: plain_text(shape).strip() for shape in profile.shapes}
    marks = {*load_words("marks")["credit"], *load_words("marks")["debit"]}
    letters = {
        shape: [sign for sign in re.findall(r"[^\d\s.,'()+%-]+\.?", text) if sign.lower().rstrip(".") not in marks]
        for shape, text in plain.items()
        if _LIKE_NUMBER.fullmatch(text)
    }
    like = [shape for shape, signs in letters.items() if all(map(_is_currency, signs))]
    signs = tuple(dict.fromkeys(sign for shape in like for sign in letters[shape]))
    if sum(profile.shapes[shape] for shape in like) < _ENOUGH * profile.distinct or len(signs) > 3:
        return Writing()
    settings = [TableSettings(decimal=decimal, thousands=thousands, currency_sign=signs) for decimal, thousands in WAYS]
    counted = ", ".join(f"sum(n) FILTER ({parse_number('v', each, marks=True, percent=True)} IS NOT NULL)" for each in settings)
    counts = connection.execute(
        f"SELECT {counted} FROM (SELECT unnest($shapes) AS v, unnest($counts) AS n)",
        {"shapes": like, "counts": [profile.shapes[shape] for shape in like]},
    ).fetchone() or (0,)
    best = max(count or 0 for count in counts)
    if best < _ENOUGH * profile.distinct:
        return Writing()
    ways = tuple(way for way, count in zip(WAYS, counts, strict=True) if count == best)
    is_whole = not any(re.search(r"1[.,]1", plain[shape]) for shape in like)
    return Writing((), ways, signs, is_whole, int(profile.distinct - best), is_dressed=True)


def _is_currency(sign: str) -> bool:
    """Tell whether a sign stands for money, so that letters of ids are none."""
    words, plain = load_words("currency"), sign.rstrip(".")
    return not any(letter.isalnum() for letter in plain) or plain.lower() in words["signs"] or plain.upper() in words["codes"]


def is_undecided(ways: Sequence[tuple[str, str]], writings: Sequence[Writing]) -> bool:
    """Tell whether the ways left give different values, some with a decimal where others have thousands."""
    return len({decimal for decimal, _ in ways}) > 1 and any(not writing.is_whole for writing in writings)

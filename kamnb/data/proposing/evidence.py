"""What speaks for a column of theirs being one of ours: its name, its values, what it points to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from kamnb.data.proposing.looks import Look
from kamnb.data.proposing.names import ENTITY, NAMED, OWN_ID, fold, is_one_of, score_name
from kamnb.data.proposing.profiles import Profile
from kamnb.data.report import say_count, say_share
from kamnb.data.tables import Column, Table
from kamnb.data.words import load_words

_CODES = ("country", "region", "segment", "line_of_business")
"""Texts that may be numbers."""
_FEW = ("segment", "region", "country", "line_of_business", "stage", "category", "kind", "function", "channel", "criterion",
  "account_manager", "cause", "severity", "owner", "our_person", "our_function", "competitor", "source", "department", "rater",
  "topic", "system", "direction", "process", "unit", "dimension", "status", "competitor", "role", "level")  # fmt: skip
"""Texts whose values come again."""


@dataclass(frozen=True)
class Pointing:
    """How much of a column's different values are ids of a table, and of which file.

    With `is_key` it is the other way round: `file` says which files point to it. `is_telling` is False where ids are small whole
    numbers that follow each other, which any count would hit. `separator` is what stands between the ids of lists. A namesake is
    called as the column of these ids.
    """

    share: float
    file: str
    is_telling: bool
    is_key: bool = False
    separator: str = ""
    is_namesake: bool = False


@dataclass(frozen=True)
class Fit:
    """How well a column of theirs is one of ours.

    Attributes
    ----------
    name, values : float
        What its name says, and what its values say, 0 to 1.
    reasons : tuple of str
    separator : str
        What stands between the ids of a list; empty where there is one.
    """

    ours: str
    theirs: str
    name: float
    values: float
    reasons: tuple[str, ...] = field(default=(), compare=False)
    separator: str = ""

    @property
    def score(self) -> float:
        """Both together, 0 to 1."""
        return 0.75 * self.name + 0.25 * self.values


def weigh(table: Table, column: Column, look: Look, pointing: Pointing | None = None, system: str = "") -> Fit | None:
    """Return the fit of a column of theirs; None where its name or its values speak against it.

    `system` is the program in whose exports a column of this name is ours.
    """
    name = 1.0 if system else score_name(table.name, column.name, look.profile.name)
    points = pointing is not None and pointing.share >= 0.9
    if name < NAMED and not (points and pointing and (pointing.is_namesake or (pointing.is_telling and name > 0))):
        return None
    if not look.profile.filled:
        return Fit(column.name, look.profile.name, name, 0.0, ("its name", "no row has a value")) if name else None
    told = _judge(table, column, look)
    if told is None:
        return None
    called = f"so exported by {system}" if system else "its name" if name >= 0.8 else "its name, in part"
    weights, reasons = [told[0]], [called, told[1]]
    if pointing:
        weights.append(0.0 if not points else 0.6 if pointing.is_telling or pointing.is_namesake else 0.3)
        listed = f'the ids in its lists ("{pointing.separator}" between them)'
        what = listed if pointing.separator else f"its {look.profile.distinct:,} values"
        known = f"{say_share(pointing.share)} of {what} are ids of {pointing.file}"
        reasons.append(pointing.file if pointing.is_key else known)
    values = 1.0
    for weight in weights:
        values *= 1 - weight
    separator = pointing.separator if pointing else ""
    return Fit(column.name, look.profile.name, max(name, NAMED), 1 - values, tuple(filter(None, reasons)), separator)


def _judge(table: Table, column: Column, look: Look) -> tuple[float, str] | None:
    """Say how far the values speak for a kind of column, and how; None where they speak against it."""
    profile, writing = look.profile, look.writing
    if column.kind == "date":
        return (0.4, "every value is a day" if not writing.unread else "nearly every value is a day") if writing.days else None
    if column.kind == "yesno":
        return (0.5, "its values are yes and no") if is_yesno(profile) else None
    if column.kind == "period":
        return (0.4, "its values are periods") if is_period(look) else None
    if column.kind in ("money", "number", "whole"):
        return _judge_number(column, look)
    if column.kind == "worth":
        words = {word for word in profile.words if not any(letter.isdigit() for letter in word)}
        fits = writing.is_number or (
            profile.words and all(_means(word, ours) for word in words for ours in [_closest(word, column)])
        )
        return (0.3, "amounts or words") if fits else None
    if column.name == "outcome":
        return (0.4, "won and lost are among its values") if _has_outcomes(profile) else None
    if column.one_of:
        return (0.6, "all its values are ours") if choose_words(column, profile) else None
    return _judge_text(table, column, look)


def _judge_number(column: Column, look: Look) -> tuple[float, str] | None:
    if not look.writing.is_number or (column.kind == "whole" and not look.writing.is_whole):
        return None
    if column.kind == "money" and _counts_up(look):
        return None
    if column.name == "year":
        return (0.4, "years") if look.low and look.high and 1950 <= look.low <= look.high <= 2100 else None
    if column.name in ("probability", "share", "competitor_share", "own_growth") and look.high is not None:
        return (0.3, "fractions") if abs(look.high) <= 1 else (0.2, "parts of a hundred") if abs(look.high) <= 100 else None
    if column.name == "score":
        return (0.3, "every value is a number") if look.low is not None and look.low >= 0 else None
    if look.low is not None and column.low is not None and look.low < column.low:
        return None
    if look.high is not None and column.high is not None and look.high > column.high:
        return None
    return 0.3, "every value is a number" if not look.writing.unread else "nearly every value is a number"


def _counts_up(look: Look) -> bool:
    """Tell whether numbers are those of rows, one after the other, and no money."""
    is_key = look.profile.is_key and look.writing.is_whole and look.profile.rows > 20
    return is_key and look.low is not None and look.high is not None and look.high - look.low < 1.5 * look.profile.distinct


def _judge_text(table: Table, column: Column, look: Look) -> tuple[float, str] | None:
    profile, writing = look.profile, look.writing
    if writing.days and not all(set(shape) == {"1"} for shape in profile.shapes):
        return None
    if column.name == "currency":
        return (0.7, "its values are codes of currencies") if profile.is_currency else None
    if column.name in ENTITY or column.name in ("parent_id", "external_id"):
        return _judge_id(table, column, look)
    if writing.is_number and column.name not in _CODES:
        return None
    if column.name == "name":
        return (0.3, "texts, nearly all different") if profile.distinct > 0.5 * profile.filled else (0.0, "texts that come again")
    if column.name in _FEW and profile.rows > 4:
        return (
            (0.3, f"{say_count(profile.distinct, 'different value')}") if profile.distinct < 0.7 * profile.filled else (0.0, "")
        )
    return (0.2, "texts") if profile.spaced > 0.3 else (0.0, "")


def _judge_id(table: Table, column: Column, look: Look) -> tuple[float, str] | None:
    profile = look.profile
    if look.writing.is_number and not look.writing.is_whole and not _has_empty_decimals(profile):
        return None
    if column.name == "account_id" and is_one_of("sides", "accounts", profile.name) and is_general_ledger(profile):
        return None
    if table.key == (column.name,):
        return (0.4, "each row has its own") if profile.is_key else None
    if column.name in ("invoice_id", "line_id"):
        return (0.25, "written alike") if profile.shapes and len(profile.shapes) <= 4 else (0.1, "")
    return (0.25, f"{profile.distinct:,} values that come again") if 1 < profile.distinct < 0.7 * profile.filled else (0.1, "")


def is_general_ledger(profile: Profile) -> bool:
    """Tell whether numbers of accounts are those of the general ledger: customers have one figure more than its four."""
    return bool(profile.shapes) and all(re.fullmatch(r"1{1,4}", shape) for shape in profile.shapes)


def _has_empty_decimals(profile: Profile) -> bool:
    return all(re.fullmatch(r"1+(\.1)?", shape) for shape in profile.shapes)


@cache
def _folded(part: str, key: str) -> frozenset[str]:
    return frozenset(fold(word) for word in load_words(part).get(key, ()))


def is_yesno(profile: Profile) -> bool:
    """Tell whether all values say yes or no in one of the languages."""
    return bool(profile.words) and {fold(word) for word in profile.words} <= _folded("answers", "yes") | _folded("answers", "no")


def is_period(look: Look) -> bool:
    """Tell whether values are years, quarters, months, or days that begin them."""
    shapes = look.profile.shapes
    if name_fiscal_years(look.profile):
        return True
    if look.writing.days or all(re.fullmatch(r"1111-(Q1|11)", shape, re.IGNORECASE) for shape in shapes):
        return bool(shapes)
    years = all(re.fullmatch(r"1111(-(Q1|11))?", shape, re.IGNORECASE) for shape in shapes)
    return bool(shapes) and years and all(1950 <= int(sample[:4]) <= 2100 for sample in look.profile.samples)


def name_fiscal_years(profile: Profile) -> dict[str, str]:
    """Return theirs = ours for fiscal years such as FY25; empty where a value is none."""
    found = {word: re.fullmatch(r"(?:FY|GJ|WJ|EX|AF|FG|ФГ)[ /'-]*(?:20)?(\d\d)", word.strip().upper()) for word in profile.words}
    return {word: f"20{hit[1]}" for word, hit in sorted(found.items()) if hit} if all(found.values()) else {}


def choose_words(column: Column, profile: Profile) -> dict[str, str]:
    """Return theirs = ours for every value of a column that takes certain words; empty where a value is none of them."""
    found: dict[str, str] = {}
    for word in profile.words:
        hit = next((ours for ours in column.one_of if _means(word, ours)), "")
        if not hit:
            return {}
        found[word] = hit
    return found


def _closest(word: str, column: Column) -> str:
    return next((ours for ours in column.one_of if _means(word, ours)), "?")


def choose_outcomes(profile: Profile) -> dict[str, str]:
    """Return theirs = won or lost for the values of a stage that say so."""
    return {word: ours for word in profile.words for ours in ("won", "lost") if _means(word, ours)}


def _has_outcomes(profile: Profile) -> bool:
    return bool(choose_outcomes(profile)) or all(_means(word, "open") for word in profile.words or {"": 0})


def _means(word: str, ours: str) -> bool:
    return fold(word) == fold(ours) or fold(word) in _folded("choices", ours)


def answers_yes(word: str) -> bool:
    """Tell whether a word says yes."""
    return fold(word) in _folded("answers", "yes")


def answer_words(profile: Profile) -> Mapping[str, str]:
    """Return theirs = yes or no for answers that the door does not read by itself."""
    spelled = {word: "yes" if fold(word) in _folded("answers", "yes") else "no" for word in profile.words}
    plain = ("yes", "y", "true", "1", "no", "n", "false", "0")
    return {} if all(word.lower() in plain for word in spelled) else spelled


def key_of(table: Table) -> str:
    """Return the column that is a table's key where it is one column."""
    return OWN_ID.get(table.name, "") if table.key == (OWN_ID.get(table.name, ""),) else ""

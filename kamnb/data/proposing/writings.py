"""One way to write days and numbers for all columns of a file; where files leave two, it is a question."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.formats import WAYS, Formats, has_day_first, is_undecided
from kamnb.data.proposing.looks import Look
from kamnb.data.proposing.questions import Choice, Question
from kamnb.data.report import say_count
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier
from kamnb.data.tables import TABLES
from kamnb.data.values import parse_value

if TYPE_CHECKING:
    import duckdb

_ORDER = [
    ("date", "due_date"),
    ("date", "paid_date"),
    ("created", "closed"),
    ("created", "expected_close"),
    ("opened_on", "resolved_on"),
]
"""Days of which the second is rarely before the first."""


def agree_on_days(draft: Draft, folder: Mapping[str, Draft], connection: "duckdb.DuckDBPyConnection") -> Question | None:
    """Say how the days of a file are written, or ask."""
    looks = _days_of(draft)
    ways = [look.writing.days for look in looks.values() if any(look.writing.days)]
    if not ways:
        return None
    firsts = [{has_day_first(way) for way in each} for each in ways]
    decided = {*firsts[0]}.intersection(*firsts)
    unread = sum(look.writing.unread for look in looks.values())
    told = f"every value of {say_count(len(looks), 'column')} read" if not unread else f"all but {unread} values read"
    if len(decided) == 1 or all(len(each) == 1 for each in firsts):
        draft.settings["dates"] = Line(
            _collect(ways, decided), "sure" if not unread else "likely", f"{told}, and no other way reads them"
        )
        return None
    if (by_order := _decide_by_order(draft, looks, connection)) is not None:
        draft.settings["dates"] = Line(
            _collect(ways, {by_order}), "likely", f"{told}; otherwise days due would lie before their invoices"
        )
        return None
    others = {
        has_day_first(way[:1])
        for other in folder.values()
        if other is not draft and (line := other.settings.get("dates")) and line.level == "sure"
        for way in [_listed(line.value)]
    }
    if len(others) == 1:
        draft.settings["dates"] = Line(_collect(ways, others), "likely", f"{told} in two ways; the other files are written so")
        return None
    return _ask_days(draft, ways, looks)


def _listed(value: str | tuple[str, ...]) -> Formats:
    return (value,) if isinstance(value, str) else value


def _days_of(draft: Draft) -> dict[str, Look]:
    found = {}
    for column in draft.table.columns:
        look = draft.look(column.name) if column.kind == "date" else None
        if look and look.writing.days:
            found[column.name] = look
    for name in draft.derived:
        ours = name.removesuffix("_derived")
        if ours in draft.table.names and draft.table[ours].kind == "date":
            made_of = [look for look in _made_of(draft, name) if look.writing.days]
            found |= dict.fromkeys([ours], made_of[0]) if made_of else {}
    return found


def _made_of(draft: Draft, name: str) -> list[Look]:
    """Return the looks of the columns from which a derived one is had; the last named is the value, the others conditions."""
    text = draft.derived[name]
    found = [(text.rfind(identifier(theirs)), look) for theirs, look in draft.looks.items() if identifier(theirs) in text]
    return [look for _, look in sorted(found, key=lambda each: -each[0])]


def _collect(ways: Sequence[tuple[Formats, ...]], day_first: set[bool]) -> str | tuple[str, ...]:
    """Return the formats that read all columns, those of the wanted order where a column reads in both."""
    formats: dict[str, None] = {}
    for each in ways:
        fitting = [way for way in each if has_day_first(way) in day_first] or list(each)
        formats |= dict.fromkeys(fitting[0])
    return next(iter(formats)) if len(formats) == 1 else tuple(formats)


def _decide_by_order(draft: Draft, looks: Mapping[str, Look], connection: "duckdb.DuckDBPyConnection") -> bool | None:
    """Tell whether days come first, by which columns never lie before another; None where that does not tell."""
    pairs = [pair for pair in _ORDER if {*pair} <= {*looks}]
    if not pairs:
        return None
    shares = {}
    for order in (True, False):
        fits = []
        for pair in pairs:
            days = []
            for ours in pair:
                way = next((way for way in looks[ours].writing.days if has_day_first(way) is order), looks[ours].writing.days[0])
                days.append(
                    parse_value(identifier(looks[ours].profile.name), TABLES["invoices"]["date"], TableSettings(dates=way))
                )
            row = connection.execute(f"SELECT avg(({days[1]} >= {days[0]})::INT) FROM {draft.block.view}").fetchone()
            fits.append(float(row[0] or 0.0) if row else 0.0)
        shares[order] = min(fits)
    better = max(shares, key=lambda order: shares[order])
    return better if shares[better] > 0.98 and shares[not better] < 0.9 else None


def _ask_days(draft: Draft, ways: Sequence[tuple[Formats, ...]], looks: Mapping[str, Look]) -> Question:
    look = next(look for look in looks.values() if any(look.writing.days))
    choices = []
    for order in (True, False):
        formats = _collect(ways, {order})
        choices.append(Choice(formats, "the day first" if order else "the month first", look.profile.samples))
    text = f'{draft.block.label}: is the first figure of "{look.profile.name}" the day or the month?'
    draft.settings["dates"] = Line(choices[0].value, "open", "the day or the month first? Every value reads both ways", ())
    return Question((draft.table.name, "dates"), text, tuple(choices), rows=draft.block.rows)


def agree_on_numbers(draft: Draft, folder: Mapping[str, Draft]) -> Question | None:
    """Say how the numbers of a file are written, or ask."""
    kinds = ("money", "number", "whole", "worth")
    looks = {
        column.name: look
        for column in draft.table.columns
        if column.kind in kinds and (look := draft.look(column.name)) and look.writing.is_number
    }
    for name, text in draft.derived.items():
        ours = name.removesuffix("_derived")
        if ours in draft.table.names and draft.table[ours].kind in kinds and "try_cast" not in text:
            made_of = [look for look in _made_of(draft, name) if look.writing.is_number]
            looks |= dict.fromkeys([ours], made_of[0]) if made_of else {}
    if not looks:
        return None
    signs = tuple(dict.fromkeys(sign for look in looks.values() for sign in look.writing.signs))
    if signs:
        draft.settings["currency_sign"] = Line(signs[0] if len(signs) == 1 else signs, "sure", "stands with the amounts")
    writings = [look.writing for look in looks.values()]
    ways = [way for way in WAYS if all(way in writing.ways for writing in writings)]
    if not ways:
        shown = list_ways(looks)
        draft.settings["decimal"] = Line(".", "open", f"columns are written in different ways: {shown}")
        return None
    broken = [writing for writing in writings if not writing.is_whole]
    if draft.block.sources[0].kind != "text":
        ways = [way for way in ways if way[0] == "."] or ways
    if broken and is_undecided(ways, broken):
        others = {
            str(other.settings["decimal"].value)
            for other in folder.values()
            if other is not draft and "decimal" in other.settings
        }
        plain = {
            "."
            for other in folder.values()
            if other is not draft and "decimal" not in other.settings and ("thousands" in other.settings or _has_points(other))
        }
        if len(others | plain) == 1:
            (decimal,) = others | plain
            ways = [way for way in ways if way[0] == decimal] or ways
            _set(draft, ways[0], "likely", "read in two ways; the other files are written so")
            return None
        return _ask_decimal(draft, ways, looks)
    unread = sum(writing.unread for writing in writings)
    _set(
        draft,
        ways[0],
        "sure" if not unread else "likely",
        f"every value of {say_count(len(looks), 'column')} reads so"
        if not unread
        else f"all but {unread} different values read so",
    )
    return None


def _has_points(draft: Draft) -> bool:
    return any(
        look.writing.ways and not look.writing.is_whole and look.writing.ways[0] == (".", "") and len(look.writing.ways) < 9
        for look in draft.looks.values()
    )


def _set(draft: Draft, way: tuple[str, str], level: str, told: str) -> None:
    decimal, thousands = way
    if decimal != ".":
        draft.settings["decimal"] = Line(decimal, "sure" if level == "sure" else "likely", told)
    if thousands:
        draft.settings["thousands"] = Line(thousands, "sure" if level == "sure" else "likely", told)


def list_ways(looks: Mapping[str, Look]) -> str:
    """Return each column with one of its values."""
    return ", ".join(f'"{look.profile.name}" {look.profile.samples[0]}' for look in looks.values() if look.profile.samples)


def _ask_decimal(draft: Draft, ways: Sequence[tuple[str, str]], looks: Mapping[str, Look]) -> Question:
    look = next(look for look in looks.values() if not look.writing.is_whole)
    sign = "," if any("," in shape for shape in look.profile.shapes) else "."
    other = "." if sign == "," else ","
    choices = (
        Choice(sign, f'"{sign}" is the decimal sign', look.profile.samples),
        Choice(other, f'"{sign}" stands between thousands', look.profile.samples),
    )
    draft.settings["decimal"] = Line(sign, "open", f'is "{sign}" the decimal sign, or does it stand between thousands?')
    text = f'{draft.block.label}: in "{look.profile.name}", is "{sign}" the decimal sign, or does it stand between thousands?'
    return Question((draft.table.name, "decimal"), text, choices, rows=draft.block.rows)

"""Answers on scales of other people's making, read as points from 0 to 10: ``[scales] reliability = [1, 5]``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kamnb.data.settings import TableSettings
from kamnb.data.sql import quote
from kamnb.data.tables import Column, Table
from kamnb.data.values import parse_value

Scales = Mapping[str, Sequence[float]]
"""The ends of each scale, by criterion or column: the first is 0 points, the second 10; ``*`` is every other one."""


def declare_scaled(table: Table, scales: Scales) -> Table:
    """Return the table of ratings as declared where scores are on scales: a score may be any number, its scale bounds it."""
    if table.name != "ratings" or not scales:
        return table
    score = replace(table["score"], low=None, high=None, said="a number within its scale")
    return replace(table, columns=tuple(score if column.name == "score" else column for column in table.columns))


def scale_score(text: str, criterion: str, column: Column, settings: TableSettings, scales: Scales, *, plain: bool) -> str:
    """Return the expression of a score in points; NULL where it is none, or beyond its scale."""
    number = parse_value(text, column, settings, plain=plain)
    cases = " ".join(f"WHEN {quote(name)} THEN {to_points(number, scales[name])}" for name in scales if name != "*")
    other = to_points(number, scales.get("*", (0, 10)))
    return f"CASE {criterion} {cases} ELSE {other} END" if cases else other


def to_points(number: str, scale: Sequence[float]) -> str:
    """Return the expression of a number of a scale in points from 0 to 10; NULL beyond its ends.

    Examples
    --------
    >>> to_points("x", (1, 5))
    'CASE WHEN x BETWEEN 1 AND 5 THEN (x - 1) * 10.0 / 4 END'
    >>> to_points("x", (5, 1))
    'CASE WHEN x BETWEEN 1 AND 5 THEN (5 - x) * 10.0 / 4 END'
    """
    first, last = scale
    low, high = min(scale), max(scale)
    above = f"{number} - {low:g}" if first < last else f"{high:g} - {number}"
    return f"CASE WHEN {number} BETWEEN {low:g} AND {high:g} THEN ({above}) * 10.0 / {high - low:g} END"

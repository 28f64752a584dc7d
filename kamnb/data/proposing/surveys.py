"""Answers of customers: criteria as columns are judged as the rows that they stand for, and scales are had from the numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.looks import Look, number_of
from kamnb.data.proposing.names import NAMED, is_id, score_name, score_table
from kamnb.data.sql import identifier, quote
from kamnb.data.totals import is_total

if TYPE_CHECKING:
    import duckdb

CRITERION, SCORE = "criterion", "score"
_WHO_AND_WHEN = ("account_id", "rated_on")
_LEAST = 2
"""So many columns at least hold answers."""
_SHORT, _POINTS, _HUNDRED = (1, 5), (0, 10), (0, 100)
"""Scales that are taken for those of numbers: the short one only where all answers of a file lie on it."""


def melt_answers(
    connection: "duckdb.DuckDBPyConnection", block: Block, looks: Mapping[str, Look]
) -> tuple[Block, tuple[str, ...]]:
    """Return a block of answers with a row for each, and the columns they stood in; as it is, and none, where it is no survey."""
    columns = _list_criteria(block, looks)
    if len(columns) < _LEAST:
        return block, ()
    spare = tuple(name for name in block.names if name not in columns)
    kept = ", ".join(["_seq", "_total", *map(identifier, spare)])
    parts = [
        f"SELECT {kept}, {quote(name)} AS {CRITERION}, {identifier(name)} AS {SCORE} FROM {block.view} "
        f"WHERE {identifier(name)} IS NOT NULL"
        for name in columns
    ]
    view = f"{block.view}_answers"
    connection.execute(f"CREATE TABLE {view} AS SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY _seq, {CRITERION}")
    (rows,) = connection.execute(f"SELECT count(*) FROM {view}").fetchone() or (0,)
    return replace(block, names=(*spare, CRITERION, SCORE), view=view, rows=int(rows)), columns


def _list_criteria(block: Block, looks: Mapping[str, Look]) -> tuple[str, ...]:
    """Return the columns of a survey that hold its numbers; none where each answer has a row, or nobody or no day is named."""
    named = {ours: [name for name in block.names if score_name("ratings", ours, name) >= NAMED] for ours in _WHO_AND_WHEN}
    is_long = any(score_name("ratings", ours, name) >= 0.9 for ours in (CRITERION, SCORE) for name in block.names)
    if score_table("ratings", block.spoken) <= 0 or is_long or not all(named.values()):
        return ()
    spare = {name for names in named.values() for name in names}
    return tuple(
        name
        for name, look in looks.items()
        if name not in spare and look.writing.is_number and look.low is not None and look.high is not None
        and look.low >= 0 and look.high <= _HUNDRED[1] and not is_id(name) and not is_total(name) and not look.writing.signs
    )  # fmt: skip


def say_answers(draft: Draft, columns: Sequence[str]) -> None:
    """Write the columns of a survey as ``unpivot``."""
    names = tuple(name for name in draft.block.names if name not in (CRITERION, SCORE))
    draft.block = replace(draft.block, names=names)
    if draft.table.name != "ratings":
        return
    for ours in (CRITERION, SCORE):
        draft.columns.pop(ours, None)
    told = f"{len(columns)} columns of numbers, each a criterion"
    draft.settings["unpivot"] = Line({"columns": tuple(columns), "into": CRITERION, "value": SCORE}, "likely", told)


def say_scales(draft: Draft | None, connection: "duckdb.DuckDBPyConnection") -> Line | None:
    """Return the scales of ratings that are not points from 0 to 10, by their names or by their numbers."""
    criterion, score = (draft.look(ours) for ours in (CRITERION, SCORE)) if draft else (None, None)
    if draft is None or criterion is None or score is None or not score.writing.is_number:
        return None
    column, number = identifier(criterion.profile.name), number_of(score)
    rows = connection.execute(
        f"SELECT {column}, min({number}), max({number}) FROM {draft.block.view} "
        f"WHERE {column} IS NOT NULL AND {number} IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    is_short = score.writing.is_whole and all(_SHORT[0] <= low and high <= _SHORT[1] for _, low, high in rows)
    found = {name: _name_ends(name, low, high) or (_SHORT if is_short else _find_ends(high)) for name, low, high in rows}
    scales = {name: ends for name, ends in found.items() if ends != _POINTS}
    if not scales:
        return None
    told = "by the numbers that were given; 0 points are the first, 10 the second"
    alike: Any = {"*": next(iter(scales.values()))}
    return Line(alike if len({*scales.values()}) == 1 and len(scales) == len(rows) else scales, "likely", told)


def _name_ends(name: str, low: float, high: float) -> tuple[int, int] | None:
    """Return the ends of a scale that the name of a criterion has, as in "Recommends (0-10)"; None where it has none."""
    named = re.search(r"(?<!\d)(\d{1,2})\s*(?:-|–|to|bis|à|a|до)\s*(\d{1,3})(?!\d)", name)
    ends = (int(named[1]), int(named[2])) if named else (1, 0)
    return ends if ends[0] <= low and high <= ends[1] else None


def _find_ends(high: float) -> tuple[int, int]:
    return _POINTS if high <= _POINTS[1] else _HUNDRED

"""Why a score moved, in words: its parts as printed add up to its change as printed."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import is_known, round_number, write_number
from kamnb.display.parts.sentences import join_words
from kamnb.display.parts.tables import title_column
from kamnb.scoring.movement import CAUSES, round_parts

TOLD = 3
"""Parts that are told one by one; smaller ones are told together."""

MANY_SMALL = "several things, each a little"
"""What moved a score of which no part is large enough to be told."""


def count_decimals(analysis: Analysis, axis: str) -> int:
    """Return with how many decimals a score is told: a ratio to a competitor's with two, else one."""
    return 2 if axis == "strength" and analysis.criteria.strength_mode == "relative" else 1


def say_parts(parts: pd.DataFrame, before: float, now: float, decimals: int = 1, most: int = TOLD) -> str:
    """Name what moved a score with what each did; as printed they add up to the change as printed.

    Examples
    --------
    >>> rows = [("trust", "rating", 2.4), ("price", "data", -0.25), ("tenure", "data", -0.15)]
    >>> say_parts(pd.DataFrame(rows, columns=["criterion", "cause", "effect"]), 4.4, 6.4, most=2)
    'trust +2.4 (rated anew) and all smaller parts −0.4'
    """
    total = round(round_number(now, decimals) - round_number(before, decimals), decimals)
    rows: list[Any] = list(parts.itertuples())
    first, rest = (rows, []) if len(rows) <= most else (rows[: most - 1], rows[most - 1 :])
    effects = [row.effect for row in first] + ([sum(row.effect for row in rest)] if rest else [])
    printed = round_parts(effects, total, decimals)
    words = [_say_part(row, effect, decimals) for row, effect in zip(first, printed, strict=False) if effect]
    if rest and not words:
        return MANY_SMALL
    if rest and printed[-1]:
        words.append(f"all smaller parts {write_number(printed[-1], decimals, sign=True)}")
    return join_words(words)


def _say_part(row: Any, effect: float, decimals: int) -> str:
    why = CAUSES[row.cause]
    size = write_number(effect, decimals, sign=True)
    if not row.criterion:
        return f"{why} {size}"
    return f"{title_column(row.criterion).lower()} {size}{f' ({why})' if why else ''}"


def name_needed(parts: pd.DataFrame, *, why: bool = False) -> str:
    """Name the smallest set of causes without which a cut would not have been crossed; empty where none was.

    Examples
    --------
    >>> rows = [("trust", "rating", 2.4, True), ("price", "data", -0.4, False)]
    >>> parts = pd.DataFrame(rows, columns=["criterion", "cause", "effect", "is_needed"])
    >>> name_needed(parts), name_needed(parts, why=True)
    ('trust', 'trust (rated anew)')
    """
    rows: list[Any] = list(parts[parts["is_needed"]].itertuples())
    return join_words(list(dict.fromkeys(_name_cause(row, why) for row in rows)))


def _name_cause(row: Any, why: bool) -> str:
    said = CAUSES[row.cause]
    if not row.criterion:
        return said
    return f"{title_column(row.criterion).lower()}{f' ({said})' if why and said else ''}"


def say_overruled(row: "pd.Series[Any]") -> str:
    """Say that a person places the account now, or did before and does no more; empty where the model alone moved it."""
    then, now = (
        is_known(row[f"placed_{side}"]) and row[f"placed_{side}"] != row[f"quadrant_{side}"] for side in ("before", "now")
    )
    if now:
        return "a person placed it"
    return "a person had placed it, which holds no more" if then else ""

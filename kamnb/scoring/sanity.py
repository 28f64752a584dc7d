"""Doubts about a model or its result."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.data.report import Remark
from kamnb.indicators import INDICATORS
from kamnb.scoring.criteria import Criteria, Criterion, say_name
from kamnb.scoring.quadrant import QUADRANTS

if TYPE_CHECKING:
    import pandas as pd

FEWEST, MOST, TOO_MANY = 15, 35, 50
"""Accounts of a sound matrix; over 50 are too many to be key (McDonald & Woodburn)."""
FEW_CRITERIA, MANY_CRITERIA = 3, 6
"""Criteria per axis that serve best."""


SHORT_SCALE = (1.0, 5.0)
"""The scale that ratings of 0 to 10 are most often mistaken for."""


def find_short_scales(portfolio: Portfolio, criteria: Criteria) -> list[Remark]:
    """Return the rated criteria without anchors of which every score lies between 1 and 5: 5 of 5 would be half of the points."""
    query = "SELECT criterion, count(*), min(score), max(score) FROM ratings GROUP BY criterion ORDER BY criterion"
    with portfolio.connect("ratings") as connection:
        rows = connection.execute(query).fetchall()
    rated = {each.measures for _, each in criteria.listed() if each.source == "ratings" and not each.anchors}
    low, high = SHORT_SCALE
    return [
        Remark("ratings", f"no score is above {high:g} among {count:,}", column=name, rows=count,
               remedy=f"a scale of {low:g} to {high:g}? then anchors = [[{low:g}, 0], [{high:g}, 10]] in criteria.toml")
        for name, count, least, most in rows
        if name in rated and count >= _FEW_SCORES and low <= least and most <= high
    ]  # fmt: skip


_FEW_SCORES = 3
"""Fewer scores of a criterion say nothing of its scale."""


def check_model(criteria: Criteria, facts: "pd.DataFrame", scores: "pd.DataFrame") -> list[str]:
    """Return, in sentences, what is doubtful; empty where nothing is."""
    return [*_doubt_criteria(criteria, facts), *_doubt_result(scores)]


def _doubt_criteria(criteria: Criteria, facts: "pd.DataFrame") -> Iterator[str]:
    for axis, listed in criteria.axes.items():
        own = [each for each in listed if not each.stands_in]
        if own and not FEW_CRITERIA <= len(own) <= MANY_CRITERIA:
            yield f"The {axis} axis has {len(own)} criteria; {FEW_CRITERIA} to {MANY_CRITERIA} serve best."
        yield from (_say_turned(each) for each in listed if _is_turned(each))
        if axis == "strength" and criteria.strength_mode == "relative" and not all(each.is_compared for each in listed):
            aside = ", ".join(say_name(each.name) for each in listed if not each.is_compared)
            yield f"Relative strength compares ratings only; without effect: {aside}."
        unknown = [say_name(each.name) for each in listed if facts[each.name].isna().all()]
        if unknown:
            yield f"Unknown for every account, so without effect on {axis}: {', '.join(unknown)}."


def _is_turned(criterion: Criterion) -> bool:
    """Tell whether points fall where more is better, or rise where less is."""
    wanted = INDICATORS[criterion.measures].direction if criterion.source == "indicator" else "neither"
    rise = criterion.anchors[-1][1] - criterion.anchors[0][1] if criterion.anchors else 0.0
    return (wanted == "up" and rise < 0) or (wanted == "down" and rise > 0)


def _say_turned(criterion: Criterion) -> str:
    direction = INDICATORS[criterion.measures].direction
    better = "more is better" if direction == "up" else "less is better"
    return f"{criterion.name.replace('_', ' ').capitalize()}: {better}, yet its points {'fall' if direction == 'up' else 'rise'}."


def _doubt_result(scores: "pd.DataFrame") -> Iterator[str]:
    placed = scores["quadrant"].dropna()
    if len(placed) > 1 and placed.nunique() == 1:
        where = f"the {placed.iloc[0].title()} quadrant"
        yield f"All {len(placed)} placed accounts stand in {where}: the model does not discriminate."
    elif len(placed) >= FEWEST:
        empty = [name.title() for name in QUADRANTS if name not in set(placed)]
        yield from (f"No account stands in the {name} quadrant." for name in empty)
    if len(scores) > TOO_MANY:
        yield f"{len(scores):,} accounts are scored; over {TOO_MANY} are too many to be key."
    elif not FEWEST <= len(scores) <= MOST:
        yield f"{len(scores):,} accounts are scored; a matrix is soundest with {FEWEST} to {MOST}."

"""The chances of the four quadrants for every account."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kamnb.scoring.confidence.draws import DRAWS
from kamnb.scoring.confidence.exact import chance_reached
from kamnb.scoring.confidence.margins import Margins
from kamnb.scoring.confidence.sampling import WALLET, Key, Plan, draw_high, value_key

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]
    Rows = npt.NDArray[np.intp]

_BLOCK = 1_000_000
"""Numbers drawn at once, however many accounts there are."""
_STEPS = {0.25: 16, 0.1: 8, 0.0: 2}
"""Of the draws every so many-th, by how many points raters err on an axis: the more, the smoother is what is averaged."""
_JOINT = 4
_MANY, _OF_MANY = 5_000, 8
"""Of more accounts than so many the draws are every so many-th at least: no chance of theirs is off by 5 thousandths (tested)."""
_NEAR = 1e-6
"""Points; closer below the cut what is rounded might count as high."""
_FIRST_LOOK = 8
"""Of these first every so many-th: where all of them agree, the others are not looked at."""


def find_high(plan: Plan, axis: str, chosen: "Flags") -> "Floats":
    """Return the chance of high on one axis, exact where only weights are uncertain; NaN without a score, or not chosen."""
    import numpy as np

    one = plan.axes[axis]
    chances = np.full(len(one.margins), np.nan)
    plain = ~_has_doubts(one)
    weighed = np.flatnonzero(one.is_scored & plain & chosen)
    chances[weighed] = _weigh(plan, one, weighed)
    steps = _choose_steps(one, frozenset())
    for step in _STEPS.values():
        for rows in group_alike(one, np.flatnonzero(one.is_scored & ~plain & chosen & (steps == step)), step):
            chances[rows] = _average(plan, axis, rows, step, looks_first=len(one.margins) > _MANY)
    return chances


def _average(plan: Plan, axis: str, rows: "Rows", step: int, *, looks_first: bool) -> "Floats":
    """Return the chance of high of accounts whose weights have the same shares."""
    found = _settle(plan.axes[axis], rows)
    for each in (step * _FIRST_LOOK, step) if looks_first else (step,):
        is_open = ~((found == 0) | (found == 1))
        if is_open.any():
            found[is_open] = draw_high(plan, axis, rows[is_open], each).mean(axis=1)
    return found


def _settle(one: Margins, rows: "Rows") -> "Floats":
    """Return 1 where every draw is high, for no margin that counts can be below the cut, 0 where all are below; else NaN."""
    import numpy as np

    counts, missing = one.shares[rows] > 0, one.is_drawn[rows]
    low, high = (np.where(counts, one.margins[rows], end) for end in (np.inf, -np.inf))
    for place in np.flatnonzero(missing.any(axis=0)).tolist():
        pool, drawn = one.pool(place), missing[:, place]
        low[drawn, place], high[drawn, place] = pool.min(initial=np.inf), pool.max(initial=-np.inf)
    found = np.select([low.min(axis=1) >= 0, high.max(axis=1) < -_NEAR], [1.0, 0.0], np.nan)
    errs = (one.is_ranged[rows] | (one.own_errors[rows] > 0) | (one.their_errors[rows] > 0)).any(axis=1)
    return np.where(errs, np.nan, found)


def find_joint(plan: Plan, first: str, second: str, rows: "Rows") -> "Floats":
    """Return accounts x 4: the chances of the quadrants where something uncertain stands on both axes."""
    import numpy as np

    both = drawn_on_both(plan, first, second)
    found = np.zeros((len(rows), 4))
    places = {int(row): place for place, row in enumerate(rows)}
    least = np.minimum(*(_choose_steps(plan.axes[axis], both)[rows] for axis in (first, second)))
    for step, chosen in ((step, np.maximum(least, _JOINT) == step) for step in (*_STEPS.values(), _JOINT)):
        for part in group_alike(plan.axes[first], rows[chosen], step):
            for same in group_alike(plan.axes[second], part, step):
                high, strong = (draw_high(plan, axis, same, step, both) for axis in (first, second))
                found[[places[int(row)] for row in same]] = spread_quadrants(high, strong).mean(axis=1)
    return found


def spread_quadrants(high: "Floats", strong: "Floats") -> "Floats":
    """Return the chances of the four quadrants, as `kamnb.scoring.QUADRANTS` has them, on a last axis.

    Examples
    --------
    >>> import numpy as np
    >>> spread_quadrants(np.array([0.5]), np.array([0.8])).round(2).tolist()
    [[0.4, 0.1, 0.4, 0.1]]
    """
    import numpy as np

    return np.stack([high * strong, high * (1 - strong), (1 - high) * strong, (1 - high) * (1 - strong)], axis=-1)


def share_doubts(plan: Plan, first: str, second: str) -> "Flags":
    """Tell of which accounts something uncertain stands on both axes, so that their chances are not independent."""
    import numpy as np

    one, other = (_doubt_things(plan.axes[axis]) for axis in (first, second))
    shared: Flags = np.zeros(len(plan.axes[first].margins), dtype=bool)
    for key in one.keys() & other.keys():
        shared |= one[key] & other[key]
    return shared & plan.axes[first].is_scored & plan.axes[second].is_scored


def drawn_on_both(plan: Plan, first: str, second: str) -> frozenset[Key]:
    """Return the ratings that stand on both axes."""
    rated = [
        {value_key(each.source, each.measures) for each in plan.axes[axis].listed if each.source == "ratings"}
        for axis in (first, second)
    ]
    return frozenset(rated[0] & rated[1])


def group_alike(one: Margins, rows: "Rows", step: int) -> "Iterator[Rows]":
    """Yield the accounts in groups of which the weights have the same shares, few enough to be drawn at once."""
    import numpy as np

    if not len(rows):
        return
    _, group = np.unique(one.shares[rows].round(9), axis=0, return_inverse=True)
    for number in range(int(group.max()) + 1):
        alike = rows[group.ravel() == number]
        size = _BLOCK * step // DRAWS
        yield from (alike[start : start + size] for start in range(0, len(alike), size))


def _weigh(plan: Plan, one: Margins, rows: "Rows") -> "Floats":
    import numpy as np

    margins, shares = np.nan_to_num(one.margins[rows]), one.shares[rows]
    if plan.weights:
        return chance_reached(margins, plan.concentration * shares)
    return np.asarray((margins * shares).sum(axis=1).round(9) >= 0, dtype=float)


def _has_doubts(one: Margins) -> "Flags":
    """Tell of which accounts more than the weights is uncertain."""
    import numpy as np

    doubts = one.is_drawn | one.is_ranged | (one.own_errors > 0) | (one.their_errors > 0)
    return np.asarray(doubts.any(axis=1), dtype=bool)


def _choose_steps(one: Margins, drawn_errors: frozenset[Key]) -> "npt.NDArray[np.int_]":
    import numpy as np

    drawn = np.array([value_key(each.source, each.measures) in drawn_errors for each in one.listed], dtype=bool)
    variance = (one.own_errors * ~drawn) ** 2 + one.their_errors**2
    error = np.sqrt((one.shares**2 * variance).sum(axis=1))
    steps = np.select([error >= least for least in _STEPS], list(_STEPS.values()))
    return np.maximum(steps, _OF_MANY) if len(steps) > _MANY else steps


def _doubt_things(one: Margins) -> "dict[Key, Flags]":
    found: dict[Key, Any] = {WALLET: one.is_ranged.any(axis=1)}
    for place, each in enumerate(one.listed):
        doubts = one.is_drawn[:, place] | (one.own_errors[:, place] > 0)
        key = value_key(each.source, each.measures)
        found[key] = found.get(key, False) | doubts
    return found

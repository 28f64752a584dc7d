"""The best of many 0-1 choices by listing all that lose little against what sharing would reach; exact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

LOSSES = (16, 22, 28, 34, 40, 50, 62)
"""Variables that may be other than they are in the shared optimum, list by list; 62 are as many as fit the bits of a number."""

LONGEST = 100_000
"""Choices, finished or not, that a list may hold: more are left to the solver."""

LOOKS = 200
"""Choices of a list, from the best on, that are tried against all that is asked."""

SURE = 0.5
"""The goal is a whole number: what would have to be better by more than half is not better."""

LARGEST = 10**8
"""Goals up to which a half is far above what the solver's arithmetic may be off by."""


@dataclass(frozen=True)
class Limit:
    """A sum over the choice that may not exceed a whole number; ``price`` is what the goal gains, shared, by one more."""

    amounts: Any
    most: int
    price: float


@dataclass(frozen=True)
class Shared:
    """The optimum where variables may be shared.

    Attributes
    ----------
    reached : float
        What it reaches.
    values, losses : array
        Of each variable, and what the goal loses at least if it is other than that.
    prices : array
        Of each row, what the goal loses for each unit that is left of its limit.
    """

    reached: float
    values: Any
    losses: Any
    prices: Any


def share(goal: Any, rows: Any, low: Any, high: Any, lower: Any, upper: Any) -> Shared:
    """Minimise a goal where variables may be shared: infinite where nothing keeps the rows, minus that where it is not known.

    Examples
    --------
    >>> shared = share([-3, -2], [[2, 2]], [0], [3], [0, 0], [1, 1])
    >>> shared.reached, shared.values.tolist(), shared.losses.tolist(), shared.prices.tolist()
    (-4.0, [1.0, 0.5], [1.0, 0.0], [1.0])
    """
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    rows, low, high = csr_array(rows), np.asarray(low), np.asarray(high)
    is_below, is_above = np.isfinite(high), np.isfinite(low)
    limits, most = vstack([rows[is_below], -rows[is_above]]), np.r_[high[is_below], -low[is_above]]
    found = linprog(goal, limits, most, bounds=np.c_[lower, upper], method="highs")
    if found.status != 0:
        return Shared(np.inf if found.status == _INFEASIBLE else -np.inf, None, None, None)
    prices = np.zeros(len(low))
    below = int(is_below.sum())
    prices[is_below] -= found.ineqlin.marginals[:below]
    prices[is_above] -= found.ineqlin.marginals[below:]
    return Shared(found.fun, found.x, np.abs(found.lower.marginals + found.upper.marginals), prices)


@dataclass(frozen=True)
class Links:
    """What must hold between variables.

    Sets of which at most one is taken, sets of which at least one is, and pairs of which the first needs the second.
    """

    rivals: Sequence[Sequence[int]]
    some: Sequence[Sequence[int]]
    needs: Sequence[tuple[int, int]]


def list_best(
    amounts: Any, unit: int, shared: Shared, free: Any, links: Links, limits: Sequence[Limit], allows: Callable[[list[int]], bool]
) -> list[int] | None:
    """Return the variables to take so that their amounts are least, or None where the lists do not tell.

    A choice loses against the shared optimum at least the reduced cost of each variable that is other than there, and the price
    of all that it leaves of a limit. So all choices that lose at most so much can be listed, variable by variable, those that
    lose most first; the best that is allowed is the best of all, if it lost no more.

    Parameters
    ----------
    amounts : array of int
        What each variable that is taken adds to the goal.
    unit : int
        How much of these amounts one of the shared optimum is.
    shared : Shared
    free : array of bool
        Of the first variables, those of the choice: whether they may be other than in the shared optimum; all others are certain.
    links : Links
    limits : sequence of Limit
    allows : callable
        Tells of a choice whether it keeps everything that is asked.
    """
    import numpy as np

    if abs(shared.reached) > LARGEST:
        return None
    values, losses = shared.values[: len(free)], shared.losses[: len(free)]
    start = np.round(values)
    losses, start = np.where(np.abs(values - start) > _ROUNDED, 0.0, losses), start.astype(bool)
    order = np.flatnonzero(free)[np.argsort(losses[free], kind="stable")]
    for count in LOSSES:
        most = losses[order[count]] if count < len(order) else np.inf
        core = order[losses[order] <= most][::-1]
        if len(core) > LOSSES[-1]:
            return None
        listed = _list_choices(_Core(core, losses[core], start, amounts, links, limits), most * (1 + _ROUNDED))
        if listed is None:
            return None
        sums, masks = listed
        certain = [int(at) for at in np.flatnonzero(start) if at not in set(core.tolist())]
        for at in np.argsort(sums, kind="stable")[:LOOKS]:
            if sums[at] / unit - shared.reached > most - SURE:
                break
            taken = certain + [int(each) for place, each in enumerate(core) if masks[at] >> place & 1]
            if allows(taken):
                return sorted(taken)
        else:
            if len(sums) > LOOKS:
                return None
        if count >= len(order):
            return None
    return None


class _Core:
    """The variables that may change, in the order in which they are decided, and what the others leave them."""

    def __init__(self, core: Any, losses: Any, start: Any, amounts: Any, links: Links, limits: Sequence[Limit]) -> None:
        import numpy as np

        rest = start.copy()
        rest[core] = False
        self.losses, self.start = losses, start[core]
        self.sums = [(amounts[core], int(amounts[rest].sum()))]
        self.sums += [(limit.amounts[core], int(limit.amounts[rest].sum())) for limit in limits]
        self.limits = limits
        size, place = len(core), {int(column): at for at, column in enumerate(core)}
        self.can_take, self.can_leave = np.full(size, True), np.full(size, True)
        self.beside, self.needed, self.needing = [0] * size, [0] * size, [0] * size
        self.wanted: list[list[int]] = [[] for _ in core]
        self.is_possible = True
        for rivals in links.rivals:
            inside = sorted(place[each] for each in rivals if each in place)
            self.can_take[inside] &= not any(rest[each] for each in rivals)
            for at in inside:
                self.beside[at] |= sum(1 << other for other in inside if other < at)
        for some in links.some:
            inside = sorted(place[each] for each in some if each in place)
            if inside and not rest[some].any():
                self.wanted[inside[-1]].append(sum(1 << other for other in inside[:-1]))
            self.is_possible &= bool(inside) or bool(rest[some].any())
        for one, other in links.needs:
            if one in place and other in place:
                early, late = sorted((place[one], place[other]))
                wants = self.needed if late == place[one] else self.needing
                wants[late] |= 1 << early
            elif one in place:
                self.can_take[place[one]] &= rest[other]
            elif other in place:
                self.can_leave[place[other]] &= not rest[one]


def _list_choices(core: _Core, most: float) -> tuple[Any, Any] | None:
    """Return the goal of every choice that loses at most so much, and its variables as bits; None where there are too many."""
    import numpy as np

    masks = np.zeros(int(core.is_possible), dtype=np.int64)
    lost = np.zeros(len(masks))
    sums = np.array([[start] * len(masks) for _, start in core.sums], dtype=np.int64)
    steps = np.array([amounts for amounts, _ in core.sums], dtype=np.int64).reshape(len(core.sums), -1)
    least, greatest = (
        np.cumsum(np.c_[part, np.zeros(len(part), dtype=np.int64)][:, ::-1], axis=1)[:, ::-1]
        for part in (np.minimum(steps, 0), np.maximum(steps, 0))
    )
    for at in range(len(core.losses)):
        loses = core.losses[at] * core.start[at], core.losses[at] * (not core.start[at])
        moved = sums + steps[:, at, None]
        left = (masks & core.needing[at]) == 0 if core.can_leave[at] else np.full(len(masks), False)
        for others in core.wanted[at]:
            left &= (masks & others) != 0
        taken = (masks & (core.beside[at] | core.needed[at])) == core.needed[at] if core.can_take[at] else ~left & False
        parts = []
        for good, more, ends in ((left, loses[0], sums), (taken, loses[1], moved)):
            remains = most - lost - more
            good = good & (remains >= 0)
            for row, limit in enumerate(core.limits, 1):
                good &= ends[row] + least[row, at + 1] <= limit.most
                if limit.price > _ROUNDED:  # what is left of a limit loses its price
                    good &= ends[row] + greatest[row, at + 1] >= limit.most - remains / limit.price - 1
            parts.append(good)
        left, taken = parts
        masks = np.r_[masks[left], masks[taken] | np.int64(1 << at)]
        lost = np.r_[lost[left] + loses[0], lost[taken] + loses[1]]
        sums = np.c_[sums[:, left], moved[:, taken]]
        if len(masks) > LONGEST:
            return None
    return sums[0], masks


_ROUNDED = 1e-6
_INFEASIBLE = 2

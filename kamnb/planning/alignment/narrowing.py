"""Programs of many 0-1 variables, solved over the few on which the answer hangs; exact all the same."""

from typing import Any

from kamnb.planning.solver import Solved, minimise

FREE = 40
"""Variables of the first search: those that are dearest to keep from what they are where all may be shared."""

SURE = 0.5
"""The goal is a whole number: what would have to be better by more than half is not better."""

LARGEST = 10**8
"""Goals up to which a half is far above what the solver's arithmetic may be off by; larger ones are solved in one search."""


def minimise_narrowed(goal: Any, rows: Any, low: Any, high: Any, lower: Any, upper: Any, whole: Any, node_limit: int) -> Solved:
    """Minimise a goal of whole numbers as `minimise` does, in two smaller searches.

    Where variables may be shared, the program is solved at once, and each variable has a reduced cost: what the goal loses at
    least if the variable is other than it is there. A search over the variables of the least reduced cost finds a good answer;
    then only those variables are free whose reduced cost does not rule out that another answer is better.

    Examples
    --------
    >>> minimise_narrowed([-3, -2], [[1, 1]], [0], [1], [0, 0], [1, 1], [1, 1], 100).values.tolist()
    [1.0, 0.0]
    """
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    goal, rows, low, high = np.asarray(goal, dtype=float), csr_array(rows), np.asarray(low), np.asarray(high)
    lower, upper, whole = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float), np.asarray(whole)
    is_below, is_above = np.isfinite(high), np.isfinite(low)
    limits, most = vstack([rows[is_below], -rows[is_above]]), np.r_[high[is_below], -low[is_above]]
    shared = linprog(goal, limits, most, bounds=np.c_[lower, upper], method="highs")
    if shared.status == _INFEASIBLE:
        return Solved(None, True, float("inf"))
    if shared.status != 0 or abs(shared.fun) > LARGEST:
        return minimise(goal, rows, low, high, lower, upper, whole, node_limit)
    loses = np.abs(shared.lower.marginals + shared.upper.marginals)

    def search(free: Any, below: float) -> Solved:
        kept = np.round(shared.x)
        ends = np.where(free, lower, kept), np.where(free, upper, kept)
        limited = vstack([rows, csr_array(goal[None])])
        return minimise(goal, limited, np.r_[low, -np.inf], np.r_[high, below], *ends, whole, node_limit)

    is_open = (whole == 0) | (np.abs(shared.x - np.round(shared.x)) > _ROUNDED)
    order = np.argsort(np.where(is_open, -1.0, np.where(lower < upper, loses, np.inf)), kind="stable")
    free = is_open.copy()
    free[order[: int(is_open.sum()) + FREE]] = True
    first = search(free, np.inf)
    if first.values is None:
        return minimise(goal, rows, low, high, lower, upper, whole, node_limit)
    reached = float(np.round(goal @ np.where(whole, np.round(first.values), first.values)))
    needed = is_open | ((lower < upper) & (shared.fun + loses <= reached - SURE))
    if first.is_proven and (shared.fun > reached - SURE or not (needed & ~free).any()):
        return first
    second = search(needed, reached - SURE)
    if second.values is None:
        return Solved(first.values, second.is_proven, reached if second.is_proven else shared.fun)
    return Solved(second.values, second.is_proven, second.bound if second.is_proven else shared.fun)


_INFEASIBLE = 2
_ROUNDED = 1e-6

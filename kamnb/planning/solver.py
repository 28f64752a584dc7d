"""Mixed-integer programs, solved without a word on the standard output."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Solved:
    """What a search found: the values (None where it found none), whether that is proven, the bound on the goal."""

    values: Any
    is_proven: bool
    bound: float


def minimise(goal: Any, rows: Any, low: Any, high: Any, lower: Any, upper: Any, whole: Any, node_limit: int) -> Solved:
    """Minimise ``goal @ x`` with ``low <= rows @ x <= high`` and ``lower <= x <= upper``, some of x whole numbers.

    Parameters
    ----------
    goal, lower, upper, whole : array, one number per variable
        ``whole`` is 1 for variables that must be whole numbers.
    rows : matrix, dense or sparse
    low, high : array, one number per row
    node_limit : int
        Where the search stops with the best it has found; the clock never stops it, so that results repeat.

    Returns
    -------
    Solved
        Proven with no values: no solution exists.

    Examples
    --------
    >>> minimise([-3, -2], [[1, 1]], [0], [1], [0, 0], [1, 1], [1, 1], 100).values.tolist()
    [1.0, 0.0]
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    limits = {"mip_rel_gap": 0.0, "node_limit": node_limit}
    with _keep_quiet():
        found = milp(goal, constraints=LinearConstraint(rows, low, high), bounds=Bounds(lower, upper), integrality=whole,
                     options=limits)  # fmt: skip
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else float("-inf")
    return Solved(found.x, found.status in (0, 2), bound)


@contextmanager
def _keep_quiet() -> Iterator[None]:
    """Send file descriptor 1 nowhere: the solver writes remarks on its own repairs there, past Python."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)

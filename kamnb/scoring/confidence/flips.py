"""What would move an account to another quadrant: one weight, or one value in its own unit."""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from kamnb.scoring.confidence.margins import Margins
from kamnb.scoring.criteria import Criterion
from kamnb.scoring.points import HIGHEST, points_of
from kamnb.scoring.quadrant import DECIMALS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

KINDS = ("value", "weight")
_ROUNDED = 1e-9
DIGITS = 12
"""Of distances, which are compared: what is equally far is so in every order of sums."""


class Flip(NamedTuple):
    """One change that alone moves an account across a cut.

    Attributes
    ----------
    axis, criterion : str
    kind : "value" or "weight"
    now, needed : float
        In the criterion's own unit, or a weight as a share of its axis.
    side : "at least", "below", "at most" or "above"
        On which side of ``needed`` the account is across; a weight says "at least" or "at most".
    distance : float
        How far the change goes, as a part of the scale: of ten points, or of the whole weight.
    up : bool
        Whether it leads to high.
    """

    axis: str
    criterion: str
    kind: str
    now: float
    needed: float
    side: str
    distance: float
    up: bool


class Needed(NamedTuple):
    """What each criterion needs to carry accounts across the cut of an axis, all accounts x criteria.

    Attributes
    ----------
    shares, weights : array
        The weights that count, and those at the cut.
    points_needed : array
    is_up : array over accounts
        Whether the way across leads up.
    distances : mapping of "value" and "weight" to array
        How far it is, infinite where no weight from 0 to 1, or no value within the anchors, can do it.
    """

    shares: "Floats"
    weights: "Floats"
    points_needed: "Floats"
    is_up: "Flags"
    distances: "dict[str, Floats]"

    def is_within(self, row: int, kind: str, place: int) -> bool:
        """Tell whether a change can do it."""
        return isfinite(self.distances[kind][row, place])


def find_needed(one: Margins) -> Needed:
    """Return what alone would carry accounts across the cut.

    A weight is :math:`w_j^* = r_j / (r_j - m_j)`, with :math:`r_j` the mean margin of the other criteria, their weights
    renormalised; a value is that of the points :math:`s_j - M / w_j`, with :math:`M` the mean margin of all. Only what is known
    counts, as in the score.
    """
    import numpy as np

    margins, shares = np.nan_to_num(one.margins), _share_known(one)
    total = (shares * margins).sum(axis=1, keepdims=True)
    points, up = margins + one.offsets, total.round(DECIMALS) < 0
    lowest, highest = np.array([_find_reach(each) for each in one.listed]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        others = np.where(shares < 1, (total - shares * margins) / (1 - shares), np.nan)
        weights = np.where(np.abs(others - margins) < _ROUNDED, np.nan, others / (others - margins))
        needed = points - total / shares
        within = (needed <= highest + _ROUNDED) & (needed >= lowest - _ROUNDED) & (up | (needed > lowest + _ROUNDED))
        distances = {
            "value": np.where((shares > 0) & within, np.abs(needed - points) / HIGHEST, np.inf),
            "weight": np.where((shares > 0) & (weights >= 0) & (weights <= 1), np.abs(weights - shares), np.inf),
        }
    return Needed(shares, weights, needed, up[:, 0], distances)


def make_flip(axis: str, one: Margins, found: Needed, row: int, kind: str, place: int) -> Flip:
    """Return one of the changes of an account that are within reach."""
    each, up, distance = one.listed[place], bool(found.is_up[row]), float(found.distances[kind][row, place])
    if kind == "weight":
        now, then = float(found.shares[row, place]), float(found.weights[row, place])
        return Flip(axis, each.name, kind, now, then, "at least" if then >= now else "at most", distance, up)
    needed, rises = find_value(float(found.points_needed[row, place]), each.anchors)
    side = ("at least" if up else "below") if rises else ("at most" if up else "above")
    return Flip(axis, each.name, kind, float(one.values[row, place]), needed, side, distance, up)


def _find_reach(each: Criterion) -> tuple[float, float]:
    """Return the lowest and the highest points that a value can have."""
    reach = [point for _, point in each.anchors] or [0.0, HIGHEST]
    return min(reach), max(reach)


def is_high_with(one: Margins, found: Needed, row: int, measured: Criterion, value: float) -> bool:
    """Say whether an account is high on an axis if what a criterion measures had another value."""
    import numpy as np

    margins = one.margins[row].copy()
    for place, each in enumerate(one.listed):
        if (each.source, each.measures) == (measured.source, measured.measures):
            margins[place] = float(points_of([value], each.anchors)[0]) - one.offsets[row, place]
    return bool(round(float(np.nansum(margins * found.shares[row])), DECIMALS) >= 0)


def _share_known(one: Margins) -> "Floats":
    """Return the weights of accounts over what is known, as in their scores."""
    import numpy as np

    shares = np.where(np.isnan(one.margins), 0.0, one.shares)
    whole = shares.sum(axis=1, keepdims=True)
    return shares / np.where(whole > 0, whole, 1.0)


def find_value(points: float, anchors: "Sequence[tuple[float, float]]") -> tuple[float, bool]:
    """Return the value from which on points are at least so many, and whether points rise with it.

    Where points fall it is the last value that still has them.

    Examples
    --------
    >>> find_value(7.5, [(0, 0), (100, 5), (400, 10)]), find_value(7.5, [(0, 10), (15, 5), (45, 0)]), find_value(6.0, ())
    ((250.0, True), (7.5, False), (6.0, True))
    >>> find_value(5.0, [(0, 0), (10, 5), (20, 5), (30, 10)])
    (10.0, True)
    """
    if not anchors:
        return points, True
    rises = anchors[-1][1] >= anchors[0][1]
    steps = list(anchors) if rises else list(reversed(anchors))
    for (value, low), (after, high) in pairwise(steps):
        if points <= low + _ROUNDED:
            return float(value), rises
        if points <= high + _ROUNDED:
            return float(value + (after - value) * (points - low) / (high - low)), rises
    return float(steps[-1][0]), rises

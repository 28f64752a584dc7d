"""What would move an account to another quadrant: one weight, or one value in its own unit."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kamnb.scoring.confidence.margins import Margins
from kamnb.scoring.criteria import Criterion
from kamnb.scoring.points import HIGHEST, points_of
from kamnb.scoring.quadrant import DECIMALS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_ROUNDED = 1e-9


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


def list_flips(axis: str, one: Margins, row: int) -> list[Flip]:
    """Return what alone would carry one account across the cut of an axis, the nearest first.

    A weight is :math:`w_j^* = r_j / (r_j - m_j)`, with :math:`r_j` the mean margin of the other criteria, their weights
    renormalised; a value is that of the points :math:`s_j - M / w_j`, with :math:`M` the mean margin of all. Only what is known
    counts, as in the score. What no weight from 0 to 1, or no value within the anchors, can do is left out.
    """
    import numpy as np

    margins, shares = one.margins[row], _share_known(one, row)
    counted = np.flatnonzero(shares > 0)
    total = float((shares[counted] * margins[counted]).sum())
    up = round(total, DECIMALS) < 0
    found: list[Flip] = []
    for place in counted:
        each, share, margin = one.listed[place], float(shares[place]), float(margins[place])
        points = margin + float(one.offsets[row, place])
        found += _flip_value(axis, each, points, points - total / share, float(one.values[row, place]), up)
        if len(counted) > 1:
            found += _flip_weight(axis, each, share, margin, (total - share * margin) / (1 - share), up)
    return sorted(found, key=lambda flip: (flip.distance, flip.kind, flip.criterion))


def is_high_with(one: Margins, row: int, measured: Criterion, value: float) -> bool:
    """Say whether an account is high on an axis if what a criterion measures had another value."""
    import numpy as np

    margins, shares = one.margins[row].copy(), _share_known(one, row)
    for place, each in enumerate(one.listed):
        if (each.source, each.measures) == (measured.source, measured.measures):
            margins[place] = float(points_of([value], each.anchors)[0]) - one.offsets[row, place]
    return bool(round(float(np.nansum(margins * shares)), DECIMALS) >= 0)


def _share_known(one: Margins, row: int) -> "npt.NDArray[np.float64]":
    """Return the weights of an account over what is known, as in its score."""
    import numpy as np

    shares = np.where(np.isnan(one.margins[row]), 0.0, one.shares[row])
    known: npt.NDArray[np.float64] = shares / (shares.sum() or 1.0)
    return known


def _flip_weight(axis: str, each: Criterion, share: float, margin: float, others: float, up: bool) -> Iterator[Flip]:
    if abs(others - margin) < _ROUNDED:
        return
    needed = others / (others - margin)
    if 0 <= needed <= 1:
        side = "at least" if needed >= share else "at most"
        yield Flip(axis, each.name, "weight", share, needed, side, abs(needed - share), up)


def _flip_value(axis: str, each: Criterion, points: float, needed: float, now: float, up: bool) -> Iterator[Flip]:
    reach = [point for _, point in each.anchors] or [0.0, HIGHEST]
    if needed > max(reach) + _ROUNDED or needed < min(reach) - _ROUNDED or (not up and needed <= min(reach) + _ROUNDED):
        return
    value, rises = find_value(needed, each.anchors)
    side = ("at least" if up else "below") if rises else ("at most" if up else "above")
    yield Flip(axis, each.name, "value", now, value, side, abs(needed - points) / HIGHEST, up)


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

"""The hard bounds of a score: everything unknown at 0 points, and everything at 10."""

from typing import TYPE_CHECKING

from kamnb.scoring.confidence.margins import Margins
from kamnb.scoring.points import HIGHEST

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def bound_scores(one: Margins, cut: float, *, relative: bool) -> "tuple[Floats, Floats]":
    """Return the lowest and the highest score that what is unknown leaves open; NaN without a score.

    Of relative strength there are none where a criterion is not rated for both: a ratio to what is not rated has no bounds.
    """
    import numpy as np

    if relative:
        open_ = one.is_drawn.any(axis=1) | ~one.is_scored
        theirs = (np.nan_to_num(one.offsets) * one.shares).sum(axis=1) / cut if cut else np.zeros(len(open_))
        ours = (np.nan_to_num(one.margins + one.offsets) * one.shares).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(open_ | (theirs <= 0), np.nan, ours / theirs)
        return ratio, ratio
    known = (np.nan_to_num(one.margins + one.offsets) * one.shares).sum(axis=1)
    known = np.where(one.is_scored, known, np.nan)
    return known, known + HIGHEST * (one.shares * one.is_drawn).sum(axis=1)

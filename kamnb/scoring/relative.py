"""Relative strength: our total over the best competitor's, over criteria rated for both."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kamnb.scoring.criteria import Criterion
from kamnb.scoring.points import points_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]


def compare_with_rivals(
    facts: "pd.DataFrame", listed: Sequence[Criterion], rivals: "pd.DataFrame | None"
) -> "tuple[Floats, Floats, npt.NDArray[np.bool_]]":
    """Compare each account's ratings of us with those of its best competitor.

    The best competitor is the one with the highest mean over criteria rated for both, the first by name among equals.

    Parameters
    ----------
    facts : DataFrame
        Our values, one row per account.
    listed : sequence of Criterion
        The criteria of the strength axis; only ratings can be compared.
    rivals : DataFrame or None
        Competitors' values, indexed by account and competitor.

    Returns
    -------
    parts : array, accounts x criteria
        ``w s / (competitor's total)``; an account's parts sum to its relative strength.
    known : array
        Share of the axis's weight rated for both.
    stands_in : array of bool
        All false: nothing stands in for a comparison.
    """
    import numpy as np

    shape = (len(facts), len(listed))
    parts, known = np.full(shape, np.nan), np.zeros(len(facts))
    if rivals is not None and len(rivals):
        best = _best(facts, listed, rivals)
        rows = facts.index.get_indexer(best.index)
        parts[rows], known[rows] = best[[each.name for each in listed]].to_numpy(), best["_known"].to_numpy()
    return parts, known, np.zeros(len(facts), dtype=bool)


def _best(facts: "pd.DataFrame", listed: Sequence[Criterion], rivals: "pd.DataFrame") -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    rivals = rivals[rivals.index.get_level_values(0).isin(facts.index)].sort_index()
    names = [each.name for each in listed]
    theirs = np.column_stack([points_of(rivals.get(each.name, pd.Series(np.nan, rivals.index)), each.anchors) for each in listed])
    own = facts.loc[rivals.index.get_level_values(0)]
    ours = np.column_stack([points_of(own[each.name].to_numpy(dtype=float), each.anchors) for each in listed])
    both = ~np.isnan(theirs) & ~np.isnan(ours)
    weight = both * np.array([each.share for each in listed])
    known = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.nansum(weight * np.nan_to_num(theirs), axis=1)
        parts = np.where(both & (total > 0)[:, None], weight * np.nan_to_num(ours) / total[:, None], np.nan)
        mean = np.where(total > 0, total / known, -1.0)
    frame = pd.DataFrame(parts, columns=names).assign(_known=np.where(total > 0, known, 0.0), _mean=mean)
    frame["account_id"] = rivals.index.get_level_values(0)
    order = frame.sort_values(["account_id", "_mean"], ascending=[True, False], kind="stable")
    return order.drop_duplicates("account_id").set_index("account_id")

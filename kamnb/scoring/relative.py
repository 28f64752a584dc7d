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

_ROUNDED = 1e-9


def weigh_against_rivals(
    facts: "pd.DataFrame", listed: Sequence[Criterion], rivals: "pd.DataFrame | None", min_known: float
) -> "tuple[list[Floats], Floats, Floats]":
    """Weigh each account's ratings of us against those of its best competitor.

    Only ratings can be compared, so what is known is a share of the weight of the rated criteria. The best competitor
    is the one with the highest mean over criteria rated for both, among those rated on enough of them; the first by
    name among equals.

    Parameters
    ----------
    facts : DataFrame
        Our values, one row per account.
    listed : sequence of Criterion
        The criteria of the strength axis.
    rivals : DataFrame or None
        Competitors' values, indexed by account and competitor.
    min_known : float
        What is enough, as a share of weight.

    Returns
    -------
    weights : list of array over accounts
        For each criterion its share where it is rated for both, else 0.
    total : array
        The best competitor's total: relative strength is ``sum(weights * our points) / total``. 0 without competitor.
    known : array
        Share of weight rated for both.
    """
    import numpy as np
    import pandas as pd

    names = [each.name for each in listed]
    best = pd.DataFrame(0.0, index=facts.index, columns=[*names, "_total", "_known"])
    if rivals is not None and len(rivals):
        found = _find_best(facts, listed, rivals, min_known)
        best.loc[found.index] = found[best.columns]
    return [best[name].to_numpy() for name in names], best["_total"].to_numpy(), np.minimum(best["_known"].to_numpy(), 1.0)


def find_rivals(
    facts: "pd.DataFrame", listed: Sequence[Criterion], rivals: "pd.DataFrame | None", min_known: float
) -> "pd.DataFrame":
    """Return the best competitor of each account, by ``competitor``, and its points in the criteria rated for both."""
    import pandas as pd

    names = [each.name for each in listed]
    if rivals is None or rivals.empty:
        return pd.DataFrame(index=facts.index, columns=["competitor", *names], dtype=object).astype(dict.fromkeys(names, float))
    best = _find_best(facts, listed, rivals, min_known)
    chosen = pd.MultiIndex.from_arrays([best.index, best["competitor"]])
    theirs = rivals.reindex(index=chosen, columns=names).set_axis(best.index)
    points = {each.name: pd.Series(_points(theirs[each.name], each), best.index).where(best[each.name] > 0) for each in listed}
    return pd.DataFrame(points | {"competitor": best["competitor"]}).reindex(index=facts.index, columns=["competitor", *names])


def _find_best(facts: "pd.DataFrame", listed: Sequence[Criterion], rivals: "pd.DataFrame", min_known: float) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    rivals = rivals[rivals.index.get_level_values(0).isin(facts.index)].sort_index()
    own = facts.loc[rivals.index.get_level_values(0)]
    theirs = {each.name: _points(rivals.get(each.name, np.full(len(rivals), np.nan)), each) for each in listed}
    both = {each.name: ~np.isnan(theirs[each.name]) & ~np.isnan(_points(own[each.name], each)) for each in listed}
    weights = pd.DataFrame({name: both[name] * share for name, share in _shares(listed).items()}, index=own.index)
    known, total = weights.sum(axis=1), (weights * pd.DataFrame(theirs, index=own.index)).sum(axis=1)
    total = total.where(total > _ROUNDED, 0.0)  # rated nothing but for rounding: no ratio to it means anything
    mean = total.where(known > 0, -1.0) / known.where(known > 0, 1.0)
    frame = weights.assign(_total=total, _known=known, _enough=known >= min_known - _ROUNDED, _mean=mean)
    order = frame.assign(competitor=rivals.index.get_level_values(1)).reset_index(drop=True)
    order = order.assign(account_id=rivals.index.get_level_values(0))
    order = order.sort_values(["account_id", "_enough", "_mean"], ascending=[True, False, False], kind="stable")
    return order.drop_duplicates("account_id").set_index("account_id")


def _shares(listed: Sequence[Criterion]) -> dict[str, float]:
    shares = {each.name: each.share if each.is_compared else 0.0 for each in listed}
    return {name: share / (sum(shares.values()) or 1.0) for name, share in shares.items()}


def _points(values: "npt.ArrayLike", criterion: Criterion) -> "Floats":
    return points_of(values, criterion.anchors)

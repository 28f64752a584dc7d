"""Scores on the two axes, and what each criterion adds to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kamnb.data.report import say_share
from kamnb.scoring.criteria import AXES, Criteria, Criterion, say_name
from kamnb.scoring.points import HIGHEST, points_of
from kamnb.scoring.quadrant import assign_quadrants

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]

_ROUNDED = 1e-9
BY_SALES = "judged by our own sales alone"
"""Of an account on an axis where nothing but what stands in is known."""


@dataclass(frozen=True)
class _Axis:
    """One axis scored: the score of an account is the sum of points x weights over criteria, divided by its divisor.

    ``points`` and ``weights`` hold an array over accounts for each criterion; a weight of 0 does not count.
    ``known`` is the share of the weight of what counts, ``own`` that of the axis's own groups, ``lacking`` what the rest is not.
    """

    points: "Sequence[Floats]"
    weights: "Sequence[Floats]"
    divisor: "Floats"
    known: "Floats"
    own: "Floats"
    stands_in: "npt.NDArray[np.bool_]"
    highest: float = HIGHEST
    lacking: str = "known"


def score_accounts(
    facts: "pd.DataFrame",
    criteria: Criteria,
    rivals: "pd.DataFrame | None" = None,
    stages: "pd.DataFrame | None" = None,
) -> "pd.DataFrame":
    r"""Score every account on the two axes of the portfolio matrix and place it.

    Each value becomes points through the fixed anchors of its criterion, held at the ends; an axis score is the
    weighted mean of the points known, :math:`s_a = \sum_j w_j v_j(x_{aj}) / \sum_j w_j`. A group that stands in
    counts only where too little else on its axis is known, less than ``min_known``: one value more never takes a place
    away. In relative mode strength is our total over the best
    competitor's, over criteria rated for both.

    Parameters
    ----------
    facts : DataFrame, one row per account, indexed by ``account_id``
        One column per criterion, as `gather_facts` returns them.
    criteria : Criteria
    rivals : DataFrame, optional
        Competitors' points, indexed by account and competitor; needed in relative mode.
    stages : DataFrame, optional
        ``stage`` and ``stage_reason`` of every account; needed where the stage is the strength axis.

    Returns
    -------
    DataFrame, same index
        ``attractiveness`` and ``strength`` (points 0-10, or a ratio; NaN where the axis is not scored),
        ``attractiveness_known`` and ``strength_known`` (share of the weight of the
        model's own groups that is known, a fraction),
        ``attractiveness_stands_in`` and ``strength_stands_in`` (placed by what stands in), ``quadrant`` (of the model,
        missing where not placed) and ``reason`` (why not placed, or what stands in).

    Examples
    --------
    >>> import pandas as pd
    >>> model = Criteria.from_toml('''
    ... [attractiveness.size]
    ... weight = 100
    ... revenue_ltm = { weight = 100, anchors = [[0, 0], [100, 10]] }
    ... [strength.view]
    ... weight = 100
    ... trust = { from = "ratings", weight = 100 }
    ... ''')
    >>> facts = pd.DataFrame({"revenue_ltm": [80.0, 20.0], "trust": [5.0, None]}, index=["A", "B"])
    >>> scores = score_accounts(facts, model)
    >>> scores[["attractiveness", "strength"]].values.tolist(), list(scores["quadrant"])
    ([[8.0, 5.0], [2.0, nan]], ['strategic', None])
    >>> scores.loc["B", "reason"]
    'strength: nothing known of trust'
    """
    import pandas as pd

    scored = {axis: _score_axis(axis, facts, criteria, rivals) for axis in AXES}
    totals = {axis: _total(each, criteria.min_known) for axis, each in scored.items()}
    frame = pd.DataFrame(totals | {f"{axis}_known": scored[axis].own for axis in AXES}, index=facts.index)
    for axis in AXES:
        frame[f"{axis}_stands_in"] = scored[axis].stands_in & frame[axis].notna()
    if criteria.strength_mode == "stage" and stages is not None:
        frame["strength"], frame["strength_stands_in"] = stages["stage"], False
        frame["strength_known"] = stages["stage"].notna().astype(float)
    frame["quadrant"] = assign_quadrants(frame["attractiveness"], frame["strength"], criteria.cut)
    frame["reason"] = _reasons(frame, facts, criteria, scored, stages)
    return frame


def score_axis(
    axis: str, facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None" = None, *, min_known: float
) -> "Floats":
    """Return the score of every account on one axis as `score_accounts` does, NaN where less than `min_known` is known of it."""
    return _total(_score_axis(axis, facts, criteria, rivals), min_known)


def contributions(facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None" = None) -> "pd.DataFrame":
    """Return what each criterion adds to the score of its axis.

    Returns
    -------
    DataFrame
        Indexed as `facts`, one column per criterion; the columns of an axis sum to its score within 1e-9. NaN where
        the criterion is unknown or does not count, and on an axis that is not scored.
    """
    return _spread(facts, criteria, rivals, lambda points, _: points)


def ceilings(facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None" = None) -> "pd.DataFrame":
    """Return the most that each criterion could add to the score of its axis, all else as it is.

    Returns
    -------
    DataFrame
        As `contributions`, of the most points that the criterion can have.
    """
    return _spread(facts, criteria, rivals, lambda _, most: most)


def _spread(
    facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None", choose: "Callable[[Floats, float], Floats | float]"
) -> "pd.DataFrame":
    """Weigh what `choose` makes of the points of each criterion and the most it can have, by its part in the score."""
    import numpy as np
    import pandas as pd

    frames = []
    for axis in AXES:
        scored, listed = _score_axis(axis, facts, criteria, rivals), criteria.axes.get(axis, ())
        if axis == "strength" and criteria.strength_mode == "stage":
            frames.append(pd.DataFrame(np.nan, index=facts.index, columns=[one.name for one in listed]))
            continue
        divisor = np.where(np.isnan(_total(scored, criteria.min_known)), np.nan, scored.divisor)
        most = [max((points for _, points in each.anchors), default=HIGHEST) for each in listed]
        weighed = zip(scored.points, scored.weights, most, strict=True)
        parts = [np.where(weight > 0, choose(each, highest) * weight / divisor, np.nan) for each, weight, highest in weighed]
        frames.append(pd.DataFrame({one.name: part for one, part in zip(listed, parts, strict=True)}, index=facts.index))
    return pd.concat(frames, axis=1)


def _score_axis(axis: str, facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None") -> _Axis:
    import numpy as np

    listed = criteria.axes.get(axis, ())
    points = [points_of(facts[each.name].to_numpy(dtype=float), each.anchors) for each in listed]
    if axis == "strength" and criteria.strength_mode == "relative":
        from kamnb.scoring.relative import weigh_against_rivals

        weights, divisor, known = weigh_against_rivals(facts, listed, rivals, criteria.min_known)
        lacking = "rated for us and for a competitor"
        return _Axis(points, weights, divisor, known, known, np.zeros(len(facts), dtype=bool), np.inf, lacking)
    return _weigh(points, listed, len(facts), criteria.min_known)


def _weigh(points: "Sequence[Floats]", listed: Sequence[Criterion], accounts: int, min_known: float) -> _Axis:
    """Spread the weights over what is known: of the axis's own groups, else, where that is too little, of those that stand in."""
    import numpy as np

    known = [~np.isnan(each) for each in points]
    own, standing = _shares(listed, stands_in=False), _shares(listed, stands_in=True)
    own_known = _add([share * each for share, each in zip(own, known, strict=True)], accounts)
    standing_known = _add([share * each for share, each in zip(standing, known, strict=True)], accounts)
    enough = min_known - _ROUNDED
    stands_in = (standing_known > 0) & ((own_known == 0) | ((own_known < enough) & (standing_known >= enough)))
    weights = [each * np.where(stands_in, *shares) for each, shares in zip(known, zip(standing, own, strict=True), strict=True)]
    share = np.where(stands_in, standing_known, own_known)
    return _Axis(points, weights, share, share, own_known, stands_in)


def _shares(listed: Sequence[Criterion], *, stands_in: bool) -> list[float]:
    """Return the share of each criterion among those that stand in, or among those that do not; 0 for the others."""
    shares = [each.share if each.stands_in == stands_in else 0.0 for each in listed]
    return [share / sum(shares) if share else 0.0 for share in shares]


def _add(arrays: "Sequence[Floats]", accounts: int) -> "Floats":
    """Add array to array in the order of the model, so that a score hangs on no other account, to the last digit."""
    import numpy as np

    total: Floats = sum(arrays, start=np.zeros(accounts))
    return total


def _total(axis: _Axis, min_known: float) -> "Floats":
    import numpy as np

    enough = (axis.known >= min_known - _ROUNDED) & (axis.divisor > 0)
    parts = [np.where(weight > 0, each * weight, 0.0) for each, weight in zip(axis.points, axis.weights, strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        total: Floats = np.where(enough, np.minimum(_add(parts, len(enough)) / axis.divisor, axis.highest), np.nan)
    return total


def _reasons(
    frame: "pd.DataFrame", facts: "pd.DataFrame", criteria: Criteria, scored: dict[str, _Axis], stages: "pd.DataFrame | None"
) -> "pd.Series[str]":
    import numpy as np
    import pandas as pd

    first, second = (_axis_reasons(axis, frame, facts, criteria, scored[axis]) for axis in AXES)
    if criteria.strength_mode == "stage" and stages is not None:
        second = np.where(stages["stage"].isna(), "strength: the stage is unknown, " + stages["stage_reason"].fillna(""), "")
    said = np.where(first == "", second, first)
    both = (first != "") & (second != "")
    said[both] = first[both] + "; " + second[both]
    return pd.Series(said, index=frame.index, dtype=object).where(said != "", None)


def _axis_reasons(axis: str, frame: "pd.DataFrame", facts: "pd.DataFrame", criteria: Criteria, scored: _Axis) -> Any:
    """Say why the axis is not scored, or that it stands on sales alone; accounts that lack the same share one sentence."""
    import numpy as np

    said = np.full(len(frame), "", dtype=object)
    said[frame[f"{axis}_stands_in"].to_numpy()] = f"{axis} {BY_SALES}"
    absent, listed = frame[axis].isna().to_numpy(), criteria.axes.get(axis, ())
    if not listed:
        said[absent] = f"the model has no {axis} axis"
    elif absent.any():
        unknown = facts.loc[absent, [each.name for each in listed]].isna()
        unknown["_known"] = scored.known[absent].round(9)
        alike = unknown.groupby(list(unknown.columns), sort=False).ngroup()
        rows = unknown.drop_duplicates().itertuples(index=False, name=None)
        sentences = [_say_lacking(axis, listed, row[:-1], row[-1], criteria.min_known, scored.lacking) for row in rows]
        said[absent] = np.array(sentences, dtype=object)[alike]
    return said


def _say_lacking(
    axis: str, listed: Sequence[Criterion], unknown: Sequence[bool], known: float, needed: float, lacking: str
) -> str:
    if lacking != "known":
        share = (
            f"{say_share(known)} of the weight is {lacking}, {say_share(needed)} is needed"
            if known
            else f"no criterion is {lacking}"
        )
        return f"{axis}: {share}"
    own, standing = (
        [say_name(each.name) for each, missing in zip(listed, unknown, strict=True) if missing and each.stands_in == side]
        for side in (False, True)
    )
    none_known = len(own) == sum(not each.stands_in for each in listed)
    nothing = [f"nothing known of {', '.join(own)}"] if own and none_known else []
    if not known:
        return f"{axis}: " + ", nor of what stands in: ".join([*nothing, *([", ".join(standing)] if standing else [])])
    share = f"{say_share(known)} of the weight is known, {say_share(needed)} is needed"
    share += f" (unknown: {', '.join(standing if none_known else own)})"
    return f"{axis}: " + "; of what stands in ".join([*nothing, share])

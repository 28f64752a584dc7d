"""Scores on the two axes, and what each criterion adds to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.scoring.criteria import AXES, Criteria, Criterion
from kamnb.scoring.points import points_of
from kamnb.scoring.quadrant import assign_quadrants

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]

_ROUNDED = 1e-9


@dataclass(frozen=True)
class _Axis:
    """One axis scored: parts (accounts x criteria), share of weight known, whether own sales stand in, what lacks."""

    parts: "Floats"
    known: "Floats"
    stands_in: "npt.NDArray[np.bool_]"
    lacking: str = "known"


def score_accounts(facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None" = None) -> "pd.DataFrame":
    r"""Score every account on the two axes of the portfolio matrix and place it.

    Each value becomes points through the fixed anchors of its criterion, held at the ends; an axis score is the
    weighted mean of the points known, :math:`s_a = \sum_j w_j v_j(x_{aj}) / \sum_j w_j`. A group that stands in
    counts only where nothing else on its axis is known. In relative mode strength is our total over the best
    competitor's, over criteria rated for both.

    Parameters
    ----------
    facts : DataFrame, one row per account, indexed by ``account_id``
        One column per criterion, as `gather_facts` returns them.
    criteria : Criteria
    rivals : DataFrame, optional
        Competitors' points, indexed by account and competitor; needed in relative mode.

    Returns
    -------
    DataFrame, same index
        ``attractiveness`` and ``strength`` (points 0-10, or a ratio; NaN where the axis is not scored),
        ``attractiveness_known`` and ``strength_known`` (share of weight known, a fraction),
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
    >>> scores.loc["A", ["attractiveness", "strength", "quadrant"]].tolist()
    [8.0, 5.0, 'strategic']
    >>> scores.loc["B", "reason"]
    'strength: nothing known of trust'
    """
    import pandas as pd

    scored = {axis: _score_axis(axis, facts, criteria, rivals) for axis in AXES}
    totals = {axis: _total(each, criteria) for axis, each in scored.items()}
    frame = pd.DataFrame(totals | {f"{axis}_known": scored[axis].known for axis in AXES}, index=facts.index)
    for axis in AXES:
        frame[f"{axis}_stands_in"] = scored[axis].stands_in & frame[axis].notna()
    frame["quadrant"] = assign_quadrants(frame["attractiveness"], frame["strength"], criteria.cut)
    frame["reason"] = _reasons(frame, facts, criteria, scored)
    return frame


def contributions(facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None" = None) -> "pd.DataFrame":
    """Return what each criterion adds to the score of its axis.

    Returns
    -------
    DataFrame
        Indexed as `facts`, one column per criterion; the columns of an axis sum to its score within 1e-9. NaN where
        the criterion is unknown or does not count, and on an axis that is not scored.
    """
    import numpy as np
    import pandas as pd

    frames = []
    for axis in AXES:
        each = _score_axis(axis, facts, criteria, rivals)
        parts = np.where(np.isnan(_total(each, criteria))[:, None], np.nan, each.parts)
        frames.append(pd.DataFrame(parts, index=facts.index, columns=[one.name for one in criteria.axes.get(axis, ())]))
    return pd.concat(frames, axis=1)


def _score_axis(axis: str, facts: "pd.DataFrame", criteria: Criteria, rivals: "pd.DataFrame | None") -> _Axis:
    listed = criteria.axes.get(axis, ())
    if axis == "strength" and criteria.strength_mode == "relative":
        from kamnb.scoring.relative import compare_with_rivals

        return _Axis(*compare_with_rivals(facts, listed, rivals), lacking="rated for us and for a competitor")
    return _weigh(_points(facts, listed), listed)


def _points(facts: "pd.DataFrame", listed: Sequence[Criterion]) -> "Floats":
    import numpy as np

    columns = [points_of(facts[each.name].to_numpy(dtype=float), each.anchors) for each in listed]
    return np.column_stack(columns) if columns else np.empty((len(facts), 0))


def _weigh(points: "Floats", listed: Sequence[Criterion]) -> _Axis:
    """Spread the weights over what is known: of the axis's own groups, else of those that stand in."""
    import numpy as np

    shares = np.array([each.share for each in listed])
    standing = np.array([each.stands_in for each in listed], dtype=bool)
    known = ~np.isnan(points)
    stands_in = ~(known & ~standing).any(axis=1) & (known & standing).any(axis=1)
    counted = known & (standing == stands_in[:, None])
    weight = counted * shares
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(counted, points * weight / total[:, None], np.nan)
    return _Axis(parts, total, stands_in)


def _total(axis: _Axis, criteria: Criteria) -> "Floats":
    import numpy as np

    enough = (axis.known >= criteria.min_known - _ROUNDED) & (axis.known > 0)
    return np.where(enough, np.nansum(axis.parts, axis=1), np.nan) if axis.parts.shape[1] else np.full(len(axis.known), np.nan)


def _reasons(frame: "pd.DataFrame", facts: "pd.DataFrame", criteria: Criteria, scored: dict[str, _Axis]) -> "pd.Series[str]":
    import pandas as pd

    said = pd.Series("", index=frame.index, dtype=object)
    for axis in AXES:
        text = _axis_reasons(axis, frame, facts, criteria, scored[axis])
        both = (said != "") & (text != "")
        said = said + both.map({True: "; ", False: ""}) + text
    return said.where(said != "", None)


def _axis_reasons(axis: str, frame: "pd.DataFrame", facts: "pd.DataFrame", criteria: Criteria, scored: _Axis) -> "pd.Series[str]":
    """Say why the axis is not scored, or what stands in; accounts that lack the same share one sentence."""
    import pandas as pd

    text = pd.Series("", index=frame.index, dtype=object)
    listed = criteria.axes.get(axis, ())
    if not listed:
        return text.mask(frame[axis].isna(), f"the model has no {axis} axis")
    what = "our own sales only" if axis == "attractiveness" else "sales behaviour only"
    text = text.mask(frame[f"{axis}_stands_in"], f"{axis}: placed by {what}")
    absent = frame.index[frame[axis].isna()]
    if not len(absent):
        return text
    measured = [each for each in listed if not each.stands_in] or list(listed)
    unknown = facts.loc[absent, [each.name for each in measured]].isna()
    for key, rows in unknown.groupby(list(unknown.columns)).groups.items():
        flags = key if isinstance(key, tuple) else (key,)
        lacking = [each.name.replace("_", " ") for each, flag in zip(measured, flags, strict=True) if flag]
        for known, same in frame.loc[rows, f"{axis}_known"].round(9).groupby(frame.loc[rows, f"{axis}_known"].round(9)).groups.items():
            text[same] = _say_lacking(axis, float(known), lacking, criteria.min_known, scored.lacking)
    return text


def _say_lacking(axis: str, known: float, lacking: list[str], needed: float, how: str) -> str:
    named = ", ".join(lacking)
    if how != "known":
        share = f"{known:.0%} of the weight is {how}, {needed:.0%} is needed" if known else f"no criterion is {how}"
        return f"{axis}: {share}"
    if known:
        return f"{axis}: {known:.0%} of the weight is known, {needed:.0%} is needed; unknown: {named}"
    return f"{axis}: nothing known of {named}"

"""Both days of an axis as arrays, and which causes occur for which account."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.scoring.criteria import Criteria, Criterion
from kamnb.scoring.facts import gather_facts, gather_rivals
from kamnb.scoring.movement.models import Models
from kamnb.scoring.movement.opinions import mix_opinions
from kamnb.scoring.points import points_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

Cause = tuple[str, str]
"""A criterion, empty where it is none, and a key of `kamnb.scoring.movement.causes.CAUSES`."""

_STILL = 1e-9


@dataclass(frozen=True)
class Side:
    """A scored portfolio as of a day.

    Attributes
    ----------
    portfolio : Portfolio
    criteria : Criteria
    indicators, facts, scores : DataFrame
        One row per account.
    stages : DataFrame
        ``stage`` of every account.
    tests : DataFrame
        As `kamnb.scoring.stages.test_stages` returns them.
    """

    portfolio: Portfolio
    criteria: Criteria
    indicators: "pd.DataFrame"
    facts: "pd.DataFrame"
    scores: "pd.DataFrame"
    stages: "pd.DataFrame"
    tests: "pd.DataFrame"

    def gather(self, both: Criteria, index: "pd.Index[str]") -> "pd.DataFrame":
        """Return the value of every criterion of two models; those of its own model are the ones it was scored with."""
        own = {(each.name, each.source, each.measures) for _, each in self.criteria.listed()}
        names = [each.name for _, each in both.listed()]
        if {(each.name, each.source, each.measures) for _, each in both.listed()} <= own:
            return self.facts.reindex(index=index, columns=names)
        gathered = gather_facts(self.portfolio, self.indicators, both)
        kept = [each.name for _, each in both.listed() if (each.name, each.source, each.measures) in own]
        return gathered.assign(**{name: self.facts[name] for name in kept}).reindex(index)

    def gather_rivals(self, both: Criteria) -> "pd.DataFrame":
        """Return competitors' ratings in the criteria of two models."""
        return gather_rivals(self.portfolio, both).sort_index()


@dataclass(frozen=True)
class AxisSides:
    """One axis of the accounts that were scored on both days.

    Attributes
    ----------
    axis : str
    index : Index
        The accounts.
    values : mapping of criterion to array of shape (accounts, 2, 2)
        Its value; the second place says whether it is that of now, of a rating what is thought now, and the third, of a
        rating, whether by the raters of now.
    causes : tuple of Cause
    occurs : array of shape (accounts, causes)
        Whether the cause occurs.
    rivals : pair of DataFrame
        Competitors' ratings then and now.
    """

    axis: str
    index: "pd.Index[str]"
    values: "dict[str, Floats]"
    causes: tuple[Cause, ...]
    occurs: "Flags"
    rivals: "tuple[pd.DataFrame, pd.DataFrame]"


def set_sides(
    axis: str,
    index: "pd.Index[str]",
    facts: "tuple[pd.DataFrame, pd.DataFrame]",
    opinions: "pd.DataFrame",
    rivals: "tuple[pd.DataFrame, pd.DataFrame]",
    models: Models,
) -> AxisSides:
    """Put the two days of an axis beside each other, with the causes that occur on it."""
    import numpy as np

    values: dict[str, Floats] = {}
    causes: list[Cause] = []
    occurs: list[Flags] = []
    for each in models.both.axes.get(axis, ()):
        then, now = (side.loc[index, each.name].to_numpy(dtype=float) for side in facts)
        mixed = np.stack([np.stack([then, then], 1), np.stack([now, now], 1)], 1)
        kinds: dict[str, Flags] = {"data": _moves(then, now, each, axis, models)}
        if each.source == "ratings":
            mixed, kinds = _split_raters(mixed, kinds["data"], opinions[opinions["criterion"] == each.measures], index)
        values[each.name] = mixed
        causes += [(each.name, kind) for kind in kinds]
        occurs += kinds.values()
    weights, anchors = models.differ(axis)
    common = {"weights": weights, "anchors": anchors}
    causes += [("", kind) for kind, differs in common.items() if differs]
    occurs += [np.ones(len(index), dtype=bool) for differs in common.values() if differs]
    if axis == "strength" and models.now.strength_mode == "relative":
        causes.append(("", "competitor"))
        occurs.append(_differ(rivals, index))
    return AxisSides(axis, index, values, tuple(causes), np.stack(occurs, 1), rivals)


def _moves(then: "Floats", now: "Floats", each: Criterion, axis: str, models: Models) -> "Flags":
    """Tell where a value is worth other points on the two days, by the anchors of either model."""
    import numpy as np

    moved = np.zeros(len(then), dtype=bool)
    for anchors in {own.anchors for model in (models.before, models.now) for own in model.axes.get(axis, ())
                    if (own.source, own.measures) == (each.source, each.measures)} or {each.anchors}:  # fmt: skip
        moved |= ~np.isclose(points_of(then, anchors), points_of(now, anchors), rtol=0, atol=_STILL, equal_nan=True)
    return moved


def _split_raters(
    mixed: "Floats", moved: "Flags", opinions: "pd.DataFrame", index: "pd.Index[str]"
) -> "tuple[Floats, dict[str, Flags]]":
    """Tell new opinions from other raters where the rating is known on both days, and is the mean of what they say."""
    import numpy as np

    between = mix_opinions(opinions, index)
    told = np.isclose(between[:, 0, 0], mixed[:, 0, 0], rtol=0, atol=1e-6)
    told &= np.isclose(between[:, 1, 1], mixed[:, 1, 1], rtol=0, atol=1e-6)
    stays = (opinions["score_before"] - opinions["score_now"]).abs() > _STILL
    other = opinions["score_before"].notna() != opinions["score_now"].notna()
    rated, changed = ((opinions.loc[rows, "account_id"]) for rows in (stays, other))
    anew, joined = (told & index.isin(accounts) for accounts in (rated, changed))
    split = np.where(told[:, None, None], between, mixed)
    split[:, 0, 0], split[:, 1, 1] = mixed[:, 0, 0], mixed[:, 1, 1]
    return split, {"rating": anew, "raters": joined, "data": moved & ~anew & ~joined}


def _differ(rivals: "tuple[pd.DataFrame, pd.DataFrame]", index: "pd.Index[str]") -> "Flags":
    """Tell whose competitors are rated otherwise."""
    import numpy as np

    columns = rivals[1].columns.union(rivals[0].columns)
    names = rivals[0].index.union(rivals[1].index)
    then, now = (side.reindex(index=names, columns=columns).astype(float) for side in rivals)
    same = np.isclose(then, now, rtol=0, atol=_STILL, equal_nan=True).all(axis=1)
    there = names.isin(rivals[0].index) & names.isin(rivals[1].index)
    flags: Flags = index.isin(names[~(same & there)].get_level_values(0))
    return flags

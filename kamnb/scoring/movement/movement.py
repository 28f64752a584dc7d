"""Why scores, places and stages are others than on an earlier day, or by an earlier model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kamnb.scoring.criteria import AXES
from kamnb.scoring.movement.evaluation import OTHERS, evaluate_subsets
from kamnb.scoring.movement.models import Models, join_models
from kamnb.scoring.movement.opinions import compare_opinions
from kamnb.scoring.movement.shapley import find_needed, share_out
from kamnb.scoring.movement.sides import AxisSides, Side, set_sides
from kamnb.scoring.movement.stages import compare_tests

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

_ZERO = 1e-9
_PARTS = ["account_id", "axis", "criterion", "cause", "effect", "is_needed"]
Row = tuple[str, str, str, str, float, bool]


@dataclass(frozen=True)
class Movement:
    """What moved between two days, and why.

    Attributes
    ----------
    parts : DataFrame
        ``account_id``, ``axis``, ``criterion`` (empty where the cause is none), ``cause`` (a key of
        `kamnb.scoring.movement.CAUSES`), ``effect`` on the score, and ``is_needed``: it is of the smallest set of causes
        without which the score would not have crossed the cut. The effects of an account on an axis sum to the change of its
        score within 1e-9, unknown counting nothing; the largest first.
    opinions : DataFrame
        As `kamnb.scoring.movement.compare_opinions` returns them.
    tests : DataFrame
        As `kamnb.scoring.movement.compare_tests` returns them.
    """

    parts: "pd.DataFrame"
    opinions: "pd.DataFrame"
    tests: "pd.DataFrame"

    def take_parts(self, account_id: str, axis: str) -> "pd.DataFrame":
        """Return the parts of the change of one score, the largest first."""
        rows: pd.DataFrame = self.parts.iloc[self._places.get((account_id, axis), [])]
        return rows

    @cached_property
    def _places(self) -> Mapping[Any, Any]:
        """Where the parts of each account and axis stand; asked for every account, for which filters are slow."""
        return self.parts.groupby(["account_id", "axis"], sort=False).indices


def find_movement(before: Side, now: Side) -> Movement:
    """Say why every account of now is scored otherwise than before.

    Each part is the Shapley value of its cause, so that nothing hangs on an order. Where strength is the relationship stage, or
    measured another way than before, its change is one part.

    Parameters
    ----------
    before, now : Side

    Returns
    -------
    Movement
    """
    import pandas as pd

    models, opinions = join_models(before.criteria, now.criteria), compare_opinions(before.portfolio, now.portfolio)
    known = now.scores.index.intersection(before.scores.index)
    facts = (before.gather(models.both, known), now.gather(models.both, known))
    rivals = (before.gather_rivals(models.both), now.gather_rivals(models.both))
    rows: list[Row] = []
    for axis in AXES:
        then, here = before.scores[axis].reindex(now.scores.index), now.scores[axis]
        rows += _tell_whole(axis, then, here, known)
        index = here.index[(then.notna() & here.notna()).to_numpy()]
        whole = _name_whole(axis, models)
        if whole:
            rows += _move_whole(axis, whole, then[index], here[index], models)
        elif len(index) and axis in models.both.axes:
            rows += share_axis(set_sides(axis, index, facts, opinions, rivals, models), models)
    frame = pd.DataFrame(rows, columns=_PARTS).astype({"effect": float, "is_needed": bool})
    order = frame.assign(size=-frame["effect"].abs().round(9))
    order = order.sort_values(["account_id", "axis", "size", "criterion", "cause"]).drop(columns="size")
    return Movement(order.reset_index(drop=True), opinions, compare_tests(before, now))


def _tell_whole(axis: str, then: "pd.Series[float]", here: "pd.Series[float]", known: "pd.Index[str]") -> list[Row]:
    """Give the whole score to one cause where there is none on one of the days."""
    first = here[then.isna() & here.notna()]
    found = [(str(name), axis, "", "scored" if name in known else "new", score, False) for name, score in first.items()]
    return found + [(str(name), axis, "", "unscored", -score, False) for name, score in then[here.isna()].dropna().items()]


def _move_whole(axis: str, cause: str, then: "pd.Series[float]", here: "pd.Series[float]", models: Models) -> list[Row]:
    """Give the whole change to one cause; without it no cut would have been crossed."""
    high = [side.round(9) >= round(model.cut[axis], 9) for side, model in ((then, models.before), (here, models.now))]
    gaps = here - then
    return [
        (str(name), axis, "", cause, float(gaps[name]), bool(high[0][name] != high[1][name]))
        for name in gaps.index
        if abs(gaps[name]) > _ZERO
    ]


def _name_whole(axis: str, models: Models) -> str:
    if axis == "strength" and models.before.strength_mode != models.now.strength_mode:
        return "mode"
    return "stage" if axis == "strength" and models.now.strength_mode == "stage" else ""


def share_axis(sides: AxisSides, models: Models) -> list[Row]:
    """Return the parts of every account's change on one axis, those that changed nothing left out."""
    cuts = (models.before.cut[sides.axis], models.now.cut[sides.axis])
    rows: list[Row] = []
    for accounts, causes, scores in evaluate_subsets(sides, models):
        for place, parts, each in zip(accounts, share_out(scores), scores, strict=True):
            named = [_name(cause, place, sides) for cause in causes]
            needed = _find_crossing(each, parts, cuts)
            rows += [
                (str(sides.index[place]), sides.axis, *name, float(part), number in needed)
                for number, (name, part) in enumerate(zip(named, parts, strict=True))
                if abs(part) > _ZERO or number in needed
            ]
            if len(parts) in needed:
                rows.append((str(sides.index[place]), sides.axis, "", "cut", 0.0, True))
    return rows


def _find_crossing(scores: "npt.NDArray[np.float64]", parts: "npt.NDArray[np.float64]", cuts: tuple[float, float]) -> Any:
    """Return the causes without which the cut would not have been crossed; the number after the last stands for another cut."""
    ends = [bool(scores[end].round(9) >= round(cut, 9)) for end, cut in zip((0, -1), cuts, strict=True)]
    if ends[0] == ends[1]:
        return ()
    high = [scores.round(9) >= round(cut, 9) for cut in (cuts if cuts[0] != cuts[1] else cuts[:1])]
    up = ends[1]
    moved = [*map(float, parts if up else -parts), *([0.0] if len(high) > 1 else [])]
    return find_needed([bool(flag) == up for side in high for flag in side], moved)


def _name(cause: int, place: int, sides: AxisSides) -> tuple[str, str]:
    """Return criterion and cause; a value that is known on one of the days only appeared or vanished."""
    import numpy as np

    if cause == OTHERS:
        return "", "others"
    criterion, kind = sides.causes[cause]
    if not criterion:
        return "", kind
    then, now = np.isnan(sides.values[criterion][place, [0, 1], [0, 1]])
    if then != now:
        return criterion, "appeared" if then else "vanished"
    return criterion, kind

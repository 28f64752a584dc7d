"""How sure every account's place is, and what would change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from kamnb.scoring.apportionment import apportion
from kamnb.scoring.confidence.agreement import compare_raters
from kamnb.scoring.confidence.bounds import bound_scores
from kamnb.scoring.confidence.chances import find_high, find_joint, share_doubts, spread_quadrants
from kamnb.scoring.confidence.flips import DIGITS, KINDS, Flip, Needed, find_needed, is_high_with, make_flip
from kamnb.scoring.confidence.learning import find_lessons
from kamnb.scoring.confidence.margins import Margins, gather_margins
from kamnb.scoring.confidence.raters import list_rated, measure_spreads
from kamnb.scoring.confidence.sampling import Plan, plan_draws
from kamnb.scoring.confidence.settings import ConfidenceSettings
from kamnb.scoring.criteria import AXES, Criteria, Criterion
from kamnb.scoring.quadrant import DECIMALS, QUADRANTS, assign_quadrants

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]

_ROUNDED = 1e-9
_HIGH = {"strategic": (True, True), "star": (True, False), "status": (False, True), "streamline": (False, False)}
_PLACES: dict[tuple[bool, ...], str] = {high: name for name, high in _HIGH.items()}


@dataclass(frozen=True)
class Confidence:
    """How sure every account's place is.

    Attributes
    ----------
    criteria : Criteria
    settings : ConfidenceSettings
    scores, ratings : DataFrame
    spreads : DataFrame
        By how many points raters differ, by criterion, as `measure_spreads` returns it.
    plan : Plan
    bounds : DataFrame, one row per account
        ``attractiveness_low``, ``attractiveness_high``, ``strength_low``, ``strength_high``: the scores if everything unknown
        were at 0, or at 10 points.
    """

    criteria: Criteria
    settings: ConfidenceSettings
    scores: "pd.DataFrame"
    ratings: "pd.DataFrame"
    spreads: "pd.DataFrame"
    plan: Plan
    bounds: "pd.DataFrame"
    _taken: dict[str, dict[str, float]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def chances(self) -> "pd.DataFrame":
        """How sure the place of every account is, one row each.

        ``strategic``, ``star``, ``status``, ``streamline``: the share of weightings and ratings near yours that place it there;
        they sum to 1, and are NaN of what is not placed. ``quadrant``: that of the model's own place; ``placed``: that of the
        place after overrides, which change no chance. ``too_close``: whether fewer than the settings ask for share the model's
        own place; missing where there is none.
        """
        import numpy as np

        return _frame(_find_quadrants(self.plan, np.ones(len(self.scores), dtype=bool)), self.scores, self.settings)

    @cached_property
    def agreement(self) -> Mapping[str, tuple[float, int]]:
        """Krippendorff's alpha and the accounts with several raters, by what is rated."""
        return compare_raters(self.ratings, [each.measures for each in list_rated(self.criteria)])

    def count(self, account_id: str) -> dict[str, int]:
        """Return how many of the dots fall to each quadrant, the most first; they add up. Empty where it is not placed."""
        chances, dots = self._take_chances(account_id), self.settings.dots.of
        if any(chance != chance for chance in chances.values()):
            return {}
        least = ceil(self.settings.too_close * dots - _ROUNDED)
        close = str(self.scores["quadrant"][account_id]) if self.is_close(account_id) else ""
        return share_dots(chances, dots, {close: least - 1})

    def count_all(self, accounts: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return the dots of several accounts, as `count` does; of more than one, those of all are found at once."""
        if len(accounts) > 1:
            _ = self.chances
        return {account: self.count(account) for account in accounts}

    def flips(self, account_id: str) -> list[tuple[str, Flip]]:
        """Return what alone would move an account, the nearest first, each with the quadrant it leads to."""
        row, (_, changes) = self._find_row(account_id), self._nearest
        if self._quadrants[row] not in _HIGH:
            return []
        flips = [self._make_flip(row, change) for change in changes if self._needed[change[0]].is_within(row, *change[1:])]
        return [(self._cross(flip, row), flip) for flip in sorted(flips, key=lambda flip: round(flip.distance, DIGITS))]

    def find_nearest(self, account_id: str) -> tuple[str, Flip] | None:
        """Return the first of `flips`, None where there is none: of the others it is not asked where they lead."""
        return self._find_nearest(self._find_row(account_id))

    def list_nearest(self) -> list[tuple[str, Flip] | None]:
        """Return `find_nearest` of every account, in their order."""
        return [self._find_nearest(row) for row in range(len(self.scores))]

    def _find_nearest(self, row: int) -> tuple[str, Flip] | None:
        nearest, changes = self._nearest
        if self._quadrants[row] not in _HIGH or nearest[row] < 0:
            return None
        flip = self._make_flip(row, changes[nearest[row]])
        return self._cross(flip, row), flip

    def _make_flip(self, row: int, change: tuple[str, str, int]) -> Flip:
        axis, kind, place = change
        return make_flip(axis, self.plan.axes[axis], self._needed[axis], row, kind, place)

    @cached_property
    def _quadrants(self) -> list[str]:
        return list(map(str, self.scores["quadrant"]))

    @cached_property
    def _beside(self) -> dict[tuple[str, str], tuple[Criterion, list[str]]]:
        """Each criterion by axis and name, with the other axes on which what it measures stands too."""
        axes = self.plan.axes
        things = {axis: {(each.source, each.measures) for each in one.listed} for axis, one in axes.items()}
        return {
            (axis, each.name): (each, [other for other in axes.keys() - {axis} if (each.source, each.measures) in things[other]])
            for axis, one in axes.items()
            for each in one.listed
        }

    @cached_property
    def _needed(self) -> dict[str, Needed]:
        return {axis: find_needed(one) for axis, one in self.plan.axes.items()}

    @cached_property
    def _nearest(self) -> "tuple[npt.NDArray[np.intp], list[tuple[str, str, int]]]":
        """Which change moves each account the nearest, -1 for none, and the changes in the order of what is equally far.

        A change is an axis, a kind, and the place of a criterion.
        """
        import numpy as np

        axes = self.plan.axes
        every = ((axis, kind, place) for axis, one in axes.items() for kind in KINDS for place in range(len(one.listed)))
        changes = sorted(every, key=lambda change: (*change[:2], axes[change[0]].listed[change[2]].name))
        if not changes:
            return np.full(len(self.scores), -1), changes
        far = np.column_stack([self._needed[axis].distances[kind][:, place] for axis, kind, place in changes]).round(DIGITS)
        return np.where(np.isfinite(far).any(axis=1), far.argmin(axis=1), -1), changes

    def lessons(self, account_id: str) -> "pd.DataFrame":
        """Return what knowledge would settle the place of an account, as `find_lessons` does."""
        return find_lessons(self.plan, self._find_row(account_id))

    def is_close(self, account_id: str) -> bool:
        """Say whether the place of an account is too close to call; not where it is not placed."""
        quadrant = str(self.scores["quadrant"][account_id])
        return self._take_chances(account_id).get(quadrant, 1.0) < self.settings.too_close

    def _take_chances(self, account_id: str) -> dict[str, float]:
        """Return the chances of one account, without those of all others where they are not known yet."""
        if "chances" in self.__dict__:
            return {name: float(self.chances[name][account_id]) for name in QUADRANTS}
        if account_id not in self._taken:
            chosen = self.scores.index == account_id
            found = _find_quadrants(self.plan, chosen)[chosen][0].round(DECIMALS)
            self._taken[account_id] = dict(zip(QUADRANTS, found.tolist(), strict=True))
        return self._taken[account_id]

    def _cross(self, flip: Flip, row: int) -> str:
        """Return where a change leads: across its own cut, and across the other where what it changes stands on both axes."""
        sides = dict(zip(AXES, _HIGH[self._quadrants[row]], strict=True)) | {flip.axis: flip.up}
        measured, others = self._beside[flip.axis, flip.criterion]
        for axis in others if flip.kind != "weight" else ():
            sides[axis] = is_high_with(self.plan.axes[axis], self._needed[axis], row, measured, flip.needed)
        return _PLACES[tuple(sides.values())]

    def _find_row(self, account_id: str) -> int:
        return int(self.scores.index.get_loc(account_id))  # type: ignore[arg-type]

    def move_cut(self, axis: str, step: float) -> "pd.Index[str]":
        """Return the accounts that another cut of an axis would place elsewhere."""
        cut = {**self.criteria.cut, axis: self.criteria.cut[axis] + step}
        other = assign_quadrants(self.scores["attractiveness"], self.scores["strength"], cut)
        return self.scores.index[(other.fillna("") != self.scores["quadrant"].fillna("")).to_numpy()]


def measure_confidence(
    facts: "pd.DataFrame",
    scores: "pd.DataFrame",
    criteria: Criteria,
    settings: ConfidenceSettings,
    ratings: "pd.DataFrame",
    rivals: "pd.DataFrame | None" = None,
    indicators: "pd.DataFrame | None" = None,
) -> Confidence:
    """Measure how sure every account's place is, from the doubts that the settings switch on.

    Parameters
    ----------
    facts : DataFrame
        As `kamnb.scoring.gather_facts` returns them.
    scores : DataFrame
        As `kamnb.scoring.score_accounts` returns them; ``placed`` of `kamnb.scoring.apply_overrides` where there is one.
    criteria : Criteria
    settings : ConfidenceSettings
    ratings : DataFrame
        As `kamnb.scoring.confidence.read_ratings` returns them.
    rivals : DataFrame, optional
        Competitors' ratings, in relative mode.
    indicators : DataFrame, optional
        With ``share_of_wallet``, ``share_of_wallet_low`` and ``share_of_wallet_high``: the ranges of wallets.

    Returns
    -------
    Confidence

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.scoring import score_accounts
    >>> model = Criteria.from_toml('''
    ... [attractiveness.size]
    ... weight = 100
    ... revenue_ltm = { weight = 60, anchors = [[0, 0], [100, 10]] }
    ... revenue_growth = { weight = 40, anchors = [[0, 0], [1, 10]] }
    ... [strength.view]
    ... weight = 100
    ... tenure = { weight = 100, anchors = [[0, 0], [10, 10]] }
    ... ''')
    >>> facts = pd.DataFrame({"revenue_ltm": [80.0, 20.0], "revenue_growth": [0.1, 0.0], "tenure": [9.0, 9.0]}, index=["A", "B"])
    >>> none = pd.DataFrame({"account_id": [], "competitor": [], "criterion": [], "score": []})
    >>> sure = measure_confidence(facts, score_accounts(facts, model), model, ConfidenceSettings.load(), none)
    >>> sure.count("A"), sure.count("B")
    ({'strategic': 14, 'status': 6}, {'status': 20})
    """
    import numpy as np

    factors, spreads = _take_factors(indicators, facts.index), measure_spreads(ratings, criteria, settings.rater_error)
    axes, settled = {}, {}
    for axis in AXES:
        if not criteria.axes.get(axis) or (axis == "strength" and criteria.strength_mode == "stage"):
            score = scores[axis].to_numpy(dtype=float)
            high = score.round(DECIMALS) >= round(criteria.cut[axis], DECIMALS)
            settled[axis] = np.where(np.isnan(score), np.nan, high.astype(float))
        else:
            axes[axis] = gather_margins(axis, facts, scores, criteria, settings, ratings, spreads, rivals, factors)
    plan = plan_draws(axes, settings.concentration, weights=settings.weights, settled=settled)
    return Confidence(criteria, settings, scores, ratings, spreads, plan, _bound(axes, scores, criteria))


def share_dots(chances: Mapping[Any, float], dots: int, most: Mapping[Any, int] | None = None) -> dict[Any, int]:
    """Share dots out by chances, to the nearest, so that they add up; the most first, none left out that has one.

    Parameters
    ----------
    chances : mapping of name to chance
    dots : int
    most : mapping of name to dots, optional
        What rounding may not exceed, so that what is too close to call does not look as if it were not.

    Examples
    --------
    >>> share_dots({"strategic": 0.66, "star": 0.33, "status": 0.01, "streamline": 0.0}, 20)
    {'strategic': 13, 'star': 7}
    >>> share_dots({"strategic": 0.79, "star": 0.21}, 20, {"strategic": 15})
    {'strategic': 15, 'star': 5}
    """
    exact = [dots * chance for chance in chances.values()]
    down = [int(each + 1e-9) for each in exact]
    has_room = [count < (most or {}).get(name, dots) for name, count in zip(chances, down, strict=True)]
    counts = dict(zip(chances, apportion(exact, down, dots, has_room), strict=True))
    return {name: count for name, count in sorted(counts.items(), key=lambda pair: -pair[1]) if count}


def _find_quadrants(plan: Plan, chosen: "npt.NDArray[np.bool_]") -> "Floats":
    import numpy as np

    high, strong = (plan.settled[axis] if axis in plan.settled else find_high(plan, axis, chosen) for axis in AXES)
    found = spread_quadrants(high, strong)
    if not plan.settled:
        joint = np.flatnonzero(share_doubts(plan, *AXES) & chosen)
        if len(joint):
            found[joint] = find_joint(plan, *AXES, joint)
    return found


def _frame(found: "Floats", scores: "pd.DataFrame", settings: ConfidenceSettings) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    rounded = found.round(DECIMALS)
    chances = pd.DataFrame(rounded, index=scores.index, columns=list(QUADRANTS))
    own = scores["quadrant"]
    for name, places in {"quadrant": own, "placed": scores.get("placed", own)}.items():
        codes = pd.Categorical(places, categories=QUADRANTS).codes
        chances[name] = np.where(codes >= 0, rounded[np.arange(len(codes)), codes], np.nan)
    close = (chances["quadrant"] < settings.too_close).astype("boolean")
    return chances.assign(too_close=close.where(chances["quadrant"].notna()))


def _bound(axes: Mapping[str, Margins], scores: "pd.DataFrame", criteria: Criteria) -> "pd.DataFrame":
    import pandas as pd

    found: dict[str, Any] = {}
    for axis in AXES:
        relative = axis == "strength" and criteria.strength_mode == "relative"
        low, high = (
            bound_scores(axes[axis], criteria.cut[axis], relative=relative) if axis in axes else (scores[axis], scores[axis])
        )
        found |= {f"{axis}_low": low, f"{axis}_high": high}
    return pd.DataFrame(found, index=scores.index)


def _take_factors(indicators: "pd.DataFrame | None", accounts: "pd.Index[str]") -> "Floats":
    """Return the low and the high wallet over the likely one, for each account; NaN where no range is stated."""
    import numpy as np

    if indicators is None:
        return np.full((len(accounts), 2), np.nan)
    names = ["share_of_wallet", "share_of_wallet_high", "share_of_wallet_low"]
    likely, high, low = (indicators[name].reindex(accounts).to_numpy(dtype=float) for name in names)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.column_stack([likely / high, likely / low])
    stated = (factors[:, 0] > 0) & (factors[:, 0] <= 1) & (factors[:, 1] >= 1) & np.isfinite(factors).all(axis=1)
    return np.where((stated & (factors[:, 0] < factors[:, 1]))[:, None], factors, np.nan)

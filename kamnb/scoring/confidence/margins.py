"""What is uncertain of the accounts on one axis: points less the cut, weights, and errors."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kamnb.scoring.confidence.raters import count_raters
from kamnb.scoring.confidence.settings import ConfidenceSettings
from kamnb.scoring.criteria import Criteria, Criterion
from kamnb.scoring.points import points_of
from kamnb.scoring.relative import find_rivals

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

_ROUNDED = 1e-9


@dataclass(frozen=True)
class Margins:
    r"""The accounts on one axis: high is :math:`\sum_j w_j m_j \ge 0`.

    Attributes
    ----------
    listed : tuple of Criterion
    values : array, accounts x criteria
        In the unit of the criterion; NaN is unknown.
    offsets : array, accounts x criteria
        What is taken from points to have a margin: the cut, or the cut times the best competitor's points.
    margins : array, accounts x criteria
        NaN where unknown.
    shares : array, accounts x criteria
        Weights that count, those of an account sum to 1; unknown criteria have one where they are drawn.
    own_errors, their_errors : array, accounts x criteria
        Standard deviation of the mean rating of us, and of the competitor's times the cut; in points.
    factors : array, accounts x 2
        The low and high wallet over the likely one; NaN where no range is stated.
    """

    listed: tuple[Criterion, ...]
    values: "Floats"
    offsets: "Floats"
    margins: "Floats"
    shares: "Floats"
    own_errors: "Floats"
    their_errors: "Floats"
    factors: "Floats"
    _pools: "dict[int, Floats]" = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def is_scored(self) -> "Flags":
        """Whether the account has a score on the axis."""
        scored: Flags = self.shares.sum(axis=1) > 0
        return scored

    @cached_property
    def is_drawn(self) -> "Flags":
        """Which criteria of which accounts are unknown and drawn."""
        import numpy as np

        drawn: Flags = np.isnan(self.margins) & (self.shares > 0)
        return drawn

    @cached_property
    def is_ranged(self) -> "Flags":
        """Which criteria of which accounts hang on a wallet of which a range is stated."""
        import numpy as np

        hangs = np.array([bool(hangs_on_wallet(each)) for each in self.listed], dtype=bool)
        ranged: Flags = ~np.isnan(self.factors[:, :1]) & hangs & (self.shares > 0) & ~np.isnan(self.margins)
        return ranged

    def pool(self, place: int) -> "Floats":
        """Return the margins of the accounts of which a criterion is known, by its value."""
        import numpy as np

        if place not in self._pools:
            known = np.flatnonzero(~np.isnan(self.margins[:, place]))
            order = np.lexsort((self.margins[known, place], self.values[known, place]))
            self._pools[place] = self.margins[known[order], place]
        return self._pools[place]


def hangs_on_wallet(criterion: Criterion) -> int:
    """Return 1 where a criterion grows with the wallet, -1 where it falls, 0 where the wallet is nothing to it."""
    return {"accessible_spend": 1, "share_of_wallet": -1}.get(criterion.measures, 0) if criterion.source == "indicator" else 0


def gather_margins(
    axis: str,
    facts: "pd.DataFrame",
    scores: "pd.DataFrame",
    criteria: Criteria,
    settings: ConfidenceSettings,
    ratings: "pd.DataFrame",
    spreads: "pd.DataFrame",
    rivals: "pd.DataFrame | None",
    factors: "Floats",
) -> Margins:
    """Gather what is uncertain on an axis that is scored by criteria.

    Parameters
    ----------
    axis : str
    facts, scores : DataFrame
        As `kamnb.scoring.gather_facts` and `kamnb.scoring.score_accounts` return them.
    criteria : Criteria
    settings : ConfidenceSettings
    ratings : DataFrame
        As `kamnb.scoring.confidence.read_ratings` returns them.
    spreads : DataFrame
        As `kamnb.scoring.confidence.measure_spreads` returns them.
    rivals : DataFrame or None
        Competitors' ratings, in relative mode.
    factors : array, accounts x 2
        The low and high wallet over the likely one.
    """
    import numpy as np

    listed, cut = criteria.axes.get(axis, ()), criteria.cut[axis]
    relative = axis == "strength" and criteria.strength_mode == "relative"
    values = np.column_stack([facts[each.name].to_numpy(dtype=float) for each in listed])
    points = np.column_stack([points_of(facts[each.name].to_numpy(dtype=float), each.anchors) for each in listed])
    best = find_rivals(facts, listed, rivals, criteria.min_known) if relative else None
    theirs = np.ones_like(points) if best is None else best[[each.name for each in listed]].to_numpy(dtype=float)
    margins = points - cut * theirs
    counts = np.zeros((2, *points.shape))
    if settings.raters:
        counts[0] = _measure_errors(facts.index, listed, spreads["ours"], ratings, None)
        if best is not None:
            counts[1] = cut * _measure_errors(facts.index, listed, spreads["theirs"], ratings, best["competitor"])
    known = ~np.isnan(margins)
    shares = _share(listed, known, scores[f"{axis}_stands_in"].to_numpy(dtype=bool), relative, settings.missing)
    shares[scores[axis].isna().to_numpy()] = 0.0
    own, other = (np.where(known & (shares > 0), each, 0.0) for each in counts)
    spread = factors if settings.ranges else np.full_like(factors, np.nan)
    return Margins(tuple(listed), values, cut * theirs, margins, shares, own, other, spread)


def _measure_errors(
    accounts: "pd.Index[str]",
    listed: "tuple[Criterion, ...]",
    spreads: "pd.Series[float]",
    ratings: "pd.DataFrame",
    competitors: "pd.Series[str] | None",
) -> "Floats":
    """Return the standard deviation of mean ratings, 0 of what is not rated: of us, or of a competitor of each account."""
    import numpy as np
    import pandas as pd

    errors = np.zeros((len(accounts), len(listed)))
    if not any(each.source == "ratings" for each in listed):
        return errors
    names = [""] * len(accounts) if competitors is None else competitors.fillna("").tolist()
    counts = count_raters(ratings, listed, pd.MultiIndex.from_arrays([accounts.astype(str), names]))
    for place, each in enumerate(listed):
        if each.source == "ratings":
            errors[:, place] = spreads[each.name] / np.sqrt(np.maximum(counts[each.name].to_numpy(dtype=float), 1.0))
    return errors


def _share(listed: "tuple[Criterion, ...]", known: "Flags", stands_in: "Flags", relative: bool, missing: bool) -> "Floats":
    """Spread the weights over what counts for each account: what is known and, where it is drawn, what is unknown."""
    import numpy as np

    if relative:
        base = np.array([each.share if each.is_compared else 0.0 for each in listed])[None, :]
    else:
        base = np.array([[each.share if each.stands_in == side else 0.0 for each in listed] for side in (False, True)])
        base = base[stands_in.astype(int)]
    counted = known | known.any(axis=0) if missing else known
    weights = base * counted
    total = weights.sum(axis=1, keepdims=True)
    shares: Floats = np.where(total > 0, weights / np.where(total > 0, total, 1.0), 0.0)
    return np.where(shares > _ROUNDED, shares, 0.0)

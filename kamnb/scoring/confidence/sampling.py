"""The chance of high on an axis in each fixed draw: of weights and values, and given these, of what raters may err by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.scoring.confidence.distributions import share_below
from kamnb.scoring.confidence.draws import (
    draw_from,
    draw_gammas,
    draw_normals,
    draw_triangular,
    draw_uniforms,
)
from kamnb.scoring.confidence.margins import Margins, hangs_on_wallet
from kamnb.scoring.points import points_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Rows = npt.NDArray[np.intp]

Key = tuple[str, ...]
WALLET: Key = ("wallet",)
_ROUNDED = 1e-9


@dataclass(frozen=True)
class Plan:
    """Which dimension of the draws each uncertain thing has; what stands on both axes has one.

    Attributes
    ----------
    axes : mapping of axis to Margins
    places : mapping of a thing to its dimension
        A thing is ``("weight", axis, criterion)``, ``("value", source, what it measures)`` or ``("wallet",)``.
    concentration : float
    weights : bool
        Whether weights are drawn.
    settled : mapping of axis to array over accounts
        Axes without anything uncertain: 1 high, 0 low, NaN unknown.
    """

    axes: Mapping[str, Margins]
    places: Mapping[Key, int]
    concentration: float
    weights: bool
    settled: "Mapping[str, Floats]"

    def uniforms(self, key: Key, step: int = 1) -> "Floats":
        """Return the draws of a thing between 0 and 1, every so many-th."""
        return draw_uniforms(self.places[key])[::step]

    def draw_weights(self, axis: str, shares: "Floats", step: int) -> "Floats":
        """Return criteria x draws: weights about these shares."""
        import numpy as np

        length = len(self.uniforms(WALLET, step))
        if not self.weights:
            return np.broadcast_to(shares[:, None], (len(shares), length))
        rows = np.zeros((len(shares), length))
        for place, (each, share) in enumerate(zip(self.axes[axis].listed, shares, strict=True)):
            if share > 0:
                shape = round(float(self.concentration * share), 9)
                rows[place] = draw_gammas(self.places["weight", axis, each.name], shape, step)
        drawn: Floats = rows / rows.sum(axis=0)
        return drawn


def plan_draws(axes: Mapping[str, Margins], concentration: float, *, weights: bool, settled: "Mapping[str, Floats]") -> Plan:
    """Give each uncertain thing its dimension, the heaviest first, so that the order of the model is nothing to it."""
    heavy = sorted((-each.share, each.name, axis, each) for axis, one in axes.items() for each in one.listed)
    keys: list[Key] = [WALLET]
    for _, name, axis, each in heavy:
        keys += [("weight", axis, name), value_key(each.source, each.measures)]
    return Plan(axes, {key: place for place, key in enumerate(dict.fromkeys(keys))}, concentration, weights, settled)


def value_key(source: str, measures: str) -> Key:
    """Name the value of a criterion, the same on both axes."""
    return "value", source, measures


def draw_high(plan: Plan, axis: str, rows: "Rows", step: int, drawn_errors: frozenset[Key] = frozenset()) -> "Floats":
    """Return the chance of high in each draw, for accounts whose weights have the same shares.

    Parameters
    ----------
    plan : Plan
    axis : str
    rows : array of int
        The accounts.
    step : int
        Of the draws every so many-th: 1, 4 or 8.
    drawn_errors : set of things
        Ratings of which the error is drawn too, for they stand on both axes or are asked about; of all others the normal tail
        is taken.

    Returns
    -------
    array, accounts x draws
    """
    import numpy as np

    one = plan.axes[axis]
    weights = plan.draw_weights(axis, one.shares[rows[0]], step)
    missing, ranged, errors = one.is_drawn[rows], one.is_ranged[rows], one.own_errors[rows]
    total = np.where(missing | ranged, 0.0, np.nan_to_num(one.margins[rows])) @ weights
    keys = [value_key(each.source, each.measures) for each in one.listed]
    asked = np.array([key in drawn_errors for key in keys], dtype=bool)
    for drawn, parts in ((_draw_missing, missing), (_draw_error, errors * asked)):
        places = np.flatnonzero(parts.any(axis=0))
        if len(places):
            total += parts[:, places] @ np.stack([weights[at] * drawn(plan, one, at, keys[at], step) for at in places.tolist()])
    for account, place in np.argwhere(ranged):
        total[account] += weights[place] * _draw_ranged(plan, one, int(rows[account]), place, step)
    variance = (errors * ~asked) ** 2 + one.their_errors[rows] ** 2
    return _take_tail(total, variance @ weights**2 if variance.any() else variance)


def _draw_missing(plan: Plan, one: Margins, place: int, key: Key, step: int) -> "Floats":
    return draw_from(plan.uniforms(key, step), one.pool(place))


def _draw_error(plan: Plan, one: Margins, place: int, key: Key, step: int) -> "Floats":
    return draw_normals(plan.uniforms(key, step))


def _draw_ranged(plan: Plan, one: Margins, row: int, place: int, step: int) -> "Floats":
    low, high = one.factors[row]
    factor = draw_triangular(plan.uniforms(WALLET, step), low, 1.0, high)
    criterion, value = one.listed[place], one.values[row, place]
    values = value * factor if hangs_on_wallet(criterion) > 0 else value / factor
    drawn: Floats = points_of(values, criterion.anchors) - one.offsets[row, place]
    return drawn


def _take_tail(total: "Floats", variance: "Floats") -> "Floats":
    """Return the chance that a normal error leaves the total at 0 or above; without one, whether it is."""
    import numpy as np

    erring = variance[:, 0] > 0
    chances = (total >= -_ROUNDED).astype(float)
    if erring.any():
        chances[erring] = share_below(total[erring] / np.sqrt(variance[erring]))
    return chances

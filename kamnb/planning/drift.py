"""Drift: what an account pays later than its own payments before let expect, and how seldom that comes by chance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.planning.playbook import Look, Payment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Drift:
    """How late each account paid in the months looked at, against what those before let expect; NaN is too little to tell.

    Attributes
    ----------
    lateness, expected : array
        Mean days after the due date, negative is early.
    chance : array
        How seldom it would be so far off by chance, by how far off it was before.
    payments, before : array
        How many payments the two are of.
    is_clear : array
        1 where it pays later, else 0.
    """

    lateness: "NDArray[np.float64]"
    expected: "NDArray[np.float64]"
    chance: "NDArray[np.float64]"
    payments: "NDArray[np.float64]"
    before: "NDArray[np.float64]"
    is_clear: "NDArray[np.float64]"


def find_drift(days: "NDArray[np.float64]", payments: "NDArray[np.float64]", asked: Payment) -> Drift:
    """Return by how much each account pays later than before, by the first look that says so clearly, else by the first one.

    Parameters
    ----------
    days, payments : array
        One row per account, one column per month of due dates, the last one first: the sum of days late, and of how many.
    asked : Payment

    Returns
    -------
    Drift

    Examples
    --------
    >>> import numpy as np
    >>> from kamnb.planning.playbook import Playbook
    >>> late = np.array([[25.0] * 4 + [4, 6, 5, 3, 7, 5, 4, 6] * 4])
    >>> drift = find_drift(late, np.ones_like(late), Playbook.load().payment)
    >>> drift.lateness.tolist(), drift.expected.tolist(), drift.is_clear.tolist()
    ([25.0], [5.0], [1.0])
    """
    import numpy as np

    chosen, *others = [_hold(days, payments, look, asked) for look in asked.looks] + [_follow_line(days, payments, asked)]
    for other in others:
        takes = (other.is_clear == 1) & (chosen.is_clear != 1)
        chosen = Drift(*(np.where(takes, new, old) for new, old in zip(vars(other).values(), vars(chosen).values(), strict=True)))
    return chosen


def _hold(days: "NDArray[np.float64]", payments: "NDArray[np.float64]", look: Look, asked: Payment) -> Drift:
    """Hold the months of a look against what the months before let expect, as far off as that was in every window before.

    So many windows side by side are as many observations of how far off it is: Student's t of that many.
    """
    import numpy as np
    from scipy.special import stdtr

    first, count = asked.recent_months, look.months
    starts = np.array([look.ago, *range(first, max(days.shape[1] - count - asked.months_before, first - 1) + 1)])
    late, paid = (_sum_windows(each, starts, count) for each in (days, payments))
    weighed, weight = (_sum_before(each, look.half_life)[:, starts + count] for each in (days, payments))
    before = _sum_before(payments, None)[:, starts + count]
    known = (paid >= asked.least_recent) & (before >= asked.least_before)
    off = np.where(known, late / np.maximum(paid, 1) - weighed / np.where(weight > 0, weight, 1), np.nan)
    windows = known[:, 1:].sum(axis=1)
    enough = known[:, 0] & (windows >= asked.least_windows * count)
    usual = np.sqrt((np.nan_to_num(off[:, 1:]) ** 2).sum(axis=1) / np.maximum(windows, 1))
    swings = off[:, 0] / np.maximum(usual, asked.least_scatter)
    chance = np.where(enough, 1 - stdtr(np.maximum(windows / count, 1), np.nan_to_num(swings)), np.nan)
    lateness = np.where(paid[:, 0] > 0, late[:, 0] / np.maximum(paid[:, 0], 1), np.nan)
    drift = np.where(enough, off[:, 0], np.nan)
    is_clear = np.where(enough, (chance <= asked.chance) & (drift >= asked.least_drift), np.nan)
    return Drift(lateness, lateness - drift, chance, paid[:, 0], before[:, 0], is_clear)


def _follow_line(days: "NDArray[np.float64]", payments: "NDArray[np.float64]", asked: Payment) -> Drift:
    """Tell where lateness has gone one way, span by span: a line says nearly all of it."""
    import numpy as np

    starts = np.arange(0, min(asked.spans * asked.recent_months, days.shape[1]) - asked.recent_months + 1, asked.recent_months)
    late, paid = (_sum_windows(each, starts, asked.recent_months) for each in (days, payments))
    known = (paid >= asked.least_recent).all(axis=1) & (len(starts) == asked.spans)
    means = late / np.maximum(paid, 1)
    place, off = -starts + starts.mean(), means - means.mean(axis=1, keepdims=True)
    whole = np.maximum((place**2).sum() * (off**2).sum(axis=1), 1e-12)
    told = np.sign(off @ place) * (off @ place) ** 2 / whole
    expected = means[:, 1:].mean(axis=1)
    is_clear = known & (told >= asked.steady_drift) & (means[:, 0] - expected >= asked.least_drift)
    return Drift(
        means[:, 0], expected, np.full(len(days), np.nan), paid[:, 0], payments.sum(axis=1) - paid[:, 0], is_clear.astype(float)
    )


def _sum_windows(values: "NDArray[np.float64]", starts: "NDArray[np.int64]", count: int) -> "NDArray[np.float64]":
    """Sum so many months from each start on."""
    import numpy as np

    summed = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    found: NDArray[np.float64] = summed[:, starts + count] - summed[:, starts]
    return found


def _sum_before(values: "NDArray[np.float64]", half_life: float | None) -> "NDArray[np.float64]":
    """Sum each month and all before it; a month counts half as much as the one a half-life later, where that is given."""
    import numpy as np

    summed = np.zeros((values.shape[0], values.shape[1] + 1))
    if not half_life:
        summed[:, :-1] = np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
        return summed
    for month in reversed(range(values.shape[1])):
        summed[:, month] = values[:, month] + 0.5 ** (1 / half_life) * summed[:, month + 1]
    return summed

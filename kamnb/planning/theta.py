"""Theta (Assimakopoulos & Nikolopoulos 2000) of many series at once, in two steps: a trend, and simple exponential smoothing.

It is simple exponential smoothing with half the slope of the trend as drift (Hyndman & Billah 2003). Fitted one by one by
statsmodels it took as long as everything else that is known of a portfolio; the numbers are the same, which a test holds.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEAST, _GRID = 1e-4, 400
"""Smoothing is looked for from here to one less this, on so many places; then on as many between the neighbours of the best."""

_ALIKE = 1e-10
"""By what share of their sum squares are more where one smoothing is as good as another: processors round apart by less, and the
first of them is taken on each."""


class Fitted(NamedTuple):
    """What Theta makes of series: a row each.

    Attributes
    ----------
    months : array
        What is expected of each month ahead, never less than nothing.
    alpha : array
        How much of each error lasts.
    sigma : array
        The standard deviation of the errors one month ahead.
    """

    months: "Floats"
    alpha: "Floats"
    sigma: "Floats"


def fit_theta(series: "Floats", ahead: int, *, period: int = 0) -> Fitted:
    """Fit every series, and say what is expected.

    Parameters
    ----------
    series : array
        A row each, oldest first.
    ahead : int
        Months.
    period : int, optional
        How many months a season lasts, which is taken out first, by the mean difference from a moving mean; 0: there is none.

    Examples
    --------
    >>> import numpy as np
    >>> fit_theta(np.arange(1.0, 25.0)[None], 3).months.round(1).tolist()
    [[24.5, 25.0, 25.5]]
    """
    import numpy as np

    seasons = find_seasons(series, period) if period else np.zeros((len(series), 1))
    level = series - np.tile(seasons, series.shape[1] // seasons.shape[1])
    steps = np.arange(level.shape[1], dtype=float)
    away = steps - steps.mean()
    slope = ((level - level.mean(axis=1, keepdims=True)) * away).sum(axis=1) / (away**2).sum()
    alpha = _find_alpha(level)
    last, _ = _smooth(level, alpha[:, None])
    drift = np.arange(ahead) + ((1 - (1 - alpha) ** level.shape[1]) / alpha)[:, None]
    expected = last + slope[:, None] / 2 * drift + np.tile(seasons, ahead // seasons.shape[1])
    _, squares = _smooth(level, alpha[:, None], slope / 2)
    return Fitted(np.maximum(expected, 0.0), alpha, (squares[:, 0] / (level.shape[1] - 1)) ** 0.5)


def find_seasons(series: "Floats", period: int) -> "Floats":
    """Return by how much each month of a season is above the moving mean of a whole one, 0 together.

    Examples
    --------
    >>> import numpy as np
    >>> find_seasons(np.tile([1.0, 3.0], 4)[None], 2).tolist()
    [[-1.0, 1.0]]
    """
    import numpy as np

    half = period // 2
    weights = np.r_[0.5, np.ones(period - 1), 0.5] / period
    centred = (np.lib.stride_tricks.sliding_window_view(series, period + 1, axis=1) * weights).sum(axis=2)
    apart = np.full(series.shape, np.nan)
    apart[:, half:-half] = series[:, half:-half] - centred
    seasons = np.nanmean(apart.reshape(len(series), -1, period), axis=1)
    found: Floats = seasons - seasons.mean(axis=1, keepdims=True)
    return found


def _find_alpha(level: "Floats") -> "Floats":
    """Return the smoothing of each series that leaves the least squares of the errors one month ahead."""
    import numpy as np

    low, high = np.full(len(level), _LEAST), np.full(len(level), 1 - _LEAST)
    best = low
    for _ in range(3):
        grid = np.linspace(low, high, _GRID, axis=1)
        _, squares = _smooth(level, grid)
        least = squares.min(axis=1, keepdims=True) * (1 + _ALIKE)
        best = np.take_along_axis(grid, (squares <= least).argmax(axis=1)[:, None], axis=1)[:, 0]
        wide = (high - low) / (_GRID - 1)
        low, high = np.maximum(best - wide, _LEAST), np.minimum(best + wide, 1 - _LEAST)
    return best


def _smooth(series: "Floats", alpha: "Floats", drift: "Floats | float" = 0.0) -> "tuple[Floats, Floats]":
    """Return the last level of exponential smoothing and the sum of the squared errors, for each series and each alpha.

    Examples
    --------
    >>> import numpy as np
    >>> _smooth(np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[0.5]]), 1.0)[1].tolist()
    [[0.0]]
    """
    import numpy as np

    drifts = np.broadcast_to(np.asarray(drift, dtype=float), len(series))[:, None]
    level, squares = np.broadcast_to(series[:, :1], alpha.shape), np.zeros(alpha.shape)
    for value in series[:, 1:].T:
        error = value[:, None] - level - drifts
        squares, level = squares + error**2, level + drifts + alpha * error
    return level, squares

"""How well a number of then tells what came: all measures for many resamples of accounts at once, as weights of rows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


def draw_weights(accounts: "NDArray[np.intp]", resamples: int, seed: int = 7) -> "Floats":
    """Return the weight of every row in each resample; the first resample is the rows as they are.

    Accounts are drawn again with replacement, each with all its rows: its origins stay together.

    Parameters
    ----------
    accounts : array
        The number of the account of each row, from 0.
    resamples, seed : int

    Returns
    -------
    array of shape (1 + resamples, rows)
    """
    import numpy as np

    count = int(accounts.max()) + 1 if len(accounts) else 0
    if not count:
        return np.ones((1 + resamples, 0))
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=resamples)
    weights: Floats = np.concatenate([np.ones((1, count)), drawn]).astype(float)[:, accounts]
    return weights


def find_auc(values: "Floats", events: "Flags", weights: "Floats") -> "Floats":
    """Return the chance that a row with the event has the higher value than one without, ties counting half.

    Examples
    --------
    >>> import numpy as np
    >>> find_auc(np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False]), np.ones((1, 4))).tolist()
    [0.875]
    """
    import numpy as np

    order = np.argsort(values, kind="stable")
    firsts = np.flatnonzero(np.r_[True, np.diff(values[order]) > 0])
    with_event, without = (np.add.reduceat(weights[:, order] * side[order], firsts, axis=1) for side in (events, ~events))
    below = without.cumsum(axis=1) - without / 2
    pairs = with_event.sum(axis=1) * without.sum(axis=1)
    found: Floats = np.divide((with_event * below).sum(axis=1), pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
    return found


def find_correlation(values: "Floats", came: "Floats", weights: "Floats") -> "Floats":
    """Return the rank correlation (Spearman) of two columns; resamples keep the ranks of all rows.

    Examples
    --------
    >>> import numpy as np
    >>> find_correlation(np.array([1.0, 2.0, 3.0]), np.array([10.0, 30.0, 20.0]), np.ones((1, 3))).round(2).tolist()
    [0.5]
    """
    import numpy as np
    from scipy.stats import rankdata

    whole = weights.sum(axis=1, keepdims=True)
    sides = [np.broadcast_to(rankdata(side), weights.shape) for side in (values, came)]
    first, second = (side - (weights * side).sum(axis=1, keepdims=True) / whole for side in sides)
    squares = (weights * first**2).sum(axis=1) * (weights * second**2).sum(axis=1)
    found: Floats = np.divide(
        (weights * first * second).sum(axis=1), squares**0.5, out=np.full(len(weights), np.nan), where=squares > 0
    )
    return found


def find_precision(values: "Floats", events: "Flags", origins: "NDArray[np.intp]", weights: "Floats", first: int) -> "Floats":
    """Return the share of rows with the event among the first so many of each origin by value.

    Examples
    --------
    >>> import numpy as np
    >>> origins = np.array([0, 0, 0, 1, 1, 1])
    >>> values, events = np.array([3.0, 2, 1, 3, 2, 1]), np.array([True, False, False, True, True, False])
    >>> find_precision(values, events, origins, np.ones((1, 6)), 2).tolist()
    [0.75]
    """
    import numpy as np

    taken, right = np.zeros(len(weights)), np.zeros(len(weights))
    for origin in np.unique(origins):
        rows = np.flatnonzero(origins == origin)
        rows = rows[np.argsort(-values[rows], kind="stable")]
        own = weights[:, rows]
        counted = np.clip(first - (own.cumsum(axis=1) - own), 0, own)
        taken, right = taken + counted.sum(axis=1), right + (counted * events[rows]).sum(axis=1)
    found: Floats = np.divide(right, taken, out=np.full(len(weights), np.nan), where=taken > 0)
    return found


def find_interval(resampled: "Floats", level: float) -> tuple[float, float]:
    """Return the interval that holds the middle share of the resamples, the first of which is no resample."""
    import numpy as np

    known = resampled[1:][~np.isnan(resampled[1:])]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)

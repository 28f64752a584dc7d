"""What confidence needs of normal and Gamma distributions, to the last digits, without a package that takes longer to load."""

from functools import lru_cache
from math import erfc, lgamma
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_CLOSE = 1e-14
_STEPS = 60
"""More than Newton's method took for any shape from 0.01 to 1,000."""
_TERMS = 5_000


def share_below(normals: "Floats") -> "Floats":
    """Return the part of a standard normal below each number.

    Examples
    --------
    >>> import numpy as np
    >>> share_below(np.array([0.0, 1.959964])).round(6).tolist()
    [0.5, 0.975]
    """
    import numpy as np

    scaled = np.asarray(normals) * -(0.5**0.5)
    return np.fromiter(map(erfc, scaled.ravel().tolist()), float, scaled.size).reshape(scaled.shape) / 2


def find_normals(chances: "Floats") -> "Floats":
    """Return the numbers below which a standard normal has these parts, which lie between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> find_normals(np.array([0.5, 0.975])).round(6).tolist()
    [0.0, 1.959964]
    """
    import numpy as np

    return np.fromiter(map(NormalDist().inv_cdf, chances.tolist()), float, len(chances))


@lru_cache(maxsize=256)
def find_gammas(shape: float, chances: "tuple[float, ...]") -> "Floats":
    """Return the numbers below which a Gamma of this shape has these parts, which lie between 0 and 1.

    By Newton's method on the logarithms of number and part, from the guess of Wilson and Hilferty: the curve bends down, so from
    below it never goes past the root, and from above it falls below it once.

    Examples
    --------
    >>> find_gammas(1.0, (0.5, 0.95)).round(6).tolist()
    [0.693147, 2.995732]
    """
    import numpy as np

    parts = np.array(chances)
    wanted = np.log(parts)
    root = 1 - 1 / (9 * shape) + find_normals(parts) / (3 * shape**0.5)
    found = np.maximum((wanted + lgamma(shape + 1)) / shape, np.log(shape * np.maximum(root, 1e-9) ** 3))
    for _ in range(_STEPS):
        part = _log_share(shape, found)
        step = (wanted - part) / np.exp(shape * found - np.exp(found) - lgamma(shape) - part)
        found = found + step
        if np.abs(step).max() < _CLOSE * 100:
            break
    return np.asarray(np.exp(found))


def _log_share(shape: float, logs: "Floats") -> "Floats":
    """Return the logarithm of the part of a Gamma below numbers: by the series up to the mean, else by the continued fraction."""
    import numpy as np

    values, found = np.exp(logs), np.empty_like(logs)
    scale, low = shape * logs - values - lgamma(shape), values < shape + 1
    if low.any():
        found[low] = scale[low] + np.log(_sum_series(shape, values[low]))
    if not low.all():
        found[~low] = np.log1p(-np.exp(scale[~low]) * _continue_fraction(shape, values[~low]))
    return found


def _sum_series(shape: float, values: "Floats") -> "Floats":
    import numpy as np

    term = total = np.full_like(values, 1 / shape)
    for count in range(1, _TERMS):
        term = term * values / (shape + count)
        total = total + term
        if (term <= _CLOSE * total).all():
            break
    return total


def _continue_fraction(shape: float, values: "Floats") -> "Floats":
    """By the method of Lentz."""
    import numpy as np

    under = values + 1 - shape
    ratio, total = np.full_like(values, 1e300), 1 / under
    part = total
    for count in range(1, _TERMS):
        number, under = -count * (count - shape), under + 2
        part, ratio = 1 / (number * part + under), under + number / ratio
        total = total * part * ratio
        if (np.abs(part * ratio - 1) <= _CLOSE).all():
            break
    return total

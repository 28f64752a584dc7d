"""Values to points: fixed anchors, straight between them, held at the ends."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

HIGHEST = 10.0
"""Points run from 0 to this."""


def points_of(values: "npt.ArrayLike", anchors: Sequence[tuple[float, float]]) -> "npt.NDArray[np.float64]":
    """Turn values into points.

    Parameters
    ----------
    values : array of float
        NaN is unknown and stays so.
    anchors : sequence of (value, points)
        Values rising. Without anchors a value is points already, held within 0 to 10.

    Returns
    -------
    array of float
        Points, 0 to 10.

    Examples
    --------
    >>> points_of([0, 50_000, 250_000, 9e9], [(0, 0), (100_000, 5), (400_000, 10)]).tolist()
    [0.0, 2.5, 7.5, 10.0]
    """
    import numpy as np

    known: Any = np.asarray(values, dtype=float)
    if not anchors:
        return np.asarray(np.clip(known, 0.0, HIGHEST), dtype=float)
    places, points = zip(*anchors, strict=True)
    return np.asarray(np.interp(known, places, points), dtype=float)

"""Parts as they are printed: rounded so that they still add up."""

from collections.abc import Sequence
from math import floor

from kamnb.scoring.apportionment import apportion


def round_parts(parts: Sequence[float], total: float, decimals: int) -> list[float]:
    """Round parts so that they sum to a total that is rounded already: the largest remainders get what rounding leaves.

    Parameters
    ----------
    parts : sequence of float
    total : float
        What they are to sum to as printed; where that is not what they sum to, by more than rounding can be, parts that are
        not zero bear it in turn.
    decimals : int

    Returns
    -------
    list of float

    Examples
    --------
    >>> round_parts([0.333, 0.333, 0.334], 1.0, 1)
    [0.3, 0.3, 0.4]
    >>> round_parts([0.14, 0.14, -0.04], 0.3, 1)
    [0.2, 0.1, 0.0]
    """
    scale = 10**decimals
    exact = [part * scale for part in parts]
    printed = apportion(exact, [floor(each + 1e-9) for each in exact], round(total * scale))
    return [each / scale + 0.0 for each in printed]

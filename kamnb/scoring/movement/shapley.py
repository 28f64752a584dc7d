"""A change shared out over what caused it, whatever comes first: every subset of the causes is evaluated."""

from collections.abc import Sequence
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]


def list_subsets(causes: int) -> "Flags":
    """Return every subset of so many causes, a row each: row number ``s`` holds cause ``i`` where bit ``i`` of ``s`` is set.

    Examples
    --------
    >>> list_subsets(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    import numpy as np

    bits: Flags = (np.arange(2**causes)[:, None] >> np.arange(causes)) & 1 == 1
    return bits


def share_out(values: "npt.ArrayLike") -> "Floats":
    r"""Return what each cause did to a value: the Shapley value, the mean of its effect over all orders in which causes come.

    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|!\,(k - |S| - 1)!}{k!}\,(v(S \cup i) - v(S))

    The parts sum to the change, two causes that do the same get the same, and one that changes nothing gets 0. Sources:
    Shapley, *A Value for n-Person Games* (1953); Das Gupta, *Standardization and Decomposition of Rates* (1993).

    Parameters
    ----------
    values : array of float, shape (..., 2 ** k)
        The value with each subset of the ``k`` causes as of the later day and the others as of the earlier one, in the order of
        `list_subsets`.

    Returns
    -------
    array of float, shape (..., k)

    Examples
    --------
    >>> share_out([10930 * .717892, 16591 * .717892, 10930 * .825974, 16591 * .825974]).round(3).tolist()
    [4369.913, 1487.262]
    """
    import numpy as np

    known = np.asarray(values, dtype=float)
    causes = int(known.shape[-1]).bit_length() - 1
    subsets = list_subsets(causes)
    sizes = subsets.sum(axis=1)
    weights = np.array([factorial(size) * factorial(causes - size - 1) / factorial(causes) for size in range(causes)])
    joined = weights[np.maximum(sizes - 1, 0)][:, None] if causes else np.zeros((1, 1))
    missing = weights[np.minimum(sizes, causes - 1)][:, None] if causes else np.zeros((1, 1))
    signed = np.where(subsets, joined, -missing)
    # The value with no cause is taken off first, for a weight of it that rounding leaves would be a part of its own.
    parts: Floats = np.einsum("...s,si->...i", known - known[..., :1], signed)
    return parts


def find_needed(reached: Sequence[bool], parts: Sequence[float]) -> tuple[int, ...]:
    """Return the smallest set of causes without which what was reached on the later day would not have been.

    Parameters
    ----------
    reached : sequence of bool, 2 ** k of them
        Whether it is reached with each subset of the causes, in the order of `list_subsets`.
    parts : sequence of float, k of them
        What each cause did, in the direction of what was reached: of sets alike in size, the one that did most is returned.

    Returns
    -------
    tuple of int
        Numbers of causes; empty where it is not reached with all, or is reached with none.

    Examples
    --------
    >>> find_needed([False, True, True, True], [2.0, 1.0])
    (0, 1)
    >>> find_needed([False, False, False, True], [2.0, 1.0])
    (0,)
    """
    causes = len(parts)
    everything = 2**causes - 1
    if not reached[everything] or reached[0]:
        return ()
    for size in range(1, causes + 1):
        enough = [each for each in combinations(range(causes), size) if not reached[everything - sum(1 << i for i in each)]]
        if enough:
            return min(enough, key=lambda each: (-round(sum(parts[i] for i in each), 9), each))
    return ()

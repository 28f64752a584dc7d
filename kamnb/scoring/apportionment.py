"""Whole numbers that add up: the method of largest remainders (Hamilton), wherever parts are rounded."""

from collections.abc import Sequence
from fractions import Fraction


def apportion(
    exact: "Sequence[float] | Sequence[Fraction]", whole: Sequence[int], total: int, may_bear: Sequence[bool] | None = None
) -> list[int]:
    """Return whole numbers that sum to a total: what rounding took most from gets, one each and in turn, what is left.

    Parameters
    ----------
    exact : sequence of number
    whole : sequence of int
        What each is rounded down to.
    total : int
        Where less than the whole numbers sum to, those that rounding took least from give instead.
    may_bear : sequence of bool, optional
        Which may get or give; of these, those that are not zero do, where there are any.

    Examples
    --------
    >>> apportion([33.3, 33.3, 33.4], [33, 33, 33], 100), apportion([1.4, 1.4, -0.4], [1, 1, -1], 3)
    ([33, 33, 34], [2, 1, 0])
    """
    order = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    able = [place for place in order if may_bear is None or may_bear[place]]
    bearing = [place for place in able if exact[place]] or able
    found, left = list(whole), total - sum(whole)
    for turn in range(abs(left) if bearing else 0):
        place = bearing[turn % len(bearing)] if left > 0 else bearing[-1 - turn % len(bearing)]
        found[place] += 1 if left > 0 else -1
    return found

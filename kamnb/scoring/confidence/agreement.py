"""How far raters agree: Krippendorff's alpha."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def measure_agreement(units: Iterable[Iterable[float]]) -> float:
    r"""Return Krippendorff's alpha for values on an interval scale.

    :math:`\alpha = 1 - D_o / D_e`: the mean squared difference of values within units over that of all values. Units with one
    value do not count. 1 is agreement, 0 what chance would give. Source: Krippendorff (2011), *Computing Krippendorff's
    Alpha-Reliability*.

    Parameters
    ----------
    units : iterable of iterables of float
        The values that raters gave to each thing.

    Returns
    -------
    float
        NaN where fewer than two things have two values, or all values are alike.

    Examples
    --------
    >>> measure_agreement([[1, 1], [5, 5], [9, 9]]), round(measure_agreement([[1, 5], [5, 1]]), 3)
    (1.0, -0.5)
    """
    import numpy as np

    paired = [values for values in (np.asarray(list(unit), dtype=float) for unit in units) if len(values) > 1]
    if len(paired) < 2:
        return float("nan")
    everything = np.concatenate(paired)
    expected = 2 * len(everything) / (len(everything) - 1) * float(everything.var())
    if expected <= 0:
        return float("nan")
    within = sum(2 * len(values) ** 2 / (len(values) - 1) * float(values.var()) for values in paired)
    return 1 - within / len(everything) / expected


def compare_raters(ratings: "pd.DataFrame", measures: Iterable[str]) -> Mapping[str, tuple[float, int]]:
    """Return the agreement on each rated criterion of us, and the accounts with several raters.

    Parameters
    ----------
    ratings : DataFrame
        As `kamnb.scoring.confidence.read_ratings` returns them.
    measures : iterable of str

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("A", "", "trust", 6.0), ("A", "", "trust", 6.0), ("B", "", "trust", 3.0), ("B", "", "trust", 3.0)]
    >>> ratings = pd.DataFrame(rows, columns=["account_id", "competitor", "criterion", "score"])
    >>> compare_raters(ratings, ["trust"])
    {'trust': (1.0, 2)}
    """
    ours = ratings[ratings["competitor"] == ""]
    found = {}
    for name in measures:
        units = [values for _, values in ours[ours["criterion"] == name].groupby("account_id")["score"] if len(values) > 1]
        found[name] = measure_agreement(units), len(units)
    return found

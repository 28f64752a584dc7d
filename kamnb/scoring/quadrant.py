"""The four quadrants of the portfolio matrix."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

QUADRANTS = ("strategic", "star", "status", "streamline")
"""Attractive and strong, attractive and weak, unattractive and strong, unattractive and weak."""
DECIMALS = 9
"""Scores are compared with the cut after rounding, so that 4.999999999999999, which is 5 by another order of sums, is high."""


def assign_quadrants(
    attractiveness: "pd.Series[float]", strength: "pd.Series[float]", cut: Mapping[str, float]
) -> "pd.Series[str]":
    """Return the quadrant of every account; missing where a score is unknown.

    A score equal to the cut is high. Source: McDonald & Woodburn, *Key Account Management: The Definitive Guide*.

    Examples
    --------
    >>> import pandas as pd
    >>> cut = {"attractiveness": 5.0, "strength": 5.0}
    >>> assign_quadrants(pd.Series([5.0, 9.0, 1.0, 1.0]), pd.Series([5.0, 4.9, 8.0, None]), cut).tolist()
    ['strategic', 'star', 'status', None]
    """
    import numpy as np
    import pandas as pd

    attractive = attractiveness.to_numpy().round(DECIMALS) >= round(cut["attractiveness"], DECIMALS)
    strong = strength.to_numpy().round(DECIMALS) >= round(cut["strength"], DECIMALS)
    known = (attractiveness.notna() & strength.notna()).to_numpy()
    names = np.array([*QUADRANTS, None], dtype=object)
    place = np.where(known, 2 * ~attractive + ~strong, len(QUADRANTS))
    return pd.Series(names[place], index=attractiveness.index, dtype=object)

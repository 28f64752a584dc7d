"""Who moves when another model scores the same accounts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def find_moves(before: "pd.DataFrame", after: "pd.DataFrame") -> "pd.DataFrame":
    """Return the accounts that one scoring places in another quadrant than the other does.

    Parameters
    ----------
    before, after : DataFrame
        Scores with ``placed``, of the same accounts.

    Returns
    -------
    DataFrame, indexed as `before`
        ``placed_before``, ``placed_after`` (missing where not placed), and both scores ``_before`` and ``_after``; in the order
        of the accounts.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"attractiveness": [6.0, 4.0], "strength": [6.0, 6.0], "placed": ["strategic", "status"]},
    ...                       index=["A", "B"])
    >>> find_moves(before, before.assign(placed=["strategic", "strategic"]))[["placed_before", "placed_after"]].to_dict("index")
    {'B': {'placed_before': 'status', 'placed_after': 'strategic'}}
    """
    columns = ["placed", "attractiveness", "strength"]
    moved = before["placed"].fillna("") != after["placed"].fillna("")
    return before.loc[moved, columns].add_suffix("_before").join(after.loc[moved, columns].add_suffix("_after"))

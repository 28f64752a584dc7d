"""Competitors beside us, factor by factor: who is ahead on how many."""

from typing import TYPE_CHECKING

from kamnb.scoring.criteria import Criteria
from kamnb.scoring.points import points_of

if TYPE_CHECKING:
    import pandas as pd

RIVAL_UNITS = {"factors_compared": "count", "rivals_ahead": "count"}
"""The unit of each fact that `count_rivals` returns."""


def compare_rivals(facts: "pd.DataFrame", rivals: "pd.DataFrame", criteria: Criteria) -> "pd.DataFrame":
    """Say of each competitor on how many of the factors for which both are rated it is ahead of us, in points.

    Parameters
    ----------
    facts, rivals : DataFrame
        As `kamnb.scoring.gather_facts` and `kamnb.scoring.gather_rivals` return them.
    criteria : Criteria

    Returns
    -------
    DataFrame
        ``account_id``, ``competitor``, ``factors`` (rated for both) and ``ahead`` (of these); a row per competitor.

    Examples
    --------
    >>> import pandas as pd
    >>> model = Criteria.from_toml('''
    ... [strength.view]
    ... weight = 100
    ... trust = { from = "ratings", weight = 50 }
    ... price = { from = "ratings", weight = 50 }
    ... ''')
    >>> names = pd.MultiIndex.from_tuples([("A", "Rival")], names=["account_id", "competitor"])
    >>> rivals = pd.DataFrame({"trust": [7.0], "price": [4.0]}, index=names)
    >>> compare_rivals(pd.DataFrame({"trust": [6.0], "price": [5.0]}, index=["A"]), rivals, model).values.tolist()
    [['A', 'Rival', 2, 1]]
    """
    import pandas as pd

    anchors = {each.name: each.anchors for _, each in criteria.listed()}
    theirs = rivals.apply(lambda column: pd.Series(points_of(column, anchors[column.name]), index=column.index))
    ours = facts.reindex(index=rivals.index.get_level_values("account_id"), columns=rivals.columns).set_axis(rivals.index)
    ours = ours.apply(lambda column: pd.Series(points_of(column, anchors[column.name]), index=column.index))
    both = ours.notna() & theirs.notna()
    counts = {"factors": both.sum(axis=1), "ahead": (both & (theirs > ours)).sum(axis=1)}
    found = pd.DataFrame(counts, index=rivals.index).astype(int)
    return found.rename_axis(["account_id", "competitor"]).reset_index()


def count_rivals(compared: "pd.DataFrame", accounts: "pd.Index[str]", least: int) -> "pd.DataFrame":
    """Count the competitors that are ahead of us on every factor, where so many factors are rated for both.

    Parameters
    ----------
    compared : DataFrame
        As `compare_rivals` returns it.
    accounts : Index
    least : int
        Of fewer factors nothing is said.

    Returns
    -------
    DataFrame
        Indexed by `accounts`: ``factors_compared``, the most for which a competitor is rated beside us, and
        ``rivals_ahead``; NaN where too few are.
    """
    enough = compared[compared["factors"] >= least]
    ahead = enough["factors"].eq(enough["ahead"]).astype(float).groupby(enough["account_id"]).sum()
    factors = enough.groupby("account_id")["factors"].max().astype(float)
    found: pd.DataFrame = factors.to_frame("factors_compared").assign(rivals_ahead=ahead).reindex(accounts)
    return found

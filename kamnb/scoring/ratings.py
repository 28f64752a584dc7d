"""Ratings: the latest of each rater, for each member of a group, averaged; without a rater each is an answer of its own."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once

if TYPE_CHECKING:
    import pandas as pd

_LATEST = """
    SELECT account_id, criterion, coalesce(competitor, '') AS competitor, coalesce(rater_kind, 'not said') AS rater_kind, score
    FROM last_ratings
"""
_MEAN = "avg(score::DECIMAL(18, 9))"  # a mean of doubles would hang on the order of rows


def rate_accounts(portfolio: Portfolio) -> "pd.DataFrame":
    """Average, over raters, the latest rating that each gave until the day.

    Returns
    -------
    DataFrame
        Indexed by ``account_id``, ``competitor`` (empty is us); a column per criterion, in points; NaN where nobody rated.
    """
    query = f"SELECT account_id, competitor, criterion, {_MEAN} AS score FROM ({_LATEST}) GROUP BY ALL ORDER BY ALL"
    with portfolio.connect("ratings") as connection:
        long: pd.DataFrame = connection.execute(query).df()
    return long.pivot(index=["account_id", "competitor"], columns="criterion", values="score").astype(float)


def rate_by_kind(portfolio: Portfolio) -> "pd.DataFrame":
    """Average our latest ratings apart for each kind of rater: the account's manager, colleagues, the customer.

    Returns
    -------
    DataFrame
        Columns ``account_id``, ``criterion``, ``rater_kind``, ``score`` in points, ``raters`` (how many).
    """
    query = (
        f"SELECT account_id, criterion, rater_kind, {_MEAN} AS score, count(*) AS raters FROM ({_LATEST}) "
        "WHERE competitor = '' GROUP BY ALL ORDER BY ALL"
    )
    with portfolio.connect("ratings") as connection:
        frame: pd.DataFrame = connection.execute(query).df()
        return frame


@answer_once
def find_provisional(portfolio: Portfolio) -> list[str]:
    """Return the accounts that only their own manager rated: their strength is provisional."""
    kinds = rate_by_kind(portfolio).groupby("account_id")["rater_kind"].agg(set)
    return sorted(str(account) for account, raters in kinds.items() if raters == {"account_manager"})

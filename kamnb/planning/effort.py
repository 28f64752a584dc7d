"""The effort of our side: hours logged, else declared shares of capacity, else hours of interactions."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.planning.queries import fetch_query

if TYPE_CHECKING:
    import pandas as pd

EFFORT_UNITS = {"effort_hours": "hours"}
"""The unit of each column of facts that `measure_effort` returns."""


@answer_once
def measure_effort(portfolio: Portfolio, indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Return the hours that our side spent on every account in the periods that began in the last twelve months.

    A share of a manager's year counts as that share of the manager's capacity. Interactions count only where no
    effort was stated at all, for they are part of it.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        Its index names the accounts.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: ``effort_hours`` (NaN: none recorded) and ``effort_source`` in words (missing then).

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.indicators import measure_accounts
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> effort = measure_effort(portfolio, measure_accounts(portfolio))
    >>> effort["effort_source"].dropna().unique().tolist()
    ['declared shares of capacity']
    """
    found = fetch_query(portfolio, "effort", {"fiscal_year_start": portfolio.fiscal_year_start}).set_index("account_id")
    return found.rename(columns={"source": "effort_source"}).astype({"effort_hours": float}).reindex(indicators.index)


def compare_effort(effort: "pd.Series[float]", revenue: "pd.Series[float]", places: "pd.Series[str]") -> "pd.DataFrame":
    """Set each quadrant's share of effort beside its share of revenue, over the placed accounts of which both are known.

    Returns
    -------
    DataFrame
        Indexed by quadrant: ``accounts``, ``hours``, ``effort_share`` and ``revenue_share`` (fractions) and ``intensity``
        (their ratio: above 1 the quadrant gets more hours than its revenue alone would call for).

    Examples
    --------
    >>> import pandas as pd
    >>> effort, revenue = pd.Series([30.0, 10.0]), pd.Series([50.0, 50.0])
    >>> compare_effort(effort, revenue, pd.Series(["star", "status"]))["intensity"].to_dict()
    {'star': 1.5, 'status': 0.5}
    """
    import pandas as pd

    both = pd.DataFrame({"place": places, "hours": effort, "revenue": revenue}).dropna()
    sums = both.groupby("place").agg(accounts=("hours", "size"), hours=("hours", "sum"), revenue=("revenue", "sum"))
    shares = sums[["hours", "revenue"]] / sums[["hours", "revenue"]].sum()
    found = sums[["accounts", "hours"]].assign(effort_share=shares["hours"], revenue_share=shares["revenue"])
    found["intensity"] = (found["effort_share"] / found["revenue_share"]).where(found["revenue_share"] > 0)
    return found

"""What each account earns after every cost, and what its quadrant promised."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.planning.playbook import Playbook
from kamnb.planning.queries import fetch_query

if TYPE_CHECKING:
    import pandas as pd

PROFIT_UNITS = {
    "cost_to_serve_ltm": "money",
    "margin_after_service": "money",
    "net_profit": "money",
    "profit_known": "money",
    "profit_share": "fraction",
    "days_past_profitable_by": "days",
    "forecast_attainment": "fraction",
}
"""The unit of each column that `measure_profit` returns."""

PROFITS = ("net_profit", "margin_after_service", "margin_ltm")
"""What is left of revenue, after more costs first."""

COSTS = {"margin_ltm": "cost of goods", "cost_to_serve_ltm": "cost to serve", "cost_of_credit": "cost of credit"}
"""The fact that is unknown where a cost is, and what the cost is called."""

QUADRANT_PROMISES = ("strategic_loses", "star_past_promise", "streamline_below_hurdle")
"""Findings of the playbook that say that an account does not earn what its quadrant promises."""


@answer_once
def measure_costs_to_serve(portfolio: Portfolio) -> "pd.DataFrame":
    """Return what serving every account cost in the last twelve months, by kind.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        Columns ``account_id``, ``kind`` ("other" where none is given) and ``amount`` (money), in this order; only what was
        recorded. `explain_costs_to_serve` says whether the table reaches over the twelve months.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> costs = measure_costs_to_serve(open_portfolio(data_folder() / "sample"))
    >>> sorted(costs["kind"].unique())
    ['delivery', 'rebate', 'support', 'visits', 'year-end bonus']
    """
    return fetch_query(portfolio, "costs_to_serve")


@answer_once
def explain_costs_to_serve(portfolio: Portfolio, playbook: Playbook) -> str:
    """Say why cost to serve is unknown for all accounts; empty where the table reaches over the last twelve months."""
    if not portfolio.has("costs_to_serve"):
        return "no costs_to_serve table"
    reach = fetch_query(portfolio, "service_reach", {"slack_days": playbook.profit.slack_days}).iloc[0]
    if reach.isna().any():
        return f"no row in costs_to_serve by {portfolio.as_of}"
    first, last, start = (reach[name].date() for name in ("first_day", "last_day", "starts_on"))
    short = f"costs_to_serve reach from {first} to {last}, not over twelve months ({start} to {portfolio.as_of})"
    return "" if reach["is_covered"] else short


@answer_once
def measure_profit(portfolio: Portfolio, indicators: "pd.DataFrame", costs: "pd.DataFrame", playbook: Playbook) -> "pd.DataFrame":
    """Measure what is left of each account's revenue of the last twelve months after its costs.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    costs : DataFrame
        As `measure_costs_to_serve` returns them.
    playbook : Playbook

    Returns
    -------
    DataFrame
        Indexed as `indicators`; NaN is unknown. ``cost_to_serve_ltm``: unknown, not zero, for an account without a row in
        the twelve months, and for all where the table does not reach over them; ``margin_after_service``, gross margin
        less that; ``net_profit``, also less ``cost_of_credit``: known only where all three costs are; ``profit_known``,
        what is left after the costs that are known, cost of goods at least: net profit is at most that; ``profit_share``,
        of revenue; ``days_past_profitable_by``, since the earliest day from which the account was to earn;
        ``forecast_attainment``, the forecast for the year over its target.
    """
    found = indicators[[]].copy()
    served = costs.groupby("account_id")["amount"].sum().reindex(found.index)
    found["cost_to_serve_ltm"] = float("nan") if explain_costs_to_serve(portfolio, playbook) else served
    found["margin_after_service"] = indicators["margin_ltm"] - found["cost_to_serve_ltm"]
    found["net_profit"] = found["margin_after_service"] - indicators["cost_of_credit"]
    found["profit_known"] = (
        indicators["margin_ltm"] - found["cost_to_serve_ltm"].fillna(0.0) - indicators["cost_of_credit"].fillna(0.0)
    )
    found["profit_share"] = (found["profit_known"] / indicators["revenue_ltm"]).where(indicators["revenue_ltm"] > 0)
    promised = fetch_query(portfolio, "profitable_by").set_index("account_id")["days_past_profitable_by"]
    found["days_past_profitable_by"] = promised.astype(float).reindex(found.index)
    target = indicators["target_year"]
    found["forecast_attainment"] = (indicators["forecast_year"] / target).where(target > 0)
    return found[list(PROFIT_UNITS)]


def choose_profit(facts: "pd.DataFrame", playbook: Playbook) -> str:
    """Return the fullest profit by which accounts can be compared; empty where not even gross margin is known for enough.

    Parameters
    ----------
    facts : DataFrame
        One row per account: ``revenue_ltm`` and each of `PROFITS`.
    playbook : Playbook
        Says for what part of revenue a profit must be known.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.playbook import Playbook
    >>> facts = pd.DataFrame({"revenue_ltm": [90.0, 10.0], "margin_ltm": [30.0, 4.0], "margin_after_service": [20.0, None],
    ...                       "net_profit": [None, 1.0]})
    >>> choose_profit(facts, Playbook.load())
    'margin_after_service'
    """
    revenue = facts["revenue_ltm"].clip(lower=0)
    enough = playbook.profit.least_covered * revenue.sum()
    covered = (name for name in PROFITS if facts[name].notna().any() and revenue[facts[name].notna()].sum() >= enough)
    return next(covered, "")


def rank_profit(facts: "pd.DataFrame", profit: str) -> "pd.DataFrame":
    """Rank accounts by profit and add it up: the whale curve.

    Parameters
    ----------
    facts : DataFrame
        One row per account: ``revenue_ltm`` and the profit.
    profit : str
        One of `PROFITS`. Accounts of which it is unknown, and those without revenue and profit, are left out.

    Returns
    -------
    DataFrame
        Indexed as `facts`, highest profit first: ``profit``, ``cumulative`` (money) and ``customers`` (the part of the
        accounts up to this one, a fraction).

    References
    ----------
    Kaplan & Narayanan (2001), "Measuring and managing customer profitability".

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"revenue_ltm": [9.0, 9.0, 0.0], "net_profit": [-40.0, 140.0, 0.0]}, index=["A", "B", "C"])
    >>> rank_profit(facts, "net_profit")["cumulative"].to_dict()
    {'B': 140.0, 'A': 100.0}
    """
    active = facts["revenue_ltm"].ne(0) | facts[profit].ne(0)
    ranked = facts.loc[active, [profit]].dropna().set_axis(["profit"], axis=1).rename_axis("account_id")
    ranked = ranked.sort_values(["profit", "account_id"], ascending=[False, True])
    ranked["cumulative"] = ranked["profit"].cumsum()
    ranked["customers"] = [place / len(ranked) for place in range(1, len(ranked) + 1)]
    return ranked


def name_missing_costs(facts: "pd.Series[float]") -> list[str]:
    """Name the costs of an account that are unknown, so that its net profit is.

    Examples
    --------
    >>> import pandas as pd
    >>> name_missing_costs(pd.Series({"margin_ltm": 5.0, "cost_to_serve_ltm": None, "cost_of_credit": 1.0}))
    ['cost to serve']
    """
    return [words for name, words in COSTS.items() if facts[[name]].isna().any()]


def name_missing_kinds(costs: "pd.DataFrame", account_id: str) -> list[str]:
    """Name the kinds of cost to serve that are recorded for other accounts and not for this one.

    Parameters
    ----------
    costs : DataFrame
        As `measure_costs_to_serve` returns them.
    account_id : str

    Examples
    --------
    >>> import pandas as pd
    >>> costs = pd.DataFrame({"account_id": ["A", "A", "B"], "kind": ["visits", "rebate", "visits"], "amount": [3.0, 2.0, 4.0]})
    >>> name_missing_kinds(costs, "B")
    ['rebate']
    """
    own = costs.loc[costs["account_id"] == account_id, "kind"]
    return sorted(set(costs["kind"]) - set(own) - {"other"})

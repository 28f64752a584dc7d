"""What is promised and owed between us and each account."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.planning.playbook import Playbook
from kamnb.planning.queries import fetch_query

if TYPE_CHECKING:
    import pandas as pd

NEEDS = {
    "actions_overdue": ("actions.ours", "objectives"),
    "customer_actions_overdue": ("actions.ours", "objectives"),
    "sideless_actions_overdue": ("actions", "objectives"),
    "check_points_overdue": ("actions.checkpoint", "objectives"),
    "check_points_untold": ("actions.checkpoint", "objectives"),
    "complaints_open": ("complaints",),
    "goals": ("customer_goals",),
    "insight_topics": ("insight",),
    "rivals_rated": ("ratings",),
    "criteria_rated": ("ratings",),
}
"""Counts that are zero, and not unknown, for an account without rows where these tables and columns were given; else unknown."""

PROMISE_UNITS = {
    "actions_overdue": "count",
    "customer_actions_overdue": "count",
    "sideless_actions_overdue": "count",
    "check_points_overdue": "count",
    "check_points_untold": "count",
    "days_to_notice": "days",
    "complaints_open": "count",
    "deliveries_promised": "count",
    "deliveries_late": "count",
    "late_delivery_share": "fraction",
    "goals": "count",
    "insight_topics": "count",
    "rivals_rated": "count",
    "criteria_rated": "count",
    "ratings_stale": "count",
    "wallet_stale": "count",
    "overdue_share": "fraction",
}
"""The unit of each column that `measure_promises` returns."""


@answer_once
def measure_promises(portfolio: Portfolio, indicators: "pd.DataFrame", playbook: Playbook) -> "pd.DataFrame":
    """Count what is owed, promised and known, per account.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    playbook : Playbook

    Returns
    -------
    DataFrame
        Indexed as `indicators`. Counts of actions overdue (ours, the customer's, and those of which
        no side is said) and check-points overdue, check-points of which the customer was not told, open complaints, goals,
        insight topics that are not stale; competitors rated, criteria rated of us by others than the manager, whether all ratings
        are stale (1 or 0), and the wallet as last stated; ``days_to_notice`` of the next contract; ``deliveries_promised`` in
        twelve months, ``deliveries_late`` (or incomplete) of them and ``late_delivery_share`` (at least that where it is not said
        of all whether they were complete); ``overdue_share`` of receivables. NaN is unknown.
    """
    parameters = {"insight_months": playbook.staleness.insight_months}
    found = fetch_query(portfolio, "promises", parameters, indicators.index).set_index("account_id").astype(float)
    for column, needs in NEEDS.items():
        is_given = all(portfolio.has(*need.split(".")) for need in needs)
        found[column] = found[column].fillna(0.0) if is_given else float("nan")
    found["overdue_share"] = (indicators["receivables_overdue"] / indicators["receivables_open"]).where(
        indicators["receivables_open"] > 0
    )
    return found.reindex(indicators.index)

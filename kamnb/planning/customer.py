"""What we know of a customer and owe it: insight, goals, contracts, documents, complaints, deliveries."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.planning.playbook import Playbook, Role
from kamnb.planning.queries import fetch_query

if TYPE_CHECKING:
    import pandas as pd

TOPICS = ("marketplace", "strategy", "customers_wants", "value_added", "profit_source")
"""What there is to know of a customer (McDonald & Woodburn)."""

CUSTOMER_UNITS = {
    "stale_topics": "count",
    "unknown_topics": "count",
    "goals_stale": "count",
    "goals_without_delivery": "count",
    "goals_delivered": "count",
    "budget_open": "money",
    "documents_overdue": "count",
    "documents_due": "count",
    "notices_passed": "count",
    "contracts_lapsed": "count",
    "contracts_in_force": "count",
    "notice_step": "months",
    "repeated_causes": "count",
    "deliveries_late_open": "count",
    "goals_unserved": "count",
    "revenue_ending": "money",
}
"""The unit of each column that `measure_customer` returns."""

_ZERO_WITHOUT_ROWS = {
    "stale_topics": ("insight", 0.0),
    "unknown_topics": ("insight", float(len(TOPICS))),
    "goals_stale": ("customer_goals", 0.0),
    "goals_without_delivery": ("customer_goals", 0.0),
    "goals_delivered": ("customer_goals", 0.0),
    "documents_overdue": ("documents", 0.0),
    "documents_due": ("documents", 0.0),
    "notices_passed": ("documents", 0.0),
    "contracts_lapsed": ("documents", 0.0),
    "contracts_in_force": ("documents", 0.0),
    "repeated_causes": ("complaints", 0.0),
    "deliveries_late_open": ("deliveries", 0.0),
    "goals_unserved": ("customer_goals", 0.0),
}
"""What an account without rows has where the table was given."""


@answer_once
def measure_customer(portfolio: Portfolio, indicators: "pd.DataFrame", playbook: Playbook) -> "pd.DataFrame":
    """Count what is known, stale and due, per account.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        Its index names the accounts.
    playbook : Playbook

    Returns
    -------
    DataFrame
        Indexed as `indicators`, the columns of `CUSTOMER_UNITS`: insight topics that are stale and that nobody has written
        on; goals that are stale, and with and without something delivered; ``budget_open`` (budgets less what we delivered,
        each at least 0); documents not signed that are overdue, or due soon; contracts whose notice date has passed, that
        lapsed within twelve months without another in force, and that are in force; ``notice_step`` (the months before the
        next notice date that have been reached: 12, 9, 6 or 3; NaN before that); causes of complaints that came back;
        deliveries late and still open; goals that no objective and no deal serves (NaN where goals are never linked to
        either); ``revenue_ending``, what of the next twelve months, as the last ones were, comes after the end of the contract
        whose notice date is next (money; of a member that of the member). NaN is unknown.
    """
    numbers = playbook.staleness
    parameters = {
        "insight_months": numbers.insight_months,
        "topics": len(TOPICS),
        "due_days": numbers.document_days,
        "notice_steps": list(numbers.notice_steps),
        "repeat_months": numbers.repeat_months,
        "repeat_times": numbers.repeat_times,
    }
    found = fetch_query(portfolio, "customer", parameters, indicators.index).set_index("account_id").astype(float)
    for column, (table, empty) in _ZERO_WITHOUT_ROWS.items():
        if portfolio.has(table):
            found[column] = found[column].fillna(empty)
    if not (portfolio.has("customer_goals", "objective_id") or portfolio.has("customer_goals", "opportunity_id")):
        found["goals_unserved"] = float("nan")
    return found.reindex(indicators.index)


def judge_roles(facts: "pd.Series[float]", roles: tuple[Role, ...]) -> "pd.DataFrame":
    """Say of each part of the two roles of our side what bears it out.

    Parameters
    ----------
    facts : Series
        One account's facts.
    roles : tuple of Role
        Of the playbook.

    Returns
    -------
    DataFrame
        ``role``, ``part``, ``fact``, ``value``, ``at_least`` and ``is_filled`` (1 or 0; NaN where the fact is unknown).
    """
    import pandas as pd

    rows = []
    for role in roles:
        value = facts.get(role.fact, float("nan"))
        known = value == value and (not role.needs or facts.get(role.needs, 0.0) > 0)
        least = role.at_least if role.at_least is not None else float("nan")
        holds = value >= role.at_least if role.at_least is not None else value <= (role.at_most or 0.0)
        rows.append((role.role, role.part, role.fact, value, least, float(holds) if known else float("nan")))
    return pd.DataFrame(rows, columns=["role", "part", "fact", "value", "at_least", "is_filled"])

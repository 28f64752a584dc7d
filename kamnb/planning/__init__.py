"""From facts to plans: findings, promises and the plan of each account."""

from collections.abc import Mapping

from kamnb.indicators import INDICATORS
from kamnb.planning.changes import Changes, Standing, find_changes, since_last_review
from kamnb.planning.effort import EFFORT_UNITS, compare_effort, measure_effort
from kamnb.planning.findings import find_findings
from kamnb.planning.plan import AccountPlan, plan_account, read_plan_tables, take_account
from kamnb.planning.playbook import Playbook, load_playbook
from kamnb.planning.profit import PROFIT_UNITS, explain_costs_to_serve, measure_costs_to_serve, measure_profit
from kamnb.planning.promises import PROMISE_UNITS, measure_promises
from kamnb.planning.receivables import PAYMENT_UNITS, list_open_items, measure_payment
from kamnb.scoring import STAGE_UNITS

__all__ = [
    "EFFORT_UNITS",
    "FACT_UNITS",
    "AccountPlan",
    "Changes",
    "Playbook",
    "Standing",
    "compare_effort",
    "explain_costs_to_serve",
    "find_changes",
    "find_findings",
    "list_open_items",
    "load_playbook",
    "measure_costs_to_serve",
    "measure_effort",
    "measure_payment",
    "measure_profit",
    "measure_promises",
    "plan_account",
    "read_plan_tables",
    "since_last_review",
    "take_account",
]

FACT_UNITS: Mapping[str, str] = {
    **{name: indicator.unit for name, indicator in INDICATORS.items()},
    **STAGE_UNITS,
    **PROMISE_UNITS,
    **PAYMENT_UNITS,
    **PROFIT_UNITS,
    **EFFORT_UNITS,
}
"""The unit of every fact about an account that a finding may test or a sentence may quote."""

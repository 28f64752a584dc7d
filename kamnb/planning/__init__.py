"""From facts to plans: findings, promises and the plan of each account."""

from kamnb.indicators import INDICATORS
from kamnb.planning.changes import Changes, Standing, find_changes, since_last_review
from kamnb.planning.findings import find_findings
from kamnb.planning.plan import AccountPlan, plan_account, read_plan_tables, take_account
from kamnb.planning.playbook import Playbook, load_playbook
from kamnb.planning.promises import PROMISE_UNITS, measure_promises

__all__ = [
    "FACT_UNITS",
    "AccountPlan",
    "Changes",
    "Playbook",
    "Standing",
    "find_changes",
    "find_findings",
    "load_playbook",
    "measure_promises",
    "plan_account",
    "read_plan_tables",
    "since_last_review",
    "take_account",
]

FACT_UNITS = {name: indicator.unit for name, indicator in INDICATORS.items()} | PROMISE_UNITS
"""The unit of every fact about an account that a finding may test or a sentence may quote."""

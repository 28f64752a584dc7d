"""From facts to plans: what is recorded, what follows from it, findings, and the plan of each account."""

from collections.abc import Mapping

from kamnb.indicators import INDICATORS
from kamnb.planning.changes import Changes, Standing, find_changes, since_last_review
from kamnb.planning.completeness import COMPLETENESS_UNITS, list_gaps
from kamnb.planning.customer import CUSTOMER_UNITS, TOPICS, judge_roles
from kamnb.planning.decisions import DECISION_UNITS, choose_pending
from kamnb.planning.effort import EFFORT_UNITS, compare_effort
from kamnb.planning.findings import NAMED, choose_questions, count_findings, find_findings, sum_stakes
from kamnb.planning.groups import GROUP_UNITS, find_parents, find_subsidiaries
from kamnb.planning.objectives import OBJECTIVE_UNITS, choose_initiatives
from kamnb.planning.outlook import OUTLOOK_UNITS
from kamnb.planning.people import PEOPLE_UNITS, weigh_persons
from kamnb.planning.plan import AccountPlan, plan_account, read_plan_tables, take_account
from kamnb.planning.playbook import Playbook
from kamnb.planning.profit import PROFIT_UNITS, explain_costs_to_serve
from kamnb.planning.promises import PROMISE_UNITS
from kamnb.planning.receivables import PAYMENT_UNITS
from kamnb.planning.records import Records, gather_records, measure_plans
from kamnb.planning.schedule import SCHEDULE_UNITS
from kamnb.planning.things import PROPER, list_things
from kamnb.planning.trends import TREND_UNITS
from kamnb.planning.white_space import WHITE_SPACE_UNITS, choose_next_offers
from kamnb.scoring import RIVAL_UNITS, SELECTION_UNITS, STAGE_UNITS

__all__ = [
    "FACT_UNITS", "NAMED", "PROPER", "TOPICS", "AccountPlan", "Changes", "Playbook", "Records", "Standing", "choose_initiatives",
    "choose_next_offers", "choose_pending", "choose_questions", "compare_effort", "count_findings", "explain_costs_to_serve",
    "find_changes", "find_findings", "find_parents", "find_subsidiaries", "gather_records", "judge_roles", "list_gaps",
    "list_things", "measure_plans", "plan_account", "read_plan_tables", "since_last_review", "sum_stakes", "take_account",
    "weigh_persons",
]  # fmt: skip

FACT_UNITS: Mapping[str, str] = {
    **{name: indicator.unit for name, indicator in INDICATORS.items()},
    **STAGE_UNITS,
    **SELECTION_UNITS,
    **RIVAL_UNITS,
    **PROMISE_UNITS,
    **PAYMENT_UNITS,
    **TREND_UNITS,
    **PROFIT_UNITS,
    **PEOPLE_UNITS,
    **CUSTOMER_UNITS,
    **WHITE_SPACE_UNITS,
    **SCHEDULE_UNITS,
    **OBJECTIVE_UNITS,
    **DECISION_UNITS,
    **OUTLOOK_UNITS,
    **EFFORT_UNITS,
    **GROUP_UNITS,
    **COMPLETENESS_UNITS,
}
"""The unit of every fact about an account that a finding may test or a sentence may quote."""

"""How complete and how fresh a plan is, and what would raise it."""

from kamnb.analysis import Analysis
from kamnb.display.formats import is_known, write_share
from kamnb.display.sentences import Prose, write_list
from kamnb.planning import AccountPlan, list_gaps


def list_plan_gaps(analysis: Analysis, plan: AccountPlan) -> Prose:
    """Say how complete and how fresh the plan is, and what would raise it most."""
    complete, fresh = plan.facts["plan_completeness"], plan.facts["plan_freshness"]
    parts = analysis.plan_parts[analysis.plan_parts["account_id"] == plan.account_id]
    gaps = list_gaps(parts, analysis.method.playbook.plan.gaps)
    lines = [f"The plan is {write_share(complete)} complete, and {write_share(fresh)} of what is there is fresh."]
    lines += [f"{row['remedy']} (+{round(row['missing'] * 100)} points {_KINDS[row['kind']]})" for _, row in gaps.iterrows()]
    return write_list(lines if is_known(complete) else [], nothing="How complete the plan is cannot be said.")


_KINDS = {"there": "of completeness", "fresh": "of freshness"}

"""How complete and how fresh a plan is, and what would raise it."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import is_known, write_share
from kamnb.display.parts.sentences import Prose, write_paragraph
from kamnb.planning import AccountPlan, list_gaps


def say_completeness(analysis: Analysis, plan: AccountPlan) -> Prose:
    """Say how complete and how fresh the plan is, and what would raise it most."""
    complete, fresh = plan.facts["plan_completeness"], plan.facts["plan_freshness"]
    parts = analysis.plan_parts[analysis.plan_parts["account_id"] == plan.account_id]
    gaps = list_gaps(parts, analysis.method.playbook.plan.gaps)
    aged = f", and {write_share(fresh)} of what is there is fresh" if is_known(fresh) else ""
    remedies = [_say_gap(row) for _, row in gaps.iterrows()]
    raising = f"What would raise it most: {'; '.join(remedies)}." if remedies else ""
    return write_paragraph(f"The plan is {write_share(complete)} complete{aged}.", raising)


def _say_gap(row: "pd.Series[Any]") -> str:
    remedy = row["remedy"].rstrip(".")
    return f"{remedy[:1].lower()}{remedy[1:]} (+{round(row['missing'] * 100)} points of {_KINDS[row['kind']]})"


_KINDS = {"there": "completeness", "fresh": "freshness"}

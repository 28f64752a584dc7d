"""What past meetings decided, and whether it was done."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import DATE, TEXT
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan, choose_pending

PORTFOLIO = "the portfolio"
"""What a decision is about that names no account."""


def tabulate_decisions(analysis: Analysis, plan: AccountPlan, rows: int) -> Table | None:
    """Put the latest decisions on an account in a table: done, open or overdue."""
    every = analysis.records.decisions
    decisions = every[every["account_id"] == plan.account_id]
    if decisions.empty:
        return None
    formats = {"decided_on": DATE, "decision": TEXT, "owner": TEXT, "due": DATE, "state": TEXT}
    return show_table(decisions[list(formats)].head(rows), "Decisions of past meetings", formats, heads={"decided_on": "Decided"})


def tabulate_pending(analysis: Analysis) -> Table | Prose:
    """Put the decisions of the last meeting, and those of earlier ones that are not done, in a table; overdue ones first."""
    decisions = analysis.records.decisions
    if decisions.empty:
        return Prose("No decisions of an earlier meeting are recorded.")
    pending = choose_pending(decisions)
    labels = label_accounts(analysis.names, 40)
    shown = pending.assign(Account=_label(pending["account_id"], labels))
    formats = {"Account": TEXT, "decision": TEXT, "owner": TEXT, "decided_on": DATE, "due": DATE, "done_on": DATE, "state": TEXT}
    caption = f"Decisions of the last meeting, {DATE(decisions['decided_on'].max())}, and of earlier ones that are not done"
    heads = {"decided_on": "Decided", "done_on": "Done"}
    return show_table(shown[list(formats)], caption, formats, heads=heads, note=_say_kept(decisions))


def _label(accounts: "pd.Series[str]", labels: "pd.Series[str]") -> "pd.Series[str]":
    return accounts.map(labels).fillna(accounts).fillna(PORTFOLIO)


def _say_kept(decisions: pd.DataFrame) -> str:
    counts = decisions["state"].value_counts()
    late = int(counts.get("overdue", 0) + counts.get("done late", 0))
    due = late + int(counts.get("done", 0))
    return f"Of {count_of(due, 'decision')} done or due so far, {late} {'was' if late == 1 else 'were'} not done in time."

"""What is to be decided about an account: at most three questions, each with its money, who and by when."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import COUNT, TEXT, Format, is_known, write_day
from kamnb.display.parts.sentences import Prose, write_list
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.findings import say_finding, say_more, say_question, write_stake
from kamnb.planning import AccountPlan, choose_questions


def tabulate_questions(analysis: Analysis, plan: AccountPlan) -> Table | Prose:
    """Put what is to be decided in a table, the most money first, and say what else there is."""
    asked = _ask(analysis, plan)
    chosen = plan.findings[asked]
    if chosen.empty:
        return Prose("Nothing in the data calls for a decision.")
    manager = analysis.manager_names.get(plan.account_id)
    shown = pd.DataFrame(
        {
            "number": range(1, len(chosen) + 1),
            "question": [say_question(row, plan.facts, plan.currency) for _, row in chosen.iterrows()],
            "at_stake": [write_stake(row, analysis.method.playbook.money, plan.currency) for _, row in chosen.iterrows()],
            "owner": chosen["owner"].fillna(manager if is_known(manager) else "nobody yet").to_numpy(),
            "by": pd.Timestamp(plan.as_of) + pd.to_timedelta(chosen["due_in"].to_numpy(), unit="D"),
        }
    )
    day = Format(lambda value: write_day(value, plan.as_of), numeric=False, wraps=False)
    formats = {"number": COUNT, "question": TEXT, "at_stake": TEXT, "owner": TEXT, "by": day}
    heads = {"number": "", "question": "Question", "owner": "Who"}
    more = say_more(plan.findings[~asked], chosen, plan.currency)
    return show_table(shown, "", formats, heads=heads, note=more)


def list_further(analysis: Analysis, plan: AccountPlan, most: int) -> Prose | None:
    """Say what else was found, beyond the questions, and how much is not said; None where all is asked."""
    asked = _ask(analysis, plan)
    further = plan.findings[~asked]
    told, left = further.head(most), further.iloc[most:]
    lines = [say_finding(row, plan.facts, plan.currency) for _, row in told.iterrows()]
    more = say_more(left, pd.concat([plan.findings[asked], told]), plan.currency)
    return write_list([*lines, *([f"{more[:-1]}, not shown."] if more else [])]) if lines else None


def _ask(analysis: Analysis, plan: AccountPlan) -> "pd.Series[bool]":
    return choose_questions(plan.findings, analysis.method.playbook.deciding.questions)

"""The customer's goals and our initiatives, side by side."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.initiatives import take_objectives
from kamnb.display.parts.formats import TEXT, Format, in_unit, is_known, write_day, write_number
from kamnb.display.parts.names import shorten
from kamnb.display.parts.sentences import Prose, count_of
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan, choose_initiatives

SHOWN = 3
"""Goals on the first page."""
LENGTH = 48
"""Characters of a goal, and of an initiative."""


def tabulate_serving(analysis: Analysis, plan: AccountPlan) -> Table | Prose:
    """Put each goal of the customer beside what of ours serves it, by budget; below, initiatives that serve none."""
    goals, initiatives = plan.tables.get("goals", pd.DataFrame()), _take_initiatives(analysis, plan)
    shown = goals.head(SHOWN)
    served = set(goals["objective"].dropna()) if len(goals) else set()
    rows = [_pair(row, initiatives) for _, row in shown.iterrows()]
    rows += [("none that we know", None, *_write_initiative(row)) for _, row in initiatives.iterrows()
             if row["title"] not in served][: SHOWN - len(rows)]  # fmt: skip
    if not rows:
        return Prose("No goal of theirs and no initiative of ours is recorded.")
    frame = pd.DataFrame(rows, columns=["goal", "budget", "initiative", "due", "done"], dtype=object)
    day = Format(lambda value: write_day(value, plan.as_of), numeric=False, wraps=False)
    formats = {"goal": TEXT, "budget": in_unit(plan.currency), "initiative": TEXT, "due": day, "done": TEXT}
    filled = {name: form for name, form in formats.items() if frame[name].notna().any()}
    heads = {"goal": "Their goal", "initiative": "Our initiative", "due": "By", "done": "Done"}
    more = f"{count_of(len(goals) - SHOWN, 'more goal')} not shown." if len(goals) > SHOWN else ""
    return show_table(frame[list(filled)], "", filled, heads=heads, note=more)


def _take_initiatives(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    return choose_initiatives(take_objectives(analysis, plan), analysis.method.playbook.plan.initiatives)


def _pair(goal: "pd.Series[Any]", initiatives: pd.DataFrame) -> tuple[object, ...]:
    what, budget = shorten(str(goal["goal"]), LENGTH), goal["budget"]
    if is_known(goal["objective"]):
        own = initiatives[initiatives["title"] == goal["objective"]]
        if len(own):
            return (what, budget, *_write_initiative(own.iloc[0]))
        return (what, budget, shorten(str(goal["objective"]), LENGTH), None, None)
    return (what, budget, f"an offer: {goal['deal']}" if is_known(goal["deal"]) else "nothing yet", None, None)


def _write_initiative(row: "pd.Series[Any]") -> tuple[object, ...]:
    title = shorten(str(row["title"]), LENGTH)
    done = f"{write_number(row['actions_done'])} of {write_number(row['actions'])}" if is_known(row["actions"]) else "no action"
    return (title, row["due"], done)

"""Objectives, and the initiatives that lead the plan."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import DATE, TEXT, is_known, write_compact, write_date, write_number
from kamnb.display.parts.sentences import Prose, count_of, write_list
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan, choose_initiatives


def take_objectives(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the objectives of one account, by due date."""
    objectives = analysis.records.objectives
    return objectives[objectives["account_id"] == plan.account_id]


def list_initiatives(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say which initiatives lead the plan, three at most: what, to what end, by when, how far; None without objectives."""
    objectives = take_objectives(analysis, plan)
    still = objectives[~objectives["is_done"].astype(bool)]
    if still.empty:
        return None
    most = analysis.method.playbook.plan.initiatives
    lines = [_say_initiative(row, plan) for _, row in choose_initiatives(objectives, most).iterrows()]
    if len(still) > most:
        lines.append(
            f"{count_of(len(still) - most, 'more objective')} not counted among them: more than {most} cannot lead a plan."
        )
    return write_list(lines)


def _say_initiative(row: "pd.Series[Any]", plan: AccountPlan) -> str:
    goal = f' It serves the customer\'s goal "{row["goal"]}"{_say_budget(row, plan)}.' if is_known(row["goal"]) else ""
    measure = f", measured by {row['measure']}" if is_known(row["measure"]) else ", without a measure"
    target = f" (target {row['target']}{_say_reached(row)})" if is_known(row["target"]) else ""
    due = f", due {write_date(row['due'])}" if is_known(row["due"]) else ", without a date"
    return f"{row['title']}{measure}{target}{due}; {_say_agreed(row)}; {_say_progress(row)}.{goal}"


def _say_reached(row: "pd.Series[Any]") -> str:
    """Say what was measured last, and whether it reaches its target; nothing where nothing was measured."""
    measured = _say_measured(row)
    return f"; {measured}" if measured else ""


def _say_budget(row: "pd.Series[Any]", plan: AccountPlan) -> str:
    return f" (budget {write_compact(row['goal_budget'], plan.currency)})" if is_known(row["goal_budget"]) else ""


def _say_agreed(row: "pd.Series[Any]") -> str:
    agreed = f"agreed with the customer on {write_date(row['agreed_on'])}"
    return agreed if is_known(row["agreed_on"]) else "not agreed with the customer"


def _say_progress(row: "pd.Series[Any]") -> str:
    if not is_known(row["actions"]):
        done = "no action under way"
    elif row["actions_done"] == row["actions"]:
        done = "all actions done, its measure short of the target" if not row["is_done"] else "all actions done"
    else:
        done = f"{write_number(row['actions_done'])} of {count_of(int(row['actions']), 'action')} done"
    return f"past its date, {done}" if row["is_past_due"] and not row["is_done"] else done


def tabulate_objectives(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put the objectives in a table: measure, target, what was last measured, agreed or not, how far."""
    objectives = take_objectives(analysis, plan)
    if objectives.empty:
        return None
    shown = objectives.assign(
        agreed=objectives["agreed_on"].map(DATE).where(objectives["agreed_on"].notna(), "not agreed"),
        measured=objectives.apply(_say_measured, axis=1),
        state=objectives.apply(_say_progress, axis=1),
    )
    formats = {
        "title": TEXT, "measure": TEXT, "target": TEXT, "measured": TEXT, "due": DATE, "agreed": TEXT, "profitable_by": DATE,
        "state": TEXT,
    }  # fmt: skip
    filled = {name: form for name, form in formats.items() if shown[name].notna().any()}
    heads = {"title": "Objective", "measured": "Last measured", "agreed": "Agreed with the customer", "state": "State"}
    return show_table(shown[list(filled)], "Objectives", filled, heads=heads)


def _say_measured(row: "pd.Series[Any]") -> str | None:
    if not is_known(row["value"]):
        return None
    unit = f" {row['unit_of_measure']}" if is_known(row["unit_of_measure"]) else ""
    target = f" of {write_number(row['kpi_target'], 1)}" if is_known(row["kpi_target"]) else ""
    reached = f", {_REACHED[bool(row['is_reached'])]}" if is_known(row["is_reached"]) else ""
    return f"{row['kpi']}: {write_number(row['value'], 1)}{target}{unit} on {DATE(row['measured_on'])}{reached}"


_REACHED = {True: "reached", False: "not reached"}

"""Objectives, and the initiatives that lead the plan."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import DATE, TEXT, is_known, write_number
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan, choose_initiatives


def take_objectives(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the objectives of one account, by due date."""
    objectives = analysis.records.objectives
    return objectives[objectives["account_id"] == plan.account_id]


def _say_progress(row: "pd.Series[Any]") -> str:
    if not is_known(row["actions"]):
        done = "no action under way"
    elif row["actions_done"] == row["actions"]:
        done = "all actions done, its measure short of the target" if not row["is_done"] else "all actions done"
    else:
        done = f"{write_number(row['actions_done'])} of {count_of(int(row['actions']), 'action')} done"
    return f"past its date, {done}" if row["is_past_due"] and not row["is_done"] else done


def tabulate_objectives(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put the objectives in a table, those that lead the plan first: measure, target, last value, agreed or not, how far."""
    objectives = take_objectives(analysis, plan)
    if objectives.empty:
        return None
    leading = choose_initiatives(objectives, len(objectives))
    ordered = pd.concat([leading, objectives.drop(index=leading.index)])
    shown = ordered.assign(
        agreed=ordered["agreed_on"].map(DATE).where(ordered["agreed_on"].notna(), "not agreed"),
        measured=ordered.apply(_say_measured, axis=1),
        state=ordered.apply(_say_progress, axis=1),
    )
    formats = {
        "title": TEXT, "measure": TEXT, "target": TEXT, "measured": TEXT, "due": DATE, "agreed": TEXT, "profitable_by": DATE,
        "state": TEXT,
    }  # fmt: skip
    filled = {name: form for name, form in formats.items() if shown[name].notna().any()}
    heads = {"title": "Objective", "measured": "Last measured", "agreed": "Agreed with the customer", "state": "State"}
    most = analysis.method.playbook.plan.initiatives
    more = f"Of {count_of(len(leading), 'open objective')} the first {most} lead the plan." if len(leading) > most else ""
    return show_table(shown[list(filled)], "Objectives, those that lead the plan first", filled, heads=heads, note=more)


def _say_measured(row: "pd.Series[Any]") -> str | None:
    if not is_known(row["value"]):
        return None
    unit = f" {row['unit_of_measure']}" if is_known(row["unit_of_measure"]) else ""
    target = f" of {write_number(row['kpi_target'], 1)}" if is_known(row["kpi_target"]) else ""
    reached = f", {_REACHED[bool(row['is_reached'])]}" if is_known(row["is_reached"]) else ""
    return f"{row['kpi']}: {write_number(row['value'], 1)}{target}{unit} on {DATE(row['measured_on'])}{reached}"


_REACHED = {True: "reached", False: "not reached"}

"""The customer's copy of the plan: goals, what we agreed, who owes what, deliveries; nothing of what we think of them."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.customer import say_deliveries
from kamnb.display.account.initiatives import take_objectives
from kamnb.display.account.schedule import describe_schedule, plot_schedule
from kamnb.display.parts.formats import DATE, TEXT, in_money, is_known, write_date
from kamnb.display.parts.pictures import show_figure
from kamnb.display.parts.sections import show_section
from kamnb.display.parts.sentences import Prose
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan


def show_head(analysis: Analysis, plan: AccountPlan) -> None:
    """Show for whom the copy is, as of which day, and who of ours answers."""
    show_section(plan.name, Prose(say_about(analysis, plan.account_id)), level=1)


def say_about(analysis: Analysis, account_id: str) -> str:
    """Say for which day the copy holds and who of ours answers."""
    manager = analysis.manager_names[account_id]
    contact = f" Your contact: {manager}." if is_known(manager) else ""
    return f"As of {write_date(analysis.as_of)}.{contact}"


def show_goals(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the customer's goals that an agreed objective serves or that are marked as shared, and what was delivered to each."""
    goals = _take_goals(analysis, plan)
    show_section("Your goals", _table_goals(goals, plan.currency) if len(goals) else None)


def _take_goals(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the goals that the customer has told us or agreed with us; none that is stale, or that is marked as not shared."""
    goals = plan.tables.get("goals")
    if goals is None:
        return pd.DataFrame()
    served = goals["objective_id"].isin(take_agreed(analysis, plan)["objective_id"])
    shared = goals["shared"].fillna(served).astype(bool)
    return goals[shared & ~goals["is_stale"].fillna(False).astype(bool)].sort_values("goal")  # else the largest budget is first


def _table_goals(goals: pd.DataFrame, currency: str) -> Table:
    money = in_money(currency)
    formats = {"goal": TEXT, "project": TEXT, "value_delivered": money}  # what we know of its budgets is not for it
    filled = {name: form for name, form in formats.items() if goals[name].notna().any()}
    heads = {"value_delivered": "Delivered"}
    return show_table(goals[list(filled)], "Your goals, and what we have delivered to them", filled, heads=heads)


def take_agreed(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the objectives that were agreed with the customer, by due date."""
    objectives = take_objectives(analysis, plan)
    return objectives[objectives["agreed_on"].notna()]


def show_objectives(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the objectives agreed with the customer."""
    agreed = take_agreed(analysis, plan)
    formats = {"title": TEXT, "measure": TEXT, "target": TEXT, "due": DATE, "agreed_on": DATE}
    filled = {name: form for name, form in formats.items() if agreed[name].notna().any()}
    heads = {"title": "Objective", "agreed_on": "Agreed"}
    table = show_table(agreed[list(filled)], "What we agreed", filled, heads=heads) if len(agreed) else None
    show_section("Objectives", table)


def show_actions(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the actions of both sides that serve an agreed objective, those done in twelve months too, and check-points."""
    actions = _take_actions(analysis, plan)
    still = actions[actions["is_open"].astype(bool)]
    day = pd.Timestamp(analysis.as_of)
    picture = show_figure(plot_schedule(still, day), describe_schedule(still)) if len(still) else None
    show_section("Actions and check-points", _table_actions(actions, plan.name) if len(actions) else None, picture)


def _take_actions(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the actions of agreed objectives; a check-point of which the customer was not told is not in its copy."""
    schedule = analysis.records.schedule
    agreed = take_agreed(analysis, plan)["objective_id"]
    own = schedule[(schedule["account_id"] == plan.account_id) & schedule["objective_id"].isin(agreed)]
    told = ~own["checkpoint"] | own["customer_informed_on"].notna()
    recent = own["done_on"] > pd.Timestamp(analysis.as_of) - pd.DateOffset(months=12)
    return own[told & ~own["is_cancelled"].astype(bool) & (own["is_open"].astype(bool) | recent)]


def _table_actions(actions: pd.DataFrame, name: str) -> Table:
    shown = actions.assign(
        title=actions["title"].where(~actions["checkpoint"], actions["title"] + " (check-point)"),
        side=actions["ours"].map({True: "we", False: name}).fillna("not said"),
        state=[_say_state(is_open, day, overdue) for is_open, day, overdue in zip(
            actions["is_open"], actions["done_on"], actions["days_overdue"], strict=True)],
    )  # fmt: skip
    formats = {"title": TEXT, "side": TEXT, "owner": TEXT, "due": DATE, "state": TEXT}
    filled = {column: form for column, form in formats.items() if shown[column].notna().any()}
    return show_table(shown[list(filled)], "Who does what by when", filled, heads={"title": "Action", "side": "On the side of"})


def _say_state(is_open: bool, done_on: object, overdue: int) -> str:
    if not is_open:
        return f"done {DATE(done_on)}"
    return "overdue" if overdue > 0 else "open"


def show_deliveries(plan: AccountPlan) -> None:
    """Show deliveries promised and kept."""
    show_section("Deliveries", say_deliveries(plan))

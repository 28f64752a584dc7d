"""Objectives, the initiatives that lead a plan, and how complete the plan is."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.completeness import say_completeness
from kamnb.display.initiatives import list_initiatives, tabulate_decisions, tabulate_objectives
from kamnb.errors import SettingsError
from kamnb.indicators import measure_accounts
from kamnb.planning import choose_initiatives, load_playbook
from kamnb.planning.completeness import check_parts, list_gaps, rate_plans
from kamnb.planning.objectives import list_objectives, measure_objectives
from kamnb.planning.playbook import PlanPart
from kamnb.scoring import Criteria

MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")


def aim(objective_id, **more):
    return {"objective_id": objective_id, "account_id": "A", "title": f"aim {objective_id}"} | more


def act(action_id, objective_id, done=None, status=None):
    row = {"action_id": action_id, "objective_id": objective_id, "title": action_id, "due": "2026-09-01"}
    return row | {"done_on": done, "status": status}


def build(folder, objectives, **tables):
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B"}]
    return make_portfolio(folder, "2026-06-30", accounts=accounts, objectives=objectives, **tables)


OBJECTIVES = [
    aim("1", due="2026-06-29", measure="days", target="2"),
    aim("2", due="2026-12-31", agreed_on="2026-01-01", measure="days"),
    aim("3", due="2026-12-31", agreed_on="2026-01-01", measure="m", target="t"),
    aim("4", due="2026-07-31", agreed_on="2026-01-01", measure="m", target="t"),
    aim("5"),
]
ACTIONS = [act("a", "4", "2026-06-01"), act("b", "4", None, "cancelled"), act("c", "3", "2026-06-01"), act("d", "3")]


def test_objectives_are_counted_open_not_agreed_past_due_and_unmeasured(tmp_path):
    portfolio = build(tmp_path, OBJECTIVES, actions=ACTIONS)
    facts = measure_objectives(portfolio, measure_accounts(portfolio), list_objectives(portfolio))
    assert facts.loc["A"].tolist() == [4, 2, 1, 2], "4 is done; 1 and 5 are not agreed; 1 is past; 2 and 5 lack measure or target"
    assert facts.loc["B"].tolist() == [0, 0, 0, 0]


def test_three_initiatives_lead_agreed_ones_first_then_by_budget_then_by_date(tmp_path):
    goals = [{"goal_id": "g", "account_id": "A", "goal": "grow", "budget": 9, "objective_id": "3", "confirmed_on": "2026-01-01"}]
    portfolio = build(tmp_path, OBJECTIVES, actions=ACTIONS, customer_goals=goals)
    assert choose_initiatives(list_objectives(portfolio), 3)["objective_id"].tolist() == ["3", "2", "1"]
    analysis = analyse(portfolio, MODEL)
    said = str(list_initiatives(analysis, analysis.plan("A"))).splitlines()
    assert said[0] == (
        "aim 3, measured by m (target t), due 31 December 2026; agreed with the customer on 1 January 2026; 1 of 2 actions done. "
        'It serves the customer\'s goal "grow" (budget EUR 9).'
    )
    assert "not agreed with the customer; past its date, no action under way" in said[2]
    assert said[3] == "1 more objective not counted among them: more than 3 cannot lead a plan."
    assert list_initiatives(analysis, analysis.plan("B")) is None


def test_the_latest_value_of_a_kpi_of_the_account_itself_is_shown(tmp_path):
    kpis = [
        {"kpi_id": "K", "objective_id": "1", "name": "days", "yearly_cost": 1, "yearly_benefit": "high", "unit_of_measure": "d"}
    ]
    values = [
        {"kpi_id": "K", "account_id": None, "date": "2026-06-01", "value": 9, "target": 2},
        {"kpi_id": "K", "account_id": "A", "date": "2026-04-01", "value": 5, "target": 2},
        {"kpi_id": "K", "account_id": "A", "date": "2026-05-01", "value": 4, "target": 2},
        {"kpi_id": "K", "account_id": "B", "date": "2026-06-01", "value": 7, "target": 2},
    ]
    portfolio = build(tmp_path, OBJECTIVES, kpis=kpis, kpi_values=values)
    assert list_objectives(portfolio).set_index("objective_id").loc["1", "value"] == 4
    analysis = analyse(portfolio, MODEL)
    assert "days: 4.0 of 2.0 d on 1 May 2026" in str(tabulate_objectives(analysis, analysis.plan("A")))


def test_decisions_are_done_open_or_overdue(tmp_path):
    decided = [
        {"account_id": "A", "decided_on": "2026-05-01", "decision": name, "due": due, "done_on": done}
        for name, due, done in [("x", "2026-06-29", None), ("y", "2026-06-30", None), ("z", "2026-06-01", "2026-06-20")]
    ]
    plan = analyse(build(tmp_path, OBJECTIVES, decisions=decided), MODEL).plan("A")
    assert [row[-1] for row in tabulate_decisions(plan).rows] == ["overdue", "open", "done"]


def part(name, kind="there", weight=1.0, **bound):
    return PlanPart(part=name, fact=name, kind=kind, weight=weight, remedy=f"Get {name}.", **bound)


def test_a_part_counts_in_proportion_and_an_unknown_one_not_at_all():
    parts = (part("goals", at_least=4, weight=3), part("wallet", at_least=1, weight=1), part("late", "fresh", at_most=0))
    index = pd.Index(["A", "B"], name="account_id")
    facts = pd.DataFrame({"goals": [2.0, 9.0], "wallet": [float("nan"), 5.0], "late": [1.0, float("nan")]}, index=index)
    found = check_parts(facts, parts)
    rated = rate_plans(found, facts)
    assert rated["plan_completeness"].tolist() == pytest.approx([0.75 * 0.5, 1.0])
    assert rated["plan_freshness"].tolist()[0] == 0 and pd.isna(rated["plan_freshness"].iloc[1]), "what is not there is not stale"
    gaps = list_gaps(found[found["account_id"] == "A"], 9)
    assert gaps[["part", "missing"]].values.tolist() == [["late", 1.0], ["goals", 0.375], ["wallet", 0.25]]


def test_the_packaged_parts_weigh_a_hundred_of_each_kind():
    for kind in ("there", "fresh"):
        assert sum(each.weight for each in load_playbook().parts if each.kind == kind) == 100
    with pytest.raises(SettingsError, match="give at_least or at_most"):
        load_playbook({"playbook.toml": {"parts": [{"part": "x", "fact": "goals", "weight": 1, "remedy": "r"}]}})


def test_the_page_says_what_would_raise_the_plan_most(tmp_path):
    analysis = analyse(build(tmp_path, OBJECTIVES, actions=ACTIONS), MODEL)
    said = say_completeness(analysis, analysis.plan("A"))
    assert said.startswith("The plan is 25 % complete") and "ask for their goals" in said, (
        "agreed objectives 15, actions 10 of 100"
    )

"""Objectives, the initiatives that lead a plan, and decisions of past meetings."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.initiatives import tabulate_objectives
from kamnb.display.account.serving import tabulate_serving
from kamnb.display.portfolio.decisions import tabulate_decisions
from kamnb.indicators import measure_accounts
from kamnb.planning import choose_initiatives
from kamnb.planning.objectives import OBJECTIVE_UNITS, list_objectives, measure_objectives
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
    counts = list(OBJECTIVE_UNITS)[:5]
    assert facts.loc["A", counts].tolist() == [4, 2, 1, 2, 0], (
        "4 is done; 1 and 5 are not agreed; 1 is past; 2 and 5 lack measure or target"
    )
    assert facts.loc["A", "objectives_planned"] == 0.5, "1 and 3 of four have measure, target and date"
    assert facts.loc["B", counts].tolist() == [0, 0, 0, 0, 0] and pd.isna(facts.loc["B", "objectives_planned"])


def test_without_objectives_their_facts_are_unknown(tmp_path):
    portfolio = make_portfolio(tmp_path, "2026-06-30", accounts=[{"account_id": "A"}])
    assert measure_objectives(portfolio, measure_accounts(portfolio), list_objectives(portfolio)).isna().all(axis=None)


def test_an_objective_due_today_is_not_past(tmp_path):
    portfolio = build(tmp_path, [aim("1", due="2026-06-30"), aim("2", due="2026-06-29")])
    assert list_objectives(portfolio).set_index("objective_id")["is_past_due"].to_dict() == {"1": False, "2": True}


def test_three_initiatives_lead_agreed_ones_first_then_by_budget_then_by_date(tmp_path):
    goals = [{"goal_id": "g", "account_id": "A", "goal": "grow", "budget": 9, "objective_id": "3", "confirmed_on": "2026-01-01"}]
    portfolio = build(tmp_path, OBJECTIVES, actions=ACTIONS, customer_goals=goals)
    assert choose_initiatives(list_objectives(portfolio), 3)["objective_id"].tolist() == ["3", "2", "1"]
    analysis = analyse(portfolio, MODEL)
    table = tabulate_objectives(analysis, analysis.plan("A"))
    assert [row[0] for row in table.rows][:3] == ["aim 3", "aim 2", "aim 1"] and table.rows[-1][0] == "aim 4", "4 is done"
    assert table.rows[0][1:] == ("m", "t", "31 Dec 2026", "1 Jan 2026", "1 of 2 actions done")
    assert table.rows[2][-2:] == ("not agreed", "past its date, no action under way")
    assert table.note == "Of 4 open objectives the first 3 lead the plan."
    assert tabulate_objectives(analysis, analysis.plan("B")) is None
    beside = tabulate_serving(analysis, analysis.plan("A")).rows
    assert beside[0] == ("grow", "0.009", "aim 3", "31 Dec", "1 of 2")
    assert [row[2] for row in beside] == ["aim 3", "aim 2", "aim 1"]


def test_an_objective_that_serves_a_goal_leads_before_one_that_serves_none(tmp_path):
    """Neither goal has a budget: 3 serves one, though it is due later than 2."""
    objectives = [aim("2", due="2026-07-31"), aim("3", due="2026-12-31"), aim("1")]
    goals = [{"goal_id": "g", "account_id": "A", "goal": "grow", "objective_id": "3", "confirmed_on": "2026-01-01"}]
    portfolio = build(tmp_path, objectives, customer_goals=goals)
    assert choose_initiatives(list_objectives(portfolio), 9)["objective_id"].tolist() == ["3", "2", "1"]


def test_the_latest_value_of_a_kpi_of_the_account_itself_is_shown(tmp_path):
    kpis = [kpi("K", desired=None)]
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


def test_decisions_are_done_in_time_or_late_open_or_overdue(tmp_path):
    decided = [
        {"account_id": account, "decided_on": "2026-05-01", "decision": name, "due": due, "done_on": done}
        for account, name, due, done in [
            ("A", "v", None, None), ("A", "w", "2026-06-20", "2026-06-20"), ("A", "x", "2026-06-29", None),
            ("A", "y", "2026-06-30", None), ("A", "z", "2026-06-01", "2026-06-20"), (None, "all", "2026-06-01", None),
        ]
    ]  # fmt: skip
    analysis = analyse(build(tmp_path, OBJECTIVES, decisions=decided), MODEL)
    rows = tabulate_decisions(analysis, analysis.plan("A"), 8).rows
    assert [row[-1] for row in rows] == ["open", "done", "overdue", "open", "done late"]
    assert analysis.plan_facts["decisions_overdue"].tolist() == [1, 0], "that of the whole portfolio is no account's"
    assert analysis.findings.query("finding == 'decisions_overdue'")["account_id"].tolist() == ["A"]


def kpi(kpi_id, desired="down", name="days", objective_id="1"):
    row = {"kpi_id": kpi_id, "objective_id": objective_id, "name": name, "desired": desired}
    return row | {"yearly_cost": 1, "yearly_benefit": "high", "unit_of_measure": "d"}


def value(kpi_id, number, target=2.0, day="2026-05-01"):
    return {"kpi_id": kpi_id, "account_id": "A", "date": day, "value": number, "target": target}


@pytest.mark.parametrize(
    "desired, number, target, reached",
    [
        ("down", 2, 2, True), ("down", 2.1, 2, False), ("up", 2, 2, True), ("up", 1.9, 2, False), (None, 2, 2, None),
        ("up", 2, None, None),
    ],
)  # fmt: skip
def test_a_value_reaches_its_target_in_the_desired_way(tmp_path, desired, number, target, reached):
    portfolio = build(tmp_path, [aim("1")], kpis=[kpi("K", desired)], kpi_values=[value("K", number, target)])
    found = list_objectives(portfolio)["is_reached"].iloc[0]
    assert pd.isna(found) if reached is None else found == reached


def test_an_objective_short_of_its_target_is_not_done_though_all_its_actions_are(tmp_path):
    done = [act("a", "1", "2026-06-01"), act("b", "2", "2026-06-01")]
    objectives = [aim("1", measure="days", target="2 days", due="2026-06-01"), aim("2", due="2026-06-01")]
    kpis, values = [kpi("K"), kpi("L", name="late")], [value("K", 1), value("L", 5, day="2026-04-01")]
    analysis = analyse(build(tmp_path, objectives, actions=done, kpis=kpis, kpi_values=values), MODEL)
    found = analysis.records.objectives.set_index("objective_id")
    assert found.loc["1", ["kpi", "is_reached", "is_done"]].tolist() == ["late", False, False], "the KPI that is short is told"
    assert bool(found.loc["2", "is_done"])
    assert analysis.plan_facts.loc["A", ["objectives_short", "objectives_past_due"]].tolist() == [1, 1]
    assert "objectives_short" in set(analysis.findings["finding"])
    plan = analysis.plan("A")
    rows = tabulate_objectives(analysis, plan).rows
    assert "late: 5.0 of 2.0 d on 1 Apr 2026, not reached" in rows[0]
    assert rows[0][-1] == "past its date, all actions done, its measure short of the target"
    assert rows[1][-1] == "all actions done", "done is never past its date"

"""Findings and promises: nothing is claimed from what is unknown."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.errors import SettingsError
from kamnb.indicators import measure_accounts
from kamnb.planning import FACT_UNITS, Playbook, find_findings, read_plan_tables
from kamnb.planning.amounts import name_facts
from kamnb.planning.promises import measure_promises

AS_OF = "2026-06-30"


def frame(**values):
    return pd.DataFrame(values, index=pd.Index(["A"], name="account_id"))


def test_the_packaged_playbook_names_only_known_facts():
    known = set(FACT_UNITS)
    for name, rule in Playbook.load().findings.items():
        used = {condition.fact for condition in rule.when if condition.fact} | ({rule.due, rule.owner} - {""})
        used |= {fact for stake in rule.stake for fact in name_facts(stake.amount)} - {"limit"}
        used |= {part.split("}")[0].removeprefix("named_") for part in (rule.sentence + rule.decision).split("{")[1:]}
        assert used <= known, f"{name} names {used - known}"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"margin_ltm": [-1.0]}, {"sold_below_cost"}),
        ({"margin_ltm": [0.0]}, set()),
        ({"margin_ltm": [float("nan")]}, set()),
        ({"revenue_growth": [-0.11], "revenue_swings": [-3.1], "is_silent": [0.0]}, {"revenue_falls"}),
        ({"revenue_growth": [-0.10], "revenue_swings": [-3.1], "is_silent": [0.0]}, set()),
        ({"revenue_growth": [-0.40], "revenue_swings": [-3.0], "is_silent": [0.0]}, set()),
        ({"is_silent": [1.0], "revenue_prior": [5.0]}, {"silent"}),
        ({"actions_overdue": [1.0], "complaints_open": [2.0]}, {"promises_overdue", "open_complaints"}),
    ],
)
def test_a_finding_applies_from_its_limit_on(facts, expected):
    assert set(find_findings(frame(**facts), pd.Series("status", index=["A"]), Playbook.load())["finding"]) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"white_space_idle_share": [1.01]}, {"white_space_idle"}),
        ({"white_space_idle_share": [1.0]}, set()),
        ({"goals": [1.0], "deals_serving_goals": [0.0], "open_pipeline": [1.0]}, {"deals_serve_no_goal"}),
        ({"goals": [1.0], "deals_serving_goals": [1.0], "open_pipeline": [1.0]}, set()),
        ({"goals": [1.0], "deals_serving_goals": [0.0], "open_pipeline": [0.0]}, set()),
        ({"goals": [1.0], "open_pipeline": [1.0]}, set()),
        ({"actions_slipped": [2.0]}, {"actions_slip"}),
        ({"actions_slipped": [1.0]}, set()),
        ({"knock_on_days": [1.0], "objectives_pushed": [1.0]}, {"knock_on", "objective_pushed"}),
        ({"knock_on_days": [0.0], "objectives_pushed": [0.0]}, set()),
        ({"actions_in_circle": [2.0], "actions_unowned": [1.0]}, {"actions_in_circle", "actions_unowned"}),
        ({"check_points_untold": [1.0], "decisions_overdue": [1.0]}, {"check_points_untold", "decisions_overdue"}),
        ({"objectives_short": [1.0], "objectives_past_due": [1.0]}, {"objectives_short", "objectives_past_due"}),
        ({"plan_completeness": [0.59], "plan_freshness": [0.49]}, {"thin_plan", "stale_plan"}),
        ({"plan_completeness": [0.60], "plan_freshness": [0.50]}, set()),
    ],
)
def test_a_finding_about_the_plan_of_an_account_we_invest_in(facts, expected):
    assert set(find_findings(frame(**facts), pd.Series("star", index=["A"]), Playbook.load())["finding"]) == expected


def test_a_rule_for_some_quadrants_skips_the_others_and_those_not_placed():
    facts = frame(goals=[0.0])
    for place, expected in (("star", {"no_goals"}), ("status", set()), (None, set())):
        found = find_findings(facts, pd.Series([place], index=facts.index), Playbook.load())
        assert set(found["finding"]) == expected, place


def test_promises_are_counted_as_of_the_day(tmp_path):
    action = {"objective_id": "O", "ours": "true", "done_on": None}
    portfolio = make_portfolio(
        tmp_path,
        AS_OF,
        accounts=[{"account_id": "A"}, {"account_id": "B"}],
        objectives=[{"objective_id": "O", "account_id": "A", "title": "grow"}],
        actions=[
            action | {"action_id": "1", "title": "late", "due": "2026-06-29"},
            action | {"action_id": "2", "title": "done later", "due": "2026-06-01", "done_on": "2026-07-05"},
            action | {"action_id": "3", "title": "done", "due": "2026-06-01", "done_on": "2026-06-20"},
            action | {"action_id": "4", "title": "theirs", "due": "2026-06-01", "ours": "false"},
            action | {"action_id": "5", "title": "due today", "due": "2026-06-30"},
        ],
        complaints=[{"account_id": "A", "opened_on": "2026-05-01", "cause": "late", "resolved_on": "2026-07-01"}],
        documents=[
            {"document_id": "D", "account_id": "A", "kind": "contract", "notice_by": "2026-07-10"},
            {"document_id": "E", "account_id": "A", "kind": "act", "notice_by": "2026-07-02"},
        ],
    )
    promises = measure_promises(portfolio, measure_accounts(portfolio), Playbook.load())
    assert promises.loc["A", "actions_overdue"] == 2
    assert promises.loc["A", "customer_actions_overdue"] == 1
    assert promises.loc["A", "complaints_open"] == 1
    assert promises.loc["A", "days_to_notice"] == 10
    assert promises.loc["B", "actions_overdue"] == 0
    assert pd.isna(promises.loc["A", "goals"]), "no customer_goals table: unknown, not zero"


def test_a_plan_has_only_the_tables_that_were_given(tmp_path):
    goal = {"goal_id": "G", "account_id": "A", "goal": "halve waste", "confirmed_on": "2025-06-29"}
    portfolio = make_portfolio(tmp_path, AS_OF, accounts=[{"account_id": "A"}], customer_goals=[goal])
    tables = read_plan_tables(portfolio, "A", Playbook.load())
    assert list(tables) == ["goals"]
    assert bool(tables["goals"]["is_stale"].iloc[0])


def test_five_years_take_the_latest_statement(tmp_path):
    target = {"account_id": "A", "period": "2026", "measure": "revenue", "kind": "target"}
    portfolio = make_portfolio(
        tmp_path,
        AS_OF,
        invoices=[
            {"account_id": "A", "date": "2026-01-05", "amount": 10, "cost": 4},
            {"account_id": "A", "date": "2026-07-05", "amount": 99, "cost": 1},
        ],
        targets=[target | {"amount": 80, "stated_on": "2025-12-01"}, target | {"amount": 100, "stated_on": "2026-02-01"}],
    )
    years = read_plan_tables(portfolio, "A", Playbook.load())["years"].set_index("fiscal_year")
    assert list(years.index) == [2024, 2025, 2026, 2027, 2028]
    assert years.loc[2026, ["revenue", "margin", "target"]].tolist() == [10, 6, 100]
    assert years.loc[2025, "revenue"] != years.loc[2025, "revenue"], "a year without invoices is unknown here, not zero"


def test_a_wrong_playbook_is_refused_with_every_fault():
    own = {
        "findings": {"x": {"urgency": 9, "when": [{"fact": "a"}], "sentence": "", "decision": "", "stake": ""}},
        "staleness": {"insight_month": 9},
    }
    with pytest.raises(SettingsError) as raised:
        Playbook.load({"playbook.toml": own})
    for fault in (
        "findings.x.urgency",
        'staleness.insight_month: unknown setting; did you mean "insight_months"?',
        "a condition",
    ):
        assert fault in str(raised.value)

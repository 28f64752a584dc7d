"""How complete and how fresh a plan is, and what would raise it."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.completeness import say_completeness
from kamnb.errors import SettingsError
from kamnb.planning import FACT_UNITS, Playbook
from kamnb.planning.completeness import check_parts, list_gaps, measure_shares, rate_plans
from kamnb.planning.playbook import PlanPart
from kamnb.scoring import Criteria

MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")


def part(name, kind="there", weight=1.0, **bound):
    return PlanPart(part=name, fact=name, kind=kind, weight=weight, remedy=f"Get {name}.", **bound)


def test_a_part_counts_in_proportion_and_an_unknown_one_not_at_all():
    parts = {
        "goals": part("goals", at_least=4, weight=3),
        "wallet": part("wallet", at_least=1),
        "late": part("late", "fresh", at_most=0),
    }
    index = pd.Index(["A", "B"], name="account_id")
    facts = pd.DataFrame({"goals": [2.0, 9.0], "wallet": [float("nan"), 5.0], "late": [1.0, float("nan")]}, index=index)
    found = check_parts(facts, parts)
    rated = rate_plans(found, facts)
    assert rated["plan_completeness"].tolist() == pytest.approx([0.75 * 0.5, 1.0])
    assert rated["plan_freshness"].tolist()[0] == 0 and pd.isna(rated["plan_freshness"].iloc[1]), "what is not there is not stale"
    gaps = list_gaps(found[found["account_id"] == "A"], 9)
    assert gaps[["part", "missing"]].values.tolist() == [["late", 1.0], ["goals", 0.375], ["wallet", 0.25]]


def test_freshness_is_over_what_is_known():
    """Of two parts one is unknown: the other is all there is, and the points of both kinds are apart."""
    parts = {"a": part("a", "fresh", 3, at_least=1), "b": part("b", "fresh", 1, at_least=1), "c": part("c", at_least=1)}
    facts = pd.DataFrame({"a": [float("nan")], "b": [0.5], "c": [1.0]}, index=pd.Index(["A"], name="account_id"))
    found = check_parts(facts, parts)
    assert rate_plans(found, facts).iloc[0].tolist() == [1.0, 0.5]
    assert list_gaps(found, 9)[["part", "missing"]].values.tolist() == [["b", 0.5]]


def test_gaps_of_the_same_size_are_told_in_the_order_of_the_playbook():
    parts = {name: part(name, at_least=1) for name in "zay"}
    found = check_parts(pd.DataFrame({"a": [0.5]}, index=pd.Index(["A"], name="account_id")), parts)
    assert list_gaps(found, 9)["part"].tolist() == ["z", "y", "a"] and list_gaps(found, 1)["part"].tolist() == ["z"]


def test_shares_are_unknown_where_there_is_nothing_to_share():
    columns = (
        "insight_topics", "stale_topics", "goals", "goals_stale", "objectives_open", "objectives_past_due", "actions_open",
        "actions_overdue", "customer_actions_overdue", "sideless_actions_overdue", "actions_unowned",
    )  # fmt: skip
    nothing, some = [0.0] * 11, [1, 3, 2, 1, 4, 1, 10, 1, 1, 1, 5]
    found = measure_shares(pd.DataFrame([nothing, some], columns=columns))
    assert found.iloc[0].isna().all()
    assert found.iloc[1].tolist() == pytest.approx([0.25, 0.5, 0.75, 0.7, 0.5])


def test_the_packaged_parts_weigh_a_hundred_of_each_kind_and_rest_on_facts_that_there_are():
    parts = Playbook.load().parts
    for kind in ("there", "fresh"):
        assert sum(each.weight for each in parts.values() if each.kind == kind) == 100
    assert {each.fact for each in parts.values()} <= set(FACT_UNITS)
    with pytest.raises(SettingsError, match="give at_least or at_most"):
        Playbook.load({"playbook.toml": {"parts": {"x": {"part": "x", "fact": "goals", "weight": 1, "remedy": "r"}}}})


ACTIONS = [
    {"action_id": "a", "objective_id": "1", "title": "a", "due": "2026-06-01", "owner": "Kim"},
    {"action_id": "b", "objective_id": "1", "title": "b", "due": "2026-09-01"},
    {"action_id": "c", "objective_id": "1", "title": "c", "due": "2026-09-01", "owner": "Kim"},
    {"action_id": "d", "objective_id": "1", "title": "d", "due": "2026-09-01", "owner": "Kim"},
]
AIM = {
    "objective_id": "1", "account_id": "A", "title": "grow", "measure": "m", "target": "t", "due": "2026-12-31",
    "agreed_on": "2026-01-01",
}  # fmt: skip


def build(folder, own=None, **tables):
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B"}]
    portfolio = make_portfolio(folder, "2026-06-30", accounts=accounts, objectives=[AIM], actions=ACTIONS, **tables)
    return analyse(portfolio if own is None else replace_own(portfolio, own), MODEL)


def replace_own(portfolio, own):
    from dataclasses import replace

    return replace(portfolio, own=own)


def test_the_page_says_what_would_raise_the_plan_most(tmp_path):
    """Agreed 10, planned 5, actions 5, owners of three in four 3.75; in time: objectives 5 of 5, actions 11.25 of 15."""
    analysis = build(tmp_path)
    said = say_completeness(analysis, analysis.plan("A"))
    assert said.startswith("The plan is 24 % complete, and 81 % of what is there is fresh.")
    assert "What would raise it most: get done what is overdue on either side, or agree on a new date (+19 points" in said
    assert analysis.plan_facts.loc["A", "plan_completeness"] == pytest.approx(0.2375)
    assert analysis.plan_facts.loc["A", "plan_freshness"] == pytest.approx(16.25 / 20)


def test_an_account_of_which_nothing_is_recorded_is_not_called_fresh(tmp_path):
    analysis = build(tmp_path)
    assert say_completeness(analysis, analysis.plan("B")).startswith("The plan is 0 % complete. What would raise it most: ask")


def test_a_weight_of_the_workbook_changes_what_it_should(tmp_path):
    """Agreed objectives weigh 110 instead of 10: 123.75 of 200."""
    own = {"playbook.toml": {"parts": {"agreed": {"weight": 110}}}}
    before, after = build(tmp_path / "1").plan_facts, build(tmp_path / "2", own).plan_facts
    assert after.loc["A", "plan_completeness"] == pytest.approx(123.75 / 200)
    others = [column for column in before if column != "plan_completeness"]
    pd.testing.assert_frame_equal(before[others], after[others])


def test_contracts_in_force_and_stale_wallets_count(tmp_path):
    documents = [
        {"document_id": "1", "account_id": "A", "kind": "contract", "signed_on": "2025-01-01", "expires": "2026-06-30"},
        {"document_id": "2", "account_id": "B", "kind": "contract", "signed_on": "2025-01-01", "expires": "2026-06-29"},
        {"document_id": "3", "account_id": "B", "kind": "contract", "expires": "2027-06-29"},
    ]
    wallet = [
        {"account_id": "A", "year": 2025, "likely": 5, "stated_on": "2025-07-01"},
        {"account_id": "B", "year": 2025, "likely": 5, "stated_on": "2025-06-30"},
    ]
    facts = build(tmp_path, documents=documents, wallet=wallet).plan_facts
    assert facts["contracts_in_force"].tolist() == [1, 0], "in force to its last day; one not signed is not"
    assert facts["wallet_stale"].tolist() == [0, 1], "stale after twelve months to the day"


def test_thin_and_stale_plans_of_accounts_we_invest_in_are_findings(tmp_path):
    overrides = [
        {"account_id": account, "what": "quadrant", "value": "star", "by": "Kim", "reason": "new", "stated_on": "2026-01-01",
         "expires": "2026-12-31"} for account in "AB"
    ]  # fmt: skip
    found = build(tmp_path, overrides=overrides).findings
    thin = found[found["finding"].isin(["thin_plan", "stale_plan"])]
    assert sorted(thin[["account_id", "finding"]].values.tolist()) == [["A", "thin_plan"], ["B", "thin_plan"]]

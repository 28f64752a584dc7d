"""The customer: insight, goals, contracts, documents, complaints, deliveries; every rule by hand."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.customer import (
    say_deliveries,
    say_roles,
    tabulate_complaints,
    tabulate_contracts,
    tabulate_goals,
    tabulate_insight,
)
from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook, judge_roles
from kamnb.planning.customer import measure_customer
from kamnb.scoring import Criteria

BOOK = Playbook.load()
MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")


def build(folder, **tables):
    rows = {name: [{"account_id": "A"} | row for row in given] for name, given in tables.items()}
    return make_portfolio(folder, "2026-06-30", accounts=[{"account_id": "A", "name": "Alpha"}, {"account_id": "B"}], **rows)


def facts_of(folder, **tables):
    portfolio = build(folder, **tables)
    return measure_customer(portfolio, measure_accounts(portfolio), BOOK)


def topic(name, day):
    return {"topic": name, "text": f"about {name}", "confirmed_on": day, "source": "talk"}


def test_a_topic_is_stale_after_twelve_months_and_the_latest_entry_counts(tmp_path):
    insight = [
        topic("strategy", "2025-06-30"),  # twelve months: stale
        topic("marketplace", "2025-07-01"),
        topic("value_added", "2020-01-01"),
        topic("value_added", "2026-01-01"),
    ]
    facts = facts_of(tmp_path, insight=insight)
    assert facts.loc["A", ["stale_topics", "unknown_topics"]].tolist() == [1, 2]
    assert facts.loc["B", ["stale_topics", "unknown_topics"]].tolist() == [0, 5]


def goal(number, **more):
    return {"goal_id": str(number), "goal": f"goal {number}", "confirmed_on": "2026-01-01"} | more


def test_goals_are_counted_by_what_we_delivered(tmp_path):
    goals = [
        goal(1, budget=100, value_delivered=40),
        goal(2, budget=50, value_delivered=70),
        goal(3, budget=30),
        goal(4, confirmed_on="2025-01-01", value_delivered=0),
    ]
    facts = facts_of(tmp_path, customer_goals=goals)
    columns = ["goals_stale", "goals_without_delivery", "goals_delivered", "budget_open"]
    assert facts.loc["A", columns].tolist() == [1, 2, 2, 90]
    assert facts.loc["B", columns[:3]].tolist() == [0, 0, 0] and pd.isna(facts.loc["B", "budget_open"])


def contract(number=1, signed="2024-01-01", **more):
    return {"document_id": str(number), "kind": "contract", "signed_on": signed} | more


@pytest.mark.parametrize(
    ("notice", "step"),
    [
        ("2027-07-01", None),
        ("2027-06-30", 12),
        ("2027-03-31", 12),
        ("2027-03-30", 9),
        ("2026-12-30", 6),
        ("2026-09-30", 3),
        ("2026-06-30", 3),
        ("2026-06-29", None),
    ],
)
def test_the_step_before_a_notice_date_is_the_last_one_reached(tmp_path, notice, step):
    found = facts_of(tmp_path, documents=[contract(notice_by=notice, expires="2028-01-01")]).loc["A", "notice_step"]
    assert pd.isna(found) if step is None else found == step


def test_a_contract_has_lapsed_where_no_other_is_in_force(tmp_path):
    lapsed = contract(1, expires="2026-05-31")
    assert facts_of(tmp_path / "1", documents=[lapsed]).loc["A", "contracts_lapsed"] == 1
    assert facts_of(tmp_path / "2", documents=[lapsed, contract(2, expires="2027-05-31")]).loc["A", "contracts_lapsed"] == 0
    assert facts_of(tmp_path / "3", documents=[contract(1, expires="2025-06-30")]).loc["A", "contracts_lapsed"] == 0
    passed = contract(1, notice_by="2026-06-29", expires="2026-12-31")
    assert facts_of(tmp_path / "4", documents=[passed]).loc["A", "notices_passed"] == 1


def test_documents_are_overdue_or_due_soon_until_they_are_signed(tmp_path):
    def report(number, due, signed=None):
        return {"document_id": str(number), "kind": "report", "due": due, "signed_on": signed}

    documents = [report(1, "2026-06-29"), report(2, "2026-06-29", "2026-06-01"), report(3, "2026-07-30"), report(4, "2026-07-31")]
    assert facts_of(tmp_path, documents=documents).loc["A", ["documents_overdue", "documents_due"]].tolist() == [1, 1]


def complaint(cause, day, resolved=None):
    return {"cause": cause, "opened_on": day, "resolved_on": resolved}


def test_a_cause_comes_back_with_the_third_complaint_in_two_years(tmp_path):
    twice = [complaint("Seal leaks", "2026-01-01"), complaint(" seal LEAKS ", "2025-01-01")]
    assert facts_of(tmp_path / "1", complaints=twice).loc["A", "repeated_causes"] == 0
    old = [*twice, complaint("seal leaks", "2024-06-30")]
    assert facts_of(tmp_path / "2", complaints=old).loc["A", "repeated_causes"] == 0
    thrice = [*twice, complaint("seal leaks", "2024-07-01")]
    assert facts_of(tmp_path / "3", complaints=thrice).loc["A", "repeated_causes"] == 1
    nameless = [complaint(None, "2026-01-01")] * 3
    assert facts_of(tmp_path / "4", complaints=nameless).loc["A", "repeated_causes"] == 0


def test_nothing_is_counted_of_tables_that_are_not_there(tmp_path):
    assert facts_of(tmp_path).isna().all(axis=None)


def test_a_part_of_a_role_is_borne_out_lacking_or_unknown():
    facts = pd.Series({"insight_topics": 4.0, "goals_delivered": 0.0, "actions_overdue": 0.0, "actions_open": 0.0})
    found = judge_roles(facts, BOOK.roles).set_index("part")["is_filled"]
    assert found["expert in the customer"] == 1 and found["value developer"] == 0
    assert pd.isna(found["point of accountability"]), "without an action nothing is borne out"
    assert pd.isna(found["reach across functions"])
    busy = judge_roles(facts.mask(facts.index == "actions_open", 2.0), BOOK.roles)
    assert busy.set_index("part").loc["point of accountability", "is_filled"] == 1


def deliver(promised, delivered, complete=True):
    return {"promised_on": promised, "delivered_on": delivered, "complete": complete}


def test_the_page_tells_the_customers_side(tmp_path):
    portfolio = build(
        tmp_path,
        customer_goals=[goal(1, budget=100, value_delivered=40, confirmed_on="2025-01-01")],
        insight=[topic("strategy", "2026-01-01")],
        documents=[contract(1, notice_by="2026-09-30", expires="2026-12-31"), contract(2, signed=None)],
        complaints=[
            complaint("Seal", "2026-01-01"),
            complaint("seal", "2026-02-01"),
            complaint("SEAL", "2026-03-01", "2026-03-09"),
        ],
        deliveries=[
            deliver("2026-05-01", "2026-05-01"),
            deliver("2026-05-02", "2026-05-03"),
            deliver("2026-05-03", "2026-05-03", False),
            deliver("2026-05-04", None),
            deliver("2026-05-05", "2026-05-06", False),
            deliver("2025-05-04", "2025-05-04"),
        ],
    )
    analysis = analyse(portfolio, MODEL)
    plan = analysis.plan("A")
    assert plan.facts["deliveries_late_open"] == 1
    assert say_deliveries(plan) == (
        "Of 5 deliveries promised in twelve months 20 % came on time and complete, against 1 of 1 in the twelve months "
        "before. The others: 1 late, 1 incomplete, 1 late and incomplete, 1 not made until now."
    )
    assert "1 Jan 2025 (stale)" in str(tabulate_goals(plan)) and "nothing yet" in str(tabulate_goals(plan))
    assert str(tabulate_insight(plan)).count("not known") == 4
    assert "notice by 30 September 2026, in 92 days (3-month step)" in str(tabulate_contracts(analysis, plan))
    assert "not signed" in str(tabulate_contracts(analysis, plan))
    assert "(comes back)" in str(tabulate_complaints(analysis, plan))
    assert "lacking expert in the customer (insight topics that are fresh, of five: 1)" in say_roles(analysis, plan)
    nothing = analysis.plan("B")
    shown = [show(nothing) for show in (tabulate_goals, tabulate_insight, say_deliveries)]
    assert shown == [None, None, None] and tabulate_contracts(analysis, nothing) is None

"""What a review looks back on, where the year stands, and how findings are counted."""

import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.portfolio.decisions import tabulate_pending
from kamnb.display.portfolio.flags import tabulate_flags
from kamnb.display.portfolio.owed import tabulate_notices, tabulate_owed
from kamnb.display.portfolio.targets import say_gap, tabulate_gaps
from kamnb.planning import choose_pending
from kamnb.planning.decisions import list_decisions
from kamnb.scoring import Criteria

DAY = "2026-06-30"
MODEL = Criteria.from_toml("""
[attractiveness.size]
weight = 100
annual_spend = { weight = 100, anchors = [[0, 0], [100, 10]] }
[strength.view]
weight = 100
trust = { from = "ratings", weight = 100 }
""")
PLACES = {"S1": (90, 9), "S2": (90, 8), "T1": (90, 1), "U1": (10, 9), "L1": (10, 1), "L2": (10, 2)}
"""S is for the Strategic quadrant, T for Star, U for Status, L for Streamline: annual spend and rating."""


def build(folder, **tables):
    accounts = [
        {
            "account_id": account,
            "name": f"Name {account}",
            "annual_spend": spend,
            "account_manager": "M1" if account < "T" else "M2",
        }
        for account, (spend, _) in PLACES.items()
    ]
    ratings = [
        {
            "account_id": account,
            "criterion": "trust",
            "score": score,
            "rated_on": "2026-01-10",
            "rater": "X",
            "rater_kind": "colleague",
        }
        for account, (_, score) in PLACES.items()
    ]
    given = {"accounts": accounts, "ratings": ratings} | tables
    return analyse(make_portfolio(folder, DAY, **given), MODEL)


def decide(day, what, due=None, done=None, account="S1"):
    return {"account_id": account, "decided_on": day, "decision": what, "due": due, "done_on": done, "owner": "Ann"}


DECISIONS = [
    decide("2026-05-01", "last, done", "2026-06-01", "2026-06-01"),
    decide("2026-05-01", "last, late", "2026-06-01", "2026-06-02"),
    decide("2026-05-01", "last, open", "2026-06-30"),
    decide("2026-02-01", "earlier, overdue", "2026-06-29", account=None),
    decide("2026-02-01", "earlier, no day"),
    decide("2026-02-01", "earlier, done", "2026-03-01", "2026-02-20"),
]


def test_a_meeting_looks_back_on_its_last_decisions_and_on_older_ones_not_done(tmp_path):
    portfolio = make_portfolio(tmp_path, DAY, accounts=[{"account_id": "S1"}], decisions=DECISIONS)
    pending = choose_pending(list_decisions(portfolio))
    assert pending[["decision", "state"]].values.tolist() == [
        ["earlier, overdue", "overdue"], ["last, open", "open"], ["earlier, no day", "open"], ["last, late", "done late"],
        ["last, done", "done"],
    ]  # fmt: skip


def test_decisions_name_their_account_or_the_portfolio_and_say_how_many_were_kept(tmp_path):
    table = tabulate_pending(build(tmp_path, decisions=DECISIONS))
    assert [row[0] for row in table.rows] == ["the portfolio", "Name S1", "Name S1", "Name S1", "Name S1"]
    assert table.caption == "Decisions of the last meeting, 1 May 2026, and of earlier ones that are not done"
    assert table.note == "Of 4 decisions done or due so far, 2 were not done in time."


def test_a_review_without_decisions_says_so(tmp_path):
    assert tabulate_pending(build(tmp_path)) == "No decisions of an earlier meeting are recorded."


def sell(account, amount, day="2026-03-15"):
    return {"account_id": account, "date": day, "amount": amount}


def aim(account, amount, kind="target"):
    return {"account_id": account, "period": "2026", "measure": "revenue", "kind": kind, "amount": amount}


REACH = [sell("S1", 1, "2025-01-10"), sell("L1", 1, DAY)]
"""What makes the invoices reach over the year to date."""


def test_the_gap_to_target_is_that_of_accounts_with_revenue_and_target_summed_by_manager(tmp_path):
    analysis = build(
        tmp_path,
        invoices=[sell("S1", 40e3), sell("S2", 70e3), sell("T1", 10e3), sell("U1", 99e3), *REACH],
        targets=[aim("S1", 100e3), aim("S2", 120e3), aim("T1", 40e3), aim("S1", 90e3, "forecast"), aim("S2", 130e3, "forecast")],
    )  # fmt: skip
    half = 181 / 365
    facts = analysis.plan_facts["target_to_date"]
    assert facts[["S1", "S2", "T1"]].tolist() == pytest.approx([100e3 * half, 120e3 * half, 40e3 * half])
    rows = {row[0]: row[1:] for row in tabulate_gaps(analysis).rows}
    assert rows == {"M2": ("1", "10", "−9.8", "40", "–"), "M1": ("2", "110", "+0.9", "220", "220")}
    assert list(rows) == ["M2", "M1"], "the one furthest behind comes first"
    assert str(say_gap(analysis)) == "EUR 8.9 k behind target to date; 2 of 3 accounts with a target are behind."


def test_without_targets_the_gap_is_unknown(tmp_path):
    analysis = build(tmp_path, invoices=[sell("S1", 40)])
    assert say_gap(analysis) == "No targets are given for the year, so the gap to target is unknown."
    assert tabulate_gaps(analysis) is None


def test_every_finding_is_counted_once_by_urgency(reviewed):
    rows = tabulate_flags(reviewed).rows
    assert sum(int(row[2]) for row in rows) == len(reviewed.findings)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_a_lapsed_contract_comes_before_those_that_run_out_and_an_old_one_with_a_successor_does_not(tmp_path):
    papers = [("old", "S1", "2026-01-31"), ("new", "S1", "2027-01-31"), ("gone", "T1", "2026-05-31"), ("far", "U1", "2030-01-31")]
    documents = [
        {"document_id": name, "account_id": account, "kind": "contract", "signed_on": "2024-01-01", "expires": expires,
         "notice_by": f"{expires[:5]}01-01"} for name, account, expires in papers
    ]  # fmt: skip
    documents.append({"document_id": "report", "account_id": "T1", "kind": "report", "expires": "2031-01-31"})
    rows = tabulate_notices(build(tmp_path, documents=documents)).rows
    assert [row[1:5] for row in rows] == [("gone", "lapsed", "1 Jan 2026", "–"), ("new", "in force", "1 Jan 2027", "185")]


def test_notices_come_nearest_first_and_promises_most_broken_first(reviewed):
    assert [row[2] for row in tabulate_notices(reviewed).rows].count("lapsed") == 1
    days = [int(row[4]) for row in tabulate_notices(reviewed).rows if row[2] == "in force"]
    assert days == sorted(days) and max(days) <= reviewed.method.playbook.staleness.notice_days
    counts = [sum(int(cell) for cell in row[1:4]) for row in tabulate_owed(reviewed).rows]
    assert counts == sorted(counts, reverse=True) and min(counts) > 0

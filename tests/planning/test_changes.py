"""What changed: two days of one account set beside each other, counted by hand."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis import analyse, compare_with
from kamnb.display.account.position import picture_contributions
from kamnb.display.portfolio.changes import list_changes, tabulate_moves
from kamnb.errors import SettingsError
from kamnb.planning.causes import find_causes
from kamnb.planning.changes import compare_facts, compare_points, read_events
from kamnb.scoring import Criteria, contributions

MODEL = Criteria.from_toml("""
[attractiveness.size]
weight = 100
annual_spend = { weight = 100, anchors = [[0, 0], [100, 10]] }
[strength.view]
weight = 100
trust = { from = "ratings", weight = 60 }
price = { from = "ratings", weight = 40 }
""")


def rate(criterion, score, day, account="A"):
    return {
        "account_id": account,
        "criterion": criterion,
        "score": score,
        "rated_on": day,
        "rater": "X",
        "rater_kind": "colleague",
    }


def make_analysis(folder):
    """An account that was rated 4 and 5, and from May 8 and 4: strength 4.4, then 6.4."""
    ratings = [rate("trust", 4, "2026-01-10"), rate("price", 5, "2026-01-10")]
    ratings += [rate("trust", 8, "2026-05-10"), rate("price", 4, "2026-05-10")]
    return analyse(
        make_portfolio(
            folder,
            "2026-06-30",
            accounts=[{"account_id": "A", "name": "Alpha", "annual_spend": 80}, {"account_id": "B", "name": "Beta"}],
            ratings=ratings,
            decisions=[{"account_id": "A", "decided_on": day, "decision": "visit"} for day in ("2026-02-01", "2026-04-01")],
            objectives=[{"objective_id": "O", "account_id": "A", "title": "Grow", "agreed_on": "2026-05-01"}],
            actions=[
                {
                    "action_id": "1",
                    "objective_id": "O",
                    "title": "call",
                    "ours": True,
                    "due": "2026-05-01",
                    "done_on": "2026-05-02",
                },
                {"action_id": "2", "objective_id": "O", "title": "write", "ours": False, "due": "2026-06-01"},
                {"action_id": "3", "objective_id": "O", "title": "meet", "ours": True, "due": "2026-03-31"},
            ],
        ),
        MODEL,
    )


def test_the_moves_of_the_criteria_sum_to_the_move_of_the_score(tmp_path):
    changes = make_analysis(tmp_path).since(date(2026, 3, 31)).changes
    points = changes.points[changes.points["account_id"] == "A"].set_index("criterion")["change"]
    assert points.to_dict() == pytest.approx({"trust": 0.6 * 4, "price": -0.4, "annual_spend": 0})
    place = changes.places.loc["A"]
    assert (place["strength_before"], place["strength_now"]) == pytest.approx((4.4, 6.4))
    assert (place["placed_before"], place["placed_now"]) == ("star", "strategic")


def test_the_page_tells_the_move_its_causes_and_what_was_done(tmp_path):
    analysis = make_analysis(tmp_path).since(date(2026, 4, 1))
    told = str(list_changes(analysis, analysis.plan("A")))
    assert "It moved from the Star quadrant to the Strategic quadrant." in told
    assert "Strength rose from 4.4 to 6.4, most by trust (rated anew, +2.40)." in told
    assert "We did: call." in told and "They are overdue with: write." in told and "Objective agreed: Grow." in told
    assert "meet" not in told, "it was overdue then already"
    assert "Alpha" in str(tabulate_moves(analysis)) and "Beta" not in str(tabulate_moves(analysis))
    assert "Changed: Trust (8) +2.40 and Price (4) −0.40." in str(picture_contributions(analysis, analysis.plan("A")))


def test_an_account_of_which_nothing_is_known_has_nothing_to_tell(tmp_path):
    analysis = make_analysis(tmp_path).since(date(2026, 4, 1))
    assert str(list_changes(analysis, analysis.plan("B"))) == "Nothing changed that the data show."


def test_the_last_review_is_the_last_day_of_decisions(tmp_path):
    analysis = make_analysis(tmp_path)
    assert compare_with(analysis, "last review").changes.since == date(2026, 4, 1)
    assert compare_with(analysis, "").changes is None
    for since in ("2026-06-30", "2027-01-01", "yesterday"):
        with pytest.raises(SettingsError, match="since"):
            compare_with(analysis, since)


def test_every_kind_of_event_is_told_on_its_day_and_none_from_before(tmp_path):
    early, late = "2026-01-15", "2026-05-15"
    days, deal = (("1", early), ("2", late)), {"account_id": "A", "created": early}
    won = [deal | {"opportunity_id": f"W{n}", "closed": day, "outcome": "won", "won_amount": 5} for n, day in days]
    new = [deal | {"opportunity_id": f"N{n}", "created": day, "outcome": "open", "amount": 7} for n, day in days]
    portfolio = make_portfolio(
        tmp_path,
        "2026-06-30",
        accounts=[{"account_id": "A"}],
        contacts=[{"account_id": "A", "contact_id": n, "left_on": day} for n, day in days],
        documents=[{"account_id": "A", "document_id": n, "kind": "contract", "signed_on": day} for n, day in days],
        complaints=[{"account_id": "A", "opened_on": day, "resolved_on": day, "cause": "seal"} for _, day in days],
        opportunities=[*won, *new],
    )
    events = read_events(portfolio, date(2026, 3, 31))
    assert events["happened_on"].astype(str).str[:10].unique().tolist() == [late]
    assert sorted(events["event"]) == ["complaint", "complaint resolved", "deal won", "new deal", "person left", "signed"]
    assert events.set_index("event").loc["deal won", "amount"] == 5


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.floats(-10, 10))] * 4), min_size=1, max_size=5))
def test_the_moves_sum_to_the_difference_of_the_totals(rows):
    index = pd.Index([str(number) for number in range(len(rows))], name="account_id")
    before = pd.DataFrame([row[:2] for row in rows], index=index, columns=["x", "y"], dtype=float)
    now = pd.DataFrame([row[2:] for row in rows], index=index, columns=["x", "y"], dtype=float)
    moved = compare_points(before, now).groupby("account_id")["change"].sum().reindex(index, fill_value=0.0)
    assert (moved - (now.sum(axis=1) - before.sum(axis=1))).abs().max() < 1e-9
    assert compare_facts(now, now).empty


def test_a_criterion_that_did_not_move_is_no_cause_of_what_a_new_one_did(tmp_path):
    """Trust is 8 on both days and adds 8, then 4.8, for price is rated now: price alone made the fall."""
    ratings = [rate("trust", 8, "2026-01-10"), rate("price", 2, "2026-05-10")]
    portfolio = make_portfolio(tmp_path, "2026-06-30", accounts=[{"account_id": "A", "annual_spend": 80}], ratings=ratings)
    analysis = analyse(portfolio, MODEL).since(date(2026, 4, 1))
    told = str(list_changes(analysis, analysis.plan("A")))
    assert "Strength fell from 8.0 to 5.6, most by price (known now, -2.40)." in told.replace("\N{MINUS SIGN}", "-")
    assert "trust" not in told
    gone = find_causes(analysis.contributions, analysis.contributions.assign(price=float("nan"), trust=8.0), MODEL)
    assert gone[["criterion", "effect", "why"]].values.tolist() == [["price", pytest.approx(2.4), "vanished"]]


POINTS = st.one_of(st.none(), st.integers(0, 10))


@given(then=st.tuples(POINTS, POINTS), here=st.tuples(POINTS, POINTS))
def test_what_two_criteria_did_sums_to_the_move_and_what_stood_still_did_nothing(then, here):
    facts = [
        pd.DataFrame([values], columns=["trust", "price"], index=["A"], dtype=float).assign(annual_spend=80.0)
        for values in (then, here)
    ]
    adds = [contributions(each, replace(MODEL, min_known=0.0)) for each in facts]
    causes = find_causes(*adds, MODEL)
    moved = {name for name, old, new in zip(("trust", "price"), then, here, strict=True) if old != new}
    both = all(each[["trust", "price"]].notna().any(axis=None) for each in facts)
    assert set(causes["criterion"]) == (moved if both else set())
    if both:
        scores = [each[["trust", "price"]].sum().sum() for each in adds]
        assert causes["effect"].sum() == pytest.approx(scores[1] - scores[0], abs=1e-9) or len(moved) == 2

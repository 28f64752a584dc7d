"""What changed: two days of one account set beside each other, counted by hand."""

from datetime import date

import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse, compare_with
from kamnb.display.account.position import picture_contributions
from kamnb.display.portfolio.changes import list_changes, tabulate_moves
from kamnb.errors import SettingsError
from kamnb.planning.changes import read_events
from kamnb.scoring import Criteria

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
    parts = changes.movement.parts[changes.movement.parts["account_id"] == "A"].set_index("criterion")
    assert parts["effect"].to_dict() == pytest.approx({"trust": 0.6 * 4, "price": -0.4})
    assert set(parts["cause"]) == {"rating"}, "the same rater thinks otherwise now"
    assert parts.index[parts["is_needed"]].tolist() == ["trust"]
    place = changes.places.loc["A"]
    assert (place["strength_before"], place["strength_now"]) == pytest.approx((4.4, 6.4))
    assert (place["placed_before"], place["placed_now"]) == ("star", "strategic")


def test_the_page_tells_the_move_its_causes_and_what_was_done(tmp_path):
    analysis = make_analysis(tmp_path).since(date(2026, 4, 1))
    told = str(list_changes(analysis, analysis.plan("A")))
    assert "It moved from the Star quadrant to the Strategic quadrant." in told
    assert "Strength rose from 4.4 to 6.4: trust +2.4 (rated anew) and price \N{MINUS SIGN}0.4 (rated anew); " in told
    assert "without trust it would not have crossed the cut." in told
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


def test_a_criterion_that_did_not_move_is_no_cause_of_what_a_new_one_did(tmp_path):
    """Trust is 8 on both days and adds 8, then 4.8, for price is rated now: price alone made the fall."""
    ratings = [rate("trust", 8, "2026-01-10"), rate("price", 2, "2026-05-10")]
    portfolio = make_portfolio(tmp_path, "2026-06-30", accounts=[{"account_id": "A", "annual_spend": 80}], ratings=ratings)
    analysis = analyse(portfolio, MODEL).since(date(2026, 4, 1))
    told = str(list_changes(analysis, analysis.plan("A")))
    assert "Strength fell from 8.0 to 5.6: price -2.4 (known now)." in told.replace("\N{MINUS SIGN}", "-")
    assert "trust" not in told

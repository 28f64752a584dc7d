"""Unknown is a state of its own: the same in every query, finding and page."""

from types import SimpleNamespace

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.data.states import name_state
from kamnb.display.account.customer import say_deliveries
from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook, read_plan_tables
from kamnb.planning.objectives import list_objectives
from kamnb.planning.promises import measure_promises
from kamnb.planning.queries import fetch_query
from kamnb.planning.schedule import schedule_actions
from kamnb.scoring.ratings import rate_accounts, rate_by_kind

DAY = "2026-06-30"
STATUSES = ["Done", " DONE ", "done", "Cancelled", " canceled", "waiting", None]
DEALS = [
    ("1", "open", None), ("2", None, None), ("3", None, "2026-05-01"), ("4", "won", "2026-05-02"), ("5", "lost", "2026-05-03"),
]  # fmt: skip


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory):
    actions = [
        {"action_id": str(key), "objective_id": "O", "title": "t", "due": "2026-05-01", "status": status, "ours": ours}
        for key, (status, ours) in enumerate(zip(STATUSES, [True] * 5 + [None, False], strict=True))
    ]
    deliveries = [
        {"account_id": "A", "promised_on": "2026-03-02", "delivered_on": f"2026-03-0{day}", "complete": complete}
        for day, complete in ((1, None), (2, None), (1, True), (2, False), (5, None))
    ]
    ratings = [
        {"account_id": "A", "criterion": "trust", "score": score, "rated_on": day, "rater": rater, "rater_kind": "customer"}
        for score, day, rater in ((9, "2026-01-01", None), (9, "2026-01-01", None), (3, "2026-02-01", None),
                                  (1, "2026-01-01", "Kim"), (7, "2026-03-01", "Kim"))
    ]  # fmt: skip
    deals = [
        {"opportunity_id": key, "account_id": "A", "created": "2026-04-01", "stage": "s", "amount": 10, "probability": 0.5,
         "outcome": outcome, "closed": closed, "offering_id": "F", "expected_close": "2026-06-01"}
        for key, outcome, closed in DEALS
    ]  # fmt: skip
    return make_portfolio(
        tmp_path_factory.mktemp("unknown"), DAY, accounts=[{"account_id": "A"}], deliveries=deliveries, ratings=ratings,
        opportunities=deals, actions=actions, objectives=[{"objective_id": "O", "account_id": "A", "title": "o"}],
    )  # fmt: skip


def test_a_status_means_the_same_everywhere(portfolio):
    schedule = schedule_actions(portfolio)
    states = [
        "open" if opened else "cancelled" if gone else "done" for opened, gone in schedule[["is_open", "is_cancelled"]].values
    ]
    assert states == [name_state("", status or "") for status in STATUSES]
    assert states == ["done"] * 3 + ["cancelled"] * 2 + ["open"] * 2
    assert list_objectives(portfolio)[["actions", "actions_done"]].values.tolist() == [[5, 3]]
    told = fetch_query(portfolio, "events", {"since": pd.Timestamp("2026-04-15").date()})
    assert told.loc[told.what == "t", "event"].tolist() == ["overdue", "they are overdue with"]


def test_an_action_of_no_side_is_neither_ours_nor_theirs(portfolio):
    promises = measure_promises(portfolio, measure_accounts(portfolio), Playbook.load()).loc["A"]
    points = ["check_points_overdue", "check_points_untold"]  # the table has no column that would say which actions are such
    assert promises[points].isna().all()
    sides = ["actions_overdue", "customer_actions_overdue", "sideless_actions_overdue"]
    assert promises[sides].tolist() == [0, 1, 1]


def test_a_deal_closed_without_outcome_is_neither_open_nor_decided(portfolio):
    facts = measure_accounts(portfolio).loc["A"]
    assert facts[["open_pipeline", "win_rate"]].tolist() == [20, 0.5]
    tables = read_plan_tables(portfolio, "A", Playbook.load())
    assert sorted(tables["pipeline"].opportunity_id) == ["1", "2"]
    parameters = {"history_months": 24, "most_offerings": 40}
    space = fetch_query(portfolio, "white_space", parameters, pd.Index(["A"], name="account_id"))
    assert space[["open_deals", "decided_offering"]].values.tolist() == [[2, 2]]
    told = fetch_query(portfolio, "events", {"since": pd.Timestamp("2026-03-01").date()})
    assert sorted(told.loc[told.amount.notna(), "event"]) == ["deal closed", "deal lost", "deal won", "new deal", "new deal"]


def test_a_delivery_of_which_nobody_says_whether_it_was_complete_is_not_kept(portfolio):
    tables = read_plan_tables(portfolio, "A", Playbook.load())
    row = tables["deliveries"].iloc[0]
    assert row[["promised", "kept", "unsaid", "late", "incomplete"]].tolist() == [5, 1, 2, 1, 1]
    assert say_deliveries(SimpleNamespace(tables=tables)) == (
        "Of 5 deliveries promised in twelve months 1 came on time and complete; 2 more came on time, and whether complete is "
        "unknown. The others: 1 late, 1 incomplete."
    )
    assert measure_promises(portfolio, measure_accounts(portfolio), Playbook.load()).late_delivery_share["A"] == 0.4


def test_ratings_without_a_rater_are_answers_of_several(portfolio):
    assert rate_accounts(portfolio).loc[("A", ""), "trust"] == (9 + 9 + 3 + 7) / 4
    assert rate_by_kind(portfolio).raters.tolist() == [4]
    shown = read_plan_tables(portfolio, "A", Playbook.load())["competitors"]
    assert shown[["points", "raters"]].values.tolist() == [[7, 4]]

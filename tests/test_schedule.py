"""Actions as a network: late, slipped, slack and knock-on, counted by hand."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.schedule import list_check_points, picture_schedule, tabulate_actions
from kamnb.indicators import measure_accounts
from kamnb.planning.schedule import find_circles, measure_schedule, schedule_actions
from kamnb.scoring import Criteria

MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")


def act(action_id, due, **more):
    return {
        "action_id": action_id,
        "objective_id": "O",
        "title": f"do {action_id}",
        "due": due,
        "owner": "Kim",
        "ours": True,
    } | more


def plan(folder, *actions, due="2026-12-31"):
    objectives = [{"objective_id": "O", "account_id": "A", "title": "grow", "due": due}]
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B"}]
    return make_portfolio(folder, "2026-06-30", accounts=accounts, objectives=objectives, actions=list(actions))


def schedule(folder, *actions, **more):
    return schedule_actions(plan(folder, *actions, **more)).set_index("action_id")


def test_an_overdue_action_is_expected_today_and_pushes_what_waits_for_it(tmp_path):
    """A was due on the 10th: 20 days late. B takes 10 days from the 15th to the 25th of June, so it ends on 10 July."""
    found = schedule(
        tmp_path,
        act("A", "2026-06-10", original_due="2026-05-31"),
        act("B", "2026-06-25", start="2026-06-15", depends_on="A"),
        act("C", "2026-09-01", start="2026-08-01", depends_on="B"),
    )
    assert found.loc["A", ["days_overdue", "days_slipped", "days_late", "pushes", "push_days"]].tolist() == [20, 10, 20, 1, 10]
    assert found.loc["B", "expected_on"] == pd.Timestamp("2026-07-10") and found.loc["B", "days_late"] == 15
    assert found.loc["C", "days_late"] == 0, "there is room before August"
    assert found.loc["A", "slack_days"] == -15, "B should have begun on the 15th"
    assert found.loc["B", "slack_days"] == 22, "from 10 July to 1 August"
    assert found.loc["C", "slack_days"] == 121, "from 1 September to 31 December"


def test_the_cause_of_a_push_is_told_without_what_is_late_by_itself(tmp_path):
    """B is overdue too; done in time, A would still leave it at today: only 10 of its days are A's doing."""
    found = schedule(tmp_path, act("A", "2026-06-10"), act("B", "2026-06-25", start="2026-06-15", depends_on="A"))
    assert found.loc["A", ["pushes", "push_days"]].tolist() == [1, 10] and found.loc["B", "days_overdue"] == 5


def test_an_objective_is_pushed_past_its_date(tmp_path):
    found = schedule(
        tmp_path, act("A", "2026-06-20"), act("B", "2026-07-05", start="2026-06-25", depends_on="A"), due="2026-07-05"
    )
    assert bool(found.loc["A", "pushes_objective"]) and not found.loc["B", "pushes_objective"]
    on_time = schedule(tmp_path / "2", act("A", "2026-06-20"), act("B", "2026-07-05", start="2026-06-25", depends_on="A"))
    assert not on_time["pushes_objective"].any()


def test_done_and_cancelled_actions_hold_nobody_up(tmp_path):
    found = schedule(
        tmp_path,
        act("A", "2026-05-01", done_on="2026-05-20", status="done"),
        act("X", "2026-05-01", status="cancelled"),
        act("B", "2026-07-31", start="2026-07-01", depends_on="A; X"),
    )
    assert found.loc["B", "days_late"] == 0 and found["is_open"].tolist() == [False, False, True]
    assert found.loc["A", "days_late"] == 19 and found.loc["X", "days_overdue"] == 0


def test_circles_and_unknown_ids_are_told_and_stop_nothing(tmp_path):
    circle = (act("A", "2026-07-01", depends_on="B"), act("B", "2026-07-02", depends_on="A"))
    found = schedule(tmp_path, *circle, act("C", "2026-07-03", depends_on="A,Q"))
    assert found["is_circular"].tolist() == [True, True, False]
    assert found.loc["C", "unknown_ids"] == "Q" and found.loc["C", "expected_on"] == pd.Timestamp("2026-07-03")
    assert find_circles({"A": ["A"]}) == {"A"}


def test_facts_count_what_is_open(tmp_path):
    portfolio = plan(
        tmp_path,
        act("A", "2026-06-10", original_due="2026-05-31", owner=None),
        act("B", "2026-06-25", start="2026-06-15", depends_on="A", original_due="2026-06-20"),
        act("D", "2026-01-01", original_due="2025-01-01", done_on="2026-01-01"),
    )
    facts = measure_schedule(portfolio, measure_accounts(portfolio), schedule_actions(portfolio))
    columns = ["actions_open", "actions_slipped", "days_slipped_most", "actions_unowned", "knock_on_days", "objectives_pushed"]
    assert facts.loc["A", columns].tolist() == [2, 2, 10, 1, 10, 0]
    assert facts.loc["B", columns].tolist() == [0] * 6
    bare = make_portfolio(tmp_path / "bare", "2026-06-30", accounts=[{"account_id": "A"}])
    assert measure_schedule(bare, measure_accounts(bare), schedule_actions(bare)).isna().all(axis=None)


DAYS = st.integers(-60, 60)
ACTIONS = st.lists(
    st.tuples(DAYS, st.integers(0, 30), st.one_of(st.none(), DAYS), st.sets(st.integers(0, 4))), min_size=1, max_size=5
)


@settings(max_examples=60, deadline=None)
@given(ACTIONS, st.integers(0, 4))
def test_the_network_keeps_its_laws(tmp_path_factory, drawn, finished):
    today = date(2026, 6, 30)
    rows = [
        act(
            str(n), today + timedelta(due), start=today + timedelta(due - lasts),
            depends_on=" ".join(str(each) for each in waits if each < n),
            done_on=today + timedelta(done) if done is not None and done <= 0 else None,
        )
        for n, (due, lasts, done, waits) in enumerate(drawn)
    ]  # fmt: skip
    found = schedule(tmp_path_factory.mktemp("net"), *rows)
    still = found[found["is_open"].astype(bool)]
    assert (still["expected_on"] >= pd.Timestamp(today)).all() and (still["days_late"] >= 0).all()
    for action, row in still.iterrows():
        for before in str(row["depends_on"] or "").split():
            if before in still.index:
                assert row["expected_on"] >= still.loc[before, "expected_on"], (action, before)
    done = [row | ({"done_on": today} if row["action_id"] == str(finished) else {}) for row in rows]
    after = schedule(tmp_path_factory.mktemp("net"), *done)
    both = still.index.intersection(after.index[after["is_open"].astype(bool)])
    assert (after.loc[both, "expected_on"] <= still.loc[both, "expected_on"]).all(), "finishing an action delays nothing"


def test_the_page_tells_who_owes_what_and_how_late(tmp_path):
    portfolio = plan(
        tmp_path,
        act("A", "2026-06-10", checkpoint=True),
        act("B", "2026-06-25", start="2026-06-15", depends_on="A", ours=False, owner="their buyer"),
        act("C", "2026-08-01", checkpoint=True, customer_informed_on="2026-06-01", owner=None),
    )
    analysis = analyse(portfolio, MODEL)
    page = analysis.plan("A")
    ours, theirs = str(tabulate_actions(analysis, page, True)), str(tabulate_actions(analysis, page, False))
    assert "overdue 20 days; pushes 1 action by up to 10 days" in ours and "nobody" in ours and "do B" not in ours
    assert "their buyer" in theirs and "overdue 5 days" in theirs
    points = str(list_check_points(analysis, page))
    assert "do A, passed on 10 June 2026 without a result; the customer was not told." in points
    assert "do C, due 1 August 2026; the customer was told on 1 June 2026." in points
    assert "2 of ours, 1 of the customer; 2 are expected late" in str(picture_schedule(analysis, page))
    assert {"knock_on", "actions_unowned"} <= set(analysis.findings["finding"])
    assert tabulate_actions(analysis, analysis.plan("B"), True) is None and picture_schedule(analysis, analysis.plan("B")) is None


@pytest.mark.parametrize("text", ["A;B", "A, B", "A B", " A ;; B "])
def test_ids_may_be_parted_as_people_do(tmp_path, text):
    found = schedule(tmp_path, act("A", "2026-06-01"), act("B", "2026-06-02"), act("C", "2026-07-01", depends_on=text))
    assert found.loc["C", "unknown_ids"] == ""

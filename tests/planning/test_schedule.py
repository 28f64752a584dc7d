"""Actions as a network: late, slipped, slack and knock-on, counted by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.schedule import plot_schedule, tabulate_actions
from kamnb.indicators import measure_accounts
from kamnb.planning.schedule import (
    Action,
    build_network,
    find_circles,
    measure_schedule,
    pass_forward,
    schedule_actions,
    schedule_network,
)
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
    """B takes 10 days from 30 June: it ends on 10 July, 5 days after the objective is due."""
    found = schedule(
        tmp_path, act("A", "2026-06-20"), act("B", "2026-07-05", start="2026-06-25", depends_on="A"), due="2026-07-05"
    )
    assert found["pushed_objectives"].tolist() == [("O",), ()] and found["objective_days"].tolist() == [5, 0]
    on_time = schedule(tmp_path / "2", act("A", "2026-06-20"), act("B", "2026-07-05", start="2026-06-25", depends_on="A"))
    assert not on_time["objective_days"].any()


def test_an_objective_whose_date_is_met_to_the_day_is_not_pushed(tmp_path):
    late = (act("A", "2026-06-20"), act("B", "2026-07-05", start="2026-06-25", depends_on="A"))
    on_the_day = schedule(tmp_path / "1", *late, due="2026-07-10")
    assert on_the_day["objective_days"].tolist() == [0, 0] and on_the_day["pushed_objectives"].tolist() == [(), ()]
    assert schedule(tmp_path / "2", *late, due="2026-07-09")["objective_days"].tolist() == [1, 0]


def test_a_plan_past_the_objectives_date_is_not_a_push(tmp_path):
    """C is planned after the objective is due, and nothing it waits for is late."""
    found = schedule(tmp_path, act("A", "2026-06-20"), act("C", "2026-08-20"), due="2026-07-31")
    assert not found["objective_days"].any() and found.loc["C", "slack_days"] == -20
    earlier = schedule(tmp_path / "2", act("A", "2026-06-20"), act("C", "2026-08-20"), due="2026-06-25")
    assert not earlier["objective_days"].any(), "A is late for it, but C was never planned to be in time"


def test_two_late_actions_both_push_what_waits_for_both(tmp_path):
    """Either alone would move C by 10 days: neither is excused by the other."""
    found = schedule(
        tmp_path,
        act("A", "2026-06-10"),
        act("B", "2026-06-12"),
        act("C", "2026-06-30", start="2026-06-20", depends_on="A B"),
        due="2026-06-30",
    )
    assert found.loc[["A", "B"], "pushed"].tolist() == [("C",), ("C",)]
    assert found["objective_days"].tolist() == [10, 10, 0]


def test_an_action_may_wait_for_one_of_another_account_or_of_the_whole_programme(tmp_path):
    objectives = [
        {"objective_id": "O", "account_id": "A", "title": "grow", "due": "2026-07-05"},
        {"objective_id": "P", "account_id": "B", "title": "learn", "due": "2026-12-31"},
        {"objective_id": "Q", "account_id": None, "title": "train", "due": "2026-12-31"},
    ]
    actions = [
        act("B1", "2026-06-20", objective_id="P"),
        act("Q1", "2026-06-10", objective_id="Q"),
        act("N1", "2026-06-10", objective_id="not among the objectives"),
        act("A1", "2026-07-05", start="2026-06-25", depends_on="B1, Q1, N1", title="sign"),
    ]
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B", "name": "Beta"}]
    portfolio = make_portfolio(tmp_path, "2026-06-30", accounts=accounts, objectives=objectives, actions=actions)
    found = schedule_actions(portfolio).set_index("action_id")
    assert found.loc["A1", "expected_on"] == pd.Timestamp("2026-07-10") and found.loc["A1", "unknown_ids"] == ""
    facts = measure_schedule(portfolio, measure_accounts(portfolio), schedule_actions(portfolio))
    assert facts.loc["A", ["objectives_pushed", "knock_on_days"]].tolist() == [1, 0]
    assert facts.loc["B", ["objectives_pushed", "knock_on_days"]].tolist() == [0, 5]
    analysis = analyse(portfolio, MODEL)
    page = str(tabulate_actions(analysis, analysis.plan("B"), True))
    assert "pushes 1 action by up to 5 days; pushes another objective past the date by 5 days" in page
    assert "sign" not in page and "grow" not in page, "no word of another customer's plan"


def test_slack_reaches_through_what_waits_for_what_waits(tmp_path):
    """C must begin on 20 July, so B (10 days) on 10 July at the latest, be its own due date later: A has 5 days from 5 July."""
    found = schedule(
        tmp_path,
        act("A", "2026-07-05"),
        act("B", "2026-07-25", start="2026-07-15", depends_on="A"),
        act("C", "2026-07-30", start="2026-07-20", depends_on="B"),
    )
    assert found.loc["A", "slack_days"] == 5 and found.loc["B", "slack_days"] == -5


def test_without_anything_that_hangs_on_it_slack_is_unknown(tmp_path):
    found = schedule(tmp_path, act("A", "2026-07-05"), act("D", "2026-06-01", done_on="2026-06-01"), due=None)
    assert found["slack_days"].isna().all()


def test_a_long_chain_is_no_trouble(tmp_path):
    chain = [act(f"{n:04}", "2026-06-29", start="2026-06-28", depends_on=f"{n - 1:04}" if n else None) for n in range(1500)]
    found = schedule(tmp_path, *chain)
    assert found.loc["1499", "expected_on"] == pd.Timestamp("2026-06-30") + pd.Timedelta(days=1499)
    assert found.loc["0000", "pushes"] == 1499


def test_done_and_cancelled_actions_hold_nobody_up(tmp_path):
    found = schedule(
        tmp_path,
        act("A", "2026-05-01", done_on="2026-05-20", status="done"),
        act("X", "2026-05-01", status="cancelled"),
        act("B", "2026-07-31", start="2026-07-01", depends_on="A; X"),
    )
    assert found.loc["B", "days_late"] == 0 and found["is_open"].tolist() == [False, False, True]
    assert found.loc["A", "days_late"] == 19 and found.loc["X", "days_overdue"] == 0


def test_what_is_cancelled_holds_nobody_up_be_it_due_later(tmp_path):
    """Held up by X until today, B would end on 20 July."""
    found = schedule(
        tmp_path, act("X", "2026-12-01", status="cancelled"), act("B", "2026-07-10", start="2026-06-20", depends_on="X")
    )
    assert found.loc["B", "days_late"] == 0 and found.loc["B", "unknown_ids"] == ""


def test_an_action_done_late_moves_what_waits_for_it(tmp_path):
    """A came on 28 June instead of 1 May; B still takes its 30 days from there: 28 July, not 15 July."""
    found = schedule(
        tmp_path,
        act("A", "2026-05-01", done_on="2026-06-28"),
        act("B", "2026-07-15", start="2026-06-15", depends_on="A"),
    )
    assert found.loc["B", "expected_on"] == pd.Timestamp("2026-07-28") and found.loc["A", "pushes"] == 0, "it is late no more"


@pytest.mark.parametrize("status", ["done", "Done", " CANCELLED "])
def test_a_status_closes_an_action_however_it_is_written(tmp_path, status):
    """Called done without a day, it was done by today at the latest: B, of 5 days, can still be done on 5 July."""
    found = schedule(tmp_path, act("A", "2026-09-01", status=status), act("B", "2026-07-05", start="2026-06-30", depends_on="A"))
    assert not found.loc["A", "is_open"] and found.loc["B", "expected_on"] == pd.Timestamp("2026-07-05")


def test_circles_and_unknown_ids_are_told_and_stop_nothing(tmp_path):
    circle = (act("A", "2026-07-01", depends_on="B"), act("B", "2026-07-02", depends_on="A"))
    found = schedule(tmp_path, *circle, act("C", "2026-07-03", depends_on="A,Q"))
    assert found["is_circular"].tolist() == [True, True, False]
    assert found.loc["C", "unknown_ids"] == "Q" and found.loc["C", "expected_on"] == pd.Timestamp("2026-07-03")
    assert found.loc["C", "days_late"] == 0 and find_circles({"A": ["A"]}) == {"A": 0}


def test_circles_are_the_strong_components_of_the_network():
    rng = np.random.default_rng(7)
    for _ in range(200):
        size = int(rng.integers(1, 12))
        matrix = rng.random((size, size)) < rng.choice([0.05, 0.1, 0.2])
        reached = matrix.copy()
        for over in range(size):
            reached |= np.outer(reached[:, over], reached[over])
        numbers = {}
        firsts = {one: np.flatnonzero(reached[one] & reached[:, one])[0] for one in range(size) if reached[one, one]}
        expected = {str(one): numbers.setdefault(first, len(numbers)) for one, first in firsts.items()}
        assert find_circles({str(one): map(str, np.flatnonzero(matrix[one])) for one in range(size)}) == expected


def test_a_circle_of_any_length_is_found():
    chain = {str(one): [str(one + 1)] for one in range(5_000)}
    assert find_circles(chain) == {} and len(find_circles(chain | {"5000": ["0"]})) == 5_001


def test_within_a_circle_nothing_waits_but_it_waits_for_what_is_outside(tmp_path):
    """A waits for B and for L, which is late: 30 June and A's 10 days. What waits for the circle waits for A."""
    found = schedule(
        tmp_path,
        act("A", "2026-07-01", start="2026-06-21", depends_on="B L"),
        act("B", "2026-07-01", depends_on="A"),
        act("C", "2026-07-02", depends_on="A"),
        act("L", "2026-06-01"),
    )
    assert found.loc[["A", "B", "C"], "expected_on"].dt.strftime("%d %b").tolist() == ["10 Jul", "01 Jul", "10 Jul"]
    assert found["is_circular"].tolist() == [False, True, True, False]


def test_a_circle_is_broken_by_an_action_that_is_done(tmp_path):
    circle = (act("A", "2026-06-01", depends_on="B", done_on="2026-06-05"), act("B", "2026-07-02", depends_on="A"))
    assert not schedule(tmp_path, *circle)["is_circular"].any()


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


TODAY = 100
DRAWN = st.lists(
    st.tuples(
        st.integers(40, 160),
        st.integers(0, 30),
        st.one_of(st.none(), st.integers(40, TODAY)),
        st.sets(st.integers(0, 7), max_size=2),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=8,
)


def draw_network(drawn, end=120):
    """Actions 0, 1, 2, ...: each may name any other, and itself."""
    actions = {
        str(n): Action(due, lasts, done is None, True, done, str(objective), end, tuple(map(str, sorted(waits))))
        for n, (due, lasts, done, waits, objective) in enumerate(drawn)
    }
    return build_network(actions)


def expect(network):
    return dict(zip(network.actions, schedule_network(network, TODAY), strict=True))


@given(DRAWN)
def test_nothing_is_expected_before_what_it_waits_for_nor_before_today(drawn):
    network, days = draw_network(drawn), pass_forward(draw_network(drawn), TODAY)
    for key, action in network.actions.items():
        if action.is_open:
            assert days[key] >= max(action.due, TODAY)
            assert all(days[key] >= days[each] + action.lasts for each in network.waits[key])


@given(DRAWN, st.integers(0, 7))
def test_to_finish_an_action_delays_nothing(drawn, finished):
    """But for what a circle held: once it is broken, its waits count again."""
    assume(not draw_network(drawn).circles)
    before = pass_forward(draw_network(drawn), TODAY)
    rows = [(*row[:2], TODAY, *row[3:]) if n == finished and row[2] is None else row for n, row in enumerate(drawn)]
    after = pass_forward(draw_network(rows), TODAY)
    assert all(after[key] <= before[key] for key in before)


@given(DRAWN)
def test_what_comes_later_than_planned_is_pushed_by_something_and_by_what_it_says(drawn):
    network = draw_network(drawn)
    planned, found = pass_forward(network), expect(network)
    days = pass_forward(network, TODAY)
    for key, action in network.actions.items():
        pushing = [each for each in found if key in found[each]["pushed"]]
        assert bool(pushing) == (action.is_open and days[key] > max(planned[key], TODAY))
        assert all(network.actions[each].is_open and network.actions[each].due < TODAY for each in pushing)


@given(DRAWN)
def test_where_all_is_planned_with_room_slack_is_below_zero_only_of_what_is_late(drawn):
    """Each action begins when all that it waits for is due, and none is due after its objective."""
    rows, due = [], {}
    for n, (day, lasts, done, waits, objective) in enumerate(drawn):
        earlier = {each for each in waits if each < n}
        due[n] = max([day, *(due[each] + lasts for each in earlier)])
        rows.append((due[n], lasts, None if done is None else min(done, due[n]), earlier, objective))
    found = expect(draw_network(rows, end=max(due.values())))
    assert all(row["days_late"] > 0 for row in found.values() if row["slack_days"] < 0)


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
    assert 'overdue 20 days; pushes "do B" by up to 10 days' in ours and "nobody" in ours
    assert "their buyer" in theirs and "overdue 5 days" in theirs
    assert "slack 152 days; customer told on 1 Jun 2026" in ours, "C, from 1 August to 31 December"
    assert "customer not told" in ours
    assert {"knock_on", "actions_unowned", "check_points_untold"} <= set(analysis.findings["finding"])
    assert tabulate_actions(analysis, analysis.plan("B"), True) is None


def test_the_picture_has_a_line_for_each_objective_and_action(tmp_path):
    import matplotlib.pyplot as plt

    portfolio = plan(tmp_path, act("A", "2026-06-10"), act("B", "2026-07-20", start="2026-07-01"), due="2026-06-20")
    ax = plot_schedule(schedule_actions(portfolio), pd.Timestamp("2026-06-30"))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["grow", "do A", "do B"]
    assert [bar.get_gid() for bar in ax.patches] == ["planned", "late", "planned"] and len(ax.collections) == 1
    plt.close(ax.figure)


def test_titles_that_no_font_here_has_are_numbered_in_the_picture(tmp_path):
    from kamnb.display.parts.pictures import show_figure

    actions = schedule_actions(plan(tmp_path, act("A", "2026-06-10"), act("B", "2026-07-20")))
    ax = plot_schedule(actions.assign(title=["提供报价", "do B"], objective="成長"), pd.Timestamp("2026-06-30"))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["line 1: see the list", "line 2: see the list", "do B"]
    assert show_figure(ax, "words").png, "a character that is not there would be a warning"


@pytest.mark.parametrize("text", ["A;B", "A, B", "A B", " A ;; B "])
def test_ids_may_be_parted_as_people_do(tmp_path, text):
    found = schedule(tmp_path, act("A", "2026-06-01"), act("B", "2026-06-02"), act("C", "2026-07-01", depends_on=text))
    assert found.loc["C", "unknown_ids"] == ""

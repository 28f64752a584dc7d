"""The programme: hours needed, had and spent; what to move; who looks after whom; what an hour is worth; maturity."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio
from trying import try_examples

from kamnb.analysis import analyse
from kamnb.data.method import Own
from kamnb.display.programme import programme as show
from kamnb.errors import SettingsError
from kamnb.indicators import list_accounts
from kamnb.planning.programme import (
    Desk,
    ProgrammeSettings,
    assign_accounts,
    judge_effort,
    list_managers,
    measure_need,
    move_hours,
    price_hours,
)
from kamnb.reports.programme import render_programme
from kamnb.scoring import Criteria

DAY = "2026-06-30"
NODES = 1000
MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")
SETTINGS = ProgrammeSettings.load()


def load(**own) -> Own:
    return ProgrammeSettings.load({"programme.toml": own})


# hours needed and had


def test_hours_needed_go_by_quadrant_and_stage_and_by_line_of_business():
    accounts = pd.DataFrame(
        {
            "line_of_business": [None, "Trade", "Trade", "Lab", None],
            "placed": ["star", "star", None, "streamline", "strategic"],
            "stage": [3.0, 3.0, 1.0, None, 5.0],
        }
    )
    settings = load(loads={"by_line_of_business": {"Trade": "B2C"}})
    assert measure_need(accounts, settings.loads).tolist() == [240, 160, 20, 24, 480]


def test_one_changed_load_changes_the_accounts_of_that_quadrant_and_stage_only():
    places = [*("strategic", "star", "status", "streamline"), None]
    rows = list(itertools.product(places, [1.0, 2.0, 3.0, 4.0, 5.0, None]))
    accounts = pd.DataFrame(rows, columns=["placed", "stage"]).assign(line_of_business=None)
    changed = load(loads={"sets": {"B2B": {"star": {"tactical": 7}}}})
    differ = measure_need(accounts, SETTINGS.loads) != measure_need(accounts, changed.loads)
    assert accounts[differ][["placed", "stage"]].values.tolist() == [["star", 2.0]]


def test_capacity_is_net_of_coordination_and_unknown_where_it_is_not_stated(tmp_path):
    accounts = [
        {"account_id": "A", "account_manager": "M1"},
        {"account_id": "B", "account_manager": "ghost"},
        {"account_id": "C"},
    ]
    managers = [
        {"manager_id": "M2", "name": "Bo", "region": "North", "capacity_hours": 1001},
        {"manager_id": "M1", "name": None, "capacity_hours": None},
        {"manager_id": "M0", "name": "Nil", "capacity_hours": 0},
    ]
    portfolio = make_portfolio(tmp_path, DAY, accounts=accounts, managers=managers)
    found = list_managers(portfolio, list_accounts(portfolio), load(capacity={"coordination": 0.7}))
    assert found["name"].to_dict() == {"M0": "Nil", "M1": "M1", "M2": "Bo", "ghost": "ghost"}
    assert found["net_hours"].fillna(-1).to_dict() == {"M0": 0, "M1": -1, "M2": 300, "ghost": -1}


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ({"capacity": {"coordination": 1.0}}, "less than 1"),
        ({"capacity": {"coordination": -0.1}}, "greater than or equal to 0"),
        ({"loads": {"default": "B2X"}}, r'"B2X" is no set of loads \(B2B, B2C\)'),
        ({"loads": {"by_line_of_business": {"Trade": "retail"}}}, '"retail" is no set of loads'),
        ({"loads": {"sets": {"own": {"star": {"tactical": 5}}}}}, '"own.star" lacks exploratory, cooperative'),
        ({"loads": {"sets": {"B2B": {"star": {"tactical": -5}}}}}, "greater than or equal to 0"),
        ({"maturity": {"dimensions": {"plans": {"levels": ["one"]}}}}, "at least 5"),
    ],
)
def test_settings_that_make_no_sense_are_refused(own, fault):
    with pytest.raises(SettingsError, match=fault):
        load(**own)


# hours to move

EFFORT = SETTINGS.effort


def frame(*rows):
    """Make accounts of (id, manager, region, quadrant, needed, spent)."""
    columns = ["account_id", "manager", "region", "placed", "needed", "spent"]
    accounts = pd.DataFrame(rows, columns=columns).set_index("account_id").astype({"spent": float})
    return accounts.join(judge_effort(accounts, EFFORT))


def desk_of(**net):
    return pd.DataFrame({"region": "North", "net_hours": pd.Series(net, dtype=float)})


@pytest.mark.parametrize(
    ("needed", "spent", "state"),
    [
        (100, 85, "as needed"),  # 15 %: within
        (100, 84, "starves"),
        (100, 115, "as needed"),
        (100, 116, "has too many"),
        (20, 11, "as needed"),  # 9 hours are not worth moving
        (20, 10, "starves"),
        (100, None, None),
    ],
)
def test_hours_are_as_needed_within_the_tolerance(needed, spent, state):
    assert frame(("A", "M", "North", "star", needed, spent))["state"].tolist() == [state]


def test_hours_move_within_a_manager_first_then_free_ones_then_across():
    accounts = frame(
        ("own", "M", "North", "status", 40, 100),
        ("other", "N", "North", "streamline", 10, 90),
        ("far", "S", "South", "streamline", 10, 500),
        ("hungry", "M", "North", "star", 300, 100),
    )
    moves = move_hours(accounts, desk_of(M=230.0, N=110.0, S=900.0).assign(region=["North", "North", "South"]), EFFORT)
    assert moves.values.tolist() == [
        [60, "own", "M", "hungry", "M"],  # all that it has too many
        [30, None, "M", "hungry", "M"],  # 230 less 200 spent
        [20, None, "N", "hungry", "M"],  # 110 less 90 spent
        [80, "other", "N", "hungry", "M"],  # of the region; the South gives nothing
    ]


def test_streamline_gives_first_and_strategic_gets_first():
    accounts = frame(
        ("t", "M", "North", "status", 40, 140), ("l", "M", "North", "streamline", 10, 60), ("n", "M", "North", None, 16, 60),
        ("star", "M", "North", "star", 300, 100), ("first", "M", "North", "strategic", 200, 130),
    )  # fmt: skip
    moves = move_hours(accounts, desk_of(M=0.0), EFFORT)
    assert moves[["hours", "from_account", "to_account"]].values.tolist() == [
        [50, "l", "first"], [20, "t", "first"], [80, "t", "star"], [44, "n", "star"],
    ]  # fmt: skip


ACCOUNT = st.tuples(
    st.sampled_from(["M", "N", None]), st.sampled_from(["North", "South", None]),
    st.sampled_from(["strategic", "star", "status", "streamline", None]), st.integers(0, 300), st.none() | st.integers(0, 300),
)  # fmt: skip


@given(st.lists(ACCOUNT, min_size=1, max_size=12), st.integers(0, 900), st.integers(0, 900))
def test_nobody_gives_more_than_there_is_or_gets_more_than_is_lacking(rows, first, second):
    accounts = frame(*[(f"A{number:02}", *row) for number, row in enumerate(rows)])
    managers = desk_of(M=first, N=second)
    moves = move_hours(accounts, managers, EFFORT)
    got, gave = moves.groupby("to_account")["hours"].sum(), moves.groupby("from_account")["hours"].sum()
    assert (got <= accounts["gap"].reindex(got.index)).all() and (gave <= -accounts["gap"].reindex(gave.index)).all()
    assert (moves["hours"] >= EFFORT.least_hours).all()
    free = moves[moves["from_account"].isna()].groupby("from_manager")["hours"].sum()
    spent = accounts.groupby("manager")["spent"].sum().reindex(managers.index).fillna(0)
    assert (free <= (managers["net_hours"] - spent).reindex(free.index)).all()
    regions = accounts["region"].reindex(moves["from_account"].dropna())
    takers = accounts["region"].reindex(moves.loc[moves["from_account"].notna(), "to_account"])
    same = moves["from_manager"].eq(moves["to_manager"])[moves["from_account"].notna()]
    assert all(one == two or pd.isna(two) or kept for one, two, kept in zip(regions, takers, same, strict=True))


# who looks after whom


def bench(accounts, managers):
    """Make accounts of (id, needed, manager, region) and managers of (id, region, hours)."""
    found = pd.DataFrame(accounts, columns=["id", "needed", "manager", "region"]).set_index("id").astype({"manager": object})
    return found, pd.DataFrame(managers, columns=["id", "region", "net_hours"]).set_index("id").astype({"net_hours": float})


def test_an_overloaded_manager_hands_over_the_least_that_is_enough():
    accounts, managers = bench(
        [("a", 50, "M", "North"), ("b", 30, "M", "North"), ("c", 20, "M", "North"), ("d", 60, "N", "North")],
        [("M", "North", 75), ("N", "North", 100)],
    )
    assigned = assign_accounts(accounts, managers, NODES)
    assert assigned.manager.to_dict() == {"a": "M", "b": "N", "c": "M", "d": "N"}, "b is enough, c alone is not"
    assert assigned.over.to_dict() == {"M": 0, "N": 0} and not assigned.gaps


def test_no_account_leaves_its_region_and_what_is_lacking_is_told():
    accounts, managers = bench(
        [("a", 80, "M", "North"), ("b", 50, "M", "North"), ("c", 10, "S", "South")], [("M", "North", 100), ("S", "South", 900)]
    )
    assigned = assign_accounts(accounts, managers, NODES)
    assert assigned.manager.to_dict() == {"a": "M", "b": "M", "c": "S"} and assigned.over.to_dict() == {"M": 30, "S": 0}


def test_the_manager_of_now_may_keep_an_account_of_another_region_and_unknown_regions_are_no_bar():
    accounts, managers = bench(
        [("a", 80, "M", "South"), ("b", 50, None, None), ("c", 10, "M", "North")], [("M", "North", 100), ("N", None, 60)]
    )
    assert assign_accounts(accounts, managers, NODES).manager.to_dict() == {"a": "M", "b": "N", "c": "M"}


def test_accounts_of_a_manager_of_unknown_capacity_stay_and_that_manager_gets_none():
    accounts, managers = bench(
        [("a", 80, "M", "North"), ("b", 50, "X", "North"), ("c", 50, "ghost", "North")],
        [("M", "North", 10), ("X", "North", float("nan"))],
    )
    assigned = assign_accounts(accounts, managers, NODES)
    assert assigned.manager.to_dict() == {"a": "M", "b": "X", "c": "ghost"} and assigned.over.to_dict() == {"M": 70}


def test_an_account_that_nobody_may_take_stays_without_a_manager():
    accounts, managers = bench([("a", 80, None, "South"), ("b", 10, None, "North")], [("M", "North", 100)])
    assert assign_accounts(accounts, managers, NODES).manager.to_dict() == {"a": None, "b": "M"}


def test_without_managers_there_is_no_assignment():
    accounts, managers = bench([("a", 80, None, "South")], [])
    assigned = assign_accounts(accounts, managers, NODES)
    assert assigned.manager.tolist() == [None] and assigned.over.empty


def test_nobody_of_no_capacity_takes_anything():
    accounts, managers = bench([("a", 80, "M", "North"), ("b", 9, "M", "North")], [("M", "North", 0), ("N", "North", 85)])
    assigned = assign_accounts(accounts, managers, NODES)
    assert assigned.manager.to_dict() == {"a": "N", "b": "N"} and assigned.over.to_dict() == {"M": 0, "N": 4}


REGIONS = st.sampled_from(["North", "South", None])
PEOPLE = st.lists(st.tuples(REGIONS, st.integers(0, 60)), min_size=1, max_size=3)


def weigh(accounts, managers, chosen):
    """Hours beyond capacity, hand-overs and hours handed over of an assignment."""
    load = dict.fromkeys(managers.index, 0)
    for account, name in chosen.items():
        load[name] += accounts["needed"][account]
    over = sum(max(load[name] - managers["net_hours"][name], 0) for name in load)
    moved = [account for account, name in chosen.items() if accounts["manager"][account] not in (None, name)]
    return over, len(moved), sum(accounts["needed"][account] for account in moved)


@try_examples(60)
@given(st.data(), PEOPLE)
def test_the_assignment_is_as_good_as_any(data, people):
    names = [f"M{number}" for number in range(len(people))]
    draw = st.tuples(st.integers(0, 40), st.sampled_from([None, *names]), REGIONS)
    rows = data.draw(st.lists(draw, min_size=1, max_size=5))
    accounts, managers = bench(
        [(f"a{number}", *row) for number, row in enumerate(rows)], [(name, *row) for name, row in zip(names, people, strict=True)]
    )
    assigned = assign_accounts(accounts, managers, NODES)
    may = {account: [] for account in accounts.index}
    for account, name in Desk(accounts, managers).pairs:
        may[account].append(name)
    free = [account for account, allowed in may.items() if allowed]
    choices = [dict(zip(free, names, strict=True)) for names in itertools.product(*(may[account] for account in free))]
    best = min(weigh(accounts, managers, chosen) for chosen in choices)
    found = {account: name for account, name in assigned.manager.items() if name is not None}
    assert weigh(accounts, managers, found) == best and set(found) == set(free)
    assert assigned.over.sum() == best[0]


# what an hour is worth


def test_an_hour_is_worth_what_goes_short_first():
    accounts, managers = bench(
        [("rich", 10, "M", "North"), ("poor", 50, "M", "North"), ("far", 10, "S", "South")],
        [("M", "North", 30), ("S", "South", 20)],
    )
    prices = price_hours(Desk(accounts, managers), pd.Series({"rich": 900.0, "poor": 100.0, "far": 500.0}))
    assert prices.loc["M"].tolist() == [1, 2], "the 30 hours cover rich and 20 of poor: 100 / 50 an hour"
    assert prices.loc["S"].tolist() == [0, 0]


@try_examples(30)
@given(st.data(), PEOPLE)
def test_more_hours_never_cover_less_and_an_hour_covers_at_most_an_hour(data, people):
    draw = st.tuples(st.integers(0, 40), st.sampled_from([None, "M0"]), REGIONS)
    rows = data.draw(st.lists(draw, min_size=1, max_size=5))
    accounts, managers = bench(
        [(f"a{number}", *row) for number, row in enumerate(rows)], [(f"M{number}", *row) for number, row in enumerate(people)]
    )
    worth = pd.Series(data.draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows))), accounts.index, dtype=float)
    prices = price_hours(Desk(accounts, managers), worth)
    assert prices["hours"].between(0, 1).all() and (prices["money"] >= 0).all()


# pages


def test_without_managers_and_efforts_every_answer_says_what_is_missing(tmp_path):
    analysis = analyse(make_portfolio(tmp_path, DAY, accounts=[{"account_id": "A", "name": "Alpha"}]), MODEL)
    assert "the capacity of no manager is known" in str(show.say_hours(analysis))
    assert "How many hours are spent is unknown" in str(show.say_hours(analysis))
    assert show.tabulate_moves(analysis) == "Which hours to move is unknown, for no hours spent are recorded."
    assert show.say_assignment(analysis) == "No assignment is proposed, for the capacity of no manager is known."
    assert show.tabulate_prices(analysis) == "What an hour is worth is unknown, for the capacity of no manager is known."
    assert show.tabulate_starving(analysis) == "Which accounts starve is unknown."
    assert show.tabulate_loads(analysis).startswith("No managers are known")
    assert show.picture_quadrants(analysis) is None and show.picture_loads(analysis) is None
    assert show.list_headlines(analysis) == show.tabulate_moves(analysis)
    assert (
        render_programme(analysis).splitlines()[1] == "A,Alpha,,,,,16,,,,0,0,,No manager of known capacity works in its region."
    )


MANY = [{"account_id": f"A{number}", "account_manager": "M", "region": "North"} for number in range(5)]


def test_more_hours_than_all_managers_have_is_an_answer_not_an_error(tmp_path):
    managers = [{"manager_id": "M", "name": "Ann", "region": "North", "capacity_hours": 100}]
    analysis = analyse(make_portfolio(tmp_path, DAY, accounts=MANY, managers=managers), MODEL)
    said = str(show.say_assignment(analysis))
    assert "Even so 15 hours a year are lacking: 15 of Ann." in said and "All managers together lack 15 hours." in said
    assert "that is proven" in said


def test_hours_of_interactions_are_scaled_and_that_is_said(tmp_path):
    met = [{"account_id": "A0", "date": "2026-05-05", "hours": 3}, {"account_id": "A1", "date": "2026-05-05", "hours": 1}]
    analysis = analyse(make_portfolio(tmp_path, DAY, accounts=MANY, interactions=met), MODEL)
    assert analysis.programme.accounts["spent"].fillna(-1).tolist() == [24, 8, -1, -1, -1], "32 needed of both, 4 hours met"
    assert "they are multiplied by 8.0" in str(show.say_hours(analysis))


def test_the_reason_of_a_hand_over_names_both_managers_and_their_hours(analysis):
    table = show.tabulate_assignment(analysis)
    why = {row[0]: row[-1] for row in table.rows}
    assert why["Aarevik Vaccines ApS"] == (
        "The accounts of Henrik Solberg need 60 hours more than there are. Petra Lindqvist is in its region, International, "
        "and has 1,072 hours free."
    )
    assert why["0010088"].startswith("It has no manager. Zsófia Márkus is in reach")


def test_every_account_is_in_the_file_once_with_hours_that_add_up(analysis):
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(render_programme(analysis))))
    assert [row["account_id"] for row in rows] == list(analysis.accounts.index)
    assert sum(int(row["hours_needed"]) for row in rows) == analysis.programme.managers["needed"].sum() + 40, "one has no manager"
    moved = analysis.programme.moves
    assert sum(int(row["hours_to_get"]) for row in rows) == moved["hours"].sum()
    assert sum(int(row["hours_to_give"]) for row in rows) == moved.loc[moved["from_account"].notna(), "hours"].sum()


def test_a_manager_may_have_several_regions():
    accounts, managers = bench([("a", 80, None, "South"), ("b", 9, None, "West")], [("M", "North, South", 90), ("N", "West", 9)])
    assert assign_accounts(accounts, managers, NODES).manager.to_dict() == {"a": "M", "b": "N"}


def test_accounts_starve_and_nobody_has_hours_to_give(tmp_path):
    managers = [{"manager_id": "M", "name": "Ann", "region": "North", "capacity_hours": 0}]
    efforts = [{"account_id": "A0", "manager_id": "M", "period": "2026", "hours": 1}]
    analysis = analyse(make_portfolio(tmp_path, DAY, accounts=MANY, managers=managers, efforts=efforts), MODEL)
    assert analysis.programme.managers["spent"].tolist() == [1]
    assert show.tabulate_moves(analysis) == "1 account starves, and nobody in reach has hours to give."


def test_where_the_search_is_stopped_at_once_it_goes_on_by_exchange_and_claims_no_proof():
    """Managers with little room to spare: stopped after one node, the hours beyond capacity are as few as after a long search."""
    rng = np.random.default_rng(0)
    accounts = pd.DataFrame(
        {"needed": rng.integers(20, 180, 24), "region": None}, index=[f"A{number:02}" for number in range(24)]
    )
    accounts["manager"] = [f"M{min(number, 3)}" for number in rng.geometric(0.4, 24) - 1]
    hours = float(accounts["needed"].sum() * 1.01 // 4)
    managers = pd.DataFrame({"region": None, "net_hours": hours}, index=[f"M{number}" for number in range(4)])
    quick = assign_accounts(accounts, managers, 1)
    assert int(quick.over.sum()) == 0
    loads = accounts["needed"].groupby(quick.manager).sum()
    assert (loads <= hours).all() and set(quick.manager) <= set(managers.index)


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        ({}, ", as many as needed and no more"),
        ({"hours": 3.0}, ", as many as needed and no more"),
        ({"hand_overs": 5.0}, "; whether fewer would do is not proven"),
        ({"over": 1.0}, "; whether fewer would do is not proven"),
    ],
)
def test_that_no_fewer_hand_overs_would_do_is_said_where_it_is_proven(gaps, said):
    assert show._say_needed(gaps) == said

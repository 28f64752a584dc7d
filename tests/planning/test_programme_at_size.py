"""Assignments by parts and by prices: as good as brute force where that reaches, bounded and kept where it does not."""

import itertools
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trying import try_examples

from kamnb.display.programme import programme as show
from kamnb.planning.programme import Desk, assign_accounts, search
from kamnb.planning.programme.bound import bound_by_prices
from kamnb.planning.programme.program import STAGES, write_program
from kamnb.planning.programme.search import Stage, search_best


def make_desk(accounts, managers, tight, seed, regions=("North",)):
    """Draw accounts of odd hours, some without manager, and managers who have `tight` hours for each that is needed."""
    draw = random.Random(seed)
    names = [f"M{number:02}" for number in range(managers)]
    team = pd.DataFrame({"region": [regions[number % len(regions)] for number in range(managers)]}, index=names)
    rows = []
    for _ in range(accounts):
        manager = draw.choice(names)
        rows.append((draw.randint(10, 400), manager if draw.random() < 0.95 else None, team["region"][manager]))
    book = pd.DataFrame(rows, columns=["needed", "manager", "region"], index=[f"A{number:04}" for number in range(accounts)])
    hours = book.groupby("region")["needed"].sum() * tight / team["region"].value_counts()
    return Desk(book, team.assign(net_hours=team["region"].map(hours).fillna(0).astype(int).astype(float)))


def weigh(program, point):
    """What a point reaches in every goal but ids."""
    return tuple(program.weigh(stage, point) for stage in STAGES[:-1])


def solve_by_brute_force(program):
    """What the best of all assignments reaches."""
    own = [np.flatnonzero(program.account == number) for number in range(program.accounts)]
    points = (np.isin(np.arange(len(program.account)), chosen).astype(float) for chosen in itertools.product(*own))
    return min(weigh(program, point) for point in points)


@st.composite
def desks(draw, most=6):
    regions = st.sampled_from(["North", "South", "North; South", None])
    people = draw(st.lists(st.tuples(regions, st.integers(0, 60)), min_size=1, max_size=3))
    names = [f"M{number}" for number in range(len(people))]
    account = st.tuples(st.integers(0, 40), st.sampled_from([None, *names]), st.sampled_from(["North", "South", None]))
    rows = draw(st.lists(account, min_size=1, max_size=most))
    book = pd.DataFrame(rows, columns=["needed", "manager", "region"], index=[f"A{number}" for number in range(len(rows))])
    team = pd.DataFrame(people, columns=["region", "net_hours"], index=names).astype({"net_hours": float})
    return Desk(book.astype({"manager": object}), team)


@try_examples(40)
@given(desks())
def test_by_parts_and_prices_nothing_is_worse_than_now_and_no_bound_is_above_the_best(desk):
    """Small desks are searched as large ones are, and each goal is held against brute force."""
    if not desk.pairs:
        return
    program = write_program(desk)
    best = solve_by_brute_force(program)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "SMALL", 0)
        point, gaps = search_best(program, 1)
    found = weigh(program, point)
    assert best <= found <= weigh(program, program.start())
    open_one = next((stage for stage in STAGES if stage in gaps), "id")
    proven = STAGES.index(open_one)
    assert found[:proven] == best[:proven], "what is said to be proven is the best"
    if open_one != "id":
        assert found[proven] - gaps[open_one] <= best[proven] <= found[proven]


@try_examples(40)
@given(desks(most=5), st.sampled_from(["hand_overs", "hours"]))
def test_prices_bound_what_any_assignment_reaches(desk, stage):
    if not desk.pairs:
        return
    program = write_program(desk)
    best = solve_by_brute_force(program)
    limits = dict(zip(STAGES[: STAGES.index(stage)], best, strict=False))
    relaxed = program.relax(stage, limits)
    priced = bound_by_prices(program, stage, limits, 10**6, relaxed)
    assert max(relaxed.bound, priced.bound) <= best[STAGES.index(stage)]


def test_prices_prove_what_shared_accounts_do_not():
    """A manager with accounts of 40 hours who lacks 50 hands over two of them; shared, one and a quarter would do."""
    book = pd.DataFrame({"needed": 40, "manager": "M", "region": None}, index=[f"A{number}" for number in range(6)])
    program = write_program(Desk(book, pd.DataFrame({"region": None, "net_hours": [190.0, 100.0]}, index=["M", "N"])))
    relaxed = program.relax("hand_overs", {"over": 0})
    assert relaxed.bound == 2 and relaxed.shares @ program.goals["hand_overs"] == pytest.approx(1.25)
    spread = pd.DataFrame({"needed": 40, "manager": [f"M{number % 4}" for number in range(24)], "region": None})
    spread.index = [f"A{number:02}" for number in range(24)]
    team = pd.DataFrame({"region": None, "net_hours": [230.0] * 4 + [200.0]}, index=["M0", "M1", "M2", "M3", "N"])
    program = write_program(Desk(spread, team))
    relaxed = program.relax("hand_overs", {"over": 0})
    assert relaxed.bound == 1, "a quarter of an account of each of four"
    assert bound_by_prices(program, "hand_overs", {"over": 0}, 4, relaxed).bound == 4, "one whole account of each"


@pytest.mark.parametrize(("tight", "regions"), [(1.02, ("North",)), (1.0, ("North", "South")), (0.8, ("North",))])
def test_a_large_desk_is_bounded_and_found_alike_each_time(tight, regions, monkeypatch):
    monkeypatch.setattr(search, "SMALL", 100)
    desk = make_desk(44, 4, tight, 1, regions)
    found, again = (assign_accounts(desk.accounts, desk.managers, 20) for _ in range(2))
    assert found.manager.equals(again.manager) and found.gaps == again.gaps
    needed, has = desk.accounts["needed"].sum(), desk.managers["net_hours"].sum()
    assert found.over.sum() - found.gaps.get("over", 0) <= max(needed - has, 0) <= found.over.sum()
    program = write_program(desk)
    places = {pair: number for number, pair in enumerate(desk.pairs)}
    point = np.zeros(len(program.account))
    point[[places[pair] for pair in found.manager.items()]] = 1
    assert weigh(program, point) < weigh(program, program.start())
    assert all(gap >= 1 for gap in found.gaps.values())


@try_examples(40)
@given(desks(most=5), st.sampled_from([3, 8]))
def test_what_is_lacking_at_least_where_needs_are_multiples_is_no_more_than_brute_force_finds(desk, unit):
    book = desk.accounts.assign(needed=desk.accounts["needed"] * unit)
    program = write_program(Desk(book, desk.managers)) if desk.pairs else None
    if program:
        assert program.lack_least() <= solve_by_brute_force(program)[0]


def test_even_needs_and_odd_capacities_lack_an_hour():
    book = pd.DataFrame({"needed": 40, "manager": "M", "region": None}, index=["A", "B", "C"])
    program = write_program(Desk(book, pd.DataFrame({"region": None, "net_hours": [79.0, 41.0]}, index=["M", "N"])))
    assert program.relax("over", {}).bound == 0 and program.lack_least() == 1


def test_districts_are_searched_by_themselves():
    desk = make_desk(24, 4, 1.05, 3, ("North", "South"))
    program = write_program(desk)
    districts = list(program.districts())
    assert len(districts) == 2 and sum(districts).tolist() == [True] * len(program.account)
    parts = [
        weigh(program.take(pairs, program.start()), search_best(program.take(pairs, program.start()), 500)[0])
        for pairs in districts
    ]
    assert tuple(sum(each) for each in zip(*parts, strict=True)) == weigh(program, search_best(program, 500)[0])


def test_a_part_keeps_to_what_the_rest_leaves():
    """What a part may lack or hand over is the limit less what the others do."""
    program = write_program(make_desk(20, 4, 0.9, 5))
    point = program.start()
    stage = Stage(program, "over", {}, point, 0)
    pairs = (
        np.isin(program.manager, (0, 1))
        & (np.bincount(program.account, point * np.isin(program.manager, (0, 1))) > 0)[program.account]
    )
    part = program.take(pairs, point)
    limits = program.limit(pairs, point, {"over": program.weigh("over", point), "hand_overs": 7})
    assert part.weigh("over", point[pairs]) == limits["over"] and limits["hand_overs"] == 7
    assert stage.solve_part(pairs) and program.weigh("over", stage.point) <= program.weigh("over", point)


def test_what_is_not_proven_is_said_in_words():
    gaps = {"hand_overs": 6, "hours": 538, "id": float("inf")}
    assert show._say_proof(gaps) == (
        "The search was stopped at its limit; lower could still be: hand-overs by up to 6 and hours handed over by up to 538."
    )
    assert show._say_proof({"id": float("inf")}) == (
        "No other assignment is better; that is proven; which of those as good comes first by ids was not searched."
    )
    assert show._say_proof({}) == "No other assignment is better; that is proven."

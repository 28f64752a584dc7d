"""Why scores moved: parts sum to the change on random days and models, and each cause gets its own."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis.measuring import measure_scores
from kamnb.analysis.method import load_method
from kamnb.scoring import Criteria
from kamnb.scoring.movement import find_movement
from kamnb.scoring.movement.evaluation import MOST
from kamnb.scoring.movement.models import join_models
from kamnb.scoring.movement.movement import share_axis
from kamnb.scoring.movement.sides import set_sides
from kamnb.scoring.scores import score_axis

DAYS = date(2026, 3, 31), date(2026, 6, 30)
RATED = Criteria.from_toml("""
[attractiveness.size]
weight = 100
annual_spend = { weight = 100, anchors = [[0, 0], [100, 10]] }
[strength.view]
weight = 100
trust = { from = "ratings", weight = 60 }
price = { from = "ratings", weight = 40 }
""")
OPINIONS = pd.DataFrame(columns=["account_id", "criterion", "score_before", "score_now"])
NOBODY = pd.DataFrame()


def make_model(weights, high, standing):
    names = ("revenue_ltm", "tenure", "gross_margin")
    groups = zip(("a", "b", "c"), names, weights, high, strict=True)
    text = ""
    for group, name, weight, top in groups:
        stands = group == "c" and standing
        text += f"[strength.{group}]\nweight = {100 if stands else weight}\n{'stands_in = true' if stands else ''}\n"
        text += f"{name} = {{ weight = 100, anchors = [[0, 0], [{top}, 10]] }}\n"
    return Criteria.from_toml(text)


MODELS = st.builds(
    lambda first, high, standing: make_model(
        (first, 100 - first, 0) if standing else (first, 90 - first, 10), high, standing
    ),
    st.integers(5, 85), st.tuples(*[st.integers(1, 9)] * 3), st.booleans(),
)  # fmt: skip
VALUE = st.one_of(st.none(), st.integers(0, 10))
DAY = st.lists(st.tuples(VALUE, VALUE, VALUE), min_size=4, max_size=4)


@given(MODELS, MODELS, DAY, DAY)
def test_parts_sum_to_the_change_between_any_two_days_and_models(old, new, then, here):
    index = pd.Index(list("ABCD"), name="account_id")
    names = ["revenue_ltm", "tenure", "gross_margin"]
    facts = [pd.DataFrame(rows, index=index, columns=names, dtype=float) for rows in (then, here)]
    scores = [score_axis("strength", side, model, min_known=0.0) for side, model in zip(facts, (old, new), strict=True)]
    known = index[~np.isnan(scores[0]) & ~np.isnan(scores[1])]
    models = join_models(old, new)
    rows = share_axis(set_sides("strength", known, facts, OPINIONS, (NOBODY, NOBODY), models), models) if len(known) else []
    parts = pd.DataFrame(rows, columns=["account", "axis", "criterion", "cause", "effect", "needed"])
    change = pd.Series(scores[1] - scores[0], index=index)[known]
    assert (parts.groupby("account")["effect"].sum().reindex(known, fill_value=0.0) - change).abs().max() < 1e-9 or not len(known)
    still = {(account, name) for account in known for name in names if facts[0].loc[account, name] == facts[1].loc[account, name]}
    assert not still & set(zip(parts["account"], parts["criterion"], strict=True)), "a value that stood still has no part"


def rate(criterion, score, day, rater, account="A", **more):
    return {"account_id": account, "criterion": criterion, "score": score, "rated_on": day, "rater": rater, **more}


def move(folder, model=RATED, before=None, accounts=({"account_id": "A", "annual_spend": 80},), **tables):
    portfolio = make_portfolio(folder, DAYS[1], accounts=list(accounts), **tables)
    method = load_method(portfolio.own)
    sides = [
        measure_scores(portfolio.at(day), each, method).side for day, each in zip(DAYS, (before or model, model), strict=True)
    ]
    return find_movement(*sides), sides


def read_parts(movement, account="A", axis="strength"):
    parts = movement.parts[(movement.parts["account_id"] == account) & (movement.parts["axis"] == axis)]
    return {(row.criterion, row.cause): round(row.effect, 9) for row in parts.itertuples()}


def test_a_new_opinion_and_a_new_rater_each_have_their_part(tmp_path):
    """Trust: Kim 4 then 6; Lee joins with 9: mean 4, then 7.5. Kim alone 6, Lee beside the old Kim 6.5: 1.5 and 2."""
    ratings = [rate("trust", 4, "2026-01-10", "Kim"), rate("price", 5, "2026-01-10", "Kim")]
    ratings += [rate("trust", 6, "2026-05-10", "Kim"), rate("trust", 9, "2026-05-11", "Lee")]
    movement, sides = move(tmp_path, ratings=ratings)
    assert read_parts(movement) == {("trust", "rating"): 0.9, ("trust", "raters"): 1.2}
    assert sides[1].scores.loc["A", "strength"] - sides[0].scores.loc["A", "strength"] == pytest.approx(2.1)
    assert movement.parts["is_needed"].all(), "4.4 to 6.5: without either alone it had crossed 5 all the same"


def test_a_value_that_appeared_moves_the_score_and_those_that_stood_still_do_not(tmp_path):
    ratings = [rate("trust", 8, "2026-01-10", "Kim"), rate("price", 2, "2026-05-10", "Kim")]
    assert read_parts(move(tmp_path, ratings=ratings)[0]) == {("price", "appeared"): -2.4}


def test_a_new_account_is_new_in_all(tmp_path):
    """It is rated for the first time within the days: nothing of its strength was known."""
    ratings = [rate("trust", 8, "2026-05-10", "Kim"), rate("price", 6, "2026-05-10", "Kim")]
    movement, sides = move(tmp_path, ratings=ratings)
    assert read_parts(movement) == {("", "scored"): 7.2}
    gone = replace(sides[0], scores=sides[0].scores.drop(index="A"), facts=sides[0].facts.drop(index="A"))
    new = find_movement(gone, sides[1])
    assert read_parts(new) == {("", "new"): 7.2} and read_parts(new, axis="attractiveness") == {("", "new"): 8.0}


def test_weights_anchors_and_the_cut_of_another_model(tmp_path):
    ratings = [rate("trust", 8, "2026-01-10", "Kim"), rate("price", 2, "2026-01-10", "Kim")]
    other = Criteria.from_toml("""
    model.cut = { attractiveness = 9.0, strength = 5.0 }
    [attractiveness.size]
    weight = 100
    annual_spend = { weight = 100, anchors = [[0, 0], [200, 10]] }
    [strength.view]
    weight = 100
    trust = { from = "ratings", weight = 20 }
    price = { from = "ratings", weight = 80 }
    """)
    movement, _ = move(tmp_path, model=other, before=RATED, ratings=ratings)
    assert read_parts(movement) == {("", "weights"): -2.4}
    assert read_parts(movement, axis="attractiveness") == {("", "anchors"): -4.0, ("", "cut"): 0.0}, "8 is below the new cut too"
    cut = replace(RATED, cut={"attractiveness": 8.5, "strength": 5.0})
    only = move(tmp_path, model=cut, before=RATED, ratings=ratings)[0].parts
    assert only[["axis", "cause", "effect", "is_needed"]].values.tolist() == [["attractiveness", "cut", 0.0, True]]


def test_a_criterion_that_the_model_dropped_takes_its_weight_with_it(tmp_path):
    ratings = [rate("trust", 8, "2026-01-10", "Kim"), rate("price", 2, "2026-01-10", "Kim")]
    alone = replace(RATED, axes={**RATED.axes, "strength": (replace(RATED.axes["strength"][0], share=1.0),)})
    assert read_parts(move(tmp_path, model=alone, before=RATED, ratings=ratings)[0]) == {("", "weights"): 2.4}


def test_competitors_have_their_part_in_relative_strength(tmp_path):
    relative = replace(RATED, strength_mode="relative", cut={"attractiveness": 5.0, "strength": 1.0})
    ratings = [rate(name, 6, "2026-01-10", "Kim") for name in ("trust", "price")]
    ratings += [rate(name, 6, "2026-01-10", "Kim", competitor="Rival") for name in ("trust", "price")]
    ratings += [rate(name, 8, "2026-05-10", "Kim", competitor="Rival") for name in ("trust", "price")]
    movement, sides = move(tmp_path, model=relative, ratings=ratings)
    assert sides[1].scores.loc["A", "strength"] == pytest.approx(0.75)
    assert read_parts(movement) == {("", "competitor"): -0.25}
    assert movement.parts["is_needed"].tolist() == [True]


def test_a_stage_as_strength_is_one_part_and_crosses_a_cut_only_where_it_does(analysis):
    model = replace(analysis.criteria, strength_mode="stage", cut={**analysis.criteria.cut, "strength": 3.5})
    sides = [measure_scores(analysis.portfolio.at(day), model, analysis.method).side for day in (date(2025, 12, 31), DAYS[1])]
    parts = find_movement(*sides).parts
    own = parts[parts["axis"] == "strength"].set_index("account_id")
    high = [side.scores["strength"] >= 3.5 for side in sides]
    assert len(own) and set(own["cause"]) == {"stage"}
    assert own["is_needed"].eq((high[0] != high[1])[own.index]).all() and not own["is_needed"].all()


def test_more_causes_than_can_be_told_apart_are_told_together_and_still_add_up():
    names = [f"c{number}" for number in range(MOST + 3)]
    rows = "\n".join(f'{name} = {{ from = "ratings" }}' for name in names)
    model = Criteria.from_toml(f"[strength.view]\nweight = 100\n{rows}")
    index = pd.Index(["A"], name="account_id")
    facts = [pd.DataFrame([np.arange(len(names)) % 3 + step], index=index, columns=names, dtype=float) for step in (0, 1)]
    facts[1]["c0"] = 9.0
    opinions = pd.DataFrame(columns=["account_id", "criterion", "score_before", "score_now"])
    models = join_models(model, model)
    parts = share_axis(set_sides("strength", index, facts, opinions, (NOBODY, NOBODY), models), models)
    assert len(parts) == MOST and parts[0][2] == "c0" and "others" in {part[3] for part in parts}
    change = (facts[1] - facts[0]).mean(axis=1).item()
    assert sum(part[4] for part in parts) == pytest.approx(change, abs=1e-9)


def test_the_stage_moved_by_the_tests_that_changed(tmp_path):
    """Of the sample: what the tests say is what the stages say."""
    from kamnb.analysis import choose_criteria
    from kamnb.data.door import open_portfolio
    from kamnb.places import data_folder

    portfolio = open_portfolio(data_folder() / "sample")
    model, method = choose_criteria(portfolio, data_folder() / "sample").criteria, load_method(portfolio.own)
    sides = [measure_scores(portfolio.at(day), model, method).side for day in (date(2025, 12, 31), DAYS[1])]
    movement = find_movement(*sides)
    stages = [side.stages["stage"] for side in sides]
    moved = stages[1].index[(stages[0] != stages[1]) & stages[0].notna() & stages[1].notna()]
    assert len(moved) and set(movement.tests["account_id"]) == set(moved)
    known = movement.tests.dropna(subset=["fact"])
    passes = [
        np.where(known["is_least"], known[f"value_{side}"] >= known["bound"], known[f"value_{side}"] <= known["bound"])
        for side in ("before", "now")
    ]
    assert (passes[1] == (known["stage_now"] > known["stage_before"])).all() and (passes[0] != passes[1]).all()
    for axis in ("attractiveness", "strength"):
        own = movement.parts[movement.parts["axis"] == axis].groupby("account_id")["effect"].sum()
        change = (sides[1].scores[axis] - sides[0].scores[axis]).dropna()
        assert (own.reindex(change.index, fill_value=0.0) - change).abs().max() < 1e-9

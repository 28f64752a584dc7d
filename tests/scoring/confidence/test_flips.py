"""What would move an account: each change named does, a hair less does not."""

import numpy as np
import pandas as pd
import pytest

from kamnb.scoring import Criteria, score_accounts
from kamnb.scoring.confidence import ConfidenceSettings, measure_confidence
from kamnb.scoring.points import points_of
from kamnb.scoring.trial import begin_trial

MODEL = Criteria.from_toml("""
[attractiveness.size]
weight = 100
annual_spend = { from = "accounts.annual_spend", weight = 45, anchors = [[100, 0], [500, 5], [2000, 10]] }
growth = { from = "accounts.own_growth", weight = 30, anchors = [[-0.1, 0], [0.0, 4], [0.1, 4], [0.2, 10]] }
days_late = { weight = 25, anchors = [[0, 10], [15, 5], [45, 0]] }
[strength.view]
weight = 100
trust = { from = "ratings", weight = 55 }
service = { from = "ratings", weight = 45 }
""")
FACTS = pd.DataFrame(
    {
        "annual_spend": [450.0, 700.0, 9000.0, 300.0], "growth": [0.05, 0.12, 0.3, np.nan], "days_late": [16.0, 20.0, 0.0, 9.0],
        "trust": [5.5, 4.0, 10.0, 4.0], "service": [4.0, 6.0, 10.0, 5.5],
    },
    index=list("ABCD"),
)  # fmt: skip
NONE = pd.DataFrame({"account_id": [], "competitor": [], "criterion": [], "score": []})
HAIR = {"annual_spend": 1e-3, "growth": 1e-6, "days_late": 1e-4, "trust": 1e-5, "service": 1e-5}


def measure(facts=FACTS, model=MODEL):
    return measure_confidence(facts, score_accounts(facts, model), model, ConfidenceSettings.load(), NONE)


def quadrant(account, facts=FACTS, model=MODEL):
    return score_accounts(facts, model).loc[account, "quadrant"]


def list_all(kind):
    sure = measure()
    return [(account, to, flip) for account in FACTS.index for to, flip in sure.flips(account) if flip.kind == kind]


@pytest.mark.parametrize("account, to, flip", list_all("value"), ids=lambda each: getattr(each, "criterion", each))
def test_the_value_named_flips_and_a_hair_to_the_other_side_does_not(account, to, flip):
    hair, found = HAIR[flip.criterion], set()
    for value in (flip.needed - hair, flip.needed + hair):
        facts = FACTS.copy()
        facts.loc[account, flip.criterion] = value
        found.add((value > flip.needed, quadrant(account, facts)))
    across = flip.side in ("at least", "above")
    assert found == {(across, to), (not across, quadrant(account))}


@pytest.mark.parametrize("account, to, flip", list_all("weight"), ids=lambda each: getattr(each, "criterion", each))
def test_the_weight_named_flips_and_a_hair_less_does_not(account, to, flip):
    """Other weights keep their proportion; only of known criteria, so what is unknown is left out of the model here."""
    known = FACTS.loc[account].dropna().index
    group = {each.name: each.weight for axis, each in MODEL.listed() if axis == flip.axis and each.name in known}
    margins = {name: margin(account, flip.axis, name) for name in group}
    rest = sum(weight for name, weight in group.items() if name != flip.criterion)
    found = []
    for step in (-1e-4, 1e-4):
        needed = flip.needed + step
        if not 0 <= needed <= 1:
            continue
        total = needed * margins[flip.criterion] + (1 - needed) * sum(
            weight / rest * margins[name] for name, weight in group.items() if name != flip.criterion
        )
        found.append(total >= 0)
    assert len(set(found)) == len(found) and found[-1 if flip.side == "at least" else 0] == flip.up


def margin(account, axis, name):
    each = next(one for where, one in MODEL.listed() if where == axis and one.name == name)
    return float(points_of([FACTS.loc[account, name]], each.anchors)[0]) - MODEL.cut[axis]


def test_the_nearest_comes_first_and_what_cannot_flip_is_left_out():
    sure = measure()
    for account in FACTS.index:
        distances = [round(flip.distance, 12) for _, flip in sure.flips(account)]
        assert distances == sorted(distances)
    assert all(flip.kind == "value" for _, flip in sure.flips("C"))  # all points at 10: no weighting brings it down
    assert {flip.criterion for _, flip in sure.flips("C")} == {"trust"}  # of weight 55; the others fall short at 0 points


def test_a_weight_named_is_one_that_the_sliders_can_set():
    to, flip = next((to, flip) for to, flip in measure().flips("B") if flip.kind == "weight" and flip.criterion == "trust")
    weight = 100 * (flip.needed + (0.01 if flip.side == "at least" else -0.01))
    model = begin_trial(MODEL).set_weight("trust", weight).set_weight("service", 100 - weight).build()
    assert quadrant("B", model=model) == to


BOTH = Criteria.from_toml("""
[attractiveness.size]
weight = 100
tenure = { weight = 50, anchors = [[0, 0], [10, 10]] }
revenue_ltm = { weight = 50, anchors = [[0, 0], [100, 10]] }
[strength.bond]
weight = 100
tenure = { weight = 60, anchors = [[0, 0], [20, 10]] }
people_reached = { weight = 40, anchors = [[0, 0], [10, 10]] }
""")


@pytest.mark.parametrize("values", [(6.0, 45.0, 3.0), (2.0, 60.0, 8.0), (9.0, 30.0, 8.0), (15.0, 0.0, 9.0)])
def test_a_value_that_stands_on_both_axes_may_cross_both_cuts(values):
    tenure, revenue, people = values
    columns = ["attractiveness_tenure", "revenue_ltm", "strength_tenure", "people_reached"]
    facts = pd.DataFrame([[tenure, revenue, tenure, people]], index=["A"], columns=columns)
    flips = [
        (to, flip) for to, flip in measure(facts, BOTH).flips("A") if flip.criterion.endswith("tenure") and flip.kind == "value"
    ]
    assert flips
    for to, flip in flips:
        step = 1e-6 if flip.side in ("at least", "above") else -1e-6
        moved = facts.assign(attractiveness_tenure=flip.needed + step, strength_tenure=flip.needed + step)
        assert quadrant("A", moved, BOTH) == to


def test_moving_a_cut_tells_who_moves():
    sure = measure()
    moved = sure.move_cut("strength", 0.5)
    raised = score_accounts(FACTS, MODEL)["strength"]
    assert list(moved) == [account for account in FACTS.index if 5.0 <= raised[account] < 5.5]
    assert list(sure.move_cut("strength", 0.0)) == []


def test_knowing_what_is_unknown_never_makes_a_place_less_sure():
    lessons = measure().lessons("D")
    assert (lessons["sure_then"] >= lessons["sure_now"] - 1e-9).all()
    assert lessons.loc[lessons["criterion"] == "growth", "why"].item() == "unknown"


def test_the_nearest_is_the_first_of_all(analysis):
    confidence = analysis.confidence
    found = {account: (confidence.flips(account), confidence.find_nearest(account)) for account in analysis.accounts.index}
    assert all(nearest == next(iter(flips), None) for flips, nearest in found.values())
    assert {nearest is None for _, nearest in found.values()} == {True, False}

"""Chances from all four doubts, judged by plain draws of another hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trying import try_examples

from kamnb.scoring import Criteria, score_accounts
from kamnb.scoring.confidence import ConfidenceSettings, chances, measure_confidence, share_dots
from kamnb.scoring.points import points_of

PLACES = ["strategic", "star", "status", "streamline"]
SETTINGS = ConfidenceSettings.load()
MODEL = Criteria.from_toml("""
[attractiveness.size]
weight = 70
accessible_spend = { weight = 60, anchors = [[0, 0], [100, 5], [400, 10]] }
days_late = { weight = 40, anchors = [[0, 10], [15, 5], [45, 0]] }
[attractiveness.view]
weight = 30
trust = { from = "ratings", weight = 100 }
[strength.view]
weight = 65
trust = { from = "ratings", weight = 40 }
service = { from = "ratings", weight = 60 }
[strength.share]
weight = 35
share_of_wallet = { weight = 70, anchors = [[0.0, 0], [0.25, 5], [0.60, 10]] }
tenure = { weight = 30, anchors = [[0, 0], [10, 10]] }
""")
FACTS = pd.DataFrame(
    {
        "accessible_spend": [110.0, 90.0, 100.0, np.nan, 380.0, 130.0, 60.0, 20.0],
        "days_late": [14.0, np.nan, 20.0, 5.0, 2.0, np.nan, 30.0, 40.0],
        "attractiveness_trust": [5.0, 5.5, np.nan, 5.0, 9.0, 4.0, 4.0, 1.0],
        "strength_trust": [5.0, 5.5, np.nan, 5.0, 9.0, 4.0, 4.0, 1.0],
        "service": [4.5, 6.0, 5.5, 5.5, 9.0, np.nan, 6.0, 1.0],
        "share_of_wallet": [0.28, 0.20, 0.27, 0.25, 0.55, 0.24, np.nan, 0.01],
        "tenure": [5.0, 4.0, 6.0, np.nan, 9.0, 5.0, 5.0, 1.0],
    },
    index=list("ABCDEFGH"),
)
INDICATORS = pd.DataFrame(
    {
        "share_of_wallet": FACTS["share_of_wallet"],
        "share_of_wallet_low": FACTS["share_of_wallet"] / [1.5, 1.2, np.nan, 1.3, 1.1, 1.6, 1.2, 1.2],
        "share_of_wallet_high": FACTS["share_of_wallet"] / [0.7, 0.8, np.nan, 0.9, 0.9, 0.5, 0.8, 0.8],
    }
)
RATINGS = pd.DataFrame(
    [
        (account, "", criterion, FACTS.loc[account, column] + step)
        for column, criterion in {"strength_trust": "trust", "service": "service"}.items()
        for account in FACTS.index[FACTS[column].notna()]
        for step in ((-1, 1) if account in "AC" else (0,))
    ],
    columns=["account_id", "competitor", "criterion", "score"],
)


def measure(facts=FACTS, model=MODEL, ratings=RATINGS, indicators=INDICATORS, **changes):
    chosen = SETTINGS.model_copy(update=changes)
    return measure_confidence(facts, score_accounts(facts, model), model, chosen, ratings, None, indicators)


def judge(account, draws=2_000_000, weights=True, raters=True, ranges=True, missing=True, seed=1):
    """Draw everything that is uncertain of an account of `FACTS` anew for each of many weightings; return the four shares."""
    random, drawn, reached = np.random.default_rng(seed), {}, []
    low, high = (
        FACTS.loc[account, "share_of_wallet"] / INDICATORS.loc[account, f"share_of_wallet_{end}"] for end in ("high", "low")
    )
    wallet = random.triangular(low, 1.0, high, draws) if ranges and low < high else 1.0
    for axis in ("attractiveness", "strength"):
        listed = [each for each in MODEL.axes[axis] if missing or not np.isnan(FACTS.loc[account, each.name])]
        shares = np.array([each.share for each in listed])
        concentration = 75 * shares / shares.sum()
        gammas = [random.standard_gamma(each, draws) if weights else each for each in concentration]
        total = 0.0
        for each, gamma in zip(listed, gammas, strict=True):
            if each.measures not in drawn:
                drawn[each.measures] = draw_value(each, account, wallet, random, draws, raters)
            value = drawn[each.measures]
            total = total + gamma * ((points_of(value, each.anchors) if each.anchors else value) - 5)
        reached.append(total >= 0)
    high, strong = reached
    return [float(np.mean(part)) for part in (high & strong, high & ~strong, ~high & strong, ~high & ~strong)]


def draw_value(each, account, wallet, random, draws, raters):
    value = FACTS.loc[account, each.name]
    if np.isnan(value):
        return random.choice(FACTS[each.name].dropna().to_numpy(), draws)
    if each.source == "ratings" and raters:
        spread, number = 2**0.5, 2 if account in "AC" else 1  # two accounts with 5 -+ 1: s squared is 2
        return value + random.standard_normal(draws) * spread / number**0.5
    return value * wallet if each.name == "accessible_spend" else value / wallet if each.name == "share_of_wallet" else value


CASES = [("A", {}), ("F", {})]
OFF = [(), ("raters",), ("weights",), ("ranges", "raters"), ("missing",), ("missing", "raters", "ranges")]
MORE = [(account, dict.fromkeys(names, False)) for account in "ABCFG" for names in OFF]


@pytest.mark.parametrize("account, switches", CASES)
def test_chances_are_those_of_two_million_draws(account, switches):
    assert measure(**switches).chances.loc[account, PLACES].tolist() == pytest.approx(judge(account, **switches), abs=5e-3)


@pytest.mark.soak
@pytest.mark.parametrize("account, switches", MORE)
def test_chances_are_those_of_two_million_draws_in_every_case(account, switches):
    assert measure(**switches).chances.loc[account, PLACES].tolist() == pytest.approx(judge(account, **switches), abs=5e-3)


def test_switched_off_one_by_one_until_every_place_is_sure():
    sure = measure(weights=False, raters=False, ranges=False, missing=False).chances
    placed = sure["quadrant"].notna()
    assert (
        placed.sum() == 7
        and sure.loc[placed, "quadrant"].eq(1).all()
        and sure["too_close"].sum() == 0
        and sure["too_close"].isna().sum() == 1
    )


def test_what_is_not_placed_has_no_chances_and_the_hard_bounds_are_told():
    chances = measure().chances
    assert chances.loc["D", [*PLACES, "quadrant", "placed"]].isna().all() and not measure().is_close("D")
    assert measure().count("D") == {} and measure().flips("D") == []
    low, high = measure().bounds.loc["G", ["strength_low", "strength_high"]]
    scored = {None: FACTS} | {points: FACTS.fillna({"share_of_wallet": share}) for points, share in ((0, 0.0), (10, 0.6))}
    assert low == pytest.approx(score_accounts(scored[0], MODEL).loc["G", "strength"])
    assert high == pytest.approx(score_accounts(scored[10], MODEL).loc["G", "strength"])


def test_an_account_far_from_both_cuts_is_sure():
    chances = measure().chances
    assert chances.loc["E", "strategic"] == pytest.approx(1, abs=1e-3)
    assert chances.loc["H", "streamline"] == pytest.approx(1, abs=1e-3)


def test_an_override_changes_no_chance():
    scores = score_accounts(FACTS, MODEL)
    placed = scores.assign(placed=scores["quadrant"].where(scores.index != "E", "streamline"))
    plain, overruled = (measure_confidence(FACTS, each, MODEL, SETTINGS, RATINGS).chances for each in (scores, placed))
    pd.testing.assert_frame_equal(plain[PLACES], overruled[PLACES])
    assert overruled.loc["E", "placed"] == overruled.loc["E", "streamline"] and not overruled.loc["E", "too_close"]


def test_where_the_stage_is_the_strength_that_axis_is_sure():
    model = replace(MODEL, strength_mode="stage", cut={"attractiveness": 5.0, "strength": 3.5})
    stages = pd.DataFrame({"stage": [4.0] * 7 + [np.nan], "stage_reason": None}, index=FACTS.index)
    scores = score_accounts(FACTS, model, None, stages)
    chances = measure_confidence(FACTS, scores, model, SETTINGS, RATINGS).chances
    assert (chances.loc[list("ABCEFG"), ["star", "streamline"]] == 0).all(axis=None)
    assert chances.loc["A", ["strategic", "status"]].sum() == pytest.approx(1) and chances.loc["H", PLACES].isna().all()


RELATIVE = Criteria.from_toml("""
[model]
strength = "relative"
cut = { strength = 1.05 }
[attractiveness.size]
weight = 100
tenure = { weight = 100, anchors = [[0, 0], [10, 10]] }
[strength.view]
weight = 100
trust = { from = "ratings", weight = 30 }
service = { from = "ratings", weight = 45 }
price = { from = "ratings", weight = 25 }
""")


def test_in_relative_mode_both_our_raters_and_theirs_err():
    facts = pd.DataFrame({"tenure": [9.0], "trust": [6.0], "service": [6.5], "price": [4.0]}, index=["A"])
    theirs = pd.DataFrame(
        {"trust": [5.0, 1.0], "service": [6.0, 1.0], "price": [5.0, 9.0]},
        index=pd.MultiIndex.from_tuples([("A", "Rival"), ("A", "Weaker")], names=["account_id", "competitor"]),
    )
    rows = [("A", "", name, facts[name].iloc[0]) for name in ("trust", "service", "price")]
    rows += [("A", "Rival", name, theirs[name].iloc[0] + step) for name in ("trust", "service", "price") for step in (-0.5, 0.5)]
    ratings = pd.DataFrame(rows, columns=["account_id", "competitor", "criterion", "score"])
    random, draws = np.random.default_rng(9), 2_000_000
    weights = [random.standard_gamma(75 * share, draws) for share in (0.30, 0.45, 0.25)]
    ours, rival = (
        sum(
            weight * (points[name].iloc[0] + error * random.standard_normal(draws))
            for weight, name in zip(weights, theirs, strict=True)
        )
        for points, error in ((facts, 1.5), (theirs, 0.5))
    )  # two raters half a point either side of their mean: s is 0.707, the error of the mean 0.5
    scores = score_accounts(facts, RELATIVE, theirs)
    assert scores.loc["A", "strength"] == pytest.approx((1.8 + 2.925 + 1) / (1.5 + 2.7 + 1.25))
    strategic = measure_confidence(facts, scores, RELATIVE, SETTINGS, ratings, theirs).chances.loc["A", "strategic"]
    assert strategic == pytest.approx(np.mean(ours / rival >= 1.05), abs=5e-3)
    alone = SETTINGS.model_copy(update={"raters": False})
    exact = measure_confidence(facts, scores, RELATIVE, alone, ratings, theirs).chances.loc["A", "strategic"]
    sides = [sum(weight * points for weight, points in zip(weights, table, strict=True)) for table in ((6, 6.5, 4), (5, 6, 5))]
    assert exact == pytest.approx(np.mean(sides[0] / sides[1] >= 1.05), abs=2e-3)


@try_examples(15)
@given(
    st.sampled_from(["A", "B", "F"]),
    st.sampled_from(["accessible_spend", "service", "tenure"]),
    st.floats(0.01, 0.6),
    st.booleans(),
)
def test_chances_sum_to_one_and_a_better_score_never_lowers_them(account, criterion, more, raters):
    facts = FACTS.copy()
    facts.loc[account, criterion] *= 1 + more
    before, after = (measure(each, raters=raters).chances for each in (FACTS, facts))
    assert after[PLACES].sum(axis=1).drop("D").to_numpy() == pytest.approx(1, abs=1e-8)
    high = ["strategic", "star"] if criterion == "accessible_spend" else ["strategic", "status"]
    if not np.isnan(FACTS.loc[account, criterion]):
        assert after.loc[account, high].sum() >= before.loc[account, high].sum() - 1e-6


def test_names_and_order_change_nothing():
    turned = {axis: tuple(reversed(listed)) for axis, listed in MODEL.axes.items()}
    names = {account: f"Z{9 - place}" for place, account in enumerate(FACTS.index)}
    facts, indicators = (each.iloc[::-1].rename(names) for each in (FACTS, INDICATORS))
    ratings = RATINGS.iloc[::-1].assign(account_id=RATINGS["account_id"].map(names))
    before = measure().chances[PLACES].rename(names)
    after = measure(facts, replace(MODEL, axes=turned), ratings, indicators).chances[PLACES]
    pd.testing.assert_frame_equal(after.loc[before.index], before, atol=1e-8)


def test_one_rater_is_never_sure():
    ratings = RATINGS[~RATINGS["account_id"].isin(["A", "C"])]
    spreads = measure(ratings=ratings).spreads
    assert spreads["ours"].eq(1.5).all() and spreads["pooled"].eq(0).all()
    assert measure().spreads["ours"].to_numpy() == pytest.approx(2**0.5)
    assert measure().spreads["pooled"].to_dict() == {"attractiveness_trust": 1, "strength_trust": 1, "service": 2}


@try_examples(50)
@given(st.lists(st.floats(0.001, 1), min_size=4, max_size=4))
def test_dots_agree_with_the_chances(parts):
    chances = dict(zip(PLACES, (part / sum(parts) for part in parts), strict=True))
    counts = share_dots(chances, 20, {"star": 15} if chances["star"] < 0.8 else {})
    assert sum(counts.values()) == 20 and all(abs(dots - 20 * chances[name]) < 1.5 for name, dots in counts.items())
    assert (counts.get("star", 0) < 16) == (chances["star"] < 0.8)


def test_dots_add_up_and_say_the_likeliest_first():
    counts = measure().count("F")
    assert sum(counts.values()) == 20 and list(counts.values()) == sorted(counts.values(), reverse=True)


def test_one_account_alone_has_the_chances_that_it_has_among_all():
    alone, among = measure(), measure()
    assert [among.chances.loc[account, PLACES].sum() for account in "AF"] == pytest.approx([1, 1])
    for account in "ABCEFGH":
        assert (alone.count(account), alone.is_close(account)) == (among.count(account), among.is_close(account))
    assert "chances" not in vars(alone)


def test_of_many_accounts_fewer_draws_are_as_good(monkeypatch):
    random, number = np.random.default_rng(23), 5_200
    facts = FACTS.iloc[random.integers(len(FACTS), size=number)].set_axis([f"A{place}" for place in range(number)])
    facts = (facts * random.uniform(0.5, 1.5, facts.shape)).mask(random.random(facts.shape) < 0.3)
    plan, chosen = measure(facts, ratings=RATINGS[:0], indicators=None).plan, np.arange(number) < 400
    found = {axis: chances.find_high(plan, axis, chosen) for axis in plan.axes}
    monkeypatch.setattr(chances, "_MANY", number)
    off = [np.nanmax(np.abs(chances.find_high(plan, axis, chosen) - each)) for axis, each in found.items()]
    assert 0 < max(off) < 5e-3

"""Scores, contributions and places: a plain computation by hand as the oracle, and what holds for every model."""

import datetime
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio
from trying import try_examples

from kamnb.errors import SettingsError
from kamnb.indicators import measure_accounts
from kamnb.scoring import (
    AXES,
    QUADRANTS,
    Criteria,
    apply_overrides,
    assign_quadrants,
    check_model,
    contributions,
    find_provisional,
    gather_facts,
    gather_rivals,
    rate_accounts,
    rate_by_kind,
    score_accounts,
)
from kamnb.scoring.points import points_of

MODEL = Criteria.from_toml("""
[attractiveness.size]
weight = 60
annual_spend = { weight = 100, anchors = [[0, 0], [100, 5], [300, 10]] }
[attractiveness.growth]
weight = 40
own_growth = { weight = 75, anchors = [[-0.1, 0], [0.1, 10]] }
target_year = { weight = 25, anchors = [[0, 2], [10, 8]] }
[attractiveness.sales]
weight = 100
stands_in = true
revenue_ltm = { weight = 70, anchors = [[0, 0], [50, 10]] }
revenue_growth = { weight = 30, anchors = [[-1, 0], [1, 10]] }
[strength.view]
weight = 70
trust = { weight = 50, from = "ratings" }
price_value = { weight = 50, from = "ratings", anchors = [[0, 10], [10, 0]] }
[strength.pay]
weight = 30
days_late = { weight = 100, anchors = [[0, 10], [30, 4], [60, 0]] }
""")
NAMES = [each.name for _, each in MODEL.listed()]


def frame(*rows):
    return pd.DataFrame(rows, columns=NAMES, index=pd.Index([f"A{n}" for n in range(len(rows))], name="account_id"), dtype=float)


def points_by_hand(value, anchors):
    if not anchors:
        return min(max(value, 0.0), 10.0)
    if value <= anchors[0][0]:
        return anchors[0][1]
    for (left, low), (right, high) in pairwise(anchors):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return anchors[-1][1]


def score_by_hand(row, axis, model):
    """Return score, the model's own known share and whether sales stand in, one account at a time."""
    sides = []
    for stands_in in (False, True):
        listed = [each for each in model.axes.get(axis, ()) if each.stands_in == stands_in]
        known = [each for each in listed if not np.isnan(row[each.name])]
        weight = sum(each.share for each in known)
        share = weight / sum(each.share for each in listed) if known else 0.0
        total = sum(each.share * points_by_hand(row[each.name], each.anchors) for each in known) / weight if known else np.nan
        sides.append((total if share >= model.min_known - 1e-9 else np.nan, bool(known), share))
    stands_in = bool(np.isnan(sides[0][0]) and sides[1][1] and (not np.isnan(sides[1][0]) or not sides[0][1]))
    return sides[stands_in][0], sides[0][2], stands_in


values = st.one_of(st.just(np.nan), st.floats(-400, 400), st.sampled_from([0.0, 0.1, 5.0, 10.0, 30.0, 100.0, 300.0]))
tables = st.lists(st.lists(values, min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=12).map(
    lambda rows: frame(*rows)
)


@try_examples(60)
@given(tables, st.floats(0, 1))
def test_scores_are_those_of_a_computation_by_hand(facts, min_known):
    model = replace(MODEL, min_known=min_known)
    scores = score_accounts(facts, model)
    for axis in AXES:
        expected = [score_by_hand(row, axis, model) for _, row in facts.iterrows()]
        assert scores[axis].to_numpy() == pytest.approx([each[0] for each in expected], abs=1e-9, nan_ok=True)
        assert scores[f"{axis}_known"].to_numpy() == pytest.approx([each[1] for each in expected], abs=1e-9)
        placed_by_sales = [each[2] and not np.isnan(each[0]) for each in expected]
        assert scores[f"{axis}_stands_in"].tolist() == placed_by_sales


@try_examples(40)
@given(tables)
def test_scores_lie_between_0_and_10_and_contributions_sum_to_them(facts):
    scores, parts = score_accounts(facts, MODEL), contributions(facts, MODEL)
    assert list(parts.columns) == NAMES
    for axis in AXES:
        known = scores[axis].dropna()
        assert ((known >= 0) & (known <= 10)).all()
        own = parts[[each.name for each in MODEL.axes[axis]]]
        assert own.loc[known.index].sum(axis=1).to_numpy() == pytest.approx(known.to_numpy(), abs=1e-9)
        assert own.drop(known.index).isna().all(axis=None), "an axis without score has no contributions"


@try_examples(40)
@given(tables, st.floats(0.001, 1000))
def test_scaling_all_weights_changes_nothing(facts, factor):
    axes = {axis: tuple(replace(each, share=each.share * factor) for each in listed) for axis, listed in MODEL.axes.items()}
    pd.testing.assert_frame_equal(score_accounts(facts, MODEL), score_accounts(facts, replace(MODEL, axes=axes)), rtol=1e-9)


@try_examples(40)
@given(tables, st.data())
def test_dropping_an_account_changes_no_other_score(facts, data):
    kept = data.draw(st.lists(st.sampled_from(list(facts.index)), unique=True, min_size=1))
    pd.testing.assert_frame_equal(
        score_accounts(facts, MODEL).loc[kept], score_accounts(facts.loc[kept], MODEL), check_exact=True
    )


@try_examples(60)
@given(tables, st.sampled_from(MODEL.listed()), st.floats(0, 500))
def test_a_better_value_never_scores_lower(facts, listed, by):
    axis, criterion = listed
    falls = bool(criterion.anchors) and criterion.anchors[0][1] > criterion.anchors[-1][1]
    better = facts.assign(**{criterion.name: facts[criterion.name] + (-by if falls else by)})
    before, after = score_accounts(facts, MODEL)[axis], score_accounts(better, MODEL)[axis]
    assert (before.isna() == after.isna()).all()
    assert (after.dropna() >= before.dropna() - 1e-9).all()


@try_examples(60)
@given(tables, st.floats(0, 10), st.floats(0, 10))
def test_each_placed_account_is_in_the_one_quadrant_of_its_scores(facts, high, wide):
    scores = score_accounts(facts, replace(MODEL, cut={"attractiveness": high, "strength": wide}))
    for _, row in scores.iterrows():
        if np.isnan(row["attractiveness"]) or np.isnan(row["strength"]):
            assert row["quadrant"] is None and row["reason"]
            continue
        attractive, strong = round(row["attractiveness"], 9) >= round(high, 9), round(row["strength"], 9) >= round(wide, 9)
        assert row["quadrant"] == QUADRANTS[2 * (not attractive) + (not strong)]


def test_a_score_equal_to_the_cut_is_high():
    cut = {"attractiveness": 5.0, "strength": 0.3}
    assert assign_quadrants(pd.Series([5.0]), pd.Series([0.1 + 0.2]), cut).tolist() == ["strategic"]
    assert assign_quadrants(pd.Series([5.0 - 1e-12]), pd.Series([0.3 - 1e-12]), cut).tolist() == ["strategic"], (
        "the same to 9 decimals"
    )
    assert assign_quadrants(pd.Series([5.0 - 1e-8]), pd.Series([0.3]), cut).tolist() == ["status"]


def test_anchors_are_straight_between_and_held_at_the_ends():
    falling = [(0, 10), (15, 5), (45, 0)]
    assert points_of([-9, 0, 7.5, 30, 45, 99, np.nan], falling) == pytest.approx([10, 10, 7.5, 2.5, 0, 0, np.nan], nan_ok=True)
    assert points_of([-1, 4, 11], ()).tolist() == [0, 4, 10]


def test_reasons_name_what_is_missing():
    nothing = [np.nan] * len(NAMES)
    little, sales = list(nothing), list(nothing)
    little[NAMES.index("own_growth")], little[NAMES.index("trust")] = 0.0, 5.0
    sales[NAMES.index("revenue_growth")], sales[NAMES.index("days_late")] = 0.5, 10.0
    scores = score_accounts(frame(nothing, little, sales), MODEL)
    assert scores["reason"].tolist() == [
        "attractiveness: nothing known of annual spend, own growth, target year, nor of what stands in: "
        "revenue of twelve months, revenue growth; strength: nothing known of trust, price value, days late",
        "attractiveness: 30 % of the weight is known, 60 % is needed (unknown: annual spend, target year); "
        "strength: 35 % of the weight is known, 60 % is needed (unknown: price value, days late)",
        "attractiveness: nothing known of annual spend, own growth, target year; of what stands in 30 % of the weight is known, "
        "60 % is needed (unknown: revenue of twelve months); "
        "strength: 30 % of the weight is known, 60 % is needed (unknown: trust, price value)",
    ]
    assert scores["quadrant"].isna().all()


def test_sales_stand_in_only_where_nothing_else_is_known():
    facts = frame([np.nan, np.nan, np.nan, 50, 1, 9, 1, 0], [0, -0.1, np.nan, 50, 1, 9, 1, 0])
    scores = score_accounts(facts, MODEL)
    assert scores["attractiveness"].tolist() == [10, 0]
    assert scores["attractiveness_stands_in"].tolist() == [True, False]
    assert scores["reason"].tolist() == ["attractiveness judged by our own sales alone", None]
    assert contributions(facts, MODEL).loc["A1", ["revenue_ltm", "revenue_growth"]].isna().all()


def test_a_model_without_an_axis_places_nobody():
    model = replace(MODEL, axes={"attractiveness": MODEL.axes["attractiveness"]})
    scores = score_accounts(frame([300, 0.1, 10, 1, 1, 1, 1, 1]), model)
    assert scores["attractiveness"].tolist() == pytest.approx([9.8])
    assert scores["quadrant"].tolist() == [None]
    assert scores["reason"].tolist() == ["the model has no strength axis"]


def test_no_account_is_no_fault():
    scores = score_accounts(frame(), MODEL)
    assert scores.empty and contributions(frame(), MODEL).empty
    assert set(AXES) <= set(scores.columns)


def rating(account, criterion, score, day, rater=None, kind=None, competitor=None):
    return {"account_id": account, "criterion": criterion, "score": score, "rated_on": day, "rater": rater, "rater_kind": kind,
            "competitor": competitor, "comment": None}  # fmt: skip


RATINGS = [
    rating("A", "trust", 2, "2026-01-10", "Kim", "account_manager"),
    rating("A", "trust", 4, "2026-03-10", "Kim", "account_manager"),
    rating("A", "trust", 10, "2026-07-01", "Kim", "account_manager"),
    rating("A", "trust", 9, "2026-02-01", "Their buyer", "customer"),
    rating("A", "trust", 7, "2026-02-01", "Lee", "colleague", "Bolt"),
    rating("B", "trust", 8, "2026-02-01", "Kim", "account_manager"),
    rating("C", "trust", 8, "2026-02-01", None, "account_manager"),
    rating("C", "trust", 5, "2026-02-02", None, "customer"),
]
ACCOUNTS = [
    {"account_id": account, "name": account, "annual_spend": 100, "employees": n, "sector": "x"}
    for n, account in enumerate("ABCD")
]


@pytest.fixture
def portfolio(tmp_path):
    return make_portfolio(tmp_path, "2026-06-30", ratings=RATINGS, accounts=ACCOUNTS)


def test_ratings_are_the_mean_of_each_raters_latest_up_to_the_day(portfolio):
    rated = rate_accounts(portfolio)["trust"]
    assert rated.to_dict() == {("A", ""): 6.5, ("A", "Bolt"): 7.0, ("B", ""): 8.0, ("C", ""): 6.5}
    assert rate_accounts(portfolio.at(datetime.date(2026, 2, 15)))["trust"][("A", "")] == 5.5
    assert rate_accounts(portfolio.at(datetime.date(2026, 7, 1)))["trust"][("A", "")] == 9.5


def test_kinds_of_raters_are_shown_apart_and_the_managers_alone_is_provisional(portfolio):
    shown = rate_by_kind(portfolio).set_index(["account_id", "rater_kind"])["score"]
    assert shown.to_dict() == {
        ("A", "account_manager"): 4.0, ("A", "customer"): 9.0, ("B", "account_manager"): 8.0,
        ("C", "account_manager"): 8.0, ("C", "customer"): 5.0,
    }  # fmt: skip
    assert find_provisional(portfolio) == ["B"]


FACTS = """
[attractiveness.size]
weight = 100
annual_spend = { weight = 50, anchors = [[0, 0], [100, 10]] }
staff = { from = "accounts.employees", weight = 50, anchors = [[0, 0], [3, 10]] }
[strength.view]
weight = 100
trust = { from = "ratings", weight = 60 }
quality = { from = "ratings", weight = 40 }
"""


def test_facts_come_from_indicators_ratings_and_columns_of_accounts(portfolio):
    model = Criteria.from_toml(FACTS)
    facts = gather_facts(portfolio, measure_accounts(portfolio), model)
    assert list(facts.columns) == ["annual_spend", "staff", "trust", "quality"]
    assert facts["staff"].to_dict() == {"A": 0, "B": 1, "C": 2, "D": 3}
    assert facts["trust"].fillna(-1).to_dict() == {"A": 6.5, "B": 8, "C": 6.5, "D": -1}
    assert facts["quality"].isna().all()
    assert gather_rivals(portfolio, model)["trust"].to_dict() == {("A", "Bolt"): 7.0}
    assert score_accounts(facts, model)["quadrant"].tolist() == ["strategic", "strategic", "strategic", None]


@pytest.mark.parametrize(
    ("column", "part"), [("employes", 'did you mean "accounts.employees"?'), ("sector", "no numeric column")]
)
def test_a_column_that_is_not_there_or_not_a_number_is_refused(portfolio, column, part):
    model = Criteria.from_toml(FACTS.replace("employees", column))
    with pytest.raises(SettingsError, match=f"accounts.{column}") as refused:
        gather_facts(portfolio, measure_accounts(portfolio), model)
    assert part in str(refused.value)


def test_facts_without_any_ratings(tmp_path):
    portfolio = make_portfolio(tmp_path, "2026-06-30", accounts=ACCOUNTS)
    model = Criteria.from_toml(FACTS)
    assert gather_facts(portfolio, measure_accounts(portfolio), model)[["trust", "quality"]].isna().all(axis=None)
    assert gather_rivals(portfolio, model).empty


SCORES = pd.DataFrame({"quadrant": ["star", "status", None]}, index=pd.Index(["A", "B", "C"], name="account_id"), dtype=object)
DAY = datetime.date(2026, 6, 30)


def override(account, value, stated, expires, by="Kim", what="quadrant"):
    return {"account_id": account, "what": what, "value": value, "by": by, "reason": "why", "stated_on": pd.Timestamp(stated),
            "expires": pd.Timestamp(expires)}  # fmt: skip


def place(*rows):
    columns = ["account_id", "what", "value", "by", "reason", "stated_on", "expires"]
    given = pd.DataFrame(rows, columns=columns).astype({"stated_on": "datetime64[us]", "expires": "datetime64[us]"})
    return apply_overrides(SCORES, given, DAY)


def test_without_overrides_the_models_place_holds():
    assert place()["placed"].tolist() == ["star", "status", None]


def test_the_latest_override_that_holds_counts_beside_the_models_place():
    placed = place(
        override("A", "status", "2026-01-01", "2026-12-31"), override("A", "Strategic ", "2026-05-01", "2026-06-30", "Lee"),
        override("C", "star", "2026-06-30", "2026-07-31"), override("B", "star", "2026-07-01", "2026-12-31"),
        override("B", "5", "2026-01-01", "2026-12-31", what="stage"), override("X", "star", "2026-01-01", "2026-12-31"),
    )  # fmt: skip
    assert placed["placed"].tolist() == ["strategic", "status", "star"]
    assert placed["quadrant"].tolist() == ["star", "status", None]
    assert placed.loc["A", "placed_by"] == "Lee"
    assert placed["override_note"].isna().all()


def test_overrides_that_do_not_hold_are_reported():
    placed = place(
        override("A", "status", "2026-01-01", "2026-06-29"), override("B", "best", "2026-01-01", "2026-12-31"),
        override("C", "star", "2026-01-01", "2026-12-31"), override("C", "status", "2026-01-01", "2026-12-31"),
    )  # fmt: skip
    assert placed["placed"].tolist() == ["star", "status", None]
    assert placed["placed_by"].isna().all()
    assert placed["override_note"].tolist() == [
        "an override to the Status quadrant by Kim expired on 2026-06-29",
        'an override by Kim names "best"; it must be one of strategic, star, status, streamline',
        "overrides of 2026-01-01 contradict each other: star and status; neither holds",
    ]


def test_an_earlier_override_still_holds_when_a_later_one_has_expired():
    placed = place(override("A", "status", "2026-01-01", "2026-12-31"), override("A", "strategic", "2026-03-01", "2026-04-30"))
    assert placed.loc["A", "placed"] == "status"
    assert "expired on 2026-04-30" in placed.loc["A", "override_note"]


def test_doubts_about_a_model_and_its_result():
    rows = [[300, 0.1, np.nan, 1, 1, 9, 1, 0]] * 60
    turned = replace(MODEL.axes["strength"][2], anchors=((0.0, 0.0), (60.0, 10.0)))
    model = replace(MODEL, axes=MODEL.axes | {"strength": (*MODEL.axes["strength"][:1], turned)})
    notes = check_model(model, frame(*rows), score_accounts(frame(*rows), replace(MODEL, min_known=0.5)))
    assert notes == [
        "Unknown for every account, so without effect on attractiveness: target year.",
        "The strength axis has 2 criteria; 3 to 6 serve best.",
        "Days late: less is better, yet its points rise.",
        "All 60 placed accounts stand in the Strategic quadrant: the model does not discriminate.",
        "60 accounts are scored; over 50 are too many to be key.",
    ]
    few = frame([300, 0.1, 10, 1, 1, 9, 1, 0], [0, 0, 0, 0, 0, 0, 10, 60])
    assert check_model(MODEL, few, score_accounts(few, MODEL)) == ["2 accounts are scored; a matrix is soundest with 15 to 35."]


def test_a_hundred_thousand_accounts_take_no_loop():
    random = np.random.default_rng(1)
    facts = frame(*random.uniform(-100, 400, (100_000, len(NAMES))))
    started = datetime.datetime.now()
    scores = score_accounts(facts, MODEL)
    assert (datetime.datetime.now() - started).total_seconds() < 5, "a loop over accounts takes longer"
    assert scores["quadrant"].notna().all()

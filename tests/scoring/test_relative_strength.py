"""Strength relative to the best competitor."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trying import try_examples

from kamnb.scoring import (
    Criteria,
    check_model,
    contributions,
    score_accounts,
)

RELATIVE = Criteria.from_toml("""
model.strength = "relative"
[attractiveness.size]
weight = 100
annual_spend = { weight = 100, anchors = [[0, 0], [100, 10]] }
[strength.factors]
weight = 80
quality = { weight = 50, from = "ratings" }
service = { weight = 30, from = "ratings" }
price = { weight = 20, from = "ratings" }
[strength.reach]
weight = 20
people_reached = { weight = 100, anchors = [[0, 0], [10, 10]] }
""")


def rivals_of(**rows):
    keys = [tuple(key.split("_")) for key in rows]
    index = pd.MultiIndex.from_tuples(keys, names=["account_id", "competitor"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["quality", "service", "price"], dtype=float)


def relative_facts(**rows):
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["annual_spend", "quality", "service", "price", "people_reached"]
    ).astype(float)


def test_relative_strength_is_our_total_over_the_best_competitors():
    # McDonald & Woodburn's comparison of critical success factors, by hand: us 0.5 x 6 + 0.3 x 9 + 0.2 x 4 = 6.5;
    # best competitor 0.5 x 9 + 0.3 x 4 + 0.2 x 4 = 6.5; the other 0.5 x 5 + 0.3 x 5 + 0.2 x 5 = 5.
    facts = relative_facts(A=[100, 6, 9, 4, 10])
    rivals = rivals_of(A_Bolt=[9, 4, 4], A_Core=[5, 5, 5])
    scores, parts = score_accounts(facts, RELATIVE, rivals), contributions(facts, RELATIVE, rivals)
    assert scores.loc["A", "strength"] == pytest.approx(1.0)
    assert scores.loc["A", "quadrant"] == "strategic", "parity is equal to the cut, which is high"
    assert scores.loc["A", "strength_known"] == pytest.approx(1.0), "people reached cannot be rated for a competitor"
    assert parts.loc["A", ["quality", "service", "price"]].tolist() == pytest.approx([3.0 / 6.5, 2.7 / 6.5, 0.8 / 6.5])
    assert np.isnan(parts.loc["A", "people_reached"])


def test_only_criteria_rated_for_both_are_compared():
    facts = relative_facts(A=[100, 6, np.nan, 4, 1], B=[100, 6, 6, 6, 1], C=[100, 6, 6, 6, 1], D=[100, 6, 6, 6, 1])
    rivals = rivals_of(A_Bolt=[3, 10, np.nan], B_Bolt=[8, 8, np.nan], B_Core=[np.nan, np.nan, 10], C_Bolt=[0, 0, 0])
    scores = score_accounts(facts, RELATIVE, rivals)
    assert scores["strength_known"].tolist() == pytest.approx([0.5, 0.8, 1.0, 0.0])
    assert scores["strength"].to_numpy() == pytest.approx([np.nan, 0.75, np.nan, np.nan], nan_ok=True), (
        "Core is rated on too little"
    )
    assert scores.loc["A", "reason"] == "strength: 50 % of the weight is rated for us and for a competitor, 60 % is needed"
    assert scores.loc["D", "reason"] == "strength: no criterion is rated for us and for a competitor"


def test_without_competitors_nobody_is_placed_in_relative_mode():
    scores = score_accounts(relative_facts(A=[100, 6, 9, 4, 10]), RELATIVE)
    assert scores["quadrant"].tolist() == [None]


@pytest.mark.parametrize("rated", [0.0, 2e-311, 1e-10])
def test_a_competitor_rated_nothing_places_nobody(rated):
    facts, rivals = relative_facts(A=[100, 6, 9, 4, 10]), rivals_of(A_Bolt=[rated, rated, rated])
    row = score_accounts(facts, RELATIVE, rivals).loc["A"]
    assert pd.isna(row["strength"]) and row["quadrant"] is None
    assert contributions(facts, RELATIVE, rivals).loc["A", ["quality", "service", "price"]].isna().all()


@try_examples(60)
@given(st.lists(st.lists(st.floats(0, 10), min_size=6, max_size=6), min_size=1, max_size=6))
def test_relative_contributions_sum_to_the_ratio(rows):
    facts = relative_facts(**{f"A{n}": [50, *row[:3], 1] for n, row in enumerate(rows)})
    rivals = rivals_of(**{f"A{n}_Bolt": row[3:] for n, row in enumerate(rows)})
    scores, parts = score_accounts(facts, RELATIVE, rivals), contributions(facts, RELATIVE, rivals)
    weights = np.array([0.5, 0.3, 0.2])
    for (name, row), numbers in zip(scores.iterrows(), rows, strict=True):
        theirs = weights @ numbers[3:]
        if theirs > 1e-9:
            assert row["strength"] == pytest.approx(weights @ numbers[:3] / theirs, rel=1e-9)
            assert parts.loc[name, ["quality", "service", "price"]].sum() == pytest.approx(row["strength"], rel=1e-9, abs=1e-9)


def test_what_counts_for_nothing_in_a_relative_model_is_said():
    facts = relative_facts(A=[1, 1, 1, 1, 1])
    assert "Relative strength compares ratings only; without effect: people reached." in check_model(
        RELATIVE, facts, score_accounts(facts, RELATIVE)
    )

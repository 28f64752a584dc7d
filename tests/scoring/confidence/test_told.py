"""What is told of the sample: columns of ``scores.csv`` and words."""

import pandas as pd
import pytest

from kamnb.display.confidence.words import say_count, say_nearest, say_sureness
from kamnb.reports.condition import meet_condition
from kamnb.reports.scores import gather_scores

CHANCES = ["chance_strategic", "chance_star", "chance_status", "chance_streamline"]


def test_scores_tell_chances_of_who_is_placed_and_none_of_others(analysis):
    scores = gather_scores(analysis)
    placed = scores["quadrant"].notna()
    assert scores.loc[placed, CHANCES].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-8)
    assert scores.loc[~placed, [*CHANCES, "chance_placed", "too_close", "nearest_flip"]].isna().all(axis=None)
    own = pd.Series([row[f"chance_{row['placed']}"] for _, row in scores[placed].iterrows()], scores.index[placed])
    pd.testing.assert_series_equal(scores.loc[placed, "chance_placed"], own, check_names=False)
    assert meet_condition(scores, "too_close and chance_placed < 0.8").sum() == scores["too_close"].sum() > 0


def test_words_say_what_the_numbers_do(analysis):
    sure = analysis.confidence
    for account in analysis.scores.index:
        counts, said = sure.count(account), say_sureness(analysis, account)
        assert bool(counts) == bool(said) and ("too close to call" in said) == sure.is_close(account)
        assert [int(part.split()[0]) for part in say_count(analysis, account).split(", ") if part] == list(counts.values())


def test_an_overruled_account_shows_both_places(analysis):
    overruled = analysis.scores.index[
        analysis.scores["placed"].notna() & (analysis.scores["placed"] != analysis.scores["quadrant"])
    ]
    assert len(overruled)
    for account in overruled:
        assert "the model says" in say_sureness(analysis, account)


def test_a_change_is_told_in_its_own_unit(analysis):
    told = [say_nearest(analysis, account) for account in analysis.scores.index]
    assert any("EUR" in words for words in told) and any("weighed" in words for words in told)

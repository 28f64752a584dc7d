"""How sure the places are, as it is shown: dots, lists and sentences."""

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import pytest

from kamnb.display.confidence import lists
from kamnb.display.confidence.dots import plot_dots
from kamnb.scoring.confidence import Confidence, measure_confidence


@pytest.fixture(scope="module")
def settled(analysis):
    """The sample with every doubt switched off."""
    off = analysis.method.confidence.model_copy(update=dict.fromkeys(("weights", "raters", "ranges", "missing"), False))
    return replace(analysis, method=replace(analysis.method, confidence=off))


def test_the_close_are_listed_by_revenue_with_dots_that_add_up(analysis):
    close = lists.find_close(analysis)
    money = analysis.indicators["revenue_ltm"][close]
    assert len(close) == analysis.confidence.chances["too_close"].sum() and money.is_monotonic_decreasing
    counts = {account: analysis.confidence.count(account) for account in close}
    ax = plot_dots(analysis.names, counts)
    drawn = sum(len(dots.get_offsets()) for dots in ax.collections if dots.get_gid() == "dots")
    assert drawn == 20 * len(close)
    plt.close(ax.figure)


def test_the_table_says_counts_a_change_and_what_would_settle_it(analysis):
    rows = lists.tabulate_close(analysis).rows
    assert len(rows) == len(lists.find_close(analysis))
    for _, placed, counts, flip, settle, _ in rows:
        assert re.match(rf"1[0-5] of 20 {placed}, ", counts) and " if " in flip and settle


def test_never_the_chance_of_being_right(analysis):
    said = str(lists.say_doubts(analysis))
    assert "not the chance of being right" in said and "between 15 and 35 in 19 of 20" in said


def test_what_all_share_counts_those_who_move(analysis):
    lines = str(lists.list_shared(analysis)).split("\n")
    assert len(lines) == 4
    moved = (analysis.scores["strength"].round(9) >= 4.5) & (analysis.scores["strength"].round(9) < 5.0)
    placed = analysis.scores["quadrant"].notna()
    assert lines[3].startswith(f"With a cut of 4.5 for strength {(moved & placed).sum()} accounts move: ")


def test_without_doubts_every_place_is_sure_and_that_is_said(settled):
    assert "Nothing is taken as uncertain" in str(lists.say_doubts(settled))
    assert str(lists.picture_close(settled)).startswith("Every place is shared")
    assert str(lists.tabulate_close(settled)) == "No account is too close to call."


def test_without_ratings_and_competitors_nothing_fails(analysis):
    none = analysis.ratings.iloc[:0]
    alone: Confidence = measure_confidence(analysis.facts, analysis.scores, analysis.criteria, analysis.method.confidence, none)
    assert alone.spreads["ours"].eq(1.5).all() and alone.chances["quadrant"].notna().equals(analysis.scores["quadrant"].notna())
    other = replace(analysis, ratings=none)
    table = lists.tabulate_agreement(other)
    assert "1.5 points are assumed" in table.note and all(row[-1] == "cannot be told" for row in table.rows)


def test_what_the_unknown_leaves_open_crosses_a_cut(analysis):
    table = lists.tabulate_bounds(analysis)
    bounds = analysis.confidence.bounds.dropna()
    crossed = (bounds["strength_low"] < 5) & (bounds["strength_high"] >= 5)
    crossed |= (bounds["attractiveness_low"] < 5) & (bounds["attractiveness_high"] >= 5)
    assert (bounds["strength_low"] <= bounds["strength_high"] + 1e-9).all() and len(table.rows) == crossed.sum()

"""Weights alone: published and exact values, and what must hold whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc
from trying import try_examples

from kamnb.scoring.confidence import chance_flat, chance_reached, measure_agreement

FLAT = [((1, 0), 0.25, 3 / 4), ((0.9, 0.3), 0.5, 2 / 3), ((0.9, 0.2, 0.4), 0.5, 16 / 35)]
"""Points, cut, and the part of all weightings that reach it; the last is .457142857."""


@pytest.mark.parametrize("points, cut, chance", FLAT)
def test_flat_weights(points, cut, chance):
    margins = np.array([points]) - cut
    assert chance_flat(margins[0].tolist()) == pytest.approx(chance, abs=1e-12)
    assert chance_reached(margins, np.ones_like(margins))[0] == pytest.approx(chance, abs=1e-12)
    nearly = chance_reached(margins, np.full(margins.shape, 1 + 1e-7))[0]  # no longer flat, so by the integral
    assert nearly == pytest.approx(chance, abs=1e-4)


@pytest.mark.parametrize("total", [10.0, 75.0, 300.0, 1000.0])
@pytest.mark.parametrize("share, above, below", [(0.3, 2.0, 1.0), (0.5, 1.0, 1.1), (0.8, 0.5, 2.0)])
def test_two_criteria_follow_the_beta_distribution(total, share, above, below):
    """The first weight is Beta(a, b), and the mean reaches the cut where it is at least below / (above + below)."""
    shapes = total * np.array([[share, 1 - share]])
    exact = 1 - betainc(*shapes[0], below / (above + below))
    assert chance_reached([[above, -below]], shapes)[0] == pytest.approx(exact, abs=2e-6)


def test_every_account_has_the_chance_that_it_has_alone():
    random = np.random.default_rng(3)
    margins, shapes = random.uniform(-5, 5, (600, 4)), 75 * random.dirichlet(np.ones(4), 600)
    together = chance_reached(margins, shapes)
    alone = [chance_reached(margins[row : row + 1], shapes[row : row + 1])[0] for row in (0, 255, 256, 599)]
    assert together[[0, 255, 256, 599]] == pytest.approx(alone, abs=1e-12)


def test_what_has_no_weight_and_what_is_level_with_the_cut():
    margins = [[1.0, -9.0, 0.0], [0.0, 0.0, 0.0], [-1e-12, 0.0, 0.0], [-1.0, 0.0, 0.0], [-1.0, 9.0, 0.0]]
    shapes = [[40.0, 0.0, 35.0], [25.0] * 3, [25.0] * 3, [25.0] * 3, [70.0, 0.0, 5.0]]
    assert chance_reached(margins, shapes).tolist() == [1.0, 1.0, 1.0, 0.0, 0.0]


MARGINS = st.lists(st.floats(-6, 6).map(lambda value: round(value, 3)), min_size=2, max_size=6)


@try_examples(60)
@given(MARGINS, st.integers(0, 5), st.floats(0.001, 3), st.sampled_from([None, 12.0, 75.0]))
def test_more_points_never_lower_a_chance_and_order_is_nothing(margins, place, more, total):
    shapes = np.ones(len(margins)) if total is None else total * np.arange(1, len(margins) + 1) / sum(range(len(margins) + 1))
    raised = np.array(margins)
    raised[place % len(margins)] += more
    before, after = chance_reached([margins, raised.tolist()], [shapes, shapes])
    turned = chance_reached([margins[::-1]], [shapes[::-1]])[0]
    assert 0 <= before <= after + 1e-5 <= 1 + 1e-5
    assert turned == pytest.approx(before, abs=1e-9)


def rows(*coders):
    """Turn what each coder says, a figure for each unit or a star, into units."""
    units = zip(*(coder.split() for coder in coders), strict=True)
    return [[float(value) for value in unit if value != "*"] for unit in units]


PUBLISHED = {
    "3 coders, 15 units (Krippendorff 2004; Wikipedia, Krippendorff's alpha)": (
        rows("* * * * * 3 4 1 2 1 1 3 3 * 3", "1 * 2 1 3 3 4 3 * * * * * * *", "* * 2 1 3 4 4 * 2 1 1 3 3 * 4"), 0.810845, 5e-7,
    ),
    "4 observers, 12 units (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability)": (
        rows("1 2 3 3 2 1 4 1 2 * * *", "1 2 3 3 2 2 4 1 2 5 * 3", "* 3 3 3 2 3 4 2 2 5 1 *", "1 2 3 3 2 4 4 1 2 5 1 *"),
        0.849, 5e-4,
    ),
}  # fmt: skip


@pytest.mark.parametrize("units, alpha, within", PUBLISHED.values(), ids=PUBLISHED)
def test_raters_agreement_as_published(units, alpha, within):
    assert measure_agreement(units) == pytest.approx(alpha, abs=within)


def test_agreement_of_what_cannot_be_compared_is_unknown():
    assert np.isnan(measure_agreement([[1.0], [2.0], [3.0, 4.0]]))
    assert np.isnan(measure_agreement([[2.0, 2.0], [2.0, 2.0]]))

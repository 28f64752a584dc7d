"""Changes shared out over causes: published decompositions, and what holds of every one."""

from math import prod
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamnb.scoring.movement.rounding import round_parts
from kamnb.scoring.movement.shapley import find_needed, list_subsets, share_out

# Das Gupta, Standardization and Decomposition of Rates: A User's Manual (1993): rates that are products of factors.
PUBLISHED = {
    "two factors": ((10930, 0.717892), (16591, 0.825974), (4369.913, 1487.262), 5e-4),
    "three factors": (
        (51.78746, 0.45919, 0.52638), (84.90502, 0.75756, 0.51065), (10.4340333, 10.5608476, -0.6670084), 5e-8,
    ),
    "four factors": (
        (25.3, 0.214, 0.279, 0.949), (32.7, 0.290, 0.473, 0.986), (0.6889411, 0.8125381, 1.3829055, 0.1047547), 5e-8,
    ),
}  # fmt: skip


def evaluate(before, now, worth=prod):
    """Return the worth with every subset of the factors as of the later day."""
    return [worth(np.where(subset, now, before)) for subset in list_subsets(len(before))]


@pytest.mark.parametrize("before, now, effects, close", PUBLISHED.values(), ids=PUBLISHED)
def test_published_effects_come_out(before, now, effects, close):
    assert share_out(evaluate(before, now)) == pytest.approx(effects, abs=close)


VALUES = st.floats(-100, 100)
PAIRS = st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=6)


def mix(values):
    """A worth that is no sum: every value tells on its neighbour."""
    return float(np.sum(values * np.roll(values, 1)) + np.sum(values))


@given(PAIRS)
def test_parts_sum_to_the_change_and_turn_round_with_the_days(pairs):
    before, now = map(np.array, zip(*pairs, strict=True))
    there, back = (share_out(evaluate(*days, mix)) for days in ((before, now), (now, before)))
    assert there.sum() == pytest.approx(mix(now) - mix(before), abs=1e-9)
    assert there == pytest.approx(-back, abs=1e-9)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_causes_does_not_matter(pairs, random):
    def worth(values, order):
        return mix(values[np.argsort(order)])

    before, now = map(np.array, zip(*pairs, strict=True))
    order = random.sample(range(len(pairs)), len(pairs))
    turned = share_out(evaluate(before[order], now[order], lambda values: worth(values, order)))
    assert turned == pytest.approx(share_out(evaluate(before, now, mix))[order], abs=1e-9)


@given(PAIRS)
def test_a_cause_that_changes_nothing_gets_nothing_and_takes_nothing(pairs):
    before, now = map(np.array, zip(*pairs, strict=True))
    more = share_out(evaluate([*before, 5.0], [*now, 7.0], lambda values: mix(values[:-1])))
    assert more[-1] == pytest.approx(0, abs=1e-9)
    assert more[:-1] == pytest.approx(share_out(evaluate(before, now, mix)), abs=1e-9)


def test_no_cause_has_no_part():
    assert share_out([3.0]).shape == (0,)


def test_a_thousand_accounts_over_six_causes_take_less_than_a_second():
    values = np.random.default_rng(7).normal(size=(1000, 64))
    began = process_time()
    parts = share_out(values)
    assert process_time() - began < 1
    assert np.abs(parts.sum(axis=1) - (values[:, -1] - values[:, 0])).max() < 1e-9


def test_the_smallest_set_is_that_without_which_the_cut_holds():
    effects = np.array([1.0, 0.6, 0.5, -0.2])
    reached = [4.0 + effects[subset].sum() >= 5 - 1e-9 for subset in list_subsets(4)]
    assert find_needed(reached, effects) == (0,), "without the first 4.9 is left, without another one 5.3 or more"
    assert find_needed([False] * 4, [1.0, 1.0]) == () == find_needed([True] * 4, [1.0, 1.0])


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5), st.floats(-3, 3))
def test_no_smaller_set_would_have_kept_it(effects, cut):
    reached = [sum(np.array(effects)[subset]) >= cut for subset in list_subsets(len(effects))]
    needed = find_needed(reached, effects)
    everything = 2 ** len(effects) - 1
    if needed:
        assert not reached[everything - sum(1 << i for i in needed)]
    smaller = [mask for mask in range(everything + 1) if mask.bit_count() < len(needed)]
    assert all(reached[everything - mask] for mask in smaller)


@given(st.lists(st.integers(-50_000, 50_000).map(lambda whole: whole / 1e4), min_size=1, max_size=8), st.sampled_from([0, 1, 2]))
def test_printed_parts_add_up_and_none_is_off_by_a_whole_step(parts, decimals):
    total = round(sum(parts), decimals)
    printed = round_parts(parts, total, decimals)
    assert sum(printed) == pytest.approx(total, abs=1e-9)
    assert all(abs(each - part) <= 10**-decimals + 1e-9 for each, part in zip(printed, parts, strict=True))


def test_a_part_of_zero_stays_zero_where_the_printed_total_is_another():
    """5.24 to 5.56 is printed as 5.2 to 5.6: 0.4, though it is 0.32."""
    assert round_parts([0.12, 0.0, 0.2], 0.4, 1) == [0.2, 0.0, 0.2]

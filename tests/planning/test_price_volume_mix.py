"""Price, volume and mix: published examples, and what holds of every pair of windows."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamnb.planning.price_volume_mix import Sold, round_to_cents, split_change


def at_prices(**lines):
    return {name: Sold(quantity, quantity * Decimal(price)) for name, (quantity, price) in lines.items()}


PUBLISHED = {
    "prices move too": (
        at_prices(A=(600, "10"), B=(400, "20")), at_prices(A=(500, "10.5"), B=(550, "19")),
        {"volume": 700, "mix": 1300, "price": -300},
    ),
    "contribution of two": (
        at_prices(X=(7000, "9"), Y=(3000, "12")), at_prices(X=(8000, "9"), Y=(7000, "12")), {"volume": 49_500, "mix": 7_500},
    ),
    "contribution of three": (
        at_prices(X=(8000, "20"), Y=(7000, "12"), Z=(5000, "9")), at_prices(X=(6000, "20"), Y=(7000, "12"), Z=(9000, "9")),
        {"volume": 28_900, "mix": -32_900},
    ),
}  # fmt: skip


@pytest.mark.parametrize("before, now, parts", PUBLISHED.values(), ids=PUBLISHED)
def test_published_effects_come_out(before, now, parts):
    assert {name: part for name, part in split_change(before, now).items() if part} == parts


CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)
SOLD = st.builds(Sold, st.integers(1, 10**6), CENTS, CENTS)
WINDOWS = st.dictionaries(st.sampled_from("ABCDE"), SOLD, max_size=5)


@given(WINDOWS, WINDOWS)
def test_parts_sum_to_the_change_to_the_cent(before, now):
    parts = split_change(before, now)
    change = sum(sold.revenue - sold.cost for sold in now.values()) - sum(sold.revenue - sold.cost for sold in before.values())
    assert sum(parts.values()) == Fraction(change)
    printed = round_to_cents(parts)
    assert sum(printed.values()) == change
    assert all(abs(Fraction(printed[name]) - part) < Fraction(1, 100) for name, part in parts.items())


@given(WINDOWS)
def test_the_same_sales_have_no_parts(window):
    assert not any(split_change(window, window).values())


@given(WINDOWS, st.integers(2, 9))
def test_more_of_the_same_is_volume_alone(window, times):
    more = {name: Sold(sold.quantity * times, sold.revenue * times, sold.cost * times) for name, sold in window.items()}
    parts = split_change(window, more)
    assert not any(part for name, part in parts.items() if name != "volume")


def test_dearer_goods_cost_margin_and_not_volume():
    parts = split_change({"A": Sold(10, 100, 60)}, {"A": Sold(10, 110, 75)})
    assert {name: part for name, part in parts.items() if part} == {"price": 10, "cost": -15}


def test_what_is_sold_in_one_window_only_is_gained_or_lost():
    parts = split_change({"A": Sold(10, 100), "B": Sold(1, 30)}, {"A": Sold(10, 100), "C": Sold(2, 50)})
    assert {name: part for name, part in parts.items() if part} == {"gained": 50, "lost": -30}

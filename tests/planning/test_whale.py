"""The whale curve: accounts from the most to the least profitable."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamnb.data.currency import Currency
from kamnb.display.portfolio.whale import describe_whale, plot_whale
from kamnb.planning import Playbook
from kamnb.planning.profit import (
    PROFITS,
    choose_profit,
    rank_profit,
)

# The whale curve


def test_accounts_are_compared_by_the_fullest_profit_known_for_enough_of_the_revenue():
    facts = pd.DataFrame(
        {"revenue_ltm": [50.0, 50.0], "margin_ltm": [9.0, 8.0], "margin_after_service": [7.0, 6.0], "net_profit": [5.0, None]}
    )
    assert choose_profit(facts, Playbook.load()) == "net_profit"
    more = Playbook.load({"playbook.toml": {"profit": {"least_covered": 0.51}}})
    assert choose_profit(facts, more) == "margin_after_service"
    assert choose_profit(facts.assign(margin_after_service=None), more) == "margin_ltm"
    assert choose_profit(facts.assign(**dict.fromkeys(PROFITS)), more) == ""


def test_whom_nothing_is_known_of_and_who_did_nothing_are_left_out():
    facts = pd.DataFrame({"revenue_ltm": [9.0, 9.0, 0.0, 0.0], "net_profit": [4.0, None, 0.0, -3.0]}, index=list("ABCD"))
    ranked = rank_profit(facts, "net_profit")
    assert ranked.index.tolist() == ["A", "D"], "an account that costs and buys nothing is in"
    assert ranked["cumulative"].tolist() == [4, 1] and ranked["customers"].tolist() == [0.5, 1]


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=30))
def test_the_curve_rises_to_its_peak_and_falls_after_it(values):
    ranked = rank_profit(pd.DataFrame({"revenue_ltm": 1.0, "net_profit": [float(value) for value in values]}), "net_profit")
    assert ranked["cumulative"].iloc[-1] == sum(values)
    assert max(ranked["cumulative"].max(), 0) == sum(value for value in values if value > 0)
    assert ranked["profit"].is_monotonic_decreasing and ranked["customers"].iloc[-1] == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([3, 1], "2 accounts earn EUR 4 of profit in all; none of them loses money."),
        ([3], "1 account earns EUR 3 of profit in all; none of them loses money."),
        (
            [140, -30, -10],
            "3 accounts earn EUR 100 of profit in all. The curve peaks at EUR 140 (140 % of the total) after 1 account; "
            "the other 2 accounts lose EUR 40.",
        ),
        ([-4, -1], "2 accounts earn EUR −5 of profit in all; none of them earns money."),
        ([], "No account's profit is known."),
    ],
)
def test_the_curve_is_said_as_drawn(values, said):
    facts = pd.DataFrame({"revenue_ltm": [1.0] * len(values), "net_profit": [float(value) for value in values]})
    ranked = rank_profit(facts, "net_profit")
    assert describe_whale(ranked, currency=Currency("EUR", 1.0)) == said
    ax = plot_whale(ranked, currency="EUR")
    assert ax.texts
    plt.close(ax.figure)

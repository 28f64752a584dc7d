"""Revenue and margin of two windows, counted by hand: price, volume, mix, currency, and what is refused."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.planning.price_volume_mix import EFFECTS
from kamnb.planning.trade import compare_trade

SINCE, DAY = date(2026, 3, 31), date(2026, 6, 30)
EARLY = [
    {"account_id": "Z", "date": f"{year}-{month:02}-01", "amount": 1} for year in range(2023, 2027) for month in range(1, 13)
]
"""Somebody buys every month, so that the dates of the invoices reach back."""


def sell(offering, day, amount, quantity, **more):
    return {"account_id": "A", "date": day, "amount": amount, "quantity": quantity, "offering_id": offering, **more}


def compare(folder, lines, known=True, since=SINCE, rates=None):
    early = [line for line in EARLY if line["date"] <= "2026-06-30"]
    rows = [{"currency": "EUR", **line} for line in (*early, *lines)]
    portfolio = make_portfolio(folder, DAY, rates=rates, accounts=[{"account_id": "A"}, {"account_id": "Z"}], invoices=rows)
    found = compare_trade(portfolio, since, pd.Series({"A": known, "Z": True}), 0.05)
    return {row["measure"]: row for row in found[found["account_id"] == "A"].to_dict("records")}


def read_parts(row):
    return {name: float(row[name]) for name in EFFECTS if row[name]}


PUBLISHED = [
    sell("A", "2025-05-05", 6000, 600), sell("B", "2025-06-30", 8000, 400),
    sell("A", "2026-04-01", 5250, 500), sell("B", "2026-06-30", 10450, 550),
]  # fmt: skip


def test_the_same_days_a_year_before_are_compared(tmp_path):
    aside = [sell("A", "2026-03-31", 999, 9), sell("A", "2025-03-31", 999, 9), sell("A", "2025-07-01", 999, 9)]
    revenue = compare(tmp_path, PUBLISHED + aside)["revenue"]
    assert (revenue["before"], revenue["now"]) == (14_000, 15_700)
    assert read_parts(revenue) == {"volume": 700, "mix": 1300, "price": -300}


def test_over_more_than_a_year_both_twelve_months_are(tmp_path):
    lines = [sell("A", "2024-09-01", 100, 10), sell("A", "2025-03-01", 50, 5), sell("A", "2025-12-01", 330, 30)]
    revenue = compare(tmp_path, lines, since=date(2025, 2, 28))["revenue"]
    assert (revenue["before"], revenue["now"]) == (100, 330)
    assert read_parts(revenue) == {"volume": 200, "price": 30}


def test_margin_has_the_price_of_goods_too(tmp_path):
    lines = [sell("A", "2025-05-05", 100, 10, cost=60), sell("A", "2026-05-05", 220, 20, cost=150)]
    found = compare(tmp_path, lines)
    assert read_parts(found["revenue"]) == {"volume": 100, "price": 20}
    assert read_parts(found["margin"]) == {"volume": 40, "price": 20, "cost": -30}


def test_a_margin_without_all_costs_is_refused_and_revenue_is_not(tmp_path):
    found = compare(tmp_path, [sell("A", "2025-05-05", 100, 10, cost=60), sell("A", "2026-05-05", 220, 20)])
    assert found["margin"]["reason"] == "the cost of some lines is missing" and found["margin"]["price"] is None
    assert pd.isna(found["revenue"]["reason"])


def test_rates_are_a_part_of_their_own(tmp_path):
    """100 dollars each time, 0.90 then and 0.95 now: nothing but currency, and it is 5 euros."""
    rates = {"USD": {date(2025, 1, 1): Decimal("0.9"), date(2026, 1, 1): Decimal("0.95")}}
    lines = [sell("A", day, 100, 10, currency="USD") for day in ("2025-05-05", "2026-05-05")]
    assert read_parts(compare(tmp_path, lines, rates=rates)["revenue"]) == {"currency": 5}


def test_returns_and_lines_without_quantity_are_other_and_are_not_spread(tmp_path):
    lines = [*PUBLISHED, sell("A", "2026-05-05", -500, -40), sell("A", "2026-05-06", 200, None), sell("A", "2026-05-07", -100, 9)]
    assert read_parts(compare(tmp_path, lines)["revenue"]) == {"volume": 700, "mix": 1300, "price": -300, "other": -400}


@pytest.mark.parametrize("lack", [{"quantity": None}, {"offering_id": None}])
def test_where_too_much_lacks_a_quantity_or_an_offering_nothing_is_split(tmp_path, lack):
    row = compare(tmp_path, [*PUBLISHED, sell("A", "2026-05-06", 900, 9) | lack])["revenue"]
    assert row["reason"] == "quantity or offering is missing for 5 % of revenue, more than 5 %"
    assert row["volume"] is None and (row["before"], row["now"]) == (14_000, 16_600)


def test_what_is_not_known_is_not_split(tmp_path):
    assert compare(tmp_path, PUBLISHED, known=False)["revenue"]["reason"] == "revenue is unknown on one of the days"


def test_invoices_that_do_not_reach_back_are_no_lower_revenue(tmp_path):
    portfolio = make_portfolio(tmp_path, DAY, accounts=[{"account_id": "A"}], invoices=PUBLISHED[1:])
    found = compare_trade(portfolio, SINCE, pd.Series({"A": True}), 0.05)
    assert found["reason"].str.startswith("invoices reach from 2025-06-30 to").all()

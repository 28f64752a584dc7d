"""Where accounts would stand in a year: only what hangs on our own sales moves."""

import pandas as pd
import pytest

from kamnb.analysis.ahead import SALES, project_sales, score_ahead
from kamnb.display.portfolio.ahead import say_place_ahead, tabulate_places_ahead
from kamnb.scoring.points import points_of


def test_only_what_hangs_on_sales_moves(analysis):
    ahead = analysis.ahead.join(analysis.scores[["attractiveness", "strength"]].add_suffix("_now"))
    share = next(each for _, each in analysis.criteria.listed() if each.name == "share_of_wallet")
    placed = analysis.scores[analysis.scores["quadrant"].notna()]
    rows = [
        account for account in ahead.index if account in placed.index and not placed.filter(like="stands_in").loc[account].any()
    ]
    assert len(rows) > 20
    for account in rows:
        row, facts = ahead.loc[account], analysis.facts.loc[account]
        times = analysis.forecast.accounts.loc[account, "revenue"] / analysis.indicators.loc[account, "revenue_ltm"]
        then, now = (
            float(points_of(pd.Series([facts["share_of_wallet"] * each]).to_numpy(), share.anchors)[0]) for each in (times, 1.0)
        )
        known = analysis.scores.loc[account, "strength_known"]
        by_hand = share.share / known * (then - now) if facts.notna()["share_of_wallet"] else 0.0
        assert row["strength"] - row["strength_now"] == pytest.approx(by_hand, abs=1e-9, nan_ok=True)
        assert row["attractiveness"] == pytest.approx(row["attractiveness_now"], nan_ok=True), "nothing of it is our sales"


def test_the_same_revenue_leads_to_the_same_place_but_for_growth(analysis):
    same = analysis.indicators["revenue_ltm"].dropna()
    accounts = pd.DataFrame(dict.fromkeys(("revenue", "low", "high"), same))
    ahead = score_ahead(analysis, accounts)
    own = analysis.scores.loc[ahead.index]
    assert ahead["strength"].sub(own["strength"]).abs().max() < 1e-9
    moved = ahead["attractiveness"].sub(own["attractiveness"]).abs() > 1e-9
    assert set(ahead.index[moved]) <= set(own.index[own["attractiveness_stands_in"]])


def test_what_is_unknown_stays_so():
    today = pd.DataFrame(dict.fromkeys(SALES, float("nan")), index=["A"]).assign(revenue_ltm=100.0, own_growth=0.1)
    found = project_sales(today, pd.Series({"A": 50.0}))
    assert found.loc["A"].dropna().to_dict() == {"revenue_ltm": 50.0}


def test_nothing_is_said_where_nothing_is_forecast(analysis):
    from dataclasses import replace

    bare = replace(analysis)
    empty = analysis.forecast.accounts.iloc[:0]
    vars(bare)["forecast"] = replace(analysis.forecast, accounts=empty, reason="no invoices")
    assert str(tabulate_places_ahead(bare)) == "Where accounts would stand in a year is not known: no invoices."
    assert say_place_ahead(bare, "0010527") is None

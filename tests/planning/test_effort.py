"""Effort: which source counts, in which periods, and what a quadrant gets for its revenue."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.indicators import measure_accounts
from kamnb.planning.effort import compare_effort, measure_effort


def spend(folder, **tables):
    portfolio = make_portfolio(folder, "2026-06-30", accounts=[{"account_id": "A"}, {"account_id": "B"}], **tables)
    return measure_effort(portfolio, measure_accounts(portfolio))


def state(period, account="A", **more):
    return {"account_id": account, "manager_id": "M", "period": period} | more


MANAGERS = [{"manager_id": "M", "capacity_hours": 1600}]
MET = [{"account_id": "A", "date": "2026-05-05", "hours": 3}, {"account_id": "A", "date": "2025-06-30", "hours": 9}]


def test_hours_logged_count_before_shares_and_shares_before_interactions(tmp_path):
    logged = spend(tmp_path / "1", efforts=[state("2026", hours=70, share=0.5)], managers=MANAGERS, interactions=MET)
    assert logged.loc["A"].tolist() == [70, "logged hours"]
    declared = spend(tmp_path / "2", efforts=[state("2026", share=0.25)], managers=MANAGERS, interactions=MET)
    assert declared.loc["A"].tolist() == [400, "declared shares of capacity"]
    met = spend(tmp_path / "3", interactions=MET)
    assert met.loc["A"].tolist() == [3, "hours of interactions"], "the day twelve months ago is outside"


def test_without_a_capacity_a_share_is_no_hours(tmp_path):
    assert spend(tmp_path / "1", efforts=[state("2026", share=0.25)])["effort_hours"].isna().all()
    assert spend(tmp_path / "2", efforts=[state("2026", share=0.25)], interactions=MET).loc["A", "effort_hours"] == 3


@pytest.mark.parametrize(
    ("periods", "hours"),
    [
        (["2025", "2026", "2027"], 10),
        (["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"], 40),
        (["2025-06", "2025-07", "2026-06", "2026-07"], 20),
    ],
)
def test_periods_that_began_in_twelve_months_count(tmp_path, periods, hours):
    found = spend(tmp_path, efforts=[state(period, hours=10) for period in periods])
    assert found.loc["A", "effort_hours"] == hours


def test_who_has_no_effort_recorded_is_unknown_not_zero(tmp_path):
    assert spend(tmp_path, efforts=[state("2026", hours=5)]).loc["B"].isna().all()


def test_an_account_whose_revenue_or_place_is_unknown_is_left_out():
    index = list("ABCD")
    places = pd.Series(["star", "status", "star", "star"], index)
    found = compare_effort(pd.Series([60, 40, 99, None], index), pd.Series([100, 300, None, 50], index), places)
    assert found.loc["star"].tolist() == pytest.approx([1, 60, 0.6, 0.25, 2.4])
    assert found.loc["status"].tolist() == pytest.approx([1, 40, 0.4, 0.75, 0.4 / 0.75])


def test_a_quadrant_without_revenue_has_no_intensity():
    found = compare_effort(pd.Series([10.0, 5.0]), pd.Series([0.0, 8.0]), pd.Series(["star", "status"]))
    assert pd.isna(found.loc["star", "intensity"])

"""Revenue of the next twelve months: which method, how wide, and that no month of what is forecast is seen before."""

import numpy as np
import pandas as pd
import pytest

from kamnb.planning import forecast as module
from kamnb.planning.forecast import AHEAD, MEAN, SEASONAL, THETA, TOTAL, can_fit, forecast_months
from kamnb.planning.horizon import HorizonSettings

SETTINGS = HorizonSettings.load().forecast
needs_theta = pytest.mark.skipif(not can_fit(), reason="statsmodels is not installed")


def draw(accounts, *, swing=0.0, noise=5.0, months=36, seed=1):
    random, time = np.random.default_rng(seed), np.arange(months)
    level = random.uniform(50, 150, (accounts, 1))
    return level + swing * np.sin(2 * np.pi * time / 12) + random.normal(0, noise, (accounts, months))


def name(accounts):
    return pd.Index([f"A{number:02}" for number in range(accounts)], name="account_id")


def test_without_two_years_it_is_the_mean_and_without_three_there_is_no_interval():
    found = forecast_months(draw(12, months=12), name(12), SETTINGS)
    assert set(found.accounts["method"]) == {MEAN} and found.accounts["high"].isna().all()
    assert found.reason == "the invoices of three years are needed to calibrate intervals"
    assert forecast_months(draw(3, months=6), name(3), SETTINGS).accounts.empty


@needs_theta
@pytest.mark.parametrize(("swing", "method"), [(0.0, THETA), (40.0, SEASONAL)])
def test_seasons_are_taken_only_where_they_lower_the_error(swing, method):
    months = draw(12, swing=swing)
    found = forecast_months(months, name(12), SETTINGS)
    assert set(found.accounts["method"]) == {method}
    assert (found.errors[SEASONAL] < found.errors[THETA]) == (method == SEASONAL)
    assert found.accounts["revenue"].to_numpy() == pytest.approx(12 * months.mean(axis=1), rel=0.25)


@needs_theta
def test_sums_add_up_and_the_interval_of_all_is_not_that_of_each_added():
    found = forecast_months(draw(15), name(15), SETTINGS)
    assert found.sums.loc[TOTAL, AHEAD] == pytest.approx(found.accounts["revenue"].sum())
    each = found.spreads.drop(index=TOTAL)[AHEAD]
    assert 0 < found.spreads.loc[TOTAL, AHEAD] < each.sum()
    assert found.look_ahead("A03", 12) == pytest.approx((found.accounts.loc["A03", "revenue"], each["A03"]))
    half = found.look_ahead("A03", 0.5)
    assert half[0] == pytest.approx(found.sums.loc["A03", 1] / 2)


@needs_theta
def test_intervals_hold_about_what_was_asked_for_in_a_year_that_they_did_not_see():
    months = draw(40, noise=20.0, months=48)
    found = forecast_months(months[:, :36], name(40), SETTINGS)
    assert 0.7 <= found.reached <= 0.9 and found.tried == 40
    width = found.accounts["high"] - found.accounts["revenue"]
    held = found.accounts["revenue"].sub(months[:, 36:].sum(axis=1)).abs() <= width
    assert 0.6 <= held.mean() <= 0.95


def test_the_reached_share_is_left_one_out_by_hand(monkeypatch):
    months = np.tile(np.repeat([10.0, 12.0], 6), (11, 3))
    came = np.arange(11) + 1.0
    months[:, -12:] += came[:, None]
    monkeypatch.setattr(module, "can_fit", lambda: False)
    found = forecast_months(months, name(11), SETTINGS)
    # All deviations are alike, so an account is held where its error is no more than the ninth of the ten others: (10 + 1) 0.8.
    held = [own <= sorted(set(came) - {own})[8] for own in came]
    assert found.reached == pytest.approx(np.mean(held))
    deviation = np.std(months[0, 12:24], ddof=1) * np.sqrt(12 + 12)
    assert found.spreads.loc["A00", AHEAD] == pytest.approx(12 * 10.0 / deviation * np.std(months[0, -12:], ddof=1) * np.sqrt(24))


@needs_theta
def test_the_forecast_is_that_of_statsmodels():
    from statsmodels.tsa.forecasting.theta import ThetaModel

    months = draw(1, months=24)
    found = forecast_months(months, name(1), SETTINGS)
    theirs = ThetaModel(months[0], period=12, deseasonalize=False).fit().forecast(12).sum()
    assert found.accounts["revenue"].item() == pytest.approx(theirs)


def test_who_stopped_buying_is_not_forecast_below_nothing():
    months = draw(12)
    months[0, -14:] = 0
    found = forecast_months(months, name(12), SETTINGS)
    assert found.accounts["low"].min() >= 0 and found.accounts["revenue"].min() >= 0

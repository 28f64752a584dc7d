"""Revenue of the next twelve months: which method, how wide, and that no month of what is forecast is seen before."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from processors import OLDER

from kamnb.planning.forecast import AHEAD, MEAN, SEASONAL, THETA, TOTAL, forecast_months
from kamnb.planning.horizon import HorizonSettings
from kamnb.planning.theta import fit_theta

SETTINGS = HorizonSettings.load().forecast


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


@pytest.mark.parametrize(("swing", "method"), [(0.0, THETA), (40.0, SEASONAL)])
def test_seasons_are_taken_only_where_they_lower_the_error(swing, method):
    months = draw(12, swing=swing)
    found = forecast_months(months, name(12), SETTINGS)
    assert set(found.accounts["method"]) == {method}
    assert (found.errors[SEASONAL] < found.errors[THETA]) == (method == SEASONAL)
    assert found.accounts["revenue"].to_numpy() == pytest.approx(12 * months.mean(axis=1), rel=0.25)


def test_sums_add_up_and_the_interval_of_all_is_not_that_of_each_added():
    found = forecast_months(draw(15), name(15), SETTINGS)
    assert found.sums.loc[TOTAL, AHEAD] == pytest.approx(found.accounts["revenue"].sum())
    each = found.spreads.drop(index=TOTAL)[AHEAD]
    assert 0 < found.spreads.loc[TOTAL, AHEAD] < each.sum()
    assert found.look_ahead("A03", 12) == pytest.approx((found.accounts.loc["A03", "revenue"], each["A03"]))
    half = found.look_ahead("A03", 0.5)
    assert half[0] == pytest.approx(found.sums.loc["A03", 1] / 2)


def test_intervals_hold_about_what_was_asked_for_in_a_year_that_they_did_not_see():
    months = draw(40, noise=20.0, months=48)
    found = forecast_months(months[:, :36], name(40), SETTINGS)
    assert 0.7 <= found.reached <= 0.9 and found.tried == 40
    width = found.accounts["high"] - found.accounts["revenue"]
    held = found.accounts["revenue"].sub(months[:, 36:].sum(axis=1)).abs() <= width
    assert 0.6 <= held.mean() <= 0.95


def test_the_reached_share_is_left_one_out_by_hand():
    months = np.tile(np.repeat([10.0, 12.0], 6), (11, 3))
    came = np.arange(11) + 1.0
    months[:, -12:] += came[:, None]
    plain = SETTINGS.model_copy(update={"most_fitted": 0, "usual_changes": 0.999})
    found = forecast_months(months, name(11), plain)
    # All deviations are alike, so an account is held where its error is no more than the ninth of the ten others: (10 + 1) 0.8.
    held = [own <= sorted(set(came) - {own})[8] for own in came]
    assert found.reached == pytest.approx(np.mean(held))
    deviation = np.std(months[0, 12:24], ddof=1) * np.sqrt(12 + 12)
    assert found.spreads.loc["A00", AHEAD] == pytest.approx(12 * 10.0 / deviation * np.std(months[0, -12:], ddof=1) * np.sqrt(24))


@pytest.mark.parametrize("period", [0, 12])
def test_theta_is_that_of_statsmodels(period):
    from statsmodels.tsa.forecasting.theta import ThetaModel

    months = draw(6, swing=20.0, months=24) * np.array([1, 1, 1, 1e3, 1e4, 1])[:, None]
    months[5] = np.random.default_rng(4).gamma(0.4, 300.0, 24).round(2)  # a few large orders
    found = fit_theta(months, 12, period=period)
    for own, expected, alpha in zip(months, found.months, found.alpha, strict=True):
        model = ThetaModel(own, period=12, deseasonalize=bool(period), use_test=False, method="additive").fit()
        assert alpha == pytest.approx(model.params["alpha"], abs=2e-3)
        assert expected == pytest.approx(np.maximum(model.forecast(12), 0), rel=2e-3, abs=0.5)


def test_a_step_or_one_large_order_is_no_trend_beyond_what_accounts_did_last_year():
    months = draw(20, swing=40.0, noise=2.0)
    months[:, -12:] *= np.linspace(0.9, 1.2, 20)[:, None]  # the middle 80 % changed by 0.93 to 1.17
    months[3] = [*[100.0] * 24, *[10.0] * 9, 300.0, 400.0, 500.0]  # the last orders are large
    months[5] = [*[100.0] * 21, *[2.0] * 15]  # less since a year and a quarter
    found = forecast_months(months, name(20), SETTINGS)
    changed = found.accounts["revenue"].to_numpy() / months[:, -12:].sum(axis=1)
    least, most = np.quantile(months[:, -12:].sum(axis=1) / months[:, -24:-12].sum(axis=1), [0.1, 0.9])
    assert changed[3] == pytest.approx(most) and least - 1e-9 <= changed.min() and changed.max() <= most + 1e-9
    assert found.sums.loc["A03", AHEAD] == pytest.approx(most * months[3, -12:].sum())
    few = forecast_months(months[2:8], name(6), SETTINGS).accounts["revenue"].to_numpy() / months[2:8, -12:].sum(axis=1)
    assert few[1] > most + 0.2, "six accounts do not tell what is usual"


def test_who_stopped_buying_is_not_forecast_below_nothing():
    months = draw(12)
    months[0, -14:] = 0
    found = forecast_months(months, name(12), SETTINGS)
    assert found.accounts["low"].min() >= 0 and found.accounts["revenue"].min() >= 0


_FIT = """
import numpy as np
from kamnb.planning.theta import fit_theta
series = np.random.default_rng(7).gamma(2.0, 500.0, (400, 36)) * (1 + np.sin(np.arange(36) / 2) / 3)
for period in (0, 12):
    print(*(f"{value:.12g}" for part in fit_theta(series, 12, period=period) for value in np.ravel(part)))
"""


def test_another_processor_expects_the_same():
    """Near the best smoothing squares are so much alike that the least of them hangs on how a processor rounds."""
    said = [
        subprocess.run([sys.executable, "-c", _FIT], env=os.environ | env, capture_output=True, text=True, check=True).stdout
        for env in ({}, OLDER)
    ]
    assert said[0] == said[1]

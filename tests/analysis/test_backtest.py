"""Whether scores told what came: statistics against plain counting, a past that is known, and nothing seen before its day."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kamnb.analysis import choose_criteria, load_method, open_analysis
from kamnb.analysis.backtest import judge, keeping, look_back, open_backtest
from kamnb.analysis.backtest.statistics import draw_weights, find_auc, find_interval, find_precision
from kamnb.data.door import open_portfolio
from kamnb.places import data_folder
from kamnb.planning.horizon import HorizonSettings

SETTINGS = HorizonSettings.load().backtest.model_copy(update={"resamples": 300})


def count_pairs(values, events):
    pairs = [(value, other) for value in values[events] for other in values[~events]]
    return sum(1.0 if value > other else 0.5 if value == other else 0.0 for value, other in pairs) / len(pairs)


def test_the_area_is_that_of_all_pairs_counted_one_by_one_also_in_a_resample():
    random = np.random.default_rng(3)
    values, events = random.integers(0, 6, 40).astype(float), random.random(40) < 0.4
    weights = draw_weights(np.arange(40) // 2, 5)
    found = find_auc(values, events, weights)
    for area, own in zip(found, weights.astype(int), strict=True):
        assert area == pytest.approx(count_pairs(values.repeat(own), events.repeat(own)))


def test_resamples_keep_the_origins_of_an_account_together_and_are_the_same_each_time():
    weights = draw_weights(np.array([0, 0, 1, 1, 2, 2]), 50)
    assert (weights[:, ::2] == weights[:, 1::2]).all() and (weights[0] == 1).all()
    assert (weights == draw_weights(np.array([0, 0, 1, 1, 2, 2]), 50)).all()
    assert find_interval(np.array([9.0, 1.0, 2.0, 3.0]), 0.5) == (1.5, 2.5)


def test_precision_is_counted_in_each_origin():
    values, events = np.array([4.0, 3, 2, 1]), np.array([True, False, True, False])
    assert find_precision(values, events, np.zeros(4, dtype=int), np.ones((1, 4)), 3).item() == pytest.approx(2 / 3)


def draw_rows(accounts=200, seed=5):
    """Draw accounts whose growth their strength tells, of which attractiveness and revenue tell nothing."""
    random = np.random.default_rng(seed)
    strength, others = random.normal(size=accounts), random.normal(size=(accounts, 4))
    growth = 0.3 * strength + 0.1 * random.normal(size=accounts)
    rows = pd.DataFrame({"account_id": [f"A{number}" for number in range(accounts)], "origin": date(2025, 6, 30)})
    rows = rows.assign(strength=strength, attractiveness=others[:, 0], stage=others[:, 1], selected=1.0, findings=others[:, 2])
    rows = rows.assign(hindsight_attractiveness=others[:, 0], hindsight_strength=strength, revenue=others[:, 3])
    rows = rows.assign(last_year=np.nan, trend=np.nan, growth=growth, grew=(growth > 0.1) * 1.0, shrank=(growth < -0.2) * 1.0)
    return rows.assign(left=0.0, paid_later=np.nan)


def test_a_past_in_which_strength_was_right_and_attractiveness_was_not_is_told_so():
    judged = judge(draw_rows(), SETTINGS)
    told = judged[judged["measure"] == "auc"].set_index(["event", "predictor"])
    strong, attractive = told.loc[("grew", "strength")], told.loc[("grew", "attractiveness")]
    assert strong["verdict"] == "tells" and strong["against"] == "revenue" and strong["difference_low"] > 0
    assert attractive["verdict"] == "not told from chance" and attractive["low"] < 0.5 < attractive["high"]
    assert told.loc[("left", "strength"), "verdict"] == "too few to tell"
    assert "paid_later" not in set(judged["event"])
    assert told.loc[("shrank", "strength"), "verdict"] in ("tells", "too few to tell")


def test_the_best_baseline_is_found_on_the_rows_it_is_compared_on_so_its_interval_holds_for_all_of_them():
    rows = draw_rows().assign(growth=0.0)
    random = np.random.default_rng(9)
    alone = judge(rows, SETTINGS).set_index(["measure", "event", "predictor"]).loc[("auc", "grew", "strength")]
    rows[["last_year", "trend"]] = -9.0 - random.normal(size=(len(rows), 2)) - rows[["grew"]].to_numpy()
    beside = judge(rows, SETTINGS).set_index(["measure", "event", "predictor"]).loc[("auc", "grew", "strength")]
    assert alone["against"] == beside["against"] == "revenue" and alone["difference"] == beside["difference"]
    assert beside["difference_low"] < alone["difference_low"] < alone["difference_high"] < beside["difference_high"]


def test_a_back_test_is_kept_by_content_and_found_again_until_something_that_it_rests_on_changes(tmp_path, monkeypatch):
    days = pd.date_range("2024-01-15", "2026-06-15", freq="MS").strftime("%Y-%m-%d")
    rows = [f"A{account:02},{day},{100 * account}" for account in range(1, 13) for day in days]
    (tmp_path / "horizon.toml").write_text("[backtest]\norigins = [12]\n")
    (tmp_path / "invoices.csv").write_text("\n".join(["account_id,date,amount", *rows]) + "\n")
    asked, looked = (str(tmp_path), "2026-06-30"), []
    monkeypatch.setattr(keeping, "look_back", lambda *given: looked.append(1) or look_back(*given))

    def find():
        return open_backtest(open_analysis(*asked), asked[0])

    (first, judged), (again, alike) = find(), find()
    assert len(looked) == 1 and again.origins == first.origins and again.left_out == first.left_out
    pd.testing.assert_frame_equal(again.rows, first.rows)
    pd.testing.assert_frame_equal(alike, judged)
    [kept] = (tmp_path / keeping.FOLDER).glob("*.json")
    kept.write_text(kept.read_text()[:-40])  # cut short
    assert len(find()[0].rows) == len(first.rows) and len(looked) == 2
    (tmp_path / "invoices.csv").write_text("\n".join(["account_id,date,amount", *rows, "A01,2026-06-20,50000"]) + "\n")
    assert find()[0].rows.loc[0, "growth"] > first.rows.loc[0, "growth"] and len(looked) == 3


def test_nothing_is_seen_before_its_day_and_what_has_no_date_is_left_out(tmp_path):
    days = pd.date_range("2024-01-15", "2026-06-15", freq="MS").strftime("%Y-%m-%d")
    rows = [f"A{account:02},{day},{100 * account}" for account in range(1, 13) for day in days]
    accounts = "\n".join(["account_id,name,annual_spend", *(f"A{number:02},N{number},{number}000" for number in range(1, 13))])
    frames = []
    for name, later in (("one", []), ("other", [f"A01,{day},9000" for day in days if day > "2025-06-30"])):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "horizon.toml").write_text("[backtest]\norigins = [12]\n")
        (folder / "accounts.csv").write_text(accounts.replace("1000", "1000" if name == "one" else "9990000") + "\n")
        (folder / "invoices.csv").write_text("\n".join(["account_id,date,amount", *rows, *later]) + "\n")
        portfolio = open_portfolio(folder, as_of=date(2026, 6, 30))
        found = look_back(
            portfolio, choose_criteria(portfolio, folder, data_folder() / "criteria.toml"), load_method(portfolio.own)
        )
        assert found.origins == (date(2025, 6, 30),) and found.left_out == ("accounts.annual_spend",)
        assert "annual_spend" in found.dropped
        frames.append(found.rows)
    came = ["growth", "grew", "shrank", "left", "paid_later"]
    pd.testing.assert_frame_equal(frames[0].drop(columns=came), frames[1].drop(columns=came))
    assert frames[1].loc[0, "growth"] > 10 and frames[1].loc[0, "grew"] == 1

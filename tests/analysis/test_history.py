"""How accounts stood at earlier quarter ends: the same computation as of then, and nothing of what came later."""

import pandas as pd
import pytest

from kamnb.analysis import choose_criteria, score_portfolio
from kamnb.analysis.history import trace_history
from kamnb.data.door import open_portfolio
from kamnb.places import data_folder


def test_each_day_is_what_a_run_of_that_day_says(analysis):
    for day in analysis.history.days[-3:-1]:
        of_then = score_portfolio(analysis.portfolio.at(day), analysis.criteria)
        told = analysis.history.frame.xs(day, level="day")
        pd.testing.assert_frame_equal(told[["attractiveness", "strength"]], of_then.scores[["attractiveness", "strength"]])
        assert told["placed"].fillna("").tolist() == of_then.scores["placed"].fillna("").tolist()
        pd.testing.assert_series_equal(told["stage"], of_then.relationship.accounts["stage_placed"], check_names=False)
        pd.testing.assert_series_equal(told["days_late"], of_then.indicators["days_late"])


def test_revenue_of_a_quarter_end_is_counted_by_hand(analysis):
    lines = pd.read_csv(data_folder() / "sample" / "invoices.csv", dtype=str)
    own = lines[(lines["account_id"] == "0010417") & (lines["date"] > "2024-12-31") & (lines["date"] <= "2025-12-31")]
    told = analysis.history.take("0010417")["revenue_ltm"]
    assert told[pd.Timestamp("2025-12-31").date()] == pytest.approx(pd.to_numeric(own["amount"]).sum(), abs=0.005)


def test_rows_dated_after_a_day_change_nothing_of_it(tmp_path):
    header = "account_id,date,amount\n"
    days = pd.date_range("2024-01-15", "2026-06-15", freq="MS").strftime("%Y-%m-%d")
    rows = [f"{account},{day},{1000 * number}" for number, account in enumerate("AB", 1) for day in days]
    frames = []
    for name, more in (("early", []), ("late", ["A,2026-06-20,90000", "C,2026-06-21,5"])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "horizon.toml").write_text("[history]\nquarters = 3\n")
        (tmp_path / name / "invoices.csv").write_text(header + "\n".join([*rows, *more]) + "\n")
        portfolio = open_portfolio(tmp_path / name, as_of=pd.Timestamp("2026-06-30").date())
        model = choose_criteria(portfolio, tmp_path / name, data_folder() / "criteria.toml").criteria
        history = trace_history(score_portfolio(portfolio, model))
        frames.append(history.frame[history.frame.index.get_level_values("day") < history.days[-1]])
        assert len(history.days) == 3
        assert "C" in history.frame.index.get_level_values(0) or name == "early"
    pd.testing.assert_frame_equal(frames[0], frames[1])

"""KPIs and their values: what pulls against each other, progress against target."""

import pandas as pd
import pytest
from kpi_rows import METHOD, OBJECTIVES, kpi
from portfolios import make_portfolio

from kamnb.display.kpis import incentives
from kamnb.planning.alignment import AlignmentSettings, list_pulls, measure_progress

VALUES = {
    "K1": [10, 12, 13, 17, 18, 24, 25, 33],  # up: +2 +1 +4 +1 +6 +1 +8
    "K2": [50, 53, 54, 58, 60, 65, 66, 73],  # down: -3 -1 -4 -2 -5 -1 -7
    "K3": [1, 2],
}
DAYS = [f"2024-0{month}-01" for month in range(1, 9)]


def be_paid(folder, kpis=None, values=None, weights=("K1", "K2", "K3")):
    given = values or VALUES
    kpis = kpis or [kpi("K1", desired="up"), kpi("K2", desired="down"), kpi("K3", desired="up")]
    rows = [
        {"kpi_id": key, "date": day, "value": value}
        for key, each in given.items()
        for day, value in zip(DAYS, each, strict=False)
    ]
    weighed = [{"manager_id": "M1", "kpi_id": each, "weight": 1} for each in weights]
    return make_portfolio(folder, "2024-12-31", kpis=kpis, kpi_values=rows, kpi_weights=weighed, objectives=OBJECTIVES)


def test_pairs_that_pull_against_each_other_by_their_progress(tmp_path):
    """Ranks of progress, ties shared: (4, 2, 5, 2, 6, 2, 7) and (4, 6.5, 3, 5, 2, 6.5, 1): Pearson of these is -0.946."""
    pairs = list_pulls(be_paid(tmp_path), METHOD).set_index(["kpi_id", "other_id"])
    pair = pairs.loc[("K1", "K2")]
    assert pair["observations"] == 7 and pair["verdict"] == "pulls"
    ranks = pd.DataFrame({"one": [4, 2, 5, 2, 6, 2, 7], "other": [4, 6.5, 3, 5, 2, 6.5, 1]})
    assert pair["correlation"] == pytest.approx(ranks.corr().loc["one", "other"])
    assert pairs.loc[("K1", "K3"), "verdict"] == "too few" and pd.isna(pairs.loc[("K1", "K3"), "correlation"])
    said = str(incentives.list_conflicts(be_paid(tmp_path / "b"), METHOD))
    assert "pull against each other: rank correlation of their progress −0.9" in said and "over 7 changes" in said
    assert "Nothing is told of 2 pairs with fewer than 6 changes in common" in said


def test_no_claim_below_the_stated_minimum_and_none_without_a_direction(tmp_path):
    more = AlignmentSettings.load({"alignment.toml": {"incentives": {"least_observations": 8}}})
    pair = list_pulls(be_paid(tmp_path / "a", weights=("K1", "K2")), more).iloc[0]
    assert pair["verdict"] == "too few" and pair["observations"] == 7 and pd.isna(pair["correlation"])
    undirected = be_paid(tmp_path / "b", kpis=[kpi("K1", desired="up"), kpi("K2")], weights=("K1", "K2"))
    assert list_pulls(undirected, METHOD).iloc[0]["verdict"] == "no direction"
    same = be_paid(tmp_path / "c", kpis=[kpi("K1", desired="up"), kpi("K2", desired="up")], weights=("K1", "K2"))
    assert list_pulls(same, METHOD).iloc[0]["verdict"] == "no sign", "both rise, and both are to rise"
    flat = be_paid(tmp_path / "d", values={"K1": VALUES["K1"], "K2": [5] * 8}, weights=("K1", "K2"))
    assert list_pulls(flat, METHOD).iloc[0]["verdict"] == "too few", "what never changes tells nothing"


def test_pairs_that_pull_by_declaration_need_no_values(tmp_path):
    ruled = be_paid(tmp_path / "a", kpis=[kpi("K1", excludes="K2"), kpi("K2")], values={"K1": [1]}, weights=("K1", "K2"))
    assert list_pulls(ruled, METHOD).iloc[0][["declared", "verdict"]].tolist() == ["excludes", "pulls"]
    kpis = [kpi("K1", desired="up", requires="K2"), kpi("K2", desired="down")]
    needs = be_paid(tmp_path / "b", kpis=kpis, values={"K1": [1]}, weights=("K1", "K2"))
    assert list_pulls(needs, METHOD).iloc[0][["declared", "verdict"]].tolist() == ["needs the opposite", "pulls"]


def test_values_of_several_accounts_are_compared_account_by_account(tmp_path):
    rows = [
        {"kpi_id": key, "account_id": account, "date": day, "value": value + 1000 * (account == "B")}
        for key in ("K1", "K2") for account in "AB" for day, value in zip(DAYS, VALUES[key], strict=True)
    ]  # fmt: skip
    base = {"kpis": [kpi("K1", desired="up"), kpi("K2", desired="down")], "kpi_values": rows}
    weights = [{"manager_id": "M1", "kpi_id": each, "weight": 1} for each in ("K1", "K2")]
    pair = list_pulls(make_portfolio(tmp_path, "2024-12-31", kpi_weights=weights, **base), METHOD).iloc[0]
    assert pair["observations"] == 14 and pair["correlation"] < -0.9


def test_progress_against_target_with_trend(tmp_path):
    rows = [{"kpi_id": "K1", "date": day, "value": value, "target": 30} for day, value in zip(DAYS, VALUES["K1"], strict=True)]
    rows += [{"kpi_id": "K2", "date": day, "value": value, "target": 60} for day, value in zip(DAYS, VALUES["K2"], strict=True)]
    rows += [{"kpi_id": "K3", "date": DAYS[0], "value": 1}, {"kpi_id": "K4", "date": DAYS[0], "value": 1, "target": 1}]
    kpis = [kpi("K1", desired="up"), kpi("K2", desired="down"), kpi("K3", desired="up"), kpi("K4")]
    portfolio = make_portfolio(tmp_path, "2024-12-31", kpis=kpis, kpi_values=rows)
    found = measure_progress(portfolio, METHOD.trend).set_index("kpi_id")
    assert found.loc["K1", ["value", "earlier", "change", "trend"]].tolist() == [33, 17, 16, "better"], "four values earlier"
    assert bool(found.loc["K1", "is_met"]) and not bool(found.loc["K2", "is_met"])
    assert found.loc["K2", "trend"] == "worse"
    assert pd.isna(found.loc["K3", "trend"]) and pd.isna(found.loc["K3", "is_met"]), "one value, no target"
    assert pd.isna(found.loc["K4", "is_met"]), "no direction is declared"
    early = measure_progress(portfolio.at(pd.Timestamp("2024-03-15").date()), METHOD.trend).set_index("kpi_id")
    assert early.loc["K1", ["value", "earlier"]].tolist() == [13, 10], "seen as of the day; fewer values: the earliest"

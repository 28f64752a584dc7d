"""The selection of key accounts: every rule by hand, its edges, and what never happens."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.selection import count_funnel, list_doubts, say_rules, tabulate_division, tabulate_key, tabulate_out
from kamnb.errors import SettingsError
from kamnb.indicators import measure_accounts
from kamnb.scoring import Criteria, load_selection, select_accounts
from kamnb.scoring.selection import band_volume

MODEL = Criteria.from_toml("""
[attractiveness.size]
weight = 100
annual_spend = { weight = 100, anchors = [[0, 0], [1000, 10]] }
""")


def buy(account, months=range(1, 13), offerings="XY", amount=10):
    days = [(2025 + (month > 6), (month + 5) % 12 + 1) for month in months]
    return [
        {"account_id": account, "date": f"{year}-{month:02}-10", "amount": amount, "offering_id": offering}
        for year, month in days
        for offering in offerings
    ]


def select(folder, accounts, invoices, **own):
    portfolio = make_portfolio(folder, "2026-06-30", accounts=accounts, invoices=invoices)
    return analyse(replace(portfolio, own={"selection.toml": own}), MODEL)


def account(account_id, spend=900, key=None, **more):
    return {"account_id": account_id, "name": account_id, "annual_spend": spend, "key_account": key} | more


def test_each_rule_knocks_out_by_itself_and_is_named(tmp_path):
    accounts = [account(name) for name in ("good", "prospect", "seldom", "narrow")] + [account("small", 1)]
    invoices = [
        *buy("good"),
        *buy("seldom", months=[1, 2, 4, 5]),  # two of four quarters
        *buy("narrow", offerings="X"),
        *buy("small"),
    ]
    found = select(tmp_path, accounts, invoices).selection
    assert found["fails"].to_dict() == {
        "good": "", "prospect": "existing, active, offerings", "seldom": "active", "narrow": "offerings", "small": "size"
    }  # fmt: skip
    assert found["verdict"].to_dict() == {
        "good": "candidate", "prospect": "out", "seldom": "out", "narrow": "out", "small": "out"
    }  # fmt: skip


def test_bounds_are_inclusive(tmp_path):
    """Three of four quarters, two offerings, 0.5 % of the spend exactly: it passes."""
    accounts = [account("edge", 5), account("rest", 995)]
    found = select(tmp_path, accounts, [*buy("edge", months=[1, 4, 7]), *buy("rest")]).selection
    assert found.loc["edge", "fails"] == "" and found.loc["edge", "active"] == 3
    assert found.loc["edge", "verdict"] == "below", "0.05 points of attractiveness are too few"


def test_a_current_key_account_is_listed_with_what_it_fails_and_never_dropped(tmp_path):
    analysis = select(tmp_path, [account("key", 900, True), account("other", 900)], [*buy("key", offerings="X"), *buy("other")])
    assert analysis.selection["verdict"].to_dict() == {"key": "kept, fails", "other": "candidate"}
    assert "too few offerings" in str(tabulate_key(analysis))


def test_what_is_unknown_knocks_nobody_out_and_is_said(tmp_path):
    accounts = [{"account_id": "A", "name": "A"}, account("B")]
    invoices = [{"account_id": name, "date": row["date"], "amount": 5} for name in "AB" for row in buy(name)]
    analysis = select(tmp_path, accounts, invoices)
    assert analysis.selection.loc["A", "fails"] == "" and analysis.selection.loc["A", "unknown"] == "offerings, size"
    assert "Unknown for every account, so without effect: offerings." in str(say_rules(analysis))


def test_without_any_spend_size_is_measured_on_revenue(tmp_path):
    accounts = [{"account_id": name, "name": name} for name in ("large", "small")]
    found = select(tmp_path, accounts, [*buy("large", amount=1000), *buy("small", amount=1)]).selection
    assert set(found["size_basis"]) == {"revenue"} and found["fails"].to_dict() == {"large": "", "small": "size"}


def test_no_more_candidates_than_there_is_room_for(tmp_path):
    accounts = [account("key", 900, True), *(account(f"c{n}", 900 - n) for n in range(4))]
    found = select(tmp_path, accounts, [row for each in accounts for row in buy(each["account_id"])], score={"most": 3}).selection
    assert found.index[found["verdict"] == "candidate"].tolist() == ["c0", "c1"]
    assert found.loc["c2", "verdict"] == "below"


def test_a_rule_of_ones_own_changes_what_it_should_and_nothing_else(tmp_path):
    accounts = [account("narrow"), account("seldom")]
    invoices = [*buy("narrow", offerings="X"), *buy("seldom", months=[1, 12])]
    assert select(tmp_path / "1", accounts, invoices).selection["fails"].tolist() == ["offerings", "active"]
    off = select(tmp_path / "2", accounts, invoices, rules={"offerings": 0}).selection
    assert off["fails"].tolist() == ["", "active"]
    wide = select(tmp_path / "3", accounts, invoices, rules={"active_quarters": 2}).selection
    assert wide["fails"].tolist() == ["offerings", ""]
    with pytest.raises(SettingsError, match="cannot be more than of_quarters"):
        load_selection({"selection.toml": {"rules": {"active_quarters": 9}}})


def test_the_funnel_and_the_division_count_every_account_once(tmp_path):
    accounts = [account("A", line_of_business="lab"), account("B", 900, True), account("C", 1)]
    analysis = select(tmp_path, accounts, [*buy("A"), *buy("B"), *buy("C")])
    assert count_funnel(analysis)["accounts"].tolist() == [3, 3, 3, 3, 2, 2]
    division = tabulate_division(analysis)
    assert sum(int(row[2]) for row in division.rows) == 3 and {row[0] for row in division.rows} == {"lab", "not given"}
    assert "1 key accounts" in str(list_doubts(analysis)) and "too small" in str(tabulate_out(analysis))


def test_bands_are_filled_with_the_largest_first():
    """50 of 100 is below 80 %, so is 80 before the third: it is not."""
    assert band_volume(pd.Series([50.0, 30.0, 15.0, 5.0]), {"A": 0.8, "B": 0.95, "C": 1.0}).tolist() == ["A", "A", "B", "C"]


SPEND = st.one_of(st.none(), st.integers(1, 1000))
ROWS = st.lists(st.tuples(st.booleans(), SPEND, st.integers(0, 12), st.integers(1, 3)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, tighter=st.sampled_from([{"offerings": 3}, {"active_quarters": 4}, {"size_share": 0.3}]))
def test_a_key_account_is_never_out_and_a_tighter_rule_never_lets_more_in(tmp_path_factory, rows, tighter):
    folder = tmp_path_factory.mktemp("selection")
    accounts = [account(str(n), spend, key) for n, (key, spend, _, _) in enumerate(rows)]
    invoices = [line for n, (_, _, months, width) in enumerate(rows) for line in buy(str(n), range(1, months + 1), "XYZ"[:width])]
    portfolio = make_portfolio(folder, "2026-06-30", accounts=accounts, **({"invoices": invoices} if invoices else {}))
    indicators = measure_accounts(portfolio)
    master = pd.DataFrame(accounts).set_index("account_id")
    scores = pd.DataFrame({"attractiveness": 6.0, "strength": 5.0}, index=indicators.index)
    usual = select_accounts(portfolio, master, indicators, scores, load_selection())
    tight = select_accounts(portfolio, master, indicators, scores, load_selection({"selection.toml": {"rules": tighter}}))
    assert not usual.loc[usual["is_key"], "verdict"].isin(["out", "below", "candidate"]).any()
    assert set(tight.index[tight["fails"] == ""]) <= set(usual.index[usual["fails"] == ""])

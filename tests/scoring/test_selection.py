"""The selection of key accounts: every rule by hand, its edges, and what never happens."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from portfolios import make_portfolio
from trying import try_examples

from kamnb.analysis import analyse
from kamnb.display.portfolio.selection import (
    count_funnel,
    list_doubts,
    picture_funnel,
    say_rules,
    tabulate_candidates,
    tabulate_division,
    tabulate_key,
    tabulate_out,
    tabulate_rules,
    tabulate_verdicts,
)
from kamnb.errors import SettingsError
from kamnb.indicators import measure_accounts
from kamnb.reports.scores import gather_scores
from kamnb.scoring import RULES, Criteria, Selection, check_selection, select_accounts
from kamnb.scoring.selection import band_volume, expect_volume

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
    found = select(tmp_path, accounts, invoices, rules={"size": 2}).selection
    assert found["fails"].to_dict() == {
        "good": "", "prospect": "existing, active, offerings", "seldom": "active", "narrow": "offerings", "small": "size"
    }  # fmt: skip
    assert found["verdict"].to_dict() == {
        "good": "candidate", "prospect": "out", "seldom": "out", "narrow": "out", "small": "out"
    }  # fmt: skip


def test_bounds_are_inclusive(tmp_path):
    """Three of four quarters, two offerings, a spend of just the size: it passes."""
    invoices, size = buy("edge", months=[1, 4, 7]), {"size": 1.5}
    found = select(tmp_path, [account("edge", 1.5)], [*invoices, *buy("rest")], rules=size).selection
    assert found.loc["edge", "fails"] == "" and found.loc["edge", "active"] == 3
    assert found.loc["edge", "verdict"] == "below", "0.015 points of attractiveness are too few"
    small = select(tmp_path / "2", [account("edge", 1.49)], [*invoices, *buy("rest")], rules=size)
    assert small.selection.loc["edge", "fails"] == "size"


def test_a_score_at_the_bound_is_enough(tmp_path):
    """500 of 1,000 are 5.0 points."""
    found = select(tmp_path, [account("at", 500), account("under", 499)], [*buy("at"), *buy("under")]).selection
    assert found["verdict"].to_dict() == {"at": "candidate", "under": "below"}


def test_quarters_are_counted_back_from_the_day(tmp_path):
    """As of 15 May a quarter runs from 16 February to 15 May: 15 February is in the quarter before."""
    days = {"one": ["2026-05-15", "2026-02-16"], "two": ["2026-02-16", "2026-02-15"], "older": ["2025-05-15"]}
    invoices = [{"account_id": name, "date": day, "amount": 10} for name, dates in days.items() for day in dates]
    invoices += [{"account_id": "credit", "date": "2026-05-01", "amount": -10}]
    portfolio = make_portfolio(tmp_path, "2026-05-15", invoices=invoices)
    found = analyse(portfolio, MODEL).selection
    assert found["active"].to_dict() == {"credit": 0, "older": 0, "one": 1, "two": 2}
    assert found["existing"].to_dict() == {"credit": 0, "older": 1, "one": 1, "two": 1}


def test_quarters_before_the_first_invoice_are_unknown_not_idle(tmp_path):
    """Twelve months of invoices, eight quarters asked for: who has four active ones may have had five."""
    accounts, invoices = [account("full"), account("rare")], [*buy("full"), *buy("rare", months=[1, 4, 12])]
    more = select(tmp_path / "1", accounts, invoices, rules={"active_quarters": 5, "of_quarters": 8}).selection
    assert more["active"].isna().all() and more["unknown"].tolist() == ["active", "active"] and (more["fails"] == "").all()
    enough = select(tmp_path / "2", accounts, invoices, rules={"active_quarters": 4, "of_quarters": 8}).selection
    assert enough.loc["full", "active"] == 4 and enough["unknown"].tolist() == ["", "active"]


def test_with_invoices_of_few_months_who_has_one_has_bought_and_of_the_others_it_is_unknown(tmp_path):
    invoices = [*buy("A", months=[11, 12]), *buy("narrow", months=[12], offerings="X")]
    found = select(tmp_path, [account("A"), account("B"), account("narrow")], invoices).selection
    assert found["existing"].fillna(-1).to_dict() == {"A": 1, "B": -1, "narrow": 1}
    assert (found["fails"] == "").all()
    assert found["unknown"].tolist() == ["active", "existing, active, offerings", "active, offerings"]


def test_a_current_key_account_is_listed_with_what_it_fails_and_never_dropped(tmp_path):
    analysis = select(tmp_path, [account("key", 900, True), account("other", 900)], [*buy("key", offerings="X"), *buy("other")])
    assert analysis.selection["verdict"].to_dict() == {"key": "kept, fails", "other": "candidate"}
    assert "too few offerings" in str(tabulate_key(analysis))


def test_the_rule_that_a_key_account_fails_is_said_in_its_plan_and_in_scores_csv(tmp_path):
    accounts = [account("good", 900, True), account("key", 900, True), account("other", 1)]
    analysis = select(tmp_path, accounts, [*buy("good"), *buy("key", [1], "X"), *buy("other")], rules={"size": 2})
    assert analysis.plan_facts["key_rules_failed"].fillna(-1).to_dict() == {"good": 0, "key": 2, "other": -1}
    found = analysis.findings[analysis.findings["finding"] == "key_account_fails_rule"]
    assert found[["account_id", "urgency"]].values.tolist() == [["key", 3]]
    columns = gather_scores(analysis)[["selection", "selection_rule"]]
    assert columns.loc[["key", "other"]].values.tolist() == [["kept, fails", "active, offerings"], ["out", "size"]]


def test_what_is_unknown_knocks_nobody_out_and_is_said(tmp_path):
    invoices = [{"account_id": name, "date": row["date"], "amount": 5} for name in "AB" for row in buy(name)]
    analysis = select(tmp_path, [account("A"), account("B")], invoices)
    assert (analysis.selection["fails"] == "").all() and set(analysis.selection["unknown"]) == {"offerings"}
    assert "Unknown for every account, so without effect: offerings." in str(say_rules(analysis))


def test_size_is_the_spend_where_known_else_our_revenue_and_no_revenue_says_nothing_of_it(tmp_path):
    """All our revenue is 24,000 + 240 + 24 = 24,264; half a per cent of it is 121.32, in two digits 120."""
    accounts = [account(name, spend) for name, spend in (("large", None), ("spends", 122), ("small", None), ("idle", None))]
    invoices = [*buy("large", amount=1000), *buy("spends", amount=10), *buy("small", amount=1)]
    assert "EUR 0.12 k a year is 0.5 % of all our revenue now" in str(say_rules(select(tmp_path / "off", accounts, invoices)))
    analysis = select(tmp_path, accounts, invoices, rules={"size": 121})
    found = analysis.selection
    assert found["size"].fillna(-1).to_dict() == {"idle": -1, "large": 24_000, "small": 24, "spends": 122}
    assert found["size_basis"].to_dict() == {"idle": "", "large": "revenue", "small": "revenue", "spends": "accessible spend"}
    assert found["size_passes"].fillna(-1).to_dict() == {"idle": -1, "large": 1, "small": 0, "spends": 1}
    assert "is at least EUR 0.121 k a year" in str(say_rules(analysis))
    own = select(tmp_path / "own", accounts, invoices, rules={"size": 123}).selection
    assert own["size_passes"].fillna(-1).to_dict() == {"idle": -1, "large": 1, "small": 0, "spends": 0}


def test_without_invoices_every_rule_is_unknown_and_the_score_alone_decides(tmp_path):
    analysis = analyse(make_portfolio(tmp_path, "2026-06-30", accounts=[account("A"), account("B", 100)]), MODEL)
    assert analysis.selection["verdict"].to_dict() == {"A": "candidate", "B": "below"}
    assert set(analysis.selection["unknown"]) == {"existing, active, offerings"}
    assert "the score alone decides" in str(list_doubts(analysis))
    assert "no amount is set (size in selection.toml)." in str(say_rules(analysis))
    assert [row[2] for row in tabulate_verdicts(analysis).rows] == ["–", "–"], "unknown revenue is not 0"


def test_every_rule_can_be_switched_off(tmp_path):
    off = {"existing": 0, "active_quarters": 0, "offerings": 0}
    analysis = select(tmp_path, [account("A"), account("prospect")], buy("A"), rules=off)
    assert (analysis.selection["fails"] == "").all() and (analysis.selection["unknown"] == "").all()
    assert "Every knock-out rule is switched off." in str(say_rules(analysis)) and tabulate_rules(analysis) is None


def test_for_how_many_candidates_there_is_room_is_said_of_all_not_of_one(tmp_path):
    accounts = [account("key", 900, True), *(account(f"c{n}", 900 - n) for n in range(4))]
    invoices = [row for each in accounts for row in buy(each["account_id"])]
    analysis = select(tmp_path, accounts, invoices, score={"fewest": 1, "most": 3})
    assert analysis.selection["verdict"].tolist() == ["candidate"] * 4 + ["kept"]
    assert "4 candidates, and room for 2 below 3 key accounts: those that rank first." in str(list_doubts(analysis))


def test_candidates_are_listed_by_attractiveness_then_strength_then_id(tmp_path):
    accounts = [account(name, spend) for name, spend in (("b", 800), ("a", 800), ("c", 900))]
    analysis = select(tmp_path, accounts, [row for each in accounts for row in buy(each["account_id"])])
    assert analysis.selection["rank"].to_dict() == {"c": 1, "a": 2, "b": 3}
    assert [row[0] for row in tabulate_candidates(analysis).rows] == ["c", "a", "b"]
    scores = pd.DataFrame({"attractiveness": 8.0, "strength": [1.0, 2.0, float("nan")]}, index=pd.Index(["a", "b", "c"]))
    master = pd.DataFrame(accounts).set_index("account_id").sort_index()
    found = select_accounts(analysis.portfolio, master, analysis.indicators, scores, Selection.load())
    assert found["rank"].to_dict() == {"a": 2, "b": 1, "c": 3}


def test_a_rule_of_ones_own_changes_what_it_should_and_nothing_else(tmp_path):
    accounts = [account("narrow"), account("seldom")]
    invoices = [*buy("narrow", offerings="X"), *buy("seldom", months=[1, 12])]
    assert select(tmp_path / "1", accounts, invoices).selection["fails"].tolist() == ["offerings", "active"]
    off = select(tmp_path / "2", accounts, invoices, rules={"offerings": 0}).selection
    assert off["fails"].tolist() == ["", "active"]
    wide = select(tmp_path / "3", accounts, invoices, rules={"active_quarters": 2}).selection
    assert wide["fails"].tolist() == ["offerings", ""]
    with pytest.raises(SettingsError, match="cannot be more than of_quarters"):
        Selection.load({"selection.toml": {"rules": {"active_quarters": 9}}})


def test_the_funnel_the_rules_and_the_division_count_every_account_once(tmp_path):
    accounts = [account("A", line_of_business="lab"), account("B", 900, True), account("C", 1), account("D", 900)]
    analysis = select(tmp_path, accounts, [*buy("A"), *buy("B"), *buy("C")], rules={"size": 2})
    assert count_funnel(analysis)["accounts"].tolist() == [4, 3, 3, 3, 2, 2]
    assert picture_funnel(analysis).alt.startswith("Accounts left after each rule: all customers 4; have bought 3; ")
    assert [row[1:] for row in tabulate_rules(analysis).rows] == [
        ("1", "0", "0", "0"), ("1", "0", "0", "0"), ("1", "0", "0", "0"), ("1", "1", "0", "0")
    ]  # fmt: skip
    division = tabulate_division(analysis)
    assert sum(int(row[2]) for row in division.rows) == 4 and {row[0] for row in division.rows} == {"lab", "not given"}
    assert "too small" in str(tabulate_out(analysis))


def test_without_a_line_of_business_the_division_is_by_volume_and_shows_what_is_unknown(tmp_path):
    analysis = analyse(make_portfolio(tmp_path, "2026-06-30", accounts=[account("A"), account("B")]), MODEL)
    assert tabulate_division(analysis).rows[0][:2] == ("unknown", "2")


@pytest.mark.parametrize(
    ("keys", "candidates", "said"),
    [
        (0, 2, "No account is marked as key (accounts.key_account); rules and score propose 2."),
        (1, 0, "1 key account: a programme is soundest with 15 to 35."),
        (14, 1, "14 key accounts: a programme is soundest with 15 to 35; with the candidates there are 15."),
        (15, 0, ""),
        (35, 0, ""),
        (36, 0, "36 key accounts: with more than 35 attention is too thin for each."),
        (50, 0, "50 key accounts: with more than 35 attention is too thin for each."),
        (51, 0, "51 key accounts: more than 50 are too many to be key."),
    ],
)
def test_the_number_of_key_accounts_is_judged(keys, candidates, said):
    found = pd.DataFrame({"verdict": ["kept"] * keys + ["candidate"] * candidates, "fails": "", "rank": 1.0})
    found["is_key"] = found["verdict"].eq("kept")
    found[[f"{rule}_passes" for rule in RULES]] = 1.0
    assert " ".join(check_selection(found, Selection.load())) == said


def test_rules_that_nobody_passes_are_doubted(tmp_path):
    assert "too strict for this portfolio" in str(list_doubts(select(tmp_path, [account("A")], buy("A", offerings="X"))))


def test_who_passes_but_has_no_score_is_counted(tmp_path):
    analysis = select(tmp_path, [account("A", None), account("B")], [*buy("A"), *buy("B")])
    assert analysis.selection.loc["A", "verdict"] == "below" and "not scored" in str(tabulate_out(analysis))
    assert "no score, so can be no candidates: 1." in str(list_doubts(analysis))


def test_bands_are_filled_with_the_largest_first():
    """50 of 100 is below 80 %, so is 80 before the third: it is not. Who brings nothing is in the last."""
    bands = {"A": 0.8, "B": 0.95, "C": 1.0}
    assert band_volume(pd.Series([50.0, 30.0, 15.0, 5.0, 0.0]), bands).tolist() == ["A", "A", "B", "C", "C"]
    assert band_volume(pd.Series([50.0, None]), bands).isna().tolist() == [False, True]
    assert band_volume(pd.Series([50.0, 50.0]), {"A": 0.5, "B": 0.9}).tolist() == ["A", "B"], "the last takes all that are left"
    assert band_volume(pd.Series([0.0, 0.0]), bands).tolist() == ["C", "C"]


def test_expected_is_the_target_else_the_forecast_else_revenue():
    nan = float("nan")
    known = pd.DataFrame({"target_year": [5.0, nan, nan], "forecast_year": [4.0, 4.0, nan], "revenue_ltm": [3.0, 3.0, 3.0]})
    assert expect_volume(known).tolist() == [5, 4, 3]


SPEND = st.one_of(st.none(), st.integers(1, 1000))
ROWS = st.lists(st.tuples(st.booleans(), SPEND, st.integers(0, 12), st.integers(1, 3)), min_size=1, max_size=6)


@try_examples(8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, tighter=st.sampled_from([{"offerings": 3}, {"active_quarters": 4}, {"size": 400}]))
def test_a_key_account_is_never_out_and_a_tighter_rule_never_lets_more_in(tmp_path_factory, rows, tighter):
    folder = tmp_path_factory.mktemp("selection")
    accounts = [account(str(n), spend, key) for n, (key, spend, _, _) in enumerate(rows)]
    invoices = [line for n, (_, _, months, width) in enumerate(rows) for line in buy(str(n), range(1, months + 1), "XYZ"[:width])]
    portfolio = make_portfolio(folder, "2026-06-30", accounts=accounts, **({"invoices": invoices} if invoices else {}))
    indicators = measure_accounts(portfolio)
    master = pd.DataFrame(accounts).set_index("account_id")
    scores = pd.DataFrame({"attractiveness": 6.0, "strength": 5.0}, index=indicators.index)
    usual = select_accounts(portfolio, master, indicators, scores, Selection.load())
    tight = select_accounts(portfolio, master, indicators, scores, Selection.load({"selection.toml": {"rules": tighter}}))
    assert not usual.loc[usual["is_key"], "verdict"].isin(["out", "below", "candidate"]).any()
    assert set(tight.index[tight["fails"] == ""]) <= set(usual.index[usual["fails"] == ""])
    turned = select_accounts(
        portfolio, master.iloc[::-1].reindex(indicators.index), indicators.iloc[::-1], scores.iloc[::-1], Selection.load()
    )
    pd.testing.assert_frame_equal(turned.sort_index(), usual.sort_index(), check_like=True)


@try_examples(5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.booleans(), SPEND, st.integers(1, 12), st.integers(1, 3)), min_size=2, max_size=6))
def test_an_account_more_or_less_changes_what_is_said_of_no_other(tmp_path_factory, rows):
    accounts = [account(str(n), spend, key) for n, (key, spend, *_) in enumerate(rows)]
    invoices = [line for n, (*_, months, width) in enumerate(rows) for line in buy(str(n), range(1, months + 1), "XYZ"[:width])]
    invoices += buy("other")  # whose months are all there
    said = []
    for gone in ("none", "0"):
        folder = tmp_path_factory.mktemp("selection")
        kept = [[row for row in table if row["account_id"] != gone] for table in (accounts, invoices)]
        portfolio = make_portfolio(folder, "2026-06-30", accounts=kept[0], invoices=kept[1])
        indicators = measure_accounts(portfolio)
        master = pd.DataFrame(kept[0]).set_index("account_id").reindex(indicators.index)
        scores = pd.DataFrame({"attractiveness": indicators["annual_spend"] / 100, "strength": 5.0})
        rules = Selection.load({"selection.toml": {"rules": {"size": 300}, "score": {"fewest": 1, "most": 2}}})
        said.append(select_accounts(portfolio, master, indicators, scores, rules)[["verdict", "fails", "unknown"]])
    pd.testing.assert_frame_equal(said[0].drop(index="0"), said[1])


def test_numbers_of_key_accounts_that_contradict_each_other_are_refused():
    with pytest.raises(SettingsError, match=r"fewest \(40\), most \(35\) and too_many \(50\) must not fall"):
        Selection.load({"selection.toml": {"score": {"fewest": 40}}})

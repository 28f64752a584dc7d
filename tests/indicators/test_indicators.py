"""Indicators: worked examples, edges of windows, what is unknown, and an independent computation of every one."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from invoices import DAY, monthly
from portfolios import make_portfolio

from kamnb.errors import SettingsError
from kamnb.indicators import (
    INDICATORS,
    explain_absences,
    list_accounts,
    measure_accounts,
    measure_ageing,
    measure_months,
    measure_offerings,
    receivables_source,
)
from kamnb.indicators.settings import IndicatorSettings


def invoices(account, **amounts):
    """One line per day: ``invoices("A", d2026_01_31=100)``."""
    return [{"account_id": account, "date": day[1:].replace("_", "-"), "amount": amount} for day, amount in amounts.items()]


def one(tmp_path, account="A", as_of=DAY, **tables):
    return measure_accounts(make_portfolio(tmp_path / "p", as_of, **tables)).loc[account]


# Worked examples


def test_countback_is_unknown_where_more_is_owed_than_was_sold(tmp_path):
    ledger = [{"account_id": "A", "listed_on": "2026-06-30", "due_date": "2026-07-15", "open_amount": 2_401}]
    assert math.isnan(one(tmp_path, invoices=monthly("A", 100), open_items=ledger)["dso_countback"])


def test_a_quarterly_rhythm_is_not_penalised(tmp_path):
    quarterly = [row for row in monthly("A", 100) if row["date"][5:7] in ("03", "06", "09", "12")]
    weekly = [{"account_id": "B", "date": str(DAY - timedelta(days)), "amount": 1} for days in range(366, 1000, 7)]
    weekly += [{"account_id": "B", "date": str(DAY - timedelta(days)), "amount": 1} for days in range(0, 364, 14)]
    facts = measure_accounts(make_portfolio(tmp_path, DAY, invoices=quarterly + weekly))
    assert facts.loc["A", "months_active"] == 4
    assert facts.loc["A", "order_regularity"] == pytest.approx(1, abs=0.01)
    assert facts.loc["B", "order_regularity"] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("days_before", "known"), [(4, True), (3, False)])
def test_a_rhythm_needs_three_gaps_before_the_last_twelve_months(tmp_path, days_before, known):
    sales = [row for row in monthly("A", 10) if row["date"] > "2025-06-30"] + monthly("A", 10, "2025-06-30", days_before)
    facts = one(tmp_path, invoices=sales)
    assert math.isnan(facts["order_regularity"]) != known


def test_herfindahl_nets_credit_notes(tmp_path):
    lines = [("X", 100), ("X", -20), ("Y", 20), ("Z", 50), ("Z", -60)]
    sales = [{"account_id": "A", "date": "2026-06-01", "amount": amount, "offering_id": name} for name, amount in lines]
    facts = one(tmp_path, invoices=sales)
    assert facts["offerings_bought"] == 2
    assert facts["offering_concentration"] == pytest.approx(0.8**2 + 0.2**2)


def test_targets_pass_with_the_days_of_the_period(tmp_path):
    quarters = [(f"2026-Q{quarter}", amount, "2025-12-01") for quarter, amount in enumerate([100, 182, 100, 100], 1)]
    stated = [*quarters, ("2026-Q2", 91, "2026-01-10"), ("2026-Q2", 91, "2026-01-10")]
    keys = {"account_id": "A", "measure": "revenue", "kind": "target"}
    targets = [keys | {"period": period, "amount": amount, "stated_on": day} for period, amount, day in stated]
    facts = one(tmp_path, as_of=date(2026, 5, 15), invoices=monthly("A", 50), targets=targets)
    assert facts["target_year"] == 482
    assert facts["revenue_ytd"] == 200
    assert facts["ytd_target_attainment"] == pytest.approx(200 / (100 + 182 * 45 / 91))


def test_paying_early_does_not_make_up_for_paying_late(tmp_path):
    keys = {"account_id": "A", "date": "2026-01-01", "due_date": "2026-02-01", "amount": 100}
    facts = one(tmp_path, invoices=[keys | {"paid_date": "2026-01-22"}, keys | {"paid_date": "2026-02-21"}])
    assert facts["days_late"] == 10
    assert facts["late_share"] == 0.5


# Edges of windows


@pytest.mark.parametrize(
    ("as_of", "edge"),
    [(date(2026, 6, 30), date(2025, 6, 30)), (date(2024, 2, 29), date(2023, 2, 28)), (date(2025, 2, 28), date(2024, 2, 28))],
)
def test_the_window_leaves_out_its_first_day_and_takes_the_last(tmp_path, as_of, edge):
    days = {edge: 1, edge + timedelta(1): 10, as_of: 100, as_of + timedelta(1): 1000}
    sales = [{"account_id": "A", "date": str(day), "amount": amount} for day, amount in days.items()]
    facts = one(tmp_path, as_of=as_of, invoices=sales)
    assert facts["revenue_ltm"] == 110
    assert facts["months_active"] == 2


def test_an_item_is_overdue_from_the_day_after_it_was_due(tmp_path):
    keys = {"account_id": "A", "listed_on": "2026-06-30"}
    ages = {0: 1, 1: 10, 30: 100, 31: 1000, 60: 10_000, 61: 100_000, 90: 1_000_000, 91: 10_000_000, -5: 2}
    ledger = [keys | {"due_date": str(DAY - timedelta(age)), "open_amount": amount} for age, amount in ages.items()]
    portfolio = make_portfolio(tmp_path, DAY, open_items=ledger)
    assert list(measure_ageing(portfolio).loc["A"]) == [3, 110, 11_000, 1_100_000, 10_000_000]
    assert measure_accounts(portfolio).loc["A", "receivables_overdue"] == 11_111_110


@pytest.mark.parametrize("as_of", [date(2026, 6, 30), date(2027, 2, 28), date(2026, 7, 31), date(2026, 3, 15)])
def test_bills_at_the_end_of_each_month_fall_into_a_month_each(tmp_path, as_of):
    facts = one(tmp_path, as_of=as_of, invoices=monthly("A", 10, months=60, last=as_of))
    assert facts["months_active"] == 12
    assert facts["quarters_active"] == 4
    assert facts["revenue_volatility"] == 0


# What is unknown


def test_a_missing_table_is_unknown_with_its_reason_and_never_zero(tmp_path):
    portfolio = make_portfolio(
        tmp_path, DAY, accounts=[{"account_id": "A", "customer_since": "2020-01-01"}], invoices=monthly("A", 10)
    )
    facts, absences = measure_accounts(portfolio), explain_absences(portfolio)
    assert set(facts.columns[facts.isna().all()]) == set(absences)
    assert absences["people_reached"] == "no contacts table"
    assert absences["gross_margin"] == "no cost in invoices"
    assert absences["receivables_open"] == "no open_items table and no paid_date in invoices"
    assert "revenue_ltm" not in absences


def test_an_account_without_rows_in_a_table_that_is_there_has_zero(tmp_path):
    facts = one(
        tmp_path, "B",
        accounts=[{"account_id": "A"}, {"account_id": "B"}],
        invoices=monthly("A", 10, cost=5, offering_id="X"),
        contacts=[{"contact_id": "C", "account_id": "A", "level": "board", "function": "purchasing"}],
        interactions=[{"account_id": "A", "date": "2026-05-01", "contact_id": "C", "channel": "visit", "our_level": "board"}],
        open_items=[{"account_id": "A", "listed_on": "2026-06-30", "due_date": "2026-06-01", "open_amount": 1}] * 2,
        opportunities=[{"opportunity_id": "1", "account_id": "A", "stage": "talks", "amount": 5, "probability": 0.5}],
    )  # fmt: skip
    zero = {
        "revenue_ltm", "revenue_prior", "months_active", "quarters_active", "margin_ltm", "offerings_bought", "receivables_open",
        "receivables_overdue", "people_reached", "functions_reached", "levels_reached", "board_reached", "executive_pairs",
            "interactions_ltm",
        "open_pipeline", "weighted_pipeline", "revenue_ytd", "margin_ytd", "dso_countback",
    }  # fmt: skip
    assert set(facts.index[facts == 0]) == zero
    assert facts.drop(zero).isna().all()


def test_tables_with_headers_alone_are_as_good_as_not_given(tmp_path):
    portfolio = make_portfolio(tmp_path, DAY, accounts=[{"account_id": "A"}], interactions=[])
    assert explain_absences(portfolio)["interactions_ltm"] == "no row in interactions by 2026-06-30"
    assert math.isnan(measure_accounts(portfolio).loc["A", "interactions_ltm"])


@pytest.mark.parametrize(("months", "known"), [(24, True), (23, False)])
def test_windows_are_compared_only_where_the_dates_cover_both(tmp_path, months, known):
    portfolio = make_portfolio(tmp_path, DAY, invoices=monthly("A", 10, months=months))
    facts, absences = measure_accounts(portfolio).loc["A"], explain_absences(portfolio)
    compared = ["revenue_prior", "revenue_growth", "revenue_volatility"]
    assert facts[compared].notna().all() if known else facts[compared].isna().all()
    assert all((name in absences) != known for name in compared)
    if not known:
        assert absences["revenue_growth"] == (
            "invoices reach from 2024-08-31 to 2026-06-30, not over two years (2024-07-01 to 2026-06-30)"
        )


@pytest.mark.parametrize(("first", "known"), [("2024-07-08", True), ("2024-07-09", False)])
def test_a_table_may_begin_as_late_in_a_window_as_its_widest_gap(tmp_path, first, known):
    days = pd.date_range(first, DAY, freq="7D")
    sales = [{"account_id": "A", "date": str(day.date()), "amount": 1} for day in days]
    assert ("revenue_growth" in explain_absences(make_portfolio(tmp_path, DAY, invoices=sales))) != known


def test_the_fiscal_year_takes_its_first_day(tmp_path):
    sales = monthly("A", 10) + invoices("A", d2026_04_01=5, d2026_03_31=7)
    portfolio = replace(make_portfolio(tmp_path, DAY, invoices=sales), fiscal_year_start=4)
    assert measure_accounts(portfolio).loc["A", "revenue_ytd"] == 35


def test_a_table_with_daily_dates_must_cover_the_window_to_the_day(tmp_path):
    days = pd.date_range("2024-07-10", DAY, freq="D")
    sales = [{"account_id": "A", "date": str(day.date()), "amount": 1} for day in days]
    assert "revenue_growth" in explain_absences(make_portfolio(tmp_path, DAY, invoices=sales))


def test_a_table_that_ended_before_the_window_says_nothing_of_it(tmp_path):
    portfolio = make_portfolio(tmp_path, date(2030, 1, 1), invoices=monthly("A", 10))
    assert math.isnan(measure_accounts(portfolio).loc["A", "revenue_ltm"])


def test_one_line_without_cost_makes_the_margin_unknown(tmp_path):
    lines = monthly("A", 10, cost=4)
    lines[3]["cost"] = None
    facts = one(tmp_path, invoices=[*lines, *monthly("B", 10, cost=4)])
    assert facts[["margin_ltm", "gross_margin"]].isna().all()
    assert measure_months(make_portfolio(tmp_path, DAY, invoices=lines))["cost"].isna().sum() == 1


def test_an_account_with_refunds_alone_has_no_denominators(tmp_path):
    facts = one(tmp_path, invoices=monthly("A", -10, cost=-4, offering_id="X"))
    assert facts["revenue_ltm"] == -120
    assert facts["months_active"] == 0
    assert facts["offerings_bought"] == 0
    nothing = ["revenue_growth", "revenue_volatility", "gross_margin", "offering_concentration", "tenure", "days_since_invoice"]
    assert facts[nothing].isna().all()


def test_share_of_wallet_keeps_the_range_and_is_not_clipped(tmp_path):
    wallet = [
        {"account_id": "A", "year": 2025, "likely": 999_999},
        {"account_id": "A", "year": 2026, "offering_id": "X", "competitor": "Orlo", "low": 40, "likely": 50, "high": 60},
        {"account_id": "A", "year": 2026, "offering_id": "X", "competitor": "Veda", "low": 40, "likely": 50, "high": 60},
        {"account_id": "A", "year": 2026, "offering_id": "Y", "low": 10, "likely": 30, "high": 60},
        {"account_id": "A", "year": 2027, "likely": 1},
    ]
    facts = one(tmp_path, invoices=monthly("A", 10), wallet=wallet)
    assert facts["share_of_wallet"] == 120 / 80
    assert facts["share_of_wallet_low"] == 1
    assert facts["share_of_wallet_high"] == 120 / 50


# What was known on an earlier day


def test_an_earlier_view_does_not_know_what_came_after(tmp_path):
    portfolio = make_portfolio(
        tmp_path, DAY,
        invoices=[
            row | {"due_date": "2025-01-15", "paid_date": "2025-02-10"} for row in invoices("A", d2024_12_31=100)
        ],
        opportunities=[
            {"opportunity_id": "1", "account_id": "A", "created": "2024-11-01", "stage": "won", "amount": 50, "probability": 0.5,
             "outcome": "won", "closed": "2025-03-01"},
        ],
        contacts=[{"contact_id": "C", "account_id": "A", "left_on": "2025-05-01"}],
        interactions=[{"account_id": "A", "date": "2025-01-10", "contact_id": "C", "channel": "Visit"}],
    )  # fmt: skip
    then, now = (measure_accounts(portfolio.at(day)).loc["A"] for day in (date(2025, 2, 1), date(2025, 6, 1)))
    asked = [
        "receivables_open",
        "receivables_overdue",
        "days_late",
        "open_pipeline",
        "weighted_pipeline",
        "win_rate",
        "people_reached",
    ]
    assert then[asked].fillna(-1).tolist() == [100, 100, -1, 50, 25, -1, 1]
    assert now[asked].fillna(-1).tolist() == [0, 0, 26, 0, 0, 1, 0]


def test_the_source_of_receivables_is_told(tmp_path):
    paid = [row | {"due_date": "2026-01-31", "paid_date": None} for row in monthly("A", 10)]
    paid[-1]["paid_date"] = "2026-01-01"
    ledger = [{"account_id": "A", "listed_on": "2026-05-31", "due_date": "2026-06-01", "open_amount": 7}]
    portfolio = make_portfolio(tmp_path, DAY, invoices=paid, open_items=ledger)
    assert receivables_source(portfolio) == "the ledger of 2026-05-31, gross"
    assert measure_accounts(portfolio).loc["A", "receivables_open"] == 7
    earlier = portfolio.at(date(2026, 5, 30))
    assert receivables_source(earlier) == "invoices, net of VAT"
    assert measure_accounts(earlier).loc["A", "receivables_open"] == 330
    assert receivables_source(make_portfolio(tmp_path / "none", DAY, accounts=[{"account_id": "A"}])) == ""


# Tables beside the indicators


def test_accounts_are_all_that_any_founding_table_names(tmp_path):
    portfolio = make_portfolio(
        tmp_path, DAY,
        accounts=[{"account_id": "B", "name": "Brühl & Söhne", "employees": 12}],
        invoices=invoices("A", d2026_01_01=1),
        open_items=[{"account_id": "D", "listed_on": "2026-06-30", "due_date": "2026-06-01", "open_amount": 1}],
        opportunities=[{"opportunity_id": "1", "account_id": "C", "stage": "talks"}],
    )  # fmt: skip
    accounts = list_accounts(portfolio)
    assert list(accounts.index) == ["A", "B", "C", "D"] == list(measure_accounts(portfolio).index)
    assert accounts["name"].isna().tolist() == [True, False, True, True]
    assert accounts.loc["B", "employees"] == 12


def test_months_are_calendar_months_filled_with_zero(tmp_path):
    portfolio = make_portfolio(tmp_path, DAY, invoices=invoices("A", d2026_03_02=5, d2026_03_30=5) + invoices("B", d2026_05_01=1))
    months = measure_months(portfolio)
    assert months.loc["A", "revenue"].tolist() == [10, 0, 0, 0]
    assert months.loc["B", "revenue"].tolist() == [0, 0, 1, 0]
    assert [str(month.date()) for month in months.loc["A"].index] == ["2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"]
    assert months["cost"].isna().all()


def test_months_go_back_three_years(tmp_path):
    months = measure_months(make_portfolio(tmp_path, DAY, invoices=monthly("A", 3, months=50, cost=1)))
    assert len(months) == 36
    assert months["revenue"].sum() == 108
    assert months["cost"].sum() == 36


def test_offerings_are_named_and_net(tmp_path):
    sales = monthly("A", 10, months=30, offering_id="X", cost=4) + monthly("A", -1, months=2, offering_id="Y", cost=-1)
    portfolio = make_portfolio(
        tmp_path, DAY, invoices=sales, offerings=[{"offering_id": "X", "name": "Pumps", "category": "machines"}]
    )
    offerings = measure_offerings(portfolio)
    assert offerings.loc[("A", "X")].tolist() == ["Pumps", "machines", 120, 120, 72]
    assert offerings.loc[("A", "Y"), ["revenue_ltm", "revenue_prior", "margin_ltm"]].tolist() == [-2, 0, 0]


# The declaration


def test_every_indicator_is_declared_in_full():
    for indicator in INDICATORS.values():
        assert all([indicator.meaning, indicator.formula, indicator.window, indicator.needs, indicator.empty])
        assert indicator.unit in {"money", "fraction", "days", "months", "quarters", "years", "count", "index"}


def test_settings_that_make_no_sense_are_refused_all_at_once():
    own = {"rhythm": {"least_gaps": 0}, "receivables": {"days_per_yaer": 365}}
    with pytest.raises(SettingsError) as raised:
        IndicatorSettings.load({"indicators.toml": own})
    assert len(raised.value.faults) == 2


def test_a_workbooks_own_number_changes_what_it_should_and_nothing_else(tmp_path):
    invoices = [{"account_id": "A", "date": f"{year}-06-30", "amount": 100, "paid_date": None} for year in (2023, 2024)]
    invoices.append({"account_id": "A", "date": "2023-07-01", "amount": 1, "paid_date": "2023-08-01"})
    portfolio = make_portfolio(tmp_path, "2024-06-30", invoices=invoices)
    usual = measure_accounts(portfolio)
    own = measure_accounts(replace(portfolio, own={"indicators.toml": {"receivables": {"days_per_year": 360}}}))
    changed = [name for name in usual if not usual[name].equals(own[name])]
    assert changed == ["dso_simple", "cost_of_credit"], "nothing has a due date, so best possible DSO is unknown"
    assert own.loc["A", "dso_simple"] == pytest.approx(usual.loc["A", "dso_simple"] * 360 / 365)

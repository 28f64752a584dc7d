"""How accounts pay: what waiting costs, drift against their own history, and when open items will be paid."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
from bills import DAY, bill, payments
from portfolios import make_portfolio

from examples import open_example
from kamnb.display.portfolio import receivables as show
from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook, find_findings
from kamnb.planning.receivables import list_open_items, measure_payment

# Indicators: what waiting costs, and what is disputed


def measured(folder, *lines, **tables):
    regular = [bill(f"b{month}", f"2025-{month:02}-28", 0, "B") for month in range(1, 13)]
    regular += [bill(f"c{month}", f"2026-{month:02}-28", 0, "B") for month in range(1, 7)]
    return measure_accounts(make_portfolio(folder / "m", DAY, invoices=[*lines, *regular], **tables)).loc["A"]


@pytest.mark.parametrize(
    ("line", "days"),
    [
        (bill(1, "2026-01-01", 10), 40),  # thirty days of terms, ten late
        (bill(1, "2026-06-20"), 10),  # not paid: to the day
        (bill(1, "2025-06-10", 0), 10),  # only the days within the twelve months: paid on 10 July, they begin after 30 June
        (bill(1, "2025-01-01", 0), 0),  # paid before they begin
        (bill(1, "2024-01-01"), 365),  # open through all of them
        (bill(1, "2026-06-30"), 0),
        (bill(1, "2026-06-20", 30), 10),  # paid after the day: open as of the day
        (bill(1, "2026-06-20", amount=-100), -10),  # a credit note gives back
    ],
)
def test_cost_of_credit_counts_the_days_open_within_the_twelve_months(tmp_path, line, days):
    assert measured(tmp_path, line)["cost_of_credit"] == pytest.approx(100 * days * 0.08 / 365)


def test_cost_of_credit_is_unknown_without_paid_dates(tmp_path):
    lines = [bill(1, "2025-07-01"), bill(2, "2026-06-30")]
    portfolio = make_portfolio(tmp_path, DAY, invoices=[line | {"paid_date": None} for line in lines])
    assert measure_accounts(portfolio)["cost_of_credit"].isna().all()


def test_only_what_is_open_and_disputed_counts(tmp_path):
    lines = [
        bill(1, "2026-06-01", disputed="true", amount=7),
        bill(2, "2026-01-01", 0, disputed="true", amount=50),
        bill(3, "2026-06-01", disputed="false", amount=90),
        bill(4, "2026-05-01", 40, disputed="true", amount=3),
    ]
    assert measured(tmp_path, *lines)["disputed_open"] == 10, "paid after the day is open"
    assert pd.isna(measured(tmp_path / "without", bill(1, "2026-06-01"))["disputed_open"]), "no column: unknown"


def test_an_invoice_with_a_disputed_line_is_disputed_whole(tmp_path):
    lines = [bill(1, "2026-06-01", amount=7, disputed="true"), bill(1, "2026-06-01", amount=20), bill(2, "2026-06-01")]
    assert measured(tmp_path, *lines)["disputed_open"] == 27


@pytest.mark.parametrize(("names", "amount"), [(True, 119), (False, 100)])
def test_the_ledger_says_what_is_open_of_disputed_invoices_where_it_names_them(tmp_path, names, amount):
    lines = [bill(7, "2026-06-10", disputed="true"), bill(8, "2026-06-10", disputed="false")]
    listed = {"account_id": "A", "listed_on": "2026-06-30", "due_date": "2026-07-10"}
    ledger = [
        listed | {"invoice_id": number if names else None, "open_amount": owed}
        for number, owed in (("7", 119), ("8", 60), ("9", 5))
    ]
    assert measured(tmp_path, *lines, open_items=ledger)["disputed_open"] == amount


def test_a_ledger_that_names_invoices_needs_no_paid_dates(tmp_path):
    lines = [bill(7, "2026-06-10", disputed="true")]
    ledger = {"account_id": "A", "listed_on": "2026-06-30", "due_date": "2026-07-10", "open_amount": 119}
    for number, known in (("7", True), (None, False)):
        portfolio = make_portfolio(tmp_path / str(number), DAY, invoices=lines, open_items=[ledger | {"invoice_id": number}])
        assert pd.notna(measure_accounts(portfolio).loc["A", "disputed_open"]) == known


def test_what_is_overdue_makes_the_difference_to_the_best_possible(tmp_path):
    facts = measured(tmp_path, bill(1, "2026-06-10", amount=300), bill(2, "2026-03-01", amount=100), bill(3, "2025-12-01", 0))
    assert facts["revenue_ltm"] == 500
    assert facts["dso_simple"] == pytest.approx(400 / 500 * 365)
    assert facts["dso_best"] == pytest.approx(300 / 500 * 365)
    assert facts["days_delinquent"] == pytest.approx(100 / 500 * 365)


# Drift


def drifted(folder, recent, before, own=None):
    """Payments due weekly in the last four months, and every two weeks in the 32 before."""
    dues = [date(2026, 5, 31) - timedelta(days=7 * place) for place in range(len(recent))]
    dues += [date(2026, 2, 15) - timedelta(days=14 * place) for place in range(len(before))]
    lines = [
        bill(place, due - timedelta(days=30), late) for place, (due, late) in enumerate(zip(dues, recent + before, strict=True))
    ]
    return payments(folder, own, invoices=lines)[1].loc["A"]


def test_drift_is_between_the_last_months_and_what_those_before_let_expect(tmp_path):
    facts = drifted(tmp_path, [20, 21, 22, 23, 24], [3, 5, 4, 4] * 17)
    assert (facts["payments_recent"], facts["payments_before"]) == (5, 68)
    assert (facts["lateness_recent"], facts["lateness_before"], facts["drift_days"]) == (22, 4, 18)
    assert facts["drift_is_clear"] == 1


@pytest.mark.parametrize(("now", "before"), [(-3, 10), (5, 5), (9, 5)])
def test_earlier_alike_or_four_days_later_is_no_drift(tmp_path, now, before):
    facts = drifted(tmp_path, [now] * 8, [before] * 40)
    assert (facts["drift_days"], facts["drift_is_clear"]) == (now - before, 0)


@pytest.mark.parametrize(("recent", "before", "known"), [(2, 50, True), (1, 50, False), (4, 16, False), (0, 60, False)])
def test_with_too_few_payments_drift_is_unknown(tmp_path, recent, before, known):
    facts = drifted(tmp_path, [30] * recent, [0] * before)
    assert facts[["drift_days", "drift_chance", "drift_is_clear"]].notna().all() == known
    assert (facts["payments_recent"], facts["payments_before"]) == (recent, before)


def test_a_threshold_in_the_settings_changes_the_verdict_alone(tmp_path):
    recent, before = [20, 21, 22, 23, 24], [3, 5, 4, 4] * 17
    usual = drifted(tmp_path / "1", recent, before)
    own = drifted(tmp_path / "2", recent, before, {"least_drift": 19})
    assert usual.index[usual.ne(own) & usual.notna()].tolist() == ["drift_is_clear"]


@pytest.mark.parametrize(
    ("due", "late", "counts"),
    [
        ("2026-06-30", 0, (1, 0)),
        ("2026-07-01", -1, (0, 0)),  # paid early; of what is due after the day only that can have been paid
        ("2026-03-01", 0, (1, 0)),
        ("2026-02-28", 20, (0, 1)),  # due before the four months, paid in them
        ("2021-07-01", 0, (0, 1)),
        ("2021-06-30", 20, (0, 0)),
        ("2026-05-31", None, (1, 0)),  # not paid: as late as it is by the day
        ("2026-05-31", 31, (1, 0)),  # paid after the day
    ],
)
def test_windows_of_due_dates_end_on_the_day_and_leave_out_their_first_day(tmp_path, due, late, counts):
    lines = [bill(1, date.fromisoformat(due) - timedelta(days=30), late), bill(2, "2020-01-01", 0)]
    facts = payments(tmp_path, invoices=lines)[1].loc["A"]
    assert (facts["payments_recent"], facts["payments_before"]) == counts


def test_what_is_disputed_and_open_is_no_lateness(tmp_path):
    facts = payments(tmp_path, invoices=[bill(1, "2026-04-01", disputed="true"), bill(2, "2026-04-01", 3)])[1].loc["A"]
    assert (facts["payments_recent"], facts["lateness_recent"]) == (1, 3)


def test_lines_of_one_invoice_are_one_payment_and_credit_notes_are_none(tmp_path):
    lines = [bill(1, "2026-03-01", 5), bill(1, "2026-03-01", 5, amount=7), bill(2, "2026-03-01", 5, amount=-7)]
    lines += [bill(1, "2026-03-01", 9)]  # the rest of the first, paid later
    lines += [bill(3, "2026-03-01", 5)]  # another invoice of the same days
    assert payments(tmp_path, invoices=lines)[1].loc["A", "payments_recent"] == 3


def test_without_paid_or_due_dates_payment_is_unknown(tmp_path):
    line = bill(1, "2026-05-01")
    for lacks in ("paid_date", "due_date"):
        lines = [line | {"paid_date": "2026-06-01"} | {lacks: None}]
        facts = payments(tmp_path / lacks, invoices=lines)[1].loc["A"]
        assert facts[["payments_recent", "drift_chance", "drift_is_clear"]].isna().all()


# Lumpy billing, findings


@pytest.mark.parametrize(("limit", "lumpy"), [(0.0, 1), (3.3, 1), (3.4, 0)])
def test_billing_once_a_year_is_lumpy_and_steady_billing_is_not(tmp_path, limit, lumpy):
    ends = pd.date_range(end=DAY, periods=36, freq="ME")
    steady = [{"account_id": "A", "date": str(end.date()), "amount": 10} for end in ends]
    yearly = [{"account_id": "B", "date": str(end.date()), "amount": 120} for end in ends if end.month == 6]
    portfolio = make_portfolio(tmp_path, DAY, invoices=steady + yearly)
    portfolio = replace(portfolio, own={"indicators.toml": {"receivables": {"lumpy_volatility": limit}}})
    playbook = Playbook.load()
    facts = measure_payment(portfolio, measure_accounts(portfolio), list_open_items(portfolio, playbook), playbook)
    assert facts["billing_is_lumpy"].to_dict() == {"A": 0, "B": lumpy}, "once a year: sqrt(11) = 3.32"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"drift_is_clear": 1.0, "drift_days": 5.0}, {"pays_later_than_before"}),
        ({"drift_is_clear": 0.0, "drift_days": 50.0}, set()),
        ({"later_share": 0.34, "later_items": 3.0, "later_times": 1.5}, {"owes_longer_than_usual"}),
        ({"later_share": 0.33, "later_items": 3.0, "later_times": 1.5}, set()),
        ({"later_share": 0.34, "later_items": 2.0, "later_times": 1.5}, set()),
        ({"later_share": 0.34, "later_items": 3.0, "later_times": 1.4}, set()),
        ({"disputed_open": 0.01}, {"disputes"}),
        ({"disputed_open": 0.0}, set()),
        ({"disputed_open": float("nan"), "drift_days": float("nan"), "later_share": float("nan")}, set()),
    ],
)
def test_findings_apply_from_their_limit_on(facts, expected):
    frame = pd.DataFrame(facts, index=pd.Index(["A"], name="account_id"))
    assert set(find_findings(frame, pd.Series("status", index=["A"]), Playbook.load())["finding"]) == expected


# What is shown


def test_every_account_of_the_sample_reads_well(analysis):
    for account_id in analysis.accounts.index:
        plan = analysis.plan(account_id)
        said = f"{show.say_receivables(analysis, plan)} {show.say_drift(analysis, plan)}"
        assert "nan" not in said and " 1 days" not in said and " 1 payments" not in said, said


def test_the_source_the_test_and_the_mark_are_said(analysis):
    drifting = analysis.plan("0011689")
    assert "from the ledger of 30 Jun 2026, gross" in show.say_receivables(analysis, drifting)
    assert "It pays 14 days later than it used to" in show.say_drift(analysis, drifting)
    assert "(8 payments; 60 payments before)" in show.say_drift(analysis, drifting)
    assert "lumpy" not in show.say_receivables(analysis, drifting)
    assert "Count-back is unreliable" in show.say_receivables(analysis, analysis.plan("0011745"))


def test_cash_to_expect_adds_up_to_what_is_open(analysis):
    for account_id in ("0011689", "0010417"):
        plan = analysis.plan(account_id)
        items = analysis.records.open_items[analysis.records.open_items["account_id"] == account_id]
        table = show.tabulate_expected_cash(analysis, plan)
        assert table.rows[-1] == ("Open in all", f"{items['amount'].sum() / 1000:,.0f}", str(len(items)))
        assert items["amount"].sum() == pytest.approx(plan.facts["receivables_open"])
    whole = show.tabulate_expected_cash(analysis)
    assert whole.rows[-1][2] == str(len(analysis.records.open_items))


def test_more_items_than_fit_are_counted(analysis):
    plan = analysis.plan("0011689")
    table = show.tabulate_open_items(analysis, plan, rows=4)
    assert len(table.rows) == 4 and table.note.startswith("2 more items not shown.")
    assert "its own 45 payments of 24 months" in table.note
    assert "already later than usual" in str(show.tabulate_open_items(analysis, plan))
    assert len(show.tabulate_disputes(analysis, plan).rows) == 1


def test_what_is_disputed_is_the_same_in_words_and_table(analysis):
    disputed = analysis.records.open_items.query("state == 'disputed'").groupby("account_id")["amount"].sum()
    facts = analysis.plan_facts["disputed_open"]
    assert facts[facts > 0].to_dict() == pytest.approx(disputed.to_dict())


def said_of(analysis, **facts):
    changed = analysis.plan("0011689").facts.copy()
    changed.update(pd.Series(facts))
    return show.say_receivables(analysis, SimpleNamespace(facts=changed, currency="EUR", account_id="0011689"))


def test_a_credit_balance_is_what_we_owe(analysis):
    assert said_of(analysis, receivables_open=-5.0).startswith(
        "We owe it EUR 0.005 k (from the ledger of 30 Jun 2026, gross). 100 %"
    )
    assert said_of(analysis, receivables_open=0.0).startswith("It owes nothing (from the ledger")
    assert ", none of it overdue (" in said_of(analysis, receivables_overdue=-5.0), "credit notes past their date"
    assert "outstanding (receivables without VAT, by the invoices that the ledger names): 83 simple" in said_of(analysis)


def test_where_nothing_is_open_there_is_no_table(analysis):
    plan = analysis.plan("0012518")
    assert show.tabulate_open_items(analysis, plan) is None
    assert show.tabulate_expected_cash(analysis, plan) is None
    assert show.tabulate_disputes(analysis, plan) is None


def test_where_payment_is_unknown_nothing_is_said(analysis):
    unknown = SimpleNamespace(facts=analysis.plan("0011689").facts * float("nan"), currency="EUR", account_id="0011689")
    assert show.say_receivables(analysis, unknown) is None
    assert show.say_drift(analysis, unknown) is None


# Real data


def test_a_real_ledger_is_expected_by_its_own_payments(real_data):
    """Seen on the last invoice day 83 invoices are open; whole, 877 of 2,466 were paid late, by 3.442 days on average."""
    portfolio = open_example(real_data, "ibm_receivables")
    playbook = Playbook.load()
    indicators = measure_accounts(portfolio)
    items = list_open_items(portfolio, playbook)
    assert len(items) == 83
    assert items["amount"].sum() == pytest.approx(indicators["receivables_open"].sum())
    dated = items.dropna(subset=["expected_on"])
    assert (dated["expected_on"] >= pd.Timestamp(portfolio.as_of)).all()
    assert (dated["late_by"] >= dated["expected_on"]).all()
    facts = measure_payment(portfolio, indicators, items, playbook)
    assert facts["payments_recent"].sum() > 300

"""Open items: when each is expected, by how the account pays."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from bills import DAY, bill, bills, payments
from portfolios import make_portfolio

from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook
from kamnb.planning.receivables import list_open_items

# Open items


def expected(folder, lates, line, own=None, **tables):
    """The one open item of A, after invoices of A paid so many days late."""
    lines = bills(lates, date(2026, 3, 31))
    items, _ = payments(folder, own, invoices=[*lines, *([line] if line else [])], **tables)
    assert len(items) == 1
    return items.iloc[0]


def test_expected_is_the_due_date_and_the_median_lateness(tmp_path):
    item = expected(tmp_path, [0, 2, 4, 10, 20], bill(9, "2026-06-10", amount=70))
    assert (item["amount"], item["days_overdue"], item["state"]) == (70, -10, "as usual")
    assert item["expected_on"] == pd.Timestamp("2026-07-14"), "due on 10 July, usually four days late"
    assert item["late_by"] == pd.Timestamp("2026-07-30"), "five of the six, itself one of them, come within twenty days"
    assert (item["basis"], item["payments"]) == ("own", 5)


@pytest.mark.parametrize(
    ("billed", "state", "expected_on", "late_by"),
    [
        ("2026-05-27", "as usual", "2026-06-30", "2026-08-05"),  # due on 26 June, four days late is the day itself
        ("2026-05-26", "later than usual", "2026-07-13", "2026-08-04"),  # as 10, 14, 18, 22 and 40 days: the median, the last
        ("2026-05-20", "later than usual", "2026-07-07", "2026-07-29"),  # as 14, 18, 22 and 40 days
        ("2026-05-11", "later than nearly ever", None, None),  # two payments came as late as twenty days: too few to tell
    ],
)
def test_an_item_past_its_usual_day_is_expected_as_payments_that_came_so_late(tmp_path, billed, state, expected_on, late_by):
    item = expected(tmp_path, [0, 1, 2, 2, 3, 4, 4, 4, 10, 14, 18, 22, 40], bill(9, billed))
    assert item["state"] == state
    for name, day in (("expected_on", expected_on), ("late_by", late_by)):
        assert item[name] == pd.Timestamp(day) if day else pd.isna(item[name])


def test_four_of_five_come_by_the_late_day_of_items_that_are_late_already(tmp_path):
    rng, lines, truth = np.random.default_rng(1), [], {}
    for number in range(400):
        account = f"A{number}"
        lines += bills([int(days) for days in rng.exponential(15, 40)], date(2026, 3, 31), account)
        behind = int(rng.integers(5, 25))
        truth[account] = behind + int(rng.exponential(15))  # as late as it is, and so much more
        lines.append(bill("open", DAY - timedelta(days=behind + 30), None, account))
    items = payments(tmp_path, invoices=lines)[0].query("invoice_id == 'open'").dropna(subset="late_by").set_index("account_id")
    days = (items["late_by"] - items["due_date"]).dt.days
    assert len(items) > 250
    assert 0.76 < (pd.Series(truth).reindex(items.index) <= days).mean() < 0.95


def test_who_pays_early_is_not_late_before_it_is_due(tmp_path):
    lines = [*bills([-10] * 5, date(2026, 3, 31)), bill(9, "2026-06-05"), bill(8, "2026-05-30", amount=7)]
    items, facts = payments(tmp_path, invoices=lines)
    assert items["state"].tolist() == ["later than usual", "later than nearly ever"]
    assert items["expected_on"].tolist() == [pd.Timestamp("2026-07-05"), pd.NaT], "due on that day; the other was due yesterday"
    assert facts.loc["A", "later_than_usual"] == 7


def test_with_too_few_payments_the_portfolio_says_when(tmp_path):
    lines = [*bills([6] * 4, date(2026, 3, 31)), *bills([10] * 20, date(2026, 3, 31), "B"), bill(9, "2026-06-10")]
    item = payments(tmp_path, invoices=lines)[0].iloc[0]
    assert (item["basis"], item["payments"], item["expected_on"]) == ("portfolio", 24, pd.Timestamp("2026-07-20"))
    own = payments(tmp_path / "own", {"least_payments": 4}, invoices=lines)[0].iloc[0]
    assert (own["basis"], own["expected_on"]) == ("own", pd.Timestamp("2026-07-16"))


def test_where_nobody_paid_nothing_is_expected(tmp_path):
    ledger = [{"account_id": "A", "listed_on": "2026-06-30", "due_date": "2026-07-10", "open_amount": 5}]
    items, facts = payments(tmp_path, open_items=ledger)
    assert (items["state"].tolist(), items["expected_on"].isna().all()) == (["unknown"], True)
    assert facts["later_than_usual"].isna().all()


def test_payments_older_than_the_history_do_not_count(tmp_path):
    lines = [*bills([50] * 5, date(2024, 5, 30)), bill(9, "2026-06-10")]
    assert payments(tmp_path, invoices=lines)[0].iloc[0]["state"] == "unknown"


def test_the_ledger_counts_before_invoices_and_takes_disputes_from_them(tmp_path):
    lines = [*bills([0] * 5, date(2026, 3, 31)), bill(7, "2026-06-10", disputed="true"), bill(8, "2026-06-10")]
    listed = {"account_id": "A", "listed_on": "2026-06-30", "due_date": "2026-07-10"}
    ledger = [listed | {"invoice_id": number, "open_amount": amount} for number, amount in (("7", 119), ("8", 60), ("9", -5))]
    items, facts = payments(tmp_path, invoices=lines, open_items=ledger)
    assert items[["invoice_id", "amount", "state"]].values.tolist() == [
        ["7", 119, "disputed"], ["8", 60, "as usual"], ["9", -5, "credit"],
    ]  # fmt: skip
    assert items["expected_on"].notna().tolist() == [False, True, False]
    assert facts.loc["A", "later_than_usual"] == 0


def test_what_is_open_for_longer_than_usual_is_added_up(tmp_path):
    lines = [*bills([0] * 5, date(2026, 3, 31)), bill(7, "2026-05-01", amount=30), bill(8, "2026-06-10", amount=70)]
    facts = payments(tmp_path, invoices=lines)[1].loc["A"]
    assert (facts["later_than_usual"], facts["later_share"]) == (30, 0.3)


def test_items_add_up_to_what_is_open(tmp_path):
    lines = [bill(number, "2026-06-01", None, amount=amount) for number, amount in enumerate([10.25, 3.5, -2])]
    lines += [bill(9, "2026-05-01", 0), bill(1, "2026-06-01", None, amount=6.5)]
    portfolio = make_portfolio(tmp_path, DAY, invoices=lines)
    items = list_open_items(portfolio, Playbook.load())
    assert items["amount"].tolist() == [10.25, 10, -2], "lines of one invoice are one item"
    assert items["amount"].sum() == measure_accounts(portfolio).loc["A", "receivables_open"]


def test_an_item_without_a_due_date_is_said_to_have_none(tmp_path):
    lines = [*bills([0] * 5, date(2026, 3, 31)), bill(9, "2026-06-10") | {"due_date": None}]
    items, facts = payments(tmp_path, invoices=lines)
    assert items[["invoice_id", "state"]].values.tolist() == [["9", "undated"]]
    assert items["expected_on"].isna().all() and pd.isna(facts.loc["A", "later_than_usual"])


def test_an_earlier_day_knows_no_later_payment(tmp_path):
    lines = [*bills([0] * 5, date(2026, 3, 31)), bill(9, "2026-06-10", 3)]
    assert payments(tmp_path / "now", invoices=lines)[0]["invoice_id"].tolist() == ["9"]
    assert payments(tmp_path / "later", as_of=date(2026, 7, 13), invoices=lines)[0].empty

"""Worked examples that others published, each with its source."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from invoices import monthly
from portfolios import make_portfolio

from kamnb.indicators import measure_accounts, weigh_shortfall
from kamnb.planning import Playbook
from kamnb.planning.drift import _sum_before
from kamnb.planning.profit import measure_costs_to_serve, measure_profit, rank_profit
from kamnb.planning.schedule import Action, build_network, pass_backward, pass_forward

DAY = "2026-06-30"


# Receivables


NO_VAT = {"vat": {"account": {"A": 0.0}}}
"""The examples set receivables against sales without a word on VAT."""


def owed_and_sold(open_amount, overdue, sales, **own):
    """Tables of one account: what is not due and overdue in the ledger, what was sold in a year, and the settings changed."""
    ledger = {"account_id": "A", "listed_on": DAY}
    items = [ledger | {"due_date": "2026-07-30", "open_amount": open_amount - overdue}]
    items += [ledger | {"due_date": "2026-06-01", "open_amount": overdue}] if overdue else []
    lines = [{"account_id": "A", "date": day, "amount": sales / 2} for day in ("2025-07-01", DAY)]
    return {"invoices": lines, "open_items": items}, {"indicators.toml": {"receivables": own} | NO_VAT}


@pytest.mark.parametrize(
    ("tables", "days", "expected"),
    [
        # "Regular DSO = (15,000/10,000) x 30 = 45 days; Best Possible DSO = (4,000/10,000) x 30 = 12 days; ADD = 45 - 12 =
        # 33 days": creditguru.com, Average Days Delinquent.
        ((15_000, 11_000, 10_000), 30, {"dso_simple": 45, "dso_best": 12, "days_delinquent": 33}),
        # "Best possible DSO = ($8,000 / $30,000) x 28 = 7.47 days", of $10,000 receivables $2,000 past due: growfin.ai,
        # What is best possible DSO?
        ((10_000, 2_000, 30_000), 28, {"dso_best": 7.47}),
        # "($150,000 / $1,800,000) x 365; DSO = 30.4 days": trymesha.com, The 2 DSO calculation formulas.
        ((150_000, 0, 1_800_000), 365, {"dso_simple": 30.42, "dso_best": 30.42}),
        # "(10869 x 90) / (5538 + 4566 + 7570): DSO = 55.35": Oracle, JD Edwards EnterpriseOne Accounts Receivable.
        ((10_869, 0, 5_538 + 4_566 + 7_570), 90, {"dso_simple": 55.35, "days_delinquent": 0}),
    ],
)
def test_days_of_sales_outstanding(tmp_path, tables, days, expected):
    rows, own = owed_and_sold(*tables, days_per_year=days)
    facts = measure_accounts(replace(make_portfolio(tmp_path, DAY, **rows), own=own)).loc["A"]
    assert {name: round(facts[name], 2) for name in expected} == expected


def test_countback_takes_months_off_newest_first(tmp_path):
    """Benji Pays, Mastering DSO calculation: 212,000 are open; sales of 100,000, 80,000 and 70,000, newest first.

    Two months of 30 days and 32,000 / 70,000 of a third: 73.7 days.
    """
    ledger = [{"account_id": "A", "listed_on": DAY, "due_date": "2026-07-15", "open_amount": 212_000}]
    sales = monthly("A", [100_000, 80_000, 70_000, *[50_000] * 33])
    portfolio = make_portfolio(tmp_path, DAY, invoices=sales, open_items=ledger)
    facts = measure_accounts(replace(portfolio, own={"indicators.toml": NO_VAT})).loc["A"]
    assert round(facts["dso_countback"], 1) == 73.7


def test_countback_in_days_of_the_calendar(tmp_path):
    """31 days of March, 28 of February and 40,000 / 70,000 of the 31 of January: 31 + 28 + 17.71 = 76.71 days."""
    ledger = [{"account_id": "A", "listed_on": "2026-03-31", "due_date": "2026-04-15", "open_amount": 220_000}]
    sales = monthly("A", [100_000, 80_000, 70_000, *[50_000] * 33], last="2026-03-31")
    own = {"indicators.toml": NO_VAT | {"receivables": {"days_per_month": "calendar"}}}
    portfolio = replace(make_portfolio(tmp_path, "2026-03-31", invoices=sales, open_items=ledger), own=own)
    assert round(measure_accounts(portfolio).loc["A", "dso_countback"], 2) == 76.71


@pytest.mark.parametrize(
    ("amount", "days", "rate", "cost"),
    [
        # "$1000 x .06 / 365 x 100 = $16.44" and "$17,777 x .075 / 365 x 66 = $241.09": coveringcredit.com, Business credit
        # questions, Is there a simple way to calculate the carrying cost of a past due accounts receivable?
        (1_000, 100, 0.06, 16.44),
        (17_777, 66, 0.075, 241.09),
    ],
)
def test_cost_of_credit(tmp_path, amount, days, rate, cost):
    start = pd.Timestamp("2025-10-01")
    paid = str((start + pd.Timedelta(days=days)).date())
    lines = [{"account_id": "A", "date": str(start.date()), "amount": amount, "paid_date": paid}]
    lines += [{"account_id": "B", "date": day, "amount": 1, "paid_date": day} for day in ("2025-07-01", "2025-09-01", DAY)]
    own = {"indicators.toml": {"receivables": {"credit_rate_per_year": rate}, "coverage": {"slack_days": 400}}}
    portfolio = replace(make_portfolio(tmp_path, DAY, invoices=lines), own=own)
    assert round(measure_accounts(portfolio).loc["A", "cost_of_credit"], 2) == cost


# Falls and drift


def test_a_shortfall_is_the_paired_t():
    """T. Moore, Grinnell College, Paired t-tests, an example: 15 students guess cards awake and under hypnosis; "t = 2.683".

    Turned round it is a fall.
    """
    waking = [18, 19, 16, 21, 16, 20, 20, 14, 11, 22, 19, 29, 16, 27, 15]
    hypnotic = [25, 20, 26, 26, 20, 23, 14, 18, 18, 20, 22, 27, 19, 27, 21]
    both = np.array([hypnotic, waking], dtype=float)
    assert weigh_shortfall(both, both[::-1]).round(3).tolist() == [2.683, -2.683]


def test_what_months_let_expect_is_exponential_smoothing():
    """NIST/SEMATECH e-Handbook of Statistical Methods, 6.4.3.1, single exponential smoothing, alpha 0.1: 71 at first.

    Its table: y 71, 70, 69, 68, 64, 65, 72, 78, 75, 75, 75, 70 and S (from the second on) 71, 70.9, 70.71, 70.44, 69.80, 69.32,
    69.58, 70.43, 70.88, 71.29, 71.67. Ours begins with no value, as if the first one had stood for ever.
    """
    observed = [71, 70, 69, 68, 64, 65, 72, 78, 75, 75, 75, 70]
    past = np.array([[*observed[:11][::-1], *[71.0] * 400]])
    half_life = np.log(0.5) / np.log(0.9)
    weighed, weight = (_sum_before(each, half_life)[0, 0] for each in (past, np.ones_like(past)))
    assert round(weighed / weight, 2) == 71.67


# Growth and profit


def test_growth_is_held_against_the_customers_own(tmp_path):
    """The example of the method: "+8 % where the customer grew 17 % is losing"."""
    sales = monthly("A", [108] * 12 + [100] * 24)
    portfolio = make_portfolio(tmp_path, DAY, invoices=sales, accounts=[{"account_id": "A", "own_growth": 0.17}])
    facts = measure_accounts(portfolio).loc["A"]
    assert facts[["revenue_growth", "relative_growth"]].round(6).tolist() == [0.08, -0.09]


def earned(tmp_path, rows, cost_share):
    """Profits of accounts with (revenue, costs to serve by kind); cost of goods is a part of revenue."""
    days = ("2025-07-01", "2025-12-31", DAY)
    lines = [{"account_id": name, "date": DAY, "amount": sold, "cost": sold * cost_share} for name, (sold, _) in rows.items()]
    costs = [
        {"account_id": name, "date": DAY, "amount": amount, "kind": kind} for name, (_, kinds) in rows.items()
        for kind, amount in kinds.items()
    ]  # fmt: skip
    costs += [{"account_id": "other", "date": day, "amount": 1, "kind": "visits"} for day in days]
    own = {"playbook.toml": {"profit": {"slack_days": 400}}}
    portfolio = replace(make_portfolio(tmp_path, DAY, invoices=lines, costs_to_serve=costs), own=own)
    return measure_profit(portfolio, measure_accounts(portfolio), measure_costs_to_serve(portfolio), Playbook.load(own))


def test_customer_profitability_by_activities(tmp_path):
    """Glad & Becker (1995), pp. 57-58, as the Open University has it: three customers with 30 % of gross profit.

    Published answer: net profit 19,851, 20,163 and 8,424 (there the dispatch of the third, 1,552.50, is rounded to 1,553).
    """
    kinds = ("direct", "order taking", "packing", "dispatch", "warehousing", "administration")
    rows = {
        "Beta": (120_000, dict(zip(kinds, (13_120, 169, 1_260, 1_035, 318, 247), strict=True))),
        "Gamma": (150_000, dict(zip(kinds, (18_476, 858, 2_100, 1_725, 424, 1_254), strict=True))),
        "Delta": (90_000, dict(zip(kinds, (13_620, 507, 1_890, 1_553, 265, 741), strict=True))),
    }
    left = earned(tmp_path, rows, 0.7)["margin_after_service"]
    assert left[["Beta", "Gamma", "Delta"]].round(6).tolist() == [19_851, 20_163, 8_424]


def test_the_same_sales_earn_or_lose_by_what_serving_costs(tmp_path):
    """An exercise on activity-based costing: two hospitals buy for 38,000 + 7 %; "Customer margin 725 and (3,829)"."""
    rows = {
        "University": (40_660, {"deliveries": 1_344, "electronic orders": 306, "line items": 285}),
        "Memorial": (40_660, {"deliveries": 2_352, "manual orders": 3_822, "line items": 315}),
    }
    left = earned(tmp_path, rows, 38_000 / 40_660)["margin_after_service"]
    assert left[["University", "Memorial"]].round(6).tolist() == [725, -3_829]


def test_the_whale_curve_as_described():
    """ControllingWiki: 20 % of customers bring 140 % of the profit, "another 20% of customers can erode 40%"."""
    facts = pd.DataFrame({"revenue_ltm": 100.0, "net_profit": [-40.0, 0.0, 0.0, 0.0, 140.0]}, index=list("ABCDE"))
    ranked = rank_profit(facts, "net_profit")
    assert (ranked["customers"] * ranked["cumulative"].iloc[-1] == [20, 40, 60, 80, 100]).all()
    assert ranked["cumulative"].tolist() == [140, 140, 140, 140, 100]


# Actions as a network


TAYLOR = {
    "8-1": (
        "1-2 7 2, 1-3 10 0, 2-4 6 2, 3-4 5 0, 3-5 4 4, 4-5 3 0, 5-6 2 0",
        {"1-2": 7, "1-3": 10, "2-4": 13, "3-4": 15, "3-5": 14, "4-5": 18, "5-6": 20},
    ),
    "8-2": (
        "1-2 8 1, 1-3 10 0, 1-4 9 6, 2-5 6 1, 2-6 4 8, 3-5 5 0, 4-5 0 6, 4-7 7 11, 5-7 12 0, 5-8 15 1, 6-9 18 8, 7-8 4 0, "
        "8-9 7 0",
        {"1-2": 8, "1-3": 10, "1-4": 9, "2-5": 14, "2-6": 12, "3-5": 15, "4-5": 9, "4-7": 16, "5-7": 27, "5-8": 30, "6-9": 30,
         "7-8": 31, "8-9": 38},
    ),
}  # fmt: skip
"""Activities from event to event with time and slack, and when each ends at the earliest."""


@pytest.mark.parametrize("text, finish", TAYLOR.values(), ids=TAYLOR)
def test_the_passes_give_earliest_and_latest_finish_and_slack(text, finish):
    """Taylor, Introduction to Management Science, solutions to chapter 8: "Activity Time ES EF LS LF Slack".

    With dates of their own out of the way the forward pass is the earliest finish, the backward pass the latest.
    """
    activities = {row.split()[0]: tuple(map(int, row.split()[1:])) for row in text.split(", ")}
    waits = {key: tuple(each for each in activities if each.split("-")[1] == key.split("-")[0]) for key in activities}
    end = max(finish.values())

    def build(due):
        return build_network({key: act(key, time, due) for key, (time, _) in activities.items()})

    def act(key, time, due):
        return Action(due if waits[key] or due else time, time, True, True, None, "O", end, waits[key])

    earliest, latest = pass_forward(build(0)), pass_backward(build(end))
    assert earliest == finish
    assert {key: latest[key] - earliest[key] for key in activities} == {key: slack for key, (_, slack) in activities.items()}

"""Alarms: at most 5 % of stable accounts raise one in a year, the page says so, and the workbook raises them as the page does."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.indicators import measure_accounts, weigh_shortfall
from kamnb.planning.findings import find_findings
from kamnb.planning.playbook import Playbook
from kamnb.planning.receivables import list_open_items, measure_payment, weigh_spans
from kamnb.planning.trends import measure_trends

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PLAYBOOK = Playbook.load()


@pytest.fixture(scope="module")
def alarms():
    sys.path.insert(0, str(BENCHMARKS))
    import alarms

    return alarms


@pytest.fixture(scope="module")
def rates(alarms):
    return alarms.measure_rates()


def test_at_most_five_per_cent_of_stable_accounts_raise_an_alarm_in_a_year(rates):
    assert {key: false for key, (false, _) in rates.items() if false > 0.05} == {}


def test_true_changes_are_seen_where_the_page_says_so(rates):
    assert rates["below_rhythm", "100 a year"][1] > 0.9
    assert rates["pays_later_than_before", "24 a year; independent"][1] > 0.7
    assert rates["silent", "24 a year"][1] == 1


def test_the_page_is_what_the_simulation_says(alarms, rates):
    assert alarms.PAGE.read_text(encoding="utf-8") == alarms.describe_alarms(rates), "run python benchmarks/alarms.py"


def test_seasons_cancel_and_swings_are_the_accounts_own():
    season = np.array([[1.0, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9]])
    assert weigh_shortfall(season, season)[0] == 0
    assert weigh_shortfall(season * 0.9, season)[0] < -3.1, "a steady tenth less"
    assert weigh_shortfall(season[:, ::-1] * 0.7, season)[0] > -3.1, "months that swing tell nothing of a third"


def test_one_invoice_forgotten_for_a_year_does_not_make_an_account_late():
    lateness = np.array([[5.0, 4, 6, 5, 3, 7, 5, 4, 6], [25.0, 4, 6, 5, 3, 7, 5, 4, 6], [45.0, 42, 37, 32, 27, 22, 17, 12, 7]])
    _, swings = weigh_spans(lateness, np.full((3, 9), 8.0), PLAYBOOK.payment)
    assert (swings >= PLAYBOOK.payment.swings).tolist() == [False, True, True], "as before, a leap, a long way up"
    assert np.isnan(weigh_spans(lateness, np.full((3, 9), 1.0), PLAYBOOK.payment)[0]).all(), "too few to tell"


def sell(account, days, amount=10.0, terms=30, late=None):
    rows = []
    for number, day in enumerate(pd.to_datetime(list(days))):
        due = day + pd.Timedelta(days=terms)
        paid = due + pd.Timedelta(days=late(day, number)) if late else due
        rows.append({"account_id": account, "invoice_id": f"{account}{number}", "date": str(day.date()), "amount": amount,
                     "due_date": str(due.date()), "paid_date": str(paid.date())})  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Three years of orders twice a month, and what changes in them; also gaps of 5, 5 and 35 days for ever."""
    half_months = pd.date_range("2023-07-01", "2026-06-30", freq="SMS")
    fewer = [day for day in half_months if day < pd.Timestamp("2025-07-01") or (day.day == 1 and day.month % 3)]
    stopped = [day for day in half_months if day < pd.Timestamp("2025-11-01")]
    swinging = lambda day, number: 20 * (day > pd.Timestamp("2026-02-10")) + (number * 7) % 9  # noqa: E731
    uneven = np.cumsum([5, 5, 35] * 26)
    portfolio = make_portfolio(
        tmp_path_factory.mktemp("alarms"), "2026-06-30",
        accounts=[{"account_id": each, "own_growth": 0.0} for each in ("steady", "fewer", "stopped", "later", "uneven")],
        invoices=[
            *sell("steady", half_months, late=lambda day, number: (number * 7) % 9),
            *sell("fewer", fewer), *sell("stopped", stopped),
            *sell("later", half_months, late=swinging),
            *sell("uneven", pd.Timestamp("2023-07-01") + pd.to_timedelta(uneven[uneven < 1095], "D")),
        ],
    )  # fmt: skip
    indicators = measure_accounts(portfolio)
    items = list_open_items(portfolio, PLAYBOOK)
    facts = indicators.join(measure_trends(portfolio, indicators, PLAYBOOK))
    facts = facts.join(measure_payment(portfolio, indicators, items, PLAYBOOK))
    return facts, find_findings(facts, pd.Series("status", index=facts.index), PLAYBOOK)


@pytest.mark.parametrize(
    ("account", "raised"),
    [("steady", set()), ("fewer", {"below_rhythm", "revenue_falls", "loses_share"}), ("stopped", {"silent"}),
     ("later", {"pays_later_than_before"}), ("uneven", set())],
)  # fmt: skip
def test_the_workbook_raises_each_alarm_on_a_true_change_alone(found, account, raised):
    alarms = {"silent", "below_rhythm", "revenue_falls", "loses_share", "pays_later_than_before", "owes_longer_than_usual"}
    own = found[1][found[1]["account_id"] == account]
    assert set(own["finding"]) & alarms - {"loses_share"} == raised - {"loses_share"}


def test_gaps_that_differ_for_ever_are_as_regular_as_ever(found):
    assert found[0].loc["uneven", "order_regularity"] == 1
    assert found[0].loc["fewer", "order_regularity"] < 0.5

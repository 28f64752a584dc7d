"""Alarms: at most 5 % of stable accounts raise one in a year, the page says so, and the workbook raises them as the page does."""

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.indicators import measure_accounts, weigh_shortfall
from kamnb.planning.drift import find_drift
from kamnb.planning.findings import find_findings
from kamnb.planning.playbook import Playbook
from kamnb.planning.receivables import list_open_items, measure_payment
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
    """Other accounts than those of the page, and fewer of them."""
    return alarms.measure_rates(seed=71, accounts=500)


def test_at_most_five_per_cent_of_stable_accounts_raise_an_alarm_in_a_year(rates):
    chance = 2 * (0.05 * 0.95 / 500) ** 0.5
    assert {key: false for key, (false, _) in rates.items() if false > 0.05 + chance} == {}
    each = pd.Series({key: false for key, (false, _) in rates.items()}).groupby(level=0).mean()
    assert each.max() < 0.04, "by alarm, over all processes"


SEEN = {
    ("forecast_above_pace", "24 a year"): 0.6,
    ("forecast_above_pace", "100 a year"): 0.9,
    ("below_rhythm", "100 a year"): 0.85,
    ("silent", "24 a year"): 0.99,
    ("silent", "24 a year, seasonal"): 0.95,
    ("silent", "6 a year"): 0.6,
    ("disintegrating", "100 a year"): 0.5,
    ("loses_share", "100 a year; customers +20 %"): 0.3,
    ("owes_longer_than_usual", "24 a year; payment runs"): 0.7,
    ("owes_longer_than_usual", "100 a year; AR(0.8)"): 0.9,
    ("pays_later_than_before", "regular; independent"): 0.6,
    ("pays_later_than_before", "24 a year; independent"): 0.85,
    ("pays_later_than_before", "24 a year; payment runs"): 0.7,
    ("pays_later_than_before", "24 a year, seasonal; payment runs"): 0.65,
    ("pays_later_than_before", "24 a year; AR(0.8)"): 0.4,
    ("pays_later_than_before", "100 a year; payment runs"): 0.95,
    ("pays_later_than_before", "100 a year; AR(0.8)"): 0.55,
}
"""Of changed accounts, how many are seen at least."""


def test_true_changes_are_seen(rates):
    assert {key: rates[key][1] for key, least in SEEN.items() if rates[key][1] < least} == {}


def test_every_alarm_is_simulated_on_every_process(alarms, rates):
    assert {alarm for alarm, _ in rates} == set(alarms.RULES)
    for alarm in alarms.RULES:
        named = {process.split(";")[0] for each, process in rates if each == alarm}
        assert named == set(alarms.TRADE), alarm
    for alarm in ("pays_later_than_before", "owes_longer_than_usual"):
        assert {process.split("; ")[1] for each, process in rates if each == alarm} == set(alarms.PAYING)


def test_the_page_says_the_rules_and_thresholds_that_are_used(alarms, rates):
    page = alarms.PAGE.read_text(encoding="utf-8")
    shown = re.findall(r"^\| (.+) \| (.+)% \| (.+)% \|$", page, re.M)
    by_alarm = sorted(rates, key=lambda key: list(alarms.RULES).index(key[0]))
    told = {key: (float(false) / 100, float(seen) / 100) for key, (_, false, seen) in zip(by_alarm, shown, strict=True)}
    assert page == alarms.describe_alarms(told), "run python benchmarks/alarms.py"
    assert max(false for false, _ in told.values()) <= 0.05


@pytest.mark.soak
def test_the_page_is_what_the_simulation_says(alarms):
    assert alarms.PAGE.read_text(encoding="utf-8") == alarms.describe_alarms(alarms.measure_rates()), "run benchmarks/alarms.py"


def test_seasons_cancel_and_swings_are_the_accounts_own():
    season = np.array([[1.0, 9, 1, 9, 1, 9, 1, 9, 1, 9, 1, 9]])
    assert weigh_shortfall(season, season)[0] == 0
    assert weigh_shortfall(season * 0.9, season)[0] < -3.1, "a steady tenth less"
    assert weigh_shortfall(season[:, ::-1] * 0.7, season)[0] > -3.1, "months that swing tell nothing of a third"


def drift_of(*months, payments=2.0):
    """Drift of one account by its days late a month, the last month first."""
    late = np.array([months], dtype=float)
    return find_drift(late * payments, np.full(late.shape, payments), PLAYBOOK.payment)


STEADY = [4, 6, 5, 3, 7, 5, 4, 6] * 4
LONG_WAY = [each for span in (45, 42, 37, 32, 27, 22, 17, 12, 7) for each in [span] * 4]


@pytest.mark.parametrize(
    ("months", "is_clear"),
    [
        ([5, 4, 6, 5, *STEADY], 0),
        ([25, 24, 26, 25, *STEADY], 1),  # a leap
        ([5, 25, 25, 5, *STEADY], 1),  # of two months, up to a month ago
        ([9, 9, 9, 9, *STEADY], 0),  # four days
        ([25, 24, 26, 25, *([4] * 4 + [26] * 4) * 4], 0),  # as it has been before, now and then
        (LONG_WAY, 1),
        (LONG_WAY[::-1], 0),
        ([25, 24, 26, 25, *STEADY[:8]], None),  # too short a past
    ],
)
def test_who_pays_later_than_its_own_months_let_expect(months, is_clear):
    found = drift_of(*months).is_clear[0]
    assert np.isnan(found) if is_clear is None else found == is_clear


def test_of_one_payment_nothing_is_told():
    few = np.zeros((1, 36)) + np.where(np.arange(36) == 2, 1.0, 0.0)
    assert np.isnan(find_drift(25 * few, few, PLAYBOOK.payment).is_clear[0])
    assert np.isnan(drift_of(25, 24, 26, 25, *STEADY, payments=0.25).is_clear[0]), "one in four months"


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

"""What lies ahead: deals past their date, the budget beside the year before, forecasts beside what came; every number by hand."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.data.losses import read_losses
from kamnb.display.account.contributions import describe_contributions
from kamnb.display.account.outlook import say_budget, tabulate_pipeline
from kamnb.display.confidence.ahead import _end_year, say_year_end
from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook, read_plan_tables
from kamnb.planning.outlook import measure_outlook
from kamnb.planning.trends import list_months_left, measure_trends


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory):
    deals = [
        {"opportunity_id": key, "account_id": "A", "created": "2024-01-01", "stage": "s", "amount": 100, "probability": 0.5,
         "expected_close": day, "outcome": outcome, "closed": closed}
        for key, day, outcome, closed in (
            ("1", "2025-06-29", "open", None), ("2", "2025-06-30", "open", None), ("3", None, "open", None),
            ("4", "2024-09-30", "won", "2025-01-01"), ("5", "2024-09-30", None, "2025-01-01"),
        )
    ]  # fmt: skip
    sold = [{"account_id": name, "date": f"{year}-03-01", "amount": 100} for name in "ABC" for year in (2023, 2024, 2025)]
    sold += [{"account_id": "C", "date": "2025-06-15", "amount": 100}, {"account_id": "C", "date": "2022-01-15", "amount": 100}]
    budgets = [
        {"account_id": "A", "period": "2025", "amount": 110}, {"account_id": "A", "period": "2024", "amount": 900},
        *({"account_id": "B", "period": f"2025-Q{quarter}", "amount": 20} for quarter in (1, 2, 3, 4)),
        *({"account_id": "C", "period": f"2025-0{month}", "amount": 20} for month in range(1, 9)),
    ]  # fmt: skip
    forecasts = [
        {"account_id": "A", "period": "2025", "amount": 700}, {"account_id": "A", "period": "2026", "amount": 90},
        {"account_id": "B", "period": "2025", "amount": 104},
        *({"account_id": "B", "period": f"2026-Q{quarter}", "amount": 25} for quarter in (1, 2, 3, 4)),
        *({"account_id": "C", "period": f"2026-{month:02}", "amount": 20} for month in range(1, 12)),
    ]  # fmt: skip
    budgets = [{"measure": "revenue", "kind": "budget"} | each for each in budgets]
    budgets += [{"measure": "revenue", "kind": "forecast"} | each for each in forecasts]
    return make_portfolio(tmp_path_factory.mktemp("outlook"), "2025-06-30", opportunities=deals, invoices=sold, targets=budgets)


def test_deals_past_their_date_and_budgets_are_measured(portfolio):
    found = measure_outlook(portfolio, measure_accounts(portfolio))
    assert found.loc["A", ["deals_past_due", "pipeline_past_due"]].tolist() == [1, 50]
    assert found["deals_past_due"].tolist() == [1, 0, 0]
    assert found.loc["A", ["budget_year", "revenue_last_year", "budget_rise"]].tolist() == [110, 100, 10]
    assert found["budget_growth"].round(9).fillna(9).tolist() == [0.1, -0.2, 9], "of C only eight months are stated"
    plan = SimpleNamespace(facts=found.loc["A"], currency="EUR")
    assert str(say_budget(plan)) == (
        "The budget of the fiscal year is EUR 0.1 k, +10 % on the EUR 0.1 k invoiced in the year before."
    )


def test_what_the_forecast_of_next_year_is_on_that_of_this_one(portfolio):
    found = measure_outlook(portfolio, measure_accounts(portfolio))
    assert found["forecast_next"].fillna(0).tolist() == [90, 100, 0], "of C only eleven months are stated"
    assert found["forecast_change"].round(4).fillna(9).tolist() == [-0.8714, -0.0385, 9]


def test_what_is_left_of_the_forecast_is_held_against_the_best_and_the_worst_months(portfolio):
    facts = measure_trends(portfolio, measure_accounts(portfolio), Playbook.load())
    assert facts.loc["A", ["rest_forecast", "rest_most", "rest_least", "rest_to_most"]].tolist() == [600, 100, 0, 6]
    assert facts.loc["A":"B", "rest_to_least"].isna().all(), "there are six months without an invoice"
    assert facts["rest_to_most"].fillna(9).tolist() == [6, 0.04, 9]


@pytest.mark.parametrize(
    ("day", "first_month", "left"),
    [
        (date(2025, 6, 30), 1, (6, 6)),
        (date(2025, 6, 30), 7, (0, 0)),
        (date(2025, 7, 1), 7, (11, 12)),
        (date(2024, 2, 28), 3, (0, 1)),
    ],
)
def test_months_that_are_left_of_the_year(day, first_month, left):
    assert list_months_left(day, first_month) == left


def test_the_forecast_is_said_to_lie_outside_only_where_it_does(analysis):
    for account in analysis.forecast.accounts.index:
        low, high = _end_year(analysis, account)
        stated = analysis.plan_facts.loc[account, ["forecast_year", "target_year"]].dropna()
        assert (say_year_end(analysis, account) is not None) == bool(((stated < low) | (stated > high)).any())
    assert str(say_year_end(analysis, "0013307")).endswith(": the manager's forecast of EUR 86 k is below all of it.")


def test_a_deal_past_its_date_is_marked(portfolio):
    plan = SimpleNamespace(tables=read_plan_tables(portfolio, "A", Playbook.load()), currency="EUR", account_id="A")
    table = tabulate_pipeline(SimpleNamespace(losses=read_losses(portfolio)), plan)
    assert [row[-1] for row in table.rows] == ["29 Jun 2025 (past)", "30 Jun 2025", "\N{EN DASH}"]


def test_a_value_that_is_known_and_not_scored_is_not_called_unknown():
    parts = pd.DataFrame(
        {"axis": ["attractiveness"] * 2, "contribution": [float("nan")] * 2, "known": [True, False]}, index=["pipeline", "spend"]
    )
    assert describe_contributions(parts) == (
        "Contributions to the scores. Attractiveness not scored; known, and not scored: pipeline; unknown: spend."
    )

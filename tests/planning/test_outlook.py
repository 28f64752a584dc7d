"""What lies ahead: deals past their date, and the budget beside the year before; every number by hand."""

from types import SimpleNamespace

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.data.losses import read_losses
from kamnb.display.account.contributions import describe_contributions
from kamnb.display.account.outlook import say_budget, tabulate_pipeline
from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook, read_plan_tables
from kamnb.planning.outlook import measure_outlook


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
    budgets = [
        {"account_id": "A", "period": "2025", "amount": 110}, {"account_id": "A", "period": "2024", "amount": 900},
        *({"account_id": "B", "period": f"2025-Q{quarter}", "amount": 20} for quarter in (1, 2, 3, 4)),
        *({"account_id": "C", "period": f"2025-0{month}", "amount": 20} for month in range(1, 9)),
    ]  # fmt: skip
    budgets = [{"measure": "revenue", "kind": "budget"} | each for each in budgets]
    return make_portfolio(tmp_path_factory.mktemp("outlook"), "2025-06-30", opportunities=deals, invoices=sold, targets=budgets)


def test_deals_past_their_date_and_budgets_are_measured(portfolio):
    found = measure_outlook(portfolio, measure_accounts(portfolio))
    assert found.loc["A", ["deals_past_due", "pipeline_past_due"]].tolist() == [1, 50]
    assert found["deals_past_due"].tolist() == [1, 0, 0]
    assert found.loc["A", ["budget_year", "revenue_last_year", "budget_rise"]].tolist() == [110, 100, 10]
    assert found["budget_growth"].round(9).fillna(9).tolist() == [0.1, -0.2, 9], "of C only eight months are stated"
    plan = SimpleNamespace(facts=found.loc["A"], currency="EUR")
    assert str(say_budget(plan)) == (
        "The budget of the fiscal year is EUR 110, +10 % on the EUR 100 invoiced in the year before."
    )


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

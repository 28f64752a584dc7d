"""The rows behind a criterion: the deal that was won, the person who left, the months that fell out, the raters."""

from datetime import date

import pytest
from portfolios import make_portfolio

from kamnb.analysis.explaining import explain_since
from kamnb.display.portfolio.why import explain_account, explain_all
from kamnb.errors import SettingsError
from kamnb.scoring import Criteria

MODEL = Criteria.from_toml("""
[attractiveness.money]
weight = 100
open_pipeline = { weight = 50, anchors = [[0, 0], [100_000, 10]] }
revenue_ltm = { weight = 50, anchors = [[0, 0], [100_000, 10]] }
[strength.view]
weight = 50
trust = { from = "ratings", weight = 100 }
[strength.reach]
weight = 50
people_reached = { weight = 100, anchors = [[0, 0], [4, 10]] }
""")


def rate(day, rater, score):
    return {"account_id": "A", "criterion": "trust", "score": score, "rated_on": day, "rater": rater, "rater_kind": "colleague"}


@pytest.fixture
def explained(tmp_path):
    met = [{"account_id": "A", "contact_id": name, "date": "2026-02-01", "channel": "visit"} for name in ("P1", "P2")]
    portfolio = make_portfolio(
        tmp_path,
        "2026-06-30",
        accounts=[{"account_id": "A", "name": "Alpha"}, {"account_id": "B", "name": "Beta"}],
        opportunities=[
            {"account_id": "A", "opportunity_id": "Seal", "created": "2026-01-01", "amount": 80_000, "closed": "2026-05-02",
             "outcome": "won", "won_amount": 75_000},
            {"account_id": "A", "opportunity_id": "Pump", "created": "2026-05-03", "amount": 20_000},
            {"account_id": "A", "opportunity_id": "Old", "created": "2026-01-03", "amount": 5_000},
        ],
        contacts=[
            {"account_id": "A", "contact_id": "P1", "name": "Ann", "left_on": "2026-05-01"},
            {"account_id": "A", "contact_id": "P2", "name": "Bo"},
        ],
        interactions=met,
        ratings=[rate("2026-01-10", "Kim", 4), rate("2026-05-10", "Kim", 6), rate("2026-05-11", "Lee", 9)],
        invoices=[
            {"account_id": "A", "date": day, "amount": amount, "quantity": 1, "offering_id": "O"}
            for day, amount in (("2024-06-30", 1), ("2025-05-05", 10_000), ("2026-02-01", 7), ("2026-05-05", 30_000))
        ],
    )  # fmt: skip
    return explain_since(portfolio, MODEL, date(2026, 3, 31))


def test_each_criterion_names_the_rows_that_did_it(explained):
    rows = {
        (row.criterion, row.event, row.what, *(None if value != value else value for value in (row.before, row.now)))
        for row in explained.evidence.itertuples()
    }
    assert rows == {
        ("open_pipeline", "deal won", "Seal", 80_000, None),
        ("open_pipeline", "new deal", "Pump", None, 20_000),
        ("revenue_ltm", "fell out of the twelve months", "2025-04-01 to 2025-06-30", 10_000, None),
        ("revenue_ltm", "came into the twelve months", "2026-04-01 to 2026-06-30", None, 30_000),
        ("people_reached", "person left", "Ann", None, None),
        ("trust", "rated anew", "Kim (colleague)", 4, 6),
        ("trust", "rates now", "Lee (colleague)", None, 9),
    }


def test_the_page_tells_the_parts_and_what_was_printed_adds_up(explained):
    text = "\n".join(str(part) for part in explain_account(explained, "A")).replace("\N{MINUS SIGN}", "-")
    assert "Alpha (A): " in text and "a deal that was won left it; from EUR 85 k to EUR 25 k" in text
    assert "deal won" in text and "Seal: EUR 80 k, 2 May 2026" in text and "Ann, 1 May 2026" in text
    assert "rated anew" in text and "Kim (colleague): 4.0 to 6.0, 10 May 2026" in text and "Lee (colleague): 9.0" in text
    for table in (part for part in explain_account(explained, "A") if getattr(part, "caption", "").startswith(("Attr", "Stren"))):
        points = [round(float(row[1].replace("\N{MINUS SIGN}", "-")) * 100) for row in table.rows if row[1]]
        ends = [round(float(word) * 100) for word in table.caption.split(": ")[1].split(" to ")]
        assert sum(points[:-1]) == points[-1] == ends[1] - ends[0]


def test_the_portfolio_is_told_in_one_table(explained):
    text = "\n".join(map(str, explain_all(explained)))
    assert "Alpha" in text and "(a deal that was won left it)" in text and "Beta" not in text


def test_the_earlier_day_must_be_earlier_unless_two_models_are_compared(explained):
    portfolio = explained.now.portfolio
    for day in (portfolio.as_of, date(2027, 1, 1)):
        with pytest.raises(SettingsError, match="must be before the day of the analysis"):
            explain_since(portfolio, MODEL, day)
    assert explain_since(portfolio, MODEL, portfolio.as_of, MODEL).movement.parts.empty

"""Every indicator, computed once more from its definition: by hand, and on random portfolios."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from invoices import DAY, monthly
from oracle import oracle
from portfolios import make_portfolio
from trying import try_examples

from kamnb.indicators import (
    INDICATORS,
    measure_accounts,
)

# Every indicator, computed independently


def same(portfolio, fiscal_year_start=1, **tables):
    found, expected = measure_accounts(portfolio), oracle(portfolio.as_of, fiscal_year_start, **tables)
    assert list(found.columns) == list(INDICATORS)
    assert set(expected.columns) == set(INDICATORS)
    pd.testing.assert_frame_equal(found, expected[list(INDICATORS)], check_index_type=False, rtol=1e-9, atol=1e-6)
    return found


def rich_tables():
    """A portfolio by hand in which every indicator is known for some account."""
    sales = [
        row
        | {"cost": row["amount"] * 0.6, "offering_id": "XYZ"[place % 3], "due_date": row["date"][:8] + "28", "paid_date": None}
        for account, amount, months in (("A", 100.25, 40), ("B", 70.1, 30), ("C", 33.33, 8), ("E", -5, 3))
        for place, row in enumerate(monthly(account, amount, months=months))
    ]
    for place, row in enumerate(sales):
        late = timedelta(days=place * 7 % 60 - 10)
        row["paid_date"] = (
            None if place % 5 == 0 else str(max(date.fromisoformat(row["date"]), date.fromisoformat(row["due_date"]) + late))
        )
    sales[7] |= {"cost": None, "offering_id": None}
    for row in sales[::4]:
        row["disputed"] = True
    stated = {"measure": "revenue", "kind": "target", "stated_on": "2026-01-01"}
    meeting = {"account_id": "A", "our_person": "M1", "our_level": "board"}
    return {
        "accounts": [
            {"account_id": "A", "annual_spend": 5000, "own_growth": 0.04, "customer_since": "2019-03-01"},
            {"account_id": "B", "own_growth": -0.02, "customer_since": "2031-01-01"},
            {"account_id": "D"},
        ],
        "invoices": sales,
        "wallet": [
            {"account_id": account, "year": year, "offering_id": offering, "low": low, "likely": likely, "high": high,
             "stated_on": day, "competitor": rival, "competitor_share": share}
            for account, year, offering, low, likely, high, day, rival, share in [
                ("A", 2026, "X", 500, 900, 1000, "2026-01-01", "Rival", 1),
                ("A", 2026, "X", 900, 1500, 1600, "2026-02-01", "Rival", 0.9),
                ("A", 2026, "X", 900, 1500, 1600, "2026-02-01", "Other", 0.1),
                ("A", 2026, "Y", 700, 800, 900, "2026-01-01", "Rival", 0.5),
                ("B", 2025, None, 900, 1000, None, "2026-01-01", None, None),
                ("B", 2025, "X", 900, 9000, 9300, "2026-01-01", "Rival", None),
            ]
        ],
        "contacts": [
            {"contact_id": "1", "account_id": "A", "function": "purchasing", "level": "senior", "left_on": None},
            {"contact_id": "2", "account_id": "A", "function": "engineering", "level": "middle", "left_on": None},
            {"contact_id": "3", "account_id": "A", "function": None, "level": "board", "left_on": "2026-01-01"},
            {"contact_id": "4", "account_id": "B", "function": None, "level": None, "left_on": None},
        ],
        "interactions": [
            meeting | {"date": "2026-03-01", "contact_id": "1", "channel": " Visit ", "initiated_by": "us"},
            meeting | {"date": "2026-03-02", "contact_id": "2", "channel": "mail", "initiated_by": "us"},
            meeting | {"date": "2026-03-03", "contact_id": "2", "channel": "mail", "initiated_by": "customer"},
            meeting | {"date": "2025-12-03", "contact_id": "3", "channel": "call", "initiated_by": "customer"},
            meeting | {"date": "2026-02-02", "contact_id": "4", "channel": "call", "initiated_by": "us", "account_id": "B"},
            meeting | {"date": "2024-02-02", "contact_id": None, "channel": "call", "initiated_by": "us", "account_id": "D"},
        ],
        "opportunities": [
            {"opportunity_id": str(number), "account_id": account, "created": "2025-01-01", "stage": "x", "amount": amount,
             "probability": chance, "outcome": outcome, "closed": closed}
            for number, (account, amount, chance, outcome, closed) in enumerate([
                ("A", 100, 0.3, "open", None), ("A", 50, None, None, None), ("A", 10, 0.9, "won", "2026-01-01"),
                ("A", 10, 0.9, "lost", "2026-01-02"), ("A", 10, 0.9, "won", "2024-06-30"), ("B", None, None, "open", None),
                ("F", 5, 1, None, "2026-01-01"),
            ])
        ],
        "documents": [
            {"document_id": str(number), "account_id": account, "kind": kind, "signed_on": signed, "notice_by": notice,
             "expires": ends}
            for number, (account, kind, signed, notice, ends) in enumerate([
                ("A", "contract", "2025-01-01", "2027-01-01", "2027-06-30"), ("A", "contract", "2026-08-01", None, "2030-01-01"),
                ("A", "act", "2025-01-01", None, "2031-01-01"), ("B", "contract", "2024-01-01", "2026-12-31", None),
                ("D", "contract", "2020-01-01", None, "2024-12-31"), ("E", "contract", None, None, "2029-12-31"),
            ])
        ],
        "objectives": [
            {"objective_id": str(number), "account_id": account, "title": "x", "agreed_on": agreed, "due": due}
            for number, (account, agreed, due) in enumerate([
                ("A", "2026-01-01", "2026-06-30"), ("A", "2025-01-01", None), ("A", "2025-01-01", "2026-06-29"),
                ("A", None, None), ("B", "2026-07-01", "2027-01-01"), (None, "2026-01-01", None),
            ])
        ],
        "targets": [
            {"account_id": "A", "period": "2026", "amount": 1300} | stated,
            *[{"account_id": "A", "period": f"2026-{month:02}", "amount": 100 + month} | stated for month in range(1, 8)],
            *[{"account_id": "B", "period": f"2026-Q{quarter}", "amount": 200} | stated for quarter in (1, 2)],
            *[
                {"account_id": "B", "period": f"2026-Q{quarter}", "amount": 999} | stated | {"kind": "forecast"}
                for quarter in (1, 2, 3, 4)
            ],
            *[
                {"account_id": "A", "period": "2026", "amount": 400} | stated | {"measure": "margin", "kind": kind}
                for kind in ("target", "forecast")
            ],
        ],
    }  # fmt: skip


def test_every_indicator_agrees_with_the_oracle_by_hand(tmp_path):
    found = same(make_portfolio(tmp_path, DAY, **rich_tables()), **rich_tables())
    assert found.notna().any().all()
    for day in (date(2026, 1, 15), date(2025, 2, 28)):
        same(make_portfolio(tmp_path, day, **rich_tables()), **rich_tables())


def test_two_runs_give_the_same_bytes(tmp_path):
    portfolio = make_portfolio(tmp_path, DAY, **rich_tables())
    first, second = (measure_accounts(portfolio) for _ in range(2))
    assert first.to_numpy().tobytes() == second.to_numpy().tobytes()


def test_a_large_sum_does_not_depend_on_the_order_of_rows(tmp_path):
    sales = [
        {"account_id": f"A{place % 3}", "date": "2026-06-01", "amount": (place * 7919 % 100_003) / 100} for place in range(30_000)
    ]
    turned = make_portfolio(tmp_path / "turned", DAY, invoices=sales[::-1])
    straight = make_portfolio(tmp_path / "straight", DAY, invoices=sales)
    assert measure_accounts(straight).to_numpy().tobytes() == measure_accounts(turned).to_numpy().tobytes()


ACCOUNTS = st.sampled_from(["A", "B", "C", "Ж"])
DAYS = st.integers(-60, 1200).map(lambda back: str(DAY - timedelta(back)))
MONEY = st.integers(-30_000, 200_000).map(lambda cents: cents / 100)
SIZE = st.integers(0, 90_000).map(float)
LEVELS = st.sampled_from(["operational", "senior", "board"])


def maybe(strategy):
    return st.one_of(st.none(), strategy)


def rows(least=0, most=12, key=None, **columns):
    """Lists of rows with these columns; `key` is numbered."""

    def number(found):
        numbers = count(1)
        return [row | {key: str(next(numbers))} for row in found] if key else found

    return st.lists(st.fixed_dictionaries({"account_id": ACCOUNTS} | columns), min_size=least, max_size=most).map(number)


def some_tables(**tables):
    """Any choice of these tables; always the accounts."""
    return st.fixed_dictionaries({"accounts": tables.pop("accounts")}, optional=tables)


MASTER = st.lists(
    st.fixed_dictionaries(
        {
            "account_id": ACCOUNTS, "annual_spend": maybe(SIZE), "own_growth": maybe(st.sampled_from([-0.1, 0.0, 0.25])),
            "customer_since": maybe(DAYS),
        }
    ),
    min_size=1, max_size=3, unique_by=lambda row: row["account_id"],
)  # fmt: skip
LINES = rows(
    least=1, most=60, date=DAYS, amount=MONEY, cost=maybe(MONEY), offering_id=maybe(st.sampled_from(["X", "Y", "Z"])),
    due_date=maybe(DAYS), paid_date=maybe(DAYS), disputed=maybe(st.booleans()),
    invoice_id=maybe(st.sampled_from(["1", "2", "3"])),
)  # fmt: skip
DENSE = st.tuples(LINES, st.integers(20, 40)).map(
    lambda drawn: [
        *drawn[0],
        *monthly("B", 12.5, months=drawn[1], cost=3.0, offering_id="X", due_date="2026-05-01", paid_date="2026-05-20"),
    ]
)
PORTFOLIOS = some_tables(
    accounts=MASTER,
    invoices=st.one_of(LINES, DENSE),
    open_items=rows(
        listed_on=st.sampled_from([str(DAY - timedelta(back)) for back in (0, 200, 600)]), due_date=maybe(DAYS),
        open_amount=MONEY,
        invoice_id=maybe(st.sampled_from(["1", "2", "4"])),
    ),
    wallet=rows(
        year=st.sampled_from([2024, 2025, 2026, 2027]), likely=SIZE, low=maybe(SIZE), high=maybe(SIZE),
        offering_id=maybe(st.sampled_from(["X", "Y"])), stated_on=maybe(DAYS), competitor=maybe(st.sampled_from(["R", "S"])),
        competitor_share=maybe(st.sampled_from([0.0, 0.25, 0.5])),
    ),
    documents=rows(
        key="document_id", kind=st.sampled_from(["contract", "contract", "act"]), signed_on=maybe(DAYS), expires=maybe(DAYS),
        notice_by=maybe(DAYS),
    ),
    objectives=rows(key="objective_id", title=st.just("x"), agreed_on=maybe(DAYS), due=maybe(DAYS)),
    contacts=rows(key="contact_id", function=maybe(st.sampled_from(["buying", "IT"])), level=maybe(LEVELS), left_on=maybe(DAYS)),
    interactions=rows(
        most=25, date=DAYS, contact_id=maybe(st.sampled_from(["1", "2", "3", "4"])),
        our_person=maybe(st.sampled_from(["M1", "M2"])),
        our_level=maybe(LEVELS), channel=maybe(st.sampled_from(["visit", "Mail", "CALL"])),
        initiated_by=maybe(st.sampled_from(["us", "customer"])),
    ),
    opportunities=rows(
        key="opportunity_id", created=maybe(DAYS), stage=st.just("talks"), amount=maybe(SIZE),
        probability=maybe(st.sampled_from([0.0, 0.3, 1.0])), outcome=maybe(st.sampled_from(["open", "won", "lost"])),
        closed=maybe(DAYS),
    ),
    targets=rows(
        most=25, period=st.sampled_from(["2026", "2025", *[f"2026-Q{quarter}" for quarter in range(1, 5)], "2026-01", "2026-02"]),
        measure=st.sampled_from(["revenue", "revenue", "margin"]), kind=st.sampled_from(["target", "target", "forecast"]),
        amount=SIZE, stated_on=maybe(DAYS),
    ),
)  # fmt: skip


@try_examples(20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tables=PORTFOLIOS, back=st.integers(0, 500), fiscal_year_start=st.sampled_from([1, 4, 7]))
def test_every_indicator_agrees_with_the_oracle_on_random_portfolios(tables, back, fiscal_year_start):
    with TemporaryDirectory() as folder:
        portfolio = make_portfolio(Path(folder), DAY - timedelta(back), **tables)
        same(replace(portfolio, fiscal_year_start=fiscal_year_start), fiscal_year_start, **tables)

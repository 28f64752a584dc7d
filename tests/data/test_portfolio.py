"""What a portfolio shows on a day: rows that exist, columns that are known, money in one currency."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from folders import lines_of, pass_door
from portfolios import make_portfolio

from kamnb.data.tables import SQL_TYPES, TABLES


def ask(portfolio, query):
    with portfolio.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def invoices(tmp_path):
    rows = [
        {"account_id": "A", "date": "2025-01-01", "amount": 1, "paid_date": "2025-03-01"},
        {"account_id": "A", "date": "2025-01-02", "amount": 2, "paid_date": None},
        {"account_id": "A", "date": "2025-02-01", "amount": 4, "paid_date": "2025-02-01"},
    ]
    return make_portfolio(tmp_path / "p", "2025-06-30", invoices=rows)


def test_an_invoice_paid_afterwards_is_open(invoices):
    before, after = invoices.at(date(2025, 2, 28)), invoices.at(date(2025, 3, 1))
    assert ask(before, "SELECT is_open, paid_date FROM invoices") == [(True, None), (True, None), (False, date(2025, 2, 1))]
    assert ask(after, "SELECT is_open FROM invoices") == [(False,), (True,), (False,)]


def test_a_row_exists_from_its_event_date_on(invoices):
    assert ask(invoices.at(date(2024, 12, 31)), "FROM invoices") == []
    assert ask(invoices.at(date(2025, 1, 1)), "SELECT amount::INT FROM invoices") == [(1,)]


def test_a_blank_paid_date_is_open_where_the_table_has_any_and_unknown_where_it_has_none(tmp_path, invoices):
    early = invoices.at(date(2025, 1, 31))
    assert ask(early, "SELECT is_open FROM invoices") == [(True,), (True,)]
    unknown = make_portfolio(
        tmp_path / "u", "2025-06-30", invoices=[{"account_id": "A", "date": "2025-01-01", "amount": 1, "paid_date": None}]
    )
    assert ask(unknown, "SELECT is_open FROM invoices") == [(None,)]


def test_a_deal_decided_afterwards_is_open(tmp_path):
    rows = [
        {
            "opportunity_id": "1",
            "account_id": "A",
            "created": "2025-01-01",
            "stage": "x",
            "amount": 10,
            "won_amount": 12,
            "closed": "2025-03-01",
            "outcome": "won",
        },
        {"opportunity_id": "2", "account_id": "A", "created": None, "stage": "x", "amount": 5, "closed": None, "outcome": "open"},
        {
            "opportunity_id": "3",
            "account_id": "A",
            "created": "2025-04-01",
            "stage": "x",
            "closed": "2025-05-01",
            "outcome": "lost",
        },
    ]
    portfolio = make_portfolio(tmp_path, "2025-06-30", opportunities=rows)
    columns = "SELECT opportunity_id, outcome, closed, won_amount::INT, amount::INT FROM opportunities"
    assert ask(portfolio.at(date(2025, 2, 28)), columns) == [("1", "open", None, None, 10), ("2", "open", None, None, 5)]
    assert ask(portfolio, columns) == [
        ("1", "won", date(2025, 3, 1), 12, 10),
        ("2", "open", None, None, 5),
        ("3", "lost", date(2025, 5, 1), None, None),
    ]


def test_what_was_done_afterwards_is_not_yet_known(tmp_path):
    portfolio = make_portfolio(
        tmp_path,
        "2025-06-30",
        contacts=[{"contact_id": "1", "account_id": "A", "name": "N", "left_on": "2025-03-01"}],
        actions=[
            {"action_id": "1", "objective_id": "O", "title": "t", "due": "2025-09-01", "done_on": "2025-03-01", "status": "done"}
        ],
        complaints=[{"account_id": "A", "opened_on": "2025-01-01", "resolved_on": "2025-03-01", "remedy": "refund"}],
        documents=[
            {"document_id": "1", "account_id": "A", "kind": "contract", "signed_on": "2025-03-01", "expires": "2027-01-01"}
        ],
    )
    query = (
        "SELECT (SELECT left_on FROM contacts), (SELECT done_on FROM actions), (SELECT status FROM actions), "
        "(SELECT remedy FROM complaints), (SELECT signed_on FROM documents)"
    )
    day = date(2025, 3, 1)
    assert ask(portfolio.at(date(2025, 2, 28)), query) == [(None, None, None, None, None)]
    assert ask(portfolio, query) == [(day, day, "done", "refund", day)]
    assert ask(
        portfolio.at(date(2025, 2, 28)), "SELECT due, (SELECT expires FROM documents), (SELECT name FROM contacts) FROM actions"
    ) == [(date(2025, 9, 1), date(2027, 1, 1), "N")]


def test_a_view_takes_the_latest_listing_of_the_ledger(tmp_path):
    rows = [
        {"account_id": "A", "listed_on": "2025-01-31", "due_date": "2025-01-01", "open_amount": 1},
        {"account_id": "B", "listed_on": "2025-01-31", "due_date": "2025-01-01", "open_amount": 2},
        {"account_id": "A", "listed_on": "2025-02-28", "due_date": "2025-01-01", "open_amount": 4},
    ]
    portfolio = make_portfolio(tmp_path, "2025-06-30", open_items=rows)
    total = "SELECT sum(open_amount)::INT FROM open_items"
    assert ask(portfolio, total) == [(4,)]
    assert ask(portfolio.at(date(2025, 2, 27)), total) == [(3,)]
    assert ask(portfolio.at(date(2025, 1, 30)), "FROM open_items") == []


def test_listings_after_as_of_are_counted_as_such(tmp_path):
    lines = "account_id,listed_on,due_date,open_amount\nA,2025-01-31,2025-01-01,1\nA,2025-02-28,2025-01-01,2\n"
    report, portfolio = pass_door(tmp_path, as_of=date(2025, 1, 31), open_items=lines)
    assert (report["open_items"].count("kept").money, report["open_items"].count("after_as_of").money) == (1, 2)
    assert ask(portfolio.at(date(2025, 3, 1)), "SELECT open_amount::INT FROM open_items") == [(2,)]


def test_targets_count_from_the_day_they_were_stated_and_add_up(tmp_path):
    lines = lines_of(
        "account_id,period,measure,kind,amount,stated_on",
        "A,2026,revenue,target,1,2025-01-01",
        "A,2026,revenue,target,2,2025-01-01",
        "A,2026,revenue,target,4,2025-12-01",
        "A,2026,revenue,budget,8,",
    )
    report, portfolio = pass_door(tmp_path, as_of=date(2025, 6, 30), accounts="account_id\nA\n", targets=lines)
    assert ask(portfolio, "SELECT kind, sum(amount)::INT FROM targets GROUP BY kind ORDER BY kind") == [
        ("budget", 8),
        ("target", 3),
    ]
    assert "targets.csv, stated_on: rows without it exist on every day" in map(str, report.remarks)


def test_rows_without_a_date_exist_on_every_day(tmp_path):
    portfolio = make_portfolio(tmp_path, "2025-06-30", wallet=[{"account_id": "A", "year": 2025, "likely": 1, "stated_on": None}])
    assert len(ask(portfolio.at(date(1990, 1, 1)), "FROM wallet")) == 1


def test_a_deal_decided_without_a_date_is_said(tmp_path):
    lines = "opportunity_id,account_id,stage,outcome,closed\n1,A,x,won,\n2,A,x,open,\n3,A,x,lost,2025-01-01\n"
    report, _ = pass_door(tmp_path, as_of=date(2025, 6, 30), opportunities=lines)
    said = [remark for remark in report.remarks if remark.column == "closed"]
    assert [remark.rows for remark in said] == [1]


def test_a_row_without_a_date_has_the_rate_of_the_day_or_else_the_first(tmp_path):
    rates = {"USD": {date(2025, 1, 1): Decimal("0.9"), date(2025, 7, 1): Decimal("0.8")}}
    rows = [{"account_id": "A", "annual_spend": 100, "currency": "USD"}]
    portfolio = make_portfolio(tmp_path, "2025-12-31", rates=rates, accounts=rows)
    spend = "SELECT annual_spend::DOUBLE FROM accounts"
    assert [ask(portfolio.at(date(year, 6, 30)), spend)[0][0] for year in (2024, 2025, 2026)] == [90, 90, 80]


def test_every_table_is_there_with_its_columns_given_or_not(tmp_path):
    portfolio = make_portfolio(tmp_path, "2025-06-30", managers=[{"manager_id": "M", "name": "N"}])
    with portfolio.connect() as connection:
        for table in TABLES.values():
            described = {name: str(kind) for name, kind, *_ in connection.execute(f"DESCRIBE {table.name}").fetchall()}
            expected = {column.name: SQL_TYPES[column.kind] for column in table.columns}
            further = {"is_open": "BOOLEAN"} if table.name == "invoices" else {}
            assert described == expected | further | ({"member_id": "VARCHAR"} if table.is_rolled_up else {})
        assert connection.execute("SELECT getvariable('as_of')").fetchall() == [(date(2025, 6, 30),)]


def test_a_portfolio_says_what_it_has(tmp_path):
    portfolio = make_portfolio(tmp_path, "2025-06-30", managers=[{"manager_id": "M", "name": None}])
    assert portfolio.has("managers") and portfolio.has("managers", "manager_id")
    assert not portfolio.has("managers", "name") and not portfolio.has("accounts")


def test_frames_have_the_rows_in_the_order_of_the_file_and_plain_types(tmp_path):
    lines = "account_id,date,amount,quantity,disputed,paid_date\n" + "".join(
        f"Z{n},2025-01-01,{n}.25,{n},,\n" for n in range(5000, 0, -1)
    )
    accounts = 'account_id,customer_since,key_account,"we ""ird",x y\nA,9999-12-31,yes,1,q\nB,,,2,\n'
    _, portfolio = pass_door(tmp_path, invoices=lines, accounts=accounts)
    invoices = portfolio.read("invoices")
    assert invoices["account_id"].tolist() == [f"Z{n}" for n in range(5000, 0, -1)]
    assert (invoices["amount"].dtype, invoices["quantity"].dtype, invoices["date"].dtype.kind) == ("float64", "float64", "M")
    assert invoices["amount"].iloc[-1] == 1.25
    read = portfolio.read("accounts")
    assert read['we "ird'].tolist() == [1.0, 2.0] and read["x y"].iloc[0] == "q"
    assert read["customer_since"].iloc[0] == pd.Timestamp("9999-12-31") and pd.isna(read["customer_since"].iloc[1])
    assert read["key_account"].iloc[0] is True or bool(read["key_account"].iloc[0])
    assert pd.isna(read["key_account"].iloc[1])
    assert portfolio.read("contacts").empty


def test_a_view_does_not_change_the_portfolio_it_is_taken_from(invoices):
    earlier = invoices.at(date(2025, 1, 1))
    assert (invoices.as_of, earlier.as_of) == (date(2025, 6, 30), date(2025, 1, 1))
    assert earlier.filled == invoices.filled

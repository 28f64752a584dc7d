"""Values that hold for the rows below, credit lines without signs, whole rows that are the same."""

import re

import pytest
from folders import check_law, lines_of, pass_door

LINES = lines_of(
    "customer,number,day,due,product,pieces,net",
    "P1,I1,2026-01-20,,A,2,100.00",
    ",,,,B,1,20.50",
    "P2,I2,2026-02-03,2026-03-05,A,1,70.00",
    ",,,,,,",
    ",,,,C,4,12.00",
    ",I3,2026-02-05,,C,1,5.00",
    "P1,I4,2026-03-10,2026-03-20,A,-1,-50.00",
)
COLUMNS = (
    'columns = { account_id = "customer", invoice_id = "number", date = "day", due_date = "due", offering_id = "product", '
    'quantity = "pieces", amount = "net" }'
)


def told(report):
    return "\n".join(report.say_lines())


def test_values_hold_for_the_rows_below_block_by_block(tmp_path):
    toml = f'[invoices]\n{COLUMNS}\nfill_down = ["account_id", "number", "date", "due_date"]'
    report, portfolio = pass_door(tmp_path, toml, invoices=LINES)
    frame = portfolio.read("invoices")
    assert frame["account_id"].tolist() == ["P1", "P1", "P2", "P2", "P2", "P1"]
    assert frame["invoice_id"].tolist() == ["I1", "I1", "I2", "I2", "I3", "I4"]
    due = frame["due_date"].dt.strftime("%m-%d").fillna("").tolist()
    assert due == ["", "", "03-05", "03-05", "", "03-20"], "an invoice without a due day has not that of the one above"
    assert check_law(report) == {"invoices": 6} and report["invoices"].count("kept").money == pytest.approx(157.5)


def test_the_remedy_is_named_where_values_are_missing_below_a_first_row(tmp_path):
    accounts = "account_id,name\nP1,x\nP2,y\n"
    blank = LINES.replace(",I3,2026-02-05,", ",,,")
    report, _ = pass_door(tmp_path, f"[accounts]\n[invoices]\n{COLUMNS}", accounts=accounts, invoices=blank)
    setting = re.search(r'write (fill_down = \["account_id", "date", "invoice_id"\]) in \[invoices\]', told(report)).group(1)
    assert "76.2 % of revenue has a row in accounts; 37.50 is in rows that were set aside" in told(report)
    report, _ = pass_door(tmp_path / "b", f"[accounts]\n[invoices]\n{COLUMNS}\n{setting}", accounts=accounts, invoices=blank)
    assert report["invoices"].count("set_aside").rows == 0 and report.reconciliation.share == 1


@pytest.mark.parametrize(
    "lines",
    [
        "account_id,date,amount\n,2026-01-01,5\nA,2026-01-02,6\n",
        "account_id,date,amount\nA,2026-01-01,5\n,2026-01-02,6\n",
        "account_id,date,amount,invoice_id\nA,2026-01-01,5,I1\n,2026-01-02,6,I2\n",
    ],
)
def test_an_id_that_is_only_missing_is_not_filled(tmp_path, lines):
    report, _ = pass_door(tmp_path, invoices=lines)
    assert "account_id: is missing" in told(report) and "fill_down" not in told(report)


def test_a_column_to_fill_that_is_not_there_is_a_fault(tmp_path):
    report, _ = pass_door(tmp_path, '[invoices]\nfill_down = "custmer"', invoices="account_id,date,amount\nA,2026-01-01,5\n")
    assert report.faults == (
        'invoices.csv, header: fill_down names "custmer", which is no column of it; it has account_id, date, amount',
    )


CREDITS = "account_id,date,amount,cost,quantity\nA,2026-01-01,50,30,10\nA,2026-01-02,-50,30,-10\nA,2026-01-03,-5,0,\n"


def test_cost_and_quantity_of_credits_take_the_sign_that_they_lack(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices=CREDITS)
    frame = portfolio.read("invoices")
    assert frame["cost"].tolist() == [30, -30, 0] and frame["quantity"].tolist()[:2] == [10, -10]
    assert "cost: 1 credit line has a cost above 0; taken with the sign of the amount" in told(report)
    assert "a quantity above 0" not in told(report)
    report, portfolio = pass_door(tmp_path / "b", invoices=CREDITS + "B,2026-01-04,-9,-4,2\nB,2026-01-05,-8,,1\n")
    assert portfolio.read("invoices")["cost"].tolist()[:4] == [30, 30, 0, -4], "where credits have a sign it is believed"
    assert "1 credit line has a cost above 0; others have it below 0; kept as written" in told(report)
    assert "2 credit lines have a quantity above 0; others" in told(report)


@pytest.mark.parametrize(("last", "repeated"), [("T1", True), ("T2", False)])
def test_rows_repeat_only_where_columns_that_are_not_used_repeat_too(tmp_path, last, repeated):
    visits = f"ticket,account_id,date,hours\nT1,A,2026-01-02,1\n{last},A,2026-01-02,1\nT3,A,2026-01-03,1\n"
    report, _ = pass_door(tmp_path, accounts="account_id\nA\n", interactions=visits, toml='as_of = "2026-06-30"')
    assert ("interactions.csv, row 3: repeats an earlier row in full" in told(report)) == repeated


def test_deals_without_an_account_are_not_filled_from_other_deals(tmp_path):
    rows = ["D1,A,Won,5", "D2,,Open,", "D3,A,Won,7", "D4,,Open,"]
    deals = lines_of("opportunity_id,account_id,stage,won_amount", *rows)
    report, _ = pass_door(
        tmp_path, 'as_of = "2026-03-31"\n[accounts]\n[opportunities]', accounts="account_id\nA\n", opportunities=deals
    )
    assert "account_id (first of 2): is missing" in told(report) and "fill_down" not in told(report)

"""A kamnb.toml proposed for small folders: how files are read, what is taken, what is asked, and what an answer does."""

import datetime
import re
import tomllib

import pytest
from folders import lines_of, write_book, write_files

from kamnb.data.proposing.answers import read_answers, say_differences
from kamnb.data.proposing.names import score_name
from kamnb.data.proposing.proposal import propose_settings
from kamnb.data.proposing.sniffing import sniff_text

CUSTOMERS = lines_of("Customer No;Name", *(f"K-{n};Customer {n}" for n in range(1, 9)))


def write_sales(days, amounts, head="Customer No;Invoice date;Net amount;Invoice No", more=""):
    rows = (f"K-{n % 8 + 1};{day};{amount};R{n:03}{more}" for n, (day, amount) in enumerate(zip(days, amounts, strict=True)))
    return lines_of(head, *rows)


def days_of(form, count=20, step=17):
    first = datetime.date(2025, 1, 13)
    return [(first + datetime.timedelta(days=step * n)).strftime(form) for n in range(count)]


SALES = write_sales(days_of("%d.%m.%Y"), [f"{n * 37},{n:02}" for n in range(1, 21)])


def propose(folder, answers=None, **files):
    return propose_settings(write_files(folder, **files), answers)


def asked(proposal):
    return [question.key for question in proposal.questions]


@pytest.mark.parametrize(
    ("content", "encoding", "separator", "header_row"),
    [
        (SALES.encode(), "", ";", None),
        ("\ufeffa|b\n1|2\n3|4\n".encode(), "", "|", None),
        ("Клиент;Сумма\nРомашка;1\nВега;2\n".encode("cp1251"), "cp1251", ";", None),
        ("Kunde;Straße\nMüller;Große Gasse\nJäger;Weg\n".encode("cp1252"), "cp1252", ";", None),
        ("Kunde;Betrag\nMüller;1\n".encode("utf-16"), "", ";", None),
        (b"sep=;\nCustomer;Date\nA;2025-01-01\nB;2025-01-02\n", "", ";", 2),
        (b"Sales of all\n2025\n\nCustomer,Date,Net\nA,2025-01-01,5\nB,2025-01-02,6\n", "", ",", 4),
        (b"292,Next Door,279\n294,Best Shop,276\n296,Riders,277\n", "", ",", 0),
        (b"Customer;Net\nA;1,50\nB;2,75\n", "", ";", None),
    ],
)
def test_how_a_file_is_laid_out(tmp_path, content, encoding, separator, header_row):
    (tmp_path / "file.csv").write_bytes(content)
    layout = sniff_text(tmp_path / "file.csv")
    assert (layout.encoding, layout.separator, layout.header_row) == (encoding, separator, header_row)


def test_headers_without_meaning_propose_nothing(tmp_path):
    rows = [f"A{n},2025-01-{n:02},{n}.50" for n in range(1, 20)]
    proposal = propose(tmp_path, data=lines_of("x1,x2,x3", *rows))
    assert proposal.text == "" and proposal.drafts == {} and proposal.is_open
    assert proposal.left == {"data.csv": "looks like no table; columns x1, x2, x3"}


def test_every_line_has_its_reason_and_the_door_takes_them_all(tmp_path):
    proposal = propose(tmp_path, kunden=CUSTOMERS, umsatz=SALES)
    settings = [line for line in proposal.text.splitlines() if re.match(r"(# )?[\w.]+ = ", line)]
    assert len(settings) > 10 and all(re.search(r"  # \S", line) for line in settings)
    assert proposal.proof.faults == ()
    read = tomllib.loads(proposal.text)["invoices"]
    assert (read["separator"], read["decimal"], read["dates"], read["columns"]["amount"]) == (";", ",", "%d.%m.%Y", "Net amount")
    assert "invoices: 20 of 20 rows kept, amount 7,772.10 (no currency)" in proposal.text
    assert proposal.text == propose_settings(tmp_path).text


def test_days_that_read_both_ways_are_asked_and_the_answer_is_taken(tmp_path):
    days = [f"0{n % 9 + 1}/0{n % 7 + 1}/2025" for n in range(20)]
    files = {"sales": write_sales(days, range(100, 120))}
    proposal = propose(tmp_path, **files)
    assert ("invoices", "dates") in asked(proposal) and proposal.drafts["invoices"].settings["dates"].level == "open"
    answered = propose_settings(tmp_path, {("invoices", "dates"): "%m/%d/%Y"})
    assert ("invoices", "dates") not in asked(answered)
    assert tomllib.loads(answered.text)["invoices"]["dates"] == "%m/%d/%Y"


def test_days_that_read_both_ways_are_decided_by_the_order_of_two_columns(tmp_path):
    days = [f"0{n % 4 + 5}/0{n % 4 + 1}/2025" for n in range(20)]
    due = [f"0{n % 4 + 1}/0{n % 4 + 2}/2025" for n in range(20)]
    rows = [f"K-{n % 8 + 1};{day};{later};{n}.50" for n, (day, later) in enumerate(zip(days, due, strict=True))]
    proposal = propose(tmp_path, sales=lines_of("Customer No;Invoice date;Due date;Net amount", *rows))
    line = proposal.drafts["invoices"].settings["dates"]
    assert (line.value, line.level) == ("%d/%m/%Y", "likely")


def test_a_sign_before_three_figures_is_asked_unless_another_column_tells(tmp_path):
    amounts = [f"{n},{100 + n}" for n in range(1, 21)]
    proposal = propose(tmp_path / "a", sales=write_sales(days_of("%Y-%m-%d"), amounts))
    assert ("invoices", "decimal") in asked(proposal)
    answered = propose_settings(tmp_path / "a", {("invoices", "decimal"): "."})
    assert answered.drafts["invoices"].settings["thousands"].value == ","
    head = "Customer No;Invoice date;Net amount;Invoice No;Cost"
    told = propose(tmp_path / "b", sales=write_sales(days_of("%Y-%m-%d"), amounts, head, ";7,5"))
    assert ("invoices", "decimal") not in asked(told)
    assert told.drafts["invoices"].settings["decimal"].value == ","


HEAD = "Customer No;Invoice date;{};{};Invoice No"


def two_amounts(first, second, factor):
    rows = [f"K-{n % 8 + 1};{day};{n * 100};{n * factor};R{n}" for n, day in enumerate(days_of("%Y-%m-%d"), 1)]
    return lines_of(HEAD.format(first, second), *rows)


def test_which_of_two_amounts_is_asked_and_the_answer_is_taken(tmp_path):
    proposal = propose(tmp_path, sales=two_amounts("Product Revenue", "Factored Product Revenue", 60))
    first = proposal.questions[1] if proposal.questions[0].key[0] == "" else proposal.questions[0]
    assert first.key == ("invoices", "columns.amount") and proposal.proof.faults
    assert [str(choice).split(":")[0] for choice in first.choices] == ["Product Revenue", "Factored Product Revenue"]
    assert "21,000.00" in str(first.choices[0]) and len(first.choices[0].samples) == 3
    answered = propose_settings(tmp_path, {("invoices", "columns.amount"): "Product Revenue"})
    assert answered.proof.faults == () and tomllib.loads(answered.text)["invoices"]["columns"]["amount"] == "Product Revenue"


def test_tax_and_amount_that_make_another_tell_which_is_net(tmp_path):
    rows = [f"K-{n % 8 + 1};{day};{n * 119};{n * 19};{n * 100}" for n, day in enumerate(days_of("%Y-%m-%d"), 1)]
    proposal = propose(tmp_path, sales=lines_of("Customer No;Invoice date;Total amount;VAT;Amount", *rows))
    line = proposal.drafts["invoices"].columns["amount"]
    assert (line.value, line.level) == ("Amount", "sure") and not {key for key in asked(proposal) if key[0] == "invoices"}


def test_net_or_gross_is_asked_where_no_name_tells(tmp_path):
    sales = SALES.replace("Net amount", "Amount")
    assert ("invoices", "vat") in asked(propose(tmp_path, sales=sales))
    answered = propose_settings(tmp_path, {("invoices", "vat"): "net"})
    assert ("invoices", "vat") not in asked(answered) and "net, as answered" in answered.text


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("Currency", ["CHF"], ("CHF", "sure")),
        ("Currency", ["CHF", "EUR"], ("CHF", "open")),
        ("Remark", ["fine"], ("EUR", "open")),
    ],
)
def test_the_currency(tmp_path, column, values, told):
    rows = [f"K-{n % 8 + 1};{day};{n}.50;{values[n % len(values)]}" for n, day in enumerate(days_of("%Y-%m-%d"))]
    proposal = propose(tmp_path, sales=lines_of(f"Customer No;Invoice date;Net amount;{column}", *rows))
    line = proposal.head["reporting_currency"]
    assert (line.value, line.level) == told
    assert (("", "reporting_currency") in asked(proposal)) == (told[1] == "open")


def test_files_of_one_header_are_one_table_and_files_with_the_same_rows_count_once(tmp_path):
    months = {f"exports/2025-{n:02}.csv": write_sales(days_of("%Y-%m-%d"), range(n * 100, n * 100 + 20)) for n in (1, 2)}
    months = {name: text.replace(";R", f";{name[-6:-4]}") for name, text in months.items()}
    proposal = propose(tmp_path / "a", **months)
    assert proposal.drafts["invoices"].settings["file"].value == "exports"
    assert "invoices: 40 of 40 rows kept" in proposal.text
    again = propose(tmp_path / "b", **{"one.csv": SALES, "two.csv": SALES + "K-1;01.02.2025;5,00;R900\n"})
    assert ("invoices", "file") in asked(again) and "two.csv" in again.left
    answered = propose_settings(tmp_path / "b", {("invoices", "file"): "two.csv"})
    assert "invoices: 21 of 21 rows kept" in answered.text and ("invoices", "file") not in asked(answered)


def test_lines_are_joined_to_their_documents(tmp_path):
    heads = lines_of("Order ID,Customer ID,Order Date,Freight", *(f"{n},C{n % 5},2025-02-{n:02},9.5" for n in range(1, 21)))
    rows = [f"{n % 20 + 1},P{n % 7},{n % 3 + 1},10.00,0.1" for n in range(60)]
    proposal = propose(tmp_path, orders=heads, details=lines_of("Order ID,Product ID,Quantity,Unit Price,Discount", *rows))
    draft = proposal.drafts["invoices"]
    assert draft.columns["account_id"].value == "Customer ID" and proposal.proof.faults == ()
    assert "invoices: 60 of 60 rows kept, amount 1,080.00" in proposal.text
    assert draft.columns["amount"].level == "likely"


def test_ids_with_and_without_leading_zeros_are_made_one(tmp_path):
    customers = lines_of("Customer No;Name", *(f"000{n};Customer {n}" for n in range(101, 109)))
    rows = [f"{101 + n % 8};{day};{n}.50" for n, day in enumerate(days_of("%Y-%m-%d"))]
    proposal = propose(tmp_path, kunden=customers, sales=lines_of("Customer No;Invoice date;Net amount", *rows))
    assert proposal.drafts["accounts"].settings["ids"].value == {"strip_leading_zeros": True}
    assert "100.0 % of the revenue is of accounts that have a row" in proposal.text


def test_what_stands_on_the_first_line_of_a_document_is_filled_down(tmp_path):
    lines = [f"K-{n};2025-03-{n:02};R{n};{n}.50\n;;;{n}.25" for n in range(1, 9)]
    proposal = propose(tmp_path, sales=lines_of("Customer No;Invoice date;Invoice No;Net amount", *lines))
    assert set(proposal.drafts["invoices"].settings["fill_down"].value) == {"account_id", "date", "invoice_id"}
    assert "invoices: 16 of 16 rows kept" in proposal.text


def test_one_close_date_and_one_amount_are_those_of_closed_and_of_open_deals(tmp_path):
    stages = ["Negotiation", "Closed Won", "Closed Lost"]
    rows = [f"D{n},C{n % 4},{stages[n % 3]},{1000 + 7 * n},2025-0{n % 9 + 1}-15" for n in range(30)]
    proposal = propose(tmp_path, deals=lines_of("Deal ID,Account ID,Stage,Amount,Close Date", *rows))
    columns = proposal.drafts["opportunities"].columns
    assert {"closed", "expected_close", "amount", "won_amount", "outcome"} <= {*columns} and proposal.proof.faults == ()
    assert tomllib.loads(proposal.text)["opportunities"]["values"]["outcome"] == {
        "Closed Lost": "lost", "Closed Won": "won", "*": "open",
    }  # fmt: skip


def test_dates_that_a_spreadsheet_destroyed_and_rows_called_deleted_are_said(tmp_path):
    rows = [f"K-{n},Customer {n},{n:02}:07.5,{int(n == 3)}" for n in range(10, 30)] + ["K-3,Gone,10:00.0,1"]
    proposal = propose(tmp_path, customers=lines_of("Customer ID,Name,Modified,IsDeleted", *rows))
    assert '# column "Modified" holds times without a day (10:00.0): a spreadsheet destroyed its dates' in proposal.text
    assert "accounts: 20 of 21 rows kept" in proposal.text and '1 row deleted by "IsDeleted"' in proposal.text


def test_a_column_called_as_ours_that_is_not_ours_stays_unknown(tmp_path):
    rows = [f"K-{n % 8 + 1};{day};{n % 4 + 1};{(n % 4 + 1) * 10};6;P{n % 3}" for n, day in enumerate(days_of("%Y-%m-%d", 40))]
    proposal = propose(tmp_path, sales=lines_of("Customer No;Invoice date;Quantity;Net amount;cost;Product ID", *rows))
    draft = proposal.drafts["invoices"]
    assert draft.columns["cost"].level == "open" and draft.values["cost"].value == {"*": ""}


def test_sheets_of_a_book_are_files(tmp_path):
    tmp_path.mkdir(exist_ok=True)
    sales = [
        ["Customer No", "Invoice date", "Net amount"],
        *([f"K-{n % 8 + 1}", day, n * 1.5] for n, day in enumerate(days_of("%Y-%m-%d"))),
    ]
    customers = [["Customers"], [], ["Customer No", "Name"], *([f"K-{n}", f"Customer {n}"] for n in range(1, 9))]
    write_book(tmp_path / "book.xlsx", {"Sales": sales, "Customers": customers})
    proposal = propose_settings(tmp_path)
    settings = {name: draft.settings for name, draft in proposal.drafts.items()}
    assert settings["invoices"]["file"].value == "book.xlsx#Sales"
    assert settings["accounts"]["file"].value == "book.xlsx#Customers" and settings["accounts"]["header_row"].value == 3
    assert proposal.proof.faults == () and "100.0 % of the revenue" in proposal.text


@pytest.mark.parametrize(
    ("table", "ours", "theirs", "least", "most"),
    [
        ("invoices", "account_id", "Debitorennummer", 1, 1),
        ("invoices", "account_id", "Company Code", 0, 0),
        ("invoices", "account_id", "Customer since", 0, 0),
        ("invoices", "date", "Ship Date", 0, 0),
        ("invoices", "amount", "Unit Price", 0, 0),
        ("accounts", "annual_spend", "Annual Revenue", 0, 0),
        ("accounts", "name", "Company name", 0.9, 1),
        ("accounts", "account_id", "Account Name", 0.5, 0.6),
        ("contacts", "function", "Title", 0.4, 0.7),
        ("invoices", "account_id", "x1", 0, 0),
    ],
)  # fmt: skip
def test_what_names_say(table, ours, theirs, least, most):
    assert least <= score_name(table, ours, theirs) <= most


def test_answers_are_what_a_file_decides_and_not_what_it_marks_as_likely(tmp_path):
    path = tmp_path / "kamnb.toml"
    path.write_text(
        'reporting_currency = "CHF"\n[invoices]\nfile = "a.csv"  # CHECK 5 rows\n'
        'columns.amount = "Net"  # its name; net, as answered\n[accounts]\ncolumns = { name = "Firm" }\n'
    )
    assert read_answers(path) == {
        ("", "reporting_currency"): "CHF", ("invoices", "columns.amount"): "Net", ("accounts", "columns.name"): "Firm",
        ("invoices", "vat"): "net",
    }  # fmt: skip


def test_differences_are_told_by_setting():
    ours, theirs = (
        '[invoices]\ndates = "%d.%m.%Y"\nconstants = { currency = "EUR" }',
        '[invoices]\ndates = "%m/%d/%Y"\ndecimal = ","',
    )
    assert say_differences(ours, theirs) == [
        "[invoices] constants.currency: EUR; nothing is proposed",
        "[invoices] dates: %d.%m.%Y; proposed %m/%d/%Y",
        "[invoices] decimal: not there; proposed ,",
    ]


@pytest.mark.parametrize("name", ["payments", "Zahlungen 2025", "supplier invoices", "quotes"])
def test_payments_quotes_and_what_suppliers_bill_are_no_invoices(tmp_path, name):
    sales = write_sales(days_of("%Y-%m-%d"), range(100, 120), "Customer;Date;Amount;No")
    assert propose(tmp_path / "a", sales=sales).drafts["invoices"].columns["amount"].value == "Amount"
    assert "invoices" not in propose(tmp_path / "b", **{name: sales}).drafts


def test_documents_that_were_cancelled_are_left_out_and_that_is_marked(tmp_path):
    rows = [f"K-{n % 4};{day};{n}.50;{'Void' if n % 5 == 0 else 'Paid'}" for n, day in enumerate(days_of("%Y-%m-%d"))]
    proposal = propose(tmp_path, sales=lines_of("Customer No;Invoice date;Net amount;Status", *rows))
    line = proposal.drafts["invoices"].settings["where"]
    assert line.value == {"Status": {"not": "Void"}} and line.level == "likely" and '4 rows Void by "Status"' in line.reason
    assert "invoices: 16 of 20 rows kept" in proposal.text


def test_amounts_have_the_sign_of_their_side(tmp_path):
    rows = [f"K-{n % 4};{day};{n + 1},00;{'H' if n == 3 else 'S'}" for n, day in enumerate(days_of("%d.%m.%Y"))]
    proposal = propose(tmp_path, umsatz=lines_of("Kundennr;Belegdatum;Betrag;Soll/Haben", *rows))
    line = proposal.drafts["invoices"].settings["debit_credit"]
    assert line.value == {"amount": {"amount": "Betrag", "side": "Soll/Haben"}} and line.level == "likely"
    assert ("", "reporting_currency") in asked(proposal) and ("invoices", "vat") in asked(proposal)
    assert "invoices: 20 of 20 rows kept, amount 202.00" in proposal.text


def test_accounts_that_only_invoices_name_have_what_hangs_on_them(tmp_path):
    rows = [
        f"K-{n % 4};Pumpe;Kunde {n % 4};{'Nord' if n % 2 else 'Süd'};{day};{n}.50" for n, day in enumerate(days_of("%Y-%m-%d"))
    ]
    proposal = propose(tmp_path, umsatz=lines_of("Kd-Nr;Bezeichnung;Kunde;Gebiet;Re-Datum;Netto", *rows))
    lines = {ours: (line.value, line.level) for ours, line in proposal.drafts["accounts"].columns.items()}
    assert lines == {"account_id": ("Kd-Nr", "sure"), "name": ("Kunde", "sure"), "region": ("Gebiet", "likely")}
    assert (
        proposal.drafts["accounts"].settings["once"].value is True
        and "accounts: 4, each from the first of its rows, 20 in all" in proposal.text
    )


def test_a_column_of_which_only_a_part_reads_is_no_day(tmp_path):
    days = [day if n % 3 else f"week {n}" for n, day in enumerate(days_of("%d.%m.%Y"))]
    proposal = propose(tmp_path, sales=write_sales(days, range(100, 120)))
    assert proposal.left["sales.csv"] == "looks like invoices, but no column of it is the date"


def test_a_list_that_names_an_account_and_nothing_else_of_ours_is_no_table(tmp_path):
    rows = [f"K-{n};{n * 3};{n % 2};{n / 4}" for n in range(1, 20)]
    assert propose(tmp_path, machines=lines_of("Account;Serial;Voltage;Weight in kg", *rows)).drafts == {}


WIDE = {
    "months": (
        "Kundennr;Kunde;Jan 2026;Feb 2026;Mär 2026;Summe\nK01;Nordlicht GmbH;1.200,50;;900,50;2.101,00\n"
        "K02;Seewind AG;300,00;450,25;0,00;750,25\nK03;Deich KG;310,00;451,25;3,00;764,25\n",
        {"columns": "Jan 2026 .. Mär 2026", "into": "date", "value": "amount"},
        "3615.50",
    ),
    "two rows": (
        "Customer No,Customer,Jan 2026,,Feb 2026,,Mar 2026,\n,,Revenue,Cost,Revenue,Cost,Revenue,Cost\n"
        "C1,North,100.50,50.00,200.25,100.00,10.00,5.00\nC2,Sea,11.50,5.00,20.25,10.00,,\nC3,Dyke,12.50,5.00,21.25,10.00,1.00,0.50\n",
        {"columns": "Jan 2026 Revenue .. Mar 2026 Cost", "into": "date", "value": {"amount": "Revenue", "cost": "Cost"}},
        "377.25",
    ),
}


@pytest.mark.parametrize("shape", WIDE)
def test_months_as_columns_are_proposed_as_rows_to_be_looked_at(tmp_path, shape):
    content, unpivot, total = WIDE[shape]
    proposal = propose(tmp_path, **{"sales.csv": content})
    section = tomllib.loads(proposal.text)["invoices"]
    assert (section["unpivot"], section["dates"]) == (unpivot, "month")
    assert proposal.drafts["invoices"].settings["unpivot"].level == "likely"
    assert f"amount {float(total):,.2f}" in proposal.text and not proposal.proof.faults
    assert "columns not used: date" not in proposal.text


def test_rows_of_a_plan_are_proposed_to_be_left_out(tmp_path):
    rows = ["C1,2026-01-15,100.50,Actual", "C1,2026-01-31,120,Budget", "C2,2026-02-15,10.75,Actual", "C2,2026-03-31,12,Plan"]
    proposal = propose(tmp_path, **{"sales.csv": lines_of("Customer No,Invoice Date,Net Amount,Scenario", *rows)})
    assert tomllib.loads(proposal.text)["invoices"]["where"] == {"Scenario": "Actual"}
    assert "2 of 4 rows kept, amount 111.25" in proposal.text and "2 rows are Budget or Plan, no invoices" in proposal.text


def test_months_without_a_year_are_said_and_not_taken(tmp_path):
    proposal = propose(tmp_path, **{"sales.csv": "Customer No,Customer,Jan,Feb,Mar\nC1,a,1,2,3\nC2,b,1,2,3\n"})
    assert "months without a year as columns: write unpivot" in proposal.text and "unpivot" not in tomllib.loads(proposal.text)


def test_a_ledger_with_both_sides_is_netted_and_a_batch_of_datev_leads_to_its_preset(tmp_path):
    ledger = [
        "Kundennummer;Rechnung;Fällig;Soll;Haben",
        "D100;R1;31.01.2026;1.200,00;",
        "D100;R2;28.02.2026;;200,00",
        "D200;R3;28.02.2026;50,00;80,00",
    ]
    batch = ['"EXTF";700;21;"Buchungsstapel";13', "Umsatz (ohne Soll/Haben-Kz);Konto", "5,00;10000", ""]
    folder = write_files(tmp_path, ledger="\n".join([*ledger, ""]), EXTF_Buchungsstapel="\n".join(batch))
    proposal = propose_settings(folder, {("open_items", "constants.listed_on"): "2026-03-01", ("", "as_of"): "2026-03-31"})
    draft = proposal.drafts["open_items"]
    assert draft.settings["debit_credit"].value == {"open_amount": ("Soll", "Haben")}
    assert draft.unused == [] and "open_amount" not in draft.columns
    assert "is an EXTF file of DATEV" in proposal.left["EXTF_Buchungsstapel.csv"]
    assert any("open_items: 3 of 3 rows kept, open_amount 970.00" in line for line in proposal.proof.lines), proposal.proof

"""Shapes that a kamnb.toml can say are proposed: ledgers, surveys, lists, tables of one sheet, columns in several files."""

import tomllib

import pytest
from folders import lines_of, write_book, write_files

from kamnb.data.proposing.proposal import propose_settings


def propose(folder, **files):
    return propose_settings(write_files(folder, **files))


def say(proposal, table):
    return tomllib.loads(proposal.text)[table]


def proven(proposal, text):
    assert proposal.proof.faults == () and text in "\n".join(proposal.proof.lines), proposal.proof


CUSTOMERS = lines_of("Customer No;Name", *(f"K-{n};Firm {n}" for n in range(6)))
INVOICES = lines_of("Customer No;Invoice Date;Net Amount EUR", *(f"K-{n % 6};2025-0{n % 9 + 1}-15;{n}.50" for n in range(24)))


BOOKED = [(f"{n + 1:02}.03.2025;R{n};{10001 + n % 5}", f"{100 + n},00") for n in range(20)]
LEDGERS = {
    "two columns, payments by their text": (
        "Datum;Belegfeld 1;Konto;Text;Soll;Haben;Saldo",
        [f"{start};Rechnung;{money};;9,00\n{start};Zahlung;;{money};0,00" for start, money in BOOKED],
        {"debit_credit": {"amount": ["Soll", "Haben"]}, "where": {"Text": {"not": "Zahlung"}}},
    ),
    "two columns, payments by their sum": (
        "Datum;Beleg;Konto;Soll;Haben",
        [f"{start};{money};\n{start};;{money}" for start, money in BOOKED],
        {"debit_credit": {"amount": ["Soll", "Haben"]}, "where": {"Soll": {"not": ""}}},
    ),
    "a side": (
        "Belegdatum;Belegfeld 1;Konto;Gegenkonto;Umsatz;S/H",
        [f"{start};8400;{money};S\n{start};1200;{money};H" for start, money in BOOKED],
        {"debit_credit": {"amount": {"amount": "Umsatz", "side": "S/H"}}, "where": {"S/H": {"not": "H"}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", LEDGERS)
def test_a_ledger_whose_account_is_called_konto_is_one_of_bookings_without_payments(tmp_path, shape):
    head, rows, wanted = LEDGERS[shape]
    proposal = propose(tmp_path, buchungen=lines_of(head, *rows))
    section = say(proposal, "invoices")
    assert {setting: section[setting] for setting in wanted} == wanted
    assert section["columns"]["account_id"] == "Konto" and proposal.drafts["invoices"].columns["account_id"].level == "likely"
    proven(proposal, "invoices: 20 of 40 rows kept, amount 2,190.00")
    assert {("", "reporting_currency"), ("invoices", "vat")} <= {question.key for question in proposal.questions}


@pytest.mark.parametrize("head", ["Datum;Beleg;Konto;Kontoname;Soll;Haben", "Date;No;Account;Account Name;Debit;Credit"])
def test_accounts_of_the_general_ledger_are_no_customers(tmp_path, head):
    rows = [f"{n + 1:02}.03.2025;R{n};{8400 + n % 5};Erlöse {n % 5};{100 + n},00;" for n in range(20)]
    proposal = propose(tmp_path, journal=lines_of(head, *rows))
    assert proposal.text == "" and "looks like a general ledger" in proposal.left["journal.csv"]


ASKED = [f"K-{n};2025-03-0{n + 1};{20 + n * 16};{n % 5 + 1};{n}" for n in range(6)]


def test_a_survey_is_proposed_as_answers_on_their_scales(tmp_path):
    survey = lines_of("Customer No;Survey date;Reliability;Price (1-5);Recommends (0-10)", *ASKED)
    proposal = propose(tmp_path, customers=CUSTOMERS, sales=INVOICES, satisfaction=survey)
    columns = ["Reliability", "Price (1-5)", "Recommends (0-10)"]
    assert say(proposal, "ratings")["unpivot"] == {"columns": columns, "into": "criterion", "value": "score"}
    assert tomllib.loads(proposal.text)["scales"] == {"Price (1-5)": [1, 5], "Reliability": [0, 100]}
    assert proposal.head["scales"].level == "likely"
    proven(proposal, "ratings: 18 of 18 rows kept")


@pytest.mark.parametrize(
    ("scores", "scales"),
    [(range(30, 48), {"*": [0, 100]}), ([1, 5, 3] * 6, {"*": [1, 5]}), ([*[1, 5, 3] * 5, 7, 8, 9], None)],
    ids=["a hundred", "short", "points, one criterion low"],
)
def test_answers_with_a_row_each_are_ratings_on_one_scale(tmp_path, scores, scales):
    answers = [f"K-{n % 6};2025-03-01;Q{n // 6};{score}" for n, score in enumerate(scores)]
    answers = lines_of("Customer No;Date;Question;Score", *answers)
    proposal = propose(tmp_path, customers=CUSTOMERS, sales=INVOICES, ratings=answers)
    assert tomllib.loads(proposal.text).get("scales") == scales and "interactions" not in proposal.drafts
    proven(proposal, "ratings: 18 of 18 rows kept")


def test_ids_in_lists_are_declared_as_lists(tmp_path):
    contacts = lines_of("Contact ID;Customer No;Full Name", *(f"C{n:02};K-{n % 6};Person {n}" for n in range(12)))
    meetings = lines_of("Customer No,Meeting Date,Attendees", *(f"K-{n},2025-03-01,C{n:02}; C{n + 6:02}" for n in range(6)))
    proposal = propose(tmp_path, customers=CUSTOMERS, contacts=contacts, meetings=meetings, sales=INVOICES)
    assert say(proposal, "interactions")["lists"] == {"contact_id": ";"}
    proven(proposal, "interactions: 12 of 12 rows kept")


def test_tables_of_one_sheet_are_told_apart(tmp_path):
    customers = [["Customers"], ["Customer No", "Name"], *([f"K-{n}", f"Firm {n}"] for n in range(6))]
    sales = [
        ["Invoices"],
        ["Customer No", "Invoice Date", "Net Amount"],
        *([f"K-{n % 6}", f"2025-03-{n + 1:02}", n] for n in range(9)),
    ]
    write_book(tmp_path / "book.xlsx", {"All": [*customers, [], *sales]})
    proposal = propose_settings(tmp_path)
    assert {name: draft.settings["cells"].value for name, draft in proposal.drafts.items()} == {
        "accounts": "A2:B",
        "invoices": "A11:C",
    }
    proven(proposal, "accounts: 6 of 6 rows kept")
    write_book(tmp_path / "book.xlsx", {"All": [*sales[1:], [], *sales[1:]]})
    assert not any("cells" in draft.settings for draft in propose_settings(tmp_path).drafts.values())  # a second page is no table


def test_columns_of_further_files_stand_beside(tmp_path):
    segments = lines_of("Customer;Segment", *(f"K-{n};{'Hotel' if n % 2 else 'Retail'}" for n in range(6)))
    proposal = propose(tmp_path, customers=CUSTOMERS, segments=segments, sales=INVOICES)
    section = say(proposal, "accounts")
    assert section["file"] == "customers.csv" and section["columns"]["segment"] == "Segment"
    assert section["beside"] == [{"file": "segments.csv", "on": ["Customer No", "Customer"], "separator": ";"}]
    assert "segments.csv" not in proposal.left
    proven(proposal, "100.0 % of the revenue is of accounts that have a row")


def test_a_key_is_looked_up_in_a_file_of_any_encoding(tmp_path):
    customers = lines_of("Код;Наименование;Регион", *(f"{n:05};ООО Фирма {n};Урал" for n in range(1, 7)))
    (tmp_path / "контрагенты.csv").write_bytes(customers.encode("cp1251"))
    sales = lines_of("Дата;Контрагент;Сумма без НДС", *(f"0{n % 9 + 1}.03.2025;ООО Фирма {n % 6 + 1};{n},50" for n in range(24)))
    proposal = propose(tmp_path, реализация=sales)
    section = say(proposal, "invoices")
    assert section["columns"]["account_id"] == "Код" and section["beside"][0]["on"] == ["Контрагент", "Наименование"]
    proven(proposal, "100.0 % of the revenue is of accounts that have a row")


@pytest.mark.parametrize(
    ("first", "name", "made"),
    [("Prénom", "Nom", True), ("Vorname", "Name", True), ("Nombre", "Apellidos", True), ("Vorname", "Voller Name", False)],
)
def test_a_last_name_beside_a_first_one_is_no_whole_name(tmp_path, first, name, made):
    rows = [f"C{n};K-{n % 6};Ana{n};{'' if made else 'Ana '}Diaz{chr(65 + n)};Jefe" for n in range(12)]
    contacts = lines_of(f"Contact ID;Customer No;{first};{name};Funktion", *rows)
    draft = propose(tmp_path, customers=CUSTOMERS, contacts=contacts).drafts["contacts"]
    assert (f'"{first}"' in draft.query) is made and (made or draft.columns["name"].value == name)


def test_a_list_of_open_items_beside_invoices_is_open_items_as_of_the_day_in_its_title(tmp_path):
    listed = ["OP-Liste per 31.10.2025;;;", "Debitor;Rechnungsdatum;Fällig am;Offener Betrag"]
    listed += [f"K-{n % 6};{n + 1:02}.09.2025;{n + 1:02}.10.2025;{n},50" for n in range(12)]
    proposal = propose(tmp_path, customers=CUSTOMERS, sales=INVOICES, **{"OP-Liste": "\n".join([*listed, ""])})
    assert say(proposal, "open_items")["constants"]["listed_on"] == "2025-10-31"
    assert tomllib.loads(proposal.text)["as_of"] == "2025-10-31" and tomllib.loads(proposal.text)["reporting_currency"] == "EUR"
    proven(proposal, "open_items: 12 of 12 rows kept")


@pytest.mark.parametrize(
    ("periods", "setting", "value"),
    [
        (["FY25", "FY26"], "values", {"period": {"FY25": "2025", "FY26": "2026"}}),
        (["01/2026", "02/2026"], "dates", "month"),
        (["Q1 2026", "Q2 2026"], "dates", "quarter"),
    ],
)  # fmt: skip
def test_periods_as_people_write_them(tmp_path, periods, setting, value):
    targets = lines_of("Customer No;Period;Target", *(f"K-{n};{period};{n + 1}000" for n in range(6) for period in periods))
    proposal = propose(tmp_path, customers=CUSTOMERS, sales=INVOICES, targets=targets)
    assert say(proposal, "targets")[setting] == value
    proven(proposal, "targets: 12 of 12 rows kept, amount 42,000.00")


def test_months_without_a_year_are_of_the_one_that_the_file_is_called_by_and_a_total_is_no_account(tmp_path):
    rows = [*(f"K-{n},Firm {n},{n},{n},{n},{3 * n}" for n in range(1, 7)), "Total,,21,21,21,63"]
    proposal = propose(tmp_path, **{"sales 2025.csv": lines_of("Customer No,Customer,Jan,Feb,Mar,Total", *rows)})
    assert (say(proposal, "invoices")["year"], proposal.drafts["invoices"].settings["year"].level) == (2025, "likely")
    assert say(proposal, "accounts")["where"] == {"Customer No": {"not": "Total"}}
    proven(proposal, "amount 63.00")


def test_letters_with_accents_in_a_row_are_not_cyrillic(tmp_path):
    (tmp_path / "clientes.csv").write_bytes(
        lines_of("Cliente;Nombre", *(f"K-{n};Ibáñez Peña {n}" for n in range(6))).encode("cp1252")
    )
    assert propose(tmp_path, sales=INVOICES).drafts["accounts"].settings["encoding"].value == "cp1252"


def test_another_id_of_accounts_is_looked_up_by_the_name_it_has_in_both_files(tmp_path):
    customers = lines_of("CRM ID,ERP No,Customer", *(f"001{n:05},{1000 + n},Firm {n}" for n in range(6)))
    sales = lines_of("ERP No,Doc Date,Net", *(f"{1000 + n % 6},2025-0{n % 9 + 1}-15,{n}.50" for n in range(24)))
    proposal = propose(tmp_path, customers=customers, sales=sales)
    section = say(proposal, "invoices")
    assert section["beside"] == [{"file": "customers.csv", "on": "ERP No"}] and section["columns"]["account_id"] == "Customer"
    proven(proposal, "100.0 % of the revenue is of accounts that have a row")


def test_a_plan_is_no_sales_and_an_original_counts_before_its_copy(tmp_path):
    plan = lines_of("Customer No;Jan 2026;Feb 2026;Mar 2026", *(f"K-{n};100;200;300" for n in range(6)))
    proposal = propose(tmp_path, customers=CUSTOMERS, sales=INVOICES, **{"Kopie von sales": INVOICES, "Plan 2026": plan})
    assert say(proposal, "targets")["unpivot"] == {"columns": "Jan 2026 .. Mar 2026", "into": "period", "value": "amount"}
    assert say(proposal, "invoices")["file"] == "sales.csv"
    assert ("invoices", "file") in {question.key for question in proposal.questions}


@pytest.mark.parametrize(("head", "cells", "form"), [("Invoice day", "45678", "serial"), ("Invoice date", "202503", "month")])
def test_days_in_figures_are_read_where_a_name_says_that_they_are_days(tmp_path, head, cells, form):
    sales = lines_of(
        f"Customer No;{head};Net amount;Invoice No", *(f"K-{n % 6};{int(cells) + n % 9};{n},50;{40000 + n}" for n in range(24))
    )
    draft = propose(tmp_path, customers=CUSTOMERS, sales=sales).drafts["invoices"]
    assert draft.settings["dates"].value == form and draft.columns["invoice_id"].value == "Invoice No"


def test_a_list_by_age_is_open_items_of_the_day_in_its_name(tmp_path):
    ages = lines_of("Customer No,Current,1 - 30,31 - 60,>60,Total", *(f"K-{n},1,2,3,4,10" for n in range(6)))
    proposal = propose(tmp_path, customers=CUSTOMERS, sales=INVOICES, **{"AR aging 2025-10-31": ages})
    assert say(proposal, "open_items")["columns"]["open_amount"] == "Total"
    proven(proposal, "open_items: 6 of 6 rows kept, open_amount 60.00")


def test_customers_above_their_rows_hold_for_them(tmp_path):
    report = ["Sales by Customer Detail,,,", ",Date,Num,Amount"]
    for n in range(4):
        report += [
            f"Firm {chr(65 + n)},,,",
            *(f",2025-0{m}-15,R{n}{m},{n + m}.50" for m in (1, 2, 3)),
            f"Total for Firm {chr(65 + n)},,,{3 * n + 7.5}",
        ]
    proposal = propose(tmp_path, **{"sales by customer": "\n".join([*report, ""])})
    section = say(proposal, "invoices")
    assert (section["fill_down"], section["where"]) == (["column1"], {"Date": {"not": ""}})
    assert say(proposal, "accounts")["once"] is True and say(proposal, "accounts")["columns"]["name"] == "column1"
    proven(proposal, "invoices: 12 of 20 rows kept, amount 48.00")
    proven(proposal, "100.0 % of the revenue is of accounts that have a row")

"""What is said to a newcomer: which columns may be meant, where the header is, what the folder holds, currencies not seen."""

import pytest
from folders import pass_door, write_book

from kamnb.data.door import inspect_data
from kamnb.data.suggesting import suggest_columns


@pytest.mark.parametrize(
    ("theirs", "meant"),
    [
        (["Account", "Account ID"], {"account_id": "Account ID"}),
        (
            ["Kundennr.", "Fälligkeitsdatum", "Rechnungsdatum", "Netto"],
            {"account_id": "Kundennr.", "date": "Rechnungsdatum", "amount": "Netto"},
        ),
        (["Дата счета", "Заказчик", "Сумма НДС", "Сумма"], {"account_id": "Заказчик", "date": "Дата счета", "amount": "Сумма"}),
        (
            ["CustomerID", "ShipDate", "OrderDate", "TaxAmount", "SalesAmount"],
            {"account_id": "CustomerID", "date": "OrderDate", "amount": "SalesAmount"},
        ),
        (["acount_id", "x1", "x2"], {"account_id": "acount_id"}),
        (["Amount"], {"amount": "Amount"}),
        (["x1", "x2"], {}),
    ],
)  # fmt: skip
def test_columns_are_meant_by_name_then_by_meaning_and_never_twice(theirs, meant):
    found = suggest_columns(["account_id", "date", "amount"], theirs)
    assert found == meant and len({*found.values()}) == len(found)


TITLED = 'Kaltwasser LLC\nInvoices by date\n\n\nNum,Customer,Date,Amount\n1,"Oakley, R",2026-01-15,5\n2,B,2026-02-03,6\n'


def test_title_rows_above_the_header_of_a_sheet_are_seen(tmp_path):
    rows = [["Kaltwasser Fittings LLC"], ["Sales by customer"], [], ["Num", "Customer", "Date", "Amount"]]
    rows += [[str(number), "C1", "2025-03-01", 10 * number] for number in range(1, 5)]
    write_book(tmp_path / "invoices.xlsx", {"Export": rows})
    report, portfolio = inspect_data(tmp_path)
    assert portfolio is None
    assert report.faults[0] == (
        'invoices.xlsx, row 1 has 1 field, most rows have 4: header_row = 4? It is "Num | Customer | Date | Amount"'
    )
    columns = 'columns = { account_id = "Customer", date = "Date", amount = "Amount" }'
    report, portfolio = pass_door(tmp_path, f"[invoices]\nheader_row = 4\n{columns}")
    assert report.faults == () and report["invoices"].count("kept").money == 100


@pytest.mark.parametrize("notes", [[], ["x"]])
def test_a_sheet_with_a_note_beside_some_rows_has_its_header(tmp_path, notes):
    rows = [["account_id", "date", "amount"], ["A", "2025-03-01", 5], ["B", "2025-03-02", 6, *notes], ["C", "2025-03-03", 7]]
    write_book(tmp_path / "invoices.xlsx", {"Export": rows})
    report, _ = inspect_data(tmp_path)
    assert report["invoices"].count("kept").rows == 3 - len(notes)


def test_title_lines_above_the_header_are_seen(tmp_path):
    report, _ = pass_door(tmp_path, invoices=TITLED)
    assert (
        report.faults[0]
        == 'invoices.csv: line 1 has 1 field, most lines have 4: header_row = 5? It is "Num,Customer,Date,Amount"'
    )
    columns = 'columns = { account_id = "Customer", date = "Date", amount = "Amount" }'
    report, _ = pass_door(tmp_path / "b", f"[invoices]\nheader_row = 5\n{columns}", invoices=TITLED)
    assert report["invoices"].count("kept").rows == 2
    report, _ = pass_door(tmp_path / "c", invoices="account_id,date,amount\nA,2026-01-01,5,\nB,2026-01-01,5,\n")
    assert report.faults == (), "empty fields behind do no harm"


def test_a_currency_column_that_is_not_used_is_named(tmp_path):
    items = (
        "account_id,listed_on,due_date,open_amount,doc_currency\nA,2026-06-30,2026-06-01,5,{}\nB,2026-06-30,2026-06-01,5,USD\n"
    )
    report, _ = pass_door(tmp_path, 'as_of = "2026-06-30"', open_items=items.format("CAD"))
    assert report.faults == (
        'open_items.csv: doc_currency holds CAD, USD and is not used: add columns.currency = "doc_currency" to [open_items], '
        "or say by constants.currency what it is",
    )
    report, _ = pass_door(tmp_path / "b", 'as_of = "2026-06-30"', open_items=items.format("USD"))
    said = "\n".join(map(str, report.remarks))
    assert report.faults == () and "doc_currency holds USD and is not used" in said and "reporting_currency" not in said
    report, _ = pass_door(tmp_path / "c", 'as_of = "2026-06-30"\nreporting_currency = "EUR"', open_items=items.format("USD"))
    assert "doc_currency holds USD and is not used" in report.faults[0]
    named = '[open_items]\nconstants = { currency = "USD" }\n'
    report, _ = pass_door(tmp_path / "d", 'as_of = "2026-06-30"\n' + named, open_items=items.format("CAD"))
    assert report.faults == ()


def test_what_a_newcomers_folder_holds_is_said_with_settings_to_start_from(tmp_path):
    month = "Customer;Invoice date;Net\nK-1;31.01.2026;100,00\n"
    files = {"exports/1.csv": month, "exports/2.csv": month, "survey.sav": b"$", "notes.md": "x", "people.csv": "a,b\n1,2\n"}
    report, _ = pass_door(tmp_path, **files)
    said = "\n".join(map(str, report.remarks))
    assert "exports/: 2 files alike, not read; header Customer; Invoice date; Net" in said
    assert "survey.sav: files of this kind are not read" in said and "people.csv: not read" in said and "notes.md" not in said
    draft = report.faults[0].split("to start from:\n")[1]
    assert 'file = "exports"' in draft and 'account_id = "Customer", date = "Invoice date", amount = "Net"' in draft
    more = 'separator = ";"\ndecimal = ","\ndates = "%d.%m.%Y"\n'
    report, portfolio = pass_door(tmp_path / "b", draft + "\n" + more, **files)
    assert portfolio.read("invoices")["amount"].sum() == 200

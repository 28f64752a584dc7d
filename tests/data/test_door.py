"""The data contract, sentence by sentence: what stops, what is set aside, what is kept and said, what is reconciled."""

from datetime import date
from decimal import Decimal

import pytest
from folders import ask, check_law, lines_of, pass_door, reasons, told, write_files

from kamnb.data.door import open_portfolio
from kamnb.data.tables import TABLES
from kamnb.errors import DataError, SettingsError

DAY = date(2026, 6, 30)
INVOICES = "account_id,date,amount\nA,2025-01-02,10.50\nB,2025-02-03,-4\n"


# Stops


def test_everything_that_stops_is_said_at_once_and_nothing_is_computed(tmp_path):
    data = write_files(
        tmp_path,
        'reporting_currency = "EUR"',
        accounts="",
        invoices="account_id,date,amount,currency\nA,2025-01-02,1,USD\n",
        contacts="contact_id,name\n1,x\n",
        ratings="account_id,criterion,score,rated_on\nA,x,bad,2025-01-01\nA,x,worse,2025-01-01\n",
    )
    with pytest.raises(DataError) as caught:
        open_portfolio(data)
    faults = "\n".join(caught.value.faults)
    assert len(caught.value.faults) == 4
    assert "accounts.csv: is empty" in faults
    assert 'contacts.csv, header: column "account_id" is missing; it has contact_id, name: if a column holds it, add' in faults
    assert 'ratings.csv, score: none of 2 rows reads, e.g. "bad"' in faults
    assert 'invoices.csv, row 2, currency: USD cannot be converted to EUR; give [rates] USD = { "2025-01-02" = ... }' in faults
    assert "nothing was computed" in str(caught.value)


def test_when_the_run_stops_rows_and_money_are_told_nevertheless(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices=INVOICES, contacts="name\nx\ny\n", accounts="account_id\n")
    assert portfolio is None
    assert check_law(report) == {"accounts": 0, "invoices": 2, "contacts": 2}
    assert report["invoices"].count("kept").money == Decimal("6.50")
    assert report["contacts"].count("set_aside").rows == 2


def test_a_column_that_is_missing_is_answered_with_the_closest(tmp_path):
    report, _ = pass_door(
        tmp_path, '[invoices]\ncolumns = { amount = "Sale" }', invoices="account_id,date,Sales\nA,2025-01-02,1\n"
    )
    assert (
        'column "Sale" (columns.amount of [invoices]) is missing; it has account_id, date, Sales; did you mean "Sales"?'
        in report.faults[0]
    )
    report, _ = pass_door(tmp_path / "b", invoices="account_id,date,amount_net\nA,2025-01-02,1\n")
    assert 'column "amount" is missing; it has account_id, date, amount_net: is it "amount_net"? then add' in report.faults[0]


def test_one_founding_table_must_have_rows(tmp_path):
    report, portfolio = pass_door(
        tmp_path, as_of=DAY, accounts="account_id,name\n", opportunities="opportunity_id,account_id,stage\n,A,x\n"
    )
    assert portfolio is None
    assert report.faults == (
        "accounts, opportunities: no row can be used; there must be accounts, invoices, open items or opportunities",
    )


@pytest.mark.parametrize(
    "files",
    [
        {"accounts": "account_id\nA\n"},
        {"invoices": INVOICES},
        {"open_items": "account_id,listed_on,due_date,open_amount\nA,2025-01-01,2025-01-01,1\n"},
        {"opportunities": "opportunity_id,account_id,stage\n1,A,new\n"},
    ],
)
def test_each_founding_table_is_enough(tmp_path, files):
    report, portfolio = pass_door(tmp_path, as_of=DAY, **files)
    assert (report.faults, list(portfolio.filled)) == ((), list(files))


def test_a_table_with_a_header_only_is_not_given_and_that_is_said(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices=INVOICES, contacts="contact_id,account_id\n")
    assert not portfolio.has("contacts")
    assert "contacts.csv: no row can be used; the table is taken as not given" in told(report)


# Sets aside


def test_a_required_value_that_does_not_parse_or_is_missing_is_set_aside_with_place_and_remedy(tmp_path):
    lines = INVOICES + "C,2025-02-30,1\nC,2025-02-28,1.000,\nC,2025-02-28,abc\n,2025-02-28,5\nC,,5\n"
    report, portfolio = pass_door(tmp_path, invoices=lines, set_aside=tmp_path / "out")
    assert check_law(report) == {"invoices": 7}
    assert 'invoices.csv, row 4, date: "2025-02-30" is not a day; say how days are written, as in dates = "%d.%m.%Y"' in reasons(
        report
    )
    assert 'invoices.csv, row 6, amount: "abc" is not an amount; map it by values.amount, or write missing' in reasons(report)
    assert "invoices.csv, row 7, account_id: is missing" in reasons(report)
    assert report["invoices"].count("set_aside").money == Decimal("11")
    assert report["invoices"].count("set_aside").not_valued == 1
    aside = (tmp_path / "out" / "invoices.csv").read_text(encoding="utf-8")
    assert 'date ""2025-02-30"" is not a day' in aside and len(aside.splitlines()) == 5
    assert len(ask(portfolio, "FROM invoices")) == 3


def test_one_row_that_cannot_be_used_does_not_stop_the_run(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices=INVOICES, complaints="account_id,opened_on\n,2025-01-01\n")
    assert report.faults == () and not portfolio.has("complaints")


def test_a_repeated_key_is_set_aside_after_ids_are_cleaned(tmp_path):
    toml = "[accounts]\nids = { strip_leading_zeros = true }\n[invoices]"
    lines = lines_of(
        "account_id,date,amount,invoice_id,line_id",
        "1,2025-01-01,1,I,1",
        "1,2025-01-01,2,I,2",
        "1,2025-01-01,4,I,1",
        "1,2025-01-01,8,I,",
        "1,2025-01-01,16,I,",
    )
    report, portfolio = pass_door(tmp_path, toml, accounts="account_id,name\n007,James\n7,Jim\n", invoices=lines)
    assert 'accounts.csv, row 3, account_id: "7" stands in an earlier row' in reasons(report, "accounts")
    assert 'invoices.csv, row 4, invoice_id, line_id: "I 1" stands in an earlier row' in reasons(report)
    assert (report["invoices"].count("kept").money, report["invoices"].count("set_aside").money) == (27, 4)
    assert ask(portfolio, "SELECT name FROM accounts") == [("James",)]


def test_rows_set_aside_stand_as_the_file_has_them(tmp_path):
    lines = 'reason,account_id,date,amount\n=1+1,A,2025-01-01,1\n@x,,2025-01-01,"-12,50"\n'
    pass_door(tmp_path, '[invoices]\ndecimal = ","', invoices=lines, set_aside=tmp_path / "out")
    assert (tmp_path / "out" / "invoices.csv").read_text().splitlines()[
        1
    ] == 'account_id is missing,invoices.csv,3,@x,,2025-01-01,"-12,50",'


def test_rows_set_aside_never_go_into_the_data_folder(tmp_path):
    for folder in (tmp_path, tmp_path / "parts"):
        with pytest.raises(SettingsError, match="holds the data"):
            pass_door(tmp_path, '[invoices]\nfile = "parts"', set_aside=folder, **{"parts/1.csv": INVOICES})


def test_a_target_needs_an_account_or_a_manager(tmp_path):
    lines = lines_of(
        "account_id,manager_id,period,measure,kind,amount",
        "A,,2026,revenue,target,1",
        ",M,2026-q1,Revenue,TARGET,2",
        ",,2026-03,revenue,target,4",
        "A,,Q1 2026,revenue,target,8",
        "A,,2026,profit,target,16",
    )
    report, portfolio = pass_door(tmp_path, invoices=INVOICES, targets=lines)
    assert "targets.csv, row 4, account_id or manager_id: is missing" in reasons(report, "targets")
    assert '"Q1 2026" is not a period such as 2026, 2026-Q1 or 2026-03' in reasons(report, "targets")
    assert '"profit" is not one of revenue, margin' in reasons(report, "targets")
    assert ask(portfolio, "SELECT period, measure, kind FROM targets") == [
        ("2026", "revenue", "target"),
        ("2026-Q1", "revenue", "target"),
    ]


def test_a_yearly_benefit_is_money_or_one_of_three_words(tmp_path):
    lines = "kpi_id;objective_id;name;yearly_cost;yearly_benefit\n1;O;a;1;1.200,50\n2;O;b;1;High\n3;O;c;1;some\n"
    report, portfolio = pass_door(tmp_path, '[kpis]\ndecimal = ","\nthousands = "."\n[invoices]', invoices=INVOICES, kpis=lines)
    assert ask(portfolio, "SELECT yearly_benefit, yearly_cost FROM kpis") == [("1200.50", 1), ("high", 1)]
    assert '"some" is not an amount or one of high, medium, low' in reasons(report, "kpis")


# Keeps and reports


def test_ids_without_a_master_row_are_kept_and_said(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices=INVOICES, accounts="account_id\nA\n")
    assert 'invoices.csv, row 3, account_id: "B" has no row in accounts; kept, its name is unknown' in told(report)
    assert len(ask(portfolio, "FROM invoices")) == 2


def test_optional_values_that_do_not_parse_are_made_unknown_and_said(tmp_path):
    lines = lines_of(
        "account_id,date,amount,quantity,due_date,disputed",
        "A,2025-01-01,1,many,x,maybe",
        "A,2025-01-02,1,2,2025-01-03,YES",
        "A,2025-01-03,1,few,,",
    )
    report, portfolio = pass_door(tmp_path, "[invoices]\n[limits]\nmost_set_aside = 1.0", invoices=lines)
    assert 'invoices.csv, row 2, quantity (first of 2): "many" is not a number; made unknown; map it' in told(report)
    assert 'invoices.csv, row 2, due_date: "x" is not a day; made unknown; say how days are written' in told(report)
    assert '"maybe" is not yes or no; made unknown; map it by values.disputed' in told(report)
    assert ask(portfolio, "SELECT quantity, disputed FROM invoices") == [(None, None), (2.0, True), (None, None)]


def test_values_out_of_their_bounds_are_made_unknown_and_said(tmp_path):
    lines = "opportunity_id,account_id,stage,probability\n1,A,new,60\n2,A,new,0.6\n"
    report, _ = pass_door(tmp_path, as_of=DAY, opportunities=lines)
    assert 'probability: "60" is not a number between 0 and 1; made unknown' in told(report)


def test_whole_rows_repeated_are_kept_where_there_is_no_line_id(tmp_path):
    lines = "account_id,date,amount,invoice_id\nA,2025-01-01,1,I\nA,2025-01-01,1,I\nA,2025-01-01,1,I\nA,2025-01-01,1,J\n"
    report, portfolio = pass_door(tmp_path, invoices=lines)
    assert "invoices.csv, row 3 (first of 2): repeats an earlier row in full; kept" in told(report)
    assert len(ask(portfolio, "FROM invoices")) == 4


def test_rows_after_as_of_are_counted_and_kept_for_later_views(tmp_path):
    report, portfolio = pass_door(tmp_path, as_of=date(2025, 1, 31), invoices=INVOICES)
    assert (report["invoices"].count("after_as_of").rows, report["invoices"].count("after_as_of").money) == (1, -4)
    assert len(ask(portfolio, "FROM invoices")) == 1
    assert len(ask(portfolio.at(DAY), "FROM invoices")) == 2


def test_columns_not_used_are_said_and_further_ones_of_accounts_are_kept(tmp_path):
    accounts = "account_id,employees,Tier,Name,Firm\nA,1 200,gold,x,Acme\nB,,,x,Bcme\n"
    toml = '[accounts]\nthousands = " "\ncolumns = { name = "Firm" }\nvalues.Tier = { gold = "1" }\n[invoices]'
    report, portfolio = pass_door(
        tmp_path, toml, accounts=accounts, invoices="account_id,date,amount,colour\nA,2025-01-01,1,red\n"
    )
    assert report["invoices"].unused == ("colour",)
    assert report["accounts"].unused == ("Name",)
    assert portfolio.further == {"employees": "number", "Tier": "number"}
    assert ask(portfolio, "SELECT name, employees, Tier FROM accounts") == [("Acme", 1200.0, 1.0), ("Bcme", None, None)]


def test_empty_rows_are_passed_over(tmp_path):
    report, _ = pass_door(tmp_path, invoices=INVOICES + ", ,\n\n")
    assert check_law(report) == {"invoices": 2}
    assert "invoices.csv: rows have no cell that is filled and were passed over" in told(report)


def test_a_row_with_cells_in_columns_not_used_only_is_set_aside(tmp_path):
    report, _ = pass_door(tmp_path, invoices="account_id,date,amount,note\nA,2025-01-01,1,\n,,,end of report\n")
    assert report["invoices"].count("set_aside").rows == 1


# As of


def test_as_of_is_asked_for_declared_or_the_last_invoice_date(tmp_path):
    report, _ = pass_door(tmp_path, 'as_of = "2025-03-31"', as_of=DAY, invoices=INVOICES)
    assert (report.as_of, report.as_of_source) == (DAY, "as asked")
    report, _ = pass_door(tmp_path)
    assert (report.as_of, report.as_of_source) == (date(2025, 3, 31), "from kamnb.toml")
    (tmp_path / "kamnb.toml").unlink()
    report, _ = pass_door(tmp_path, invoices=INVOICES + ",2099-01-01,1\nC,2099-01-01,x\n")
    assert (report.as_of, report.as_of_source) == (date(2025, 2, 3), "the last invoice date")


def test_without_any_of_these_as_of_must_be_given(tmp_path):
    report, _ = pass_door(tmp_path, accounts="account_id\nA\n", contacts="contact_id\n1\n")
    assert "as of: no day is given and there is no dated invoice to take it from; give --as-of YYYY-MM-DD" in report.faults
    assert len(report.faults) == 2


# Reconciles


def test_revenue_is_reconciled_with_master_rows_and_the_controllers_totals(tmp_path):
    toml = """
    control.revenue = { "2025" = 103.33, "2025-Q1" = 3.33, "2025-01" = 1.11, "2024" = 0 }
    """
    invoices = "account_id,date,amount\nA,2025-01-01,1.11\nB,2025-02-01,2.22\nA,2025-12-31,100\n" + "".join(
        f"N{n:02},2024-06-01,{n}\n" for n in range(12)
    )
    report, _ = pass_door(tmp_path, toml, as_of=date(2025, 2, 1), accounts="account_id\nA\n", invoices=invoices)
    found = report.reconciliation
    assert found.revenue == Decimal("69.33") and found.with_master == Decimal("1.11")
    assert [account for account, *_ in found.without_master] == [f"N{n:02}" for n in range(11, 2, -1)] + ["B"]
    assert found.control == (
        ("2024", Decimal(0), Decimal("66.00")),
        ("2025", Decimal("103.33"), Decimal("103.33")),
        ("2025-01", Decimal("1.11"), Decimal("1.11")),
        ("2025-Q1", Decimal("3.33"), Decimal("3.33")),
    )
    said = "\n".join(report.say_lines())
    assert "control 2025: controller 103.33, invoices 103.33: agrees to the cent" in said
    assert "control 2024: controller 0.00, invoices 66.00: differs by 66.00" in said


def test_a_controllers_year_is_a_fiscal_year_named_by_its_first_month(tmp_path):
    toml = 'fiscal_year_start = 4\ncontrol.revenue = { "2024" = 1, "2024-Q4" = 1, "2025" = 2, "2025-Q1" = 2, "2025-04" = 2 }'
    report, _ = pass_door(tmp_path, toml, invoices="account_id,date,amount\nA,2025-03-31,1\nA,2025-04-01,2\n")
    assert all(given == found for _, given, found in report.reconciliation.control)


# The report


def test_the_report_can_be_json_and_lines(tmp_path):
    import json

    report, _ = pass_door(tmp_path, invoices=INVOICES + "A,x,1\n", accounts="account_id\nA\n")
    said = json.loads(json.dumps(report.to_dict()))
    assert said["tables"]["invoices"]["rows"] == {"read": 3, "kept": 2, "set_aside": 1, "after_as_of": 0}
    assert said["tables"]["invoices"]["money"][""]["read"] == "7.500000"
    assert list(said["tables"]) == ["accounts", "invoices"]
    assert "invoices (invoices.csv): 3 rows read = 2 kept + 1 set aside + 0 dated later" in report.say_lines()


def test_tables_are_told_in_the_order_of_the_contract(tmp_path):
    files = {name: ",".join(TABLES[name].names) + "\n" for name in reversed(TABLES)}
    report, _ = pass_door(tmp_path, **files)
    assert [table.table for table in report.tables] == list(TABLES)

"""The data contract, sentence by sentence: what stops, what is set aside, what is kept and said, what is reconciled."""

from datetime import date
from decimal import Decimal

import pytest
from folders import check_law, lines_of, pass_door, write_files

from kamnb.data.door import open_portfolio
from kamnb.data.tables import TABLES
from kamnb.errors import DataError, SettingsError

DAY = date(2026, 6, 30)
INVOICES = "account_id,date,amount\nA,2025-01-02,10.50\nB,2025-02-03,-4\n"


def ask(portfolio, query):
    with portfolio.connect() as connection:
        return connection.execute(query).fetchall()


def told(report):
    return "\n".join(map(str, report.remarks))


def reasons(report, table="invoices"):
    return "\n".join(map(str, report[table].reasons))


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
    assert 'contacts.csv, header: column "account_id" is missing; it has contact_id, name: add columns.account_id' in faults
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
    assert (
        'column "amount" is missing; it has account_id, date, amount_net: add columns.amount = "amount_net" to [invoices]'
        in report.faults[0]
    )


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
    assert "contacts.csv: has no rows that can be used; the table is taken as not given" in told(report)


# Sets aside


def test_a_required_value_that_does_not_parse_or_is_missing_is_set_aside_with_place_and_remedy(tmp_path):
    lines = INVOICES + "C,2025-02-30,1\nC,2025-02-28,1.000,\nC,2025-02-28,abc\n,2025-02-28,5\nC,,5\n"
    report, portfolio = pass_door(tmp_path, invoices=lines, set_aside=tmp_path / "out")
    assert check_law(report) == {"invoices": 7}
    assert 'invoices.csv, row 4, date: "2025-02-30" is not a day; say how days are written, as in dates = "%d.%m.%Y"' in reasons(
        report
    )
    assert 'invoices.csv, row 6, amount: "abc" is not an amount; set decimal, thousands or currency_sign' in reasons(report)
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
    report, portfolio = pass_door(tmp_path, invoices=lines)
    assert 'invoices.csv, row 2, quantity (first of 2): "many" is not a number; made unknown; set decimal' in told(report)
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


# Values


@pytest.mark.parametrize(
    ("toml", "text", "value"),
    [
        ("", "1234.5", "1234.50"),
        ("", "-0.5", "-0.50"),
        ("", "+.5", "0.50"),
        ("", "1e3", "1000.00"),
        ("", "(12.50)", "-12.50"),
        ("", "12.50-", "-12.50"),
        ("", "1,234", None),
        ("", "1_000", None),
        ("", "nan", None),
        ("", "1-2", None),
        ('decimal = ","', "12,5", "12.50"),
        ('decimal = ","', "12.5", None),
        ('decimal = ","\nthousands = "."', "-1.234.567,8", "-1234567.80"),
        ('decimal = ","\nthousands = "."', "1.23,5", None),
        ('thousands = ","', "1,234.5", "1234.50"),
        ('thousands = ","', "1,23", None),
        ('thousands = ","', "1234,567", None),
        ('decimal = ","\nthousands = " "', "1 234 567,8", "1234567.80"),
        ('decimal = ","\nthousands = " "', "1\u00a0234\u202f567,8", "1234567.80"),
        ('thousands = "\'"', "1'234.5", "1234.50"),
        ('currency_sign = "$"\nthousands = ","', "$1,234.5", "1234.50"),
        ('currency_sign = "$"', "-$5", "-5.00"),
        ('currency_sign = "$"', "($5)", "-5.00"),
        ('currency_sign = "€"', "5 €", "5.00"),
        ('currency_sign = "EUR"', "\u00a05,0 EUR", None),
    ],
)
def test_amounts_are_read_as_declared_and_never_guessed(tmp_path, toml, text, value):
    lines = f"account_id;date;amount\nA;2025-01-01;{text}\nB;2025-01-01;1\n"
    _, portfolio = pass_door(tmp_path, f"[invoices]\n{toml}", invoices=lines)
    found = dict(ask(portfolio, "SELECT account_id, amount::DECIMAL(18,2)::VARCHAR FROM invoices"))
    assert found.get("A") == value


@pytest.mark.parametrize(
    ("toml", "text", "day"),
    [
        ("", "2025-02-01", "2025-02-01"),
        ("", "2025-02-01T23:59:59.999+03:00", "2025-02-01"),
        ("", "2025-02-01 10:00", "2025-02-01"),
        ("", "2025-02-29", None),
        ("", "01.02.2025", None),
        ("", "2025-02-01 and more", None),
        ('dates = "%d.%m.%Y"', "1.2.2025", "2025-02-01"),
        ('dates = "%d.%m.%Y"', "01.02.2025 14:33:05", "2025-02-01"),
        ('dates = "%d.%m.%Y"', "01.02.25", None),
        ('dates = "%d.%m.%y"', "01.02.25", "2025-02-01"),
        ('dates = "%d.%m.%Y"', "2025-02-01", "2025-02-01"),
        ('dates = "%Y-%d-%m"', "2025-01-02", "2025-02-01"),
        ('dates = "%Y-%d-%m"', "2025-01-13", None),
        ('dates = "%m/%d/%Y"', "2/1/2025 9:05 PM", "2025-02-01"),
        ('dates = ["%d.%m.%Y", "%A, %B %d, %Y"]', "Saturday, February 1, 2025", "2025-02-01"),
        ('dates = ["%d/%m/%Y", "%m/%d/%Y"]', "13/02/2025", "2025-02-13"),
        ('dates = ["%d/%m/%Y", "%m/%d/%Y"]', "02/13/2025", "2025-02-13"),
        ('dates = "%Y%m%d"', "20250201", "2025-02-01"),
        ('dates = "%Y-%m"', "2025-02", "2025-02-01"),
    ],
)
def test_days_are_read_as_declared_and_times_are_cut(tmp_path, toml, text, day):
    lines = f"account_id;date;amount\nA;{text};1\nB;2025-31-12;1\nB;2025-12-31;1\n"
    _, portfolio = pass_door(tmp_path, f"[invoices]\n{toml}", as_of=DAY, invoices=lines)
    found = dict(ask(portfolio, "SELECT account_id, date::VARCHAR FROM invoices"))
    assert found.get("A") == day


def test_columns_constants_values_and_missing_markers(tmp_path):
    toml = """
    [accounts]
    columns = { account_id = "Id", name = "Account  Name", segment = "type", region = "Type" }
    constants = { currency = "usd", key_account = true }
    values.segment = { "1" = "Horeca", "2" = "Retail" }
    values.region = { "1" = "North", "*" = "elsewhere" }
    missing = ["NULL", " n/a "]
    """
    accounts = "Id,Account Name,Type\n1, x ,1\n2,NULL,3\n3,n/a,\n4,\u00a0y\u202f,NULL\n"
    report, portfolio = pass_door(tmp_path, toml, as_of=DAY, accounts=accounts)
    assert ask(portfolio, "SELECT account_id, name, segment, region, currency, key_account FROM accounts") == [
        ("1", "x", "Horeca", "North", "USD", True),
        ("2", None, "3", "elsewhere", "USD", True),
        ("3", None, None, None, "USD", True),
        ("4", "y", None, None, "USD", True),
    ]
    assert report["accounts"].unused == ()


def test_values_for_a_column_that_is_not_there_are_said(tmp_path):
    report, _ = pass_door(tmp_path, '[accounts]\nvalues.Teir = { a = "b" }', as_of=DAY, accounts="account_id,Tier\nA,a\n")
    assert 'values.Teir maps a column that is not there; did you mean "Tier"?' in told(report)


# Ids


def test_ids_live_with_their_zeros_unless_stripped_everywhere(tmp_path):
    files = {
        "accounts": "account_id,parent_id\n007,\n08,007\n000,\n",
        "invoices": "account_id,date,amount\n 7,2025-01-01,1\n008,2025-01-01,2\n",
    }
    _, kept = pass_door(tmp_path / "kept", **files)
    assert ask(kept, "SELECT account_id FROM accounts") == [("007",), ("08",), ("000",)]
    toml = "[accounts]\nids = { strip_leading_zeros = true }\n[invoices]\n[contacts]\nconstants = { account_id = '0007' }"
    _, stripped = pass_door(tmp_path / "stripped", toml, contacts="contact_id\n1\n", **files)
    assert ask(stripped, "SELECT account_id, parent_id FROM accounts") == [("7", None), ("8", "7"), ("0", None)]
    assert ask(stripped, "SELECT account_id FROM invoices UNION ALL SELECT account_id FROM contacts") == [("7",), ("8",), ("7",)]


def test_ids_may_keep_their_blanks(tmp_path):
    toml = "[accounts]\nids = { strip = false }"
    _, portfolio = pass_door(tmp_path, toml, as_of=DAY, accounts="account_id,name\n A, x\nA,y\n")
    assert ask(portfolio, "SELECT account_id, name FROM accounts") == [(" A", "x"), ("A", "y")]


def test_aliases_lead_to_the_account_and_are_said(tmp_path):
    aliases = "system,external_id,account_id\nerp,100,A\nold,99,100\nerp,5,A\ncrm,5,B\nerp,A,B\nx,r1,r2\nx,r2,r1\n"
    invoices = "account_id,date,amount\n100,2025-01-01,1\n99,2025-01-01,2\nA,2025-01-01,4\n5,2025-01-01,8\nr1,2025-01-01,16\n"
    report, portfolio = pass_door(tmp_path, accounts="account_id\nA\nB\n", aliases=aliases, invoices=invoices)
    assert ask(portfolio, "SELECT account_id, sum(amount)::INT FROM invoices GROUP BY 1 ORDER BY 1") == [
        ("5", 8),
        ("A", 7),
        ("r1", 16),
    ]
    assert "invoices.csv, account_id: 2 rows came under other ids: 100 is A, 99 is A" in told(report)
    assert 'aliases, external_id: "5" stands for A and B; left as it is' in told(report)
    assert "r1 -> r2 -> r1 is a ring; left as it is" in told(report)


# Roll-up

FAMILY = lines_of(
    "account_id,parent_id,name,annual_spend,currency",
    "T,,Top,100,EUR",
    "C,T,Child,10,EUR",
    "G,C,Grandchild,1,EUR",
    "O,,Other,5,EUR",
    "X,nowhere,Stray,7,EUR",
    "S,S,Self,3,EUR",
)
SALES = lines_of(
    "account_id,date,amount,currency",
    "T,2025-01-01,1,EUR",
    "C,2025-01-01,2,EUR",
    "G,2025-01-01,4,EUR",
    "O,2025-01-01,8,EUR",
    "X,2025-01-01,16,EUR",
    "g,2025-01-01,32,EUR",
)


def test_accounts_are_reported_as_they_stand(tmp_path):
    report, portfolio = pass_door(tmp_path, accounts=FAMILY, invoices=SALES)
    assert ask(portfolio, "SELECT count(*), sum(annual_spend)::INT FROM accounts") == [(6, 126)]
    assert "adds up" not in told(report)


def test_children_are_added_to_their_top_parent_everywhere_and_listed(tmp_path):
    toml = '[accounts]\nlevel = "parent"\n[invoices]\n[aliases]\n[contacts]'
    files = {
        "accounts": FAMILY,
        "invoices": SALES,
        "aliases": "system,external_id,account_id\nerp,g,G\n",
        "contacts": "contact_id,account_id\n1,G\n",
    }
    report, portfolio = pass_door(tmp_path, toml, **files)
    assert ask(portfolio, "SELECT account_id, name, annual_spend::INT, children FROM accounts") == [
        ("T", "Top", 111, "C, G"),
        ("O", "Other", 5, None),
        ("X", "Stray", 7, None),
        ("S", "Self", 3, None),
    ]
    assert portfolio.further == {"children": "text"}
    assert ask(portfolio, "SELECT account_id, sum(amount)::INT FROM invoices GROUP BY 1 ORDER BY 1") == [
        ("O", 8),
        ("T", 39),
        ("X", 16),
    ]
    assert ask(portfolio, "SELECT account_id FROM contacts") == [("T",)]
    assert "accounts, parent_id: adds up T and its children C, G" in told(report)
    assert 'accounts.csv, row 6, parent_id: "nowhere" has no row in accounts' in told(report)
    assert check_law(report)["accounts"] == 6


@pytest.mark.parametrize("level", ["account", "parent"])
def test_a_ring_of_parents_stops_only_where_it_matters(tmp_path, level):
    toml = f'[accounts]\nlevel = "{level}"'
    report, _ = pass_door(tmp_path, toml, as_of=DAY, accounts="account_id,parent_id\nA,C\nB,A\nC,B\nD,A\nE,\n")
    ring = "A -> C -> B -> A is a ring; one of them must have no parent"
    assert (ring in "\n".join(report.faults)) == (level == "parent")
    assert (ring in told(report)) == (level == "account")


def test_money_of_a_family_in_several_currencies_adds_up_in_the_reporting_one(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2020-01-01" = 0.5 }\n[accounts]\nlevel = "parent"'
    accounts = "account_id,parent_id,annual_spend,currency\nT,,100,EUR\nC,T,10,USD\nU,,8,USD\nV,U,2,USD\n"
    _, portfolio = pass_door(tmp_path, toml, as_of=DAY, accounts=accounts)
    assert ask(portfolio, "SELECT account_id, annual_spend::DOUBLE FROM accounts") == [("T", 105.0), ("U", 5.0)]


# Money


def test_one_currency_needs_no_rates_and_is_the_reporting_one(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices=SALES.replace("EUR", "chf"))
    assert (report.currency, portfolio.currency, report.faults) == ("CHF", "CHF", ())


def test_currencies_mixed_without_a_reporting_one_stop_with_what_to_give(tmp_path):
    report, _ = pass_door(tmp_path, invoices=SALES.replace("8,EUR", "8,USD"))
    assert report.faults == (
        "currency: several are met (EUR in invoices.csv, row 2, currency; USD in invoices.csv, row 5, currency); "
        "give reporting_currency and [rates]",
    )
    assert report["invoices"].count(currency="USD").money == 8


def test_what_is_no_currency_stops(tmp_path):
    report, _ = pass_door(tmp_path, 'reporting_currency = "EUR"', invoices=SALES.replace("8,EUR", "8,Euro"))
    assert report.faults == (
        'invoices.csv, row 5, currency: "EURO" is not a currency code such as EUR; map it by values.currency of [invoices]',
    )


def test_a_rate_holds_from_its_day_until_the_next(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-01" = 0.96, "2025-07-01" = 0.92 }'
    days = ("2025-01-01", "2025-06-30", "2025-07-01", "2026-01-01")
    invoices = (
        "account_id,date,amount,currency\n"
        + "".join(f"A,{day},100,USD\n" for day in days)
        + "A,2024-01-01,7,EUR\nA,2024-01-01,1,\n"
    )
    report, portfolio = pass_door(tmp_path, toml, invoices=invoices)
    assert [float(amount) for (amount,) in ask(portfolio, "SELECT amount FROM invoices")] == [96, 96, 92, 92, 7, 1]
    assert report["invoices"].currencies == ["EUR", "USD"]
    assert "invoices.csv, currency: amounts without a currency are taken as EUR" in told(report)


def test_an_amount_before_the_first_rate_stops(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-02" = 0.96 }'
    report, _ = pass_door(tmp_path, toml, invoices="account_id,date,amount,currency\nA,2025-01-01,1,USD\n")
    assert report.faults == (
        "invoices.csv, row 2, currency: USD is met on 2025-01-01, but its first rate is from 2025-01-02; "
        "add an earlier one to [rates]",
    )


def test_lines_are_not_rounded_before_they_are_summed(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-01" = 0.333333 }'
    invoices = "account_id,date,amount,currency\n" + "A,2025-01-01,0.01,USD\n" * 300
    _, portfolio = pass_door(tmp_path, toml, invoices=invoices)
    assert ask(portfolio, "SELECT round(sum(amount), 2) FROM invoices") == [(Decimal("1.00"),)]


def test_money_of_tables_without_a_currency_is_in_the_reporting_one(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-01" = 0.5 }'
    kpis = "kpi_id,objective_id,name,yearly_cost,yearly_benefit\n1,O,a,10,low\n"
    goals = "goal_id,account_id,goal,budget\n1,A,g,20\n"
    report, portfolio = pass_door(
        tmp_path, toml, invoices="account_id,date,amount,currency\nA,2025-01-01,8,USD\n", kpis=kpis, customer_goals=goals
    )
    assert ask(
        portfolio,
        "SELECT sum(amount)::INT, (SELECT yearly_cost FROM kpis)::INT, (SELECT budget FROM customer_goals)::INT FROM invoices",
    ) == [(4, 10, 20)]
    assert report["kpis"].to_dict()["money"]["EUR"]["kept"] == "10.000000"


def test_the_amount_told_of_opportunities_is_the_one_that_is_given(tmp_path):
    won = "opportunity_id,account_id,stage,amount,won_amount,outcome,closed\n1,A,done,,50,won,2025-01-01\n2,A,open,,,,\n"
    report, _ = pass_door(tmp_path / "won", as_of=DAY, opportunities=won)
    assert (report["opportunities"].amount, report["opportunities"].count().money) == ("won_amount", 50)
    report, _ = pass_door(tmp_path / "both", as_of=DAY, opportunities=won.replace("A,open,", "A,open,7"))
    assert (report["opportunities"].amount, report["opportunities"].count().money) == ("amount", 7)


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
    assert "invoices (invoices.csv): 3 rows read = 2 kept + 1 set aside + 0 after as of" in report.say_lines()


def test_tables_are_told_in_the_order_of_the_contract(tmp_path):
    files = {name: ",".join(TABLES[name].names) + "\n" for name in reversed(TABLES)}
    report, _ = pass_door(tmp_path, **files)
    assert [table.table for table in report.tables] == list(TABLES)

"""Values and ids at the door: read as declared, never guessed, led to the account that they name."""

from datetime import date

import pytest
from folders import ask, pass_door, told

DAY = date(2026, 6, 30)


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
        ('dates = ["%d.%m.%Y", "%d.%m.%y"]', "01.02.25", "2025-02-01"),
        ('dates = ["%d.%m.%y", "%d.%m.%Y"]', "01.02.25", "2025-02-01"),
        ('dates = ["%d.%m.%y", "%d.%m.%Y"]', "01.02.2025", "2025-02-01"),
        ('dates = ["%Y/%m/%d", "%d/%m/%Y", "%d/%m/%y"]', "1/2/25 8:00", "2025-02-01"),
        ('dates = "%Y-%m"', "2025-02", "2025-02-01"),
    ],
)
def test_days_are_read_as_declared_and_times_are_cut(tmp_path, toml, text, day):
    lines = f"account_id;date;amount\nA;{text};1\nB;2025-31-12;1\nB;2025-12-31;1\n"
    _, portfolio = pass_door(tmp_path, f"[invoices]\n{toml}\n[limits]\nmost_set_aside = 1.0", as_of=DAY, invoices=lines)
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
    aliases = "system,external_id,account_id\nerp,100,A\nold,99,100\nerp,5,A\ncrm,5,B\nx,r1,r2\nx,r2,r1\n"
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

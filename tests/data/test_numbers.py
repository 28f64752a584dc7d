"""Numbers as people write them: signs, blanks, marks; and where one does not read, the remedy named reads it."""

import re
import tomllib

import duckdb
import pytest
from folders import check_law, pass_door
from hypothesis import given
from hypothesis import strategies as st
from trying import try_examples

from kamnb.data.numbers import BLANKS, UNSEEN
from kamnb.data.remedies import find_remedy
from kamnb.data.settings import TableSettings
from kamnb.data.tables import TABLES
from kamnb.data.values import parse_value

AMOUNT, QUANTITY, YEAR = TABLES["invoices"]["amount"], TABLES["invoices"]["quantity"], TABLES["wallet"]["year"]
CHANCE, DAY = TABLES["opportunities"]["probability"], TABLES["invoices"]["date"]
NORDIC = {"decimal": ",", "thousands": " "}
INDIAN = {"thousands": "lakh", "currency_sign": "₹"}


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        yield connection


def read(duck, text, column=AMOUNT, **toml):
    value = parse_value("text", column, TableSettings(**toml))
    return duck.execute(f"SELECT {value} FROM (SELECT $1 AS text)", [text]).fetchone()[0]


@pytest.mark.parametrize(
    "text",
    [
        "−30 000,50", "–30 000,50", "\u200e−30 000,50", "30 000,50−", "30\u2009000,50 -", "-30\u2007000,50", "(30\u202f000,50)",
        "( 30 000,50 )", "\u202a-30\u00a0000,50\u202c", "－30 000,50", "30 000,50-", "− 30 000,50",
    ],
)  # fmt: skip
def test_a_minus_is_a_minus_however_it_is_written(duck, text):
    assert [float(read(duck, text, column, **NORDIC)) for column in (AMOUNT, QUANTITY)] == [-30000.5] * 2
    assert read(duck, text.replace(",50", ""), YEAR, **NORDIC) == -30000


@pytest.mark.parametrize("text", ["12,50 Cr", "12,50 CR.", "Cr 12,50", "12,50H", "12,50 Haben", "12,50 C"])
def test_marks_of_credit_are_negative_in_amounts_only(duck, text):
    assert read(duck, text, **NORDIC) == pytest.approx(-12.5)
    assert read(duck, text, QUANTITY, **NORDIC) is None, "2 h are hours, not minus two"


@pytest.mark.parametrize(
    ("text", "toml", "value"),
    [
        ("12,50 S", NORDIC, 12.5),
        ("12,50 Dr", NORDIC, 12.5),
        ("-12,50 H", NORDIC, None),
        ("₹ -2,50,000.00", INDIAN, -250000),
        ("₹ 12,34,567", INDIAN, 1234567),
        ("1,25,00,000.5", INDIAN, 12500000.5),
        ("98,765", INDIAN, 98765),
        ("12,34,567.00", {"thousands": ","}, 1234567),
        ("1,2,345", INDIAN, None),
        ("12,34", INDIAN, None),
        ("1\u2019234\u2019567.5", {"thousands": "'"}, 1234567.5),
        ("1'234.5", {"thousands": "\u2019"}, 1234.5),
        ("1\u00a0234,5", {"decimal": ",", "thousands": "\u202f"}, 1234.5),
        ("Rs.500", {"currency_sign": "Rs"}, 500),
        ("SEK 5", {"currency_sign": ["kr", "SEK"]}, 5),
        ("(US$ 5)", {"currency_sign": ["$", "US$"]}, -5),
        ("-kr 5", {"currency_sign": "Kr"}, -5),
        ("500.-", {}, 500),
        ("500,-", {"decimal": ","}, 500),
        ("١٢٫٥", {}, 12.5),
        ("１２.5", {}, 12.5),
        ("100–200", {}, None),
        ("1 234", {}, None),
    ],
)
def test_numbers_are_read_as_declared(duck, text, toml, value):
    found = read(duck, text, **toml)
    assert (found if found is None else float(found)) == value


def test_fractions_may_be_per_cent_and_whole_numbers_may_end_in_nothing(duck):
    assert [read(duck, text, CHANCE) for text in ("50 %", "0.5", "50", "120 %")] == [0.5, 0.5, None, None]
    assert read(duck, "50 %", QUANTITY) is None
    assert [read(duck, text, YEAR) for text in ("2026.0", "2026", "2026.5")] == [2026, 2026, None]


@try_examples(60)
@given(st.integers(-(10**11), 10**11), st.sampled_from(BLANKS), st.sampled_from(UNSEEN), st.sampled_from("-−–－"), st.booleans())
def test_any_blank_mark_and_minus(duck, cents, blank, mark, minus, behind):
    whole, rest = divmod(abs(cents), 100)
    figures = f"{whole:,}".replace(",", blank) + f",{rest:02}"
    signed = figures if cents >= 0 else f"{figures}{minus}" if behind else f"{minus}{figures}"
    assert read(duck, f"{blank}{mark}{signed}{mark}{blank}", **NORDIC) * 100 == cents


@pytest.mark.parametrize(
    ("text", "column", "toml", "value"),
    [
        ("12,34,567.00", AMOUNT, {}, 1234567),
        ("₹ 1,00,000", AMOUNT, {"thousands": ","}, 100000),
        ("30 000,50 kr", AMOUNT, {}, 30000.5),
        ("1.234.567", AMOUNT, {}, 1234567),
        ("€ 5", QUANTITY, {"decimal": ","}, 5),
        ("CHF 1’234.50", AMOUNT, {}, 1234.5),
        ("руб. 1 000", YEAR, {}, 1000),
    ],
)
def test_the_remedy_names_settings_that_read_it(duck, text, column, toml, value):
    assert read(duck, text, column, **toml) is None
    told = find_remedy(column, [text], TableSettings(**toml))
    setting = re.fullmatch("set (.*) if numbers are written so", told).group(1)
    given_so = toml | tomllib.loads(re.sub(r", (?=\w+ =)", "\n", setting))
    assert float(read(duck, text, column, **given_so)) == value


def test_a_remedy_that_is_not_certain_says_what_each_way_would_mean():
    told = find_remedy(AMOUNT, ["1,234"], TableSettings())
    assert told == 'set decimal = "," (it is then 1.234) or thousands = "," (it is then 1234)'
    assert find_remedy(AMOUNT, ["1,234", "1,5"], TableSettings()) == 'set decimal = "," if numbers are written so'
    assert find_remedy(AMOUNT, ["12.5O0", "1,284.oo"], TableSettings()).startswith("write it so"), "typed for 0"
    assert 'missing = "n/a"' in find_remedy(AMOUNT, ["n/a"], TableSettings())


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["31.01.2026", "01.02.2026"], 'as in dates = "%d.%m.%Y"'),
        (["01/02/2026"], 'as in dates = "%d/%m/%Y" or dates = "%m/%d/%Y"'),
        (["01/02/2026", "01/31/2026"], 'as in dates = "%m/%d/%Y"'),
        (["5 Mar 26"], 'as in dates = "%d.%m.%Y"'),
    ],
)
def test_the_remedy_for_days_names_formats_that_read_them(texts, told):
    assert find_remedy(DAY, texts, TableSettings()) == f"say how days are written, {told}"


def test_a_format_more_is_added_to_those_that_are_declared():
    told = find_remedy(DAY, ["1/31/26"], TableSettings(dates="%m/%d/%Y"))
    assert told == 'say how days are written, as in dates = ["%m/%d/%Y", "%m/%d/%y"]'


def test_amounts_with_marks_are_read_and_said(tmp_path):
    ledger = "account_id,listed_on,due_date,open_amount\nA,2026-06-30,2026-06-01,100.00 S\nA,2026-06-30,2026-06-01,30.00 H\n"
    report, _ = pass_door(tmp_path, open_items=ledger + "B,2026-06-30,2026-06-01,5\n", as_of=None, toml='as_of = "2026-06-30"')
    assert report["open_items"].count("kept").money == 75
    assert check_law(report) == {"open_items": 3}
    assert any("2 rows carry a mark such as" in str(remark) and "S" in str(remark) for remark in report.remarks)


def test_an_empty_cell_can_be_mapped_and_a_value_to_nothing(tmp_path):
    toml = '[invoices]\nvalues.disputed = { "" = "no", x = "yes" }\nvalues.offering_id = { none = "" }\nmissing = "-"'
    lines = "account_id,date,amount,disputed,offering_id\nA,2026-01-01,1,,none\nA,2026-01-02,1,x,P\nA,2026-01-03,1,-,P\n,,,,\n"
    report, portfolio = pass_door(tmp_path, toml, invoices=lines)
    assert report["invoices"].count().rows == 3, "a row without any cell is none, whatever an empty cell means"
    frame = portfolio.read("invoices")
    assert frame["disputed"].tolist() == [False, True, False]
    assert frame["offering_id"].isna().tolist() == [True, False, False]

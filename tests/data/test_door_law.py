"""The law of the door: rows and money read = kept + set aside + dated later, whatever the file holds.

The counts are made by hand from what was written, not from what was read.
"""

import re
import string
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from folders import check_law, pass_door
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from trying import try_examples

DAY = date(2025, 6, 30)
HEADER = ["account_id", "date", "amount", "currency", "invoice_id", "line_id", "note"]
EASY = try_examples(10, suppress_health_check=[HealthCheck.too_slow])

cents = st.integers(-(10**9), 10**9).map(lambda number: Decimal(number) / 100)
names = st.sampled_from(["A", "B", "Ä 1", "007"])
days = st.dates(date(2024, 1, 1), date(2026, 1, 1))
codes = st.sampled_from(["EUR", "USD", ""])


def spell(cells, style):
    quoted = style == "quoted"
    return ",".join(f'"{cell}"' if quoted or "\n" in cell or "," in cell else cell for cell in cells)


@st.composite
def rows(draw):
    """Return (text of the row, status, currency, money, rows that are not valued)."""
    kind = draw(
        st.sampled_from(
            ["good"] * 4 + ["account", "date", "amount", "no amount", "few", "many", "open", "broken", "empty", "blank"]
        )
    )
    day, amount, code = draw(days), draw(cents), draw(codes)
    cells = [draw(names), day.isoformat(), str(amount), code, "", "", draw(st.sampled_from(["", "x, y", "two\nlines", "5' 3"]))]
    status = "after_as_of" if day > DAY else "kept"
    style = draw(st.sampled_from(["quoted", "plain"]))
    known = code or "EUR"
    if kind == "good":
        return spell(cells, style), status, known, amount, 0
    if kind in ("account", "date"):
        cells[HEADER.index("account_id" if kind == "account" else "date")] = "" if kind == "account" else "31.02.2025"
        return spell(cells, style), "set_aside", known, amount, 0
    if kind in ("amount", "no amount"):
        cells[2] = "1,5 EUR" if kind == "amount" else " "
        return spell(cells, style), "set_aside", known, Decimal(0), 1
    if kind == "blank":
        return draw(st.sampled_from([",,,,,,", " , ,,,,,", "", "   "])), None, "", Decimal(0), 0
    text = {
        "few": "A,2025-01-01,1",
        "many": "A,2025-01-01,1,EUR,,,,,x",
        "open": f'"A,2025-01-01,{amount},EUR,,,',
        "broken": '"A"x,2025-01-01,1,EUR,,,',
        "empty": "only this",
    }[kind]
    return text, "set_aside", "EUR", Decimal(0), 1


def count(report):
    """Return rows, money and rows not valued per status and currency, as the door tells them."""
    table = report["invoices"]
    return {key: (each.rows, each.money, each.not_valued) for key, each in table.counts.items() if each.rows}


def count_by_hand(written):
    rows, money, unread = Counter(), Counter(), Counter()
    for _, status, code, amount, not_valued in written:
        if status:
            rows[status, code] += 1
            money[status, code] += amount
            unread[status, code] += not_valued
    return {key: (rows[key], money[key], unread[key]) for key in rows}


@EASY
@given(st.lists(rows(), max_size=25), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_rows_and_money_are_counted_as_by_hand(tmp_path_factory, written, end, closed, rated):
    """Also when the run stops: without rates no amount in USD can be converted."""
    lines = [",".join(HEADER), *(text for text, *_ in written)]
    text = end.join(lines).replace("two\nlines", f"two{end}lines") + (end if closed else "")
    rates = 'rates.USD = { "2020-01-01" = 0.9 }' if rated else ""
    report, _ = pass_door(tmp_path_factory.mktemp("law"), f'reporting_currency = "EUR"\n{rates}', as_of=DAY, invoices=text)
    assert count(report) == count_by_hand(written)
    check_law(report)


@st.composite
def sparse_rows(draw):
    """Return rows whose account and day stand where they change, with what they come to: (text, status, account, money)."""
    account, day, found = "", "", []
    for given_account, given_day, amount in draw(
        st.lists(st.tuples(st.sampled_from(["", "", "A", "B", "M"]), st.one_of(st.just(""), days), cents), max_size=20)
    ):
        if given_account or given_day:  # a row that begins a block has its own day, or none
            account, day = given_account or account, given_day
        status = "set_aside" if not (account and day) else "after_as_of" if day > DAY else "kept"
        found.append((f"{given_account},{given_day},{amount}", status, {"M": "A"}.get(account, account), amount))
    return found


MERGED = {"accounts": "account_id,annual_spend\nA,1\nM,20\nB,300\n", "aliases": "system,external_id,account_id\ncrm,M,A\n"}
LOOSE = "[limits]\nmost_set_aside = 1.0\nmost_without_account = 1.0\n"


@EASY
@given(sparse_rows())
def test_values_of_the_rows_above_and_merged_accounts_lose_no_money(tmp_path_factory, written):
    """M is A by an alias though it still is listed; every amount counts for the account that holds where it stands."""
    toml = f'reporting_currency = "EUR"\n{LOOSE}[accounts]\n[aliases]\n[invoices]\nfill_down = ["account_id", "date"]\n'
    lines = "\n".join(["account_id,date,amount", *(text for text, *_ in written)])
    report, portfolio = pass_door(tmp_path_factory.mktemp("sparse"), toml, as_of=DAY, invoices=lines, **MERGED)
    assert count(report) == count_by_hand([(text, status, "EUR", amount, 0) for text, status, _, amount in written])
    told = {status: report["accounts"].count(status) for status in ("kept", "set_aside")}
    assert {status: (each.rows, each.money) for status, each in told.items()} == {"kept": (2, 301), "set_aside": (1, 20)}
    check_law(report)
    if portfolio:
        sums = Counter()
        for _, status, account, amount in written:
            if status == "kept":
                sums[account] += amount
        with portfolio.connect("invoices") as connection:
            assert dict(connection.execute("SELECT account_id, sum(amount) FROM invoices GROUP BY 1").fetchall()) == sums


@EASY
@given(st.text(alphabet=st.sampled_from('aA1,;\t|."\n\r 5-\0Ж'), max_size=120), st.sampled_from([",", ";", ""]))
def test_no_text_is_too_strange(tmp_path_factory, text, separator):
    toml = f'[invoices]\nseparator = "{separator}"'
    report, portfolio = pass_door(tmp_path_factory.mktemp("text"), toml, as_of=DAY, invoices="account_id,date,amount\n" + text)
    assert (portfolio is None) == bool(report.faults)
    if '"' not in text and separator == ",":
        lines = [line for line in re.split("\r\n|\r|\n", text) if re.sub("[,\\s]", "", line)]
        assert report["invoices"].count().rows == len(lines)
    check_law(report)


@EASY
@given(st.binary(max_size=200), st.sampled_from(["invoices.csv", "accounts.xlsx", "contacts.parquet", "kamnb.toml"]))
def test_no_bytes_are_too_strange(tmp_path_factory, junk, name):
    from kamnb.errors import KamError

    try:
        report, portfolio = pass_door(
            tmp_path_factory.mktemp("bytes"), as_of=DAY, **{name: junk, "opportunities.csv": "opportunity_id\n"}
        )
    except KamError as error:
        assert name == "kamnb.toml" and str(error)
    else:
        assert portfolio is None and report.faults


@EASY
@given(
    st.text(alphabet=string.printable + "äЖ\u00a0", max_size=12),
    st.sampled_from(["date", "amount", "quantity", "disputed", "currency", "account_id"]),
)
def test_no_value_is_too_strange(tmp_path_factory, value, column):
    cells = {"account_id": "A", "date": "2025-01-01", "amount": "1", "quantity": "1", "disputed": "yes", "currency": "EUR"} | {
        column: value
    }
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values())
    toml = '[invoices]\ndates = ["%d.%m.%Y", "%m/%d/%y"]\ncurrency_sign = "$"\nthousands = " "'
    report, _ = pass_door(
        tmp_path_factory.mktemp("value"), toml, as_of=DAY, invoices=f"{','.join(cells)}\n{line}\nB,2025-01-01,1,1,no,EUR\n"
    )
    assert report["invoices"].count().rows == 2
    check_law(report)


@pytest.mark.parametrize("amount", ["999999999999999.999999", "-999999999999999"])
def test_sums_of_the_largest_amounts_are_exact(tmp_path, amount):
    report, _ = pass_door(tmp_path, invoices="account_id,date,amount\n" + f"A,2025-01-01,{amount}\n" * 1000)
    assert report["invoices"].count().money == 1000 * Decimal(amount)


def test_an_amount_too_large_for_exact_sums_is_set_aside(tmp_path):
    report, _ = pass_door(
        tmp_path, invoices=f"account_id,date,amount\nA,2025-01-01,1e15\nA,2025-01-01,{'9' * 60}\nA,2025-01-01,1\n"
    )
    assert report["invoices"].count("set_aside").rows == 2

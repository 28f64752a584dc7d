"""Rows that are sums of other rows are set aside with their sum; honest rows that look like it stay."""

import pytest
from folders import check_law, lines_of, pass_door
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from trying import try_examples

LEDGER = 'as_of = "2026-06-30"\n[open_items]\nconstants = { listed_on = "2026-06-30" }\n'
HEADER = "account_id,due_date,open_amount"


def read_ledger(folder, *rows, header=HEADER, toml=LEDGER, **files):
    return pass_door(folder, toml, open_items=lines_of(header, *rows), **files)


def told(report):
    return "\n".join(map(str, report.remarks))


def kept(portfolio, column="account_id"):
    return portfolio.read("open_items")[column].tolist()


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Grand total", "Summe", "Итого", "Razem", "合計", "Suma"])
@pytest.mark.parametrize("day", ["2026-06-01", ""])
def test_a_total_line_is_set_aside_with_its_sum(tmp_path, word, day):
    report, portfolio = read_ledger(tmp_path, "A,2026-06-01,20.05", "B,2026-06-02,-3.01", "A,2026-06-03,7", f"{word},{day},24.04")
    assert kept(portfolio) == ["A", "B", "A"]
    assert (float(report["open_items"].count("set_aside").money), check_law(report)["open_items"]) == (24.04, 4)
    assert "24.04 is the sum of 3 rows between rows 2 and 4: a total line, set aside" in told(report)


def test_a_total_line_without_an_account_is_one(tmp_path):
    header = "text,account_id,due_date,open_amount"
    rows = [",A,2026-06-01,20", ",B,2026-06-02,3", "Total,,,23", "Итого,,2026-06-30,46"]
    report, portfolio = read_ledger(tmp_path, *rows, header=header)
    assert kept(portfolio) == ["A", "B"]
    assert [(reason.what, reason.rows) for reason in report["open_items"].reasons] == [
        ("is missing", 1),
        ("is the sum of other rows, a total line", 1),
    ]


def test_subtotals_totals_of_totals_and_headings_of_groups(tmp_path):
    rows = [
        "Hotel,,,90", "Hotel:Spa,I1,2026-05-01,60", "Hotel:Bar,I2,2026-05-01,40", "Hotel:Bar,I3,2026-05-01,-10",
        "Total Hotel,,,90", "Quay,I4,2026-05-01,22", "Quay total,,,22", "Subtotal,,,112",
        "North,I5,2026-05-02,5", "North,I6,2026-05-02,6", "Subtotal,,,11", "Grand total,,,123",
    ]  # fmt: skip
    header = "account_id,invoice_id,due_date,open_amount"
    rows = [row.replace(",,,", ",,2026-06-30,") for row in rows]
    report, portfolio = read_ledger(tmp_path, *rows, header=header)
    assert kept(portfolio, "invoice_id") == ["I1", "I2", "I3", "I4", "I5", "I6"]
    assert report["open_items"].count("kept").money == 123
    assert report["open_items"].count("set_aside").rows == 6
    assert '"Hotel" 90.00 is the sum of 3 rows between rows 3 and 5' in told(report)


@pytest.mark.parametrize(
    "rows",
    [
        ["A,2026-06-01,100", "B,2026-06-01,100"],
        ["A,2026-06-01,60", "B,2026-06-01,40", "C,2026-06-01,100"],
        ["A,2026-06-01,60", "B,2026-06-01,40", "Total Energies,2026-06-01,70"],
        ["A,2026-06-01,60", "Total Energies,2026-06-01,60"],
        ["A,2026-06-01,60", "B,2026-06-01,40", "Total Energies,2026-06-01,100"],
        ["A,2026-06-01,60", "B,2026-06-01,40", "Summer Ltd,2026-06-01,100"],
        ["A,2026-06-01,60", "B,2026-06-01,40", "Total,2026-06-01,99"],
    ],
)
def test_no_row_is_taken_for_a_total_by_its_name_or_its_amount_alone(tmp_path, rows):
    report, portfolio = read_ledger(tmp_path, *rows)
    assert len(kept(portfolio)) == len(rows)
    assert ("is called a total" in told(report)) == rows[-1].startswith("Total,")


def test_an_account_that_is_listed_or_numbered_is_no_total(tmp_path):
    rows = ["A,2026-06-01,60", "B,2026-06-01,40", "Total,2026-06-01,100"]
    toml = LEDGER + "[accounts]\n"
    _, portfolio = read_ledger(tmp_path, *rows, toml=toml, accounts="account_id,name\nTotal,Total SA\nA,x\nB,y\n")
    assert kept(portfolio) == ["A", "B", "Total"]
    numbered = [row.replace(",2026", f",I{place},2026") for place, row in enumerate(rows)]
    _, portfolio = read_ledger(tmp_path / "b", *numbered, header="account_id,invoice_id,due_date,open_amount")
    assert kept(portfolio) == ["A", "B", "Total"]


def test_a_payment_on_account_of_a_parent_is_no_heading(tmp_path):
    rows = ["H,,2026-06-30,-100", "H:a,I1,2026-05-01,60", "H:b,I2,2026-05-01,40", "K,,2026-05-01,9", "K:a,I3,2026-05-01,9"]
    _, portfolio = read_ledger(tmp_path, *rows, header="account_id,invoice_id,due_date,open_amount")
    assert len(kept(portfolio)) == 5


def test_a_total_of_the_master_data_is_no_account(tmp_path):
    accounts = "account_id,name,annual_spend\nA,Alfa,10\nB,Beta,5\nTotal,,15\n"
    report, portfolio = pass_door(tmp_path, 'as_of = "2026-06-30"', accounts=accounts)
    assert portfolio.read("accounts")["account_id"].tolist() == ["A", "B"]
    assert report["accounts"].count("set_aside").money == 15


@try_examples(5, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(-(10**7), 10**7).filter(bool), min_size=1, max_size=8), st.integers(0, 3), st.sampled_from(["", "Sum:"])
)
def test_any_ledger_with_its_totals_counts_as_it_does_without(tmp_path_factory, cents, every, word):
    rows, running, block = [], 0, 0
    for place, cent in enumerate(cents):
        rows.append(f"A{place},2026-06-01,{cent / 100:.2f}")
        running, block = running + cent, block + cent
        if every and place % every == 0:
            rows.append(f"Subtotal,,{block / 100:.2f}")
            block = 0
    rows += [f"{word},,{running / 100:.2f}"] if word else []
    report, _ = read_ledger(tmp_path_factory.mktemp("totals"), *rows)
    check_law(report)
    assert float(report["open_items"].count("kept").money) == pytest.approx(running / 100)
    assert report["open_items"].count("kept").rows == len(cents)


def test_a_total_of_each_column_that_was_made_rows_is_one(tmp_path):
    toml = 'reporting_currency = "EUR"\n[invoices]\ndates = "month"\n'
    toml += 'unpivot = { columns = "Jan 2026 .. Feb 2026", into = "date", value = "amount" }'
    sheet = lines_of("account_id,Jan 2026,Feb 2026", "A,1,20", "B,2,30", "Total,3,50", "C,5,", "Grand total,8,51")
    report, _ = pass_door(tmp_path, toml, invoices=sheet)
    assert (float(report["invoices"].count("kept").money), float(report["invoices"].count("set_aside").money)) == (109.0, 61.0)
    assert "is called a total, and its 51.00 is no sum of other rows" in told(report)

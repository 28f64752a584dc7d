"""Shapes of files: every example of docs/how_to/say_shapes.md as it stands there, and its neighbours."""

import re
from datetime import date
from pathlib import Path

import pytest
from folders import ask, check_law, lines_of, pass_door, reasons, told, write_files

from kamnb.data.door import inspect_data

DOC = (Path(__file__).parents[2] / "docs" / "how_to" / "say_shapes.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+) ?([^\n]*)\n(.*?)```\n", re.DOTALL)
DAY = date(2026, 3, 31)


def read_examples():
    """Return the examples of the page: files and settings of each, and the lines that are printed."""
    examples, files = [], {}
    for kind, name, text in BLOCK.findall(DOC):
        if name:
            files[name] = text
        elif kind == "toml":
            files["kamnb.toml"] = text
        else:
            examples.append((files, text.splitlines()))
            files = {}
    return examples


@pytest.mark.parametrize("example", read_examples(), ids=lambda example: "-".join(example[0]))
def test_every_example_of_the_page_does_as_it_says(tmp_path, example):
    files, lines = example
    report, portfolio = inspect_data(write_files(tmp_path, **files))
    assert report.faults == () and portfolio
    check_law(report)
    said = "\n".join(report.say_lines())
    assert [line for line in lines if line not in said] == []


WIDE = "Customer,Jan 2026,Feb 2026,x\nA,1,2,k\n,,,\nB,,-3,l\n"
UNPIVOT = 'columns.account_id = "Customer"\ndates = "month"\nunpivot = { columns = "%s", into = "date", value = "amount" }'


@pytest.mark.parametrize("columns", ["Jan 2026 .. Feb 2026", "Feb 2026..Jan 2026", "* 2026", "jan  2026 .. feb 2026"])
def test_columns_are_named_as_ranges_or_patterns_in_the_order_of_the_file(tmp_path, columns):
    report, portfolio = pass_door(tmp_path, f"[invoices]\n{UNPIVOT % columns}", invoices=WIDE)
    assert ask(portfolio, "SELECT account_id, date::VARCHAR, amount::INT FROM invoices ORDER BY ALL") == [
        ("A", "2026-01-31", 1), ("A", "2026-02-28", 2), ("B", "2026-02-28", -3),
    ]  # fmt: skip
    assert check_law(report) == {"invoices": 3} and "1 blank cell made none" in told(report)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("Jan 2026 .. Mar 2026", 'unpivot.columns names "Mar 2026", which is no column of it; did you mean "Jan 2026"?'),
        ("*2027", 'unpivot.columns "*2027" fits no column'),
    ],
)
def test_columns_that_are_not_there_stop(tmp_path, columns, said):
    report, _ = pass_door(tmp_path, f"[invoices]\n{UNPIVOT % columns}", as_of=DAY, invoices=WIDE)
    assert len(report.faults) == 1 and said in report.faults[0]


def test_a_cell_that_does_not_read_and_a_header_that_is_no_month_are_set_aside_with_file_and_line(tmp_path):
    lines = "Customer,Jan 2026,Fob 2026\nA,1,2\nB,n/a,4\nC,1,2\n"
    limits = "[limits]\nmost_set_aside = 0.9\n"
    report, _ = pass_door(tmp_path, f"{limits}[invoices]\n{UNPIVOT % 'Jan 2026 ..'}", as_of=DAY, invoices=lines)
    assert 'row 3, amount: "n/a" is not an amount' in reasons(report)
    assert 'row 2, date (first of 3): "Fob 2026" is not a day' in reasons(report) and "(amount 8.00)" in reasons(report)
    assert check_law(report) == {"invoices": 6}


def test_a_line_that_is_no_row_of_a_wide_file_counts_once(tmp_path):
    lines = WIDE + "C,1,2,3,4,5\n"
    report, _ = pass_door(tmp_path, f"[invoices]\n{UNPIVOT % '* 2026'}", invoices=lines)
    assert report["invoices"].count("set_aside").rows == 1 and report["invoices"].count().rows == 4


def test_a_column_that_is_there_already_cannot_be_made(tmp_path):
    report, _ = pass_door(
        tmp_path, f"[invoices]\n{UNPIVOT % 'Jan 2026'}", as_of=DAY, invoices="Customer,amount,Jan 2026\nA,1,2\n"
    )
    assert report.faults == ('invoices.csv, header: unpivot makes "amount", which is a column already',)


MONTHS = ["202601", "2026-01", "2026/1", "01/2026", "1.2026", "Jan 2026", "jan-26", "JANUARY 2026", "Januar 2026", "Jän. 2026",
          "janv. 2026", "enero 2026", "янв 2026", "2026 Jan", "2026-01-15", "2026M01"]  # fmt: skip
QUARTERS = [
    "2026-Q1",
    "2026Q1",
    "Q1 2026",
    "q1/26",
    "1. Quartal 2026",
    "T1 2026",
    "1 кв. 2026",
    "1 trim 2026",
]


@pytest.mark.parametrize(("name", "texts", "last"), [("month", MONTHS, "2026-01-31"), ("quarter", QUARTERS, "2026-03-31")])
def test_months_and_quarters_are_read_in_every_way_they_are_written(tmp_path, name, texts, last):
    lines = lines_of("account_id,date,amount", *(f"A,{text},1" for text in texts))
    _, portfolio = pass_door(tmp_path, f'[invoices]\ndates = "{name}"', as_of=date(2026, 6, 30), invoices=lines)
    assert ask(portfolio, "SELECT DISTINCT date::VARCHAR, count(*) FROM invoices GROUP BY 1") == [(last, len(texts))]


def test_months_are_periods_and_what_is_no_month_is_none(tmp_path):
    rows = [f"A,{text},revenue,target,1" for text in ("Jan 2026", "2026-13", "Mon 2026")]
    lines = lines_of("account_id,period,measure,kind,amount", *rows)
    toml = '[limits]\nmost_set_aside = 1\n[targets]\ndates = "month"'
    _, portfolio = pass_door(tmp_path, toml, as_of=DAY, accounts="account_id\nA\n", targets=lines)
    assert ask(portfolio, "SELECT period FROM targets") == [("2026-01",)]


def test_a_month_that_does_not_read_is_answered_with_the_setting(tmp_path):
    report, _ = pass_door(tmp_path, as_of=DAY, invoices="account_id,date,amount\nA,Jan 2026,1\nA,Feb 2026,1\n")
    assert 'dates = "month"' in report.faults[0]


def test_where_leaves_out_before_anything_is_judged(tmp_path):
    """A budget of next year must not set the day, nor a test record stop the run."""
    rows = ["A,2026-01-31,5,actual", "A,2027-12-31,9,Budget ", "Z,never,oops,TEST 1", "Z,2026-01-05,2.5,test", ",,,"]
    lines = lines_of("account_id,date,amount,kind", *rows)
    toml = '[invoices]\nwhere.kind = { not = ["budget", "test*"] }'
    report, _ = pass_door(tmp_path, toml, set_aside=tmp_path / "out", invoices=lines)
    assert report.faults == () and report.as_of == date(2026, 1, 31) and check_law(report) == {"invoices": 4}
    assert 'row 3, kind (first of 3): left out by where: "Budget", "TEST 1", "test" (amount 11.50)' in reasons(report).replace(
        '"Budget "', '"Budget"'
    )
    assert report["invoices"].count("set_aside").not_valued == 1
    aside = (tmp_path / "out" / "invoices.csv").read_text()
    assert 'kind "TEST 1" is left out by where' in aside.replace('""', '"') and aside.count("\n") == 4


def test_where_that_fits_no_row_is_said_and_one_that_names_no_column_stops(tmp_path):
    toml = '[invoices]\nwhere.%s = ["actual", "actul"]'
    lines = "account_id,date,amount,kind\nA,2026-01-31,5,actual\n"
    report, _ = pass_door(tmp_path / "a", toml % "kind", invoices=lines)
    assert 'where names "actul", which no row has' in told(report)
    report, _ = pass_door(tmp_path / "b", toml % "kid", as_of=DAY, invoices=lines)
    assert 'where names "kid", which is no column of it; did you mean "kind"?' in report.faults[0]


def test_rows_of_one_key_that_differ_are_said(tmp_path):
    lines = "account_id,region,name\nA,North,x\nA,South,x\nA,,x\nB,East,y\n"
    report, _ = pass_door(tmp_path, "[accounts]\nonce = true", as_of=DAY, accounts=lines)
    assert report.faults == () and report["accounts"].count("kept").rows == 2
    assert "accounts.csv, region: differs from that of the first row of its key, which counts" in told(report)


def test_a_second_file_with_doubles_strangers_and_other_ids_is_counted(tmp_path):
    files = {
        "accounts.csv": "account_id,name\n007,x\n8,y\n",
        "more.csv": "id,name,segment\n7,z,Hotels\n7,z,Retail\n9,z,Spa\n1,2,3,4\n",
    }
    toml = '[accounts]\nbeside = { file = "more.csv", on = ["account_id", "id"] }\nids = { strip_leading_zeros = true }'
    report, portfolio = pass_door(tmp_path, toml, as_of=DAY, **files)
    assert ask(portfolio, 'SELECT account_id, name, segment, "name (more.csv)" FROM accounts ORDER BY 1') == [
        ("7", "x", "Hotels", "z"), ("8", "y", None, None),
    ]  # fmt: skip
    said = "1 row without a row in more.csv; 1 row of more.csv without one here; 1 row of more.csv with the id of an earlier one"
    assert said in told(report) and "1 line of more.csv that cannot be read as rows" in told(report)
    report, _ = pass_door(tmp_path, toml.replace("more.csv", "nix.csv"), as_of=DAY, **files)
    assert "accounts: nix.csv: no such file" in report.faults[0]


def test_debit_and_credit_of_one_row_are_netted_and_what_does_not_read_is_set_aside(tmp_path):
    lines = "account_id,listed_on,D,C\nA,2026-01-31,10,4\nA,2026-01-31,,3.5\nA,2026-01-31,x,1\nA,2026-01-31,,\nA,2026-01-31,-2,\n"
    toml = '[limits]\nmost_set_aside = 1\n[open_items]\ndebit_credit.open_amount = ["D", "%s"]'
    report, portfolio = pass_door(tmp_path, toml % "C", as_of=DAY, open_items=lines)
    assert ask(portfolio, "SELECT open_amount::DOUBLE FROM open_items ORDER BY 1") == [(-3.5,), (-2,), (6,)]
    assert 'open_amount: "x" is not an amount' in reasons(report, "open_items") and "is missing" in reasons(report, "open_items")
    report, _ = pass_door(tmp_path, toml % "H", as_of=DAY, open_items=lines)
    assert 'column "H" (debit_credit.open_amount of [open_items]) is missing' in report.faults[0]


def test_scales_bound_what_they_read_and_a_scale_of_nothing_is_said(tmp_path):
    ratings = "account_id,criterion,score,rated_on\nA,p,1,2026-01-01\nA,q,3,2026-01-01\nA,p,9,2026-01-02\n"
    toml = "[limits]\nmost_set_aside = 1\n[scales]\np = [1, 6]\n'*' = [0, 100]\nstaff = [5, 1]\nnix = [1, 2]"
    report, portfolio = pass_door(tmp_path, toml, as_of=DAY, accounts="account_id,staff\nA,2\nB,7\n", ratings=ratings)
    assert ask(portfolio, "SELECT criterion, score FROM ratings ORDER BY 1") == [("p", 0.0), ("q", 0.3)]
    assert ask(portfolio, "SELECT staff FROM accounts ORDER BY account_id") == [(7.5,), (None,)]
    assert 'score: "9" is not a number within its scale' in reasons(report, "ratings")
    assert "1 are beyond it and unknown" in told(report) and "[scales] nix is no criterion" in told(report)


def test_two_header_rows_need_not_begin_the_file(tmp_path):
    lines = "My report\n,,2026,\nId,When,Net,Cost\nA,2026-01-31,5,3\n"
    toml = (
        '[invoices]\nheader_row = [2, 3]\ncolumns = { account_id = "Id", date = "When", amount = "2026 Net", cost = "2026 Cost" }'
    )
    report, portfolio = pass_door(tmp_path, toml, invoices=lines)
    assert ask(portfolio, "SELECT cost::INT FROM invoices") == [(3,)] and check_law(report) == {"invoices": 1}


@pytest.mark.parametrize(("pattern", "rows"), [("x/**/*.csv", 2), ("x/*/b.csv", 1), ("x/*.csv", 0)])
def test_files_are_found_by_a_pattern(tmp_path, pattern, rows):
    line = "account_id,date,amount\nA,2026-01-31,5\n"
    toml = f'[invoices]\nfile = "{pattern}"'
    report, _ = pass_door(tmp_path, toml, as_of=DAY, **{"x/a/a.csv": line, "x/b/b.csv": line})
    assert rows == (report["invoices"].count().rows if report.tables else 0)
    assert bool(rows) or f"invoices: {pattern}: no file below" in report.faults[0]


@pytest.mark.parametrize(
    ("table", "header", "row", "remedy"),
    [
        ("ratings", "account_id,criterion,score,rated_on", "A,Trust,80,2026-01-01", 'as in [scales] "*" = [0, 100]'),
        ("ratings", "account_id,criterion,score,rated_on", "A,Trust,17,2026-01-01", 'as in [scales] "*" = [0, 20]'),
        ("targets", "account_id,period,measure,kind,amount", "A,FY25,revenue,target,5", 'values.period = { "FY25" = "2025" }'),
        ("targets", "account_id,period,measure,kind,amount", "A,01/2026,revenue,target,5", 'dates = "month"'),
        ("invoices", "account_id,date,amount", "A,15.03.,5", 'dates = "%d.%m." and year = 2026'),
        ("invoices", "account_id,date,amount", "A,infinity,5", '"infinity" is not a day; say how days are written, as in dates'),
        ("invoices", "account_id,date,amount", "A,2026-03-15,1-2-3", 'values.amount = { "1-2-3" = "" }'),
        ("wallet", "account_id,year,likely,competitor_share", "A,2026,5,40", "write it as a fraction or with a percent sign"),
    ],
)
def test_the_remedy_is_the_shape_that_reads_it(tmp_path, table, header, row, remedy):
    report, _ = pass_door(tmp_path, 'as_of = "2026-03-31"', accounts="account_id\nA\n", **{table: lines_of(header, row)})
    assert remedy in "\n".join([*report.say_lines(), *report.faults])


def test_scales_that_are_alike_are_said_together(tmp_path):
    toml = 'as_of = "2026-03-31"\nscales = { Price = [0, 100], Trust = [0, 100], "*" = [1, 5] }'
    rows = [f"A,{criterion},{score},2026-01-01" for criterion, score in (("Price", 50), ("Trust", 100), ("Care", 5))]
    report, _ = pass_door(
        tmp_path, toml, accounts="account_id\nA\n", ratings=lines_of("account_id,criterion,score,rated_on", *rows)
    )
    said = [each for each in map(str, report.remarks) if "scale" in each]
    assert [each.partition("score: ")[2] for each in said] == [
        "Price, Trust are on a scale from 0 (0 points) to 100 (10 points)",
        "all other answers are on a scale from 1 (0 points) to 5 (10 points)",
    ]


@pytest.mark.parametrize("text", ["infinity", "-Infinity", "epoch", " EPOCH"])
def test_words_that_a_database_takes_for_days_are_none(tmp_path, text):
    sales = lines_of("account_id;date;amount", f"A;{text};5", "A;31.01.2026;6")
    report, _ = pass_door(tmp_path, '[invoices]\ndates = "%d.%m.%Y"\n[limits]\nmost_set_aside = 1', invoices=sales)
    assert f'"{text.strip()}" is not a day' in reasons(report) and float(report["invoices"].count("kept").money) == 6

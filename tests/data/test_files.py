"""Files of every kind, found and read: encodings, separators, headers, Excel, Parquet, folders, SQL."""

import gzip
import os
import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from folders import check_law, pass_door, read_invoices, read_names, write_book, write_files

from kamnb.data.text import read_header, read_records

DAY = date(2026, 6, 30)
LINES = "account_id,date,amount\nA1,2025-01-02,10.50\nA2,2025-02-03,-4\n"
READ = [("A1", date(2025, 1, 2), "10.50"), ("A2", date(2025, 2, 3), "-4.00")]


def write_parquet(path, query):
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


@pytest.mark.parametrize("separator", [";", "|", "\t", ","])
def test_the_separator_is_found_in_the_header_or_declared(tmp_path, separator):
    lines = LINES.replace(",", separator)
    report, found = pass_door(tmp_path / "found", invoices=lines)
    assert read_invoices(found) == READ
    assert any("found in the header" in str(remark) for remark in report.remarks) == (separator != ",")
    shown = separator.replace("\t", "\\t")
    _, declared = pass_door(tmp_path / "declared", f'[invoices]\nseparator = "{shown}"', invoices=lines)
    assert read_invoices(declared) == READ


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16-le", "utf-8"])
def test_an_encoding_can_be_declared(tmp_path, encoding):
    lines = "account_id;name\nA1;ООО Ромашка\nA2;ЗАО Берёза\n".encode(encoding)
    _, portfolio = pass_door(tmp_path, f'[accounts]\nencoding = "{encoding}"', as_of=DAY, accounts=lines)
    assert read_names(portfolio) == ["ООО Ромашка", "ЗАО Берёза"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_honoured_before_what_is_declared(tmp_path, encoding):
    lines = "account_id;name\nA1;Müller\n".encode(encoding)
    _, portfolio = pass_door(tmp_path, '[accounts]\nencoding = "cp1252"', as_of=DAY, accounts=lines)
    assert read_names(portfolio) == ["Müller"]


def test_what_is_not_utf8_stops_with_the_row_and_what_to_say(tmp_path):
    report, portfolio = pass_door(tmp_path, as_of=DAY, accounts="account_id,name\nA1,x\nA2,Müller\n".encode("cp1252"))
    assert portfolio is None
    assert report.faults[0] == 'accounts.csv, row 3: is not UTF-8; say what it is, as in encoding = "cp1252"'


def test_a_wrong_or_unknown_encoding_stops(tmp_path):
    lines = "account_id,name\nA1,Müller\n".encode("cp1252")
    report, _ = pass_door(tmp_path / "a", '[accounts]\nencoding = "ascii"', as_of=DAY, accounts=lines)
    assert "accounts.csv: is not ascii" in report.faults[0]
    for unknown in ("cp1251x", "base64"):
        report, _ = pass_door(tmp_path / unknown, f'[accounts]\nencoding = "{unknown}"', as_of=DAY, accounts=lines)
        assert f'accounts.csv: encoding "{unknown}" is unknown' in report.faults[0]


def test_packed_files_are_read_whatever_their_encoding(tmp_path):
    names = gzip.compress("account_id;name\nA1;Ромашка\n".encode("cp1251"))
    toml = '[accounts]\nencoding = "cp1251"\n[invoices]'
    report, portfolio = pass_door(tmp_path, toml, **{"accounts.csv.gz": names, "invoices.csv.gz": gzip.compress(LINES.encode())})
    assert (report.faults, read_names(portfolio)) == ((), ["Ромашка"])
    assert read_invoices(portfolio) == READ


@pytest.mark.parametrize(
    "damaged", [b"not packed at all", gzip.compress(LINES.encode() * 99, mtime=0)[:60], b"\x1f\x8b\x08\x00" + b"\xff" * 40]
)
def test_a_damaged_packed_file_stops(tmp_path, damaged):
    report, _ = pass_door(tmp_path, **{"invoices.csv.gz": damaged})
    assert "invoices.csv.gz: cannot be unpacked" in report.faults[0]


def test_the_header_may_stand_below_other_lines(tmp_path):
    above = 'Sales report\n"of, the\nyear"\n'
    report, portfolio = pass_door(tmp_path, "[invoices]\nheader_row = 4", invoices=above + LINES + "A3,x,1\n")
    assert read_invoices(portfolio) == READ
    assert report["invoices"].reasons[0].row == 7


def test_empty_lines_above_the_header_are_passed_over(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices="\n\n" + LINES + "A3,x,1\n")
    assert read_invoices(portfolio) == READ
    assert report["invoices"].reasons[0].row == 6


def test_a_file_may_have_no_header(tmp_path):
    toml = '[invoices]\nheader_row = 0\ncolumns = { account_id = "column1", date = "column2", amount = "column3" }'
    _, portfolio = pass_door(tmp_path, toml, invoices=LINES.split("\n", 1)[1])
    assert read_invoices(portfolio) == READ


@pytest.mark.parametrize(("row", "said"), [(9, "has no line 9"), (2, "line 2 is empty")])
def test_a_header_that_is_not_there_stops(tmp_path, row, said):
    report, _ = pass_door(tmp_path, f"[invoices]\nheader_row = {row}", invoices="report\n\n" + LINES)
    assert report.faults[0] == f"invoices.csv: {said}; a header is needed"


def test_a_header_may_span_lines_and_repeat_names(tmp_path):
    lines = 'account_id,date,"amount\nEUR",note,note,_seq\nA1,2025-01-02,10.50,x,y,z\nA2,2025-02-03,-4,x,y,z\n'
    report, portfolio = pass_door(tmp_path, '[invoices]\ncolumns = { amount = "Amount EUR" }', invoices=lines)
    assert read_invoices(portfolio) == READ
    assert report["invoices"].unused == ("note", "note (2)", "_seq (2)")
    assert 'invoices.csv: column "note" stands more than once; it is called "note (2)"' in map(str, report.remarks)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(tmp_path, end):
    _, portfolio = pass_door(tmp_path, invoices=LINES.replace("\n", end))
    assert read_invoices(portfolio) == READ


def test_lines_may_end_in_several_ways(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices="account_id,date,amount\r\nA1,2025-01-02,10.50\nA2,2025-02-03,-4\rB,x,1")
    assert read_invoices(portfolio) == READ
    assert report["invoices"].reasons[0].row == 4


def test_lines_that_are_no_rows_are_set_aside_with_their_place_and_text(tmp_path):
    lines = (
        LINES
        + 'A3,2025-01-01\nA4,2025-01-01,1,2\nA5,2025-01-01,7,\n"A6"x,2025-01-01,1\n'
        + '"A\n7",2025-01-01,"8"\nA8,"2025-01-01,9\nA9,2025-01-01,9\n'
    )
    report, portfolio = pass_door(tmp_path, invoices=lines, set_aside=tmp_path / "out" / "set_aside")
    assert {(reason.what, reason.row) for reason in report["invoices"].reasons} == {
        ("has fewer fields than the header's 3", 4),
        ("has more fields than the header's 3", 5),
        ("something follows a closing quote", 7),
        ("a quote is opened and not closed", 10),
    }
    assert [account for account, *_ in read_invoices(portfolio)] == ["A1", "A2", "A5", "A\n7", "A9"]
    assert check_law(report) == {"invoices": 9}
    aside = (tmp_path / "out" / "set_aside" / "invoices.csv").read_text(encoding="utf-8").splitlines()
    assert aside[0] == "reason,file,row,account_id,date,amount,line"
    assert aside[1] == 'has fewer fields than the header\'s 3,invoices.csv,4,,,,"A3,2025-01-01"'


def test_a_stray_quote_costs_its_own_line_only(tmp_path):
    rows = [f"A{n},2025-01-01,1" for n in range(500)]
    rows[10] = '"A10,2025-01-01,1'
    rows[400] = 'A400,2025-01-01,"1'
    report, _ = pass_door(tmp_path, invoices="account_id,date,amount\n" + "\n".join(rows))
    assert (report["invoices"].count("kept").rows, report["invoices"].count("set_aside").rows) == (498, 2)


def test_quotes_inside_a_cell_are_part_of_it(tmp_path):
    report, portfolio = pass_door(tmp_path, as_of=DAY, accounts='account_id,name\nA,5" pipes\nB,"the ""best"""\nC,x\n\n')
    assert read_names(portfolio) == ['5" pipes', 'the "best"', "x"]
    assert check_law(report) == {"accounts": 3}


def test_a_row_with_a_huge_cell_is_set_aside_from_every_kind_of_file(tmp_path):
    """The same row, whether the file is read at DuckDB's speed, line by line, from Parquet or by a query."""
    huge = "x" * 200_000
    lines = f'account_id,name,note\nA,"{huge}",\nB,y,{"z" * 100_000}\n'
    write_parquet(tmp_path / "it.parquet", f"SELECT unnest(['A', 'B']) AS account_id, unnest(['{huge}', 'y']) AS name")
    parquet = (tmp_path / "it.parquet").read_bytes()
    sql = "[accounts]\nfile = 'accounts.csv'\nsql = \"SELECT account_id, repeat(name, 200000) AS name FROM source\"\n"
    ways = {
        "fast": ("", {"accounts": lines}), "by line": ("", {"accounts": lines + '"C\n",y,\n"D,y,\n'}),
        "parquet": ("", {"accounts.parquet": parquet}), "sql": (sql, {"accounts": "account_id,name\nA,x\nB,\n"}),
    }  # fmt: skip
    for way, (toml, files) in ways.items():
        report, portfolio = pass_door(tmp_path / way, toml, as_of=DAY, **files)
        assert report["accounts"].reasons[0].what == "a cell is longer than 131,072 characters", way
        assert read_names(portfolio) == (["y", "y"] if way == "by line" else [None] if way == "sql" else ["y"]), way
        check_law(report)


@pytest.mark.parametrize("body", ['""\n', '","\n', "x\n"])
def test_a_cell_of_many_lines_costs_what_its_lines_cost(tmp_path, body):
    """Quotes within an open cell are looked at once: 2 MB of them took minutes when all of the cell was read for each line."""
    path = tmp_path / "accounts.csv"
    path.write_text('account_id,name\nA,"' + body * (400_000 // len(body)) + '"\nB,y\n')
    before = os.times()
    records = list(read_records(path, read_header(path, "", None)))
    assert os.times().user - before.user < 3 and records[-1].cells == ["B", "y"]


def test_null_bytes_are_characters_like_others(tmp_path):
    report, _ = pass_door(tmp_path, invoices=LINES + "A\0 3,2025-01-01,1\nA4,2025-01-01,\0\n\n")
    assert (report["invoices"].count("kept").rows, report["invoices"].count("set_aside").rows) == (3, 1)


@pytest.mark.parametrize(
    "junk", [b"\x89PNG\r\n\x1a\n\x00\xff", b"PK\x03\x04\xff\xfe", bytes(range(256)), b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe"]
)
@pytest.mark.parametrize("name", ["invoices.csv", "invoices.xlsx", "invoices.parquet", "invoices.csv.gz"])
def test_junk_under_any_name_stops_without_a_traceback(tmp_path, junk, name):
    report, portfolio = pass_door(tmp_path, **{name: junk})
    assert portfolio is None
    assert report.faults[0].startswith(name)


def test_excel_sheets_are_read_as_their_csv_would_be(tmp_path):
    rows = [
        [None, None],
        [],
        ["Kunde", "Datum", "Betrag", "bezahlt", "gesperrt", None],
        [1001, datetime(2025, 1, 2), 10.5, datetime(2025, 2, 1, 12, 30), True],
        ["0042", date(2025, 2, 3), -4, "03.03.2025", False],
        [None, None, None],
        [7.0, "03.04.2025", "1.234,5", None, None],
    ]
    write_book(tmp_path / "sales.xlsx", {"Other": [["x"]], "Sales 2025": rows})
    toml = """
    [invoices]
    file = "sales.xlsx#Sales 2025"
    decimal = ","
    thousands = "."
    dates = "%d.%m.%Y"
    columns = { account_id = "Kunde", date = "Datum", amount = "Betrag", paid_date = "bezahlt", disputed = "gesperrt" }
    """
    report, portfolio = pass_door(tmp_path, toml)
    assert read_invoices(portfolio, "account_id, date, amount::DOUBLE, disputed") == [
        ("1001", date(2025, 1, 2), 10.5, True),
        ("0042", date(2025, 2, 3), -4.0, False),
        ("7", date(2025, 4, 3), 1234.5, None),
    ]
    assert check_law(report) == {"invoices": 3}


def test_faults_in_a_sheet_name_its_row(tmp_path):
    write_book(
        tmp_path / "invoices.xlsx",
        {
            "A": [
                [],
                ["account_id", "date", "amount"],
                ["A", date(2025, 1, 2), 1],
                [],
                ["B", "soon", 1, "extra"],
                ["C", "soon", 1],
            ]
        },
    )
    report, _ = pass_door(tmp_path)
    assert {(reason.file, reason.row, reason.what[:8]) for reason in report["invoices"].reasons} == {
        ("invoices.xlsx", 5, "has more"),
        ("invoices.xlsx", 6, "is not a"),
    }


def test_formulas_count_by_their_saved_value_and_without_one_stop(tmp_path):
    write_book(tmp_path / "invoices.xlsx", {"A": [["account_id", "date", "amount"], ["A", date(2025, 1, 2), "=1+1"]]})
    report, _ = pass_door(tmp_path)
    assert report.faults[0] == "invoices.xlsx: cell C2 is a formula without a saved value; open the file in Excel and save it"


def test_a_sheet_that_is_not_there_stops(tmp_path):
    write_book(tmp_path / "book.xlsx", {"One": [["account_id"]], "Two": [["x"]]})
    report, _ = pass_door(tmp_path, '[accounts]\nfile = "book.xlsx#Three"', as_of=DAY)
    assert report.faults[0] == 'book.xlsx#Three: no sheet "Three"; there are One, Two'


def test_a_file_whose_name_has_a_hash_is_no_sheet(tmp_path):
    _, portfolio = pass_door(tmp_path, '[invoices]\nfile = "in#1.csv"', **{"in#1.csv": LINES})
    assert read_invoices(portfolio) == READ


def test_parquet_is_read_as_its_csv_would_be(tmp_path):
    write_parquet(
        tmp_path / "invoices.parquet",
        "SELECT 7 AS account_id, TIMESTAMPTZ '2025-01-02 23:59:59+00' AS date, 10.50::DECIMAL(9,2) AS amount, 1e-7 AS quantity, "
        "true AS disputed, "
        "2::DOUBLE AS invoice_id, 'nan'::DOUBLE AS cost, 'x' AS \"od\"\"d\", [1, 2] AS list, '_' AS _row",
    )
    report, portfolio = pass_door(tmp_path)
    columns = "account_id, date, amount::DOUBLE, quantity, disputed, invoice_id, cost"
    assert read_invoices(portfolio, columns) == [("7", date(2025, 1, 2), 10.5, 1e-7, True, "2", None)]
    assert report["invoices"].unused == ('od"d', "list", "_row (2)")


def test_a_folder_of_like_files_is_one_table(tmp_path):
    write_parquet(
        tmp_path / "invoices" / "c.parquet", "SELECT 'A3' AS ACCOUNT_ID, DATE '2025-03-04' AS date, 7 AS amount, 'n' AS note"
    )
    report, portfolio = pass_door(
        tmp_path,
        **{
            "invoices/a.csv": LINES,
            "invoices/b.csv": "amount;date;account_id\n1;x;B\n",
            "invoices/.hidden.csv": "?",
            "invoices/notes.md": "?",
        },
    )
    assert read_invoices(portfolio)[:2] == READ
    assert report["invoices"].files == ("a.csv", "b.csv", "c.parquet")
    assert (report["invoices"].reasons[0].file, report["invoices"].reasons[0].row) == ("b.csv", 2)
    assert "a.csv: has no column note, which others of the table have" in map(str, report.remarks)
    assert check_law(report) == {"invoices": 4}


def test_a_list_of_files_is_one_table(tmp_path):
    _, portfolio = pass_door(
        tmp_path,
        '[invoices]\nfile = ["y/2.csv", "1.csv"]',
        **{"y/2.csv": LINES, "1.csv": "account_id,date,amount\nZ,2025-01-01,1\n"},
    )
    assert [account for account, *_ in read_invoices(portfolio)] == ["A1", "A2", "Z"]


def test_a_folder_may_be_called_like_a_file_and_like_a_table(tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "contract.pdf").write_bytes(b"%PDF")
    report, portfolio = pass_door(tmp_path, **{"invoices.csv/part.csv": LINES})
    assert read_invoices(portfolio) == READ
    assert [table.table for table in report.tables] == ["invoices"]


def test_a_table_that_is_there_twice_stops(tmp_path):
    report, _ = pass_door(tmp_path, **{"invoices.csv": LINES, "Invoices.txt": LINES})
    assert (
        report.faults[0] == "invoices: found more than once, as Invoices.txt and invoices.csv; keep one, or name it in kamnb.toml"
    )


def test_what_is_named_and_not_there_stops_all_at_once(tmp_path):
    toml = '[accounts]\nfile = "Accounts.csv"\n[invoices]\nfile = ["none.csv", "sales.doc", "empty"]\n[contacts]'
    (tmp_path / "empty").mkdir()
    report, _ = pass_door(tmp_path, toml, **{"accounts.csv": "account_id\n", "sales.doc": ""})
    told = "\n".join(report.faults)
    assert f"accounts: Accounts.csv: no such file below {tmp_path}; there is accounts.csv" in told
    assert "none.csv: no such file" in told
    assert "sales.doc: files of this kind are not read; save it as .csv, .xlsx or .parquet" in told
    assert "folder empty holds no file that can be read" in told
    assert "contacts: no file contacts.csv" in told


def test_files_that_belong_to_no_table_are_said_and_a_folder_without_any_stops(tmp_path):
    report, _ = pass_door(tmp_path, **{"kunden.csv": "a\n"})
    assert report.faults[0].startswith(f"{tmp_path}: holds none of accounts, invoices, open_items, opportunities")
    assert "kunden.csv: not read, its name is not that of a table" in map(str, report.remarks)


def test_where_a_file_is_named_only_tables_with_a_section_are_read(tmp_path):
    named = '[invoices]\nfile = "invoices.csv"'
    report, _ = pass_door(tmp_path, named, invoices=LINES, accounts="account_id\nA1\n")
    assert [table.table for table in report.tables] == ["invoices"]


def test_a_file_that_may_not_be_read_stops_with_the_reason(tmp_path, monkeypatch):
    opened = Path.open

    def refuse(path, *arguments, **options):
        if path.name == "invoices.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **options)

    write_files(tmp_path, accounts="", invoices=LINES)
    monkeypatch.setattr(Path, "open", refuse)
    report, _ = pass_door(tmp_path, as_of=DAY)
    assert report.faults == ("accounts.csv: is empty", "invoices.csv: cannot be read: Permission denied")


def test_nothing_but_what_is_kept_is_ever_written_into_the_data_folder(tmp_path):
    write_book(tmp_path / "accounts.xlsx", {"A": [["account_id"], ["A1"]]})
    write_files(
        tmp_path,
        "[accounts]\n[contacts]\nsql = \"select * from read_csv('more.csv')\"\n[invoices]\nencoding = 'cp1252'",
        invoices=LINES + "ü,x\n",
        **{"more.csv": "contact_id,account_id\nC,A1\n"},
    )
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    here = sorted(Path().iterdir())
    _, portfolio = pass_door(tmp_path)
    with portfolio.connect() as connection:
        connection.execute("SELECT * FROM invoices ORDER BY random()").fetchall()
    shutil.rmtree(tmp_path / ".kamnb")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert sorted(Path().iterdir()) == here


def test_a_table_of_very_many_columns_costs_seconds(tmp_path):
    """Of 1,500 columns of accounts each is looked at; a number beyond all bounds makes none of its column."""
    wide = [f"c{n}" for n in range(1_500)]
    rows = [["account_id", *wide], *([f"A{n}", *(["1.5"] * 1_498), "x", "1e400"] for n in range(5))]
    before = os.times()
    _, portfolio = pass_door(tmp_path, as_of=DAY, accounts="\n".join(map(",".join, rows)))
    assert os.times().user - before.user < 10  # 25 when the reading of a number was planned for each
    assert [portfolio.further[name] for name in ("c0", "c1497", "c1498", "c1499")] == ["number", "number", "text", "text"]


def test_more_columns_than_any_table_has_are_refused(tmp_path):
    report, _ = pass_door(tmp_path, invoices="account_id,date,amount" + ",c" * 17_000 + "\n")
    assert "invoices.csv: has 17,003 columns, more than the 16,384 that are read; say the separator" in report.faults[0]


def test_a_header_of_a_name_without_end_is_none(tmp_path):
    report, _ = pass_door(tmp_path, invoices="account_id,date,amount," + "x" * 20_000 + "\nA,2025-01-01,1,\n")
    assert "line 1 is no header: a name in it has 20,000 characters" in report.faults[0]

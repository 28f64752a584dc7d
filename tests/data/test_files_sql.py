"""A table by SQL over the files: what it sees, and what it may not reach."""

import os
import shutil
import signal
import threading
from datetime import date, datetime
from pathlib import Path

import pytest
from folders import check_law, pass_door, read_invoices, read_names, write_book, write_files

from kamnb.data.door import inspect_data

DAY = date(2026, 6, 30)
LINES = "account_id,date,amount\nA1,2025-01-02,10.50\nA2,2025-02-03,-4\n"


SALES = "ResellerKey|OrderDate|Sales|Cost\n1|2025/01/02|10,5|7\n2|2025/02/03|4|2\n2|2025/02/03\n"
QUERY = """
[invoices]
file = "Sales.csv"
separator = "|"
decimal = ","
dates = "%Y/%m/%d"
"""


def test_sql_joins_derives_and_filters_and_the_mapping_applies_to_its_result(tmp_path):
    toml = f"""{QUERY}
    sql = '''
      select k.code, s.OrderDate, s.Sales, try_cast(s.Cost as decimal(9,1)) / 2 as half -- a comment
      from source s join read_csv('keys.csv', all_varchar = true) k on k.key = s.ResellerKey
      where OrderDate <= strftime($as_of, '%Y/%m/%d'); -- another '''
    columns = {{ account_id = "code", date = "OrderDate", amount = "Sales", cost = "half" }}
    """
    report, portfolio = pass_door(
        tmp_path, toml, as_of=date(2025, 1, 31), **{"Sales.csv": SALES, "keys.csv": "key,code\n1,A\n2,B\n"}
    )
    assert read_invoices(portfolio, "account_id, date, amount::DOUBLE, cost::DOUBLE") == [("A", date(2025, 1, 2), 10.5, 3.5)]
    assert check_law(report) == {"invoices": 2}
    assert report["invoices"].reasons[0].what == "has fewer fields than the header's 4"


def test_sql_sees_what_we_decode_and_needs_no_file(tmp_path):
    write_book(tmp_path / "book.xlsx", {"S": [["id", "wert"], ["Ä", 5]]})
    toml = """
    [accounts]
    file = "book.xlsx"
    sql = "select id as account_id, typeof(wert) as name, from source"
    [contacts]
    sql = "select 'C1' as contact_id, 'Ä' as account_id, $as_of as left_on"
    """
    report, portfolio = pass_door(tmp_path, toml, as_of=DAY)
    assert (report.faults, read_names(portfolio)) == ((), ["VARCHAR"])
    assert portfolio.read("contacts")["left_on"].tolist() == [datetime(2026, 6, 30)]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("copy (select 1) to 'x.csv'", "must be one SELECT and nothing else"),
        ("select 1; select 2", "must be one SELECT and nothing else"),
        ("create table x as select 1", "must be one SELECT"),
        ("attach 'x.duckdb'", "must be one SELECT"),
        ("install excel", "must be one SELECT"),
        ("set memory_limit = '1GB'", "must be one SELECT"),
        ("", None),
        ("-- nothing", "must be one SELECT"),
        ("selec 1", "syntax error"),
        ("select nothing from source", "nothing"),
        ("select $other", "other"),
        ("select * from read_csv('/etc/passwd')", "a query reaches only files below"),
        ("select * from read_text('../outside.txt')", "a query reaches only files below"),
        ("select * from read_text('link.txt')", "a query reaches only files below"),
        ("select * from glob('/etc/*')", "a query reaches only files below"),
        ("select * from 'https://example.org/x.csv'", "a query reaches only files below"),
        ("select * from read_parquet('s3://bucket/x')", "a query reaches only files below"),
        ("select * from pandas_frame", "does not exist"),
        ("select 1 / 0 as account_id, error('stop') as x", "stop"),
    ],
)  # fmt: skip
def test_sql_reaches_nothing_beyond_the_data_and_changes_nothing(tmp_path, sql, said):
    pandas_frame = [1]
    data = write_files(tmp_path / "data", invoices=LINES)
    (tmp_path / "outside.txt").write_text("secret")
    (data / "link.txt").symlink_to(tmp_path / "outside.txt")
    before = sorted(tmp_path.rglob("*"))
    here = Path.cwd()
    report, portfolio = pass_door(data, f"[invoices]\nsql = '''{sql}'''")
    assert pandas_frame and Path.cwd() == here
    shutil.rmtree(data / ".kamnb", ignore_errors=True)
    assert [path for path in sorted(tmp_path.rglob("*")) if path.name != "kamnb.toml"] == before
    if said is None:
        assert portfolio is not None
    else:
        assert portfolio is None
        assert report.faults[0].startswith("invoices.sql: ")
        assert said in report.faults[0]


def test_faults_of_sql_and_of_files_are_said_together(tmp_path):
    toml = "[accounts]\nsql = 'select'\n[contacts]\nsql = 'select x'\n[invoices]"
    report, _ = pass_door(tmp_path, toml, accounts="account_id\nA\n", contacts="a\n", invoices="")
    assert [fault.split(":")[0] for fault in report.faults] == ["invoices.csv", "accounts.sql", "contacts.sql"]


@pytest.mark.parametrize("endless", ["(SELECT sum(range) FROM range(10000000000000))", "range(10000000000000)"])
def test_a_query_without_end_is_stopped_when_its_time_is_up(tmp_path, endless):
    toml = f"[limits]\nquery_seconds = 0.2\n[invoices]\nfile = 'invoices.csv'\nsql = 'SELECT source.* FROM source, {endless}'"
    report, portfolio = pass_door(tmp_path, toml, invoices="account_id,date,amount\nA,2025-01-01,1\n")
    assert portfolio is None and threading.active_count() == 1
    assert report.faults[0].startswith("invoices.sql: was stopped after 0.2 seconds; ") and "query_seconds" in report.faults[0]


def test_ctrl_c_ends_a_query(tmp_path):
    """DuckDB looks for it between some of its steps only, so it is asked to stop."""
    toml = "[invoices]\nfile = 'invoices.csv'\nsql = 'SELECT source.* FROM source, range(10000000000000)'"
    files = write_files(tmp_path, toml, invoices="account_id,date,amount\nA,2025-01-01,1\n")
    clock = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    clock.start()
    with pytest.raises(KeyboardInterrupt):
        inspect_data(files)
    clock.join()

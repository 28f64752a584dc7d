import re
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from folders import ask, lines_of, told, write_files

from kamnb.data.door import inspect_data, open_portfolio
from kamnb.data.settings import load_settings
from kamnb.errors import DataError, SettingsError

FILES = {
    "accounts": lines_of("account_id,name", "01,Ann", "02,Bob"),
    "invoices": lines_of("invoice_id,account_id,date,amount,currency", "1,01,2026-01-31,10.50,EUR", "2,02,2026-02-28,7,EUR"),
}
ROWS = "SELECT invoice_id, account_id, date, amount::VARCHAR, currency FROM invoices ORDER BY invoice_id"


@pytest.fixture
def there(tmp_path):
    """The folder of a workbook in which only accounts are files, and the rows that invoices have as a file."""
    whole = ask(open_portfolio(write_files(tmp_path / "whole", **FILES)), ROWS)
    return write_files(tmp_path / "part", accounts=FILES["accounts"]), whole


class Reader:
    """A reader of Arrow as any library has one: it gives a stream, and nothing else."""

    def __init__(self, relation):
        self.relation = relation

    def __arrow_c_stream__(self, requested_schema=None):
        return self.relation.__arrow_c_stream__(requested_schema)


def make_frame():
    return pd.DataFrame(
        {"invoice_id": [1, 2], "account_id": ["01", "02"], "date": [date(2026, 1, 31), date(2026, 2, 28)],
         "amount": [Decimal("10.50"), Decimal(7)], "currency": "EUR"}
    )  # fmt: skip


def test_readers_of_arrow_and_frames_are_read_as_files_are(there):
    folder, whole = there
    query = (
        "SELECT * FROM (VALUES (1, '01', DATE '2026-01-31', 10.50::DECIMAL(9,2), 'EUR'), (2, '02', DATE '2026-02-28', 7, 'EUR')) "
        "AS t(invoice_id, account_id, date, amount, currency)"
    )
    with duckdb.connect() as connection:
        assert ask(open_portfolio(folder, tables={"invoices": Reader(connection.sql(query))}), ROWS) == whole
    assert ask(open_portfolio(folder, tables={"invoices": make_frame()}), ROWS) == whole


def test_a_connection_or_a_cursor_of_any_driver_is_read(there):
    folder, whole = there
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE bills (invoice_id, account_id, date, amount REAL, currency)")
        connection.executemany(
            "INSERT INTO bills VALUES (?, ?, ?, ?, ?)",
            [(1, "01", "2026-01-31", 10.5, "EUR"), (2, "02", "2026-02-28", 7.0, "EUR")],
        )
        pair = open_portfolio(folder, tables={"invoices": (connection, "SELECT * FROM bills")})
        assert ask(pair, ROWS) == whole
        with closing(connection.execute("SELECT * FROM bills")) as cursor:
            assert ask(open_portfolio(folder, tables={"invoices": cursor}), ROWS) == whole
        with pytest.raises(DataError, match="invoices: the rows that were handed in cannot be had: no such table: nowhere"):
            open_portfolio(folder, tables={"invoices": (connection, "SELECT * FROM nowhere")})
        with closing(connection.execute("CREATE TABLE empty (a)")) as cursor, pytest.raises(DataError, match="has no rows"):
            open_portfolio(folder, tables={"invoices": cursor})


def test_settings_hold_for_what_is_handed_in(tmp_path):
    folder = write_files(
        tmp_path,
        '[accounts]\nfile = "customers.csv"\n[invoices]\nfile = "lost.csv"\ndecimal = ","\nconstants = { currency = "EUR" }\n'
        'columns = { account_id = "who", date = "day", amount = "total" }\n',
        **{"customers.csv": FILES["accounts"]},
    )
    rows = [("01", date(2026, 1, 31), 1234.5, None), ("02", date(2026, 1, 30), Decimal("1E+3"), True), ("02", None, 5, False)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (who, day, total, paid)")
        connection.executemany(
            "INSERT INTO t VALUES (?, ?, ?, ?)", [(who, str(day), float(total), paid) for who, day, total, paid in rows]
        )
        report, portfolio = inspect_data(folder, tables={"invoices": (connection, "SELECT * FROM t")})
    assert ask(portfolio, "SELECT sum(amount)::DECIMAL(9,2)::VARCHAR FROM invoices") == [("2234.50",)]
    assert report["invoices"].count("set_aside").rows == 1
    assert not (folder / ".kamnb").exists()  # what is handed in is another each time
    assert "lost.csv" not in told(report)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"invoice": []}, 'there is no table "invoice"; did you mean "invoices"'),
        ({"invoices": [{"amount": 1}]}, "invoices is list; hand in a reader or table of Arrow"),
    ],
)
def test_what_cannot_be_taken_is_said(there, tables, words):
    with pytest.raises(SettingsError, match=words):
        open_portfolio(there[0], tables=tables)


def test_the_how_to_of_databases_runs(tmp_path, monkeypatch):
    text = (Path(__file__).parents[2] / "docs" / "how_to" / "read_a_database.md").read_text(encoding="utf-8")
    toml, code = (re.search(f"```{kind}\n(.*?)```", text, re.S).group(1) for kind in ("toml", "python"))
    assert load_settings(write_files(tmp_path / "asked", toml)).tables["invoices"].since == "date"
    write_files(tmp_path / "mine", accounts=FILES["accounts"])
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect("erp.db")) as connection:
        connection.execute("CREATE TABLE invoices (invoice_id, account_id, date, amount, currency)")
        connection.execute("INSERT INTO invoices VALUES ('1', '01', '2026-01-31', 10, 'EUR')")
        connection.commit()
    known = {}
    exec(code, known)
    known["connection"].close()
    assert list(known["analysis"].accounts.index) == ["01", "02"]

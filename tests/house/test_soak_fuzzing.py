"""Tables, settings and queries that nobody would write, by seeds: ``make soak``; the law of the door is what tells.

Nothing but a `KamError` is raised, every row that was written is accounted for, every amount that reads is summed to the cent, no
line of a message is without end, and what JSON is made of is JSON. What passes the door is scored, too.
"""

import csv
import io
import json
import os
import random
import re
from collections import Counter
from decimal import Decimal

import duckdb
import pytest
from folders import check_law, write_files

from kamnb.analysis import analyse, choose_criteria
from kamnb.data.door import inspect_data
from kamnb.data.settings import list_presets
from kamnb.data.tables import TABLES
from kamnb.errors import LONGEST_LINE, KamError

pytestmark = pytest.mark.soak
SEEDS = [int(seed) for seed in os.environ.get("KAMNB_SEEDS", "1 2 3").split()]
ROUNDS = int(os.environ.get("KAMNB_ROUNDS", "60"))

PLAIN = {
    "date": ["2026-01-31", "2025-06-30", "2024-02-29"],
    "money": ["12.50", "-3", "1000000.01"],
    "number": ["1", "2.5", "7"],
    "whole": ["2026", "3"],
    "yesno": ["yes", "no"],
    "period": ["2026", "2026-Q1", "2026-03"],
    "worth": ["100", "high"],
}
ODD = [
    "",
    " ",
    "x" * 300,
    "y" * 140_000,
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "1e-400",
    "0x1F",
    "1,5 EUR",
    "31.02.2025",
    "9999-12-31",
    "0001-01-01",
    "-1",
    "--",
    "=1+1",
    "'; DROP TABLE t_accounts; --",
    "\u202eabc",
    "\ufeff",
    "\x00",
    "a\nb",
    'a"b',
    "a,b",
    "ß",
    "漢",
    "\U0001f600",
    "\u0301",
    "%",
    "_",
    "{}",
    "$as_of",
    "99999999999999999999999999",
    "1.2.3",
    "true",
    "None",
    "null",
    "<b>",
    "\\",
    "/etc/passwd",
    "A\u00a0B",
]
QUERIES = [
    "SELECT * FROM source",
    "SELECT * FROM source WHERE 1 = 0",
    "SELECT *, 1 AS account_id FROM source",
    "SELECT 1",
    "SELECT",
    "SELECT NULL AS account_id, * FROM source",
    "DROP TABLE source",
    "SELECT * FROM source; SELECT 1",
    "SELECT * FROM nowhere",
    "SELECT account_id, DATE '2026-01-01' AS date, 'nan'::DOUBLE AS amount FROM source",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT account_id, [1, 2] AS amount, {'a': 1} AS date FROM source",
    "SELECT * FROM source ORDER BY error('no')",
    "SELECT account_id, date, amount::DOUBLE / 0 AS amount FROM source",
    "COPY source TO '/tmp/x'",
    "ATTACH '/tmp/x'",
    "SELECT source.* FROM source, range(100000000000)",
    "SELECT * FROM source WHERE date <= $as_of",
    "SELECT $nothing FROM source",
    "SELECT count(*) AS account_id, interval 1 day AS date, 1::HUGEINT AS amount FROM source",
    "WITH s AS (SELECT 1) SELECT * FROM s",
]
VALUES = [
    '""',
    '"x"',
    "1",
    "-1",
    "0",
    "nan",
    "inf",
    "1e400",
    "true",
    "[]",
    '["a", "b"]',
    "{}",
    '{ a = "b" }',
    "2026-01-01",
    '"EUR"',
    '","',
    '"."',
]


def write_value(draw, column, odd):
    if draw.random() < odd:
        return draw.choice(ODD)
    if column.one_of:
        return draw.choice(column.one_of)
    if column.kind == "text":
        return draw.choice(["EUR", "USD", ""]) if column.name == "currency" else draw.choice("ABCDE")
    return draw.choice(PLAIN[column.kind])


def draw_table(draw, name, odd, wild):
    table = TABLES[name]
    columns = [each for each in table.columns if each.required or each.name in table.either or draw.random() < 0.5]
    if wild and draw.random() < 0.2:
        columns = columns[1:]
    rows = [[write_value(draw, each, odd) for each in columns] for _ in range(draw.randrange(1, 40))]
    return [[each.name for each in columns], *rows]


def spell(draw, rows, name, folder, wild):
    """Write a table in a format of chance, now and then with bytes that were damaged; return its file."""
    kind = draw.choice(["csv", "csv", "csv", "parquet", "xlsx", "csv.gz"])
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=draw.choice(["\n", "\r\n", "\r"])).writerows(rows)
    content = buffer.getvalue().encode(draw.choice(["utf-8", "utf-16", "cp1252"] if wild else ["utf-8"]), errors="replace")
    if kind == "parquet" and rows[0]:
        path = folder / "made.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        cells = ", ".join(
            f"[{', '.join(repr_sql(cell) for cell in column)}]::VARCHAR[]" for column in zip(*rows[1:], strict=True)
        )
        names = ", ".join(f'"{column}"' for column in rows[0])
        with duckdb.connect() as connection:
            made = (
                f"SELECT {', '.join(f'unnest({each})' for each in split_lists(cells))}"
                if cells
                else "SELECT " + ", ".join("''" for _ in rows[0])
            )
            connection.execute(f"COPY (SELECT * FROM ({made}) AS t({names})) TO '{path}' (FORMAT parquet)")
        content = path.read_bytes()
        path.unlink()
    elif kind == "xlsx":
        content = write_sheet(rows)
    elif kind == "csv.gz":
        import gzip

        content = gzip.compress(content)
    else:
        kind = "csv"
    return f"{name}.{kind}", damage(draw, content) if wild else content


def repr_sql(text):
    return "'" + text.replace("'", "''").replace("\0", "") + "'"


def split_lists(cells):
    return [each + "::VARCHAR[]" for each in cells.removesuffix("::VARCHAR[]").split("::VARCHAR[], ")]


def write_sheet(rows):
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, place, re.sub(r"[\x00-\x08]", "", cell)[:32_000])
    return buffer.getvalue()


def damage(draw, content):
    if draw.random() > 0.3 or not content:
        return content
    changed = bytearray(content)
    for _ in range(draw.choice([1, 3, 30])):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed[: draw.randrange(len(changed))] if draw.random() < 0.3 else changed)


TAME = {
    "encoding": '"utf-8"',
    "separator": '","',
    "decimal": '"."',
    "thousands": '" "',
    "dates": '["%d.%m.%Y", "month"]',
    "year": "2026",
    "header_row": "1",
    "missing": '["None", "--"]',
    "fill_down": '["account_id"]',
    "columns.currency": '"currency"',
    "once": "false",
    "constants.currency": '"EUR"',
    "values.currency": '{ USD = "EUR" }',
    "where.account_id": '{ not = ["E*"] }',
}


def draw_settings(draw, names, wild):
    """Return settings that may stand so; of wild ones, others too."""
    lines = ['reporting_currency = "EUR"', "rates.USD = { 2020-01-01 = 0.9 }"] if draw.random() < 0.9 else []
    lines += ["as_of = 2026-06-30"] if draw.random() < 0.9 else []
    if wild and draw.random() < 0.3:
        lines.append(f'preset = "{draw.choice(list_presets())}"')
    if wild and draw.random() < 0.4:
        key = draw.choice(
            ["as_of", "fiscal_year_start", "reporting_currency", "preset", "unknown", "scales.x", "control.revenue.2025"]
        )
        lines = [line for line in lines if not line.startswith(key)] + [f"{key} = {draw.choice(VALUES)}"]
    lines.append("[limits]\nquery_seconds = 1.0" + draw.choice(["", "\nmost_set_aside = 1.0\nmost_without_account = 1.0"]))
    for name in names:
        if draw.random() < 0.4:
            lines.append(f"[{name}]\nfile = '{name}.*'" if draw.random() < 0.2 else f"[{name}]")
            keys = draw.sample(sorted(TAME), draw.randrange(3))
            lines += [f"{key} = {draw.choice(VALUES) if wild else TAME[key]}" for key in keys]
            if draw.random() < (0.4 if wild else 0.15):
                lines.append(f"sql = {json.dumps(draw.choice(QUERIES))}")
    return "\n".join(lines)


def require_law(folder, root=None):
    """Hold what must hold of any folder; return the report, None where the settings are refused."""
    try:
        report, portfolio = inspect_data(folder)
    except KamError as error:
        require_short(str(error))
        return None
    check_law(report)
    require_short("\n".join([*report.say_lines(), *report.faults]))
    json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert (portfolio is None) == bool(report.faults)
    if portfolio:
        try:
            analysis = analyse(portfolio, choose_criteria(portfolio, folder).criteria)
            assert len(analysis.scores) == len(analysis.accounts)
        except KamError as error:
            require_short(str(error))
    return report


def require_short(text):
    assert text.strip() and max(map(len, text.split("\n"))) <= LONGEST_LINE + 2, text[:3000]


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_written_is_read_or_refused_in_words(tmp_path, seed):
    passed = 0
    for turn in range(ROUNDS):
        draw = random.Random(f"{seed}-{turn}")
        names = [*draw.sample(sorted({*TABLES} - {"accounts", "invoices"}), draw.randrange(4)), "accounts", "invoices"]
        wild, folder = turn % 3 == 0, tmp_path / str(turn)
        odd = draw.choice([0.02, 0.3]) if wild else draw.choice([0, 0.02])
        files = dict(spell(draw, draw_table(draw, name, odd, wild), name, folder, wild) for name in names)
        toml = draw_settings(draw, names, wild) if draw.random() < 0.8 else ""
        write_files(folder, toml, **files)
        try:
            report = require_law(folder)
            passed += bool(report and not report.faults)
        except Exception as error:
            raise AssertionError(f"seed {seed}, turn {turn}: {type(error).__name__}: {error}\n{toml}\n{sorted(files)}") from error
    assert passed > ROUNDS / 10, "what never passes the door tries nothing behind it"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_and_cent_is_accounted_for(tmp_path, seed):
    """Counted by hand from what was written, in text and in Excel; amounts are plain, or no amounts at all."""
    for turn in range(ROUNDS // 2):
        draw, folder = random.Random(f"cents-{seed}-{turn}"), tmp_path / str(turn)
        rows = [
            [
                draw.choice(["A", "B", "", "Ä 1", "y" * 200]),
                draw.choice(["2026-01-31", "2027-01-01", "", "31.02.2025"]),
                draw.choice(["1.10", "-2.25", "0.01", "99999999.99", "", "abc", "1,5 EUR"]),
                draw.choice(["EUR", "USD", ""]),
                draw.choice(["", "a\nb", 'a"b', "a,b", "5' 3", "z" * 140_000 if turn % 5 == 0 else "z"]),
            ]
            for _ in range(draw.randrange(1, 60))
        ]
        table = [["account_id", "date", "amount", "currency", "note"], *rows]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n", quoting=draw.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])).writerows(table)
        sheet = draw.random() < 0.3
        files = {"invoices.xlsx": write_sheet(table)} if sheet else {"invoices.csv": text.getvalue().encode()}
        write_files(folder, 'as_of = 2026-06-30\nreporting_currency = "EUR"\nrates.USD = { 2020-01-01 = 0.9 }', **files)
        report = require_law(folder)
        money, count = Counter(), 0
        for account, day, amount, code, note in rows:
            if not any((account, day, amount, code, note)):
                continue
            count += 1
            if re.fullmatch(r"-?\d+\.\d+", amount) and (sheet or len(note) < 140_000):
                money[code or "EUR"] += Decimal(amount)
        told = report["invoices"]
        found = {code: told.count(currency=code).money for code in told.currencies}
        where = f"seed {seed}, turn {turn}"
        assert told.count().rows == count, where
        assert {code: total for code, total in found.items() if total} == {
            code: total for code, total in money.items() if total
        }, where

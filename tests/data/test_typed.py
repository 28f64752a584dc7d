"""Columns with a kind of their own: the same content gives the same, whether it comes as text or as values."""

import random
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from kamnb.data import kinds, parsing, reading, repeats
from kamnb.data.door import inspect_data
from kamnb.data.portfolio import Portfolio
from kamnb.data.report import DoorReport

DOUBLES = [
    "'nan'",
    "'inf'",
    "'-inf'",
    "0.1",
    "64.7156165",
    "8194.3688135",
    "-12.5",
    "1e15",
    "-1e20",
    "1e-7",
    "2.6750005",
    "123456789012.1234567",
    "-0.0",
    "5",
]
DECIMALS = ["0.1", "-12.5", "99999999999999999", "999999999999999.4999999", "0.0000005", "-0.0000015", "1200.0000000", "5"]
WHOLES = ["7", "-3", "0", "9223372036854775807", "123456789"]
DAYS = ["'2025-03-01'", "'2024-02-29'", "'2026-12-31'", "'0999-12-31'", "'1000-01-01'", "'12000-01-01'", "'infinity'"]
MOMENTS = ["'2025-03-01 00:00:00'", "'2025-03-01 23:59:59.5'", "'0500-01-01 10:00:00'", "'2026-08-01 07:00:00'"]

SHAPES = {
    "kinds": {
        "account_id": ("BIGINT", ["1", "2", "17"]), "date": ("DATE", [*DAYS[:3] * 5, *DAYS]), "amount": ("DOUBLE", DOUBLES),
        "cost": ("DECIMAL(38,10)", DECIMALS), "quantity": ("INTEGER", WHOLES[:3]), "due_date": ("TIMESTAMP", MOMENTS),
        "disputed": ("BOOLEAN", ["true", "false"]), "note": ("VARCHAR", ["'x'", "' '"]),
    },
    "others": {
        "account_id": ("VARCHAR", ["'A'", "' B '", "'Ä'", "''"]), "date": ("TIMESTAMP", MOMENTS),
        "amount": ("DECIMAL(38,7)", DECIMALS), "cost": ("BIGINT", WHOLES), "quantity": ("DECIMAL(15,3)", ["0.1", "-2.5", "100"]),
        "due_date": ("VARCHAR", ["'2025-01-01'", "'01.02.2025'"]), "disputed": ("INTEGER", ["0", "1", "2"]),
        "invoice_id": ("BIGINT", WHOLES), "line_id": ("INTEGER", ["1", "2"]),
    },
    "inexact": {
        "account_id": ("DOUBLE", ["1", "2.5", "'nan'"]), "date": ("DATE", DAYS[:3]),
        "amount": ("FLOAT", ["0.1", "-12.5", "1e10", "'inf'"]), "cost": ("DOUBLE", DOUBLES), "quantity": ("DOUBLE", DOUBLES),
        "due_date": ("DATE", DAYS), "paid_date": ("BIGINT", WHOLES),
    },
}  # fmt: skip
TOML = "[limits]\nmost_set_aside = 1\nmost_without_account = 1\n[invoices]\n"
SETTINGS = [
    "",
    'decimal = ","\nthousands = "."\n',
    'dates = ["%d.%m.%Y", "%m/%d/%Y"]\n',
    'missing = ["5", "0.1", "2025-03-01"]\n',
    'dates = "month"\n',
    'values.amount = { "5" = "6" }\n',
]


def write_both(folder: Path, shape: dict[str, tuple[str, list[str]]], seed: int, toml: str, *, has_blank: bool) -> None:
    """Write a table of hostile cells as typed Parquet, and as a CSV file of the same texts; a blank row has all read as text."""
    chosen = random.Random(seed)
    cells = [
        [f"{value}::{kind}" if (value := chosen.choice([*values, values[0], "NULL"])) else "" for kind, values in shape.values()]
        for _ in range(60)
    ]
    cells += [cells[0], *([[f"NULL::{kind}" for kind, _ in shape.values()]] if has_blank else [])]
    connection = duckdb.connect()
    rows = ", ".join(f"({', '.join(row)})" for row in cells)
    connection.execute(f"SET TimeZone = 'UTC'; CREATE TABLE t AS SELECT * FROM (VALUES {rows}) AS t({', '.join(shape)})")
    mark = "," if 'decimal = ","' in toml else "."
    texts = ", ".join(f"{spell(name, kind, mark)} AS {name}" for name, (kind, _) in shape.items())
    for ending, query in {"parquet": "FROM t", "csv": f"SELECT {texts} FROM t"}.items():
        home = folder / ending
        home.mkdir()
        (home / "kamnb.toml").write_text(
            f"as_of = 2026-06-30\nreporting_currency = 'EUR'\n{TOML}file = 'invoices.{ending}'\n{toml}"
        )
        connection.execute(f"COPY ({query}) TO '{home / f'invoices.{ending}'}' (FORMAT {ending})")


def spell(name: str, kind: str, mark: str) -> str:
    if kind == "BOOLEAN":
        return f"CASE {name} WHEN true THEN 'yes' WHEN false THEN 'no' END"
    cell = f"CASE WHEN NOT isnan({name}) THEN {name}::VARCHAR END" if kind in ("DOUBLE", "FLOAT") else f"{name}::VARCHAR"
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return f"replace(regexp_replace({cell}, '\\.0+$', ''), '.', '{mark}')"
    return cell


def pass_through(folder: Path, ending: str) -> tuple[DoorReport, Portfolio | None, dict[str, str]]:
    """Return what the door says of one of them, as if both were one file, and the rows that were set aside."""
    aside = folder / f"{ending}-aside"
    report, portfolio = inspect_data(folder / ending, set_aside=aside, folder=folder / f"{ending}-work")
    below = ending == "parquet"  # no line of it is a header

    def rename(text: str) -> str:
        return text.replace(f".{ending}", "")

    def move(each):
        return replace(each, file=rename(each.file), row=each.row + below if each.row else each.row)

    tables = tuple(replace(table, files=(), reasons=tuple(map(move, table.reasons))) for table in report.tables)
    said = {"remarks": tuple(map(move, report.remarks)), "faults": tuple(map(rename, report.faults))}
    plain = replace(report, source="", tables=tables, **said)
    written = {}
    for file in aside.glob("*.csv") if aside.exists() else ():
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        frame["file"], frame["row"] = "", frame["row"].astype(int) + below
        written[file.name] = frame.to_csv()
    return plain, portfolio, written


CASES = [
    *((shape, "", False) for shape in SHAPES),
    *((shape, toml, not toml) for shape, toml in zip([*SHAPES] * 2, SETTINGS, strict=True)),
]


@pytest.mark.parametrize(("shape", "toml", "has_blank"), CASES)
def test_the_same_content_passes_the_same_as_text_and_as_values(
    shape: str, toml: str, has_blank: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_both(tmp_path, SHAPES[shape], len(toml), toml, has_blank=has_blank)
    looked, look = [], parsing._look_typed
    monkeypatch.setattr(parsing, "_look_typed", lambda *asked: looked.append(look(*asked)) or looked[-1])
    (said, given, aside), (other, typed, other_aside) = (pass_through(tmp_path, ending) for ending in ("csv", "parquet"))
    assert given and typed
    assert any(looked) != has_blank, "values are taken as they are"
    assert said == other
    assert aside == other_aside
    assert given.filled == typed.filled
    for name in given.filled:
        pd.testing.assert_frame_equal(given.read(name), typed.read(name))
    pd.testing.assert_frame_equal(given.lost.rows, typed.lost.rows)


ROWS = """SELECT 'A' || i % 3 AS account_id, DATE '2025-01-01' + i::INT AS date, (i - 3)::DECIMAL(18,2) AS amount,
    i::DOUBLE AS cost, i::INTEGER AS quantity, 'R' || i // 2 AS invoice_id, i % 2 AS line_id, 'eur' AS currency,
    NULL::DATE AS due_date FROM range(9) t(i)"""
LARGE = {
    "sound": ROWS,
    "repeated": f"{ROWS} UNION ALL ({ROWS} LIMIT 2)",
    "without account": ROWS.replace("'A' || i % 3", "CASE WHEN i <> 4 THEN 'A' || i % 3 END"),
    "blank": f"{ROWS} UNION ALL SELECT {', '.join(['NULL'] * 9)}",
    "of words": ROWS.replace("i::INTEGER", "CASE WHEN i = 5 THEN 'five' ELSE i::VARCHAR END"),
    "with decimals as they come": ROWS.replace("i::DOUBLE", "CASE i WHEN 1 THEN -12.5 WHEN 3 THEN 0.125 ELSE i END::DOUBLE"),
    "not a number": ROWS.replace("i::DOUBLE", "CASE i WHEN 1 THEN 'nan' WHEN 6 THEN '0.125' ELSE i::DOUBLE::VARCHAR END"),
    "spelled in two ways": ROWS.replace("i::INTEGER", "CASE WHEN i = 5 THEN '05' ELSE i::VARCHAR END"),
}


OTHERWISE = 'columns.quantity = "cost"\n'
SOUND_BY = {
    "sound": ("", OTHERWISE),
    "of words": (OTHERWISE,),
    "spelled in two ways": (OTHERWISE,),
    "with decimals as they come": ("", OTHERWISE),
}
"""The settings with which nothing is wrong."""


@pytest.mark.parametrize("toml", ["", OTHERWISE, 'missing = ["2.00"]\n'])
@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize("shape", LARGE)
def test_a_large_file_is_asked_where_it_lies_and_gives_what_a_table_gives(
    shape: str, ending: str, toml: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / ending
    home.mkdir()
    (home / "kamnb.toml").write_text(f"as_of = 2026-06-30\n{TOML}file = 'invoices.{ending}'\n{toml}")
    duckdb.execute(f"COPY ({LARGE[shape]}) TO '{home / f'invoices.{ending}'}' (FORMAT {ending})")
    seen = [pass_through(tmp_path, ending)]
    for module in (parsing, reading, repeats):
        monkeypatch.setattr(module, "MANY", 1)
    monkeypatch.setattr(repeats, "_AT_ONCE", 4)
    monkeypatch.setattr(kinds, "_LOOKED_AT", 4)
    (home / ".kamnb").rename(tmp_path / "elsewhere")  # what was kept of the first passage
    (tmp_path / f"{ending}-work").rename(tmp_path / "first")
    seen += [pass_through(tmp_path, ending), pass_through(tmp_path, ending)]
    (said, given, aside), (other, found, other_aside), (again, kept, _) = seen
    assert (said, aside) == (other, other_aside)
    assert given and found and kept and again.is_kept
    is_left = toml in SOUND_BY.get(shape, ())
    assert {*found.left} == {*kept.left} == ({"invoices"} if is_left else set())
    given = replace(given, folder=tmp_path / "first")
    assert given.filled == found.filled
    pd.testing.assert_frame_equal(given.read("invoices"), found.read("invoices"))
    pd.testing.assert_frame_equal(given.read("invoices"), kept.read("invoices"))

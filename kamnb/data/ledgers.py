"""Ledgers of receivables: which files and companies have one of their own, and which listing of each counts."""

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from kamnb.data.holding import hold_rows
from kamnb.data.report import Remark, say_count
from kamnb.data.sql import quote

if TYPE_CHECKING:
    import duckdb

LEDGER = "_ledger"
"""The column that says of which ledger an open item is."""

_ITEM = "account_id, coalesce(invoice_id, concat_ws(' ', due_date, CASE WHEN due_date IS NULL THEN open_amount END))"
"""By what an open item is known again in another listing."""


def mark_ledgers(connection: "duckdb.DuckDBPyConnection") -> None:
    """Give every open item the number of its ledger.

    A ledger is that of a company, where companies are named, and of a file. Files whose names differ in figures only (a day, a
    week) are listings of one ledger, and so are files that hold the same open item.
    """
    files = connection.execute("SELECT DISTINCT _file FROM t_open_items ORDER BY _file").fetchall()
    stems = {file: re.sub(r"[\d\W_]+", "", file).lower() for (file,) in files}
    joined = _join_files(connection, stems)
    cases = " ".join(f"WHEN {quote(file)} THEN {quote(joined[stem])}" for file, stem in stems.items())
    name = f"CASE _file {cases} END" if cases else "''"
    hold_rows(connection, "open_items")
    connection.execute(f"ALTER TABLE t_open_items ADD COLUMN {LEDGER} VARCHAR")
    connection.execute(f"UPDATE t_open_items SET {LEDGER} = concat_ws(' / ', {name}, lower(trim(company)))")


def _join_files(connection: "duckdb.DuckDBPyConnection", stems: dict[str, str]) -> dict[str, str]:
    """Return for each stem of a file name the one that stands for all files of its ledger."""
    heads = {stem: stem for stem in stems.values()}
    if len(heads) < 2:
        return heads
    items = f"SELECT DISTINCT _file, hash({_ITEM}) AS item FROM t_open_items WHERE _why IS NULL"
    pairs = connection.execute(
        f"WITH items AS ({items}) SELECT DISTINCT a._file, b._file FROM items a JOIN items b USING (item) "
        "WHERE a._file < b._file ORDER BY ALL"
    ).fetchall()
    for one, other in pairs:
        low, high = sorted((heads[stems[one]], heads[stems[other]]))
        heads = {stem: low if head == high else head for stem, head in heads.items()}
    return heads


def latest_listings(rows: str, day: str, ledger: str = LEDGER) -> str:
    """Return the condition of the open items that count on `day`: those of the latest listing of each ledger until then."""
    latest = f"SELECT {ledger}, max(listed_on) FROM {rows} WHERE listed_on <= {day} GROUP BY {ledger}"
    return f"({ledger}, listed_on) IN ({latest})"


def is_whole(rows: str, day: str, ledger: str = LEDGER) -> str:
    """Return the query of whether an account that is not in the latest listings owes nothing.

    It does not follow from a listing of a single row; nor where days of listing were given and no open item of the earlier ones
    stands in the latest: a ledger repeats what is still open, days of posting do not.
    """
    seen = f"SELECT *, {latest_listings(rows, day, ledger)} AS counts, hash({_ITEM}) AS item FROM {rows} WHERE listed_on <= {day}"
    return (
        f"WITH seen AS ({seen}) SELECT count(*) FILTER (counts) > 1 AND (count(*) FILTER (NOT counts) = 0 OR coalesce("
        "bool_or(NOT counts AND item IN (SELECT item FROM seen WHERE counts)), false)) FROM seen"
    )


def remark_on_listings(connection: "duckdb.DuckDBPyConnection", label: str, day: date | None, currency: str) -> Iterator[Remark]:
    """Yield which open items of earlier listings do not count, in rows and money; `label` is the file as faults name it."""
    if day is None:
        return
    rows, until = "t_open_items", f"DATE '{day}'"
    sound = f"(SELECT * FROM {rows} WHERE _why IS NULL)"
    found = connection.execute(
        f"SELECT {latest_listings(sound, until)} AS counts, coalesce(currency, {quote(currency)}) AS code, count(*), "
        f"sum(open_amount), min(listed_on), max(listed_on) FROM {rows} WHERE _why IS NULL AND listed_on <= {until} "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    earlier, latest = ([row for row in found if row[0] is flag] for flag in (False, True))
    ledgers = connection.execute(
        f"SELECT concat_ws(', ', arg_max(_file, (listed_on, _seq)), any_value(company)), max(listed_on) FROM {sound} "
        f"WHERE listed_on <= {until} GROUP BY {LEDGER} ORDER BY ALL"
    ).fetchall()
    if len({day for _, day in ledgers}) > 1:
        told = ", ".join(f"{name} of {day}" for name, day in ledgers)
        yield Remark(
            "open_items", f"holds {len(ledgers)} ledgers, each counted by its own latest listing: {told}",
            file=label, column="listed_on",
        )  # fmt: skip
    if not earlier:
        return
    (days,) = connection.execute(f"SELECT count(DISTINCT listed_on) FROM {sound} WHERE listed_on <= {until}").fetchone() or (0,)
    last = " and ".join(sorted({str(day) for _, day in ledgers}))
    left = f"not counted: {_add_up(earlier)} of earlier days"
    what = f"{days:,} listing days; counted: {_add_up(latest)} of the latest, {last}; {left}"
    whole = connection.execute(is_whole(sound, until)).fetchone()
    printed = max(str(day) for _, day in ledgers)
    remedy = f'if it is the day of posting, give the day of printing: constants = {{ listed_on = "{printed}" }}'
    doubt = "" if whole and whole[0] else "; an account that is not in the latest may still owe"
    yield Remark("open_items", what + doubt, file=label, column="listed_on", remedy="" if not doubt else remedy)


def _add_up(rows: list[tuple[object, ...]]) -> str:
    count = sum(int(str(row[2])) for row in rows)
    money = ", ".join(f"{row[3]:,.2f} {row[1]}".strip() for row in rows)
    return f"{say_count(count, 'row')}, {money},".rstrip(",")

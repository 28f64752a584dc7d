"""How much may be set aside for one reason: more is no remark on some rows but a file that is read wrongly."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from kamnb.data.losses import is_lost, value_row
from kamnb.data.money import Money
from kamnb.data.parsing import bit_of
from kamnb.data.remarks import expected
from kamnb.data.remedies import find_remedy
from kamnb.data.report import say_share
from kamnb.data.rows import Checked
from kamnb.data.settings import Limits

if TYPE_CHECKING:
    import duckdb

WORDS = ("text", "yesno")
"""Kinds of columns whose values are words: one that is not known leaves its value unknown, whatever the format of the file."""


class _Excess(NamedTuple):
    """One reason in one table: how many of how many rows, the money of both, and the first value."""

    why: str
    column: str
    rows: int
    of_rows: int
    money: float
    of_money: float
    value: str


def find_excess(
    connection: "duckdb.DuckDBPyConnection", item: Checked, limits: Limits, money: Money, day: date | None
) -> list[str]:
    """Return a fault for each reason for which more rows, or more money, of a table were set aside than the settings allow.

    Of an optional column (a day or a number) it is the texts that do not read, as a part of those that are there. A table of
    which nothing can be used has its own fault.
    """
    faults = []
    for found in (*_count_rows(connection, item, money, day), *_count_values(connection, item)):
        limit = "most_without_account" if (found.why, found.column) == ("missing", "account_id") else "most_set_aside"
        if found.rows >= limits.least_rows and item.kept and _share(found) > getattr(limits, limit):
            faults.append(_say_excess(item, found, limit))
    return faults


def _share(found: _Excess) -> float:
    of_money = found.money / found.of_money if found.of_money > 0 else 0.0
    return max(found.rows / found.of_rows, of_money)


def _count_rows(connection: "duckdb.DuckDBPyConnection", item: Checked, money: Money, day: date | None) -> Iterator[_Excess]:
    lost, name = is_lost(item.table), item.table.name
    if item.is_whole or not connection.execute(f"SELECT 1 FROM t_{name} t WHERE _why IS NOT NULL AND {lost} LIMIT 1").fetchone():
        return
    amount = f"abs(({value_row(item, money, day)})::DOUBLE)" if item.amount and day and not money.faults else "0.0"
    sums = f"count(*), coalesce(sum({amount}), 0)"
    of_rows, of_money = connection.execute(f"SELECT {sums} FROM t_{name} t").fetchone() or (0, 0.0)
    reasons = connection.execute(
        f"SELECT _why, CASE WHEN _why = 'line' THEN _value ELSE _column END AS place, {sums}, arg_min(_value, _seq) "
        f"FROM t_{name} t WHERE {lost} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for why, column, rows, amounts, value in reasons:
        yield _Excess(why, "" if why == "line" else column, rows, of_rows, amounts, of_money, value or "")


def _count_values(connection: "duckdb.DuckDBPyConnection", item: Checked) -> Iterator[_Excess]:
    columns = [each for each in item.table.columns if not each.required and each.kind not in WORDS]
    columns = [each for each in columns if each.name in item.mapped.texts and item.unread & bit_of(item.table, each.name)]
    if not columns:
        return
    bits = [f"_unread & {bit_of(item.table, each.name)} <> 0" for each in columns]
    counted = ", ".join(
        f"count(*) FILTER ({bit}), count({each.name}), min(_seq) FILTER ({bit})" for bit, each in zip(bits, columns, strict=True)
    )
    counts = connection.execute(f"SELECT {counted} FROM t_{item.table.name} WHERE _why IS NULL").fetchone() or ()
    for column, unread, read, first in zip(columns, counts[::3], counts[1::3], counts[2::3], strict=True):
        if unread:
            query = f"SELECT {item.mapped.texts[column.name]} FROM raw_{item.table.name} WHERE _seq = {first}"
            (value,) = connection.execute(query).fetchone() or ("",)
            yield _Excess("unread", column.name, unread, unread + read, 0.0, 0.0, value)


def _say_excess(item: Checked, found: _Excess, limit: str) -> str:
    share = _share(found)
    part = "of the rows" if share == found.rows / found.of_rows else "of the money"
    place = f"{item.label}, {found.column}" if found.column else item.label
    count = f"{found.rows:,} of {found.of_rows:,} rows ({say_share(share)} {part})"
    allow = f"or allow it by [limits] {limit} = {min(-(-share * 100 // 1) / 100, 1):.2f} in kamnb.toml"
    if found.why == "line":
        return f"{place}: {count} are no rows: {found.value}; read the file otherwise (separator, encoding, header_row), {allow}"
    other = f"is it the right column? Name another, {allow}"
    if found.why == "missing":
        return f"{place}: missing in {count}; {other}"
    if found.why == "repeated":
        return f'{place}: {count} have the key of an earlier row, e.g. "{found.value}"; {other}'
    column = item.table[found.column]
    remedy = find_remedy(column, [found.value], item.mapped.settings)
    return f'{place}: {count} are not {expected(column)}, e.g. "{found.value}"; {remedy}, {allow}'

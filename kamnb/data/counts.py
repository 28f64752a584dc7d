"""Where every row and every amount went: counts, reasons, and the rows that were set aside."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.columns import Mapped
from kamnb.data.filling import remedy_blanks
from kamnb.data.parsing import bit_of
from kamnb.data.remarks import expected
from kamnb.data.remedies import find_remedy
from kamnb.data.report import Count, Remark, TableReport
from kamnb.data.rows import Checked, unread_texts
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import Table
from kamnb.data.values import parse_value

if TYPE_CHECKING:
    import duckdb


def count_rows(
    connection: "duckdb.DuckDBPyConnection", checked: Checked, files: tuple[str, ...], day: date | None, currency: str
) -> TableReport:
    """Count rows and money by where they went; read = kept + set aside + dated later."""
    table, amount = checked.table, checked.amount
    after = f"WHEN {table.event} > DATE '{day}' THEN 'after_as_of'" if table.event and day else ""
    code = f"coalesce(currency, {quote(currency)})" if amount and table.has_currency else quote(currency if amount else "")
    status = f"CASE WHEN _why IS NOT NULL THEN 'set_aside' {after} ELSE 'kept' END"
    others = [name for name in table.money if name != amount and name in checked.mapped.texts]
    sums = f"{_sums(table, amount, code)}{''.join(f', coalesce(sum({name}), 0)' for name in others)}"
    parts = [f"SELECT {status} AS status, {sums} FROM t_{table.name} GROUP BY ALL"]
    if checked.mapped.settings.where:
        parts.append(f"SELECT 'set_aside', {sums} FROM {_left_out(checked.mapped)} GROUP BY ALL")
    counts: dict[tuple[str, str], Count] = {}
    further: dict[str, dict[tuple[str, str], Decimal]] = {name: defaultdict(Decimal) for name in others}
    for went, unit, n, total, unread, *more in connection.execute(f"{' UNION ALL '.join(parts)} ORDER BY ALL").fetchall():
        counts[went, unit] = counts.get((went, unit), Count()) + Count(n, Decimal(total), unread)
        for name, money in zip(others, more, strict=True):
            further[name][went, unit] += Decimal(money)
    reasons = (*find_reasons(connection, checked, currency), *_choices(connection, checked, currency))
    return TableReport(table.name, files, amount, counts, reasons, checked.mapped.unused, further)


def _sums(table: Table, amount: str, code: str) -> str:
    total = f"coalesce(sum({amount}), 0)" if amount else "0"
    return f"{code} AS code, count(*), {total}, count(*) FILTER ({_not_valued(table, amount)})"


def _left_out(mapped: Mapped) -> str:
    """Return the relation of the rows that ``where`` left out: by which column and text, their place, and their money."""
    money = [name for name in ("currency", *mapped.table.money) if name in mapped.texts]
    values = [f"{parse_value(mapped.texts[name], mapped.table[name], mapped.settings)} AS {name}" for name in money]
    absent = [f"NULL::DECIMAL(38,6) AS {name}" for name in mapped.table.money if name not in money]
    absent += ["NULL::VARCHAR AS currency"] if "currency" not in money else []
    cells = ", ".join([*values, *absent])
    bits = f"_column, _value, _seq, _file, _row, 'where' AS _why, 0 AS _unread, {cells}"
    return f"(SELECT {bits} FROM out_{mapped.table.name})"


def _choices(connection: "duckdb.DuckDBPyConnection", checked: Checked, currency: str) -> Iterator[Remark]:
    """Yield which rows ``where`` left out, by column and text; of many texts the first ones are named."""
    mapped = checked.mapped
    if not mapped.settings.where:
        return
    rows = _left_out(mapped)
    found = connection.execute(
        f"SELECT _column, count(*), arg_min(_file, _seq), arg_min(_row, _seq), list(DISTINCT _value) FROM {rows} AS out "
        "GROUP BY _column ORDER BY min(_seq)"
    ).fetchall()
    money = _sum_money(connection, checked, rows, ("_column",), currency)
    for column, count, file, row, texts in found:
        named = ", ".join(f'"{text}"' for text in sorted(texts)[:_NAMED])
        more = f" and {len(texts) - _NAMED:,} more" if len(texts) > _NAMED else ""
        yield Remark(
            mapped.table.name, f"left out by where: {named}{more}", file, row, column, rows=count, money=money[(column,)]
        )


def _sum_money(
    connection: "duckdb.DuckDBPyConnection", checked: Checked, rows: str, keys: tuple[str, ...], currency: str
) -> dict[tuple[object, ...], tuple[tuple[str, Decimal], ...]]:
    """Return the sums of every column of money of rows by `keys`, each named with its currency."""
    table = checked.table
    columns = [name for name in table.money if name in checked.mapped.texts]
    code = f"coalesce(currency, {quote(currency)})" if table.has_currency else quote(currency)
    sums = "".join(f", sum({name})" for name in columns)
    query = f"SELECT {code} AS code, {', '.join(keys)}{sums} FROM {rows} AS rows GROUP BY ALL ORDER BY ALL"
    found: dict[tuple[object, ...], tuple[tuple[str, Decimal], ...]] = defaultdict(tuple)
    for unit, *row in connection.execute(query).fetchall() if columns else ():
        key, totals = tuple(row[: len(keys)]), row[len(keys) :]
        found[key] += tuple((f"{name} {unit}".strip(), total) for name, total in zip(columns, totals, strict=True) if total)
    return found


def count_unusable(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, files: tuple[str, ...]) -> TableReport:
    """Count the rows of a table that lacks columns it must have: all are set aside."""
    tables = [f"raw_{mapped.table.name}", *([f"out_{mapped.table.name}"] if mapped.settings.where else [])]
    rows = sum(int((connection.execute(f"SELECT count(*) FROM {each}").fetchone() or (0,))[0]) for each in tables)
    counts = {("set_aside", ""): Count(rows)} if rows else {}
    reason = Remark(mapped.table.name, "the table lacks columns that it must have", file=mapped.label, rows=rows)
    return TableReport(mapped.table.name, files, "", counts, (reason,) if rows else (), mapped.unused)


def _not_valued(table: Table, amount: str) -> str:
    if not amount:
        return "false"
    return f"{amount} IS NULL" if table[amount].required else f"_why = 'line' OR _unread & {bit_of(table, amount)} <> 0"


def find_reasons(connection: "duckdb.DuckDBPyConnection", checked: Checked, currency: str) -> Iterator[Remark]:
    """Yield why rows of a checked table were set aside, the first of each kind."""
    table = checked.table
    if checked.is_whole:
        return
    line = "CASE WHEN _why = 'line' THEN _value END"
    rows = connection.execute(
        f"SELECT _why, _column, {line}, count(*), arg_min(_file, _seq), arg_min(_row, _seq), arg_min(_value, _seq) "
        f"FROM t_{table.name} WHERE _why IS NOT NULL GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3"
    ).fetchall()
    aside = f"(SELECT *, {line} AS _fault FROM t_{table.name} WHERE _why IS NOT NULL)"
    money = _sum_money(connection, checked, aside, ("_why", "_column", "_fault"), currency)
    for why, column, fault, count, file, row, value in rows:
        if why == "line":
            yield Remark(table.name, fault, file, row, rows=count)
        else:
            remedy, total = _remedy(connection, checked, why, column), money[why, column, fault]
            yield Remark(table.name, _told(table, why, column), file, row, column, value or "", remedy, count, total)


def _remedy(connection: "duckdb.DuckDBPyConnection", checked: Checked, why: str, column: str) -> str:
    if why == "missing":
        return remedy_blanks(connection, checked.mapped, column)
    if why != "unread":
        return ""
    texts = unread_texts(connection, checked.table, column)
    return find_remedy(checked.table[column], texts, checked.mapped.settings)


_TOLD = {
    "missing": "is missing",
    "repeated": "stands in an earlier row",
    "again": "stands in an earlier row; one row counts (once = true)",
    "replaced": "was given anew in entries",
    "struck": "is struck out in entries",
    "total": "is the sum of other rows, a total line",
    "merged": "is another account by aliases, which its row gives way to",
}
"""Why rows are set aside, in words, where no value is to be shown."""


def _told(table: Table, why: str, column: str) -> str:
    if why == "unread":
        return f"is not {expected(table[column])}"
    return _TOLD[why]


_NAMED = 5
"""So many texts are named in a reason; of the others the number is given."""


def save_set_aside(connection: "duckdb.DuckDBPyConnection", item: Checked, target: Path) -> bool:
    """Write the rows of a table that were set aside as CSV, with reason and place; return whether there are any.

    The cells stand as the company's file has them, so that they can be put right and given back:
    text that a spreadsheet would take for a formula is not changed (a credit of -12.50 begins like one).
    """
    if not _has_aside(connection, item):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # it may have another place by a link
    _write(connection, item, target)
    return True


def _has_aside(connection: "duckdb.DuckDBPyConnection", item: Checked) -> bool:
    if item.is_whole and not item.mapped.settings.where:
        return False
    name = item.table.name
    out = f" UNION ALL SELECT 1 FROM out_{name}" if item.mapped.settings.where else ""
    return connection.execute(f"(SELECT 1 FROM t_{name} WHERE _why IS NOT NULL{out}) LIMIT 1").fetchone() is not None


def _write(connection: "duckdb.DuckDBPyConnection", item: Checked, target: Path) -> None:
    name = item.table.name
    told = [
        f"WHEN t._why = {quote(why)} AND t._column = {quote(column)} THEN {quote(_told(item.table, why, column))}"
        for why, column in connection.execute(
            f"SELECT DISTINCT _why, _column FROM t_{name} WHERE _why NOT IN ('line') ORDER BY ALL"
        ).fetchall()
    ]
    why = f"CASE {' '.join(told)} END" if told else "''"
    value = "coalesce(' \"' || t._value || '\"', '')"
    reason = f"CASE WHEN t._why = 'line' THEN t._value ELSE t._column || {value} || ' ' || {why} END"
    query = (
        f"SELECT t._seq, {reason} AS reason, t._file AS file, t._row AS row, {_cells('r', item)}t._line AS line "
        f"FROM t_{name} t LEFT JOIN raw_{name} r USING (_seq) WHERE t._why IS NOT NULL"
    )
    if item.mapped.settings.where:
        why = "_column || ' \"' || _value || '\" is left out by where'"
        query += f" UNION ALL SELECT _seq, {why}, _file, _row, {_cells('o', item)}NULL FROM out_{name} o"
    rows = f"SELECT * EXCLUDE (_seq) FROM ({query}) ORDER BY _seq"
    connection.execute(f"COPY ({rows}) TO {quote(str(target))} (FORMAT csv, HEADER)")


def _cells(rows: str, item: Checked) -> str:
    return "".join(f"{rows}.{identifier(column)}, " for column in item.mapped.raw)

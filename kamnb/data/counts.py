"""Where every row and every amount went: counts, reasons, and the rows that were set aside."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.columns import Mapped
from kamnb.data.filling import remedy_blanks
from kamnb.data.remarks import expected
from kamnb.data.remedies import find_remedy
from kamnb.data.report import Count, Remark, TableReport
from kamnb.data.rows import Checked, bit_of, unread_texts
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import Table

if TYPE_CHECKING:
    import duckdb


def count_rows(
    connection: "duckdb.DuckDBPyConnection", checked: Checked, files: tuple[str, ...], day: date | None, currency: str
) -> TableReport:
    """Count rows and money by where they went; read = kept + set aside + after as of."""
    table, amount = checked.table, checked.amount
    after = f"WHEN {table.event} > DATE '{day}' THEN 'after_as_of'" if table.event and day else ""
    code = f"coalesce(currency, {quote(currency)})" if amount and table.has_currency else quote(currency if amount else "")
    rows = connection.execute(
        f"SELECT CASE WHEN _why IS NOT NULL THEN 'set_aside' {after} ELSE 'kept' END AS status, {code} AS code, "
        f"count(*), {f'coalesce(sum({amount}), 0)' if amount else '0'}, count(*) FILTER ({_not_valued(table, amount)}) "
        f"FROM t_{table.name} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    counts = {(status, code): Count(n, Decimal(total), unread) for status, code, n, total, unread in rows}
    return TableReport(table.name, files, amount, counts, tuple(find_reasons(connection, checked)), checked.mapped.unused)


def count_unusable(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, files: tuple[str, ...]) -> TableReport:
    """Count the rows of a table that lacks columns it must have: all are set aside."""
    (rows,) = connection.execute(f"SELECT count(*) FROM raw_{mapped.table.name}").fetchone() or (0,)
    counts = {("set_aside", ""): Count(rows)} if rows else {}
    reason = Remark(mapped.table.name, "the table lacks columns that it must have", file=mapped.label, rows=rows)
    return TableReport(mapped.table.name, files, "", counts, (reason,) if rows else (), mapped.unused)


def _not_valued(table: Table, amount: str) -> str:
    if not amount:
        return "false"
    return f"{amount} IS NULL" if table[amount].required else f"_why = 'line' OR _unread & {bit_of(table, amount)} <> 0"


def find_reasons(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    """Yield why rows of a checked table were set aside, the first of each kind."""
    table = checked.table
    if checked.is_whole:
        return
    line = "CASE WHEN _why = 'line' THEN _value END"
    rows = connection.execute(
        f"SELECT _why, _column, {line}, count(*), arg_min(_file, _seq), arg_min(_row, _seq), arg_min(_value, _seq) "
        f"FROM t_{table.name} WHERE _why IS NOT NULL GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3"
    ).fetchall()
    for why, column, fault, count, file, row, value in rows:
        if why == "line":
            yield Remark(table.name, fault, file, row, rows=count)
        else:
            remedy = _remedy(connection, checked, why, column)
            yield Remark(table.name, _told(table, why, column), file, row, column, value or "", remedy, count)


def _remedy(connection: "duckdb.DuckDBPyConnection", checked: Checked, why: str, column: str) -> str:
    if why == "missing":
        return remedy_blanks(connection, checked.mapped, column)
    if why != "unread":
        return ""
    texts = unread_texts(connection, checked.table, column)
    return find_remedy(connection, checked.table[column], texts, checked.mapped.settings)


_TOLD = {
    "missing": "is missing",
    "repeated": "stands in an earlier row",
    "replaced": "was given anew in entries",
    "total": "is the sum of other rows, a total line",
    "merged": "is another account by aliases, which its row gives way to",
}
"""Why rows are set aside, in words, where no value is to be shown."""


def _told(table: Table, why: str, column: str) -> str:
    if why == "unread":
        return f"is not {expected(table[column])}"
    return _TOLD[why]


def save_set_aside(connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], folder: Path) -> list[Path]:
    """Write the rows that were set aside, with reason and place, to one CSV per table of a run's own folder; return the files.

    The cells stand as the company's file has them, so that they can be put right and given back:
    text that a spreadsheet would take for a formula is not changed (a credit of -12.50 begins like one).
    """
    return [_write(connection, item, folder) for item in checked.values() if _aside(connection, item.table.name)]


def _aside(connection: "duckdb.DuckDBPyConnection", table: str) -> bool:
    return connection.execute(f"SELECT 1 FROM t_{table} WHERE _why IS NOT NULL LIMIT 1").fetchone() is not None


def _write(connection: "duckdb.DuckDBPyConnection", item: Checked, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target, name = folder / f"{item.table.name}.csv", item.table.name
    told = [
        f"WHEN t._why = {quote(why)} AND t._column = {quote(column)} THEN {quote(_told(item.table, why, column))}"
        for why, column in connection.execute(
            f"SELECT DISTINCT _why, _column FROM t_{name} WHERE _why NOT IN ('line') ORDER BY ALL"
        ).fetchall()
    ]
    why = f"CASE {' '.join(told)} END" if told else "''"
    value = "coalesce(' \"' || t._value || '\"', '')"
    reason = f"CASE WHEN t._why = 'line' THEN t._value ELSE t._column || {value} || ' ' || {why} END"
    cells = ", ".join(f"r.{identifier(column)}" for column in item.mapped.raw)
    query = (
        f"SELECT {reason} AS reason, t._file AS file, t._row AS row, {cells}, t._line AS line "
        f"FROM t_{name} t LEFT JOIN raw_{name} r USING (_seq) WHERE t._why IS NOT NULL ORDER BY t._seq"
    )
    connection.execute(f"COPY ({query}) TO {quote(str(target))} (FORMAT csv, HEADER)")
    return target

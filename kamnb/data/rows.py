"""Rows checked against the contract: what is kept, what is set aside and why."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.accounts import AccountIds
from kamnb.data.columns import Mapped
from kamnb.data.files import Reading, quote
from kamnb.data.portfolio import SQL_TYPES
from kamnb.data.report import Count, Remark, TableReport
from kamnb.data.settings import TableSettings
from kamnb.data.tables import TABLES, Column, Table
from kamnb.data.values import EXPECTED, identifier, parse_number, parse_value

if TYPE_CHECKING:
    import duckdb

REFERENCES = {
    ("accounts", "parent_id"): "accounts",
    ("accounts", "account_manager"): "managers",
    ("customer_goals", "opportunity_id"): "opportunities",
    ("customer_goals", "objective_id"): "objectives",
    ("interactions", "contact_id"): "contacts",
    ("actions", "objective_id"): "objectives",
    ("kpis", "objective_id"): "objectives",
    ("kpi_weights", "kpi_id"): "kpis",
    ("kpi_values", "kpi_id"): "kpis",
}
"""Columns that name a row of another table, besides account_id, manager_id and offering_id."""


@dataclass(frozen=True)
class Checked:
    """One table after the check; its rows stand in the DuckDB table ``t_<name>``.

    Beside the contract's columns these have ``_seq`` (order), ``_file``, ``_row`` and, where a row
    was set aside, ``_why`` (missing, unread, repeated), ``_column`` and ``_value``. ``further`` holds
    the kind ("number" or "text") and the SQL value of each column beyond the contract.
    """

    table: Table
    label: str
    further: Mapping[str, tuple[str, str]]
    faults: tuple[str, ...]
    remarks: tuple[Remark, ...]


def check_rows(
    connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings, raw: Path, ids: AccountIds
) -> Checked:
    """Parse every row of a table, set aside those that cannot be used, and remark on the rest."""
    import duckdb

    table = mapped.table
    try:
        _take_texts(connection, mapped, raw, ids)
        _parse_texts(connection, mapped, settings)
        _mark_repeated(connection, table)
        remarks = [*_aliased(connection, mapped, ids), *_unread_options(connection, mapped, settings)]
        remarks += [*_repeated_rows(connection, mapped), *_dateless(connection, mapped), *_empty_rows(connection, mapped, raw)]
        kinds = dict(_further_kinds(connection, mapped, settings))
        faults = tuple(_hopeless(connection, mapped))
    except duckdb.Error as error:
        return Checked(table, mapped.label, {}, (f"{mapped.label}: {str(error).splitlines()[0]}",), ())
    finally:
        connection.execute(f"DROP TABLE IF EXISTS texts_{table.name}")
    return Checked(table, mapped.label, kinds, faults, tuple(remarks))


def _take_texts(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, raw: Path, ids: AccountIds) -> None:
    columns = [f"{text} AS {identifier(ours)}" for ours, text in (mapped.texts | mapped.further).items()]
    given = f"SELECT row_number() OVER () AS _seq, _file, _row, {', '.join(columns)} FROM read_parquet({quote(str(raw))})"
    filled = " OR ".join(f"{identifier(ours)} IS NOT NULL" for ours in (mapped.texts | mapped.further) if not _constant(mapped, ours))
    query = f"SELECT * FROM ({given}) WHERE {filled or 'true'}"
    if ids.known and "account_id" in mapped.texts and mapped.table.name not in ("accounts", "aliases"):
        query = (
            "SELECT t.* REPLACE (coalesce(m.to_id, t.account_id) AS account_id), t.account_id AS _given_id "
            f"FROM ({query}) t LEFT JOIN id_map m ON m.from_id = t.account_id"
        )
    connection.execute(f"CREATE TABLE texts_{mapped.table.name} AS {query}")


def _constant(mapped: Mapped, ours: str) -> bool:
    return (mapped.texts | mapped.further)[ours].startswith("'")


def _parse_texts(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings) -> None:
    table = mapped.table
    values = [f"{_value(mapped, column, settings)} AS {identifier(column.name)}" for column in table.columns]
    values += [identifier(name) for name in mapped.further]
    why, column, value = _first_fault(mapped, settings)
    connection.execute(
        f"CREATE TABLE t_{table.name} AS SELECT _seq, _file, _row, {', '.join(values)}, "
        f"{why} AS _why, {column} AS _column, {value} AS _value FROM texts_{table.name}"
    )


def _value(mapped: Mapped, column: Column, settings: TableSettings) -> str:
    if column.name not in mapped.texts:
        return f"NULL::{SQL_TYPES[column.kind]}"
    return f"({parse_value(identifier(column.name), column, settings)})::{SQL_TYPES[column.kind]}"


def _first_fault(mapped: Mapped, settings: TableSettings) -> tuple[str, str, str]:
    whys, columns, values = [], [], []
    for name in mapped.table.required:
        text = identifier(name)
        parsed = parse_value(text, mapped.table[name], settings)
        whys.append(f"WHEN {text} IS NULL THEN 'missing' WHEN ({parsed}) IS NULL THEN 'unread'")
        columns.append(f"WHEN {text} IS NULL OR ({parsed}) IS NULL THEN {quote(name)}")
        values.append(f"WHEN {text} IS NULL OR ({parsed}) IS NULL THEN {text}")
    if mapped.table.either:
        given = [identifier(name) for name in mapped.table.either if name in mapped.texts]
        none = " AND ".join(f"{text} IS NULL" for text in given) or "true"
        whys.append(f"WHEN {none} THEN 'missing'")
        columns.append(f"WHEN {none} THEN {quote(' or '.join(mapped.table.either))}")
        values.append(f"WHEN {none} THEN NULL")
    if not whys:
        return "NULL::VARCHAR", "NULL::VARCHAR", "NULL::VARCHAR"
    return f"CASE {' '.join(whys)} END", f"CASE {' '.join(columns)} END", f"CASE {' '.join(values)} END::VARCHAR"


def _mark_repeated(connection: "duckdb.DuckDBPyConnection", table: Table) -> None:
    if not table.key:
        return
    given = " AND ".join(f"{column} IS NOT NULL" for column in table.key)
    shown = " || ' / ' || ".join(table.key)
    connection.execute(
        f"UPDATE t_{table.name} SET _why = 'repeated', _column = {quote(', '.join(table.key))}, _value = {shown} "
        f"WHERE _seq IN (SELECT _seq FROM t_{table.name} WHERE _why IS NULL AND {given} "
        f"QUALIFY row_number() OVER (PARTITION BY {', '.join(table.key)} ORDER BY _seq) > 1)"
    )


def _aliased(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, ids: AccountIds) -> Iterator[Remark]:
    if not ids.known or "account_id" not in mapped.texts or mapped.table.name in ("accounts", "aliases"):
        return
    rows = connection.execute(
        f"SELECT _given_id, account_id, count(*) FROM texts_{mapped.table.name} "
        "WHERE _given_id <> account_id GROUP BY ALL ORDER BY 3 DESC, 1"
    ).fetchall()
    if rows:
        named = ", ".join(f"{old} is {new}" for old, new, _ in rows[:5]) + (f" and {len(rows) - 5:,} more" if len(rows) > 5 else "")
        total = sum(count for *_, count in rows)
        yield Remark(
            mapped.table.name, f"{total:,} rows came under other ids: {named}", file=mapped.label, column="account_id", rows=total
        )


def _unread_options(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings) -> Iterator[Remark]:
    optional = [
        column
        for column in mapped.table.columns
        if not column.required
        and column.name in mapped.texts
        and (column.kind != "text" or column.one_of or column.name == "currency")
    ]
    for column in optional:
        name = identifier(column.name)
        row = connection.execute(
            f"SELECT count(*), arg_min(t._file, t._seq), arg_min(t._row, t._seq), arg_min(t.{name}, t._seq) "
            f"FROM texts_{mapped.table.name} t JOIN t_{mapped.table.name} p USING (_seq) "
            f"WHERE t.{name} IS NOT NULL AND p.{name} IS NULL"
        ).fetchone()
        if row and row[0]:
            what = f"is not {_expected(column)}; made unknown"
            yield Remark(mapped.table.name, what, row[1], row[2], column.name, row[3], _remedy(column), row[0])


def _expected(column: Column) -> str:
    if column.one_of:
        return f"one of {', '.join(column.one_of)}"
    if column.name == "currency":
        return "a currency code such as EUR"
    between = f" between {column.low:g} and {column.high:g}" if column.low is not None and column.high is not None else ""
    return EXPECTED[column.kind] + (between or (f" of at least {column.low:g}" if column.low is not None else ""))


def _remedy(column: Column) -> str:
    if column.kind == "date":
        return 'say how days are written, as in dates = "%d.%m.%Y"'
    if column.kind in ("money", "number") and column.low is None:
        return "set decimal, thousands or currency_sign if numbers are written so"
    return f"map it by values.{column.name}" if column.one_of or column.kind == "yesno" else ""


def _repeated_rows(connection: "duckdb.DuckDBPyConnection", mapped: Mapped) -> Iterator[Remark]:
    table = mapped.table
    no_key = " OR ".join(f"{column} IS NULL" for column in table.key) or "true"
    row = connection.execute(
        f"SELECT sum(n - 1), arg_min(file, seq), min_by(line, seq) FROM (SELECT count(*) AS n, max_by(_file, _seq) AS file, "
        f"max_by(_row, _seq) AS line, max(_seq) AS seq FROM t_{table.name} WHERE _why IS NULL AND ({no_key}) "
        f"GROUP BY {', '.join(map(identifier, table.names))} HAVING count(*) > 1)"
    ).fetchone()
    if row and row[0]:
        yield Remark(table.name, "repeats an earlier row in full; kept, there is no key to tell it by", row[1], row[2], rows=int(row[0]))


def _dateless(connection: "duckdb.DuckDBPyConnection", mapped: Mapped) -> Iterator[Remark]:
    table = mapped.table
    if not table.event or table[table.event].required:
        return
    query = f"SELECT count(*) FROM t_{table.name} WHERE _why IS NULL AND {table.event} IS NULL"
    (rows,) = connection.execute(query).fetchone() or (0,)
    if rows:
        yield Remark(table.name, "rows without it exist on every day", file=mapped.label, column=table.event, rows=rows)


def _empty_rows(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, raw: Path) -> Iterator[Remark]:
    query = f"SELECT (SELECT count(*) FROM read_parquet({quote(str(raw))})) - (SELECT count(*) FROM t_{mapped.table.name})"
    (rows,) = connection.execute(query).fetchone() or (0,)
    if rows:
        yield Remark(mapped.table.name, "rows are empty and were passed over", file=mapped.label, rows=rows)


def _further_kinds(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in mapped.further:
        text = identifier(name)
        number = f"TRY_CAST({parse_number(text, settings)} AS DOUBLE)"
        texts, numbers = connection.execute(f"SELECT count({text}), count({number}) FROM t_{mapped.table.name}").fetchone() or (0, 0)
        yield name, ("number", number) if texts == numbers > 0 else ("text", text)


def _hopeless(connection: "duckdb.DuckDBPyConnection", mapped: Mapped) -> Iterator[str]:
    """Yield a fault where not a single row of the table can be used because of one column."""
    rows = connection.execute(
        f"SELECT _why, _column, count(*), arg_min(_value, _seq) FROM t_{mapped.table.name} GROUP BY ALL ORDER BY 3 DESC"
    ).fetchall()
    if len(rows) == 1 and rows[0][0] in ("missing", "unread"):
        why, column, count, value = rows[0]
        told = "no row has a value" if why == "missing" else f'none of {count:,} rows reads, e.g. "{value}"'
        declared = mapped.table[column] if column in mapped.table.names else None
        remedy = f"; {_remedy(declared)}" if declared and why == "unread" else ""
        yield f"{mapped.label}, {column}: {told}{remedy}"


def find_strangers(connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked]) -> Iterator[Remark]:
    """Yield a remark for each column that names rows which their own table does not have."""
    for name, item in checked.items():
        for column in item.table.names:
            master = _master(name, column)
            if master and master in checked and (master, TABLES[master].key[0]) != (name, column):
                yield from _strangers(connection, item, column, master)


def _master(table: str, column: str) -> str:
    general = {"account_id": "accounts", "manager_id": "managers", "offering_id": "offerings"}
    return REFERENCES.get((table, column), "") or general.get(column, "")


def _strangers(connection: "duckdb.DuckDBPyConnection", item: Checked, column: str, master: str) -> Iterator[Remark]:
    key = TABLES[master].key[0]
    row = connection.execute(
        f"SELECT count(*), count(DISTINCT {column}), arg_min(_file, _seq), arg_min(_row, _seq), arg_min({column}, _seq) "
        f"FROM t_{item.table.name} WHERE _why IS NULL AND {column} IS NOT NULL "
        f"AND {column} NOT IN (SELECT {key} FROM t_{master} WHERE _why IS NULL)"
    ).fetchone()
    if row and row[0]:
        kept = "; kept, its name is unknown" if column == "account_id" else ""
        many = f" ({row[1]:,} different ones)" if row[1] > 1 else ""
        yield Remark(item.table.name, f"has no row in {master}{many}{kept}", row[2], row[3], column, row[4], rows=row[0])


def save_kept(connection: "duckdb.DuckDBPyConnection", checked: Checked, folder: Path, currency: str) -> frozenset[str]:
    """Write the kept rows of a table to ``<name>.parquet``; return the columns that have a value."""
    table = checked.table
    columns = [_saved(column, currency) for column in table.columns]
    columns += [f"{value} AS {identifier(name)}" for name, (_, value) in checked.further.items()]
    below = " AND account_id NOT IN (SELECT from_id FROM id_map)" if table.name == "accounts" else ""
    rows = f"FROM t_{table.name} WHERE _why IS NULL{below}"
    target = folder / f"{table.name}.parquet"
    connection.execute(f"COPY (SELECT {', '.join(columns)} {rows} ORDER BY _seq) TO {quote(str(target))} (FORMAT parquet)")
    counts = connection.execute(f"SELECT {', '.join(f'count({identifier(name)})' for name in _all(checked))} {rows}").fetchone()
    return frozenset(name for name, count in zip(_all(checked), counts or (), strict=True) if count)


def _saved(column: Column, currency: str) -> str:
    return f"coalesce(currency, {quote(currency)}) AS currency" if column.name == "currency" else identifier(column.name)


def _all(checked: Checked) -> list[str]:
    return [*checked.table.names, *checked.further]


def count_rows(
    connection: "duckdb.DuckDBPyConnection",
    checked: Checked,
    reading: Reading,
    files: tuple[str, ...],
    unused: tuple[str, ...],
    day: date | None,
    currency: str,
) -> TableReport:
    """Count rows and money by where they went; read = kept + set aside + after as of."""
    table = checked.table
    amount = _amount(table)
    after = f"WHEN {table.event} > DATE '{day}' THEN 'after_as_of'" if table.event and day else ""
    code = f"coalesce(currency, {quote(currency)})" if table.has_currency else quote(currency if amount else "")
    money = f"coalesce(sum({amount}), 0)" if amount else "0"
    rows = connection.execute(
        f"SELECT CASE WHEN _why IS NOT NULL THEN 'set_aside' {after} ELSE 'kept' END AS status, {code} AS code, "
        f"count(*), {money}, count(*) FILTER (_why = 'unread' AND _column = {quote(amount)}) "
        f"FROM t_{table.name} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    counts = {(status, code): Count(n, Decimal(total), unread) for status, code, n, total, unread in rows}
    if reading.rejected:
        lost = len(reading.rejected)
        key = ("set_aside", currency if amount else "")
        counts[key] = counts.get(key, Count()) + Count(lost, Decimal(0), lost if amount else 0)
    reasons = tuple([*_reasons(connection, table), *_rejections(table.name, reading)])
    return TableReport(table.name, files, amount, counts, reasons, unused)


def _amount(table: Table) -> str:
    required = [name for name in table.money if table[name].required]
    return (required or [*table.money, ""])[0]


def _reasons(connection: "duckdb.DuckDBPyConnection", table: Table) -> Iterator[Remark]:
    rows = connection.execute(
        "SELECT _why, _column, count(*), arg_min(_file, _seq), arg_min(_row, _seq), arg_min(_value, _seq) "
        f"FROM t_{table.name} WHERE _why IS NOT NULL GROUP BY _why, _column ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    for why, column, count, file, row, value in rows:
        yield Remark(table.name, _told(table, why, column), file, row, column, value or "", rows=count)


def _told(table: Table, why: str, column: str) -> str:
    if why == "unread":
        return f"is not {_expected(table[column])}"
    return "is missing" if why == "missing" else "stands in an earlier row"


def _rejections(table: str, reading: Reading) -> Iterator[Remark]:
    for reason in sorted({reason for *_, reason, _ in reading.rejected}):
        hits = [(file, row) for file, row, why, _ in reading.rejected if why == reason]
        yield Remark(table, reason, hits[0][0], hits[0][1], rows=len(hits))


def save_set_aside(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], readings: Mapping[str, Reading], raw: Path, folder: Path
) -> list[Path]:
    """Write the rows that were set aside, with reason and place, to one CSV per table; return the files."""
    written = []
    for name, item in checked.items():
        rows = list(_aside(connection, item.table, raw / f"{name}.parquet"))
        rows += [[reason, file, str(row), text.strip()] for file, row, reason, text in readings[name].rejected]
        if rows:
            folder.mkdir(parents=True, exist_ok=True)
            header = ["reason", "file", "row", *_raw_columns(connection, raw / f"{name}.parquet")]
            written.append(_write_csv(folder / f"{name}.csv", [header, *rows]))
    return written


def _aside(connection: "duckdb.DuckDBPyConnection", table: Table, raw: Path) -> Iterator[list[str]]:
    rows = connection.execute(
        f"SELECT t._why, t._column, t._value, r.* FROM t_{table.name} t JOIN "
        f"(SELECT row_number() OVER () AS _seq, * FROM read_parquet({quote(str(raw))})) r USING (_seq) "
        "WHERE t._why IS NOT NULL ORDER BY t._seq"
    ).fetchall()
    for why, column, value, _, file, row, *cells in rows:
        reason = f'{column}{f" {value!r}" if value else ""} {_told(table, why, column)}'
        yield [reason, file, str(row), *("" if cell is None else cell for cell in cells)]


def _raw_columns(connection: "duckdb.DuckDBPyConnection", raw: Path) -> list[str]:
    rows = connection.execute(f"DESCRIBE SELECT * EXCLUDE (_file, _row) FROM read_parquet({quote(str(raw))})").fetchall()
    return [name for name, *_ in rows]


def _write_csv(path: Path, rows: list[list[str]]) -> Path:
    beside = path.with_suffix(".csv.part")
    with beside.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return beside.replace(path)

"""What is kept and must be known: values made unknown, rows repeated or without a date, ids without their row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kamnb.data.numbers import mark_pattern
from kamnb.data.parsing import MARKED, bit_of
from kamnb.data.remedies import find_remedy
from kamnb.data.repeats import find_alike
from kamnb.data.report import Remark, name_first, say_count
from kamnb.data.rows import Checked
from kamnb.data.scales import Scales
from kamnb.data.settings import Ids
from kamnb.data.spellings import find_spelling
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import TABLES, Column
from kamnb.data.values import EXPECTED
from kamnb.data.words import load_words

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

_NAMED = 5
"""So many ids are named in a remark; of the others the number is given."""


def remark_on(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    """Yield what is to be known of the rows of one table."""
    yield from checked.mapped.remarks
    yield from _empty_rows(connection, checked)
    yield from _aliased(connection, checked)
    yield from _marked(connection, checked)
    yield from find_unread(connection, checked)
    yield from _repeated_rows(connection, checked)
    yield from _dateless(connection, checked)
    yield from _undated_outcomes(connection, checked)
    yield from _unnamed_raters(connection, checked)
    yield from _added_up(connection, checked)


def expected(column: Column) -> str:
    """Return in words what a column's text should be."""
    if column.said:
        return column.said
    if column.one_of:
        options = f"one of {', '.join(column.one_of)}"
        return f"an amount or {options}" if column.kind == "worth" else options
    between = f" between {column.low:g} and {column.high:g}" if column.low is not None and column.high is not None else ""
    return EXPECTED[column.kind] + (between or (f" of at least {column.low:g}" if column.low is not None else ""))


def _empty_rows(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    name = checked.table.name
    rows = _one(connection, f"SELECT (SELECT count(*) FROM raw_{name}) - (SELECT count(*) FROM t_{name})")
    if rows:
        yield Remark(name, "rows have no cell that is filled and were passed over", file=checked.label, rows=rows)


def _aliased(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    table = checked.table.name
    if "account_id" not in checked.table.names:
        return
    rows = connection.execute(
        f"SELECT _given_id, account_id, count(*) FROM t_{table} WHERE _given_id IS NOT NULL GROUP BY ALL ORDER BY 3 DESC, 1"
    ).fetchall()
    if rows:
        named = ", ".join(f"{old} is {new}" for old, new, _ in rows[:_NAMED])
        named += f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
        total = sum(count for *_, count in rows)
        what = f"{say_count(total, 'row')} came under other ids: {named}"
        yield Remark(table, what, file=checked.label, column="account_id", rows=total)


def _marked(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    """Yield which amounts are negative, or not, by a mark of credit or debit."""
    if 0 <= checked.unread < 1 << MARKED:
        return
    texts = {name: checked.mapped.texts[name] for name in checked.table.money if name in checked.mapped.texts}
    form = quote(mark_pattern([word for side in load_words("marks").values() for word in side]))
    told = {
        name: f"CASE WHEN ascii({text}) > 64 OR ascii(right({text}, 1)) > 64 THEN regexp_matches({text}, {form}) END"
        for name, text in texts.items()
    }
    counted = ", ".join(f"count(*) FILTER ({mark}), any_value({texts[name]}) FILTER ({mark})" for name, mark in told.items())
    counts = connection.execute(f"SELECT {counted} FROM raw_{checked.table.name}").fetchone() if told else ()
    for name, rows, first in zip(texts, (counts or ())[::2], (counts or ())[1::2], strict=True):
        if rows:
            what = f'rows carry a mark such as that of "{first}": credits (Cr, H) are negative, debits (Dr, S) are not'
            yield Remark(checked.table.name, f"{rows:,} {what}", file=checked.label, column=name, rows=rows)


def find_unread(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    """Yield which values of rows that are kept do not read."""
    table = checked.table
    optional = [column for column in table.columns if not column.required and column.name in checked.mapped.texts]
    optional = [column for column in optional if checked.unread & bit_of(table, column.name)]
    if not optional:
        return
    bits = [f"_unread & {bit_of(table, column.name)} <> 0" for column in optional]
    counted = ", ".join(f"count(*) FILTER ({bit}), min(_seq) FILTER ({bit})" for bit in bits)
    counts = connection.execute(f"SELECT {counted} FROM t_{table.name} WHERE _why IS NULL AND _unread <> 0").fetchone() or ()
    for column, rows, first in zip(optional, counts[::2], counts[1::2], strict=True):
        if rows:
            query = f"SELECT _file, _row, {checked.mapped.texts[column.name]} FROM raw_{table.name} WHERE _seq = {first}"
            file, row, value = connection.execute(query).fetchone() or ("", None, "")
            what = f"is not {expected(column)}; made unknown"
            remedy = find_remedy(column, [value], checked.mapped.settings)
            yield Remark(table.name, what, file, row, column.name, value, remedy, rows)


def _repeated_rows(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    """Whole rows repeated; columns that are not used count too: rows that differ in one of them are not the same."""
    table, unused = checked.table, [f"raw.{identifier(name)}" for name in checked.mapped.unused]
    columns = ", ".join(identifier(name) for name in [*table.names, *checked.mapped.further])
    no_key = " OR ".join(f"{column} IS NULL" for column in table.key) or "true"
    which = f"_why IS NULL AND ({no_key})"
    if not find_alike(connection, table.name, columns, which):
        return
    alike = f"SELECT * FROM t_{table.name} WHERE {which} AND hash({columns}) IN (FROM alike)"
    if unused:
        every = [f"alike.{identifier(name)}" for name in [*table.names, *checked.mapped.further]]
        columns = ", ".join([*every, *unused])
        alike = f"SELECT alike.* FROM ({alike}) AS alike JOIN raw_{table.name} AS raw USING (_seq)"
    apart = f"{alike} QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY _seq) > 1"
    found = connection.execute(
        f"SELECT count(*), arg_min(_file, _seq), arg_min(_row, _seq) FROM (SELECT _seq, _file, _row FROM ({apart}))"
    ).fetchone()
    if found and found[0]:
        yield Remark(
            table.name, "repeats an earlier row in full; kept, there is no key to tell it by", found[1], found[2], rows=found[0]
        )


def _dateless(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    table = checked.table
    if not table.event or table[table.event].required:
        return
    rows = _one(connection, f"SELECT count(*) FROM t_{table.name} WHERE _why IS NULL AND {table.event} IS NULL")
    if rows:
        yield Remark(table.name, "rows without it exist on every day", file=checked.label, column=table.event, rows=rows)


def _undated_outcomes(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    if checked.table.name != "opportunities":
        return
    decided = "(outcome <> 'open' OR won_amount IS NOT NULL)"
    rows = _one(connection, f"SELECT count(*) FROM t_opportunities WHERE _why IS NULL AND closed IS NULL AND {decided}")
    if rows:
        what = "deals are decided without it; they are so on every day"
        yield Remark("opportunities", what, file=checked.label, column="closed", rows=rows)


def _added_up(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    """Yield which targets of no day stand beside others of the same: a forecast that was stated anew would count twice."""
    if checked.table.name != "targets":
        return
    same = connection.execute(
        "SELECT kind, sum(n)::BIGINT FROM (SELECT kind, count(*) AS n FROM t_targets WHERE _why IS NULL AND stated_on IS NULL "
        "GROUP BY account_id, manager_id, period, measure, kind, currency HAVING count(*) > 1) GROUP BY kind ORDER BY kind"
    ).fetchall()
    for kind, rows in same:
        again = "without a day are of the same account or manager and period as others, and add up"
        what = f"{say_count(rows, 'row')} of {kind} {again}"
        remedy = "give stated_on where they were stated anew, so that the latest counts"
        yield Remark("targets", what, file=checked.label, column="stated_on", rows=rows, remedy=remedy)


def _unnamed_raters(connection: "duckdb.DuckDBPyConnection", checked: Checked) -> Iterator[Remark]:
    if checked.table.name != "ratings":
        return
    rows = _one(connection, "SELECT count(*) FROM t_ratings WHERE _why IS NULL AND rater IS NULL")
    if rows:
        named = _one(connection, "SELECT count(*) FROM t_ratings WHERE _why IS NULL AND rater IS NOT NULL")
        some = f", {named:,} name one" if named else ""
        what = f"ratings name no rater{some}; each counts as the answer of another person, and all are averaged"
        yield Remark("ratings", what, file=checked.label, column="rater", rows=rows)


def remark_on_scales(connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], scales: Scales) -> Iterator[Remark]:
    """Yield what each scale made of numbers, and which scale belongs to nothing."""
    rated_by = {name: _count_rated(connection, name, scales) if "ratings" in checked else 0 for name in scales}
    for each in dict.fromkeys(map(tuple, scales.values())):
        alike = [name for name, rows in rated_by.items() if rows and tuple(scales[name]) == each]
        if alike:
            rows = sum(rated_by[name] for name in alike)
            told = _say_scale(alike, each, is_only=len(scales) == 1)
            yield Remark("ratings", told, file=checked["ratings"].label, column="score", rows=rows)
    for name, ends in scales.items():
        accounts = checked.get("accounts")
        kind, points = accounts.further.get(name, ("", "")) if accounts else ("", "")
        if accounts and kind == "number":
            given = f"count({identifier(name)})"
            query = f"SELECT {given}, {given} - count({points}) FROM t_accounts WHERE _why IS NULL"
            rows, beyond = connection.execute(query).fetchone() or (0, 0)
            lost = f"; {beyond:,} are beyond it and unknown" if beyond else ""
            yield Remark("accounts", _say_scale([name], ends) + lost, file=accounts.label, column=name, rows=rows)
        if not rated_by[name] and kind != "number":
            what = f"[scales] {name} is no criterion of ratings and no further column of accounts that holds numbers alone"
            yield Remark("ratings", what)


def _say_scale(names: Sequence[str], ends: Sequence[float], *, is_only: bool = False) -> str:
    spoken = [("answers" if is_only else "all other answers") if name == "*" else name for name in names]
    verb = "is" if len(names) == 1 and "*" not in names else "are"
    return f"{name_first(spoken, 4)} {verb} on a scale from {ends[0]:g} (0 points) to {ends[1]:g} (10 points)"


def _count_rated(connection: "duckdb.DuckDBPyConnection", name: str, scales: Scales) -> int:
    others = ", ".join(quote(each) for each in scales)
    which = f"criterion = {quote(name)}" if name != "*" else f"criterion NOT IN ({others})"
    return _one(connection, f"SELECT count(*) FROM t_ratings WHERE _why IS NULL AND {which}")


def list_references(checked: Mapping[str, Checked]) -> Iterator[tuple[str, str, str]]:
    """Yield the columns that name rows of another table that has some, as (table, column, the other table)."""
    for name, item in checked.items():
        for column in item.table.names:
            master = _master(name, column)
            if master in checked and checked[master].kept and (master, TABLES[master].key[0]) != (name, column):
                yield name, column, master


def _master(table: str, column: str) -> str:
    general = {"account_id": "accounts", "manager_id": "managers", "offering_id": "offerings"}
    return REFERENCES.get((table, column), "") or general.get(column, "")


def find_strangers(
    connection: "duckdb.DuckDBPyConnection", item: Checked, column: str, master: str, ids: Ids
) -> tuple[Remark, ...]:
    """Return a remark where a column names rows that their own table does not have."""
    key = TABLES[master].key[0]
    row = connection.execute(
        f"SELECT count(*), count(DISTINCT {column}), arg_min(_file, _seq), arg_min(_row, _seq), arg_min({column}, _seq) "
        f"FROM t_{item.table.name} WHERE _why IS NULL AND {column} IS NOT NULL "
        f"AND {column} NOT IN (SELECT {key} FROM t_{master} WHERE _why IS NULL)"
    ).fetchone()
    if not row or not row[0]:
        return ()
    kept = "; kept, its name is unknown" if column == "account_id" else ""
    many = f" ({row[1]:,} different ones)" if row[1] > 1 else ""
    remedy = find_spelling(connection, item.table.name, ids) if column == "account_id" else ""
    told = f"has no row in {master}{many}{kept}"
    return (Remark(item.table.name, told, row[2], row[3], column, row[4], remedy, row[0]),)


def _one(connection: "duckdb.DuckDBPyConnection", query: str) -> int:
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number or 0)

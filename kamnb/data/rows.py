"""Rows checked against the contract: what is kept, what is set aside and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from kamnb.data.accounts import AccountIds
from kamnb.data.columns import Mapped
from kamnb.data.holding import hold_rows, is_left
from kamnb.data.ledgers import LEDGER
from kamnb.data.left import Left
from kamnb.data.numbers import is_plain_number, parse_number
from kamnb.data.parsing import parse_rows, show_left
from kamnb.data.portfolio import MEMBER, UNTIL
from kamnb.data.remedies import find_remedy
from kamnb.data.repeats import find_alike
from kamnb.data.report import Remark
from kamnb.data.saving import link_file
from kamnb.data.scales import Scales, to_points
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import Column, Table
from kamnb.data.totals import set_aside_totals

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Checked:
    """One table after the check; its rows stand in the DuckDB table ``t_<name>``.

    Beside the contract's columns these have ``_seq`` (order), ``_file``, ``_row``, ``_line``,
    ``_given_id`` (the account id as the file has it, where it is another), ``_member`` (the account that the row names, which
    may count for its parent) and, where a row was set
    aside, ``_why`` (line, missing, unread, repeated), ``_column`` and ``_value``. Bit n of
    ``_unread`` says that the n-th column's text does not read.

    Attributes
    ----------
    mapped : Mapped
    amount : str
        The column whose money is counted; empty where the table has none.
    further : mapping of column name to (kind, SQL value)
        Columns beyond the contract; kinds are "number" and "text".
    kept : int
        Rows that were not set aside.
    faults : tuple of str
    is_whole : bool
        Whether it is known that no row was set aside; what is said of such rows need not be looked for then.
    unread : int
        The bits of ``_unread`` that any row has; -1 where that is not known.
    left : Left or None
        How the columns are had from the file, where ``t_<name>`` was left in it; it may be a table since.
    is_replaced : bool
        Whether ``_until`` says from which day a row is replaced by a later one; such a row still counts before.
    """

    mapped: Mapped
    amount: str
    further: Mapping[str, tuple[str, str]]
    kept: int
    faults: tuple[str, ...]
    is_whole: bool = False
    unread: int = -1
    left: Left | None = None
    is_replaced: bool = False

    @property
    def table(self) -> Table:
        """The table as declared."""
        return self.mapped.table

    @property
    def label(self) -> str:
        """The file as faults name it."""
        return self.mapped.label


def check_rows(
    connection: "duckdb.DuckDBPyConnection",
    mapped: Mapped,
    settings: TableSettings,
    ids: AccountIds,
    scales: Scales = MappingProxyType({}),
) -> Checked:
    """Parse every row of a table and set aside those that cannot be used."""
    name = mapped.table.name
    left = parse_rows(connection, mapped, settings, ids, scales)
    amount = _amount(connection, mapped)
    said = [*set_aside_totals(connection, mapped, amount, ids.has_accounts)]
    if name == "invoices":
        left, credits = _sign_credits(connection, mapped, left)
        said += credits
    _mark_repeated(connection, mapped.table, "again" if settings.once else "repeated")
    said += _differing(connection, mapped) if settings.once else []
    further = dict(_further_kinds(connection, mapped, settings, scales))
    mapped, counts = replace(mapped, remarks=(*mapped.remarks, *said)), _count(connection, mapped.table)
    kept = sum(each.rows for each in counts if each.why is None)
    unread = reduce(or_, (each.unread for each in counts), 0)
    return Checked(
        mapped,
        amount,
        further,
        kept,
        tuple(_hopeless(connection, mapped, counts)),
        kept == sum(each.rows for each in counts),
        unread,
        left,
    )


class _Count(NamedTuple):
    """Rows that were set aside for one reason, or (None) kept: how many, the first text, the bits of ``_unread`` they have."""

    why: str | None
    column: str | None
    rows: int
    value: str | None
    unread: int


def _count(connection: "duckdb.DuckDBPyConnection", table: Table) -> list[_Count]:
    query = f"SELECT _why, _column, count(*), arg_min(_value, _seq), bit_or(_unread) FROM t_{table.name} GROUP BY ALL"
    return [_Count(*row) for row in connection.execute(query).fetchall()]


def _sign_credits(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, left: Left | None) -> tuple[Left | None, list[Remark]]:
    """Give cost and quantity on credit lines the amount's sign where no credit line of the table has one; say it."""
    columns, remarks, turned = ("cost", "quantity"), [], []
    signs = ", ".join(f"count(*) FILTER ({column} > 0), coalesce(bool_or({column} < 0), false)" for column in columns)
    counts = connection.execute(f"SELECT {signs} FROM t_invoices WHERE _why IS NULL AND amount < 0").fetchone() or ()
    for column, above, below in zip(columns, counts[::2], counts[1::2], strict=True):
        if above and not below:
            turned.append(column)
        if above:
            done = "others have it below 0; kept as written" if below else "taken with the sign of the amount"
            what = f"{above:,} credit {'line has' if above == 1 else 'lines have'} a {column} above 0; {done}"
            remarks.append(Remark("invoices", what, file=mapped.label, column=column, rows=above))
    if turned and left and mapped.typed and is_left(connection, "invoices"):
        left = replace(left, turned=frozenset(turned))
        show_left(connection, mapped.table, mapped.typed, left)
    elif turned:
        values = ", ".join(f"{column} = CASE WHEN {column} > 0 THEN -{column} ELSE {column} END" for column in turned)
        connection.execute(f"UPDATE t_invoices SET {values} WHERE amount < 0")
    return left, remarks


def _mark_repeated(connection: "duckdb.DuckDBPyConnection", table: Table, why: str) -> None:
    """Set aside all but the first of rows with one key."""
    if not table.key:
        return
    rows, key = f"t_{table.name}", ", ".join(table.key)
    shown = " || ' ' || ".join(table.key)
    sound = " AND ".join(["_why IS NULL", *(f"{column} IS NOT NULL" for column in table.key)])
    if not find_alike(connection, table.name, key, sound):
        return
    hold_rows(connection, table.name)
    connection.execute(
        f"UPDATE {rows} SET _why = {quote(why)}, _column = {quote(key)}, _value = {shown} WHERE _seq IN ("
        f"SELECT _seq FROM {rows} WHERE {sound} AND hash({key}) IN (FROM alike) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _seq) > 1)"
    )


def _differing(connection: "duckdb.DuckDBPyConnection", mapped: Mapped) -> Iterator[Remark]:
    """Say in which columns rows that come again differ from the one of their key that counts."""
    table = mapped.table
    columns = [name for name in mapped.texts if name in table.names and name not in table.key]
    differs = [f"count(*) FILTER (a.{name} IS NOT NULL AND a.{name} IS DISTINCT FROM k.{name})" for name in columns]
    if not columns:
        return
    counts = connection.execute(
        f"SELECT {', '.join(differs)} FROM t_{table.name} a JOIN (SELECT * FROM t_{table.name} WHERE _why IS NULL) k "
        f"USING ({', '.join(table.key)}) WHERE a._why = 'again'"
    ).fetchone()
    for name, rows in zip(columns, counts or (), strict=True):
        if rows:
            yield Remark(
                table.name, "differs from that of the first row of its key, which counts", mapped.label, None, name, rows=rows
            )


def set_aside_merged(connection: "duckdb.DuckDBPyConnection", accounts: Checked, merged: Mapping[str, str]) -> Checked:
    """Set aside the rows of accounts that aliases say are others; a parent that was merged is the one it was merged into."""
    hold_rows(connection, "accounts")
    pairs = {"old": list(merged), "new": list(merged.values())}
    joined = "FROM (SELECT unnest($old) AS old, unnest($new) AS new)"
    connection.execute(
        f"UPDATE t_accounts SET _why = 'merged', _column = 'account_id', _value = account_id {joined} "
        "WHERE account_id = old AND _why IS NULL",
        pairs,
    )
    connection.execute(f"UPDATE t_accounts SET parent_id = nullif(new, account_id) {joined} WHERE parent_id = old", pairs)
    return replace(accounts, kept=_count_kept(connection, "accounts"), is_whole=False)


def _count_kept(connection: "duckdb.DuckDBPyConnection", name: str) -> int:
    (kept,) = connection.execute(f"SELECT count(*) FROM t_{name} WHERE _why IS NULL").fetchone() or (0,)
    return int(kept)


def _amount(connection: "duckdb.DuckDBPyConnection", mapped: Mapped) -> str:
    """Return the column whose money is counted: the required one, else the first that has a value."""
    table = mapped.table
    given = [name for name in table.money if name in mapped.texts]
    for name in given:
        query = f"SELECT 1 FROM t_{table.name} WHERE {name} IS NOT NULL LIMIT 1"
        if table[name].required or connection.execute(query).fetchone():
            return name
    return given[0] if given else ""


def _further_kinds(
    connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings, scales: Scales
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the kind of each further column: a number where every cell of it is one.

    There may be thousands of them, and reading a number is a long expression to plan: all texts are read by one.
    """
    if not mapped.further:
        return
    cells = f"unnest([{', '.join(map(identifier, mapped.further))}]) AS text, unnest(range({len(mapped.further)})) AS place"
    texts = f"SELECT {cells} FROM t_{mapped.table.name}"
    read = f"SELECT place, text, {_further_number('text', settings)} AS number FROM ({texts}) WHERE text IS NOT NULL"
    counts = connection.execute(
        f"SELECT place, bool_and({is_plain_number('text', settings)}), bool_and(coalesce(isfinite(number), false)) "
        f"FROM ({read}) GROUP BY place"
    ).fetchall()
    plain = {place: is_plain for place, is_plain, reads in counts if reads}
    for place, name in enumerate(mapped.further):
        number = _further_number(identifier(name), settings, plain=plain[place]) if place in plain else ""
        scaled = to_points(number, scales[name]) if number and name in scales else number
        yield name, ("number", scaled) if number else ("text", identifier(name))


def _further_number(text: str, settings: TableSettings, *, plain: bool = False) -> str:
    return f"TRY_CAST({parse_number(text, settings, plain=plain)} AS DOUBLE)"


def _hopeless(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, counts: list[_Count]) -> Iterator[str]:
    """Yield a fault where none of several rows can be used, all because of one column: the file is read wrongly."""
    if len(counts) == 1 and counts[0].why in ("missing", "unread") and counts[0].rows > 1:
        why, column, count, value = counts[0].why, counts[0].column or "", counts[0].rows, counts[0].value
        if why == "missing":
            yield f"{mapped.label}, {column}: none of {count:,} rows has a value; is it the right column?"
        else:
            texts = unread_texts(connection, mapped.table, column)
            remedy = find_remedy(mapped.table[column], texts, mapped.settings)
            yield f'{mapped.label}, {column}: none of {count:,} rows reads, e.g. "{value}"; {remedy}'


def unread_texts(connection: "duckdb.DuckDBPyConnection", table: Table, column: str, most: int = 200) -> list[str]:
    """Return texts of a required column that do not read, the first ones of the table first."""
    rows = connection.execute(
        f"SELECT _value FROM t_{table.name} WHERE _why = 'unread' AND _column = {quote(column)} "
        f"GROUP BY _value ORDER BY min(_seq) LIMIT {most}"
    ).fetchall()
    return [text for (text,) in rows]


class Saved(NamedTuple):
    """The columns of a saved table that have a value; how they are had from its file, where that is as it came."""

    filled: frozenset[str]
    left: Left | None = None


def save_kept(
    connection: "duckdb.DuckDBPyConnection", checked: Checked, target: Path, currency: str, *, rolled_up: bool
) -> Saved:
    """Write the kept rows of a table as Parquet; the file that they are left in is given a second place instead."""
    table, left = checked.table, checked.left if is_left(connection, checked.table.name) else None
    columns = [_saved(column, currency) for column in table.columns]
    columns += [f"{value} AS {identifier(name)}" for name, (_, value) in checked.further.items()]
    own = [UNTIL] if checked.is_replaced else []
    own += [MEMBER] if rolled_up and table.is_rolled_up else []
    own += [LEDGER] if table.name == "open_items" else []
    columns += own
    below = " AND account_id NOT IN (SELECT from_id FROM id_map)" if table.name == "accounts" else ""
    replaced = f" OR {UNTIL} IS NOT NULL" if checked.is_replaced else ""
    rows = f"FROM t_{table.name} WHERE (_why IS NULL{replaced}){below}"
    target.unlink(missing_ok=True)  # it may have another place by a link
    files = checked.mapped.typed.files if checked.mapped.typed and left else ()
    if len(files) == 1:
        link_file(files[0], target)
    else:
        order = "" if files else " ORDER BY _seq"
        connection.execute(f"COPY (SELECT {', '.join(columns)} {rows}{order}) TO {quote(str(target))} (FORMAT parquet)")
    every = [*table.names, *checked.further]
    counts = connection.execute(f"SELECT {', '.join(f'count({identifier(name)})' for name in every)} {rows}").fetchone()
    known = (name for name, count in zip(every, counts or (), strict=True) if count)
    return Saved(frozenset({*known, *own}), replace(left, currency=currency) if left and len(files) == 1 else None)


def _saved(column: Column, currency: str) -> str:
    if column.name != "currency":
        return identifier(column.name)
    return f"coalesce(currency, {quote(currency)}) AS currency" if currency else "currency"

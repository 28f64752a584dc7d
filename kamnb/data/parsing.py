"""Cells to values: the rows of a table as the contract has them, each with what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kamnb.data.accounts import AccountIds
from kamnb.data.columns import Mapped
from kamnb.data.engine import MANY
from kamnb.data.left import Left
from kamnb.data.portfolio import MEMBER
from kamnb.data.scales import Scales, scale_score
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import SQL_TYPES, Column, Table
from kamnb.data.typed import Typed, fit_value, spell_cell
from kamnb.data.values import has_text, is_filled, is_plain, is_tidy, parse_value

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class _Cells:
    """How the cells of a table are had: a relation, the text or value ``x_c`` of each column, and what was seen of them.

    `fitted` has the kind of each column that keeps its own. `plain` are those whose texts are all written in the plainest way.
    `is_short` says that no expression is long, `left` how rows are had that stay where they are, for nothing is wrong with them.
    """

    rows: str
    texts: Mapping[str, str]
    fitted: Mapping[str, str] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    is_short: bool = False
    left: Left | None = None


def parse_rows(
    connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings, ids: AccountIds, scales: Scales
) -> Left | None:
    """Make ``t_<name>``: of the cell x_c of each column its value v_c, of these the row with what is wrong with it.

    Where an expression is long the texts are kept first, for else each use of a value repeats it, and planning takes longer than
    reading. Where a file is large and nothing is wrong with it ``t_<name>`` is a view of it, until `kamnb.data.holding` makes it
    a table; how its columns are had is returned then.
    """
    name = mapped.table.name
    cells = _look_typed(connection, mapped, settings) or _look(connection, mapped, settings)
    joins = ids.known and "account_id" in mapped.texts and name not in ("accounts", "aliases")
    if mapped.typed and cells.left and not joins:
        show_left(connection, mapped.table, mapped.typed, cells.left)
        return cells.left
    kept = [f"{text} AS {identifier(f'x_{ours}')}" for ours, text in cells.texts.items()]
    texts = f"SELECT _seq, _file, _row, _fault, _line, {', '.join(kept)} FROM {cells.rows}"
    if cells.is_short:
        connection.execute(f"CREATE TABLE t_{name} AS {_select(mapped, settings, scales, cells, f'({texts})', joins)}")
        return None
    connection.execute(f"CREATE TEMP TABLE texts AS {texts}")
    cells = replace(cells, plain=cells.plain | _find_plain(connection, mapped, settings, cells))
    query = _select(mapped, settings, scales, cells, "texts", joins)
    connection.execute(f"CREATE TABLE t_{name} AS {query}; DROP TABLE texts")
    return None


def show_left(connection: "duckdb.DuckDBPyConnection", table: Table, typed: Typed, left: Left) -> None:
    """Make ``t_<name>`` a view of the files in which the rows of a table are left."""
    columns = [*left.values(table), *([f"account_id AS {MEMBER}"] if "account_id" in table.names else []), _NOTHING_WRONG]
    connection.execute(f"CREATE OR REPLACE VIEW t_{table.name} AS {typed.rows(columns)}")


_NOTHING_WRONG = (
    "NULL::VARCHAR AS _given_id, NULL::VARCHAR AS _why, NULL::VARCHAR AS _column, NULL::VARCHAR AS _value, 0::BIGINT AS _unread"
)


def _select(mapped: Mapped, settings: TableSettings, scales: Scales, cells: _Cells, texts: str, joins: bool) -> str:
    """Return the query of the rows of ``t_<name>``, of a relation that has the columns x_c."""
    table = mapped.table
    given = [column for column in table.columns if column.name in mapped.texts]
    values = {column.name: _parsed(column, table, settings, scales, cells) for column in given}
    if joins:
        values |= {"account_id": "coalesce(to_id, x_account_id)", "member": "coalesce(member_id, x_account_id)"}
        texts += " LEFT JOIN id_map ON from_id = x_account_id"
    listed = ", ".join(f"{value} AS v_{name}" for name, value in values.items())
    columns = [f"{_value(column, mapped)}::{SQL_TYPES[column.kind]} AS {identifier(column.name)}" for column in table.columns]
    columns += [f"{identifier(f'x_{further}')} AS {identifier(further)}" for further in mapped.further]
    columns += [f"{'v_member' if joins else 'account_id'} AS {MEMBER}"] if "account_id" in table.names else []
    other = "CASE WHEN v_account_id <> x_account_id THEN x_account_id END" if joins else "NULL::VARCHAR"
    why, place, value = _first_fault(mapped, cells)
    wrong = f"{why} AS _why, {place} AS _column, {value} AS _value, {_unread_bits(mapped, cells)} AS _unread"
    parsed = f"SELECT *, {listed} FROM {texts}"
    head = "" if cells.is_short else f"WITH parsed AS MATERIALIZED ({parsed}) "
    rows = f"({parsed})" if cells.is_short else "parsed"
    return f"{head}SELECT _seq, _file, _row, _line, {', '.join(columns)}, {other} AS _given_id, {wrong} FROM {rows}"


def _look_typed(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings) -> _Cells | None:
    """Look at a file whose columns have kinds of their own; None where there is none, or its rows are to be had as texts.

    These are those of a file with a row of which nothing that is used is filled, or a cell of it is too long.
    """
    typed = mapped.typed
    if not typed:
        return None
    fitted = dict(_fit(mapped, settings))
    rows = f"({typed.cells({name: mapped.cells[name] for name in fitted})})"
    own = {name: typed.own(name) for name in fitted}
    texts = {**mapped.texts, **mapped.further, **own}
    used = [column for column in mapped.raw if column not in mapped.unused]
    others = [column for column in used if column not in {mapped.cells[name] for name in fitted}]
    lacks = " AND ".join(f"{cell} IS NULL" for cell in own.values()) or "true"
    blank = " AND ".join(f"NOT coalesce({is_filled(column)}, false)" for column in others) or "true"
    asked = {
        "_rows": "count(*)",
        "_unusable": f"coalesce(bool_or(({typed.is_long(others)}) OR (CASE WHEN {lacks} THEN {blank} ELSE false END)), false)",
        "_sound": f"coalesce(bool_and({_is_sound(mapped, settings, texts, fitted, own)}), true)",
    }
    seen = _ask(connection, mapped, settings, rows, fitted, asked)
    if seen["_unusable"]:
        return None
    cells = _see(mapped, rows, texts, fitted, seen)
    if not seen["_sound"] or seen["_rows"] < MANY or mapped.further:
        return cells
    fit = {column.name for column in mapped.table.columns if _is_word(column)} | fitted.keys()
    is_tidy = all(text == identifier(mapped.cells.get(name, "")) for name, text in cells.texts.items() if name not in fitted)
    if not is_tidy or not fit >= mapped.texts.keys():
        return cells
    return replace(cells, left=Left({name: typed.columns[mapped.cells[name]] for name in mapped.texts}, typed.decimal))


def _look(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings) -> _Cells:
    """Look at a file of texts."""
    filled = " OR ".join(["_fault IS NOT NULL", *map(is_filled, mapped.raw)])
    rows = f"raw_{mapped.table.name}"
    seen = _ask(connection, mapped, settings, rows, {}, {})
    return _see(mapped, f"{rows} WHERE {filled}", {**mapped.texts, **mapped.further}, {}, seen)


def _fit(mapped: Mapped, settings: TableSettings) -> Iterator[tuple[str, str]]:
    """Yield the columns that keep the kind which they have in the file, with it."""
    for column in mapped.table.columns:
        theirs = mapped.cells.get(column.name)
        if mapped.typed and theirs and (mapped.table.name, column.name) != ("ratings", "score"):  # which may be on a scale
            kind = mapped.typed.columns[theirs][1]
            if fit_value("", kind, column, settings):
                yield column.name, kind


def _is_sound(
    mapped: Mapped, settings: TableSettings, texts: Mapping[str, str], fitted: Mapping[str, str], own: Mapping[str, str]
) -> str:
    """Return the expression of whether a row has what it must, and what keeps its kind reads."""
    table = mapped.table
    has = {name: f"{text} IS NOT NULL" for name, text in texts.items()}
    has |= {name: has_text(theirs) for name, theirs in mapped.cells.items() if name not in fitted}
    parts = [has[name] for name in table.required]
    parts += [
        f"({own[name]} IS NULL OR {fit_value(own[name], kind, table[name], settings)} IS NOT NULL)"
        for name, kind in fitted.items()
    ]
    parts += [
        f"({text} IS NULL OR {parse_value(text, table[name], settings)} IS NOT NULL)"
        for name, text in texts.items()
        if name in table.names and table[name].kind == "yesno" and name not in fitted
    ]
    some = [has[name] for name in table.either if name in texts]
    return " AND ".join([*parts, f"({' OR '.join(some) or 'false'})"] if table.either else parts) or "true"


def _is_word(column: Column) -> bool:
    """Tell whether a text is a value of a column however it is spelled, or by a short look."""
    return column.kind == "yesno" or (column.kind == "text" and not column.one_of)


def _ask(
    connection: "duckdb.DuckDBPyConnection",
    mapped: Mapped,
    settings: TableSettings,
    rows: str,
    fitted: Mapping[str, str],
    asked: Mapping[str, str],
) -> dict[str, Any]:
    """Return what is asked of all rows, and of which columns of texts every cell is tidy (``tidy c``), or plain (``plain c``).

    Of columns beyond the contract it is not asked: there may be thousands, and planning takes longer than trimming.
    """
    looks = dict(asked)
    for name in [name for name in mapped.cells if name in mapped.texts and name not in fitted]:
        theirs = mapped.cells[name]
        looks[f"tidy {name}"] = f"coalesce(bool_and({is_tidy(theirs)}), true)"
        if plain := is_plain(identifier(theirs), mapped.table[name], settings):
            looks[f"plain {name}"] = f"coalesce(bool_and({plain}), true)"
    return _answer(connection, looks, rows)


def _answer(connection: "duckdb.DuckDBPyConnection", asked: Mapping[str, str], rows: str) -> dict[str, Any]:
    answers = connection.execute(f"SELECT {', '.join(asked.values())} FROM {rows}").fetchone() if asked else ()
    return dict(zip(asked, answers or (), strict=True))


def _see(mapped: Mapped, rows: str, texts: Mapping[str, str], fitted: Mapping[str, str], seen: Mapping[str, Any]) -> _Cells:
    """Return the cells with the texts of columns that were seen to be tidy as they are."""
    tidy = {name: identifier(theirs) for name, theirs in mapped.cells.items() if seen.get(f"tidy {name}")}
    plain = frozenset(name for name in mapped.texts if seen.get(f"plain {name}"))
    short = {column.name for column in mapped.table.columns if column.kind == "text"} | fitted.keys() | plain
    return _Cells(rows, {**texts, **tidy}, fitted, plain, is_short=short >= mapped.texts.keys())


def _find_plain(
    connection: "duckdb.DuckDBPyConnection", mapped: Mapped, settings: TableSettings, cells: _Cells
) -> frozenset[str]:
    """Return the columns of ``texts`` of which every text is written in the plainest way, and it was not seen before."""
    seen = {name for name, theirs in mapped.cells.items() if cells.texts[name] == identifier(theirs)} | cells.fitted.keys()
    left = [name for name in mapped.texts if name not in seen]
    looks = {name: is_plain(f"x_{name}", mapped.table[name], settings) for name in left}
    asked = {name: f"coalesce(bool_and({look}), true)" for name, look in looks.items() if look}
    return frozenset(name for name, answer in _answer(connection, asked, "texts").items() if answer)


def _parsed(column: Column, table: Table, settings: TableSettings, scales: Scales, cells: _Cells) -> str:
    text, plain = f"x_{column.name}", column.name in cells.plain
    if kind := cells.fitted.get(column.name):
        return fit_value(text, kind, column, settings)
    if scales and (table.name, column.name) == ("ratings", "score"):
        return scale_score(text, "x_criterion", column, settings, scales, plain=plain)
    return parse_value(text, column, settings, plain=plain)


def _value(column: Column, mapped: Mapped) -> str:
    return f"v_{column.name}" if column.name in mapped.texts else "NULL"


def _first_fault(mapped: Mapped, cells: _Cells) -> tuple[str, str, str]:
    """Return the expressions of why a row is set aside, for which column, and its text there."""
    whys, places, values = ([f"WHEN _fault IS NOT NULL THEN {told}"] for told in ("'line'", "''", "_fault"))
    for name in mapped.table.required:
        missing, unread = f"x_{name} IS NULL", f"v_{name} IS NULL"
        kind = cells.fitted.get(name, "VARCHAR")
        whys.append(f"WHEN {missing} THEN 'missing' WHEN {unread} THEN 'unread'")
        places.append(f"WHEN {unread} THEN {quote(name)}")
        values.append(f"WHEN {unread} THEN {spell_cell(f'x_{name}', kind, mapped.settings.decimal)}")
    if mapped.table.either:
        none = " AND ".join(f"x_{name} IS NULL" for name in mapped.table.either if name in mapped.texts) or "true"
        whys.append(f"WHEN {none} THEN 'missing'")
        places.append(f"WHEN {none} THEN {quote(' or '.join(mapped.table.either))}")
    whole = [f"CASE {' '.join(parts)} END" for parts in (whys, places, values)]
    return whole[0], whole[1], whole[2]


def _unread_bits(mapped: Mapped, cells: _Cells) -> str:
    given = [column for column in mapped.table.columns if column.name in mapped.texts]
    bits = [
        f"CASE WHEN x_{column.name} IS NOT NULL AND v_{column.name} IS NULL THEN {bit_of(mapped.table, column.name)} ELSE 0 END"
        for column in given
    ]
    bits += [_marked_bit(column.name) for column in given if column.kind == "money" and column.name not in cells.fitted]
    return f"({' + '.join(bits)})::BIGINT"


MARKED = 48
"""The bit of ``_unread`` from which on bits are summed of amounts that read though a letter stands at an end of them."""


def _marked_bit(name: str) -> str:
    lettered = f"(ascii(x_{name}) > 64 OR ascii(right(x_{name}, 1)) > 64)"
    return f"CASE WHEN v_{name} IS NOT NULL AND {lettered} THEN {1 << MARKED} ELSE 0 END"


def bit_of(table: Table, column: str) -> int:
    """Return the bit of ``_unread`` that stands for a column."""
    return 1 << table.names.index(column)

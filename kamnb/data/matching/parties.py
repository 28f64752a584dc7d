"""The companies of both sides: ids that rows name and accounts lack, with the names that the files have for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kamnb.data.columns import map_columns
from kamnb.data.engine import start_duckdb
from kamnb.data.files import find_sources
from kamnb.data.matching.names import load_part
from kamnb.data.matching.pairs import Party
from kamnb.data.portfolio import Portfolio
from kamnb.data.proposing.names import score_name
from kamnb.data.queries import query_label, read_raw
from kamnb.data.settings import DataSettings, TableSettings
from kamnb.data.shaping import shape_rows
from kamnb.data.sql import identifier
from kamnb.data.tables import TABLES
from kamnb.data.values import fold_blanks

if TYPE_CHECKING:
    import duckdb

_TABLES = {"invoices": "amount", "open_items": "open_amount", "opportunities": "amount"}
_GOOD = 0.7
"""A column that is called less like a company's name holds other names."""


def list_ours(portfolio: Portfolio) -> list[Party]:
    """Return the accounts, with what their file says of city, tax id and domain."""
    frame = portfolio.read("accounts")
    further = _find_columns([str(name) for name in frame.columns])
    cells = frame.astype(object).where(frame.notna(), "")
    rows = [{str(column): str(cell) for column, cell in row.items()} for row in cells.to_dict("records")]
    return [_party(row, further) for row in rows]


def _party(row: Mapping[str, str], further: Mapping[str, str]) -> Party:
    city, tax_id, domain = (row[further[what]] if what in further else "" for what in ("city", "tax_id", "domain"))
    return Party(row["account_id"], row.get("name") or row["account_id"], city, tax_id, domain)


def list_theirs(portfolio: Portfolio, settings: DataSettings) -> list[Party]:
    """Return the ids of invoices, open items and deals that have no row in accounts, those with the most money first."""
    money: dict[str, float] = {}
    for table, amount in _TABLES.items():
        with portfolio.connect(table, "accounts") as connection:
            query = (
                f"SELECT account_id, coalesce(sum({amount}), 0)::DOUBLE FROM {table} WHERE account_id IS NOT NULL "
                "AND account_id NOT IN (SELECT account_id FROM accounts) GROUP BY account_id ORDER BY account_id"
            )
            for name, total in connection.execute(query).fetchall():
                money[name] = money.get(name, 0.0) + total
    known = _read_names(settings) if money else {}
    parties = [replace(Party(name, name, money=total), **known.get(name, {})) for name, total in money.items()]
    return sorted(parties, key=lambda each: (-abs(each.money), each.id))


def _read_names(settings: DataSettings) -> dict[str, dict[str, Any]]:
    """Return what the files say of each id that rows name: its name, city, tax id and domain, as most of its rows have it."""
    found, _, _ = find_sources(settings)
    known: dict[str, dict[str, Any]] = {}
    for table in _TABLES:
        own = settings.tables.get(table, TableSettings())
        if table not in found or "$as_of" in own.sql:
            continue
        with TemporaryDirectory(prefix="kamnb-match-") as folder, start_duckdb(Path(folder)) as connection:
            reading = read_raw(
                connection, table, found[table], own, settings.root, None, Path(folder), settings.limits.query_seconds
            )
            if not reading.is_read:
                continue
            label = query_label(table, found[table])
            shape_rows(connection, table, reading.rows, own, settings.ids, label, [])
            for name, cells in _name_ids(connection, table, own, settings):
                known.setdefault(name, cells)
    return known


def _name_ids(
    connection: "duckdb.DuckDBPyConnection", table: str, own: TableSettings, settings: DataSettings
) -> Iterator[tuple[str, dict[str, str]]]:
    mapped = map_columns(connection, TABLES[table], own, settings.ids, table)
    account = mapped.texts.get("account_id")
    columns = _find_columns(mapped.unused)
    called = {column: score_name("accounts", "name", column) for column in mapped.unused}
    best = max(called, key=lambda column: called[column], default="")
    if best and called[best] >= _GOOD:
        columns["name"] = best
    if not account or not columns:
        return
    cells = ", ".join(f"mode(nullif(trim({identifier(column)}), ''))" for column in columns.values())
    query = (
        f"SELECT {account} AS id, {cells} FROM raw_{table} WHERE _fault IS NULL AND {account} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    for name, *texts in connection.execute(query).fetchall():
        yield name, {what: text for what, text in zip(columns, texts, strict=True) if text}


def _find_columns(names: Sequence[str]) -> dict[str, str]:
    """Return the columns that hold city, tax id and domain, by what they hold."""
    words: Mapping[str, list[str]] = load_part("columns")
    found = {what: [name for name in names if fold_blanks(name) in spelled] for what, spelled in words.items()}
    return {what: columns[0] for what, columns in found.items() if columns}

"""Entries: rows that people give at the desk or in a form, kept in ``entries/`` beside the company's tables.

A file of entries has the columns of its table and who saved each row, when, and from where. Rows are only ever added. The door
reads them after the company's own: of rows that are about the same thing the last one counts.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.columns import Mapped, map_columns
from kamnb.data.files import Source
from kamnb.data.holding import hold_rows
from kamnb.data.portfolio import MEMBER, UNTIL
from kamnb.data.rows import Checked
from kamnb.data.settings import Ids, TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import TABLES, Table

if TYPE_CHECKING:
    import duckdb

FOLDER = "entries"
"""The folder, in that of the workbook's settings."""

STAMP = ("saved_on", "saved_by", "saved_from")
"""The columns that say when a row was saved, by whom, and where it was given: at the desk, or in which form."""

STRUCK = "struck out"
"""Stands in ``saved_from`` of an entry that takes back what it is about: the row is kept in its file and counts on no day."""

ABOUT = {
    "ratings": ("account_id", "criterion", "competitor", "rater", "rated_on"),
    "wallet": ("account_id", "year", "offering_id", "competitor", "stated_on"),
    "insight": ("account_id", "topic", "confirmed_on"),
    "customer_goals": ("goal_id",),
    "objectives": ("objective_id",),
    "actions": ("action_id",),
    "contacts": ("contact_id",),
    "decisions": ("account_id", "decided_on", "decision"),
    "overrides": ("account_id", "what", "by", "stated_on"),
}
"""The tables that people add to, and the columns that say what a row is about: a later row about the same replaces it."""

ALWAYS = "DATE '0001-01-01'"
"""From when a row without an event counts."""

_LATER = 1 << 61
"""Added to the order of entries, so that they come after the company's rows."""


def find_entries(home: Path) -> dict[str, Source]:
    """Return the files of entries that there are, by table."""
    paths = {name: home / FOLDER / f"{name}.csv" for name in ABOUT}
    return {name: Source(path, folder=True) for name, path in paths.items() if path.is_file()}


def declare_entries(name: str) -> Table:
    """Return the table of the entries to a table; rows about the same thing may repeat in it."""
    return replace(TABLES[name], name=f"{FOLDER}_{name}", key=())


def map_entries(connection: "duckdb.DuckDBPyConnection", name: str, ids: Ids, label: str) -> Mapped:
    """Map the columns of a file of entries: they have the names of the contract, whatever the company's file calls them."""
    mapped = map_columns(connection, declare_entries(name), TableSettings(), ids, label)
    return replace(mapped, unused=tuple(column for column in mapped.unused if column not in STAMP))


def merge_entries(
    connection: "duckdb.DuckDBPyConnection", name: str, entries: Checked, given: Checked | None, day: date | None
) -> Checked:
    """Add the checked entries to the checked rows of their table; what they give anew by `day` is set aside.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``t_entries_<name>``, and ``t_<name>`` where the company has the table; the latter holds both afterwards.
    name : str
    entries : Checked
    given : Checked or None
    day : date or None

    Returns
    -------
    Checked
        Of the table with its entries.
    """
    source, target = f"t_{entries.table.name}", f"t_{name}"
    rows = f"SELECT * REPLACE (_seq + {_LATER} AS _seq) FROM {source}"
    if given is None:
        connection.execute(f"CREATE VIEW raw_{name} AS SELECT * REPLACE (_seq + {_LATER} AS _seq) FROM raw_{entries.table.name}")
        connection.execute(f"CREATE TABLE {target} AS {rows}")
    else:
        hold_rows(connection, name)
        connection.execute(f"INSERT INTO {target} BY NAME {rows}")
    _replace_rows(connection, name, day)
    (kept,) = connection.execute(f"SELECT count(*) FROM {target} WHERE _why IS NULL").fetchone() or (0,)
    checked = given or replace(entries, mapped=replace(entries.mapped, table=TABLES[name]))
    amount, unread = checked.amount or entries.amount, checked.unread | entries.unread
    return replace(checked, kept=kept, amount=amount, is_whole=False, unread=unread, is_replaced=True)


def _replace_rows(connection: "duckdb.DuckDBPyConnection", name: str, day: date | None) -> None:
    """Say from which day each row about a thing is replaced by a later one, where one of them is an entry; set it aside if it is.

    A row that exists from its event on replaces nothing before: on an earlier day the row before it still counts.
    """
    event = TABLES[name].event
    columns = [MEMBER if column == "account_id" else identifier(column) for column in ABOUT[name]]
    about, shown = ", ".join(columns), f"concat_ws(' ', {', '.join(columns)})"
    struck = _find_struck(connection, name)
    start = f"CASE WHEN {struck} THEN {ALWAYS} ELSE coalesce({event}, {ALWAYS}) END" if event else ALWAYS
    after = f"OVER (PARTITION BY {about} ORDER BY _seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    connection.execute(f"ALTER TABLE t_{name} ADD COLUMN {UNTIL} DATE")
    connection.execute(
        f"UPDATE t_{name} AS rows SET {UNTIL} = later.day FROM (SELECT _seq, min({start}) {after} AS day, "
        f"max(_seq) OVER (PARTITION BY {about}) AS last FROM t_{name} WHERE _why IS NULL) AS later "
        f"WHERE rows._seq = later._seq AND later.last >= {_LATER}"
    )
    seen = f"AND {UNTIL} <= DATE '{day}'" if day else ""
    about_it = f"_column = {quote(ABOUT[name][0])}, _value = {shown}"
    connection.execute(f"UPDATE t_{name} SET _why = 'replaced', {about_it} WHERE {UNTIL} IS NOT NULL {seen}")
    connection.execute(f"UPDATE t_{name} SET _why = 'struck', {about_it}, {UNTIL} = NULL WHERE {struck}")


def _find_struck(connection: "duckdb.DuckDBPyConnection", name: str) -> str:
    """Return the condition on rows of a table that they are entries that strike out."""
    raw = f"raw_{FOLDER}_{name}"
    if STAMP[2] not in {column for column, *_ in connection.execute(f"DESCRIBE {raw}").fetchall()}:
        return "false"
    return f"_seq - {_LATER} IN (SELECT _seq FROM {raw} WHERE {identifier(STAMP[2])} = {quote(STRUCK)})"

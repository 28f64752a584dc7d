"""Accounts that no file lists and that the rows of another table name, with what hangs on them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.looks import Look
from kamnb.data.proposing.names import says_account, score_name
from kamnb.data.sql import identifier
from kamnb.data.tables import TABLES

if TYPE_CHECKING:
    import duckdb

_NOT_OF_ROWS = ("account_id", "parent_id", "currency")


def take_accounts(drafts: Mapping[str, Draft], connection: "duckdb.DuckDBPyConnection") -> Draft | None:
    """Return accounts had from the rows of another table: columns with one value for each account; None where there are none."""
    for name in ("invoices", "opportunities", "open_items"):
        home = drafts.get(name)
        key = home and home.look("account_id")
        if not home or not key or home.block.header or "fill_down" in home.settings:
            continue
        found = Draft(home.block, TABLES["accounts"], home.looks)
        for column in TABLES["accounts"].columns:
            if column.kind == "text" and column.name not in _NOT_OF_ROWS:
                _take_of_rows(found, home, key, column.name, connection)
        if found.columns:
            as_there = Line(key.profile.name, home.columns["account_id"].level, f"as in [{name}]")
            found.columns = {"account_id": as_there, **found.columns}
            found.settings["once"] = Line(True, "sure", f"{key.profile.distinct:,} accounts, each on many rows; one row each")
            return found
    return None


def _take_of_rows(found: Draft, home: Draft, key: Look, ours: str, connection: "duckdb.DuckDBPyConnection") -> None:
    """Take a column of the rows for one of accounts: the best by name that has one value for each account, not one for all."""
    taken = {line.value for draft in (home, found) for line in draft.columns.values()}
    least = key.profile.distinct / 2 if ours == "name" else 1
    names = {name: score_name("accounts", ours, name) for name in home.block.names if name not in taken}
    for name in sorted(names, key=lambda each: -names[each]):
        profile = home.looks[name].profile
        if names[name] >= 0.9 and profile.distinct > least and _hangs_on(connection, home, key.profile.name, name):
            is_sure = ours == "name" and says_account(name)
            told = f'its name; one value for each "{key.profile.name}", on every row'
            found.columns[ours] = Line(name, "sure" if is_sure else "likely", told)
            return


def _hangs_on(connection: "duckdb.DuckDBPyConnection", home: Draft, key: str, theirs: str) -> bool:
    row = connection.execute(
        f"SELECT max(n) FROM (SELECT count(DISTINCT coalesce({identifier(theirs)}, '')) AS n FROM {home.block.view} "
        f"WHERE {identifier(key)} IS NOT NULL GROUP BY {identifier(key)})"
    ).fetchone()
    return bool(row and row[0] == 1)

"""Ids of accounts that files spell differently: the clean-up that makes the most of them known."""

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.settings import Ids
from kamnb.data.spellings import clean_id
from kamnb.data.sql import identifier

if TYPE_CHECKING:
    import duckdb

_WAYS = ("salesforce", "strip_decimals", "strip_leading_zeros", "strip_blanks", "fold_case")


def clean_ids(drafts: Mapping[str, Draft], connection: "duckdb.DuckDBPyConnection") -> None:
    """Add ``ids`` to accounts where it makes ids of other files known, and say in each file how many of them are."""
    accounts = drafts.get("accounts")
    master = accounts and accounts.look("account_id")
    if not accounts or not master or "once" in accounts.settings:
        return
    pieces = []
    for draft in drafts.values():
        look = draft.look("account_id")
        if draft is not accounts and look and look.profile.filled:
            pieces.append(f"SELECT {identifier(look.profile.name)} AS id FROM {draft.block.view}")
    if not pieces:
        return
    known = f"SELECT {identifier(master.profile.name)} AS id FROM {accounts.block.view}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE strange AS SELECT DISTINCT id FROM ({' UNION ALL '.join(pieces)}) "
        f"WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM ({known}) WHERE id IS NOT NULL)"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE known AS {known}")
    (every,) = connection.execute("SELECT count(*) FROM strange").fetchone() or (0,)
    if not every:
        return
    ways = [*((way,) for way in _WAYS), *combinations(_WAYS, 2)]
    best, helped = max(((way, _count_helped(connection, way)) for way in ways), key=lambda each: each[1])
    if helped:
        told = f"{helped:,} of {every:,} ids of other files are then ids of {accounts.block.label}"
        accounts.settings["ids"] = Line(dict.fromkeys(best, True), "sure" if helped == every else "likely", told)


def _count_helped(connection: "duckdb.DuckDBPyConnection", way: tuple[str, ...]) -> int:
    ids = Ids(**dict.fromkeys(way, True))
    masters = f"SELECT {clean_id('id', ids)} AS id FROM known"
    row = connection.execute(
        f"SELECT (SELECT count(*) FROM strange WHERE {clean_id('id', ids)} IN ({masters})), "
        f"(SELECT count(*) = count(DISTINCT id) FROM ({masters}))"
    ).fetchone() or (0, False)
    return int(row[0]) if row[1] else 0

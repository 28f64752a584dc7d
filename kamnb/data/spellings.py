"""Ids of accounts that two systems spell differently: how they are made alike, and what would make strangers known."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from kamnb.data.numbers import BLANKS, UNSEEN
from kamnb.data.settings import Ids
from kamnb.data.sql import quote

if TYPE_CHECKING:
    import duckdb

_TOLD = {
    "salesforce": "with the first 15 of its 18 characters",
    "strip_decimals": "with .0 behind it",
    "strip_leading_zeros": "but for leading zeros",
    "strip_blanks": "but for blanks",
    "fold_case": "but for capital letters",
}
"""The ways in which ids are made alike, in words: an id of accounts ..."""

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
"""Salesforce's three last characters, each of which says which of five letters are capitals."""


def clean_id(text: str, ids: Ids) -> str:
    """Return the expression of an account id as all tables spell it."""
    if ids.strip_blanks:
        text = f"translate({text}, {quote(BLANKS + UNSEEN)}, '')"
    if ids.strip_decimals:
        text = f"regexp_replace({text}, '^(\\d+)\\.0+$', '\\1')"
    if ids.strip_leading_zeros:
        text = f"CASE WHEN ltrim({text}, '0') = '' AND {text} <> '' THEN '0' ELSE ltrim({text}, '0') END"
    if ids.fold_case:
        text = f"upper({text})"
    return _completed(text) if ids.salesforce else text


def _completed(text: str) -> str:
    """Return the expression of Salesforce's id of 18 characters for one of 15, in which case matters."""
    codes = [
        " + ".join(
            f"CASE WHEN substr({text}, {start + place}, 1) BETWEEN 'A' AND 'Z' THEN {1 << place} ELSE 0 END" for place in range(5)
        )
        for start in (1, 6, 11)
    ]
    ends = " || ".join(f"substr('{_CHECK}', 1 + {code}, 1)" for code in codes)
    return f"CASE WHEN regexp_matches({text}, '^[A-Za-z0-9]{{15}}$') THEN {text} || {ends} ELSE {text} END"


def find_spelling(connection: "duckdb.DuckDBPyConnection", table: str, ids: Ids) -> str:
    """Say by which setting ids of a checked table that have no row in accounts would have one; empty where none helps."""
    strangers = (
        f"SELECT DISTINCT account_id AS id FROM t_{table} WHERE _why IS NULL AND account_id IS NOT NULL "
        "AND account_id NOT IN (SELECT account_id FROM t_accounts WHERE _why IS NULL)"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE strangers AS {strangers}")
    (among,) = connection.execute("SELECT count(*) FROM strangers").fetchone() or (0,)
    helps = {names: _count_known(connection, ids, names) for names in _ways(ids)} if _is_worth_trying(connection) else {}
    best = max(helps, key=lambda names: helps[names], default=())
    if not best or not helps[best]:
        return ""
    how = " and ".join(_TOLD[name] for name in best)
    which = f"all {among:,} are" if helps[best] == among else f"{helps[best]:,} of the {among:,} are"
    which = which if among > 1 else "it is"
    settings = ", ".join(f"{name} = true" for name in (*_given(ids), *best))
    return f"{which} an id of accounts {how}: write ids = {{ {settings} }} under [accounts]"


def _is_worth_trying(connection: "duckdb.DuckDBPyConnection") -> bool:
    """Tell whether any stranger is like an account when all that spellings differ by is passed over."""
    loose = f"left(upper(regexp_replace(translate({{}}, {quote(BLANKS + UNSEEN)}, ''), '^0+|\\.0+$', '', 'g')), 13)"
    query = f"SELECT 1 FROM strangers WHERE {loose.format('id')} IN (SELECT {loose.format('account_id')} FROM t_accounts) LIMIT 1"
    return connection.execute(query).fetchone() is not None


def _given(ids: Ids) -> list[str]:
    return [name for name in _TOLD if getattr(ids, name)]


def _ways(ids: Ids) -> Iterator[tuple[str, ...]]:
    """Yield settings that are not yet given, alone before in twos."""
    spare = [name for name in _TOLD if not getattr(ids, name)]
    yield from ((name,) for name in spare)
    yield from combinations(spare, 2)


def _count_known(connection: "duckdb.DuckDBPyConnection", ids: Ids, names: tuple[str, ...]) -> int:
    """Count strangers that are known when spelled so; none where two accounts would become one."""
    way = ids.model_copy(update=dict.fromkeys(names, True))
    masters = f"SELECT {clean_id('account_id', way)} AS id FROM t_accounts WHERE _why IS NULL"
    known, apart = connection.execute(
        f"SELECT (SELECT count(*) FROM strangers WHERE {clean_id('id', way)} IN ({masters})), "
        f"(SELECT count(*) = count(DISTINCT id) FROM ({masters}))"
    ).fetchone() or (0, False)
    return known if apart else 0

"""Master rows: of accounts that only another table names, and of things whose columns stand in several files."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kamnb.data.proposing.derivations import name_beside, name_by_key
from kamnb.data.proposing.drafts import Draft, Line, draft_columns
from kamnb.data.proposing.evidence import key_of
from kamnb.data.proposing.known import Known
from kamnb.data.proposing.looks import Look, Looks
from kamnb.data.proposing.names import says_account, score_name
from kamnb.data.proposing.tables import Placing, has_same_ids
from kamnb.data.report import say_count, say_share
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
        if found.columns or key.profile.spaced:
            as_there = Line(key.profile.name, home.columns["account_id"].level, f"as in [{name}]")
            found.columns = {"account_id": as_there, **found.columns}
            name_by_key(found)
            found.settings["once"] = Line(
                True, "sure", f"{say_count(key.profile.distinct, 'account')}; of several rows of one the first counts"
            )
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


def leave_out_totals(accounts: Draft) -> None:
    """Leave rows out that are called totals where the id of an account stands: they would be accounts."""
    key = accounts.columns.get("account_id")
    words = [text for column, text in accounts.block.totals if key and column == key.value]
    if key and words:
        accounts.leave_out(str(key.value), words, "likely", "called a total, and no account")


def join_further(draft: Draft, placing: Placing, spare: Sequence[Placing], looks: Looks, known: Known) -> None:
    """Name files beside that have a row for the same things and columns that this one lacks; texts, which read everywhere."""
    key = key_of(draft.table)
    for other in spare:
        if not has_same_ids(placing, other, known):
            continue
        lines = draft_columns(other, looks[other.block.view]).columns
        new = [
            each for each in draft.table.columns if each.name in lines and each.name not in draft.columns and each.kind == "text"
        ]
        if new and not any(each.one_of for each in new):
            on = str(draft.columns[key].value), str(lines[key].value)
            share = known.share(other.block, on[1], draft.block, on[0])
            told = f"{say_share(share)} of the ids of {other.block.label} are ids of {draft.block.label}"
            draft.join(other.block, on, told, "sure" if share > 0.9 else "likely")
            for column in new:
                line = lines[column.name]
                level = "likely" if share <= 0.9 and line.level == "sure" else line.level
                name = name_beside(draft, other.block, str(line.value))
                draft.columns[column.name] = Line(name, level, f"{line.reason}; of {other.block.label}", line.candidates)

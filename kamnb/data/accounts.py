"""Account ids as every table spells them: aliases resolved, children under their top parent."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from kamnb.data.holding import hold_rows
from kamnb.data.rates import Rates, converted
from kamnb.data.report import Remark
from kamnb.data.sql import quote

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class AccountIds:
    """What is known of ids.

    ``known`` says that the DuckDB table ``id_map`` has rows: an id as written, the account it counts for, and the account it
    names, which is another where children count for their parent (``rolled_up``). ``has_accounts`` says that the table was
    checked; ``merged`` has the accounts that have a row of their own and are others by aliases, and which.
    """

    known: bool = False
    rolled_up: bool = False
    faults: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    merged: Mapping[str, str] = field(default_factory=dict)
    has_accounts: bool = False


def learn_ids(connection: "duckdb.DuckDBPyConnection", tables: Collection[str], level: str) -> AccountIds:
    """Make the table ``id_map`` from aliases and, at level "parent", from the parents of accounts."""
    given = _pairs(connection, "SELECT account_id, parent_id FROM t_accounts") if "accounts" in tables else []
    masters = {account for account, _ in given}
    aliases, remarks = _aliases(connection, masters) if "aliases" in tables else ({}, [])
    merged = {account: aliases[account] for account in masters if account in aliases}
    parents = {account: aliases.get(parent, parent) for account, parent in given if parent and account not in merged}
    parents = {account: parent for account, parent in parents.items() if parent in masters and parent != account}
    tops, rings = _find_tops(parents)
    said = [f"{' -> '.join(ring)} is a ring; one of them must have no parent" for ring in rings]
    if level != "parent":
        tops = {}
        remarks += [Remark("accounts", ring, column="parent_id") for ring in said]
    names = aliases | {child: child for child in tops}
    counts_for = [tops.get(name, name) for name in names.values()]
    connection.execute("CREATE OR REPLACE TABLE id_map (from_id VARCHAR, to_id VARCHAR, member_id VARCHAR)")
    connection.execute(
        "INSERT INTO id_map SELECT unnest($old), unnest($top), unnest($name)",
        {"old": list(names), "top": counts_for, "name": list(names.values())},
    )
    faults = tuple(f"accounts, parent_id: {ring}" for ring in said) if level == "parent" else ()
    return AccountIds(bool(names), bool(tops), faults, tuple(remarks), merged, "accounts" in tables)


def roll_up(connection: "duckdb.DuckDBPyConnection", currency: str, rates: Rates, day: date) -> Iterator[Remark]:
    """Add children's annual spend to their top parent in ``t_accounts`` and list them there.

    Where a family states it in several currencies the sum is in the reporting currency.
    """
    spend = converted("annual_spend", "", currency, rates, day)
    hold_rows(connection, "accounts")
    connection.execute("ALTER TABLE t_accounts ADD COLUMN children VARCHAR")
    connection.execute(
        "CREATE TEMP TABLE families AS SELECT coalesce(to_id, account_id) AS top, "
        "  string_agg(from_id, ', ' ORDER BY from_id) AS children, "
        "  count(DISTINCT currency) FILTER (annual_spend IS NOT NULL) > 1 AS mixed, "
        "  min(currency) FILTER (annual_spend IS NOT NULL) AS currency, "
        f" sum(annual_spend) AS spend, sum(({spend})::DECIMAL(38,6)) AS in_reporting "
        f"FROM (SELECT * REPLACE (coalesce(currency, {quote(currency)}) AS currency) FROM t_accounts WHERE _why IS NULL) "
        "LEFT JOIN id_map ON from_id = account_id GROUP BY top HAVING count(from_id) > 0"
    )
    connection.execute(
        "UPDATE t_accounts SET children = f.children, annual_spend = CASE WHEN mixed THEN in_reporting ELSE spend END, "
        f" currency = CASE WHEN mixed THEN {quote(currency)} ELSE coalesce(f.currency, t_accounts.currency) END "
        "FROM families f WHERE account_id = top"
    )
    for top, children in connection.execute("SELECT top, children FROM families ORDER BY top").fetchall():
        yield Remark("accounts", f"adds up {top} and its children {children}", column="parent_id")


def leave_out_overrides(connection: "duckdb.DuckDBPyConnection") -> Iterator[Remark]:
    """Say which overrides are of children: what a person says of one company is not said of its group."""
    query = "SELECT _member, count(*) FROM t_overrides WHERE _why IS NULL AND _member <> account_id GROUP BY 1 ORDER BY 1"
    children = connection.execute(query).fetchall()
    if children:
        named, rows = ", ".join(child for child, _ in children), sum(count for _, count in children)
        yield Remark("overrides", f"those of children do not hold for their group: {named}", column="account_id", rows=rows)


def _pairs(connection: "duckdb.DuckDBPyConnection", query: str) -> list[tuple[str, str]]:
    return connection.execute(f"{query} WHERE _why IS NULL ORDER BY ALL").fetchall()


def _aliases(connection: "duckdb.DuckDBPyConnection", masters: set[str]) -> tuple[dict[str, str], list[Remark]]:
    targets: dict[str, set[str]] = defaultdict(set)
    for external, account in _pairs(connection, "SELECT external_id, account_id FROM t_aliases"):
        if external != account:
            targets[external].add(account)
    remarks = [
        Remark("aliases", f"stands for {' and '.join(sorted(accounts))}; left as it is", value=external, column="external_id")
        for external, accounts in sorted(targets.items())
        if len(accounts) > 1
    ]
    ends, rings = _find_tops({external: min(accounts) for external, accounts in targets.items() if len(accounts) == 1})
    remarks += [Remark("aliases", f"{' -> '.join(ring)} is a ring; left as it is", column="external_id") for ring in rings]
    unused = sorted(old for old, new in ends.items() if old in masters and new not in masters)
    remarks += [
        Remark(
            "aliases", f"has a row in accounts and {ends[old]} has none; the alias is not used", value=old, column="external_id"
        )
        for old in unused
    ]
    return {old: new for old, new in ends.items() if old not in unused}, remarks


def _find_tops(ups: Mapping[str, str]) -> tuple[dict[str, str], list[list[str]]]:
    """Return for each id the last of the way up from it, and the rings, of which no id has one."""
    tops: dict[str, str] = {}
    rings: dict[str, list[str]] = {}
    lost: set[str] = set()
    for start in ups:
        way: dict[str, None] = {}
        here = start
        while here in ups and here not in way and here not in tops and here not in lost:
            way[here] = None
            here = ups[here]
        if here in way:
            ring = [*list(way)[list(way).index(here) :], here]
            rings[min(ring)] = ring
        if here in way or here in lost:
            lost.update(way)
        else:
            tops.update(dict.fromkeys(way, tops.get(here, here)))
    return tops, [rings[key] for key in sorted(rings)]

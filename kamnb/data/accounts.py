"""Account ids as every table spells them: aliases resolved, children under their top parent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.data.report import Remark

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class AccountIds:
    """What is known of ids; ``known`` says that the DuckDB table ``id_map`` (from_id, to_id) is there."""

    known: bool = False
    faults: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def learn_ids(connection: "duckdb.DuckDBPyConnection", tables: set[str], level: str) -> AccountIds:
    """Make the table ``id_map`` from aliases and, at level "parent", from the parents of accounts."""
    parents = _parents(connection) if "accounts" in tables else {}
    aliases, remarks = _aliases(connection, set(parents)) if "aliases" in tables else ({}, [])
    tops: dict[str, str] = {}
    rings = [ring for account in parents if (ring := _find_top(account, parents, tops))]
    rings = sorted({min(ring): ring for ring in rings}.values())
    said = [f"accounts, parent_id: {' -> '.join(ring)} is a ring; one of them must have no parent" for ring in rings]
    if level != "parent":
        tops = {}
        remarks += [Remark("accounts", text.removeprefix("accounts, parent_id: "), column="parent_id") for text in said]
    pairs = {old: tops.get(new, new) for old, new in aliases.items()} | {a: top for a, top in tops.items() if a != top}
    connection.execute("CREATE OR REPLACE TABLE id_map (from_id VARCHAR PRIMARY KEY, to_id VARCHAR)")
    if pairs:
        connection.executemany("INSERT INTO id_map VALUES (?, ?)", sorted(pairs.items()))
    return AccountIds(True, tuple(said) if level == "parent" else (), tuple(remarks))


def roll_up(connection: "duckdb.DuckDBPyConnection", currency: str) -> Iterator[Remark]:
    """Add children's annual spend to their top parent in ``t_accounts`` and list them there."""
    connection.execute("ALTER TABLE t_accounts ADD COLUMN children VARCHAR")
    groups = connection.execute(
        "SELECT to_id, string_agg(from_id, ', ' ORDER BY from_id) FROM id_map "
        "WHERE from_id IN (SELECT account_id FROM t_accounts WHERE _why IS NULL) GROUP BY to_id ORDER BY to_id"
    ).fetchall()
    for top, children in groups:
        yield Remark("accounts", f"adds up {top} and its children {children}", column="parent_id")
    connection.execute(
        "UPDATE t_accounts SET children = g.children, annual_spend = g.spend FROM ("
        "  SELECT coalesce(m.to_id, a.account_id) AS top, sum(a.annual_spend) AS spend, "
        "    string_agg(m.from_id, ', ' ORDER BY m.from_id) AS children, "
        "    count(DISTINCT coalesce(a.currency, ?)) FILTER (a.annual_spend IS NOT NULL) AS currencies "
        "  FROM t_accounts a LEFT JOIN id_map m ON m.from_id = a.account_id WHERE a._why IS NULL GROUP BY top) g "
        "WHERE t_accounts.account_id = g.top AND g.children IS NOT NULL AND g.currencies <= 1",
        [currency],
    )
    mixed = connection.execute(
        "SELECT coalesce(m.to_id, a.account_id) AS top FROM t_accounts a LEFT JOIN id_map m ON m.from_id = a.account_id "
        "WHERE a._why IS NULL AND a.annual_spend IS NOT NULL GROUP BY top HAVING count(DISTINCT coalesce(a.currency, ?)) > 1 "
        "ORDER BY top",
        [currency],
    ).fetchall()
    for (top,) in mixed:
        yield Remark(
            "accounts", f"{top} and its children state it in several currencies; only the parent's own is kept", column="annual_spend"
        )


def _parents(connection: "duckdb.DuckDBPyConnection") -> dict[str, str | None]:
    rows = connection.execute("SELECT account_id, parent_id FROM t_accounts WHERE _why IS NULL ORDER BY account_id").fetchall()
    return dict(rows)


def _aliases(connection: "duckdb.DuckDBPyConnection", masters: set[str]) -> tuple[dict[str, str], list[Remark]]:
    rows = connection.execute("SELECT external_id, account_id FROM t_aliases WHERE _why IS NULL ORDER BY ALL").fetchall()
    targets: dict[str, set[str]] = defaultdict(set)
    for external, account in rows:
        if external != account and external not in masters:
            targets[external].add(account)
    remarks = [
        Remark("aliases", f"stands for {' and '.join(sorted(accounts))}; left as it is", value=external, column="external_id")
        for external, accounts in sorted(targets.items())
        if len(accounts) > 1
    ]
    return {external: min(accounts) for external, accounts in targets.items() if len(accounts) == 1}, remarks


def _find_top(account: str, parents: Mapping[str, str | None], tops: dict[str, str]) -> list[str]:
    """Fill `tops` along the way up from `account`; return the ring where the way has no end."""
    way: list[str] = []
    here = account
    while here not in tops and (parent := parents.get(here)) and parent != here:
        if here in way:
            return [*way[way.index(here) :], here]
        way.append(here)
        here = parent
    top = tops.get(here, here)
    tops.update(dict.fromkeys([*way, here], top))
    return []

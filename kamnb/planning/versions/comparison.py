"""What changed between two plans: added, dropped, slipped, pulled forward, reached, reopened, changed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kamnb.data.states import name_state
from kamnb.data.tables import TABLES
from kamnb.planning.versions.snapshot import PLAN_TABLES, Plan

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("reached", "slipped", "dropped", "reopened", "added", "pulled forward", "changed")
"""What may have happened to a row, what a review asks for first."""

KEYS = {name: TABLES[name].key for name in PLAN_TABLES} | {
    "decisions": ("account_id", "decided_on", "decision"), "kpi_weights": ("manager_id", "kpi_id"),
}  # fmt: skip
"""The columns that tell rows apart; rows alike in all of them are told apart by their order."""

TITLES = {"objectives": "title", "actions": "title", "decisions": "decision", "kpis": "name", "kpi_weights": "kpi_id"}
"""The column that says in words what a row is about."""

_COLUMNS = ["table", "key", "account_id", "title", "kind", "what", "before", "after", "first_due"]


def compare_plans(before: Plan, after: Plan) -> "pd.DataFrame":
    """Return everything that differs between two plans.

    Parameters
    ----------
    before, after : Plan
        As `kamnb.planning.versions.take_plan` returns them. A table that is in one of them only is told row by row.

    Returns
    -------
    DataFrame
        ``table``; ``key`` (ids, joined by a slash); ``account_id`` (empty: of the whole programme); ``title``; ``kind``, one of
        `KINDS`; ``what`` (the column that changed, empty where it is the row), ``before``, ``after`` (text); ``first_due`` of an
        action. A row is added, dropped, or told once for its date, once for being done, and once for each other column. An
        objective is reached when the last of its actions is done. By kind, then table and key.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"action_id": "1", "title": "Visit", "due": "2026-06-01", "done_on": ""}
    >>> old = {"actions": pd.DataFrame([row]).reindex(columns=list(TABLES["actions"].names), fill_value="")}
    >>> new = {"actions": old["actions"].assign(due="2026-08-01")}
    >>> compare_plans(old, new)[["key", "kind", "before", "after"]].values.tolist()
    [['1', 'slipped', '2026-06-01', '2026-08-01']]
    """
    import pandas as pd

    accounts = _index_accounts(before) | _index_accounts(after)
    found = [row for name in PLAN_TABLES for row in _compare_table(name, before.get(name), after.get(name), accounts)]
    found += _find_reached(before, after)
    frame = pd.DataFrame(found, columns=_COLUMNS, dtype=object)
    order = frame.assign(place=frame["kind"].map(KINDS.index), at=frame["table"].map(PLAN_TABLES.index))
    return order.sort_values(["place", "at", "key", "what"], ignore_index=True)[_COLUMNS]


def match_rows(name: str, table: "pd.DataFrame | None") -> "dict[tuple[str, ...], dict[str, str]]":
    """Return the rows of a table by key; rows of the same key are numbered."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    if table is None:
        return found
    for row in table.to_dict("records"):
        key = tuple(row[column] for column in KEYS[name])
        number = 1
        while (*key, str(number)) in found:
            number += 1
        found[(*key, str(number))] = {str(column): str(value) for column, value in row.items()}
    return found


def _index_accounts(plan: Plan) -> dict[str, str]:
    """Return the account of each objective."""
    table = plan.get("objectives")
    return {} if table is None else dict(zip(table["objective_id"], table["account_id"], strict=True))


def _compare_table(
    name: str, before: "pd.DataFrame | None", after: "pd.DataFrame | None", accounts: dict[str, str]
) -> Iterator[tuple[str, ...]]:
    old, new = match_rows(name, before), match_rows(name, after)
    for key in sorted(old.keys() | new.keys()):
        row = new.get(key) or old[key]
        about = (name, _write_key(key), row.get("account_id") or accounts.get(row.get("objective_id", ""), ""), row[TITLES[name]])
        for kind, what, was, now in _compare_rows(old.get(key), new.get(key)):
            yield (*about, kind, what, was, now, row.get("original_due", ""))


def _write_key(key: tuple[str, ...]) -> str:
    *ids, number = key
    return "/".join(each for each in ids if each) + (f" ({number})" if number != "1" else "")


def _compare_rows(old: dict[str, str] | None, new: dict[str, str] | None) -> Iterator[tuple[str, str, str, str]]:
    if old is None or new is None:
        yield ("added" if old is None else "dropped"), "", "", ""
        return
    for column in new:
        was, now = old[column], new[column]
        if was != now:
            yield _name_kind(column, was, now), column, was, now


def _name_kind(column: str, was: str, now: str) -> str:
    if column == "done_on" and not (was and now):
        return "reached" if now else "reopened"
    if column == "due" and was and now:
        return "slipped" if now > was else "pulled forward"
    return "changed"


def _find_reached(before: Plan, after: Plan) -> Iterator[tuple[str, ...]]:
    """Find the objectives all of whose actions are done, one at least since the earlier plan; cancelled ones do not count."""
    was, now = _index_done(before), _index_done(after)
    objectives = after.get("objectives")
    for row in [] if objectives is None else objectives.to_dict("records"):
        done = now.get(str(row["objective_id"]), {})
        since = [key for key, day in done.items() if day and not was.get(str(row["objective_id"]), {}).get(key)]
        if done and all(done.values()) and since and "actions" in before:
            last = max(done.values()).removesuffix(_UNDATED)
            yield "objectives", str(row["objective_id"]), str(row["account_id"]), str(row["title"]), "reached", "", "", last, ""


_UNDATED = "done"


def _index_done(plan: Plan) -> dict[str, dict[str, str]]:
    """Return by objective and action the day on which it was done; empty where it was not."""
    actions, found = plan.get("actions"), dict[str, dict[str, str]]()
    for row in [] if actions is None else actions.to_dict("records"):
        state = name_state(str(row["done_on"]), str(row["status"]))
        if state != "cancelled":
            done = str(row["done_on"]) or (_UNDATED if state == "done" else "")
            found.setdefault(str(row["objective_id"]), {})[str(row["action_id"])] = done
    return found

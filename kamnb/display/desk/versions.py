"""Versions of the plan: which there are, and what changed between two of them, in sentences."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.data.settings import load_settings
from kamnb.display.parts.formats import COUNT, DATE, TEXT, write_date
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_list
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.planning.versions import FOLDER, Version, compare_plans, find_version, read_plan, read_versions, take_plan

SHOWN = 25
"""Changes that the page of a notebook shows; how many more there are is said."""

THINGS = {
    "objectives": "objective", "actions": "action", "decisions": "decision", "kpis": "KPI", "kpi_weights": "weight of KPI",
}  # fmt: skip
"""What a row of each table is called."""

HEADS = {
    "reached": "Reached", "slipped": "Slipped", "dropped": "Dropped", "reopened": "Reopened", "added": "Added",
    "pulled forward": "Pulled forward", "changed": "Changed",
}  # fmt: skip


def tabulate_versions(versions: Sequence[Version]) -> Table:
    """Put the versions in a table, and whose names were replaced in them since."""
    rows = [(each.number, each.saved_on, each.saved_by, each.as_of, each.note, _say_replaced(each)) for each in versions]
    heads = ("Version", "Saved on", "Saved by", "As of", "Note", "Names replaced since")
    formats = dict(zip(heads, (COUNT, DATE, TEXT, DATE, TEXT, TEXT), strict=True))
    return show_table(pd.DataFrame(rows, columns=list(heads)), "Versions of the plan", formats)


def _say_replaced(version: Version) -> str:
    acts = [
        f"{count_of(int(each['places']), 'place')} on {write_date(each['on'])} by {each['by']} ({each['reason']})"
        for each in version.replaced
    ]
    return "; ".join(acts)


def list_plan_changes(changes: pd.DataFrame, names: "pd.Series[str]") -> Prose:
    """Say what changed, a line for each, what was reached and what slipped first.

    Examples
    --------
    >>> row = {"table": "actions", "key": "1", "account_id": "A", "title": "Visit", "kind": "slipped", "what": "due",
    ...        "before": "2026-06-01", "after": "2026-08-01", "first_due": "2026-05-15"}
    >>> list_plan_changes(pd.DataFrame([row]), pd.Series({"A": "Alpha"}))
    Slipped: action 1 "Visit" (Alpha) from 1 June 2026 to 1 August 2026, by 61 days; first due 15 May 2026.
    """
    return write_list((_say_change(row, names) for _, row in changes.iterrows()), nothing="Nothing changed in the plan.")


def _say_change(row: "pd.Series[Any]", names: "pd.Series[str]") -> str:
    where = f" ({names.get(row['account_id'], row['account_id'])})" if row["account_id"] else ""
    key = "" if row["table"] == "decisions" else f" {row['key']}"
    thing = f"{THINGS[row['table']]}{key}{_quote(row)}{where}"
    return f"{HEADS[row['kind']]}: {thing}{_say_how(row)}."


def _quote(row: "pd.Series[Any]") -> str:
    return "" if row["table"] == "kpi_weights" else f' "{row["title"]}"'


def _say_how(row: "pd.Series[Any]") -> str:
    before, after = _write(row["before"]), _write(row["after"])
    if row["kind"] in ("slipped", "pulled forward"):
        days = abs((pd.Timestamp(row["after"]) - pd.Timestamp(row["before"])).days)
        first = row["first_due"]
        late = f"; first due {_write(first)}" if first and first not in (row["before"], row["after"]) else ""
        return f" from {before} to {after}, by {count_of(days, 'day')}{late}"
    if row["kind"] == "reached":
        done = f" on {after}" if row["after"] else ""
        return (
            f", all its actions done{',' if done else ''}{done and f' the last{done}'}" if row["what"] == "" else f", done{done}"
        )
    if row["kind"] == "changed":
        return f": {title_column(row['what']).lower()} from {before or 'nothing'} to {after or 'nothing'}"
    return ""


def _write(text: str) -> str:
    try:
        return write_date(pd.Timestamp(text)) if len(text) == 10 and text[4] == text[7] == "-" else text
    except ValueError:
        return text


def say_difference(old: str, new: str, changes: pd.DataFrame) -> Prose:
    """Say how many rows differ between two versions, by kind."""
    counts = changes["kind"].value_counts()
    kinds = [f"{counts[kind]:,} {kind}" for kind in HEADS if kind in counts]
    return Prose(f"From {old} to {new}: {join_words(kinds) if kinds else 'nothing changed in the plan'}.")


def name_version(version: Version) -> str:
    """Name a version by number, day and person."""
    return f"version {version.number} ({write_date(version.saved_on)}, {version.saved_by})"


def list_since_saved(analysis: Analysis, data_dir: str) -> Prose:
    """Say what changed in the plan since the version saved last."""
    home = load_settings(data_dir).home
    if not read_versions(home):
        return Prose("No version of the plan was saved yet; `kamnb plan save DATA` keeps one to compare with.")
    last = find_version(home)
    changes = compare_plans(read_plan(home, last), take_plan(analysis.portfolio))
    more = len(changes) - SHOWN
    lines: list[str] = [say_difference(name_version(last), "the tables as they are", changes)]
    lines += [_say_change(row, analysis.names) for _, row in changes.head(SHOWN).iterrows()]
    return write_list([*lines, f"{count_of(more, 'more change')} not shown." if more > 0 else ""])


def list_faults(faults: Sequence[str], home: Path) -> Iterator[str]:
    """Say what is wrong with the record, or that nothing is."""
    yield from faults or [f"{home / FOLDER}: every version is as it was saved"]

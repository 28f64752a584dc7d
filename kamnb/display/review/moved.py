"""What moved since the last review, and why: places and scores with their causes, money, and what happened."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.confidence.lists import find_close
from kamnb.display.parts.formats import TEXT, is_known, write_amount, write_date, write_points
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_first, join_words, name_place, write_list
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.movement import MANY_SMALL, count_decimals, say_overruled, say_parts
from kamnb.planning import Changes

MOVES, NAMED = 4, 3
"""Accounts whose move is told, and accounts that are named as too close to call."""

_AXES = ("attractiveness", "strength")
_MONEY = {"revenue_ltm": "Revenue of twelve months", "receivables_overdue": "Overdue"}
_EVENTS = {
    "deal won": ("deal won", "deals won"), "deal lost": ("deal lost", "deals lost"),
    "person left": ("person left", "people left"),
    "complaint": ("new complaint",), "complaint resolved": ("complaint resolved", "complaints resolved"),
    "objective agreed": ("objective agreed", "objectives agreed"), "signed": ("document signed", "documents signed"),
}  # fmt: skip
"""Events that are counted, one and many."""


def title_moved(analysis: Analysis) -> str:
    """Head the section: since when."""
    return f"What moved since {write_date(analysis.changes.since)}, and why" if analysis.changes else "What moved, and why"


def tabulate_moved(analysis: Analysis) -> Table | Prose:
    """Put the accounts that moved in a table: first those with another quadrant, then those whose scores moved most."""
    changes = analysis.changes
    if changes is None:
        return Prose("No earlier review is recorded, so nothing is compared.")
    moved = _list_moved(analysis, changes)
    if moved.empty:
        return Prose("No account changed its quadrant, and no score moved.")
    labels = label_accounts(analysis.names, 32)
    rows = [
        {"Account": labels[str(account)], "moved": _say_move(row), "why": _say_why(analysis, changes, str(account), row)}
        for account, row in moved.head(MOVES).iterrows()
    ]
    least = analysis.method.playbook.changes.least_points
    told = f"{count_of(len(moved) - MOVES, 'more account')} moved by {write_points(least)} points or more."
    more = told if least and len(moved) > MOVES else ""
    return show_table(pd.DataFrame(rows), "", {"Account": TEXT, "moved": TEXT, "why": TEXT}, note=more)


def _list_moved(analysis: Analysis, changes: Changes) -> pd.DataFrame:
    """Return the accounts that moved, with the change of each score: another quadrant first, then the largest change."""
    places = changes.places
    both = [places[f"placed_{side}"].astype(object).fillna("") for side in ("before", "now")]
    gaps = {axis: places[f"{axis}_now"] - places[f"{axis}_before"] for axis in _AXES}
    size = pd.DataFrame(gaps).abs().max(axis=1)
    frame = places.assign(**{f"{axis}_change": gap for axis, gap in gaps.items()}, size=size, crossed=both[0] != both[1])
    moved = frame[frame["crossed"] | (size.round(9) >= analysis.method.playbook.changes.least_points)]
    order = moved.rename_axis("account_id").reset_index()
    order = order.assign(least=-order["size"].round(9)).sort_values(
        ["crossed", "least", "account_id"], ascending=[False, True, True]
    )
    return order.set_index("account_id")


def _say_move(row: "pd.Series[Any]") -> str:
    scores = [
        f"{axis} {write_points(row[f'{axis}_before'])} to {write_points(row[f'{axis}_now'])}"
        for axis in sorted(_AXES, key=lambda axis: -abs(row[f"{axis}_change"]) if is_known(row[f"{axis}_change"]) else 0.0)
        if is_known(row[f"{axis}_change"])
    ][:1]
    if not row["crossed"]:
        return scores[0][:1].upper() + scores[0][1:]
    before, now = (name_place(row[f"placed_{side}"]) for side in ("before", "now"))
    place = f"{before[:1].upper()}{before[1:]} to {now}"
    return f"{place} ({scores[0]})" if scores else place


def _say_why(analysis: Analysis, changes: Changes, account: str, row: "pd.Series[Any]") -> str:
    """Say the parts of the change of the score which moved most; they add up to it."""
    known = [axis for axis in _AXES if is_known(row[f"{axis}_change"])]
    if not known:
        return (
            "not known before" if is_known(row["placed_now"]) or not is_known(row["placed_before"]) else "too little is known now"
        )
    axis = max(known, key=lambda name: abs(row[f"{name}_change"]))
    parts, decimals = changes.movement.take_parts(account, axis), count_decimals(analysis, axis)
    said = say_parts(parts, row[f"{axis}_before"], row[f"{axis}_now"], decimals)
    placed = say_overruled(row) if row["crossed"] else ""
    return "; ".join(words for words in (placed, said) if words) or MANY_SMALL


def say_close(analysis: Analysis) -> Prose | None:
    """Name the accounts whose place is too close to call, the most revenue first; None where there are none."""
    close, labels = find_close(analysis), label_accounts(analysis.names, 32)
    return Prose(f"Too close to call: {join_first([labels[account] for account in close], NAMED)}.") if len(close) else None


def list_news(analysis: Analysis) -> Prose | None:
    """Say how money moved, with the accounts that moved it most, and what happened; None where nothing is compared."""
    changes = analysis.changes
    if changes is None:
        return None
    lines = [*_say_money(analysis, changes), _say_events(changes)]
    return write_list(lines, nothing="Nothing else changed that the data show.")


def _say_money(analysis: Analysis, changes: Changes) -> Iterator[str]:
    """Say each amount on both days over the accounts of which it is known on both, and who moved it most."""
    labels = label_accounts(analysis.names, 32)
    for fact, what in _MONEY.items():
        same = analysis.plan_facts[fact].dropna()
        own = changes.facts[changes.facts["fact"] == fact].set_index("account_id")
        lost = own.index[own[["before", "now"]].isna().any(axis=1)]
        moved = own.dropna(subset=["before", "now"])
        if moved.empty:
            continue
        now = same.drop(lost, errors="ignore")
        change = moved["now"] - moved["before"]
        total = float(now.sum())
        before, after = (write_amount(amount, analysis.currency) for amount in (total - change.sum(), total))
        if before == after:
            continue
        up = change.sum() > 0
        along = change[change > 0 if up else change < 0].abs().rename_axis("account_id").reset_index(name="size")
        first = along.sort_values(["size", "account_id"], ascending=[False, True]).iloc[0]
        size = write_amount(first["size"] if up else -first["size"], analysis.currency)
        yield f"{what}: {before} to {after}, most at {labels[first['account_id']]} ({size})."


def _say_events(changes: Changes) -> str:
    """Count what happened."""
    counts = changes.events["event"].value_counts()
    said = [count_of(int(counts[kind]), *names) for kind, names in _EVENTS.items() if kind in counts]
    return f"{join_words(said)}." if said else ""

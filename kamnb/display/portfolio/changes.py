"""What changed since an earlier day, in sentences and tables."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import TEXT, Format, is_known, write_date, write_number
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, name_quadrant, write_list
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.display.portfolio.movement import count_decimals, name_needed, say_overruled, say_parts
from kamnb.planning import AccountPlan, Changes, take_account

EVENTS = 2
"""Things of one kind that are told one by one; of more, the number is told."""

TOLD_TOGETHER = (
    ("we did", "they did", "done", "we are overdue with", "they are overdue with", "overdue"),
    ("objective agreed", "signed", "decision done"),
    ("new deal", "deal won", "deal lost", "deal closed"),
    ("person left", "complaint", "complaint resolved"),
)
"""Events that share a line."""

_MOVE = Format(lambda value: write_number(value, 2, sign=True), "points")


def list_changes(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say what changed in one account: its place, its scores and why, money, people, promises; None without a comparison."""
    changes = analysis.changes
    if changes is None:
        return None
    lines = [*_say_place(changes, plan), *_say_scores(analysis, changes, plan), *_say_facts(analysis, changes, plan)]
    return write_list([*lines, *_say_events(changes, plan)], nothing="Nothing changed that the data show.")


def title_changes(analysis: Analysis) -> str:
    """Head the section that says what changed."""
    return f"What changed since {write_date(analysis.changes.since)}" if analysis.changes else ""


def _say_place(changes: Changes, plan: AccountPlan) -> Iterator[str]:
    row = take_account(changes.places, plan.account_id)
    before, now = row["placed_before"], row["placed_now"]
    if is_known(before) and is_known(now) and before != now:
        why = say_overruled(row)
        yield f"It moved from {name_quadrant(before)} to {name_quadrant(now)}{f': {why}' if why else ''}."
    elif is_known(before) != is_known(now):
        yield f"It is now in {name_quadrant(now)}; it was not placed then." if is_known(now) else "It is no longer placed."
    stages = changes.facts[(changes.facts["account_id"] == plan.account_id) & (changes.facts["fact"] == "stage")]
    for _, stage in stages.iterrows():
        if is_known(stage["before"]) and is_known(stage["now"]):
            yield f"Its relationship moved from stage {stage['before']:.0f} to stage {stage['now']:.0f} (of 5), by evidence."


def _say_scores(analysis: Analysis, changes: Changes, plan: AccountPlan) -> Iterator[str]:
    row = take_account(changes.places, plan.account_id)
    for axis in ("attractiveness", "strength"):
        before, now = row[f"{axis}_before"], row[f"{axis}_now"]
        if is_known(before) and is_known(now) and abs(now - before) >= analysis.method.playbook.changes.least_points:
            verb = "rose" if now > before else "fell"
            parts, decimals = changes.movement.take_parts(plan.account_id, axis), count_decimals(analysis, axis)
            said = say_parts(parts, before, now, decimals)
            needed = name_needed(parts)
            without = f"; without {needed} it would not have crossed the cut" if needed and len(parts) > 1 else ""
            scores = f"{write_number(before, decimals)} to {write_number(now, decimals)}"
            yield f"{axis.title()} {verb} from {scores}{f': {said}' if said else ''}{without}."


def _say_facts(analysis: Analysis, changes: Changes, plan: AccountPlan) -> Iterator[str]:
    own = changes.facts[changes.facts["account_id"] == plan.account_id].set_index("fact")
    rows = [(name, take_account(own, name)) for name in analysis.method.playbook.changes.facts if name in own.index]
    words = [_say_fact(name, row, plan) for name, row in rows if _is_told(analysis, row) and _reads_changed(name, row, plan)]
    if words:
        yield f"{words[0][:1].upper()}{'; '.join(words)[1:]}."


def _say_fact(name: str, row: "pd.Series[Any]", plan: AccountPlan) -> str:
    what = title_column(name).lower().replace(" ltm", " of twelve months")
    return f"{what} went from {_write(name, row['before'], plan)} to {_write(name, row['now'], plan)}"


def _reads_changed(name: str, row: "pd.Series[Any]", plan: AccountPlan) -> bool:
    """Say whether the two values differ as they are written."""
    return _write(name, row["before"], plan) != _write(name, row["now"], plan)


def _is_told(analysis: Analysis, row: "pd.Series[Any]") -> bool:
    before, now = row["before"], row["now"]
    least = analysis.method.playbook.changes.least_change
    return is_known(before) and is_known(now) and abs(now - before) >= least * abs(before)


def _write(name: str, value: float, plan: AccountPlan) -> str:
    return write_fact(name, value, plan.currency)


def _say_events(changes: Changes, plan: AccountPlan) -> Iterator[str]:
    own = changes.events[changes.events["account_id"] == plan.account_id]
    for kinds in TOLD_TOGETHER:
        said = [_say_kind(kind, own[own["event"] == kind]) for kind in kinds if (own["event"] == kind).any()]
        if said:
            yield " ".join(said)


def _say_kind(kind: str, rows: pd.DataFrame) -> str:
    what = list(dict.fromkeys(rows["what"].astype(str)))
    more = f" and {len(what) - EVENTS} more" if len(what) > EVENTS else ""
    return f"{kind[:1].upper()}{kind[1:]}: {'; '.join(what[:EVENTS])}{more}."


def tabulate_moves(analysis: Analysis) -> Table | Prose:
    """Put the accounts whose quadrant changed in a table."""
    changes = analysis.changes
    if changes is None:
        return Prose("No earlier review is recorded, so nothing is compared.")
    moved = changes.places[changes.places["placed_before"].notna() | changes.places["placed_now"].notna()]
    moved = moved[moved["placed_before"].fillna("") != moved["placed_now"].fillna("")]
    if moved.empty:
        return Prose(f"No account changed its quadrant since {write_date(changes.since)}.")
    labels = label_accounts(analysis.names, 40).reindex(moved.index)
    shown = moved.assign(
        Account=labels,
        then=moved["placed_before"].str.title().fillna("not placed"),
        now=moved["placed_now"].str.title().fillna("not placed"),
        attractiveness=moved["attractiveness_now"] - moved["attractiveness_before"],
        strength=moved["strength_now"] - moved["strength_before"],
    ).sort_values("Account")
    formats = {"Account": TEXT, "then": TEXT, "now": TEXT, "attractiveness": _MOVE, "strength": _MOVE}
    caption = f"Accounts whose quadrant changed since {write_date(changes.since)}"
    return show_table(shown[list(formats)].reset_index(drop=True), caption, formats)

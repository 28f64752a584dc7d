"""The head of a plan in a line, and its story in one sentence: where the account stands, and what moved most."""

from collections.abc import Iterator

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.schedule import take_open_actions
from kamnb.display.confidence.words import say_sureness
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import STAGES, is_known, round_number, spell_days, write_day, write_number, write_score
from kamnb.display.parts.sentences import Prose, join_words, name_place, name_quadrant
from kamnb.display.parts.tables import title_column
from kamnb.display.portfolio.movement import count_decimals, name_needed, say_overruled, say_parts
from kamnb.planning import AccountPlan, Changes, take_account

AXES = ("attractiveness", "strength")


def say_head(analysis: Analysis, plan: AccountPlan) -> Prose:
    """Say place and how sure it is, stage, the next date that matters and the last review."""
    parts = (say_place(analysis, plan), _say_stage(analysis, plan), _say_next(analysis, plan), _say_reviewed(analysis))
    return Prose(" · ".join(part for part in parts if part))


def say_place(analysis: Analysis, plan: AccountPlan) -> str:
    """Say where the account is placed, and how many weightings and ratings near yours agree; else how far it is from a cut.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> sample = open_analysis(str(data_folder() / "sample"))
    >>> say_place(sample, sample.plan("0011745"))
    'Star, 18 of 20 weightings near yours'
    """
    place = name_place(plan.score["placed"])
    near = say_sureness(analysis, plan.account_id) or find_nearer(analysis, plan)
    near = f"{near} weightings near yours" if near.endswith(f" of {analysis.method.confidence.dots.of}") else near
    return f"{place[:1].upper()}{place[1:]}{f', {near}' if near else ''}"


def find_nearer(analysis: Analysis, plan: AccountPlan) -> str:
    """Say which of the two scores is nearer to its cut, and by how much it is above or below; empty where none is known."""
    relative, cut = analysis.criteria.strength_mode == "relative", analysis.criteria.cut
    known = [axis for axis in AXES if is_known(plan.score[axis]) and axis in cut]
    if not known:
        return ""
    gaps = {axis: plan.score[axis] - cut[axis] for axis in known}
    axis = min(known, key=lambda name: abs(gaps[name]))
    size = write_number(abs(gaps[axis]), 2 if relative and axis == "strength" else 1)
    if not size.strip("0."):
        return f"{axis} at the cut"
    return f"{axis} {size} {'above' if gaps[axis] >= 0 else 'below'} the cut"


def _say_stage(analysis: Analysis, plan: AccountPlan) -> str:
    stage = analysis.relationship.accounts["stage_placed"][plan.account_id]
    return f"{STAGES[int(stage) - 1]} stage" if is_known(stage) else "stage unknown"


def _say_next(analysis: Analysis, plan: AccountPlan) -> str:
    """Say what comes next with the customer: a check-point or the notice date of the contract."""
    day, actions = pd.Timestamp(plan.as_of), take_open_actions(analysis, plan)
    points = actions.loc[actions["checkpoint"] & (actions["due"] >= day), "due"]
    notice = plan.facts["days_to_notice"]
    dates = {"check-point": points.min()} if len(points) else {}
    dates |= {"notice": day + pd.Timedelta(days=int(notice))} if is_known(notice) else {}
    first = min(dates, key=lambda name: (dates[name], name), default="")
    return f"next: {first} {write_day(dates[first], plan.as_of)}" if first else ""


def _say_reviewed(analysis: Analysis) -> str:
    last = analysis.records.decisions["decided_on"].max()
    return f"last review {write_day(last, analysis.as_of)}" if is_known(last) else ""


def say_story(analysis: Analysis, plan: AccountPlan) -> Prose:
    """Say in one sentence why the account stands where it does, and what moved most since the earlier day.

    Where a person placed it, who, until when, and what the model says.
    """
    moved = _say_moved(analysis, plan)
    return Prose(f"{_say_standing(analysis, plan)}{f'; {moved}' if moved else ''}.")


def _say_standing(analysis: Analysis, plan: AccountPlan) -> str:
    score, asks, cut = plan.score, analysis.method.playbook.quadrants, analysis.criteria.cut
    placed, model = score["placed"], score["quadrant"]
    if not is_known(placed):
        absent = join_words([axis for axis in AXES if not is_known(score[axis])])
        return f"Not placed: too little is known{f' of {absent}; Position says what is missing' if absent else ''}"
    scores = " and ".join(f"{axis} {write_score(score[axis], cut[axis])}" for axis in AXES if is_known(score[axis]))
    caveat = spell_days(score["caveat"]) if is_known(score["caveat"]) else ""
    if is_known(score["placed_by"]):
        against = f"the model says {name_place(model)}, by {scores}" if is_known(model) else "the model does not place it"
        return (
            f"In {name_quadrant(placed)} by {score['placed_by']} until {write_day(score['placed_until'], plan.as_of)}, {against}"
        )
    caution = f" ({caveat})" if caveat else ""
    return f"{scores[:1].upper()}{scores[1:]}{caution} put it in {name_quadrant(placed)}: {asks[placed].asks}"


def _say_moved(analysis: Analysis, plan: AccountPlan) -> str:
    """Say what moved most since the earlier day: the place, the score that moved more with its parts, or else a fact."""
    changes = analysis.changes
    if changes is None:
        return ""
    return next(_list_moves(analysis, changes, plan), f"nothing moved since {write_day(changes.since, plan.as_of)}")


def _list_moves(analysis: Analysis, changes: Changes, plan: AccountPlan) -> Iterator[str]:
    row, since = take_account(changes.places, plan.account_id), f"since {write_day(changes.since, plan.as_of)}"
    before, now = row["placed_before"], row["placed_now"]
    if is_known(before) and is_known(now) and before != now:
        parts = changes.movement.parts
        own = parts[parts["account_id"] == plan.account_id]
        needed = name_needed(own, why=True)
        why = say_overruled(row) or (f"by {needed}" if needed else "")
        yield f"{since} it moved here from {name_quadrant(before)}{f', {why}' if why else ''}"
    gaps = {axis: row[f"{axis}_now"] - row[f"{axis}_before"] for axis in AXES}
    least = analysis.method.playbook.changes.least_points
    for axis in sorted(AXES, key=lambda name: -abs(gaps[name]) if is_known(gaps[name]) else 0.0):
        if is_known(gaps[axis]) and abs(gaps[axis]) >= least:
            before, now, decimals = row[f"{axis}_before"], row[f"{axis}_now"], count_decimals(analysis, axis)
            said = say_parts(changes.movement.take_parts(plan.account_id, axis), before, now, decimals, most=2)
            change = write_number(round_number(now, decimals) - round_number(before, decimals), decimals, sign=True)
            yield f"{since} {axis} moved by {change}{f': {said}' if said else ''}"
    yield from _list_facts(analysis, changes, plan)


def _list_facts(analysis: Analysis, changes: Changes, plan: AccountPlan) -> Iterator[str]:
    """Yield the told facts that changed, the largest part of what they were first."""
    rules = analysis.method.playbook.changes
    own = changes.facts[(changes.facts["account_id"] == plan.account_id) & changes.facts["fact"].isin(rules.facts)].dropna()
    moved = own.assign(part=((own["now"] - own["before"]) / own["before"].abs().where(own["before"] != 0)).abs().fillna(1.0))
    moved = moved[moved["part"] >= rules.least_change].sort_values(["part", "fact"], ascending=[False, True])
    for _, row in moved.iterrows():
        words = [write_fact(row["fact"], row[side], plan.currency) for side in ("before", "now")]
        if words[0] != words[1]:
            what = title_column(row["fact"]).lower().replace(" ltm", " of twelve months")
            yield f"since {write_day(changes.since, plan.as_of)} {what} went from {words[0]} to {words[1]}"

"""Why accounts are scored otherwise than before: what ``kamnb why`` says."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from kamnb.analysis.explaining import Explained
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import (
    STAGES,
    TEXT,
    Format,
    is_known,
    round_number,
    write_amount,
    write_date,
    write_number,
    write_short_date,
)
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_words, name_place, write_paragraph
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.display.portfolio.movement import name_needed, say_parts
from kamnb.indicators import INDICATORS
from kamnb.planning import take_account
from kamnb.planning.price_volume_mix import EFFECTS
from kamnb.scoring import AXES
from kamnb.scoring.movement import CAUSES, round_parts

DECIMALS = 2
"""Of scores and their parts in these tables."""
ROWS = 4
"""Rows that are told under one criterion; of more, the number is told."""

_CENTS = Format(lambda value: write_number(value, 2) if is_known(value) else "\N{EN DASH}", numeric=True)


def say_place(explained: Explained, account: str) -> Prose:
    """Say where the account is placed, and where it was, and why its place is another."""
    label = label_accounts(explained.now.names, 40)[account]
    sides = _take(explained, account)
    before, now = (side["placed"] if side is not None else None for side in sides)
    head = label if label == account or label.endswith(f"({account})") else f"{label} ({account})"
    if sides[0] is None:
        return Prose(f"{head}: new since {write_date(explained.since)}, {name_place(now)}.")
    if (before if is_known(before) else "") == (now if is_known(now) else ""):
        return Prose(f"{head}: {name_place(now)}, as on {write_date(explained.since)}.")
    who = _say_placer(sides)
    why = f": {who}" if who else ""
    return Prose(f"{head}: moved from {name_place(before)} to {name_place(now)} since {write_date(explained.since)}{why}.")


def _say_placer(sides: "Sequence[pd.Series[Any] | None]") -> str:
    """Say who places the account now, or did before and does no more; empty where the model alone did."""
    then, now = (str(side["placed_by"]) if side is not None and is_known(side["placed_by"]) else "" for side in sides)
    if now:
        return f"{now} placed it"
    return f"{then} had placed it, which holds no more" if then else ""


def tabulate_scores(explained: Explained, account: str) -> Iterator[Table | Prose]:
    """Put the parts of each score's change in a table that adds up, under each part the rows that did it."""
    sides = _take(explained, account)
    for axis in AXES:
        before, now = (side[axis] if side is not None else float("nan") for side in sides)
        parts = explained.movement.take_parts(account, axis)
        if parts.empty:
            stands = f"as it was, {write_number(now, DECIMALS)}" if is_known(now) else "not scored on either day"
            yield Prose(f"{axis.title()}: {stands}.")
            continue
        first, last = (round_number(value, DECIMALS) if is_known(value) else 0.0 for value in (before, now))
        printed = round_parts(parts["effect"].tolist(), round(last - first, DECIMALS), DECIMALS)
        rows: list[dict[str, Any]] = []
        for part, points in zip(_list_rows(parts), printed, strict=True):
            rows += _list_part(explained, part, points)
        rows.append({"What moved it": "Together", "Points": write_number(last - first, DECIMALS, sign=True), "How": ""})
        needed = name_needed(parts) if is_known(before) and is_known(now) else ""
        note = f"Without {needed} it would not have crossed the cut of {explained.now.criteria.cut[axis]:g}." if needed else ""
        caption = f"{axis.title()}: {write_number(before, DECIMALS)} to {write_number(now, DECIMALS)}"
        yield show_table(pd.DataFrame(rows), caption, dict.fromkeys(rows[0], TEXT), note=note)


def _list_part(explained: Explained, part: Any, points: float) -> Iterator[dict[str, Any]]:
    name = title_column(part.criterion) if part.criterion else f"{CAUSES[part.cause][:1].upper()}{CAUSES[part.cause][1:]}"
    how = [CAUSES[part.cause]] if part.criterion and CAUSES[part.cause] else []
    if part.criterion:
        how += _say_values(explained, part)
    yield {"What moved it": name, "Points": write_number(points, DECIMALS, sign=True), "How": "; ".join(how)}
    own = explained.evidence
    rows = own[(own["account_id"] == part.account_id) & (own["criterion"] == part.criterion)]
    if part.cause in ("rating", "raters"):
        rows = rows[rows["event"].eq("rated anew") == (part.cause == "rating")]
    for row in _list_rows(rows.head(ROWS)):
        yield {"What moved it": f"  {row.event}", "Points": "", "How": _say_row(explained, row)}
    if len(rows) > ROWS:
        yield {"What moved it": f"  and {len(rows) - ROWS} more", "Points": "", "How": ""}


def _say_values(explained: Explained, part: Any) -> list[str]:
    """Say the value of a criterion on both days."""
    values = [
        side.facts.loc[part.account_id, part.criterion]
        if part.criterion in side.facts and part.account_id in side.facts.index
        else float("nan")
        for side in (explained.before, explained.now)
    ]
    words = [_write(explained, part.criterion, value) for value in values]
    if is_known(values[0]) and is_known(values[1]):
        return [f"from {words[0]} to {words[1]}" if words[0] != words[1] else f"about {words[1]} on both days"]
    return [next((word for word, value in zip(words, values, strict=True) if is_known(value)), "")]


def _write(explained: Explained, criterion: str, value: float) -> str:
    listed = {each.name: each for side in (explained.before, explained.now) for _, each in side.criteria.listed()}
    each = listed[criterion]
    if each.source == "indicator" and each.measures in INDICATORS:
        return write_fact(each.measures, value, explained.now.currency)
    return write_number(value, 0 if is_known(value) and float(value).is_integer() else 1)


def _say_row(explained: Explained, row: Any) -> str:
    day = f", {write_short_date(row.happened_on)}" if is_known(row.happened_on) else ""
    if row.event in ("rated anew", "rates now", "rates no more"):
        known = [write_number(value, 1) for value in (row.before, row.now) if is_known(value)]
        return f"{row.what}: {' to '.join(known)}{day}"
    amounts = [write_amount(value, explained.now.currency) for value in (row.before, row.now) if is_known(value)]
    told = f": {' to '.join(amounts)}" if amounts else ""
    return f"{row.what}{told}{day}"


def say_stage(explained: Explained, account: str) -> Prose | None:
    """Say which tests of evidence moved the stage; None where it did not move."""
    tests = explained.movement.tests
    own = tests[tests["account_id"] == account]
    if own.empty:
        return None
    before, now = (STAGES[int(own.iloc[0][f"stage_{side}"]) - 1] for side in ("before", "now"))
    words = [_say_test(explained, row) for row in _list_rows(own) if is_known(row.fact)]
    return Prose(f"Relationship stage: {before} to {now}{f': {join_words(words)}' if words else ''}.")


def _say_test(explained: Explained, row: Any) -> str:
    values = [
        write_fact(row.fact, value, explained.now.currency) if is_known(value) else "unknown"
        for value in (row.value_before, row.value_now)
    ]
    bound = f"needed: at {'least' if row.is_least else 'most'} {write_fact(row.fact, row.bound, explained.now.currency)}"
    return f"{title_column(row.fact).lower()} went from {values[0]} to {values[1]} ({bound})"


def tabulate_trade(explained: Explained, accounts: list[str]) -> Table | Prose:
    """Put the change of revenue and margin by price, volume and mix in a table that adds up to the cent."""
    own = explained.trade[explained.trade["account_id"].isin(accounts)]
    split = own[own["reason"].isna()]
    refused = own[own["reason"].notna()].drop_duplicates(["account_id", "measure"])
    note = _say_refused(explained, refused, one=len(accounts) == 1)
    if split.empty:
        return Prose(note or "Nothing was invoiced in the days that are compared.")
    names = ("before", *EFFECTS, "now")
    rows = [{"": name.title(), "Revenue": _add(split, "revenue", name), "Margin": _add(split, "margin", name)} for name in names]
    kept = [row for row in rows if row[""] in ("Before", "Now") or any(row[each] for each in ("Revenue", "Margin"))]
    caption = f"Revenue and margin{f' in {explained.now.currency}' if explained.now.currency else ''}, {_say_days(explained)}"
    return show_table(pd.DataFrame(kept), caption, {"": TEXT, "Revenue": _CENTS, "Margin": _CENTS}, note=note)


def _add(split: pd.DataFrame, measure: str, name: str) -> Decimal | None:
    own = split.loc[split["measure"] == measure, name]
    return sum(own, Decimal(0)) if len(own) else None


def _say_days(explained: Explained) -> str:
    since, today = pd.Timestamp(explained.since), pd.Timestamp(explained.now.as_of)
    year_ago = today - pd.DateOffset(months=12)
    days = f"{write_short_date(max(since, year_ago) + pd.Timedelta(days=1))} to {write_short_date(today)}"
    against = "the same days a year before" if since >= year_ago else f"the twelve months to {write_short_date(since)}"
    return f"{days}, against {against}"


def _say_refused(explained: Explained, refused: pd.DataFrame, *, one: bool) -> str:
    """Say what is not split, and why; for several accounts how many there are of each reason."""
    if one:
        return " ".join(f"{row.measure.title()} is not split: {row.reason}." for row in _list_rows(refused))
    measures = (
        refused.groupby(["account_id", "reason"], sort=True)["measure"].agg(lambda names: " and ".join(names)).reset_index()
    )
    counts = measures.groupby(["measure", "reason"], sort=True).size().reset_index(name="accounts")
    return " ".join(
        f"{row.measure.capitalize()} of {count_of(row.accounts, 'account')}: not in it, {row.reason}."
        for row in _list_rows(counts)
    )


def tabulate_moved(explained: Explained) -> Table | Prose:
    """Put every account whose place or score is another in a table: those with another place first, then the largest change."""
    labels, rows = label_accounts(explained.now.names, 28), []
    for account in map(str, explained.now.scores.index):
        sides = _take(explained, account)
        places = [name_place(side["placed"]) if side is not None else "new" for side in sides]
        why = [words for axis in AXES if (words := _say_axis(explained, account, axis))]
        if places[0] != places[1] and (who := _say_placer(sides)):
            why.insert(0, who)
        if why or places[0] != places[1]:
            gaps = [abs(sides[1][axis] - sides[0][axis]) for axis in AXES if sides[0] is not None and sides[1] is not None]
            size = max((gap for gap in gaps if is_known(gap)), default=0.0)
            place = f"{places[0]} to {places[1]}" if places[0] != places[1] else places[1]
            rows.append((places[0] == places[1], -round(size, 9), account, labels[account], place, "; ".join(why)))
    if not rows:
        return Prose(f"No place and no score moved since {write_date(explained.since)}.")
    shown = pd.DataFrame([row[3:] for row in sorted(rows)], columns=["Account", "Place", "Why"])
    caption = f"What moved since {write_date(explained.since)}, and why"
    return show_table(shown, caption, dict.fromkeys(shown.columns, TEXT))


def _say_axis(explained: Explained, account: str, axis: str) -> str:
    """Say why a score moved; empty where it moved by too little to tell, and crossed no cut."""
    before, now = (side[axis] if side is not None else float("nan") for side in _take(explained, account))
    parts = explained.movement.take_parts(account, axis)
    if parts.empty:
        return ""
    if not (is_known(before) and is_known(now)):
        return f"{axis}: {CAUSES[parts.iloc[0]['cause']]}"
    if round(abs(now - before), 9) >= explained.now.method.playbook.changes.least_points:
        return f"{axis} {write_number(before, 1)} to {write_number(now, 1)}: {say_parts(parts, before, now)}"
    needed = name_needed(parts)
    return f"{axis} {write_number(now, 1)}: {needed}" if needed else ""


def explain_account(explained: Explained, account: str) -> Iterator[Table | Prose]:
    """Say everything of one account."""
    yield say_place(explained, account)
    yield from tabulate_scores(explained, account)
    stage = say_stage(explained, account)
    if stage is not None:
        yield stage
    yield tabulate_trade(explained, [account])


def explain_all(explained: Explained) -> Iterator[Table | Prose]:
    """Say what moved in the whole portfolio."""
    yield tabulate_moved(explained)
    yield tabulate_trade(explained, list(map(str, explained.now.scores.index)))
    yield write_paragraph("With --account ID: the rows behind each part.")


def _take(explained: Explained, account: str) -> "list[pd.Series[Any] | None]":
    sides = (explained.before.scores, explained.now.scores)
    return [take_account(scores, account) if account in scores.index else None for scores in sides]


def _list_rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples())

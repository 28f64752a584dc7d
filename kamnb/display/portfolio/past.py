"""How accounts stood at earlier quarter ends, and where that is not what was told then: what ``kamnb history`` says."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from kamnb.analysis import Scored
from kamnb.analysis.history import History
from kamnb.display.parts.formats import (
    COUNT,
    DATE,
    DAYS,
    STAGE,
    TEXT,
    Format,
    in_unit,
    write_date,
    write_number,
    write_score,
    write_short_date,
)  # fmt: skip
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_words, name_place
from kamnb.display.parts.tables import Table, show_table
from kamnb.scoring import QUADRANTS

RESTATED = 12
"""Restatements that are told one by one; of more, the number is told."""


def tabulate_past(scored: Scored, history: History, account: str) -> Table:
    """Put an account's quarter ends in a table, a row each."""
    own = history.take(account).reset_index()
    own["placed"] = own["placed"].map(name_place)
    model = scored.criteria
    decimals = {"attractiveness": 1, "strength": 2 if model.strength_mode == "relative" else 1}
    scores = {axis: _read_side(model.cut[axis], digits) for axis, digits in decimals.items()}
    formats = {
        "day": DATE, **scores, "placed": TEXT, "stage": STAGE,
        "revenue_ltm": in_unit(scored.currency), "days_late": DAYS,
    }  # fmt: skip
    heads = {"day": "As of", "placed": "Quadrant", "revenue_ltm": "Revenue of 12 months"}
    caption = f"{label_accounts(scored.names, 40)[account]} at the ends of quarters, by the model of today"
    return show_table(own[list(formats)], caption, formats, heads=heads)


def _read_side(cut: float, decimals: int) -> Format:
    """Return how a score is written so that it reads as on the side of the cut on which it is."""
    return Format(lambda value: write_score(value, cut, decimals), "points" if decimals == 1 else "")


def tabulate_counts(scored: Scored, history: History) -> Table:
    """Count the accounts of each quadrant at each quarter end, and the revenue of all."""
    by_day = history.frame.reset_index("day").groupby("day")
    placed = history.frame.reset_index("day")[["day", "placed"]].assign(placed=lambda rows: rows["placed"].fillna(""))
    counts = placed.value_counts().unstack(fill_value=0).reindex(columns=[*QUADRANTS, ""], fill_value=0)
    shown = counts.rename(columns={name: name.title() for name in QUADRANTS} | {"": "Not placed"}).rename_axis(None, axis=1)
    shown = shown.assign(revenue=by_day["revenue_ltm"].sum(min_count=1)).reset_index()
    formats = {"day": DATE} | dict.fromkeys(shown.columns[1:-1], COUNT) | {"revenue": in_unit(scored.currency)}
    return show_table(shown, "Accounts of each quadrant", formats, heads={"day": "As of", "revenue": "Revenue of 12 months"})


def tabulate_moves(scored: Scored, history: History) -> Table | Prose:
    """Put the accounts that moved in a table: where each was, from quarter end to quarter end."""
    labels, rows = label_accounts(scored.names, 32), []
    for account, own in history.frame["placed"].dropna().groupby("account_id", sort=False):
        first = own.ne(own.shift())
        if first.sum() > 1:
            days = own.index.get_level_values("day")[first]
            steps = [f"{str(place).title()} from {write_short_date(day)}" for place, day in zip(own[first], days, strict=True)]
            rows.append({"Account": labels[str(account)], "Quadrants": ", ".join(steps)})
    if not rows:
        return Prose(f"No account changed its quadrant since {write_date(history.days[0])}.")
    shown = pd.DataFrame(rows).sort_values("Account", ignore_index=True)
    stood_in = count_of(int(history.frame["stands_in"].sum()), "place")
    said = f"{stood_in} of these days rest on what stands in, because too little else was known then."
    note = said if history.frame["stands_in"].any() else ""
    return show_table(shown, "Who moved, by the model of today", dict.fromkeys(shown.columns, TEXT), note=note)


def list_restatements(scored: Scored, restated: pd.DataFrame, days: Sequence[Any], account: str = "") -> Iterator[Prose | Table]:
    """Say where the past, computed anew, is not what was told then, and why."""
    if not days:
        yield Prose("Nothing that was told is kept: `kamnb report`, `review` and `score --keep` keep it in history/.")
        return
    own = restated[restated["account_id"] == account] if account else restated
    told = join_words([write_date(day) for day in days])
    if own.empty:
        yield Prose(f"Told as of {told}: {'it' if account else 'all of it'} is what is computed of {_those(days)} today.")
        return
    if not account:
        whom = count_of(own["account_id"].nunique(), "account")
        yield Prose(f"Told as of {told}. Of {whom} the past is another than was told:")
    labels, ordered = label_accounts(scored.names, 32), own.sort_values(["day", "account_id", "what"])
    rows = [
        {
            "As of": write_short_date(row["day"]), "Account": labels.get(row["account_id"], row["account_id"]),
            "What": _WHAT.get(row["what"], row["what"]), "Told": _write(row["told"]), "Now": _write(row["now"]),
            "Why": row["cause"],
        }
        for row in ordered.head(RESTATED).to_dict("records")
    ]  # fmt: skip
    more = f"{count_of(len(own) - RESTATED, 'more line')} in the file that -o writes." if len(own) > RESTATED else ""
    shown = pd.DataFrame(rows).drop(columns=["Account"] if account else [])
    yield show_table(shown, "Restatements", dict.fromkeys(shown.columns, TEXT), note=more)


_WHAT = {"placed": "quadrant"}


def _those(days: Sequence[Any]) -> str:
    return "that day" if len(days) == 1 else "those days"


def _write(value: Any) -> str:
    if isinstance(value, str):
        return value.title() if value in QUADRANTS else value
    return write_number(value, 2)

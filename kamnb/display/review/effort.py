"""The effort to move: how many hours, from where to where."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import TEXT, Format, is_known, write_number
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_first, join_words
from kamnb.display.parts.style import QUADRANTS
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.programme import programme as show

SHOWN, GIVERS = 3, 1
"""Accounts in the table, and of each those that give hours; how many more there are is said."""


def tabulate_effort(analysis: Analysis) -> Table | Prose:
    """Put the accounts that need hours in a table: how many they lack, and where those are to come from."""
    programme = analysis.programme
    if programme.accounts["spent"].isna().all() or programme.moves.empty:
        return Prose(str(show.tabulate_moves(analysis)))
    labels = label_accounts(analysis.names, 32)
    moves = programme.moves
    sums = moves.groupby("to_account", sort=False)["hours"].sum()
    order = sums.rename_axis("account_id").reset_index().sort_values(["hours", "account_id"], ascending=[False, True])
    rows = []
    for account, hours in order.head(SHOWN).itertuples(index=False):
        own = moves[moves["to_account"] == account].sort_values("hours", ascending=False, kind="stable")
        givers = [_name_giver(analysis, labels, move) for _, move in own.iterrows()]
        known = programme.accounts.loc[account]
        rows.append(
            (labels[account], f"{write_number(known['spent'])} of {write_number(known['needed'])}", hours,
             join_first(givers, GIVERS))
        )  # fmt: skip
    shown = pd.DataFrame(rows, columns=["Account", "gets", "hours", "from"])
    left = sums.sum() - order.head(SHOWN)["hours"].sum()
    note = f"{count_of(len(order) - SHOWN, 'more account')}, {write_number(left)} hours." if len(order) > SHOWN else ""
    formats = {"Account": TEXT, "gets": TEXT, "hours": Format(write_number, "h"), "from": TEXT}
    heads = {"gets": "Gets, of hours needed", "hours": "To get", "from": "From"}
    return show_table(shown, f"{write_number(sums.sum())} hours a year to move", formats, heads=heads, note=note)


def _name_giver(analysis: Analysis, labels: "pd.Series[str]", move: "pd.Series[Any]") -> str:
    giver = move["from_account"]
    manager = analysis.programme.managers["name"].get(move["from_manager"], move["from_manager"])
    return f"{labels[giver] if is_known(giver) else f'free time of {manager}'} ({move['hours']})"


def say_quadrants(analysis: Analysis) -> Prose | None:
    """Say which quadrants get fewer hours than they ask for, and which more; None where no hours are known."""
    quadrants = analysis.programme.quadrants
    if quadrants.empty:
        return None
    gaps = {key: float(quadrants["needed"][key] - quadrants["spent"][key]) for key in QUADRANTS if key in quadrants.index}
    less = [f"{QUADRANTS[key].name} {write_number(gap)}" for key, gap in gaps.items() if gap >= 1]
    more = [f"{QUADRANTS[key].name} {write_number(-gap)}" for key, gap in gaps.items() if gap <= -1]
    said = [f"too few hours: {join_words(less)}" if less else "", f"too many: {join_words(more)}" if more else ""]
    text = "; ".join(part for part in said if part)
    return Prose(f"{text[:1].upper()}{text[1:]}." if text else "Every quadrant gets the hours that it asks for.")

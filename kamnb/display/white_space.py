"""White space: what an account could buy, and what to offer next."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.formats import TEXT, in_money, is_known, write_compact, write_money, write_number, write_share
from kamnb.display.sentences import Prose, count_of, write_paragraph
from kamnb.display.tables import Table, show_table
from kamnb.planning import AccountPlan, choose_next_offers

_BASES = {"wallet": "its wallet as stated", "alike": "what accounts of its segment buy"}
_CHANCES = {"declared": "declared", "offering": "own wins", "overall": "all wins"}


def take_white_space(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the rows of one account of which anything is known, the largest likely room first."""
    own = analysis.records.white_space[analysis.records.white_space["account_id"] == plan.account_id]
    known = own[(own["revenue_ltm"] > 0) | own["likely"].notna() | (own["pipeline"] > 0)]
    return known.sort_values(["room_likely", "revenue_ltm", "offering_id"], ascending=[False, False, True])


def tabulate_white_space(analysis: Analysis, plan: AccountPlan, rows: int = 8) -> Table | None:
    """Put what it buys, could buy and is offered, by offering, in a table; None where no room is known."""
    own = take_white_space(analysis, plan)
    if own["likely"].notna().sum() == 0:
        return None
    shown = own.assign(
        room=own.apply(_write_range, axis=1),
        chance=own["chance"].map(write_share)
        + own["chance_basis"].map(lambda basis: f" ({_CHANCES[basis]})", na_action="ignore"),
        goal=own["goal"].fillna("none known"),
        rival=own.apply(_write_rival, axis=1),
    )
    money = in_money(plan.currency)
    formats = {
        "offering": TEXT, "revenue_ltm": money, "room": TEXT, "rival": TEXT, "pipeline": money, "chance": TEXT, "goal": TEXT,
    }  # fmt: skip
    filled = {name: form for name, form in formats.items() if shown[name].notna().any()}
    if own["goal"].isna().all():
        del filled["goal"]
    heads = {
        "revenue_ltm": "Buys", "room": "Room: low – likely – high", "rival": "Competitor, share", "pipeline": "Open deals",
        "goal": "Goal it serves",
    }  # fmt: skip
    more = f"{count_of(len(own) - rows, 'more offering')} not shown." if len(own) > rows else ""
    note = write_paragraph(_say_basis(own), "Open deals stand beside the room and are not part of it.", more)
    return show_table(shown[list(filled)].head(rows), "White space by offering, a year", filled, heads=heads, note=note)


def _write_range(row: "pd.Series[float]") -> str:
    ends = [row[f"room_{end}"] for end in ("low", "likely", "high")]
    return " – ".join(write_compact(end) for end in ends) if is_known(ends[1]) else "unknown"


def _write_rival(row: "pd.Series[Any]") -> str | None:
    share = f" {write_share(row['competitor_share'])}" if is_known(row["competitor_share"]) else ""
    return f"{row['competitor']}{share}" if is_known(row["competitor"]) else None


def _write_chance(row: "pd.Series[Any]") -> str | None:
    return f"{write_share(row['chance'])} ({_CHANCES[row['chance_basis']]})" if is_known(row["chance"]) else None


def _say_basis(own: pd.DataFrame) -> str:
    counts = own["basis"].value_counts()
    parts = [f"{words} ({count_of(int(counts[basis]), 'offering')})" for basis, words in _BASES.items() if counts.get(basis, 0)]
    alike = own["alike"].dropna()
    least = f", of {write_number(alike.min())} accounts or more" if len(alike) else ""
    return f"What it could buy is from {' and '.join(parts)}{least}."


def say_next_offers(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say what to offer next: what serves a goal of the customer first; None where no room is known."""
    offers = choose_next_offers(take_white_space(analysis, plan), analysis.method.playbook.white_space.next_offers)
    if offers.empty:
        return None
    low, likely, high = (write_money(plan.facts[f"white_space_{end}"], plan.currency) for end in ("low", "likely", "high"))
    stated = is_known(plan.facts["white_space_likely"])
    whole = f"Room in its wallet as stated: likely {likely} a year, between {low} and {high}." if stated else ""
    said = "; ".join(_say_offer(row, plan.currency) for _, row in offers.iterrows())
    return write_paragraph(whole, f"Next offers: {said}.")


def _say_offer(row: "pd.Series[float]", currency: str) -> str:
    room = f"room likely {write_compact(row['room_likely'], currency)}" if is_known(row["room_likely"]) else "room unknown"
    budget = f", budget {write_compact(row['goal_budget'], currency)}" if is_known(row["goal_budget"]) else ""
    goal = f'for its goal "{row["goal"]}"{budget}' if is_known(row["goal"]) else "serves no goal that we know of"
    return f"{row['offering']} ({goal}; {room})"

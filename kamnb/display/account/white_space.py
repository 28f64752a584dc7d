"""White space: what an account could buy, and what to offer next."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.space_map import picture_space
from kamnb.display.parts.formats import TEXT, is_known, write_amount, write_number, write_share
from kamnb.display.parts.pictures import Picture
from kamnb.display.parts.sentences import Prose, count_of, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan, choose_next_offers

_CHANCES = {
    "declared": "declared", "offering": "our wins of it", "category": "our wins of its category", "overall": "all our wins",
}  # fmt: skip


def take_white_space(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the rows of one account of which anything is known, the largest likely room first."""
    own = analysis.records.white_space[analysis.records.white_space["account_id"] == plan.account_id]
    known = own[(own["revenue_ltm"].fillna(0) != 0) | own["likely"].notna() | (own["open_deals"] > 0)]
    return known.sort_values(["room_likely", "revenue_ltm", "offering_id"], ascending=[False, False, True])


def picture_white_space(analysis: Analysis, plan: AccountPlan) -> Picture | None:
    """Draw what it buys, is offered and could buy besides, by offering; None where no room is known."""
    own, bought = take_white_space(analysis, plan), analysis.offerings.reset_index()
    before = bought[bought["account_id"] == plan.account_id].set_index("offering_id")["revenue_prior"]
    shown = own.assign(revenue_prior=own["offering_id"].map(before).astype(float))
    return picture_space(shown, plan.currency) if own["likely"].notna().any() else None


def tabulate_white_space(analysis: Analysis, plan: AccountPlan, rows: int = 8) -> Table | Prose | None:
    """Put who else sells each offering, our chance and the goal it serves in a table; None where no room is known.

    Where none of that is known either, only what the room rests on is said.
    """
    own = take_white_space(analysis, plan)
    if own["likely"].notna().sum() == 0:
        return None
    shown = own.assign(
        chance=own.apply(_write_chance, axis=1),
        goal=own.apply(_name_goal, axis=1),
        rival=own.apply(_write_rival, axis=1),
    )
    formats = dict.fromkeys(("offering", "rival", "chance", "goal"), TEXT)
    filled = {name: form for name, form in formats.items() if shown[name].notna().any()}
    if own["goal"].isna().all():
        del filled["goal"]
    heads = {"rival": "Competitor, share", "chance": "Our chance", "goal": "Goal it serves"}
    beside = "Open deals stand beside the room and are not part of it." if (own["open_deals"] > 0).any() else ""
    basis = write_paragraph(_say_basis(own), beside, _say_rest(plan))
    if list(filled) == ["offering"]:
        return basis
    more = f"{count_of(len(own) - rows, 'more offering')} not shown." if len(own) > rows else ""
    note = write_paragraph(basis, more)
    return show_table(shown[list(filled)].head(rows), "Who sells it, and our chance", filled, heads=heads, note=note)


def _write_rival(row: "pd.Series[Any]") -> str | None:
    share = f" {write_share(row['competitor_share'])}" if is_known(row["competitor_share"]) else ""
    return f"{row['competitor']}{share}" if is_known(row["competitor"]) else None


def _name_goal(row: "pd.Series[Any]") -> str:
    if not is_known(row["goal"]):
        return "none known"
    return f"{row['goal']} (and {int(row['goals']) - 1} more)" if row["goals"] > 1 else str(row["goal"])


def _write_chance(row: "pd.Series[Any]") -> str | None:
    return f"{write_share(row['chance'])} ({_CHANCES[row['chance_basis']]})" if is_known(row["chance"]) else None


def _say_basis(own: pd.DataFrame) -> str:
    counts = own["basis"].value_counts()
    words = {"wallet": "its wallet as stated", "alike": _say_alike(own)}
    parts = [f"{words[basis]} for {count_of(int(counts[basis]), 'offering')}" for basis in words if counts.get(basis, 0)]
    return f"What it could buy is from {' and '.join(parts)}."


def _say_alike(own: pd.DataFrame) -> str:
    least, most = own["alike"].min(), own["alike"].max()
    few = write_number(least) if least == most else f"{write_number(least)} to {write_number(most)}"
    return f"what others of its segment buy ({few} look-alike accounts; quartiles)"


def _say_rest(plan: AccountPlan) -> str:
    rest = plan.facts["revenue_without_offering"]
    if not rest > 0:
        return ""
    amount = write_amount(rest, plan.currency)
    return f"{amount} of what it buys names no offering; the room is too large by what of it belongs here."


def say_next_offers(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say what to offer next: what serves a goal of the customer first; None where no room is known."""
    offers = choose_next_offers(take_white_space(analysis, plan), analysis.method.playbook.white_space.next_offers)
    if offers.empty:
        return None
    aimless = bool(offers["goal"].isna().all())
    said = "; ".join(_say_offer(row, plan.currency, bare=aimless) for _, row in offers.iterrows())
    none = (
        "None of them serves a goal of the customer that we know of." if len(offers) > 1 else "It serves no goal that we know of."
    )
    return write_paragraph(_say_room(plan), f"Next offers: {said}.", none if aimless else "")


def _say_room(plan: AccountPlan) -> str:
    low, likely, high = (plan.facts[f"white_space_{end}"] for end in ("low", "likely", "high"))
    if not is_known(likely):
        return ""
    ends = f", between {write_amount(low, plan.currency)} and {write_amount(high, plan.currency)}"
    between = ends if is_known(low) and is_known(high) else ""
    return f"Room in its wallet as stated: likely {write_amount(likely, plan.currency)} a year{between}."


def _say_offer(row: "pd.Series[Any]", currency: str, *, bare: bool) -> str:
    alike = f", by {write_number(row['alike'])} look-alike accounts" if row["basis"] == "alike" else ""
    likely = f"room likely {write_amount(row['room_likely'], currency)}{alike}"
    room = likely if is_known(row["room_likely"]) else "room unknown"
    budget = f", budget {write_amount(row['goal_budget'], currency)}" if is_known(row["goal_budget"]) else ""
    more = f" and {count_of(int(row['goals']) - 1, 'more goal')}" if row["goals"] > 1 else ""
    goal = f'for its goal "{row["goal"]}"{budget}{more}' if is_known(row["goal"]) else "serves no goal that we know of"
    return f"{row['offering']} ({room})" if bare else f"{row['offering']} ({goal}; {room})"

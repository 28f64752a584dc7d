"""The people of a relationship: whom we know, who meets whom, who is silent, on whom it hangs."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.contacts import describe_contact_map, plot_contact_map
from kamnb.display.parts.formats import DATE, TEXT, is_known, write_date, write_number, write_share
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_list
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan, weigh_persons

_NEITHER = "somebody without a name"


def take_people(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the people of one account, with ``met_by``: who of ours was in touch with each, most often first."""
    people, pairs = (_own(frame, plan) for frame in (analysis.records.people, analysis.records.pairs))
    named = pairs.dropna(subset=["our_person"]).sort_values(["interactions", "our_person"], ascending=[False, True])
    met_by = named.groupby("contact_id", sort=False)["our_person"].agg(list)
    return people.assign(met_by=people["contact_id"].map(met_by))


def picture_contacts(analysis: Analysis, plan: AccountPlan) -> Picture | None:
    """Draw the contact map; None where nobody is known."""
    people = take_people(analysis, plan)
    here = people[people["left_on"].isna()]
    if here.empty:
        return None
    known = is_known(plan.facts["people_reached"])
    return show_figure(plot_contact_map(here, reach_is_known=known), describe_contact_map(here, reach_is_known=known))


def tabulate_people(analysis: Analysis, plan: AccountPlan, rows: int = 8) -> Table | None:
    """Put the people at the customer in a table: who they are, who of ours meets them, and when last."""
    people = take_people(analysis, plan)
    if people.empty:
        return None
    shown = people.assign(
        name=people["name"].fillna(people["contact_id"]),
        met_by=people["met_by"].map(lambda names: ", ".join(names[:2]), na_action="ignore"),
        state=people.apply(_say_state, axis=1),
    )
    formats = {
        "name": TEXT, "function": TEXT, "level": TEXT, "role": TEXT, "met_by": TEXT, "last_contact": DATE, "state": TEXT
    }  # fmt: skip
    filled = {column: form for column, form in formats.items() if shown[column].replace("", None).notna().any()}
    more = f"{count_of(len(shown) - rows, 'more person', 'more people')} not shown." if len(shown) > rows else ""
    heads = {"met_by": "Met by", "last_contact": "Last contact", "state": ""}
    return show_table(shown[list(filled)].head(rows), "People at the customer", filled, heads=heads, note=more)


def _say_state(row: "pd.Series[Any]") -> str:
    if is_known(row["left_on"]):
        return f"left {DATE(row['left_on'])}"
    return "silent" if row["is_silent"] else ""


def list_risks(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say who is silent, who left, how much hangs on one person, and what is left without one; None where nobody is known."""
    people = take_people(analysis, plan)
    if people.empty:
        return None
    lines = [*_say_silent(people), *_say_left(people, analysis), *_say_concentration(plan), *_say_without(analysis, plan, people)]
    reach_is_known = analysis.portfolio.has("interactions", "contact_id")
    return write_list(lines, nothing=_QUIET if reach_is_known else _UNREACHED)


_QUIET = "Nobody is silent, nobody left, and no single person carries the relationship."
_UNREACHED = "Whom we reach, and on whom the relationship hangs, is unknown: no interactions with people are recorded."


def _say_silent(people: pd.DataFrame) -> Iterator[str]:
    for _, row in people[people["is_silent"]].iterrows():
        since = f"last contact {write_date(row['last_contact'])}" if is_known(row["last_contact"]) else "no contact recorded"
        yield f"Silent: {_describe(row)}, {since}."


def _say_left(people: pd.DataFrame, analysis: Analysis) -> Iterator[str]:
    year_ago = pd.Timestamp(analysis.as_of) - pd.DateOffset(months=12)
    for _, row in people[people["left_on"] > year_ago].iterrows():
        others = people[people["is_reached"] & people["left_on"].isna() & (people["function"] == row["function"])]
        follows = (
            f"in {row['function']} we reach {count_of(len(others), 'person', 'people') if len(others) else 'nobody'}"
            if is_known(row["function"])
            else "the function is not known"
        )
        yield f"Left on {write_date(row['left_on'])}: {_describe(row)}; {follows}."


def _describe(row: "pd.Series[Any]") -> str:
    about = [str(row[name]) for name in ("role", "function") if is_known(row[name])]
    name = row["name"] if is_known(row["name"]) else row["contact_id"]
    return f"{name} ({', '.join(about)})" if about else str(name)


def _say_concentration(plan: AccountPlan) -> Iterator[str]:
    if plan.facts["people_reached"] == 0:
        yield "Nobody of theirs had two-way contact with us in twelve months."
    theirs, ours = plan.facts["contact_concentration"], plan.facts["our_concentration"]
    if is_known(theirs):
        also = f", and {write_share(ours)} through one of ours" if is_known(ours) else "; who of ours, is not recorded"
        yield f"In twelve months {write_share(theirs)} of all contact ran through one person of theirs{also}."


def _say_without(analysis: Analysis, plan: AccountPlan, people: pd.DataFrame) -> Iterator[str]:
    weighed = weigh_persons(people, _own(analysis.records.pairs, plan))
    names = people.set_index("contact_id")["name"]
    reached = plan.facts["people_reached"]
    for side in ("theirs", "ours"):
        mine = weighed[(weighed["side"] == side) & (weighed["lost"] > 0)]
        said = [_say_one_less(row, names) for _, row in mine.head(analysis.method.playbook.people.key_persons).iterrows()]
        if said and is_known(reached):
            yield f"We reach {count_of(int(reached), 'person', 'people')}; {'; '.join(said)}."


def _say_one_less(row: "pd.Series[Any]", names: "pd.Series[str]") -> str:
    name = names.get(row["person"], row["person"]) if row["side"] == "theirs" else row["person"]
    whose = "of theirs" if row["side"] == "theirs" else "of ours"
    left = "nobody"
    if row["people_reached"]:
        left = f"{write_number(row['people_reached'])} in {count_of(int(row['functions_reached']), 'function')}"
    return f"without {name if is_known(name) else _NEITHER} {whose} {left}, and {write_share(row['share'])} less contact"


def _own(frame: pd.DataFrame, plan: AccountPlan) -> pd.DataFrame:
    return frame[frame["account_id"] == plan.account_id]


def name_ours(analysis: Analysis, plan: AccountPlan) -> str:
    """Name who of ours was in touch in twelve months, most often first."""
    pairs = _own(analysis.records.pairs, plan).dropna(subset=["our_person"])
    sums = pairs.groupby("our_person")["interactions"].sum().reset_index()
    names = sums.sort_values(["interactions", "our_person"], ascending=[False, True])["our_person"].head(4).tolist()
    return join_words(names) if names else ""

"""Where the hours of our side go, against what each quadrant asks for."""

from collections.abc import Iterator

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.formats import COUNT, DASH, SHARE, TEXT, Format, is_known, write_number, write_share
from kamnb.display.names import label_accounts
from kamnb.display.sentences import Prose, count_of, join_words, name_quadrant, write_list
from kamnb.display.tables import Table, show_table
from kamnb.planning import compare_effort, take_account
from kamnb.planning.playbook import QuadrantAdvice

NAMED = 3
"""Accounts that are named one by one; of more, the number is told."""

_TIMES = Format(lambda value: write_number(value, 2), "times")
_HOURS = Format(write_number, "h")


def tabulate_effort(analysis: Analysis) -> Table | Prose:
    """Put each quadrant's share of hours beside its share of revenue, and what it asks for, in a table."""
    compared = _compare(analysis)
    if compared.empty:
        return Prose(
            "No effort is recorded for a placed account with revenue, "
            "so whether hours go where the quadrants ask for them is unknown."
        )
    advice = analysis.method.playbook.quadrants
    rows = [
        (each.name, *take_account(compared, quadrant), _judge(analysis, each, compared["intensity"].loc[quadrant]))
        for quadrant, each in advice.items()
        if quadrant in compared.index
    ]
    heads = ("Quadrant", "Accounts", "Hours", "Of hours", "Of revenue", "Hours to revenue", "What the quadrant asks for")
    formats = dict(zip(heads, (TEXT, COUNT, _HOURS, SHARE, SHARE, _TIMES, TEXT), strict=True))
    note = f"Hours of twelve months, from {join_words(_sources(analysis))}; only accounts of which hours and revenue are known."
    return show_table(pd.DataFrame(rows, columns=list(heads)), "Effort and revenue by quadrant", formats, note=note)


def _compare(analysis: Analysis) -> pd.DataFrame:
    facts = analysis.plan_facts
    return compare_effort(facts["effort_hours"], facts["revenue_ltm"], analysis.scores["placed"])


def _judge(analysis: Analysis, quadrant: QuadrantAdvice, intensity: float) -> str:
    if not is_known(intensity):
        return DASH
    asked = quadrant.effort
    tolerance = analysis.method.playbook.effort.tolerance
    got = "less" if intensity < 1 - tolerance else "more" if intensity > 1 + tolerance else "as much"
    kept = got == asked or (asked == "as much" and got == "less")
    words = {"more": "more than its share of revenue", "as much": "no more than that", "less": "less than its share of revenue"}
    return f"{words[asked]}: {'so it is' if kept else 'it is ' + _GOT[got]}"


_GOT = {"less": "less", "more": "more", "as much": "about as much"}


def _sources(analysis: Analysis) -> list[str]:
    return sorted(analysis.records.effort["effort_source"].dropna().unique())


def list_effort_gaps(analysis: Analysis) -> Prose | None:
    """Name accounts to take hours from and accounts to give hours to; None where no hours are known."""
    if analysis.plan_facts["effort_hours"].isna().all():
        return None
    return write_list(_say_gaps(analysis), nothing="No account gets hours against what its quadrant asks for.")


def _say_gaps(analysis: Analysis) -> Iterator[str]:
    facts = analysis.plan_facts[["effort_hours", "revenue_ltm"]].assign(placed=analysis.scores["placed"])
    labels = label_accounts(analysis.names, 40)
    for quadrant, advice in analysis.method.playbook.quadrants.items():
        own = facts[facts["placed"] == quadrant].rename_axis("account_id")
        if advice.effort == "less" and own["effort_hours"].sum() > 0:
            most = own[own["effort_hours"] > 0].sort_values(["effort_hours", "account_id"], ascending=[False, True])
            share = own["effort_hours"].sum() / facts["effort_hours"].sum()
            yield (
                f"{write_number(own['effort_hours'].sum())} hours a year, {write_share(share)} of all, go to "
                f"{count_of(len(most), 'account')} of {name_quadrant(quadrant)}: {_name(labels, most)}."
            )
        none = own[own["effort_hours"].isna()].sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
        if advice.effort == "more" and len(none):
            without = count_of(len(none), "account")
            yield f"No hours are recorded for {without} of {name_quadrant(quadrant)}: {_name(labels, none)}."


def _name(labels: "pd.Series[str]", rows: pd.DataFrame) -> str:
    named = [f"{labels[str(account)]}{_hours(hours)}" for account, hours in rows["effort_hours"].head(NAMED).items()]
    more = [f"{len(rows) - NAMED} more"] if len(rows) > NAMED else []
    return join_words(named + more)


def _hours(hours: float) -> str:
    return f" ({write_number(hours)} h)" if hours > 0 else ""

"""Promises and notices of the next weeks, and what the last meeting decided."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.promises import choose_near, last_day
from kamnb.display.parts.formats import TEXT, is_known, write_date, write_day
from kamnb.display.parts.names import label_accounts, shorten
from kamnb.display.parts.sentences import Prose, count_of, join_first, write_list
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.decisions import PORTFOLIO
from kamnb.display.portfolio.owed import list_contracts

SHOWN, NAMED = 5, 2
"""Promises in the table, and things that a sentence names; of more the number is said."""


def tabulate_due(analysis: Analysis) -> Table | Prose:
    """Put the promises of both sides that are late or due within the next weeks in a table, the latest first."""
    actions = analysis.records.schedule
    near = choose_near(analysis, actions[actions["is_open"].astype(bool)]) if len(actions) else actions
    until = write_date(last_day(analysis))
    if near.empty:
        return Prose(
            f"Neither side has promised anything that falls due by {until}."
            if analysis.portfolio.has("actions")
            else "No promises are recorded: no actions table."
        )
    labels = label_accounts(analysis.names, 32)
    rows = [_describe(analysis, labels, row) for row in near.head(SHOWN).to_dict("records")]
    late, more = int((near["days_overdue"] > 0).sum()), len(near) - SHOWN
    caption = f"{count_of(late, 'promise')} late, {len(near) - late} due by {until}"
    formats = dict.fromkeys(("Account", "what", "who", "when"), TEXT)
    heads, note = {"what": "Promise", "who": "Who", "when": "When"}, f"{more} more." if more > 0 else ""
    return show_table(pd.DataFrame(rows), f"{caption[:1].upper()}{caption[1:]}", formats, heads=heads, note=note)


def _describe(analysis: Analysis, labels: "pd.Series[str]", row: dict[Any, Any]) -> dict[str, str]:
    side = "They" if is_known(row["ours"]) and not row["ours"] else "We" if is_known(row["ours"]) else "Not said who"
    owner = f" ({row['owner']})" if side == "We" and is_known(row["owner"]) else ""
    late = int(row["days_overdue"])
    return {
        "Account": labels[row["account_id"]] if row["account_id"] in labels.index else str(row["account_id"]),
        "what": shorten(str(row["title"]), 48),
        "who": f"{side}{owner}",
        "when": f"{count_of(late, 'day')} late" if late else write_day(row["due"], analysis.as_of),
    }


def list_dates(analysis: Analysis) -> Prose:
    """Say which contracts lapsed, whose notice falls due within the next weeks or else next, and which decisions were kept."""
    return write_list([_say_lapsed(analysis), _say_notices(analysis), _say_decided(analysis)])


def _say_lapsed(analysis: Analysis) -> str:
    contracts = list_contracts(analysis)
    lapsed = contracts[contracts["is_lapsed"]].sort_values(["expires", "document_id"])
    named = [f"{name} ({day})" for name, day in _name(analysis, lapsed, "expires")]
    return f"Contract lapsed: {join_first(named, NAMED)}." if named else ""


def _say_notices(analysis: Analysis) -> str:
    contracts = list_contracts(analysis)
    ahead = contracts[~contracts["is_lapsed"] & (contracts["days_to_notice"] >= 0)].sort_values(["notice_by", "document_id"])
    until = last_day(analysis)
    if ahead.empty:
        return "No contract with a notice date ahead is recorded."
    near = ahead[ahead["notice_by"] <= until]
    if near.empty:
        name, day = next(iter(_name(analysis, ahead, "notice_by")))
        return f"Next notice date: {name}, {day}."
    named = [f"{name} ({day})" for name, day in _name(analysis, near, "notice_by")]
    return f"Notice by {write_date(until)}: {join_first(named, NAMED)}."


def _name(analysis: Analysis, contracts: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    labels = label_accounts(analysis.names, 32)
    known = contracts[contracts["account_id"].isin(labels.index)]
    return [
        (labels[account], write_day(day, analysis.as_of))
        for account, day in known[["account_id", column]].itertuples(index=False)
    ]


def _say_decided(analysis: Analysis) -> str:
    """Say how many of the decisions that are done or due were carried out in time, and name those that are overdue."""
    decisions = analysis.records.decisions
    if decisions.empty:
        return "No decisions of an earlier meeting are recorded."
    counts = decisions["state"].value_counts()
    late = decisions[decisions["state"] == "overdue"].sort_values(["due", "decision"])
    labels = label_accounts(analysis.names, 32)
    named = [str(labels.get(account, PORTFOLIO)) for account in late["account_id"]]
    done, due = (sum(int(counts.get(state, 0)) for state in states) for states in (("done",), ("done", "done late", "overdue")))
    late_at = f"; overdue at {join_first(named, NAMED)}" if named else ""
    return f"{done} of {count_of(due, 'decision')} carried out in time{late_at}."

"""The customer: its goals, what we know of it, the roles of our side, contracts, deliveries and complaints."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.people import name_ours
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import COUNT, DATE, TEXT, Format, in_unit, is_known, write_date, write_share
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import TOPICS, AccountPlan, judge_roles

TOPIC_NAMES = {
    "marketplace": "Their marketplace",
    "strategy": "Their strategy",
    "customers_wants": "What their customers want",
    "value_added": "How they add value",
    "profit_source": "Where they make their money",
}
YEAR = Format(lambda value: str(int(value)), numeric=False)


def tabulate_goals(plan: AccountPlan) -> Table | None:
    """Put the customer's goals in a table: budget, what we delivered, and what of ours serves them."""
    goals = plan.tables.get("goals")
    if goals is None or goals.empty:
        return None
    served = goals["objective"].fillna(goals["deal"].map("an offer for {}".format, na_action="ignore")).fillna("nothing yet")
    shown = goals.assign(served=served, confirmed=_date_stale(goals))
    money = in_unit(plan.currency)
    formats = {
        "goal": TEXT, "project": TEXT, "year": YEAR, "budget": money, "value_delivered": money, "served": TEXT, "confirmed": TEXT
    }  # fmt: skip
    filled = {name: form for name, form in formats.items() if shown[name].notna().any()}
    heads = {"value_delivered": "Delivered by us", "served": "Served by"}
    return show_table(shown[list(filled)], "The customer's goals", filled, heads=heads)


def _date_stale(frame: pd.DataFrame) -> "pd.Series[str]":
    pairs = zip(frame["confirmed_on"], frame["is_stale"], strict=True)
    texts = [f"{DATE(day)} (stale)" if is_known(stale) and stale else DATE(day) for day, stale in pairs]
    return pd.Series(texts, index=frame.index, dtype=object)


def tabulate_insight(plan: AccountPlan) -> Table | None:
    """Put the five topics of insight in a table, those that nobody has written on too; None where none is known."""
    insight = plan.tables.get("insight")
    if insight is None or insight.empty:
        return None
    known = insight.assign(confirmed=_date_stale(insight)).set_index("topic")
    rows = [(TOPIC_NAMES[topic], *_take_topic(known, topic)) for topic in TOPICS]
    shown = pd.DataFrame(rows, columns=["Topic", "What we know", "Source", "Confirmed"])
    formats = {"Topic": TEXT, "What we know": TEXT, "Source": TEXT, "Confirmed": Format(str, numeric=False, wraps=False)}
    return show_table(shown, "What we know of its business", formats)


def _take_topic(known: pd.DataFrame, topic: str) -> tuple[Any, Any, Any]:
    if topic not in known.index:
        return ("not known", None, None)
    row = known.loc[[topic]].iloc[0]
    return (row["text"], row["source"], row["confirmed"])


def say_roles(analysis: Analysis, plan: AccountPlan) -> Prose:
    """Say who of ours is in touch, and how far the two roles of our side are borne out: what is lacking, what is unknown."""
    roles = judge_roles(plan.facts, analysis.method.playbook.roles)
    words = {role.part: role.words for role in analysis.method.playbook.roles}
    manager, ours = analysis.manager_names[plan.account_id], name_ours(analysis, plan)
    return write_paragraph(
        f"Account manager: {manager}." if is_known(manager) else "No account manager is named.",
        f"In touch in twelve months: {ours}." if ours else "",
        *_say_roles(roles, words, plan),
    )


def _say_roles(roles: pd.DataFrame, words: Mapping[str, str], plan: AccountPlan) -> Iterator[str]:
    if roles["is_filled"].isna().all():
        yield "How the roles of our side are filled is unknown: nothing is recorded that would tell."
        return
    said = {str(role): _say_role(rows, words, plan) for role, rows in roles.groupby("role", sort=False)}
    whole = [role for role, parts in said.items() if not parts]
    yield from (f"{role}: {'; '.join(parts)}." for role, parts in said.items() if parts)
    if whole:
        yield f"{join_words([whole[0], *map(str.lower, whole[1:])])}: every part is borne out by the tables."


def _say_role(rows: pd.DataFrame, words: Mapping[str, str], plan: AccountPlan) -> list[str]:
    verdicts = {0.0: "lacking", -1.0: "unknown"}
    rows = rows.assign(verdict=rows["is_filled"].fillna(-1.0).map(verdicts)).dropna(subset=["verdict"])
    return [_say_lack(row, words, plan) for _, row in rows.iterrows()]


def _say_lack(row: "pd.Series[Any]", words: Mapping[str, str], plan: AccountPlan) -> str:
    if row["verdict"] == "unknown":
        return f"unknown {row['part']} (nothing is recorded that would tell)"
    return f"lacking {row['part']} ({words[row['part']]}: {write_fact(row['fact'], row['value'], plan.currency)})"


def tabulate_contracts(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put contracts and documents in a table: what comes next for each, and when."""
    papers = plan.tables.get("contracts")
    if papers is None or papers.empty:
        return None
    steps = analysis.method.playbook.staleness.notice_steps
    days = {step: pd.Timestamp(plan.as_of) + pd.DateOffset(months=step) for step in steps}
    shown = papers.assign(next=papers.apply(lambda row: _say_next(row, days), axis=1))
    formats = {"kind": TEXT, "document_id": TEXT, "signed_on": DATE, "expires": DATE, "next": TEXT}
    filled = {name: form for name, form in formats.items() if shown[name].notna().any()}
    heads = {"document_id": "Document", "signed_on": "Signed", "expires": "Ends", "next": "What comes next"}
    return show_table(shown[list(filled)], "Contracts and documents", filled, heads=heads)


def _say_next(row: "pd.Series[Any]", steps: dict[int, pd.Timestamp]) -> str:
    if not is_known(row["signed_on"]):
        if not is_known(row["due"]):
            return "not signed"
        return f"not signed; {'overdue since' if row['is_overdue'] else 'due'} {write_date(row['due'])}"
    if is_known(row["days_to_end"]) and row["days_to_end"] < 0:
        return f"ended on {write_date(row['expires'])}"
    if row["kind"] != "contract":
        return "signed"
    if not is_known(row["days_to_notice"]):
        return "no notice date"
    if row["days_to_notice"] < 0:
        return f"the notice date, {write_date(row['notice_by'])}, has passed"
    reached = [step for step, day in steps.items() if row["notice_by"] <= day]
    step = f" ({min(reached)}-month step)" if reached else ""
    return f"notice by {write_date(row['notice_by'])}, in {count_of(int(row['days_to_notice']), 'day')}{step}"


def say_deliveries(plan: AccountPlan) -> Prose | None:
    """Say how many deliveries were promised and kept, against the year before, and what is still owed."""
    rows = plan.tables.get("deliveries")
    if rows is None or rows.empty or not rows["is_recent"].any():
        return None
    now, before = (rows[rows["is_recent"] == flag] for flag in (True, False))
    row = now.iloc[0]
    if not row["is_whole"]:
        return Prose(
            "How many of the deliveries promised in twelve months came on time and complete is unknown: not all were read."
        )
    parts = [count_of(int(row[name]), *words) for name, words in _BROKEN.items() if row[name]]
    promised = count_of(int(row["promised"]), "delivery", "deliveries")
    others = f"The others: {', '.join(parts)}." if parts else ""
    if row["unsaid"]:
        return write_paragraph(f"Of {promised} promised in twelve months {_say_in_time(row)}.", others)
    trend = f", against {_write_kept(before.iloc[0])} in the twelve months before" if len(before) else ""
    said = f"{int(row['kept'])}" if row["promised"] < _FEW else _write_kept(row)
    trend = trend if len(before) and before["is_whole"].iloc[0] and not before["unsaid"].iloc[0] else ""
    return write_paragraph(f"Of {promised} promised in twelve months {said} came on time and complete{trend}.", others)


def _say_in_time(row: "pd.Series[Any]") -> str:
    """Say how many came on time where it is not said of all of them whether they were complete."""
    unsaid, kept = int(row["unsaid"]), int(row["kept"])
    if not kept:
        return f"{unsaid:,} came on time; whether complete is unknown"
    return f"{kept:,} came on time and complete; {unsaid:,} more came on time, and whether complete is unknown"


_BROKEN = {
    "late": ("late", "late"),
    "incomplete": ("incomplete", "incomplete"),
    "late_incomplete": ("late and incomplete", "late and incomplete"),
    "missing": ("not made until now", "not made until now"),
}


def _write_kept(row: "pd.Series[Any]") -> str:
    """Write the part that was kept as a share; of few as a count, for a share of three says more than three can."""
    if row["promised"] < _FEW:
        return f"{int(row['kept'])} of {int(row['promised'])}"
    return write_share(row["kept"] / row["promised"])


_FEW = 5


def tabulate_complaints(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put complaints by cause in a table; a cause that comes back is marked."""
    rows = plan.tables.get("complaints")
    if rows is None or rows.empty:
        return None
    marked = rows["cause"].fillna("cause not stated")
    shown = rows.assign(cause=marked.where(~rows["is_repeated"].fillna(False).astype(bool), marked + " (comes back)"))
    formats = {"cause": TEXT, "complaints": COUNT, "still_open": COUNT, "last_opened": DATE, "last_remedy": TEXT}
    months = analysis.method.playbook.staleness.repeat_months
    return show_table(shown[list(formats)].head(6), f"Complaints of {months} months by cause", formats)

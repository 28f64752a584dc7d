"""The portfolio review: decisions, flags, gaps and dates for the meeting."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.findings import say_finding
from kamnb.display.formats import COUNT, DATE, DAYS, SHARE, TEXT, in_money, write_money, write_share
from kamnb.display.matrix import picture_matrix, tabulate_counts
from kamnb.display.names import label_accounts
from kamnb.display.sentences import Prose, count_of
from kamnb.display.tables import Table, show_table
from kamnb.planning import take_account

__all__ = [
    "picture_matrix", "say_gap", "tabulate_broken_promises", "tabulate_counts", "tabulate_findings", "tabulate_flags",
    "tabulate_last_decisions", "tabulate_notices",
]  # fmt: skip

SHOWN = 12
"""Rows that a table of the review shows."""
REASONS = 2
"""Findings that are told of one account: those that name their own sum, not all of its revenue, come last and count most."""


def tabulate_findings(analysis: Analysis, top: int = 5) -> Table:
    """Put the accounts that most need a decision in a table: why, what to decide, and the money at stake."""
    chosen = list(analysis.findings["account_id"].drop_duplicates().head(top))
    labels = label_accounts(analysis.names, 40)
    rows = [(labels[account], *_first_reasons(analysis, account)) for account in chosen]
    shown = pd.DataFrame(rows, columns=["Account", "Why, and what to decide", "at_stake"])
    formats = {"Account": TEXT, "Why, and what to decide": TEXT, "at_stake": in_money(analysis.currency)}
    return show_table(shown, "Accounts that need a decision", formats)


def _first_reasons(analysis: Analysis, account: str) -> tuple[str, float]:
    """Return an account's most urgent findings in words, at most two of them, and the largest sum at stake."""
    own = analysis.findings[analysis.findings["account_id"] == account]
    first = own[own["urgency"] == own["urgency"].iloc[0]].tail(REASONS)
    facts = take_account(analysis.plan_facts, account)
    words = [say_finding(row, facts, analysis.currency) for _, row in first.iterrows()]
    return " ".join(words), float(first["at_stake"].max())


def tabulate_flags(analysis: Analysis) -> Table:
    """Count findings by urgency and kind."""
    counts = analysis.findings.groupby(["urgency", "finding"]).agg(
        accounts=("account_id", "nunique"), at_stake=("at_stake", "sum")
    )
    shown = counts.reset_index().sort_values(["urgency", "at_stake"], ascending=[True, False], ignore_index=True)
    shown["finding"] = shown["finding"].str.replace("_", " ")
    formats = {"urgency": COUNT, "finding": TEXT, "accounts": COUNT, "at_stake": in_money(analysis.currency)}
    return show_table(shown, "Red flags: urgency 1 is now, 2 this quarter, 3 this year", formats)


def tabulate_last_decisions(analysis: Analysis) -> Table | Prose:
    """Put the decisions of the last meeting in a table: done, open or overdue."""
    decisions = analysis.portfolio.read("decisions")
    if decisions.empty:
        return Prose("No decisions of an earlier meeting are recorded.")
    last = decisions[decisions["decided_on"] == decisions["decided_on"].max()]
    day = pd.Timestamp(analysis.as_of)
    late = (last["due"] < day).map({True: "overdue", False: "open"})
    shown = pd.DataFrame(
        {
            "Account": last["account_id"].map(label_accounts(analysis.names, 40)).fillna("the portfolio"),
            "decision": last["decision"],
            "owner": last["owner"],
            "due": last["due"],
            "state": late.where(last["done_on"].isna(), "done"),
        }
    ).sort_values(["state", "due", "Account"], ascending=[False, True, True], ignore_index=True)
    formats = {"Account": TEXT, "decision": TEXT, "owner": TEXT, "due": DATE, "state": TEXT}
    return show_table(shown, f"Decisions of the last meeting, {DATE(last['decided_on'].iloc[0])}", formats)


def say_gap(analysis: Analysis) -> Prose:
    """Say how revenue of the year to date stands to its targets, over the accounts that have one."""
    facts = analysis.indicators[["revenue_ytd", "ytd_target_attainment"]].dropna()
    facts = facts[facts["ytd_target_attainment"] > 0]
    if facts.empty:
        return Prose("No targets are given for the year, so the gap to target is unknown.")
    expected = facts["revenue_ytd"] / facts["ytd_target_attainment"]
    done, wanted = facts["revenue_ytd"].sum(), expected.sum()
    behind = int((facts["ytd_target_attainment"] < 1).sum())
    gap = f"{write_money(abs(done - wanted), analysis.currency)} {'ahead of' if done >= wanted else 'behind'} target"
    return Prose(
        f"{count_of(len(facts), 'account')} with revenue and a target to date: {write_money(done, analysis.currency)} invoiced, "
        f"{write_share(done / wanted)} of {write_money(wanted, analysis.currency)}, so {gap}; "
        f"{behind} of them {'is' if behind == 1 else 'are'} behind."
    )


def tabulate_notices(analysis: Analysis) -> Table | Prose:
    """Put the contracts whose notice date comes into view in a table, nearest first."""
    within = analysis.method.playbook.staleness.notice_days
    documents = analysis.portfolio.read("documents")
    days = (documents["notice_by"] - pd.Timestamp(analysis.as_of)).dt.days
    near = documents.assign(days_to_notice=days)[days.between(0, within)].sort_values(["notice_by", "document_id"])
    if near.empty:
        return Prose(f"No contract has its notice date within {count_of(within, 'day')}.")
    revenue = analysis.indicators["revenue_ltm"]
    shown = near.assign(
        Account=near["account_id"].map(label_accounts(analysis.names, 40)), revenue_ltm=near["account_id"].map(revenue)
    )
    formats = {
        "Account": TEXT,
        "document_id": TEXT,
        "notice_by": DATE,
        "days_to_notice": DAYS,
        "expires": DATE,
        "revenue_ltm": in_money(analysis.currency),
    }
    heads = {"document_id": "Document", "notice_by": "Notice by", "days_to_notice": "To notice"}
    return show_table(shown[list(formats)].head(SHOWN), "Contracts whose notice date comes into view", formats, heads=heads)


def tabulate_broken_promises(analysis: Analysis) -> Table | Prose:
    """Put accounts to which we owe something that is overdue in a table, most overdue first."""
    columns = ["actions_overdue", "check_points_overdue", "complaints_open", "late_delivery_share"]
    owed = analysis.plan_facts[columns].rename_axis("account_id")
    owed = owed[(owed[columns[:3]].fillna(0) > 0).any(axis=1)]
    if owed.empty:
        return Prose("Nothing that we promised is overdue.")
    ordered = owed.assign(total=owed[columns[:3]].sum(axis=1)).sort_values(["total", "account_id"], ascending=[False, True])
    ordered.insert(0, "Account", label_accounts(analysis.names, 40).reindex(ordered.index))
    formats = {
        "Account": TEXT,
        "actions_overdue": COUNT,
        "check_points_overdue": COUNT,
        "complaints_open": COUNT,
        "late_delivery_share": SHARE,
    }
    heads = {"late_delivery_share": "Deliveries late"}
    return show_table(
        ordered[list(formats)].head(SHOWN).reset_index(drop=True), "What we promised and did not do", formats, heads=heads
    )

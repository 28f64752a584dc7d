"""The portfolio review: decisions, flags, gaps and dates for the meeting."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.confidence.lists import find_close
from kamnb.display.confidence.words import say_nearest, say_sureness
from kamnb.display.matrix.matrix import picture_matrix, tabulate_counts
from kamnb.display.parts.formats import COUNT, DATE, DAYS, SHARE, TEXT, Format, in_money, write_money, write_number, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_first, name_place, write_list
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.findings import say_finding, say_more
from kamnb.planning import choose_questions, sum_stakes, take_account

__all__ = [
    "list_close", "picture_matrix", "say_gap", "tabulate_counts", "tabulate_findings", "tabulate_flags", "tabulate_gaps",
    "tabulate_notices", "tabulate_owed",
]  # fmt: skip

SHOWN = 12
"""Rows that a table of the review shows."""
NAMED = 2
"""Accounts that a red flag names."""
REASONS = 2
"""Findings that are told of one account."""


def tabulate_findings(analysis: Analysis, top: int = 5) -> Table:
    """Put the accounts that most need a decision in a table: why, what to decide, and the money at stake."""
    chosen = list(analysis.findings["account_id"].drop_duplicates().head(top))
    labels = label_accounts(analysis.names, 40)
    rows = [(labels[account], *_first_reasons(analysis, account)) for account in chosen]
    shown = pd.DataFrame(rows, columns=["Account", "Why, and what to decide", "at_stake"])
    formats = {"Account": TEXT, "Why, and what to decide": TEXT, "at_stake": in_money(analysis.currency)}
    left = analysis.findings[~analysis.findings["account_id"].isin(chosen)]
    others = left["account_id"].nunique()
    more = f"{count_of(others, 'more account')} with findings not shown." if others else ""
    return show_table(shown, "Accounts that need a decision, the most money first", formats, note=more)


def _first_reasons(analysis: Analysis, account: str) -> tuple[str, float]:
    """Return what is asked first of an account, as its plan does, how many findings are left, and what hangs on all of them."""
    own = analysis.findings[analysis.findings["account_id"] == account]
    asked = choose_questions(own, REASONS)
    facts = take_account(analysis.plan_facts, account)
    words = [say_finding(row, facts, analysis.currency) for _, row in own[asked].iterrows()]
    return " ".join([*words, say_more(own[~asked], own[asked], analysis.currency)]).strip(), sum_stakes(own)


def tabulate_flags(analysis: Analysis) -> Table:
    """Count findings by urgency and kind, and name the accounts with most at stake."""
    ordered = analysis.findings  # of each kind the most money first
    labels = label_accounts(analysis.names, 30)
    ordered = ordered.assign(who=ordered["account_id"].map(labels))
    counts = ordered.groupby(["urgency", "label"]).agg(
        accounts=("account_id", "nunique"),
        at_stake=("at_stake", _add_up),
        who=("who", _name_first),
    )
    shown = counts.reset_index().sort_values(["urgency", "at_stake", "label"], ascending=[True, False, True], ignore_index=True)
    formats = {"urgency": COUNT, "label": TEXT, "accounts": COUNT, "at_stake": in_money(analysis.currency), "who": TEXT}
    heads = {"label": "Finding", "who": "Most at stake"}
    return show_table(shown, "Red flags: urgency 1 is now, 2 this quarter, 3 this year", formats, heads=heads)


def _name_first(names: "pd.Series[str]") -> str:
    return join_first(names.tolist(), NAMED)


def _add_up(amounts: "pd.Series[float]") -> float:
    return float(amounts.sum(min_count=1))


def say_gap(analysis: Analysis) -> Prose:
    """Say how revenue of the year to date stands to its targets, over the accounts that have one."""
    facts = _aimed(analysis)
    if facts.empty:
        return Prose("No targets are given for the year, so the gap to target is unknown.")
    done, wanted = facts["revenue_ytd"].sum(), facts["target_to_date"].sum()
    behind = int((facts["gap_to_target"] < 0).sum())
    gap = f"{write_money(abs(done - wanted), analysis.currency)} {'ahead of' if done >= wanted else 'behind'} target"
    return Prose(
        f"{count_of(len(facts), 'account')} with revenue and a target to date: {write_money(done, analysis.currency)} invoiced, "
        f"{write_share(done / wanted)} of {write_money(wanted, analysis.currency)}, so {gap}; "
        f"{behind} of them {'is' if behind == 1 else 'are'} behind."
    )


def list_close(analysis: Analysis) -> Prose:
    """Say whose place is too close to call, the most revenue first, and the smallest change that flips each."""
    close, labels = find_close(analysis), label_accounts(analysis.names, 40)
    lines = [f"{labels[account]}, {_say_close(analysis, account)}." for account in close[:SHOWN]]
    lines += [f"{count_of(len(close) - SHOWN, 'more account')} not shown."] if len(close) > SHOWN else []
    return write_list(lines, nothing="No place is too close to call.")


def _say_close(analysis: Analysis, account: str) -> str:
    nearest = say_nearest(analysis, account)
    place = f"{name_place(analysis.scores['placed'][account])}, {say_sureness(analysis, account)}"
    return f"{place}; {nearest}" if nearest else place


def tabulate_gaps(analysis: Analysis) -> Table | None:
    """Put year to date, target and forecast by account manager in a table, the largest gap first; None without targets."""
    facts = _aimed(analysis)
    if facts.empty:
        return None
    managers = analysis.manager_names.reindex(facts.index).fillna("no manager")
    sums = facts.assign(accounts=1.0).groupby(managers)[["accounts", *_AIMED]].sum(min_count=1).rename_axis("manager")
    forecast = facts["forecast_year"].notna().groupby(managers).all()
    sums["forecast_year"] = sums["forecast_year"].where(forecast)
    shown = sums.reset_index().sort_values(["gap_to_target", "manager"], ignore_index=True)
    money, signed = in_money(analysis.currency), Format(lambda value: write_number(value, sign=True), analysis.currency)
    formats = {"manager": TEXT, "accounts": COUNT, "revenue_ytd": money, "target_to_date": money, "gap_to_target": signed}
    formats |= {"target_year": money, "forecast_year": money}
    heads = {
        "manager": "Account manager", "revenue_ytd": "Year to date", "gap_to_target": "Gap",
        "target_year": "Target of the year", "forecast_year": "Forecast of the year",
    }  # fmt: skip
    note = "" if forecast.all() else "A dash: not every account has a forecast."
    return show_table(
        shown[list(formats)], "The year against target and forecast, by account manager", formats, heads=heads, note=note
    )


_AIMED = ["revenue_ytd", "target_to_date", "gap_to_target", "target_year", "forecast_year"]


def _aimed(analysis: Analysis) -> pd.DataFrame:
    facts = analysis.plan_facts[_AIMED]
    return facts[facts["gap_to_target"].notna() & (facts["target_to_date"] > 0)]


def tabulate_notices(analysis: Analysis) -> Table | Prose:
    """Put contracts that lapsed, and those whose notice date comes into view, in a table, nearest first."""
    within = analysis.method.playbook.staleness.notice_days
    contracts = _list_contracts(analysis)
    shown = contracts[contracts["is_lapsed"] | contracts["days_to_notice"].between(0, within)]
    if shown.empty:
        return Prose(f"No contract has its notice date within {count_of(within, 'day')}, and none has lapsed.")
    shown = shown.assign(
        Account=shown["account_id"].map(label_accounts(analysis.names, 40)),
        state=shown["is_lapsed"].map({True: "lapsed", False: "in force"}),
        days_to_notice=shown["days_to_notice"].where(~shown["is_lapsed"]),
        revenue_ltm=shown["account_id"].map(analysis.indicators["revenue_ltm"]),
    ).sort_values(["is_lapsed", "notice_by", "document_id"], ascending=[False, True, True])
    formats = {"Account": TEXT, "document_id": TEXT, "state": TEXT, "notice_by": DATE, "days_to_notice": DAYS, "expires": DATE}
    formats |= {"revenue_ltm": in_money(analysis.currency)}
    heads = {"document_id": "Document", "notice_by": "Notice by", "days_to_notice": "To notice"}
    more = f"{count_of(len(shown) - SHOWN, 'more contract')} not shown." if len(shown) > SHOWN else ""
    rows = shown[list(formats)].head(SHOWN).reset_index(drop=True)
    return show_table(rows, "Contracts that lapsed, or whose notice date comes into view", formats, heads=heads, note=more)


def _list_contracts(analysis: Analysis) -> pd.DataFrame:
    """Return every contract with the days to its notice date, and whether it is the last one of an account without one."""
    documents, day = analysis.portfolio.read("documents"), pd.Timestamp(analysis.as_of)
    contracts = documents[documents["kind"] == "contract"]
    without = analysis.plan_facts["contracts_lapsed"].reindex(contracts["account_id"]).fillna(0).to_numpy() > 0
    last = contracts["expires"] == contracts.groupby("account_id")["expires"].transform("max")
    lapsed = without & last & (contracts["expires"] < day)
    return contracts.assign(days_to_notice=(contracts["notice_by"] - day).dt.days, is_lapsed=lapsed)


def tabulate_owed(analysis: Analysis) -> Table | Prose:
    """Put accounts to which we owe something that is overdue in a table, most overdue first."""
    columns = ["actions_overdue", "check_points_overdue", "complaints_open", "late_delivery_share"]
    owed = analysis.plan_facts[columns].rename_axis("account_id")
    late = owed[(owed[columns[:3]].fillna(0) > 0).any(axis=1)]
    if late.empty:
        return Prose(f"Nothing that we promised is {'' if owed[columns[:3]].notna().all(axis=None) else 'known to be '}overdue.")
    ordered = late.assign(total=late[columns[:3]].sum(axis=1)).sort_values(["total", "account_id"], ascending=[False, True])
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

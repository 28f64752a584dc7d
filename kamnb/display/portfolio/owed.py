"""What is promised to all accounts: contracts and their notice dates, and what we did not do."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import COUNT, DATE, DAYS, TEXT, in_unit
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of
from kamnb.display.parts.tables import Table, show_table

SHOWN = 12
"""Rows that a table shows; how many more there are is said."""


def tabulate_notices(analysis: Analysis) -> Table | Prose:
    """Put contracts that lapsed, and those whose notice date comes into view, in a table, nearest first."""
    within = analysis.method.playbook.staleness.notice_days
    contracts = list_contracts(analysis)
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
    formats |= {"revenue_ltm": in_unit(analysis.currency)}
    heads = {"document_id": "Document", "notice_by": "Notice by", "days_to_notice": "To notice"}
    more = f"{count_of(len(shown) - SHOWN, 'more contract')} not shown." if len(shown) > SHOWN else ""
    rows = shown[list(formats)].head(SHOWN).reset_index(drop=True)
    return show_table(rows, "Contracts that lapsed, or whose notice date comes into view", formats, heads=heads, note=more)


def list_contracts(analysis: Analysis) -> pd.DataFrame:
    """Return every contract with the days to its notice date, and whether it is the last one of an account without one."""
    documents, day = analysis.portfolio.read("documents"), pd.Timestamp(analysis.as_of)
    contracts = documents[documents["kind"] == "contract"]
    without = analysis.plan_facts["contracts_lapsed"].reindex(contracts["account_id"]).fillna(0).to_numpy() > 0
    last = contracts["expires"] == contracts.groupby("account_id")["expires"].transform("max")
    lapsed = without & last & (contracts["expires"] < day)
    return contracts.assign(days_to_notice=(contracts["notice_by"] - day).dt.days, is_lapsed=lapsed)


def tabulate_owed(analysis: Analysis) -> Table | Prose:
    """Put accounts to which we owe something that is overdue in a table, most overdue first."""
    columns = ["actions_overdue", "check_points_overdue", "complaints_open", "deliveries_late", "deliveries_promised"]
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
        "deliveries_late": COUNT,
        "deliveries_promised": COUNT,
    }
    heads = {"deliveries_late": "Deliveries late", "deliveries_promised": "Of"}
    return show_table(
        ordered[list(formats)].head(SHOWN).reset_index(drop=True), "What we promised and did not do", formats, heads=heads
    )

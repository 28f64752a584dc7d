"""Findings of all accounts by urgency and kind."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import COUNT, TEXT, in_unit
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, join_first
from kamnb.display.parts.tables import Table, show_table

NAMED = 2
"""Accounts that a red flag names."""


def tabulate_flags(analysis: Analysis) -> Table | Prose:
    """Count findings by urgency and kind, and name the accounts with most at stake."""
    ordered = analysis.findings  # of each kind the most money first
    if ordered.empty:
        return Prose("Nothing in the data calls for a decision.")
    labels = label_accounts(analysis.names, 30)
    ordered = ordered.assign(who=ordered["account_id"].map(labels))
    counts = ordered.groupby(["urgency", "label"]).agg(
        accounts=("account_id", "nunique"),
        at_stake=("at_stake", _add_up),
        who=("who", _name_first),
    )
    shown = counts.reset_index().sort_values(["urgency", "at_stake", "label"], ascending=[True, False, True], ignore_index=True)
    formats = {"urgency": COUNT, "label": TEXT, "accounts": COUNT, "at_stake": in_unit(analysis.currency), "who": TEXT}
    heads = {"label": "Finding", "who": "Most at stake"}
    return show_table(shown, "Red flags: urgency 1 is now, 2 this quarter, 3 this year", formats, heads=heads)


def _name_first(names: "pd.Series[str]") -> str:
    return join_first(names.tolist(), NAMED)


def _add_up(amounts: "pd.Series[float]") -> float:
    return float(amounts.sum(min_count=1))

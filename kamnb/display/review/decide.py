"""What is to be decided now: accounts in the order of the money that hangs on them, the first ones in full."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import DASH, TEXT, Format, is_known, write_amount, write_day
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_first, join_words
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.findings import say_question, write_stake
from kamnb.planning import sum_stakes, take_account

FULL, ROWS = 5, 12
"""Accounts that are told in full, and those that are told in a row each."""
NAMED, LABELS = 2, 1
"""Accounts that are named as the next ones, and findings that a row names."""
WIDTH = 32
"""Characters of an account's name."""


def list_urgent(analysis: Analysis) -> list[str]:
    """Return the accounts about which there is something to decide now, the most money first, as their plans rank it."""
    found = analysis.findings
    urgent = set(found.loc[found["urgency"] == 1, "account_id"])
    return [account for account in found["account_id"].drop_duplicates() if account in urgent]


def tabulate_first(analysis: Analysis) -> Table | Prose:
    """Put the first question of each of the first accounts in a table, as its plan asks it, with what else is urgent."""
    chosen = list_urgent(analysis)[:FULL]
    if not chosen:
        return Prose("Nothing in the data calls for a decision now.")
    rows, labels = [], label_accounts(analysis.names, WIDTH)
    for account in chosen:
        own = _take_own(analysis, account)
        first, manager = own.iloc[0], analysis.manager_names.get(account)
        owner = first["owner"] if is_known(first["owner"]) else manager
        told: dict[str, Any] = {"who": owner if is_known(owner) else "nobody yet"}
        told["by"] = pd.Timestamp(analysis.as_of) + pd.Timedelta(days=int(first["due_in"]))
        rows.append(_begin_row(analysis, labels[account], own, _tell_in_full(analysis, account, own)) | told)
    day = Format(lambda value: write_day(value, analysis.as_of), numeric=False, wraps=False)
    formats = dict.fromkeys(("Account", "what", "at_stake", "who"), TEXT) | {"by": day}
    return show_table(pd.DataFrame(rows), "", formats, heads={"what": "Question", "who": "Who"})


def tabulate_next(analysis: Analysis) -> Table | None:
    """Put the further accounts with something to decide now in a table, a row each; None where there are none."""
    left = list_urgent(analysis)[FULL:]
    if not left:
        return None
    labels, found = label_accounts(analysis.names, WIDTH), {account: _take_own(analysis, account) for account in left[:ROWS]}
    rows = [_begin_row(analysis, labels[account], own, _tell_briefly(own)) for account, own in found.items()]
    formats = dict.fromkeys(("Account", "what", "at_stake"), TEXT)
    note = _say_cut(analysis, left[ROWS:])
    return show_table(pd.DataFrame(rows), "", formats, heads={"Account": "Also now", "what": "Findings"}, note=note)


def _say_cut(analysis: Analysis, accounts: list[str]) -> str:
    if not accounts:
        return ""
    stakes = [money for account in accounts if is_known(money := sum_stakes(_take_own(analysis, account)))]
    told = f", {write_amount(sum(stakes), analysis.currency)} at stake" if stakes else ""
    return f"And {count_of(len(accounts), 'more account')} with something to decide now{told}."


def _begin_row(analysis: Analysis, label: str, own: pd.DataFrame, what: str) -> dict[str, Any]:
    stake = write_stake(own.iloc[0], analysis.method.playbook.money, analysis.currency)
    return {"Account": label, "what": what, "at_stake": stake or DASH}


def _take_own(analysis: Analysis, account: str) -> pd.DataFrame:
    return analysis.findings[analysis.findings["account_id"] == account]


def _tell_in_full(analysis: Analysis, account: str, own: pd.DataFrame) -> str:
    """Say the first question in full, and of what else is urgent the labels."""
    question = say_question(own.iloc[0], take_account(analysis.plan_facts, account), analysis.currency)
    urgent = _label(own.iloc[1:])
    return f"{question} Also: {join_first(urgent, LABELS)}." if urgent else question


def _tell_briefly(own: pd.DataFrame) -> str:
    """Say the labels of what is urgent, and before them that of the money where it is not."""
    first = own.iloc[0]
    urgent = _label(own)
    labels = urgent if first["urgency"] == 1 else [_lower(first["label"]), *urgent]
    told = join_first(labels, LABELS + (first["urgency"] > 1))
    return f"{told[:1].upper()}{told[1:]}"


def _label(own: pd.DataFrame) -> list[str]:
    return [_lower(label) for label in own.loc[own["urgency"] == 1, "label"]]


def _lower(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"


def say_later(analysis: Analysis) -> Prose | None:
    """Say how many further accounts have something to decide this quarter or year, and which have the most money; or None."""
    urgent, found = set(list_urgent(analysis)), analysis.findings
    later = found[~found["account_id"].isin(urgent)]
    if later.empty:
        return None
    labels, money = label_accounts(analysis.names, WIDTH), analysis.method.playbook.money
    first = later.drop_duplicates("account_id")
    named = [
        f"{labels[row['account_id']]} ({write_stake(row, money, analysis.currency)})"
        for _, row in first[first["at_stake"].notna()].head(NAMED).iterrows()
    ]
    most = f", first {join_words(named)}" if named else ""
    return Prose(f"{count_of(len(first), 'more account')} to decide later{most}.")

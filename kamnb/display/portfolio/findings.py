"""Findings as sentences, and the money that hangs on them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import is_known, write_amount
from kamnb.display.parts.names import shorten
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.planning import NAMED, PROPER, sum_stakes

LENGTH = 70
"""Characters of a thing that a finding names."""

URGENCY = {1: "Now", 2: "This quarter", 3: "This year"}


def say_finding(row: "pd.Series[Any]", facts: "pd.Series[float]", currency: str) -> str:
    """Write a finding: how urgent, what is so, what to decide.

    Parameters
    ----------
    row : Series
        One row of `kamnb.planning.find_findings`.
    facts : Series
        The account's indicators and promises, whose values the sentence quotes.
    currency : str

    Examples
    --------
    >>> row = pd.Series({"urgency": 1, "sentence": "It owes us {receivables_open}.", "decision": "Who asks for it?"})
    >>> say_finding(row, pd.Series({"receivables_open": 21200.0}), "EUR")
    'Now: It owes us EUR 21 k. Who asks for it?'
    """
    return f"{URGENCY[row['urgency']]}: {say_question(row, facts, currency)}"


def say_question(row: "pd.Series[Any]", facts: "pd.Series[float]", currency: str) -> str:
    """Write what is so, with the things named, and what to decide.

    Examples
    --------
    >>> row = pd.Series({"sentence": "Not resolved: {named_complaints_open}.", "decision": "Who resolves it?",
    ...                  "named": (("complaints_open", ("leaks", "fines"), 1),)})
    >>> say_question(row, pd.Series({"complaints_open": 3.0}), "EUR")
    'Not resolved: leaks, fines and 1 more. Who resolves it?'
    """
    words = {str(name): write_fact(str(name), value, currency) for name, value in facts.items()}
    words |= {f"{NAMED}{name}": word for name, word in words.items()}  # a number, where nothing is named
    words |= {f"{NAMED}{fact}": _name(fact, things, more) for fact, things, more in row.get("named", ())}
    return f"{row['sentence'].format_map(words)} {row['decision'].format_map(words)}"


def _name(fact: str, things: tuple[str, ...], more: int) -> str:
    words = [shorten(str(thing), LENGTH) for thing in things]
    words = words if fact in PROPER else [f'"{word}"' for word in words]
    return join_words([*words, *([f"{more} more"] if more > 0 else [])])


def write_stake(row: "pd.Series[Any]", money: Mapping[str, str], currency: str) -> str:
    """Write the money that hangs on a finding, and which money it is; empty where none is known.

    Examples
    --------
    >>> write_stake(pd.Series({"money": "cash", "at_stake": 214_845.0}), {"cash": "cash"}, "EUR")
    'EUR 215 k cash'
    """
    return f"{write_amount(row['at_stake'], currency)} {money.get(row['money'], '')}".strip() if is_known(row["at_stake"]) else ""


def say_more(hidden: pd.DataFrame, shown: pd.DataFrame, currency: str) -> str:
    """Say how many findings of an account are not shown, and what hangs on them besides; empty where all are.

    Examples
    --------
    >>> hidden = pd.DataFrame({"money": ["cash", "target"], "at_stake": [9_000.0, 120_000.0]})
    >>> say_more(hidden, pd.DataFrame({"money": ["cash"], "at_stake": [50_000.0]}), "EUR")
    'And 2 more findings, EUR 120 k.'
    """
    if hidden.empty:
        return ""
    money = sum_stakes(hidden, shown)
    return f"And {count_of(len(hidden), 'more finding')}{f', {write_amount(money, currency)}' if is_known(money) else ''}."

"""Findings as sentences."""

from typing import Any

import pandas as pd

from kamnb.display.parts.facts import write_fact

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
    >>> row = pd.Series({"urgency": 1, "sentence": "It owes us {receivables_open}.", "decision": "Ask for it."})
    >>> say_finding(row, pd.Series({"receivables_open": 1200.0}), "EUR")
    'Now: It owes us EUR 1,200. Ask for it.'
    """
    words = {str(name): write_fact(str(name), value, currency) for name, value in facts.items()}
    return f"{URGENCY[row['urgency']]}: {row['sentence'].format_map(words)} {row['decision']}"

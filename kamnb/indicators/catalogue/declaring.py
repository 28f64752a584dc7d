"""How an indicator is declared, and the words that declarations share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Covers = Literal["", "some of twelve months", "twelve months", "two years", "year to date"]


@dataclass(frozen=True)
class Indicator:
    """A fact about an account.

    Attributes
    ----------
    name : str
        Its column in the table of indicators.
    meaning, formula : str
        In words a sales person reads; (d) marks a number of ``indicators.toml``.
    unit : str
        "money" (of the reporting currency), "fraction", "days", "months", "quarters", "years", "count" or "index".
    direction : {"up", "down", "neither"}
        Which way is good for us.
    window : str
        The days it looks at.
    needs : tuple of str
        Tables, or columns as ``table.column``; " or " joins alternatives.
    empty : str
        What an account without rows, or an empty denominator, gets.
    covers : str
        The window that the dates of the invoices must reach over; else the indicator is absent for all.
    at_least : str
        The indicator that is a lower bound of this one, known where this one may not be.
    """

    name: str
    meaning: str
    formula: str
    unit: str
    direction: Literal["up", "down", "neither"]
    window: str
    needs: tuple[str, ...]
    empty: str
    covers: Covers = ""
    at_least: str = ""


LTM = "last twelve months"
PRIOR = "twelve months before the last twelve"
TWO_YEARS = "last 24 months"
LATEST_WALLET = f"{LTM}, latest wallet"
YEAR_TO_DATE = "fiscal year to the day"
MONTHS_BACK: Mapping[str, tuple[int, int]] = {LTM: (12, 0), PRIOR: (24, 12), TWO_YEARS: (24, 0), LATEST_WALLET: (12, 0)}
"""From how many months before the day, and to how many, the rows lie that a window holds; of others it holds all."""
STATED = "as last stated"
TODAY = "the day"
SOLD: Covers = "some of twelve months"
UNPAID = "open_items or invoices.paid_date"
REACHED = ("contacts", "interactions.contact_id", "interactions.channel or interactions.initiated_by")
NO_INVOICE = "no invoice: 0"

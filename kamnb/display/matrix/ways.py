"""The way of each account through the matrix: from the last review to today, and on to where its sales would lead in a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.matrix.scale import Mode
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import join_first, name_quadrant
from kamnb.planning import take_account
from kamnb.scoring import AXES

MOST = 15
"""Accounts whose way can be read in one matrix; of more only those that change their quadrant."""

LEAST = {"points": 0.2, "stage": 0.2, "relative": 0.02}
"""From which on a move of a score can be seen in the matrix, by the way it is measured."""

IF_SALES = "In a year, if only sales moved, as forecast,"
_NAMED = 4


@dataclass(frozen=True)
class Ways:
    """Where accounts come from, and where they would go.

    Attributes
    ----------
    since : date or None
        The last review; None where there is none to compare with.
    frame : DataFrame
        Both scores and the model's quadrant, each with ``_before``, ``_now`` and ``_ahead``, one row per account.
    mode : str
        How strength is measured.
    """

    since: date | None
    frame: pd.DataFrame
    mode: Mode

    def has_moved(self, side: str) -> "pd.Series[bool]":
        """Tell which accounts were (``before``), or would be (``ahead``), in another quadrant, or far enough off to be seen."""
        gaps = [(self.frame[f"{axis}_{side}"] - self.frame[f"{axis}_now"]).abs().round(9) for axis in AXES]
        known, (up, across) = gaps[0].notna() & gaps[1].notna(), gaps
        return known & ((up >= LEAST["points"]) | (across >= LEAST[self.mode]) | self.has_crossed(side))

    def has_crossed(self, side: str) -> "pd.Series[bool]":
        """Tell for which accounts the model says another quadrant."""
        one, other = (self.frame[f"quadrant_{each}"] for each in (side, "now"))
        return one.notna() & other.notna() & (one != other)

    def choose(self, accounts: Iterable[str]) -> list[str]:
        """Return of which of these the way is drawn: of all that move, and of more than `MOST` of those that change quadrant.

        Of more than `MOST` of them, of the first ones.
        """
        moved = self.has_moved("before") | self.has_moved("ahead")
        crossed = self.has_crossed("before") | self.has_crossed("ahead")
        chosen = [account for account in accounts if moved.get(account, False)]
        return chosen if len(chosen) <= MOST else [account for account in chosen if crossed[account]][:MOST]


def trace_ways(analysis: Analysis) -> Ways:
    """Return the ways of all accounts of an analysis.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> ways = trace_ways(open_analysis(str(data_folder() / "sample"), since="last review"))
    >>> ways.since.isoformat(), list(ways.frame.index[ways.has_crossed("ahead")])
    ('2026-04-23', ['0012406'])
    """
    names, changes = (*AXES, "quadrant"), analysis.changes
    now, ahead = analysis.scores[[*names]], analysis.ahead[[*names]]
    then = changes.places[[f"{name}_before" for name in names]] if changes else ahead.iloc[:0].add_suffix("_before")
    frame = now.add_suffix("_now").join(then).join(ahead.add_suffix("_ahead"))
    return Ways(changes.since if changes else None, frame, analysis.criteria.strength_mode)


def describe_ways(ways: Ways, names: "pd.Series[str]", accounts: list[str]) -> str:
    """Say which of these accounts changed quadrant, by the model, since the last review, and which would in a year."""
    labels, told = label_accounts(names, 40), []
    for side, ends in (("before", ("before", "now")), ("ahead", ("now", "ahead"))):
        crossed = ways.has_crossed(side)
        said = [
            _say_crossed(labels[account], take_account(ways.frame, account), ends) for account in accounts if crossed[account]
        ]
        when = IF_SALES if side == "ahead" else f"Since {write_date(ways.since)}, by the model," if ways.since else ""
        told += [f"{when} {join_first(said, _NAMED)}."] if said else []
    return " ".join(told)


def _say_crossed(name: str, row: "pd.Series[Any]", ends: tuple[str, str]) -> str:
    start, end = (name_quadrant(str(row[f"quadrant_{each}"])) for each in ends)
    return f"{name} {'moved' if ends[1] == 'now' else 'would move'} from {start} to {end}"

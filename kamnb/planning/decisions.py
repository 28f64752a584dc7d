"""Decisions of review meetings, and whether they were carried out."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.planning.queries import fetch_query

if TYPE_CHECKING:
    import pandas as pd

DECISION_UNITS = {"decisions_overdue": "count"}
"""The unit of each column that `measure_decisions` returns."""

STATES = ("overdue", "open", "done late", "done")
"""States of a decision, what needs a word first."""


@answer_once
def list_decisions(portfolio: Portfolio) -> "pd.DataFrame":
    """Return every decision and its state as of the day of the portfolio.

    Returns
    -------
    DataFrame
        Columns ``account_id`` (missing: of the whole portfolio), ``decided_on``, ``decision``, ``owner``, ``due``,
        ``done_on`` and ``state``, one of `STATES`; a decision due on the day itself is open. Latest first.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> decisions = list_decisions(open_portfolio(data_folder() / "sample"))
    >>> set(decisions["state"]) <= set(STATES)
    True
    """
    return fetch_query(portfolio, "decisions")


@answer_once
def measure_decisions(portfolio: Portfolio, indicators: "pd.DataFrame", decisions: "pd.DataFrame") -> "pd.DataFrame":
    """Count the decisions on every account that were not carried out in time.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: ``decisions_overdue``, NaN where the table was not given.
    """
    late = decisions[decisions["state"] == "overdue"].groupby("account_id").size().astype(float).reindex(indicators.index)
    return (late.fillna(0.0) if portfolio.has("decisions") else late).to_frame("decisions_overdue")


def choose_pending(decisions: "pd.DataFrame") -> "pd.DataFrame":
    """Choose what a meeting looks back on: the last meeting's decisions, and those of earlier ones that are not done.

    Parameters
    ----------
    decisions : DataFrame
        As `list_decisions` returns them.

    Returns
    -------
    DataFrame
        What needs a word first, then by due date.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2026-03-01", "2026-03-01", "2025-12-01", "2025-12-01"])
    >>> decisions = pd.DataFrame({"account_id": None, "decided_on": days, "decision": ["visit", "price", "audit", "plan"],
    ...                           "due": days, "state": ["done", "open", "overdue", "done"]})
    >>> choose_pending(decisions)["decision"].tolist()
    ['audit', 'price', 'visit']
    """
    last = decisions["decided_on"] == decisions["decided_on"].max()
    chosen = decisions[last | decisions["state"].isin(["overdue", "open"])]
    order = chosen.assign(place=chosen["state"].map(STATES.index))
    ordered: pd.DataFrame = order.sort_values(["place", "due", "decided_on", "account_id", "decision"], ignore_index=True)
    return ordered.drop(columns="place")

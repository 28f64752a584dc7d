"""The plan tables as text, as they are kept and compared."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

PLAN_TABLES = ("objectives", "actions", "decisions", "kpis", "kpi_weights")
"""The tables that make the plan."""

Plan = Mapping[str, "pd.DataFrame"]
"""By table: its rows, every value as text, the empty text where there is none."""


def take_plan(portfolio: Portfolio) -> "dict[str, pd.DataFrame]":
    """Return the plan tables of a portfolio that were given, as of its day.

    Returns
    -------
    dict
        By table a frame of text: days as YYYY-MM-DD, yes and no, numbers in plain spelling, nothing as the empty text; the
        columns of the contract, rows in the order of their keys.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> plan = take_plan(open_portfolio(data_folder() / "sample"))
    >>> plan["actions"].loc[0, ["action_id", "ours", "due"]].tolist()
    ['A0417-1', 'yes', '2026-03-31']
    """
    return {name: write_text(portfolio.read(name), name) for name in PLAN_TABLES if portfolio.has(name)}


def write_text(frame: "pd.DataFrame", name: str) -> "pd.DataFrame":
    """Return rows of a table as text, in the columns of the contract, ordered by all of them."""
    columns = list(TABLES[name].names)
    text = frame[columns].astype(object).map(_write_value)
    return text.sort_values(columns, ignore_index=True)


def _write_value(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) or hasattr(value, "as_tuple") else str(value)

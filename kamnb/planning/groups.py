"""Subsidiaries that stand beside an account instead of in it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

GROUP_UNITS = {"subsidiaries_apart": "count", "revenue_apart": "money"}
"""The unit of each column that `measure_groups` returns."""


def list_subsidiaries(accounts: "pd.DataFrame", indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Return the subsidiaries of every account that are accounts of their own, those of subsidiaries too.

    Parameters
    ----------
    accounts : DataFrame
        Master data with ``name`` and ``parent_id``; rolled up to parents no account has any.
    indicators : DataFrame
        Indexed alike.

    Returns
    -------
    DataFrame
        ``account_id``, ``subsidiary`` (its id), ``name`` and ``revenue_ltm`` (NaN: unknown); the largest first.

    Examples
    --------
    >>> import pandas as pd
    >>> accounts = pd.DataFrame({"name": ["Group", "Child", None], "parent_id": [None, "A", "B"]}, index=["A", "B", "C"])
    >>> list_subsidiaries(accounts, pd.DataFrame({"revenue_ltm": [5.0, 7.0, None]}, index=["A", "B", "C"])).values.tolist()
    [['A', 'B', 'Child', 7.0], ['A', 'C', 'C', nan], ['B', 'C', 'C', nan]]
    """
    import pandas as pd

    parents = {str(child): parent for child, parent in accounts["parent_id"].items() if parent in accounts.index}
    rows = [(parent, child) for child in parents for parent in _list_parents(child, parents)]
    frame = pd.DataFrame(rows, columns=["account_id", "subsidiary"], dtype=object)
    names, revenue = accounts["name"].astype(object), indicators["revenue_ltm"]
    frame = frame.assign(
        name=frame["subsidiary"].map(names).fillna(frame["subsidiary"]),
        revenue_ltm=frame["subsidiary"].map(revenue).astype(float),
    )
    order = frame.assign(least=-frame["revenue_ltm"]).sort_values(["account_id", "least", "subsidiary"], ignore_index=True)
    return order.drop(columns="least")


def _list_parents(child: str, parents: "dict[str, str]") -> list[str]:
    found: list[str] = []
    while (parent := parents.get(child)) and parent not in found:
        found.append(parent)
        child = parent
    return found


def find_parents(accounts: "pd.DataFrame", account_id: str) -> list[str]:
    """Return the parents of an account, its own first, the head of the group last; the last may be no account of ours.

    Examples
    --------
    >>> import pandas as pd
    >>> accounts = pd.DataFrame({"parent_id": ["Z", "A", "B"]}, index=["A", "B", "C"])
    >>> find_parents(accounts, "C"), find_parents(accounts.assign(parent_id=None), "C")
    (['B', 'A', 'Z'], [])
    """
    parents = {str(child): str(parent) for child, parent in accounts["parent_id"].items() if isinstance(parent, str) and parent}
    return [parent for parent in _list_parents(account_id, parents) if parent != account_id]


def find_subsidiaries(subsidiaries: "pd.DataFrame", account_id: str) -> list[str]:
    """Return the subsidiaries of an account, the largest first, of what `list_subsidiaries` returns."""
    return [str(each) for each in subsidiaries.loc[subsidiaries["account_id"] == account_id, "subsidiary"]]


def measure_groups(subsidiaries: "pd.DataFrame", indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Count the subsidiaries that stand beside each account, and add up what they buy in twelve months.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: ``subsidiaries_apart`` and ``revenue_apart`` (NaN where that of one is unknown, or there is
        none).
    """
    groups = subsidiaries.groupby("account_id")["revenue_ltm"]
    found = groups.size().astype(float).reindex(indicators.index, fill_value=0.0).to_frame("subsidiaries_apart")
    return found.assign(revenue_apart=groups.agg(lambda amounts: amounts.sum(skipna=False)).reindex(indicators.index))

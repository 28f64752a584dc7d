"""What one more hour of a manager is worth."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from kamnb.planning.programme.desk import Desk


def price_hours(desk: "Desk", worth: "pd.Series[float]") -> "pd.DataFrame":
    """Return what one more hour of every manager would cover, hours being shared freely within a region.

    The hours that managers have go to the accounts where most depends on an hour. An hour more of one manager is worth what
    that total grows by: nothing while the region has hours free, else what depends on an hour of the account that goes short
    first. Reckoned anew with the hour added, not read from the dual values of the program, which are not unique.

    Parameters
    ----------
    desk : Desk
    worth : Series
        What depends on an account's need, in money a year; unknown counts nothing.

    Returns
    -------
    DataFrame
        Indexed by manager of known capacity: ``hours`` of need that one more hour covers (0 to 1), ``money`` that depends on
        it. Empty where no manager has a known capacity.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.programme.desk import Desk
    >>> accounts = pd.DataFrame({"needed": [60, 50], "manager": "M", "region": "North"}, index=["A", "B"])
    >>> managers = pd.DataFrame({"region": ["North"], "net_hours": [80.0]}, index=["M"])
    >>> price_hours(Desk(accounts, managers), pd.Series({"A": 6000.0, "B": 1000.0})).values.tolist()
    [[1.0, 20.0]]
    """
    import pandas as pd

    hours = desk.managers["net_hours"].reindex(desk.counted).astype(float)
    per_hour = (worth.reindex(desk.open.index).fillna(0.0) / desk.open["needed"].where(desk.open["needed"] > 0)).fillna(0.0)
    limits = _limit_hours(desk)
    found = {}
    for name, values in {"hours": per_hour * 0 + 1, "money": per_hour}.items():
        now = _cover(desk, limits, values, hours)
        found[name] = [_cover(desk, limits, values, hours + (hours.index == manager)) - now for manager in desk.counted]
    return pd.DataFrame(found, index=pd.Index(desk.counted, name="manager_id"), dtype=float).round(6)


def _limit_hours(desk: "Desk") -> Any:
    """Return the matrix of what limits hours: accounts that the same managers may take get what these give them, together.

    Columns are the hours that each account gets, then those that each manager gives to the accounts of one such group. Rows are
    the groups (hours got less hours given), then the managers.
    """
    from scipy.sparse import coo_array

    reach: dict[Any, list[str]] = {account: [] for account in desk.open.index}
    for account, manager in desk.pairs:
        reach[account].append(manager)
    groups = {each: number for number, each in enumerate(dict.fromkeys(map(tuple, reach.values())))}
    row = {manager: len(groups) + number for number, manager in enumerate(desk.counted)}
    given = [(number, row[manager]) for group, number in groups.items() for manager in group]
    n, k = len(reach), len(given)
    rows = [groups[tuple(each)] for each in reach.values()] + [group for group, _ in given] + [manager for _, manager in given]
    columns, values = [*range(n), *range(n, n + k), *range(n, n + k)], [1] * n + [-1] * k + [1] * k
    return coo_array((values, (rows, columns)), shape=(len(groups) + len(row), n + k)).tocsr()


def _cover(desk: "Desk", limits: Any, per_hour: "pd.Series[float]", hours: "pd.Series[float]") -> float:
    """Return what the hours cover at most, each account's need served by any manager that may."""
    import numpy as np
    from scipy.optimize import linprog

    if not desk.pairs:
        return 0.0
    given = limits.shape[1] - len(per_hour)
    most = np.r_[np.zeros(limits.shape[0] - len(hours)), hours.to_numpy(float)]
    upper = np.r_[desk.open["needed"].to_numpy(float), np.full(given, np.inf)]
    bounds = np.c_[np.zeros(len(upper)), upper]
    return -float(linprog(-np.r_[per_hour, np.zeros(given)], A_ub=limits, b_ub=most, bounds=bounds, method="highs").fun)

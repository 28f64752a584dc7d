"""What one more hour of a manager is worth."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from kamnb.planning.programme.assignment import Desk


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
    >>> from kamnb.planning.programme.assignment import Desk
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
        each = [values[account] for account, _ in desk.pairs]
        now = _cover(desk, limits, each, hours)
        found[name] = [_cover(desk, limits, each, hours + (hours.index == manager)) - now for manager in desk.counted]
    return pd.DataFrame(found, index=pd.Index(desk.counted, name="manager_id"), dtype=float).round(6)


def _limit_hours(desk: "Desk") -> Any:
    """Return the matrix that adds the hours of every pair up to those of its account and of its manager."""
    import numpy as np
    from scipy.sparse import coo_array

    line = {account: number for number, account in enumerate(desk.open.index)}
    column = {name: len(line) + number for number, name in enumerate(desk.counted)}
    k = len(desk.pairs)
    rows = [line[account] for account, _ in desk.pairs] + [column[name] for _, name in desk.pairs]
    return coo_array((np.ones(2 * k), (rows, [*range(k), *range(k)])), shape=(len(line) + len(column), k)).tocsr()


def _cover(desk: "Desk", limits: Any, per_hour: list[float], hours: "pd.Series[float]") -> float:
    """Return what the hours cover at most, each account's need served by any manager that may."""
    import numpy as np
    from scipy.optimize import linprog

    if not desk.pairs:
        return 0.0
    most = np.r_[desk.open["needed"].to_numpy(float), hours.to_numpy(float)]
    return -float(linprog(-np.array(per_hour), A_ub=limits, b_ub=most, bounds=(0, None), method="highs").fun)

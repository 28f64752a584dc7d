"""Who looks after which account: no more hours than managers have, the region, and as few hand-overs as possible."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kamnb.planning.solver import Solved, minimise

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("over", "hand_overs", "hours", "id")
"""The goals in the order in which they count: hours beyond capacity, accounts that change hands, their hours, ids."""


@dataclass(frozen=True)
class Assigned:
    """An assignment of accounts to managers.

    Attributes
    ----------
    manager : Series
        The manager of every account; missing where none may take it.
    over : Series
        Hours of need beyond the capacity of every manager of known capacity.
    gaps : mapping of stage to number
        By how much a stage of `STAGES` could still be better, where the search was stopped before it was proven.
    """

    manager: "pd.Series[str]"
    over: "pd.Series[int]"
    gaps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """Accounts and managers as the search sees them.

    Attributes
    ----------
    accounts : DataFrame
        ``needed`` (whole hours), ``manager`` and ``region``, each of which may be missing.
    managers : DataFrame
        ``region`` (may be missing) and ``net_hours`` (whole; NaN: unknown).
    """

    accounts: "pd.DataFrame"
    managers: "pd.DataFrame"

    @cached_property
    def counted(self) -> list[str]:
        """Managers of known capacity, in order: only they give and take."""
        return sorted(self.managers.index[self.managers["net_hours"].notna()])

    @cached_property
    def pairs(self) -> "list[tuple[Any, str]]":
        """The pairs of account and manager that may be: the manager of now, and those of the account's region.

        An account whose manager's capacity is unknown stays where it is. Where either region is unknown, it is no bar.
        """
        regions = index_known(self.managers["region"])
        found = []
        for account, row in self.open.iterrows():
            near = [name for name in self.counted if row["manager"] == name or is_near(row["region"], regions[name])]
            found += [(account, name) for name in near]
        return found

    @cached_property
    def open(self) -> "pd.DataFrame":
        """The accounts that may change hands, or have no manager; by id."""
        stays = self.accounts["manager"].notna() & ~self.accounts["manager"].isin(self.counted)
        return self.accounts[~stays].sort_index()


def index_known(column: "pd.Series[Any]") -> dict[Any, Any]:
    """Return a column by its index, None where a value is missing."""
    known: dict[Any, Any] = column.astype(object).where(column.notna(), None).to_dict()
    return known


def is_near(region: Any, managers_region: Any) -> bool:
    """Say whether an account's region is one of a manager's, who may have several, by commas or semicolons; unknown is no bar.

    Examples
    --------
    >>> is_near("South", "North; South"), is_near("South", "North"), is_near("South", None)
    (True, False, True)
    """
    if not (isinstance(region, str) and isinstance(managers_region, str)):
        return True
    return region in _split_regions(managers_region)


@cache
def _split_regions(regions: str) -> frozenset[str]:
    return frozenset({regions, *(part.strip() for part in re.split("[,;]", regions))})


def assign_accounts(accounts: "pd.DataFrame", managers: "pd.DataFrame", node_limit: int) -> Assigned:
    """Assign every account to a manager of its region, with fewest hours beyond capacity, hand-overs and hours handed over.

    Parameters
    ----------
    accounts, managers : DataFrame
        As `Desk` says.
    node_limit : int
        Nodes of each search.

    Returns
    -------
    Assigned
        An account that no manager may take is without one. Ties go to the smaller ids of accounts and managers.

    Examples
    --------
    >>> import pandas as pd
    >>> accounts = pd.DataFrame({"needed": [60, 50, 40], "manager": ["M", "M", None], "region": "North"}, index=["A", "B", "C"])
    >>> managers = pd.DataFrame({"region": "North", "net_hours": [80.0, 90.0]}, index=["M", "N"])
    >>> assign_accounts(accounts, managers, 1000).manager.to_dict()
    {'A': 'M', 'B': 'N', 'C': 'N'}
    """
    import pandas as pd

    desk = Desk(accounts, managers)
    chosen, gaps = Search(desk, node_limit).run() if desk.pairs else ({}, {})
    open_now = pd.Series(chosen, dtype=object).reindex(desk.open.index)
    manager = accounts["manager"].astype(object).where(~accounts.index.isin(desk.open.index), open_now.reindex(accounts.index))
    load = accounts["needed"].groupby(manager).sum().reindex(desk.counted).fillna(0)
    over = (load - managers["net_hours"].reindex(desk.counted)).clip(lower=0).astype(int).rename_axis("manager_id")
    return Assigned(manager.where(manager.notna(), None).rename("manager"), over, gaps)


class Search:
    """The program: 1 where an account goes to a manager, and the hours that each manager lacks."""

    def __init__(self, desk: Desk, node_limit: int) -> None:
        import numpy as np
        from scipy.sparse import coo_array

        self.desk, self.node_limit = desk, node_limit
        taken = list(dict.fromkeys(account for account, _ in desk.pairs))
        line = {account: number for number, account in enumerate(taken)}
        column = {name: number for number, name in enumerate(desk.counted)}
        n, m, k = len(taken), len(desk.counted), len(desk.pairs)
        self.pairs, hours = k, desk.open["needed"].to_dict()
        needed = [int(hours[account]) for account, _ in desk.pairs]
        places = [n + column[name] for _, name in desk.pairs]
        rows = [line[account] for account, _ in desk.pairs] + places + [n + number for number in range(m)]
        values = [1] * k + needed + [-1] * m
        self.rows = coo_array((values, (rows, [*range(k), *range(k), *range(k, k + m)])), shape=(n + m, k + m)).tocsr()
        self.low = np.r_[np.ones(n), np.full(m, -np.inf)]
        self.high = np.r_[np.ones(n), desk.managers.loc[desk.counted, "net_hours"].to_numpy(float)]
        self.whole = np.r_[np.ones(k), np.zeros(m)]
        self.goals = {name: self._goal(name, needed, line, column) for name in STAGES}

    def _goal(self, stage: str, needed: list[int], line: Mapping[Any, int], column: Mapping[str, int]) -> Any:
        import numpy as np

        goal = np.zeros(self.pairs + len(column))
        if stage == "over":
            goal[self.pairs :] = 1
            return goal
        now = self.desk.open["manager"]
        moved = [isinstance(now[account], str) and now[account] != name for account, name in self.desk.pairs]
        weights = {
            "hand_overs": [1] * self.pairs,
            "hours": needed,
            "id": [len(column) * (line[account] + 1) + column[name] for account, name in self.desk.pairs],
        }[stage]
        new = [not isinstance(now[account], str) for account, _ in self.desk.pairs]
        counts = [flag or (stage == "id" and first) for flag, first in zip(moved, new, strict=True)]
        goal[: self.pairs] = [weight if flag else 0 for weight, flag in zip(weights, counts, strict=True)]
        return goal

    def run(self) -> "tuple[dict[Any, str], dict[str, float]]":
        """Solve the stages in turn, what was reached before being kept."""
        import numpy as np
        from scipy.sparse import csr_array, vstack

        rows, low, high, best = self.rows, self.low, self.high, self.start()
        gaps: dict[str, float] = {}
        for stage in STAGES:
            goal = self.goals[stage]
            solved = self.solve(goal, rows, low, high)
            best = _take_better(goal, solved.values, best)
            if not solved.is_proven and stage != "id":
                best = self.search_on(stage, rows, low, high, best)
            reached = float(goal @ best)
            if not solved.is_proven and reached - solved.bound > 1 - _ROUNDED:  # every goal is a whole number
                gaps[stage] = reached - solved.bound
            rows, low, high = vstack([rows, csr_array(goal[None])]), np.r_[low, -np.inf], np.r_[high, reached + 0.5]
        chosen = {account: name for (account, name), taken in zip(self.desk.pairs, best, strict=False) if taken > 0.5}
        return chosen, gaps

    def start(self) -> Any:
        """Return the assignment of now, an account without manager with the first who may take it; with the hours it lacks."""
        import numpy as np

        now, taken = self.desk.open["manager"], dict(reversed(self.desk.pairs))
        taken |= {account: name for account, name in self.desk.pairs if now[account] == name}
        chosen = np.array([float(taken[account] == name) for account, name in self.desk.pairs])
        managers = len(self.desk.counted)
        loads = self.rows[-managers:, : self.pairs] @ chosen
        return np.r_[chosen, np.maximum(loads - self.high[-managers:], 0.0)]

    def search_on(self, stage: str, rows: Any, low: Any, high: Any, best: Any) -> Any:
        """Return the best point that exchanges among the accounts of two managers, then of three, lead to from `best` on.

        Among points that are as good by the stage's goal those with fewer hand-overs are taken.
        """
        goal = self.goals[stage] * (len(self.desk.open) + 1.0) + self.goals["hand_overs"] * (stage == "over")
        for size in (2, 3):
            groups, before = list(combinations(self.desk.counted, size))[:MOST_EXCHANGES], None
            while before is None or goal @ best < goal @ before - 0.5:
                before = best
                for names in groups:
                    best = _take_better(goal, self.exchange(names, goal, rows, low, high, best).values, best)
        return best

    def exchange(self, names: tuple[str, ...], goal: Any, rows: Any, low: Any, high: Any, best: Any) -> Solved:
        """Minimise a goal where only the accounts of some managers may change, and only between them."""
        import numpy as np

        theirs = {account for (account, name), taken in zip(self.desk.pairs, best, strict=False) if taken > 0.5 and name in names}
        free = np.array([account in theirs and name in names for account, name in self.desk.pairs])
        fixed, over = best[: self.pairs], len(goal) - self.pairs
        lower, upper = (np.r_[np.where(free, end, fixed), np.full(over, rest)] for end, rest in _ENDS)
        return minimise(goal, rows, low, high, lower, upper, self.whole, min(self.node_limit, 100))

    def solve(self, goal: Any, rows: Any, low: Any, high: Any) -> Solved:
        """Minimise one goal under the rows given."""
        import numpy as np

        upper = np.r_[np.ones(self.pairs), np.full(len(goal) - self.pairs, np.inf)]
        return minimise(goal, rows, low, high, np.zeros(len(goal)), upper, self.whole, self.node_limit)


_ROUNDED = 1e-6
MOST_EXCHANGES = 40
"""Groups of managers between whom accounts are exchanged in one round."""
_ENDS = ((0.0, 0.0), (1.0, float("inf")))
"""The bounds of what may change, and of the hours that managers lack."""


def _take_better(goal: Any, found: Any, best: Any) -> Any:
    import numpy as np

    return np.round(found) if found is not None and goal @ found < goal @ best - 0.5 else best

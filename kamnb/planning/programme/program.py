"""The assignment as a program of whole numbers: pairs of account and manager, the goals, what to solve at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kamnb.planning.solver import Solved, minimise

if TYPE_CHECKING:
    from kamnb.planning.programme.desk import Desk

STAGES = ("over", "hand_overs", "hours", "id")
"""The goals in the order in which they count: hours beyond capacity, accounts that change hands, their hours, ids."""

HALF = 0.5
"""Every goal is a whole number: half of one to either side parts what is as good from what is not."""


@dataclass(frozen=True)
class Relaxed:
    """What the program reaches where accounts may be shared: never worse than what whole accounts reach.

    Attributes
    ----------
    bound : int
        No whole assignment is below it.
    shares : array
        The share of the account that each pair takes.
    prices : array
        What one account less would save, by account: its price.
    limit_prices : mapping of stage to float
        What the goal would save if the limit of an earlier stage were one higher.
    """

    bound: int
    shares: Any
    prices: Any
    limit_prices: Mapping[str, float]


@dataclass(frozen=True)
class Program:
    """Pairs of account and manager of which each account takes one. A point is 1 where a pair is taken, else 0.

    Attributes
    ----------
    account, manager, hours : array of int, one number per pair
        Numbers of account and manager from 0 on, ascending by account; the account's need.
    capacity : array
        Hours by manager; below zero where accounts that are not in the program take more than there are.
    goals : mapping of name to array
        Of every stage but "over", what each pair adds to it; "stays" is 1 where the manager is that of now.
    """

    account: Any
    manager: Any
    hours: Any
    capacity: Any
    goals: Mapping[str, Any]

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return int(self.account[-1]) + 1

    def load(self, point: Any) -> Any:
        """Return the hours that every manager's accounts need."""
        import numpy as np

        return np.bincount(self.manager, self.hours * point, len(self.capacity))

    def lack(self, point: Any) -> Any:
        """Return the hours that every manager lacks."""
        return (self.load(point) - self.capacity).clip(min=0)

    def weigh(self, stage: str, point: Any) -> int:
        """Return what a point reaches in one stage."""
        return round(float(self.lack(point).sum() if stage == "over" else self.goals[stage] @ point))

    def lack_least(self) -> int:
        """Return the fewest hours that are lacking where needs are multiples of some hours, and capacities are not.

        Beyond the multiples that managers have room for each next one lacks what the rest of a manager's capacity leaves of it.
        """
        import numpy as np

        unit = int(np.gcd.reduce(self.hours))
        if unit < 2:
            return 0
        needed = int(self.hours[np.r_[True, np.diff(self.account) > 0]].sum())
        beyond = (needed - int((self.capacity // unit * unit).sum())) // unit
        rests = np.sort(self.capacity % unit)[::-1]
        return max(beyond, 0) * unit - round(float(rests[: max(beyond, 0)].sum()))

    def start(self) -> Any:
        """Return the assignment of now, an account without manager with the first who may take it."""
        import numpy as np

        first = np.r_[True, np.diff(self.account) > 0]
        stays = self.goals["stays"] > 0
        settled = np.bincount(self.account, stays)[self.account] > 0
        return np.where(settled, stays, first).astype(float)

    def keep(self, shares: Any) -> Any:
        """Return the point that takes of every account the pair with the largest share: of equal ones that of now."""
        import numpy as np

        order = np.lexsort((-self.goals["stays"], -np.round(shares, 6), self.account))
        point = np.zeros(len(shares))
        point[order[np.r_[True, np.diff(self.account[order]) > 0]]] = 1
        return point

    def districts(self) -> Iterator[Any]:
        """Yield the pairs of accounts and managers that no pair joins with others; what is best there is best by itself."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size = self.accounts + len(self.capacity)
        joined = coo_array((self.hours * 0 + 1, (self.account, self.accounts + self.manager)), shape=(size, size))
        number, label = connected_components(joined, directed=False)
        for each in range(number):
            pairs = label[self.account] == each
            if pairs.any():
                yield pairs

    def take(self, pairs: Any, point: Any) -> "Program":
        """Return the program of some pairs, the accounts of all others staying where a point has them."""
        import numpy as np

        _, account = np.unique(self.account[pairs], return_inverse=True)
        managers, manager = np.unique(self.manager[pairs], return_inverse=True)
        rest = (self.capacity - self.load(np.where(pairs, 0, point)))[managers]
        return Program(account, manager, self.hours[pairs], rest, {name: goal[pairs] for name, goal in self.goals.items()})

    def limit(self, pairs: Any, point: Any, limits: Mapping[str, int]) -> dict[str, int]:
        """Return what is left of limits for some pairs, all others being as in a point."""
        import numpy as np

        rest, own = np.where(pairs, 0, point), np.unique(self.manager[pairs])
        used = {stage: round(float(self.goals[stage] @ rest)) for stage in limits if stage != "over"}
        used["over"] = round(float(np.delete(self.lack(point), own).sum()))
        return {stage: most - used[stage] for stage, most in limits.items()}

    def _rows(self) -> Any:
        """Return the rows that add up the pairs of every account, and the hours of every manager less those that are lacking."""
        import numpy as np
        from scipy.sparse import coo_array

        n, m, k = self.accounts, len(self.capacity), len(self.account)
        rows = np.r_[self.account, n + self.manager, n + np.arange(m)]
        columns = np.r_[np.arange(k), np.arange(k), k + np.arange(m)]
        values = np.r_[np.ones(k), self.hours, -np.ones(m)]
        return coo_array((values, (rows, columns)), shape=(n + m, k + m)).tocsr()

    def _goal(self, weights: Mapping[str, float]) -> Any:
        import numpy as np

        pairs = sum(
            (weight * self.goals[stage] for stage, weight in weights.items() if stage != "over"), np.zeros(len(self.account))
        )
        return np.r_[pairs, np.full(len(self.capacity), float(weights.get("over", 0)))]

    def solve(self, weights: Mapping[str, float], limits: Mapping[str, int], node_limit: int) -> Solved:
        """Minimise the weighted sum of goals, earlier ones staying within their limits; the values are a point, or None."""
        import numpy as np
        from scipy.sparse import csr_array, vstack

        n, m, k = self.accounts, len(self.capacity), len(self.account)
        rows = vstack([self._rows(), *(csr_array(self._goal({stage: 1})[None]) for stage in limits)])
        low = np.r_[np.ones(n), np.full(m + len(limits), -np.inf)]
        high = np.r_[np.ones(n), self.capacity, [most + HALF for most in limits.values()]]
        upper, whole = np.r_[np.ones(k), np.full(m, np.inf)], np.r_[np.ones(k), np.zeros(m)]
        solved = minimise(self._goal(weights), rows, low, high, np.zeros(k + m), upper, whole, node_limit)
        return solved if solved.values is None else Solved(np.round(solved.values[:k]), solved.is_proven, solved.bound)

    def relax(self, stage: str, limits: Mapping[str, int]) -> Relaxed:
        """Minimise one goal, earlier ones staying within their limits, where accounts may be shared among managers."""
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, vstack

        n, rows = self.accounts, self._rows()
        below = vstack([rows[n:], *(csr_array(self._goal({each: 1})[None]) for each in limits)])
        most = np.r_[self.capacity, list(limits.values())]
        found = linprog(self._goal({stage: 1}), below, most, rows[:n], np.ones(n), bounds=(0, None), method="highs")
        prices = dict(zip(limits, np.maximum(-found.ineqlin.marginals[len(self.capacity) :], 0), strict=True))
        return Relaxed(round_up(found.fun), found.x[: len(self.account)], found.eqlin.marginals, prices)


def round_up(bound: float) -> int:
    """Return the least whole number that a goal with this bound may reach; what is a hair above a whole number is that number."""
    from math import ceil

    return ceil(bound - _ROUNDED)


_ROUNDED = 0.001


def write_program(desk: "Desk") -> Program:
    """Write the program of all pairs of a desk."""
    import numpy as np

    place = {account: number for number, account in enumerate(dict.fromkeys(account for account, _ in desk.pairs))}
    column = {name: number for number, name in enumerate(desk.counted)}
    now, needed = desk.open["manager"].to_dict(), desk.open["needed"].to_dict()
    account = np.array([place[key] for key, _ in desk.pairs])
    manager = np.array([column[name] for _, name in desk.pairs])
    hours = np.array([int(needed[key]) for key, _ in desk.pairs])
    stays = np.array([now[key] == name for key, name in desk.pairs], dtype=int)
    moved = np.array([isinstance(now[key], str) for key, _ in desk.pairs], dtype=int) * (1 - stays)
    ids = (len(column) * (account + 1) + manager) * (1 - stays)
    goals = {"stays": stays, "hand_overs": moved, "hours": moved * hours, "id": ids}
    return Program(account, manager, hours, desk.managers.loc[desk.counted, "net_hours"].to_numpy(float), goals)

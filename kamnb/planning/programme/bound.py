"""How good an assignment could be at most, by prices of accounts: each manager picks by price, within the hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kamnb.planning.programme.program import round_up

if TYPE_CHECKING:
    from kamnb.planning.programme.program import Program, Relaxed

MOST_WORK = 3 * 10**9
"""Cells of all tables of picks in one search: what ends it, for the clock must not."""

MOST_STEPS = 300
PATIENCE = 15
"""Steps without a better bound after which steps become shorter."""


@dataclass(frozen=True)
class Priced:
    """A bound found by prices.

    Attributes
    ----------
    bound : int
        No assignment is below it.
    picked : array
        The share of steps in which each pair was picked.
    """

    bound: int
    picked: Any


@dataclass
class Prices:
    """What an account brings to whom takes it, and what goes above a limit costs: that of every pair goal, that of "over"."""

    accounts: Any
    limits: dict[str, float]


def bound_by_prices(program: "Program", stage: str, limits: Mapping[str, int], reached: int, relaxed: "Relaxed") -> Priced:
    """Bound a goal from below, better than sharing accounts does.

    Every account has a price, which whoever takes it is paid. Each manager then picks, of all accounts that may be, those that
    pay best within the hours; what all pick costs, and the sum of prices, is a bound whatever the prices are (a Lagrangian
    relaxation of "each account has one manager"; Fisher 1981). An account that nobody picks becomes dearer, one that several pick
    cheaper; the picks of the last steps are averaged, as in the volume algorithm (Barahona & Anbil 2000).

    Parameters
    ----------
    program : Program
    stage : str
        Any of `STAGES` but "over".
    limits : mapping of stage to int
        What earlier stages reached; "over" is among them.
    reached : int
        What the best assignment known reaches: at that bound the search ends.
    relaxed : Relaxed
        Where the search begins.

    Returns
    -------
    Priced
    """
    import numpy as np

    stays = np.bincount(program.account, program.goals["stays"]) > 0
    alone = Prices(
        np.bincount(program.account, program.goals[stage]) / np.maximum(_count(program, stage), 1) * stays,
        dict.fromkeys(limits, 1.0),
    )
    shared = Prices(relaxed.prices, dict(relaxed.limit_prices))
    between = Prices((alone.accounts + shared.accounts) / 2, shared.limits)
    picks = _Picks(program, stage, limits)
    starts = [(picks.weigh(prices)[0], -number, prices) for number, prices in enumerate((shared, alone, between))]
    best, _, prices = max(starts, key=lambda each: each[:2])
    return _search(picks, Prices(prices.accounts, dict(prices.limits)), best, reached)


def _count(program: "Program", stage: str) -> Any:
    import numpy as np

    return np.bincount(program.account, program.goals[stage] > 0)


def _search(picks: "_Picks", prices: Prices, best: float, reached: int) -> Priced:
    """Change prices step by step; a step is as long as the bound is far from what is reached."""
    import numpy as np

    program = picks.program
    seen, steps, length, stalled, missing = np.zeros(len(program.account)), 0, 0.3, 0, None
    while round_up(best) < reached and steps < MOST_STEPS and picks.work < MOST_WORK and length > 0.001:
        value, picked, excess = picks.weigh(prices)
        seen, steps = seen + picked, steps + 1
        stalled = 0 if value > best + 0.0001 else stalled + 1
        best = max(best, value)
        if stalled >= PATIENCE:
            length, stalled = length * 0.6, 0
        lone = 1 - np.bincount(program.account, picked)
        missing = lone if missing is None else 0.2 * lone + 0.8 * missing
        step = length * max(reached - value, 0.5) / (float(missing @ missing) + 1e-9)
        prices.accounts = prices.accounts + step * missing
        prices.limits = {name: max(price + step * excess[name] / 1000, 0.0) for name, price in prices.limits.items()}
    return Priced(round_up(best), seen / max(steps, 1))


class _Picks:
    """What every manager picks at some prices; how many cells of tables that took so far."""

    def __init__(self, program: "Program", stage: str, limits: Mapping[str, int]) -> None:
        import numpy as np

        self.program, self.limits, self.work = program, limits, 0
        self.cost = program.goals[stage].astype(float)
        self.own = [np.flatnonzero(program.manager == number) for number in range(len(program.capacity))]

    def weigh(self, prices: Prices) -> tuple[float, Any, dict[str, int]]:
        """Return the bound at some prices, the pairs picked, and by how much they are above each limit."""
        import numpy as np

        program, over = self.program, prices.limits["over"]
        cost = self.cost - prices.accounts[program.account]
        cost += sum(price * program.goals[name] for name, price in prices.limits.items() if name != "over")
        value = float(prices.accounts.sum()) - sum(price * self.limits[name] for name, price in prices.limits.items())
        picked = np.zeros(len(cost))
        for own, capacity in zip(self.own, program.capacity, strict=True):
            worth = own[cost[own] < -1e-9]
            best, chosen = self._pick(program.hours[worth], cost[worth], int(capacity), over)
            value += best
            picked[worth[chosen]] = 1
        excess = {name: program.weigh(name, picked) - most for name, most in self.limits.items()}
        return value, picked, excess

    def _pick(self, hours: Any, cost: Any, capacity: int, over: float) -> tuple[float, Any]:
        """Fill the hours of one manager at least cost (a knapsack, by hours); hours lacking are those of the limit at most."""
        import numpy as np

        most = min(capacity + self.limits["over"], int(hours.sum()))
        if most < 0:  # more is lacking than the limit allows, whatever is picked
            return over * -capacity, np.zeros(len(hours), dtype=bool)
        least, taken = np.zeros(most + 1), np.zeros((len(hours), most + 1), dtype=bool)
        self.work += taken.size
        for row, (need, price) in enumerate(zip(hours.tolist(), cost.tolist(), strict=True)):
            if need <= most:
                with_it = least[: most + 1 - need] + price
                taken[row, need:] = with_it < least[need:]
                least[need:] = np.minimum(with_it, least[need:])
        total = least + over * np.maximum(np.arange(most + 1) - capacity, 0)
        at = int(np.argmin(total))
        return float(total[at]), _trace(taken, hours, at)


def _trace(taken: Any, hours: Any, at: int) -> Any:
    """Return which rows make up the best that is within some hours."""
    import numpy as np

    chosen = np.zeros(len(hours), dtype=bool)
    for row in range(len(hours) - 1, -1, -1):
        if taken[row, at]:
            chosen[row], at = True, at - int(hours[row])
    return chosen

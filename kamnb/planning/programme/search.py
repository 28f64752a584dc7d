"""The search for an assignment: goal by goal, by one program where that is small, by parts and prices where it is large."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kamnb.planning.programme.bound import bound_by_prices
from kamnb.planning.programme.program import STAGES, round_up

if TYPE_CHECKING:
    from kamnb.planning.programme.program import Program, Relaxed

SMALL = 400
"""Pairs up to which a goal is solved as one program; above, in parts."""

PART_NODES = 100
"""Nodes of the search in a part."""

MOST_PARTS = 20
"""Groups of managers between whom accounts are exchanged for one goal, in one round."""

MOST_ROUNDS = 40
"""Parts that are solved for one goal."""

FREED = (40, 80, 120)
"""Accounts, beside those handed over, that may go to any manager at once: those of whom prices are least sure."""


@dataclass
class Stage:
    """One goal while it is searched: the best point, and what no point is below.

    Attributes
    ----------
    name : str
        One of `STAGES`.
    limits : mapping of stage to int
        What earlier stages reached.
    point : array
        The best so far; it is within the limits.
    bound : int
    """

    program: "Program"
    name: str
    limits: Mapping[str, int]
    point: Any
    bound: int

    @property
    def reached(self) -> int:
        """What the best point reaches."""
        return self.program.weigh(self.name, self.point)

    @property
    def is_proven(self) -> bool:
        """Whether no point is better."""
        return self.bound >= self.reached

    def take(self, point: Any) -> None:
        """Take a point where it is within the limits and better, or lacks as much with fewer hand-overs."""
        is_within = all(self.program.weigh(name, point) <= most for name, most in self.limits.items())
        if is_within and self._rank(point) < self._rank(self.point):
            self.point = point

    def _rank(self, point: Any) -> tuple[int, ...]:
        weigh = self.program.weigh
        return (weigh(self.name, point), weigh("hand_overs", point)) if self.name == "over" else (weigh(self.name, point),)

    @property
    def weights(self) -> dict[str, float]:
        """The weights of goals in a part: of points as good those with fewer hand-overs are taken."""
        return {"over": self.program.accounts + 1.0, "hand_overs": 1.0} if self.name == "over" else {self.name: 1.0}

    def solve_whole(self, node_limit: int) -> None:
        """Solve the whole as one program, for a point that is better."""
        better = {self.name: self.reached - 1} if self.name != "id" else {}
        solved = self.program.solve({self.name: 1}, {**self.limits, **better}, node_limit)
        if solved.values is not None:
            self.take(solved.values)
        self.bound = self.reached if solved.is_proven else max(self.bound, round_up(max(solved.bound, 0)))

    def solve_part(self, pairs: Any) -> bool:
        """Solve for some pairs, all other accounts staying; tell whether that was solved to its end."""
        part = self.program.take(pairs, self.point)
        solved = part.solve(self.weights, self.program.limit(pairs, self.point, self.limits), PART_NODES)
        if solved.values is not None:
            point = self.point.copy()
            point[pairs] = solved.values
            self.take(point)
        return solved.is_proven


def search_best(program: "Program", node_limit: int) -> tuple[Any, dict[str, float]]:
    """Return the best point found, goal by goal, and by how much each goal could still be better at most.

    Parameters
    ----------
    program : Program
        Of one district.
    node_limit : int
        Nodes of the search in one program.
    """
    point, limits, gaps = program.start(), dict[str, int](), dict[str, float]()
    for name in STAGES:
        stage = Stage(program, name, limits, point, 0)
        if name != "id":
            _settle(stage, node_limit, is_open=bool(gaps))
        elif not gaps and len(program.account) <= SMALL:
            stage.solve_whole(node_limit)
        point, limits = stage.point, limits | {name: stage.reached}
        if not stage.is_proven:
            gaps[name] = stage.reached - stage.bound if name != "id" else float("inf")
    return point, gaps


def _settle(stage: Stage, node_limit: int, is_open: bool) -> None:
    """Search one goal until it is proven, or what may be tried was tried; little is tried where an earlier goal is open."""
    relaxed = stage.program.relax(stage.name, stage.limits)
    stage.bound = max(relaxed.bound, stage.program.lack_least() if stage.name == "over" else 0)
    is_small = len(stage.program.account) <= SMALL
    if not stage.is_proven and stage.name == "over":
        shared = stage.program.relax("hand_overs", {"over": stage.bound}).shares
        _take_start(stage, stage.program.keep(shared))
    _exchange(stage)
    if is_open:
        return
    if not stage.is_proven and is_small:
        stage.solve_whole(node_limit)
    if not stage.is_proven and stage.name != "over":
        picked = _raise_bound(stage, relaxed)
        if not is_small:
            _free_unsure(stage, picked)


def _take_start(stage: Stage, point: Any) -> None:
    """Begin at another point where less is lacking than now."""
    stage.point = point if stage.program.weigh(stage.name, point) < stage.reached else stage.point


def _raise_bound(stage: Stage, relaxed: "Relaxed") -> Any:
    """Bound the goal by prices; return how often each pair was picked."""
    priced = bound_by_prices(stage.program, stage.name, stage.limits, stage.reached, relaxed)
    stage.bound = max(stage.bound, priced.bound)
    return priced.picked


def _free_unsure(stage: Stage, picked: Any) -> None:
    """Let the accounts change hands at once of which prices are least sure: more of them as long as that is solved to its end."""
    import numpy as np

    program = stage.program
    order = np.argsort(np.bincount(program.account, picked * program.goals["stays"]), kind="stable")
    for number in FREED:
        free = np.bincount(program.account, stage.point * program.goals["hand_overs"]) > 0
        free[order[:number]] = True
        if stage.is_proven or not stage.solve_part(free[program.account]):
            return


def _exchange(stage: Stage) -> None:
    """Exchange accounts among two managers, then three, as long as that makes the point better."""
    left = MOST_ROUNDS
    for size in (2, 3):
        before = None
        while stage.point is not before and not stage.is_proven:
            before = stage.point
            for managers in _list_groups(stage, size)[:left]:
                stage.solve_part(_find_pairs(stage, managers))
                left -= 1
                if stage.point is not before:
                    break


def _find_pairs(stage: Stage, managers: tuple[int, ...]) -> Any:
    """Return the pairs of some managers and the accounts that one of them has."""
    import numpy as np

    program = stage.program
    theirs = np.isin(program.manager, managers)
    own = np.bincount(program.account, stage.point * theirs) > 0
    return theirs & own[program.account]


def _list_groups(stage: Stage, size: int) -> list[tuple[int, ...]]:
    """Return groups of managers, those first between whom most can be gained."""
    program = stage.program
    slack = program.load(stage.point) - program.capacity
    moved = _count_moved(stage)

    def gain(group: tuple[int, ...]) -> float:
        if stage.name != "over":
            return float(moved[list(group)].sum())
        return float(min(slack[list(group)].clip(min=0).sum(), -slack[list(group)].clip(max=0).sum()))

    groups = sorted(combinations(range(len(program.capacity)), size), key=lambda group: (-gain(group), group))
    return [group for group in groups[:MOST_PARTS] if gain(group) > 0]


def _count_moved(stage: Stage) -> Any:
    """Return how many accounts every manager hands over or takes over."""
    import numpy as np

    program = stage.program
    moved = stage.point * program.goals["hand_overs"]
    left = np.bincount(program.account, moved)[program.account] * program.goals["stays"]
    return np.bincount(program.manager, moved + left, len(program.capacity))

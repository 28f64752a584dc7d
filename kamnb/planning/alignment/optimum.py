"""The best choice of KPIs: objectives served, then values covered, then net benefit, then cost, then ids; exact to the cent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import gcd
from typing import Any

from kamnb.planning.alignment.candidates import Candidate, Value
from kamnb.planning.alignment.narrowing import minimise_narrowed
from kamnb.planning.solver import Solved, minimise

CHUNK = 16
"""Ids that one search puts in order: the id before weighs twice the next, and 2^16 is far within the solver's exactness."""

MANY = 60
"""Candidates above which a goal of money is searched over those only on which the answer hangs."""

CLOSE = 0.01
"""Counts keep so close to what is asked: far above the solver's tolerance, and little for it to search in between."""


@dataclass(frozen=True, order=True)
class Worth:
    """What a choice of KPIs is worth, in the order in which choices are compared; money in cents."""

    served: int
    covered: int
    net: int
    saved: int
    """Less cost is better: the cost, negative."""

    @property
    def cost(self) -> int:
        """Yearly cost of measuring."""
        return -self.saved

    @property
    def reach(self) -> tuple[int, int]:
        """Objectives served and values covered: what comes before any money."""
        return self.served, self.covered


@dataclass(frozen=True)
class Asked:
    """What a choice must keep: the budget, and what was reached before; amounts in cents."""

    budget: int | None = None
    served: int = 0
    covered: int = 0
    net: int | None = None
    objectives: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    other_than: tuple[frozenset[str], ...] = ()
    may_break: bool = False
    """Whether rules (alternatives, exclusions) may be broken, as few as can be."""


@dataclass(frozen=True)
class Choice:
    """KPIs chosen together.

    Attributes
    ----------
    ids : tuple of str
        In order.
    worth : Worth
    gaps : mapping of stage to float
        Where a search stopped at its limit of nodes: by how much the stage could be better at most.
    """

    ids: tuple[str, ...]
    worth: Worth
    gaps: Mapping[str, float]


@dataclass(frozen=True)
class Model:
    """Candidates that may be chosen, and the values that each objective serves.

    Columns are the candidates, then the objectives, then the values, then the rules; an objective counts as
    served, and a value as covered, only where a KPI chosen makes it so.
    """

    candidates: tuple[Candidate, ...]
    serves: Mapping[str, frozenset[Value]]
    node_limit: int

    @cached_property
    def place(self) -> dict[str, int]:
        """The column of each candidate."""
        return {each.kpi_id: at for at, each in enumerate(self.candidates)}

    @cached_property
    def by_id(self) -> dict[str, Candidate]:
        """Candidates by id."""
        return {each.kpi_id: each for each in self.candidates}

    @cached_property
    def objectives(self) -> dict[str, list[int]]:
        """The columns of the KPIs of each objective that has any."""
        found: dict[str, list[int]] = {}
        for at, each in enumerate(self.candidates):
            found.setdefault(each.objective_id, []).append(at)
        return found

    @cached_property
    def values(self) -> dict[Value, list[str]]:
        """The objectives, of those with KPIs, that serve each value."""
        found: dict[Value, list[str]] = {}
        for objective in self.objectives:
            for value in sorted(self.serves.get(objective, ())):
                found.setdefault(value, []).append(objective)
        return found

    @cached_property
    def rules(self) -> list[tuple[str, ...]]:
        """Ids of which at most one may be chosen: the alternatives of a choice, and pairs that exclude each other."""
        groups: dict[tuple[str, str], list[str]] = {}
        for each in self.candidates:
            if each.choice:
                groups.setdefault((each.objective_id, each.choice), []).append(each.kpi_id)
        pairs = {
            tuple(sorted((each.kpi_id, other)))
            for each in self.candidates for other in each.excludes
            if other in self.place and other != each.kpi_id
        }  # fmt: skip
        return [tuple(ids) for ids in groups.values() if len(ids) > 1] + sorted(pairs)

    def weigh(self, ids: Iterable[str]) -> Worth:
        """Return what these KPIs are worth together, in whole numbers."""
        chosen = [self.by_id[each] for each in ids]
        served = {each.objective_id for each in chosen}
        covered = {value for objective in served for value in self.serves.get(objective, ())}
        cost = sum(each.cost or 0 for each in chosen)
        return Worth(len(served), len(covered), sum(each.net for each in chosen), -cost)

    def allows(self, ids: frozenset[str], asked: Asked) -> bool:
        """Tell, in whole numbers, whether these KPIs may be chosen together and keep what is asked."""
        worth = self.weigh(ids)
        served = {self.by_id[each].objective_id for each in ids}
        return (
            (asked.budget is None or worth.cost <= asked.budget)
            and worth.served >= asked.served
            and worth.covered >= asked.covered
            and (asked.net is None or worth.net >= asked.net)
            and asked.objectives <= served
            and asked.taken <= ids
            and not asked.left & ids
            and ids not in asked.other_than
            and all(set(self.by_id[each].requires) <= ids for each in ids)
            and (asked.may_break or all(len(ids.intersection(rule)) <= 1 for rule in self.rules))
        )

    def search(self, goal: str, asked: Asked, weights: Mapping[str, int] | None = None) -> tuple[frozenset[str] | None, Solved]:
        """Search for the KPIs that keep what is asked and are best by one goal.

        Parameters
        ----------
        goal : str
            The most "served", "covered", "net" or "weights"; the least "cost" or "broken" (rules); or "any".
        asked : Asked
        weights : mapping of id to int
            For the goal "weights".

        Returns
        -------
        ids (None where there are none, or none was found within the limit of nodes), and what the solver said.
        """
        while True:
            solved = _solve(self, asked, self._goal(goal, weights or {}))
            if solved.values is None:
                return None, solved
            ids = frozenset(each.kpi_id for each, taken in zip(self.candidates, solved.values, strict=False) if taken > 0.5)
            if self.allows(ids, asked):
                return ids, solved
            # the solver took it within its tolerance; to the cent it is not allowed
            asked = replace(asked, other_than=(*asked.other_than, ids))

    def _goal(self, goal: str, weights: Mapping[str, int]) -> Any:
        parts = {
            "any": [0],
            "served": [0] * len(self.candidates) + [-1] * len(self.objectives),
            "covered": [0] * (len(self.candidates) + len(self.objectives)) + [-1] * len(self.values),
            "net": [-each.net for each in self.candidates],
            "cost": [each.cost or 0 for each in self.candidates],
            "broken": [0] * (len(self.candidates) + len(self.objectives) + len(self.values)) + [1] * len(self.rules),
            "weights": [-weights.get(each.kpi_id, 0) for each in self.candidates],
        }
        unit = _unit(parts[goal])
        return _row(self, 0, [number / unit for number in parts[goal]])

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.candidates) + len(self.objectives) + len(self.values) + len(self.rules)

    @cached_property
    def structure(self) -> tuple[Any, list[float], list[float]]:
        """The rows that hold whatever is asked, sparse, with their lower and upper limits."""
        from scipy.sparse import coo_array

        n, m, v = len(self.candidates), len(self.objectives), len(self.values)
        objective_at = {objective: n + at for at, objective in enumerate(self.objectives)}
        rows: list[dict[int, float]] = []
        for objective, kpis in self.objectives.items():
            rows.append({objective_at[objective]: 1.0} | dict.fromkeys(kpis, -1.0))
        for at, objectives in enumerate(self.values.values()):
            rows.append({n + m + at: 1.0} | {objective_at[each]: -1.0 for each in objectives})
        for each in self.candidates:
            rows += [{self.place[each.kpi_id]: 1.0, self.place[other]: -1.0} for other in each.requires if other != each.kpi_id]
        high = [0.0] * len(rows) + [1.0] * len(self.rules)
        for at, rule in enumerate(self.rules):
            rows.append(dict.fromkeys((self.place[each] for each in rule), 1.0) | {n + m + v + at: 1.0 - len(rule)})
        cells = [(row, column, number) for row, numbers in enumerate(rows) for column, number in numbers.items()]
        at_rows, at_columns, numbers = zip(*cells, strict=True) if cells else ((), (), ())
        return (
            coo_array((numbers, (at_rows, at_columns)), shape=(len(rows), self.width)).tocsr(),
            [-float("inf")] * len(rows),
            high,
        )


def _unit(amounts: Sequence[int]) -> int:
    """Return the largest unit of which all amounts are whole multiples: small numbers keep the solver exact."""
    return gcd(*amounts) or 1


def _solve(model: Model, asked: Asked, goal: Any) -> Solved:
    import numpy as np
    from scipy.sparse import csr_array, vstack

    rows, low, high = model.structure
    asked_rows, asked_low, asked_high = _write_asked(model, asked)
    if asked_rows:
        rows = vstack([rows, csr_array(np.array(asked_rows))])
    lower, upper = _bound(model, asked)
    whole = np.zeros(model.width)
    whole[: len(model.candidates)] = 1
    whole[model.width - len(model.rules) :] = 1
    is_large = len(model.candidates) > MANY and bool(np.any(goal[: len(model.candidates)]))
    solve = minimise_narrowed if is_large else minimise
    return solve(goal, rows, low + asked_low, high + asked_high, lower, upper, whole, model.node_limit)


def _bound(model: Model, asked: Asked) -> tuple[Any, Any]:
    import numpy as np

    lower, upper = np.zeros(model.width), np.ones(model.width)
    lower[[model.place[each] for each in asked.taken]] = 1
    upper[[model.place[each] for each in asked.left]] = 0
    if not asked.may_break:
        upper[model.width - len(model.rules) :] = 0
    return lower, upper


def _write_asked(model: Model, asked: Asked) -> tuple[list[Any], list[float], list[float]]:
    """Write what is asked as rows; half a unit to either side parts allowed sums from those that are not."""
    n, m, infinite = len(model.candidates), len(model.objectives), float("inf")
    costs, nets = [each.cost or 0 for each in model.candidates], [each.net for each in model.candidates]
    written: list[tuple[Any, float, float]] = []
    if asked.budget is not None:
        unit = _unit(costs)
        written.append((_row(model, 0, [cost / unit for cost in costs]), -infinite, asked.budget // unit + 0.5))
    if asked.net is not None:
        unit = _unit(nets)
        written.append((_row(model, 0, [net / unit for net in nets]), -(-asked.net // unit) - 0.5, infinite))
    if asked.served:
        written.append((_row(model, n, [1.0] * m), asked.served - CLOSE, infinite))
    if asked.covered:
        written.append((_row(model, n + m, [1.0] * len(model.values)), asked.covered - CLOSE, infinite))
    for objective in sorted(asked.objectives):
        own = [float(each.objective_id == objective) for each in model.candidates]
        written.append((_row(model, 0, own), 1.0, infinite))
    for ids in asked.other_than:
        signs = [-1.0 if each.kpi_id in ids else 1.0 for each in model.candidates]
        written.append((_row(model, 0, signs), 1.0 - len(ids), infinite))
    rows, low, high = zip(*written, strict=True) if written else ((), (), ())
    return list(rows), list(low), list(high)


def _row(model: Model, start: int, numbers: Sequence[float]) -> Any:
    import numpy as np

    row = np.zeros(model.width)
    row[start : start + len(numbers)] = numbers
    return row


STAGES = ("served", "covered", "net", "cost")
"""The goals in the order in which they count."""


def choose_best(model: Model, asked: Asked, stages: Sequence[str] = STAGES) -> Choice | None:
    """Return the choice that is best by each stage in turn, what was reached before being kept.

    Returns
    -------
    Choice or None
        None where nothing keeps what is asked (or nothing that does was found within the limit of nodes).
    """
    best: frozenset[str] | None = None
    gaps: dict[str, float] = {}
    for stage in stages:
        found, solved = model.search(stage, asked)
        if found is not None and (best is None or _reached(model, found, stage) > _reached(model, best, stage)):
            best = found
        if best is None:
            return None
        reached = _reached(model, best, stage)
        if not solved.is_proven:
            gaps[stage] = _gap(model, stage, solved.bound, reached)
        asked = _keep(asked, stage, reached)
    assert best is not None
    return Choice(tuple(sorted(best)), model.weigh(best), gaps)


def _reached(model: Model, ids: frozenset[str], stage: str) -> int:
    worth = model.weigh(ids)
    return {"served": worth.served, "covered": worth.covered, "net": worth.net, "cost": worth.saved}[stage]


def _keep(asked: Asked, stage: str, reached: int) -> Asked:
    if stage == "cost":
        return replace(asked, budget=-reached)
    return replace(asked, **{stage: reached})  # type: ignore[arg-type]  # the names of stages are those of fields


def _gap(model: Model, stage: str, bound: float, reached: int) -> float:
    """By how much the stage could be better at most; a bound counts in the units that the solver saw."""
    amounts = {"net": [each.net for each in model.candidates], "cost": [each.cost or 0 for each in model.candidates]}
    return max(-bound * _unit(amounts.get(stage, [1])) - reached, 0.0)


def choose_first(model: Model, asked: Asked, best: Choice) -> Choice:
    """Return, of all choices worth as much as `best`, the one whose ids come first.

    Ids are compared in order as the words of a dictionary are: at the first place where two lists differ the smaller id
    wins, and a list that only goes on is later.
    """
    asked = replace(asked, served=best.worth.served, covered=best.worth.covered, net=best.worth.net, budget=best.worth.cost)
    chosen, order = frozenset(best.ids), [each.kpi_id for each in model.candidates]
    other, solved = model.search("any", replace(asked, other_than=(chosen,)))
    if other is None and solved.is_proven:
        return best
    for start in range(0, len(order), CHUNK):
        chunk = order[start : start + CHUNK]
        weights = {each: 2 ** (len(chunk) - 1 - at) for at, each in enumerate(chunk)}
        found, solved = model.search("weights", asked, weights)
        if found is None or not solved.is_proven:
            return replace(best, ids=tuple(sorted(found or chosen)), gaps=dict(best.gaps) | {"id": float("nan")})
        chosen = found
        asked = replace(asked, taken=asked.taken | chosen.intersection(chunk), left=asked.left | (set(chunk) - chosen))
    return replace(best, ids=_shorten(model, asked, tuple(sorted(chosen)), best.worth))


def _shorten(model: Model, asked: Asked, ids: tuple[str, ...], worth: Worth) -> tuple[str, ...]:
    """Leave off KPIs at the end that neither cost nor bring anything."""
    bare = replace(asked, taken=frozenset(), left=frozenset())
    starts = (ids[:length] for length in range(len(ids)))
    return next((start for start in starts if model.weigh(start) == worth and model.allows(frozenset(start), bare)), ids)


def choose_kpis(model: Model, budget: int) -> Choice:
    """Return the best choice within the budget, ties broken by id."""
    asked = Asked(budget)
    best = choose_best(model, asked) if model.candidates else None
    if best is None:
        return Choice((), model.weigh(()), {"served": float("inf")} if model.candidates else {})
    return choose_first(model, asked, best)

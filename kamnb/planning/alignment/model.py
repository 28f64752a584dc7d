"""KPIs that may be chosen together, what a choice of them is worth, and what may be asked of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kamnb.planning.alignment.candidates import Candidate, Value


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

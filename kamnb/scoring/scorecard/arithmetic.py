"""How a scorecard combines weights and scores, and whether a cell says what it should."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from kamnb.scoring.scorecard.cells import Cell
from kamnb.scoring.scorecard.model import Card, Option

EXACT = 1e-9
"""Sums that differ by less are equal."""

_UNROUNDED = 9
"""Decimals from which a number is taken as exact."""

_POINTS = 0.3
"""Where most scores are at least this share of their "weight", that may be the highest score, and the total their plain sum."""

_TOPS = (5.0, 10.0, 100.0, 4.0, 3.0, 7.0)
"""Highest scores that are tried where none is stated."""


@dataclass(frozen=True)
class Way:
    """A way to combine weights and scores: ``factor`` tells from the sum of weights by what weight x score is multiplied."""

    name: str
    factor: Callable[[float], float]
    is_weighted: bool = True
    is_mean: bool = False
    by_highest: bool = False
    is_common: bool = True


def list_ways(card: Card) -> tuple[Way, ...]:
    """Return the ways in which a card can be meant, the plainest first."""
    return _list_ways(card.top, bool(card.highest))


@cache
def _list_ways(highest: float | None, by_criterion: bool) -> tuple[Way, ...]:
    ways = [
        Way("weight x score", lambda total: 1.0),
        Way("weight x score / 100", lambda total: 0.01),
        Way("weight x score / sum of weights", lambda total: 1 / (total or 1.0)),
    ]
    ways += list(_list_shares(highest, "highest score", is_common=True)) if highest else []
    if by_criterion:
        ways += [
            Way("weight x score / highest score of the criterion", lambda total: 1.0, by_highest=True),
            Way("weight x score / highest score of the criterion / sum of weights", lambda t: 1 / (t or 1.0), by_highest=True),
        ]
    ways += [Way("weight x score x 100", lambda total: 100.0), Way("weight x score x 10", lambda total: 10.0)]
    ways += [Way("weight x score / 10", lambda total: 0.1, is_common=False)]
    if not highest:
        ways += [way for top in _TOPS for way in _list_shares(top, f"a highest score of {top:g}", is_common=False)]
    plain = Way("the score alone", lambda total: 1.0, is_weighted=False)
    return (*ways, plain, Way("the score alone, averaged", lambda total: 1.0, is_weighted=False, is_mean=True))


def _list_shares(top: float, name: str, *, is_common: bool) -> Iterable[Way]:
    yield Way(f"weight x score / {name}", lambda total: 1 / top, is_common=is_common)
    yield Way(f"weight x score / {name} x 100", lambda total: 100 / top, is_common=is_common)
    yield Way(f"weight x score / {name} / sum of weights", lambda total: 1 / top / (total or 1.0), is_common=is_common)
    yield Way(f"weight x score / {name} / sum of weights x 100", lambda total: 100 / top / (total or 1.0), is_common=is_common)


@dataclass(frozen=True)
class Given:
    """The scores that an option has among criteria: their sum, weighted too, also by highest scores, and the weights."""

    plain: float
    weighted: float
    by_highest: float
    weight: float
    weight_of_all: float
    count: int

    def combine(self, way: Way, factor: float, shared: bool) -> float:
        """Return the total."""
        if way.is_mean:
            return factor * self.plain / (self.count or 1)
        if not way.is_weighted:
            return factor * self.plain
        value = factor * (self.by_highest if way.by_highest else self.weighted)
        return value * self.weight_of_all / self.weight if shared else value


@dataclass(frozen=True)
class Sums:
    """A card with its weights as numbers, each of the whole."""

    card: Card

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """Weights of the whole; a weight that is a share of its group's is taken of that."""
        own = [cell.number or 0.0 for cell in self.card.weights]
        for group in self.card.groups:
            if group.nested:
                part = sum(own[n] for n in group.members)
                for n in group.members:
                    own[n] *= (group.weight.number or 0.0) / (100.0 if part > _FRACTION else 1.0)
        return tuple(own)

    @cached_property
    def total_weight(self) -> float:
        """The sum of all weights."""
        return sum(self.weights) or 1.0

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """The ways in which the card can be meant."""
        return list_ways(self.card)

    @cached_property
    def _given(self) -> dict[tuple[int, tuple[int, ...]], tuple[Option, Given]]:
        return {}

    @cached_property
    def _factors(self) -> dict[float, list[float]]:
        return {}

    def product(self, way: Way, criterion: int, score: Cell) -> float:
        """Return the weighted score of one criterion."""
        number = score.number or 0.0
        return (
            way.factor(self.total_weight)
            * self.weights[criterion]
            * (number / self._top(criterion) if way.by_highest else number)
            if way.is_weighted
            else number
        )

    def products(self, criterion: int, score: Cell) -> list[float]:
        """Return the weighted score of one criterion in every way."""
        number, weight = score.number or 0.0, self.weights[criterion]
        part, other = weight * number, weight * number / self._top(criterion)
        return [
            factor * (other if way.by_highest else part) if way.is_weighted else number
            for way, factor in zip(self.ways, self.factors(self.total_weight), strict=True)
        ]

    def total(self, way: Way, option: Option, members: tuple[int, ...], *, shared: bool = False) -> float:
        """Return the total of an option over criteria; where `shared`, weights of missing scores are shared out."""
        given = self.given(option, members)
        return given.combine(way, way.factor(given.weight_of_all), shared)

    def totals(self, option: Option, members: tuple[int, ...], *, shared: bool = False) -> list[float]:
        """Return the total of an option over criteria in every way."""
        given = self.given(option, members)
        factors = self.factors(given.weight_of_all)
        return [given.combine(way, factor, shared) for way, factor in zip(self.ways, factors, strict=True)]

    def factors(self, weight: float) -> list[float]:
        """Return what weight x score is multiplied by in every way, where the weights sum to `weight`."""
        if weight not in self._factors:
            self._factors[weight] = [way.factor(weight) for way in self.ways]
        return self._factors[weight]

    def given(self, option: Option, members: tuple[int, ...]) -> Given:
        """Return the scores that an option has among criteria, summed up."""
        key = id(option), members
        if key not in self._given:
            self._given[key] = option, self._sum(option, members)  # the option is kept, so that no other gets its number
        return self._given[key][1]

    def _sum(self, option: Option, members: tuple[int, ...]) -> Given:
        plain = weighted = by_highest = weight = whole = 0.0
        count = 0
        for n in members:
            whole += self.weights[n]
            number = option.scores[n].number if n in option.scores else None
            if number is not None:
                plain, weighted, weight = plain + number, weighted + self.weights[n] * number, weight + self.weights[n]
                by_highest, count = by_highest + self.weights[n] * number / self._top(n), count + 1
        return Given(plain, weighted, by_highest, weight or 1.0, whole or 1.0, count)

    def _top(self, criterion: int) -> float:
        return (self.card.highest[criterion].number or 1.0) if criterion in self.card.highest else 1.0

    def lacks(self, option: Option, members: Iterable[int]) -> bool:
        """Tell whether an option lacks a score among criteria."""
        return bool(option.scores) and any(n not in option.scores or option.scores[n].number is None for n in members)


_FRACTION = 2.0
"""Weights in a group that sum to more than this are per cent."""


def agrees(cell: Cell, value: float, least: int = 0) -> bool:
    """Tell whether a cell says the value, rounded to the digits it is written with; a whole number to `least` decimals."""
    return abs((cell.number or 0.0) - value) <= leaves_open(cell, least) + EXACT * max(1.0, abs(value))


def leaves_open(cell: Cell, least: int = 0) -> float:
    """Return by how much the exact number may differ from what a cell says in its digits."""
    decimals = cell.decimals or least
    return 0.5 * 10.0**-decimals if decimals < _UNROUNDED else 0.0


def least_decimals(cells: Sequence[Cell]) -> int:
    """Return the fewest decimals that a cell with any has: beside 3.8, a 4 means 4.0."""
    return min((cell.decimals for cell in cells if cell.decimals), default=0)


def may_have_points(sums: Sums) -> bool:
    """Tell whether weights may be highest scores: no score is above them, and a heading says so or most scores come near."""
    pairs = [
        (cell.number, sums.weights[n])
        for option in sums.card.options
        for n, cell in option.scores.items()
        if cell.number is not None
    ]
    near = sum(score >= _POINTS * weight for score, weight in pairs) > len(pairs) / 2
    return bool(pairs) and all(score <= weight + EXACT for score, weight in pairs) and (sums.card.says_points or near)


def sum_cells(cells: Iterable[Cell]) -> float:
    """Return the sum of the numbers in cells."""
    return sum(cell.number or 0.0 for cell in cells)

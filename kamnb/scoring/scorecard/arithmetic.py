"""How a scorecard combines weights and scores, and whether a cell says what it should."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kamnb.scoring.scorecard.cells import Cell
from kamnb.scoring.scorecard.model import Card, Option

EXACT = 1e-9
"""Sums that differ by less are equal."""

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


def list_ways(card: Card) -> list[Way]:
    """Return the ways in which a card can be meant, the plainest first."""
    ways = [
        Way("weight x score", lambda total: 1.0),
        Way("weight x score / 100", lambda total: 0.01),
        Way("weight x score / sum of weights", lambda total: 1 / (total or 1.0)),
    ]
    ways += list(_list_shares(card.top, "highest score", is_common=True)) if card.top else []
    if card.highest:
        ways += [
            Way("weight x score / highest score of the criterion", lambda total: 1.0, by_highest=True),
            Way("weight x score / highest score of the criterion / sum of weights", lambda t: 1 / (t or 1.0), by_highest=True),
        ]
    ways += [Way("weight x score x 100", lambda total: 100.0), Way("weight x score x 10", lambda total: 10.0)]
    ways += [Way("weight x score / 10", lambda total: 0.1, is_common=False)]
    if not card.top:
        ways += [way for top in _TOPS for way in _list_shares(top, f"a highest score of {top:g}", is_common=False)]
    plain = Way("the score alone", lambda total: 1.0, is_weighted=False)
    return [*ways, plain, Way("the score alone, averaged", lambda total: 1.0, is_weighted=False, is_mean=True)]


def _list_shares(top: float, name: str, *, is_common: bool) -> Iterable[Way]:
    yield Way(f"weight x score / {name}", lambda total: 1 / top, is_common=is_common)
    yield Way(f"weight x score / {name} x 100", lambda total: 100 / top, is_common=is_common)
    yield Way(f"weight x score / {name} / sum of weights", lambda total: 1 / top / (total or 1.0), is_common=is_common)
    yield Way(f"weight x score / {name} / sum of weights x 100", lambda total: 100 / top / (total or 1.0), is_common=is_common)


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
    def ways(self) -> list[Way]:
        """The ways in which the card can be meant."""
        return list_ways(self.card)

    @cached_property
    def _known(self) -> dict[tuple[int, tuple[int, ...], bool, bool], tuple[float, float, float, int]]:
        return {}

    def product(self, way: Way, criterion: int, score: Cell) -> float:
        """Return the weighted score of one criterion."""
        return way.factor(self.total_weight) * self._part(way, criterion, score.number or 0.0)

    def total(self, way: Way, option: Option, members: tuple[int, ...], *, shared: bool = False) -> float:
        """Return the total of an option over criteria; where `shared`, weights of missing scores are shared out."""
        key = (id(option), members, way.is_weighted, way.by_highest)
        if key not in self._known:
            self._known[key] = self._sum(way, option, members)
        part, weight, given, count = self._known[key]
        value = way.factor(weight) * part
        if way.is_mean:
            return value / (count or 1)
        return value * weight / given if shared and way.is_weighted else value

    def _sum(self, way: Way, option: Option, members: tuple[int, ...]) -> tuple[float, float, float, int]:
        """Return the sum of weight x score, the weights of all, the weights of those with a score, and how many these are."""
        given = [n for n in members if n in option.scores and option.scores[n].number is not None]
        part = sum(self._part(way, n, option.scores[n].number or 0.0) for n in given)
        return part, sum(self.weights[n] for n in members) or 1.0, sum(self.weights[n] for n in given) or 1.0, len(given)

    def _part(self, way: Way, criterion: int, score: float) -> float:
        if way.by_highest and criterion in self.card.highest:
            score /= self.card.highest[criterion].number or 1.0
        return self.weights[criterion] * score if way.is_weighted else score

    def lacks(self, option: Option, members: Iterable[int]) -> bool:
        """Tell whether an option lacks a score among criteria."""
        return bool(option.scores) and any(n not in option.scores or option.scores[n].number is None for n in members)


_FRACTION = 2.0
"""Weights in a group that sum to more than this are per cent."""


def agrees(cell: Cell, value: float, least: int = 0) -> bool:
    """Tell whether a cell says the value, rounded to the digits it is written with; a whole number to `least` decimals."""
    decimals = cell.decimals or least
    return abs((cell.number or 0.0) - value) <= 0.5 * 10.0**-decimals * (decimals < 9) + EXACT * max(1.0, abs(value))


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

"""How a scorecard combines weights and scores, and whether a cell says what it should."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kamnb.scoring.scorecard.cells import Cell
from kamnb.scoring.scorecard.layout import Card, Option

EXACT = 1e-9
"""Sums that differ by less are equal."""


@dataclass(frozen=True)
class Way:
    """A way to combine weights and scores: of one criterion, and of all."""

    name: str
    product: Callable[[float, float, float, float], float]
    is_weighted: bool = True
    is_mean: bool = False


WAYS = (
    Way("weight x score", lambda w, s, total, high: w * s),
    Way("weight x score / 100", lambda w, s, total, high: w * s / 100),
    Way("weight x score / sum of weights", lambda w, s, total, high: w * s / total),
    Way("weight x score / highest score", lambda w, s, total, high: w * s / high),
    Way("weight x score x 100", lambda w, s, total, high: w * s * 100),
    Way("weight x score x 10", lambda w, s, total, high: w * s * 10),
    Way("weight x score / highest score x 100", lambda w, s, total, high: w * s / high * 100),
    Way("the score alone", lambda w, s, total, high: s, is_weighted=False),
    Way("the score alone, averaged", lambda w, s, total, high: s, is_weighted=False, is_mean=True),
)


@dataclass(frozen=True)
class Sums:
    """A card with its weights as numbers: ``weights`` of the whole, ``high`` the top of the scale."""

    card: Card
    weights: tuple[float, ...]
    high: float

    @classmethod
    def of(cls, card: Card) -> "Sums":
        """Take the numbers of a card; a weight that is a share of its group's becomes one of the whole."""
        weights = tuple(_effective(cell, group) for cell, group in zip(card.weights, card.groups, strict=True))
        return cls(card, weights, card.scale[1] if card.scale else 1.0)

    def product(self, way: Way, criterion: int, score: Cell) -> float:
        """Return the weighted score of one criterion."""
        return way.product(self.weights[criterion], score.number or 0.0, sum(self.weights) or 1.0, self.high)

    def total(self, way: Way, option: Option) -> float:
        """Return the total of an option."""
        parts = [self.product(way, n, cell) for n, cell in option.scores.items() if cell.number is not None]
        return sum(parts) / (len(parts) or 1) if way.is_mean else sum(parts)

    def doubt(self, option: Option) -> str:
        """Say why the total of an option cannot be checked; empty where it can."""
        if any(cell.number is None for cell in option.scores.values()):
            return "a score is missing"
        shares = any(cell.is_percent for cell in (*self.card.weights, *option.scores.values()))
        of_highest = bool(option.total and option.total.is_percent and (option.total.number or 0.0) <= 1)
        if of_highest and not self.card.scale and not all(cell.is_percent for cell in option.scores.values()):
            return "it is a percentage of a highest score that is not stated" if shares or not option.weighted else ""
        return ""


def _effective(cell: Cell, group: Cell | None) -> float:
    """Return the weight of a criterion in the whole: its share of its group's where the group has a weight."""
    own = cell.number or 0.0
    return own if group is None else (own if own <= 1 else own / 100) * (group.number or 0.0)


def choose_product(sums: Sums) -> Way | None:
    """Return the way in which weighted scores are meant: the one that most agree with; None where none is stated."""
    stated = [
        (cell, partial(sums.product, criterion=n, score=option.scores[n]))
        for option in sums.card.options
        for n, cell in option.weighted.items()
        if cell.number is not None and option.scores.get(n, Cell("")).number is not None
    ]
    return _choose(sums, stated, [way for way in WAYS if way.is_weighted])


def choose_total(sums: Sums, product: Way | None) -> Way | None:
    """Return the way in which totals are meant: the one that most agree with; None where none can be checked.

    Where no total agrees with any way, that of the weighted scores counts.
    """
    stated = [
        (option.total, partial(sums.total, option=option))
        for option in sums.card.options
        if option.total and any(cell.number is not None for cell in option.scores.values()) and not sums.doubt(option)
    ]
    way = _choose(sums, stated, WAYS)
    least = least_decimals([cell for cell, _ in stated])
    return way if way and any(agrees(cell, value(way), least) for cell, value in stated) else way and (product or way)


def _choose(sums: Sums, stated: Sequence[tuple[Cell, Callable[[Way], float]]], ways: Sequence[Way]) -> Way | None:
    """Return the way that most of the stated numbers agree with, the nearest among equals; one without weights only if all do."""
    least = least_decimals([cell for cell, _ in stated])

    def merit(way: Way) -> tuple[int, float]:
        agree = sum(agrees(cell, value(way), least) for cell, value in stated)
        return agree, -round(sum(abs((cell.number or 0.0) - value(way)) for cell, value in stated), 9)

    usable = [way for way in ways if sums.card.scale or "highest" not in way.name]
    usable = [way for way in usable if way.is_weighted or merit(way)[0] == len(stated)]
    return max(usable, key=merit) if stated else None


def agrees(cell: Cell, value: float, least: int = 0) -> bool:
    """Tell whether a cell says the value, rounded to the digits it is written with; a whole number to `least` decimals."""
    decimals = cell.decimals or least
    return abs((cell.number or 0.0) - value) <= 0.5 * 10.0**-decimals * (decimals < 9) + EXACT * max(1.0, abs(value))


def least_decimals(cells: Sequence[Cell]) -> int:
    """Return the fewest decimals that a cell with any has: beside 3.8, a 4 means 4.0."""
    return min((cell.decimals for cell in cells if cell.decimals), default=0)

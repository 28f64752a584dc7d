"""A scorecard as one way to read a table: criteria, weights, groups, options, and the lines that sum them up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kamnb.scoring.scorecard.cells import Cell


@dataclass(frozen=True)
class Option:
    """What a scorecard says of one account, supplier or project; cells by the number of the criterion."""

    name: str
    scores: Mapping[int, Cell] = field(default_factory=dict)
    weighted: Mapping[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Criteria that belong together; where `nested`, their weights are shares of the group's, which `repeats` say again."""

    place: str
    weight: Cell
    members: tuple[int, ...]
    nested: bool
    repeats: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line that sums criteria up, or ranks the sums.

    Attributes
    ----------
    place, name : str
    scopes : tuple of tuple of int
        The criteria that it may sum up; the likeliest first.
    weight : Cell or None
    scores, weighted : mapping of the number of an option to its cell
        In the column of scores, and in that of weighted scores.
    """

    place: str
    name: str
    scopes: tuple[tuple[int, ...], ...]
    weight: Cell | None
    scores: Mapping[int, Cell]
    weighted: Mapping[int, Cell]


@dataclass(frozen=True)
class Card:
    """A scorecard understood in one way.

    Attributes
    ----------
    criteria : tuple of str
    weights : tuple of Cell
    groups : tuple of Group
    options : tuple of Option
    lines : tuple of Line
    overall : mapping of criterion to Cell
        Weights of the whole, where a column gives them beside those in the group.
    highest : mapping of criterion to Cell
        The highest score, where a column gives it for each criterion.
    scale : (low, high) or None
        As stated.
    in_rows : bool
        Whether criteria are rows.
    unread : tuple of str
        What takes part in no sum.
    fit : float
        What words and places say for this reading.
    counted : frozenset of str
        Places of numbers that only count the criteria.
    says_points : bool
        Whether a heading calls the weights highest scores.
    guessed : tuple of str
        "products", "groups" or "overall" weights where columns are taken for those; they might be scores.
    """

    criteria: tuple[str, ...]
    weights: tuple[Cell, ...]
    groups: tuple[Group, ...]
    options: tuple[Option, ...]
    lines: tuple[Line, ...]
    overall: Mapping[int, Cell]
    highest: Mapping[int, Cell]
    scale: tuple[float, float] | None
    in_rows: bool
    unread: tuple[str, ...] = ()
    fit: float = 0.0
    counted: frozenset[str] = frozenset()
    says_points: bool = False
    guessed: tuple[str, ...] = ()

    @property
    def top(self) -> float | None:
        """The highest score of the stated scale."""
        return self.scale[1] if self.scale else None

    @property
    def places(self) -> set[str]:
        """Where the numbers stand that take part in something."""
        groups = [cell for group in self.groups for cell in (group.weight, *group.repeats)]
        cells = [*self.weights, *groups, *self.overall.values(), *self.highest.values()]
        for option in self.options:
            cells += [cell for n, cell in option.scores.items()]
            cells += [cell for n, cell in option.weighted.items() if self._is_used(option, n)]
        for line in self.lines:
            cells += [*line.scores.values(), *line.weighted.values(), *([line.weight] if line.weight else [])]
        return {cell.place for cell in cells} | self.counted

    def _is_used(self, option: Option, n: int) -> bool:
        score = option.scores.get(n)
        return not option.scores or (score is not None and score.number is not None)

"""What a line of a scorecard sums up, and how: the reading that most of its cells agree with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kamnb.scoring.scorecard.arithmetic import EXACT, Sums, Way, agrees, least_decimals, leaves_open, may_have_points, sum_cells
from kamnb.scoring.scorecard.cells import Cell
from kamnb.scoring.scorecard.model import Line, Option
from kamnb.scoring.scorecard.words import HIGHEST, PART, RANK, TOTAL, words_of


@dataclass(frozen=True)
class Summary:
    """A line as it is read.

    Attributes
    ----------
    line : Line
    role : "total", "part", "rank", "highest" or "unknown"
    scope : tuple of int
        The criteria that it sums up.
    way : Way or None
        How its totals are meant.
    plain : Way or None
        How its totals of the scores are meant, where weighted scores stand beside them.
    shared : bool
        Whether the weights of missing scores are shared out.
    hits : int
        Cells that agree.
    sure : bool
        Whether the way is one that totals agree with, and not only the nearest.
    """

    line: Line
    role: str
    scope: tuple[int, ...]
    way: Way | None
    plain: Way | None
    shared: bool
    hits: int
    sure: bool = False


def choose_product(sums: Sums) -> Way | None:
    """Return the way in which weighted scores are meant: the one that most agree with; None where none is stated."""
    stated = [
        (cell, n, option.scores[n])
        for option in sums.card.options
        for n, cell in option.weighted.items()
        if cell.number is not None and n in option.scores and option.scores[n].number is not None
    ]
    if not stated:
        return None
    least = least_decimals([cell for cell, _, _ in stated])
    hits, far = [0] * len(sums.ways), [0.0] * len(sums.ways)
    for cell, n, score in stated:
        number, half = cell.number or 0.0, leaves_open(cell, least)
        for at, value in enumerate(sums.products(n, score)):
            off = abs(number - value)
            hits[at] += off - half <= EXACT or off - half <= EXACT * abs(value)
            far[at] += off
    ways = [at for at, way in enumerate(sums.ways) if way.is_weighted]
    return sums.ways[max(ways, key=lambda at: (hits[at], sums.ways[at].is_common, -round(far[at], 9)))]


def read_lines(sums: Sums, each: Way | None) -> list[Summary]:
    """Return the lines of a card as they are read."""
    return _complete_all(sums, [_read_line(sums, line, each) for line in sums.card.lines], each)


def _complete_all(sums: Sums, found: Sequence[Summary], each: Way | None) -> list[Summary]:
    parts = [summary.way for summary in found if summary.role == "part" and summary.way]
    usual = max(parts, key=parts.count, default=None)
    return [_complete(sums, summary, usual if summary.role == "part" else each) for summary in found]


def keep_lines(sums: Sums, found: Sequence[Summary], each: Way | None) -> list[Summary]:
    """Return the lines of a card with other numbers, read as those that were found; what agreed with nothing is read again."""
    pairs = zip(found, sums.card.lines, strict=True)
    again = [replace(old, line=line) if old.sure else _read_line(sums, line, each) for old, line in pairs]
    return _complete_all(sums, again, each)


def list_stated(sums: Sums, line: Line) -> list[tuple[Option, Cell]]:
    """Return the totals in a line: of weighted scores where an option has them, else of its scores."""
    pairs = []
    for n, option in enumerate(sums.card.options):
        cell = line.weighted.get(n) or (line.scores.get(n) if not (option.weighted and line.weighted) else None)
        if cell and cell.number is not None:
            pairs.append((option, cell))
    return pairs


def list_plain(sums: Sums, line: Line) -> list[tuple[Option, Cell]]:
    """Return the totals in the columns of scores that have weighted scores beside them."""
    others = [(sums.card.options[n], cell) for n, cell in line.scores.items() if n in line.weighted]
    return [(option, cell) for option, cell in others if cell.number is not None]


def expect_weights(sums: Sums, scope: tuple[int, ...]) -> list[float]:
    """Return what the weight in a line that sums up a scope may say; the likeliest first."""
    inside, own = set(scope), sums.card.weights
    groups = [group for group in sums.card.groups if group.members and inside.issuperset(group.members)]
    grouped = {n for group in groups for n in group.members}
    whole = sum_cells(group.weight for group in groups) + sum_cells(own[n] for n in scope if n not in grouped)
    return [whole, sum_cells(own[n] for n in scope), sum(sums.weights[n] for n in scope)]


def agrees_total(
    sums: Sums, way: Way | None, option: Option, cell: Cell, scope: tuple[int, ...], least: int, shared: bool
) -> bool:
    """Tell whether a total says what it should."""
    written = [option.weighted[n] for n in scope if n in option.weighted and option.weighted[n].number is not None]
    if not option.scores or not way:
        return agrees(cell, sum_cells(written), least)
    if agrees(cell, sums.total(way, option, scope, shared=shared), least):
        return True
    return bool(written) and way.is_weighted and way.name == "weight x score" and _follows(sums, way, option, cell, scope, least)


def _follows(sums: Sums, way: Way, option: Option, cell: Cell, scope: tuple[int, ...], least: int) -> bool:
    """Tell whether a total is the sum of weighted scores that are right, as they are rounded."""
    written = {n: option.weighted[n] for n in scope if n in option.weighted and option.weighted[n].number is not None}
    right = all(agrees(each, sums.product(way, n, option.scores[n])) for n, each in written.items() if n in option.scores)
    return right and agrees(cell, sum_cells(written.values()), least)


def _read_line(sums: Sums, line: Line, each: Way | None) -> Summary:
    stated, plain = list_stated(sums, line), list_plain(sums, line)
    readings = [_fit_scope(sums, line, scope, stated, each) for scope in line.scopes]
    hits, way, shared, scope = max(readings, key=lambda reading: reading[0])
    role = _tell_role(sums, line, hits, scope, stated)
    if role in ("rank", "highest"):
        return Summary(line, role, scope, None, None, False, 0)
    sheer = _choose_plain(sums, plain, scope)
    return Summary(line, role, scope, way if hits else None, sheer, shared, hits, way is not None)


def _tell_role(sums: Sums, line: Line, hits: int, scope: tuple[int, ...], stated: Sequence[tuple[Option, Cell]]) -> str:
    words = words_of(line.name)
    ranked = _looks_ranked(stated)
    if ranked and (RANK.search(words) or (hits < len(stated) and len(sums.card.lines) > 1)):
        return "rank"
    if not hits and HIGHEST.search(words) and len({cell.number for _, cell in stated}) == 1:
        return "highest"
    whole = len(scope) == len(sums.card.criteria)
    named = not words or bool(TOTAL.search(words) or PART.search(words))
    if hits or named or len(sums.card.lines) == 1:
        return "total" if whole and not PART.search(words) else "part"
    return "unknown"


def _looks_ranked(stated: Sequence[tuple[Option, Cell]]) -> bool:
    numbers = sorted(cell.number or 0.0 for _, cell in stated)
    return (
        bool(numbers)
        and not any(cell.decimals for _, cell in stated)
        and all(number.is_integer() and 1 <= number <= len(numbers) + 1 for number in numbers)
    )


def _fit_scope(
    sums: Sums, line: Line, scope: tuple[int, ...], stated: Sequence[tuple[Option, Cell]], each: Way | None
) -> tuple[int, Way | None, bool, tuple[int, ...]]:
    """Return how many cells of a line agree with its best way over a scope, that way, whether it shares out, and the scope."""
    least = least_decimals([cell for _, cell in stated])
    weight = line.weight and line.weight.number is not None
    summed = bool(weight and any(agrees(line.weight, value) for value in expect_weights(sums, scope)))  # type: ignore[arg-type]
    best: tuple[int, Way | None, bool] = (0, None, False)
    telling = [(option, cell) for option, cell in stated if cell.number] or stated  # nothing sums to 0 in every way
    points = may_have_points(sums)
    lacking = any(sums.lacks(option, scope) for option, _ in stated)
    for shared in (False, True) if lacking else (False,):
        counts = _count_hits(sums, telling, scope, least, shared)
        for at in _order(sums, each) if stated else ():
            way = sums.ways[at]
            if counts[at] > best[0] and counts[at] >= _needed(way, stated, each, points):
                best = (counts[at], way, shared)
    return best[0] + summed, best[1], best[2], scope


def _count_hits(sums: Sums, stated: Sequence[tuple[Option, Cell]], scope: tuple[int, ...], least: int, shared: bool) -> list[int]:
    """Return for every way how many totals agree with it, as `agrees_total` would say of each."""
    hits = [0] * len(sums.ways)
    for option, cell in stated:
        number, half = cell.number or 0.0, leaves_open(cell, least)
        if not option.scores:
            alike = agrees_total(sums, None, option, cell, scope, least, shared)
            hits = [count + alike for count in hits]
            continue
        for at, value in enumerate(sums.totals(option, scope, shared=shared)):
            off = abs(number - value) - half
            if off <= EXACT or off <= EXACT * abs(value):
                hits[at] += 1
            elif at == 0:
                hits[at] += agrees_total(sums, sums.ways[0], option, cell, scope, least, shared)
    return hits


def _order(sums: Sums, each: Way | None) -> list[int]:
    """Return the numbers of the ways, beginning with that of the weighted scores."""
    return sorted(range(len(sums.ways)), key=lambda at: each is None or sums.ways[at].name != each.name)


def _needed(way: Way, stated: Sequence[tuple[Option, Cell]], each: Way | None, points: bool) -> int:
    """Return how many cells must agree: one is enough for a plain way, a far-fetched one needs more."""
    if not way.is_weighted:
        zeros = sum(not cell.number for _, cell in stated)  # nothing sums to 0 in every way
        return max(1, len(stated) - 1) if points else max(len(stated), 2 + zeros)
    percent = bool(stated) and all(cell.is_percent for _, cell in stated)
    if each and way.name != each.name and not percent:
        return 2
    return 1 if way.is_common or percent else 2


def _choose_plain(sums: Sums, plain: Sequence[tuple[Option, Cell]], scope: tuple[int, ...]) -> Way | None:
    if not plain:
        return None
    ways = sorted(sums.ways, key=lambda way: way.is_weighted)
    least = least_decimals([cell for _, cell in plain])

    def count(way: Way) -> int:
        return sum(agrees(cell, sums.total(way, option, scope), least) for option, cell in plain)

    return max(ways, key=count)


def _complete(sums: Sums, summary: Summary, usual: Way | None) -> Summary:
    """Give a line whose totals agree with nothing the way that is usual in the card, or else the nearest."""
    if summary.way or summary.role not in ("total", "part"):
        return summary
    stated = list_stated(sums, summary.line)
    ways = [way for way in sums.ways if way.is_weighted and way.is_common]

    def distance(way: Way) -> float:
        return sum(abs((cell.number or 0.0) - sums.total(way, option, summary.scope)) for option, cell in stated)

    size = sum(abs(cell.number or 0.0) for _, cell in stated)
    way = usual or next((way for way in ways if distance(way) < size / 2), min(ways, key=distance))
    return replace(summary, way=way)

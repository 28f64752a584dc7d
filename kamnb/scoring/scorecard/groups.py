"""Weights of groups: in a column of their own, or in the line above the criteria of a group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kamnb.scoring.scorecard.cells import Cell, Grid
from kamnb.scoring.scorecard.model import Group

_WHOLES = (1.0, 100.0)

_NEAR = 1e-6
"""Sums that differ by less are equal."""

_PARSES = 4
"""Ways to cut rows into groups that are looked at."""


@dataclass(frozen=True)
class Grouping:
    """Group weights that stand in a column: the criteria of each, and the columns that they and the products take."""

    groups: tuple[Group, ...] = ()
    columns: frozenset[int] = frozenset()
    overall: Mapping[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True)
class Headings:
    """Groups of a card, and the lines that are only their headings."""

    groups: tuple[Group, ...]
    bare: frozenset[int]


def scale_weights(groups: Sequence[Group], weights: Mapping[int, float], rows: Sequence[int]) -> dict[int, float]:
    """Return weights of the whole for weights in groups."""
    scaled = dict(weights)
    for group in groups:
        part = sum(weights[rows[n]] for n in group.members)
        for n in group.members if group.nested else ():
            scaled[rows[n]] = weights[rows[n]] * (group.weight.number or 0.0) / (100.0 if part > 2.0 else 1.0)
    return scaled


def find_group_weights(grid: Grid, leaves: Sequence[int], weight: int, columns: Sequence[int], *, with_overall: bool) -> Grouping:
    """Return the weights of groups that stand in a column: once for each group, or in each of its rows; and their products."""
    for column in range(len(grid[0])):
        if column == weight:
            continue
        runs = _find_runs(grid, leaves, column)
        if len(runs) < 2 or all(len(run) == 1 for run in runs):
            continue
        tops = [_gather(grid, leaves, column, run, False).weight.number or 0.0 for run in runs]
        parts = [sum(grid[leaves[n]][weight].number or 0.0 for n in run) for run in runs]
        if min(tops) <= 0:
            continue
        whole = any(abs(sum(tops) - each) < 1e-6 for each in _WHOLES)
        nested = sum(any(abs(part - each) < 1e-6 for each in _WHOLES) for part in parts)
        plain = sum(abs(part - top) < 1e-6 for part, top in zip(parts, tops, strict=True))
        if max(nested, plain) >= len(runs) - (1 if whole and len(runs) > 1 else 0) and (whole or max(nested, plain) > 1):
            is_nested = nested >= plain
            groups = tuple(_gather(grid, leaves, column, run, is_nested) for run in runs)
            grouping = Grouping(groups, frozenset({column}))
            return _add_overall(grid, leaves, weight, columns, grouping) if is_nested and with_overall else grouping
    return Grouping()


def _gather(grid: Grid, leaves: Sequence[int], column: int, run: tuple[int, ...], nested: bool) -> Group:
    """Return the group of a run: its weight is what most of its rows say, and the others are checked against that."""
    cells = [grid[leaves[n]][column] for n in run if grid[leaves[n]][column].number is not None]
    numbers = [cell.number for cell in cells]
    usual = max(cells, key=lambda cell: numbers.count(cell.number))
    return Group(usual.place, usual, run, nested, tuple(cell for cell in cells if cell is not usual))


def _find_runs(grid: Grid, leaves: Sequence[int], column: int) -> list[tuple[int, ...]]:
    """Return the criteria by group: a group begins where its name changes, else where a cell is filled or says another number."""
    cells = [grid[row][column] for row in leaves]
    if any(cell.text and cell.number is None for cell in cells) or cells[0].number is None:
        return []
    sparse = any(not cell.text for cell in cells)
    named = _list_named_begins(grid, leaves, column)
    filled = [n for n, cell in enumerate(cells) if cell.number is not None]
    changed = [n for n, cell in enumerate(cells) if n == 0 or cell.number != cells[n - 1].number]
    begins = named or (filled if sparse else changed)
    runs = [tuple(range(begin, end)) for begin, end in zip(begins, [*begins[1:], len(cells)], strict=True)]
    return runs if all(any(cells[n].number is not None for n in run) for run in runs) else []


def _list_named_begins(grid: Grid, leaves: Sequence[int], column: int) -> list[int]:
    """Return the criteria with which a group begins whose name stands left of its weight; none without names."""
    for left in range(column - 1, -1, -1):
        texts = [grid[row][left].text for row in leaves if grid[row][left].number is None]
        begins = [n for n, text in enumerate(texts) if text and text != next((t for t in reversed(texts[:n]) if t), "")]
        if len(texts) == len(leaves) and begins and begins[0] == 0 and 1 < len(begins) < len(leaves):
            return begins
    return []


def _add_overall(grid: Grid, leaves: Sequence[int], weight: int, columns: Sequence[int], grouping: Grouping) -> Grouping:
    """Add the column that is the product of both weights, if there is one."""
    effective = scale_weights(grouping.groups, {row: grid[row][weight].number or 0.0 for row in leaves}, leaves)
    for column in columns:
        cells = {n: grid[row][column] for n, row in enumerate(leaves) if grid[row][column].number is not None}
        near = [
            any(
                abs((cell.number or 0.0) - effective[leaves[n]] * factor) < 0.00051 * max(1.0, factor)
                for factor in (1.0, 0.01, 100.0)
            )
            for n, cell in cells.items()
        ]
        if column not in grouping.columns and len(near) == len(leaves) and sum(near) >= max(2, len(near) - 1):
            return Grouping(grouping.groups, grouping.columns | {column}, cells)
    return grouping


def find_headings(grid: Grid, leaves: Sequence[int], weight: int, aside: Sequence[int], grouping: Grouping) -> Headings:
    """Return the groups whose weight stands in the line above their criteria.

    What stands below a heading sums to its weight, or, being shares of the group, to the whole: the nearer counts.
    """
    bare = [row for row in aside if not _has_scores(grid, row, weight)]
    if grouping.groups:
        return Headings(grouping.groups, frozenset())
    inside = {row: _between(leaves, row, aside, len(grid)) for row in aside}
    heads = [row for row in aside if inside[row] and row < leaves[inside[row][0]]]
    if not heads or heads[0] > leaves[0]:
        return Headings((), frozenset())
    groups = tuple(_make_group(grid, leaves, weight, row, inside[row]) for row in heads if len(inside[row]) < len(leaves))
    return Headings(groups, frozenset(row for row in bare if row in heads and groups))


def _has_scores(grid: Grid, row: int, weight: int) -> bool:
    return any(cell.number is not None for n, cell in enumerate(grid[row]) if n != weight)


def _between(leaves: Sequence[int], row: int, aside: Sequence[int], end: int) -> tuple[int, ...]:
    after = min((other for other in aside if other > row), default=end)
    return tuple(n for n, leaf in enumerate(leaves) if row < leaf < after)


def _make_group(grid: Grid, leaves: Sequence[int], weight: int, row: int, members: tuple[int, ...]) -> Group:
    cell = grid[row][weight]
    total = sum(grid[leaves[n]][weight].number or 0.0 for n in members)
    own = cell.number or 0.0
    whole = 1.0 if total <= 2.0 else 100.0
    return Group(cell.place, cell, members, abs(total - whole) < abs(total - own))


def tile_sums(rows: Sequence[int], values: Mapping[int, float]) -> list[frozenset[int]]:
    """Return the sets of rows that cut all rows into groups, each ended by the sum of its own; one sum of all may follow."""
    found: list[frozenset[int]] = []

    def go_on(at: int, sums: frozenset[int], total: float) -> None:
        if sums and at == len(rows):
            found.append(sums)
        if sums and at == len(rows) - 1 and abs(values[rows[at]] - total) < _NEAR:
            found.append(sums | {rows[at]})
        run = 0.0
        for end in range(at, len(rows)):
            if end > at and abs(values[rows[end]] - run) < _NEAR and len(found) < _PARSES:
                go_on(end + 1, sums | {rows[end]}, total + run)
            run += values[rows[end]]

    go_on(0, frozenset(), 0.0)
    return found[:_PARSES]

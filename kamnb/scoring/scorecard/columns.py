"""Which columns of a card are scores and which of them multiplied by weights, and what options they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kamnb.scoring.scorecard.arithmetic import EXACT, least_decimals
from kamnb.scoring.scorecard.cells import Cell, Grid
from kamnb.scoring.scorecard.words import HIGHEST, SCALE, WEIGHT, WEIGHTED, hints, split_heading, words_of

_FACTORS = (1.0, 0.01, 100.0, 10.0, 0.1, 1 / 5, 1 / 3, 1 / 4, 1 / 7, 20.0, 100 / 3, 25.0, 100 / 7, 1 / 500, 1 / 1000)
"""By what weight x score may be multiplied in a column of weighted scores."""

_MOST = 0.6
"""The share of rows that must agree for a column to be the product of another with the weights."""

_LEAST = 5.0
"""Whole numbers below this are no evidence where they are only near a product."""


@dataclass(frozen=True)
class Pair:
    """The columns of an option: of its scores and of its weighted scores."""

    scores: int | None
    weighted: int | None


def pair_columns(
    grid: Grid, rows: Sequence[int], weights: Mapping[int, float], columns: Sequence[int], highest: int | None
) -> list[Pair]:
    """Return the columns by option, from left to right; a column is weighted where it is a product in most rows.

    Parameters
    ----------
    grid : Grid
    rows : sequence of int
        Of the criteria.
    weights : mapping of row to weight
    columns : sequence of int
        That hold numbers.
    highest : int or None
        The column of highest scores.
    """
    counts, few = _count_products(grid, rows, weights, columns, highest)
    sources: dict[int, int] = {}
    told = {column for column in columns if _is_headed(grid, rows, column)}

    def order(pair: tuple[int, int]) -> tuple[float, int, tuple[int, int]]:
        beside = pair[1] == pair[0] + 1 and pair[1] in told and pair[0] not in told
        return -counts[pair] - 1.5 * beside, abs(pair[1] - pair[0] - 1), pair

    for score, product in sorted(counts, key=order):
        if product not in sources and score not in sources and product not in sources.values() and score not in sources.values():
            sources[product] = score
    taken = {*sources, *sources.values()}
    steps = {product - score for product, score in sources.items()}
    for score, product in few:
        if product - score in steps and not taken & {score, product}:
            sources[product] = score
            taken |= {score, product}
    for product in columns:
        if product not in taken and product - 1 in columns and product - 1 not in taken and _is_headed(grid, rows, product):
            sources[product] = product - 1
            taken |= {product, product - 1}
    pairs = [Pair(score, product) for product, score in sources.items()]
    pairs += [
        Pair(None, column) if _is_weighted_alone(grid, rows, weights, column) else Pair(column, None)
        for column in columns
        if column not in taken
    ]
    return sorted(pairs, key=lambda pair: pair.scores if pair.scores is not None else pair.weighted or 0)


def _is_headed(grid: Grid, rows: Sequence[int], column: int) -> bool:
    """Tell whether a heading calls a column weighted."""
    return any(hints(WEIGHTED, row[column]) for row in grid[: rows[0]])


def _is_weighted_alone(grid: Grid, rows: Sequence[int], weights: Mapping[int, float], column: int) -> bool:
    """Tell whether a column without scores is weighted: its heading says so, or divided by the weights it is whole."""
    if _is_headed(grid, rows, column):
        return True
    cells = {row: grid[row][column].number for row in rows}
    shares = [number / weights[row] for row, number in cells.items() if number is not None and weights[row]]
    whole = all(number is None or float(number).is_integer() for number in cells.values())
    neat = all(abs(share * 2 - round(share * 2)) < 1e-6 and 0 <= share <= 10 for share in shares)
    return not whole and neat and len(shares) > 2


def _count_products(
    grid: Grid, rows: Sequence[int], weights: Mapping[int, float], columns: Sequence[int], highest: int | None
) -> tuple[dict[tuple[int, int], int], list[tuple[int, int]]]:
    """Return for (column of scores, column of products) in how many rows it is one where that is no chance, and where in any."""
    import numpy as np

    if not columns:
        return {}, []
    cells = [[grid[row][column] for column in columns] for row in rows]
    numbers = np.array([[np.nan if cell.number is None else cell.number for cell in line] for line in cells])
    leasts = [least_decimals([line[n] for line in cells]) for n in range(len(columns))]
    decimals = np.array([[cell.decimals or least for cell, least in zip(line, leasts, strict=True)] for line in cells])
    open_ = 0.5 * 10.0 ** -decimals.astype(float) * (decimals < 9) + EXACT * np.maximum(1.0, np.abs(np.nan_to_num(numbers)))
    open_[(decimals == 0) & (np.abs(np.nan_to_num(numbers)) < _LEAST)] = EXACT
    total = sum(weights.values()) or 1.0
    parts = np.array([weights[row] for row in rows])[:, None] * numbers
    shares = [(parts, np.array([*_FACTORS, 1 / total, 100 / total]))]
    if highest is not None:
        tops = np.array([grid[row][highest].number or 1.0 for row in rows])[:, None]
        shares.append((parts / tops, np.array(_FACTORS[:3])))
    best = np.zeros((len(columns), len(columns)), dtype=int)
    for part, factors in shares:
        off = np.abs(numbers[:, None, :, None] - part[:, :, None, None] * factors)
        agree = (off <= open_[:, None, :, None]) & (part[:, :, None, None] != 0)
        best = np.maximum(best, agree.sum(axis=0).max(axis=-1))
    filled = ((parts[:, :, None] != 0) & ~np.isnan(parts[:, :, None]) & ~np.isnan(numbers[:, None, :])).sum(axis=0)
    told = np.array([_is_headed(grid, rows, column) for column in columns])
    kept = (best > 0) & (best >= np.where(told, 1, np.maximum(_MOST * filled, 2))) & ~np.eye(len(columns), dtype=bool)
    counts = {(columns[score], columns[product]): int(best[score, product]) for score, product in np.argwhere(kept)}
    return counts, [(columns[score], columns[product]) for score, product in np.argwhere(best > 0)]


def name_pairs(grid: Grid, first: int, label: int, pairs: Sequence[Pair], heads: Sequence[int]) -> tuple[str, ...]:
    """Return the names of options: what their headings say beside "score", or the heading above."""
    lines = [grid[row] for row in heads]
    names: list[str] = []
    for pair in pairs:
        names.append(_name_pair(lines, label, [column for column in (pair.scores, pair.weighted) if column is not None], names))
    places = [grid[max(first - 1, 0)][pair.scores if pair.scores is not None else pair.weighted or 0].place for pair in pairs]
    return tuple(f"{name} ({place})" if names.count(name) > 1 else name for name, place in zip(names, places, strict=True))


def _name_pair(lines: Sequence[Sequence[Cell]], label: int, columns: Sequence[int], known: Sequence[str]) -> str:
    headings = [_heading(lines, column, label) for column in columns]
    own = [split_heading(lower)[1] for lower, _ in headings]
    upper = [upper for _, upper in headings]
    name = next((text for text in (*own, *upper) if text), "")
    return name or (f"option {len(known) + 1}" if known else "the scorecard")


def _heading(lines: Sequence[Sequence[Cell]], column: int, label: int) -> tuple[str, str]:
    """Return the lowest text above a column, and the text above that one, which may span several columns."""
    said = [n for n, line in enumerate(lines) if line[column].text]
    at = max([n for n in said if lines[n][column].number is None] or said or [-1])
    if at < 0:
        return "", ""
    above = [cell.text for line in lines[:at] for cell in line[label + 1 : column + 1] if cell.text and not hints(WEIGHT, cell)]
    return lines[at][column].text, above[-1] if above else ""


def find_highest(grid: Grid, rows: Sequence[int], columns: Sequence[int]) -> int | None:
    """Return the column that its heading calls the highest scores and in which no score of another is higher."""
    for column in columns:
        if any(hints(HIGHEST, row[column]) and not SCALE.search(words_of(row[column].text)) for row in grid[: rows[0]]):
            return column
    return None

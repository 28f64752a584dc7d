"""The tables of a sheet: cut where cutting explains more numbers than reading on does."""

from collections.abc import Iterator, Sequence
from functools import cache

from kamnb.scoring.scorecard.cells import Grid
from kamnb.scoring.scorecard.checks import examine
from kamnb.scoring.scorecard.diagnosis import mend
from kamnb.scoring.scorecard.findings import Findings
from kamnb.scoring.scorecard.layout import list_cards

_PRICE = 1.0
"""What a further table must explain to be one."""

_MANY = 12
"""Pieces beyond which only neighbours of three are read together."""

_LEADING = 8
"""Readings with faults that explain the most as they are, which are looked at first for the one cell that explains all faults."""

_DOUBTED = 8
"""Further ones, which would explain the most with one cell right."""

_APART = 0.25
"""Readings whose merits differ by less are equally good."""


def read_tables(grid: Grid) -> list[Findings]:
    """Return the scorecards on a sheet, each in the reading that explains the most of its numbers."""
    best = _read_pieces(grid)
    for left, right in _cut_columns(grid):
        parts = [*read_tables(left), *read_tables(right)]
        if len(parts) > 1 and _worth(parts) > _worth(best):
            best = parts
    return best


def _worth(found: Sequence[Findings]) -> float:
    return sum(each.evidence - _PRICE for each in found)


def _cut_columns(grid: Grid) -> Iterator[tuple[Grid, Grid]]:
    blank = [n for n in range(len(grid[0]) if grid else 0) if not any(row[n].text for row in grid)]
    for n in blank:
        left, right = tuple(row[:n] for row in grid), tuple(row[n + 1 :] for row in grid)
        if _count(left) > 3 and _count(right) > 3:
            yield left, right
            return


def _count(grid: Grid) -> int:
    return sum(cell.number is not None for row in grid for cell in row)


def _read_pieces(grid: Grid) -> list[Findings]:
    cuts = [0, *_find_cuts(grid), len(grid)]
    pieces = len(cuts) - 1

    @cache
    def read(first: int, last: int) -> Findings | None:
        return read_best(tuple(row for row in grid[cuts[first] : cuts[last]] if any(cell.text for cell in row)))

    best: list[list[Findings]] = [[]]
    for last in range(1, pieces + 1):
        reach = 0 if pieces <= _MANY else max(0, last - 3)
        choices = [best[last - 1]]
        for first in range(reach, last):
            found = read(first, last)
            if found and found.checks:
                choices.append([*best[first], found])
        best.append(max(choices, key=_worth))
    whole = None if best[-1] else read(0, pieces)
    return [whole] if whole and whole.checks and whole.card.fit > 1 else best[-1]


def _find_cuts(grid: Grid) -> list[int]:
    """Return the rows at which a table may begin: after a blank row, and at a row of headings below numbers."""
    cuts = []
    for row in range(1, len(grid)):
        texts = sum(bool(cell.text) and cell.number is None for cell in grid[row])
        numbers = sum(cell.number is not None for cell in grid[row])
        above = any(cell.number is not None for cell in grid[row - 1])
        blank = not any(cell.text for cell in grid[row - 1]) and (texts or numbers)
        if any(cell.number is not None for line in grid[:row] for cell in line) and (
            blank or (texts > 1 and not numbers and above)
        ):
            cuts.append(row)
    return cuts


def read_best(grid: Grid) -> Findings | None:
    """Return the reading of one table that explains the most of its numbers; None where there is none."""
    if _count(grid) < 4:
        return None
    numbers = frozenset(cell.place for row in grid for cell in row if cell.number is not None)
    found = sorted((examine(card, numbers) for card in list_cards(grid)), key=lambda each: -round(each.merit, 9))
    faulty = [each for each in found if each.faults]
    hopeful = sorted(faulty[_LEADING:], key=lambda each: -round(each.hope, 9))[:_DOUBTED]
    known = max((each.merit for each in found), default=0.0)
    for each in (*faulty[:_LEADING], *hopeful) if found and (found[0].faults or found[0].unchecked) else ():
        if each.hope > known:
            mend(each, numbers)
            known = max(known, each.merit)
    best = max(found, key=lambda each: round(each.merit, 9), default=None)
    return _doubt(best, found) if best and best.faults else best


def _doubt(best: Findings, found: Sequence[Findings]) -> Findings:
    """Return a reading without faults that is as good as the best and leaves out no more; of two with others, say so."""
    near = sorted((each for each in found if each.merit > best.merit - _APART), key=lambda each: -round(each.merit, 9))
    for each in near:
        if not each.faults and not each.unchecked and len(each.card.weights) >= len(best.card.weights):
            return each
    best.rival = next((each for each in near if not each.unchecked and not _accused(each) & _accused(best)), None)
    return best


def _accused(found: Findings) -> set[str]:
    """Return the cells that faults name, or the words of one that names none."""
    return {fault.split(" ", 1)[0] if fault[:1].isupper() else fault for fault in found.faults}

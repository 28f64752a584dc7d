"""The one cell that explains all faults of a card, where there is one."""

from collections.abc import Iterator
from dataclasses import replace

from kamnb.scoring.scorecard.cells import Cell
from kamnb.scoring.scorecard.checks import examine, examine_alike
from kamnb.scoring.scorecard.findings import Findings
from kamnb.scoring.scorecard.lines import list_stated
from kamnb.scoring.scorecard.model import Card, Option

_PRICE = 1.75
"""What a wrong cell takes from the merit of a reading."""


def mend(found: Findings, numbers: frozenset[str]) -> None:
    """Find the weight or score that alone explains all faults of a reading, if there are two or more and one such cell."""
    if len(found.faults) + found.doubts < 2:
        return
    explained: dict[str, tuple[str, float]] = {}
    for cell, what, value, card in _list_changes(found):
        alike = examine_alike(found, card)
        if alike.faults or alike.doubts:
            continue
        again = examine(card, numbers)
        if not again.faults and not again.doubts and len(again.checks) >= len(found.checks):
            says = f"{cell.place} ({what}) says {cell.text}; all that is built on it follows from {cell.says(value)}"
            explained.setdefault(cell.place, (says, again.merit - _PRICE))
    if len(explained) == 1:
        ((found.source, found.mended),) = explained.values()


def _list_changes(found: Findings) -> Iterator[tuple[Cell, str, float, Card]]:
    """Yield the weights and scores with the values that the numbers built on them ask for."""
    card = found.card
    for n, cell in enumerate(card.weights):
        for value in sorted({*_solve_weight(found, n)}):
            changed = _with_number(cell, value)
            weights = (*card.weights[:n], changed, *card.weights[n + 1 :])
            yield cell, f"weight of {card.criteria[n]}", value, replace(card, weights=weights)
    for at, group in enumerate(card.groups):
        for value in sorted({*_solve_group(found, at)}):
            groups = (*card.groups[:at], replace(group, weight=_with_number(group.weight, value)), *card.groups[at + 1 :])
            yield group.weight, "weight of a group", value, replace(card, groups=groups)
    for at, option in enumerate(card.options):
        for n, cell in option.scores.items():
            for value in sorted({*_solve_score(found, option, n)}):
                scores = {**option.scores, n: _with_number(cell, value)}
                options = (*card.options[:at], replace(option, scores=scores), *card.options[at + 1 :])
                yield cell, f"{option.name}, {card.criteria[n]}", value, replace(card, options=options)


def _with_number(cell: Cell, value: float) -> Cell:
    return replace(cell, number=value)


def _solve_group(found: Findings, at: int) -> Iterator[float]:
    """Yield the weight of a group that makes them sum up to the whole."""
    rest = sum(group.weight.number or 0.0 for n, group in enumerate(found.card.groups) if n != at)
    yield from (round(whole - rest, 9) for whole in (1.0, 100.0) if 0 < whole - rest < whole)
    yield from (group.number for group in found.card.groups[at].repeats if group.number is not None)


def _solve_weight(found: Findings, n: int) -> Iterator[float]:
    """Yield the weights that make the weights sum up to the whole, or a wrong total right."""
    yield from _sum_up(found, n)
    line, cell = found.main, found.card.weights[n]
    if line and line.way and line.way.is_weighted and not found.card.groups:
        for option, total in list_stated(found.sums, line.line):
            unit = line.way.factor(found.sums.total_weight) * (option.scores[n].number or 0.0) if n in option.scores else 0.0
            off = (total.number or 0.0) - found.sums.total(line.way, option, line.scope) if option.scores else 0.0
            if unit and abs(off) > 10.0**-total.decimals:
                yield round((cell.number or 0.0) + off / unit, cell.decimals)
                return


def _sum_up(found: Findings, n: int) -> Iterator[float]:
    cells = [cell.number or 0.0 for cell in found.card.weights]
    group = next((group for group in found.card.groups if n in group.members), None)
    members = (
        group.members if group else [m for m in range(len(cells)) if not any(m in each.members for each in found.card.groups)]
    )
    rest = sum(cells[m] for m in members if m != n)
    stated = [line.line.weight.number for line in found.lines if line.line.weight and n in line.scope]
    for whole in (1.0, 100.0, *([group.weight.number] if group else []), *stated):
        if whole and 0 < whole - rest < whole:
            yield round(whole - rest, 9)


def _solve_score(found: Findings, option: Option, n: int) -> Iterator[float]:
    """Yield the score from which the weighted score follows, or without one the total, where that is whole or a half."""
    cell, weighted = option.scores[n], option.weighted.get(n)
    if cell.number is None:
        return
    way, line = found.each, found.main
    if not option.weighted and line and line.way and line.sure and n in line.scope:
        one = {m: replace(each, number=1.0 if m == n else 0.0) for m, each in option.scores.items()}
        unit = found.sums.total(line.way, replace(option, scores=one), line.scope)
        for other, total in list_stated(found.sums, line.line):
            if other is option and unit:
                off = (total.number or 0.0) - found.sums.total(line.way, option, line.scope, shared=line.shared)
                if abs(off) > 10.0**-total.decimals and _is_neat(cell.number + off / unit):
                    yield round((cell.number + off / unit) * 2) / 2
    if way and weighted and weighted.number is not None:
        unit = found.sums.product(way, n, replace(cell, number=1.0))
        if unit and _is_neat(weighted.number / unit):
            yield round(weighted.number / unit * 2) / 2


def _is_neat(value: float) -> bool:
    """Tell whether a score is whole or a half, within what rounding of its product leaves open."""
    return abs(value * 2 - round(value * 2)) < 0.2

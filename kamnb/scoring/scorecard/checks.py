"""Every equation of a scorecard, held or broken: sums of weights, weighted scores, totals and ranks."""

from collections.abc import Iterator, Sequence
from math import log10

from kamnb.scoring.scorecard.arithmetic import EXACT, Sums, agrees, least_decimals, may_have_points, sum_cells
from kamnb.scoring.scorecard.cells import Cell
from kamnb.scoring.scorecard.findings import Check, Findings
from kamnb.scoring.scorecard.lines import (
    Summary,
    agrees_total,
    choose_product,
    expect_weights,
    keep_lines,
    list_plain,
    list_stated,
    read_lines,
)
from kamnb.scoring.scorecard.model import Card, Option

_HUNDRED = 100.0

_IMPORTANCE = 10.0
"""Whole weights up to this, with another sum than 1, 10 or 100, are points of importance and need no sum."""

_NEAR = (75.0, 150.0)
"""Weights whose sum lies between these are meant to be per cent."""

_ALONE = 0.1
"""What a sum of one criterion is worth as evidence: it says no more than that two cells are alike."""

_DIGITS = 6
"""Decimals beyond which a number says no more."""


def examine(card: Card, numbers: frozenset[str] = frozenset()) -> Findings:
    """Return every equation of a card, as most of its cells mean it; `numbers` are the places of all that should take part."""
    sums = Sums(card)
    each = choose_product(sums)
    return _check(Findings(card, sums, each, read_lines(sums, each)), numbers)


def examine_alike(found: Findings, card: Card) -> Findings:
    """Return every equation of a card with other numbers, read as the one that was found."""
    sums = Sums(card)
    return _check(Findings(card, sums, found.each, keep_lines(sums, found.lines, found.each)), frozenset())


def _check(found: Findings, numbers: frozenset[str]) -> Findings:
    card = found.card
    found.checks += [*_check_weights(found), *_check_scores(card), *_check_products(found), *_check_lines(found)]
    found.checks += _check_ranks(found)
    found.unchecked += _list_unchecked(found)
    found.lost = len(numbers - card.places)
    return found


def has_points(found: Findings) -> bool:
    """Tell whether the weights are highest scores and the totals plain sums."""
    way = found.whole
    if not way or way.is_weighted or way.is_mean:
        return False
    return may_have_points(found.sums)


def _check_weights(found: Findings) -> Iterator[Check]:
    card, cells = found.card, list(found.card.weights)
    grouped = {n for group in card.groups for n in group.members}
    for group in card.groups:
        own = [(card.criteria[n], cells[n]) for n in group.members]
        for again in group.repeats:
            says = f"{again.place} (weight of a group) says {again.text}; {group.place} says {group.weight.text}"
            yield Check("weights", again.number == group.weight.number, says, 0.2)
        if group.nested:
            yield from _check_sum(own, f"weights below {group.place}", found)
        elif not agrees(group.weight, sum_cells(cell for _, cell in own), least_decimals([cell for _, cell in own])):
            total = group.weight.says(sum_cells(cell for _, cell in own))
            yield Check("weights", False, f"{group.place} (weight of a group) says {group.weight.text}; below it are {total}")
        else:
            yield Check("weights", True, "")
    top = [(group.weight.place, group.weight) for group in card.groups if group.nested]
    rest = [(card.criteria[n], cells[n]) for n in range(len(cells)) if n not in grouped or not top]
    yield from _check_sum(top + rest, "weights", found)
    yield from _check_overall(found)
    for line in found.lines:
        cell = line.line.weight
        if cell and cell.number is not None and line.role != "rank":
            expected = expect_weights(found.sums, line.scope)
            ok = any(agrees(cell, value, least_decimals(cells)) for value in expected) or _are_alike(cells, cell.number)
            what = f"{cell.place} (total of the weights) says {cell.text}; the weights sum to {cell.says(expected[0])}"
            yield Check("weights", ok, what, 1.0 if sum(cells[n].number not in (None, 0.0) for n in line.scope) > 1 else _ALONE)


def _check_overall(found: Findings) -> Iterator[Check]:
    for n, cell in found.card.overall.items():
        value = found.sums.weights[n]
        values = [value, value / 100, value * 100]
        where = f"{cell.place} ({found.card.criteria[n]}, weight of the whole)"
        says = f"{where} says {cell.text}; weight x weight is {cell.says(value)}"
        yield Check("weights", any(agrees(cell, each) for each in values), says)


def _check_sum(named: Sequence[tuple[str, Cell]], what: str, found: Findings) -> Iterator[Check]:
    cells = [cell for _, cell in named]
    target = target_of(cells, found)
    if not target:
        return
    total = sum_cells(cells)
    plus = sum(cell.number or 0.0 for cell in cells if (cell.number or 0.0) > 0)
    alike = _are_alike(cells, target)
    ok = abs(total - target) <= EXACT * max(1.0, target) or abs(plus - target) <= EXACT * max(1.0, target) or alike
    parts = ", ".join(f"{name} {cell.text}" for name, cell in named)
    yield Check(
        "sum", ok, f"{what} sum to {cells[0].says(total)}, not {cells[0].says(target)}: {parts}", 1.0, _must_sum(cells, found)
    )


def _must_sum(cells: Sequence[Cell], found: Findings) -> bool:
    """Tell whether weights must sum to a whole: points need not where no total says that they are hundredths."""
    if any(cell.is_percent for cell in cells) or max(cell.number or 0.0 for cell in cells) <= 1:
        return True
    stated = any(line.line.weight and line.line.weight.number == _HUNDRED for line in found.lines)
    return stated or bool(found.each or (found.main and found.main.sure))


def _are_alike(cells: Sequence[Cell], whole: float) -> bool:
    """Tell whether weights are equal parts of a whole, as they are rounded: three thirds of 33 %."""
    part = whole / len(cells)
    near = abs((cells[0].number or 0.0) - part) <= part / 10
    return near and len({cell.number for cell in cells}) == 1 and agrees(cells[0], part)


def target_of(cells: Sequence[Cell], found: Findings) -> float | None:
    """Return what the weights should sum to: 1 or 100; None for points of importance, or where totals divide by their sum."""
    values, total = [cell.number or 0.0 for cell in cells], sum_cells(cells)
    if not cells or has_points(found):
        return None
    percent = any(cell.is_percent for cell in cells)
    if percent or max(values) <= 1:
        return 1.0
    stated = [line.line.weight.number for line in found.lines if line.line.weight and line.role == "total"]
    way = next((way for way in (found.whole, found.each) if way), None)
    hundredths = bool(way and way.name == "weight x score / 100")
    if 100.0 in stated or hundredths or total == 100:
        return 100.0
    if (max(values) <= _IMPORTANCE and all(value.is_integer() for value in values)) or (way and "sum of weights" in way.name):
        return None
    if not way and not stated:
        return 100.0
    return 100.0 if _NEAR[0] <= total <= _NEAR[1] and not any(agrees_stated(number, total) for number in stated) else None


def agrees_stated(number: float | None, total: float) -> bool:
    """Tell whether a total of weights is stated and is the sum of points, not a slip around a hundred."""
    return number is not None and abs(number - total) <= EXACT * max(1.0, total) and not _NEAR[0] <= total <= _NEAR[1]


def _check_scores(card: Card) -> Iterator[Check]:
    if card.highest:
        return
    known = sorted(cell.number for option in card.options for cell in option.scores.values() if cell.number is not None)
    for option in card.options:
        for n, cell in option.scores.items():
            why = _why_outside(cell, card, known) if cell.number is not None else ""
            if why:
                yield Check("score", False, f"{cell.place} ({option.name}, {card.criteria[n]}) says {cell.text}; {why}")


def _why_outside(cell: Cell, card: Card, known: Sequence[float]) -> str:
    value = cell.number or 0.0
    if card.scale:
        low, high = card.scale
        if cell.of and abs(high - cell.of) > EXACT:
            return f"other scores are out of {high:g}"
        return "" if low <= value <= high else f"the scale runs from {low:g} to {high:g}"
    others = list(known)
    others.remove(value)
    top = next((step for step in (10.0, 100.0) if others and others[-1] <= step), None)
    if top and len(others) >= 3 and others[0] >= 0 and not 0 <= value <= top:
        return f"all other scores lie between 0 and {top:g} (no scale is stated)"
    return ""


def _check_products(found: Findings) -> Iterator[Check]:
    card, way = found.card, found.each
    least = least_decimals([cell for option in card.options for cell in option.weighted.values()])
    for option in card.options if way else ():
        for n, cell in option.weighted.items():
            score = option.scores.get(n)
            if way and score and score.number is not None and cell.number is not None:
                value = found.sums.product(way, n, score)
                where = f"{cell.place} ({option.name}, {card.criteria[n]}, weighted)"
                says = f"{where} says {cell.text}; {way.name} is {cell.says(value)}"
                yield Check("product", agrees(cell, value, least), says, tell(cell, value, 1.5))


def _check_lines(found: Findings) -> Iterator[Check]:
    for line in found.lines:
        yield from _check_highest(found, line) if line.role == "highest" else ()
        if line.role in ("total", "part"):
            stated = list_stated(found.sums, line.line)
            for option, cell in stated:
                yield _check_total(found, line, option, cell, least_decimals([cell for _, cell in stated]))
            yield from _check_plain(found, line)
    way = found.whole
    if way and not way.is_weighted and not has_points(found):
        yield Check("total", False, f"the totals are those of {way.name}: the weights have no effect on them")


def _check_highest(found: Findings, line: Summary) -> Iterator[Check]:
    """Check what a line says is the highest total, where the scale is stated and the way of the totals is known."""
    way, top = found.whole, found.card.top
    if not way or not top or not way.is_weighted:
        return
    value = way.factor(found.sums.total_weight) * found.sums.total_weight * top
    for option, cell in list_stated(found.sums, line.line):
        says = f"{cell.place} ({option.name}, highest total) says {cell.text}; it should be {cell.says(value)}"
        yield Check("highest", agrees(cell, value), says, 0.5)


def _check_total(found: Findings, line: Summary, option: Option, cell: Cell, least: int) -> Check:
    sums, way = found.sums, line.way
    ok = agrees_total(sums, way, option, cell, line.scope, least, line.shared)
    right, hint = _expect(sums, line, option, cell)
    written = [option.weighted[n] for n in line.scope if n in option.weighted and option.weighted[n].number is not None]
    if written and not hint and agrees(cell, sum_cells(written), least):
        hint = " (it is the sum of the weighted scores written above it, of which some are wrong)"
    what = "total" if line.role == "total" else f"total of {line.line.name or 'a group'}"
    worth = _value(found, line, option, cell) if ok else 0.0
    return Check("total", ok, f"{cell.place} ({option.name}, {what}) says {cell.text}; it should be {right}{hint}", worth)


def _value(found: Findings, line: Summary, option: Option, cell: Cell) -> float:
    """Return what a total that agrees is worth as evidence: little where it says little, or its way is far-fetched."""
    if not option.scores or not line.way:
        return 1.0
    value = found.sums.total(line.way, option, line.scope, shared=line.shared)
    parts = [found.sums.product(line.way, n, option.scores[n]) for n in line.scope if n in option.scores]
    scores = {option.scores[n].number for n in line.scope if n in option.scores}
    if (sum(part != 0 for part in parts) < 2 or len(scores) == 1) and any(agrees(cell, score) for score in scores if score):
        return _ALONE
    return tell(cell, value, 2.0) * (2.0 if line.way.is_weighted else 1.0) * (1.0 if line.way.is_common else 0.5)


def tell(cell: Cell, value: float, enough: float) -> float:
    """Return what it says that a cell agrees with a value, at most 1: the more digits it is written with, the less by chance.

    >>> [round(tell(Cell("A1", text, float(text), decimals), float(text), 2.0), 2) for text, decimals in (("0", 0), ("3.85", 2))]
    [0.05, 1.0]
    """
    if not value:
        return _ALONE / 2
    near = abs((cell.number or 0.0) - value) <= EXACT * max(1.0, abs(value)) or cell.decimals > 0
    digits = log10(1.0 + abs(value) / 10.0 ** -min(cell.decimals, _DIGITS))
    return min(1.0, digits / enough) * (1.0 if near else 0.25)


def _expect(sums: Sums, line: Summary, option: Option, cell: Cell) -> tuple[str, str]:
    """Return what a total should be, and what else it might be where a score is missing."""
    if not option.scores or not line.way:
        return cell.says(sum_cells(option.weighted[n] for n in line.scope if n in option.weighted)), ""
    right = cell.says(sums.total(line.way, option, line.scope, shared=line.shared))
    if not sums.lacks(option, line.scope):
        return right, ""
    other = cell.says(sums.total(line.way, option, line.scope, shared=not line.shared))
    shared, plain = (right, other) if line.shared else (other, right)
    return right, f" (without the missing scores: {plain} if they count as nothing, {shared} if their weights are shared out)"


def _check_plain(found: Findings, line: Summary) -> Iterator[Check]:
    plain = list_plain(found.sums, line.line)
    least = least_decimals([cell for _, cell in plain])
    for option, cell in plain:
        value = found.sums.total(line.plain, option, line.scope) if line.plain else 0.0
        where = f"{cell.place} ({option.name}, total of the scores)"
        yield Check("plain", agrees(cell, value, least), f"{where} says {cell.text}; they sum to {cell.says(value)}", 0.5)


def totals_of(found: Findings, *, lacking: bool = False) -> dict[str, float | None]:
    """Return the totals recomputed by option; None where a score is missing, unless those `lacking` one count too."""
    line, sums = found.main, found.sums
    scope = line.scope if line else tuple(range(len(found.card.criteria)))
    way, shared = (line.way if line and line.way else found.each), bool(line and line.shared)
    totals: dict[str, float | None] = {}
    for option in found.card.options:
        if not option.scores:
            totals[option.name] = sum_cells(option.weighted[n] for n in scope if n in option.weighted)
        elif not way or (sums.lacks(option, scope) and not lacking):
            totals[option.name] = None
        else:
            totals[option.name] = round(sums.total(way, option, scope, shared=shared), 9)
    return totals


def _check_ranks(found: Findings) -> Iterator[Check]:
    known = {name: value for name, value in totals_of(found, lacking=True).items() if value is not None}
    for option, cell in list_ranks(found) if len(known) == len(found.card.options) else ():
        own, above = known[option.name], sum(value > known[option.name] for value in known.values())
        equal = sum(value == own for value in known.values())
        dense = len({value for value in known.values() if value > own}) + 1
        ok = above < (cell.number or 0.0) <= above + equal or cell.number == dense
        says = f"{cell.place} ({option.name}, rank) says {cell.text}; by its total of {own:.6g} it is {above + 1}"
        yield Check("rank", ok, says, 0.5)


def list_ranks(found: Findings) -> list[tuple[Option, Cell]]:
    """Return the ranks that are stated."""
    lines = [line.line for line in found.lines if line.role == "rank"]
    cells = [(n, cell) for line in lines for n, cell in {**line.scores, **line.weighted}.items() if cell.number is not None]
    return [(found.card.options[n], cell) for n, cell in cells]


def _list_unchecked(found: Findings) -> Iterator[str]:
    for what in found.card.unread:
        yield f"{what} takes part in no sum or product that was found"
    for line in found.lines:
        if line.role == "unknown":
            yield f'the line at {line.line.place} ("{line.line.name}") has numbers that agree with no sum'
    if any(value is None for value in totals_of(found, lacking=True).values()):
        for option, cell in list_ranks(found):
            yield f"{cell.place} ({option.name}, rank) says {cell.text}; it is not checked, for there is no total"
    if not any(check.kind in ("product", "total") for check in found.checks):
        yield "there is no weighted score or total that could be checked"

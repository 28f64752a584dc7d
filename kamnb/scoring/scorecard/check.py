"""A weighted scorecard that a user brings, recomputed: where its weights, products, totals and ranks are wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.scoring.scorecard.arithmetic import EXACT, WAYS, Sums, Way, agrees, choose_product, choose_total, least_decimals
from kamnb.scoring.scorecard.cells import Cell, read_sheets
from kamnb.scoring.scorecard.layout import Card, Option, find_card

if TYPE_CHECKING:
    import pandas as pd

_IMPORTANCE = 10.0
"""Whole weights up to this, with another sum than 1, 10 or 100, are points of importance and need no sum."""


@dataclass(frozen=True)
class ScorecardReport:
    """What a scorecard says and what it should say; printed, it is a page of text.

    Attributes
    ----------
    source : str
        File and sheet.
    reading : str
        How the file was understood.
    faults : tuple of str
        Where the arithmetic is wrong: cell, what it says, what it should be.
    remarks : tuple of str
        What was not read, or read with a doubt.
    table : DataFrame
        One row per option: weighted scores by criterion, ``total`` and ``rank`` recomputed, ``stated_total`` and
        ``stated_rank``. Empty where the file was not understood.
    """

    source: str
    reading: str
    faults: tuple[str, ...]
    remarks: tuple[str, ...]
    table: "pd.DataFrame"

    @property
    def ok(self) -> bool:
        """Whether the file was understood and no fault was found."""
        return not self.faults

    def __str__(self) -> str:
        count = len(self.faults)
        verdict = f"{count} fault{'s' if count > 1 else ''}:" if count else "No fault was found."
        table = (
            [self.table[["stated_total", "total", "stated_rank", "rank"]].to_string(na_rep="-", float_format="{:.6g}".format)]
            if len(self.table)
            else []
        )
        said = [f"{self.source}: {self.reading}", verdict, *(f"  {fault}" for fault in self.faults)]
        return "\n".join([*said, *(f"  note: {remark}" for remark in self.remarks), *table])


def check_scorecard(path: str | Path) -> ScorecardReport:
    r"""Recompute a weighted scorecard and say where it is wrong.

    A row or column headed "Weight" is looked for, or weights in the names of criteria, as in "Price (40%)"; criteria
    may be rows or columns. A number is right if it is the exact one rounded to the digits it is written with, a total
    also if it is the sum of products so rounded. How totals are meant (sum of weight x score, the same / 100, weighted mean,
    ...) is taken from what most of them agree with, and said.

    Parameters
    ----------
    path : str or Path
        An Excel workbook (.xlsx; the first sheet with weights counts) or a CSV file; decimal commas are understood.

    Returns
    -------
    ScorecardReport

    Raises
    ------
    DataError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "card.csv")
    ...     _ = file.write_text("Criterion,Weight,Acme,Bolt\nPrice,60%,4,5\nService,40%,2,5\nTotal,100%,3.4,5\n")
    ...     report = check_scorecard(file)
    >>> print(report.ok, *report.faults)
    False C4 (Acme, total) says 3.4; it should be 3.2
    """
    path = Path(path)
    sheets = read_sheets(path)
    found = [(name, card) for name, grid in sheets if (card := find_card(grid))]
    if not found:
        return _give_up(path, "no row or column of weights was found; head one with the word Weight")
    name, card = found[0]
    others = [sheet for sheet, _ in sheets if sheet != name]
    report = _check_card(f'{path.name}, sheet "{name}"' if name else path.name, card)
    unread = (f"not read: sheet{'s' if len(others) > 1 else ''} {', '.join(others)}",) if others else ()
    return ScorecardReport(report.source, report.reading, report.faults, (*report.remarks, *unread), report.table)


def _give_up(path: Path, why: str) -> ScorecardReport:
    import pandas as pd

    return ScorecardReport(path.name, "is not understood", (f"{why}; nothing was checked",), (), pd.DataFrame())


def _check_card(source: str, card: Card) -> ScorecardReport:
    sums = Sums.of(card)
    each = choose_product(sums)
    whole = choose_total(sums, each)
    faults = [*_check_weights(card), *_check_scores(card), *_check_products(sums, each), *_check_totals(sums, each, whole)]
    main = whole if whole and whole.is_weighted else each or WAYS[0]
    table = _tabulate(sums, main)
    remarks = [*card.remarks, *_remark_weights(card), *_remark_scores(card), *_remark_ways(each, whole)]
    remarks += [*_remark_doubts(sums), *_remark_rounding(sums, whole)]
    return ScorecardReport(source, _say_reading(card, each, whole), (*faults, *_check_ranks(card, table)), tuple(remarks), table)


def _check_weights(card: Card) -> Iterator[str]:
    grouped: dict[str, list[tuple[str, Cell]]] = {}
    for name, cell, group in zip(card.criteria, card.weights, card.groups, strict=True):
        grouped.setdefault(group.place if group else "", []).append((name, cell))
    headings = {group.place: group for group in card.groups if group}
    if headings:
        grouped["groups"] = [(cell.place, cell) for cell in headings.values()] + grouped.pop("", [])
    for where, named in grouped.items():
        yield from _check_sum(named, f"weights below {where}" if where in headings else "weights")
    total, own = card.weight_total, [cell for _, cell in grouped.get("groups", grouped.get("", []))]
    if total and not agrees(total, _sum(own), least_decimals(own)):
        yield f"{total.place} (total of the weights) says {total.text}; the weights sum to {total.says(_sum(own))}"
    yield from (f"{cell.place}: a weight of {cell.text} is below 0" for cell in card.weights if (cell.number or 0.0) < 0)


def _check_sum(named: Sequence[tuple[str, Cell]], what: str) -> Iterator[str]:
    cells = [cell for _, cell in named]
    target = _target(cells)
    if target and abs(_sum(cells) - target) > EXACT:
        parts = ", ".join(f"{name} {cell.text}" for name, cell in named)
        yield f"{what} sum to {cells[0].says(_sum(cells))}, not {cells[0].says(target)}: {parts}"


def _target(cells: Sequence[Cell]) -> float | None:
    """Return what the weights should sum to: 1 or 100; None for points of importance."""
    values = [cell.number or 0.0 for cell in cells]
    if max(values) <= 1:
        return 1.0
    whole = all(value.is_integer() for value in values) and not any(cell.is_percent for cell in cells)
    return None if whole and max(values) <= _IMPORTANCE and sum(values) != 100 else 100.0


def _sum(cells: Sequence[Cell]) -> float:
    return sum(cell.number or 0.0 for cell in cells)


def _remark_weights(card: Card) -> Iterator[str]:
    cells = [cell for cell, group in zip(card.weights, card.groups, strict=True) if group is None]
    if cells and _target(cells) is None:
        yield f"the weights are points of importance, which sum to {_sum(cells):g}; totals are not on the scale of the scores"


def _check_scores(card: Card) -> Iterator[str]:
    known = [cell.number for option in card.options for cell in option.scores.values() if cell.number is not None]
    for option in card.options:
        for n, cell in option.scores.items():
            why = _why_outside(cell, card, known) if cell.number is not None else ""
            if why:
                yield f"{cell.place} ({option.name}, {card.criteria[n]}) says {cell.text}; {why}"


def _why_outside(cell: Cell, card: Card, known: Sequence[float]) -> str:
    value = cell.number or 0.0
    if card.scale:
        low, high = card.scale
        if cell.of and abs(high - cell.of) > EXACT:
            return f"other scores are out of {high:g}"
        return "" if low <= value <= high else f"the scale runs from {low:g} to {high:g}"
    others = sorted(known)
    others.remove(value)
    top = next((step for step in (10.0, 100.0) if others and others[-1] <= step), None)
    if top and len(others) >= 3 and others[0] >= 0 and not 0 <= value <= top:
        return f"all other scores lie between 0 and {top:g} (no scale is stated)"
    return ""


def _remark_scores(card: Card) -> Iterator[str]:
    known = [cell.number for option in card.options for cell in option.scores.values() if cell.number is not None]
    if known and not card.scale:
        yield f"no scale is stated; the scores run from {min(known):g} to {max(known):g}"
    for option in card.options:
        if not option.scores:
            yield f"{option.name}: weighted scores without the scores; only their sum is checked"
        for n, cell in option.scores.items():
            if cell.number is None:
                said = f'"{cell.text}" is no number' if cell.text else "no score"
                yield f"{cell.place} ({option.name}, {card.criteria[n]}): {said}; it adds nothing to the total"
        for n, cell in option.weighted.items():
            if cell.number is None:
                yield f'{cell.place} ({option.name}, {card.criteria[n]}): "{cell.text}" is no number; it is not checked'


def _check_products(sums: Sums, way: Way | None) -> Iterator[str]:
    least = least_decimals([cell for option in sums.card.options for cell in option.weighted.values()])
    for option in sums.card.options if way else ():
        for n, cell in option.weighted.items():
            score = option.scores.get(n)
            if way and score and score.number is not None and cell.number is not None:
                value = sums.product(way, n, score)
                if not agrees(cell, value, least):
                    where = f"{cell.place} ({option.name}, {sums.card.criteria[n]}, weighted)"
                    yield f"{where} says {cell.text}; {way.name} is {cell.says(value)}"


def _check_totals(sums: Sums, each: Way | None, whole: Way | None) -> Iterator[str]:
    for option in sums.card.options:
        if option.total and not sums.doubt(option):
            yield from _check_total(sums, option, option.total, each, whole)
        if option.plain_total:
            plain = [cell.number for cell in option.scores.values() if cell.number is not None]
            value = sum(plain)
            if not (agrees(option.plain_total, value) or agrees(option.plain_total, value / (len(plain) or 1))):
                where = f"{option.plain_total.place} ({option.name}, total of the scores)"
                yield f"{where} says {option.plain_total.text}; they sum to {option.plain_total.says(value)}"
    if whole and not whole.is_weighted:
        yield f"the totals are those of {whole.name}: the weights have no effect on them"


def _check_total(sums: Sums, option: Option, total: Cell, each: Way | None, whole: Way | None) -> Iterator[str]:
    written = [cell for cell in option.weighted.values() if cell.number is not None]
    least = least_decimals([other.total for other in sums.card.options if other.total])
    right = sums.total(whole, option) if whole else _sum(written)
    rounded = each and all(
        agrees(cell, sums.product(each, n, option.scores[n])) for n, cell in option.weighted.items() if n in option.scores
    )
    follows = bool(written) and agrees(total, _sum(written), least)
    if agrees(total, right, least) or (follows and (rounded or not whole)):
        return
    hint = ""
    if follows:
        hint = " (it is the sum of the weighted scores written above it, of which some are wrong)"
    yield f"{total.place} ({option.name}, total) says {total.text}; it should be {total.says(right)}{hint}"


def _check_ranks(card: Card, table: "pd.DataFrame") -> Iterator[str]:
    totals = {str(name): round(float(value), 9) for name, value in table["total"].items()}
    if any(cell.number is None for option in card.options for cell in option.scores.values()):
        return
    for option in card.options:
        if option.rank:
            above = sum(value > totals[option.name] for value in totals.values())
            equal = sum(value == totals[option.name] for value in totals.values())
            dense = len({value for value in totals.values() if value > totals[option.name]}) + 1
            if not (above < (option.rank.number or 0.0) <= above + equal or option.rank.number == dense):
                says = f"by its total of {totals[option.name]:.6g} it is {above + 1}"
                yield f"{option.rank.place} ({option.name}, rank) says {option.rank.text}; {says}"


def _remark_ways(each: Way | None, whole: Way | None) -> Iterator[str]:
    if not each and not whole:
        yield "there is no weighted score or total that could be checked"
    if each and whole and whole.is_weighted and each.name != whole.name:
        yield f"weighted scores are {each.name}, totals the sum of {whole.name}"


def _remark_doubts(sums: Sums) -> Iterator[str]:
    for option in sums.card.options:
        if option.rank and any(cell.number is None for each in sums.card.options for cell in each.scores.values()):
            yield f"{option.rank.place} ({option.name}, rank) says {option.rank.text}; it is not checked, for scores are missing"
        if option.total and (why := sums.doubt(option)):
            yield f"{option.total.place} ({option.name}, total) says {option.total.text}; it is not checked, for {why}"


def _remark_rounding(sums: Sums, whole: Way | None) -> Iterator[str]:
    """Say of whole numbers that stand for a total with decimals what it is exactly."""
    stated = [(option, option.total) for option in sums.card.options if option.total] if whole else []
    if whole and not least_decimals([total for _, total in stated]):
        for option, total in stated:
            value = sums.total(whole, option)
            if not sums.doubt(option) and agrees(total, value) and abs((total.number or 0.0) - value) > EXACT:
                yield f"{total.place} ({option.name}, total) says {total.text}, rounded; exactly it is {total.says(value)}"


def _tabulate(sums: Sums, way: Way) -> "pd.DataFrame":
    import pandas as pd

    rows: dict[str, Mapping[str, float]] = {}
    for option in sums.card.options:
        cells = option.scores or option.weighted
        parts = {
            sums.card.criteria[n]: (sums.product(way, n, cell) if option.scores else cell.number or 0.0)
            for n, cell in cells.items()
            if cell.number is not None
        }
        rows[option.name] = parts | {"total": sum(parts.values())}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=None).reindex(columns=[*sums.card.criteria, "total"])
    table["rank"] = table["total"].round(9).rank(ascending=False, method="min").astype(int)
    options = sums.card.options
    table["stated_total"] = pd.array([each.total.number if each.total else pd.NA for each in options], dtype="Float64")
    table["stated_rank"] = pd.array([each.rank.number if each.rank else pd.NA for each in options], dtype="Float64")
    return table.rename_axis("option")


def _say_reading(card: Card, each: Way | None, whole: Way | None) -> str:
    where = "rows" if card.in_rows else "columns"
    options = ", ".join(option.name for option in card.options)
    how = (
        f"; totals are read as the sum of {whole.name}" if whole else f"; weighted scores are read as {each.name}" if each else ""
    )
    return f"{len(card.criteria)} criteria in {where}, {len(card.options)} scored: {options}{how}"

"""A weighted scorecard that a user brings, recomputed: where its weights, products, totals and ranks are wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.scoring.scorecard.arithmetic import EXACT, agrees, least_decimals, sum_cells
from kamnb.scoring.scorecard.cells import Grid, read_sheets
from kamnb.scoring.scorecard.checks import has_points, list_ranks, target_of, totals_of
from kamnb.scoring.scorecard.findings import Findings
from kamnb.scoring.scorecard.lines import list_stated
from kamnb.scoring.scorecard.tables import read_tables

if TYPE_CHECKING:
    import pandas as pd

_FEW = 3
"""Numbers beside a card, such as a year in a heading, that need not be told; of more the first are named."""


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
    unchecked : tuple of str
        What could not be checked.
    remarks : tuple of str
        What was read with a doubt.
    table : DataFrame
        One row per option: weighted scores by criterion, ``total`` and ``rank`` recomputed, ``stated_total`` and
        ``stated_rank``. Empty where the file was not understood.
    """

    source: str
    reading: str
    faults: tuple[str, ...]
    unchecked: tuple[str, ...]
    remarks: tuple[str, ...]
    table: "pd.DataFrame"

    @property
    def ok(self) -> bool:
        """Whether the file was understood, all of it could be checked and no fault was found."""
        return not self.faults and not self.unchecked

    def __str__(self) -> str:
        table = (
            [self.table[["stated_total", "total", "stated_rank", "rank"]].to_string(na_rep="-", float_format="{:.6g}".format)]
            if len(self.table)
            else []
        )
        said = [f"{self.source}: {self.reading}", self._verdict(), *(f"  {fault}" for fault in self.faults)]
        said += [f"  not checked: {what}" for what in self.unchecked]
        return "\n".join([*said, *(f"  note: {remark}" for remark in self.remarks), *table])

    def _verdict(self) -> str:
        count = len(self.faults)
        if count:
            return f"{count} fault{'s' if count > 1 else ''}:"
        return "Not everything could be checked:" if self.unchecked else "No fault was found."


def check_scorecard(path: str | Path) -> ScorecardReport:
    r"""Recompute a weighted scorecard and say where it is wrong.

    The column of weights, the columns of weighted scores and the lines that sum up are found by arithmetic: of all ways to
    read a table the one counts in which the most numbers agree. Words in headings only settle ties. A number is right if it
    is the exact one rounded to the digits it is written with, a total also if it is the sum of products so rounded. What
    agrees with nothing and is not needed for anything is said, and then the file is not ``ok``.

    Parameters
    ----------
    path : str or Path
        An Excel workbook (.xlsx) or a CSV file, with one table or several; decimal commas are understood.

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
    return check_sheets(path.name, read_sheets(path))


def check_sheets(source: str, sheets: Sequence[tuple[str, Grid]]) -> ScorecardReport:
    """Recompute the scorecards on sheets, given by name and cells."""
    found = [(name, each) for name, grid in sheets for each in read_tables(grid)]
    if not found:
        return _give_up(source, sheets)
    names = list(dict.fromkeys(name for name, _ in found))
    lost = list(_list_lost(sheets, found))
    reports = [_report(each, name if len(names) > 1 else "") for name, each in found]
    unread = [_say_unread(name, grid) for name, grid in sheets if name not in names]
    where = f"{source}, sheet {' and '.join(f'''{chr(34)}{name}{chr(34)}''' for name in names)}" if names[0] else source
    return _join(
        where, reports, [*lost, *(said for said, numbers in unread if numbers)], [said for said, numbers in unread if not numbers]
    )


def _list_lost(sheets: Sequence[tuple[str, Grid]], found: Sequence[tuple[str, Findings]]) -> Iterator[str]:
    """Say which formulas have no value, and which numbers beside the scorecards are not read."""
    for name, grid in sheets:
        cells, cards = [cell for row in grid for cell in row], [each.card for where, each in found if where == name]
        places = [cell.place for cell in cells if cell.text.startswith("=")]
        if places:
            yield f"{_count_places(places)} hold formulas without their values; open the file in Excel and save it"
        read = set().union(*(card.places for card in cards))
        places = [cell.place for cell in cells if cell.number is not None and cell.place not in read]
        if cards and len(places) > _FEW and not any(card.unread for card in cards):
            yield f"{_count_places(places)} hold numbers that belong to no scorecard that was found"


def _count_places(places: Sequence[str]) -> str:
    more = f" and {len(places) - _FEW} more cells" if len(places) > _FEW else ""
    return f"{', '.join(places[:_FEW])}{more}"


def _say_unread(name: str, grid: Grid) -> tuple[str, bool]:
    return f"not read: sheet {name}", sum(cell.number is not None for row in grid for cell in row) > 3


def _give_up(source: str, sheets: Sequence[tuple[str, Grid]]) -> ScorecardReport:
    import pandas as pd

    cells = [cell for _, grid in sheets for row in grid for cell in row]
    formulas = [cell.place for cell in cells if cell.text.startswith("=")]
    why = "no row or column of weights was found with scores that any total or product agrees with"
    if formulas:
        why = (
            f"{len(formulas)} cells hold formulas without their values ({formulas[0]} first); open the file in Excel, save it, "
            "or export it as CSV"
        )
    return ScorecardReport(source, "is not understood", (), (f"{why}; nothing was checked",), (), pd.DataFrame())


def _join(source: str, reports: Sequence[ScorecardReport], unread: Sequence[str], empty: Sequence[str]) -> ScorecardReport:
    import pandas as pd

    tables = [each.table for each in reports]
    if len(reports) > 1:
        tables = [table.set_axis([f"{n}: {name}" for name in table.index]) for n, table in enumerate(tables, 1)]
    return ScorecardReport(
        source,
        "; ".join(f"table {n}: {each.reading}" if len(reports) > 1 else each.reading for n, each in enumerate(reports, 1)),
        tuple(fault for each in reports for fault in each.faults),
        (*(what for each in reports for what in each.unchecked), *unread),
        (*(remark for each in reports for remark in each.remarks), *empty),
        pd.concat(tables) if len(tables) > 1 else tables[0],
    )


def _report(found: Findings, sheet: str) -> ScorecardReport:
    before = f"{sheet}!" if sheet else ""
    remarks = [*_remark_weights(found), *_remark_scores(found), *_remark_ways(found), *_remark_rounding(found)]
    sure = (found.faults, found.unchecked) if not found.rival else ([], [*found.unchecked, _say_rival(found, found.rival)])
    faults, unchecked, notes = (tuple(f"{before}{text}" for text in texts) for texts in (*sure, remarks))
    return ScorecardReport("", _say_reading(found), faults, unchecked, notes, _tabulate(found))


def _say_rival(found: Findings, rival: Findings) -> str:
    """Say of two readings that explain as much what each would say."""
    ways = []
    for each in (found, rival):
        cells = [cell.place for cell in each.card.weights]
        ways.append(f"with the weights {', '.join(cells)} {'; '.join(each.faults) or 'nothing is wrong'}")
    return f"two readings could not be told apart: {', or '.join(ways)}"


def _say_reading(found: Findings) -> str:
    card, whole, each = found.card, found.whole, found.each
    options = ", ".join(option.name for option in card.options)
    how = (
        f"; totals are read as the sum of {whole.name}" if whole else f"; weighted scores are read as {each.name}" if each else ""
    )
    return f"{len(card.criteria)} criteria in {'rows' if card.in_rows else 'columns'}, {len(card.options)} scored: {options}{how}"


def _remark_weights(found: Findings) -> Iterator[str]:
    card = found.card
    grouped = {n for group in card.groups for n in group.members}
    cells = [cell for n, cell in enumerate(card.weights) if n not in grouped]
    if has_points(found):
        yield "the weights are highest scores, and totals the plain sum of the scores"
    elif cells and target_of(cells, found) is None:
        yield f"the weights are points of importance, which sum to {sum_cells(cells):g}"
    for n, cell in enumerate(card.weights):
        if (cell.number or 0.0) < 0:
            yield f"{cell.place} ({card.criteria[n]}): a weight of {cell.text} is below 0; it takes away from the totals"


def _remark_scores(found: Findings) -> Iterator[str]:
    card = found.card
    known = [cell.number for option in card.options for cell in option.scores.values() if cell.number is not None]
    if known and not card.scale:
        yield f"no scale is stated; the scores run from {min(known):g} to {max(known):g}"
    for option in card.options:
        if not option.scores:
            yield f"{option.name}: weighted scores without the scores; only their sum is checked"
        for n, cell in option.scores.items():
            if cell.number is None:
                said = f'"{cell.text}" is no number' if cell.text else "no score"
                does = "its weight is shared out" if found.main and found.main.shared else "it adds nothing to the total"
                yield f"{cell.place} ({option.name}, {card.criteria[n]}): {said}; {does}"
        for n, cell in option.weighted.items():
            if cell.number is None:
                yield f'{cell.place} ({option.name}, {card.criteria[n]}): "{cell.text}" is no number; it is not checked'


def _remark_ways(found: Findings) -> Iterator[str]:
    each, whole = found.each, found.whole
    if each and whole and whole.is_weighted and each.name != whole.name:
        yield f"weighted scores are {each.name}, totals the sum of {whole.name}"


def _remark_rounding(found: Findings) -> Iterator[str]:
    """Say of whole numbers that stand for a total with decimals what it is exactly."""
    line = found.main
    stated = list_stated(found.sums, line.line) if line and line.way else []
    if line and line.way and not least_decimals([cell for _, cell in stated]):
        for option, cell in stated:
            value = found.sums.total(line.way, option, line.scope, shared=line.shared) if option.scores else cell.number or 0.0
            if agrees(cell, value) and abs((cell.number or 0.0) - value) > EXACT:
                yield f"{cell.place} ({option.name}, total) says {cell.text}, rounded; exactly it is {cell.says(value)}"


def _tabulate(found: Findings) -> "pd.DataFrame":
    import pandas as pd

    way, card, totals = found.whole or found.each, found.card, totals_of(found)
    rows: dict[str, Mapping[str, float | None]] = {}
    for option in card.options:
        cells = option.scores or option.weighted
        parts = {
            card.criteria[n]: (found.sums.product(way, n, cell) if option.scores and way else cell.number or 0.0)
            for n, cell in cells.items()
            if cell.number is not None
        }
        rows[option.name] = parts | {"total": totals_of(found, lacking=True)[option.name]}
    table = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=[*card.criteria, "total"]).astype(float)
    whole = pd.Series(dict(totals), dtype=float).round(9)
    table["rank"] = whole.rank(ascending=False, method="min").astype("Int64")
    stated = {option.name: cell.number for option, cell in (list_stated(found.sums, found.main.line) if found.main else [])}
    ranks = {option.name: cell.number for option, cell in list_ranks(found)}
    for name, values in (("stated_total", stated), ("stated_rank", ranks)):
        table[name] = pd.array([values.get(option.name, pd.NA) for option in card.options], dtype="Float64")
    return table

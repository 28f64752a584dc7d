"""Where a scorecard has its criteria, weights, scores, weighted scores, totals and ranks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kamnb.scoring.scorecard.cells import Cell, Grid, read_cell, rename, transpose

_WEIGHT = re.compile(
    r"((criteria|criterion|factor|relative|rel|assigned) )?(weights?|weighting|weightage|wt|gewicht(ung|e)?|importance)"
    r"( (factor|in|of|percent|pct|total|sum|max|out|points|\d+))*"
)
_WEIGHTED = re.compile(
    r"weighted|gewichtet\w*|wtd|weight score|weighting score|teilnutzen|weight x \w+|\w+ x weight|w x s|s x w|product"
)
_SCORE = re.compile(r"(raw )?(scores?|ratings?|points?|punkte|bewertung|note|grade|wertung|erfüllung)")
_RATING = re.compile(r"rating|raw|note|grade|bewertung")
_TOTAL = re.compile(
    r"((grand|overall|weighted|final|total) )*(totals?|sum|summe|gesamt\w*|overall|nutzwert|ergebnis|average|final score)"
    r"( (weighted )?(scores?|points?|punkte|value))?|weighted scores?|gewichtete (summe|gesamt\w*)|overall (score|rating)"
)
_RANK = re.compile(r"rank(ing)?|rang(folge)?|platz|position|place")
_EMBEDDED = re.compile(
    r"^(?P<name>.*?\S)\s*(?:[(\[]\s*(?:weight\w*|gewicht\w*|w)?\s*[:=x×]?\s*(?P<inside>\d*[.,]?\d+\s*%?)\s*[)\]]|[\s:,-]\s*(?P<after>\d+(?:[.,]\d+)?\s*%))$",
    re.IGNORECASE,
)
_SCALE = re.compile(r"(?<![\d.,])(\d{1,2})\s*(?:\([^)]*\))?\s*(?:-|–|to|bis|\.\.\.?|…)\s*(\d{1,3})(?![\d.,])")
_ABOUT_SCALE = re.compile(r"scor|scale|skala|rating|rated|punkte|points|bewert", re.IGNORECASE)


@dataclass(frozen=True)
class Option:
    """What a scorecard says of one account, supplier or project; cells by the number of the criterion."""

    name: str
    scores: Mapping[int, Cell] = field(default_factory=dict)
    weighted: Mapping[int, Cell] = field(default_factory=dict)
    total: Cell | None = None
    plain_total: Cell | None = None
    rank: Cell | None = None


@dataclass(frozen=True)
class Card:
    """A scorecard understood.

    Attributes
    ----------
    criteria : tuple of str
    weights : tuple of Cell
    groups : tuple of (Cell or None)
        The weight of the heading above a criterion whose weight is a share of it.
    weight_total : Cell or None
    options : tuple of Option
    scale : (low, high) or None
        As stated.
    in_rows : bool
        Whether criteria are rows.
    remarks : tuple of str
        What was not read.
    """

    criteria: tuple[str, ...]
    weights: tuple[Cell, ...]
    groups: tuple[Cell | None, ...]
    weight_total: Cell | None
    options: tuple[Option, ...]
    scale: tuple[float, float] | None
    in_rows: bool
    remarks: tuple[str, ...]


def find_card(grid: Grid) -> Card | None:
    """Return the scorecard in a sheet; None where there is no row or column of weights."""
    placed = _orient(grid) or _orient(_write_out_weights(grid)) or _turned(_orient(_write_out_weights(transpose(grid))))
    return _read_card(*placed, scale=_stated_scale(grid)) if placed else None


def words_of(text: str) -> str:
    """Return a text in lower case, without marks."""
    return " ".join(re.sub(r"[^\w×*]+", " ", text.lower()).replace("×", " x ").replace("*", " x ").replace("_", " ").split())


def _is(pattern: re.Pattern[str], cell: Cell) -> bool:
    return cell.number is None and bool(pattern.fullmatch(words_of(cell.text)))


def _orient(grid: Grid) -> tuple[Grid, int, int, bool] | None:
    """Return the grid with criteria in rows, the row and column of the word for weight, and whether they were in rows."""
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells):
            if _is(_WEIGHT, cell):
                if _count_numbers(line[column] for line in grid[row + 1 :]) >= 2:
                    return grid, row, column, True
                if _count_numbers(cells[column + 1 :]) >= 2:
                    return transpose(grid), column, row, False
    return None


def _turned(placed: tuple[Grid, int, int, bool] | None) -> tuple[Grid, int, int, bool] | None:
    return placed and (*placed[:3], not placed[3])


def _count_numbers(cells: Iterator[Cell] | Sequence[Cell]) -> int:
    return sum(cell.number is not None for cell in cells)


def _write_out_weights(grid: Grid) -> Grid:
    """Where a row names criteria with their weights, as in "Price (40%)", put the weights in a row below it."""
    for at, cells in enumerate(grid):
        found = {n: match for n, cell in enumerate(cells) if cell.number is None and (match := _EMBEDDED.match(cell.text))}
        weights = {n: read_cell(cells[n].place, match["inside"] or match["after"]) for n, match in found.items()}
        if len(found) >= 2 and min(found) > 0:
            names = tuple(rename(cell, found[n]["name"]) if n in found else cell for n, cell in enumerate(cells))
            below = tuple(weights.get(n, Cell(cell.place, "" if n else "weight")) for n, cell in enumerate(cells))
            return (*grid[:at], names, below, *grid[at + 1 :])
    return grid


def _read_card(grid: Grid, head: int, weight: int, in_rows: bool, *, scale: tuple[float, float] | None) -> Card | None:
    first = next(row for row in range(head + 1, len(grid)) if grid[row][weight].number is not None)
    end = next((row for row in range(first, len(grid)) if _is(_WEIGHT, grid[row][weight])), len(grid))
    label = _label_column(grid, first, end, weight)
    if label is None:
        return None
    rows = _sort_rows(grid, first, end, label, weight)
    names = _option_names(grid, head, first, label, weight, in_rows)
    options, remarks = _read_options(grid, rows, names)
    if end < len(grid):
        remarks.append(f"a second table from {grid[end][0].place} on is not read; check it in a file of its own")
    criteria = _tell_apart([grid[row][label] for row in rows.criteria])
    weights = tuple(grid[row][weight] for row in rows.criteria)
    groups = tuple(grid[rows.heading[row]][weight] if row in rows.heading else None for row in rows.criteria)
    weight_total = next((cell for row in rows.total if (cell := grid[row][weight]).number is not None), None)
    return Card(criteria, weights, groups, weight_total, options, scale, in_rows, (*rows.remarks, *remarks))


def _tell_apart(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the names in the cells; where one repeats or is empty, its place tells it apart."""
    texts = [cell.text for cell in cells]
    return tuple(
        f"{cell.text} ({cell.place})".strip() if texts.count(cell.text) > 1 or not cell.text else cell.text for cell in cells
    )


@dataclass
class _Rows:
    """Which row is what; ``heading`` leads from a criterion whose weight is a share of its group to the group's row."""

    criteria: list[int] = field(default_factory=list)
    total: list[int] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    weighted: dict[int, int] = field(default_factory=dict)
    heading: dict[int, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def _label_column(grid: Grid, first: int, end: int, weight: int) -> int | None:
    """Return the column that names the criteria: the one nearest to the weights, to the left if there is one."""
    texts = [
        sum(bool(row[column].text) and row[column].number is None for row in grid[first:end]) for column in range(len(grid[0]))
    ]
    named = [column for column, count in enumerate(texts) if column != weight and count >= 2]
    left = [column for column in named if column < weight]
    return left[-1] if left else named[0] if named else None


def _sort_rows(grid: Grid, first: int, end: int, label: int, weight: int) -> _Rows:
    rows = _Rows()
    for row in range(first, end):
        name, cells = grid[row][label], [cell for n, cell in enumerate(grid[row]) if n not in (label, weight)]
        texts = [cell for cell in grid[row] if cell.text and cell.number is None]
        if any(_is(_RANK, cell) for cell in texts[:1]):
            rows.rank.append(row)
        elif any(_is(_TOTAL, cell) for cell in texts[:2]):
            rows.total.append(row)
        elif grid[row][weight].number is not None and name.text:
            rows.criteria.append(row)
        elif grid[row][weight].number is not None or _count_numbers(cells):
            _sort_unnamed(grid, row, label, rows)
    _find_headings(grid, label, weight, rows)
    return rows


def _sort_unnamed(grid: Grid, row: int, label: int, rows: _Rows) -> None:
    """Sort a row with numbers that is no criterion: weighted scores of one, a total without a name, or unknown."""
    name = words_of(grid[row][label].text)
    about = [at for at in rows.criteria if name and words_of(grid[at][label].text) == " ".join(_WEIGHTED.sub("", name).split())]
    if _WEIGHTED.search(name) and (about or rows.criteria):
        rows.weighted[row] = about[-1] if about else rows.criteria[-1]
    elif not name and rows.criteria and not rows.total:
        rows.total.append(row)
        rows.remarks.append(f"the line at {grid[row][label].place} has no name; it is read as the total")
    else:
        rows.remarks.append(
            f'the line at {grid[row][label].place} ("{grid[row][label].text}") has numbers and no weight; it is not read'
        )


def _find_headings(grid: Grid, label: int, weight: int, rows: _Rows) -> None:
    """Take criteria without any score for headings of groups where each has criteria below it and their weights sum to the whole.

    What stands below a heading sums to its weight, or, being shares of the group, to the whole: the nearer counts.
    """
    bare = [
        row for row in rows.criteria if not _count_numbers([cell for n, cell in enumerate(grid[row]) if n not in (label, weight)])
    ]
    inside = {row: _between(rows.criteria, row, [*bare, len(grid)]) for row in bare}
    weights = {row: grid[row][weight].number or 0.0 for row in rows.criteria}
    whole = next((whole for whole in (1.0, 100.0) if abs(sum(weights[row] for row in bare) - whole) < 1e-9), None)
    if whole is None or not all(inside.values()) or rows.criteria[0] not in bare:
        return
    for row in bare:
        total = sum(weights[other] for other in inside[row])
        rows.criteria.remove(row)
        if abs(total - whole) < abs(total - weights[row]):
            rows.heading |= dict.fromkeys(inside[row], row)


def _between(rows: Sequence[int], first: int, ends: Sequence[int]) -> list[int]:
    """Return the rows after `first` and before the next of `ends`."""
    return [row for row in rows if first < row < min(end for end in ends if end > first)]


def _option_names(grid: Grid, head: int, first: int, label: int, weight: int, in_rows: bool) -> dict[int, tuple[str, str]]:
    """Return for each column of numbers the option and what it tells of it: score, weighted, total or rank."""
    lines = grid[max(head - 1, 0) : first] if in_rows else grid[head : head + 1]
    found: dict[int, tuple[str, str]] = {}
    unnamed: list[str] = []
    last = was = ""
    for column in range(len(grid[0])):
        if column in (label, weight) or column < label < weight or not _count_numbers([row[column] for row in grid[first:]]):
            continue
        lower, upper = _heading(lines, column, label)
        kind, name = _kind(lower)
        if kind == "total" and was and _SCORE.fullmatch(words_of(was)):
            kind = "weighted"
        option = name or upper
        if not option and kind in ("score", "weighted"):
            option = _name_unnamed(last, kind, found, unnamed)
        found[column], last, was = (option, kind), option, lower if not name else ""
    return _tell_options_apart(_tell_ratings_from_scores(lines, found), lines)


def _heading(lines: Sequence[Sequence[Cell]], column: int, label: int) -> tuple[str, str]:
    """Return the lowest text above a column, and the text above that one, which may span several columns."""
    at = max((n for n, line in enumerate(lines) if line[column].text), default=0)
    above = [cell.text for line in lines[:at] for cell in line[label + 1 : column + 1] if cell.text and not _is(_WEIGHT, cell)]
    return lines[at][column].text if lines else "", above[-1] if above else ""


def _name_unnamed(last: str, kind: str, found: Mapping[int, tuple[str, str]], unnamed: list[str]) -> str:
    """Return the option of a column headed "Score" or "Weighted" alone: the last one, or one more."""
    if found and (last, kind) not in found.values() and (kind == "weighted" or last in unnamed):
        return last
    unnamed.append(f"option {len(unnamed) + 1}" if unnamed else "")
    return unnamed[-1]


def _kind(text: str) -> tuple[str, str]:
    """Return what a heading announces, and the rest of it: the option's name."""
    words = words_of(_SCALE.sub(" ", text))
    if _RANK.fullmatch(words):
        return "rank", ""
    if _WEIGHTED.search(words):
        return "weighted", _without(text, _WEIGHTED, _SCORE)
    if _TOTAL.fullmatch(words):
        return "total", ""
    if re.search(rf"^({_SCORE.pattern})( |$)|(^| )({_SCORE.pattern})$", words):
        return "score", _without(text, _SCORE)
    return "score", text.strip()


def _without(text: str, *patterns: re.Pattern[str]) -> str:
    for pattern in (_SCALE, *patterns):
        text = re.sub(rf"(?<!\w)(?:{pattern.pattern})(?!\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(re.sub(r"[\[(]\s*[\])]", " ", text).split()).strip(" -–:_/×x*,.")


def _tell_ratings_from_scores(lines: Sequence[Sequence[Cell]], found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Where an option has a rating and a score, the score is the weighted one."""
    for option in {option for option, _ in found.values()}:
        columns = [column for column, told in found.items() if told == (option, "score")]
        rated = [column for column in columns if any(_RATING.search(words_of(line[column].text)) for line in lines)]
        if len(columns) == 2 and len(rated) == 1 and (option, "weighted") not in found.values():
            found[next(column for column in columns if column not in rated)] = (option, "weighted")
    return found


def _tell_options_apart(found: Mapping[int, tuple[str, str]], lines: Sequence[Sequence[Cell]]) -> dict[int, tuple[str, str]]:
    """Where two columns tell the same of one option they are two options of one name: the place tells them apart."""
    apart: dict[int, tuple[str, str]] = {}
    for column, (option, kind) in found.items():
        apart[column] = (f"{option} ({lines[-1][column].place})" if (option, kind) in apart.values() else option, kind)
    return apart


def _read_options(grid: Grid, rows: _Rows, names: Mapping[int, tuple[str, str]]) -> tuple[tuple[Option, ...], list[str]]:
    options, remarks = [], []
    for option in dict.fromkeys(option for option, kind in names.values() if kind in ("score", "weighted")):
        columns = {kind: column for column, (name, kind) in names.items() if name == option}
        options.append(_read_option(grid, rows, option, columns.get("score"), columns.get("weighted")))
    for column, (_, kind) in names.items():
        if kind in ("total", "rank"):
            remarks.append(f"the column at {grid[0][column].place} holds a {kind} for each criterion; it is not read")
    return tuple(options), remarks


def _read_option(grid: Grid, rows: _Rows, name: str, score: int | None, weighted: int | None) -> Option:
    scores = {n: grid[row][score] for n, row in enumerate(rows.criteria) if score is not None}
    products = {
        n: grid[row][weighted] for n, row in enumerate(rows.criteria) if weighted is not None and grid[row][weighted].text
    }
    if score is not None:
        at = {row: n for n, row in enumerate(rows.criteria)}
        products |= {at[about]: grid[row][score] for row, about in rows.weighted.items() if about in at and grid[row][score].text}
    where = [column for column in (weighted, score) if column is not None]
    totals = {column: cell for column in where for row in rows.total if (cell := grid[row][column]).number is not None}
    total = next(iter(totals.values()), None)
    plain = totals.get(score) if score is not None and totals.get(score) is not total else None
    ranks = (grid[row][column] for row in rows.rank for column in where if grid[row][column].number is not None)
    return Option(name or "the scorecard", scores, products, total, plain, next(ranks, None))


def _stated_scale(grid: Grid) -> tuple[float, float] | None:
    """Return the scale that a text states, as "scores 1 to 5" or "1 = poor, 5 = good", or scores do, as "4 / 5"."""
    texts = [cell.text for row in grid for cell in row if cell.number is None]
    for text in texts:
        if _ABOUT_SCALE.search(text) and (found := _SCALE.search(text)) and float(found[1]) < float(found[2]):
            return float(found[1]), float(found[2])
    for text in texts:
        if len(named := [float(point) for point in re.findall(r"(?<![\w.,])(\d{1,3})\s*=\s*[^\W\d]", text)]) >= 2:
            return min(named), max(named)
    stated = {cell.of for row in grid for cell in row if cell.of}
    return (0.0, stated.pop()) if len(stated) == 1 else None

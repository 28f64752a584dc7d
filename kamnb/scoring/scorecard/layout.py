"""The ways to read a table as a scorecard: which column holds the weights, and which lines sum up."""

import re
from collections.abc import Iterator, Sequence

from kamnb.scoring.scorecard.cells import Cell, Grid, read_cell, rename, transpose
from kamnb.scoring.scorecard.columns import Pair, find_highest, name_pairs, pair_columns
from kamnb.scoring.scorecard.groups import Grouping, find_group_weights, find_headings, scale_weights, tile_sums
from kamnb.scoring.scorecard.model import Card, Line, Option
from kamnb.scoring.scorecard.words import (
    ABOUT_SCALE,
    EMBEDDED,
    HIGHEST,
    PART,
    RANK,
    SCALE,
    SCORE,
    TOTAL,
    WEIGHT,
    WEIGHTED,
    hints,
    words_of,
)

_TRIED = 5
"""Columns that are tried as weights."""

_PAIR = re.compile(r"^\s*(?P<score>\d+(?:[.,]\d+)?|[-–—])\s*[/|(;]\s*(?P<weighted>\d+(?:[.,]\d+)?)\s*\)?\s*$")


def list_cards(grid: Grid) -> Iterator[Card]:
    """Yield the cards that a table may be: criteria in rows or columns, each column the weights, each line a sum."""
    for view, in_rows in _list_views(grid):
        scale = stated_scale(view)
        for weight in _rank_columns(view)[:_TRIED]:
            for aside in _list_asides(view, weight):
                card = _build(view, weight, aside, in_rows, scale)
                yield from [card] if card else []
                for guess in card.guessed if card else ():
                    other = _build(view, weight, aside, in_rows, scale, doubted=guess)
                    yield from [other] if other else []


def _list_views(grid: Grid) -> Iterator[tuple[Grid, bool]]:
    turned = transpose(grid)
    for view, in_rows in ((grid, True), (turned, False)):
        split = _split_pairs(view)
        if split is view or _are_highest(view):
            yield view, in_rows
        if split is not view:
            yield split, in_rows
        if (written := _write_out_weights(view)) is not view:
            yield transpose(written), not in_rows


def _write_out_weights(grid: Grid) -> Grid:
    """Where a row names criteria with their weights, as in "Price (40%)", put the weights in a row below it."""
    for at, cells in enumerate(grid):
        found = {n: match for n, cell in enumerate(cells) if cell.number is None and (match := EMBEDDED.match(cell.text))}
        weights = {n: read_cell(cells[n].place, match["inside"] or match["after"]) for n, match in found.items()}
        if len(found) >= 2 and min(found) > 0:
            names = tuple(rename(cell, found[n]["name"]) if n in found else cell for n, cell in enumerate(cells))
            below = tuple(weights.get(n, Cell(cell.place, "" if n else "weight")) for n, cell in enumerate(cells))
            return (*grid[:at], names, below, *grid[at + 1 :])
    return grid


def _split_pairs(grid: Grid) -> Grid:
    """Where the cells of a column say both, as in "4/1.60", put the weighted scores in a column of their own."""
    pairs = {column: _list_pairs([row[column] for row in grid]) for column in range(len(grid[0]) if grid else 0)}
    splits = [column for column, found in pairs.items() if len(found) > 1]
    if not any(len(set(pairs[column])) > 1 for column in splits):
        return grid
    return tuple(tuple(part for n, cell in enumerate(row) for part in (_split(cell) if n in splits else (cell,))) for row in grid)


def _are_highest(grid: Grid) -> bool:
    """Tell whether the second numbers of cells such as "8/10" may be the highest scores: none is below the first."""
    return all(cell.of >= (cell.number or 0.0) for row in grid for cell in row if cell.of is not None)


def _list_pairs(cells: Sequence[Cell]) -> list[str]:
    """Return the second numbers of cells such as "4/1.60"."""
    return [match["weighted"] for cell in cells if (match := _PAIR.match(cell.text))]


def _split(cell: Cell) -> tuple[Cell, Cell]:
    match = _PAIR.match(cell.text)
    if match:
        return read_cell(cell.place, match["score"]), read_cell(cell.place, match["weighted"])
    return (Cell(cell.place), cell) if cell.number is not None else (cell, Cell(cell.place))


def _rank_columns(grid: Grid) -> list[int]:
    """Return the columns that may hold weights, the likeliest first."""
    promise = {column: _promise(grid, column) for column in range(len(grid[0]) if grid else 0)}
    return sorted(
        (column for column, value in promise.items() if value is not None), key=lambda column: -(promise[column] or 0.0)
    )


def _promise(grid: Grid, column: int) -> float | None:
    numbers = [cell.number for cell in (row[column] for row in grid) if cell.number is not None]
    if len(numbers) < 2 or sum(number < 0 for number in numbers) > len(numbers) / 3 or numbers.count(0.0) > len(numbers) / 3:
        return None
    total = sum(numbers)
    sums = any(abs(part - whole) < 1e-6 for part in (total, total - numbers[-1], total - numbers[0]) for whole in (1.0, 100.0))
    percent = sum(row[column].is_percent for row in grid) > len(numbers) / 2
    headed = any(hints(WEIGHT, row[column]) for row in grid)
    return 3.0 * headed + 2.0 * sums + percent + len(numbers) / 50 - column / 100


def _list_asides(grid: Grid, weight: int) -> Iterator[frozenset[int]]:
    """Yield the sets of rows with a weight that may be no criteria: headings of groups, subtotals, a total."""
    rows = [row for row in range(len(grid)) if grid[row][weight].number is not None]
    if len(rows) < 2:
        return
    values = {row: grid[row][weight].number or 0.0 for row in rows}
    inner = [frozenset(), _list_bare(grid, rows, weight), _list_named(grid, rows), _list_outer(grid, rows, weight)]
    inner += [
        _list_sparser(grid, rows),
        _list_finer(grid, rows, weight),
        *tile_sums(rows, values),
        *tile_sums(rows[::-1], values),
    ]
    inner += tile_sums(rows[-2::-1], values)
    ends = [frozenset(), frozenset(rows[-1:]), frozenset(rows[-2:]), frozenset(rows[:1])]
    seen: set[frozenset[int]] = set()
    for part in inner:
        for end in ends:
            aside = part | end
            if aside not in seen and len(rows) - len(aside) >= 2:
                seen.add(aside)
                yield aside


def _list_bare(grid: Grid, rows: Sequence[int], weight: int) -> frozenset[int]:
    """Return the rows without any number beside the weight, where others have some."""
    return frozenset(row for row in rows if not any(cell.number is not None for n, cell in enumerate(grid[row]) if n != weight))


def _list_named(grid: Grid, rows: Sequence[int]) -> frozenset[int]:
    return frozenset(row for row in rows if any(hints(TOTAL, cell) or hints(PART, cell) for cell in grid[row][:3]))


def _list_outer(grid: Grid, rows: Sequence[int], weight: int) -> frozenset[int]:
    """Return the rows whose name stands in another column than that of most."""
    firsts = {
        row: next((n for n, cell in enumerate(grid[row][:weight]) if cell.text and cell.number is None), -1) for row in rows
    }
    usual = max(firsts.values(), key=list(firsts.values()).count)
    return frozenset(row for row, first in firsts.items() if first != usual)


def _list_sparser(grid: Grid, rows: Sequence[int]) -> frozenset[int]:
    """Return the rows with fewer numbers than most: a subtotal has no score beside its sum of weighted scores."""
    counts = {row: sum(cell.number is not None for cell in grid[row]) for row in rows}
    usual = sorted(counts.values())[len(rows) // 2]
    return frozenset(row for row in rows if counts[row] < usual)


def _list_finer(grid: Grid, rows: Sequence[int], weight: int) -> frozenset[int]:
    """Return the rows whose numbers beside the weight have more decimals than those of most."""
    digits = {row: max((cell.decimals for n, cell in enumerate(grid[row]) if n > weight), default=0) for row in rows}
    usual = sorted(digits.values())[len(rows) // 2]
    return frozenset(row for row in rows if digits[row] > usual)


def _build(
    grid: Grid, weight: int, aside: frozenset[int], in_rows: bool, scale: tuple[float, float] | None, *, doubted: str = ""
) -> Card | None:
    """Return the card of a reading; columns that look like what is doubted ("products", "groups", "overall") are scores too."""
    leaves = [row for row in range(len(grid)) if grid[row][weight].number is not None and row not in aside]
    first = leaves[0]
    if not any(grid[row][weight].number for row in leaves):
        return None
    filled = {n: sum(grid[row][n].number is not None for row in leaves) for n in range(len(grid[0])) if n != weight}
    columns = [n for n, count in filled.items() if count]
    label = _label_column(grid, leaves, weight)
    with_overall = doubted != "overall"
    grouping = find_group_weights(grid, leaves, weight, columns, with_overall=with_overall) if doubted != "groups" else Grouping()
    counts = [n for n in columns if _is_index(grid, leaves, n, weight)]
    columns = [n for n in columns if n not in grouping.columns and n not in counts]
    highest = find_highest(grid, leaves, columns)
    headings = find_headings(grid, leaves, weight, sorted(aside), grouping)
    weights = scale_weights(headings.groups, {row: grid[row][weight].number or 0.0 for row in leaves}, leaves)
    pairs = (
        pair_columns(grid, leaves, weights, columns, highest)
        if doubted != "products"
        else [Pair(column, None) for column in columns]
    )
    others = _list_summaries(grid, leaves, aside, columns)
    if not pairs:
        return None
    heads = [row for row in range(first) if row not in others]
    names = name_pairs(grid, first, label, pairs, heads)
    products = _find_product_rows(grid, leaves, others, pairs, weights, label)
    keep = [n for n, pair in enumerate(pairs) if pair.scores != highest or pair.weighted is not None]
    used = [(names[n], pairs[n]) for n in keep]
    options = tuple(_read_option(grid, leaves, name, pair, products) for name, pair in used)
    summaries = [row for row in others if row not in products and row not in headings.bare]
    bounds = [row for row in range(len(grid)) if row in summaries or row in aside or _is_heading(grid, row, first)]
    lines = tuple(_read_line(grid, row, leaves, bounds, weight, label, [pair for _, pair in used]) for row in summaries)
    kept, unread = _drop_idle(options, lines, [pair for _, pair in used], grid, leaves)
    if not any(kept):
        return None
    top = {n: grid[row][highest] for n, row in enumerate(leaves) if highest is not None and grid[row][highest].number}
    if highest is not None and not any(pair.scores is not None and pair.scores != highest for _, pair in used):
        top = {}
    return Card(
        criteria=_tell_apart([grid[row][label] for row in leaves]),
        weights=tuple(grid[row][weight] for row in leaves),
        groups=headings.groups,
        options=tuple(option for option in kept if option),
        lines=_renumber(lines, kept),
        overall=grouping.overall,
        highest=top,
        scale=scale,
        in_rows=in_rows,
        unread=unread,
        fit=_fit(grid, leaves, lines, weight, label, in_rows),
        counted=frozenset(grid[row][n].place for row in leaves for n in counts),
        says_points=any(hints(HIGHEST, row[weight]) for row in grid[:first]),
        guessed=(
            *(["products"] if any(pair.scores is not None and pair.weighted is not None for pair in pairs) else []),
            *(["groups"] if grouping.columns else []),
            *(["overall"] if grouping.overall else []),
        ),
    )


def _is_index(grid: Grid, rows: Sequence[int], column: int, weight: int) -> bool:
    """Tell whether a column left of the weights counts the rows."""
    numbers = [grid[row][column].number for row in rows]
    return column < weight and len(numbers) > 1 and numbers == [float(n) for n in range(1, len(numbers) + 1)]


def _is_heading(grid: Grid, row: int, first: int) -> bool:
    texts = [cell for cell in grid[row] if cell.text]
    return row >= first and len(texts) == 1 and texts[0].number is None


def _label_column(grid: Grid, rows: Sequence[int], weight: int) -> int:
    """Return the column that names the criteria: the one nearest to the weights, to the left if there is one."""
    texts = [sum(bool(grid[row][n].text) and grid[row][n].number is None for row in rows) for n in range(len(grid[0]))]
    named = [n for n, count in enumerate(texts) if n != weight and count >= max(2, len(rows) / 2)]
    left = [n for n in named if n < weight]
    return left[-1] if left else named[0] if named else 0


def _list_summaries(grid: Grid, leaves: Sequence[int], aside: frozenset[int], columns: Sequence[int]) -> list[int]:
    """Return the rows that are no criteria and hold numbers: those below the first criterion, and those set aside."""
    rows = [row for row in range(len(grid)) if row not in leaves and (row > leaves[0] or row in aside)]
    return [row for row in rows if row in aside or any(grid[row][n].number is not None for n in columns)]


def _find_product_rows(
    grid: Grid, leaves: Sequence[int], others: Sequence[int], pairs: Sequence[Pair], weights: dict[int, float], label: int
) -> dict[int, int]:
    """Return the rows that hold the weighted scores of the criterion above them, with its number."""
    found: dict[int, int] = {}
    columns = [pair.scores for pair in pairs if pair.scores is not None and pair.weighted is None]
    for row in others:
        above = [n for n, leaf in enumerate(leaves) if leaf == row - 1]
        if above and columns and row + 1 < len(grid):
            leaf = leaves[above[0]]
            same = [grid[row][n] for n in columns if grid[row][n].number is not None]
            hits = sum(
                abs((grid[row][n].number or 0.0) - weights[leaf] * (grid[leaf][n].number or 0.0) * factor) < 0.006
                for n in columns
                for factor in (1.0, 0.01)
                if grid[row][n].number
            )
            named = bool(WEIGHTED.search(words_of(grid[row][label].text)))
            if named or (len(same) > 1 and hits >= len(same) - 1):
                found[row] = above[0]
    return found if len(found) > 1 else {}


def _read_option(grid: Grid, leaves: Sequence[int], name: str, pair: Pair, products: dict[int, int]) -> Option:
    scores = {n: grid[row][pair.scores] for n, row in enumerate(leaves) if pair.scores is not None}
    weighted = {
        n: grid[row][pair.weighted] for n, row in enumerate(leaves) if pair.weighted is not None and grid[row][pair.weighted].text
    }
    own = pair.scores
    if own is not None and pair.weighted is None:
        weighted |= {n: grid[row][own] for row, n in products.items() if grid[row][own].text}
    return Option(name, scores, weighted)


def _read_line(
    grid: Grid, row: int, leaves: Sequence[int], bounds: Sequence[int], weight: int, label: int, pairs: Sequence[Pair]
) -> Line:
    every = tuple(range(len(leaves)))
    before = max((bound for bound in bounds if bound < row), default=-1)
    after = min((bound for bound in bounds if bound > row), default=len(grid))
    above = tuple(n for n, leaf in enumerate(leaves) if before < leaf < row)
    below = tuple(n for n, leaf in enumerate(leaves) if row < leaf < after)
    whole = (row > leaves[-1] and not hints(PART, grid[row][label])) or (row < leaves[0] and len(below) == len(every))
    scopes = [every, above, below] if whole else [above, below, every]
    named = next((cell.text for cell in grid[row] if cell.text and cell.number is None), "")
    return Line(
        place=grid[row][label].place,
        name=grid[row][label].text if grid[row][label].number is None and grid[row][label].text else named,
        scopes=tuple(dict.fromkeys(scope for scope in scopes if scope)),
        weight=grid[row][weight] if grid[row][weight].number is not None else None,
        scores=_pick(grid[row], [pair.scores for pair in pairs]),
        weighted=_pick(grid[row], [pair.weighted for pair in pairs]),
    )


def _pick(cells: Sequence[Cell], columns: Sequence[int | None]) -> dict[int, Cell]:
    """Return the cells with a number by the number of the option whose column they stand in."""
    return {n: cells[column] for n, column in enumerate(columns) if column is not None and _has(cells[column])}


def _has(cell: Cell) -> bool:
    return cell.number is not None


def _drop_idle(
    options: Sequence[Option], lines: Sequence[Line], pairs: Sequence[Pair], grid: Grid, leaves: Sequence[int]
) -> tuple[tuple[Option | None, ...], tuple[str, ...]]:
    """Leave out columns that no line sums up and that are no product, and say where they are."""
    kept: list[Option | None] = []
    unread = []
    for n, option in enumerate(options):
        summed = any(n in line.scores or n in line.weighted for line in lines)
        if summed or (option.scores and option.weighted):
            kept.append(option)
        else:
            column = next(column for column in (pairs[n].scores, pairs[n].weighted, 0) if column is not None)
            kept.append(None)
            unread.append(f'the column from {grid[leaves[0]][column].place} on ("{option.name}")')
    return tuple(kept), tuple(unread)


def _renumber(lines: Sequence[Line], options: Sequence[Option | None]) -> tuple[Line, ...]:
    """Count the options of lines without those that were left out."""
    at = {old: new for new, old in enumerate(n for n, option in enumerate(options) if option)}
    return tuple(
        Line(
            line.place, line.name, line.scopes, line.weight,
            {at[n]: cell for n, cell in line.scores.items() if n in at},
            {at[n]: cell for n, cell in line.weighted.items() if n in at},
        )
        for line in lines
    )  # fmt: skip


def _tell_apart(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the names in the cells; where one repeats or is empty, its place tells it apart."""
    texts = [cell.text for cell in cells]
    return tuple(
        f"{cell.text} ({cell.place})".strip() if texts.count(cell.text) > 1 or not cell.text else cell.text for cell in cells
    )


def _fit(grid: Grid, leaves: Sequence[int], lines: Sequence[Line], weight: int, label: int, in_rows: bool) -> float:
    """Return what words and places say for a reading: less than what two cells say that agree."""
    headed = any(hints(WEIGHT, row[weight]) for row in grid[: leaves[0]])
    named = sum(bool(TOTAL.search(words_of(line.name)) or RANK.search(words_of(line.name))) for line in lines)
    wrong = sum(_is_named_total(grid[row][label]) for row in leaves)
    kinds = {grid[row][weight].is_percent for row in leaves if grid[row][weight].number}
    return (
        1.5 * headed + 0.6 * (True in kinds) + 0.3 * named - 2.5 * wrong + 0.1 * in_rows - 0.01 * weight - 2.0 * (len(kinds) > 1)
    )


def _is_named_total(cell: Cell) -> bool:
    """Tell whether a name is one of a total and not one of a criterion, as "Total spend" would be."""
    words = words_of(cell.text)
    return cell.number is None and bool(
        WEIGHT.fullmatch(words)
        or WEIGHTED.fullmatch(words)
        or SCORE.fullmatch(words)
        or TOTAL.fullmatch(words)
        or PART.fullmatch(words)
        or RANK.fullmatch(words)
        or re.search(rf"(?:{TOTAL.pattern})$", words)
    )


def stated_scale(grid: Grid) -> tuple[float, float] | None:
    """Return the scale that a text states, as "scores 1 to 5" or "1 = poor, 5 = good", or scores do, as "4 / 5"."""
    texts = [cell.text for row in grid for cell in row if cell.number is None]
    for text in texts:
        if ABOUT_SCALE.search(text) and (found := SCALE.search(text)) and float(found[1]) < float(found[2]):
            return float(found[1]), float(found[2])
    for text in texts:
        if len(named := [float(point) for point in re.findall(r"(?<![\w.,])(\d{1,3})\s*=\s*[^\W\d]", text)]) >= 2:
            return min(named), max(named)
    stated = {cell.of for row in grid for cell in row if cell.of}
    return (0.0, stated.pop()) if len(stated) == 1 else None

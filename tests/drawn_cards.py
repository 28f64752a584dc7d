"""Scorecards drawn by lot: right ones in every layout that is promised, and which of their cells matter."""

from dataclasses import dataclass, field
from random import Random

WEIGHT_NAMES = ("Weight", "Value", "Points", "Importance Weighting %", "Вес", "Gew.", "Wt", "")
TOTAL_NAMES = ("Total", "Health score", "Index", "Итого", "Score", "Result", "", "Weighted score", "Summe")
CRITERIA = ("Spend", "Growth", "Access", "Fit", "Trust", "Margin", "Reach", "Risk", "Strategy", "Payment")
OPTIONS = ("Ash Co", "Elm Co", "Fir Co", "Oak Co")


@dataclass
class Drawn:
    """A card as text by cell, the places of the cells that matter with their kind, and what to call the layout."""

    rows: list[list[str]]
    cells: dict[tuple[int, int], str]
    layout: dict[str, object]
    comma: bool = False

    def text(self) -> str:
        """Return the card as CSV."""
        mark = ";" if self.comma else ","
        return "\n".join(mark.join(row) for row in self.rows)


@dataclass
class _Sheet:
    rows: list[list[str]] = field(default_factory=list)
    cells: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, *cells: tuple[str, str] | str) -> None:
        line = []
        for n, cell in enumerate(cells):
            text, kind = cell if isinstance(cell, tuple) else (cell, "")
            line.append(text)
            if kind and text:
                self.cells[len(self.rows), n] = kind
        self.rows.append(line)


def split_whole(random: Random, count: int, whole: int, step: int = 5) -> list[int]:
    """Return `count` positive multiples of a step that sum to a whole."""
    cuts = sorted(random.sample(range(1, whole // step), count - 1))
    return [(b - a) * step for a, b in zip([0, *cuts], [*cuts, whole // step], strict=True)]


def draw_card(seed: int) -> Drawn:
    """Draw a right card."""
    random = Random(seed)
    pick = random.choice
    count, style = random.randint(3, 8), pick(("percent", "percent", "fraction", "hundred", "points"))
    shape = pick(("totals", "pairs", "pairs", "cells"))
    groups = pick(("none", "none", "none", "heading", "nested", "column", "overall", "subtotals")) if count >= 4 else "none"
    if groups != "none" and style == "points":
        style = "percent"
    options = list(OPTIONS[: random.randint(2 if shape == "totals" or shape == "cells" else 1, 4)])
    decimals = 0 if style == "points" else 2 if shape == "totals" else pick((1, 2, 2))
    missing = pick(("", "", "", "shared", "nothing")) if shape == "totals" and groups == "none" and style != "points" else ""
    ranked, turned = len(options) > 1 and random.random() < 0.4, groups in ("none",) and random.random() < 0.35
    if shape == "cells":
        turned = False
    comma = random.random() < 0.2
    layout = {
        "style": style, "shape": shape, "groups": groups, "decimals": decimals, "missing": missing, "ranked": ranked,
        "turned": turned, "comma": comma, "options": len(options), "count": count,
    }  # fmt: skip
    sizes = split_whole(random, count, 100)
    if style == "points":
        sizes = [random.randint(1, 9) for _ in range(count)]
    high = pick((5, 10))
    scores = [[random.randint(1, high) for _ in options] for _ in range(count)]
    holes = {(random.randrange(count), random.randrange(len(options)))} if missing else set()
    layout["holes"] = len(holes)
    half = count // 2
    parts = [range(half), range(half, count)]
    tops = [sum(sizes[n] for n in part) for part in parts]
    inner = [split_whole(random, len(part), 100) for part in parts]

    def weigh(value: float, kind: str = "weight") -> tuple[str, str]:
        if style == "percent":
            return f"{value:g}%", kind
        return (f"{value / 100:.2f}", kind) if style == "fraction" else (f"{value:g}", kind)

    nested = groups in ("nested", "column", "overall")
    whole = [inner[n >= half][n - (half if n >= half else 0)] * tops[n >= half] / 100 for n in range(count)] if nested else sizes
    own = [inner[n >= half][n - (half if n >= half else 0)] for n in range(count)] if nested else sizes
    factor = 1.0 if style == "points" else 0.01

    def product(n: int, m: int) -> float:
        return whole[n] * scores[n][m] * factor

    def total(m: int, members: "range | list[int]" = range(count)) -> float:
        given = [n for n in members if (n, m) not in holes]
        value = sum(product(n, m) for n in given)
        return value * sum(whole) / sum(whole[n] for n in given) if missing == "shared" else value

    def say(value: float, kind: str) -> tuple[str, str]:
        return f"{round(value + 1e-9, decimals):.{decimals}f}", kind

    fine = 0 if style == "points" else (2 if not nested else 4)

    def say_product(n: int, m: int) -> tuple[str, str]:
        return f"{product(n, m):.{fine}f}", "product"

    def score_cells(n: int) -> list[tuple[str, str] | str]:
        line: list[tuple[str, str] | str] = []
        for m in range(len(options)):
            score = pick(("N/A", "", "n/a")) if (n, m) in holes else str(scores[n][m])
            if shape == "cells":
                line.append((f"{score}/{product(n, m):.{fine}f}", "pair"))
            else:
                line.append(score if (n, m) in holes else (score, "score"))
                if shape == "pairs":
                    line.append(say_product(n, m))
        return line

    def total_cells(members: "range | list[int]" = range(count), kind: str = "total") -> list[tuple[str, str] | str]:
        line: list[tuple[str, str] | str] = []
        for m in range(len(options)):
            line += ["", say(total(m, members), kind)] if shape == "pairs" else [say(total(m, members), kind)]
        return line

    sheet = _Sheet()
    extra = groups in ("column",)
    if random.random() < 0.4 and not turned:
        sheet.add(pick(("Account scorecard", "Which account first?", "Оценка клиентов")))
        if random.random() < 0.5:
            sheet.add("")
    weight_name, total_name = pick(WEIGHT_NAMES), pick(TOTAL_NAMES)
    layout |= {"weight_name": weight_name, "total_name": total_name}
    lead = {"column": ["Group", "Group weight"], "overall": ["Group", "Group weight"]}.get(groups, [])
    behind = ["Overall"] if groups == "overall" else []
    comment = ["Comment"] if random.random() < 0.2 and not turned else []
    if shape == "pairs":
        upper = random.random() < 0.5 and len(options) > 1
        names = [
            ["Rating", pick(("Weighted", "Weighted Score", "Result"))] if upper else [f"{o} score", f"{o} weighted"]
            for o in options
        ]
        if upper:
            sheet.add(*lead, "", "", *behind, *(cell for option in options for cell in (option, "")))
        sheet.add(*lead, "Criterion", weight_name, *behind, *(name for pair in names for name in pair), *comment)
    else:
        sheet.add(*lead, "Criterion", weight_name, *behind, *options, *comment)
    plain = style == "points" and random.random() < 0.5

    def add_leaf(n: int, first: bool = False) -> None:
        g = int(n >= half)
        head: list[tuple[str, str] | str] = []
        if groups in ("column", "overall"):
            shown = first or layout["repeated"]
            head = [f"Group {g + 1}" if shown else "", weigh(tops[g], "group") if shown else ""]
        tail: list[tuple[str, str] | str] = []
        if groups == "overall":
            tail = [
                (
                    f"{whole[n]:g}%"
                    if style == "percent"
                    else f"{whole[n] / 100:.4f}"
                    if style == "fraction"
                    else f"{whole[n]:g}",
                    "overall",
                )
            ]
        note = ["seen in May"] if comment and random.random() < 0.5 else [""] * len(comment)
        sheet.add(*head, CRITERIA[n], weigh(own[n]), *tail, *score_cells(n), *note)

    layout["repeated"] = random.random() < 0.4
    for g, part in enumerate(parts):
        if groups in ("heading", "nested"):
            width = len(options) * (2 if shape == "pairs" else 1)
            sheet.add(f"Group {g + 1}", weigh(tops[g], "group"), *[""] * width)
        for n in part:
            add_leaf(n, n == part[0])
        if groups == "subtotals":
            sheet.add(pick(("Subtotal", f"Part {g + 1}")), weigh(tops[g], "weight total"), *total_cells(part, "subtotal"))
    said = weigh(sum(sizes) if not nested else 100, "weight total") if random.random() < 0.6 and not plain else ""
    if groups in ("column", "overall"):
        said = ""
    sheet.add(*[""] * len(lead), total_name, said, *[""] * len(behind), *total_cells())
    if ranked:
        totals = [round(total(m), 9) for m in range(len(options))]
        ranks = [1 + sum(other > own_ for other in totals) for own_ in totals]
        cells = [cell for rank in ranks for cell in ((["", (str(rank), "rank")]) if shape == "pairs" else [(str(rank), "rank")])]
        sheet.add(*[""] * len(lead), pick(("Rank", "Место", "Platz")), "", *[""] * len(behind), *cells)
    assert not extra or lead
    return _finish(sheet, layout, turned=turned, comma=comma)


def _finish(sheet: _Sheet, layout: dict[str, object], *, turned: bool, comma: bool) -> Drawn:
    width = max(map(len, sheet.rows))
    rows = [[*row, *[""] * (width - len(row))] for row in sheet.rows]
    cells = dict(sheet.cells)
    if turned:
        rows = [list(column) for column in zip(*rows, strict=True)]
        cells = {(column, row): kind for (row, column), kind in cells.items()}
    if comma:
        rows = [[cell.replace(".", ",") if (r, c) in cells else cell for c, cell in enumerate(row)] for r, row in enumerate(rows)]
    return Drawn(rows, cells, layout, comma)


def change_cell(drawn: Drawn, seed: int) -> tuple[Drawn, tuple[int, int], str]:
    """Change one cell that matters by more than rounding; return the card, the place and the kind."""
    random = Random(seed)
    place = random.choice(sorted(drawn.cells))
    kind, text = drawn.cells[place], drawn.rows[place[0]][place[1]]
    if kind == "pair":
        score, _, weighted = text.partition("/")
        text = f"{score}/{_change(weighted, random, kind)}"
    else:
        text = _change(text, random, kind)
    rows = [list(row) for row in drawn.rows]
    rows[place[0]][place[1]] = text
    return Drawn(rows, drawn.cells, drawn.layout, drawn.comma), place, kind


def _change(text: str, random: Random, kind: str) -> str:
    comma, percent = "," in text, text.endswith("%")
    plain = text.rstrip("%").replace(",", ".")
    decimals = len(plain.partition(".")[2])
    value = float(plain)
    if kind == "rank":
        changed = value + 1 if value == 1 else value - 1
    elif kind == "score":
        changed = value + 1 if value < 5 else value - 1
    else:
        step = max(10.0**-decimals * 3, abs(value) * random.choice((0.1, 0.3)))
        changed = value + step if random.random() < 0.5 or value - step <= 0 else value - step
        if round(changed, decimals) == round(value, decimals):
            changed = value + 10.0**-decimals * 3
    said = f"{changed:.{decimals}f}"
    return (said.replace(".", ",") if comma else said) + "%" * percent

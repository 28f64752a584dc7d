"""A page read back as what it is made of, so that every format is made from the same page, also that of a user's notebook."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from kamnb.display.parts.charts import Chart, read_chart
from kamnb.display.parts.formats import DASH

Value = str | float | date | None
"""What a cell of a table holds."""


@dataclass(frozen=True)
class Run:
    """Words of one look."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the page's title."""

    text: str
    level: int


@dataclass(frozen=True)
class Text:
    """A paragraph: of running text, of a list (``depth`` from 1), a note below a table, or what was printed."""

    runs: tuple[Run, ...]
    kind: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Grid:
    """A table: texts as the page shows them, and the value behind each; tiles are figures, each with what it is beside."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Value, ...], ...]
    numeric: tuple[bool, ...]
    is_tiles: bool = False


@dataclass(frozen=True)
class Image:
    """A picture with its alternative text; width in inches of the page; the numbers behind it where they are known."""

    png: bytes
    alt: str
    width: float
    chart: Chart | None = None


@dataclass(frozen=True)
class Beside:
    """What stands side by side."""

    sides: "tuple[tuple[Block, ...], ...]"


@dataclass(frozen=True)
class Together:
    """From here to the end nothing is parted by the end of a page."""


@dataclass(frozen=True)
class PageEnd:
    """Here a page ends."""


Block = Heading | PageEnd | Text | Grid | Image | Beside | Together

_DOTS = 96  # per inch of a page
_NUMBER = re.compile(r"[+−-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?( %)?")
_INLINE = {"strong", "b", "em", "i", "a", "code", "span", "br", "sub", "sup", "small", "mark", "abbr"}


def read_blocks(page: str) -> list[Block]:
    """Return the blocks of a page in their order.

    Examples
    --------
    >>> read_blocks("<main><h1>Plan</h1><p>Two <strong>open</strong> points.</p></main>")
    [Heading(text='Plan', level=1), Text(runs=(Run(text='Two ', ...), Run(text='open', bold=True, ...), ...), kind='', depth=0)]
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    return list(_walk(soup.main or soup.body or soup, 0))


def flatten(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks one after another, also those that stand side by side.

    Examples
    --------
    >>> [block.text for block in flatten([Beside(((Heading("a", 2),), (Heading("b", 2),)))])]
    ['a', 'b']
    """
    for block in blocks:
        if isinstance(block, Beside):
            yield from (each for side in block.sides for each in flatten(side))
        else:
            yield block


def _walk(parent: Any, depth: int) -> Iterator[Block]:
    for node in parent.children:
        if node.name in ("style", "script", "link") or (node.name is None and not str(node).strip()):
            continue
        yield from _read(node, depth)


def _read(node: Any, depth: int) -> Iterator[Block]:
    if node.name is None or node.name in _INLINE:
        yield Text(tuple(_join(_runs(node))))
    elif re.fullmatch("h[1-6]", node.name):
        for anchor in node.find_all("a", class_="anchor-link"):
            anchor.decompose()
        yield Heading(_clean(node.get_text()), int(node.name[1]))
    elif node.name == "table":
        yield _read_grid(node)
    elif node.name == "img":
        yield from _read_image(node)
    elif "page-end" in node.get("class", []):
        yield PageEnd()
    elif "beside" in node.get("class", []):
        sides = node.find_all(True, recursive=False)
        yield Beside(tuple(tuple(_walk(side, depth) if side.name == "div" else _read(side, depth)) for side in sides))
    elif node.name == "pre":
        yield Text((Run(node.get_text().rstrip("\n")),), "printed")
    elif node.name == "ul" and "columns:2" in str(node.get("style", "")).replace(" ", ""):
        items = list(_read_list(node, depth + 1))
        half = (len(items) + 1) // 2
        yield Beside((tuple(items[:half]), tuple(items[half:])))
    elif node.name in ("ul", "ol"):
        yield from _read_list(node, depth + 1)
    elif node.name == "p" and not node.find(["img", "table"]):
        runs = tuple(_join(_runs(node)))
        if runs:
            yield Text(runs, next((name for name in node.get("class", []) if name in ("note", "kind", "subtitle")), ""))
    else:
        if "together" in node.get("class", []):
            yield Together()
        yield from _walk(node, depth)


def _read_list(node: Any, depth: int) -> Iterator[Block]:
    kind = "numbered" if node.name == "ol" else "bullet"
    for item in node.find_all("li", recursive=False):
        inner = [child for child in item.children if child.name in ("ul", "ol")]
        for child in inner:
            child.extract()
        runs = tuple(_join(_runs(item)))
        if runs:
            yield Text(runs, kind, depth)
        for child in inner:
            yield from _read_list(child, depth + 1)


def _runs(node: Any, bold: bool = False, italic: bool = False, link: str = "") -> Iterator[Run]:
    if node.name is None:
        yield Run(re.sub(r"\s+", " ", str(node)), bold, italic, link)
    elif node.name == "br":
        yield Run("\n")
    else:
        bold, italic = bold or node.name in ("strong", "b"), italic or node.name in ("em", "i")
        target = str(node.get("href", "")) if node.name == "a" else link
        for child in node.children:
            yield from _runs(child, bold, italic, target if target.startswith(("http:", "https:", "mailto:")) else "")


def _join(runs: Iterator[Run]) -> list[Run]:
    """Take away space at the ends, and runs of nothing."""
    found = [run for run in runs if run.text]
    while found and not found[0].text.strip():
        found.pop(0)
    while found and not found[-1].text.strip():
        found.pop()
    if found:
        found[0] = Run(found[0].text.lstrip(), found[0].bold, found[0].italic, found[0].link)
        found[-1] = Run(found[-1].text.rstrip(), found[-1].bold, found[-1].italic, found[-1].link)
    return found


def _read_grid(node: Any) -> Grid:
    caption = _clean(node.caption.get_text()) if node.caption else ""
    lines = [list(row.find_all(["th", "td"], recursive=False)) for row in node.find_all("tr")]
    head_rows = len(node.thead.find_all("tr")) if node.thead else 0
    width = max((sum(_span(cell) for cell in line) for line in lines), default=0)
    heads = _merge_heads([_spread(line, width) for line in lines[:head_rows]], width)
    body = [line for line in lines[head_rows:] if not (len(line) == 1 and _span(line[0]) == width > 1)]
    texts = tuple(tuple(_clean(cell.get_text()) if cell else "" for cell in _cells(line, width)) for line in body)
    values = tuple(tuple(_value(cell) for cell in _cells(line, width)) for line in body)
    numeric = tuple(_is_numeric([row[place] for row in values]) for place in range(width))
    return Grid(caption, heads, texts, values, numeric, "tiles" in (node.parent.get("class") or []))


def _span(cell: Any) -> int:
    return int(cell.get("colspan", 1))


def _cells(line: list[Any], width: int) -> list[Any]:
    cells = [each for cell in line for each in [cell, *[None] * (_span(cell) - 1)]]
    return cells + [None] * (width - len(cells))


def _spread(line: list[Any], width: int) -> list[str]:
    texts = [_clean(cell.get_text()) for cell in line for _ in range(_span(cell))]
    return texts + [""] * (width - len(texts))


def _merge_heads(rows: list[list[str]], width: int) -> tuple[str, ...]:
    """Put heads of several rows, as pandas writes for levels, into one."""
    return tuple(" ".join(dict.fromkeys(row[place] for row in rows if row[place])) for place in range(width))


def _value(cell: Any) -> Value:
    if cell is None:
        return None
    text, kept = _clean(cell.get_text()), cell.get("data-value")
    if kept:
        return date.fromisoformat(kept) if re.fullmatch(r"\d{4}-\d\d-\d\d", kept) else float(kept)
    if text in (DASH, "", "NaN", "nan", "None", "NaT", "<NA>"):
        return None
    if cell.name == "td" and _NUMBER.fullmatch(text) and not re.match(r"0\d", text):
        number = float(text.removesuffix(" %").replace(",", "").replace("−", "-"))
        return number / 100 if text.endswith(" %") else number
    return text


def _is_numeric(values: list[Value]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(isinstance(value, float) for value in known)


def _read_image(node: Any) -> Iterator[Block]:
    kind, _, content = str(node.get("src", "")).partition(",")
    if kind.startswith("data:image/png;base64"):
        chart = read_chart(json.loads(node["data-chart"])) if node.get("data-chart") else None
        yield Image(base64.b64decode(content), str(node.get("alt", "")), float(node.get("width") or 6 * _DOTS) / _DOTS, chart)


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()

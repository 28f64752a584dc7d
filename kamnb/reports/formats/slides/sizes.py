"""How high the blocks of a page are on a slide, in inches, at a size of type in points."""

from collections.abc import Iterable
from functools import lru_cache
from math import ceil

from kamnb.display.parts.typeface import measure_text
from kamnb.reports.formats.blocks import Block, Grid, Heading, Image, Text
from kamnb.reports.formats.word_tables import CELL, find_least_widths, share_width

INSET = 0.05
"""Inches kept beside and above the words of a cell or a box."""

HANG = 0.2
"""Inches by which the words of a list stand behind its bullets."""

_RESERVES = {False: 1.27, True: 1.38}
"""Where the typeface is not installed another takes its place; the widest, DejaVu Sans, is so much wider, and in bold."""

_LINE = 1.25
_SPACE = 0.07
_POINTS = 72


def measure_height(block: Block, width: float, size: float) -> float:
    """Return the height of a block, the space below it included."""
    if isinstance(block, Heading):
        return _LINE * (size + 1) / _POINTS + _SPACE
    if isinstance(block, Text):
        text = "".join(run.text for run in block.runs)
        return count_lines(text, width - indent(block) - (HANG if block.depth else 0.0), size) * _LINE * size / _POINTS + _SPACE
    if isinstance(block, Grid):
        return sum(measure_tiles(block, width, size) if block.is_tiles else measure_rows(block, width, size)) + _SPACE
    if isinstance(block, Image):
        return fit_picture(block, width)[1] + _SPACE
    return 0.0


def indent(text: Text) -> float:
    """Return how far a paragraph stands from the left, in inches."""
    return HANG * max(text.depth - 1, 0)


@lru_cache(maxsize=2_000)
def measure_rows(grid: Grid, width: float, size: float) -> list[float]:
    """Return the heights of a table: of its caption, 0 without, of its heads and of each row."""
    caption = count_lines(grid.caption, width, size, bold=True) * _LINE * size / _POINTS if grid.caption else 0.0
    widths = find_widths(grid, width, size)
    rows = (
        max(count_lines(text, room, size, bold=line is grid.heads) for text, room in zip(line, widths, strict=True))
        for line in (grid.heads, *grid.rows)
    )
    return [caption, *(lines * _LINE * size / _POINTS + INSET for lines in rows)]


@lru_cache(maxsize=2_000)
def breaks_words(grid: Grid, width: float, size: float) -> bool:
    """Say whether a table is so narrow that words in it are parted."""
    return not grid.is_tiles and sum(find_least_widths(grid)) * size * _RESERVES[True] / CELL > width


@lru_cache(maxsize=2_000)
def find_widths(grid: Grid, width: float, size: float) -> list[float]:
    """Return the widths of the columns of a table."""
    scale = size * _RESERVES[True] / CELL
    return [each * scale for each in share_width(grid, width / scale)]


def measure_tiles(grid: Grid, width: float, size: float) -> list[float]:
    """Return the heights of the lines of tiles: what each is, how much, and beside what."""
    room = width / max(len(grid.rows), 1)
    sizes = list_tile_sizes(size)
    lines = [max(count_lines(row[place], room, each) for row in grid.rows) for place, each in enumerate(sizes)]
    return [count * _LINE * each / _POINTS + INSET for count, each in zip(lines, sizes, strict=True)]


def list_tile_sizes(size: float) -> tuple[float, float, float]:
    """Return the sizes of the three lines of a tile."""
    return size - 1, size + 4, size - 1


def fit_picture(image: Image, width: float, height: float = 4.6) -> tuple[float, float]:
    """Return width and height of a picture: as large as fits, at most a fifth larger than on the page."""
    across, up = read_size(image.png)
    largest = min(width, image.width * 1.2, height * across / up)
    return largest, largest * up / across


def read_size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in dots."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def count_lines(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines a text takes that wraps at its words, in whichever typeface.

    Examples
    --------
    >>> count_lines("one two", 9.0, 12.0), count_lines("one two", 0.5, 12.0), count_lines("", 1.0, 12.0)
    (1, 2, 1)
    """
    room = (width - 2 * INSET) * _POINTS / size / _RESERVES[bold]
    return sum(_count_wrapped(line.split(), room, bold) for line in text.split("\n")) or 1


def measure_line(text: str, size: float) -> float:
    """Return how long a text is on one line, in inches, in whichever typeface."""
    return measure_text(text) * size * _RESERVES[False] / _POINTS


def _count_wrapped(words: Iterable[str], room: float, bold: bool) -> int:
    lines, used, space = 1, 0.0, measure_text(" ", bold)
    for word in words:
        wide = measure_text(word, bold)
        if used and used + space + wide > room:
            lines, used = lines + 1, 0.0
        lines += max(ceil(wide / room) - 1, 0)
        used += wide + (space if used else 0.0)
    return lines

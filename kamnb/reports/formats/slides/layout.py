"""Where on slides the blocks of a page stand: words to the left, figures to the right, measured so that nothing leaves its slide.

What stands before the end of a page is one slide where it fits; else a slide takes as many sections as can be read from afar.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kamnb.reports.formats.blocks import Block, Grid, Heading, Image, PageEnd, Run, Text, Together, flatten
from kamnb.reports.formats.slides.sizes import breaks_words, measure_height

WIDTH, HEIGHT = 13.333, 7.5
LEFT, TOP, BOTTOM = 0.5, 1.22, 7.02
"""Inches: the margin, and where what stands below the title begins and ends."""

_WIDE = WIDTH - 2 * LEFT
_FIGURES, _GAP = (4.7, 3.9), 0.35
"""Inches that figures beside words are wide, and that are left between them."""
_DENSE = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
_SIZES, _READABLE = _DENSE[:-1], _DENSE[:3]
"""Sizes of type in points: of a slide that holds a page, of any other, and of one that holds several sections."""

_LEAST, _MOST = 1.75, 3.6
"""Inches that a chart is high beside words."""
_NARROW = 4.0
"""Inches of the page below which a picture stands among the charts."""
_CROWD = 5
"""A chart that names more than these has a slide of its own."""
_LONGEST = 60


@dataclass(frozen=True)
class Placed:
    """A block on a slide: left, top, width and height in inches, and its size of type in points."""

    block: Block
    left: float
    top: float
    width: float
    height: float
    size: float


@dataclass(frozen=True)
class Slide:
    """A slide: its title and the line below, what stands on it, and what its notes say."""

    title: str
    subtitle: str
    placed: tuple[Placed, ...]
    notes: str = ""


class _Section(NamedTuple):
    title: str
    blocks: tuple[Block, ...]


def lay_out(blocks: Sequence[Block]) -> Iterator[Slide]:
    """Yield the slides of a page.

    Examples
    --------
    >>> slides = lay_out([Heading("Plan", 1), Heading("Now", 2), Text((Run("Call."),)), PageEnd(), Text((Run("More."),))])
    >>> [(slide.title, [placed.block for placed in slide.placed]) for slide in slides]
    [('Plan', [Text(runs=(Run(text='Call.', ...),), ...)]), ('Plan (2)', [Text(...)])]
    """
    flat = list(flatten(blocks))
    title = next((block.text for block in flat if isinstance(block, Heading) and block.level == 1), "")
    about = next((_read(block) for block in flat if isinstance(block, Text) and block.kind == "subtitle"), "")
    yield from _tell_apart(_name_slides(flat, title, about))


def _name_slides(blocks: Sequence[Block], title: str, about: str) -> Iterator[Slide]:
    """Yield the slides, the first one with the title of the page, others with that of their sections."""
    is_first = True
    for sections, is_page in _split_pages(blocks):
        for group, placed, notes in _fill(sections, is_page):
            named = title if is_first or not group else group
            yield Slide(named, about if is_first else "" if named == title else title, placed, notes)
            is_first = False


def _read(text: Text) -> str:
    return "".join(run.text for run in text.runs)


def _tell_apart(slides: Iterator[Slide]) -> Iterator[Slide]:
    """Yield slides, those numbered that have the same title as one before."""
    seen: dict[str, int] = {}
    for slide in slides:
        seen[slide.title] = seen.get(slide.title, 0) + 1
        yield replace(slide, title=f"{slide.title} ({seen[slide.title]})") if seen[slide.title] > 1 else slide


def _split_pages(blocks: Sequence[Block]) -> Iterator[tuple[list[_Section], bool]]:
    """Yield the sections of each page, and whether its end is one that the page itself sets."""
    own: list[Block] = []
    for block in blocks:
        if isinstance(block, PageEnd):
            yield list(_split_sections(own)), True
            own = []
        elif not (isinstance(block, Together) or _is_head(block)):
            own.append(block)
    if own:
        yield list(_split_sections(own)), False


def _is_head(block: Block) -> bool:
    return (isinstance(block, Heading) and block.level == 1) or (isinstance(block, Text) and block.kind in ("kind", "subtitle"))


def _split_sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    """Yield the sections of a page; a chart that names many is one of its own, with the words before it."""
    title, own = "", list[Block]()
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if own:
                yield _Section(title, tuple(own))
            title, own = block.text, []
        elif _is_crowded(block) and all(isinstance(each, Text) for each in own):
            yield _Section(title, (*own, block))
            own = []
        else:
            own.append(block)
    if own:
        yield _Section(title, tuple(own))


def _is_crowded(block: Block) -> bool:
    chart = block.chart if isinstance(block, Image) else None
    if chart is None or chart.kind != "bubbles":
        return False
    return sum(bool(name) for each in chart.series for name in each.labels) > _CROWD


def _fill(sections: list[_Section], is_page: bool) -> Iterator[tuple[str, tuple[Placed, ...], str]]:
    """Yield the slides of a page: title, what stands on each, and notes."""
    told = [_tell_pictures(section) for section in sections] if is_page else [(section, "") for section in sections]
    whole, left = [section for section, _ in told], "\n".join(words for _, words in told if words)
    if placed := _arrange(whole, _DENSE if is_page else _SIZES):
        yield "", placed, _write_notes(placed, left)
        return
    waiting = sections
    while waiting:
        count, placed = _take(waiting)
        if placed and len(parted := _begin_next(waiting, count)) > len(waiting):
            waiting, (count, placed) = parted, _take(parted)
        if placed:
            yield _join([section.title for section in waiting[:count]]), placed, _write_notes(placed)
            waiting = waiting[count:]
        else:
            first, rest = _part(waiting[0])
            waiting = [first, rest, *waiting[1:]]


def _tell_pictures(section: _Section) -> tuple[_Section, str]:
    """Take pictures that are no charts out of the slide of a page: their words stand for them where nothing else is said."""
    kept = tuple(block for block in section.blocks if not isinstance(block, Image) or block.chart)
    words = "\n".join(block.alt for block in section.blocks if isinstance(block, Image) and not block.chart)
    if kept or not words:
        return section._replace(blocks=kept), words
    return section._replace(blocks=(Text((Run(words),)),)), ""


def _write_notes(placed: Sequence[Placed], more: str = "") -> str:
    """Say what the figures of a slide show."""
    words = [each.block.alt for each in placed if isinstance(each.block, Image)]
    return "\n".join([*words, *([more] if more else [])])


def _join(titles: Sequence[str]) -> str:
    named = list(dict.fromkeys(title for title in titles if title))
    while len(", ".join(named)) > _LONGEST and len(named) > 1:
        named.pop()
    return ", ".join(named)


def _take(sections: Sequence[_Section]) -> tuple[int, tuple[Placed, ...] | None]:
    """Return how many sections stand on the next slide, and how; 1 and None where not even one fits."""
    best: tuple[int, tuple[Placed, ...] | None] = 1, _arrange(sections[:1], _SIZES)
    for count in range(2, len(sections) + 1):
        placed = _arrange(sections[:count], _READABLE)
        if placed is None:
            break
        best = count, placed
    return best


def _begin_next(sections: Sequence[_Section], count: int) -> list[_Section]:
    """Part the section after the first `count` ones so that its beginning fits beside them, where they alone are few words."""
    if count == len(sections) or not _is_thin(sections[:count]):
        return list(sections)
    following = sections[count]
    for number in range(len(following.blocks) - 1, 0, -1):
        first = following._replace(blocks=following.blocks[:number])
        if _arrange([*sections[:count], first], _READABLE):
            rest = following._replace(blocks=following.blocks[number:])
            return [*sections[:count], first, rest, *sections[count + 1 :]]
    return list(sections)


def _is_thin(sections: Sequence[_Section]) -> bool:
    """Say whether there are tiles or text only."""
    return all(
        isinstance(block, Text) or (isinstance(block, Grid) and block.is_tiles) for each in sections for block in each.blocks
    )


def _part(section: _Section) -> tuple[_Section, _Section]:
    """Part a section that is too long for a slide: between its blocks, else within its only one."""
    for count in range(len(section.blocks) - 1, 0, -1):
        first = section._replace(blocks=section.blocks[:count])
        if _arrange([first], _READABLE):
            return first, section._replace(blocks=section.blocks[count:])
    block, *rest = section.blocks
    halves = _halve(block)
    return section._replace(blocks=halves[:1]), section._replace(blocks=(*halves[1:], *rest))


def _halve(block: Block) -> tuple[Block, ...]:
    if isinstance(block, Grid) and len(block.rows) > 1:
        middle = len(block.rows) // 2
        parts = (slice(0, middle), slice(middle, None))
        return tuple(replace(block, rows=block.rows[part], values=block.values[part]) for part in parts)
    words = _read(block).split() if isinstance(block, Text) else []
    if isinstance(block, Text) and len(words) > 1:
        middle = len(words) // 2
        return tuple(replace(block, runs=(Run(" ".join(part)),)) for part in (words[:middle], words[middle:]))
    return (Text((Run("This does not fit on a slide; see the page."),)),)


def _arrange(sections: Sequence[_Section], sizes: Sequence[float]) -> tuple[Placed, ...] | None:
    """Return where the blocks of sections stand, in the largest type in which all fit; None where they do not."""
    top = list(sections[0].blocks) if len(sections) > 1 and not sections[0].title else []
    if any(_is_crowded(block) for section in sections for block in section.blocks):
        if len(sections) > 1:
            return None
        top, sections = list(sections[0].blocks[:-1]), [sections[0]._replace(blocks=sections[0].blocks[-1:])]
    elif top:
        sections = sections[1:]
    words, figures = _separate(sections)
    for place, size in [(place, size) for place in _choose_ways(words, figures) for size in sizes]:
        head = _stack(top, LEFT, TOP, _WIDE, size)
        if head is None:
            continue
        below = max((each.top + each.height for each in head), default=TOP) + (0.1 if head else 0.0)
        if (body := place(words, figures, below, size)) is not None:
            return (*head, *body)
    return None


def _separate(sections: Sequence[_Section]) -> tuple[list[Block], list[Block]]:
    """Return words and tables, and figures; a heading stands with the words of its section, where it has any."""
    words: list[Block] = []
    figures: list[Block] = []
    for section in sections:
        shown = [block for block in section.blocks if _is_figure(block)]
        said = [block for block in section.blocks if not _is_figure(block)]
        if section.title and len(sections) > 1:
            (words if said else figures).append(Heading(section.title, 2))
        words += said
        figures += shown
    return words, figures


def _is_figure(block: Block) -> bool:
    return isinstance(block, Image) and (block.chart is not None or block.width < _NARROW)


def _choose_ways(words: list[Block], figures: list[Block]) -> "tuple[_Way, ...]":
    """Return how blocks may stand, the better way first."""
    if words and figures:
        return (_place_beside,)
    return (_place_in_row,) if figures else (_place_below, _place_in_columns)


def _place_beside(words: list[Block], figures: list[Block], top: float, size: float) -> list[Placed] | None:
    """Put words to the left and figures to the right."""
    for narrow in _FIGURES:
        wide = _WIDE - narrow - _GAP
        beside = _stack(figures, LEFT + wide + _GAP, top, narrow, size, _MOST if len(figures) > 1 else BOTTOM)
        said = _stack(words, LEFT, top, wide, size)
        if said is not None and beside is not None and not _is_narrow(words, wide, size):
            return [*said, *beside]
    return None


def _place_in_row(words: list[Block], figures: list[Block], top: float, size: float) -> list[Placed] | None:
    """Put figures side by side."""
    room = (_WIDE + _GAP) / len(figures) - _GAP
    rows = [_stack([each], LEFT + place * (room + _GAP), top, room, size) for place, each in enumerate(figures)]
    return [each for row in rows if row for each in row] if all(row is not None for row in rows) else None


def _place_below(words: list[Block], figures: list[Block], top: float, size: float) -> list[Placed] | None:
    """Put words one below the other, where they can be read from afar."""
    return _stack(words, LEFT, top, _WIDE, size) if size in _READABLE else None


def _is_narrow(blocks: Sequence[Block], width: float, size: float) -> bool:
    return any(isinstance(block, Grid) and breaks_words(block, width, size) for block in blocks)


def _place_in_columns(words: list[Block], figures: list[Block], top: float, size: float) -> list[Placed] | None:
    """Put words into two columns, of which the longer one is as short as can be."""
    wide = (_WIDE - _GAP) / 2
    if _is_narrow(words, wide, size):
        return _stack(words, LEFT, top, _WIDE, size)
    best: tuple[float, list[Placed]] | None = None
    for place in range(1, len(words)):
        if isinstance(words[place - 1], Heading):
            continue
        sides = _stack(words[:place], LEFT, top, wide, size), _stack(words[place:], LEFT + wide + _GAP, top, wide, size)
        if sides[0] is None or sides[1] is None:
            continue
        both = [*sides[0], *sides[1]]
        longest = max(each.top + each.height for each in both)
        if best is None or longest < best[0]:
            best = longest, both
    return best[1] if best else _stack(words, LEFT, top, _WIDE, size)


_Way = Callable[[list[Block], list[Block], float, float], list[Placed] | None]


def _stack(
    blocks: Sequence[Block], left: float, top: float, width: float, size: float, most: float = BOTTOM
) -> list[Placed] | None:
    """Place blocks one below the other; charts share what is left of the height; None where they do not fit."""
    fixed = [0.0 if isinstance(block, Image) and block.chart else measure_height(block, width, size) for block in blocks]
    charts = fixed.count(0.0)
    left_over = BOTTOM - top - sum(fixed)
    each_chart = min(left_over / charts, most) if charts else 0.0
    if left_over < 0 or (charts and each_chart < _LEAST):
        return None
    placed = []
    for block, height in zip(blocks, fixed, strict=True):
        placed.append(Placed(block, left, top, width, height or each_chart, size))
        top += height or each_chart
    return placed

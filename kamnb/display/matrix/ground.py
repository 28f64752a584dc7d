"""The ground of the matrix as SVG: scales, ticks, cuts and the names of the quadrants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from math import log

from kamnb.display.matrix.scale import CORNERS, TITLES, Mode, Orientation, find_limits, list_ticks
from kamnb.display.parts.formats import write_cut
from kamnb.display.parts.style import INK, LINE, QUADRANTS, QUIET, WASH, darken_words

WIDTH, HEIGHT = 520, 470
"""Of the drawing, in its own units; it is as wide as its place and keeps its shape."""

LEFT, RIGHT, TOP, BOTTOM = 46.0, WIDTH - 14.0, 12.0, HEIGHT - 52.0
"""The edges of the matrix in the drawing."""

_STRIP = 26.0  # kept beyond the scores 0 and 10, for the names of the quadrants


TAKEN = [
    (left, upper, left + 84, upper + 17) for left in (LEFT + 4, RIGHT - 88) for upper in (TOP + 5, BOTTOM - 22)
]  # fmt: skip
"""Where the names of the quadrants stand: left, upper, right and lower edge."""


@dataclass(frozen=True)
class Scale:
    """From scores to places in the drawing."""

    mode: Mode
    orientation: Orientation
    low: float
    high: float

    def x(self, strength: float) -> float:
        """Return the place of a strength, held within the drawing."""
        low, high, value = self.low, self.high, min(max(strength, self.low), self.high)
        share = log(value / low) / log(high / low) if self.mode == "relative" else (value - low) / (high - low)
        return LEFT + (share if self.orientation == "right" else 1 - share) * (RIGHT - LEFT)

    def y(self, attractiveness: float) -> float:
        """Return the place of an attractiveness."""
        return BOTTOM - _STRIP - attractiveness / 10 * (BOTTOM - TOP - 2 * _STRIP)


def choose_scale(strengths: "list[float]", mode: Mode, orientation: Orientation) -> Scale:
    """Return the scale on which these strengths can be drawn."""
    return Scale(mode, orientation, *find_limits(strengths, mode, 0.5))


def draw_ground(scale: Scale, cut: Mapping[str, float], parity: tuple[float, float]) -> Iterator[str]:
    """Yield everything that stands behind the accounts."""
    yield f'<rect x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}" fill="none" stroke="{LINE}"/>'
    if scale.mode == "relative":
        start, end = sorted((scale.x(parity[0]), scale.x(parity[1])))
        yield f'<rect x="{start:.1f}" y="{TOP}" width="{end - start:.1f}" height="{BOTTOM - TOP}" fill="{WASH}"/>'
        yield write_text((start + end) / 2, BOTTOM - 5, f"parity {parity[0]:g} to {parity[1]:g}", "middle", QUIET, 10)
    across, up = scale.x(cut["strength"]), scale.y(cut["attractiveness"])
    yield f'<path class="kam-cut" d="M{across:.1f} {TOP}V{BOTTOM}M{LEFT} {up:.1f}H{RIGHT}" stroke="{QUIET}" fill="none"/>'
    yield from _draw_ticks(scale)
    yield from _name_corners(scale)
    written = write_cut(cut["strength"], 2 if scale.mode == "relative" else 1)
    yield write_text(across + 3, TOP + 9, f"cut {written}", "start", QUIET, 9)
    yield write_text(RIGHT - 3, up - 3, f"cut {write_cut(cut['attractiveness'])}", "end", QUIET, 9)


def _draw_ticks(scale: Scale) -> Iterator[str]:
    for words, strength in list_ticks(scale.mode, scale.low, scale.high):
        place = scale.x(strength)
        yield f'<path d="M{place:.1f} {BOTTOM}v4" stroke="{QUIET}"/>'
        yield write_text(place, BOTTOM + 15, words, "middle")
    for points in range(0, 11, 2):
        yield f'<path d="M{LEFT} {scale.y(points):.1f}h-4" stroke="{QUIET}"/>'
        yield write_text(LEFT - 7, scale.y(points) + 4, str(points), "end")
    yield write_text((LEFT + RIGHT) / 2, HEIGHT - 8, TITLES[scale.mode], "middle")
    title = write_text(0, 0, "Attractiveness (points)", "middle")
    yield f'<g transform="translate(12 {(TOP + BOTTOM) / 2}) rotate(-90)">{title}</g>'


def _name_corners(scale: Scale) -> Iterator[str]:
    right_is_strong = scale.orientation == "right"
    if right_is_strong:
        yield write_text(RIGHT, HEIGHT - 8, "strong →", "end", bold=True)
    else:
        yield write_text(LEFT, HEIGHT - 8, "← strong", "start", bold=True)
    for key, (is_strong, is_high) in CORNERS.items():
        quadrant, at_right = QUADRANTS[key], is_strong == right_is_strong
        x, y, anchor = RIGHT - 8 if at_right else LEFT + 8, TOP + 18 if is_high else BOTTOM - 9, "end" if at_right else "start"
        yield write_text(x, y, quadrant.name, anchor, darken_words(quadrant.colour), 13, bold=True)


def write_text(
    x: float, y: float, words: str, anchor: str, colour: str = INK, size: int = 11, *, bold: bool = False, more: str = ""
) -> str:
    """Return words at a place; ``anchor`` says which part of them stands there: start, middle or end."""
    weight = ' font-weight="bold"' if bold else ""
    look = f'text-anchor="{anchor}" fill="{colour}" font-size="{size}"{weight}{more}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'

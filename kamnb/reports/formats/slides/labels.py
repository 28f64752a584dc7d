"""Where the names of bubbles stand: on a side that has room, the largest bubble's first; those without room are left out."""

from collections.abc import Iterator
from math import log, sqrt
from typing import Literal, NamedTuple

from kamnb.display.parts.charts import Chart, Scale
from kamnb.reports.formats.slides.sizes import measure_line

Side = Literal["RIGHT", "LEFT", "ABOVE", "BELOW"]

_LEFT, _TOP, _RIGHT, _BOTTOM = 0.75, 0.12, 0.2, 1.0
"""Inches of a chart around the ground of its bubbles."""
_FEW = 3
"""As few names as these stand also where another mark lies below."""

_LARGEST = 0.25
"""The diameter of the largest bubble, as a part of the shorter side of the ground."""
_POINTS, _HIGH = 72, 1.25


class _Bubble(NamedTuple):
    series: int
    place: int
    x: float
    y: float
    radius: float
    name: str


class _Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Area") -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def choose_sides(chart: Chart, width: float, height: float, size: float, scale: float) -> dict[tuple[int, int], Side]:
    """Return the side of its bubble on which each name stands, by number of the series and of the bubble in it.

    Parameters
    ----------
    chart : Chart
    width, height : float
        Inches of the chart.
    size : float
        Points of the names.
    scale : float
        By which bubbles are smaller than a program draws them of itself.

    Examples
    --------
    >>> from kamnb.display.parts.charts import Series
    >>> names = Series("Star", "#28A197", (5.0, 5.0), (5.0, 5.2), (1.0, 0.5), ("North", "South"))
    >>> choose_sides(Chart("bubbles", (names,), across=Scale("", 0, 10), up=Scale("", 0, 10)), 6, 4, 9, 0.5)
    {(0, 0): 'RIGHT', (0, 1): 'LEFT'}
    """
    _, _, across, up = find_ground(width, height)
    bubbles = sorted(_list_bubbles(chart, across, up, scale), key=lambda bubble: -bubble.radius)
    ground, taken = _Area(0.0, 0.0, across + width * 0.02, up), list[_Area]()
    found: dict[tuple[int, int], Side] = {}
    for bubble in bubbles:
        others = [_Area(each.x - 0.05, each.y - 0.05, each.x + 0.05, each.y + 0.05) for each in bubbles if each is not bubble]
        for side, area in _list_areas(bubble, size) if bubble.name else ():
            inside = area.left >= ground.left and area.right <= ground.right and area.top >= 0 and area.bottom <= ground.bottom
            if inside and not any(area.meets(other) for other in (*taken, *others)):
                taken.append(area)
                found[bubble.series, bubble.place] = side
                break
    named = [bubble for bubble in bubbles if bubble.name]
    if len(named) <= _FEW:
        for bubble in named:
            found.setdefault((bubble.series, bubble.place), "LEFT" if bubble.x > across / 2 else "RIGHT")
    return dict(sorted(found.items()))


def find_ground(width: float, height: float) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the ground of bubbles in a chart, in inches."""
    return _LEFT, _TOP, width - _LEFT - _RIGHT, height - _TOP - _BOTTOM


def _list_bubbles(chart: Chart, across: float, up: float, scale: float) -> Iterator[_Bubble]:
    largest = _LARGEST * scale * min(across, up) / 2
    for number, series in enumerate(chart.series):
        for place, (x, y, area) in enumerate(zip(series.across, series.values, series.areas, strict=True)):
            name = series.labels[place] if series.labels else ""
            at = _find(x, chart.across) * across, (1 - _find(y or 0.0, chart.up)) * up
            yield _Bubble(number, place, *at, largest * sqrt(area), name)


def _find(value: float, scale: Scale) -> float:
    """Return where a value lies on its axis, from 0 to 1."""
    low, high = scale.low or 0.0, scale.high or 1.0
    if scale.is_log:
        value, low, high = log(value), log(low), log(high)
    part = (value - low) / (high - low)
    return 1 - part if scale.is_reversed else part


def _list_areas(bubble: _Bubble, size: float) -> Iterator[tuple[Side, _Area]]:
    wide, high = measure_line(bubble.name, size), size * _HIGH / _POINTS
    beside, above = bubble.radius + 0.03, bubble.radius + 0.02
    yield "RIGHT", _Area(bubble.x + beside, bubble.y - high / 2, bubble.x + beside + wide, bubble.y + high / 2)
    yield "LEFT", _Area(bubble.x - beside - wide, bubble.y - high / 2, bubble.x - beside, bubble.y + high / 2)
    yield "ABOVE", _Area(bubble.x - wide / 2, bubble.y - above - high, bubble.x + wide / 2, bubble.y - above)
    yield "BELOW", _Area(bubble.x - wide / 2, bubble.y + above, bubble.x + wide / 2, bubble.y + above + high)

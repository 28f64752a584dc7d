"""The scales of the matrix, whoever draws it: how strength is measured and written, how far it reaches, whose each corner is."""

from collections.abc import Iterable
from typing import Literal

from kamnb.display.parts.formats import POINTS, RATIO, STAGE, STAGES

Mode = Literal["points", "relative", "stage"]
Orientation = Literal["right", "left"]

STRENGTHS = {"points": POINTS, "relative": RATIO, "stage": STAGE}
"""How a strength is written, by the way it is measured."""

TITLES = {
    "points": "Relationship strength (points)",
    "relative": "Relationship strength (ours / best competitor’s, log scale)",
    "stage": "Relationship stage, by evidence",
}
"""What the axis of strength is called."""

TICKS = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0)
"""Where the log axis of relative strength may have ticks."""

CORNERS = {"strategic": (True, True), "star": (False, True), "status": (True, False), "streamline": (False, False)}
"""The corner of each quadrant: whether it lies where strength is high, and where attractiveness is."""

_AT_LEAST = (0.7, 1.4)  # relative strength that is always within the scale


def find_limits(strengths: Iterable[float], mode: Mode, beyond: float) -> tuple[float, float]:
    """Return from where to where the axis of strength reaches, for points ``beyond`` more than from 0 to 10.

    Examples
    --------
    >>> find_limits([3.0], "points", 0.5), find_limits([], "stage", 0.5), find_limits([1.0], "relative", 0.5)
    ((-0.5, 10.5), (0.5, 5.5), (0.7, 1.4))
    """
    if mode == "stage":
        return 0.5, 5.5
    if mode == "points":
        return -beyond, 10 + beyond
    known = [each for each in strengths if each > 0] or [1.0]
    return min(_AT_LEAST[0], min(known) / 1.08), max(_AT_LEAST[1], max(known) * 1.08)


def list_ticks(mode: Mode, low: float, high: float) -> list[tuple[str, float]]:
    """Return the words and the strength of every tick of the axis of strength.

    Examples
    --------
    >>> list_ticks("relative", 0.6, 0.95)
    [('0.7', 0.7), ('0.8', 0.8), ('0.9', 0.9)]
    """
    if mode == "stage":
        return [(name, float(number)) for number, name in enumerate(STAGES, 1)]
    if mode == "points":
        return [(str(points), float(points)) for points in range(0, 11, 2)]
    return [(f"{tick:g}", tick) for tick in TICKS if low <= tick <= high]

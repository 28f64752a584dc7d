"""The names beside the accounts in the matrix as SVG: none lies on another one."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from math import cos, hypot, pi, sin
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kamnb.display.matrix.ground import BOTTOM, LEFT, RIGHT, TAKEN, TOP, write_text
from kamnb.display.parts.names import shorten
from kamnb.display.parts.style import INK, QUIET

MOST = 40
"""More names than this cannot be read in one matrix."""

_LETTER, _CAPITAL, _WIDE, _LINE_HEIGHT = 6.3, 8.0, 11.5, 13.0  # of a name at 11 units, on average
_AWAY = (14, 26, 40, 56, 74, 94, 118, 146, 180)  # how far from its mark a name may stand, with a line that leads to it
_TURNS = 16
_HALO = ' class="kam-label" paint-order="stroke" stroke="#fff" stroke-width="3" stroke-linejoin="round"'

Boxes = NDArray[np.float64]
"""Left, upper, right and lower edge, a row each."""


class Named(Protocol):
    """An account as it is drawn."""

    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def caveat(self) -> str: ...  # noqa: D102
    @property
    def x(self) -> float: ...  # noqa: D102
    @property
    def y(self) -> float: ...  # noqa: D102
    @property
    def radius(self) -> float: ...  # noqa: D102


def draw_names(marks: Sequence[Named], named: Collection[str], picked: str) -> Iterator[str]:
    """Write names where there is room: the picked one's first, those asked for, and where they are few the others.

    Where accounts are few, a name for which there is no room beside its mark stands farther away, with a line to it. A name for
    which there is none at all is left to the tables.
    """
    alike = Counter(shorten(mark.name, 26) for mark in marks)
    asked = [mark for mark in marks if mark.account in named and mark.account != picked]
    others = [mark for mark in marks if mark.account not in named and mark.account != picked] if len(marks) <= MOST else []
    first = [mark for mark in marks if mark.account == picked]
    drawn = np.array([(m.x - m.radius, m.y - m.radius, m.x + m.radius, m.y + m.radius) for m in marks]).reshape(-1, 4)
    own = {mark.account: number for number, mark in enumerate(marks)}
    taken = np.array(TAKEN)
    for mark in [*first, *asked, *others][:MOST]:
        short, bold = shorten(mark.name, 26), mark.account == picked
        words = short + (f" ({mark.account})" if alike[short] > 1 else "") + ("†" if mark.caveat else "")
        width = _measure(words) * (1.12 if bold else 1)
        near, far = _list_near(mark, width), _list_far(mark, width) if len(marks) <= MOST else []
        boxes = np.array([box for _, box in (*near, *far)])
        free = _is_inside(boxes) & ~_overlap(boxes, taken).any(axis=1)
        covered = _overlap(boxes, np.delete(drawn, own[mark.account], axis=0)).sum(axis=1)
        if not free.any():
            continue
        choice = int(np.where(free, covered * 1000 + np.arange(len(boxes)), np.inf).argmin())
        anchor, box = (*near, *far)[choice]
        taken = np.vstack([taken, box])
        if choice >= len(near):
            yield _draw_line(mark, box)
        at = {"start": box[0], "end": box[2], "middle": (box[0] + box[2]) / 2}[anchor]
        colour = INK if bold or mark.account in named else "#444"
        yield write_text(at, box[3] - 3, words, anchor, colour, bold=bold, more=_HALO)


Place = tuple[str, tuple[float, float, float, float]]
"""Which part of a name stands at its place, and the box that it takes."""


def _measure(words: str) -> float:
    return sum(_WIDE if ord(each) > 0x2E80 else _CAPITAL if each.isupper() else _LETTER for each in words)


def _list_near(mark: Named, width: float) -> list[Place]:
    """Return where a name could stand at its mark, the best first."""
    gap = mark.radius + 4
    beside = [place for shift in (4, -5, 13) for place in (
        ("start", _box(mark.x + gap, mark.y + shift, width)), ("end", _box(mark.x - gap - width, mark.y + shift, width))
    )]  # fmt: skip
    return [
        *beside,
        ("middle", _box(mark.x - width / 2, mark.y - gap, width)),
        ("middle", _box(mark.x - width / 2, mark.y + gap + 9, width)),
    ]


def _list_far(mark: Named, width: float) -> list[Place]:
    """Return where a name could stand away from its mark, the nearest first."""
    found = []
    for away in _AWAY:
        for turn in range(_TURNS):
            angle = 2 * pi * turn / _TURNS
            x, y = mark.x + (mark.radius + away) * cos(angle), mark.y + (mark.radius + away) * sin(angle)
            is_right = cos(angle) >= 0
            found.append(("start" if is_right else "end", _box(x if is_right else x - width, y + 4, width)))
    return found


def _box(left: float, base: float, width: float) -> tuple[float, float, float, float]:
    return left, base + 3 - _LINE_HEIGHT, left + width, base + 3


def _is_inside(boxes: Boxes) -> NDArray[np.bool_]:
    return (boxes[:, 0] >= LEFT) & (boxes[:, 2] <= RIGHT) & (boxes[:, 1] >= TOP) & (boxes[:, 3] <= BOTTOM)


def _overlap(ones: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Say of each box which of the others it lies on."""
    left, upper, right, lower = (ones[:, [edge]] for edge in range(4))
    return (left < others[:, 2]) & (others[:, 0] < right) & (upper < others[:, 3]) & (others[:, 1] < lower)


def _draw_line(mark: Named, box: tuple[float, float, float, float]) -> str:
    """Draw from the edge of a mark to the nearest point of its name."""
    x, y = min(max(mark.x, box[0]), box[2]), min(max(mark.y, box[1]), box[3])
    length = hypot(x - mark.x, y - mark.y) or 1.0
    start = mark.x + (x - mark.x) * mark.radius / length, mark.y + (y - mark.y) * mark.radius / length
    return f'<path class="kam-leader" d="M{start[0]:.1f} {start[1]:.1f}L{x:.1f} {y:.1f}" stroke="{QUIET}" stroke-width=".6"/>'

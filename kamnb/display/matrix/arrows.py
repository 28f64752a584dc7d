"""The ways of accounts in the matrix as a figure: an arrow from the last review to today, a dashed one to a year from now."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke

from kamnb.display.matrix.bubbles import MARK
from kamnb.display.matrix.ways import LEAST, MOST, Ways
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import INK
from kamnb.planning import take_account

Point = tuple[float, float]
Segment = tuple[Point, Point]

_CASING = withStroke(linewidth=2.2, foreground="white")
_LINES: dict[str, Any] = {"before": "solid", "ahead": (0, (2.5, 1.5))}


def draw_ways(ax: Axes, ways: Ways, accounts: Sequence[str]) -> list[Segment]:
    """Draw the ways of these accounts; return from where to where, for no name may lie on one."""
    drawn = []
    moved = {side: ways.has_moved(side) for side in _LINES}
    for account in accounts:
        row = take_account(ways.frame, account)
        ends = [(float(row[f"strength_{each}"]), float(row[f"attractiveness_{each}"])) for each in ("before", "now", "ahead")]
        for side, (start, end) in zip(_LINES, pairwise(ends), strict=True):
            if moved[side][account]:
                ax.add_patch(_draw_arrow(start, end, side))
                drawn.append((start, end))
    return drawn


def _draw_arrow(start: Point, end: Point, side: str) -> FancyArrowPatch:
    """Draw an arrow whose end at the mark of today leaves the mark free."""
    free = {"before": (0.0, MARK), "ahead": (MARK, 0.0)}[side]
    return FancyArrowPatch(
        start, end, arrowstyle="-|>,head_length=.5,head_width=.22", mutation_scale=7, linewidth=0.9, linestyle=_LINES[side],
        color=INK, shrinkA=free[0], shrinkB=free[1], zorder=4, path_effects=[_CASING], gid=f"way {side}",
    )  # fmt: skip


def explain_ways(ways: Ways, drawn: Sequence[str]) -> list[Line2D]:
    """Return what the legend says of the arrows that are drawn."""
    words = {
        "before": f"from where it was on {write_date(ways.since)}" if ways.since else "",
        "ahead": "to a year from now, see below",
    }
    return [
        Line2D([], [], color=INK, linewidth=0.9, linestyle=_LINES[side], label=f"arrow{', dashed' * (side == 'ahead')}: {said}")
        for side, said in words.items()
        if ways.has_moved(side).loc[[*drawn]].any()
    ]


def note_ways(ways: Ways, drawn: Sequence[str], accounts: Iterable[str], *, short: bool) -> list[str]:
    """Say by what rule arrows are drawn of these accounts, and what those to a year from now do not say."""
    if not drawn:
        return []
    ahead = ways.has_moved("ahead").loc[[*drawn]].any()
    if short:
        since = f"Arrow: from {write_date(ways.since)}. " if ways.since and ways.has_moved("before").loc[[*drawn]].any() else ""
        return [f"{since}{'Dashed: a year from now, if sales alone moved.' if ahead else ''}".strip()]
    moved, crossed = ((one("before") | one("ahead")).loc[[*accounts]].sum() for one in (ways.has_moved, ways.has_crossed))
    which = f"{f'the {MOST} largest of the {crossed}' if crossed > MOST else 'those'} that change quadrant by the model"
    least = f"{LEAST['points']:g} points{f' or a ratio of {LEAST[ways.mode]:g}' if ways.mode == 'relative' else ''}"
    rule = f"Arrows: of {count_of(int(moved), 'account')} that move by {least} or more, {which}."
    return [*([rule] if moved > len(drawn) else []), *([_AHEAD] if ahead else [])]


_AHEAD = "A year from now: as if sales alone moved, as forecast; ratings, wallets, pipeline and all else stay as they are."

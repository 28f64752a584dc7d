"""The names beside the accounts in the matrix as a figure."""

from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import textalloc
import textalloc.candidates
from matplotlib.axes import Axes
from matplotlib.text import Text

from kamnb.display.matrix.arrows import Segment
from kamnb.display.matrix.axes import HALO
from kamnb.display.matrix.bubbles import find_area, find_outer
from kamnb.display.parts.style import INK, QUIET
from kamnb.display.parts.typeface import measure_text

_NAMED = 40  # more names than this cannot be read in one figure
_SIZE = 7.5
_FAR = (0, 12, 25, 40, 60, 85)  # points of type beyond its bubble at which a name may stand, with a line to it
_STEPS = 20  # places along an arrow that a name should leave free
_Side = tuple[float, float, str, str]

# textalloc tries places by their distance and leaves the order of equal ones to a sort that differs between processors.
vars(textalloc.candidates)["np"] = SimpleNamespace(**vars(np) | {"argsort": partial(np.argsort, kind="stable")})


def name_accounts(ax: Axes, drawn: pd.DataFrame, highlight: str | None, anonymous: bool, arrows: Sequence[Segment] = ()) -> int:
    """Put names beside bubbles where there is room, the asked and the large ones first; return how many have none."""
    if anonymous:
        return _name_asked(ax, drawn, highlight, arrows)
    named = _most_wanted(drawn, highlight)
    if named.empty:
        return 0
    # The best looking way first; in a crowd a line may pass under a name, then large accounts may be named from afar.
    attempts = [(named, True), (named, False), (_longest_first(named, highlight), False)]
    for order, clear_lines in attempts:
        _clear_names(ax)
        texts = _place_names(ax, drawn, order, highlight, arrows, clear_lines=clear_lines)
        if len(texts) == len(named):
            break
    return len(drawn) - len(texts)


def _name_asked(ax: Axes, drawn: pd.DataFrame, highlight: str | None, arrows: Sequence[Segment]) -> int:
    """Write the one name where it lies on the fewest others, beside its bubble or with a line to it; none is left without."""
    dots = ax.get_figure(root=True).dpi / 72  # type: ignore[union-attr]
    points = pd.DataFrame(
        ax.transData.transform(drawn[["strength", "attractiveness"]].to_numpy()) / dots, drawn.index, ["x", "y"]
    )
    points["r"] = drawn["radius"].map(find_outer)
    along = ax.transData.transform(np.array([np.linspace(*ends, _STEPS) for ends in arrows]).reshape(-1, 2)) / dots
    frame = np.asarray(ax.bbox.extents) / dots
    for key, row in drawn[drawn.index == highlight].iterrows():
        size = measure_text(row["label"], bold=True) * _SIZE, _SIZE * 1.2
        own, others = points.loc[[str(key)]].iloc[0], points.drop(index=str(key))
        others = pd.concat([others, pd.DataFrame(along, columns=["x", "y"]).assign(r=1.0)])
        circles = others.to_numpy(dtype=float).T
        sides = [(far, side) for far in _FAR for side in _list_sides(float(own["r"]) + 3 + far)]
        far, (x, y, across, up) = min(sides, key=lambda side: _count_covered(_find_box(own, size, side[1]), circles, frame))
        line = {"arrowstyle": "-", "color": INK, "linewidth": 0.6, "shrinkA": 0, "shrinkB": float(own["r"])} if far else None
        ax.annotate(
            row["label"], (row["strength"], row["attractiveness"]), xytext=(x, y), textcoords="offset points", arrowprops=line,
            ha=across, va=up, size=_SIZE, fontweight="bold", color=INK, zorder=6, path_effects=[HALO], gid="account",
        )  # fmt: skip
    return 0


def _list_sides(away: float) -> list[_Side]:
    """Return where a name may stand, the best first: in the middle of a side, at its ends, and at the corners."""
    corner = away * 0.75
    corners = [(x, y) for y in (-corner, corner) for x in (-corner, corner)]
    return [
        (0, -away, "center", "top"), (0, away, "center", "bottom"), (-away, 0, "right", "center"), (away, 0, "left", "center"),
        *((0, up, across, "bottom" if up > 0 else "top") for up in (-away, away) for across in ("right", "left")),
        *((x, y, "right" if x < 0 else "left", "bottom" if y > 0 else "top") for x, y in corners),
    ]  # fmt: skip


def _find_box(own: "pd.Series[float]", size: tuple[float, float], side: _Side) -> tuple[float, float, float, float]:
    """Return the left, lower, right and upper end of the name, in points of type."""
    (width, height), (x, y, across, up) = size, side
    left = own["x"] + x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[across]
    foot = own["y"] + y - height * {"bottom": 0.0, "center": 0.5, "top": 1.0}[up]
    return left, foot, left + width, foot + height


def _count_covered(box: tuple[float, float, float, float], circles: "np.ndarray[Any, Any]", frame: Any) -> int:
    """Count the accounts that a name lies on; to leave the axes is worse than any."""
    (left, foot, right, head), (x, y, radius) = box, circles
    outside = left < frame[0] or foot < frame[1] or right > frame[2] or head > frame[3]
    beside = np.maximum(np.maximum(left - x, x - right), 0)
    above = np.maximum(np.maximum(foot - y, y - head), 0)
    return int((np.hypot(beside, above) < radius).sum()) + (len(x) + 1) * int(outside)


def _place_names(
    ax: Axes, drawn: pd.DataFrame, named: pd.DataFrame, highlight: str | None, arrows: Sequence[Segment], *, clear_lines: bool
) -> list[Text]:
    outer = drawn["radius"].map(find_outer)
    extent = ax.scatter(drawn["strength"], drawn["attractiveness"], s=find_area(1) * outer**2)
    floor, ceiling = ax.get_ylim()
    strips = np.r_[np.arange(floor, 0, 0.2), np.arange(10.2, ceiling, 0.2)]  # kept for the names of the quadrants
    dots = ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    _, _, texts, _ = textalloc.allocate(
        ax, named["strength"].tolist(), named["attractiveness"].tolist(), named["label"].tolist(),
        x_scatter=drawn["strength"].tolist(), y_scatter=drawn["attractiveness"].tolist(), scatter_plot=extent,
        x_lines=[*([list(ax.get_xlim())] * len(strips)), *([start[0], end[0]] for start, end in arrows)],
        y_lines=[*([y, y] for y in strips), *([start[1], end[1]] for start, end in arrows)],
        text_scatter_sizes=(outer[named.index] * dots / 72).tolist(), avoid_label_lines_overlap=clear_lines, draw_all=False,
        fontweight=["bold" if account_id == highlight else "normal" for account_id in named.index],
        textsize=_SIZE, textcolor=INK, linecolor=QUIET, linewidth=0.5, margin=0.004, min_distance=0.004, max_distance=0.35,
        nbr_candidates=400, plot_kwargs={"zorder": 1.5, "gid": "leader"}, gid="account", zorder=5,
        path_effects=[HALO],
    )  # fmt: skip
    extent.remove()
    return [text for text in texts if isinstance(text, Text)]


def _clear_names(ax: Axes) -> None:
    for artist in [artist for artist in [*ax.texts, *ax.lines] if artist.get_gid() in ("account", "leader")]:
        artist.remove()


def _most_wanted(drawn: pd.DataFrame, highlight: str | None) -> pd.DataFrame:
    return drawn.sort_index(key=lambda ids: ids != highlight, kind="stable").head(_NAMED)


def _longest_first(named: pd.DataFrame, highlight: str | None) -> pd.DataFrame:
    """Long names fit in the fewest places, so they choose first; the asked one before all."""
    longest = named.sort_values("label", key=lambda labels: -labels.str.len(), kind="stable")
    return longest.sort_index(key=lambda ids: ids != highlight, kind="stable")

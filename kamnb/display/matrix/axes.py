"""The axes of the matrix as a figure: scales, cuts and the names of the quadrants."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import NullLocator

from kamnb.display.matrix.scale import CORNERS, TITLES, Mode, Orientation, find_limits, list_ticks
from kamnb.display.parts.style import INK, LINE, QUADRANTS, QUIET, WASH, Quadrant, darken_words

STRIP, STRIP_SMALL = 44.0, 12.0
"""Points of type kept beyond the scores 0 and 10, for the names of the quadrants, with and without what they ask for."""

_ROOM = 130.0
"""Points of type in which six ticks of attractiveness can be named."""

HALO = withStroke(linewidth=1.5, foreground="white")
"""Keeps words legible over bubbles."""


def measure_height(ax: Axes) -> float:
    """Measure the Axes in points of type."""
    return float(ax.get_position().height * ax.get_figure(root=True).get_figheight() * 72)  # type: ignore[union-attr]


def set_scales(
    ax: Axes,
    strengths: Iterable[float],
    cut: Mapping[str, float],
    orientation: Orientation,
    mode: Mode,
    parity: tuple[float, float],
    strip: float,
) -> None:
    """Give both axes their reach, ticks, names, cuts and ends; ``strip`` points of type are kept beyond the scores 0 and 10."""
    beyond = 10 * strip / max(measure_height(ax) - 2 * strip, strip)
    ax.set_ylim(-beyond, 10 + beyond)
    ax.set_yticks(range(0, 11, 2 if measure_height(ax) > _ROOM else 5))
    ax.set_ylabel("Attractiveness (points)")
    _scale_strength(ax, strengths, mode, parity)
    if orientation == "left":
        ax.xaxis.set_inverted(True)
    ax.axvline(cut["strength"], color=QUIET, linewidth=0.8, zorder=0.6)
    ax.axhline(cut["attractiveness"], color=QUIET, linewidth=0.8, zorder=0.6)
    for spine in ax.spines.values():
        spine.set(visible=True, color=LINE)
    weak, strong = (0, 1) if orientation == "right" else (1, 0)
    _mark_end(ax, strong, "strong →" if strong else "← strong", INK)
    _mark_end(ax, weak, "weak", QUIET)


def _scale_strength(ax: Axes, strengths: Iterable[float], mode: Mode, parity: tuple[float, float]) -> None:
    low, high = find_limits(strengths, mode, 0.7)
    if mode == "relative":
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlim(low, high)
    words, places = zip(*list_ticks(mode, low, high), strict=True)
    ax.set_xticks(places, words)
    ax.set_xlabel(TITLES[mode], labelpad=7)
    if mode == "relative":
        _shade_parity(ax, parity)


def _shade_parity(ax: Axes, parity: tuple[float, float]) -> None:
    ax.axvspan(*parity, color=WASH, zorder=0.4, gid="parity")
    ax.text(
        np.sqrt(parity[0] * parity[1]), 0.012, f"parity {parity[0]:g} to {parity[1]:g}", color=QUIET, size=7.5, ha="center",
        bbox={"facecolor": WASH, "edgecolor": "none", "pad": 1.5}, transform=ax.get_xaxis_transform(), gid="parity",
    )  # fmt: skip


def _mark_end(ax: Axes, side: int, words: str, colour: str) -> None:
    ax.annotate(
        words, (side, 0), xycoords="axes fraction", xytext=(0, -21), textcoords="offset points", color=colour,
        ha="right" if side else "left", va="top", fontweight="bold" if "strong" in words else "normal", gid="end",
    )  # fmt: skip


def name_corners(ax: Axes, orientation: Orientation, *, with_asks: bool) -> None:
    """Write in each corner whose it is, and what it asks for."""
    for key, (is_strong, is_high) in CORNERS.items():
        _name_corner(ax, QUADRANTS[key], int(is_strong == (orientation == "right")), int(is_high), with_asks)


def _name_corner(ax: Axes, quadrant: Quadrant, side: int, top: int, with_asks: bool) -> None:
    """Write the name above what the quadrant asks for, inside the corner; heights in points from the edge."""
    name, asks = (-6, -18) if top else (16, 6)
    looks: list[tuple[str, int, dict[str, Any]]] = [
        (quadrant.name, name, {"size": 9, "fontweight": "bold", "color": darken_words(quadrant.colour)}),
        (quadrant.asks, asks, {"size": 7.5, "color": QUIET}),
    ]
    for words, height, look in looks if with_asks else [(quadrant.name, -6 if top else 6, looks[0][2])]:
        ax.annotate(
            words, (side, top), xycoords="axes fraction", xytext=(-8 if side else 8, height), textcoords="offset points",
            ha="right" if side else "left", va="top" if top else "bottom", zorder=6, path_effects=[HALO], gid="corner", **look,
        )  # fmt: skip

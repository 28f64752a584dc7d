"""The names beside the accounts in the matrix as a figure."""

import numpy as np
import pandas as pd
import textalloc
from matplotlib.axes import Axes
from matplotlib.text import Text

from kamnb.display.matrix.axes import HALO
from kamnb.display.matrix.bubbles import find_area, find_outer
from kamnb.display.parts.style import INK, QUIET

_NAMED = 40  # more names than this cannot be read in one figure


def name_accounts(ax: Axes, drawn: pd.DataFrame, highlight: str | None, anonymous: bool) -> int:
    """Put names beside bubbles where there is room, the asked and the large ones first; return how many have none."""
    if anonymous:
        return _name_asked(ax, drawn[drawn.index == highlight])
    named = _most_wanted(drawn, highlight)
    if named.empty:
        return 0
    # The best looking way first; in a crowd a line may pass under a name, then large accounts may be named from afar.
    attempts = [(named, True), (named, False), (_longest_first(named, highlight), False)]
    for order, clear_lines in attempts:
        _clear_names(ax)
        texts = _place_names(ax, drawn, order, highlight, clear_lines=clear_lines)
        if len(texts) == len(named):
            break
    return len(drawn) - len(texts)


def _name_asked(ax: Axes, asked: pd.DataFrame) -> int:
    """Write the one name beside its bubble, towards the middle of the axes; none is left without."""
    for _, row in asked.iterrows():
        place, height = ax.transAxes.inverted().transform(ax.transData.transform((row["strength"], row["attractiveness"])))
        below = height > 0.6
        away = (find_outer(row["radius"]) + 3) * (-1 if below else 1)
        side = "left" if place < 0.25 else "right" if place > 0.75 else "center"
        ax.annotate(
            row["label"], (row["strength"], row["attractiveness"]), xytext=(0, away), textcoords="offset points",
            ha=side, va="top" if below else "bottom", size=7.5, fontweight="bold", color=INK,
            zorder=6, path_effects=[HALO], gid="account",
        )  # fmt: skip
    return 0


def _place_names(ax: Axes, drawn: pd.DataFrame, named: pd.DataFrame, highlight: str | None, *, clear_lines: bool) -> list[Text]:
    outer = drawn["radius"].map(find_outer)
    extent = ax.scatter(drawn["strength"], drawn["attractiveness"], s=find_area(1) * outer**2)
    floor, ceiling = ax.get_ylim()
    strips = np.r_[np.arange(floor, 0, 0.2), np.arange(10.2, ceiling, 0.2)]  # kept for the names of the quadrants
    dots = ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    _, _, texts, _ = textalloc.allocate(
        ax, named["strength"].tolist(), named["attractiveness"].tolist(), named["label"].tolist(),
        x_scatter=drawn["strength"].tolist(), y_scatter=drawn["attractiveness"].tolist(), scatter_plot=extent,
        x_lines=[list(ax.get_xlim())] * len(strips), y_lines=[[y, y] for y in strips],
        text_scatter_sizes=(outer[named.index] * dots / 72).tolist(), avoid_label_lines_overlap=clear_lines, draw_all=False,
        fontweight=["bold" if account_id == highlight else "normal" for account_id in named.index],
        textsize=7, textcolor=INK, linecolor=QUIET, linewidth=0.5, margin=0.004, min_distance=0.004, max_distance=0.35,
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

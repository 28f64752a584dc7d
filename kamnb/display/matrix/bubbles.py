"""The accounts in the matrix as a figure: bubble, ring and mark."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.style import INK, LINE, QUADRANTS, QUIET
from kamnb.scoring.caveats import PROVISIONAL
from kamnb.scoring.scores import BY_SALES

MARK = 2.7
"""Radius of the mark in the middle of a bubble, in points of type."""

ARC = MARK + 1.8
"""Radius of the arc around the mark of an account of which the place is not sure."""

CROWD = 60
"""More accounts than this are drawn as marks, without rings."""

_LARGEST = 18.0  # radius of the largest bubble, in points of type
_GAP = 2.0  # between bubble and ring
_LEAST = MARK + 2.6  # the least radius that a ring goes around, so that there is room for an arc
_SIZELESS = 7.0  # radius of the dotted circle that stands for a bubble of unknown size
_NAME_ASKED = 40  # characters of the asked account's name


Bounds = tuple[float, float]
"""Below which part of the dots a mark is hollow, and from which on it is filled without an arc."""
_ALL_SURE: Bounds = (0.0, 0.0)


def arrange_accounts(scores: pd.DataFrame, highlight: str | None) -> pd.DataFrame:
    """Take the accounts that have a place, the largest first so that small ones are drawn on top; the asked one last."""
    drawn = scores.loc[scores[["attractiveness", "strength", "placed"]].notna().all(axis=1)]
    drawn = drawn.rename_axis("account_id").sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    drawn = drawn.assign(label=label_accounts(scores["name"]).loc[drawn.index])
    if highlight is not None and highlight in drawn.index:
        drawn.loc[highlight, "label"] = label_accounts(scores["name"], _NAME_ASKED)[highlight]
    drawn.loc[drawn["placed"] != drawn["quadrant"].fillna(""), "label"] += "*"
    drawn.loc[rests_on_little(drawn), "label"] += "†"
    largest = scores["revenue_ltm"].max()
    share = (drawn["revenue_ltm"].clip(lower=0) / largest).fillna(0) if largest > 0 else 0 * drawn["attractiveness"]
    drawn = drawn.assign(radius=_LARGEST * np.sqrt(share.astype(float)), sure=_take_counts(drawn))
    return drawn.sort_index(key=lambda ids: ids == highlight, kind="stable")


def _take_counts(drawn: pd.DataFrame) -> pd.Series:
    """Return how sure each place is, as a part of the dots: 1 where nothing is said of it."""
    return drawn["sure"].fillna(1.0) if "sure" in drawn else pd.Series(1.0, index=drawn.index)


def draw_bubbles(ax: Axes, drawn: pd.DataFrame, highlight: str | None, bounds: Bounds) -> None:
    """Draw every account, all but the asked one quietly where one is asked about; very many as marks."""
    if len(drawn) > CROWD:
        _draw_crowd(ax, drawn[drawn.index != highlight], highlight, bounds)
        drawn = drawn[drawn.index == highlight]
    if highlight is not None:
        _draw_quiet(ax, drawn[drawn.index != highlight])
        drawn = drawn[drawn.index == highlight]
    for order, (_, row) in enumerate(drawn.iterrows()):
        for layer in _layers(row, QUADRANTS[row["placed"]].colour, bounds, strong=highlight is not None):
            looks = {"facecolor": layer.face, "edgecolor": layer.edge, "linewidth": layer.linewidth, "gid": layer.gid}
            at = ([row["strength"]], [row["attractiveness"]])
            ax.scatter(*at, s=layer.size, marker=MarkerStyle(layer.marker), zorder=2 + order * 0.001, **looks)


def _draw_quiet(ax: Axes, drawn: pd.DataFrame) -> None:
    """Draw accounts that step back, in one collection: a hundred of their own would take most of the time of the picture."""
    layers = [
        (layer, row["strength"], row["attractiveness"])
        for _, row in drawn.iterrows()
        for layer in _layers(row, QUIET, _ALL_SURE, strong=False)
    ]
    if not layers:
        return
    marks, looks = [MarkerStyle(layer.marker) for layer, *_ in layers], [layer for layer, *_ in layers]
    collection = PathCollection(
        [mark.get_path().transformed(mark.get_transform()) for mark in marks], sizes=[look.size for look in looks],
        offsets=[at for _, *at in layers], offset_transform=ax.transData, facecolors=[to_rgba(look.face) for look in looks],
        edgecolors=[to_rgba(look.edge) for look in looks], linewidths=[look.linewidth for look in looks],
        zorder=2, gid="quiet",
    )  # fmt: skip
    collection.set_transform(IdentityTransform())
    ax.add_collection(collection, autolim=False)


def _draw_crowd(ax: Axes, drawn: pd.DataFrame, highlight: str | None, bounds: Bounds) -> None:
    """Draw many accounts at once; beside an asked one they are marks only, so that it stands out."""
    for quadrant, rows in drawn.groupby("placed"):
        style = QUADRANTS[str(quadrant)]
        at = (rows["strength"], rows["attractiveness"])
        if highlight is None:
            ax.scatter(
                *at,
                s=find_area(1) * rows["radius"] ** 2,
                facecolor=(style.colour, 0.12),
                edgecolor="none",
                zorder=2,
                gid="bubble",
            )
        colour = LINE if highlight else style.colour
        face = np.where(rows["sure"] >= bounds[0], colour, "white").tolist()
        ax.scatter(
            *at, s=find_area(MARK * 0.7), marker=style.marker, c=face, edgecolor=colour, linewidth=0.5, zorder=2, gid="mark"
        )


class _Layer(NamedTuple):
    gid: str
    marker: "str | Path"
    size: float
    face: Any
    edge: Any
    linewidth: float


def _layers(row: "pd.Series[Any]", colour: str, bounds: Bounds, *, strong: bool) -> Iterator[_Layer]:
    """Yield what an account is drawn of, from the bottom up: bubble, ring, arc, mark."""
    if pd.isna(row["revenue_ltm"]):
        yield _Layer("sizeless", draw_dashes(), find_area(_SIZELESS), "none", colour, 0.8)
    if row["radius"] > 0:
        yield _Layer("bubble", "o", find_area(row["radius"]), (colour, 0.45 if strong else 0.16), colour, 1.6 if strong else 0.7)
    if pd.notna(row["share_of_wallet"]):
        around = find_area(find_outer(row["radius"]))
        yield _Layer("track", "o", around, "none", LINE, 1.6)
        if row["share_of_wallet"] > 0:
            yield _Layer("ring", draw_arc(float(row["share_of_wallet"])), around, "none", colour, 1.8)
    hollow, full = bounds
    if row["sure"] < full:
        yield _Layer("arc", draw_arc(float(row["sure"])), find_area(ARC), "none", INK, 1.1)
    unsure = row["sure"] < hollow
    mark = QUADRANTS[row["placed"]].marker
    yield _Layer("hollow" if unsure else "mark", mark, find_area(MARK), "white" if unsure else colour, colour, 1.0)


def draw_arc(share: float) -> Path:
    """Go clockwise from twelve o'clock, all the way round for the whole wallet."""
    angles = np.linspace(0, 2 * np.pi * min(share, 1.0), 61)
    return Path(np.column_stack([np.sin(angles), np.cos(angles)]))


def draw_dashes() -> Path:
    """Go around in twelve dashes: a bubble of which the size is unknown."""
    ends = np.linspace(0, 2 * np.pi, 25)
    middles = (ends[:-1:2] + ends[1::2]) / 2
    angles = np.column_stack([ends[:-1:2], middles, ends[1::2]]).ravel()
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO] * len(middles)
    return Path(np.column_stack([np.sin(angles), np.cos(angles)]), codes)


def find_area(radius: float) -> float:
    """Return the size by which matplotlib draws a mark of this radius."""
    return (2 * radius) ** 2


def find_outer(radius: float) -> float:
    """Return the radius of the ring around a bubble of this radius."""
    return max(radius, _LEAST) + _GAP


def rests_on_little(scores: pd.DataFrame) -> "pd.Series[bool]":
    """Tell of which accounts a caveat says more than that a person placed them."""
    if "caveat" not in scores:
        return pd.Series(False, index=scores.index)
    return scores["caveat"].fillna("").str.contains(f"{BY_SALES}|{PROVISIONAL}", regex=True)

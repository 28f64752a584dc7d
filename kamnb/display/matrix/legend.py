"""What stands below the matrix as a figure: its legend, and what it leaves out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path

from kamnb.data.currency import Currency, choose_unit
from kamnb.display.matrix.axes import measure_height
from kamnb.display.matrix.bubbles import ARC, CROWD, MARK, draw_arc, draw_dashes, rests_on_little
from kamnb.display.parts.formats import write_amount
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import INK, QUADRANTS, QUIET, WASH
from kamnb.scoring.confidence.settings import Dots


def explain_marks(ax: Axes, drawn: pd.DataFrame, dots: Dots | None, arrows: Sequence[Line2D] = ()) -> None:
    """Put the legend below the axes: inside, it would hide accounts."""
    marks = [_key(each.marker, each.colour, f"{each.name} quadrant") for each in QUADRANTS.values()]
    sizes = [_key("o", QUIET, text, size=2 * radius, face=WASH) for radius, text in _sizes(drawn)]
    rings = (
        [_key(draw_arc(0.3), QUIET, "ring: share of wallet, here 30 %", size=12, face="none", edge=1.8)]
        if _has_rings(drawn)
        else []
    )
    unknown = _key(draw_dashes(), QUIET, f"dashed{', or no ring' if rings else ''}: unknown", size=11, face="none", edge=0.8)
    place: dict[str, Any] = {"loc": "upper left", "borderaxespad": 0.0, "handletextpad": 0.5, "columnspacing": 1.6}
    rows = [
        marks,
        [*sizes, *rings, unknown],
        *([_explain_dots(dots)] if dots is not None else []),
        *([[*arrows]] if arrows else []),
    ]
    for number, handles in enumerate(rows):
        legend = Legend(
            ax,
            handles,
            [str(each.get_label()) for each in handles],
            bbox_to_anchor=_below(ax, 42 + 18 * number),
            ncols=len(handles),
            **place,
        )
        ax.add_artist(legend)


def _explain_dots(dots: Dots) -> list[Line2D]:
    """Explain how sure a place is, by its mark."""
    arc = _key(draw_arc(0.7), INK, f"arc: so many of {dots.of}", size=2 * ARC, face="none", edge=1.1)
    return [
        _key("o", QUIET, f"filled, no arc: {dots.full} of {dots.of} weightings and ratings near yours, or more"),
        arc,
        _key("o", QUIET, f"hollow: under {dots.hollow}", face="white"),
    ]


def _below(ax: Axes, points: float) -> tuple[float, float]:
    return (0.0, -points / measure_height(ax))


def _key(
    marker: str | Path, colour: str, label: str, *, size: float = 2 * MARK, face: str | None = None, edge: float = 1.0
) -> Line2D:
    return Line2D(
        [], [], linestyle="none", marker=MarkerStyle(marker), markersize=size, markerfacecolor=face or colour,
        markeredgecolor=colour, markeredgewidth=edge, label=label,
    )  # fmt: skip


def _sizes(drawn: pd.DataFrame) -> list[tuple[float, str]]:
    """One round amount for scale, near a tenth of the largest: its radius and its words."""
    largest = drawn["revenue_ltm"].max()
    if not largest > 0:
        return []
    amount = 10.0 ** np.floor(np.log10(largest / 4))
    full = drawn["radius"].max()
    words = write_amount(amount, Currency("", choose_unit(largest)))
    return [(full * float(np.sqrt(amount / largest)), f"area: revenue, here {words}")]


def write_notes(
    scores: pd.DataFrame, highlight: str | None, anonymous: bool, nameless: int, dots: Dots | None = None
) -> list[str]:
    """Return the sentences below the matrix: what is not drawn, not named, or placed by a person."""
    absent = scores.loc[scores[["attractiveness", "strength", "placed"]].isna().any(axis=1)]
    named = scores.loc[[highlight]] if anonymous and highlight in scores.index else scores.iloc[:0] if anonymous else scores
    overruled = bool((named["placed"].notna() & (named["placed"] != named["quadrant"])).any())
    notes = [_explain_greys(scores)] if anonymous else []
    if anonymous and dots is not None and "sure" in named and (named["sure"] < dots.full / dots.of).any():
        notes.append(f"Arc: how many of {dots.of} weightings and ratings near yours; hollow under {dots.hollow}.")
    notes += [_write_absent(absent, label_accounts(scores["name"]), anonymous)] if len(absent) else []
    if len(scores) - len(absent) > CROWD:
        what = "the others are marks only" if highlight else "rings are left out"
        notes.append(f"Over {CROWD} accounts are drawn, so {what}.")
    notes += [f"{count_of(nameless, 'account')} drawn without a name, for lack of room."] if nameless else []
    notes += ["* placed by a person, against the model; position as scored."] if overruled else []
    return notes + ([f"† {_DAGGER}."] if rests_on_little(named[named["placed"].notna()]).any() else [])


def _has_rings(scores: pd.DataFrame) -> bool:
    """Tell whether the share of wallet of any account is known."""
    return bool(scores["share_of_wallet"].notna().any())


def _explain_greys(scores: pd.DataFrame) -> str:
    area = ["area: revenue of twelve months"] if (scores["revenue_ltm"] > 0).any() else []
    ring = ["ring: share of wallet"] if _has_rings(scores) else []
    return f"{'; '.join([*area, *ring, 'the other accounts in grey']).capitalize()}."


_DAGGER = "judged by our own sales alone on an axis, or its strength is provisional: rated by its own account manager alone"


def _write_absent(absent: pd.DataFrame, labels: "pd.Series[str]", anonymous: bool) -> str:
    text = f"Not drawn, because not scored on both axes: {count_of(len(absent), 'account')}"
    if anonymous:
        return f"{text}."
    few = labels.loc[absent.index[:3]].tolist()  # more would not fit beside each other
    return f"{text} ({', '.join(few)}{', …' if len(absent) > len(few) else ''})."


def write_note(ax: Axes, notes: list[str], below: int) -> None:
    """Write them, so many points below the axes."""
    ax.annotate(
        "\n".join(notes), (0, 0), xycoords="axes fraction", xytext=(0, -below), textcoords="offset points", va="top", size=7.5,
        color=QUIET, linespacing=1.5, gid="note",
    )  # fmt: skip

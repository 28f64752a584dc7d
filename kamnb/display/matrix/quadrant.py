"""The portfolio matrix, drawn: where the accounts stand, how large they are, how much of their wallet is ours."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import textalloc
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from matplotlib.transforms import IdentityTransform

from kamnb.display.parts.formats import (
    COUNT,
    POINTS,
    RATIO,
    SHARE,
    STAGE,
    STAGES,
    TEXT,
    in_money,
    is_known,
    write_compact,
    write_number,
)  # fmt: skip
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import INK, LINE, QUADRANTS, QUIET, WASH, Quadrant, house_style, open_axes
from kamnb.display.parts.tables import Table, show_table

Mode = Literal["points", "relative", "stage"]
Orientation = Literal["right", "left"]

_LARGEST = 18.0  # radius of the largest bubble, in points of type
_MARK = 2.7  # radius of the mark in the middle of a bubble
_GAP = 2.0  # between bubble and ring
_CROWD = 60  # more accounts than this are drawn as marks, without rings
_NAME_ASKED = 40  # characters of the asked account's name
_NAMED = 40  # more names than this cannot be read in one figure
_STRIP, _STRIP_SMALL = 44.0, 24.0  # points of type kept beyond the scores 0 and 10, for the names of the quadrants
_RELATIVE_AT_LEAST = (0.7, 1.4)
_HALO = withStroke(linewidth=1.5, foreground="white")
TICKS = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.7, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0)
"""Where the log axis of relative strength may have ticks."""


@house_style()
def plot_quadrant(
    scores: pd.DataFrame,
    *,
    cut: Mapping[str, float],
    orientation: Orientation = "right",
    mode: Mode = "points",
    parity: tuple[float, float] = (0.9, 1.1),
    highlight: str | None = None,
    anonymous: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the portfolio matrix.

    The area of a bubble is the revenue of the last twelve months, the ring around it our share
    of the wallet from twelve o'clock on; a hollow mark says that revenue is unknown, no ring
    that the share is. Colour and mark are those of the quadrant in which the account is placed;
    where a person overruled the model, the label ends in an asterisk.

    Parameters
    ----------
    scores : DataFrame indexed by ``account_id``
        Columns name, attractiveness and strength (points 0-10; strength as a ratio in relative
        mode, as 1-5 in stage mode), quadrant, placed, revenue_ltm, share_of_wallet (a fraction).
    cut : mapping with ``attractiveness`` and ``strength``
    orientation : "right" or "left"
        The side on which strength is high.
    mode : "points", "relative" or "stage"
        Relative strength has a log axis and a band of parity; the stage is marked by its names.
    parity : (low, high)
    highlight : str, optional
        The account asked about; all others step back.
    anonymous : bool
        Name no account but the highlighted one, neither beside its bubble nor in the note.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> scores = pd.DataFrame(
    ...     {"name": ["Nordlicht"], "attractiveness": [7.1], "strength": [3.9], "quadrant": ["star"],
    ...      "placed": ["star"], "revenue_ltm": [1e6], "share_of_wallet": [0.3]}, index=["A1"])
    >>> ax = plot_quadrant(scores, cut={"attractiveness": 5.0, "strength": 5.0})
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "account"]
    ['Nordlicht']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(3.1 if anonymous else 7.0, ax, left=0.5, top=0.12, bottom=0.85 if anonymous else 1.55)
    drawn = _arrange(scores, highlight)
    _set_scales(ax, drawn, cut, orientation, mode, parity, _STRIP_SMALL if anonymous else _STRIP)
    _name_corners(ax, orientation, with_asks=not anonymous)
    _draw_bubbles(ax, drawn, highlight)
    nameless = _name_accounts(ax, drawn, highlight, anonymous)
    if not anonymous:
        _explain(ax, drawn)
    _note(ax, _write_notes(scores, highlight, anonymous, nameless), 45 if anonymous else 82)
    return ax


def describe_quadrant(
    scores: pd.DataFrame, *, highlight: str | None = None, anonymous: bool = False, mode: Mode = "points"
) -> str:
    """Say what the matrix shows: how many accounts stand in which quadrant, and where the asked one stands.

    Examples
    --------
    >>> scores = pd.DataFrame(
    ...     {"name": ["Nordlicht", "Südwind"], "attractiveness": [7.1, None], "strength": [3.9, 2.0], "quadrant": ["star", None],
    ...      "placed": ["star", None], "revenue_ltm": [1e6, 1e6], "share_of_wallet": [0.3, None]}, index=["A1", "A2"])
    >>> print(describe_quadrant(scores, highlight="A1"))
    Portfolio matrix of 2 accounts: 1 in the Star quadrant, 1 not placed. Nordlicht stands in the Star quadrant:
    attractiveness 7.1, strength 3.9.
    """
    counts = scores["placed"].value_counts()
    parts = [f"{counts[key]} in the {each.name} quadrant" for key, each in QUADRANTS.items() if counts.get(key, 0)]
    absent = int(scores["placed"].isna().sum())
    parts += [f"{absent} not placed"] if absent else []
    text = f"Portfolio matrix of {count_of(len(scores), 'account')}: {', '.join(parts)}."
    if highlight is not None:
        return f"{text} {_describe_account(scores.loc[[highlight]].iloc[0], highlight, mode)}"
    return text if anonymous else f"{text}{_describe_members(scores)}"


def tabulate_quadrant(scores: pd.DataFrame, *, currency: str, mode: Mode = "points") -> Table:
    """Put the numbers of the matrix in a table: largest revenue first, then by id."""
    order = scores.rename_axis("account_id").sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    shown = pd.DataFrame(
        {
            "Account": label_accounts(order["name"], 40),
            "Quadrant": order["placed"].map({key: each.name for key, each in QUADRANTS.items()}),
            "Model": order["quadrant"].map({key: each.name for key, each in QUADRANTS.items()}),
            **order[["attractiveness", "strength", "revenue_ltm", "share_of_wallet"]],
        }
    )
    shown.index.name = None
    formats = {
        "Account": TEXT,
        "Quadrant": TEXT,
        "Model": TEXT,
        "attractiveness": POINTS,
        "strength": STRENGTHS[mode],
        "revenue_ltm": in_money(currency),
        "share_of_wallet": SHARE,
    }
    if (order["placed"].fillna("") == order["quadrant"].fillna("")).all():
        shown = shown.drop(columns="Model")
    return show_table(shown, "Accounts in the portfolio matrix", formats)


STRENGTHS = {"points": POINTS, "relative": RATIO, "stage": STAGE}
"""How a strength is written, by the way it is measured."""


def tabulate_quadrant_counts(scores: pd.DataFrame, *, currency: str) -> Table:
    """Put accounts and revenue per quadrant in a table, with what each quadrant asks for."""
    names = scores["placed"].map({key: each.name for key, each in QUADRANTS.items()}).fillna("not placed")
    grouped = scores.groupby(names)["revenue_ltm"].agg(size="size", sum=_add)
    order = [each.name for each in QUADRANTS.values()] + (["not placed"] if "not placed" in grouped.index else [])
    shown = grouped.reindex(order).fillna({"size": 0}).rename_axis("Quadrant").reset_index()
    shown["share"] = shown["sum"] / shown["sum"].sum() if shown["sum"].sum() else np.nan
    shown["asks"] = shown["Quadrant"].map({each.name: each.asks for each in QUADRANTS.values()})
    heads = {"size": "Accounts", "sum": "Revenue LTM", "share": "Share of revenue", "asks": "Asks us to"}
    formats = {"Quadrant": TEXT, "size": COUNT, "sum": in_money(currency), "share": SHARE, "asks": TEXT}
    unknown = int(scores["revenue_ltm"].isna().sum())
    note = f"Revenue unknown, not added: {count_of(unknown, 'account')}." if unknown else ""
    return show_table(shown, "Accounts and revenue per quadrant", formats, heads=heads, note=note)


def _add(amounts: "pd.Series[float]") -> float:
    """Add up what is known; nothing known is unknown, not zero."""
    return float(amounts.sum(min_count=1))


def _describe_account(row: "pd.Series[Any]", account_id: str, mode: Mode) -> str:
    name = row["name"] if pd.notna(row["name"]) else account_id
    if pd.isna(row["placed"]):
        return f"{name} is not placed."
    strength = STRENGTHS[mode](row["strength"])
    where = f"attractiveness {write_number(row['attractiveness'], 1)}, strength {strength}"
    return f"{name} stands in the {QUADRANTS[row['placed']].name} quadrant: {where}."


def _describe_members(scores: pd.DataFrame) -> str:
    """Name the largest account of each quadrant."""
    said = []
    for key, quadrant in QUADRANTS.items():
        revenue = scores.loc[scores["placed"] == key, "revenue_ltm"].dropna().sort_index()
        if len(revenue):
            largest = str(revenue.idxmax())
            name = scores["name"].loc[largest]
            said.append(f"{name if is_known(name) else largest} in the {quadrant.name} quadrant")
    return f" Largest by revenue: {join_words(said)}." if said else ""


def _arrange(scores: pd.DataFrame, highlight: str | None) -> pd.DataFrame:
    """Take the accounts that have a place, the largest first so that small ones are drawn on top; the asked one last."""
    drawn = scores.loc[scores[["attractiveness", "strength", "placed"]].notna().all(axis=1)]
    drawn = drawn.rename_axis("account_id").sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    drawn = drawn.assign(label=label_accounts(scores["name"]).loc[drawn.index])
    if highlight is not None and highlight in drawn.index:
        drawn.loc[highlight, "label"] = label_accounts(scores["name"], _NAME_ASKED)[highlight]
    drawn.loc[drawn["placed"] != drawn["quadrant"].fillna(""), "label"] += "*"
    largest = scores["revenue_ltm"].max()
    share = (drawn["revenue_ltm"].clip(lower=0) / largest).fillna(0) if largest > 0 else 0 * drawn["attractiveness"]
    drawn = drawn.assign(radius=_LARGEST * np.sqrt(share.astype(float)))
    return drawn.sort_index(key=lambda ids: ids == highlight, kind="stable")


def _set_scales(
    ax: Axes,
    drawn: pd.DataFrame,
    cut: Mapping[str, float],
    orientation: Orientation,
    mode: Mode,
    parity: tuple[float, float],
    strip: float,
) -> None:
    beyond = 10 * strip / max(_height(ax) - 2 * strip, strip)
    ax.set_ylim(-beyond, 10 + beyond)
    ax.set_yticks(range(0, 11, 2))
    ax.set_ylabel("Attractiveness (points)")
    _SCALES[mode](ax, drawn, parity)
    if orientation == "left":
        ax.xaxis.set_inverted(True)
    ax.axvline(cut["strength"], color=QUIET, linewidth=0.8, zorder=0.6)
    ax.axhline(cut["attractiveness"], color=QUIET, linewidth=0.8, zorder=0.6)
    for spine in ax.spines.values():
        spine.set(visible=True, color=LINE)
    weak, strong = (0, 1) if orientation == "right" else (1, 0)
    _mark_end(ax, strong, "strong →" if strong else "← strong", INK)
    _mark_end(ax, weak, "weak", QUIET)


def _scale_points(ax: Axes, drawn: pd.DataFrame, parity: tuple[float, float]) -> None:
    ax.set_xlim(-0.7, 10.7)
    ax.set_xticks(range(0, 11, 2))
    ax.set_xlabel("Relationship strength (points)", labelpad=7)


def _scale_relative(ax: Axes, drawn: pd.DataFrame, parity: tuple[float, float]) -> None:
    known = drawn.loc[drawn["strength"] > 0, "strength"]
    low, high = (min(_RELATIVE_AT_LEAST[0], known.min() / 1.08), max(_RELATIVE_AT_LEAST[1], known.max() * 1.08))
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if low <= tick <= high]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("Relationship strength (ours / best competitor’s, log scale)", labelpad=7)
    ax.axvspan(*parity, color=WASH, zorder=0.4, gid="parity")
    ax.text(
        np.sqrt(parity[0] * parity[1]), 0.012, f"parity {parity[0]:g} to {parity[1]:g}", color=QUIET, size=7, ha="center",
        bbox={"facecolor": WASH, "edgecolor": "none", "pad": 1.5}, transform=ax.get_xaxis_transform(), gid="parity",
    )  # fmt: skip


def _scale_stage(ax: Axes, drawn: pd.DataFrame, parity: tuple[float, float]) -> None:
    ax.set_xlim(0.5, 5.5)
    ax.set_xticks(range(1, 6), STAGES)
    ax.set_xlabel("Relationship stage, by evidence", labelpad=7)


_SCALES = {"points": _scale_points, "relative": _scale_relative, "stage": _scale_stage}


def _mark_end(ax: Axes, side: int, words: str, colour: str) -> None:
    ax.annotate(
        words, (side, 0), xycoords="axes fraction", xytext=(0, -21), textcoords="offset points", color=colour,
        ha="right" if side else "left", va="top", fontweight="bold" if "strong" in words else "normal", gid="end",
    )  # fmt: skip


def _name_corners(ax: Axes, orientation: Orientation, *, with_asks: bool) -> None:
    strong = 1 if orientation == "right" else 0
    places = {"strategic": (strong, 1), "star": (1 - strong, 1), "status": (strong, 0), "streamline": (1 - strong, 0)}
    for key, (side, top) in places.items():
        _name_corner(ax, QUADRANTS[key], side, top, with_asks)


def _name_corner(ax: Axes, quadrant: Quadrant, side: int, top: int, with_asks: bool) -> None:
    """Write the name above what the quadrant asks for, inside the corner; heights in points from the edge."""
    name, asks = (-6, -18) if top else (16, 6)
    looks: list[tuple[str, int, dict[str, Any]]] = [
        (quadrant.name, name, {"size": 9, "fontweight": "bold", "color": quadrant.colour}),
        (quadrant.asks, asks, {"size": 7, "color": QUIET}),
    ]
    for words, height, look in looks if with_asks else [(quadrant.name, -6 if top else 6, looks[0][2])]:
        ax.annotate(
            words, (side, top), xycoords="axes fraction", xytext=(-8 if side else 8, height), textcoords="offset points",
            ha="right" if side else "left", va="top" if top else "bottom", zorder=6, path_effects=[_HALO], gid="corner", **look,
        )  # fmt: skip


def _draw_bubbles(ax: Axes, drawn: pd.DataFrame, highlight: str | None) -> None:
    if len(drawn) > _CROWD:
        _draw_crowd(ax, drawn[drawn.index != highlight], highlight)
        drawn = drawn[drawn.index == highlight]
    if highlight is not None:
        _draw_quiet(ax, drawn[drawn.index != highlight])
        drawn = drawn[drawn.index == highlight]
    for order, (_, row) in enumerate(drawn.iterrows()):
        for layer in _layers(row, QUADRANTS[row["placed"]].colour, strong=highlight is not None):
            looks = {"facecolor": layer.face, "edgecolor": layer.edge, "linewidth": layer.linewidth, "gid": layer.gid}
            at = ([row["strength"]], [row["attractiveness"]])
            ax.scatter(*at, s=layer.size, marker=MarkerStyle(layer.marker), zorder=2 + order * 0.001, **looks)


def _draw_quiet(ax: Axes, drawn: pd.DataFrame) -> None:
    """Draw accounts that step back, in one collection: a hundred of their own would take most of the time of the picture."""
    layers = [
        (layer, row["strength"], row["attractiveness"])
        for _, row in drawn.iterrows()
        for layer in _layers(row, QUIET, strong=False)
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


def _draw_crowd(ax: Axes, drawn: pd.DataFrame, highlight: str | None) -> None:
    """Draw many accounts at once; beside an asked one they are marks only, so that it stands out."""
    for quadrant, rows in drawn.groupby("placed"):
        style = QUADRANTS[str(quadrant)]
        at = (rows["strength"], rows["attractiveness"])
        if highlight is None:
            ax.scatter(
                *at, s=_area(1) * rows["radius"] ** 2, facecolor=(style.colour, 0.12), edgecolor="none", zorder=2, gid="bubble"
            )
        colour = LINE if highlight else style.colour
        ax.scatter(*at, s=_area(_MARK * 0.7), marker=style.marker, color=colour, linewidth=0, zorder=2, gid="mark")


class _Layer(NamedTuple):
    gid: str
    marker: "str | Path"
    size: float
    face: Any
    edge: Any
    linewidth: float


def _layers(row: "pd.Series[Any]", colour: str, *, strong: bool) -> Iterator[_Layer]:
    """Yield what an account is drawn of, from the bottom up: bubble, ring, mark."""
    if row["radius"] > 0:
        yield _Layer("bubble", "o", _area(row["radius"]), (colour, 0.45 if strong else 0.16), colour, 1.6 if strong else 0.7)
    if pd.notna(row["share_of_wallet"]):
        around = _area(_outer(row["radius"]))
        yield _Layer("track", "o", around, "none", LINE, 1.6)
        if row["share_of_wallet"] > 0:
            yield _Layer("ring", _arc(float(row["share_of_wallet"])), around, "none", colour, 1.8)
    unknown = pd.isna(row["revenue_ltm"])
    mark = QUADRANTS[row["placed"]].marker
    yield _Layer("hollow" if unknown else "mark", mark, _area(_MARK), "white" if unknown else colour, colour, 1.0)


def _arc(share: float) -> Path:
    """Go clockwise from twelve o'clock, all the way round for the whole wallet."""
    angles = np.linspace(0, 2 * np.pi * min(share, 1.0), 61)
    return Path(np.column_stack([np.sin(angles), np.cos(angles)]))


def _area(radius: float) -> float:
    return (2 * radius) ** 2


def _outer(radius: float) -> float:
    return max(radius, _MARK) + _GAP


def _name_accounts(ax: Axes, drawn: pd.DataFrame, highlight: str | None, anonymous: bool) -> int:
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
        away = (_outer(row["radius"]) + 3) * (-1 if below else 1)
        side = "left" if place < 0.25 else "right" if place > 0.75 else "center"
        ax.annotate(
            row["label"], (row["strength"], row["attractiveness"]), xytext=(0, away), textcoords="offset points",
            ha=side, va="top" if below else "bottom", size=7.5, fontweight="bold", color=INK,
            zorder=6, path_effects=[_HALO], gid="account",
        )  # fmt: skip
    return 0


def _place_names(ax: Axes, drawn: pd.DataFrame, named: pd.DataFrame, highlight: str | None, *, clear_lines: bool) -> list[Text]:
    outer = drawn["radius"].map(_outer)
    extent = ax.scatter(drawn["strength"], drawn["attractiveness"], s=_area(1) * outer**2)
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
        path_effects=[_HALO],
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


def _explain(ax: Axes, drawn: pd.DataFrame) -> None:
    """Put the legend below the axes: inside, it would hide accounts."""
    marks = [_key(each.marker, each.colour, f"{each.name} quadrant") for each in QUADRANTS.values()]
    sizes = [_key("o", QUIET, text, size=2 * radius, face=WASH) for radius, text in _sizes(drawn)]
    ring = Line2D(
        [],
        [],
        linestyle="none",
        marker=MarkerStyle(_arc(0.3)),
        markersize=12,
        markerfacecolor="none",
        markeredgecolor=QUIET,
        markeredgewidth=1.8,
    )
    ring.set_label("ring: share of wallet, here 30 %")
    hollow = _key("D", QUIET, "hollow, or no ring: unknown", face="white")
    place: dict[str, Any] = {"loc": "upper left", "borderaxespad": 0.0, "handletextpad": 0.5, "columnspacing": 1.6}
    first = ax.legend(handles=marks, bbox_to_anchor=_below(ax, 42), ncols=4, **place)
    ax.add_artist(first)
    ax.legend(handles=[*sizes, ring, hollow], bbox_to_anchor=_below(ax, 60), ncols=len(sizes) + 2, **place)


def _below(ax: Axes, points: float) -> tuple[float, float]:
    return (0.0, -points / _height(ax))


def _height(ax: Axes) -> float:
    """Measure the Axes in points of type."""
    return float(ax.get_position().height * ax.get_figure(root=True).get_figheight() * 72)  # type: ignore[union-attr]


def _key(marker: str, colour: str, label: str, *, size: float = 2 * _MARK, face: str | None = None) -> Line2D:
    return Line2D(
        [], [], linestyle="none", marker=marker, markersize=size, markerfacecolor=face or colour, markeredgecolor=colour,
        label=label,
    )  # fmt: skip


def _sizes(drawn: pd.DataFrame) -> list[tuple[float, str]]:
    """One round amount for scale, near a tenth of the largest: its radius and its words."""
    largest = drawn["revenue_ltm"].max()
    if not largest > 0:
        return []
    amount = 10.0 ** np.floor(np.log10(largest / 4))
    full = drawn["radius"].max()
    return [(full * float(np.sqrt(amount / largest)), f"area: revenue, here {write_compact(amount)}")]


def _write_notes(scores: pd.DataFrame, highlight: str | None, anonymous: bool, nameless: int) -> list[str]:
    absent = scores.loc[scores[["attractiveness", "strength", "placed"]].isna().any(axis=1)]
    named = scores.loc[[highlight]] if anonymous and highlight in scores.index else scores.iloc[:0] if anonymous else scores
    overruled = bool((named["placed"].notna() & (named["placed"] != named["quadrant"])).any())
    notes = ["Area: revenue of twelve months; ring: share of wallet; the other accounts in grey."] if anonymous else []
    notes += [_write_absent(absent, label_accounts(scores["name"]), anonymous)] if len(absent) else []
    if len(scores) - len(absent) > _CROWD:
        what = "the others are marks only" if highlight else "rings are left out"
        notes.append(f"Over {_CROWD} accounts are drawn, so {what}.")
    notes += [f"{count_of(nameless, 'account')} drawn without a name, for lack of room."] if nameless else []
    return notes + (["* placed by a person, against the model; position as scored."] if overruled else [])


def _write_absent(absent: pd.DataFrame, labels: "pd.Series[str]", anonymous: bool) -> str:
    text = f"Not drawn, because not scored on both axes: {count_of(len(absent), 'account')}"
    if anonymous:
        return f"{text}."
    few = labels.loc[absent.index[:5]].tolist()
    return f"{text} ({', '.join(few)}{', …' if len(absent) > len(few) else ''})."


def _note(ax: Axes, notes: list[str], below: int) -> None:
    ax.annotate(
        "\n".join(notes), (0, 0), xycoords="axes fraction", xytext=(0, -below), textcoords="offset points", va="top", size=7,
        color=QUIET, linespacing=1.5, gid="note",
    )  # fmt: skip

"""How we and the strongest competitor are rated, factor by factor: as a picture, in words, and who else is rated."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import is_known, write_points
from kamnb.display.parts.names import draw_name
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, join_first, join_words
from kamnb.display.parts.style import BLUE, HALF, INK, LINE, ORANGE, darken_words, house_style, open_axes
from kamnb.display.parts.tables import title_column
from kamnb.planning import AccountPlan
from kamnb.scoring.criteria import say_name
from kamnb.scoring.points import points_of

_US, _NAMED = "", 3
_ENDS = ("points", "low", "high")
_MARKS = {"us": ("o", BLUE, -0.13), "them": ("D", ORANGE, 0.13)}


def frame_competitors(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the factors for which we or the strongest competitor is rated, the heaviest first.

    The strongest is the one with the highest mean by weight over the factors for which both are rated; the first by name
    among equals.

    Returns
    -------
    DataFrame
        Indexed by ``factor``; ``us``, ``us_low``, ``us_high``, ``them``, ``them_low`` and ``them_high`` (points, NaN: nobody
        rated; the lowest and the highest of the raters); ``attrs["competitor"]`` is the competitor's name, empty where none is.
    """
    rated = plan.tables.get("competitors")
    if rated is None or rated.empty:
        return pd.DataFrame()
    shares = {each.measures: each.share for _, each in analysis.criteria.listed() if each.source == "ratings"}
    points = rated.assign(
        **{
            name: [
                points_of([value], analysis.criteria.anchors_of(factor))[0] for value, factor in rated[[name, "criterion"]].values
            ]
            for name in _ENDS
        },
        share=rated["criterion"].map(shares).fillna(0.0),
    )
    strongest = _find_strongest(points)
    order = points.sort_values(["share", "criterion"], ascending=[False, True])["criterion"].drop_duplicates()
    sides = {"us": _US, "them": strongest}
    own = {side: points[points["rated"] == who].set_index("criterion")[list(_ENDS)] for side, who in sides.items()}
    columns = {f"{side}{'' if name == 'points' else f'_{name}'}": frame[name] for side, frame in own.items() for name in _ENDS}
    found = pd.DataFrame(columns).reindex(order).rename_axis("factor")
    found.attrs["competitor"] = strongest or ""
    return found.dropna(how="all")


def _find_strongest(points: pd.DataFrame) -> str | None:
    ours = set(points.loc[points["rated"] == _US, "criterion"])
    theirs = points[(points["rated"] != _US) & (points["criterion"].isin(ours) if ours else True)]
    if theirs.empty:
        return None
    weights = theirs["share"].clip(lower=1e-9)
    sums = theirs.assign(weight=weights, weighed=weights * theirs["points"]).groupby("rated")[["weighed", "weight"]].sum()
    means = (sums["weighed"] / sums["weight"]).round(9).rename("mean").reset_index()
    return str(means.sort_values(["mean", "rated"], ascending=[False, True])["rated"].iloc[0])


@house_style()
def plot_competitors(factors: pd.DataFrame, competitor: str, *, ax: Axes | None = None) -> Axes:
    """Draw each factor as a dumbbell: us, the strongest competitor, and how far the raters of each are apart.

    Parameters
    ----------
    factors : DataFrame
        As `frame_competitors` returns it.
    competitor : str
    ax : Axes, optional

    Examples
    --------
    >>> columns = ["us", "us_low", "us_high", "them", "them_low", "them_high"]
    >>> factors = pd.DataFrame([[7.0, 6.0, 8.0, 5.0, 5.0, 5.0]], columns=columns, index=["trust"])
    >>> ax = plot_competitors(factors, "Rival")
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "points"]
    ['7.0', '5.0']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(0.62 + 0.24 * len(factors), ax, width=HALF, left=1.25, right=0.12, top=0.24, bottom=0.38)
    for place, (_, row) in enumerate(factors.iterrows()):
        _draw_factor(ax, place, row)
    ax.set_yticks(range(len(factors)), [draw_name(title_column(str(name)), f"factor {place + 1}", 22) for place, name in
                                        enumerate(factors.index)])  # fmt: skip
    ax.set(xlim=(-0.8, 10.8), ylim=(len(factors) - 0.4, -0.6), xticks=range(0, 11, 2))
    ax.tick_params(axis="y", length=0, labelsize=7.5)
    ax.tick_params(axis="x", labelsize=7.5)
    ax.set_xlabel("points; bars: lowest to highest rater", size=7.5, labelpad=2)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=LINE, linewidth=0.5)
    heads = [(0.0, "● we", BLUE, "left"), (1.0, f"◆ {draw_name(competitor, 'the strongest competitor', 26)}", ORANGE, "right")]
    for at, words, colour, side in heads[: 2 if competitor else 1]:
        ax.annotate(
            words,
            (at, 1),
            (0, 4),
            "axes fraction",
            "offset points",
            ha=side,
            size=7.5,
            color=darken_words(colour),
            fontweight="bold",
        )
    return ax


def _draw_factor(ax: Axes, place: int, row: "pd.Series[float]") -> None:
    both = [row[side] for side in _MARKS if is_known(row[side])]
    if len(both) > 1:
        ax.plot(both, [place, place], color=LINE, linewidth=2.5, solid_capstyle="butt", zorder=1)
    for side, (marker, colour, off) in _MARKS.items():
        if not is_known(row[side]):
            continue
        if row[f"{side}_high"] > row[f"{side}_low"]:
            ax.plot(
                [row[f"{side}_low"], row[f"{side}_high"]], [place + off] * 2, color=colour, linewidth=0.8, zorder=2, gid="raters"
            )
        ax.plot([row[side]], [place], marker=marker, markersize=5.5, color=colour, zorder=3)
        is_right = row[side] >= max(both) and not (len(both) > 1 and side == "them" and both[0] == both[1])
        ax.annotate(
            write_points(row[side]), (row[side], place), (6 if is_right else -6, 0), textcoords="offset points", va="center",
            ha="left" if is_right else "right", size=7.5, color=INK, gid="points",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.8}, zorder=4,
        )  # fmt: skip


def describe_competitors(factors: pd.DataFrame, competitor: str) -> str:
    """Say how we and the strongest competitor are rated, and on how many factors we are ahead.

    Examples
    --------
    >>> factors = pd.DataFrame({"us": [7.0, 4.0], "them": [5.0, None]}, index=["trust", "price"])
    >>> describe_competitors(factors, "Rival")
    'Rated by success factor, the heaviest first: trust 7.0 against 5.0 of Rival; price 4.0. We are ahead on 1 of 1 factor.'
    """
    if not competitor:
        said = join_words([f"{say_name(str(name))} {write_points(row['us'])}" for name, row in factors.iterrows()])
        return f"Rated by success factor, the heaviest first: {said}. No competitor is rated."
    parts = [
        _say_factor(say_name(str(name)), row, competitor if not place else "")
        for place, (name, row) in enumerate(factors.iterrows())
    ]
    both = factors.dropna(subset=["us", "them"])
    ahead = int((both["us"] > both["them"]).sum())
    counted = f" We are ahead on {ahead} of {len(both)} factor{'s' if len(both) != 1 else ''}." if len(both) else ""
    return f"Rated by success factor, the heaviest first: {'; '.join(parts)}.{counted}"


def _say_factor(name: str, row: "pd.Series[Any]", competitor: str) -> str:
    if not is_known(row["them"]):
        return f"{name} {write_points(row['us'])}"
    ours = write_points(row["us"]) if is_known(row["us"]) else "not rated"
    return f"{name} {ours} against {write_points(row['them'])}{f' of {competitor}' if competitor else ''}"


def picture_competitors(analysis: Analysis, plan: AccountPlan) -> Picture | None:
    """Draw how we and the strongest competitor are rated; None where nobody rated."""
    factors = frame_competitors(analysis, plan)
    if factors.empty:
        return None
    competitor = factors.attrs["competitor"]
    return show_figure(plot_competitors(factors, competitor), describe_competitors(factors, competitor))


def say_competitors(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Name the competitors that are rated and not drawn; None where there are none."""
    factors = frame_competitors(analysis, plan)
    if factors.empty:
        return None
    others = sorted(set(plan.tables["competitors"]["rated"]) - {_US, factors.attrs["competitor"]})
    return Prose(f"Also rated: {join_first(others, _NAMED)}.") if others else None

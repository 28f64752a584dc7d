"""What each criterion adds to the two scores, drawn, said and tabulated."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamnb.display.parts.charts import Chart, Series
from kamnb.display.parts.formats import POINTS, RATIO, TEXT, Format, is_known, write_number
from kamnb.display.parts.names import draw_name
from kamnb.display.parts.sentences import join_words
from kamnb.display.parts.style import (
    BLUE,
    GREEN,
    HALF,
    LINE,
    QUIET,
    WASH,
    darken_words,
    house_style,
    open_axes,
    say_nothing_to_draw,
)
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.scoring.criteria import say_name

_AXES = {"attractiveness": BLUE, "strength": GREEN}
_LEAST_MOVE = 0.05
_TITLES = {"attractiveness": "Attractiveness", "strength": "Relationship strength"}


@house_style()
def plot_contributions(parts: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what each criterion adds to the score of its axis, as bars within what it could add.

    Parameters
    ----------
    parts : DataFrame indexed by ``criterion``, in the order of the model, one account
        Columns axis ("attractiveness" or "strength"), contribution (in the unit of the score;
        NaN: unknown, or not scored), and, if there is one, known (whether the value behind it is), maximum (the most it could
        add) and change (since an earlier day, written beside the bar where it is 0.05 or more).
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> parts = pd.DataFrame({"axis": ["attractiveness", "strength"], "contribution": [2.4, None], "maximum": [5.0, 5.0]},
    ...                      index=["annual_spend", "quality"])
    >>> ax = plot_contributions(parts)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Annual spend', 'Quality']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    rows = _lay_out(parts)
    lines = rows["place"].max() + 1 if len(rows) else 3
    ax = open_axes(0.46 + 0.132 * lines, ax, width=HALF, left=1.65, right=0.7, top=0.12, bottom=0.38)
    if rows.empty:
        return say_nothing_to_draw(ax, "No criteria.")
    rows["words"] = _say_absent(rows)
    for _, row in rows.iterrows():
        _draw_bar(ax, row)
    for axis, first in rows.groupby("axis")["place"].min().items():
        _head(ax, str(axis), first - 1, rows[rows["axis"] == axis])
    names = [draw_name(title_column(str(name)), f"criterion {place}", 32) for place, name in enumerate(rows.index, 1)]
    ax.set_yticks(rows["place"], names)
    ax.set_ylim(rows["place"].max() + 0.6, -0.6)
    ax.set_xlim(0, (rows[["contribution", "maximum"]].fillna(0.0).max().max() or 1.0) * 1.02)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_color(LINE)
    ax.set_xlabel(
        "points added; pale: the most it could add"
        if rows["maximum"].notna().any()
        else "added to the score" + ("; in brackets: change" if rows["change"].map(_has_moved).any() else "")
    )
    return ax


def describe_contributions(parts: pd.DataFrame) -> str:
    """Say for both axes the score, what adds most to it and what is unknown.

    Examples
    --------
    >>> parts = pd.DataFrame({"axis": ["attractiveness"] * 3, "contribution": [2.4, 1.0, None]},
    ...                      index=["annual_spend", "own_growth", "potential"])
    >>> describe_contributions(parts)
    'Contributions to the scores. Attractiveness 3.4: most from annual spend (2.4) and own growth (1.0); unknown: potential.'
    """
    axes = [_describe_axis(parts, axis) for axis in _AXES if axis in set(parts["axis"])]
    return " ".join(["Contributions to the scores.", *axes, *_describe_moves(parts)])


def chart_contributions(parts: pd.DataFrame) -> Chart:
    """Return the numbers of the contributions: pale what a criterion could add, on it what it adds.

    Examples
    --------
    >>> parts = pd.DataFrame({"axis": ["attractiveness", "strength"], "contribution": [2.4, None], "maximum": [5.0, 5.0]},
    ...                      index=["annual_spend", "quality"])
    >>> chart = chart_contributions(parts)
    >>> [(each.name, each.values, each.labels) for each in chart.series]
    [('At most', (5.0, 5.0), ()), ('Attractiveness', (2.4, None), ('2.4 of 5.0', '')),
    ('Relationship strength', (None, None), ('', 'unknown'))]
    """
    rows = _lay_out(parts)
    rows["words"] = _say_absent(rows)
    said = [_write_value(row) for _, row in rows.iterrows()]
    most = [Series("At most", LINE, _round(rows["maximum"]))] if rows["maximum"].notna().any() else []
    own = [
        Series(_TITLES[axis], colour, _round(rows["contribution"].where(rows["axis"] == axis)),
               labels=tuple(words if on == axis else "" for words, on in zip(said, rows["axis"], strict=True)))
        for axis, colour in _AXES.items() if axis in set(rows["axis"])
    ]  # fmt: skip
    return Chart("bars", (*most, *own), tuple(title_column(str(name)) for name in rows.index))


def _round(values: "pd.Series[float]") -> tuple[float | None, ...]:
    return tuple(round(float(value), 2) if is_known(value) else None for value in values)


def _describe_moves(parts: pd.DataFrame) -> list[str]:
    if "change" not in parts:
        return []
    moved = [
        f"{say_name(str(name))} {write_number(each, 2, sign=True)}" for name, each in parts["change"].items() if _has_moved(each)
    ]
    return [f"Changed: {join_words(moved)}."] if moved else []


def tabulate_contributions(parts: pd.DataFrame, values: "pd.Series[str] | None" = None, *, mode: str = "points") -> Table:
    """Put the contributions in a table, with the values behind them where given as text."""
    unit = POINTS if mode == "points" else RATIO
    shown = pd.DataFrame({"Axis": parts["axis"].map(_TITLES), "Criterion": [title_column(str(name)) for name in parts.index]})
    shown = shown.assign(contribution=parts["contribution"])
    if "maximum" in parts:
        shown = shown.assign(at_most=parts["maximum"])
    if values is not None:
        shown.insert(2, "Value", values.reindex(parts.index))
    formats: dict[str, Format] = {"Axis": TEXT, "Criterion": TEXT, "Value": TEXT, "contribution": unit, "at_most": unit}
    note = "A dash: unknown, left out of the score." if parts["contribution"].isna().any() else ""
    return show_table(shown.reset_index(drop=True), "What each criterion adds to the score", formats, note=note)


def _lay_out(parts: pd.DataFrame) -> pd.DataFrame:
    """Give each criterion its line, with a line for the heading of its axis before and a space between the axes."""
    rows = parts.reindex(columns=["axis", "contribution", "maximum", "change", "known"])
    rows = rows.sort_values("axis", key=lambda axes: axes.map(list(_AXES).index), kind="stable")
    heading = (rows["axis"] != rows["axis"].shift()).cumsum()
    return rows.assign(place=[number + 1.5 * before - 0.5 for number, before in enumerate(heading)])


def _draw_bar(ax: Axes, row: "pd.Series[Any]") -> None:
    place, value, most = row["place"], row["contribution"], row["maximum"]
    if is_known(most):
        ax.barh(place, most, height=0.62, color=WASH if is_known(value) else "none", edgecolor=LINE, linewidth=0.5, gid="maximum")
    if is_known(value):
        ax.barh(place, value, height=0.62, color=_AXES[row["axis"]], gid="contribution")
    ends = [end for end in (value, most, 0) if is_known(end)]
    ax.annotate(
        _write_value(row), (max(ends), place), xytext=(4, 0), textcoords="offset points", va="center", size=7.5,
        color=QUIET if not is_known(value) else "black", gid="value",
    )  # fmt: skip


def _write_value(row: "pd.Series[Any]") -> str:
    value, most = row["contribution"], row["maximum"]
    words = row["words"] if not is_known(value) else write_number(value, 1 if value == 0 or value >= 0.05 else 2)
    of = f" of {write_number(most, 1)}" if is_known(most) and is_known(value) else ""
    moved = f" ({write_number(row['change'], 2, sign=True)})" if _has_moved(row["change"]) else ""
    return f"{words}{of}{moved}"


def _has_moved(change: float) -> bool:
    return bool(is_known(change) and abs(change) >= _LEAST_MOVE)


def _say_absent(parts: pd.DataFrame) -> "pd.Series[str]":
    """Say of each criterion without a contribution whether it is unknown, or known and not scored, for too little else is."""
    known = parts["known"].eq(True) if "known" in parts else pd.Series(False, index=parts.index)
    return (known & parts["contribution"].isna()).map({True: "not scored", False: "unknown"})


def _head(ax: Axes, axis: str, place: float, rows: pd.DataFrame) -> None:
    score = rows["contribution"].sum(min_count=1)
    absent = "not scored" if rows["words"].eq("not scored").any() else "unknown"
    text = f"{_TITLES[axis]}  {write_number(score, 1) if is_known(score) else absent}"
    ax.annotate(
        text, (0, place), xycoords=("axes fraction", "data"), xytext=(-5, 0), textcoords="offset points", ha="right", va="center",
        fontweight="bold", size=8.5, color=darken_words(_AXES[axis]), gid="heading",
    )  # fmt: skip


def _describe_axis(parts: pd.DataFrame, axis: str) -> str:
    rows = parts[parts["axis"] == axis]
    own, absent = rows["contribution"], _say_absent(rows)[rows["contribution"].isna()]
    known = own.dropna().sort_values(ascending=False, kind="stable").head(3)
    by_word = {word: [say_name(str(name)) for name in absent.index[absent == word]] for word in ("not scored", "unknown")}
    heads = {"not scored": "known, and not scored", "unknown": "unknown"}
    missing = "".join(f"; {heads[word]}: {join_words(names)}" for word, names in by_word.items() if names)
    if known.empty:
        return f"{_TITLES[axis]} {'not scored' if by_word['not scored'] else 'unknown'}{missing}."
    most = join_words([f"{say_name(str(name))} ({write_number(value, 1)})" for name, value in known.items()])
    return f"{_TITLES[axis]} {write_number(own.sum(), 1)}: most from {most}{missing}."

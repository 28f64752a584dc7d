"""An account over the last quarters in four small lines: both scores, revenue, days late."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from kamnb.analysis import Analysis
from kamnb.data.currency import take_code_off
from kamnb.display.parts.formats import MONTHS, write_amount, write_number
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.style import BLUE, INK, LINE, QUIET, WIDTH, house_style
from kamnb.display.portfolio.movement import count_decimals
from kamnb.planning import AccountPlan

HEIGHT = 0.92
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.38, 0.42, 0.24, 0.18


class Line(NamedTuple):
    """One small line: its name, its value at each day, how a value is written, and the cut where there is one."""

    name: str
    values: "pd.Series[float]"
    write: Callable[[Any], str]
    cut: float | None = None


def gather_lines(analysis: Analysis, plan: AccountPlan) -> list[Line]:
    """Return the lines of an account of which two days are known at least."""
    own = analysis.history.take(plan.account_id)
    decimals = count_decimals(analysis, "strength")
    cut = analysis.criteria.cut
    amount = partial(write_amount, currency=take_code_off(plan.currency))
    lines = [
        Line("Attractiveness", own["attractiveness"], lambda value: write_number(value, 1), cut["attractiveness"]),
        Line("Strength", own["strength"], lambda value: write_number(value, decimals), cut["strength"]),
        Line(f"Revenue of 12 months{f', {plan.currency}' if plan.currency else ''}", own["revenue_ltm"], amount),
        Line("Days late", own["days_late"], write_number),
    ]
    return [line for line in lines if line.values.notna().sum() > 1]


@house_style()
def plot_lines(lines: list[Line]) -> Axes:
    """Draw the lines side by side, each from its first known value to its last.

    Examples
    --------
    >>> days = pd.Index(pd.to_datetime(["2026-03-31", "2026-06-30"]))
    >>> ax = plot_lines([Line("Days late", pd.Series([4.0, 9.0], index=days), write_number)])
    >>> [text.get_text() for text in ax.texts]
    ['4', '9', 'Mar 2026', 'Jun 2026']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(WIDTH, HEIGHT))
    step = WIDTH / 4
    for number, line in enumerate(lines):
        box = (_LEFT + number * step) / WIDTH, _BOTTOM / HEIGHT, (step - _LEFT - _RIGHT) / WIDTH, 1 - (_TOP + _BOTTOM) / HEIGHT
        ax = figure.add_axes(box)
        _draw(ax, line)
    return figure.axes[0]


def _draw(ax: Axes, line: Line) -> None:
    known = line.values.dropna().astype(float)
    days = date2num(pd.to_datetime(known.index))
    if line.cut is not None:
        ax.axhline(line.cut, color=LINE, linewidth=1.0)
    ax.plot(days, known, color=BLUE, linewidth=1.4)
    ax.plot(days[-1:], known.iloc[-1:], marker="o", markersize=3.5, color=BLUE)
    shown = [*known, *([] if line.cut is None else [line.cut])]
    low, high = min(shown), max(shown)
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    ax.set_ylim(low - room, high + room)
    first, last = date2num(pd.to_datetime([line.values.index[0], line.values.index[-1]]))
    ax.set_xlim(first, last)
    ax.set_title(line.name, size=7.5, color=INK, pad=5, fontweight="normal")
    for day, value, side, ink in ((days[0], known.iloc[0], "right", QUIET), (days[-1], known.iloc[-1], "left", BLUE)):
        ax.annotate(
            line.write(value), (day, value), (-4 if side == "right" else 5, 0), textcoords="offset points", ha=side, va="center",
            size=7.5, color=ink, fontweight="bold" if ink == BLUE else "normal", annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks([])
    ax.set_xticks([])
    for day, at, side in ((line.values.index[0], 0.0, "left"), (line.values.index[-1], 1.0, "right")):
        ax.text(at, -0.12, _write_month(day), transform=ax.transAxes, ha=side, va="top", size=7.5, color=QUIET)
    ax.spines["left"].set_visible(False)


def _write_month(day: Any) -> str:
    return f"{MONTHS[day.month - 1][:3]} {day.year}"


def describe_lines(lines: list[Line]) -> str:
    """Say each line from its first known value to its last, with the lowest and the highest between."""
    parts = []
    for line in lines:
        known = line.values.dropna()
        ends = f"{line.write(known.iloc[0])} in {_write_month(known.index[0])}, {line.write(known.iloc[-1])} now"
        parts.append(f"{line.name} {ends} (between {line.write(known.min())} and {line.write(known.max())})")
    return f"At the ends of quarters, by the model of today: {'; '.join(parts)}."


def picture_lines(analysis: Analysis, plan: AccountPlan) -> Picture | None:
    """Draw the last quarters of an account; None where fewer than two days of anything are known."""
    lines = gather_lines(analysis, plan)
    return show_figure(plot_lines(lines), describe_lines(lines)) if lines else None

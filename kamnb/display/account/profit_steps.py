"""From revenue to net profit in five steps, drawn and said."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamnb.data.currency import take_code_off
from kamnb.display.parts.charts import Chart, Series
from kamnb.display.parts.formats import is_known, write_amount
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.style import BLUE, GREEN, INK, LINE, ORANGE, QUIET, house_style, open_axes
from kamnb.planning import AccountPlan

WIDE, HIGH = 2.62, 2.1
"""Inches: it stands beside the year."""
_LONGEST = 1.42


def list_steps(facts: "pd.Series[float]") -> pd.DataFrame:
    """Return the five steps: where each begins and ends; NaN from the first cost on that is unknown.

    Examples
    --------
    >>> facts = pd.Series({"revenue_ltm": 100.0, "margin_ltm": 30.0, "cost_to_serve_ltm": 40.0, "cost_of_credit": 2.0})
    >>> list_steps(facts).values.tolist()
    [['Revenue', 0.0, 100.0], ['Cost of goods', 100.0, 30.0], ['Cost to serve', 30.0, -10.0], ['Cost of credit', -10.0, -12.0],
    ['Net profit', 0.0, -12.0]]
    """
    revenue, margin = facts["revenue_ltm"], facts["margin_ltm"]
    served = margin - facts["cost_to_serve_ltm"]
    net = served - facts["cost_of_credit"]
    rows = [
        ("Revenue", 0.0, revenue), ("Cost of goods", revenue, margin), ("Cost to serve", margin, served),
        ("Cost of credit", served, net), ("Net profit", 0.0, net),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["step", "start", "end"])


@house_style()
def plot_steps(steps: pd.DataFrame, *, currency: str, ax: Axes | None = None) -> Axes:
    """Draw the steps one below the other, what is earned in green or blue, what is lost in orange, unknown ones in words.

    Parameters
    ----------
    steps : DataFrame
        As `list_steps` returns it.
    currency : str
    ax : Axes, optional

    Examples
    --------
    >>> facts = pd.Series({"revenue_ltm": 1e5, "margin_ltm": 3e4, "cost_to_serve_ltm": 4e4, "cost_of_credit": None}, dtype=float)
    >>> ax = plot_steps(list_steps(facts), currency="EUR")
    >>> [text.get_text() for text in ax.texts]
    ['100 k', '−70 k', '−40 k', 'unknown', 'unknown']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(HIGH, ax, width=WIDE, left=0.88, right=0.05, top=0.1, bottom=0.3)
    ends = steps[["start", "end"]].to_numpy(dtype=float)
    low, high = float(np.nanmin([*ends.flat, 0.0])), float(np.nanmax([*ends.flat, 1.0]))
    for place, row in enumerate(steps.to_dict("records")):
        _draw_step(ax, place, row, take_code_off(currency))
    ax.axvline(0, color=INK, linewidth=0.7)
    ax.set_yticks(range(len(steps)), steps["step"])
    ax.tick_params(axis="y", length=0, labelsize=7.5)
    ax.set(ylim=(len(steps) - 0.45, -0.55), xlim=(low - 0.02 * (high - low), low + _LONGEST * (high - low)))
    ax.set_xticks([])
    ax.spines[:].set_visible(False)
    return ax


def _draw_step(ax: Axes, place: int, row: "dict[Any, Any]", currency: str) -> None:
    start, end = float(row["start"]), float(row["end"])
    if not (is_known(start) and is_known(end)):
        ax.annotate("unknown", (0, place), (4, 0), textcoords="offset points", va="center", size=7.5, color=QUIET)
        return
    is_sum = place in (0, 4)
    colour = ORANGE if is_sum and end < 0 else GREEN if place == 4 else BLUE if is_sum else QUIET
    ax.barh(place, end - start, left=start, height=0.6, color=colour)
    if not is_sum and place < 3:
        ax.plot([end, end], [place + 0.3, place + 0.7], color=LINE, linewidth=0.8)
    ax.annotate(
        write_amount(end - start, currency), (max(start, end, 0.0), place), (4, 0), textcoords="offset points", va="center",
        size=7.5, fontweight="bold" if place == 4 else "normal",
    )  # fmt: skip


def describe_steps(steps: pd.DataFrame, *, currency: str) -> str:
    """Say the steps in words.

    Examples
    --------
    >>> facts = pd.Series({"revenue_ltm": 1e5, "margin_ltm": 3e4, "cost_to_serve_ltm": 4e4, "cost_of_credit": 2e3})
    >>> describe_steps(list_steps(facts), currency="EUR")
    'From revenue to net profit: revenue EUR 100 k, cost of goods EUR −70 k, cost to serve EUR −40 k, cost of credit EUR −2 k,
    net profit EUR −12 k.'
    """
    amounts = zip(steps["step"], steps["end"] - steps["start"], strict=True)
    said = [f"{step.lower()} {write_amount(amount, currency) if is_known(amount) else 'unknown'}" for step, amount in amounts]
    return f"From revenue to net profit: {', '.join(said)}."


def picture_steps(plan: AccountPlan) -> Picture | None:
    """Draw the profit of an account in five steps; None where not even gross margin is known."""
    if not (is_known(plan.facts["revenue_ltm"]) and is_known(plan.facts["margin_ltm"])):
        return None
    steps = list_steps(plan.facts)
    return show_figure(
        plot_steps(steps, currency=plan.currency),
        describe_steps(steps, currency=plan.currency),
        chart_steps(steps, currency=plan.currency),
    )


def chart_steps(steps: pd.DataFrame, *, currency: str) -> Chart:
    """Return the numbers of the steps: what comes in and what is left, and the costs between.

    Examples
    --------
    >>> facts = pd.Series({"revenue_ltm": 1e5, "margin_ltm": 3e4, "cost_to_serve_ltm": 4e4, "cost_of_credit": None}, dtype=float)
    >>> [(each.name, each.values, each.labels) for each in chart_steps(list_steps(facts), currency="EUR").series]
    [('Revenue and profit', (100000, None, None, None, None), ('100 k', '', '', '', 'unknown')),
    ('Costs', (None, -70000, -40000, None, None), ('', '−70 k', '−40 k', 'unknown', ''))]
    """
    amounts = [float(amount) for amount in steps["end"] - steps["start"]]
    series, bare = [], take_code_off(currency)
    for name, colour, places in (("Revenue and profit", BLUE, (0, 4)), ("Costs", QUIET, (1, 2, 3))):
        own = [amount if place in places else None for place, amount in enumerate(amounts)]
        values = tuple(round(amount) if amount is not None and is_known(amount) else None for amount in own)
        words = tuple("" if amount is None else write_amount(amount, bare) if is_known(amount) else "unknown" for amount in own)
        series.append(Series(name, colour, values, labels=words))
    return Chart("bars", tuple(series), tuple(steps["step"]))

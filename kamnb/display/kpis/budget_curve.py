"""What each measuring budget could reach."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.data.currency import take_code_off
from kamnb.display.parts.formats import COUNT, in_money, title_money, write_amount, write_money
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import BLUE, INK, ORANGE, house_style, open_axes, scale_money
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning.alignment import Alignment, to_money


def picture_curve(aligned: Alignment) -> Picture | None:
    """Draw what each budget could reach."""
    if len(aligned.curve.steps) < 2:
        return None
    return show_figure(plot_curve(list_steps(aligned), to_money(aligned.budget), aligned.currency), describe_curve(aligned))


def list_steps(aligned: Alignment) -> pd.DataFrame:
    """Return the steps of the curve: from which ``budget`` on how many ``objectives``, ``values``, and what ``net`` in money."""
    steps = aligned.curve.steps
    columns = {"budget": [each.cost / 100 for each in steps], "objectives": [each.served for each in steps]}
    columns |= {"values": [each.covered for each in steps], "net": [each.net / 100 for each in steps]}
    return pd.DataFrame(columns | {"benefit": [(each.net + each.cost) / 100 for each in steps]})


@house_style()
def plot_curve(steps: pd.DataFrame, budget: float, currency: str, *, ax: Axes | None = None) -> Axes:
    """Draw net benefit over the budget, with the number of objectives where it changes, and the budget.

    Parameters
    ----------
    steps : DataFrame
        As `list_steps` returns them.
    budget : float
    currency : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> steps = pd.DataFrame({"budget": [0.0, 900.0], "objectives": [0, 1], "values": [0, 3], "net": [0.0, 5000.0]})
    >>> ax = plot_curve(steps, 1000, "EUR")
    >>> [text.get_text() for text in ax.texts]
    ['budget 1 k', '1']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(2.2, ax, left=0.75)
    end = max(float(steps["budget"].max()), budget) * 1.08 or 1.0
    ax.step([*steps["budget"], end], [*steps["net"], steps["net"].iloc[-1]], where="post", color=BLUE, linewidth=1.6)
    ax.axvline(budget, color=ORANGE, linewidth=1)
    side = ("right", -3) if budget > 0.7 * end else ("left", 3)
    said = f"budget {write_amount(budget, take_code_off(currency))}"
    ax.annotate(said, (budget, 0), xytext=(side[1], 4), textcoords="offset points", ha=side[0],
                color=INK, size=7.5)  # fmt: skip
    first = steps[steps["objectives"].diff() > 0]
    ax.plot(first["budget"], first["net"], "o", color=BLUE, markersize=4)
    for place, value, count in zip(first["budget"], first["net"], first["objectives"], strict=True):
        ax.annotate(f"{count}", (place, value), xytext=(-4, 4), textcoords="offset points", ha="right", size=7.5)
    ax.set_xlim(0, end)
    ax.margins(y=0.15)
    scale_money(ax, "x", currency)
    scale_money(ax, "y", currency)
    ax.set_xlabel(title_money("Measuring budget a year", currency))
    ax.set_title("Net benefit a year by budget; numbers: objectives served from there on")
    return ax


def describe_curve(aligned: Alignment) -> str:
    """Say from which budget on each number of objectives is served, and where more budget brings nothing more."""
    steps, currency = list_steps(aligned), aligned.currency
    first = steps[steps["objectives"].diff() > 0]
    each = [
        f"{count_of(int(row['objectives']), 'objective')} from {write_money(row['budget'], currency)}"
        for _, row in first.iterrows()
    ]
    last = steps.iloc[-1]
    return (
        f"Net benefit by measuring budget: {join_words(each) or 'no objective at any budget'}; from "
        f"{write_money(last['budget'], currency)} on it stays at {write_money(last['net'], currency)} a year."
    )


def tabulate_curve(aligned: Alignment) -> Table | None:
    """Put the steps of the curve in a table."""
    if not aligned.candidates:
        return None
    money = in_money(aligned.currency)
    heads = {"budget": "Budget from", "objectives": "Objectives served", "values": "Values covered", "net": "Net benefit"}
    formats = {"budget": money, "objectives": COUNT, "values": COUNT, "net": money, "benefit": money}
    note = (
        "Objectives and values come before money: where a step serves more of them, net benefit may fall."
        if aligned.curve.is_exact
        else "The searches allowed were spent: between these steps there may be more."
    )
    return show_table(list_steps(aligned), "What each budget could reach", formats, heads=heads, note=note)

"""Receivables by age, drawn, said and tabulated."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.data.currency import take_code_off
from kamnb.display.parts.formats import SHARE, TEXT, in_unit, title_money, write_amount, write_share
from kamnb.display.parts.sentences import join_words
from kamnb.display.parts.style import BLUE, INK, ORANGE, PLUM, house_style, open_axes, say_nothing_to_draw, scale_money
from kamnb.display.parts.tables import Table, show_table

NOT_DUE = "not due"
_COLOURS = (BLUE, ORANGE, ORANGE, PLUM, PLUM)


@house_style()
def plot_ageing(ageing: pd.DataFrame, *, currency: str, ax: Axes | None = None) -> Axes:
    """Draw receivables by age: what is not due, and what is overdue for how long.

    Parameters
    ----------
    ageing : DataFrame indexed by ``bucket``: "not due", then days overdue, youngest first
        Column open_amount.
    currency : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> ageing = pd.DataFrame({"open_amount": [9e4, 1e4]}, index=["not due", "1-30"])
    >>> ax = plot_ageing(ageing, currency="EUR")
    >>> [text.get_text() for text in ax.texts]
    ['90 k', '10 k']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(0.95, ax, top=0.3, bottom=0.3)
    if not ageing["open_amount"].abs().sum():
        return say_nothing_to_draw(ax, "No open receivables.")
    amounts = ageing["open_amount"].astype(float)
    colours = [BLUE if bucket == NOT_DUE else _COLOURS[min(place, 4)] for place, bucket in enumerate(amounts.index)]
    bars = ax.bar(range(len(amounts)), amounts, width=0.6, color=colours)
    ax.bar_label(bars, [write_amount(amount, take_code_off(currency)) for amount in amounts], padding=2, size=7.5)
    ax.set_xticks(range(len(amounts)), [_name_bucket(bucket) for bucket in amounts.index])
    ax.tick_params(axis="x", length=0)
    ax.axhline(0, color=INK, linewidth=0.6)
    ax.margins(y=0.12)
    scale_money(ax, "y", currency)
    ax.set_title(title_money("Open receivables by age", currency))
    return ax


def describe_ageing(ageing: pd.DataFrame, *, currency: str) -> str:
    """Say how much is open, how much of it overdue, and each age.

    Examples
    --------
    >>> ageing = pd.DataFrame({"open_amount": [9e5, 1e5]}, index=["not due", "1-30"])
    >>> describe_ageing(ageing, currency="EUR")
    'Open receivables EUR 1,000 k, of which EUR 100 k (10 %) overdue: not due EUR 900 k and 1-30 days overdue EUR 100 k.'
    """
    amounts = ageing["open_amount"]
    if not amounts.abs().sum():
        return "No open receivables."
    total, overdue = amounts.sum(), amounts[amounts.index != NOT_DUE].sum()
    share = f" ({write_share(overdue / total)})" if total > 0 else ""
    each = [f"{_name_bucket(bucket, ' ')} {write_amount(amount, currency)}" for bucket, amount in amounts.items()]
    return (
        f"Open receivables {write_amount(total, currency)}, of which {write_amount(overdue, currency)}{share} overdue: "
        f"{join_words(each)}."
    )


def tabulate_ageing(ageing: pd.DataFrame, *, currency: str) -> Table:
    """Put receivables by age in a table, with shares and the total."""
    amounts = ageing["open_amount"].astype(float)
    names = [_name_bucket(bucket, " ") for bucket in amounts.index]
    shown = pd.DataFrame({"Age": [*names, "total"], "open_amount": [*amounts, amounts.sum()]})
    shown["share"] = shown["open_amount"] / amounts.sum() if amounts.sum() > 0 else float("nan")
    return show_table(shown, "Open receivables by age", {"Age": TEXT, "open_amount": in_unit(currency), "share": SHARE})


def _name_bucket(bucket: object, join: str = "\n") -> str:
    return NOT_DUE if bucket == NOT_DUE else f"{bucket} days{join}overdue"

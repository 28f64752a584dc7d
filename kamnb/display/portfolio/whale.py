"""The whale curve: profit added up over accounts, highest first, drawn and said."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kamnb.data.currency import take_code_off
from kamnb.display.parts.formats import title_money, write_amount, write_share
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import BLUE, INK, ORANGE, QUIET, house_style, open_axes, say_nothing_to_draw, scale_money

NOTHING = "No account's profit is known."


@house_style()
def plot_whale(ranked: pd.DataFrame, *, currency: str, what: str = "profit", ax: Axes | None = None) -> Axes:
    """Draw profit added up over the accounts, highest first: up to the peak they earn, after it they lose.

    Parameters
    ----------
    ranked : DataFrame
        As `kamnb.planning.profit.rank_profit` returns it: profit, cumulative, customers.
    currency : str
    what : str
        Which profit it is.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> ranked = pd.DataFrame({"profit": [1.4e5, -4e4], "cumulative": [1.4e5, 1e5], "customers": [0.5, 1.0]})
    >>> ax = plot_whale(ranked, currency="EUR")
    >>> [text.get_text() for text in ax.texts]
    ['peak 140 k', 'total 100 k']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(2.5, ax, right=0.75, bottom=0.45)
    if ranked.empty:
        return say_nothing_to_draw(ax, NOTHING)
    customers, added = [0.0, *ranked["customers"]], [0.0, *ranked["cumulative"]]
    top = added.index(max(added))
    ax.plot(customers[: top + 1], added[: top + 1], color=BLUE, linewidth=1.8)
    ax.plot(customers[top:], added[top:], color=ORANGE, linewidth=1.8)
    ax.axhline(0, color=INK, linewidth=0.6)
    if added[-1] < added[top]:
        _mark(ax, customers[top], added[top], "peak", "bottom", -6, take_code_off(currency))
    _mark(ax, 1.0, added[-1], "total", "center", 6, take_code_off(currency))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write_share(value)))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    scale_money(ax, "y", currency)
    ax.margins(y=0.12)
    ax.set_xlim(0, 1)
    ax.set_xlabel("accounts, highest profit first")
    ax.set_title(title_money(f"{what[:1].upper()}{what[1:]} added up over accounts", currency))
    return ax


def describe_whale(ranked: pd.DataFrame, *, currency: str, what: str = "profit") -> str:
    """Say what all accounts earn, where the curve peaks, and what those after the peak lose.

    Examples
    --------
    >>> ranked = pd.DataFrame({"profit": [1.4e5, -4e4], "cumulative": [1.4e5, 1e5], "customers": [0.5, 1.0]})
    >>> describe_whale(ranked, currency="EUR").split(". ")[1]
    'The curve peaks at EUR 140 k (140 % of the total) after 1 account; the other account loses EUR 40 k.'
    """
    if ranked.empty:
        return NOTHING
    total, peak = ranked["cumulative"].iloc[-1], max(ranked["cumulative"].max(), 0.0)
    verb = "earns" if len(ranked) == 1 else "earn"
    said = f"{count_of(len(ranked), 'account')} {verb} {write_amount(total, currency)} of {what} in all"
    losing = int((ranked["profit"] < 0).sum())
    if losing in (0, len(ranked)):
        return f"{said}; none of them {'earns' if losing else 'loses'} money."
    share = f" ({write_share(peak / total)} of the total)" if total > 0 else ""
    after = count_of(len(ranked) - losing, "account")
    others = "the other account loses" if losing == 1 else f"the other {count_of(losing, 'account')} lose"
    peaks = f"The curve peaks at {write_amount(peak, currency)}{share} after {after}"
    return f"{said}. {peaks}; {others} {write_amount(peak - total, currency)}."


def _mark(ax: Axes, x: float, y: float, word: str, side: str, gap: int, currency: str) -> None:
    ax.plot([x], [y], marker="o", markersize=4, color=INK, clip_on=False)
    ax.annotate(
        f"{word} {write_amount(y, currency)}",
        (x, y),
        xytext=(gap, 6 if side == "bottom" else 0),
        textcoords="offset points",
        ha="right" if gap < 0 else "left",
        va="bottom" if side == "bottom" else "center",
        size=7.5,
        color=QUIET if word == "total" else INK,
        annotation_clip=False,
    )

"""White space as a map: what an account buys of each offering, is offered and could buy besides, the darker the more."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from kamnb.display.parts.formats import in_unit, is_known, title_money, write_amount
from kamnb.display.parts.names import draw_name
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import BLUE, LINE, house_style, open_axes

COLUMNS = {
    "revenue_ltm": "buys, 12 months", "revenue_prior": "the year before", "pipeline": "open deals", "room_low": "room: low",
    "room_likely": "likely", "room_high": "high",
}  # fmt: skip
"""What the map holds, and what each column is called."""

SHOWN = 10
_ROW, _NAMED = 0.165, 3


@house_style()
def plot_space(space: pd.DataFrame, *, currency: str, ax: Axes | None = None) -> Axes:
    """Draw a row for each offering, the most room first: amounts on the darker ground the larger they are.

    Parameters
    ----------
    space : DataFrame
        A row per offering: ``offering`` and the columns of `COLUMNS` (money a year; NaN: unknown).
    currency : str
    ax : Axes, optional

    Examples
    --------
    >>> space = pd.DataFrame({"offering": ["Pumps"], "revenue_ltm": [9e5], "revenue_prior": [8e5], "pipeline": [0.0],
    ...                       "room_low": [1e5], "room_likely": [2e5], "room_high": [None]})
    >>> ax = plot_space(space, currency="EUR")
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "amount"]
    ['900', '800', '0', '100', '200', '–']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    rows = space.head(SHOWN)
    ax = open_axes(0.5 + _ROW * len(rows), ax, left=2.1, right=0.1, top=0.46, bottom=0.04)
    money, most = in_unit(currency), float(space[list(COLUMNS)].max().max()) or 1.0
    for place, row in enumerate(rows.to_dict("records")):
        for column, name in enumerate(COLUMNS):
            _draw_cell(ax, place, column, money(row[name]), row[name], most)
    ax.set_xticks(range(len(COLUMNS)), list(COLUMNS.values()))
    ax.set_yticks(range(len(rows)), [draw_name(name, f"offering {place}", 34) for place, name in enumerate(rows["offering"], 1)])
    ax.set(xlim=(-0.5, len(COLUMNS) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=7.5)
    ax.spines[:].set_visible(False)
    ax.set_title(title_money("White space by offering", f"{money.unit} a year".lstrip()), x=-0.45, pad=4)
    return ax


def _draw_cell(ax: Axes, place: int, column: int, words: str, amount: float, most: float) -> None:
    part = max(min(float(amount) / most, 1.0), 0.0) ** 0.5 if is_known(amount) else 0.0
    shade = tuple(1 - part * (1 - each) for each in to_rgb(BLUE))
    ax.add_patch(Rectangle((column - 0.48, place - 0.45), 0.96, 0.9, facecolor=shade, edgecolor=LINE, linewidth=0.4))
    ax.text(column, place, words, ha="center", va="center", size=7.5, color="white" if part > _DARK else "black", gid="amount")


_DARK = 0.72
"""From this shade on amounts are written in white."""


def describe_space(space: pd.DataFrame, *, currency: str) -> str:
    """Say where the most room is, and beside what.

    Examples
    --------
    >>> space = pd.DataFrame({"offering": ["Pumps"], "revenue_ltm": [9e5], "revenue_prior": [8e5], "pipeline": [0.0],
    ...                       "room_low": [1e5], "room_likely": [2e5], "room_high": [3e5]})
    >>> describe_space(space, currency="EUR")
    'White space of 1 offering: most room, likely, for Pumps (EUR 200 k a year; it buys EUR 900 k).'
    """
    most = space[space["room_likely"] > 0].head(_NAMED)
    if most.empty:
        return f"White space of {count_of(len(space), 'offering')}: no room is left that we know of."
    said = [
        f"{row['offering']} ({write_amount(row['room_likely'], currency)}"
        f"{' a year' if not place else ''}; it buys {write_amount(row['revenue_ltm'], currency)})"
        for place, row in enumerate(most.to_dict("records"))
    ]
    return f"White space of {count_of(len(space), 'offering')}: most room, likely, for {join_words(said)}."


def picture_space(space: pd.DataFrame, currency: str) -> Picture:
    """Draw the white space of an account, and say it."""
    return show_figure(plot_space(space, currency=currency), describe_space(space, currency=currency))

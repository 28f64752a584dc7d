"""Revenue by month, drawn, said and tabulated."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.data.currency import take_code_off
from kamnb.display.parts.formats import MONTHS, in_unit, is_known, title_money, write_amount
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import (
    BLUE,
    INK,
    LINE,
    ORANGE,
    darken_words,
    house_style,
    open_axes,
    say_nothing_to_draw,
    scale_money,
)
from kamnb.display.parts.tables import Table, show_table

_YEAR = 12


@house_style()
def plot_months(months: pd.DataFrame, *, currency: str, ax: Axes | None = None) -> Axes:
    """Draw revenue by month, the last twelve in colour, with the average of twelve months as a line.

    Parameters
    ----------
    months : DataFrame indexed by ``month`` (first day), one account or the portfolio
        Column revenue; without gaps, oldest first.
    currency : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> months = pd.DataFrame({"revenue": range(1, 25)}, index=pd.date_range("2024-07-01", periods=24, freq="MS"))
    >>> ax = plot_months(months, currency="EUR")
    >>> len(ax.patches)
    24
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(1.4, ax, top=0.38, bottom=0.43)
    if months.empty:
        return say_nothing_to_draw(ax, "No invoices in these months.")
    places = range(len(months))
    recent = len(months) - _YEAR
    ax.bar(places, months["revenue"], width=0.72, color=[BLUE if place >= recent else LINE for place in places])
    average = months["revenue"].rolling(_YEAR).mean()
    ax.plot(places, average, color=ORANGE, linewidth=1.6)
    _label_months(ax, pd.DatetimeIndex(months.index))
    _label_average(ax, average, take_code_off(currency))
    scale_money(ax, "y", currency)
    ax.axhline(0, color=INK, linewidth=0.6)
    ax.set_xlim(-0.7, len(months) - 0.3)
    ax.set_title(title_money("Revenue by month", currency))
    return ax


def describe_months(months: pd.DataFrame, *, currency: str) -> str:
    """Say the span, the last twelve months against the twelve before, the best and the weakest month.

    Examples
    --------
    >>> months = pd.DataFrame({"revenue": [1e5] * 12 + [1.1e5] * 11 + [5e4]},
    ...                       index=pd.date_range("2024-07-01", periods=24, freq="MS"))
    >>> print(describe_months(months, currency="EUR"))
    Revenue by month over 24 months to June 2026. Last 12 months EUR 1,260 k, the 12 before EUR 1,200 k.
    Highest of the last 12: July 2025 with EUR 110 k; lowest: June 2026 with EUR 50 k.
    """
    if months.empty:
        return "Revenue by month: no invoices in these months."
    last, before = months["revenue"].iloc[-_YEAR:], months["revenue"].iloc[-2 * _YEAR : -_YEAR]
    text = f"Revenue by month over {count_of(len(months), 'month')} to {_month(months.index[-1])}."
    text += f" Last {len(last)} months {write_amount(last.sum(), currency)}"
    text += f", the 12 before {write_amount(before.sum(), currency)}." if len(before) == _YEAR else "."
    high, low = (
        f"{_month(month)} with {write_amount(last.loc[month], currency)}"
        for month in last.index[[int(last.argmax()), int(last.argmin())]]
    )
    return f"{text} Highest of the last {len(last)}: {high}; lowest: {low}."


def tabulate_months(months: pd.DataFrame, *, currency: str) -> Table:
    """Put revenue by month in a table: a row per month of the year, a column per twelve months, the latest last."""
    recent = months["revenue"].iloc[-(len(months) // _YEAR or 1) * _YEAR :]
    years = [recent.iloc[start : start + _YEAR] for start in range(0, len(recent), _YEAR)]
    shown = pd.DataFrame({f"to {_month(year.index[-1])}": year.to_numpy() for year in years})
    shown.insert(0, "Month", [MONTHS[month.month - 1] for month in recent.index[: len(shown)]])
    total = pd.DataFrame([["Total", *shown.iloc[:, 1:].sum()]], columns=shown.columns)
    formats = {name: in_unit(currency) for name in shown.columns[1:]}
    return show_table(pd.concat([shown, total], ignore_index=True), "Revenue by month, twelve months each", formats)


def _label_months(ax: Axes, months: pd.DatetimeIndex) -> None:
    step = 1 if len(months) <= _YEAR else 3
    places = [place for place in range(len(months)) if (len(months) - 1 - place) % step == 0]
    first = {months[place].year: place for place in reversed(places)}
    names = [MONTHS[months[place].month - 1][:3] for place in places]
    years = [f"\n{months[place].year}" if first[months[place].year] == place else "" for place in places]
    ax.set_xticks(places, [name + year for name, year in zip(names, years, strict=True)])


def _label_average(ax: Axes, average: "pd.Series[float]", currency: str) -> None:
    if is_known(average.iloc[-1]):
        words = f"12-month average: {write_amount(average.iloc[-1], currency)}"
        ax.text(1, 1.03, words, transform=ax.transAxes, ha="right", va="bottom", color=darken_words(ORANGE), size=7.5)


def _month(day: object) -> str:
    stamp = pd.Timestamp(day)  # type: ignore[arg-type]
    return f"{MONTHS[stamp.month - 1]} {stamp.year}"

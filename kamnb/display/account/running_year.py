"""The fiscal year as a picture: revenue added up, against target, forecast and the year before."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from kamnb.analysis import Analysis
from kamnb.data.currency import unit_of
from kamnb.display.parts.charts import Chart, Scale, Series
from kamnb.display.parts.formats import MONTHS, is_known, title_money, write_amount, write_share
from kamnb.display.parts.labels import spread_labels
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.style import BLUE, GREEN, INK, LINE, ORANGE, QUIET, WIDTH, house_style, open_axes, scale_money
from kamnb.planning import AccountPlan

HEIGHT, NARROW = 2.1, 4.12
_MONTH = 30.4375
"""Days."""
_ROOM = 3.5
"""Inches in which all twelve months can be named."""


@dataclass(frozen=True)
class Year:
    """A fiscal year added up.

    Attributes
    ----------
    starts_on, day, ends_on : Timestamp
        The first day, that of the analysis, and the first one of the next year.
    now, before : Series
        Revenue added up from 0, by day: of this year to the day, of the whole year before (on the days of this one).
    target, target_to_date, forecast : float
        NaN is unknown.
    low, high : float
        Where the year may end; NaN is unknown.
    is_forecast : bool
        Whether that is the interval of the forecast; else the rest is as it was a year before, less and plus one swing of its
        months.
    """

    starts_on: pd.Timestamp
    day: pd.Timestamp
    ends_on: pd.Timestamp
    now: "pd.Series[float]"
    before: "pd.Series[float]"
    target: float = float("nan")
    target_to_date: float = float("nan")
    forecast: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    is_forecast: bool = False


def read_year(analysis: Analysis, plan: AccountPlan) -> Year | None:
    """Return the fiscal year of an account; None where its revenue is unknown, or there is nothing to draw."""
    year = compose_year(analysis, plan.months["revenue"], plan.facts)
    if year is None:
        return None
    ahead, spread = analysis.forecast.look_ahead(plan.account_id, (year.ends_on - year.day).days / _MONTH)
    if not is_known(spread):
        return year
    now = float(year.now.iloc[-1])
    return replace(year, low=now + max(ahead - spread, 0.0), high=now + ahead + spread, is_forecast=True)


def compose_year(analysis: Analysis, revenue: "pd.Series[float]", facts: "pd.Series[float]") -> Year | None:
    """Return the fiscal year of revenue by month and the facts beside it; None where there is nothing to draw."""
    day, first = pd.Timestamp(analysis.as_of), analysis.portfolio.fiscal_year_start
    starts_on = pd.Timestamp(day.year - (day.month < first), first, 1)
    ends_on, back = starts_on + pd.DateOffset(years=1), pd.DateOffset(years=1)
    if revenue.empty or not is_known(facts["revenue_ytd"]):
        return None
    revenue = revenue.astype(float)
    now = _add_up(revenue, starts_on, day)
    covered = revenue.index.min() <= starts_on - back
    before = _add_up(revenue, starts_on - back, starts_on - pd.Timedelta(days=1)) if covered else now.iloc[:0]
    low, high = _reach(facts, revenue, day, ends_on) if covered else (float("nan"),) * 2
    return Year(
        starts_on, day, ends_on, now, before.set_axis(pd.DatetimeIndex(before.index) + back),
        facts["target_year"], facts["target_to_date"], facts["forecast_year"], low, high,
    )  # fmt: skip


def _add_up(revenue: "pd.Series[float]", first: pd.Timestamp, last: pd.Timestamp) -> "pd.Series[float]":
    """Return revenue added up at the end of each month from `first` to `last`, from 0."""
    own = revenue[(revenue.index >= first) & (revenue.index <= last)]
    ends = (pd.DatetimeIndex(own.index) + pd.offsets.MonthBegin(1)).where(
        pd.DatetimeIndex(own.index) + pd.offsets.MonthBegin(1) <= last, last
    )
    return pd.Series([0.0, *own.cumsum()], index=pd.DatetimeIndex([first, *ends]))


def _reach(
    facts: "pd.Series[float]", revenue: "pd.Series[float]", day: pd.Timestamp, ends_on: pd.Timestamp
) -> tuple[float, float]:
    """Return where the year ends at the pace of the year before, less and plus one swing of the months that are left."""
    last = revenue.iloc[-24:]
    if len(last) < 24 or not is_known(facts["rest_last_year"]):
        return float("nan"), float("nan")
    left = (ends_on - day).days / _MONTH
    swing = float(np.std(last.to_numpy()[12:] - last.to_numpy()[:12], ddof=1)) * left**0.5
    end = facts["revenue_ytd"] + facts["rest_last_year"]
    return max(end - swing, facts["revenue_ytd"]), end + swing


@house_style()
def plot_year(year: Year, *, currency: str, width: float = WIDTH, ax: Axes | None = None) -> Axes:
    """Draw the year: this one to the day, the one before, the way to the target, the forecast, and where the rest may end.

    Parameters
    ----------
    year : Year
    currency : str
    width : float
        Inches.
    ax : Axes, optional

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    >>> year = Year(days[0], days[2], pd.Timestamp("2027-01-01"), pd.Series([0.0, 5e4, 9e4], index=days),
    ...             pd.Series(dtype=float), target=6e5, target_to_date=1e5)
    >>> ax = plot_year(year, currency="EUR")
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "end"]
    ['this year EUR 90 k', 'target EUR 600 k']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(HEIGHT, ax, width=width, top=0.1, bottom=0.3, left=0.45, right=1.2)
    ends: list[tuple[float, str, str]] = []
    if is_known(year.low):
        at, end = date2num([year.day, year.ends_on])
        ax.fill_between(
            [at, end], [year.now.iloc[-1], year.low], [year.now.iloc[-1], year.high], color=LINE, alpha=0.55, linewidth=0
        )
    if len(year.before):
        ax.plot(date2num(year.before.index), year.before, color=QUIET, linewidth=1.2)
        ends.append((float(year.before.iloc[-1]), "last year", QUIET))
    if is_known(year.target):
        ways = [(year.starts_on, 0.0), (year.day, year.target_to_date), (year.ends_on, year.target)]
        days, amounts = zip(*[way for way in ways if is_known(way[1])], strict=True)
        ax.plot(date2num(days), amounts, color=GREEN, linewidth=1.2, linestyle=(0, (5, 2)))
        ends.append((year.target, "target", INK))
    if is_known(year.forecast):
        points = ([year.day, year.ends_on], [year.now.iloc[-1], year.forecast])
        ax.plot(date2num(points[0]), points[1], color=BLUE, linewidth=1.2, linestyle=(0, (1, 1.5)))
        ax.plot(date2num([year.ends_on]), [year.forecast], marker="D", markersize=4, color=BLUE, clip_on=False)
        ends.append((year.forecast, "forecast", BLUE))
    ax.plot(date2num(year.now.index), year.now, color=BLUE, linewidth=2.2)
    ax.plot(date2num([year.day]), [year.now.iloc[-1]], marker="o", markersize=5, color=BLUE)
    _label_now(ax, year, currency)
    ax.set_xlim(*date2num([year.starts_on, year.ends_on]))
    top = max([float(year.now.max()), *(each[0] for each in ends), *([year.high] if is_known(year.high) else [])])
    ax.set_ylim(min(0.0, float(year.now.min())), top * 1.06 if top > 0 else 1.0)
    _name_months(ax, year)
    scale_money(ax, "y", currency)
    _label_ends(ax, year, ends, currency)
    return ax


def _label_now(ax: Axes, year: Year, currency: str) -> None:
    """Write this year's sum on the side of the line where the others are not."""
    now = float(year.now.iloc[-1])
    before = year.before[year.before.index <= year.day].tail(1) if len(year.before) else year.before
    above = all(now >= amount for amount in [*before, year.target_to_date] if is_known(amount))
    ax.annotate(
        f"this year {write_amount(now, currency)}", (date2num(year.day), now), (-6, 5) if above else (5, -11),
        textcoords="offset points", ha="right" if above else "left", size=7.5, color=BLUE, fontweight="bold", gid="end",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}, zorder=6,
    )  # fmt: skip


def _name_months(ax: Axes, year: Year) -> None:
    firsts = pd.date_range(year.starts_on, periods=12, freq="MS")
    every = 1 if ax.get_window_extent().width / ax.figure.dpi > _ROOM else 2
    named = firsts[::every]
    ax.set_xticks(date2num(named + pd.Timedelta(days=15)), [MONTHS[first.month - 1][:3] for first in named])
    ax.tick_params(axis="x", length=0)


def _label_ends(ax: Axes, year: Year, ends: list[tuple[float, str, str]], currency: str) -> None:
    """Write what each line ends at beside its end, one below the other where they are close."""
    low, high = ax.get_ylim()
    height = ax.get_window_extent().height or 1.0
    places = spread_labels([amount for amount, _, _ in ends], 11.5 * ax.figure.dpi / 72 * (high - low) / height)
    for (amount, name, colour), place in zip(ends, places, strict=True):
        ax.annotate(
            f"{name} {write_amount(amount, currency)}", (date2num(year.ends_on), amount), (date2num(year.ends_on) + 12, place),
            va="center", size=7.5, color=colour, annotation_clip=False, gid="end",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "relpos": (0, 0.5), "shrinkA": 0, "shrinkB": 3},
        )  # fmt: skip


def describe_year(year: Year, *, currency: str) -> str:
    """Say the year in words: to date, against target, the year before, the forecast.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    >>> describe_year(Year(days[0], days[2], pd.Timestamp("2027-01-01"), pd.Series([0.0, 5e4, 9e4], index=days),
    ...               pd.Series(dtype=float), target=6e5, target_to_date=1e5), currency="EUR")
    'Revenue added up over the year: EUR 90 k to date, 90 % of the target to date; target of the year EUR 600 k.'
    """
    parts = [f"{write_amount(year.now.iloc[-1], currency)} to date"]
    if is_known(year.target_to_date) and year.target_to_date > 0:
        parts[0] += f", {write_share(year.now.iloc[-1] / year.target_to_date)} of the target to date"
    named = {"target of the year": year.target, "forecast": year.forecast}
    named |= {"the year before": float(year.before.iloc[-1])} if len(year.before) else {}
    parts += [f"{name} {write_amount(amount, currency)}" for name, amount in named.items() if is_known(amount)]
    if is_known(year.low):
        ends = [write_amount(end, currency) for end in (year.low, year.high)]
        pace = f"at the pace of the year before it ends at {ends[0]} to {ends[1]}"
        parts.append(f"our forecast ends between {ends[0]} and {ends[1]}" if year.is_forecast else pace)
    return f"Revenue added up over the year: {'; '.join(parts)}."


def chart_year(year: Year, *, currency: str) -> Chart:
    """Return the numbers of the year by month, added up: this year, target, forecast and last year.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    >>> year = Year(days[0], days[2], pd.Timestamp("2027-01-01"), pd.Series([0.0, 5e4, 9e4], index=days),
    ...             pd.Series(dtype=float), target=6e5)
    >>> chart = chart_year(year, currency="EUR")
    >>> [(each.name, each.values[:3]) for each in chart.series]
    [('This year to date EUR 90 k', (50000, 90000, None)), ('Target EUR 600 k', (50959, 96986, 147945))]
    """
    ends = pd.date_range(year.starts_on, periods=13, freq="MS")[1:]
    begun, left = ends - pd.DateOffset(months=1) < year.day, ends > year.day
    now = float(year.now.iloc[-1])
    ways = {date: amount for date, amount in ((year.starts_on, 0.0), (year.day, year.target_to_date), (year.ends_on, year.target))
            if is_known(amount)}  # fmt: skip
    lines = [
        ("This year to date", now, BLUE, year.now, begun, False),
        ("Target", year.target, GREEN, pd.Series(ways), is_known(year.target), True),
        ("Forecast", year.forecast, ORANGE, pd.Series({year.day: now, year.ends_on: year.forecast}), left, True),
        ("Last year", float(year.before.iloc[-1]) if len(year.before) else float("nan"), QUIET, year.before, True, False),
    ]  # fmt: skip
    series = tuple(
        Series(f"{name} {write_amount(amount, currency)}", colour, _take_months(own, ends, shown), is_dashed=dashed)
        for name, amount, colour, own, shown, dashed in lines
        if is_known(amount)
    )
    months = tuple(MONTHS[(end.month - 2) % 12][:3] for end in ends)
    return Chart("lines", series, months, up=Scale(title_money("Revenue added up", currency), unit=unit_of(currency)))


def _take_months(own: "pd.Series[float]", ends: pd.DatetimeIndex, shown: Any) -> tuple[float | None, ...]:
    """Return what a line is worth at the end of each month; None where it is not shown."""
    amounts = np.interp(date2num(ends), date2num(pd.DatetimeIndex(own.index)), own.to_numpy(dtype=float))
    flags = np.broadcast_to(shown, len(ends))
    return tuple(round(amount) if is_shown else None for amount, is_shown in zip(amounts, flags, strict=True))


def show_year(year: Year, *, currency: str, width: float = WIDTH) -> Picture:
    """Draw a year, and say it."""
    words, chart = describe_year(year, currency=currency), chart_year(year, currency=currency)
    return show_figure(plot_year(year, currency=currency, width=width), words, chart)


def picture_year(analysis: Analysis, plan: AccountPlan, *, beside: bool = False) -> Picture | None:
    """Draw the fiscal year of an account, narrow where another figure stands beside it; None where nothing is known of it."""
    year = read_year(analysis, plan)
    if year is None:
        return None
    return show_year(year, currency=plan.currency, width=NARROW if beside else WIDTH)

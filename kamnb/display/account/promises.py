"""Promises of both sides as a strip of the next weeks: late ones first, each with its slack."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from kamnb.analysis import Analysis
from kamnb.display.account.schedule import take_open_actions
from kamnb.display.parts.formats import MONTHS, is_known, write_date, write_day
from kamnb.display.parts.names import shorten
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_words
from kamnb.display.parts.style import BLUE, INK, LINE, ORANGE, QUIET, house_style, open_axes
from kamnb.planning import AccountPlan

SHOWN = 6
"""Promises in the strip; of more the number is said."""
_ROW, _WORDS = 0.24, 62
_TURN = 0.5
"""From this part of the strip on words stand to the left of their mark."""


def list_promises(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the open actions that are late or due within the next weeks: the latest first, then by date.

    Returns
    -------
    DataFrame
        ``title``, ``owner``, ``due``, ``ours``, ``days_overdue``, ``slack_days`` and ``is_point``.
    """
    return choose_near(analysis, take_open_actions(analysis, plan))[
        ["title", "owner", "due", "ours", "days_overdue", "slack_days", "is_point"]
    ]


def choose_near(analysis: Analysis, actions: pd.DataFrame) -> pd.DataFrame:
    """Return those of open actions that are late or due within the next weeks: the latest first, then by date."""
    end = last_day(analysis)
    near = actions[(actions["days_overdue"] > 0) | (actions["due"] <= end)]
    order = near.assign(late=-near["days_overdue"]).sort_values(["late", "due", "action_id"], ignore_index=True)
    return order.assign(is_point=order["checkpoint"].astype(bool))


def last_day(analysis: Analysis) -> pd.Timestamp:
    """Return the last day of the strip."""
    return pd.Timestamp(analysis.as_of) + pd.Timedelta(weeks=analysis.method.playbook.deciding.promise_weeks)


def picture_promises(analysis: Analysis, plan: AccountPlan) -> Picture | Prose:
    """Draw what both sides promised for the next weeks, or say that there is nothing."""
    promises, day, end = list_promises(analysis, plan), pd.Timestamp(analysis.as_of), last_day(analysis)
    if promises.empty:
        return Prose(f"Neither side has promised anything that falls due by {write_date(end)}.")
    words = describe_promises(promises, day, end)
    return show_figure(plot_promises(promises.head(SHOWN), day, end), words)


def say_others(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say how many promises the strip does not show; None where it shows all."""
    more = len(list_promises(analysis, plan)) - SHOWN
    return Prose(f"{count_of(more, 'more promise')} not shown.") if more > 0 else None


@house_style()
def plot_promises(promises: pd.DataFrame, day: pd.Timestamp, end: pd.Timestamp, *, ax: Axes | None = None) -> Axes:
    """Draw promises one below the other: whose, by when, how late, and by how much they may slip.

    Parameters
    ----------
    promises : DataFrame
        As `list_promises` returns it.
    day, end : Timestamp
        The first and the last day of the strip.
    ax : Axes, optional

    Examples
    --------
    >>> day = pd.Timestamp("2026-06-30")
    >>> rows = pd.DataFrame({"title": ["Offer", "Order"], "owner": ["Kim Lund", None], "ours": [True, False],
    ...                      "due": pd.to_datetime(["2026-06-20", "2026-07-10"]), "days_overdue": [10, 0],
    ...                      "slack_days": [None, 5.0], "is_point": False})
    >>> ax = plot_promises(rows, day, pd.Timestamp("2026-08-11"))
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "state"]
    ['10 days late', '10 Jul, slack 5 days']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(0.3 + _ROW * len(promises), ax, left=3.72, right=0.1, top=0.2, bottom=0.06)
    first, last = date2num(day), date2num(end)
    for place, row in enumerate(promises.to_dict("records")):
        _draw_promise(ax, place, row, day, last)
    labels = [_name_promise(row) for row in promises.to_dict("records")]
    ax.set_yticks(range(len(promises)), labels)
    for label, ours in zip(ax.get_yticklabels(), promises["ours"], strict=True):
        label.set(color=BLUE if is_known(ours) and ours else INK, fontsize=7.5)
    ax.set(xlim=(first - 0.5, last), ylim=(len(promises) - 0.4, -0.6))
    weeks = pd.date_range(day, end, freq="7D")
    ax.set_xticks(date2num(weeks), [f"{each.day} {MONTHS[each.month - 1][:3]}" for each in weeks])
    ax.tick_params(axis="x", labelsize=7.5)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(axis="x", color=LINE, linewidth=0.5)
    ax.spines[:].set_visible(False)
    ax.axvline(first, color=INK, linewidth=0.8)
    return ax


def _name_promise(row: dict[Any, Any]) -> str:
    side = "We" if is_known(row["ours"]) and row["ours"] else "They" if is_known(row["ours"]) else "Not said who"
    owner = f" ({shorten(str(row['owner']), 22)})" if is_known(row["owner"]) and side == "We" else ""
    return f"{side}: {shorten(str(row['title']), _WORDS - len(owner))}{owner}"


def _draw_promise(ax: Axes, place: int, row: dict[Any, Any], day: pd.Timestamp, last: float) -> None:
    first = float(date2num(day))
    colour = BLUE if is_known(row["ours"]) and row["ours"] else QUIET
    late = int(row["days_overdue"])
    at = first if late else float(date2num(row["due"]))
    slack = int(row["slack_days"]) if is_known(row["slack_days"]) else None
    end = at
    if not late and slack:
        end = min(at + max(slack, 0), last)
        ax.plot([at, end], [place, place], color=colour, linewidth=1.4, alpha=0.55, solid_capstyle="butt", gid="slack")
    marker = "s" if row["is_point"] else "o"
    ax.plot([at], [place], marker=marker, markersize=6, color=ORANGE if late else colour, clip_on=False, gid="due")
    words = _say_state(row, late, slack, day)
    fits = at < first + _TURN * (last - first)
    ax.annotate(
        words, (at, place), (7 if fits else -7, 0), textcoords="offset points", ha="left" if fits else "right", va="center",
        size=7.5, color=INK, fontweight="bold" if late else "normal", gid="state",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    )  # fmt: skip


def _say_state(row: dict[Any, Any], late: int, slack: int | None, day: pd.Timestamp) -> str:
    if late:
        return f"{count_of(late, 'day')} late"
    due = write_day(row["due"], day)
    if slack is None:
        return due
    if slack < 0:
        return f"{due}, {count_of(-slack, 'day')} too late for what hangs on it"
    return f"{due}, slack {count_of(slack, 'day')}" if slack else f"{due}, no slack"


def describe_promises(promises: pd.DataFrame, day: pd.Timestamp, end: pd.Timestamp) -> str:
    """Say how many promises of either side are late or fall due, and name the latest.

    Examples
    --------
    >>> rows = pd.DataFrame({"title": ["Offer"], "due": [pd.Timestamp("2026-06-20")], "ours": [True], "days_overdue": [10]})
    >>> describe_promises(rows, pd.Timestamp("2026-06-30"), pd.Timestamp("2026-08-11"))
    'Promises from 30 June 2026 to 11 August 2026: 1 of ours; 1 late, the most "Offer" by 10 days.'
    """
    ours, unsaid = int(promises["ours"].eq(True).sum()), int(promises["ours"].isna().sum())
    theirs = len(promises) - ours - unsaid
    sides = {"of ours": ours, "of theirs": theirs, "of a side that is not said": unsaid}
    late = promises[promises["days_overdue"] > 0]
    told = "none late"
    if len(late):
        told = f'{len(late)} late, the most "{late["title"].iloc[0]}" by {count_of(int(late["days_overdue"].iloc[0]), "day")}'
    counted = join_words([f"{number} {side}" for side, number in sides.items() if number])
    return f"Promises from {write_date(day)} to {write_date(end)}: {counted}; {told}."

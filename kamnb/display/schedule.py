"""Actions and check-points of an account: what is owed, what is late, and what it holds up."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator, date2num

from kamnb.analysis import Analysis
from kamnb.display.formats import DATE, TEXT, is_known, write_date, write_number
from kamnb.display.names import shorten
from kamnb.display.pictures import Picture, show_figure
from kamnb.display.sentences import Prose, count_of, write_list
from kamnb.display.style import BLUE, INK, LINE, ORANGE, QUIET, house_style, open_axes
from kamnb.display.tables import Table, show_table
from kamnb.planning import AccountPlan

SHOWN = 8


def take_open_actions(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the actions of one account that are not done, by due date."""
    schedule = analysis.records.schedule
    return schedule[(schedule["account_id"] == plan.account_id) & schedule["is_open"].astype(bool)]


def tabulate_actions(analysis: Analysis, plan: AccountPlan, ours: bool, rows: int = SHOWN) -> Table | None:
    """Put what one side owes in a table: overdue, slipped, how much room is left, and what it holds up."""
    actions = take_open_actions(analysis, plan)
    mine = actions[actions["ours"].astype("boolean").fillna(True).astype(bool) == ours]
    if mine.empty:
        return None
    shown = mine.assign(
        title=mine["title"].where(
            ~mine["checkpoint"].astype("boolean").fillna(False).astype(bool), mine["title"] + " (check-point)"
        ),
        owner=mine["owner"].fillna("nobody"),
        state=mine.apply(_say_state, axis=1),
    )
    formats = {"title": TEXT, "owner": TEXT, "due": DATE, "state": TEXT}
    more = f"{count_of(len(mine) - rows, 'more action')} not shown." if len(mine) > rows else ""
    heads = {"title": "Action", "state": "State"}
    return show_table(
        shown[list(formats)].head(rows), "What we owe" if ours else "What the customer owes", formats, heads=heads, note=more
    )


def _say_state(row: "pd.Series[Any]") -> str:
    return "; ".join(_list_states(row)) or "in time"


def _list_states(row: "pd.Series[Any]") -> Iterator[str]:
    if row["days_overdue"] > 0:
        yield f"overdue {count_of(int(row['days_overdue']), 'day')}"
    elif row["days_late"] > 0:
        yield f"expected {DATE(row['expected_on'])}, held up by what it waits for"
    if row["days_slipped"] > 0:
        yield f"put off by {count_of(int(row['days_slipped']), 'day')}"
    if row["pushes"] > 0:
        yield f"pushes {count_of(int(row['pushes']), 'action')} by up to {count_of(int(row['push_days']), 'day')}"
    if row["pushes_objective"]:
        yield "pushes its objective past the date"
    if is_known(row["slack_days"]) and row["pushes"] == 0:
        slack = int(row["slack_days"])
        yield f"slack {count_of(slack, 'day')}" if slack >= 0 else f"{count_of(-slack, 'day')} too late for what waits for it"
    if row["is_circular"]:
        yield "waits for itself in a circle"
    if row["unknown_ids"]:
        yield f"waits for {row['unknown_ids']}, which is no action"


def list_check_points(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say which check-points come next or passed without a result, and of which the customer was not told."""
    actions = take_open_actions(analysis, plan)
    points = actions[actions["checkpoint"].astype("boolean").fillna(False).astype(bool)]
    return write_list([_say_point(row) for _, row in points.iterrows()]) if len(points) else None


def _say_point(row: "pd.Series[Any]") -> str:
    told = f"told on {write_date(row['customer_informed_on'])}" if is_known(row["customer_informed_on"]) else "not told"
    when = f"passed on {write_date(row['due'])} without a result" if row["days_overdue"] > 0 else f"due {write_date(row['due'])}"
    return f"Check-point: {row['title']}, {when}; the customer was {told}."


def picture_schedule(analysis: Analysis, plan: AccountPlan) -> Picture | None:
    """Draw the open actions of an account in time; None where there are none."""
    actions = take_open_actions(analysis, plan).head(2 * SHOWN)
    if actions.empty:
        return None
    day = pd.Timestamp(analysis.as_of)
    return show_figure(plot_schedule(actions, day), describe_schedule(actions))


@house_style()
def plot_schedule(actions: pd.DataFrame, day: pd.Timestamp, *, ax: Axes | None = None) -> Axes:
    """Draw open actions as bars from start to due date, with the days by which each is expected to be late.

    Parameters
    ----------
    actions : DataFrame, a row per action
        Columns title, start (may be unknown), due, expected_on, ours.
    day : Timestamp
        Drawn as a line.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> actions = pd.DataFrame({"title": ["Offer"], "start": [pd.Timestamp("2026-06-01")], "due": [pd.Timestamp("2026-06-20")],
    ...                         "expected_on": [pd.Timestamp("2026-06-30")], "ours": [True]})
    >>> ax = plot_schedule(actions, pd.Timestamp("2026-06-30"))
    >>> len([bar for bar in ax.patches if bar.get_gid() == "late"])
    1
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(0.75 + 0.19 * len(actions), ax, left=2.9, top=0.3, bottom=0.42)
    for line, (_, row) in enumerate(actions.iterrows()):
        start = row["start"] if is_known(row["start"]) else row["due"]
        length = max((row["due"] - start).days, 1)
        colour = BLUE if row["ours"] is None or bool(row["ours"]) else QUIET
        ax.barh(line, length, left=date2num(start), height=0.5, color=colour, gid="planned")
        late = (row["expected_on"] - row["due"]).days
        if late > 0:
            ax.barh(line, late, left=date2num(row["due"]), height=0.5, color=ORANGE, hatch="////", edgecolor="white", gid="late")
    ax.axvline(date2num(day), color=INK, linewidth=0.8)
    ax.set_yticks(np.arange(len(actions)), [shorten(title, 46) for title in actions["title"]])
    ax.set_ylim(len(actions) - 0.5, -0.5)
    ax.xaxis_date()
    months = max((actions["expected_on"].max() - actions[["start", "due"]].min(axis=None)).days / 30.4, 1)
    ax.xaxis.set_major_locator(MonthLocator(interval=max(1, round(months / 6))))
    ax.xaxis.set_major_formatter(DateFormatter("%m/%Y"))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=LINE, linewidth=0.5)
    ax.set_title("Open actions: blue we owe, grey the customer; hatched is late", loc="left", x=-0.72)
    return ax


def describe_schedule(actions: pd.DataFrame) -> str:
    """Say how many actions are open on either side, and how many are expected late.

    Examples
    --------
    >>> day = pd.Timestamp("2026-06-30")
    >>> describe_schedule(pd.DataFrame({"title": ["Offer"], "due": [day], "expected_on": [day], "ours": [True]}))
    'Open actions in time: 1 of ours, none of the customer; none is expected late.'
    """
    ours = int(actions["ours"].astype("boolean").fillna(True).sum())
    late = actions[actions["expected_on"] > actions["due"]]
    theirs = write_number(len(actions) - ours) if len(actions) > ours else "none"
    worst = ""
    if len(late):
        days = (late["expected_on"] - late["due"]).dt.days
        title = late["title"].tolist()[int(days.argmax())]
        worst = f', the most "{title}" by {count_of(int(days.max()), "day")}'
    verb = "is" if len(late) < 2 else "are"
    return (
        f"Open actions in time: {ours or 'none'} of ours, {theirs} of the customer; "
        f"{len(late) or 'none'} {verb} expected late{worst}."
    )

"""Actions of an account, check-points too: what is owed, what is late, and what it holds up."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator, date2num

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import DATE, TEXT, is_known, write_date
from kamnb.display.parts.names import draw_name, shorten
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import BLUE, INK, LINE, ORANGE, QUIET, house_style, open_axes
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan

SHOWN = 8


def take_open_actions(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    """Return the actions of one account that are not done, by due date."""
    schedule = analysis.records.schedule
    return schedule[(schedule["account_id"] == plan.account_id) & schedule["is_open"].astype(bool)]


SIDES = {True: "What we owe", False: "What the customer owes", None: "Owed by a side that is not said"}
"""The title of the actions of each side."""


def tabulate_actions(analysis: Analysis, plan: AccountPlan, ours: bool | None, rows: int = SHOWN) -> Table | None:
    """Put what one side owes in a table: overdue, slipped, how much room is left, and what it holds up.

    Parameters
    ----------
    ours : bool or None
        None: those of which no side is said.
    """
    actions = take_open_actions(analysis, plan)
    mine = actions[actions["ours"].isna() if ours is None else actions["ours"].eq(ours).fillna(False).astype(bool)]
    if mine.empty:
        return None
    shown = mine.assign(
        title=mine["title"].where(~mine["checkpoint"], mine["title"] + " (check-point)"),
        owner=mine["owner"].fillna("nobody"),
        state=[_say_state(row, actions) for _, row in mine.iterrows()],
    )
    formats = {"title": TEXT, "owner": TEXT, "due": DATE, "state": TEXT}
    more = f"{count_of(len(mine) - rows, 'more action')} not shown." if len(mine) > rows else ""
    heads = {"title": "Action", "state": "State"}
    return show_table(shown[list(formats)].head(rows), SIDES[ours], formats, heads=heads, note=more)


def _say_state(row: "pd.Series[Any]", actions: pd.DataFrame) -> str:
    return "; ".join(_list_states(row, actions)) or "in time"


def _list_states(row: "pd.Series[Any]", actions: pd.DataFrame) -> Iterator[str]:
    if row["days_overdue"] > 0:
        yield f"overdue {count_of(int(row['days_overdue']), 'day')}"
    elif row["days_late"] > 0:
        yield f"expected {DATE(row['expected_on'])}, held up by what it waits for"
    if row["days_slipped"] > 0:
        yield f"put off by {count_of(int(row['days_slipped']), 'day')}"
    if row["pushes"] > 0:
        yield f"pushes {_name_pushed(row, actions)} by up to {count_of(int(row['push_days']), 'day')}"
    if row["objective_days"] > 0:
        which = "its objective" if row["objective_id"] in row["pushed_objectives"] else "another objective"
        yield f"pushes {which} past the date by {count_of(int(row['objective_days']), 'day')}"
    if is_known(row["slack_days"]) and row["pushes"] == 0 and row["objective_days"] == 0:
        yield _say_slack(int(row["slack_days"]))
    if row["checkpoint"]:
        told = row["customer_informed_on"]
        yield f"customer told on {DATE(told)}" if is_known(told) else "customer not told"
    if row["is_circular"]:
        yield "waits for itself in a circle"
    if row["unknown_ids"]:
        yield f"waits for {row['unknown_ids']}, which is no action"


def _name_pushed(row: "pd.Series[Any]", actions: pd.DataFrame) -> str:
    """Name the action that moves most; one of another account is counted, not named."""
    own = actions.loc[actions["action_id"].isin(row["pushed"][:1]), "title"].tolist()
    more = len(row["pushed"]) - len(own)
    named = [f'"{shorten(title, 46)}"' for title in own] + ([count_of(more, "more action" if own else "action")] if more else [])
    return " and ".join(named)


def _say_slack(days: int) -> str:
    if days < 0:
        return f"{count_of(-days, 'day')} too late for what hangs on it"
    return f"slack {count_of(days, 'day')}" if days else "no slack"


@house_style()
def plot_schedule(actions: pd.DataFrame, day: pd.Timestamp, *, ax: Axes | None = None) -> Axes:
    """Draw objectives with the day they are due and below each its open actions, late ones to the day they are expected.

    Parameters
    ----------
    actions : DataFrame, a row per action
        Columns title, start (may be unknown), due, expected_on, ours, objective, objective_due (may be unknown).
    day : Timestamp
        Drawn as a line.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> actions = pd.DataFrame({"title": ["Offer"], "start": [pd.Timestamp("2026-06-01")], "due": [pd.Timestamp("2026-06-20")],
    ...                         "expected_on": [pd.Timestamp("2026-06-30")], "ours": [True], "objective": ["Grow"],
    ...                         "objective_due": [pd.Timestamp("2026-12-31")]})
    >>> ax = plot_schedule(actions, pd.Timestamp("2026-06-30"))
    >>> len([bar for bar in ax.patches if bar.get_gid() == "late"]), len(ax.collections)
    (1, 1)
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    lines = _group_actions(actions)
    ax = open_axes(0.8 + 0.18 * len(lines), ax, left=2.9, top=0.42, bottom=0.36)
    for place, row in enumerate(lines):
        if "due" in row:
            _draw_action(ax, place, row)
        elif is_known(row["objective_due"]):
            ax.scatter(date2num(row["objective_due"]), place, marker="D", s=22, color=ORANGE if row["is_missed"] else INK)
    ax.axvline(date2num(day), color=INK, linewidth=0.8)
    ax.annotate(f"as of {write_date(day)}", (date2num(day), 1), (0, 2), ("data", "axes fraction"), "offset points",
                ha="center", color=QUIET, fontsize=7.5)  # fmt: skip
    ax.set_yticks(np.arange(len(lines)), [_name_line(place, row) for place, row in enumerate(lines, 1)])
    for label, row in zip(ax.get_yticklabels(), lines, strict=True):
        label.set_fontweight("normal" if "due" in row else "bold")
    ax.set_ylim(len(lines) - 0.4, -0.6)
    _scale_months(ax)
    ax.set_title("Actions by objective: blue we owe, grey the customer, hatched late; diamond: due", x=-0.72, pad=16)
    return ax


def _name_line(place: int, row: dict[str, Any]) -> str:
    return draw_name(row["title"], f"line {place}: see the list", 44 if "due" in row else 40)


def _group_actions(actions: pd.DataFrame) -> list[dict[str, Any]]:
    """Put each objective before its actions, the one that is due first at the top."""
    keyed = actions.assign(objective=actions["objective"].fillna("No objective"))
    lines: list[dict[str, Any]] = []
    for (_, title), own in keyed.groupby(["objective_due", "objective"], dropna=False):
        due = own["objective_due"].iloc[0]
        lines.append({"title": title, "objective_due": due, "is_missed": bool((own["expected_on"] > due).any())})
        lines += own[["title", "start", "due", "expected_on", "ours"]].to_dict("records")  # type: ignore[arg-type]
    return lines


def _draw_action(ax: Axes, place: int, row: dict[str, Any]) -> None:
    start = row["start"] if is_known(row["start"]) else row["due"]
    colour = BLUE if is_known(row["ours"]) and row["ours"] else QUIET
    ax.barh(place, max((row["due"] - start).days, 1), left=date2num(start), height=0.5, color=colour, gid="planned")
    late = (row["expected_on"] - row["due"]).days
    if late > 0:
        ax.barh(place, late, left=date2num(row["due"]), height=0.5, color=ORANGE, hatch="////", edgecolor="white", gid="late")


def _scale_months(ax: Axes) -> None:
    ax.xaxis_date()
    first, last = ax.get_xlim()
    ax.xaxis.set_major_locator(MonthLocator(interval=max(1, round((last - first) / 30.4 / 5))))
    ax.xaxis.set_major_formatter(DateFormatter("%m/%Y"))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=LINE, linewidth=0.5)


def describe_schedule(actions: pd.DataFrame) -> str:
    """Say how many actions are open on either side and expected late, and which objective is due next.

    Examples
    --------
    >>> day = pd.Timestamp("2026-06-30")
    >>> describe_schedule(pd.DataFrame({"title": ["Offer"], "due": [day], "expected_on": [day], "ours": [True],
    ...                                 "objective": ["Grow"], "objective_due": [day]}))
    'Open actions in time: 1 of ours, none of the customer; none is expected late. The objective due first: "Grow", 30 June 2026.'
    """
    ours, unsaid = int(actions["ours"].eq(True).sum()), int(actions["ours"].isna().sum())
    late = actions[actions["expected_on"] > actions["due"]]
    theirs = len(actions) - ours - unsaid
    sideless = f", {unsaid} of a side that is not said" if unsaid else ""
    worst = ""
    if len(late):
        days = (late["expected_on"] - late["due"]).dt.days
        title = late["title"].tolist()[int(days.argmax())]
        worst = f', the most "{title}" by {count_of(int(days.max()), "day")}'
    verb = "is" if len(late) < 2 else "are"
    return (
        f"Open actions in time: {ours or 'none'} of ours, {theirs or 'none'} of the customer{sideless}; "
        f"{len(late) or 'none'} {verb} expected late{worst}.{_describe_next(actions)}"
    )


def _describe_next(actions: pd.DataFrame) -> str:
    dated = actions.dropna(subset=["objective_due"]).sort_values("objective_due", kind="stable")
    if dated.empty:
        return ""
    first = dated.iloc[0]
    return f' The objective due first: "{first["objective"]}", {write_date(first["objective_due"])}.'

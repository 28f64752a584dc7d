"""Actions as a network: what is late, what slipped, what moves with it, and how much room is left."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.data.tables import tables_in

if TYPE_CHECKING:
    import pandas as pd

SCHEDULE_UNITS = {
    "actions_open": "count",
    "actions_slipped": "count",
    "days_slipped_most": "days",
    "actions_unowned": "count",
    "knock_on_days": "days",
    "objectives_pushed": "count",
    "actions_in_circle": "count",
}
"""The unit of each column that `measure_schedule` returns."""

_QUERY = """
    SELECT objectives.account_id,
        actions.* REPLACE (coalesce(checkpoint, false) AS checkpoint),
        objectives.title AS objective, objectives.due AS objective_due,
        action_state(done_on, status) = 'open' AS is_open,
        action_state(done_on, status) = 'cancelled' AS is_cancelled,
        CASE WHEN is_open THEN greatest(getvariable('as_of') - actions.due, 0) ELSE 0 END AS days_overdue,
        coalesce(actions.due - original_due, 0) AS days_slipped
    FROM actions LEFT JOIN objectives USING (objective_id)
    ORDER BY objectives.account_id, actions.due, action_id
"""


@answer_once
def schedule_actions(portfolio: Portfolio) -> "pd.DataFrame":
    """Return every action with when it will be done if nothing is caught up.

    An open action is expected on its due date, on the day of the analysis where that has passed, and no sooner than the
    actions it waits for allow: it then takes as long as from its start to its due date. A cancelled action holds nobody up.
    All actions are one network: one may wait for another of the whole programme, whose ``account_id`` is missing.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        By account and due date: the columns of ``actions``, ``account_id``, ``objective``, ``objective_due``, ``is_open``,
        ``is_cancelled``; ``ours`` is missing where no side is said, and nothing is a ``checkpoint`` unless it is said; and

        - ``days_overdue`` (0: not), ``days_slipped`` (due less original due),
        - ``expected_on``, ``days_late`` (expected less due),
        - ``slack_days``: by how many days it may come later than expected before its objective misses its date, or an open
          action that waits for it can no longer be done by its own due date, or in time for what waits for that one in turn;
          below 0 that is so already; NaN where nothing hangs on it,
        - ``pushed`` (ids of the open actions that come later because this one is overdue, the most first), ``pushes`` (how many)
          and ``push_days`` (by how much at most); ``pushed_objectives`` (ids of those that miss their date because of it) and
          ``objective_days`` (by how much at most),
        - ``is_circular`` (it waits, in the end, for itself), ``unknown_ids`` (named in depends_on, but no action).

    Notes
    -----
    The forward and backward pass of the critical path method (Kelley & Walker 1959), on calendar days.
    """
    import pandas as pd

    today = portfolio.as_of.toordinal()
    with portfolio.connect(*tables_in(_QUERY)) as connection:
        actions: pd.DataFrame = connection.execute(_QUERY).df()
    network = build_network({str(row["action_id"]): _read_action(row, today) for row in actions.to_dict("records")})
    added = pd.DataFrame(list(schedule_network(network, today)), columns=list(_ADDED))
    frame = pd.concat([actions, added], axis=1)
    return frame.assign(expected_on=pd.to_datetime(frame["expected_on"]))


_ADDED = (
    "expected_on", "days_late", "slack_days", "pushed", "pushes", "push_days",
    "pushed_objectives", "objective_days", "is_circular", "unknown_ids",
)  # fmt: skip


@dataclass(frozen=True)
class Action:
    """An action in the network; days are counted from the year 1, None is unknown."""

    due: int
    lasts: int
    is_open: bool
    holds: bool
    done: int | None
    objective_id: str
    objective_due: int | None
    named: tuple[str, ...]


def _read_action(row: Mapping[Any, Any], today: int) -> Action:
    start, due, done, end = (_count_day(row[name]) for name in ("start", "due", "done_on", "objective_due"))
    assert due is not None  # the door lets no action in without it
    if done is None and not row["is_open"]:
        done = min(due, today)  # called done, and not when
    return Action(
        due=due,
        lasts=max(due - start, 0) if start is not None else 0,
        is_open=bool(row["is_open"]),
        holds=not row["is_cancelled"],
        done=done,
        objective_id=str(row["objective_id"]),
        objective_due=end,
        named=tuple(read_ids(row["depends_on"])),
    )


def _count_day(day: Any) -> int | None:
    return day.toordinal() if day == day and day is not None else None


def read_ids(text: Any) -> list[str]:
    """Read the ids of ``depends_on``, apart by commas, semicolons or white space.

    Examples
    --------
    >>> read_ids("A1; A2,A3"), read_ids(None)
    (['A1', 'A2', 'A3'], [])
    """
    return list(dict.fromkeys(text.replace(";", " ").replace(",", " ").split())) if isinstance(text, str) else []


def find_circles(waits: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the actions that wait, in the end, for themselves, each with the number of its circle.

    Examples
    --------
    >>> find_circles({"A": ["B"], "B": ["A"], "C": ["A"], "D": ["D"]})
    {'A': 0, 'B': 0, 'D': 1}
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = {key: number for number, key in enumerate(waits)}
    pairs = [(place[key], place[each]) for key, ids in waits.items() for each in ids if each in place]
    if not pairs:
        return {}
    ends = tuple(zip(*pairs, strict=True))
    _, labels = connected_components(coo_array(([True] * len(pairs), ends), shape=(len(place),) * 2), connection="strong")
    keys, numbers = [*place], dict[int, int]()
    joined = [one for one, other in pairs if labels[one] == labels[other]]
    return {keys[one]: numbers.setdefault(int(labels[one]), len(numbers)) for one in joined}


@dataclass(frozen=True)
class Network:
    """Actions and how they hang together.

    Attributes
    ----------
    actions : mapping of action id to Action
    circles : mapping of action id to number
        As `find_circles` returns them.
    waits, after : mapping of action id to action ids
        Which actions an open one waits for, and which open ones wait for it; a wait within a circle could never end, and is
        left out.
    order : mapping of action id to place
        No action stands before one that it waits for.
    """

    actions: Mapping[str, Action]
    circles: Mapping[str, int]
    waits: Mapping[str, list[str]]
    after: Mapping[str, list[str]]
    order: dict[str, int]


def build_network(actions: Mapping[str, Action]) -> Network:
    """Find out how actions hang together."""
    from collections import defaultdict
    from graphlib import TopologicalSorter

    circles = find_circles({key: action.named if action.is_open else () for key, action in actions.items()})
    waits = {key: _list_waits(key, actions, circles) if action.is_open else [] for key, action in actions.items()}
    after = defaultdict(list)
    for key, ids in waits.items():
        for each in ids:
            after[each].append(key)
    order = {key: place for place, key in enumerate(TopologicalSorter(waits).static_order())}
    return Network(actions, circles, waits, dict(after), order)


def _list_waits(key: str, actions: Mapping[str, Action], circles: Mapping[str, int]) -> list[str]:
    own = circles.get(key, -1)
    return [each for each in actions[key].named if each in actions and actions[each].holds and circles.get(each, -2) != own]


def schedule_network(network: Network, today: int) -> Iterator[dict[str, Any]]:
    """Say of each action, as `schedule_actions` names it, when it is expected, its slack, and what it pushes."""
    expected, planned, latest = pass_forward(network, today), pass_forward(network), pass_backward(network)
    ends = find_ends(network, planned)
    for key, action in network.actions.items():
        room = latest.get(key) if action.is_open else None
        yield _find_pushes(network, key, planned, ends, today) | {
            "expected_on": date.fromordinal(expected[key]),
            "days_late": expected[key] - action.due,
            "slack_days": float("nan") if room is None else float(room - expected[key]),
            "is_circular": key in network.circles,
            "unknown_ids": ", ".join(each for each in action.named if each not in network.actions),
        }


def pass_forward(network: Network, today: int | None = None) -> dict[str, int]:
    """Return when each action is done, or expected to be; without `today`, when it would be if nothing were overdue."""
    days: dict[str, int] = {}
    for key in network.order:
        action = network.actions[key]
        if action.is_open:
            days[key] = max([action.due, today or 0, *(days[each] + action.lasts for each in network.waits[key])])
        else:
            days[key] = action.due if action.done is None else action.done
    return days


def pass_backward(network: Network) -> dict[str, int]:
    """Return the last day on which each action may be done without harm to its objective or to what waits for it."""
    latest = {key: action.objective_due for key, action in network.actions.items() if action.objective_due is not None}
    for key in reversed(network.order):
        action = network.actions[key]
        start = min(action.due, latest.get(key, action.due)) - action.lasts
        for each in network.waits[key]:
            latest[each] = min(start, latest.get(each, start))
    return latest


def find_ends(network: Network, planned: Mapping[str, int]) -> dict[str, int]:
    """Return the date of each objective that has one, or the planned end of its open actions where that is later."""
    ends: dict[str, int] = {}
    for key, action in network.actions.items():
        if action.is_open and action.objective_due is not None:
            ends[action.objective_id] = max(ends.get(action.objective_id, action.objective_due), planned[key])
    return ends


def _find_pushes(network: Network, key: str, planned: Mapping[str, int], ends: Mapping[str, int], today: int) -> dict[str, Any]:
    """Say what comes later because an action is overdue, it alone: all else is taken as done when planned."""
    late = _spread(network, key, planned, today)
    moved = {each: day - max(planned[each], today) for each, day in late.items() if each != key and day > today}
    missed: dict[str, int] = {}
    for each, day in late.items():
        objective_id = network.actions[each].objective_id
        if day > ends.get(objective_id, day):
            missed[objective_id] = max(missed.get(objective_id, 0), day - ends[objective_id])
    return {
        "pushed": tuple(sorted(moved, key=lambda each: (-moved[each], each))),
        "pushes": len(moved),
        "push_days": max(moved.values(), default=0),
        "pushed_objectives": tuple(sorted(missed)),
        "objective_days": max(missed.values(), default=0),
    }


def _spread(network: Network, start: str, planned: Mapping[str, int], today: int) -> dict[str, int]:
    """Return the day of an overdue action and of each that is later than planned by it; no day where it is not overdue."""
    from heapq import heappop, heappush

    action = network.actions[start]
    late = {start: today} if action.is_open and action.due < today else {}
    ahead = [(network.order[each], each) for each in late]
    while ahead:
        _, key = heappop(ahead)
        for each in network.after.get(key, ()):
            day = late[key] + network.actions[each].lasts
            if day > late.get(each, planned[each]):
                late[each] = day
                heappush(ahead, (network.order[each], each))
    return late


@answer_once
def measure_schedule(portfolio: Portfolio, indicators: "pd.DataFrame", schedule: "pd.DataFrame") -> "pd.DataFrame":
    """Count per account what is open, slipped, unowned, and what moves with it.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: open actions; those whose due date was put off; ``days_slipped_most``; those without an owner;
        ``knock_on_days`` (by how much at most a late action pushes another); objectives that miss their date because of a late
        action, be it another account's; actions that wait for themselves. NaN where actions and objectives were not given.
    """
    still = schedule[schedule["is_open"].astype(bool)]
    marks = still.assign(slipped=still["days_slipped"] > 0, unowned=still["owner"].isna())
    found = marks.groupby("account_id").agg(
        actions_open=("action_id", "size"),
        actions_slipped=("slipped", "sum"),
        days_slipped_most=("days_slipped", "max"),
        actions_unowned=("unowned", "sum"),
        knock_on_days=("push_days", "max"),
        actions_in_circle=("is_circular", "sum"),
    )
    pushed = still["objective_id"].isin(still["pushed_objectives"].explode())
    found["objectives_pushed"] = still[pushed].groupby("account_id")["objective_id"].nunique()
    found = found.astype(float).reindex(index=indicators.index, columns=list(SCHEDULE_UNITS))
    found["days_slipped_most"] = found["days_slipped_most"].clip(lower=0)
    return found.fillna(0.0) if portfolio.has("actions") and portfolio.has("objectives") else found

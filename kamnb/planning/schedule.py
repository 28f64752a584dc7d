"""Actions as a network: what is late, what slipped, what moves with it, and how much room is left."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio

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
    SELECT objectives.account_id, actions.*, objectives.title AS objective, objectives.due AS objective_due,
        done_on IS NULL AND coalesce(status, '') NOT IN ('done', 'cancelled') AS is_open,
        coalesce(status, '') = 'cancelled' AS is_cancelled
    FROM actions JOIN objectives USING (objective_id)
    WHERE objectives.account_id IS NOT NULL
    ORDER BY objectives.account_id, actions.due, action_id
"""


def schedule_actions(portfolio: Portfolio) -> "pd.DataFrame":
    """Return every action of every account with when it will be done if nothing is caught up.

    An open action is expected on its due date, on the day of the analysis where that has passed, and no sooner than the
    actions it waits for allow: it then takes as long as from its start to its due date. A cancelled action holds nobody up.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        By account and due date: the columns of ``actions``, ``account_id``, ``objective``, ``objective_due``, ``is_open``,
        ``is_cancelled``, ``days_overdue`` (0: not), ``days_slipped`` (due less original due), ``expected_on``, ``days_late``
        (expected less due), ``slack_days`` (by how many it may come later than expected before an action that waits for it, or
        its objective, misses its own due date; below 0 one does already; NaN where nothing hangs on it), ``pushes`` (how many
        open actions come later because of it), ``push_days`` (by how much at most), ``pushes_objective`` (does its objective
        come later than due because of it), ``is_circular`` (it waits, in the end, for itself), ``unknown_ids`` (named in
        depends_on, but no action).

    Notes
    -----
    The forward and backward pass of the critical path method (Kelley & Walker 1959), on calendar days.
    """
    import pandas as pd

    with portfolio.connect() as connection:
        actions: pd.DataFrame = connection.sql(_QUERY).df()
    rows: list[dict[str, Any]] = []
    for _, own in actions.groupby("account_id", sort=False):
        rows += _schedule_account(_list_rows(own), portfolio.as_of)
    frame = pd.DataFrame(rows, columns=[*actions.columns, *_ADDED])
    return frame.assign(expected_on=pd.to_datetime(frame["expected_on"]))


_ADDED = (
    "days_overdue", "days_slipped", "expected_on", "days_late", "slack_days", "pushes", "push_days", "pushes_objective",
    "is_circular", "unknown_ids",
)  # fmt: skip


def _list_rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _schedule_account(actions: list[dict[str, Any]], as_of: date) -> list[dict[str, Any]]:
    import pandas as pd

    today = pd.Timestamp(as_of)
    network = {action["action_id"]: action for action in actions}
    named = {key: read_ids(action["depends_on"]) for key, action in network.items()}
    circular = find_circles(named)
    waits = {
        key: [each for each in ids if each in network and not network[each]["is_cancelled"]] if key not in circular else []
        for key, ids in named.items()
    }
    expected = pass_forward(network, waits, today)
    return [
        action
        | {
            "days_overdue": max((today - action["due"]).days, 0) if action["is_open"] else 0,
            "days_slipped": (action["due"] - action["original_due"]).days if action["original_due"] is not pd.NaT else 0,
            "expected_on": expected[key],
            "days_late": (expected[key] - action["due"]).days,
            "slack_days": _find_slack(key, network, waits, expected),
            "is_circular": key in circular,
            "unknown_ids": ", ".join(each for each in named[key] if each not in network),
        }
        | _find_pushes(key, network, waits, expected, today)
        for key, action in network.items()
    ]


def read_ids(text: Any) -> list[str]:
    """Read the ids of ``depends_on``, apart by commas, semicolons or white space.

    Examples
    --------
    >>> read_ids("A1; A2,A3"), read_ids(None)
    (['A1', 'A2', 'A3'], [])
    """
    return list(dict.fromkeys(text.replace(";", " ").replace(",", " ").split())) if isinstance(text, str) else []


def find_circles(waits: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the actions that wait, in the end, for themselves.

    Examples
    --------
    >>> sorted(find_circles({"A": ["B"], "B": ["A"], "C": ["A"]}))
    ['A', 'B']
    """
    found = set()
    for start in waits:
        seen, ahead = set[str](), list(waits[start])
        while ahead:
            key = ahead.pop()
            if key == start:
                found.add(start)
                break
            if key not in seen:
                seen.add(key)
                ahead += waits.get(key, ())
    return found


def pass_forward(
    network: Mapping[str, Mapping[str, Any]], waits: Mapping[str, list[str]], today: "pd.Timestamp", on_time: str = ""
) -> "dict[str, Any]":
    """Return when each action is, or is expected to be, done; `on_time` is taken as done by its due date."""
    expected: dict[str, Any] = {}

    def expect(key: str) -> Any:
        if key not in expected:
            action = network[key]
            before = [expect(each) for each in waits[key]]
            expected[key] = _expect_one(action, before, today, key == on_time)
        return expected[key]

    for key in network:
        expect(key)
    return expected


def _expect_one(action: Mapping[str, Any], before: list[Any], today: "pd.Timestamp", on_time: bool) -> Any:
    if not action["is_open"]:
        return action["done_on"] if action["done_on"] == action["done_on"] else action["due"]
    if on_time:
        return action["due"]
    held = [max(before) + _last(action)] if before else []
    return max([action["due"], today, *held])


def _last(action: Mapping[str, Any]) -> Any:
    """Return how long an action takes: from its start to its due date, no time where it has no start."""
    import pandas as pd

    start = action["start"]
    return max(action["due"] - start, pd.Timedelta(0)) if start == start else pd.Timedelta(0)


def _find_slack(
    key: str, network: Mapping[str, Mapping[str, Any]], waits: Mapping[str, list[str]], expected: "Mapping[str, pd.Timestamp]"
) -> float:
    action = network[key]
    if not action["is_open"]:
        return float("nan")
    limits = [network[each]["due"] - _last(network[each]) for each in network if key in waits[each] and network[each]["is_open"]]
    limits += [action["objective_due"]] if action["objective_due"] == action["objective_due"] else []
    return float((min(limits) - expected[key]).days) if limits else float("nan")


def _find_pushes(
    key: str,
    network: Mapping[str, Mapping[str, Any]],
    waits: Mapping[str, list[str]],
    expected: "Mapping[str, pd.Timestamp]",
    today: "pd.Timestamp",
) -> dict[str, Any]:
    """Say what comes later because the action is overdue: all else alike, but the action done when due."""
    action = network[key]
    if not action["is_open"] or action["due"] >= today:
        return {"pushes": 0, "push_days": 0, "pushes_objective": False}
    kept = pass_forward(network, waits, today, on_time=key)
    moved = {each: (expected[each] - kept[each]).days for each in network if each != key and expected[each] > kept[each]}
    same = [each for each, other in network.items() if other["objective_id"] == action["objective_id"] and other["is_open"]]
    end, without, due = max(expected[each] for each in same), max(kept[each] for each in same), action["objective_due"]
    pushed = due == due and end > due and without < end
    return {"pushes": len(moved), "push_days": max(moved.values(), default=0), "pushes_objective": bool(pushed)}


def measure_schedule(portfolio: Portfolio, indicators: "pd.DataFrame", schedule: "pd.DataFrame") -> "pd.DataFrame":
    """Count per account what is open, slipped, unowned, and what moves with it.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: open actions; those whose due date was put off; ``days_slipped_most``; those without an owner;
        ``knock_on_days`` (by how much at most a late action pushes another); objectives that come later than due because of a
        late action; actions that wait for themselves. NaN where actions and objectives were not given.
    """
    still = schedule[schedule["is_open"].astype(bool)]
    pushed = still["objective_id"].where(still["pushes_objective"].astype(bool))
    marks = still.assign(slipped=still["days_slipped"] > 0, unowned=still["owner"].isna(), pushed=pushed)
    grouped = marks.groupby("account_id")
    found = grouped.agg(
        actions_open=("action_id", "size"),
        actions_slipped=("slipped", "sum"),
        days_slipped_most=("days_slipped", "max"),
        actions_unowned=("unowned", "sum"),
        knock_on_days=("push_days", "max"),
        objectives_pushed=("pushed", "nunique"),
        actions_in_circle=("is_circular", "sum"),
    )
    found = found.astype(float).reindex(indicators.index)
    found["days_slipped_most"] = found["days_slipped_most"].clip(lower=0)
    return found.fillna(0.0) if portfolio.has("actions") and portfolio.has("objectives") else found

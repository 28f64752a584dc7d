"""The things that facts count, by name: what a finding says instead of a number, where there are few."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.planning.people import find_followed
from kamnb.planning.playbook import Playbook
from kamnb.planning.queries import fetch_query
from kamnb.planning.records import Records

if TYPE_CHECKING:
    import pandas as pd

PROPER = frozenset(
    ("silent_champions", "champions_left", "decision_makers", "opponents", "subsidiaries_apart", "rivals_ahead", "offerings_idle",
     "documents_overdue", "repeated_causes", "complaints_open")
)  # fmt: skip
"""Facts whose things are names; those of others are titles, to be quoted."""

COLUMNS = ["account_id", "fact", "thing", "owner"]


@answer_once
def list_things(portfolio: Portfolio, records: Records, rivals: "pd.DataFrame", playbook: Playbook) -> "pd.DataFrame":
    """Return by name what facts count.

    Parameters
    ----------
    portfolio : Portfolio
    records : Records
    rivals : DataFrame
        As `kamnb.scoring.compare_rivals` returns it.
    playbook : Playbook

    Returns
    -------
    DataFrame
        ``account_id``, ``fact``, ``thing`` and ``owner`` (who sees to it; missing: nobody is named); of each fact what matters
        most first: actions, objectives and decisions by date, goals by budget, people by level, offerings by room.
    """
    import pandas as pd

    rules, decisions = playbook.staleness, records.decisions
    undone = decisions[decisions["state"] == "overdue"].sort_values("due", kind="stable")
    ahead = rivals[(rivals["ahead"] == rivals["factors"]) & (rivals["factors"] >= playbook.rivals.least_factors)]
    counted = {"repeat_months": rules.repeat_months, "repeat_times": rules.repeat_times}
    parts = [
        fetch_query(portfolio, "things", counted),
        *_list_actions(records.schedule),
        *_list_objectives(records.objectives, records.schedule),
        *_list_people(records.people, pd.Timestamp(portfolio.as_of)),
        _pick(undone, "decisions_overdue", "decision", "owner"),
        _pick(_sort_idle(records.white_space), "offerings_idle", "offering"),
        _pick(records.subsidiaries, "subsidiaries_apart", "name"),
        _pick(ahead, "rivals_ahead", "competitor"),
    ]
    found = pd.concat([part[COLUMNS].astype(object) for part in parts], ignore_index=True)
    return found.dropna(subset=["account_id", "thing"]).reset_index(drop=True)


def _list_actions(schedule: "pd.DataFrame") -> "Iterator[pd.DataFrame]":
    still = schedule[schedule["is_open"].astype(bool)]
    still = still.assign(owner=still["owner"].where(still["ours"].eq(True).fillna(False).astype(bool)))  # theirs decide nothing
    late = still["days_overdue"] > 0
    side, points = still["ours"], still["checkpoint"].astype(bool)
    chosen = {
        "actions_overdue": late & side.eq(True).fillna(False).astype(bool),
        "customer_actions_overdue": late & side.eq(False).fillna(False).astype(bool),
        "sideless_actions_overdue": late & side.isna(),
        "check_points_overdue": late & points,
        "check_points_untold": points & still["customer_informed_on"].isna(),
        "actions_unowned": schedule.loc[still.index, "owner"].isna(),
        "actions_in_circle": still["is_circular"].astype(bool),
        "actions_slipped": still["days_slipped"] > 0,
    }
    yield from (_pick(still[rows], fact, "title", "owner") for fact, rows in chosen.items())
    pushing = still[late & ((still["pushes"] > 0) | (still["objective_days"] > 0))]
    yield _pick(pushing.sort_values("push_days", ascending=False, kind="stable"), "knock_on_days", "title", "owner")


def _list_objectives(objectives: "pd.DataFrame", schedule: "pd.DataFrame") -> "Iterator[pd.DataFrame]":
    still = objectives[~objectives["is_done"].astype(bool)]
    yield _pick(still[still["is_past_due"].astype(bool)], "objectives_past_due", "title")
    yield _pick(still[still["actions"] == still["actions_done"]], "objectives_short", "title")
    pushed = set(schedule.loc[schedule["is_open"].astype(bool), "pushed_objectives"].explode().dropna())
    yield _pick(still[still["objective_id"].isin(pushed)], "objectives_pushed", "title")


def _list_people(people: "pd.DataFrame", day: "pd.Timestamp") -> "Iterator[pd.DataFrame]":
    import pandas as pd

    here, recent = people["left_on"].isna(), people["left_on"] > day - pd.DateOffset(months=12)
    chosen = {
        "silent_champions": people["is_silent"],
        "champions_left": recent & people["is_champion"] & ~find_followed(people),
        "decision_makers": here & people["role"].eq("decision maker"),
        "opponents": here & people["role"].eq("opponent"),
    }
    yield from (_pick(people[rows.fillna(False).astype(bool)], fact, "name", "owner") for fact, rows in chosen.items())


def _sort_idle(white_space: "pd.DataFrame") -> "pd.DataFrame":
    idle = white_space[(white_space["basis"] == "wallet") & (white_space["open_deals"] == 0) & (white_space["room_likely"] > 0)]
    return idle.sort_values(["account_id", "room_likely", "offering_id"], ascending=[True, False, True])


def _pick(rows: "pd.DataFrame", fact: str, thing: str, owner: str = "") -> "pd.DataFrame":
    import pandas as pd

    named = {"account_id": rows["account_id"], "fact": fact, "thing": rows[thing], "owner": rows[owner] if owner else None}
    return pd.DataFrame(named, columns=COLUMNS)

"""The rows behind a criterion that moved: the deal that was won, the person who left, the months that fell out of the window."""

from datetime import date
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.indicators import INDICATORS
from kamnb.indicators.catalogue import MONTHS_BACK
from kamnb.indicators.queries import measured
from kamnb.planning.queries import fetch_query
from kamnb.scoring import Criteria, Criterion
from kamnb.scoring.movement import Movement

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["account_id", "criterion", "event", "what", "happened_on", "before", "now"]
_DEALS = ("open_pipeline", "weighted_pipeline", "win_rate")
_PEOPLE = ("people_reached", "functions_reached", "levels_reached", "board_reached")
_EVENTS = {"joint_objectives": "objective agreed", "forward_months": "signed"}
_REACHED = """
    SELECT reached.account_id, contact_id, coalesce(name, contact_id) AS what
    FROM measured.people AS reached JOIN contacts USING (contact_id)
    WHERE is_reached
    ORDER BY ALL
"""


def list_evidence(
    before: Portfolio, now: Portfolio, movement: Movement, criteria: Criteria, events: "pd.DataFrame"
) -> "pd.DataFrame":
    """Return the rows that moved a criterion between two days, for every criterion that has a part in a score's change.

    Parameters
    ----------
    before, now : Portfolio
        The same as of two days.
    movement : Movement
    criteria : Criteria
    events : DataFrame
        As `kamnb.planning.changes.read_events` returns them.

    Returns
    -------
    DataFrame
        ``account_id``, ``criterion``, ``event``, ``what``, ``happened_on`` (NaT: of no single day), ``before`` and ``now``: of a
        deal the amount that counted, of a rating the points, of months their revenue; NaN where there is no number.
    """
    import pandas as pd

    moved = movement.parts.loc[movement.parts["criterion"] != "", ["account_id", "criterion"]].drop_duplicates()
    listed = {each.name: each for _, each in criteria.listed() if each.name in set(moved["criterion"])}
    rated = [each for each in listed.values() if each.source == "ratings"]
    counted = {each.name: each.measures for each in listed.values() if each.source == "indicator"}
    parts = [
        *_list_ratings(movement.opinions, rated),
        *_list_deals(before, now, {name: what for name, what in counted.items() if what in _DEALS}),
        *_list_people(before, now, {name: what for name, what in counted.items() if what in _PEOPLE}),
        *_list_months(now, before.as_of, [name for name, what in counted.items() if _hangs_on_window(what)]),
        *(_take_events(events, name, _EVENTS[what]) for name, what in counted.items() if what in _EVENTS),
    ]
    kept = [part.reindex(columns=COLUMNS) for part in parts if len(part)]
    frame = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=COLUMNS)
    frame = frame.merge(moved, on=["account_id", "criterion"])
    order = frame.assign(size=-(frame["now"].fillna(0.0) - frame["before"].fillna(0.0)).astype(float).abs().round(6))
    return order.sort_values(["account_id", "criterion", "size", "event", "what"]).drop(columns="size").reset_index(drop=True)


def _hangs_on_window(indicator: str) -> bool:
    declared = INDICATORS[indicator]
    return declared.window in MONTHS_BACK and any(need.startswith("invoices") for need in declared.needs)


def _list_ratings(opinions: "pd.DataFrame", rated: list[Criterion]) -> "list[pd.DataFrame]":
    import numpy as np

    frames = []
    for each in rated:
        own = opinions[(opinions["criterion"] == each.measures) & ~(opinions["score_before"] == opinions["score_now"])]
        event = np.select(
            [own["score_before"].isna().to_numpy(), own["score_now"].isna().to_numpy()],
            ["rates now", "rates no more"],
            "rated anew",
        )
        kinds = own["rater_kind"].astype(str).str.replace("_", " ")
        what = own["rater"].fillna("somebody").astype(str) + (" (" + kinds + ")").where(kinds != "not said", "")
        named = own.rename(columns={"score_before": "before", "score_now": "now", "rated_on": "happened_on"})
        frames.append(named.assign(criterion=each.name, event=event, what=what))
    return frames


def _list_deals(before: Portfolio, now: Portfolio, counted: dict[str, str]) -> "list[pd.DataFrame]":
    import numpy as np

    if not counted:
        return []
    sides = [fetch_query(portfolio, "deals") for portfolio in (before, now)]
    both = sides[0].merge(sides[1], on=["account_id", "opportunity_id"], how="outer", suffixes=("_before", "_now"))
    was, is_open = both["state_before"] == "open", both["state_now"] == "open"
    event = np.select(
        [(is_open & ~was).to_numpy(), (is_open & was).to_numpy(), both["state_now"].isna().to_numpy()],
        ["new deal", "deal changed", "deal no longer listed"],
        "deal " + both["state_now"].replace("unknown", "closed").fillna("").astype(str),
    )
    both = both.assign(event=event, what=both["what_now"].fillna(both["what_before"]))
    both = both.assign(happened_on=both["closed_now"].where(~is_open, both["created_now"].where(~was)))
    frames = []
    for name, measure in counted.items():
        column = "weighted" if measure == "weighted_pipeline" else "amount"
        named = both.assign(
            criterion=name,
            before=both[f"{column}_before"].astype(float).where(was),
            now=both[f"{column}_now"].astype(float).where(is_open),
        )
        changed = named[(was | is_open) & (named["before"].fillna(0.0) != named["now"].fillna(0.0))]
        decided = named[(named["state_before"] != named["state_now"]) & named["state_now"].isin(["won", "lost"])]
        frames.append(decided if measure == "win_rate" else changed)
    return frames


def _list_people(before: Portfolio, now: Portfolio, counted: dict[str, str]) -> "list[pd.DataFrame]":
    import numpy as np
    import pandas as pd

    if not counted:
        return []
    sides = []
    for portfolio in (before, now):
        with measured(portfolio, "people") as connection:
            sides.append(connection.execute(_REACHED).df())
    both = sides[0].merge(sides[1], on=["account_id", "contact_id"], how="outer", suffixes=("_before", "_now"), indicator=True)
    left = now.read("contacts").dropna(subset=["left_on"]).set_index("contact_id")["left_on"]
    day = pd.to_datetime(both["contact_id"].map(left))
    came, went = both["_merge"] == "right_only", both["_merge"] == "left_only"
    event = np.select([came.to_numpy(), (went & day.notna()).to_numpy()], ["reached now", "person left"], "not reached any more")
    rows = both.assign(event=event, what=both["what_now"].fillna(both["what_before"]), happened_on=day.where(went))[came | went]
    return [rows.assign(criterion=name, before=float("nan"), now=float("nan")) for name in counted]


def _list_months(now: Portfolio, since: date, criteria: list[str]) -> "list[pd.DataFrame]":
    """Return the days that fell out of the twelve months, and those that came in, with their revenue."""
    if not criteria:
        return []
    rows = fetch_query(now, "turned", {"since": since})
    rows = rows.assign(before=rows["revenue"].where(~rows["is_now"]), now=rows["revenue"].where(rows["is_now"]))
    rows = rows.assign(event=rows["is_now"].map({True: "came into the twelve months", False: "fell out of the twelve months"}))
    return [rows.assign(criterion=name) for name in criteria]


def _take_events(events: "pd.DataFrame", criterion: str, kind: str) -> "pd.DataFrame":
    rows = events[events["event"] == kind]
    return rows.assign(criterion=criterion, before=float("nan"), now=float("nan"))

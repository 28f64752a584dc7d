"""What changed since an earlier day: the same computation as of then, set beside that of now."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio
from kamnb.planning.causes import tell_wins
from kamnb.planning.queries import fetch_query
from kamnb.scoring import Criteria
from kamnb.scoring.movement import Movement

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Standing:
    """How every account stood on a day.

    Attributes
    ----------
    scores : DataFrame
        Scores and places, one row per account.
    facts : DataFrame
        Indicators and everything else that is measured.
    """

    scores: "pd.DataFrame"
    facts: "pd.DataFrame"


@dataclass(frozen=True)
class Changes:
    """What is different from an earlier day.

    Attributes
    ----------
    since : date
    places : DataFrame
        One row per account of now: ``placed``, ``quadrant`` (of the model), ``attractiveness`` and ``strength``, each with
        ``_before`` and ``_now``.
    movement : Movement
        Why the scores and stages moved; a pipeline that a deal won has left is named so.
    facts : DataFrame
        ``account_id``, ``fact``, ``before``, ``now``; NaN is unknown.
    events : DataFrame
        ``account_id``, ``happened_on``, ``event``, ``what``, ``amount``; by day.
    """

    since: date
    places: "pd.DataFrame"
    movement: Movement
    facts: "pd.DataFrame"
    events: "pd.DataFrame"


PLACES = ("placed", "quadrant", "attractiveness", "strength")


def find_changes(
    portfolio: Portfolio, since: date, before: Standing, now: Standing, movement: Movement, criteria: Criteria
) -> Changes:
    """Set two standings of a portfolio beside each other.

    Parameters
    ----------
    portfolio : Portfolio
        As of the later day.
    since : date
        The earlier day.
    before, now : Standing
        An account that was not there before has unknown values then.
    movement : Movement
        Why the scores of the one are not those of the other.
    criteria : Criteria
        The scoring model of now.

    Returns
    -------
    Changes
    """
    events = read_events(portfolio, since)
    old = before.scores.reindex(now.scores.index)
    return Changes(
        since,
        old[list(PLACES)].add_suffix("_before").join(now.scores[list(PLACES)].add_suffix("_now")),
        replace(movement, parts=tell_wins(movement.parts, events, criteria)),
        compare_facts(before.facts, now.facts),
        events,
    )


def compare_facts(before: "pd.DataFrame", now: "pd.DataFrame") -> "pd.DataFrame":
    """Return every fact on both days, where it is known on one and is not the same on the other.

    Examples
    --------
    >>> import pandas as pd
    >>> day = pd.DataFrame({"goals": [2.0], "people_reached": [4.0]}, index=pd.Index(["A"], name="account_id"))
    >>> compare_facts(day, day.assign(people_reached=3.0)).values.tolist()
    [['A', 'people_reached', 4.0, 3.0]]
    """
    both = _set_beside(before, now, "fact").dropna(subset=["before", "now"], how="all")
    return both[both["before"].ne(both["now"])].reset_index(drop=True)


def read_events(portfolio: Portfolio, since: date) -> "pd.DataFrame":
    """Return what happened after `since`, up to the day of the portfolio, as ``sql/events.sql`` says."""
    return fetch_query(portfolio, "events", {"since": since})


def since_last_review(portfolio: Portfolio) -> date | None:
    """Return the day of the last decisions before the day of the portfolio; None where there are none."""
    with portfolio.connect("decisions") as connection:
        row = connection.execute("SELECT max(decided_on) FROM decisions WHERE decided_on < getvariable('as_of')").fetchone()
        day: date | None = row[0] if row else None
        return day


def _set_beside(before: "pd.DataFrame", now: "pd.DataFrame", name: str) -> "pd.DataFrame":
    import pandas as pd

    columns = [column for column in now.columns if column in before.columns]
    sides = {"before": before, "now": now}
    return pd.DataFrame({side: _lengthen(frame, now.index, columns, name) for side, frame in sides.items()}).reset_index()


def _lengthen(frame: "pd.DataFrame", index: "pd.Index[str]", columns: list[str], name: str) -> Any:
    return frame.reindex(index=index, columns=columns).rename_axis(index="account_id", columns=name).stack()

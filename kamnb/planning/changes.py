"""What changed since an earlier day: the same computation as of then, set beside that of now."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio
from kamnb.planning.causes import find_causes, tell_wins
from kamnb.planning.queries import fetch_query
from kamnb.scoring import Criteria

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Standing:
    """How every account stood on a day.

    Attributes
    ----------
    scores : DataFrame
        Scores and places, one row per account.
    contributions : DataFrame
        Points that each criterion adds, one column per criterion.
    facts : DataFrame
        Indicators and everything else that is measured.
    """

    scores: "pd.DataFrame"
    contributions: "pd.DataFrame"
    facts: "pd.DataFrame"


@dataclass(frozen=True)
class Changes:
    """What is different from an earlier day.

    Attributes
    ----------
    since : date
    places : DataFrame
        One row per account of now: ``placed``, ``attractiveness`` and ``strength``, each with ``_before`` and ``_now``.
    points : DataFrame
        ``account_id``, ``criterion``, ``before``, ``now``, ``change``: points added to a score; largest change first.
        Over an axis the changes sum to that of its score.
    causes : DataFrame
        Which criteria moved the scores, as `find_causes` returns them.
    facts : DataFrame
        ``account_id``, ``fact``, ``before``, ``now``; NaN is unknown.
    events : DataFrame
        ``account_id``, ``happened_on``, ``event``, ``what``, ``amount``; by day.
    """

    since: date
    places: "pd.DataFrame"
    points: "pd.DataFrame"
    causes: "pd.DataFrame"
    facts: "pd.DataFrame"
    events: "pd.DataFrame"


PLACES = ("placed", "attractiveness", "strength")


def find_changes(portfolio: Portfolio, since: date, before: Standing, now: Standing, criteria: Criteria) -> Changes:
    """Set two standings of a portfolio beside each other.

    Parameters
    ----------
    portfolio : Portfolio
        As of the later day.
    since : date
        The earlier day.
    before, now : Standing
        Both by the same scoring model. An account that was not there before has unknown values then.
    criteria : Criteria
        That model.

    Returns
    -------
    Changes
    """
    events = read_events(portfolio, since)
    old = before.scores.reindex(now.scores.index)
    return Changes(
        since,
        old[list(PLACES)].add_suffix("_before").join(now.scores[list(PLACES)].add_suffix("_now")),
        compare_points(before.contributions, now.contributions),
        tell_wins(find_causes(before.contributions, now.contributions, criteria), events, criteria),
        compare_facts(before.facts, now.facts),
        events,
    )


def compare_points(before: "pd.DataFrame", now: "pd.DataFrame") -> "pd.DataFrame":
    """Return the points of every criterion on both days; unknown counts nothing, on either day.

    Examples
    --------
    >>> import pandas as pd
    >>> day = pd.DataFrame({"trust": [2.0], "growth": [1.0]}, index=pd.Index(["A"], name="account_id"))
    >>> compare_points(day, day.assign(trust=3.5))[["criterion", "change"]].values.tolist()
    [['trust', 1.5], ['growth', 0.0]]
    """
    both = _set_beside(before, now, "criterion")
    both = both.dropna(subset=["before", "now"], how="all")
    both["change"] = both["now"].fillna(0.0) - both["before"].fillna(0.0)
    order = both.assign(size=-both["change"].abs().round(9)).sort_values(["account_id", "size", "criterion"])
    return order.drop(columns="size").reset_index(drop=True)


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

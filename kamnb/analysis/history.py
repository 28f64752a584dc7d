"""How accounts stood at earlier quarter ends: the same computation, by the model of today, on what could be seen then."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kamnb.analysis.measuring import Scored, measure_side
from kamnb.data.portfolio import keep_open
from kamnb.scoring.movement import Side

if TYPE_CHECKING:
    import pandas as pd

TOLD = ("attractiveness", "strength", "quadrant", "placed", "stands_in", "stage", "revenue_ltm", "days_late")
"""What is told of every account at each day; ``stands_in`` says whether it was placed by what stands in for more."""


@dataclass(frozen=True)
class History:
    """Every account at the quarter ends of some years.

    Attributes
    ----------
    days : tuple of date
        First to last; the last is the day of the analysis.
    frame : DataFrame
        Indexed by ``account_id`` and ``day``; the columns of `TOLD`. What a day could not know is unknown; an account that was
        not there has no row.
    """

    days: tuple[date, ...]
    frame: "pd.DataFrame"

    def take(self, account_id: str) -> "pd.DataFrame":
        """Return an account's days, one row each, unknown where it was not there."""
        import pandas as pd

        asked = pd.MultiIndex.from_product([[account_id], self.days], names=self.frame.index.names)
        return self.frame.reindex(asked).droplevel("account_id")


def trace_history(scored: Scored) -> History:
    """Score and place every account as of the last quarter ends (``horizon.toml`` says how many) and the day itself.

    Parameters
    ----------
    scored : Scored
        The portfolio as of its day, which is not computed anew.

    Returns
    -------
    History

    Examples
    --------
    >>> from kamnb.analysis import choose_criteria, score_portfolio
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> history = trace_history(score_portfolio(portfolio, choose_criteria(portfolio, data_folder() / "sample").criteria))
    >>> history.days[0].isoformat(), history.days[-1].isoformat(), len(history.days)
    ('2024-09-30', '2026-06-30', 8)
    """
    import pandas as pd

    days = list_quarter_ends(scored.as_of, scored.portfolio.fiscal_year_start, scored.method.horizon.history.quarters)
    with keep_open():
        earlier = {day: measure_side(scored.portfolio.at(day), scored.criteria, scored.method) for day in days[:-1]}
    sides = {**earlier, days[-1]: scored.side}
    frame = pd.concat({day: _tell(side) for day, side in sides.items()}, names=["day"]).swaplevel().sort_index()
    return History(days, frame)


def _tell(side: Side) -> "pd.DataFrame":
    own = side.scores[["attractiveness", "strength", "quadrant", "placed"]].join(side.stages["stage_placed"].rename("stage"))
    stands_in = side.scores[["attractiveness_stands_in", "strength_stands_in"]].any(axis=1) & own["quadrant"].notna()
    own = own.assign(stands_in=stands_in)
    return own.join(side.indicators[["revenue_ltm", "days_late"]])[list(TOLD)]


def list_quarter_ends(day: date, first_month: int, quarters: int) -> tuple[date, ...]:
    """Return `day` and the quarter ends before it, so many in all, first to last.

    Parameters
    ----------
    day : date
    first_month : int
        Month in which the fiscal year begins; quarters are its.
    quarters : int

    Examples
    --------
    >>> [day.isoformat() for day in list_quarter_ends(date(2026, 5, 17), 1, 3)]
    ['2025-12-31', '2026-03-31', '2026-05-17']
    >>> [day.isoformat() for day in list_quarter_ends(date(2026, 4, 30), 2, 3)]
    ['2025-10-31', '2026-01-31', '2026-04-30']
    """
    starts = [(day.year - back // 12, 12 - back % 12) for back in range(3 * quarters + 12 - day.month)]
    firsts = (date(year, month, 1) for year, month in starts if (month - first_month) % 3 == 0)
    ends = (date.fromordinal(first.toordinal() - 1) for first in firsts)
    return (*sorted([end for end in ends if end < day][: quarters - 1]), day)

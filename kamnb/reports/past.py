"""History as a CSV file: a line for each account and day, what is computed of that day beside what was told then."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kamnb.analysis import Scored
from kamnb.analysis.history import TOLD, History
from kamnb.analysis.restating import Told
from kamnb.reports.scores import render_csv

if TYPE_CHECKING:
    import pandas as pd

_KEPT = ("attractiveness", "strength", "placed", "chance", "stage")


def render_past(
    scored: Scored, history: History, told: Sequence[Told], restated: "pd.DataFrame", accounts: tuple[str, ...] = ()
) -> str:
    """Return the text of the file, for these accounts or all: the columns of `History`, and ``told_`` what was told of that day.

    A day of which something was told and that is no quarter end has a line too, with what was told alone. ``restated`` says, with
    its cause, what of it is another today.
    """
    import pandas as pd

    kept = [_take(each) for each in told]
    frame = history.frame[list(TOLD)].join(pd.concat(kept), how="outer") if kept else history.frame[list(TOLD)].copy()
    causes = restated["what"] + ": " + restated["cause"]
    frame["restated"] = causes.groupby([restated["account_id"], restated["day"]]).agg("; ".join).reindex(frame.index)
    frame = frame.sort_index().reset_index()
    frame.insert(1, "name", frame["account_id"].map(scored.names))
    return render_csv(frame[frame["account_id"].isin(accounts)] if accounts else frame, "%.10g")


def _take(told: Told) -> "pd.DataFrame":
    """Return what was told, by account and day, in columns that say so."""
    own = told.scores[list(_KEPT)].assign(model=told.model, day=told.day).set_index("day", append=True)
    return own.add_prefix("told_")

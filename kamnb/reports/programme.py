"""The programme as a CSV file: hours and manager of every account."""

from kamnb.analysis import Analysis
from kamnb.display.programme.programme import say_hand_over
from kamnb.reports.scores import render_csv

COLUMNS = (
    "name", "placed", "stage", "region", "manager", "hours_needed", "hours_spent", "gap", "state", "hours_to_get",
    "hours_to_give", "manager_proposed", "reason",
)  # fmt: skip
"""The columns after ``account_id``."""


def render_programme(analysis: Analysis) -> str:
    """Return the text of ``programme.csv``: one row per account, hours a year, and who is to look after it.

    Text that a spreadsheet would take for a formula gets an apostrophe before it. Unknown is empty.
    """
    programme = analysis.programme
    moves, proposed = programme.moves, programme.assigned.manager
    frame = programme.accounts.assign(
        name=analysis.names,
        hours_needed=programme.accounts["needed"],
        hours_spent=programme.accounts["spent"],
        hours_to_get=moves.groupby("to_account")["hours"].sum().reindex(programme.accounts.index).fillna(0).astype(int),
        hours_to_give=moves.groupby("from_account")["hours"].sum().reindex(programme.accounts.index).fillna(0).astype(int),
        manager_proposed=proposed,
        reason=[say_hand_over(programme, account) for account in programme.accounts.index],
    )
    return render_csv(frame.reindex(columns=list(COLUMNS)).rename_axis("account_id").reset_index(), "%.10g")

"""The choice of KPIs as a CSV file."""

from kamnb.display.kpis.kpi_reasons import say_reason
from kamnb.planning.alignment import Alignment
from kamnb.reports.scores import render_csv

COLUMNS = (
    "objective_id", "objective", "name", "department", "unit_of_measure", "cost", "benefit", "net", "chosen", "reason",
    "benefit_changes_at", "benefit_off_by", "decision_it_changes", "choice", "requires", "excludes",
)  # fmt: skip
"""The columns after ``kpi_id``."""


def render_kpis(aligned: Alignment) -> str:
    """Return the text of ``kpis.csv``: one row per KPI, in or out, why, and the benefit at which the choice would change.

    Text that a spreadsheet would take for a formula gets an apostrophe before it. Unknown is empty.
    """
    frame = aligned.kpis.assign(
        objective=aligned.kpis["objective_id"].map(aligned.titles),
        chosen=aligned.kpis["is_chosen"].map({True: "yes", False: "no"}),
        reason=[say_reason(aligned, str(key)) for key in aligned.kpis.index],
        benefit_changes_at=aligned.kpis["changes_at"],
        benefit_off_by=aligned.kpis["off_by"],
    )
    return render_csv(frame.reindex(columns=list(COLUMNS)).reset_index(), "%.2f")

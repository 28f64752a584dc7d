"""An edit at the desk, on the sample: what each kind of entry costs from the save to the analysis that has it.

The desk holds the workbook (`kamnb.analysis.Renewal`), as it does while people work at it. Of every kind one row of the sample is
given anew, as a desk writes it, so that nothing is measured that was seen before.

    python benchmarks/edits.py
"""

import shutil
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from measuring import print_table

from kamnb.analysis import Renewal, open_analysis
from kamnb.data.appending import Row, Stamp, add_entries
from kamnb.data.tables import TABLES
from kamnb.places import data_folder

DAY, RUNS = date(2026, 6, 30), 5
KINDS = {
    "action": ("actions", {"action_id": "A0417-2", "objective_id": "Z0417-1", "title": "Skip {} weighings", "due": "2026-08-01"}),
    "objective": (
        "objectives",
        {"objective_id": "Z0417-1", "account_id": "0010417", "title": "Grow {}", "target": "85 %", "due": "2026-12-31"},
    ),
    "contact": ("contacts", {"contact_id": "C041701", "account_id": "0010417", "name": "Ute {}", "role": "gatekeeper"}),
    "insight": ("insight", {"account_id": "0010417", "topic": "strategy", "text": "Grows {}", "confirmed_on": "2026-06-30"}),
    "goal": ("customer_goals", {"goal_id": "G0417-1", "account_id": "0010417", "goal": "Less waste {}"}),
    "rating": (
        "ratings",
        {"account_id": "0010417", "criterion": "trust", "score": "{}", "rated_on": "2026-06-30", "rater": "Kim",
         "rater_kind": "colleague"},
    ),
    "override": (
        "overrides",
        {"account_id": "0010417", "what": "quadrant", "value": "star", "by": "Kim", "reason": "why {}",
         "stated_on": "2026-06-30", "expires": "2026-12-31"},
    ),
}  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        data = shutil.copytree(data_folder() / "sample", Path(name, "sample"), ignore=shutil.ignore_patterns(".kamnb"))
        analysis = open_analysis(str(data))
        renewal = Renewal(data)
        renewal.renew(analysis.as_of, analysis.criteria)
        rows = []
        for kind, (table, row) in KINDS.items():
            times = [time_edit(renewal, analysis, table, fill_row(table, row, number)) for number in range(1, RUNS + 2)]
            middle = [statistics.median(each) for each in zip(*times[1:], strict=True)]
            rows.append((kind, *(f"{seconds:.2f}" for seconds in (*times[0], *middle))))
        renewal.door.close()
    print_table(("entry", "first wall s", "CPU s", "next wall s", "CPU s"), *rows)


def fill_row(table: str, row: dict[str, str], number: int) -> Row:
    """Return a row with all columns of its table, another one for each number."""
    return {**dict.fromkeys(TABLES[table].names, ""), **{column: text.format(number) for column, text in row.items()}}


def time_edit(renewal: Renewal, analysis: object, table: str, row: Row) -> tuple[float, float]:
    """Save a row; return the seconds from there to the analysis that has it, and those of processor time."""
    wall, cpu = time.perf_counter(), time.process_time()
    add_entries(renewal.data, {table: [row]}, Stamp("Kim", DAY))
    renewal.renew(DAY, analysis.criteria)
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()

"""Eight quarters against one day: the CPU of scoring the sample as of its day, and with the seven quarter ends before it.

python benchmarks/history.py
"""

import argparse
import statistics
import time

from measuring import print_table, run_apart

from kamnb.analysis import choose_criteria, score_portfolio
from kamnb.analysis.history import trace_history
from kamnb.data.door import open_portfolio
from kamnb.places import data_folder


def measure(quarters: bool) -> float:
    """Return the seconds of CPU of one day, or of eight quarter ends; the tables have passed the door."""
    sample = data_folder() / "sample"
    portfolio = open_portfolio(sample)
    criteria = choose_criteria(portfolio, sample).criteria
    started = time.process_time()
    scored = score_portfolio(portfolio, criteria)
    if quarters:
        trace_history(scored)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each in turn; the median is shown")
    given = parser.parse_args()
    pairs = [[run_apart(measure, quarters) for quarters in (False, True)] for _ in range(given.runs)]
    one, eight = (statistics.median(side) for side in zip(*pairs, strict=True))
    print_table(
        ("as of", "cpu s", "to one day's"),
        ("one day", f"{one:.2f}", "1.0"),
        ("eight quarter ends", f"{eight:.2f}", f"{eight / one:.1f}"),
    )
    if eight > 4 * one:
        raise AssertionError("eight quarter ends cost more than four times one day")


if __name__ == "__main__":
    main()

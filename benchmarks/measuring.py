"""Time and peak memory of a computation in a process of its own, and whether two results are the same."""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

_BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss


@dataclass(frozen=True)
class Cost:
    """What a computation took: seconds of the clock and of all processors, and the peak memory of its process in MB."""

    seconds: float
    cpu: float
    memory: float


def run_apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a fresh process.

    A process's peak memory begins with the size of the one that started it, so the caller must stay small:
    whatever builds or reads large tables runs apart.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def compare_costs(
    functions: Sequence[Callable[[Any], pd.DataFrame]], read: Callable[[Path], Any], folder: Path, runs: int
) -> tuple[list[Cost], list[str]]:
    """Measure functions of what `read` takes from a folder, in turn, `runs` times.

    Returns the median cost of each (the time of reading is not in it, its memory is) and the columns all agree on.
    Raises AssertionError where a result differs from that of the first.
    """
    costs: list[list[Cost]] = [[] for _ in functions]
    for _ in range(runs):
        for function, spent in zip(functions, costs, strict=True):
            spent.append(run_apart(_measure, function, read, folder))
    ours, *others = (_kept(function, folder) for function in functions)
    columns = [run_apart(check_same, ours, other) for other in others]
    return [_middle(spent) for spent in costs], columns[0]


def clock(work: Callable[[], Any], runs: int = 1) -> tuple[float, Any]:
    """Return the median seconds of some runs, and the last result."""
    marks, result = [time.perf_counter()], None
    for _ in range(runs):
        result = work()
        marks.append(time.perf_counter())
    return median(after - before for before, after in pairwise(marks)), result


def check_same(ours: Path, peer: Path) -> list[str]:
    """Raise unless two pickled frames have the same rows, and the peer's columns the same values within rounding.

    Returns the peer's columns.
    """
    one, other = pd.read_pickle(ours), pd.read_pickle(peer)
    pd.testing.assert_frame_equal(one[list(other)], other, check_dtype=False, rtol=1e-9, atol=1e-6)
    return list(other)


def print_table(head: tuple[str, ...], *rows: tuple[str, ...]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [
            cell.ljust(width) if not at else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _measure(function: Callable[[Any], pd.DataFrame], read: Callable[[Path], Any], folder: Path) -> Cost:
    given = read(folder)
    started, worked = time.perf_counter(), time.process_time()
    result = function(given)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES / 1e6
    result.to_pickle(_kept(function, folder))
    return Cost(seconds, cpu, peak)


def _kept(function: Callable[..., Any], folder: Path) -> Path:
    return folder / f"{function.__name__}.pickle"


def _middle(costs: list[Cost]) -> Cost:
    return Cost(*np.median([(each.seconds, each.cpu, each.memory) for each in costs], axis=0).tolist())

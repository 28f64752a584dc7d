"""What history, why and forecast add to a plan: `kamnb report` on the sample, and the same run without these three.

Without them the quarters before, the revenue ahead and the parts of changes are empty; every process of that run is started with
a `sitecustomize` that puts empty ones in the place of what computes them. Processor time is that of the run and all its children.

    python benchmarks/plan_parts.py
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from measuring import print_table, run_apart

from kamnb.places import data_folder

MOST = 1.10
WITHOUT = """
import importlib.machinery
import sys


class Finder(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "kamnb.analysis.composition":
            return None
        spec = super().find_spec(name, path, target)
        execute = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (execute(module), leave_out(module))
        return spec


def leave_out(module):
    import pandas as pd

    from kamnb.analysis.history import History, _tell
    from kamnb.planning.forecast import forecast_months
    from kamnb.scoring.movement import movement

    def trace_history(scored):
        day = scored.as_of
        return History((day,), pd.concat({day: _tell(scored.side)}, names=["day"]).swaplevel())

    def forecast_revenue(portfolio, index, settings):
        return forecast_months(pd.DataFrame(index=index[:0]).to_numpy(dtype=float), index[:0], settings)

    def find_movement(before, now):
        none = pd.DataFrame(columns=movement._PARTS).astype({"effect": float, "is_needed": bool})
        return movement.Movement(none, none, movement.compare_tests(before, now).iloc[:0])

    module.trace_history, module.forecast_revenue, module.find_movement = trace_history, forecast_revenue, find_movement


sys.meta_path.insert(0, Finder)
"""


def measure(folder: Path, output: Path, whole: bool, accounts: int) -> float:
    """Return the seconds of processors that a run takes; the tables have passed the door."""
    if not whole:
        (folder / "without").mkdir(exist_ok=True)
        (folder / "without" / "sitecustomize.py").write_text(WITHOUT, encoding="utf-8")
    paths = [*([] if whole else [str(folder / "without")]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "kamnb.cli", "report", folder / "sample", "-o", output, "--top", str(accounts)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def count_plans(output: Path) -> int:
    return len([page for page in output.glob("*.html") if page.stem.isdigit()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=12)
    parser.add_argument("--runs", type=int, default=3, help="of each in turn; the median is shown")
    given = parser.parse_args()
    spent: dict[bool, list[float]] = {False: [], True: []}
    with TemporaryDirectory(prefix="kamnb-bench-") as name:
        folder = Path(name)
        copytree(data_folder() / "sample", folder / "sample", ignore=ignore_patterns(".kamnb", "__pycache__"))
        run_apart(measure, folder, folder / "first", True, 1)
        for number in range(given.runs):
            for whole, costs in spent.items():
                output = folder / f"{number}{whole}"
                costs.append(run_apart(measure, folder, output, whole, given.accounts) / given.accounts)
                assert count_plans(output) == given.accounts
    without, with_all = (statistics.median(costs) for costs in spent.values())
    print_table(
        ("plans", "cpu s per plan", "to without"),
        ("without history, why and forecast", f"{without:.2f}", "1.00"),
        ("as they are", f"{with_all:.2f}", f"{with_all / without:.2f}"),
    )
    if with_all > MOST * without:
        raise AssertionError("history, why and forecast cost more than a tenth of a plan")


if __name__ == "__main__":
    main()

"""Many reports of one notebook: ``kamnb report`` against papermill in a loop and in a pool, millrun and ploomber-engine.

Each way executes the same notebook for the same accounts and makes a page of each with the same renderer, in a process
of its own whose processor time is counted with that of all its children. ``bare cells`` runs the cells in one process
with nothing around them, which is what a report cannot cost less than.

    python benchmarks/reports.py                   the light notebook and the account plan
    python benchmarks/reports.py --flat            kamnb at 10, 100 and 500 accounts
    python benchmarks/reports.py --large           500 accounts and a million invoice lines: memory
    python benchmarks/reports.py --formats         account plans in every format, and a run with nothing to do
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from measuring import print_table, run_apart
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from kamnb.places import data_folder, notebooks_folder
from kamnb.reports.formats import FORMATS
from kamnb.reports.portfolio import PAGES

PEERS = Path(sys.prefix) / "peers"
QUIET = ["--IPKernelApp.log_level=CRITICAL"]
LIGHT = [
    "import numpy as np\nimport pandas as pd\nfrom kamnb.display.portfolio.months import describe_months, plot_months\n"
    "from kamnb.display.account.offerings import describe_offerings, plot_offerings\n"
    "from kamnb.display.parts.pictures import show_figure\nfrom kamnb.display.parts.tables import show_table",
    "rng = np.random.default_rng(int(account_id))\ncalendar = pd.date_range('2024-01-01', periods=24, freq='MS', name='month')\n"
    "names = ['Balances', 'Service', 'Chambers', 'Software', 'Calibration']\n"
    "sales = pd.DataFrame(rng.gamma(4, 25, (24, 5)).round(2), index=calendar, columns=names)",
    "months = sales.sum(axis=1).to_frame('revenue')\n"
    "show_figure(plot_months(months, currency='EUR'), describe_months(months, currency='EUR'))",
    "show_table(sales.tail(6).rename_axis('Month').reset_index(), 'Revenue of six months')",
    "years = {'revenue_ltm': sales.tail(12).sum(), 'revenue_prior': sales.head(12).sum()}\n"
    "offerings = pd.DataFrame(years).assign(name=names).sort_values('revenue_ltm', ascending=False)\n"
    "show_figure(plot_offerings(offerings, currency='EUR'), describe_offerings(offerings, currency='EUR'))",
    "show_table(offerings[['name', 'revenue_ltm', 'revenue_prior']], 'Revenue by offering')",
    'print(f"Revenue of twelve months: {sales.tail(12).to_numpy().sum():,.0f}")',
]


@dataclass(frozen=True)
class Task:
    """What is executed: a notebook, for accounts, with parameters; with the data that ``kamnb report`` reads."""

    notebook: Path
    accounts: tuple[str, ...]
    parameters: dict[str, str]
    data: Path


def write_light(folder: Path, accounts: int, lines: int = 1) -> Task:
    """Write a notebook of two figures and two tables, and a workbook of some accounts with an invoice each."""
    cells = [new_code_cell('account_id: str = "1"', metadata={"tags": ["parameters"]}), *map(new_code_cell, LIGHT)]
    node = new_notebook(cells=[new_markdown_cell("# A light report"), *cells])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(node, folder / "light.ipynb")
    return Task(folder / "light.ipynb", *write_data(folder / "data", accounts, lines))


def write_data(folder: Path, accounts: int, lines: int) -> tuple[tuple[str, ...], dict[str, str], Path]:
    folder.mkdir()
    names, draw = [str(number + 1) for number in range(accounts)], np.random.default_rng(accounts)
    pd.DataFrame({"account_id": names, "name": [f"Customer {name}" for name in names]}).to_csv(
        folder / "accounts.csv", index=False
    )
    count = max(lines, accounts)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(draw.integers(0, 1000, count), unit="D")
    invoices = {
        "account_id": [names[row % accounts] for row in range(count)],
        "date": days,
        "amount": draw.gamma(2, 300, count).round(2),
    }
    pd.DataFrame(invoices).to_csv(folder / "invoices.csv", index=False)
    return tuple(names), {}, folder


def write_page(path: Path) -> None:
    from kamnb.reports.page import render_page

    path.with_suffix(".html").write_text(render_page(path), encoding="utf-8")


def loop_papermill(task: Task, folder: Path) -> None:
    """papermill, one account after another."""
    for account in task.accounts:
        make_by_papermill(task, account, folder)


def make_by_papermill(task: Task, account: str, folder: Path) -> None:
    import papermill

    target = folder / f"{account}.ipynb"
    papermill.execute_notebook(
        str(task.notebook), str(target), {**task.parameters, "account_id": account}, progress_bar=False, extra_arguments=QUIET
    )
    write_page(target)


def pool_papermill(task: Task, folder: Path) -> None:
    """Papermill in two processes."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for job in [pool.submit(make_by_papermill, task, account, folder) for account in task.accounts]:
            job.result()


def run_millrun(task: Task, folder: Path) -> None:
    """millrun, which keeps papermill in a pool; pages are made after it."""
    sys.path.append(str(PEERS))
    from millrun import execute_run

    columns = {name: [value] * len(task.accounts) for name, value in task.parameters.items()}
    parameters = {**columns, "account_id": list(task.accounts)}
    execute_run(
        task.notebook, parameters, output_dir=folder, prepend=["account_id"], use_multiprocessing=True, extra_arguments=QUIET
    )
    for path in sorted(folder.glob("*.ipynb")):
        write_page(path)


def loop_ploomber(task: Task, folder: Path) -> None:
    """ploomber-engine, in this process: nothing is isolated."""
    sys.path.append(str(PEERS))
    from ploomber_engine import execute_notebook

    for account in task.accounts:
        target = folder / f"{account}.ipynb"
        execute_notebook(
            str(task.notebook), str(target), parameters={**task.parameters, "account_id": account}, progress_bar=False
        )
        write_page(target)


def run_kamnb(task: Task, folder: Path) -> None:
    """``kamnb report``, two at a time, with its analysis, index and record."""
    from kamnb.reports.batch import write_reports
    from kamnb.reports.order import Order

    order = Order(task.data, accounts=task.accounts, notebook=task.notebook, output=folder, jobs=2)
    run = write_reports(order, say=lambda line: None)
    assert not run.failures, run.failures


def run_bare(task: Task, folder: Path) -> None:
    """Run the cells alone, one account after another in this process: nothing is isolated, no page is made, nothing is kept."""
    sources = [cell.source for cell in nbformat.read(task.notebook, as_version=4).cells if cell.cell_type == "code"]
    for account in task.accounts:
        run_cells(sources, {**task.parameters, "account_id": account})


def run_cells(sources: Sequence[str], parameters: dict[str, str]) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    with capture_output():
        shell.run_cell("%matplotlib inline")
        for number, source in enumerate(sources):
            shell.run_cell(source).raise_error()
            if number == 0:
                shell.user_ns.update(parameters)


def measure(way: Callable[[Task, Path], None], task: Task) -> tuple[float, float]:
    """Return seconds and processor seconds of a way, its children's too; to be called in a process of its own."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        way(task, Path(folder))
        return time.perf_counter() - started, count_cpu()


def count_cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


WAYS = {
    "kamnb report": (run_kamnb, 1.0),
    "bare cells": (run_bare, 1.0),
    "ploomber-engine": (loop_ploomber, 1.0),
    "papermill, pool of 2": (pool_papermill, 0.1),
    "millrun": (run_millrun, 0.1),
    "papermill, loop": (loop_papermill, 0.1),
}
"""Each way, and the share of accounts that it is measured on: cost per report is what is compared."""


def compare(title: str, task: Task) -> None:
    """Print seconds and processor seconds per report of every way, and how many reports kamnb makes in its time."""
    found = {}
    for name, (way, share) in WAYS.items():
        count = max(4, round(len(task.accounts) * share))
        part = Task(task.notebook, task.accounts[:count], task.parameters, task.data)
        try:
            seconds, cpu = run_apart(measure, way, part)
        except Exception as error:  # a peer that fails is told, not hidden
            print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
            continue
        found[name] = (seconds / count, cpu / count, count)
    ours = found["kamnb report"][0]
    rows = [(name, f"{s:.2f}", f"{c:.2f}", f"{s / ours:.1f}", str(count)) for name, (s, c, count) in found.items()]
    print_table((title, "s per report", "cpu s per report", "x kamnb", "reports"), *rows)


def write_plan(folder: Path) -> Task:
    """Return the account plan for every account of the sample."""
    data = data_folder() / "sample"
    accounts = tuple(pd.read_csv(data / "accounts.csv", dtype=str)["account_id"].iloc[:12])
    return Task(notebooks_folder() / "50_account_plan.ipynb", accounts, {"data_dir": str(data), "since": "last review"}, data)


def show_flat(folder: Path) -> None:
    """Print what a report costs for more and more accounts."""
    rows = []
    for count in (10, 100, 500):
        inside = folder / str(count)
        inside.mkdir()
        seconds, cpu = run_apart(measure, run_kamnb, write_light(inside, count))
        rows.append((str(count), f"{seconds:.1f}", f"{seconds / count:.3f}", f"{cpu / count:.3f}"))
    print_table(("accounts", "seconds", "s per report", "cpu s per report"), *rows)


def show_large(folder: Path, accounts: int, lines: int) -> None:
    """Print the proportional set size of a whole run of the account plan at its largest."""
    _, _, data = write_data(folder / "data", accounts, lines)
    command = [sys.executable, "-m", "kamnb.cli", "report", str(data), "-o", str(folder / "reports"), "--top", str(accounts)]
    started, run = time.perf_counter(), subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak: list[float] = [0.0]
    watch = threading.Thread(target=watch_memory, args=(run, peak))
    watch.start()
    code = run.wait()
    watch.join()
    seconds = time.perf_counter() - started
    made = len(list((folder / "reports" / "notebooks").glob("*.ipynb"))) - len(PAGES)
    rows = (str(accounts), f"{lines:,}", str(made), str(code), f"{seconds:.0f}", f"{seconds / accounts:.2f}", f"{peak[0]:,.0f}")
    print_table(("accounts", "lines", "pages", "exit", "seconds", "s per report", "peak PSS MB"), rows)


def watch_memory(run: "subprocess.Popen[bytes]", peak: list[float]) -> None:
    import psutil

    while run.poll() is None:
        try:
            processes = [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]
        except psutil.Error:
            return
        total = 0.0
        for process in processes:
            try:
                total += process.memory_full_info().pss / 1e6
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total)
        time.sleep(0.5)


def run_formats(task: Task, folder: Path, formats: tuple[str, ...], top: int | None) -> None:
    """``kamnb report``, two at a time: the plans of the task, or with `top` the largest and the pages of the portfolio."""
    from kamnb.reports.batch import write_reports
    from kamnb.reports.order import Order

    accounts = () if top else task.accounts
    run = write_reports(
        Order(task.data, accounts=accounts, top=top, output=folder, jobs=2, formats=formats), say=lambda line: None
    )
    assert not run.failures, run.failures


def show_formats(folder: Path) -> None:
    """Print what plans cost in one format and in several, and what a run costs that finds all made."""
    task = run_apart(write_plan, folder)
    first = Task(task.notebook, task.accounts[:1], task.parameters, task.data)
    run_apart(run_formats, first, folder / "first", ("html",), None)  # the tables have passed the door
    costs = [
        (", ".join(formats), run_apart(measure_formats, task, folder / formats[-1], formats, None))
        for formats in (FORMATS[:1], FORMATS[:4], FORMATS)
    ]
    rows = [("12 plans", formats, f"{cost:.1f}", f"{cost / costs[0][1]:.2f}") for formats, cost in costs]
    made, kept = (run_apart(measure_formats, task, folder / "again", ("html",), 6) for _ in range(2))
    rows += [
        ("6 plans and all pages", "html", f"{made:.1f}", "1.00"),
        ("again, nothing to do", "html", f"{kept:.1f}", f"{kept / made:.2f}"),
    ]
    print_table(("run", "formats", "cpu s", "to html, made"), *rows)


def measure_formats(task: Task, folder: Path, formats: tuple[str, ...], top: int | None) -> float:
    run_formats(task, folder, formats, top)
    return count_cpu()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=120)
    parser.add_argument("--flat", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--formats", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.flat:
            show_flat(folder)
        elif asked.large:
            show_large(folder, 500, 1_000_000)
        elif asked.formats:
            show_formats(folder)
        else:
            compare("light notebook", run_apart(write_light, folder, asked.accounts))
            compare("50_account_plan", run_apart(write_plan, folder))


if __name__ == "__main__":
    main()

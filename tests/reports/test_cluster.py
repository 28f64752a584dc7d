"""The same run on a dask cluster: a scheduler and two worker processes, one of which is killed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from runs import ids, wait_for, write_data, write_notebook

from kamnb.errors import SettingsError
from kamnb.reports.batch import write_reports
from kamnb.reports.crew import Limits
from kamnb.reports.order import Order

pytest.importorskip("distributed")
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, each a process of its own, as the README starts them."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(folder / "temporary"), "DASK_LOGGING__DISTRIBUTED": "info"}
    log = (folder / "log").open("w+b")

    def start(*command):
        return subprocess.Popen([str(BIN / "dask"), *command], stdout=log, stderr=log, env=environment, cwd=folder)

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter")
    address = wait_for(lambda: re.search(r"Scheduler at:\s+(tcp://[\d.:]+)", (folder / "log").read_text()))[1]
    workers = [start("worker", address, "--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard") for _ in range(2)]
    wait_for(lambda: (folder / "log").read_text().count("Registered to:") == 2)
    yield address, workers, folder / "temporary"
    for group in (workers, [scheduler]):  # a worker of dask whose scheduler ends at the same moment may never end
        for process in group:
            process.send_signal(signal.SIGTERM)
        for process in group:
            process.wait(timeout=30)
    log.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data"), ids[:5])


def read_all(folder):
    told = ("timings.json", "index.html", ".lock")
    files = (
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in told and "failed" not in path.parts
    )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


CELLS = (
    "from kamnb.analysis import open_analysis\nanalysis = open_analysis(data_dir)",
    f"assert account_id != {ids[1]!r}, 'this account is broken'",
    "print(len(analysis.portfolio.read('invoices')))\nanalysis.accounts.loc[[account_id], ['name']]",
)


def order(data, tmp_path, name, notebook, **more):
    return Order(data, accounts=tuple(ids[:5]), notebook=notebook, output=tmp_path / name, **more)


@pytest.mark.thorough  # a scheduler and two workers cost 60 s of CPU
def test_pages_are_those_of_a_run_here(cluster, data, tmp_path):
    address, _, temporary = cluster
    notebook = write_notebook(tmp_path / "own.ipynb", *CELLS)
    here = write_reports(order(data, tmp_path, "here", notebook), say=lambda line: None)
    there = write_reports(order(data, tmp_path, "there", notebook, scheduler=address), say=lambda line: None)
    assert here.failures == there.failures == {ids[1]: "AssertionError: this account is broken"}
    assert read_all(tmp_path / "here") == read_all(tmp_path / "there")
    assert (tmp_path / "there" / "failed" / f"{ids[1]}.ipynb").exists()
    again = write_reports(order(data, tmp_path, "there", notebook, scheduler=address), say=lambda line: None)
    assert len(again.kept) == 4 and list(again.causes) == [ids[1]]
    wait_for(lambda: not list(temporary.glob("kamnb-run-*")))


@pytest.mark.thorough  # each run on the cluster starts processes anew
def test_a_report_that_takes_too_long_is_ended_there_too(cluster, data, tmp_path):
    notebook = write_notebook(tmp_path / "endless.ipynb", f"while account_id == {ids[0]!r}: pass", "'good'")
    asked = order(data, tmp_path, "out", notebook, scheduler=cluster[0], limits=Limits(seconds=3))
    made = write_reports(asked, say=lambda line: None)
    assert len(made.pages) == 4 and made.failures == {ids[0]: "it took longer than 3 s; --time-limit allows more"}


@pytest.mark.thorough
def test_a_worker_that_is_killed_costs_no_page(cluster, data, tmp_path):
    """The last test: it leaves the cluster with one worker."""
    address, workers, temporary = cluster
    mark = tmp_path / "mark"
    wait = "import os, pathlib, time\nmark = pathlib.Path({mark!r})\ntry:\n    with mark.open('x') as file:\n"
    wait += "        file.write(str(os.getpid()))\n    time.sleep(60)\nexcept FileExistsError:\n    pass"
    first = wait.format(mark=str(mark))
    notebook = write_notebook(tmp_path / "own.ipynb", first, "account_id")
    command = [str(BIN / "kamnb"), "report", str(data), "--notebook", str(notebook), "-o", str(tmp_path / "out")]
    run = subprocess.Popen([*command, "--scheduler", address], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    kernel = int(wait_for(lambda: mark.exists() and mark.read_text()))
    above = {process.pid for process in psutil.Process(kernel).parents()}
    busy = next(worker for worker in workers if worker.pid in above)
    below = psutil.Process(busy.pid).children(recursive=True)
    busy.kill()
    said, _ = run.communicate(timeout=120)
    assert run.returncode == 0 and "5 of 5 reports written" in said, said
    assert len(list((tmp_path / "out").glob("0*.html"))) == 5
    wait_for(lambda: not [each for each in below if each.is_running() and each.status() != psutil.STATUS_ZOMBIE])
    wait_for(lambda: not list(temporary.glob("kamnb-run-*")))


def test_no_scheduler_and_no_package_are_said(data, tmp_path, monkeypatch):
    monkeypatch.setattr("kamnb.reports.cluster._WAIT", 1)
    notebook = write_notebook(tmp_path / "own.ipynb", "1")
    with pytest.raises(SettingsError, match="no scheduler with workers answers within 1 s"):
        write_reports(order(data, tmp_path, "out", notebook, scheduler="tcp://127.0.0.1:1"), say=lambda line: None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"pip install 'kamnb\[dask\]'"):
        write_reports(order(data, tmp_path, "out", notebook, scheduler="tcp://127.0.0.1:1"), say=lambda line: None)

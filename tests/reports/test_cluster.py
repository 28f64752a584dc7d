"""The same run on a dask cluster: a scheduler and two worker processes, which are killed, one worker first."""

import os
import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import psutil
import pytest
from runs import ids, wait_for, write_data, write_notebook

from kamnb.errors import ReportError, SettingsError
from kamnb.reports import cluster as cluster_of_reports
from kamnb.reports.batch import write_reports
from kamnb.reports.crew import Limits
from kamnb.reports.order import Order
from kamnb.reports.worker import Job, Outcome, Template

CancelledError = pytest.importorskip("distributed").CancelledError
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
    yield address, workers, folder / "temporary", scheduler
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
    address, _, temporary, _ = cluster
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
    """It leaves the cluster with one worker."""
    address, workers, temporary, _ = cluster
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


@pytest.mark.soak
def test_a_scheduler_that_is_killed_is_said_and_the_same_command_makes_the_rest(cluster, data, tmp_path):
    """The last test on the cluster, for nothing is left of it."""
    address, _, temporary, scheduler = cluster
    wait = f"import time, pathlib\nif not pathlib.Path({str(tmp_path / 'on')!r}).exists() and account_id > '003': time.sleep(60)"
    notebook = write_notebook(tmp_path / "own.ipynb", wait)
    command = [str(BIN / "kamnb"), "report", str(data), "--notebook", str(notebook), "-o", str(tmp_path / "out")]
    run = subprocess.Popen([*command, "--scheduler", address], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_for(lambda: len(list((tmp_path / "out").glob("0*.html"))) == 3)
    scheduler.kill()
    said, _ = run.communicate(timeout=120)
    assert run.returncode == 1 and "the scheduler is lost; what is made stays, and the same command makes the rest" in said, said
    (tmp_path / "on").touch()
    said = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    assert "made 2: not made yet" in said and "kept 3:" in said and "5 of 5 reports written" in said, said
    wait_for(lambda: not list(temporary.glob("kamnb-run-*")))


class Scripted:
    """A client of dask that answers as it is told: what each report comes to, and what becomes of the client."""

    def __init__(self, *ends):
        self.ends, self.status, self.shipped, self.workers = list(ends), "running", 0, {"worker": 1}

    def scatter(self, *_, **__):
        self.shipped += 1
        return object()

    def submit(self, *_, **__):
        return self

    def result(self, timeout):
        end = self.ends.pop(0)
        if isinstance(end, str):
            self.status, end = end, TimeoutError()
        if isinstance(end, Exception):
            raise end
        return end

    def done(self):
        return False

    def nthreads(self):
        return self.workers

    def run(self, *_):
        pass

    def close(self):
        self.status = "closed"


def make_scripted(monkeypatch, tmp_path, client):
    monkeypatch.setattr(cluster_of_reports, "_connect", lambda address: client)
    monkeypatch.setattr(cluster_of_reports, "_ABSENT", 0)
    crew = cluster_of_reports.ClusterCrew("tcp://a:1", Template(tmp_path, "", {}, tmp_path), Limits(), warm=False)
    crew._ship()
    return crew.make(Job("1", "1", {}, date(2026, 1, 1), {}, {}, ("html",)))


def test_a_shipment_that_is_lost_with_its_worker_is_sent_anew_but_not_for_ever(monkeypatch, tmp_path):
    made = Outcome(1.0), {"1.html": b"page"}
    client = Scripted(CancelledError(), TimeoutError(), made)
    assert make_scripted(monkeypatch, tmp_path, client) == Outcome(1.0)
    assert client.shipped == 2 and (tmp_path / "1.html").read_bytes() == b"page"
    client = Scripted(*[CancelledError()] * 9)
    assert make_scripted(monkeypatch, tmp_path, client).failure == "the workers that made the report were killed"


def test_a_worker_whose_disk_is_full_fails_its_report_and_stops_no_run(monkeypatch, tmp_path):
    client = Scripted((Outcome(1.0, "No space left on device: 1.html", has_no_room=True), {}))
    assert make_scripted(monkeypatch, tmp_path, client) == Outcome(1.0, "No space left on device: 1.html")


def test_a_cluster_that_is_lost_is_said_at_once(monkeypatch, tmp_path):
    for client in (Scripted("closed"), Scripted(TimeoutError(), "closed")):
        with pytest.raises(ReportError, match=r"tcp://a:1: the scheduler is lost; what is made stays"):
            make_scripted(monkeypatch, tmp_path, client)
    client = Scripted(TimeoutError(), TimeoutError(), TimeoutError())
    client.workers = {}
    with pytest.raises(ReportError, match="no worker for 0 s"):
        make_scripted(monkeypatch, tmp_path, client)


def test_no_scheduler_and_no_package_are_said(data, tmp_path, monkeypatch):
    monkeypatch.setattr("kamnb.reports.cluster._WAIT", 1)
    notebook = write_notebook(tmp_path / "own.ipynb", "1")
    with pytest.raises(SettingsError, match="no scheduler with workers answers within 1 s"):
        write_reports(order(data, tmp_path, "out", notebook, scheduler="tcp://127.0.0.1:1"), say=lambda line: None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"pip install 'kamnb\[dask\]'"):
        write_reports(order(data, tmp_path, "out", notebook, scheduler="tcp://127.0.0.1:1"), say=lambda line: None)

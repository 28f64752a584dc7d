"""The workers of a run, each in a process of its own, watched: a report that takes too long or too much is ended."""

import contextlib
import multiprocessing
import os
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from kamnb.analysis import SAVED, Analysis, save_analysis
from kamnb.data.databases.addresses import OFFLINE
from kamnb.errors import ReportError
from kamnb.reports.warm.stem import Stem, start_warm
from kamnb.reports.worker import Job, Outcome, Template, serve_spawned

_LOOK = 0.25  # seconds between two looks at a report that is being made
_GRACE = 10.0  # seconds that a worker has to tell of its failure once its kernel was ended
_WORKER = "kamnb.reports.worker:serve_forked"
_IMPORT = "kamnb.reports.worker:import_all"
_LOAD = "kamnb.reports.worker:prepare_analysis"


@dataclass(frozen=True)
class Limits:
    """What one report may take: seconds, and megabytes of resident memory of the processes that run its cells."""

    seconds: float = 600.0
    megabytes: float = 4000.0


class Crew:
    """Makes reports of one template, as many at the same time as threads ask for one.

    Workers are forked from a process with the imports done and the analysis loaded, where the system forks; else they are
    started one by one, with the kernels that papermill starts, and the same results.

    Parameters
    ----------
    template : Template
    limits : Limits
    folder : Path
        Is theirs, and is removed with them: temporary files of cells lie in it.
    warm : bool
        Whether to fork.
    """

    def __init__(self, template: Template, limits: Limits, folder: Path, *, warm: bool) -> None:
        self._template = template
        self._limits = limits
        self._folder = folder
        self._environment = _give_environment(folder)
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._hired: list[_Worker] = []
        self._asking = threading.Lock()
        self._closed = False
        self._analysis: tuple[Any, ...] = ()
        self._stem: Stem | None = None
        self._growing = ThreadPoolExecutor(1)
        self._warm = warm
        self._grown: Future[Stem] | None = None

    @property
    def hands(self) -> int:
        """How many reports can be made at the same time: one for each processor that this process may use."""
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def begin(self) -> None:
        """Begin with the imports, while others analyse: both take as long."""
        if self._warm and not self._grown:
            self._grown = self._growing.submit(_grow_stem, self._template, self._folder, self._environment)

    def load(self, analysis: Analysis, asked: tuple[str, ...], account: str) -> str:
        """Save the analysis to the folder, and have it loaded before workers are forked; rehearse for an account.

        Returns a sentence where nothing can be forked although the system could, and plain kernels are used; else nothing.
        """
        save_analysis(analysis, self._folder, asked)
        self._analysis = (self._folder, asked, self._template, account)
        self.begin()
        if self._grown:
            try:
                self._stem = self._grown.result()
                self._stem.warm_up([], _LOAD, *self._analysis)
            except ReportError as error:
                self._stem = None
                return f"kernels are started one by one, which takes longer: {error}"
        return ""

    def make(self, job: Job) -> Outcome:
        """Make one report and return what came of it; blocks until it is done."""
        worker = self._take_worker()
        outcome = worker.make(job, self._limits)
        if worker.channel.closed:
            self._hired.remove(worker)
        else:
            self._idle.put(worker)
        return outcome

    def close(self) -> None:
        """End everything at once, finished or not."""
        self._closed = True
        for worker in self._hired:
            worker.kill()
        self._growing.shutdown()
        grown = self._grown.result() if self._grown and not self._grown.exception() else None
        for stem in {grown, self._stem}:  # the one in use may have been started anew
            if stem:
                stem.close()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _take_worker(self) -> "_Worker":
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._asking:
            if self._closed:
                raise ReportError("stopped")
            worker = self._fork_worker(self._stem) if self._stem else _spawn_worker(self._environment)
            self._hired.append(worker)
        worker.channel.send(self._template)
        return worker

    def _fork_worker(self, stem: Stem) -> "_Worker":
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            try:
                return _Worker(stem.fork(_WORKER, theirs), ours)
            except ReportError:  # killed, as by a system short of memory: once more from the beginning
                stem.close()
                self._stem = stem = _grow_stem(self._template, self._folder, self._environment)
                stem.warm_up([], _LOAD, *self._analysis)
                return _Worker(stem.fork(_WORKER, theirs), ours)


def _grow_stem(template: Template, folder: Path, environment: dict[str, str]) -> Stem:
    """Start the process that workers are forked from."""
    from kamnb.reports.execution import list_modules

    modules = list_modules(template.notebook)
    return start_warm(lambda: Stem(folder, environment), modules, set(), _IMPORT, template.formats)


def _spawn_worker(environment: dict[str, str]) -> "_Worker":
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve_spawned, args=(theirs, environment), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process.pid or 0, ours)


def _give_environment(folder: Path) -> dict[str, str]:
    """Return the environment of workers: what cells leave behind lies in the folder of the run and goes with it."""
    temporary, runtime = folder / "temporary", folder / "runtime"
    for place in (temporary, runtime):
        place.mkdir()
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary) | {"JUPYTER_RUNTIME_DIR": runtime}
    return {**os.environ, OFFLINE: "1", **{name: str(place) for name, place in places.items()}, SAVED: str(folder)}


class _Worker:
    """One worker: the number of its process, and the channel to it, closed once the worker is of no more use."""

    def __init__(self, pid: int, channel: Connection) -> None:
        self.pid = pid
        self.channel = channel
        self._below: list[Any] = []

    def make(self, job: Job, limits: Limits) -> Outcome:
        start = time.monotonic()
        try:
            self.channel.send(job)
            while not self.channel.poll(_LOOK):
                if reason := self._find_excess(time.monotonic() - start, limits):
                    return Outcome(time.monotonic() - start, self._stop(reason))
            outcome: Outcome = self.channel.recv()
            return outcome
        except (EOFError, OSError):
            self.kill()
            self.channel.close()
            return Outcome(time.monotonic() - start, "the process that made the report was killed")

    def kill(self) -> None:
        """End the worker and everything below it."""
        import psutil

        self._look()
        _kill([psutil.Process(self.pid)] if psutil.pid_exists(self.pid) else [])
        _kill(self._below)

    def _find_excess(self, seconds: float, limits: Limits) -> str:
        if seconds > limits.seconds:
            return f"it took longer than {limits.seconds:,g} s; --time-limit allows more"
        self._look()
        used = sum(_read_memory(process) for process in self._below) / 1e6
        if used > limits.megabytes:
            return f"its cells took {used:,.0f} MB of memory, more than {limits.megabytes:,g}; --memory-limit allows more"
        return ""

    def _look(self) -> None:
        import psutil

        with contextlib.suppress(psutil.Error):
            self._below = psutil.Process(self.pid).children(recursive=True)

    def _stop(self, reason: str) -> str:
        self._look()
        _kill(self._below)
        if self.channel.poll(_GRACE):
            self.channel.recv()
        else:
            self.kill()
            self.channel.close()
        return reason


def _kill(processes: list[Any]) -> None:
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _read_memory(process: Any) -> int:
    import psutil

    try:
        used: int = process.memory_info().rss
    except psutil.Error:
        return 0
    return used

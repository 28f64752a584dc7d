"""Processes that keep kernels warm, for tests of what is made and not of how: forked from one in which the imports are done."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from unittest import mock

from kamnb.reports.warm.stem import Stem, _start, serve_stem

IMPORTS = (
    "kamnb.analysis",
    "kamnb.display.account",
    "kamnb.reports.worker",
    "kamnb.reports.page",
    "papermill",
    "weasyprint",
    "docx",
    "xlsxwriter",
)
_FOLDER = "KAMNB_SEED_FOLDER"


class Seed:
    """The process that all are forked from; it is started when first asked."""

    def __init__(self, folder):
        self._folder, self._stem, self._asking = folder, None, threading.Lock()

    def start(self, channel, folder, log, environment):
        """Do what `kamnb.reports.warm.stem` does to start a process of its own."""
        with self._asking:
            self._stem = self._stem or self._grow()
            pid = self._stem.fork("seeds:be_stem", channel, {**environment, _FOLDER: str(folder)}, str(Path.cwd()))
        return _Started(self, pid)

    def code(self, pid):
        with self._asking:
            return self._stem.code(pid)

    def close(self):
        if self._stem:
            self._stem.close()

    def _grow(self):
        paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        with mock.patch("kamnb.reports.warm.stem._start", _start):  # not from itself
            stem = Stem(self._folder, {**os.environ, "PYTHONPATH": os.pathsep.join(paths)})
        stem.warm_up(IMPORTS)
        return stem


def be_stem(app, channel):
    """Be in the forked process what `Stem` starts."""
    folder = os.environ.pop(_FOLDER)
    os.setsid()
    with (Path(folder) / "stem.log").open("ab") as log:
        for descriptor in (1, 2):
            os.dup2(log.fileno(), descriptor)
    tempfile.tempdir = None  # is that of another environment
    serve_stem(app, channel, folder)


class _Started:
    """The process, as `Stem` uses one of its own."""

    def __init__(self, seed, pid):
        self._seed, self.pid = seed, pid

    def wait(self, timeout=60):
        until = time.monotonic() + timeout
        while self._seed.code(self.pid) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("a stem", timeout)
            time.sleep(0.01)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

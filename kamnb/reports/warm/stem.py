"""A process in which the imports are done and the analysis is loaded, and which forks others from itself.

It has one thread and no open connection of DuckDB, else a fork of it could not be trusted. It ends with the one that
started it, and takes everything that it forked with it.
"""

import contextlib
import gc
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from kamnb.errors import ReportError
from kamnb.reports.warm.reach import count_threads
from kamnb.reports.warm.wire import receive_message, send_message
from kamnb.threads import ONE_THREAD

if TYPE_CHECKING:
    from kamnb.reports.warm.kernel import KernelApp


class _Open(Protocol):
    def fileno(self) -> int: ...


_UNTIL_GONE = 3.0  # seconds until a kernel whose worker was killed has ended itself


class Stem:
    """A handle on the process, held by the one that started it.

    Parameters
    ----------
    folder : Path
        Where it writes what goes wrong in it. It removes the folder, with all that is in it, if the one that started it dies.
    environment : mapping
        Of the process, and of what it forks unless that is given another.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._log = folder / "stem.log"
        self._forked: list[int] = []
        self.is_retired = False
        self._channel, theirs = socket.socketpair()
        with self._log.open("ab") as log, theirs:
            self._process = _start(theirs, folder.resolve(), log, ONE_THREAD | dict(environment))

    def warm_up(self, modules: Sequence[str], call: str = "", *arguments: Any) -> list[str]:
        """Import modules, and call a function given as ``module:name``; return the modules that are not to be had warm.

        Those are modules that start threads when imported. The process must be started anew without them.
        """
        threaded: list[str] = self._ask("warm_up", list(modules), call, arguments)
        return threaded

    def fork(self, role: str, channel: "_Open", environment: Mapping[str, str] | None = None, folder: str = "") -> int:
        """Fork a process that is what the function `role`, given as ``module:name``, does; return its number."""
        pid: int = self._ask("fork", role, dict(environment) if environment else None, folder, files=[channel.fileno()])
        self._forked.append(pid)
        return pid

    def code(self, pid: int) -> int | None:
        """Return how a forked process ended, None while it runs."""
        code: int | None = self._ask("code", pid)
        return code

    def retire(self) -> None:
        """Be asked for nothing more: end at once, or with the one that started it where a process that was forked still runs."""
        self.is_retired = True
        if all(self.code(pid) is not None for pid in self._forked):
            self.close()

    @property
    def is_closed(self) -> bool:
        """Whether the process was ended."""
        return self._channel.fileno() < 0

    def close(self) -> None:
        """End the process and everything that it forked."""
        with contextlib.suppress(ReportError):
            self._ask("end")
        self._channel.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, what: str, *arguments: Any, files: Sequence[int] = ()) -> Any:
        try:
            send_message(self._channel, (what, arguments), files)
            return receive_message(self._channel)[0]
        except (OSError, EOFError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n") if self._log.exists() else []
            last = next((line for line in reversed(lines) if line.strip()), "it says nothing")
            raise ReportError(f"the process that keeps kernels warm is gone: {last}") from None


def start_warm(start: Callable[[], Stem], modules: Sequence[str], threaded: set[str], call: str = "", *arguments: Any) -> Stem:
    """Return a process from `start` with the modules imported, and `call` called.

    Modules that start threads are left for the cells to import: they are added to `threaded`, and the process is started anew.
    """
    while True:
        stem = start()
        found = stem.warm_up([name for name in modules if name not in threaded], call, *arguments)
        if not found:
            return stem
        threaded.update(found)
        stem.retire()  # another notebook may be at work in a kernel of it


def poll_exit(pid: int) -> int | None:
    """Return how a child of this process ended, as `os.waitstatus_to_exitcode` says it; None while it runs."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _start(channel: socket.socket, folder: Path, log: IO[bytes], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", __name__, str(channel.fileno()), str(folder)]
    return subprocess.Popen(
        command, pass_fds=[channel.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        env=environment, start_new_session=True,
    )  # fmt: skip


class _Trunk:
    """What the process does."""

    def __init__(self, app: "KernelApp", channel: socket.socket) -> None:
        self.app = app
        self.channel = channel
        self.codes: dict[int, int | None] = {}
        self.is_asked_to_end = False

    def serve(self) -> None:
        with contextlib.suppress(EOFError, ConnectionResetError, BrokenPipeError):
            while not self.is_asked_to_end:
                (what, arguments), files = receive_message(self.channel)
                send_message(self.channel, getattr(self, what)(*arguments, *files))

    def end(self) -> None:
        self.is_asked_to_end = True
        for pid in self.codes:
            if self.code(pid) is None:
                os.kill(pid, signal.SIGKILL)
                self.codes[pid] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def warm_up(self, modules: list[str], call: str, arguments: tuple[Any, ...]) -> list[str]:
        for name in modules:
            with contextlib.suppress(Exception):  # the notebook's own import says what is wrong with it
                importlib.import_module(name)
            if count_threads() > 1:
                return [name]
        if call:
            _find(call)(*arguments)
            if count_threads() > 1:
                raise RuntimeError(f"{call} left a thread")
        gc.collect()
        gc.freeze()  # what is there now is never collected in a fork, so its pages stay shared
        return []

    def fork(self, role: str, environment: dict[str, str] | None, folder: str, channel: int) -> int:
        pid = os.fork()
        if pid == 0:
            self.channel.close()
            if environment is not None:
                os.environ.clear()
                os.environ.update(environment)
            if folder:
                os.chdir(folder)
            _find(role)(self.app, socket.socket(fileno=channel))
            os._exit(0)
        os.close(channel)
        self.codes[pid] = None
        return pid

    def code(self, pid: int) -> int | None:
        if self.codes[pid] is None:
            self.codes[pid] = poll_exit(pid)
        return self.codes[pid]


def _find(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def serve_stem(app: "KernelApp", channel: socket.socket, folder: str) -> None:
    """Be the process, which is asked by `channel`."""
    trunk = _Trunk(app, channel)
    trunk.serve()
    if not trunk.is_asked_to_end:
        trunk.end()
        time.sleep(_UNTIL_GONE)
        shutil.rmtree(folder, ignore_errors=True)


def _main(channel: str, folder: str) -> None:
    if Path(sys.path[0] or ".") == Path.cwd():
        del sys.path[0]  # as ipykernel's launcher does
    from kamnb.reports.warm.kernel import prepare_kernel

    serve_stem(prepare_kernel([]), socket.socket(fileno=int(channel)), folder)


if __name__ == "__main__":
    _main(*sys.argv[1:])

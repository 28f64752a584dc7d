"""Where the kernels of a dashboard come from: forked from one process that has the analysis, which all viewers share."""

import os
import signal
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamnb.analysis import SAVED, Analysis, compare_with, open_analysis, save_analysis
from kamnb.desk.drafts import DRAFTS
from kamnb.reports.warm.stem import Stem, start_warm

CONNECTION = "KAMNB_CONNECTION"
"""Environment variable of a viewer's kernel: its connection file."""

_VIEWER = "kamnb.serving.viewer:be_kernel"
_LOAD = "kamnb.serving.viewer:take_analysis"
_MODULES = (
    "kamnb.desk.edit", "kamnb.desk.explore", "kamnb.desk.rate", "kamnb.display.account.plan", "kamnb.display.review.paper",
    "kamnb.display.portfolio.scores", "kamnb.display.desk.versions", "matplotlib.pyplot", "matplotlib_inline.backend_inline",
    "ipywidgets", "anywidget", "ipykernel.kernelapp",
)  # fmt: skip


class Kernel:
    """A kernel that was forked, as `jupyter_client` looks at a process.

    `ahead` is its id where its page was made before anybody asked for it, until somebody does.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, stem: Stem, ahead: str = "") -> None:
        self.pid, self._stem, self.ahead = pid, stem, ahead
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        if self._code is None:
            self._code = -signal.SIGKILL if self._stem.is_closed else self._stem.code(self.pid)
        return self._code

    def wait(self) -> int:
        """Wait until it has ended."""
        while (code := self.poll()) is None:
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to it and to what its cells started."""
        os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


@dataclass
class _Brood:
    """A process with the analysis of the tables as they were, and the kernels that were forked from it."""

    stem: Stem
    seen: Mapping[str, tuple[int, int]]
    analysis: Analysis
    folder: "tempfile.TemporaryDirectory[str]"
    kernels: list[Kernel]

    def is_of(self, seen: Mapping[str, tuple[int, int]]) -> bool:
        """Tell whether kernels may be forked from it that find these tables."""
        return self.seen == seen and not self.stem.is_closed

    def close(self) -> None:
        self.stem.close()
        self.folder.cleanup()


class Nursery:
    """Forks kernels that find the analysis of a workbook done; it is done anew where its tables or entries were changed.

    Parameters
    ----------
    data : str
        What the notebooks name.
    most : int
        So many kernels at a time.
    """

    def __init__(self, data: str, most: int) -> None:
        self.data, self.most = data, most
        self._broods: list[_Brood] = []

    @property
    def kernels(self) -> Iterator[Kernel]:
        """All that were forked and have not ended."""
        return (kernel for brood in self._broods for kernel in brood.kernels if kernel.poll() is None)

    @property
    def is_full(self) -> bool:
        """Whether viewers have taken all places."""
        return sum(not kernel.ahead for kernel in self.kernels) >= self.most

    def list_current(self) -> set[str]:
        """Return the ids of kernels whose page was made ahead, of the tables as they are now."""
        latest = self._broods[-1] if self._broods else None
        return {each.ahead for each in latest.kernels if each.ahead} if latest and latest.is_of(self._look()) else set()

    def hand_out(self, kernel_id: str) -> None:
        """Count a kernel of which the page was made ahead as a viewer's."""
        for kernel in self.kernels:
            if kernel.ahead == kernel_id:
                kernel.ahead = ""

    def prepare(self) -> _Brood:
        """Return the process that kernels are forked from now; begin a new one where the tables are others by now."""
        seen = self._look()
        if not self._broods or not self._broods[-1].is_of(seen):
            self._broods.append(self._begin(seen))
        for brood in [each for each in self._broods[:-1] if all(kernel.poll() is not None for kernel in each.kernels)]:
            brood.close()
            self._broods.remove(brood)
        return self._broods[-1]

    def fork(self, environment: Mapping[str, str], folder: str, ahead: str = "") -> Kernel:
        """Fork a kernel that serves the connection file named in its environment; `ahead` as `Kernel` has it."""
        brood = self.prepare()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            more = {SAVED: brood.folder.name, "JPY_PARENT_PID": "", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
            kernel = Kernel(brood.stem.fork(_VIEWER, theirs, {**environment, **more}, folder), brood.stem, ahead)
        brood.kernels.append(kernel)
        return kernel

    def close(self) -> None:
        """End all kernels, and the processes that they were forked from."""
        for brood in self._broods:
            brood.close()
        self._broods.clear()

    def _look(self) -> dict[str, tuple[int, int]]:
        return look_at(Path(self.data))

    def _begin(self, seen: Mapping[str, tuple[int, int]]) -> _Brood:
        folder = tempfile.TemporaryDirectory(prefix="kamnb-dashboard-")
        place, asked = Path(folder.name), list_askings(self.data)
        analysis = open_analysis(self.data)
        for words in asked:
            save_analysis(compare_with(analysis, words[-1]), place, words)
        environment = {**os.environ, SAVED: folder.name}
        stem = start_warm(lambda: Stem(place, environment), _MODULES, set(), _LOAD, place, asked)
        return _Brood(stem, seen, analysis, folder, [])


def list_askings(data: str) -> list[tuple[str, str, str, str]]:
    """Return with which words the notebooks of a dashboard ask for an analysis: as it is, and against the last review."""
    return [(data, "", "", ""), (data, "", "", "last review")]


def look_at(data: Path, left_out: Sequence[str] = (DRAFTS, "history", "reports")) -> dict[str, tuple[int, int]]:
    """Return when each file of a workbook's tables was last changed, and its size; drafts and reports are no tables.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name:
    ...     before = look_at(Path(name))
    ...     _ = Path(name, "a.csv").write_text("a")
    ...     before, list(look_at(Path(name)))
    ({}, ['a.csv'])
    """
    home = data if data.is_dir() else data.parent
    found: dict[str, Any] = {}
    for folder, inside, names in os.walk(home):
        inside[:] = sorted(name for name in inside if name not in left_out and not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(folder) / name
            try:
                known = path.stat()
            except OSError:  # gone since it was listed
                continue
            found[path.relative_to(home).as_posix()] = (known.st_mtime_ns, known.st_size)
    return found

"""The engine for papermill: ``papermill --engine kamnb``, or ``engine_name="kamnb"``.

papermill imports this module while it is imported itself, so nothing but papermill may import it first.
"""

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papermill.engines import NBClientEngine
from papermill.iorw import write_ipynb

from kamnb.reports.warm.reach import can_fork, list_imports
from kamnb.reports.warm.stem import Stem, start_warm

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from kamnb.reports.warm.client import ForkedKernel

_KERNEL = "kamnb.reports.warm.kernel:serve_kernel"
_UNDERSTOOD = ("--HistoryManager.hist_file=", "--IPKernelApp.log_level=")


class WarmEngine(NBClientEngine):
    """papermill's own engine, with a kernel that is forked where one can be.

    The first notebook of a process pays for the imports; those after it find them done. Where nothing can be forked (on
    Windows, or for a kernel of another language or another environment) it is papermill's own engine.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, partial: Path | None = None, **kwargs: Any) -> Any:
        """Execute the cells of a notebook; see papermill's engine of the same name.

        One that cannot be finished is written to `partial`, as far as it got.
        """
        if can_fork(kernel_name) and all(each.startswith(_UNDERSTOOD) for each in kwargs.get("extra_arguments", [])):
            kwargs["kernel_manager_class"] = _forking_manager(nb_man.nb)
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        except Exception:
            if partial:
                write_ipynb(nb_man.nb, str(partial))
            raise


def _forking_manager(notebook: "NotebookNode") -> type:
    from kamnb.reports.warm.client import ForkedKernel, ForkedManager

    def fork(folder: str) -> ForkedKernel:
        if _given:
            return _given.pop()
        stem = start_warm(_take_stem, list_imports(notebook), _threaded)
        ours, theirs = socket.socketpair()
        with theirs:
            pid = stem.fork(_KERNEL, theirs, os.environ, folder or str(Path.cwd()))
        return ForkedKernel(pid, ours, lambda: stem.code(pid))

    return type("Manager", (ForkedManager,), {"fork": staticmethod(fork)})


_given: "list[ForkedKernel]" = []


def give_kernel(kernel: "ForkedKernel") -> None:
    """Have the next notebook executed by a kernel that was forked already."""
    _given[:] = [kernel]


_stem: Stem | None = None
_threaded: set[str] = set()


def _take_stem() -> Stem:
    """Return the process of this one's kernels, started where there is none."""
    global _stem
    if _stem is None or _stem.is_closed or _stem.is_retired:
        folder = Path(tempfile.mkdtemp(prefix="kamnb-warm-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _stem = Stem(folder, os.environ)
        atexit.register(_stem.close)
    return _stem

"""The engine for papermill: ``papermill --engine kamnb``, or ``engine_name="kamnb"``."""

import ast
import atexit
import importlib.util
import os
import shutil
import socket
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papermill.engines import NBClientEngine

from kamnb.reports.warm.stem import Stem

if TYPE_CHECKING:
    from nbformat import NotebookNode

_KERNEL = "kamnb.reports.warm.kernel:serve_kernel"
_UNDERSTOOD = ("--HistoryManager.hist_file=", "--IPKernelApp.log_level=")


class WarmEngine(NBClientEngine):
    """papermill's own engine, with a kernel that is forked where one can be.

    The first notebook of a process pays for the imports; those after it find them done. Where nothing can be forked (on
    Windows, or for a kernel of another language or another environment) it is papermill's own engine.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Execute the cells of a notebook; see papermill's engine of the same name."""
        if can_fork(kernel_name) and all(each.startswith(_UNDERSTOOD) for each in kwargs.get("extra_arguments", [])):
            kwargs["kernel_manager_class"] = _forking_manager(nb_man.nb)
        return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)


def can_fork(kernel_name: str) -> bool:
    """Tell whether a kernel of this name can be forked: it is this Python's own, on a system that forks."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and _is_ours(kernel_name)


@cache
def _is_ours(kernel_name: str) -> bool:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return False
    program = spec.argv[0]
    ours = program.startswith("python") or Path(program).absolute() == Path(sys.executable).absolute()
    return ours and "ipykernel_launcher" in spec.argv and not spec.env and spec.interrupt_mode == "signal"


def list_imports(notebook: "NotebookNode") -> list[str]:
    """Return the installed modules that the cells of a notebook import, in their order.

    Modules that lie beside the notebook are not among them: they may differ from one folder to the next.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> list_imports(new_notebook(cells=[new_code_cell("import json.decoder, nowhere"), new_code_cell("%matplotlib inline")]))
    ['json.decoder']
    """
    names: dict[str, None] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            names.update(dict.fromkeys(_imported(cell.source)))
    return [name for name in names if _is_installed(name)]


def _imported(source: str) -> list[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a magic, or a fault that the kernel will tell
        return []
    found = [alias.name for node in body if isinstance(node, ast.Import) for alias in node.names]
    return found + [node.module for node in body if isinstance(node, ast.ImportFrom) and node.module and not node.level]


@cache
def _is_installed(name: str) -> bool:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top == "kamnb":
        return True
    spec = importlib.util.find_spec(top)
    return bool(spec and spec.origin and "site-packages" in Path(spec.origin).parts)


def _forking_manager(notebook: "NotebookNode") -> type:
    from kamnb.reports.warm.client import ForkedKernel, ForkedManager

    def fork() -> ForkedKernel:
        stem = _own_stem(tuple(list_imports(notebook)))
        ours, theirs = socket.socketpair()
        with theirs:
            pid = stem.fork(_KERNEL, theirs, os.environ, str(Path.cwd()))
        return ForkedKernel(pid, ours, lambda: stem.code(pid))

    return type("Manager", (ForkedManager,), {"fork": staticmethod(fork)})


_stem: Stem | None = None
_threaded: set[str] = set()


def _own_stem(modules: tuple[str, ...]) -> Stem:
    global _stem
    while True:
        stem = _stem = _stem or _start_stem()
        found = stem.warm_up([name for name in modules if name not in _threaded])
        if not found:
            return stem
        _threaded.update(found)
        _end_stem()


def _start_stem() -> Stem:
    folder = Path(tempfile.mkdtemp(prefix="kamnb-warm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(_end_stem)
    return Stem(os.environ, folder / "log")


def _end_stem() -> None:
    global _stem
    if _stem:
        _stem.close()
    _stem = None

"""What can be had warm: which kernels, and which of the modules that a notebook imports."""

import ast
import contextlib
import importlib
import importlib.util
import os
import socket
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode


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
    return [name for name in names if is_installed(name)]


def _imported(source: str) -> list[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a magic, or a fault that the kernel will tell
        return []
    found = [alias.name for node in body if isinstance(node, ast.Import) for alias in node.names]
    return found + [node.module for node in body if isinstance(node, ast.ImportFrom) and node.module and not node.level]


@cache
def is_installed(name: str) -> bool:
    """Tell whether a module belongs to Python, to this package or to an installed one, not to a folder of the user's."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or top == "kamnb":
        return True
    if top == "__main__":
        return False
    spec = importlib.util.find_spec(top)
    return bool(spec and spec.origin and "site-packages" in Path(spec.origin).parts)


def count_threads() -> int:
    """Return the threads of this process, those of libraries too; with more than one it must not fork."""
    import psutil

    count: int = psutil.Process().num_threads()
    return count


def import_safely(names: Sequence[str]) -> None:
    """Import installed modules that a forked process imported, unless that would leave a thread; tried in a fork first."""
    wanted = [name for name in names if is_installed(name)]
    pid = os.fork()
    if pid == 0:
        _import_all(wanted)
        os._exit(0 if count_threads() == 1 else 1)
    if os.waitpid(pid, 0)[1] == 0:
        _import_all(wanted)


def _import_all(names: Sequence[str]) -> None:
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)

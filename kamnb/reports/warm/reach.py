"""What can be had warm: which kernels, and which of the modules that a notebook imports."""

import ast
import importlib.util
import os
import socket
import sys
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

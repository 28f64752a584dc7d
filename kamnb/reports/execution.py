"""One notebook, one account: executed by papermill in a kernel of its own."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.errors import KamError, ReportError, SettingsError

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from kamnb.reports.warm.client import ForkedKernel

QUIET_KERNEL = ["--IPKernelApp.log_level=CRITICAL"]
"""Kernels warn on the terminal that loopback is not encrypted; hundreds of such lines would hide what matters."""


FAILED = "failed"
"""The folder, within that of a run, of the notebooks that could not be finished."""

_OWN = (KamError.__name__, *(error.__name__ for error in KamError.__subclasses__()))
_TOLD = 5  # faults that the reason of a failed report names


def read_parameters(notebook: Path) -> list[str]:
    """Return the names of a notebook's parameters.

    Raises
    ------
    SettingsError
        If the file is no notebook or has no cell tagged ``parameters``.
    """
    import nbformat

    try:
        node = nbformat.read(notebook, as_version=4)
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(f"{notebook}: is not a notebook that can be read: {str(error).splitlines()[0]}") from None
    cells = [cell for cell in node.cells if "parameters" in cell.metadata.get("tags", [])]
    if not cells:
        raise SettingsError(f"{notebook.name} has no cell tagged parameters, so nothing can be asked of it")
    return _assigned(cells[0].source)


def check_parameters(notebook: Path, given: Mapping[str, Any]) -> None:
    """Refuse parameters that the notebook does not have; papermill would only log them."""
    known = read_parameters(notebook)
    faults = [f'{notebook.name} has no parameter "{name}"; it has {", ".join(known)}' for name in given if name not in known]
    if faults:
        raise SettingsError(faults)


def execute_notebook(
    notebook: Path, target: Path, parameters: Mapping[str, str], kernel_name: str, kernel: "ForkedKernel | None" = None
) -> "NotebookNode":
    """Execute a notebook with parameters and return it without traces of this machine; it is to be kept as `target`.

    With a `kernel` that was forked its cells run in that, else in one of `kernel_name` that papermill starts.

    Raises
    ------
    ReportError
        With the reason in one line if a cell fails or the kernel dies; the notebook as far as it
        got is then in a folder ``failed`` beside the folder of `target`.
    OSError
        If the notebook cannot be written.
    """
    import nbformat
    from papermill.exceptions import PapermillException

    beside = target.with_name(f".{target.name}")
    try:
        node = _run_papermill(notebook, beside, parameters, kernel_name, kernel)
    except (PapermillException, RuntimeError) as error:
        raise ReportError(_keep_failed(error, beside, target, kernel)) from None
    finally:
        executed = nbformat.read(beside, as_version=4) if beside.exists() else None
        beside.unlink(missing_ok=True)
    node = executed or node
    forget_machine(node)
    return node


def _run_papermill(
    notebook: Path, target: Path, parameters: Mapping[str, str], kernel_name: str, kernel: "ForkedKernel | None"
) -> "NotebookNode":
    import papermill

    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    forked: dict[str, Any] = {}
    if kernel:
        from kamnb.reports.warm.engine import give_kernel

        give_kernel(kernel)
        forked = {"engine_name": "kamnb", "request_save_on_cell_execute": False, "partial": target}
    node: NotebookNode = papermill.execute_notebook(
        str(notebook), str(target), parameters=dict(parameters), progress_bar=False, log_output=False, record_timing=False,
        kernel_name=kernel_name, extra_arguments=QUIET_KERNEL, **forked,
    )  # fmt: skip
    return node


def read_kernel(notebook: Path) -> str:
    """Return the name of the kernel that runs a notebook: this Python's, unless it is in another language."""
    import nbformat

    spec = nbformat.read(notebook, as_version=4).metadata.get("kernelspec", {})
    return "python3" if spec.get("language", "python") == "python" else spec["name"]


def list_modules(notebook: Path) -> list[str]:
    """Return the installed modules that a notebook imports."""
    import nbformat

    from kamnb.reports.warm.reach import list_imports

    return list_imports(nbformat.read(notebook, as_version=4))


def _keep_failed(error: Exception, partial: Path, target: Path, kernel: "ForkedKernel | None") -> str:
    kept = target.parent.parent / FAILED / target.name
    if partial.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial.replace(kept)
    name, text = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    if name == "DeadKernelError":
        return _say_death(kernel)
    return ": ".join(part for part in ("" if name in _OWN else name, _say_reason(name, str(text))) if part)


def _say_reason(name: str, text: str) -> str:
    """Return the reason in one line: of our own errors all that it says, of others the first line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if name not in _OWN:
        return lines[0] if lines else ""
    more = len(lines) - 1 - _TOLD
    told = [*lines[1 : _TOLD + 1], *([f"and {more:,} more, which the executed notebook has"] if more > 0 else [])]
    return f"{lines[0].removesuffix('.')}: {'; '.join(told)}" if told else "".join(lines)


def _say_death(kernel: "ForkedKernel | None") -> str:
    code = kernel.code if kernel else None
    if code is None:
        return "the kernel died"
    return (
        f"the kernel was killed by {signal.Signals(-code).name}" if code < 0 else f"the kernel ended itself with exit code {code}"
    )


def forget_machine(node: "NotebookNode") -> None:
    """Take paths, times and versions out of the notebook, and chance out of its streams: two runs then give the same bytes."""
    node.metadata.pop("papermill", None)
    node.metadata.get("language_info", {}).pop("version", None)
    for cell in node.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            _join_streams(cell.outputs)


def _join_streams(outputs: "list[NotebookNode]") -> None:
    """Put what was printed one after the other to the same stream together: in how many pieces it comes is chance."""
    for place in range(len(outputs) - 1, 0, -1):
        first, second = outputs[place - 1], outputs[place]
        if first.output_type == second.output_type == "stream" and first.name == second.name:
            first.text += second.text
            del outputs[place]


def _assigned(source: str) -> list[str]:
    import ast

    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    names: list[ast.expr] = [node.target for node in body if isinstance(node, ast.AnnAssign)]
    names += [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    return [name.id for name in names if isinstance(name, ast.Name)]

"""Notebooks run again, cell by cell, by nbval."""

import os
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from kamnb.errors import ReportError
from kamnb.reports.verification.screen import Output, Screen


@dataclass
class CellRun:
    """A code cell, its number from 1 among the code cells, what is stored and what came of it now.

    ``was_run`` is false for a cell without execution count, whose stored outputs mean nothing; ``is_compared`` is false where
    a tag or a comment of nbval's says that the output does not matter; ``failure`` is set where the cell could not be run.
    """

    number: int
    source: str
    stored: list[Output]
    found: list[Output]
    was_run: bool
    is_compared: bool
    failure: str = ""


@dataclass
class NotebookRun:
    """A notebook and its code cells that were run, by number; skipped ones are not among them."""

    path: Path
    cells: dict[int, CellRun] = field(default_factory=dict)
    failure: str = ""


def run_notebooks(paths: Sequence[Path], timeout: float) -> list[NotebookRun]:
    """Run every code cell of notebooks in a kernel each, as nbval does: tags and comments of nbval's hold.

    Parameters
    ----------
    paths : sequence of Path
    timeout : float
        Seconds that a cell may take.

    Returns
    -------
    list of NotebookRun, in the order given
    """
    import pytest

    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    listener = _Listener()
    plain = ["-c", os.devnull, "--rootdir", str(Path.cwd()), "--noconftest", "-q", "-W", "ignore"]  # nobody's own settings
    plain += ["-p", "no:cacheprovider", "-p", "no:xdist"]
    said = StringIO()
    with redirect_stdout(said):
        code = pytest.main(
            [*plain, "--nbval", f"--nbval-cell-timeout={timeout:g}", *(str(path.resolve()) for path in paths)], plugins=[listener]
        )
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise ReportError(f"the notebooks cannot be run: {_last_line(said.getvalue())}")
    return [listener.runs.get(path.resolve(), NotebookRun(path.resolve())) for path in paths]


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "pytest says nothing")


class _Listener:
    """A plugin of pytest that keeps what each cell showed; whether that is the same is decided later, and not by nbval."""

    def __init__(self) -> None:
        self.runs: dict[Path, NotebookRun] = {}
        self._screens: dict[Path, Screen] = {}

    def pytest_runtest_call(self, item: Any) -> None:
        kernel = item.parent.kernel
        if kernel is not None:
            # nbval asks for no history, without which a semicolon at the end of a cell does not silence it
            kernel.execute_cell_input = lambda source, allow_stdin=None: kernel.kc.execute(
                source, allow_stdin=allow_stdin, stop_on_error=False
            )
            self._watch(item)

    def _watch(self, item: Any) -> None:
        """Follow the messages of a cell as Jupyter does: nbval keeps what is cleared, and drops updates."""
        screen, get = self._screens.setdefault(Path(item.path), Screen()), type(item.parent).get_kernel_message
        screen.begin(item.cell_num)

        def get_and_follow(*given: Any, **named: Any) -> Any:
            message = get(item.parent, *given, **named)
            screen.take(item.cell_num, message)
            return message

        item.parent.get_kernel_message = get_and_follow

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        run = self.runs.setdefault(Path(item.path), NotebookRun(Path(item.path)))
        if call.when == "setup" and call.excinfo is not None:
            run.failure = run.failure or _say(call.excinfo.value)
        if call.when == "call" and not (call.excinfo is not None and call.excinfo.typename == "Skipped"):
            run.cells[item.cell_num + 1] = _read(item, call, self._screens.setdefault(run.path, Screen()).read(item.cell_num))


def _read(item: Any, call: Any, found: list[Output]) -> CellRun:
    failure = ""
    if call.excinfo is not None and "outputs differ" not in _say(call.excinfo.value) and not _ended_by_error(found):
        failure = _say(call.excinfo.value)
    return CellRun(
        number=item.cell_num + 1,
        source=item.cell.source,
        stored=[dict(output) for output in item.cell.outputs],
        found=found,
        was_run=item.cell.execution_count is not None,
        is_compared=bool(item.options["check"]),
        failure="" if "Unrun reference cell" in failure else failure,
    )


def _ended_by_error(found: list[Output]) -> bool:
    return bool(found) and found[-1].get("output_type") == "error"


def _say(error: BaseException) -> str:
    text = str(getattr(error, "args", [None, ""])[1] if len(getattr(error, "args", [])) > 1 else error)
    return next((line for line in text.splitlines() if line.strip()), type(error).__name__)

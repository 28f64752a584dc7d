"""Notebooks verified: run again, compared with what they hold, and accepted where asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kamnb.data.saving import write_whole
from kamnb.errors import SettingsError
from kamnb.reports.execution import forget_machine
from kamnb.reports.verification.comparison import compare_outputs
from kamnb.reports.verification.running import CellRun, NotebookRun, run_notebooks


@dataclass(frozen=True)
class Verdict:
    """What changed in a notebook, a line each; ``updated`` says that the new outputs were written into it."""

    path: Path
    cells: int
    changes: tuple[str, ...]
    updated: bool = False


def verify_notebooks(
    paths: Sequence[Path], *, tolerance: float = 1e-9, timeout: float = 600.0, update: bool = False
) -> list[Verdict]:
    """Run executed notebooks again and say what changed.

    Cells that were never run have nothing to compare with, so they are a change; those with nbval's tags ``nbval-skip`` and
    ``nbval-ignore-output`` are let be.

    Parameters
    ----------
    paths : sequence of Path
    tolerance : float
        Numbers are the same if they differ by no more than this share of the larger.
    timeout : float
        Seconds that a cell may take.
    update : bool
        Write the new outputs into notebooks that changed, if every cell ran.

    Raises
    ------
    SettingsError
        If a notebook is not there, or is none.
    """
    _check(paths)
    return [_judge(run, tolerance, update) for run in run_notebooks(paths, timeout)]


def _check(paths: Sequence[Path]) -> None:
    import nbformat

    faults = []
    for path in paths:
        try:
            nbformat.read(path, as_version=4)
        except FileNotFoundError:
            faults.append(f"{path}: no such file")
        except Exception as error:
            faults.append(f"{path}: is not a notebook that can be read: {str(error).splitlines()[0]}")
    if faults:
        raise SettingsError(faults, "nothing was run")


def _judge(run: NotebookRun, tolerance: float, update: bool) -> Verdict:
    changes = tuple(_list_changes(run, tolerance))
    broken = bool(run.failure) or any(_is_broken(cell) for cell in run.cells.values())
    if update and changes and not broken:
        _accept(run)
        return Verdict(run.path, len(run.cells), changes, updated=True)
    return Verdict(run.path, len(run.cells), changes)


def _list_changes(run: NotebookRun, tolerance: float) -> Iterator[str]:
    if run.failure:
        yield f"cannot be run: {run.failure}"
    for cell in run.cells.values():
        for said in _compare_cell(cell, tolerance):
            yield said if said.startswith("    ") else f"cell {cell.number} ({_head(cell.source)}): {said}"


def _compare_cell(cell: CellRun, tolerance: float) -> list[str]:
    if cell.failure:
        return [cell.failure]
    if not cell.was_run and cell.source.strip():
        return ["was never run, so there is nothing to compare with"]
    stored, found = (cell.stored, cell.found) if cell.is_compared or _is_broken(cell) else ([], [])
    return compare_outputs(stored, found, tolerance)


def _is_broken(cell: CellRun) -> bool:
    """Say whether a cell fails that did not fail before."""
    errors = [any(output.get("output_type") == "error" for output in outputs) for outputs in (cell.stored, cell.found)]
    return bool(cell.failure) or (errors[1] and not errors[0])


def _head(source: str) -> str:
    line = next((line.strip() for line in source.splitlines() if line.strip()), "empty")
    return f"{line[:50]}…" if len(line) > 50 else line


def _accept(run: NotebookRun) -> None:
    """Write the new outputs into the notebook; cells that were skipped keep theirs."""
    import nbformat

    node = nbformat.read(run.path, as_version=4)
    code = [cell for cell in node.cells if cell.cell_type == "code"]
    count = 0
    for number, cell in enumerate(code, start=1):
        if number not in run.cells:
            continue
        count += bool(cell.source.strip())
        cell.execution_count = count if cell.source.strip() else None
        cell.outputs = [nbformat.from_dict(output) for output in run.cells[number].found]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    forget_machine(node)
    write_whole(run.path, f"{nbformat.writes(node)}\n")

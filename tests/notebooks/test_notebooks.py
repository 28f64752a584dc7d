"""Notebooks in git are one fresh run on the sample, thin, parameterized and explained."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST_CELL = 6


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and "skip-execution" not in cell.metadata.get("tags", [])]


def test_there_are_notebooks():
    assert {path.stem[:2] for path in NOTEBOOKS} >= {"00", "10", "20", "30", "50", "60"}


def test_what_is_stored_is_one_fresh_run(notebook):
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))


def test_every_result_is_stored_and_none_is_an_error(notebook):
    shown = [cell for cell in code(notebook) if "import" not in cell.source and "parameters" not in cell.metadata.get("tags", [])]
    assert all(cell.outputs for cell in shown), "a cell without stored outputs is compared with nothing"
    assert all(output.output_type in ("execute_result", "display_data") for cell in shown for output in cell.outputs)


def test_parameters_stand_in_one_cell_annotated_and_explained(notebook):
    cells = [cell for cell in code(notebook) if "parameters" in cell.metadata.get("tags", [])]
    assert len(cells) == 1
    body = ast.parse(cells[0].source).body
    assert all(isinstance(line, ast.AnnAssign) for line in body)
    assert all("  # " in line for line in cells[0].source.splitlines())


def test_cells_are_thin(notebook):
    for cell in code(notebook):
        assert len(cell.source.splitlines()) <= LONGEST_CELL
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.For, ast.While, ast.ClassDef}


def test_prose_has_no_results(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", cell.source.replace("0 to 10", "")), f"a number in prose goes stale: {cell.source}"


def test_nothing_tells_of_the_machine(notebook):
    text = nbformat.writes(notebook)
    assert "version" not in notebook.metadata.get("language_info", {})
    assert not re.search(r"/(home|root|tmp|work|Users)/", text)
    assert not any("execution" in cell.metadata for cell in notebook.cells)

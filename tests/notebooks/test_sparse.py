"""What every cell of every notebook shows of a portfolio of which hardly anything is known: no warning, no error, no dashes only.

Warnings are errors here as in all tests; in a notebook they would stand in red on the page.
"""

import ast

import matplotlib.pyplot as plt
import nbformat
import pytest
from folders import lines_of, write_files

from kamnb.analysis import SAVED, keep_analysis, open_analysis
from kamnb.display.parts.tables import Table
from kamnb.places import notebooks_folder

DAY = "2025-06-30"
SPARSE = {
    "invoices": lines_of(
        "account_id,date,amount", "A,2025-02-03,100", "A,2025-06-01,50", "B,2025-03-04,70", "B,2025-05-30,20", ",2025-05-30,9"
    ),
    "open_items": lines_of(
        "account_id,listed_on,due_date,open_amount,invoice_id",
        "A,2025-06-30,2025-05-23,115.9,R1", "B,2025-06-30,2025-07-19,73.7,R2"
    ),
    "accounts": lines_of("account_id,name,account_manager", "A,Anna AG,M01", "B,Bert,"),
    "opportunities": lines_of(
        "opportunity_id,account_id,created,stage,amount,outcome,expected_close,closed",
        "1,A,2025-01-03,offer,1450,open,2025-12-31,", "2,B,2024-02-15,offer,620,won,,2025-02-01",
        "3,B,2024-02-15,offer,62,lost,,2025-02-01",
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=list(SPARSE))
def sparse(request, tmp_path_factory):
    folder = write_files(tmp_path_factory.mktemp(request.param), **{request.param: SPARSE[request.param]})
    return str(folder), open_analysis(str(folder), DAY)


@pytest.fixture
def shown(sparse, tmp_path, monkeypatch):
    """Return a function that runs the cells of a notebook on the portfolio and returns what each shows."""
    folder, analysis = sparse
    monkeypatch.setenv(SAVED, str(tmp_path))

    def show(name):
        given = {"data_dir": folder, "as_of": DAY, "account_id": "A"}
        cells = [
            cell for cell in nbformat.read(notebooks_folder() / f"{name}.ipynb", as_version=4).cells if cell.cell_type == "code"
        ]
        for since in ("", "last review"):
            keep_analysis(analysis, tmp_path, (folder, DAY, "", since))
        known = {}
        return [run_cell(cell, known, given) for cell in cells if "nbval-skip" not in cell.metadata.get("tags", [])]

    yield show
    plt.close("all")


def run_cell(cell, known, given):
    body = ast.parse(cell.source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), cell.source, "exec"), known)
    if "parameters" in cell.metadata.get("tags", []):
        known |= {name: value for name, value in given.items() if name in known}
    shown = eval(compile(ast.Expression(last.value), cell.source, "eval"), known) if last else None
    if hasattr(shown, "_repr_html_"):
        shown._repr_html_()
    return shown


NOTEBOOKS = sorted(path.stem for path in notebooks_folder().glob("*.ipynb"))
NOTEBOOKS.remove("90_explore_weights")  # shows what 20 shows too, and analyses anew


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_cell_warns_or_fails(shown, name):
    assert shown(name)


def test_no_table_of_the_overview_is_all_dashes(shown):
    for table in shown("10_portfolio_overview"):
        if isinstance(table, Table):
            assert any(cell not in ("–", "") for row in table.rows for cell in row[1:]), str(table)


def test_the_overview_says_once_why_the_year_before_is_unknown(sparse, shown):
    why = sparse[1].absences["revenue_prior"]
    said = [str(each) for each in shown("10_portfolio_overview") if each is not None]
    assert f"How the revenue of accounts changed is unknown: {why}." in said
    assert any(each.startswith("What accounts earn is unknown, and so are cost of goods (no ") for each in said)

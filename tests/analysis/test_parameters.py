"""Parameters of notebooks that are not what they should be: a message with the remedy, never an error of Python's own."""

import ast
from datetime import date
from pathlib import Path

import nbformat
import pytest

from kamnb.analysis import SAVED, check_workbook, keep_analysis, open_analysis, require_accounts, require_texts
from kamnb.errors import KamError, SettingsError
from kamnb.places import data_folder, notebooks_folder

SAMPLE = str(data_folder() / "sample")
WRONG = [10417, 1000.0, True, None, date(2026, 6, 30), ["0010417"], {"a": 1}]


def read_cells(notebook):
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    return cells[0].source, [cell.source for cell in cells[1:]]


def list_parameters():
    for notebook in sorted(notebooks_folder().glob("*.ipynb")):
        for line in ast.parse(read_cells(notebook)[0]).body:
            yield pytest.param(notebook, line.target.id, id=f"{notebook.stem}-{line.target.id}")


@pytest.fixture(scope="module")
def analyses():
    """The sample, analysed for each way in which notebooks ask for it."""
    analysis = open_analysis(SAMPLE)
    return {(SAMPLE, "", "", since): analysis for since in ("", "last review")}


@pytest.mark.parametrize(("notebook", "name"), list(list_parameters()))
def test_every_parameter_of_every_notebook_says_what_it_takes(analyses, monkeypatch, tmp_path, notebook, name):
    parameters, cells = read_cells(notebook)
    monkeypatch.setenv(SAVED, str(tmp_path))
    for value in WRONG:
        for asked, analysis in analyses.items():
            keep_analysis(analysis, tmp_path, asked)
        known = {}
        exec(parameters, known)
        known |= {"data_dir": SAMPLE, name: value}
        if name == "budget" and isinstance(value, int | float) and value is not True:
            continue  # an amount may be given as a number
        with pytest.raises(KamError, match=rf"{name}|no measuring budget") as caught:
            for cell in cells:
                exec(cell, known)
        assert name == "budget" or f"papermill -r {name} " in str(caught.value)


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (10417, "account_id is the number 10417; give it as text (papermill -r account_id 0010417)"),
        (1000.0, "account_id is the number 1000.0; give it as text (papermill -r account_id 1e3)"),
        (7, "account_id is the number 7; give it as text (papermill -r account_id 07 or 7)"),
        (5, "account_id is the number 5; give it as text (papermill -r account_id 5)"),
        (float("nan"), "account_id is the number nan; give it as text (papermill -r account_id nan)"),
        (True, "account_id is True; give it as text (papermill -r account_id True)"),
        (None, "account_id is None; leave it out, or give text (papermill -r account_id TEXT)"),
        (["A"], "account_id is a list; give it as text (papermill -r account_id TEXT)"),
        ("10417", 'account "10417" is not among the 6 accounts; close are 0010417, 07'),
        ("x", 'account "x" is not among the 6 accounts'),
    ],
)
def test_an_account_that_is_none_is_told_with_what_may_be_meant(account, said):
    with pytest.raises(SettingsError) as caught:
        require_accounts([account], ["0010417", "1e3", "07", "7", "sNaN", "Nordlicht"])
    assert str(caught.value) == said


def test_all_unknown_accounts_and_all_wrong_parameters_are_told_at_once():
    with pytest.raises(SettingsError) as caught:
        require_accounts(["x", "A", "y", "x"], ["A"])
    assert len(caught.value.faults) == 2
    with pytest.raises(SettingsError) as caught:
        require_texts(data_dir=1, as_of=None, since="")
    assert [fault.split()[0] for fault in caught.value.faults] == ["data_dir", "as_of"]
    with pytest.raises(SettingsError, match="as_of is the number 2026"):
        check_workbook(SAMPLE, 2026)


def test_a_place_may_be_a_path():
    require_texts(data_dir=Path("mine"), criteria_file=Path("criteria.toml"))
    with pytest.raises(SettingsError, match="as_of is a path; give it as text"):
        require_texts(as_of=Path("mine"))

"""Reports for many accounts: whole or not at all, and one failure costs one page."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from runs import ids, write_data, write_notebook

from kamnb.errors import SettingsError
from kamnb.places import data_folder, notebooks_folder
from kamnb.reports.batch import write_reports
from kamnb.reports.execution import check_parameters, read_parameters
from kamnb.reports.order import Order

SAMPLE = data_folder() / "sample"
PLAN = notebooks_folder() / "50_account_plan.ipynb"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data"), ids[:5])


@pytest.fixture(scope="module")
def run(tmp_path_factory, data):
    """One run in which one account raises, one has data that are refused, one kills its kernel, and the others are good."""
    folder = tmp_path_factory.mktemp("run")
    notebook = write_notebook(
        folder / "light.ipynb",
        "import os",
        f'assert account_id != "{ids[1]}", "this account is broken"',
        "from kamnb.errors import DataError",
        f"if account_id == '{ids[4]}': raise DataError(['a.csv: no rows', 'b.csv: no <account_id>'], 'nothing was computed')",
        f'os._exit(3) if account_id == "{ids[2]}" else f"account {{account_id}}"',
    )
    output = folder / "reports"
    return write_reports(Order(data, accounts=tuple(ids[:5]), notebook=notebook, output=output), say=lambda line: None), output


def test_one_failing_account_costs_its_page_only(run):
    made, output = run
    assert set(made.pages) == {ids[0], ids[3]}
    assert made.failures == {
        ids[1]: "AssertionError: this account is broken",
        ids[2]: "the kernel ended itself with exit code 3",
        ids[4]: "2 faults stop the run; nothing was computed: a.csv: no rows; b.csv: no <account_id>",
    }
    assert not (output / f"{ids[1]}.html").exists()
    assert (output / "failed" / f"{ids[1]}.ipynb").exists()


def test_of_a_fault_in_the_data_the_executed_notebook_shows_the_message_and_no_traceback(run):
    node = nbformat.read(run[1] / "failed" / f"{ids[4]}.ipynb", as_version=4)
    outputs = [output for cell in node.cells if cell.cell_type == "code" for output in cell.outputs]
    message = "2 faults stop the run; nothing was computed.\n  a.csv: no rows\n  b.csv: no <account_id>"
    assert [output.traceback for output in outputs if output.output_type == "error"] == [[f"Error: {message}"]]


def test_pages_hold_their_account_and_the_executed_notebook_is_kept(run):
    _, output = run
    assert f"account {ids[0]}" in (output / f"{ids[0]}.html").read_text(encoding="utf-8")
    node = nbformat.read(output / "notebooks" / f"{ids[0]}.ipynb", as_version=4)
    assert "papermill" not in node.metadata
    assert any(ids[0] in cell.source for cell in node.cells if "injected-parameters" in cell.metadata.get("tags", []))


def test_nothing_half_written_is_left(run):
    _, output = run
    assert {path.name for path in output.rglob("*") if path.name.startswith(".") or path.suffix == ".part"} == {".lock"}


def test_the_record_names_inputs_versions_and_every_account(run, data):
    _, output = run
    record = json.loads((output / "run.json").read_text(encoding="utf-8"))
    assert record["inputs"]["invoices.csv"] == _sha256(data / "invoices.csv")
    assert record["accounts"][ids[0]] == {"page": f"{ids[0]}.html"}
    assert record["accounts"][ids[2]]["error"] == "the kernel ended itself with exit code 3"
    assert set(record["versions"]) >= {"python", "kamnb", "papermill", "duckdb"}
    assert not re.search(r"20\d\d-\d\d-\d\dT", json.dumps(record)), "times belong to timings.json"
    assert set(json.loads((output / "timings.json").read_text())["seconds_per_report"]) == {ids[0], ids[3]}


def _sha256(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_index_links_pages_and_names_failures(run):
    made, _ = run
    text = made.index.read_text(encoding="utf-8")
    assert f'href="{ids[0]}.html"' in text and f'href="{ids[1]}.html"' not in text
    assert "this account is broken" in text
    assert not re.search(r'(src|href)="(https?:)?//', text)


def test_what_cannot_be_asked_is_refused_before_anything_runs(tmp_path, data):
    notebook = write_notebook(tmp_path / "other.ipynb", "1", parameters='data_dir: str = ""')
    with pytest.raises(SettingsError, match=r'other\.ipynb has no parameter "account_id"; it has data_dir'):
        write_reports(Order(data, notebook=notebook, output=tmp_path / "reports"))
    with pytest.raises(SettingsError, match='account "nobody" is not among the'):
        write_reports(Order(data, accounts=("nobody",), output=tmp_path / "reports"))
    assert not list((tmp_path / "reports").glob("*.html"))


def test_an_unknown_parameter_is_refused_with_those_there_are():
    assert read_parameters(PLAN) == ["account_id", "data_dir", "as_of", "criteria_file", "since"]
    said = r'50_account_plan\.ipynb has no parameter "acount"; it has account_id, data_dir, as_of, criteria_file, since'
    with pytest.raises(SettingsError, match=said):
        check_parameters(PLAN, {"acount": "1"})


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "x.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="is not a notebook"):
        read_parameters(Path(tmp_path / "x.ipynb"))

"""A workbook of one's own: few tables to fill, the others on demand, and a page that says where to start."""

import re
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

import kamnb
from kamnb.cli import cli
from kamnb.data.door import inspect_data
from kamnb.data.tables import TABLES
from kamnb.errors import ReportError, SettingsError
from kamnb.places import notebooks_folder
from kamnb.reports.tables import FIRST, add_tables, list_absent
from kamnb.reports.workbook import START, make_workbook

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workbook(tmp_path):
    make_workbook(tmp_path / "mine")
    return tmp_path / "mine"


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_a_new_workbook_has_the_tables_that_matter_first(workbook):
    assert sorted(path.name for path in (workbook / "data").iterdir()) == sorted(
        [*(f"{name}.csv" for name in FIRST), "kamnb.toml", "entries"]
    )
    report, _ = inspect_data(workbook / "data")
    assert len(report.remarks) <= len(FIRST)


def test_it_says_in_which_order_notebooks_are_used_and_what_each_answers(workbook):
    text = (workbook / START).read_text(encoding="utf-8")
    there = {path.stem: path for path in (workbook / "notebooks").glob("*.ipynb")}
    named = dict(re.findall(r"\| \[(\d\d_\w+)\]\(notebooks/\1\.ipynb\) \| (.+) \|", text))
    assert named.keys() == there.keys() == {path.stem for path in notebooks_folder().glob("*.ipynb")}
    documented = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    for name, question in named.items():
        assert re.search(rf"\[{name}\]\(.*?\) \| {re.escape(question)}", documented), name
    assert re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE) == [*FIRST, *(name for name in TABLES if name not in FIRST)]


def test_an_own_workbook_begins_with_the_first_account_and_not_with_that_of_the_sample(workbook):
    for path in (workbook / "notebooks").glob("*.ipynb"):
        sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
        assert not any("0010417" in source for source in sources), path.name
        assert ('account_id: str = ""  # ' in "".join(sources)) == (path.stem[:2] in ("50", "55", "92")), path.name


def test_further_tables_come_on_demand_and_none_is_overwritten(workbook):
    data = workbook / "data"
    done = run("table", workbook, "actions", "objectives")
    assert done.exit_code == 0 and done.output.splitlines() == [
        f"wrote {data / 'actions.csv'}",
        f"wrote {data / 'objectives.csv'}",
    ]
    assert (data / "actions.csv").read_text(encoding="utf-8") == ",".join(TABLES["actions"].names) + "\n"
    with pytest.raises(ReportError, match=r"holds actions\.csv already; nothing was written"):
        add_tables(data, ["wallet", "actions"])
    assert not (data / "wallet.csv").exists() and "actions" not in list_absent(data) and "wallet" in list_absent(data)
    with pytest.raises(SettingsError, match='there is no table "walet"; there are accounts'):
        add_tables(data, ["walet"])


def test_without_a_name_the_absent_tables_are_told(workbook):
    lines = run("table", workbook).output.splitlines()
    assert [line.split()[0] for line in lines] == [name for name in TABLES if name not in FIRST]
    assert all(TABLES[line.split()[0]].meaning in line for line in lines)


def test_a_table_that_settings_would_leave_unread_says_so(workbook):
    (workbook / "data" / "kamnb.toml").write_text('[invoices]\nfile = "invoices.csv"\n', encoding="utf-8")
    assert '[wallet] file = "wallet.csv"' in run("table", workbook, "wallet").output
    (workbook / "data" / "kamnb.toml").write_text('[invoices]\ndecimal = ","\n', encoding="utf-8")
    assert "file =" not in run("table", workbook, "targets").output


def test_the_version_is_one(workbook):
    assert run("--version").output.strip() == f"kamnb, version {kamnb.__version__}"
    assert f'version = "{kamnb.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").startswith(f"# Changelog\n\n## {kamnb.__version__}")

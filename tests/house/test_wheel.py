"""The wheel alone gives the command, the notebooks and the settings, in an environment that has nothing else."""

import importlib.metadata
import json
import os
import subprocess
import sys
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run_pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    return next(folder.glob("kamnb-*.whl"))


@pytest.fixture(scope="module")
def command(wheel, tmp_path_factory):
    """The installed command of an environment with the wheel, and with what it asks for as it is installed here.

    The packages are linked, not installed anew: that took longer than all other tests of the house together.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    owners = importlib.metadata.packages_distributions()
    for distribution in find_needed(wheel):
        link_distribution(distribution, site, owners)
    run_pip(sys.executable, f"--python={python}", "install", "--no-deps", "--no-index", wheel)
    return python.with_name("kamnb")


def find_needed(wheel):
    """Return the distributions that the wheel asks for without its extras, and what these ask for in turn."""
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))).decode()
    asked, found = [(Requirement(line), "") for line in Parser().parsestr(metadata).get_all("Requires-Dist")], {}
    while asked:
        requirement, extra = asked.pop()
        name = canonicalize_name(requirement.name)
        if (requirement.marker and not requirement.marker.evaluate({"extra": extra})) or (name, *requirement.extras) in found:
            continue
        distribution = found[name, *requirement.extras] = importlib.metadata.distribution(name)
        assert requirement.specifier.contains(distribution.version, prereleases=True), f"{requirement} is not met here"
        asked += [(Requirement(line), each) for line in distribution.requires or () for each in ("", *requirement.extras)]
    return found.values()


def link_distribution(distribution, site, owners):
    """Link what a distribution has, and of a folder that it shares with others its own files only; no commands."""
    for file in distribution.files:
        top = file.parts[0]
        if top == ".." and not {"share", "etc"} & {*file.parts}:
            continue
        whole = top != ".." and len(set(owners.get(top, ()))) == 1
        part = Path(top) if whole else file
        target, source = site / part, file.locate() if part is file else Path(distribution.locate_file(top))
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source.resolve())


def run_pip(python, verb, *words):
    subprocess.run([str(python), "-m", "pip", verb, "--quiet", *map(str, words)], check=True, capture_output=True)


def run(command, *words, cwd):
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KAMNB"))}
    return subprocess.run([str(command), *words], cwd=cwd, capture_output=True, text=True, env=keep, check=False)


def test_the_wheel_holds_notebooks_settings_and_templates(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "kamnb/workbook/notebooks/50_account_plan.ipynb",
        "kamnb/workbook/data/criteria.toml",
        "kamnb/workbook/data/playbook.toml",
        "kamnb/workbook/data/sample/invoices.csv",
        "kamnb/reports/template/index.html.j2",
        "kamnb/planning/sql/plan/years.sql",
        "kamnb/data/presets/salesforce.toml",
        "kamnb/desk/matrix.js",
        "kamnb/serving/jupyter/labconfig/default_setting_overrides.json",
        "kamnb/serving/jupyter/voila/templates/kamnb/index.html.j2",
    } <= names
    taken = [name.split("/")[2:] for name in names if name.startswith("kamnb/workbook/")]
    left = {"__pycache__", "reports", "customer_copies", "entries", "history"}
    assert not [parts for parts in taken if any(part.startswith(".") or part in left for part in parts)], "what runs left behind"


@pytest.mark.thorough  # an environment is made and plans in it: 30 s of CPU
def test_a_stranger_gets_plans_from_the_wheel_alone(command, tmp_path):
    made = run(command, "new", "mine", "--sample", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    report = run(command, "report", "mine", "--top", "2", cwd=tmp_path)
    assert report.returncode == 0, report.stderr
    assert "2 of 2 reports written" in report.stdout
    pages = {page.stem for page in (tmp_path / "mine" / "reports").glob("*.html")}
    assert len([page for page in pages if page.startswith("0")]) == 2 and {"index", "review", "matrix"} <= pages


def test_help_answers_without_loading_what_is_heavy(command, tmp_path):
    code = "import sys, kamnb.cli; print(sorted({'pandas', 'duckdb', 'matplotlib', 'papermill'} & set(sys.modules)))"
    python = command.with_name("python")
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]"
    assert "Usage" in run(command, "--help", cwd=tmp_path).stdout


def test_formats_whose_packages_are_absent_are_refused_with_the_command(command, tmp_path):
    done = run(command, "report", "nowhere", "--format", "pdf", cwd=tmp_path)
    assert done.returncode == 2, "the data come first"
    made = run(command, "new", "mine", "--sample", cwd=tmp_path)
    assert made.returncode == 0
    done = run(command, "report", "mine", "--format", "html,pdf,docx,xlsx", cwd=tmp_path)
    assert done.returncode == 1 and "pip install 'kamnb[pdf]'" in done.stderr and "pip install 'kamnb[office]'" in done.stderr
    assert not list(tmp_path.rglob("reports/*.html"))


def test_papermill_finds_the_engine_and_jupyter_the_kernel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        entries = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
        spec = archive.read(next(name for name in names if name.endswith("data/share/jupyter/kernels/kamnb/kernel.json")))
    assert "[papermill.engine]\nkamnb = kamnb.reports.warm.engine:WarmEngine" in entries
    assert "ipykernel_launcher" in json.loads(spec)["argv"]

"""Dependencies are said three times, and the three agree."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"duckdb": "python-duckdb", "matplotlib": "matplotlib-base"}

RANGES = {"numpy": "the lock has another version for each Python, so the environment gives the least"}


def read_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = [*project["dependencies"], *(line for lines in project["optional-dependencies"].values() for line in lines)]
    return sorted(re.match(r"[A-Za-z0-9_.-]+", line).group().lower() for line in every)


def read_lock():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return {line.split("==")[0]: line.split("==")[1].split(" ;")[0].strip() for line in lines if "==" in line}


def read_environment():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    return dict(re.findall(r"^\s+- ([a-z][a-z0-9_-]+) ?([=><][^\n]*)?$", text, flags=re.M))


@pytest.mark.parametrize("name", read_declared())
def test_every_dependency_is_in_the_environment_with_the_version_of_the_lock(name):
    asked = read_environment()[CONDA_NAMES.get(name, name)]
    assert asked == ">=2.4" if name in RANGES else asked.lstrip("=") == read_lock()[name]


def test_the_environment_names_nothing_else():
    known = {CONDA_NAMES.get(name, name) for name in read_declared()} | {"python", "pip", "conda-forge"}
    assert set(read_environment()) - known == set()


def test_the_lock_names_no_host():
    assert not re.search(r"://|--(extra-)?index-url|--find-links", (ROOT / "requirements.lock").read_text(encoding="utf-8"))

"""What examples in docstrings and notebooks under nbval share: the sample, opened once per run of the tests."""

import contextlib
import functools
import os
import tempfile
from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem
from hypothesis import settings

# How long an example takes is up to the machine; a run of all tests tries the same ones each time, `make soak` others.
settings.register_profile("kamnb", deadline=None, derandomize="KAMNB_EXAMPLES" not in os.environ)
settings.load_profile("kamnb")

NOTEBOOKS = Path(__file__).parent / "notebooks"
ASKED = ("../data/sample", "", "", "")  # what notebooks ask `open_analysis` for that compare with no earlier day


@pytest.fixture(scope="session")
def opened_once():
    """Return what opens a workbook by its name: once for all examples, which show what they take from the sample."""
    from kamnb import analysis
    from kamnb.data import door

    opening = {"kamnb.data.door.open_portfolio": door.open_portfolio, "kamnb.analysis.open_analysis": analysis.open_analysis}
    return {name: functools.cache(function) for name, function in opening.items()}


@pytest.fixture(autouse=True)
def _open_once_for_examples(request, monkeypatch):
    if isinstance(request.node, DoctestItem):
        for name, function in request.getfixturevalue("opened_once").items():
            monkeypatch.setattr(name, function)


def pytest_collection_finish(session):
    """Save the analysis that notebooks under nbval find instead of computing it each (docs/decisions/0012)."""
    config = session.config
    if config.getoption("nbval", False) and not config.option.collectonly:
        folder = config.stash.setdefault(_SAVED, tempfile.TemporaryDirectory(prefix="kamnb-nbval-"))
        _save_analysis(Path(folder.name))


def pytest_unconfigure(config):
    """Remove what was saved for this run: no later one finds it."""
    if folder := config.stash.get(_SAVED, None):
        folder.cleanup()


_SAVED = pytest.StashKey[tempfile.TemporaryDirectory]()


def _save_analysis(folder):
    from kamnb.analysis import SAVED, open_analysis, save_analysis

    os.environ.pop(SAVED, None)
    with contextlib.chdir(NOTEBOOKS):
        save_analysis(open_analysis(*ASKED), folder, ASKED)
    os.environ[SAVED] = str(folder)

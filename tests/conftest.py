"""What tests of several modules share."""

import os
import signal
from pathlib import Path

import pytest
from undrawn import leave_blank

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell's "&" leaves it, and programs that tests stop would not hear
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _connected_once():
    """Let a test ask its portfolios on one connection each, as an analysis does."""
    from kamnb.data.portfolio import keep_open

    with keep_open():
        yield


@pytest.fixture(scope="session")
def answers():
    """The latest dozen answers to each question, for all tests of a process."""
    from kamnb.data.answers import Memory

    return Memory(most=12)


@pytest.fixture(autouse=True)
def answered_once(answers):
    """Ask the same tables the same only once; what looks at what is asked anew has a fixture of its own in this place."""
    from kamnb.data.answers import remember

    with remember(answers):
        yield


@pytest.fixture(scope="session")
def real_data():
    """Return the folder of the public data sets, which stand beside the project; a test that needs them is skipped without."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("KAMNB_REAL_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"no public data sets in {folder}; KAMNB_REAL_DATA says where they are")
    return folder


@pytest.fixture(scope="session")
def analysis():
    """The sample, opened and analysed once for all tests of a process; that no test changes it is looked after."""
    import pandas as pd

    from kamnb.analysis import open_analysis
    from kamnb.places import data_folder

    opened = open_analysis(str(data_folder() / "sample"))
    frames = {name: frame.copy() for name, frame in vars(opened).items() if isinstance(frame, pd.DataFrame)}
    yield opened
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(vars(opened)[name], frame, obj=f"{name} of the sample that all tests share")


@pytest.fixture(scope="session")
def reviewed(analysis):
    """The sample with what changed since its last review."""
    from kamnb.analysis import compare_with

    return compare_with(analysis, "last review")


@pytest.fixture
def undrawn(monkeypatch):
    """Compose figures and do not draw them: for tests that read what a page says."""
    leave_blank(monkeypatch)


@pytest.fixture(scope="session")
def real_data_or_none(request):
    """Return the folder of the public data sets, or None where it is not there."""
    try:
        return request.getfixturevalue("real_data")
    except pytest.skip.Exception:
        return None

"""What tests of several modules share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data():
    """Return the folder of the public data sets, which stand beside the project; a test that needs them is skipped without."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("KAMNB_REAL_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"no public data sets in {folder}; KAMNB_REAL_DATA says where they are")
    return folder

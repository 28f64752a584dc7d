"""What all tests of the desk share."""

import pytest

from kamnb.desk import controls


@pytest.fixture(autouse=True)
def any_hand(monkeypatch):
    """Tests press faster than a hand does, on a slow machine while an act has just ended: each press counts."""
    monkeypatch.setattr(controls, "_QUEUED", -1.0)

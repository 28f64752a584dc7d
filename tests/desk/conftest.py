"""What all tests of the desk share."""

from functools import partial

import pytest
from desks import HELD

from kamnb.analysis.renewal import Renewal
from kamnb.desk import controls, drafting, exploration


@pytest.fixture(autouse=True)
def any_hand(monkeypatch):
    """Tests press faster than a hand does, on a slow machine while an act has just ended: each press counts."""
    monkeypatch.setattr(controls, "_QUEUED", -1.0)


@pytest.fixture(autouse=True)
def held_once(monkeypatch):
    """Desks of workbooks whose tables are the same, byte by byte, share what passed the door."""
    for module in (drafting, exploration):
        monkeypatch.setattr(module, "Renewal", partial(Renewal, door=HELD))

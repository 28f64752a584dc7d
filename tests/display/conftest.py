"""What tests of pages have in common."""

import pytest


@pytest.fixture
def shown(monkeypatch, undrawn):
    """What is displayed, in order."""
    parts = []
    monkeypatch.setattr("IPython.display.display", parts.append)
    return parts

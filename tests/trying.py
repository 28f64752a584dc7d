"""How often a property is tried: a few examples, the same ones each time, in ``make test``; many others in ``make soak``."""

import os

from hypothesis import settings

TIMES = int(os.environ.get("KAMNB_EXAMPLES", "1"))
"""``make soak`` tries so many times as many."""


def try_examples(number, **more):
    """Return the settings by which a property is tried on so many examples."""
    return settings(max_examples=number * TIMES, deadline=None, **more)

"""What a desk does while nobody waits for it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from kamnb.errors import KamError

_PAUSE = 1.0
"""Seconds after which a page that was opened is surely shown."""


def do_when_idle(act: Callable[[], object]) -> None:
    """Do something once the page is shown: where no loop runs nothing is done, and what is wrong is said when it is asked for.

    Examples
    --------
    >>> do_when_idle(lambda: 1 / 0)
    """

    def try_it() -> None:
        with suppress(KamError):
            act()

    with suppress(RuntimeError):  # no loop runs outside a kernel
        asyncio.get_running_loop().call_later(_PAUSE, try_it)

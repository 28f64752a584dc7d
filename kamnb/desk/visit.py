"""How a desk is visited: on one's own machine, or on a dashboard as one of several, to read or to edit under a name."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kamnb.desk.controls import add_look, lay_below, make_button, make_field, make_note, make_page, say

VISIT = "KAMNB_VISIT"
"""Environment variable: ``read`` or ``edit`` in the kernel of a page of a dashboard; not there on one's own machine."""


@dataclass(frozen=True)
class Visit:
    """What a visitor may do.

    Attributes
    ----------
    way : str
        ``read``, ``edit``, or empty on one's own machine.
    by : str
        The name under which is saved, where it was given at the start; it is not changed after.
    """

    way: str = ""
    by: str = ""

    @property
    def may_save(self) -> bool:
        """Whether models and places may be saved."""
        return self.way != "read"

    def name(self, field: Any) -> None:
        """Put the visitor's name in a field; it stays the one of the start."""
        if self.by:
            field.value, field.disabled = self.by, True


ALONE = Visit()
"""On one's own machine."""


def find_visit() -> Visit:
    """Return how the desks of this kernel are visited.

    Examples
    --------
    >>> find_visit().may_save
    True
    """
    return Visit(os.environ.get(VISIT, ""))


def receive(people: Sequence[str], open_desk: Callable[[Visit], Any]) -> Any:
    """Return the desk; where several edit, behind a door at which each says who comes.

    Parameters
    ----------
    people : sequence of str
        Names to choose from; another one can be given.
    open_desk : callable
        Makes the desk of a visit.
    """
    visit = find_visit()
    if visit.way != "edit":
        return open_desk(visit)
    name, note = make_field("visitor", "Who are you", people), make_note("visitor-note")

    def enter() -> None:
        by = " ".join(name.value.split())
        if not by or not by.isprintable():
            say(note, "Say who you are: what you save is saved under your name.", "wrong")
            return
        door.children = [open_desk(Visit("edit", by))]

    told = "<p>What you save here is saved under your name.</p>"
    door = lay_below(add_look(), make_page("door", told), name, make_button("enter", "Begin", enter, main=True), note)
    door.add_class("kam-desk")
    return door

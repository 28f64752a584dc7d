"""The matrix on the desk: accounts can be picked in it where anywidget is installed; without it, by the list beside it."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import traitlets

from kamnb.display.matrix.diagram import read_picking

SCRIPT = read_picking() + Path(__file__).with_name("matrix.js").read_text(encoding="utf-8")


def make_matrix(pick: Callable[[str], None], refuse: Callable[[str, str], None]) -> Any:
    """Return a widget with a trait ``svg``.

    Parameters
    ----------
    pick : callable
        Called with the id of an account that is picked in it.
    refuse : callable
        Called with a text that was typed beside a slider and is no number, and the name of the slider.

    Neither is called where anywidget is not installed (``pip install 'kamnb[interactive]'``).
    """
    widget = _make_pickable(pick, refuse) if find_spec("anywidget") else _Drawn()
    widget.add_class("kam-matrix")
    widget.layout = widgets.Layout(width="100%", max_width="60em")
    return widget


def can_pick() -> bool:
    """Whether accounts can be picked in the matrix."""
    return find_spec("anywidget") is not None


class _Drawn(widgets.HTML):
    """The matrix to look at only."""

    svg = traitlets.Unicode()

    @traitlets.observe("svg")
    def _draw(self, change: Any) -> None:
        self.value = change["new"]


def _make_pickable(pick: Callable[[str], None], refuse: Callable[[str, str], None]) -> Any:
    import anywidget

    class Matrix(anywidget.AnyWidget):
        _esm = SCRIPT
        svg = traitlets.Unicode().tag(sync=True)
        picked = traitlets.Unicode().tag(sync=True)

    matrix = Matrix()
    matrix.observe(lambda change: pick(change["new"]), "picked")
    matrix.on_msg(lambda _, told, __: refuse(told["refused"], told["name"]) if "refused" in told else None)
    return matrix

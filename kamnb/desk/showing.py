"""A desk in a notebook, and what stands in its place on the next day, when its kernel is gone."""

from typing import Any

ASLEEP = """
<style>
.jp-OutputArea-child:has(.kam-asleep):has(~ .jp-OutputArea-child .kam-desk) { display: none; }
.jp-OutputArea-child:has(.kam-asleep) ~ .jp-OutputArea-child > .jupyter-widgets:not(:has(*)) { font-size: 0; }
</style>
<p class="kam-asleep">The desk stands here once the notebook has run: press <b>Run All Cells</b> in the menu <b>Run</b>.</p>
"""
"""Hidden where there is a desk below it; where there is none, JupyterLab's words of a model that was not found are hidden."""


class Shown:
    """A desk as the last value of a cell.

    Attributes
    ----------
    box : Widget
    """

    def __init__(self, box: Any) -> None:
        self.box = box

    def _ipython_display_(self) -> None:
        from IPython.display import HTML, display

        display(HTML(ASLEEP), self.box)

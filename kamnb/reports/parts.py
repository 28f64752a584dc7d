"""Tables and sentences that no notebook made, as a page."""

from collections.abc import Iterable
from typing import Any

from kamnb.reports.page import render_page


def render_parts(parts: Iterable[Any], title: str, *, subtitle: str = "") -> str:
    """Return a page that shows parts one below the other, as a notebook would show them.

    Examples
    --------
    >>> from kamnb.display.parts.sentences import Prose
    >>> "<p>Nothing &lt;new&gt;.</p>" in render_parts([Prose("Nothing <new>.")], "Forms")
    True
    """
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    shown = [new_output("display_data", {"text/html": part._repr_html_(), "text/plain": str(part)}) for part in parts]
    return render_page(new_notebook(cells=[new_code_cell("", outputs=[output]) for output in shown]), title, subtitle=subtitle)

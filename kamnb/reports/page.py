"""An executed notebook as a page: one HTML file that makes no request, runs no script and prints on A4."""

import copy
import json
from dataclasses import dataclass
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.display.parts.typeface import write_faces
from kamnb.errors import ReportError
from kamnb.reports.phone import stack_tables
from kamnb.reports.sheets import keep_end_together, keep_units, pair_figures

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

_LEFT_OUT = frozenset({"parameters", "injected-parameters", "remove"})
_SHOWN = ("text/html", "text/markdown", "image/png", "text/plain")
_FETCHES = frozenset({"src", "srcset", "poster", "data", "background", "action", "formaction"})
_RUNS = frozenset({"script", "iframe", "object", "embed"})


@dataclass(frozen=True)
class Page:
    """What the template says about the notebook."""

    title: str
    kind: str
    subtitle: str
    footer: str
    lang: str
    seller: str
    logo: str
    logo_width: str


def render_page(
    notebook: "Path | str | NotebookNode",
    title: str = "",
    *,
    subtitle: str = "",
    footer: str = "",
    lang: str = "en",
    seller: str = "",
    logo: str = "",
    logo_width: str = "",
) -> str:
    """Turn an executed notebook into a page that stands by itself.

    The page shows the notebook's markdown and its results as tables, text and pictures (each
    with its alternative text); no code, nothing printed, and no cell tagged ``parameters``,
    ``injected-parameters`` or ``remove``.

    Parameters
    ----------
    notebook : path of an executed notebook, or the notebook itself, which is not changed
    title : str, optional
        Heads the page, with the notebook's own heading above it in small; without a title
        that heading is the title.
    subtitle, footer : str, optional
        A line below the title, such as the day of the data; a line at the end.
    lang : str
        Language of the page.
    seller, logo, logo_width : str
        Stand above all else: whose paper it is, a PNG in base64, and the pixels that it is wide.

    Returns
    -------
    str, the HTML

    Raises
    ------
    ReportError
        If a result holds a script or fetches something from elsewhere.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> page = render_page(new_notebook(cells=[new_markdown_cell("# Account plan")]), "Nordlicht Pharma")
    >>> "<title>Nordlicht Pharma</title>" in page, "<script" in page
    (True, False)
    """
    node = _read(notebook)
    heading = _lift_heading(node)
    page = Page(title or heading, heading if title and title != heading else "", subtitle, footer, lang, seller, logo, logo_width)
    html, _ = _exporter().from_notebook_node(node, resources={"page": page})
    _refuse_requests(html)
    return add_faces(stack_tables(keep_units(keep_end_together(pair_figures(str(html))))))


FACES = "/* the typeface */"
"""Where the style of a page holds the typeface."""


def add_faces(html: str) -> str:
    """Put what a page uses of the typeface into its style."""
    return html.replace(FACES, write_faces(html), 1)


def _read(notebook: "Path | str | NotebookNode") -> "NotebookNode":
    import nbformat

    if not isinstance(notebook, str | Path):
        return copy.deepcopy(notebook)
    node: NotebookNode = nbformat.read(notebook, as_version=4)
    return node


def _lift_heading(node: "NotebookNode") -> str:
    """Take the notebook's own heading out of its first markdown cell, for the head of the page."""
    first = next((cell for cell in node.cells if cell.cell_type == "markdown"), None)
    line, _, rest = first.source.lstrip().partition("\n") if first else ("", "", "")
    if first is None or not line.startswith("# "):
        return ""
    first.source = rest.lstrip()
    return str(line[2:].strip())


@cache
def _exporter() -> "HTMLExporter":
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    here = Path(__file__).parent
    settings = Config()
    settings.NbConvertBase.display_data_priority = list(_SHOWN)
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_cell_tags = set(_LEFT_OUT)
    settings.HTMLExporter.exclude_input = True
    settings.HTMLExporter.filters = {"css_text": _write_css_text, "to_json": partial(json.dumps, ensure_ascii=False)}
    return HTMLExporter(config=settings, extra_template_basedirs=[str(here)], template_name="template")


def _write_css_text(text: str) -> str:
    """Write text for a CSS string inside ``<style>``: all but plain characters as code points."""
    return "".join(sign if sign.isalnum() or sign in " .,-" else f"\\{ord(sign):06x} " for sign in text)


def _refuse_requests(html: str) -> None:
    reader = _Requests()
    reader.feed(html)
    if reader.faults:
        raise ReportError(reader.faults, "the page would not stand by itself")


class _Requests(HTMLParser):
    """Collects what would make the page run or fetch something; links that a person follows are no such thing."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _RUNS:
            self._add(f"a result holds <{tag}>; show a table, text or a picture instead")
        for name, value in attrs:
            self._check(tag, name, (value or "").strip())

    def _check(self, tag: str, name: str, value: str) -> None:
        fetches = name in _FETCHES or (tag == "link" and name == "href")
        if fetches and not value.startswith(("data:", "#")):
            self._add(f"<{tag} {name}> fetches {value[:80]!r}; a page holds what it shows: put the picture into a cell's result")
        if name == "style":
            self._check_style(value)
        if name.startswith("on") or value.lower().startswith("javascript:"):
            self._add(f"<{tag} {name}> runs a script; take it out")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self._check_style(data)

    def _check_style(self, style: str) -> None:
        if "url(" in style.lower() or "@import" in style.lower():
            self._add("a style fetches something; take url() and @import out")

    def _add(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults.append(fault)

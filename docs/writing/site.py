"""What the site has besides the text of a page: the order of pages, the pictures of the notebooks, docstrings in full."""

import re

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

from writing.gallery import list_pictures
from writing.python import list_docstrings

SECTION = re.compile(r"docs/(\w+/)?README|docs/gallery")
LISTED = re.compile(r"^(?:-|\|) \[[^\]]+\]\(([^)#]+\.(?:md|ipynb))\)", re.MULTILINE)
MORE = {"docs/gallery": list_pictures, "docs/reference/python": list_docstrings}


def add_to_page(app, name, source):
    """Add what the site has besides to the text of a page, as Sphinx reads it."""
    if name in MORE:
        source[0] += "\n" + MORE[name]()
    if SECTION.fullmatch(name):
        source[0] += "\n" + order_pages(source[0])


def order_pages(text):
    r"""Return the table of contents of a section: the pages that its lines begin with, in that order.

    Examples
    --------
    >>> print(order_pages("- [First](first.md): of all\n- [Second](../second.md)"))
    ```{toctree}
    :hidden:
    first.md
    ../second.md
    ```
    """
    return "\n".join(["```{toctree}", ":hidden:", *LISTED.findall(text), "```"])


def set_formula(writer, node):
    """Set a formula as MathML, which browsers draw by themselves."""
    writer.body.append(tex2mathml(node.astext()))
    raise SkipNode

"""The documentation site: what is in it, in which order, and how it looks; ``make docs`` builds it.

Its pages lie where a code host shows them, so their links hold in both places. What a code host cannot show is added here, page
by page, when the site is built.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from writing.site import add_to_page, set_formula  # noqa: E402  # beside this file, which Sphinx runs from elsewhere

from kamnb import __version__  # noqa: E402

project = "kamnb"
release = __version__
project_copyright = "the kamnb contributors"
language = "en"

root_doc = "docs/README"
include_patterns = [
    "*.md", "docs/**.md", "data/README.md", "data/sample/README.md", "examples/README.md", "benchmarks/README.md",
    "notebooks/*.ipynb",
]  # fmt: skip
exclude_patterns = [".*", "build", "dist", "reports", "kamnb", "tests"]
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

myst_heading_anchors = 4
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # they would be fetched from another host

autodoc_typehints = "none"  # the docstrings say them
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "code"
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!kamnb\.).*")]

html_theme = "furo"
html_title = f"kamnb {release}"
html_static_path = ["site", *(f"../kamnb/display/parts/fonts/KamnbSans-{weight}.ttf" for weight in ("Regular", "Bold"))]
html_css_files = ["site.css"]
html_additional_pages = {"index": "start.html"}
templates_path = ["templates"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False


def setup(app):
    """Have Sphinx ask for what a page is given besides its text, and for formulas that no other host has to draw."""
    app.connect("source-read", add_to_page)
    app.add_html_math_renderer("mathml", (set_formula, None), (set_formula, None))

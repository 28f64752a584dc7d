"""All plans of a run in one PDF, contents first."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.sentences import count_of
from kamnb.reports.formats.pdf import render_book
from kamnb.reports.page import render_page


def bind_plans(notebooks: Mapping[str, Path], analysis: Analysis, heads: Mapping[str, Mapping[str, str]]) -> bytes:
    """Return a PDF of the plans, in the order given.

    Parameters
    ----------
    notebooks : mapping of account id to executed notebook
    analysis : Analysis
    heads : mapping of account id to title and subtitle of its page
    """
    css = files("kamnb.reports").joinpath("template", "page.css").read_text(encoding="utf-8")
    pages = (render_page(path, **heads[account]) for account, path in notebooks.items())
    title = f"{count_of(len(notebooks), 'account plan')} as of {write_date(analysis.as_of)}"
    return render_book(title, f"Amounts in {analysis.currency}" if analysis.currency else "", pages, css)

"""The review and all plans of a run in one PDF, contents first."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.sentences import count_of
from kamnb.reports.formats.pdf import render_book
from kamnb.reports.page import render_page


def bind_plans(parts: Sequence[tuple[Path, Mapping[str, str]]], plans: int, analysis: Analysis) -> bytes:
    """Return a PDF of executed notebooks, in the order given.

    Parameters
    ----------
    parts : sequence of executed notebook with title and subtitle of its page
    plans : int
        How many of them are plans of accounts.
    analysis : Analysis
    """
    css = files("kamnb.reports").joinpath("template", "page.css").read_text(encoding="utf-8")
    pages = (render_page(path, **heads) for path, heads in parts)
    title = f"{count_of(plans, 'account plan')} as of {write_date(analysis.as_of)}"
    return render_book(title, f"Amounts in {analysis.currency}" if analysis.currency else "", pages, css)

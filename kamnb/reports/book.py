"""The review and all plans of a run in one file: pages with their contents first, or slides for the meeting."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.sentences import count_of
from kamnb.reports.page import render_page

BOUND = ("pdf", "pptx")
"""The formats in which all plans are bound."""

Part = tuple[Path, Mapping[str, str]]
"""An executed notebook, with title and subtitle of its page."""


def bind_plans(first: Sequence[Part], plans: Sequence[Part], analysis: Analysis) -> bytes:
    """Return a PDF of executed notebooks, in the order given.

    Parameters
    ----------
    first : sequence of executed notebook with title and subtitle of its page
        What stands before the plans.
    plans : sequence likewise
    analysis : Analysis
    """
    from kamnb.reports.formats.pdf import render_book

    css = files("kamnb.reports").joinpath("template", "page.css").read_text(encoding="utf-8")
    pages = (render_page(path, **heads) for path, heads in (*first, *plans))
    return render_book(_title(plans, analysis), f"Amounts in {analysis.currency}" if analysis.currency else "", pages, css)


def bind_slides(first: Sequence[Part], overview: Sequence[Part], plans: Sequence[Part], analysis: Analysis) -> bytes:
    """Return slides for the meeting: all of what stands first, and the first slide of each overview and of each plan."""
    from kamnb.reports.formats.blocks import read_blocks
    from kamnb.reports.formats.slides.deck import Deck, render_slides

    wanted = [*((part, None) for part in first), *((part, 1) for part in (*overview, *plans))]
    decks = [Deck(read_blocks(render_page(path, **heads)), most) for (path, heads), most in wanted]
    return render_slides(decks, _title(plans, analysis), analysis.as_of)


def _title(plans: Sequence[Part], analysis: Analysis) -> str:
    return f"{count_of(len(plans), 'account plan')} as of {write_date(analysis.as_of)}"

"""Boxes of words on a slide, and the words of what is no box."""

from collections.abc import Sequence
from typing import Any

from kamnb.display.parts.style import INK
from kamnb.reports.formats.blocks import Text
from kamnb.reports.formats.office import plain_text
from kamnb.reports.formats.slides.sizes import INSET


def read_colour(colour: str) -> Any:
    """Return a colour of the house, as #rrggbb, as python-pptx takes it."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#"))


def write_box(
    slide: Any, place: Sequence[float], texts: Sequence[Text], size: float, colour: str = INK, bold: bool = False
) -> Any:
    """Add a box of text to a slide and return it; `place` is left, top, width and height in inches, `size` points of type."""
    from pptx.util import Inches

    box = slide.shapes.add_textbox(*map(Inches, place))
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Inches(INSET)
    frame.margin_top = frame.margin_bottom = 0
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
        write_runs(paragraph, text, size, colour, bold)
    return box


def write_runs(paragraph: Any, text: Text, size: float, colour: str, bold: bool) -> None:
    """Write a text into an empty paragraph."""
    from pptx.util import Pt

    for run in (run for run in text.runs if run.text):
        written = paragraph.add_run()
        written.text = plain_text(run.text)
        font = written.font
        font.size, font.bold, font.italic, font.color.rgb = Pt(size), bold or run.bold, run.italic or None, read_colour(colour)
    end = paragraph._p.get_or_add_endParaRPr()  # an empty cell is as high as the size of its end asks for
    end.set("sz", str(round(100 * size)))


def describe_shape(frame: Any, words: str) -> None:
    """Give a table, a chart or a picture its words."""
    properties = frame._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", plain_text(words))

"""Pages as a PowerPoint presentation that can be edited: text, tables and charts, no pictures of them."""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import islice
from typing import Any, NamedTuple

from kamnb.data.archives import fix_dates
from kamnb.display.parts.style import BLUE, INK, QUIET
from kamnb.display.parts.typeface import FAMILY
from kamnb.reports.formats.blocks import Block, Grid, Heading, Image, Run, Text
from kamnb.reports.formats.office import describe_file, plain_text
from kamnb.reports.formats.slides.boxes import describe_shape, write_box
from kamnb.reports.formats.slides.charts import add_chart
from kamnb.reports.formats.slides.layout import HEIGHT, LEFT, WIDTH, Placed, Slide, lay_out
from kamnb.reports.formats.slides.sizes import HANG, INSET, count_lines, fit_picture, indent
from kamnb.reports.formats.slides.tables import write_table

_TITLES, _ABOUT, _FOOT = (24, 20, 16), 12, 9
"""Points of type."""
_ONLY_TITLE = 5
"""The layout of the template that is kept."""


class Deck(NamedTuple):
    """A page as slides: its blocks, and how many of its slides are taken; all where nothing is said."""

    blocks: Sequence[Block]
    most: int | None = None


def render_slides(decks: Sequence[Deck], title: str, day: date, lang: str = "en-GB") -> bytes:
    """Return the bytes of a .pptx; the same blocks give the same bytes.

    Parameters
    ----------
    decks : sequence of Deck
    title : str
    day : date
        Stands in the file as when it was made.
    lang : str
    """
    import pptx

    presentation = pptx.Presentation()
    _set_up(presentation, title, day, lang)
    for deck in decks:
        for slide in islice(lay_out(deck.blocks), deck.most):
            _write_slide(presentation, slide, title, day)
    for slide in presentation.slides:
        for words in slide._element.iter("{*}rPr", "{*}endParaRPr"):
            words.set("lang", lang)
    buffer = BytesIO()
    presentation.save(buffer)
    return fix_dates(buffer.getvalue(), saved_on=day)


def _set_up(presentation: Any, title: str, day: date, lang: str) -> None:
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.util import Inches

    master, kept = presentation.slide_master, presentation.slide_layouts[_ONLY_TITLE]
    for layout in [each for each in master.slide_layouts if each is not kept]:
        master.slide_layouts.remove(layout)
    wider = Inches(WIDTH) / presentation.slide_width
    presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for shape in [*master.placeholders, *kept.placeholders]:
        shape.left, shape.top = round(shape.left * wider), shape.top
        shape.width, shape.height = round(shape.width * wider), shape.height
    for place in (master, kept):
        _place_title(next(shape for shape in place.placeholders if "Title" in shape.name))
    _set_title_style(master)
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = re.sub(rb'(<a:latin typeface=")[^"]*', rb"\g<1>" + FAMILY.encode(), theme.blob)
    for relations, kind in ((presentation.part._rels, "PRINTER_SETTINGS"), (presentation.part.package._rels, "THUMBNAIL")):
        for key in [key for key, each in relations.items() if each.reltype == getattr(RELATIONSHIP_TYPE, kind)]:
            relations.pop(key)
    describe_file(presentation.core_properties, title, day, lang)


def _place_title(shape: Any) -> None:
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (Inches(each) for each in (LEFT, 0.3, WIDTH - 2 * LEFT, 0.55))
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = Inches(INSET)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE


def _set_title_style(master: Any) -> None:
    """Let titles stand to the left, in the colour of the house."""
    from pptx.oxml.ns import qn

    level = next(master._element.iter(qn("p:titleStyle"))).find(qn("a:lvl1pPr"))
    level.set("algn", "l")
    run = level.find(qn("a:defRPr"))
    run.set("sz", str(100 * _TITLES[0]))
    run.set("b", "1")
    for colour in run.iter(qn("a:schemeClr")):
        colour.getparent().replace(colour, colour.makeelement(qn("a:srgbClr"), {"val": BLUE.lstrip("#")}))


def _write_slide(presentation: Any, slide: Slide, title: str, day: date) -> None:
    written = presentation.slides.add_slide(presentation.slide_layouts[0])
    _write_title(written.shapes.title, slide.title)
    if slide.subtitle:
        write_box(written, (LEFT, 0.82, WIDTH - 2 * LEFT, 0.3), [Text((Run(slide.subtitle),))], _ABOUT, QUIET)
    for number, placed in enumerate(slide.placed):
        shape = _write_block(written, placed, day)
        shape.name = f"{type(placed.block).__name__} {number + 1}"
    _write_foot(written, title)
    if slide.notes:
        written.notes_slide.notes_text_frame.text = plain_text(slide.notes)


def _write_title(shape: Any, words: str) -> None:
    """Write a title on one line, smaller where it is long."""
    from pptx.util import Pt

    shape.text = plain_text(words)
    width = WIDTH - 2 * LEFT
    size = next((size for size in _TITLES if count_lines(words, width, size, bold=True) == 1), _TITLES[-1])
    if size < _TITLES[0]:
        shape.text_frame.paragraphs[0].font.size = Pt(size)


def _write_foot(slide: Any, title: str) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    box = write_box(slide, (LEFT, HEIGHT - 0.36, WIDTH / 2, 0.25), [Text((Run(title),))], _FOOT, QUIET)
    box.name = "Title of the presentation"
    number = write_box(slide, (WIDTH - LEFT - 1, HEIGHT - 0.36, 1, 0.25), [Text((Run(""),))], _FOOT, QUIET)
    number.name = "Slide number"
    paragraph = number.text_frame.paragraphs[0]
    field = f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr sz="{100 * _FOOT}"/>'
    paragraph._p.insert(0, parse_xml(f"{field}<a:t>‹#›</a:t></a:fld>"))
    paragraph.alignment = PP_ALIGN.RIGHT


def _write_block(slide: Any, placed: Placed, day: date) -> Any:
    block = placed.block
    if isinstance(block, Grid):
        return write_table(slide, block, placed)
    if isinstance(block, Image):
        return _write_image(slide, block, placed, day)
    place = [placed.left, placed.top, placed.width, placed.height]
    if isinstance(block, Heading):
        return write_box(slide, place, [Text((Run(block.text),))], placed.size + 1, BLUE, bold=True)
    assert isinstance(block, Text)
    return _write_text(slide, block, place, placed.size)


def _write_text(slide: Any, text: Text, place: Sequence[float], size: float) -> Any:
    left, top, width, height = place
    behind = indent(text)
    colour = QUIET if text.kind == "note" else INK
    box = write_box(slide, (left + behind, top, width - behind, height), [text], size, colour)
    if text.depth:
        _hang(box.text_frame.paragraphs[0], text.kind)
    return box


def _hang(paragraph: Any, kind: str) -> None:
    """Let a paragraph of a list hang from its bullet or number."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls
    from pptx.util import Inches

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Inches(HANG)))
    properties.set("indent", str(-Inches(HANG)))
    mark = '<a:buAutoNum {} type="arabicPeriod"/>' if kind == "numbered" else '<a:buChar {} char="•"/>'
    properties.append(parse_xml(mark.format(nsdecls("a"))))


def _write_image(slide: Any, image: Image, placed: Placed, day: date) -> Any:
    from pptx.util import Inches

    left, top, width, height = (Inches(each) for each in (placed.left, placed.top, placed.width, placed.height))
    if image.chart:
        frame = add_chart(slide, image.chart, (left, top, width, height), placed.size, day)
    else:
        frame = slide.shapes.add_picture(BytesIO(image.png), left, top, *map(Inches, fit_picture(image, placed.width)))
    describe_shape(frame, image.alt)
    return frame

"""A page as a Word document that an account manager can edit: real headings, tables with repeated heads, pictures with words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from kamnb.data.archives import fix_dates
from kamnb.display.parts.typeface import FAMILY
from kamnb.reports.formats.blocks import Beside, Block, Grid, Heading, Image, PageEnd, Run, Text, Together
from kamnb.reports.formats.embedding import embed_typeface
from kamnb.reports.formats.office import describe_file, plain_text
from kamnb.reports.formats.word_tables import (
    CELL,
    WIDTH,
    add_table,
    leave_space,
    make_element,
    set_padding,
    write_grid,
)

_MARGINS = {"top": 10, "right": 14, "bottom": 12, "left": 14}  # millimetres of A4, as in print; the lines below too
_SIZES = {"Normal": 9, "Heading 1": 10.5, "Heading 2": 9, "Heading 3": 9, "Title": 15, "Subtitle": 8, "Caption": 8, "Footer": 8}
_LINE = 0.822  # of the height that the typeface asks for: lines 1.17 times the size of type
_SPACES = {"Normal": (0, 1.5), "Title": (0, 3), "Subtitle": (0, 1), "Heading 1": (3.2, 0.8), "Heading 2": (3, 1),
           "Caption": (1, 0),
           "List Bullet": (0, 0.5), "List Number": (0, 0.5)}  # fmt: skip
"""Points before and after a paragraph."""

_BLUE, _QUIET = "12436D", "5F6368"
_STYLES = {"bullet": "List Bullet", "numbered": "List Number", "note": "Caption", "kind": "Subtitle", "subtitle": "Subtitle"}


def render_word(blocks: Sequence[Block], title: str, day: date, lang: str = "en-GB") -> bytes:
    """Return the bytes of a .docx; the same blocks give the same bytes.

    Parameters
    ----------
    blocks : sequence of Block
    title : str
    day : date
        Stands in the file as when it was made.
    lang : str
    """
    import docx

    document = docx.Document()
    _set_up(document, title, day, lang)
    start, ends_page = 0, False
    for block in blocks:
        if isinstance(block, Together):
            start = len(document.element.body) - 1  # the last is the section
        elif isinstance(block, PageEnd):
            ends_page = True
            continue
        else:
            before = len(document.element.body)
            _WRITERS[type(block)](document, block)
            if ends_page:
                _begin_page(document.element.body[before - 1])
        ends_page = False
    _keep_together(list(document.element.body)[start:] if start else [])
    buffer = BytesIO()
    document.save(buffer)
    return fix_dates(buffer.getvalue())


def _set_up(document: Any, title: str, day: date, lang: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height, section.footer_distance = Mm(210), Mm(297), Mm(5)
    for side, millimetres in _MARGINS.items():
        setattr(section, f"{side}_margin", Mm(millimetres))
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.italic = FAMILY, Pt(size), False
        style.font.color.rgb = RGBColor.from_string({"Normal": "222222"}.get(name, _QUIET if size == CELL else _BLUE))
        style.paragraph_format.line_spacing = _LINE
        fonts = style.element.rPr.rFonts
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):  # a theme's fonts would come before the font
            fonts.attrib.pop(qn(f"w:{kind}Theme"), None)
            fonts.set(qn(f"w:{kind}"), FAMILY)
    document.styles["Normal"].element.get_or_add_rPr().append(make_element("w:lang", val=lang))
    for name, (before, after) in _SPACES.items():
        style = document.styles[name].paragraph_format
        style.space_before, style.space_after = Pt(before), Pt(after)
    document.styles["Caption"].font.bold = False
    for spaced in document.styles.element.iter(qn("w:rPr")):
        for spacing in spaced.findall(qn("w:spacing")):
            spaced.remove(spacing)
    embed_typeface(document)
    _set_bullets(document)
    describe_file(document.core_properties, title, day, lang)
    document.core_properties.last_printed = document.core_properties.created
    _number_pages(section, title)


def _set_bullets(document: Any) -> None:
    """Take bullets from the typeface: the template's are of a font that only Windows has."""
    from docx.oxml.ns import qn

    for level in document.part.numbering_part.element.iter(qn("w:lvl")):
        if level.find(qn("w:numFmt")).get(qn("w:val")) == "bullet":
            level.find(qn("w:lvlText")).set(qn("w:val"), "•")
            for fonts in level.iter(qn("w:rFonts")):
                for kind in list(fonts.attrib):
                    fonts.attrib[kind] = FAMILY if kind != qn("w:hint") else "default"


def _number_pages(section: Any, title: str) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Inches

    footer = section.footer.paragraphs[0]
    stops = footer.style.paragraph_format.tab_stops
    while len(stops):  # the style's own are for other margins
        del stops[0]
    stops.add_tab_stop(Inches(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{plain_text(title)}\tpage ")
    _add_field(footer, "PAGE")
    footer.add_run(" of ")
    _add_field(footer, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    """Put a field that Word and LibreOffice fill in themselves."""
    for part in (make_element("w:fldChar", fldCharType="begin"), code, make_element("w:fldChar", fldCharType="end")):
        run = paragraph.add_run()
        if isinstance(part, str):
            text = make_element("w:instrText")
            text.text = part
            run._r.append(text)
        else:
            run._r.append(part)


def _write_heading(document: Any, heading: Heading) -> None:
    style = "Title" if heading.level == 1 else f"Heading {heading.level - 1}"
    _add_paragraph(document, style).add_run(plain_text(heading.text))


def _add_paragraph(place: Any, style: str | None) -> Any:
    """Add a paragraph in a style, by its id in the template: by its name, all styles would be read for each paragraph."""
    paragraph = place.add_paragraph()
    if style:
        paragraph._p.style = style.replace(" ", "")
    return paragraph


def _write_text(document: Any, text: Text) -> None:
    from docx.shared import Inches, Pt

    paragraph = _add_paragraph(document, _STYLES.get(text.kind))
    if text.depth > 1:
        paragraph.paragraph_format.left_indent = Inches(0.25 * text.depth)
    for run in text.runs:
        _write_run(paragraph, run)
    if text.kind == "printed":
        for written in paragraph.runs:
            written.font.name, written.font.size = "Courier New", Pt(8)


def _write_run(paragraph: Any, run: Run) -> None:
    written = paragraph.add_run(plain_text(run.text))
    written.bold, written.italic = run.bold or None, run.italic or None


def _divide_width(beside: Beside) -> list[float]:
    """Give a picture the width that it has, or where they are too wide together its share, and to the others what is left."""
    taken = [max((block.width for block in side if isinstance(block, Image)), default=0.0) for side in beside.sides]
    taken = [width * min(1.0, WIDTH / (sum(taken) or WIDTH)) for width in taken]
    left = (WIDTH - sum(taken)) / (taken.count(0.0) or 1)
    return [width or left for width in taken]


def _write_beside(document: Any, beside: Beside) -> None:
    """Write what stands side by side into the cells of a table without lines."""
    from docx.shared import Inches

    table = add_table(document, 1, len(beside.sides), WIDTH)
    table.autofit = False
    table._tbl.tblPr.append(set_padding())
    widths = _divide_width(beside)
    for column, width in zip(table.columns, widths, strict=True):  # LibreOffice goes by the columns, Word by the cells
        column.width = Inches(width)
    for side, cell, width in zip(beside.sides, table.rows[0].cells, widths, strict=True):
        first = cell.paragraphs[0]._p
        for block in side:
            if isinstance(block, Grid):
                write_grid(cell, block, width - 0.15)
            elif isinstance(block, Image):
                _write_image(cell, replace(block, width=min(block.width, width)))
            else:
                _WRITERS[type(block)](cell, block)
        if len(cell._tc) > 2:  # a cell needs one paragraph
            first.getparent().remove(first)
    leave_space(document, 1)


def _begin_page(element: Any) -> None:
    """Let an element stand first on its page."""
    paragraph = next(element.iter("{*}p"))
    paragraph.get_or_add_pPr().pageBreakBefore_val = True


def _keep_together(elements: Sequence[Any]) -> None:
    """Let no page end between these."""
    paragraphs = [each for element in elements for each in element.iter("{*}p")]
    for paragraph in paragraphs[:-1]:
        paragraph.get_or_add_pPr().keepNext_val = True


def _write_image(place: Any, image: Image) -> None:
    from docx.shared import Inches, Pt

    paragraph = place.add_paragraph()
    run = paragraph.add_run()
    shape = run.add_picture(BytesIO(image.png), width=Inches(min(image.width, WIDTH)))
    paragraph.paragraph_format.line_spacing, run.font.size = 1.0, Pt(1)
    shape._inline.docPr.set("descr", plain_text(image.alt))
    shape._inline.docPr.set("title", "")


_WRITERS: dict[type, Any] = {
    Heading: _write_heading, Text: _write_text, Grid: write_grid, Image: _write_image, Beside: _write_beside,
}  # fmt: skip

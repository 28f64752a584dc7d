"""A page as a Word document that an account manager can edit: real headings, tables with repeated heads, pictures with words."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from kamnb.data.archives import fix_dates
from kamnb.reports.formats.blocks import Block, Grid, Heading, Image, Run, Text

_WIDTH = 6.7  # inches of text on A4 with the margins below
_MARGIN = 0.78
_FONT = "Arial"
_SIZES = {"Normal": 9.5, "Heading 1": 14, "Heading 2": 12, "Heading 3": 10.5, "Title": 20, "Subtitle": 9.5, "Caption": 8.5}
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
    for block in blocks:
        _WRITERS[type(block)](document, block)
    buffer = BytesIO()
    document.save(buffer)
    return fix_dates(buffer.getvalue())


def _set_up(document: Any, title: str, day: date, lang: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Inches, Mm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Inches(_MARGIN)
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.italic = _FONT, Pt(size), False
        style.font.color.rgb = RGBColor.from_string({"Normal": "222222", "Subtitle": _QUIET, "Caption": _QUIET}.get(name, _BLUE))
        fonts = style.element.rPr.rFonts
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):  # a theme's fonts would come before the font
            fonts.attrib.pop(qn(f"w:{kind}Theme"), None)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(4)
    normal.element.get_or_add_rPr().append(_element("w:lang", val=lang))
    document.styles["Title"].paragraph_format.space_after = Pt(4)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(12)
    document.styles["Caption"].font.bold = False
    properties = document.core_properties
    made = datetime(day.year, day.month, day.day)
    properties.title, properties.author, properties.comments, properties.language = _plain(title), "", "", lang
    properties.created = properties.modified = properties.last_printed = made
    properties.last_modified_by, properties.revision = "", 1
    _number_pages(section, title)


def _number_pages(section: Any, title: str) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Inches

    footer = section.footer.paragraphs[0]
    stops = footer.style.paragraph_format.tab_stops
    while len(stops):  # the style's own are for other margins
        del stops[0]
    stops.add_tab_stop(Inches(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{_plain(title)}\tpage ")
    _add_field(footer, "PAGE")
    footer.add_run(" of ")
    _add_field(footer, "NUMPAGES")


def _add_field(paragraph: Any, code: str) -> None:
    """Put a field that Word and LibreOffice fill in themselves."""
    for part in (_element("w:fldChar", fldCharType="begin"), code, _element("w:fldChar", fldCharType="end")):
        run = paragraph.add_run()
        if isinstance(part, str):
            text = _element("w:instrText")
            text.text = part
            run._r.append(text)
        else:
            run._r.append(part)


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _write_heading(document: Any, heading: Heading) -> None:
    document.add_heading(_plain(heading.text), level=0 if heading.level == 1 else min(heading.level - 1, 9))


def _write_text(document: Any, text: Text) -> None:
    from docx.shared import Inches, Pt

    paragraph = document.add_paragraph(style=_STYLES.get(text.kind))
    if text.depth > 1:
        paragraph.paragraph_format.left_indent = Inches(0.25 * text.depth)
    for run in text.runs:
        _write_run(paragraph, run)
    if text.kind == "printed":
        for written in paragraph.runs:
            written.font.name, written.font.size = "Courier New", Pt(8)


def _write_run(paragraph: Any, run: Run) -> None:
    written = paragraph.add_run(_plain(run.text))
    written.bold, written.italic = run.bold or None, run.italic or None


def _write_grid(document: Any, grid: Grid) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches, Pt

    if grid.caption:
        caption = document.add_paragraph(style="Normal")
        caption.add_run(_plain(grid.caption)).bold = True
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before = Pt(6)
    if not grid.heads:
        return
    lines = [grid.heads, *(grid.rows or (("none", *[""] * (len(grid.heads) - 1)),))]
    table = document.add_table(rows=len(lines), cols=len(grid.heads))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    table._tbl.tblPr.append(_draw_lines())
    widths = _share_width(grid)
    for width, column in zip(widths, table.columns, strict=True):
        column.width = Inches(width)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for line, cells in zip(lines, table.rows, strict=True):
        cells._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        for place, (text, cell) in enumerate(zip(line, cells.cells, strict=True)):
            cell.width = Inches(widths[place])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if grid.numeric[place] else WD_ALIGN_PARAGRAPH.LEFT
            written = paragraph.add_run(_plain(text))
            written.font.size, written.bold = Pt(8.5), line is grid.heads or None
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _draw_lines() -> Any:
    """Return the lines of a table: above and below in ink, quiet ones between rows."""
    borders = _element("w:tblBorders")
    for side, size, colour in (("top", "6", "222222"), ("bottom", "6", "222222"), ("insideH", "4", "D0D3D6")):
        borders.append(_element(f"w:{side}", val="single", sz=size, space="0", color=colour))
    return borders


def _share_width(grid: Grid) -> list[float]:
    """Share the page among the columns by their longest words and texts, so that short ones do not break."""
    columns = [[grid.heads[place], *(row[place] for row in grid.rows)] for place in range(len(grid.heads))]
    least = [0.07 * max((len(word) for text in column for word in text.split()), default=1) + 0.18 for column in columns]
    wanted = [max(low, 0.06 * max(map(len, column), default=1) + 0.18) for low, column in zip(least, columns, strict=True)]
    spare = max(_WIDTH - sum(least), 0.0)
    above = [want - low for want, low in zip(wanted, least, strict=True)]
    given = [low + spare * more / sum(above) if sum(above) else low for low, more in zip(least, above, strict=True)]
    scale = min(1.0, _WIDTH / sum(given))
    return [width * scale for width in given]


def _write_image(document: Any, image: Image) -> None:
    from docx.shared import Inches

    shape = document.add_picture(BytesIO(image.png), width=Inches(min(image.width, _WIDTH)))
    shape._inline.docPr.set("descr", _plain(image.alt))
    shape._inline.docPr.set("title", "")


def _plain(text: str) -> str:
    """Leave out signs that XML cannot hold."""
    return _REFUSED.sub("", text)


_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WRITERS: dict[type, Any] = {Heading: _write_heading, Text: _write_text, Grid: _write_grid, Image: _write_image}

"""Tables of a Word document: real heads, columns by what their cells need, no row parted by the end of a page."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from kamnb.display.parts.typeface import measure_text
from kamnb.reports.formats.blocks import Grid
from kamnb.reports.formats.office import plain_text

WIDTH = (210 - 2 * 14) / 25.4
"""Inches of text on A4 within the margins."""
CELL = 8
"""Points of the type of tables."""

_LINE = 0.773  # of the height that the typeface asks for
_GAP = 6  # points between columns
_STEP = 0.05
_WHOLE = 11
"""Characters of a cell that are not parted, such as those of a day; a heading may be."""


def write_grid(place: Any, grid: Grid, width: float = WIDTH) -> None:
    """Write a table into a document or a cell, as wide as said, in inches."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Inches

    if grid.caption:
        _write_caption(place, grid.caption)
    if not grid.heads:
        return
    lines = [grid.heads, *(grid.rows or (("none", *[""] * (len(grid.heads) - 1)),))]
    table = add_table(place, len(lines), len(grid.heads), width)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    table._tbl.tblPr.append(_draw_lines())
    table._tbl.tblPr.append(set_padding())
    widths = share_width(grid, width)
    for share, column in zip(widths, table.columns, strict=True):
        column.width = Inches(share)
    table.rows[0]._tr.get_or_add_trPr().append(make_element("w:tblHeader"))
    for line, row in zip(lines, table.rows, strict=True):
        _write_row(row, line, grid, widths)
    leave_space(place, 2)


def add_table(place: Any, rows: int, columns: int, width: float) -> Any:
    """Add a table to a document or a cell."""
    from docx.blkcntnr import BlockItemContainer
    from docx.shared import Inches

    return BlockItemContainer.add_table(getattr(place, "_body", place), rows, columns, Inches(width))


def _write_caption(place: Any, words: str) -> None:
    from docx.shared import Pt

    caption = place.add_paragraph()
    caption.add_run(plain_text(words)).bold = True
    caption.runs[0].font.size = Pt(CELL)
    layout = caption.paragraph_format
    layout.keep_with_next, layout.space_before, layout.space_after = True, Pt(1), Pt(0.5)


def _write_row(row: Any, line: Sequence[str], grid: Grid, widths: list[float]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches, Pt

    row._tr.get_or_add_trPr().append(make_element("w:cantSplit"))
    for place, (text, cell) in enumerate(zip(line, row.cells, strict=True)):
        cell.width = Inches(widths[place])
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), _LINE
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if grid.numeric[place] else WD_ALIGN_PARAGRAPH.LEFT
        written = paragraph.add_run(plain_text(text))
        written.font.size, written.bold = Pt(CELL), line is grid.heads or None
        mark = make_element("w:rPr")  # an empty cell is as high as the size of its mark asks for
        mark.append(make_element("w:sz", val=str(int(2 * CELL))))
        paragraph._p.get_or_add_pPr().append(mark)


def leave_space(document: Any, points: float) -> None:
    """Put a paragraph of nothing, without which two tables would be one."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    space = document.add_paragraph().paragraph_format
    space.line_spacing_rule, space.line_spacing, space.space_after = WD_LINE_SPACING.EXACTLY, Pt(points), Pt(0)


def _draw_lines() -> Any:
    """Return the lines of a table: above and below in ink, quiet ones between rows."""
    borders = make_element("w:tblBorders")
    for side, size, colour in (("top", "6", "222222"), ("bottom", "6", "222222"), ("insideH", "4", "D0D3D6")):
        borders.append(make_element(f"w:{side}", val="single", sz=size, space="0", color=colour))
    return borders


def set_padding() -> Any:
    """Return the space within cells, in twentieths of a point."""
    margins = make_element("w:tblCellMar")
    for side, width in (("top", "6"), ("left", "0"), ("bottom", "6"), ("right", str(20 * _GAP))):
        margins.append(make_element(f"w:{side}", w=width, type="dxa"))
    return margins


def share_width(grid: Grid, width: float) -> list[float]:
    """Share the page among the columns: room for numbers, days and the longest word in each, then so that few lines wrap."""
    columns, widths = _list_columns(grid), find_least_widths(grid)
    wanted = [max(_measure(text, bold) for text, bold in column) for column in columns]
    scale = min(1.0, width / sum(widths))
    widths = [each * scale for each in widths]
    ways = (_widen(widths, wanted, width), _widen(_complete(widths, wanted, width), wanted, width))
    needs = [[_measure(text, bold) for text, bold in column] for column in columns]
    return min(ways, key=lambda way: sum(max(map(_count_lines, row, way)) for row in zip(*needs, strict=True)))


def find_least_widths(grid: Grid) -> list[float]:
    """Return the widths of columns, in inches, in which no word, number or day is parted."""
    return [max(_measure(part, bold) for text, bold in column for part in _part(text, bold)) for column in _list_columns(grid)]


def _list_columns(grid: Grid) -> list[list[tuple[str, bool]]]:
    """Return the texts of each column, and whether they are bold."""
    return [[(grid.heads[place], True), *((row[place], False) for row in grid.rows)] for place in range(len(grid.heads))]


def _widen(widths: list[float], wanted: list[float], width: float) -> list[float]:
    """Give what is left of the page to what wraps most, and then to all alike."""
    widths = [*widths]
    for _ in range(int((width - sum(widths)) / _STEP)):
        widest = max(range(len(widths)), key=lambda place: wanted[place] / widths[place])
        widths[widest] += _STEP
    return [each + (width - sum(widths)) / len(widths) for each in widths]


def _complete(widths: list[float], wanted: list[float], width: float) -> list[float]:
    """Let as many columns as possible wrap nothing, those first that lack least."""
    widths, room = [*widths], width - sum(widths)
    for place in sorted(range(len(widths)), key=lambda place: wanted[place] - widths[place]):
        lack = max(wanted[place] - widths[place], 0.0)
        if lack <= room:
            widths[place], room = widths[place] + lack, room - lack
    return widths


def _count_lines(need: float, width: float) -> int:
    return ceil(need / width - 1e-9)


def _part(text: str, bold: bool) -> list[str]:
    return [text] if len(text) <= _WHOLE and not bold else text.split() or [""]


def _measure(text: str, bold: bool) -> float:
    """Return the inches that a text takes in a cell, the space beside it included."""
    return (measure_text(text, bold) * CELL + _GAP + 0.5) / 72


def make_element(name: str, **attributes: str) -> Any:
    """Make an element of WordprocessingML."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element

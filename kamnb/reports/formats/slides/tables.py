"""Tables and tiles of a slide, as tables that can be edited."""

from collections.abc import Sequence
from typing import Any

from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import INK, LINE, WASH
from kamnb.reports.formats.blocks import Grid, Run, Text
from kamnb.reports.formats.slides.boxes import describe_shape, read_colour, write_box, write_runs
from kamnb.reports.formats.slides.layout import Placed
from kamnb.reports.formats.slides.sizes import INSET, find_widths, list_tile_sizes, measure_rows, measure_tiles


def write_table(slide: Any, grid: Grid, placed: Placed) -> Any:
    """Write a table where it is placed on a slide, and return its frame."""
    if grid.is_tiles:
        return _write_tiles(slide, grid, placed)
    caption, *heights = measure_rows(grid, placed.width, placed.size)
    if caption:
        place = (placed.left, placed.top, placed.width, caption)
        write_box(slide, place, [Text((Run(grid.caption),))], placed.size, bold=True).name = "Caption"
    widths = find_widths(grid, placed.width, placed.size)
    lines = (grid.heads, *grid.rows)
    frame = _add_table(slide, (placed.left, placed.top + caption), widths, heights)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            cell = frame.table.cell(row, column)
            _write_cell(cell, text, placed.size, bold=not row, right=grid.numeric[column])
            _rule(cell, INK if row in (0, len(lines) - 1) else LINE)
    describe_shape(frame, f"{grid.caption or 'Table'}: {', '.join(grid.heads)}; {count_of(len(grid.rows), 'row')}.")
    return frame


def _write_tiles(slide: Any, grid: Grid, placed: Placed) -> Any:
    sizes, count = list_tile_sizes(placed.size), len(grid.rows)
    frame = _add_table(
        slide, (placed.left, placed.top), [placed.width / count] * count, measure_tiles(grid, placed.width, placed.size)
    )
    for column, tile in enumerate(grid.rows):
        for row, (text, size) in enumerate(zip(tile, sizes, strict=True)):
            cell = frame.table.cell(row, column)
            _write_cell(cell, text, size, bold=row == 1)
            cell.fill.solid()
            cell.fill.fore_color.rgb = read_colour(WASH)
    describe_shape(frame, f"{grid.caption}: {'; '.join(f'{tile[0]} {tile[1]}' for tile in grid.rows)}.")
    return frame


def _add_table(slide: Any, at: tuple[float, float], widths: Sequence[float], heights: Sequence[float]) -> Any:
    """Add an empty table without a style of its own, at left and top in inches."""
    from pptx.util import Inches

    frame = slide.shapes.add_table(len(heights), len(widths), *map(Inches, (*at, sum(widths), sum(heights))))
    table = frame.table
    table.horz_banding = False
    table._tbl.tblPr.find("{*}tableStyleId").text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Inches(width)
    for row, height in zip(table.rows, heights, strict=True):
        row.height = Inches(height)
    return frame


def _write_cell(cell: Any, text: str, size: float, *, bold: bool = False, right: bool = False) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    cell.margin_left = cell.margin_right = Inches(INSET)
    cell.margin_top = cell.margin_bottom = Inches(INSET / 2)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    write_runs(paragraph, Text((Run(text),)), size, INK, bold)


def _rule(cell: Any, colour: str) -> None:
    """Draw a line below a cell."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    line = f'<a:lnB {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill></a:lnB>'
    cell._tc.get_or_add_tcPr().insert(0, parse_xml(line))

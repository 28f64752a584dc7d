"""Charts of a slide that PowerPoint draws and lets edit: lines, bars and bubbles, each with its numbers in a sheet of its own."""

import math
from dataclasses import replace
from datetime import date
from typing import Any

from kamnb.data.archives import fix_dates
from kamnb.data.currency import UNITS
from kamnb.display.parts.charts import Chart, Scale
from kamnb.display.parts.style import INK, LINE, QUIET
from kamnb.reports.formats.slides.boxes import read_colour
from kamnb.reports.formats.slides.labels import choose_sides, find_ground

_LEAST = 8.0
"""Points of type."""

BUBBLES = 0.5
"""By which bubbles are smaller than a program draws them of itself."""


def add_chart(slide: Any, chart: Chart, place: tuple[Any, Any, Any, Any], size: float, day: date) -> Any:
    """Add a chart to a slide of python-pptx and return its frame.

    Parameters
    ----------
    slide : Slide of python-pptx
    chart : Chart
    place : left, top, width and height
    size : float
        Points of its type.
    day : date
        Stands in its sheet as when it was made.
    """
    from pptx.enum.chart import XL_CHART_TYPE

    kinds = {"lines": XL_CHART_TYPE.LINE, "bars": XL_CHART_TYPE.BAR_CLUSTERED, "bubbles": XL_CHART_TYPE.BUBBLE}
    if chart.kind == "bubbles":  # LibreOffice loses those that stand before a longer one
        chart = replace(chart, series=tuple(sorted(chart.series, key=lambda each: -len(each.values))))
    frame = slide.shapes.add_chart(kinds[chart.kind], *place, _fill(chart))
    drawn = frame.chart
    workbook = drawn.part.chart_workbook.xlsx_part
    workbook._blob = fix_dates(workbook.blob, saved_on=day)
    _set_type(drawn.font, max(size - 2, _LEAST))
    drawn.has_title = False
    if chart.kind == "bubbles":
        _name_bubbles(drawn, chart, frame.width.inches, frame.height.inches, find_name_size(size))
    _DRAWN[chart.kind](drawn, chart, max(size - 2, _LEAST))
    return frame


def _fill(chart: Chart) -> Any:
    from pptx.chart.data import BubbleChartData, CategoryChartData

    if chart.kind == "bubbles":
        bubbles = BubbleChartData(number_format="0.0")
        for each in chart.series:
            own = bubbles.add_series(each.name)
            for across, up, area in zip(each.across, each.values, each.areas, strict=True):
                own.add_data_point(across, up, area)
        return bubbles
    data = CategoryChartData(number_format="General")
    data.categories = chart.categories
    for each in chart.series:
        data.add_series(each.name, each.values)
    return data


def _set_type(font: Any, size: float, colour: str = INK, bold: bool = False) -> None:
    from pptx.util import Pt

    font.size, font.bold, font.color.rgb = Pt(size), bold, read_colour(colour)


def _draw_lines(drawn: Any, chart: Chart, size: float) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    _show_legend(drawn, size)
    for own, series in zip(drawn.plots[0].series, chart.series, strict=True):
        own.smooth = False
        own.format.line.width = Pt(1.75 if series is not chart.series[0] else 2.5)
        own.format.line.color.rgb = read_colour(series.colour)
        if series.is_dashed:
            own.format.line.dash_style = MSO_LINE.DASH
        own.marker.style = XL_MARKER_STYLE.NONE
    _draw_grid(drawn.value_axis, chart.up)
    labels = drawn.value_axis.tick_labels
    labels.number_format, labels.number_format_is_linked = _format_amounts(chart.up.unit), False
    drawn.category_axis.format.line.color.rgb = read_colour(QUIET)


def _format_amounts(unit: float) -> str:
    """Return PowerPoint's code for amounts in this unit: a comma for each thousand that is left out, and a bare nought.

    Examples
    --------
    >>> _format_amounts(1.0), _format_amounts(1e6).replace("\N{NO-BREAK SPACE}", " ")
    ('#,##0', '[=0]0;#,##0,," M"')
    """
    if unit == 1.0:
        return "#,##0"
    return f'[=0]0;#,##0{"," * round(math.log10(unit) / 3)}"\N{NO-BREAK SPACE}{UNITS[unit]}"'


def _show_legend(drawn: Any, size: float) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION

    drawn.has_legend = True
    drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _set_type(drawn.legend.font, size)


def _draw_grid(axis: Any, scale: Scale) -> None:
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = read_colour(LINE)
    axis.format.line.fill.background()
    _name_axis(axis, scale.title)


def _name_axis(axis: Any, title: str) -> None:
    axis.has_title = bool(title)
    if title:
        axis.axis_title.text_frame.text = title
        axis.axis_title.text_frame.paragraphs[0].font.bold = False


def _draw_bars(drawn: Any, chart: Chart, size: float) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        _show_legend(drawn, size)
    for own, series in zip(plot.series, chart.series, strict=True):
        own.format.fill.solid()
        own.format.fill.fore_color.rgb, own.invert_if_negative = read_colour(series.colour), False
        for place, words in enumerate(series.labels):
            if words:
                _write_label(own.points[place], words, size, "OUTSIDE_END")
    _name_all(drawn.category_axis)
    if len(chart.categories) > _FEW:
        _set_type(drawn.category_axis.tick_labels.font, 0.75 * size)
    drawn.category_axis.reverse_order, drawn.category_axis.major_tick_mark = True, XL_TICK_MARK.NONE
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    drawn.category_axis.format.line.color.rgb = read_colour(QUIET)
    drawn.value_axis.visible, drawn.value_axis.has_major_gridlines = False, False
    known = [value for each in chart.series for value in each.values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])  # room for the words beside the bars
    drawn.value_axis.minimum_scale = low - 0.35 * (high - low) if low < 0 else 0.0
    drawn.value_axis.maximum_scale = high + 0.35 * (high - low) or 1.0


_FEW = 6
"""Bars up to which a name may take two lines; of more, LibreOffice would leave every other out."""


def _name_all(axis: Any) -> None:
    """Let no category be without its name."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    before = axis._element.find("{*}noMultiLvlLbl")
    before.addprevious(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>'))


def _write_label(point: Any, words: str, size: float, side: str) -> None:
    """Write at a value what it is called, on one line."""
    from pptx.enum.chart import XL_DATA_LABEL_POSITION

    point.data_label.position = getattr(XL_DATA_LABEL_POSITION, side)
    frame = point.data_label.text_frame
    frame.text, frame.word_wrap = words, False
    _set_type(frame.paragraphs[0].runs[0].font, size)


def _name_bubbles(drawn: Any, chart: Chart, width: float, height: float, size: float) -> None:
    """Write the names that have room, on a ground of known size."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    left, top, across, up = find_ground(width, height)
    ground = {"x": left / width, "y": top / height, "w": across / width, "h": up / height}
    parts = "".join(f'<c:{name} val="{part:.4f}"/>' for name, part in ground.items())
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    area = drawn._chartSpace.chart.plotArea
    for layout in area.findall("{*}layout"):
        area.remove(layout)
    area.insert(0, parse_xml(f"<c:layout {nsdecls('c')}><c:manualLayout>{modes}{parts}</c:manualLayout></c:layout>"))
    for (number, place), side in choose_sides(chart, width, height, size, BUBBLES).items():
        _write_label(drawn.plots[0].series[number].points[place], chart.series[number].labels[place], size, side)


def find_name_size(size: float) -> float:
    """Return the size of the names of bubbles in a chart of this size of type."""
    return max(size - 4, _LEAST)


def _draw_bubbles(drawn: Any, chart: Chart, size: float) -> None:
    _show_legend(drawn, size)
    for own, series in zip(drawn.plots[0].series, chart.series, strict=True):
        own.format.fill.solid()
        own.format.fill.fore_color.rgb = read_colour(series.colour)
        _let_through(own)
        own.format.line.color.rgb = read_colour(series.colour)
    drawn.plots[0].bubble_scale = round(100 * BUBBLES)
    _scale(drawn.category_axis, chart.across)
    _scale(drawn.value_axis, chart.up)


def _let_through(series: Any) -> None:
    """Let bubbles behind be seen."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    colour = series._element.spPr.find(".//{*}solidFill/{*}srgbClr")
    colour.append(parse_xml(f'<a:alpha {nsdecls("a")} val="55000"/>'))


def _scale(axis: Any, scale: Scale) -> None:
    """Give an axis its ends and where the other one crosses it; its numbers stand at the edge."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    axis.minimum_scale, axis.maximum_scale = scale.low, scale.high
    axis.reverse_order, axis.has_major_gridlines, axis.has_minor_gridlines = scale.is_reversed, False, False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.format.line.color.rgb = read_colour(QUIET)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0.0" if scale.is_log else "0", False
    _name_axis(axis, scale.title)
    if scale.step:
        axis.major_unit = scale.step
    if scale.is_log:
        axis._element.scaling.insert(0, parse_xml(f'<c:logBase {nsdecls("c")} val="10"/>'))
    axis.crosses_at = scale.crossing


_DRAWN = {"lines": _draw_lines, "bars": _draw_bars, "bubbles": _draw_bubbles}

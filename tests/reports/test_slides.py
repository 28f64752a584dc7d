"""PowerPoint of a page: native charts with their numbers, words for all that is shown, nothing beside its slide."""

import io
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest

from kamnb.display.parts.charts import Chart, Series
from kamnb.places import notebooks_folder
from kamnb.reports.formats import render_format
from kamnb.reports.formats.blocks import Grid, Heading, Image, PageEnd, Run, Text, flatten, read_blocks
from kamnb.reports.formats.slides.layout import HEIGHT, WIDTH, lay_out
from kamnb.reports.page import render_page

pptx = pytest.importorskip("pptx")
DAY = date(2026, 6, 30)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (800).to_bytes(4, "big") + (300).to_bytes(4, "big")


def read_page(name, title):
    return render_page(notebooks_folder() / f"{name}.ipynb", title, subtitle="As of 30 June 2026")


@pytest.fixture(scope="module")
def plan():
    return read_page("50_account_plan", "Veltheim Biopharma AG")


@pytest.fixture(scope="module")
def decks(plan):
    pages = {"plan": plan, "review": read_page("60_portfolio_review", "Portfolio review"),
             "matrix": read_page("30_portfolio_matrix", "Portfolio matrix")}  # fmt: skip
    return {name: (page, render_format("pptx", page, "A title", DAY)) for name, page in pages.items()}


def open_deck(content):
    return pptx.Presentation(io.BytesIO(content))


def read_words(deck):
    found = []
    for shape in (shape for slide in deck.slides for shape in slide.shapes):
        cells = [cell for row in shape.table.rows for cell in row.cells] if shape.has_table else []
        found += [each.text_frame.text for each in cells or ([shape] if shape.has_text_frame else [])]
    return found


def test_the_page_that_decides_is_one_slide_with_its_year_as_a_chart_that_can_be_edited(decks):
    _, content = decks["plan"]
    first = open_deck(content).slides[0]
    words = "\n".join(read_words(open_deck(content)))
    year, steps = (shape.chart for shape in first.shapes if shape.has_chart)
    assert first.shapes.title.text == "Veltheim Biopharma AG" and "Who ends the cause?" in words
    target = next(series for series in year.plots[0].series if series.name.startswith("Target"))
    assert target.name == "Target EUR 10,592 k" and list(target.values)[-1] == 10_592_000 and len(target.values) == 12
    assert year.value_axis.tick_labels.number_format.endswith(',"\N{NO-BREAK SPACE}k"'), "as the sums beside it"
    assert next(iter(steps.plots[0].categories)).label == "Revenue"
    assert not [shape for shape in first.shapes if shape.shape_type == 13], "no picture where a chart can be"
    assert "Revenue by month" in first.notes_slide.notes_text_frame.text


def test_the_matrix_names_its_bubbles_on_axes_that_cross_at_the_cuts(decks):
    first = open_deck(decks["matrix"][1]).slides[0]
    chart = next(shape.chart for shape in first.shapes if shape.has_chart)
    named = chart._chartSpace.xpath(".//c:dLbl//a:t")
    assert len(named) > 20 and "Veltheim Biopharma AG" in [name.text for name in named]
    assert [cross.get("val") for cross in chart._chartSpace.xpath(".//c:crossesAt")] == ["5.0", "5.0"]


def test_a_plan_s_chart_names_no_other_customer_and_tells_no_other_s_revenue(decks):
    charts = [block.chart for block in flatten(read_blocks(decks["plan"][0])) if isinstance(block, Image) and block.chart]
    (matrix,) = (chart for chart in charts if chart.kind == "bubbles")
    assert [name for series in matrix.series for name in series.labels if name] == ["Veltheim Biopharma AG"]
    assert all(area <= 1 for series in matrix.series for area in series.areas)


def test_no_table_is_lost_and_all_that_is_shown_has_its_words(decks):
    for page, content in decks.values():
        deck = open_deck(content)
        written = read_words(deck)
        for grid in (block for block in flatten(read_blocks(page)) if isinstance(block, Grid)):
            assert {text for row in grid.rows for text in row} <= set(written), grid.caption
        shown = [
            shape
            for slide in deck.slides
            for shape in slide.shapes
            if shape.has_chart or shape.has_table or shape.shape_type == 13
        ]
        assert shown and all(shape._element.xpath(".//p:cNvPr")[0].get("descr") for shape in shown)
        assert len({slide.shapes.title.text for slide in deck.slides}) == len(deck.slides), "a title names one slide"


def test_nothing_stands_beside_its_slide_or_on_another(decks):
    long = Text((Run("word " * 900),))
    rows = tuple((f"row {number}", "many words " * 20, "1") for number in range(80))
    table = Grid("Long", ("What", "Why", "How much"), rows, rows, (False, False, True))
    chart = Chart("lines", (Series("a", "#12436D", (1.0, 2.0)),), ("x", "y"))
    mess = [Heading("T", 1), long, PageEnd(), Heading("A", 2), table, Image(PNG, "wide", 7.0), Image(PNG, "year", 4.0, chart)]
    pages = [read_blocks(page) for page, _ in decks.values()]
    for slide in (slide for blocks in [mess, *pages] for slide in lay_out(blocks)):
        boxes = [(each.left, each.top, each.left + each.width, each.top + each.height) for each in slide.placed]
        assert all(left >= 0 and top > 1 and right <= WIDTH and bottom < HEIGHT - 0.3 for left, top, right, bottom in boxes)
        for place, one in enumerate(boxes):
            for other in boxes[:place]:
                apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] - 1e-6 or other[1] >= one[3] - 1e-6
                assert apart, slide.title


def test_a_presentation_says_nothing_of_who_made_it_where_and_when(decks):
    content = decks["plan"][1]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert not [name for name in names if "thumbnail" in name or "printer" in name]
        core = archive.read("docProps/core.xml").decode()
        assert core.count("2026-06-30T00:00:00Z") == 2 and "Canny" not in core and "python" not in core
        sheets = [archive.read(name) for name in names if name.endswith(".xlsx")]
        assert archive.read("ppt/theme/theme1.xml").decode().count('latin typeface="Kamnb Sans"') == 2
    for sheet in sheets:
        with zipfile.ZipFile(io.BytesIO(sheet)) as inner:
            assert inner.read("docProps/core.xml").decode().count("2026-06-30T00:00:00Z") == 2
    assert len(sheets) == 4


def _has_impress():
    found = shutil.which("soffice")
    return bool(found) and (Path(found).resolve().parent / "libsdlo.so").exists()


def name_bars(slide):
    charts = [shape.chart for shape in slide.shapes if shape.has_chart]
    return [each.label for chart in charts if chart.plots[0].categories for each in chart.plots[0].categories]


@pytest.mark.thorough  # LibreOffice at work
@pytest.mark.skipif(not _has_impress(), reason="LibreOffice Impress is not installed: presentations are not laid out")
def test_libreoffice_lays_out_every_slide_without_a_word_beside_it(decks, tmp_path):
    for name, (_, content) in decks.items():
        (tmp_path / f"{name}.pptx").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless", "--convert-to", "pdf"]
    asked = [*command, "--outdir", tmp_path, *(tmp_path / f"{name}.pptx" for name in decks)]
    subprocess.run(asked, capture_output=True, check=True, timeout=240)
    for name, (_, content) in decks.items():
        text = subprocess.run(
            ["pdftotext", "-bbox", tmp_path / f"{name}.pdf", "-"], capture_output=True, check=True
        ).stdout.decode()
        sheets = text.split("<page ")[1:]
        slides = open_deck(content).slides
        assert len(sheets) == len(slides), name
        for slide, sheet in zip(slides, sheets, strict=True):
            assert [label for label in name_bars(slide) if label.split()[0] not in sheet] == [], "no bar without its name"
        for sheet in sheets:
            ends = [list(map(float, line.split('"')[1:8:2])) for line in sheet.splitlines() if line.strip().startswith("<word")]
            assert max(end[3] for end in ends) < 72 * HEIGHT and max(end[2] for end in ends) < 72 * (WIDTH - 0.3), name

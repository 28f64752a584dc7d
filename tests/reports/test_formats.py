"""Word, Excel, PowerPoint and PDF of a page: what is in them, nothing of it computes, they are the same bytes on every day."""

import gc
import io
import shutil
import subprocess
import time
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from runs import write_data, write_notebook

from kamnb.errors import SettingsError
from kamnb.places import notebooks_folder
from kamnb.reports import formats as module
from kamnb.reports.batch import write_reports
from kamnb.reports.formats import check_formats, pdf, render_format
from kamnb.reports.formats.blocks import Beside, Grid, Heading, Image, Text, flatten, read_blocks
from kamnb.reports.formats.excel import render_excel
from kamnb.reports.order import Order
from kamnb.reports.page import render_page

docx = pytest.importorskip("docx")
openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
pytest.importorskip("pptx")
DAY = date(2026, 6, 30)
needs_pango = pytest.mark.skipif(bool(module._find_lack("pdf")), reason="WeasyPrint or its library Pango is not installed")

PAGE = """\
<main><header><p class="kind">Account plan</p><h1>Veltheim &amp; Co</h1><p class="subtitle">As of 30 June 2026</p></header>
<h2>Goals<a class="anchor-link" href="#x">¶</a></h2><p>Two <strong>open</strong> points, <em>soon</em>.</p>
<ul><li>first<ul><li>within</li></ul></li><li>second</li></ul>
<div class="kam-table"><table><caption>Deals: 2026/27</caption>
<thead><tr><th>Deal</th><th>Amount (EUR)</th><th>Share</th><th>Year</th><th>Close</th></tr></thead><tbody>
<tr><th>=HYPERLINK("http://x";"y")</th><td data-value="1234567.891">1,234,568</td><td data-value="0.314">31 %</td>
<td data-value="2027">2027</td><td data-value="2026-09-30">30 Sep 2026</td></tr>
<tr><th>+49 123</th><td>–</td>
<td data-value="-0.05">−5 %</td><td data-value="2026">2026</td><td>–</td></tr></tbody></table>
<p class="note">A dash: unknown.</p></div>
<table class="dataframe"><thead><tr><th></th><th colspan="2">revenue</th></tr>
<tr><th>name</th><th>sum</th><th>mean</th></tr></thead>
<tbody><tr><th>007</th><td>1,200.5</td><td>-3</td></tr></tbody></table>
<figure><img src="data:image/png;base64,DOT" alt="One dot." width="96" height="96"></figure><pre>printed
 twice</pre></main>"""
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PAGE = PAGE.replace("DOT", DOT)


@pytest.fixture(scope="module")
def plan():
    return render_page(notebooks_folder() / "50_account_plan.ipynb", "Veltheim Biopharma AG", subtitle="As of 30 June 2026")


def test_a_page_is_read_back_in_its_order_with_the_values_behind_its_texts():
    blocks = read_blocks(PAGE)
    kinds = [block.kind or "text" if isinstance(block, Text) else type(block).__name__ for block in blocks]
    assert kinds[:5] == ["kind", "Heading", "subtitle", "Heading", "text"]
    assert kinds[5:] == ["bullet", "bullet", "bullet", "Grid", "note", "Grid", "Image", "printed"]
    assert [(block.text, block.level) for block in blocks if isinstance(block, Heading)] == [("Veltheim & Co", 1), ("Goals", 2)]
    assert [block.depth for block in blocks if isinstance(block, Text) and block.kind == "bullet"] == [1, 2, 1]
    run = blocks[4].runs[1]
    assert (run.text, run.bold, run.italic) == ("open", True, False)
    deals, frame = (block for block in blocks if isinstance(block, Grid))
    assert deals.values[0] == ('=HYPERLINK("http://x";"y")', 1234567.891, 0.314, 2027.0, date(2026, 9, 30))
    assert deals.values[1] == ("+49 123", None, -0.05, 2026.0, None)
    assert deals.numeric == (False, True, True, True, False)
    assert frame.heads == ("name", "revenue sum", "revenue mean") and frame.values == (("007", 1200.5, -3.0),)


def test_the_plan_read_back_has_every_table_and_picture(plan):
    blocks = list(flatten(read_blocks(plan)))
    assert len([block for block in blocks if isinstance(block, Grid)]) == plan.count("<table")
    assert len([block for block in blocks if isinstance(block, Image)]) == plan.count("<img")
    assert all(block.alt for block in blocks if isinstance(block, Image))


def test_no_table_and_no_picture_of_the_plan_is_lost_in_word_and_excel(plan):
    blocks = read_blocks(plan)
    grids = [block for block in flatten(blocks) if isinstance(block, Grid)]
    assert any(isinstance(block, Beside) for block in blocks), "tables stand side by side"
    document = docx.Document(io.BytesIO(render_format("docx", plan, "Veltheim Biopharma AG", DAY)))
    shown = [[[cell.text for cell in row.cells] for row in table.rows] for table in _tables_within(document)]
    assert shown == [[list(row) for row in (grid.heads, *grid.rows)] for grid in grids]
    assert len(document.inline_shapes) == plan.count("<img")
    book = openpyxl.load_workbook(io.BytesIO(render_format("xlsx", plan, "Veltheim Biopharma AG", DAY)))
    for sheet, grid in zip(book.worksheets[1:], grids, strict=True):
        width = len(grid.heads)
        assert [cell.value or "" for cell in sheet[3][:width]] == list(grid.heads)
        known = [sum(value is not None for value in row) for row in grid.values]
        found = [sum(cell.value is not None for cell in row[:width]) for row in sheet.iter_rows(min_row=4)][: len(known)]
        assert found == known, sheet.title


def _tables_within(place):
    """Yield the tables of a document, not those without lines that only hold what stands side by side."""
    for table in place.tables:
        if "w:tblHeader" in table.rows[0]._tr.xml and not any(cell.tables for cell in table.rows[0].cells):
            yield table
        else:
            yield from (each for row in table.rows for cell in row.cells for each in _tables_within(cell))


def test_a_picture_in_word_is_no_wider_than_the_column_it_stands_in(plan):
    """LibreOffice cuts off what reaches beyond the column, whatever its cell says."""
    document, seen = docx.Document(io.BytesIO(render_format("docx", plan, "Veltheim Biopharma AG", DAY))), 0
    for table in document.tables:
        for column, cell in zip(table.columns, table.rows[0].cells, strict=True):
            for extent in cell._element.iter("{*}extent"):
                seen += 1
                assert int(extent.get("cx")) <= column.width + 9_525, "a pixel more at most"
    assert seen > 3


def test_what_stands_side_by_side_is_read_also_without_a_frame_of_its_own():
    table = "<table><thead><tr><th>Who</th></tr></thead><tbody><tr><td>{}</td></tr></tbody></table>"
    (beside,) = read_blocks(f'<main><div class="beside">{table.format("a")}\n<div>{table.format("b")}</div></div></main>')
    assert [grid.rows for side in beside.sides for grid in side] == [(("a",),), (("b",),)]


def test_word_has_real_headings_tables_and_pictures_with_words():
    document = docx.Document(io.BytesIO(render_format("docx", PAGE, "Veltheim & Co", DAY)))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    assert ("Title", "Veltheim & Co") in styles and ("Heading 1", "Goals") in styles and ("List Bullet", "within") in styles
    deals, frame = document.tables
    assert [cell.text for cell in deals.rows[0].cells] == ["Deal", "Amount (EUR)", "Share", "Year", "Close"]
    assert deals.rows[1].cells[0].text == '=HYPERLINK("http://x";"y")'
    assert "w:tblHeader" in deals.rows[0]._tr.xml and len(frame.rows) == 2
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "One dot."
    assert document.core_properties.created == datetime(2026, 6, 30, tzinfo=document.core_properties.created.tzinfo)
    assert "NUMPAGES" in document.sections[0].footer._element.xml


def test_excel_has_a_sheet_for_each_table_numbers_as_numbers_and_nothing_that_computes():
    book = openpyxl.load_workbook(io.BytesIO(render_format("xlsx", PAGE, "Veltheim & Co", DAY)))
    assert book.sheetnames == ["Contents", "Deals 2026 27", "Goals"]
    sheet = book["Deals 2026 27"]
    assert [cell.value for cell in sheet[3]] == ["Deal", "Amount (EUR)", "Share", "Year", "Close"]
    assert [cell.value for cell in sheet[4]] == ['=HYPERLINK("http://x";"y")', 1234567.891, 0.314, 2027, datetime(2026, 9, 30)]
    assert [cell.value for cell in sheet[5]] == ["+49 123", None, -0.05, 2026, None]
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} <= {"s", "n", "d"}
    assert sheet["B4"].number_format.startswith("#,##0") and sheet["C4"].number_format.startswith("0 %")
    assert sheet["D4"].number_format.startswith("0_ ;")
    assert sheet.freeze_panes == "B4" and sheet.column_dimensions["A"].width > 20
    assert sheet["A7"].value == "A dash: unknown."
    assert book["Contents"]["A5"].hyperlink.location == "'Deals 2026 27'!A1"


def test_sheets_have_names_that_excel_takes():
    names = [
        "x" * 40,
        "x" * 40,
        "a/b:c*?[d]\\",
        "'quoted'",
        "History",
        "",
        "Contents",
        "A long caption that is cut where a word ends",
    ]
    blocks = [Grid(name, ("h",), (("1",),), ((1.0,),), (True,)) for name in names]
    sheets = openpyxl.load_workbook(io.BytesIO(render_excel(blocks, "T", DAY))).sheetnames
    assert len(set(map(str.lower, sheets))) == len(sheets) == len(names) + 1
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in sheets)
    assert "A long caption that is cut" in sheets and "History" not in sheets


@needs_pango
def test_a_pdf_is_tagged_and_has_numbered_pages(plan, tmp_path):
    content = render_format("pdf", plan, "Veltheim Biopharma AG", DAY)
    assert content.startswith(b"%PDF-1.7")
    (tmp_path / "plan.pdf").write_bytes(content)
    if not shutil.which("pdfinfo"):
        pytest.skip("pdfinfo and pdftotext (poppler) are not installed: the PDF was made, not read back")
    info = subprocess.run(["pdfinfo", tmp_path / "plan.pdf"], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in info and "Title:           Veltheim Biopharma AG" in info and "(A4)" in info
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "plan.pdf", "-"], capture_output=True, text=True, check=True).stdout
    pages = int(info.split("Pages:")[1].split()[0])
    assert pages <= 4 and f"page 1 of {pages}" in text and "The customer's goals" in text


@pytest.mark.parametrize("name", ["docx", "xlsx", "pptx", pytest.param("pdf", marks=needs_pango)])
def test_the_same_page_is_the_same_bytes_at_another_time(name):
    first = render_format(name, PAGE, "Veltheim & Co", DAY)
    time.sleep(2.1)  # archives keep times to two seconds
    assert render_format(name, PAGE, "Veltheim & Co", DAY) == first


def test_a_page_is_read_back_once_for_all_formats_of_it(monkeypatch):
    reads = []
    monkeypatch.setattr("kamnb.reports.formats.blocks.read_blocks", lambda page: reads.append(page) or read_blocks(page))
    for page in ("<main><h1>One</h1></main>", "<main><h1>Two</h1></main>"):
        for name in ("docx", "xlsx", "pptx"):
            render_format(name, page, "", date(2026, 6, 30))
    assert reads == ["<main><h1>One</h1></main>", "<main><h1>Two</h1></main>"]


def test_no_garbage_is_looked_for_while_a_pdf_is_made_and_again_after_it(monkeypatch):
    seen = []
    monkeypatch.setattr(pdf, "_read", lambda page: seen.append(gc.isenabled()) or SimpleNamespace(write_pdf=lambda **_: b""))
    pdf.render_pdf("<main></main>")
    assert (seen, gc.isenabled()) == ([False], True)


@needs_pango
def test_a_pdf_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    page = f'<!DOCTYPE html><html lang="en"><title>t</title><body><img alt="a" src="{secret.as_uri()}">words</body></html>'
    assert render_format("pdf", page, "t", DAY).startswith(b"%PDF")


def test_what_is_not_installed_is_told_with_the_command(monkeypatch):
    def refuse(name):
        raise OSError("cannot load library 'libpango'") if name == "weasyprint" else ModuleNotFoundError(name)

    monkeypatch.setattr(module.importlib, "import_module", refuse)
    with pytest.raises(SettingsError) as raised:
        check_formats(["html", "pdf", "docx", "xlsx", "pptx", "odt"])
    said = str(raised.value)
    assert (
        "pip install 'kamnb[office]'" in said
        and "pip install 'kamnb[slides]'" in said
        and "libpango" in said
        and 'there is no format "odt"' in said
    )


@needs_pango
@pytest.mark.thorough  # every plan of the sample in three formats
def test_every_format_of_a_users_own_notebook_and_all_plans_in_one(tmp_path):
    (tmp_path / "data").mkdir()
    data = write_data(tmp_path / "data", ["001", "=1+1"])
    cells = ["import pandas as pd", "pd.DataFrame({'account': [account_id], 'revenue': [12.5]})", "print('printed')"]
    notebook = write_notebook(tmp_path / "own.ipynb", *cells)
    asked = Order(data, notebook=notebook, output=tmp_path / "out", formats=("html", "pdf", "docx", "xlsx", "pptx"))
    said = []
    made = write_reports(asked, say=said.append)
    assert not made.failures and len(made.pages) == 2
    names = sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_file() and path.name != ".lock")
    stems = sorted(page.stem for page in made.pages.values())
    books = ["all_plans.pdf", "all_plans.pptx"]
    expected = [f"{stem}.{name}" for stem in stems for name in ("docx", "html", "pdf", "pptx", "xlsx")]
    assert names == sorted([*expected, *books, "criteria.toml", "index.html", "run.json", "timings.json"])
    book = openpyxl.load_workbook(tmp_path / "out" / f"{made.pages['=1+1'].stem}.xlsx")
    assert [[cell.value for cell in row] for row in book[book.sheetnames[1]]["B3:C4"]] == [["account", "revenue"], ["=1+1", 12.5]]
    before = {name: (tmp_path / "out" / name).read_bytes() for name in [*expected, *books]}
    (tmp_path / "out" / f"{stems[0]}.docx").unlink()
    again = write_reports(asked, say=said.append)
    assert len(again.causes) == len(again.kept) == 1 and "(kept)" in said[-1]
    assert {name: (tmp_path / "out" / name).read_bytes() for name in before} == before


@pytest.mark.thorough  # LibreOffice at work
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: Word and Excel files are not opened in it")
def test_libreoffice_opens_word_and_excel(plan, tmp_path):
    for name in ("docx", "xlsx"):
        (tmp_path / f"plan.{name}").write_bytes(render_format(name, plan, "Veltheim Biopharma AG", DAY))
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for source, target in (("docx", "txt:Text"), ("xlsx", "pdf")):
        command = ["soffice", home, "--headless", "--convert-to", target, "--outdir", tmp_path, tmp_path / f"plan.{source}"]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
    text = (tmp_path / "plan.txt").read_text(encoding="utf-8")
    assert "The customer's goals" in text and "Open the second filling line in Peine" in text
    assert (tmp_path / "plan.pdf").stat().st_size > 10_000

"""The spreadsheet of a plan holds every table of the account in full, values as computed, also as LibreOffice opens it."""

import io
import shutil
import subprocess
from datetime import datetime

import pandas as pd
import pytest

from kamnb.reports.account_tables import gather_review_tables, gather_tables, grid_frame
from kamnb.reports.formats import render_format
from kamnb.reports.formats.blocks import Grid

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
ACCOUNT = "0011038"
PAGE = """<main><h1>Plan</h1><table><caption>Cut</caption><thead><tr><th>Cause of what happened on the way to them</th>
<th>An amount whose head is long (EUR)</th></tr></thead>
<tbody><tr><th>A compressor that failed within its warranty, and then again</th><td data-value="0.123456789">0.1</td></tr>
<tr><th>next</th><td data-value="7">7</td></tr></tbody></table></main>"""
BOOKS = ["book", pytest.param("converted", marks=pytest.mark.thorough)]  # LibreOffice at work
FIRST = 4
"""The first row of values of a sheet; the heads are above it."""


@pytest.fixture(scope="module")
def book(analysis):
    return render_format("xlsx", PAGE, "Plan", analysis.as_of, gather_tables(analysis, ACCOUNT))


@pytest.fixture(scope="module")
def converted(book, tmp_path_factory):
    """Return the workbook as LibreOffice writes it again."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed: workbooks are not opened in it")
    folder = tmp_path_factory.mktemp("office")
    (folder / "plan.xlsx").write_bytes(book)
    home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "ods", "--outdir", folder, folder / "plan.xlsx"]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    back = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", folder / "back", folder / "plan.ods"]
    subprocess.run(back, capture_output=True, check=True, timeout=120)
    return (folder / "back" / "plan.xlsx").read_bytes()


def read_sheet(content, name):
    sheet = openpyxl.load_workbook(io.BytesIO(content))[name]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    end = next((place for place, row in enumerate(rows) if not any(value is not None for value in row)), len(rows))
    return pd.DataFrame(rows[1:end], columns=rows[0])


@pytest.mark.parametrize("which", BOOKS)
def test_people_offerings_items_findings_contributions_and_sources_are_whole(which, request, analysis):
    content, records = request.getfixturevalue(which), analysis.records
    frames = {
        "All people": records.people, "All offerings, bought and not": records.white_space, "All open items": records.open_items,
        "All findings": analysis.findings, "All actions": records.schedule, "All decisions": records.decisions,
    }  # fmt: skip
    for name, frame in frames.items():
        assert len(read_sheet(content, name)) == (frame["account_id"] == ACCOUNT).sum() > 0, name
    people = read_sheet(content, "All people")
    assert set(people["Name"]) == set(records.people.loc[records.people["account_id"] == ACCOUNT, "name"])
    points = read_sheet(content, "All contributions").set_index("Criterion")["Points added"].dropna().astype(float)
    pd.testing.assert_series_equal(points, analysis.contributions.loc[ACCOUNT].dropna(), check_names=False, rtol=1e-12)
    sources = read_sheet(content, "All sources").set_index("Table")
    assert set(sources.index) == {table.table for table in analysis.portfolio.report.tables}
    assert (sources["Read"] == sources["Kept"] + sources["Set aside"] + sources["After as of"]).all()
    assert sources.loc["invoices", "Files"] == "invoices.csv"
    assert read_sheet(content, "All insight")["Source"].notna().all()


@pytest.mark.parametrize("which", BOOKS)
def test_values_are_values_low_likely_and_high_in_columns(which, request, analysis):
    content = request.getfixturevalue(which)
    rooms = read_sheet(content, "All offerings, bought and not").set_index("Offering ID")
    own = analysis.records.white_space.query("account_id == @ACCOUNT").set_index("offering_id")
    for head, column in {"Low": "low", "Likely": "likely", "High": "high", "Room likely": "room_likely"}.items():
        pd.testing.assert_series_equal(rooms[head].astype(float), own[column], check_names=False, rtol=1e-12)
    items = read_sheet(content, "All open items")
    assert all(isinstance(day, datetime) for day in items["Due date"]) and items["Amount"].map(type).eq(float).all()
    facts = read_sheet(content, "All facts").set_index("Fact")["Value"].dropna().astype(float)
    pd.testing.assert_series_equal(facts, analysis.plan_facts.loc[ACCOUNT].dropna(), check_names=False, check_dtype=False)


@pytest.mark.parametrize("which", BOOKS)
def test_what_wraps_has_its_lines_and_covers_nothing(which, request):
    sheet = openpyxl.load_workbook(io.BytesIO(request.getfixturevalue(which)))["Cut"]
    assert sheet.row_dimensions[3].height >= 30 and sheet.row_dimensions[FIRST].height >= 30
    assert (sheet.row_dimensions[FIRST + 1].height or 15) <= 16
    assert sheet.column_dimensions["A"].width <= 35, "it stays in view, and leaves room beside it"
    assert sheet["B4"].value == 0.123456789


def test_each_table_says_how_to_read_it_and_none_is_empty(analysis):
    blocks = gather_tables(analysis, ACCOUNT)
    grids, notes = blocks[::2], blocks[1::2]
    assert all(isinstance(grid, Grid) and grid.rows for grid in grids) and len(grids) == len(notes) > 15
    assert {note.runs[0].text for note in notes} == {"Every row, as computed: amounts in EUR, shares as fractions of 1."}


def test_a_column_has_as_many_decimals_for_all_that_are_alike():
    frame = pd.DataFrame({"year": [2026, 2027], "share": [0.1, 1.0], "money": [1234.5, 10.0], "mixed": [5000.25, 0.123456]})
    assert list(zip(*grid_frame("t", frame).rows, strict=True)) == [
        ("2026", "2027"), ("0.1000", "1.0000"), ("1,234.50", "10.00"), ("5,000.25", "0.1235"),
    ]  # fmt: skip
    unknown = grid_frame("t", pd.DataFrame({"a": [None, float("nan")], "b": [pd.NaT, pd.Timestamp("2026-06-30")]}))
    assert [row[0] for row in unknown.values] == [None, None] and unknown.rows[0] == ("", "")


def test_the_review_s_workbook_holds_every_finding_promise_and_move(reviewed):
    grids = {block.caption: block for block in gather_review_tables(reviewed) if isinstance(block, Grid)}
    assert len(grids["All findings"].rows) == len(reviewed.findings) > 40
    assert len(grids["All promises"].rows) == len(reviewed.records.schedule)
    assert len(grids["All places then and now"].rows) == len(reviewed.changes.places)
    assert len(grids["All hours to move"].rows) == len(reviewed.programme.moves)
    assert set(grids) >= {"All targets", "All decisions", "All facts then and now"}

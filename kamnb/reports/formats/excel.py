"""A page as an Excel workbook: every table on a sheet of its own, numbers as numbers, nothing that computes."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from textwrap import wrap
from typing import Any

from kamnb.reports.formats.blocks import Block, Grid, Heading, Text, Value, flatten

_WIDEST = 60
_FROZEN = 32
"""Signs of the first column, which stays in view: a wider one leaves no room for what is scrolled beside it."""

_LINE = 15.0  # points
_BOLD = 1.15  # widths of a sign
_LONGEST_NAME = 31


def render_excel(blocks: Sequence[Block], title: str, day: date) -> bytes:
    """Return the bytes of an .xlsx; the same blocks give the same bytes.

    The first sheet names the others. Text that looks like a formula or an address stays text.

    Parameters
    ----------
    blocks : sequence of Block
    title : str
    day : date
        Stands in the file as when it was made.
    """
    import xlsxwriter

    buffer = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, {**settings, "nan_inf_to_errors": False})
    book.set_properties({"title": title[:255], "author": "", "created": datetime(day.year, day.month, day.day)})
    looks = _Looks(book)
    tables = _name_tables(blocks)
    _write_contents(book, looks, title, _subtitle(blocks), tables)
    for name, grid, notes in tables:
        _write_table(book, looks, name, grid, notes)
    book.close()
    return buffer.getvalue()


class _Looks:
    """The formats of a workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._numbers: dict[str, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#12436D"})
        self.caption = book.add_format({"bold": True, "font_size": 11})
        head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "font_color": "#12436D"}
        self.head = book.add_format(head)
        self.head_right = book.add_format({**head, "align": "right", "indent": 1})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "d mmm yyyy", "valign": "top", "align": "left"})
        self.quiet = book.add_format({"font_color": "#5F6368", "text_wrap": False})
        self.link = book.add_format({"font_color": "#12436D", "underline": 1})

    def number(self, code: str) -> Any:
        if code not in self._numbers:
            self._numbers[code] = self._book.add_format({"num_format": code, "valign": "top", "align": "right"})
        return self._numbers[code]


def _subtitle(blocks: Sequence[Block]) -> str:
    found = next((block for block in blocks if isinstance(block, Text) and block.kind == "subtitle"), None)
    return "".join(run.text for run in found.runs) if found else ""


def _name_tables(blocks: Sequence[Block]) -> list[tuple[str, Grid, list[str]]]:
    """Return every table with a name for its sheet, from its caption or the heading above it, and the notes below it."""
    found: list[tuple[str, Grid, list[str]]] = []
    heading, taken = "Table", {"contents"}
    for block in flatten(blocks):
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Grid) and block.heads:
            found.append((_name_sheet(block.caption or heading, taken), block, []))
        elif isinstance(block, Text) and block.kind == "note" and found:
            found[-1][2].append("".join(run.text for run in block.runs))
    return found


def _name_sheet(wanted: str, taken: set[str]) -> str:
    """Return a name that Excel takes: up to 31 signs, no bracket, colon, star, question mark or slash, none twice."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]+", " ", wanted).strip(" '")
    base = _cut(" ".join(plain.split())).strip(" '") or "Table"
    name, number = base, 2
    while name.lower() in taken or name.lower() == "history":
        ending = f" {number}"
        name, number = _cut(base, _LONGEST_NAME - len(ending)).rstrip() + ending, number + 1
    taken.add(name.lower())
    return name


def _cut(text: str, longest: int = _LONGEST_NAME) -> str:
    """Cut to what Excel counts as so many signs: at a word, where one ends late enough."""
    kept = text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", errors="ignore")
    words = text[: len(kept) + 1].rpartition(" ")[0]
    return kept if kept == text or len(words) <= longest // 2 else words


def _write_contents(book: Any, looks: _Looks, title: str, subtitle: str, tables: list[tuple[str, Grid, list[str]]]) -> None:
    sheet = book.add_worksheet("Contents")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, title, looks.title)
    sheet.write_string(1, 0, subtitle, looks.quiet)
    sheet.write_string(3, 0, "Sheet", looks.head)
    sheet.write_string(3, 1, "Table", looks.head)
    for row, (name, grid, _) in enumerate(tables, start=4):
        target = "internal:'{}'!A1".format(name.replace("'", "''"))
        sheet.write_url(row, 0, target, looks.link, string=name)
        sheet.write_string(row, 1, grid.caption or name, looks.text)
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)


def _write_table(book: Any, looks: _Looks, name: str, grid: Grid, notes: list[str]) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, grid.caption or name, looks.caption)
    widths = [_measure(grid, place) for place in range(len(grid.heads))]
    lines = [[width / _BOLD for width in widths], *([widths] * len(grid.rows))]
    for number, (texts, signs) in enumerate(zip([grid.heads, *grid.rows], lines, strict=True), start=2):
        height = max(map(_count_lines, texts, signs))
        if height > 1:  # LibreOffice leaves a row one line high otherwise, and what wraps in it covers the next
            sheet.set_row(number, _LINE * height)
    for place, head in enumerate(grid.heads):
        sheet.write_string(2, place, head, looks.head_right if grid.numeric[place] else looks.head)
        sheet.set_column(place, place, widths[place])
    for number, (texts, values) in enumerate(zip(grid.rows, grid.values, strict=True), start=3):
        for place, (text, value) in enumerate(zip(texts, values, strict=True)):
            _write_cell(sheet, looks, number, place, text, value)
    for number, note in enumerate(notes, start=len(grid.rows) + 4):
        sheet.write_string(number, 0, note, looks.quiet)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&Rpage &P of &N")


def _write_cell(sheet: Any, looks: _Looks, row: int, place: int, text: str, value: Value) -> None:
    if isinstance(value, float):
        sheet.write_number(row, place, value, looks.number(_code_of(text)))
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), looks.day)
    elif value is not None:
        sheet.write_string(row, place, value[:32767], looks.text)


def _code_of(text: str) -> str:
    """Return Excel's code for how the page writes a number: decimals, per cent, thousands, sign."""
    number = re.search(r"\d[\d,]*(?:\.(\d+))?", text)
    decimals = len(number.group(1) or "") if number else 0
    thousands = "#,##0" if "," in text else "0"  # a year is written without
    plain = thousands + ("." + "0" * decimals if decimals else "") + (" %" if text.endswith("%") else "")
    return f"+{plain}_ ;−{plain}_ ;{plain}_ " if text.startswith("+") else f"{plain}_ ;−{plain}_ "  # room before the next column


def _measure(grid: Grid, place: int) -> float:
    """Return the width of a column in signs: its longest text, within bounds; heads may wrap at their words."""
    longest = max((len(row[place]) for row in grid.rows), default=4)
    word = max((len(part) for part in grid.heads[place].split()), default=4)
    return float(min(max(longest, word, 8) + 3, _WIDEST if place else _FROZEN))


def _count_lines(text: str, width: float) -> int:
    """Return how many lines a text takes that wraps at its words."""
    return len(wrap(text, max(int(width) - 1, 1))) or 1

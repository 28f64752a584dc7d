"""A form as an Excel workbook: a sheet for each topic, cells to fill, scales beside them, what is known filled in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import accumulate
from typing import Any

from kamnb.data.archives import fix_dates
from kamnb.desk.forms.topics import Ask, Topic

VERSION = "1"
"""Of the layout; a form of another one is refused."""

HIDDEN = "_form"
"""The sheet that says whose form it is, and what was known when it was made."""

LISTS = "H"
"""The column of the hidden sheet that holds the numbers to choose from."""

FIRST_ROW = 4
"""The row of the first line in a sheet of a topic: above it stand the question, the titles and the help."""

_BLUE, _GREY, _WASH, _FILL = "12436D", "6B6B6B", "EEF1F3", "FFF9E5"


def write_form(topics: Sequence[Topic], workbook: str, manager: tuple[str, str], on: date) -> bytes:
    """Return the bytes of an .xlsx.

    Parameters
    ----------
    topics : sequence of Topic
    workbook : str
        What tells the workbook apart from others.
    manager : (id, name)
    on : date
        The day on which it is made.
    """
    import openpyxl

    book = openpyxl.Workbook()
    _write_start(book.active, topics, manager, on)
    lists = _place_lists(topics)
    for topic in topics:
        _write_topic(book.create_sheet(topic.name), topic, lists)
    _write_hidden(book.create_sheet(HIDDEN), topics, workbook, manager, on)
    for options, first in lists.items():
        for number, option in enumerate(options, first):
            _put(book[HIDDEN][f"{LISTS}{number}"], option, "number")
    book.properties.title, book.properties.creator = f"Key accounts of {manager[1]}", ""
    book.properties.created = datetime(on.year, on.month, on.day)
    buffer = BytesIO()
    book.save(buffer)
    return fix_dates(buffer.getvalue(), saved_on=on)


def _place_lists(topics: Sequence[Topic]) -> dict[tuple[str, ...], int]:
    """Return for each list of numbers to choose from the row of the hidden sheet where it begins."""
    wanted = dict.fromkeys(ask.options for topic in topics for ask in topic.asks if ask.kind == "number" and ask.options)
    starts = accumulate((len(options) for options in wanted), initial=1)
    return dict(zip(wanted, starts, strict=False))


def _write_start(sheet: Any, topics: Sequence[Topic], manager: tuple[str, str], on: date) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = "Start"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 90
    lines = [
        (f"Key accounts of {manager[1]}", ""),
        (f"Made on {on:%d %B %Y}".replace(" 0", " "), ""),
        ("", ""),
        ("How", "Fill the yellow cells; what is known stands in them already. Change what is wrong, leave what you do not know."),
        ("", 'Where nothing changed and it still holds, choose "yes" under "Still right?": then it counts as said again.'),
        ("", "Save the file under its name and send it back. Ten accounts take about ten minutes."),
        ("", ""),
        *((topic.name, topic.help) for topic in topics),
    ]
    for number, (first, second) in enumerate(lines, 1):
        _put(sheet.cell(number, 1), first).font = Font(bold=True, size=14 if number == 1 else 11, color=_BLUE)
        _put(sheet.cell(number, 2), second).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.sheet_view.showGridLines = False
    _print_wide(sheet)
    sheet.protection.sheet = True


def _write_topic(sheet: Any, topic: Topic, lists: Mapping[tuple[str, ...], int]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection

    _put(sheet.cell(1, 1), topic.help).font = Font(bold=True, size=12, color=_BLUE)
    heads = ["Id", *topic.heads, *(ask.title for ask in topic.asks)]
    helps = ["", *("" for _ in topic.heads), *(ask.help for ask in topic.asks)]
    for column, (head, help_) in enumerate(zip(heads, helps, strict=True), 1):
        _put(sheet.cell(2, column), head).font = Font(bold=True, color=_BLUE)
        _put(sheet.cell(3, column), help_).font = Font(italic=True, size=9, color=_GREY)
        for row in (2, 3):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
            sheet.cell(row, column).fill = PatternFill("solid", fgColor=_WASH)
    before = 1 + len(topic.heads)
    for number, line in enumerate(topic.lines, FIRST_ROW):
        for column, text in enumerate((line.key, *line.about), 1):
            _put(sheet.cell(number, column), text).alignment = Alignment(wrap_text=True, vertical="top")
        for column, ask in enumerate(topic.asks, before + 1):
            cell = _put(sheet.cell(number, column), line.known.get(ask.name, ""), ask.kind)
            cell.protection, cell.fill = Protection(locked=False), PatternFill("solid", fgColor=_FILL)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    _set_up(sheet, topic, before, lists)


def _set_up(sheet: Any, topic: Topic, before: int, lists: Mapping[tuple[str, ...], int]) -> None:
    """Set widths, frozen heads, what may be chosen, and that only cells to fill can be changed."""
    from openpyxl.utils import get_column_letter

    last = FIRST_ROW + len(topic.lines) - 1
    for column, ask in enumerate(topic.asks, before + 1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = {"text": 30, "choice": 16, "date": 13, "number": 18}[ask.kind]
        validation = _make_validation(ask, lists.get(ask.options, 0))
        if validation is not None and topic.lines:
            sheet.add_data_validation(validation)
            validation.add(f"{letter}{FIRST_ROW}:{letter}{last}")
    sheet.column_dimensions["A"].width = 12
    for column in range(2, before + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 34 if column == 2 else 30
    sheet.row_dimensions[3].height = 62
    sheet.freeze_panes = sheet.cell(FIRST_ROW, before + 1)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    _print_wide(sheet)
    sheet.print_title_rows = "2:3"
    for number in range(FIRST_ROW, last + 1):
        sheet.row_dimensions[number].height = 15 * max(_count_lines(cell, sheet) for cell in sheet[number])


def _count_lines(cell: Any, sheet: Any) -> int:
    """Estimate the lines of a cell: not every program fits rows to their text."""
    width = sheet.column_dimensions[cell.column_letter].width
    return sum(1 + len(line) // int(width) for line in str(cell.value or "").split("\n"))


def _print_wide(sheet: Any) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _make_validation(ask: Ask, first: int) -> Any:
    """Return the rule of a column; the numbers that it offers stand in the hidden sheet from row `first` on."""
    from openpyxl.worksheet.datavalidation import DataValidation

    looks = {"allow_blank": True, "showErrorMessage": True, "showInputMessage": True}
    if ask.options and ask.kind == "number":  # from cells, for a list in the rule itself would be text in some languages
        made = DataValidation("list", formula1=f"{HIDDEN}!${LISTS}${first}:${LISTS}${first + len(ask.options) - 1}", **looks)
        made.error = f"One of: {', '.join(ask.options)}"
    elif ask.kind == "choice":
        made = DataValidation("list", formula1=f'"{",".join(ask.options)}"', **looks)
        made.error = f"One of: {', '.join(ask.options)}"
    elif ask.kind == "number":
        low, high = ask.low if ask.low is not None else 0.0, ask.high
        bounded = {"operator": "between", "formula1": f"{low:g}", "formula2": f"{high:g}"} if high is not None else {}
        made = DataValidation("decimal", **(bounded or {"operator": "greaterThanOrEqual", "formula1": f"{low:g}"}), **looks)
        made.error = f"A number from {low:g} to {high:g}" if high is not None else f"A number of at least {low:g}"
    elif ask.kind == "date":
        made = DataValidation("date", operator="greaterThan", formula1="36526", **looks)
        made.error = "A day"
    else:
        return None
    made.errorTitle, made.promptTitle, made.prompt = ask.title[:32], ask.title[:32], (ask.help or made.error)[:255]
    return made


def _write_hidden(sheet: Any, topics: Sequence[Topic], workbook: str, manager: tuple[str, str], on: date) -> None:
    head = {"version": VERSION, "workbook": workbook, "manager": manager[0], "name": manager[1], "on": on.isoformat()}
    for number, row in enumerate((*head.items(), *_list_known(topics)), 1):
        for column, text in enumerate(row, 1):
            _put(sheet.cell(number, column), text)
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True


def _list_known(topics: Sequence[Topic]) -> Iterator[tuple[str, ...]]:
    for topic in topics:
        for line in topic.lines:
            for name, text in line.known.items():
                yield "known", topic.name, line.key, name, text


def _put(cell: Any, text: str, kind: str = "text") -> Any:
    """Put a text, a number or a day in a cell; a text is never taken for a formula."""
    if kind == "number":
        cell.value = float(text) if text else None
        cell.number_format = "#,##0" if text and float(text) >= 1000 else "General"
        return cell
    if kind == "date":
        cell.number_format = "yyyy-mm-dd"
        cell.value = datetime.fromisoformat(text) if text else None
        return cell
    cell.number_format = "@"
    if text:
        cell.value, cell.data_type = _clean(text), "s"
    return cell


def _clean(text: str) -> str:
    """Leave out characters that no cell can hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))[:32_000]

"""A form as an Excel workbook: a sheet for each topic, cells to fill, scales beside them, what is known filled in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from kamnb.data.archives import fix_dates
from kamnb.desk.forms.questions import ID, Ask, Line, Topic
from kamnb.desk.forms.rules import make_lock, make_rule

VERSION = "2"
"""Of the layout; a form of another one is refused."""

HIDDEN = "_form"
"""The sheet that says whose form it is, and what was known when it was made."""

LISTS = "_lists"
"""The sheet that holds what may be chosen, a column for each list."""

START = "Start"
"""The sheet that says how to fill the form."""

CHANGED = "What changed"
"""The column that says which cells of a row are other than when the form was made; Excel works it out."""

NAMES, TITLES, TEXTS = "names", "titles", "texts"
"""Rows of the hidden sheet about a topic: its columns, their titles, and what else stands in it."""

FIRST_ROW = 4
"""The row of the first line in a sheet of a topic: above it stand the question, the titles and the help."""

_BLUE, _GREY, _WASH, _FILL = "12436D", "444444", "EEF1F3", "FFF9E5"
_WIDTHS = {"text": 30, "choice": 16, "date": 13, "number": 26, "part": 13}
_SMALL = 1.1  # characters of the help, which is set smaller, to a character of width


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
    start = _list_start(topics, manager, on)
    _write_start(book.active, start)
    lists = _gather_lists(topics)
    for topic in topics:
        _write_topic(book.create_sheet(topic.name), topic, lists)
    head = {"version": VERSION, "workbook": workbook, "manager": manager[0], "name": manager[1], "on": on.isoformat()}
    _write_hidden(
        book.create_sheet(HIDDEN), [*head.items(), (f"{START}/{TEXTS}", *(text for row in start for text in row))], topics
    )
    _write_lists(book.create_sheet(LISTS), lists)
    book.properties.title, book.properties.creator = f"Key accounts of {manager[1]}", ""
    book.properties.created = datetime(on.year, on.month, on.day)
    buffer = BytesIO()
    book.save(buffer)
    return fix_dates(buffer.getvalue(), saved_on=on)


def _gather_lists(topics: Sequence[Topic]) -> dict[tuple[str, ...], str]:
    """Return for each list to choose from the cells that hold it: in the rule itself numbers would be text in some languages."""
    from openpyxl.utils import get_column_letter

    numbers = (ask.options for topic in topics for ask in topic.asks if ask.kind == "number")
    texts = (options for topic in topics for options in topic.choices.values())
    wanted = dict.fromkeys(options for options in (*numbers, *texts) if options)
    letters = {options: get_column_letter(column) for column, options in enumerate(wanted, 1)}
    return {options: f"{LISTS}!${letter}$1:${letter}${len(options)}" for options, letter in letters.items()}


def _list_start(topics: Sequence[Topic], manager: tuple[str, str], on: date) -> list[tuple[str, str]]:
    return [
        (f"Key accounts of {manager[1]}", ""),
        (f"Made on {on:%d %B %Y}".replace(" 0", " "), ""),
        ("", ""),
        ("How", "Fill the yellow cells; what is known stands in them already. Change what is wrong, leave what you do not know."),
        ("", 'Where nothing changed and it still holds, choose "yes" under "Still right?": then it counts as said again.'),
        ("", f'You may sort and filter by the arrows below the titles. The last column, "{CHANGED}", says what you changed.'),
        (
            "",
            "Save the file under its name, as an Excel workbook (.xlsx), and send it back. Ten accounts take about ten minutes.",
        ),
        ("", ""),
        *((topic.name, topic.help) for topic in topics),
    ]


def _write_start(sheet: Any, lines: Sequence[tuple[str, str]]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = START
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 90
    for number, (first, second) in enumerate(lines, 1):
        _put(sheet.cell(number, 1), first).font = Font(bold=True, size=14 if number == 1 else 11, color=_BLUE)
        _put(sheet.cell(number, 2), second).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(number, 1).alignment = Alignment(vertical="top")
        sheet.row_dimensions[number].height = 20 if number == 1 else 15 * (1 + len(second) // 85)
    sheet.sheet_view.showGridLines = False
    _print_wide(sheet)
    sheet.protection.sheet = True


def _write_topic(sheet: Any, topic: Topic, lists: Mapping[tuple[str, ...], str]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill, Protection

    _put(sheet.cell(1, 1), topic.help).font = Font(bold=True, size=12, color=_BLUE)
    helps = {ask.title: ask.help for ask in topic.asks}
    heads = [*topic.columns.values(), CHANGED]
    for column, head in enumerate(heads, 1):
        _put(sheet.cell(2, column), head).font = Font(bold=True, color=_BLUE)
        _put(sheet.cell(3, column), helps.get(head, "")).font = Font(size=10, color=_GREY)
        for row in (2, 3):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
            sheet.cell(row, column).fill = PatternFill("solid", fgColor=_WASH)
    kinds = dict.fromkeys((ID, *topic.heads), "text") | {ask.name: ask.kind for ask in topic.asks}
    for number, line in enumerate((*topic.lines, *topic.spare), FIRST_ROW):
        filled = {ask.name for ask in topic.asks} | ({*topic.choices} if line in topic.spare else set())
        for column, (name, text) in enumerate(_list_cells(topic, line).items(), 1):
            cell = _put(sheet.cell(number, column), text, kinds[name])
            cell.alignment, cell.protection = Alignment(wrap_text=True, vertical="top"), Protection(locked=False)
            if name in filled:
                cell.fill = PatternFill("solid", fgColor=_FILL)
        last = sheet.cell(number, len(heads), _say_changed(topic, number))
        last.protection, last.alignment = Protection(locked=False), Alignment(wrap_text=True, vertical="top")
        last.font = Font(size=9, color=_GREY)
    _set_up(sheet, topic, lists)


def _list_cells(topic: Topic, line: Line) -> dict[str, str]:
    return {
        ID: line.key,
        **dict(zip(topic.heads, line.about, strict=True)),
        **{ask.name: line.known.get(ask.name, "") for ask in topic.asks},
    }


def _say_changed(topic: Topic, number: int) -> str:
    """Return the formula that names the cells of a row that are other than in the hidden sheet; rows may be sorted."""
    from openpyxl.utils import get_column_letter

    place = f"MATCH(\"{topic.name}|\"&$A{number},'{HIDDEN}'!$A$1:$A$9999,0)"
    parts = []
    for column, title in enumerate(topic.columns.values(), 1):
        if column > 1:
            letter, known = get_column_letter(column), get_column_letter(column + 1)
            was = f"INDEX('{HIDDEN}'!${known}$1:${known}$9999,{place})"
            parts.append(f'IF(EXACT(${letter}{number}&"",{was}&""),"","; {title.replace(chr(34), chr(39))}")')
    return f'=IFERROR(MID({"&".join(parts)},3,999),"?")'


def _set_up(sheet: Any, topic: Topic, lists: Mapping[tuple[str, ...], str]) -> None:
    """Set widths, frozen heads, filters, and what may be written where; no cell is locked, for then rows could not be sorted."""
    from openpyxl.utils import get_column_letter

    lines, before = len(topic.lines), 1 + len(topic.heads)
    last, end = FIRST_ROW + lines + len(topic.spare) - 1, before + len(topic.asks) + 1
    letters = {name: get_column_letter(column) for column, name in enumerate([*topic.columns, CHANGED], 1)}
    for ask in topic.asks:
        sheet.column_dimensions[letters[ask.name]].width = _WIDTHS[ask.kind]
    sheet.column_dimensions["A"].width, sheet.column_dimensions[letters[CHANGED]].width = 12, 24
    for column, head in enumerate(topic.heads):
        longest = max((len(line.about[column]) for line in topic.lines), default=0)
        sheet.column_dimensions[letters[head]].width = 34 if topic.choices else min(max(longest + 2, 10), 34)
    for ask in topic.asks:
        _add_rule(sheet, make_rule(ask, topic, letters, FIRST_ROW, lists), letters[ask.name], FIRST_ROW, last)
    for name in (ID, *topic.heads, CHANGED):
        options = topic.choices.get(name, ())
        locked = last - len(topic.spare) if options else last
        _add_rule(sheet, make_lock(), letters[name], FIRST_ROW, locked)
        if options:
            offered = Ask(name, name, "what it belongs to", "choice", options)
            _add_rule(sheet, make_rule(offered, topic, letters, FIRST_ROW, lists), letters[name], locked + 1, last)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, before + 1)
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{get_column_letter(end)}{max(last, FIRST_ROW)}"
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "sort", "autoFilter"):
        setattr(sheet.protection, allowed, False)
    _print_wide(sheet)
    sheet.print_title_rows = "2:3"
    for number in range(2, last + 1):
        high = max(_count_lines(cell, sheet, _SMALL if number == 3 else 0.9) for cell in sheet[number])
        sheet.row_dimensions[number].height = (
            13 * high + 18 if number == 3 else 15 * high
        )  # below the help the arrows of the filter


def _add_rule(sheet: Any, rule: Any, letter: str, first: int, last: int) -> None:
    if rule is not None and last >= first:
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{first}:{letter}{last}")


def _count_lines(cell: Any, sheet: Any, narrow: float) -> int:
    """Estimate the lines of a cell: not every program fits rows to their text."""
    if cell.data_type == "f":
        return 1
    width = int(sheet.column_dimensions[cell.column_letter].width * narrow)
    return sum(1 + len(line) // width for line in str(cell.value or "").split("\n"))


def _print_wide(sheet: Any) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_hidden(sheet: Any, head: Sequence[tuple[str, ...]], topics: Sequence[Topic]) -> None:
    rows = [[(text, "text") for text in row] for row in head]
    for topic in topics:
        rows += [[(text, "text") for text in row] for row in _describe(topic)]
        kinds = ("text", "text", *("text" for _ in topic.heads), *(ask.kind for ask in topic.asks))
        for line in (*topic.lines, *topic.spare):
            texts = (f"{topic.name}|{line.key}", *_list_cells(topic, line).values())
            rows.append(list(zip(texts, kinds, strict=True)))
    for number, row in enumerate(rows, 1):
        for column, (text, kind) in enumerate(row, 1):
            _put(sheet.cell(number, column), text, kind)
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True


def _describe(topic: Topic) -> Iterator[tuple[str, ...]]:
    yield f"{topic.name}/{NAMES}", *topic.columns
    yield f"{topic.name}/{TITLES}", *topic.columns.values()
    yield f"{topic.name}/{TEXTS}", topic.help, *(ask.help for ask in topic.asks)


def _write_lists(sheet: Any, lists: Mapping[tuple[str, ...], str]) -> None:
    for column, options in enumerate(lists, 1):
        is_number = all(option.removeprefix("-").replace(".", "", 1).isdigit() for option in options)
        for number, option in enumerate(options, 1):
            _put(sheet.cell(number, column), option, "number" if is_number else "text")
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True


def _put(cell: Any, text: str, kind: str = "text") -> Any:
    """Put a text, a number or a day in a cell; a text is never taken for a formula."""
    if kind in ("number", "part"):
        cell.value = float(text) if text else None
        cell.number_format = "0 %" if kind == "part" else "#,##0" if text and float(text) >= 1000 else "General"
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

"""What a form says, cell by cell: read by the kind of its column, within its bounds, and of whom the row is about."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from kamnb.data.words import load_words
from kamnb.desk.forms.questions import CONFIRM, ID, Ask, Topic
from kamnb.desk.forms.reading import Form, Found, Sheet, quote
from kamnb.desk.forms.rules import say_order, write_bound
from kamnb.desk.spelling import Spelling

YES, NO = "yes", "no"
"""What an answer to "Still right?" is read as."""

_SORTED = 4
"""Cells that at least must have changed places for a column to count as sorted by itself."""

_FIRST, _LAST = 36_526, 109_575  # serials of days, from 2000 to 2199


def read_cell(found: Found, ask: Ask, spelling: Spelling) -> str:
    """Return what a cell says, as the tables of a workbook write it.

    Raises
    ------
    ValueError
        With what is wrong and how to write it.
    """
    text = found.text
    if not text or ask.kind == "text":
        return text
    if ask.name == CONFIRM:
        return _read_answer(text, ask)
    if ask.kind == "choice":
        spelled = {_fold(option): option for option in ask.options}
        if _fold(text) not in spelled:
            raise ValueError(f"{quote(text)} is not one of {', '.join(ask.options)}; write one of them")
        return spelled[_fold(text)]
    try:
        said = _read_day(found.value, text, spelling) if ask.kind == "date" else _read_number(found.value, text, ask, spelling)
    except ValueError as error:
        raise ValueError(f"{quote(text)} {error}") from None
    return said


def _fold(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").casefold().split())


def _read_answer(text: str, ask: Ask) -> str:
    words = load_words("answers")
    for said in (YES, NO):
        if text.casefold().strip(".!") in (*words[said], *(("✓", "✔", "ok") if said == YES else ())):
            return said
    raise ValueError(f'{quote(text)} is not {" or ".join(ask.options)}; write "yes" or leave it empty')


def _read_number(value: Any, text: str, ask: Ask, spelling: Spelling) -> str:
    if isinstance(value, datetime | date):
        raise ValueError("is a day, which the program may have made of a number; write the number again, as a number")
    said = (
        text
        if isinstance(value, int | float) and not isinstance(value, bool)
        else spelling.read_number(text, is_part=ask.kind == "part")
    )
    number = float(said)
    if ask.options and said not in ask.options:
        raise ValueError(f"is not one of {_say_options(ask)}; write one of them")
    if (ask.low is not None and number < ask.low) or (ask.high is not None and number > ask.high):
        low, high = write_bound(ask, ask.low), write_bound(ask, ask.high)
        hint = f'; write {number:g} % as "{number:g} %"' if ask.kind == "part" and 1 < number <= 100 else ""
        raise ValueError((f"is not from {low} to {high}" if ask.high is not None else f"is not at least {low}") + hint)
    return said


def _say_options(ask: Ask) -> str:
    """Say what may be chosen: a long list by its ends and its step."""
    if len(ask.options) <= 8:
        return ", ".join(ask.options)
    return f"{ask.options[0]}, {ask.options[1]}, {ask.options[2]} and so on to {ask.options[-1]}"


def _read_day(value: Any, text: str, spelling: Spelling) -> str:
    from openpyxl.utils.datetime import from_excel

    if isinstance(value, datetime | date):
        return text
    if text.isdigit() and _FIRST <= int(text) <= _LAST:
        return str(from_excel(int(text)).date().isoformat())
    return spelling.read_day(text)


def is_same(one: str, other: str) -> bool:
    """Whether two texts say the same: blanks and line ends do not count.

    Examples
    --------
    >>> is_same("two  words ", "two words"), is_same("", "no")
    (True, False)
    """
    return one == other or one.split() == other.split()


def is_alike(one: str, other: str) -> bool:
    """Whether two names are the same but for capital letters and blanks."""
    return is_same(one.casefold(), other.casefold())


def check_topic(form: Form, topic: Topic, spelling: Spelling, on: date) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Read the answers of a sheet.

    Parameters
    ----------
    form : Form
    topic : Topic
        As it is asked now.
    spelling : Spelling
    on : date
        The day of collecting: nothing was done after it.

    Returns
    -------
    (mapping of row id to what its cells say by column, list of faults)
        A cell that cannot be read says what it said when the form was made.
    """
    made, asks = form.made[topic.name], {ask.name: ask for ask in topic.asks}
    rows = {key: cells for (sheet, key), cells in form.cells.items() if sheet == topic.name}
    faults = _find_mixed(made, topic, rows)
    if faults:
        return {}, [f"{topic.name}: {fault}" for fault in faults]
    said: dict[str, dict[str, str]] = {}
    for key, cells in rows.items():
        known = made.rows.get(key, {})
        said[key] = {name: cell.text for name, cell in cells.items() if name not in asks}
        for name, ask in asks.items():
            if name in cells:
                said[key][name], wrong = _read_checked(cells[name], ask, known.get(name, ""), spelling, on)
                faults += [f"{cells[name].place} ({_name_row(topic, known, cells)}, {ask.title}): {fault}" for fault in wrong]
        faults += _check_order(topic, key, said[key], known, cells)
    faults += [f"{topic.name}: {fault}" for fault in _find_sorted(topic, made, said)]
    return said, faults


def _read_checked(found: Found, ask: Ask, known: str, spelling: Spelling, on: date) -> tuple[str, list[str]]:
    """Return what a cell says and what is wrong with it; what stood in it when the form was made is never wrong."""
    if is_same(found.text, known):
        return known, []
    try:
        said = read_cell(found, ask, spelling)
    except ValueError as error:
        return known, [str(error)]
    if is_same(said, known):
        return known, []
    if ask.is_past and said > on.isoformat():
        return known, [f"{said} lies in the future; write the day on which it was done, and when it will be under Due"]
    return said, []


def _name_row(topic: Topic, known: Mapping[str, str], cells: Mapping[str, Found]) -> str:
    """Name a row: by what it is about, or for something new by what it says."""
    names = [topic.heads[0], *([topic.named] if topic.named else [])]
    texts = [known.get(name) or (cells[name].text if name in cells else "") for name in names]
    return ", ".join(text for text in texts if text) or "a new row"


def _check_order(
    topic: Topic, key: str, said: Mapping[str, str], known: Mapping[str, str], cells: Mapping[str, Found]
) -> Iterator[str]:
    """Yield where numbers fall that must not, if the form says one of them anew."""
    names = [name for name in topic.order if said.get(name)]
    numbers = [float(said[name]) for name in names]
    changed = [name for name in names if not is_same(said[name], known.get(name, ""))]
    if changed and numbers != sorted(numbers):
        found = ", ".join(f"{name} {said[name]}" for name in names)
        place = f"{cells[changed[0]].place} ({_name_row(topic, known, cells)})"
        yield f"{place}: {found} do not stand in order; write {say_order(topic)}"


def _find_mixed(made: Sheet, topic: Topic, rows: Mapping[str, Mapping[str, Found]]) -> list[str]:
    """Return the rows in which the id belongs to another row than what stands beside it: told once for the sheet."""
    mixed = []
    for key, cells in rows.items():
        known = made.rows.get(key)
        if known is None or not any(known[name] for name in (*topic.heads,)):
            continue
        for name in topic.heads:
            if name in cells and not is_same(cells[name].text, known[name]):
                mixed.append((key, cells[ID], cells[name].text, known[name]))
                break
        else:
            mixed += _find_swapped(made, topic, key, cells)
    if not mixed:
        return []
    key, found, there, was = mixed[0]
    rest = f", and {len(mixed) - 1} rows like it" if mixed[1:] else ""
    where = f'{found.place}: the id {key} belongs to "{was}", and beside it stands {quote(there) if there else "nothing"}{rest}'
    return [f"{where}; a column may have been sorted by itself: undo that, or write the names as they were"]


def _find_swapped(made: Sheet, topic: Topic, key: str, cells: Mapping[str, Found]) -> Iterator[tuple[str, Found, str, str]]:
    """Yield a row that has the name of another one: that is no new name."""
    name = topic.named
    if name and name in cells:
        text, was = cells[name].text, made.rows[key][name]
        others = [each[name] for other, each in made.rows.items() if other != key]
        if text and not is_same(text, was) and text in others:
            yield key, cells[ID], text, was


def _find_sorted(topic: Topic, made: Sheet, said: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the columns that hold what they held, in other rows: they were sorted by themselves."""
    for ask in topic.asks:
        both = [
            (made.rows[key][ask.name], cells[ask.name]) for key, cells in said.items() if key in made.rows and ask.name in cells
        ]
        moved = [pair for pair in both if not is_same(*pair)] if ask.name in next(iter(made.rows.values()), {}) else []
        if len(moved) >= _SORTED and Counter(was for was, _ in moved) == Counter(now for _, now in moved):
            yield (
                f"the column {ask.title} holds what it held, in other rows ({len(moved)} cells): it was sorted by itself; "
                "undo that, and sort whole rows"
            )


def find_unasked(form: Form, topic: Topic | None, name: str) -> Iterator[str]:
    """Yield, once for a column, the cells that were changed in it though the workbook does not ask for it any more."""
    made = form.made[name]
    asked = {ID, *topic.columns} if topic else {ID}
    for column in (column for column in made.titles if column not in asked):
        cells = [(key, cells[column]) for (sheet, key), cells in form.cells.items() if sheet == name and column in cells]
        told = [
            f"{cell.place} {quote(cell.text)}"
            for key, cell in cells
            if not is_same(cell.text, made.rows.get(key, {}).get(column, ""))
        ]
        gone = f'{name}: the workbook does not ask for "{made.titles[column]}" any more'
        yield f"{gone}; not saved: {'; '.join(told)}" if told else f"{gone}; nothing was changed in it"


def find_missing(form: Form, topics: Sequence[Topic]) -> Iterator[str]:
    """Yield what the workbook asks and the form does not: it came up since the form was made."""
    for topic in topics:
        titles = form.made[topic.name].titles if topic.name in form.made else {}
        lacking = [title for name, title in topic.columns.items() if name not in titles]
        if lacking:
            yield f"{topic.name}: the form does not ask for {', '.join(lacking)}, which came up since; a new form does"

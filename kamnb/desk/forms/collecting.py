"""Forms collected: what they change, where two people's answers differ, and what is saved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from kamnb.analysis import Analysis
from kamnb.data.appending import Row, Stamp, add_entries, check_entries, read_entries
from kamnb.data.entries import ABOUT, FOLDER
from kamnb.data.portfolio import keep_open
from kamnb.data.saving import write_whole
from kamnb.data.tables import TABLES
from kamnb.desk.editing import Editing, begin_editing
from kamnb.desk.forms.answers import Answer, write_rows
from kamnb.desk.forms.reading import Form, read_form
from kamnb.desk.forms.topics import Topic, make_topics
from kamnb.desk.rating import begin_rating
from kamnb.errors import DataError

_ID = "workbook.id"


@dataclass(frozen=True)
class Said:
    """A row that a form makes, and where in the form it is from."""

    form: Form
    table: str
    row: Row
    place: str
    about: str

    @property
    def key(self) -> tuple[str, ...]:
        """What the row is about: rows of two forms about the same are two answers."""
        return (self.table, *(self.row.get(column, "") for column in ABOUT[self.table] if column not in _DAYS))


_STAYS = ("ratings", "insight")
"""Tables in which nothing can be taken back by an empty cell."""

_DAYS = ("rated_on", "stated_on", "confirmed_on")


@dataclass
class Collected:
    """What came of collecting forms.

    Attributes
    ----------
    changes : list of str
        What is saved, a line each.
    conflicts : list of str
        What is not saved, because two answers differ.
    notes : list of str
        What is in a form and could not be taken.
    files : list of Path
        That were written.
    """

    notes: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


def identify_workbook(home: Path, analysis: Analysis) -> str:
    """Return what tells a workbook apart from others: what was kept with its first form, else what would be kept."""
    place = home / FOLDER / _ID
    if place.is_file():
        return place.read_text(encoding="utf-8").strip()
    seed = "\n".join([home.resolve().name, *sorted(str(account) for account in analysis.accounts.index)])
    return sha256(seed.encode()).hexdigest()[:16]


def keep_identity(home: Path, identity: str) -> Path:
    """Keep what tells a workbook apart, so that it stays the same when accounts come and go."""
    return write_whole(home / FOLDER / _ID, f"{identity}\n")


@keep_open()
def collect_forms(paths: Sequence[Path], data_dir: str, analysis: Analysis, on: date, *, accept: bool = False) -> Collected:
    """Take forms back.

    Parameters
    ----------
    paths : sequence of Path
    data_dir : str
    analysis : Analysis
        Of that data, as `kamnb.analysis.open_analysis` returns it.
    on : date
        The day of collecting.
    accept : bool
        Whether a form's answer counts where the workbook holds another since the form was made.

    Returns
    -------
    Collected

    Raises
    ------
    DataError
        If a file is no form of this workbook, or a cell does not hold what it should: all faults of all forms; nothing is saved.
    """
    editing = begin_editing(data_dir, analysis, on)
    forms, faults = _read_all(paths, data_dir, editing)
    collected = Collected()
    said = [each for form in forms for each in _list_said(form, data_dir, editing, accept, collected)]
    faults += [fault for each in _find_doubtful(said) for fault in _check(each)]
    collected.notes += [note for form in forms for note in form.notes]
    if faults:
        raise DataError(faults, "nothing was collected")
    entries = {name: read_entries(editing.home, name) for name in ABOUT}
    kept = list(_settle([each for each in said if not _is_saved(each, entries)], collected))
    for form in forms:
        rows = {name: [each.row for each in kept if each.form is form and each.table == name] for name in ABOUT}
        if any(rows.values()):
            collected.files += add_entries(editing.home, rows, Stamp(form.name, on, form.path.name))
    collected.changes = [_say_change(each) for each in kept]
    collected.notes += [
        f"{form.path.name}: does not say on which day up to now it was saved; its answers count as of today, {on}"
        for form in forms
        if not form.is_dated and any(each.form is form for each in kept)
    ]
    collected.files = sorted(set(collected.files))
    return collected


def _read_all(paths: Sequence[Path], data_dir: str, editing: Editing) -> tuple[list[Form], list[str]]:
    forms: list[Form] = []
    faults: list[str] = []
    expected, columns = identify_workbook(editing.home, editing.analysis), _lay_out("form", "", data_dir, editing)
    for path in paths:
        try:
            form = read_form(path, columns, editing.on)
        except DataError as error:
            faults += error.faults
            continue
        if form.workbook != expected:
            faults.append(f"{path.name}: is a form of another workbook; collect it there")
        else:
            forms.append(form)
            faults += form.faults
    return forms, faults


def _lay_out(name: str, manager: str, data_dir: str, editing: Editing) -> tuple[Topic, ...]:
    """Return what a form of a manager would ask now."""
    return make_topics(begin_rating(data_dir, editing.analysis, name, "account_manager", editing.on), editing, manager)


def _list_said(form: Form, data_dir: str, editing: Editing, accept: bool, collected: Collected) -> Iterator[Said]:
    """Yield the rows that a form makes; what someone answered otherwise since it was made is a conflict."""
    for topic in _lay_out(form.name, form.manager, data_dir, editing):
        titles = {ask.name: ask.title.lower() for ask in topic.asks}
        for answer in form.list_answers(topic, accept=accept):
            about = _name(answer, editing)
            for column in [] if accept else answer.contradicted:
                collected.conflicts.append(
                    f"{about}, {titles[column]}: {form.name} says {answer.cells.get(column) or 'nothing'}; since the form was "
                    f"made with {answer.known[column] or 'nothing'} someone saved {answer.now[column] or 'nothing'}"
                )
            for column in answer.emptied if topic.table in _STAYS else []:
                collected.notes.append(f"{about}, {titles[column]}: left empty, so {answer.known[column]} stays")
            place = f"{form.path.name}, {topic.name}, row {form.places[topic.name, answer.key]}"
            rows = list(write_rows(answer, editing))
            collected.notes += [f"{place}, {about}: {why}" for why in answer.say_idle(titles) if not rows]
            for table, column, row in rows:
                yield Said(form, table, row, place, f"{about}, {titles.get(column, column)}")


def _name(answer: Answer, editing: Editing) -> str:
    names = editing.analysis.names
    if answer.key in names.index:
        return str(names[answer.key])
    for table, column in (("contacts", "name"), ("actions", "title")):
        if answer.key in editing.rows[table]:
            return editing.rows[table][answer.key][column]
    return answer.key


def _find_doubtful(said: Sequence[Said]) -> Iterator[Said]:
    """Yield the rows of tables in which there is a fault at all: to look at each row costs more than at all together."""
    for name in dict.fromkeys(each.table for each in said):
        rows = [each for each in said if each.table == name]
        yield from rows if check_entries(name, [each.row for each in rows]) else []


def _check(said: Said) -> Iterator[str]:
    for fault in check_entries(said.table, [said.row]):
        value = f'"{fault.value}" ' if fault.value else ""
        yield f"{said.place}, {said.about} ({fault.column}): {value}{fault.what}"


def _is_saved(said: Said, entries: Mapping[str, Sequence[Row]]) -> bool:
    """Whether the very row is an entry already: the form was collected before.

    Where the form does not say its day, the entry is of the day on which it was collected first.
    """
    names = [column for column in TABLES[said.table].names if said.form.is_dated or column not in _DAYS]
    asked = [said.row.get(column, "") for column in names]
    same = (entry for entry in entries[said.table] if [entry.get(column, "") for column in names] == asked)
    return any(said.form.is_dated or _is_since(entry, said.form) for entry in same)


def _is_since(entry: Row, form: Form) -> bool:
    """Whether an entry is the form's, or at least of that person and not older than it."""
    days = [entry[column] for column in _DAYS if entry.get(column)]
    made = min(form.made_on, form.filled_on).isoformat()
    return entry.get("saved_by") == form.name and all(day >= made for day in days)


def _settle(said: Sequence[Said], collected: Collected) -> Iterator[Said]:
    """Yield the rows about which the forms agree; of the others say who says what."""
    by_key: dict[tuple[str, ...], list[Said]] = {}
    for each in said:
        by_key.setdefault(each.key, []).append(each)
    for rows in by_key.values():
        if len({_content(each) for each in rows}) > 1:
            answers = "; ".join(f"{each.form.name} in {each.form.path.name} says {_tell(each)}" for each in rows)
            collected.conflicts.append(f"{rows[0].about}: {answers}")
        else:
            yield rows[0]


def _content(said: Said) -> tuple[str, ...]:
    return tuple(said.row.get(column, "") for column in TABLES[said.table].names if column not in _DAYS)


_TOLD = {
    "ratings": ("score",), "wallet": ("likely", "low", "high"), "insight": ("text",), "actions": ("due", "done_on", "status"),
    "contacts": ("function", "level", "role", "sentiment", "left_on"),
}  # fmt: skip
"""The columns of a row that are told."""


def _tell(said: Said) -> str:
    return ", ".join(said.row[name] for name in _TOLD[said.table] if said.row.get(name)) or "nothing"


def _say_change(said: Said) -> str:
    rival = said.row.get("competitor") if said.table == "ratings" else ""
    return f"{said.about}{f' of {rival}' if rival else ''}: {_tell(said)} ({said.form.name})"

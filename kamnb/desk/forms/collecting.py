"""Forms collected: form by form what each of its cells comes to, and what is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kamnb.analysis import Analysis
from kamnb.data.appending import Row, Stamp, add_entries, check_entries, read_entries
from kamnb.data.entries import ABOUT
from kamnb.data.identity import find_original, read_identity, take_identity
from kamnb.data.portfolio import keep_open
from kamnb.data.settings import load_settings
from kamnb.data.tables import TABLES
from kamnb.desk.editing import Editing, begin_editing
from kamnb.desk.fields import IDS
from kamnb.desk.forms.answers import AGAIN, CONFLICT, NOTED, SAVED, THERE, Answer, Outcome, Saved, write_answer
from kamnb.desk.forms.checking import check_topic, find_missing, find_unasked, is_alike
from kamnb.desk.forms.files import find_locks, is_lock
from kamnb.desk.forms.newcomers import write_new
from kamnb.desk.forms.questions import RIVAL, Topic
from kamnb.desk.forms.reading import Form, read_form
from kamnb.desk.forms.topics import make_all_topics
from kamnb.desk.rating import Rating, begin_rating
from kamnb.desk.spelling import Spelling, learn_spelling
from kamnb.errors import DataError

_DAYS = ("rated_on", "stated_on", "confirmed_on")


@dataclass
class Reply:
    """What came of one form.

    Attributes
    ----------
    form : Form or None
        None where the file is none.
    path : Path
    outcomes : list of Outcome
        What became of each cell that is other than when the form was made.
    notes : list of str
        What is told besides.
    faults : list of str
        Why nothing of the form is taken; empty where it is.
    saved : list of Saved
        Rows for the tables.
    """

    path: Path
    form: Form | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)

    def list_outcomes(self, *kinds: str) -> list[Outcome]:
        """Return the outcomes of some kinds, those of an account together."""
        every = [*(outcome for each in self.saved for outcome in each.outcomes), *self.outcomes]
        order = {account: number for number, account in enumerate(dict.fromkeys(each.account for each in every))}
        return sorted((each for each in every if each.kind in kinds), key=lambda each: order[each.account])

    @property
    def changes(self) -> list[Outcome]:
        """What would be saved, or was."""
        return self.list_outcomes(SAVED, AGAIN)

    @property
    def conflicts(self) -> list[Outcome]:
        """What is not saved, for another answer stands against it."""
        return self.list_outcomes(CONFLICT)

    @property
    def noted(self) -> list[Outcome]:
        """What is not saved, for nothing would come of it."""
        return self.list_outcomes(NOTED)


@dataclass
class Collected:
    """What comes of collecting forms.

    Attributes
    ----------
    replies : list of Reply
        One for each form, in the order given.
    notes : list of str
        About files that are no forms.
    """

    home: Path
    on: date
    seen: Mapping[str, int]
    replies: list[Reply] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def changes(self) -> list[Outcome]:
        """What would be saved of all forms, or was."""
        return [each for reply in self.replies for each in reply.changes]

    @property
    def conflicts(self) -> list[Outcome]:
        """What is not saved of any form, for another answer stands against it."""
        return [each for reply in self.replies for each in reply.conflicts]

    @property
    def faults(self) -> list[str]:
        """Why forms are refused."""
        return [f"{reply.path.name}, {fault}" for reply in self.replies for fault in reply.faults]


@keep_open()
def gather_answers(paths: Sequence[Path], data_dir: str, analysis: Analysis, on: date, *, accept: bool = False) -> Collected:
    """Read forms and say what each cell would come to; nothing is saved.

    Parameters
    ----------
    paths : sequence of Path
    data_dir : str
    analysis : Analysis
        Of that data, as `kamnb.analysis.open_analysis` returns it.
    on : date
        The day of collecting.
    accept : bool
        Whether a form's answer counts where the workbook holds another since the form was made, or the account is another's now.

    Returns
    -------
    Collected
        A form with a fault is refused as a whole; the others are not held up by it.
    """
    editing = begin_editing(data_dir, analysis, on)
    replies = [read_reply(path, editing, accept=accept) for path in dict.fromkeys(paths) if not is_lock(path)]
    collected = Collected(editing.home, on, editing.seen, replies, list(find_locks(paths)))
    _settle(collected.replies)
    return collected


def save_answers(collected: Collected) -> list[Path]:
    """Save what was gathered, form by form; return the files that were written.

    Raises
    ------
    DataError
        If someone saved another answer since it was gathered; the forms before are saved then.
    """
    files: list[Path] = []
    seen = dict(collected.seen)
    for reply in collected.replies:
        rows = {name: [each.row for each in reply.saved if each.table == name] for name in ABOUT}
        if reply.form and any(rows.values()):
            stamp = Stamp(reply.form.name, collected.on, reply.path.name)
            files += add_entries(collected.home, rows, stamp, seen=seen)
            seen = {name: count + len(rows[name]) for name, count in seen.items()}
    if files:
        take_identity(collected.home)
    return sorted(set(files))


def read_reply(path: Path, editing: Editing, *, accept: bool = False) -> Reply:
    """Read one form and say what each of its cells would come to, whatever other forms say."""
    reply = Reply(path)
    try:
        reply.form = read_form(path, editing.on)
    except DataError as error:
        reply.faults += [fault.removeprefix(f"{path.name}: ") for fault in error.faults]
    else:
        _read(reply, reply.form, editing, accept)
    return reply


def _read(reply: Reply, form: Form, editing: Editing, accept: bool) -> None:
    """Read a form into its reply."""
    strange = _find_stranger(form, editing.home)
    if strange:
        reply.faults.append(strange)
        return
    reply.faults += form.faults
    reply.notes += form.notes
    topics = {topic.name: topic for topic in _lay_out(form, editing)}
    spelling = learn_spelling(load_settings(editing.data))
    for name in form.made:
        reply.notes += find_unasked(form, topics.get(name), name)
    reply.notes += find_missing(form, list(topics.values()))
    for topic in topics.values():
        if topic.name in form.made:
            _answer(reply, form, topic, editing, spelling, accept)
    _check_rows(reply)
    entries = {name: read_entries(editing.home, name) for name in ABOUT}
    _drop_saved(reply, form, entries)
    if reply.faults:
        reply.saved, reply.outcomes = [], []
    if not form.is_dated and reply.saved:
        reply.notes.append(f"it does not say on which day up to now it was saved; its answers count as of today, {editing.on}")


def _find_stranger(form: Form, home: Path) -> str:
    """Say why a form is not one of this workbook; nothing where it is."""
    original = find_original(home)
    if original is not None:
        return f"this workbook is a copy of {original}; a form that was made there is collected there, a new one can be made here"
    return "" if form.workbook == read_identity(home) else "is a form of another workbook; collect it there"


def _lay_out(form: Form, editing: Editing) -> tuple[Topic, ...]:
    """Return what is known now of everything that a form asks, whoever is asked about it now."""
    rating = begin_rating(str(editing.data), editing.analysis, form.name, "account_manager", editing.on)
    owners = {key: row["account_id"] for key, row in editing.rows["contacts"].items()}
    served = {key: row["account_id"] for key, row in editing.rows["objectives"].items()}
    owners |= {key: served.get(row["objective_id"], "") for key, row in editing.rows["actions"].items()}
    keys = [key for sheet in form.made.values() for key in sheet.rows]
    mine = editing.analysis.accounts.index[editing.analysis.accounts["account_manager"] == form.manager]
    accounts = dict.fromkeys([*map(str, mine), *(owners.get(key, key) for key in keys)])
    return make_all_topics(rating, editing, form.manager, list(accounts), _read_rivals(form, rating))


def _read_rivals(form: Form, rating: Rating) -> dict[str, str]:
    """Return whom the form names as competitor of each account, spelled as known."""
    found = {}
    for (sheet, account), cells in form.cells.items():
        if sheet == RIVAL and "competitor" in cells and cells["competitor"].text:
            said = cells["competitor"].text
            found[account] = next((name for name in rating.list_competitors(account) if is_alike(name, said)), said)
    return found


def _answer(reply: Reply, form: Form, topic: Topic, editing: Editing, spelling: Spelling, accept: bool) -> None:
    """Take the answers of a sheet."""
    said, faults = check_topic(form, topic, spelling, editing.on)
    reply.faults += faults
    now = {line.key: line for line in topic.lines}
    labels = {line.about[0]: line.account for line in topic.lines}
    offered = {label: labels.get(label, "") for label in topic.choices.get("Account", ())}
    for key, cells in said.items():
        known = form.made[topic.name].rows.get(key, {})
        places = {name: cell.place for name, cell in form.cells[topic.name, key].items()}
        line = now.get(key)
        answer = Answer(topic, key, known, cells, line, places, form.name, form.filled_on, accept, editing)
        reply.saved += write_new(answer, offered) if answer.is_new else write_answer(answer)
        reply.outcomes += answer.outcomes
        reply.faults += answer.faults


def _check_rows(reply: Reply) -> None:
    """Tell what the door would not take of the rows; to look at each row costs more than at all together."""
    for table in dict.fromkeys(each.table for each in reply.saved):
        rows = [each for each in reply.saved if each.table == table]
        for each in rows if check_entries(table, [each.row for each in rows]) else []:
            first = each.outcomes[0]
            found = check_entries(table, [each.row])
            reply.faults += [f"{first.place} ({first.account}, {first.what}): {fault.column}: {fault.what}" for fault in found]


def _drop_saved(reply: Reply, form: Form, entries: Mapping[str, Sequence[Row]]) -> None:
    """Leave out the rows that are entries already: the form was collected before."""
    there = [each for each in reply.saved if _is_saved(each, form, entries[each.table])]
    reply.saved = [each for each in reply.saved if each not in there]
    reply.outcomes += [replace(outcome, kind=THERE) for each in there for outcome in each.outcomes]


def _is_saved(saved: Saved, form: Form, entries: Sequence[Row]) -> bool:
    """Whether the very row is an entry already.

    Where the form does not say its day, the entry is of the day on which it was collected first.
    """
    names = [column for column in TABLES[saved.table].names if form.is_dated or column not in _DAYS]
    asked = [saved.row.get(column, "") for column in names]
    same = (entry for entry in entries if [entry.get(column, "") for column in names] == asked)
    return any(form.is_dated or _is_since(entry, form) for entry in same)


def _is_since(entry: Row, form: Form) -> bool:
    """Whether an entry is the form's, or at least of that person and not older than it."""
    days = [entry[column] for column in _DAYS if entry.get(column)]
    made = min(form.made_on, form.filled_on).isoformat()
    return entry.get("saved_by") == form.name and all(day >= made for day in days)


def _settle(replies: Sequence[Reply]) -> None:
    """Take out what two forms answer otherwise, and what a second one only repeats."""
    both = [(reply, each) for reply in replies if not reply.faults for each in reply.saved]
    by_key: dict[tuple[str, ...], list[tuple[Reply, Saved]]] = {}
    for reply, each in both:
        by_key.setdefault(_key_of(each), []).append((reply, each))
    for rows in by_key.values():
        contents = {_content(each) for _, each in rows}
        for number, (reply, each) in enumerate(rows):
            if len(contents) > 1:
                others = ", ".join(dict.fromkeys(other.path.name for other, _ in rows if other is not reply))
                why = f"{others or 'another row of the form'} says something else"
                reply.outcomes += [replace(outcome, kind=CONFLICT, why=why) for outcome in each.outcomes]
            elif number:
                why = f"{rows[0][0].path.name} says the same"
                reply.outcomes += [replace(outcome, kind=NOTED, why=why) for outcome in each.outcomes]
            if len(contents) > 1 or number:
                reply.saved = [other for other in reply.saved if other is not each]


def _key_of(saved: Saved) -> tuple[str, ...]:
    """Return what a row is about: rows of two forms about the same are two answers."""
    names = saved.new_by or tuple(column for column in ABOUT[saved.table] if column not in _DAYS)
    return (saved.table, *(saved.row.get(column, "").casefold() for column in names))


def _content(saved: Saved) -> tuple[str, ...]:
    left_out = (*_DAYS, *(IDS.get(saved.table, "") if saved.new_by else "",))
    return tuple(saved.row.get(column, "") for column in TABLES[saved.table].names if column not in left_out)

"""What came back in a form, as rows of tables: what differs from what was known, or was confirmed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kamnb.data.appending import Row
from kamnb.desk.editing import Editing
from kamnb.desk.forms.topics import CONFIRM, KNOWN, PEOPLE, RATED, RIVAL, SPEND, TODO


@dataclass(frozen=True)
class Answer:
    """A line of a form that came back.

    Attributes
    ----------
    topic, key : str
        The sheet, and what tells the line apart in it.
    year : str
        That the line is about; empty but for what is spent.
    known, now, cells : mapping of column to text
        What stood in it when the form was made, what would stand in it if it were made now, and what it says.
    rater : str
        Whose form it is.
    on : date
        The day on which it was filled.
    accept : bool
        Whether the form counts where someone saved another answer since it was made.
    """

    topic: str
    key: str
    year: str
    known: Mapping[str, str]
    now: Mapping[str, str]
    cells: Mapping[str, str]
    rater: str
    on: date
    accept: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether the person says that what is known still holds."""
        return self.cells.get(CONFIRM, "").lower() == "yes"

    @property
    def contradicted(self) -> list[str]:
        """The columns that the form answers and that someone answered otherwise since it was made."""
        other = [name for name in self.known if self.now[name] not in (self.known[name], self._cell(name))]
        return [name for name in other if self._cell(name) != self.known[name] or self.is_confirmed]

    @property
    def fresh(self) -> list[str]:
        """The columns that the form changes and that are not saved yet."""
        changed = [name for name in self.known if self._cell(name) not in (self.known[name], self.now[name])]
        return [name for name in changed if self.accept or name not in self.contradicted]

    @property
    def emptied(self) -> list[str]:
        """The columns that were known and came back empty."""
        return [name for name in self.known if self.known[name] and not self._cell(name)]

    def is_given(self, name: str) -> bool:
        """Whether a cell says something: it is filled, and it is new or confirmed."""
        confirmed = self.is_confirmed and (self.accept or name not in self.contradicted)
        return bool(self._cell(name)) and (name in self.fresh or confirmed)

    def say_idle(self, titles: Mapping[str, str]) -> Iterator[str]:
        """Yield what stands beside the answers and counts for nothing where the row has none."""
        if self.is_confirmed and not any(self.known.values()):
            yield "confirmed, but nothing is known that could be"
        touched = self.is_confirmed or any(self._cell(name) != self.known[name] for name in self.known)
        for name in ("comment", "source"):
            if self._cell(name) and name not in self.known and not touched:
                said = f'the {titles.get(name, name)} "{self._cell(name)}"'
                yield f"{said} is not saved, for no answer beside it is new or confirmed"

    def _cell(self, name: str) -> str:
        return self.cells.get(name, "")


def write_rows(answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    """Yield the rows that an answer makes: table, the column of the form, row.

    Parameters
    ----------
    answer : Answer
    editing : Editing
        The tables as they are.
    """
    yield from _WRITERS[answer.topic](answer, editing)


def _write_ratings(answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    comment = answer.cells.get("comment", "")
    for name in filter(answer.is_given, answer.known):
        yield "ratings", name, _rate(answer, name) | {"comment": comment}


def _write_rival(answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    for name in answer.known:
        is_another = "competitor" in answer.fresh and bool(answer.cells.get(name))
        if name != "competitor" and (answer.is_given(name) or is_another):
            yield "ratings", name, _rate(answer, name) | {"competitor": answer.cells.get("competitor", "")}


def _rate(answer: Answer, name: str) -> dict[str, str]:
    return {
        "account_id": answer.key, "criterion": name, "score": answer.cells[name], "rated_on": answer.on.isoformat(),
        "rater": answer.rater, "rater_kind": "account_manager",
    }  # fmt: skip


def _write_spend(answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    kept = {name: answer.now[name] for name in answer.contradicted if not answer.accept}
    filled = {name: answer.cells.get(name, "") for name in answer.known} | kept
    if any(map(answer.is_given, answer.known)) or answer.fresh:
        about = {"account_id": answer.key, "year": answer.year, "stated_on": answer.on.isoformat()}
        yield "wallet", "likely", {**about, "currency": editing.analysis.currency, **filled}


def _write_knowledge(answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    source = answer.cells.get("source", "") or f"form of {answer.rater}"
    about = {"account_id": answer.key, "confirmed_on": answer.on.isoformat(), "source": source}
    for name in filter(answer.is_given, answer.known):
        yield "insight", name, {**about, "topic": name, "text": answer.cells[name]}


def _write_person(answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    yield from _change_row("contacts", answer, editing)


def _write_action(answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    for table, name, row in _change_row("actions", answer, editing):
        first = {"original_due": answer.now["due"]} if "due" in answer.fresh and not row["original_due"] else {}
        yield table, name, {**row, **first}


def _change_row(table: str, answer: Answer, editing: Editing) -> Iterator[tuple[str, str, Row]]:
    """Yield the row as it is saved with what the form changes in it; what others changed in it meanwhile stays."""
    saved = editing.rows[table].get(answer.key)
    if saved and answer.fresh:
        yield table, answer.fresh[0], {**saved, **{name: answer.cells.get(name, "") for name in answer.fresh}}


_WRITERS: Mapping[str, Callable[[Answer, Editing], Iterator[tuple[str, str, Row]]]] = {
    RATED: _write_ratings,
    RIVAL: _write_rival,
    SPEND: _write_spend,
    KNOWN: _write_knowledge,
    PEOPLE: _write_person,
    TODO: _write_action,
}

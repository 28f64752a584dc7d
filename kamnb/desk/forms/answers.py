"""What became of each cell of a form that came back: saved, there already, in conflict, or noted; and the rows that are saved."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kamnb.data.appending import Row, read_entries
from kamnb.desk.editing import Editing
from kamnb.desk.forms.checking import NO, YES, is_same
from kamnb.desk.forms.questions import CONFIRM, KNOWN, NEW, PEOPLE, RATED, RIVAL, SPEND, TODO, Line, Topic

SAVED, AGAIN, THERE, CONFLICT, NOTED = "saved", "said again", "there already", "conflict", "noted"
"""What may become of a cell; a form with a cell that is wrong is refused as a whole."""

_BESIDE = {RATED: "comment", KNOWN: "source"}
"""Columns that go with the answers of their row and are nothing by themselves."""

_STAYS = ("ratings", "insight")
"""Tables in which nothing can be taken back by an empty cell."""


@dataclass(frozen=True)
class Outcome:
    """What became of a cell.

    Attributes
    ----------
    kind : str
        One of `SAVED`, `AGAIN`, `THERE`, `CONFLICT` and `NOTED`.
    place : str
        The cell, such as ``Ratings, D7``.
    account, what : str
        What it is about: the name of the account, and the person or action with the title of the column.
    before, after : str
        What stands in the workbook, and what the form says.
    why : str
        Why it is not saved; empty where it is.
    """

    kind: str
    place: str
    account: str
    what: str
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True)
class Saved:
    """A row of a table, what it settles, and by which column a thing that is new is told apart besides its account."""

    table: str
    row: Row
    outcomes: tuple[Outcome, ...]
    new_by: tuple[str, ...] = ()


@dataclass
class Answer:
    """A line of a form that came back, beside what is known of the same now.

    Attributes
    ----------
    topic : Topic
    key : str
    known, said : mapping of column to text
        What stood in it when the form was made, and what it says.
    now : Line or None
        As it would be asked now; None where the workbook does not have it any more.
    places : mapping of column to the place of its cell
    rater : str
        Whose form it is.
    on : date
        The day on which it was filled.
    accept : bool
        Whether the form counts where someone saved another answer since it was made.
    editing : Editing
        The tables as they are.
    outcomes : list of Outcome
        Of cells that no row settles.
    faults : list of str
        Why the answer cannot be taken.
    """

    topic: Topic
    key: str
    known: Mapping[str, str]
    said: Mapping[str, str]
    now: Line | None
    places: Mapping[str, str]
    rater: str
    on: date
    accept: bool
    editing: Editing
    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether the row is one for something new."""
        return self.key.startswith(f"{NEW} ")

    @property
    def is_confirmed(self) -> bool:
        """Whether the person says that what is known still holds."""
        return self.said.get(CONFIRM) == YES

    def changed(self, *names: str) -> list[str]:
        """Return those of these columns in which the form says something else than when it was made."""
        return [name for name in names if name in self.said and not is_same(self.said[name], self.known.get(name, ""))]

    def tell(self, kind: str, name: str, why: str = "", *, what: str = "", at: str = "", before: str | None = None) -> Outcome:
        """Return what became of a column, or of what a cell says of others."""
        titles = self.topic.columns
        was = before if before is not None else (self.now.known.get(name, "") if self.now else self.known.get(name, ""))
        thing = (self.now.known if self.now else self.known).get(self.topic.named, "") or self.said.get(self.topic.named, "")
        about = self.known.get(self.topic.heads[0], "") or self.said.get(self.topic.heads[0], "")
        told = what or titles.get(name, name)
        return Outcome(
            kind, self.places.get(at or name, ""), about, f"{thing}: {told}" if thing else told, was, self.said.get(name, ""), why
        )

    def judge(self, name: str) -> str:
        """Say whether what the form says of a column is `SAVED`, `THERE` already, or in `CONFLICT`."""
        assert self.now is not None
        if is_same(self.said[name], self.now.known.get(name, "")):
            return THERE
        if self.accept:
            return SAVED
        moved = not is_same(self.now.known.get(name, ""), self.known.get(name, ""))
        return CONFLICT if self.now.closed or moved else SAVED

    def explain(self, name: str) -> str:
        """Say why a column is in conflict."""
        assert self.now is not None
        if self.now.closed:
            return self.now.closed
        return f"since the form was made, with {self.known.get(name) or 'nothing'}, someone saved another answer"


def write_answer(answer: Answer) -> Iterator[Saved]:
    """Yield the rows that an answer makes; what becomes of its other cells is told in `Answer.outcomes`."""
    names = [ask.name for ask in answer.topic.asks]
    if answer.now is None:
        told = [name for name in answer.changed(*names) if name != CONFIRM or answer.is_confirmed]
        answer.outcomes += [answer.tell(CONFLICT, name, "the workbook does not have it any more") for name in told]
    else:
        yield from _WRITERS[answer.topic.name](answer)


def _sort_out(answer: Answer, names: Sequence[str]) -> dict[str, Outcome]:
    """Return the columns that are to be saved; of the others that were changed tell what becomes of them."""
    fresh: dict[str, Outcome] = {}
    for name in answer.changed(*names):
        kind = answer.judge(name)
        if kind != THERE and not answer.said[name] and answer.topic.table in _STAYS:
            answer.outcomes.append(answer.tell(NOTED, name, "left empty, so what is known stays"))
        elif kind == SAVED:
            fresh[name] = answer.tell(SAVED, name)
        else:
            answer.outcomes.append(answer.tell(kind, name, answer.explain(name) if kind == CONFLICT else ""))
    return fresh


def _confirm(answer: Answer, names: Sequence[str]) -> dict[str, Outcome]:
    """Return the columns of which the form says that they still hold, and tell what else its answer comes to."""
    if answer.said.get(CONFIRM) == NO:
        why = (
            "it says that this is not right any more, and not what is"
            if not answer.changed(*names)
            else "what is right is in its row"
        )
        answer.outcomes.append(answer.tell(NOTED, CONFIRM, why))
    if not answer.is_confirmed:
        return {}
    assert answer.now is not None
    held = [name for name in names if answer.said.get(name) and not answer.changed(name)]
    if not held and not answer.changed(*names):
        answer.outcomes.append(answer.tell(NOTED, CONFIRM, "nothing is known that could be confirmed"))
    fresh: dict[str, Outcome] = {}
    for name in held:
        kind = SAVED if is_same(answer.said[name], answer.now.known.get(name, "")) else answer.judge(name)
        if kind == CONFLICT or (answer.now.closed and not answer.accept):
            answer.outcomes.append(answer.tell(CONFLICT, name, answer.explain(name), at=CONFIRM))
        else:
            fresh[name] = answer.tell(AGAIN, name, at=CONFIRM)
    return fresh


def _write_ratings(answer: Answer) -> Iterator[Saved]:
    names = [name for name in answer.known if name in _rated(answer)]
    fresh = _sort_out(answer, names) | _confirm(answer, names)
    beside = _go_with(answer, bool(fresh))
    for number, (name, outcome) in enumerate(fresh.items()):
        row = _rate(answer, name) | {"comment": answer.said.get("comment", "")}
        yield Saved("ratings", row, (outcome, *(beside if number == 0 else ())))


def _rated(answer: Answer) -> list[str]:
    return [ask.name for ask in answer.topic.asks if ask.kind == "number"]


def _go_with(answer: Answer, is_saved: bool) -> tuple[Outcome, ...]:
    """Return what becomes of a comment or a source: it is saved with the answers of its row, else it is told."""
    name = _BESIDE[answer.topic.name]
    if not answer.changed(name):
        return ()
    if is_saved:
        return (answer.tell(SAVED, name),)
    if any(
        (row["account_id"], row[name], row["saved_by"]) == (answer.key, answer.said[name], answer.rater)
        for row in read_entries(answer.editing.home, answer.topic.table)
    ):  # the form was collected before
        answer.outcomes.append(answer.tell(THERE, name))
        return ()
    title = answer.topic.columns[name].lower()
    answer.outcomes.append(answer.tell(NOTED, name, f"the {title} is not saved, for no answer beside it is new or confirmed"))
    return ()


def _write_rival(answer: Answer) -> Iterator[Saved]:
    names = _rated(answer)
    assert answer.now is not None
    if not answer.said.get("competitor"):
        _judge_nameless(answer, names)
        return
    who = answer.now.known["competitor"]  # spelled as it is known
    if answer.changed("competitor") and is_same(who, answer.known.get("competitor", "")):
        answer.outcomes.append(answer.tell(THERE, "competitor"))
    own = {name: answer.now.known.get(name, "") for name in names}
    answer = replace(answer, said={**answer.said, "competitor": who})
    named = answer.changed("competitor")
    if named:  # the row says it of another one than when the form was made
        answer.outcomes += [answer.tell(THERE, name) for name in answer.changed(*names) if answer.judge(name) == THERE]
        answer = replace(answer, known={**answer.known, **own})
    fresh = {name: _of(outcome, who) for name, outcome in (_sort_out(answer, names) | _confirm(answer, names)).items()}
    if named and not fresh:
        rated = any(answer.said.get(name) for name in names)
        answer.outcomes.append(
            answer.tell(THERE if rated else NOTED, "competitor", "" if rated else "nothing beside the name is rated")
        )
    for number, (name, outcome) in enumerate(fresh.items()):
        first = [answer.tell(SAVED, "competitor", before=answer.known.get("competitor", ""))] if named and number == 0 else []
        yield Saved("ratings", _rate(answer, name) | {"competitor": who}, (*first, outcome))


def _judge_nameless(answer: Answer, names: Sequence[str]) -> None:
    """Refuse points for nobody: they would count as the customer's view of us."""
    given = [name for name in answer.changed(*names) if answer.said[name]]
    for name in given:
        title = answer.topic.columns[name]
        place = f"{answer.places[name]} ({answer.known['Account']}, {title})"
        answer.faults.append(f"{place}: the competitor that is rated is not named; write the name")
    told = [name for name in answer.changed("competitor", *names) if name not in given]
    answer.outcomes += [answer.tell(NOTED, name, "left empty, so what is known stays") for name in told]
    if answer.changed(CONFIRM):
        answer.outcomes.append(answer.tell(NOTED, CONFIRM, "nobody is named who could be confirmed"))


def _of(outcome: Outcome, who: str) -> Outcome:
    return replace(outcome, what=f"{outcome.what} of {who}")


def _rate(answer: Answer, name: str) -> dict[str, str]:
    return {
        "account_id": answer.key, "criterion": name, "score": answer.said[name], "rated_on": answer.on.isoformat(),
        "rater": answer.rater, "rater_kind": "account_manager",
    }  # fmt: skip


def _write_spend(answer: Answer) -> Iterator[Saved]:
    assert answer.now is not None
    names = [ask.name for ask in answer.topic.asks if ask.name != CONFIRM]
    fresh = _sort_out(answer, names) | _confirm(answer, names)
    if fresh:
        filled = {name: answer.said[name] if name in fresh else answer.now.known.get(name, "") for name in names}
        about = {"account_id": answer.key, "year": answer.known["Year"], "stated_on": answer.on.isoformat()}
        currency = answer.editing.analysis.currency
        yield Saved("wallet", {**about, "currency": currency, **filled}, tuple(fresh.values()))


def _write_knowledge(answer: Answer) -> Iterator[Saved]:
    names = [ask.name for ask in answer.topic.asks if ask.name not in (CONFIRM, "source")]
    fresh = _sort_out(answer, names) | _confirm(answer, names)
    beside = _go_with(answer, bool(fresh))
    source = answer.said.get("source", "") or f"form of {answer.rater}"
    about = {"account_id": answer.key, "confirmed_on": answer.on.isoformat(), "source": source}
    for number, (name, outcome) in enumerate(fresh.items()):
        row = {**about, "topic": name, "text": answer.said[name]}
        yield Saved("insight", row, (outcome, *(beside if number == 0 else ())))


def _write_thing(answer: Answer) -> Iterator[Saved]:
    """Yield the row as it is saved with what the form changes in it; what others changed in it meanwhile stays."""
    table = answer.topic.table
    fresh = _sort_out(answer, [ask.name for ask in answer.topic.asks])
    if fresh:
        saved = answer.editing.rows[table][answer.key]
        row = {**saved, **{name: answer.said[name] for name in fresh}}
        if table == "actions" and "due" in fresh and not row["original_due"]:
            row["original_due"] = saved["due"]
        yield Saved(table, row, tuple(fresh.values()))


_WRITERS: Mapping[str, Callable[[Answer], Iterator[Saved]]] = {
    RATED: _write_ratings,
    RIVAL: _write_rival,
    SPEND: _write_spend,
    KNOWN: _write_knowledge,
    PEOPLE: _write_thing,
    TODO: _write_thing,
}

"""What came of a form: each cell that was changed, before and after, what differs from others' answers, and what is not read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from kamnb.display.desk.edits import write_answer
from kamnb.display.parts.formats import TEXT, write_date
from kamnb.display.parts.sections import Heading
from kamnb.display.parts.sentences import Prose, count_of, write_list
from kamnb.display.parts.tables import Table, show_table


class Told(Protocol):
    """What became of a cell."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def place(self) -> str: ...  # noqa: D102
    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def what(self) -> str: ...  # noqa: D102
    @property
    def before(self) -> str: ...  # noqa: D102
    @property
    def after(self) -> str: ...  # noqa: D102
    @property
    def why(self) -> str: ...  # noqa: D102


class Answered(Protocol):
    """What came of a form."""

    @property
    def path(self) -> Path: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def faults(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def changes(self) -> Sequence[Told]: ...  # noqa: D102
    @property
    def conflicts(self) -> Sequence[Told]: ...  # noqa: D102
    @property
    def noted(self) -> Sequence[Told]: ...  # noqa: D102


def say_who(path: Path, name: str, filled_on: date, saved_by: str, *, is_dated: bool) -> str:
    """Say whose form it is, and when and by whom it was saved last.

    Examples
    --------
    >>> say_who(Path("M01.xlsx"), "Katrin Ahlers", date(2026, 7, 3), "J. Wiebe", is_dated=True)
    'M01.xlsx: form of Katrin Ahlers, saved on 3 July 2026 by J. Wiebe'
    """
    by = f" by {saved_by}" if saved_by and saved_by != name else ""
    when = f"saved on {write_date(filled_on)}" if is_dated else "which does not say when it was saved"
    return f"{path.name}: form of {name}, {when}{by}"


def say_outcome(told: Told) -> str:
    """Say what a cell comes to.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> say_outcome(SimpleNamespace(kind="saved", what="Trust", before="9", after="4", why="", place="Ratings, C4"))
    'Trust: 9 -> 4'
    """
    if told.kind == "said again":
        return f"{told.what}: {write_answer(told.after)}, still right"
    change = f"{told.what}: {write_answer(told.before)} -> {write_answer(told.after)}"
    return f"{change} ({told.why}; {told.place})" if told.why else change


def list_outcomes(told: Iterable[Told]) -> Iterator[str]:
    """Yield lines of outcomes, those of an account below its name."""
    for account, some in groupby(told, key=lambda each: each.account):
        yield account
        yield from (f"  {say_outcome(each)}" for each in some)


def tabulate_outcomes(told: Sequence[Told], caption: str) -> Table:
    """Put outcomes in a table: account, what, before, after, and why where it is not saved."""
    rows = [
        (each.account, each.what, write_answer(each.before), write_answer(each.after), each.why or _say_kind(each))
        for each in told
    ]
    heads = ["Account", "What", "Before", "After", "Remark"]
    shown = pd.DataFrame(rows, columns=heads)
    shown = shown if any(row[-1] for row in rows) else shown.drop(columns="Remark")
    return show_table(shown, caption, dict.fromkeys(shown.columns, TEXT))


def _say_kind(told: Told) -> str:
    return "still right" if told.kind == "said again" else ""


def show_reply(reply: Answered, who: str, *, is_saved: bool) -> Iterator[Any]:
    """Yield the parts of a page on what came of a form, or would come of it where nothing was saved."""
    yield Heading(who, 2)
    if reply.faults:
        yield Prose("Nothing of this form was saved. Put these cells right and send it again:")
        yield write_list(reply.faults)
        return
    if reply.changes:
        yield tabulate_outcomes(
            reply.changes, f"{'Saved' if is_saved else 'To be saved'}: {count_of(len(reply.changes), 'answer')}"
        )
    if reply.conflicts:
        yield tabulate_outcomes(reply.conflicts, "Not saved, for another answer stands against it")
    if reply.noted:
        yield tabulate_outcomes(reply.noted, "Not saved")
    if reply.notes:
        yield write_list(reply.notes)
    if not (reply.changes or reply.conflicts or reply.noted or reply.notes):
        yield Prose("Nothing new is in this form.")

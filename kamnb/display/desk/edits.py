"""What would be saved of a plan, in sentences, and the rows of a table as they stand."""

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from kamnb.display.parts.formats import TEXT, write_date, write_short_date
from kamnb.display.parts.sentences import Prose, write_list
from kamnb.display.parts.tables import Table, show_table, title_column

THINGS = {
    "customer_goals": "Goal", "objectives": "Objective", "actions": "Action", "insight": "Insight", "contacts": "Contact",
    "decisions": "Decision",
}  # fmt: skip
"""What a row of each table is called."""


def name_rows(table: str) -> str:
    """Name the rows of a table.

    Examples
    --------
    >>> name_rows("actions"), name_rows("insight")
    ('Actions', 'Insight')
    """
    return THINGS[table] if table == "insight" else f"{THINGS[table]}s"


class Changed(Protocol):
    """A column of a row that somebody changed."""

    @property
    def table(self) -> str: ...  # noqa: D102
    @property
    def about(self) -> str: ...  # noqa: D102
    @property
    def column(self) -> str: ...  # noqa: D102
    @property
    def before(self) -> str: ...  # noqa: D102


class Edited(Changed, Protocol):
    """A difference between what is saved and what would be."""

    @property
    def after(self) -> str: ...  # noqa: D102


def list_edits(edits: Sequence[Edited]) -> Prose:
    """Say what would be saved, a line for each difference.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> list_edits([SimpleNamespace(table="actions", about="Visit", column="due", before="2026-05-29", after="2026-08-01")])
    Action "Visit": due 29 May 2026 → 1 August 2026.
    """
    return write_list((_say(edit) for edit in edits), nothing="Nothing is changed.")


def _say(edit: Edited) -> str:
    about = f'{THINGS[edit.table]} "{edit.about}"'
    if not edit.column:
        return f"{about}: {edit.after}."
    return f"{about}: {title_column(edit.column).lower()} {write_answer(edit.before)} → {write_answer(edit.after)}."


def write_answer(text: str) -> str:
    """Write what stands in a column as a reader takes it: days in words, and that there is nothing.

    Examples
    --------
    >>> write_answer("2026-08-01"), write_answer("buyer"), write_answer("")
    ('1 August 2026', 'buyer', 'nothing')
    """
    day = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    return write_date(day) if pd.notna(day) else text or "nothing"


class Clashing(Changed, Protocol):
    """A column of a row that two people changed."""

    @property
    def theirs(self) -> str: ...  # noqa: D102
    @property
    def mine(self) -> str: ...  # noqa: D102
    @property
    def by(self) -> str: ...  # noqa: D102


def tabulate_clashes(clashes: Sequence[Clashing]) -> Table:
    """Put both versions of what two people changed side by side, column by column."""
    rows = [
        (f'{THINGS[each.table]} "{each.about}"', title_column(each.column), write_answer(each.before), each.by,
         write_answer(each.theirs), write_answer(each.mine))
        for each in clashes
    ]  # fmt: skip
    heads = ["Row", "Column", "It was", "Saved by", "Theirs", "Yours"]
    return show_table(pd.DataFrame(rows, columns=heads), "Changed by two people", dict.fromkeys(heads, TEXT))


COLUMNS = {
    "customer_goals": ("goal", "project", "budget", "year", "source", "confirmed_on"),
    "objectives": ("title", "measure", "target", "due", "agreed_on"),
    "actions": ("title", "owner", "due", "original_due", "done_on", "status"),
    "insight": ("topic", "text", "source", "confirmed_on"),
    "contacts": ("name", "function", "level", "role", "sentiment", "owner"),
    "decisions": ("decision", "decided_on", "owner", "due", "done_on"),
}
"""The columns of each table that are shown; all of them are in the fields below."""


def _write_short(text: str) -> str:
    day = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    return write_short_date(day) if pd.notna(day) else text.replace("_", " ")


def tabulate_rows(rows: pd.DataFrame, table: str, drafts: Sequence[str], struck: Sequence[str] = ()) -> Table:
    """Put the rows of a table of one account in a table; those that would change are marked.

    Parameters
    ----------
    rows : DataFrame of text, indexed by key
    table : str
    drafts, struck : sequence of str
        Keys of rows that would change, and of those that would be struck out.
    """
    used = [column for column in COLUMNS[table] if (rows[column] != "").any()]
    shown = rows[used].map(_write_short)
    if drafts or struck:
        words = {**dict.fromkeys(drafts, "not saved yet"), **dict.fromkeys(struck, "to be struck out")}
        shown["state"] = [words.get(str(key), "") for key in rows.index]
    ordered = shown.reset_index(drop=True)
    return show_table(ordered, name_rows(table), dict.fromkeys(ordered.columns, TEXT))

"""The shape of a form: sheets, their rows, and the columns that are filled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CONFIRM = "still right"
"""The column in which a person says that what is known still holds."""

ID = "Id"
"""The column that tells the rows of a sheet apart."""

NEW, SPARE = "new", 5
"""How the id of a row for something new begins, and how many such rows a sheet has."""

RATED, RIVAL, SPEND, KNOWN, PEOPLE, TODO = "Ratings", "Competitor", "Spend", "Knowledge", "People", "Actions"


@dataclass(frozen=True)
class Ask:
    """A column that is filled.

    Attributes
    ----------
    name : str
        Of the column in its topic; unique there.
    title : str
    help : str
        What to write, such as the anchors of a scale; it stands below the title, beside the cells.
    kind : "number", "part", "date", "choice" or "text"
        A part is a number from 0 to 1 that may be written in per cent.
    options : tuple of str
        What may be chosen; numbers too.
    low, high : float or None
        Bounds of a number.
    is_past : bool
        Whether a day may not lie in the future.
    """

    name: str
    title: str
    help: str = ""
    kind: str = "text"
    options: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_past: bool = False


@dataclass(frozen=True)
class Line:
    """A row of a topic.

    Attributes
    ----------
    key : str
        What tells it apart.
    account : str
        The account that it belongs to; empty in a row for something new.
    about : tuple of str
        What stands in the columns that say what the row is about.
    known : mapping of column to text
    closed : str
        Why nobody is asked about it any more; empty where somebody is.
    """

    key: str
    account: str
    about: tuple[str, ...]
    known: Mapping[str, str]
    closed: str = ""


@dataclass(frozen=True)
class Topic:
    """A sheet.

    Attributes
    ----------
    name : str
        Of the sheet.
    table : str
        To which its answers belong.
    help : str
    heads : tuple of str
        Titles of the columns that say what a row is about.
    asks : tuple of Ask
    lines : tuple of Line
    choices : mapping of head to texts
        What may be chosen in those columns in a row for something new; empty where nothing new is asked for.
    named : str
        The column that names the thing of a row, such as a person, and can be corrected; empty where the heads alone do.
    order : tuple of str
        Columns of numbers that may not fall from one to the next.
    """

    name: str
    table: str
    help: str
    heads: tuple[str, ...]
    asks: tuple[Ask, ...]
    lines: tuple[Line, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: str = ""
    order: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """The titles of all columns, by name, in their order."""
        return {ID: ID} | {head: head for head in self.heads} | {ask.name: ask.title for ask in self.asks}

    @property
    def spare(self) -> tuple[Line, ...]:
        """The rows for something new."""
        blank = ("",) * len(self.heads), {ask.name: "" for ask in self.asks}
        return tuple(Line(f"{NEW} {number}", "", *blank) for number in range(1, SPARE + 1)) if self.choices else ()

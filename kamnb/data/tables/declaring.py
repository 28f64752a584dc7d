"""How a table of the data contract is declared: its columns, their kinds, and when a row exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "money", "number", "whole", "yesno", "period", "worth"]

SQL_TYPES: Mapping[Kind, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(38,6)",
    "number": "DOUBLE",
    "whole": "INTEGER",
    "yesno": "BOOLEAN",
    "period": "VARCHAR",
    "worth": "VARCHAR",
}
"""The DuckDB type of each kind of column."""


@dataclass(frozen=True)
class Column:
    """One column: its kind, and when it becomes known.

    ``masked_by`` names the date column of the same row before which the value is unknown. A "worth"
    is a number in plain spelling or one of ``one_of``. ``said`` calls its values what their kind alone does not.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    masked_by: str = ""
    one_of: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    said: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its columns, the date from which a row exists, and the key that may not repeat.

    Of the columns in ``either`` each row needs at least one.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    event: str = ""
    key: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    @property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """All column names, in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns a file of this table must have."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def money(self) -> tuple[str, ...]:
        """The columns that hold amounts of money."""
        return tuple(column.name for column in self.columns if column.kind == "money")

    @property
    def is_rolled_up(self) -> bool:
        """Whether rows of children count for their parent where accounts are reported one level up."""
        return "account_id" in self.names and self.name not in ("accounts", "aliases")

    @property
    def has_currency(self) -> bool:
        """Whether rows name their currency; amounts of other tables are in the reporting currency."""
        return "currency" in self.names


def text(name: str, meaning: str, *, required: bool = False, one_of: tuple[str, ...] = (), masked_by: str = "") -> Column:
    """Declare a column of text; `one_of` names the words it may hold."""
    return Column(name, "text", meaning, required, masked_by, one_of)


def day(name: str, meaning: str, *, required: bool = False, masked: bool = False) -> Column:
    """Declare a column of days; masked: unknown before the day itself."""
    return Column(name, "date", meaning, required, name if masked else "")


def money(name: str, meaning: str, *, required: bool = False, masked_by: str = "") -> Column:
    """Declare a column of amounts."""
    return Column(name, "money", meaning, required, masked_by)


def number(name: str, meaning: str, *, required: bool = False, low: float | None = None, high: float | None = None) -> Column:
    """Declare a column of numbers between `low` and `high`."""
    return Column(name, "number", meaning, required, low=low, high=high)


def yesno(name: str, meaning: str) -> Column:
    """Declare a column of yes and no."""
    return Column(name, "yesno", meaning)


ACCOUNT = text("account_id", "the account", required=True)
CURRENCY = text("currency", "ISO code of the amounts in this row")
LEVELS = ("operational", "middle", "senior", "board")

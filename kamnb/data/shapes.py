"""Shapes of files that are not one row for each thing, as kamnb.toml says them; see ``docs/how_to/say_shapes.md``."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, Field, FiniteFloat, model_validator

from kamnb.data.spelled import Character, Rows, Text, Texts


class Unpivot(BaseModel, frozen=True, extra="forbid"):
    """Columns that are values of one of ours: their names go into one column, their cells into another.

    ``value`` is a column of ours, or several, each with the words by which the names of its columns end.
    """

    columns: Annotated[Texts, Field(min_length=1)]
    into: str
    value: str | dict[str, Text]

    @property
    def values(self) -> tuple[str, ...]:
        """The columns of ours that cells go into."""
        return (self.value,) if isinstance(self.value, str) else tuple(self.value)


class Choice(BaseModel, frozen=True, extra="forbid"):
    """Which rows a table takes by the text of one column: only those listed, or all but those."""

    only: Texts = ()
    but_not: Annotated[Texts, Field(alias="not")] = ()

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if bool(self.only) == bool(self.but_not):
            raise ValueError('must be a text or a list of those to keep, or { not = "..." } with those to leave out')
        return self


class Sides(BaseModel, frozen=True, extra="forbid"):
    """Where the two sides of an account are: in a column each, debit first, or in one that says of an amount which it is."""

    columns: Annotated[tuple[str, ...], Field(max_length=2)] = ()
    amount: str = ""
    side: str = ""

    @model_validator(mode="after")
    def _says_both(self) -> Self:
        if (len(self.columns) == 2) == bool(self.amount and self.side) or bool(self.amount) != bool(self.side):
            raise ValueError('must be two columns, as in ["Debit", "Credit"], or { amount = "Amount", side = "D/C" }')
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """The two columns: of debits and credits, or of amounts and their sides."""
        return self.columns or (self.amount, self.side)


class Beside(BaseModel, frozen=True, extra="forbid"):
    """A further file that has one row for each row of a table, or for many of them."""

    file: str
    on: Annotated[Texts, Field(min_length=1, max_length=2)]
    encoding: str = ""
    separator: Annotated[str, Field(max_length=1)] = ""
    header_row: Rows | None = None


def _as_choice(value: Any) -> Any:
    return {"only": value} if isinstance(value, str | list | int | bool) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Choices = dict[str, Annotated[Choice, BeforeValidator(_as_choice)]]
Besides = Annotated[tuple[Beside, ...], BeforeValidator(_as_list)]
Lists = dict[str, Character]
BothSides = dict[str, Annotated[Sides, BeforeValidator(lambda value: {"columns": value} if isinstance(value, list) else value)]]
Scale = tuple[FiniteFloat, FiniteFloat]

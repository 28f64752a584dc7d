"""A column looked at: what its cells look like, how they are written, and the numbers in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.data.numbers import parse_number
from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.formats import Writing, find_writing
from kamnb.data.proposing.profiles import Profile, profile_block
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Look:
    """One column of theirs: what its cells look like, how they are written, between which numbers they lie."""

    profile: Profile
    writing: Writing
    low: float | None = None
    high: float | None = None


Looks = dict[str, dict[str, Look]]
"""Of each block (its view), of each column."""


def look_at(connection: "duckdb.DuckDBPyConnection", blocks: Sequence[Block]) -> Looks:
    """Look at every column of every block."""
    return {block.view: _look_at_block(connection, block) for block in blocks}


def _look_at_block(connection: "duckdb.DuckDBPyConnection", block: Block) -> dict[str, Look]:
    looks = {
        name: Look(profile, find_writing(connection, block, profile))
        for name, profile in profile_block(connection, block).items()
    }
    numbers = [name for name, look in looks.items() if look.writing.is_number]
    if not numbers:
        return looks
    ends = ", ".join(f"min({number_of(looks[name])}), max({number_of(looks[name])})" for name in numbers)
    row = connection.execute(f"SELECT {ends} FROM {block.view}").fetchone() or ()
    for name, low, high in zip(numbers, row[::2], row[1::2], strict=True):
        looks[name] = Look(looks[name].profile, looks[name].writing, low, high)
    return looks


def number_of(look: Look) -> str:
    """Return the expression of a column's value as a double."""
    decimal, thousands = look.writing.ways[0]
    settings = TableSettings(decimal=decimal, thousands=thousands, currency_sign=look.writing.signs)
    is_plain = (decimal, thousands) == (".", "") and not look.writing.signs and not look.writing.is_dressed
    text = parse_number(identifier(look.profile.name), settings, marks=True, percent=True, plain=is_plain)
    return f"TRY_CAST({text} AS DOUBLE)"

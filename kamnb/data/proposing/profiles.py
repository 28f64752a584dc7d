"""What the cells of each column look like, counted on every row."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.data.proposing.blocks import Block
from kamnb.data.sql import identifier
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb

_MOST_SHAPES = 1500
"""A column with more shapes than this is text; numbers and days have few."""
_MOST_WORDS = 60
"""A column with more values than this is no choice among words."""


@dataclass(frozen=True)
class Profile:
    """One column of a block.

    Attributes
    ----------
    filled, distinct : int
        Rows with a value, and different values.
    samples : tuple of str
        Three values, the most frequent first.
    shapes : tuple of str
        Different values once figures are all made 1; empty where there are too many.
    words : mapping of str to int
        Values with their rows where they are few; else empty.
    lettered : float
        Share of the different values with letters.
    spaced : float
        Share of the different values with a blank between letters.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    samples: tuple[str, ...]
    shapes: tuple[str, ...]
    words: dict[str, int]
    lettered: float
    spaced: float

    @property
    def is_key(self) -> bool:
        """Whether nearly every row has a value of its own; a file that repeats a row does so rarely."""
        return self.filled > 0.98 * self.rows and self.distinct > 0.98 * self.filled

    @property
    def is_destroyed(self) -> bool:
        """Whether these are times without a day (``15:07.5``), what a spreadsheet made of dates."""
        return bool(self.shapes) and all(re.fullmatch(r"11:11\.1", shape) for shape in self.shapes)

    @property
    def is_currency(self) -> bool:
        """Whether all values are ISO codes of currencies."""
        return bool(self.words) and {word.upper() for word in self.words} <= {*load_words("currency")["codes"]}

    @property
    def has_figures(self) -> bool:
        """Whether every value has a figure."""
        return bool(self.shapes) and all("1" in shape for shape in self.shapes)


def profile_block(connection: "duckdb.DuckDBPyConnection", block: Block) -> dict[str, Profile]:
    """Return the profile of every column by its name."""
    return {name: _profile_column(connection, block, name) for name in block.names}


def _profile_column(connection: "duckdb.DuckDBPyConnection", block: Block, name: str) -> Profile:
    column = identifier(name)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE seen AS SELECT {column} AS v, count(*) AS n, min(_seq) AS first "
        f"FROM {block.view} WHERE {column} IS NOT NULL GROUP BY ALL"
    )
    filled, distinct, lettered, spaced = connection.execute(
        "SELECT coalesce(sum(n), 0), count(*), count(*) FILTER (regexp_matches(v, '\\pL')), "
        "count(*) FILTER (regexp_matches(v, '\\pL \\pL')) FROM seen"
    ).fetchone() or (0, 0, 0, 0)
    top = connection.execute(f"SELECT v, n FROM seen ORDER BY n DESC, first LIMIT {_MOST_WORDS + 1}").fetchall()
    shapes = connection.execute(
        f"SELECT DISTINCT regexp_replace(v, '\\d', '1', 'g') AS s FROM seen ORDER BY s LIMIT {_MOST_SHAPES + 1}"
    ).fetchall()
    return Profile(
        name,
        block.rows,
        int(filled),
        distinct,
        tuple(value[:40] for value, _ in top[:3]),
        tuple(shape for (shape,) in shapes) if len(shapes) <= _MOST_SHAPES else (),
        dict(top) if distinct <= _MOST_WORDS else {},
        lettered / distinct if distinct else 0.0,
        spaced / distinct if distinct else 0.0,
    )

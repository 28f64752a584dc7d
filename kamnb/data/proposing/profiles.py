"""What the cells of each column look like, counted on every row."""

import re
from collections import Counter
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

_FIGURES = str.maketrans("023456789", "111111111")
_LETTER, _BLANK = re.compile(r"[^\W\d_]"), re.compile(r"[^\W\d_] [^\W\d_]")


@dataclass(frozen=True)
class Profile:
    """One column of a block.

    Attributes
    ----------
    filled, distinct : int
        Rows with a value, and different values.
    samples : tuple of str
        Three values, the most frequent first.
    shapes : mapping of str to int
        Values once figures are all made 1, with how many different ones there are of each; empty where there are too many.
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
    shapes: dict[str, int]
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
    seen = connection.execute(
        f"SELECT {column} AS v, count(*) AS n FROM {block.view} WHERE {column} IS NOT NULL GROUP BY v ORDER BY n DESC, v"
    ).fetchall()
    shapes = Counter(value.translate(_FIGURES) for value, _ in seen)
    lettered = sum(times for shape, times in shapes.items() if _LETTER.search(shape))
    spaced = sum(times for shape, times in shapes.items() if _BLANK.search(shape))
    return Profile(
        name,
        block.rows,
        sum(times for _, times in seen),
        len(seen),
        tuple(value[:40] for value, _ in seen[:3]),
        dict(sorted(shapes.items())) if len(shapes) <= _MOST_SHAPES else {},
        dict(seen) if len(seen) <= _MOST_WORDS else {},
        lettered / len(seen) if seen else 0.0,
        spaced / len(seen) if seen else 0.0,
    )

"""Words by which files are understood, ``words.toml``: marks, totals, and what columns are called."""

from functools import cache
from typing import Any

from kamnb.data.settings import read_toml
from kamnb.places import settings_file


@cache
def load_words(part: str) -> dict[str, Any]:
    """Return one part of the word list.

    Examples
    --------
    >>> load_words("marks")["debit"][:2]
    ['dr', 's']
    """
    part_of_file: dict[str, Any] = read_toml(settings_file("words.toml"))[part]
    return part_of_file

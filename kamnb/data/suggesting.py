"""Which of a file's columns may be meant by ours: by names that are equal, by words of meaning, by letters last."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from kamnb.data.words import load_words


def suggest_columns(wanted: Iterable[str], spare: Iterable[str]) -> dict[str, str]:
    """Return, for each of our columns, the one of theirs that may be it; never one of theirs twice.

    Examples
    --------
    >>> suggest_columns(["account_id", "date", "amount"], ["Record ID", "Due date", "Invoice date", "Net", "Customer no"])
    {'account_id': 'Customer no', 'date': 'Invoice date', 'amount': 'Net'}
    """
    free, found = list(spare), dict[str, str]()
    missing = list(wanted)
    for choose in (_equal, _meant, _alike):
        for ours in missing:
            column = choose(ours, free) if ours not in found else None
            if column:
                found[ours] = column
                free.remove(column)
    return {ours: found[ours] for ours in missing if ours in found}


def fold_name(name: str) -> str:
    """Return a name without case, blanks and marks between words."""
    return re.sub(r"[\W_]+", "", name).lower()


def _equal(ours: str, free: list[str]) -> str | None:
    return next((column for column in free if fold_name(column) == fold_name(ours)), None)


def _meant(ours: str, free: list[str]) -> str | None:
    """Return the column with the first of the words of meaning and none of those that tell of another thing."""
    others = load_words("not_columns").get(ours, ())
    open_ = [column for column in free if not any(_holds(column, word) for word in others)]
    words = load_words("columns").get(ours, ())
    return next((column for word in words for column in open_ if _holds(column, word)), None)


def _holds(column: str, word: str) -> bool:
    """Tell whether a word stands in a column's name: as words of it, or at the beginning of one where it is long."""
    plain = " ".join(re.findall(r"\w+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).replace("_", " "))).lower()
    word = word.replace("-", " ")
    return re.search(rf"\b{re.escape(word)}{'' if len(word) > 4 else chr(92) + 'b'}", plain) is not None


def _alike(ours: str, free: list[str]) -> str | None:
    return next(iter(get_close_matches(ours, free, n=1, cutoff=0.75)), None)

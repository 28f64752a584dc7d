"""Answers to questions about a portfolio, kept as long as what they were drawn from is the same."""

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

Question = Callable[..., Any]


@dataclass(frozen=True)
class _Answer:
    """What was asked beside the portfolio, the tables read, what the portfolio held of them, and the answer, pickled."""

    asked: bytes
    read: frozenset[str]
    content: str
    answer: bytes


@dataclass
class Memory:
    """The latest answers to every question that was asked of a day while `remember` held: `most` of each.

    An answer holds where all that the question was asked with is the same, and every table that was read while it was answered
    has the content that it had. Which those are is seen by what is asked of the portfolio, so nobody has to say it.
    """

    most: int = 1
    answers: dict[tuple[Question, Any], list[_Answer]] = field(default_factory=dict)


_MEMORY: ContextVar[Memory | None] = ContextVar("memory", default=None)
_READERS: ContextVar[tuple[set[str], ...]] = ContextVar("readers", default=())


@contextmanager
def remember(memory: Memory) -> Iterator[None]:
    """Let questions be answered from `memory` within the block, and their answers be kept there; a memory in use stays in use."""
    if _MEMORY.get() is not None:
        yield
        return
    token = _MEMORY.set(memory)
    try:
        yield
    finally:
        _MEMORY.reset(token)


@contextmanager
def watch_reading() -> Iterator[set[str]]:
    """Yield the set of tables that are read within the block; it grows as they are."""
    read = set[str]()
    token = _READERS.set((*_READERS.get(), read))
    try:
        yield read
    finally:
        _READERS.reset(token)


def note_reading(tables: Iterable[str]) -> None:
    """Say that tables are read, to all who watch."""
    for read in _READERS.get():
        read.update(tables)


class Tables(Protocol):
    """A portfolio, as far as answers are kept of it."""

    @property
    def as_of(self) -> date:
        """The day of the view."""

    def fingerprint(self, tables: Iterable[str]) -> str:
        """Return all that an answer drawn from some tables hangs on, the tables by their hashes."""


def recall(question: Question, portfolio: Tables, *others: Any, **named: Any) -> Any:
    """Return the answer to a question: from the memory that is in use where it holds, else drawn anew and kept."""
    memory = _MEMORY.get()
    if memory is None:
        return question(portfolio, *others, **named)
    asked, answers = _hash_objects((others, named)), memory.answers.setdefault((question, portfolio.as_of), [])
    content = cache(portfolio.fingerprint)
    known = next((each for each in answers if each.asked == asked and each.content == content(each.read)), None)
    if known is None:
        with watch_reading() as read:
            answer = pickle.dumps(question(portfolio, *others, **named))
        known = _Answer(asked, frozenset(read), content(frozenset(read)), answer)
    else:
        answers.remove(known)
    answers[memory.most - 1 :] = []
    answers.insert(0, known)
    note_reading(known.read)
    return pickle.loads(known.answer)  # each asker has a copy of its own


def _hash_objects(objects: Any) -> bytes:
    content = io.BytesIO()
    _Spelling(content).dump(objects)
    return hashlib.sha256(content.getbuffer()).digest()


class _Spelling(pickle.Pickler):
    """Spells frames by their columns: how they lie in memory is another after they were looked at."""

    def reducer_override(self, value: Any) -> Any:
        import numpy as np
        import pandas as pd

        if isinstance(value, pd.DataFrame):
            kinds = [str(kind) for kind in value.dtypes]
            alike = {*kinds} == {"float64"}
            cells = [np.ascontiguousarray(value.to_numpy())] if alike else [column.to_numpy() for _, column in value.items()]
            return tuple, ([value.index, value.columns, kinds, *cells],)
        return NotImplemented


def spell(value: Any) -> str:
    """Return a value as text that is the same in every process, in which sets and tables of names may have another order.

    Examples
    --------
    >>> spell({"b": {2, 1}, "a": None})
    "{'a': None, 'b': {1, 2}}"
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(sorted(f'{key!r}: {spell(each)}' for key, each in value.items()))}}}"
    if isinstance(value, Set):
        return f"{{{', '.join(sorted(map(spell, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(spell, value))}]"
    if hasattr(value, "__dict__") and not isinstance(value, type | Path):
        return f"{type(value).__name__}{spell(vars(value))}"
    return repr(value)

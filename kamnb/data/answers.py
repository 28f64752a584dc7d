"""Answers to questions about a portfolio, kept as long as what they were drawn from is the same."""

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kamnb.data.saving import hash_once

if TYPE_CHECKING:
    from kamnb.data.portfolio import Portfolio

Question = Callable[..., Any]


@dataclass(frozen=True)
class _Answer:
    """What was asked beside the tables, the tables that were read with their content, and the answer, pickled."""

    asked: bytes
    read: tuple[tuple[str, str, tuple[str, ...]], ...]
    answer: bytes


@dataclass
class Memory:
    """The latest answer to every question that was asked of a day while `remember` held.

    An answer holds where all that the question was asked with is the same, and every table that was read while it was answered
    has the content that it had. Which those are is seen by what is asked of the portfolio, so nobody has to say it.
    """

    answers: dict[tuple[Question, Any], _Answer] = field(default_factory=dict)


_MEMORY: ContextVar[Memory | None] = ContextVar("memory", default=None)
_READERS: ContextVar[tuple[set[str], ...]] = ContextVar("readers", default=())


@contextmanager
def remember(memory: Memory) -> Iterator[None]:
    """Let questions be answered from `memory` within the block, and their answers be kept there."""
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


def recall(question: Question, portfolio: "Portfolio", *others: Any) -> Any:
    """Return the answer to a question: from the memory that is in use where it holds, else drawn anew and kept."""
    memory = _MEMORY.get()
    if memory is None:
        return question(portfolio, *others)
    asked = _hash_objects((_head(portfolio), others))
    place = question, portfolio.as_of
    known = memory.answers.get(place)
    if known is None or known.asked != asked or known.read != _hash_tables(portfolio, [name for name, *_ in known.read]):
        with watch_reading() as read:
            answer = pickle.dumps(question(portfolio, *others))
        known = memory.answers[place] = _Answer(asked, _hash_tables(portfolio, read), answer)
    note_reading(name for name, *_ in known.read)
    return pickle.loads(known.answer)  # each asker has a copy of its own


def _head(portfolio: "Portfolio") -> tuple[Any, ...]:
    """Return all of a portfolio but its tables."""
    own = sorted((name, repr(content)) for name, content in portfolio.own.items())
    rates = sorted((code, sorted(dated.items())) for code, dated in portfolio.rates.items())
    more = (sorted(portfolio.further.items()), portfolio.fiscal_year_start, portfolio.lost_content)
    return (portfolio.as_of, portfolio.currency, sorted(portfolio.filled), own, rates, *more)


def _hash_tables(portfolio: "Portfolio", names: Iterable[str]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return of each table its name, its content, and which columns have a value, in the order of the names."""
    given = [(name, portfolio.folder / f"{name}.parquet", portfolio.filled.get(name)) for name in sorted(names)]
    return tuple((name, "" if filled is None else hash_once(file), tuple(sorted(filled or ()))) for name, file, filled in given)


def _hash_objects(objects: Any) -> bytes:
    content = io.BytesIO()
    _Spelling(content).dump(objects)
    return hashlib.sha256(content.getbuffer()).digest()


class _Spelling(pickle.Pickler):
    """Spells frames by their columns: how they lie in memory is another after they were looked at."""

    def reducer_override(self, value: Any) -> Any:
        import pandas as pd

        if isinstance(value, pd.DataFrame):
            columns = [(name, str(column.dtype), column.to_numpy()) for name, column in value.items()]
            return tuple, ([value.index, value.columns, *columns],)
        return NotImplemented

"""Several tables on one sheet, one below the other: where each of them is, as ``cells`` says it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from kamnb.data.proposing.names import score_name
from kamnb.data.tables import TABLES
from kamnb.data.text import LOOKED_AT
from kamnb.data.workbooks import letters_of

Row = tuple[int, list[str]]

_KNOWN, _LEAST = 0.75, 2
"""A header has so many names at least that say so well which columns of ours they are."""


def find_regions(
    rows: Iterable[Row], find_header: Callable[[Sequence[Row]], tuple[int | None, tuple[str, ...]]]
) -> list[tuple[str, tuple[str, ...]]]:
    """Return the cells of each table of a sheet that has several, with the titles above it; none where it has one.

    A table ends above an empty row; only what has a header of known columns begins another, and a header
    that comes again is that of a further page.
    """
    found, heads = [], set[tuple[str, ...]]()
    for part in _split(rows):
        header, titles = find_header(part)
        top = part[0][0] if header is None else header
        names = next((cells for number, cells in part if number == top), [])
        if header != 0 and len(part) > 1 and sum(map(_is_known, names)) >= _LEAST:
            filled = [place for place, name in enumerate(names) if name]
            heads.add(tuple(names))
            found.append((f"{letters_of(filled[0])}{top}:{letters_of(filled[-1])}", titles))
    return found if 1 < len(found) == len(heads) else []


def _split(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the first rows of each part of a sheet between empty ones."""
    part: list[Row] = []
    for number, cells in rows:
        if any(cells):
            part += [(number, cells)] if len(part) < LOOKED_AT else []
        elif part:
            yield part
            part = []
    if part:
        yield part


@cache
def _is_known(name: str) -> bool:
    return any(score_name(table.name, ours, name) >= _KNOWN for table in TABLES.values() for ours in table.names)

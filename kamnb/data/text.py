"""CSV and kin: encodings, headers, and the lines that are no rows."""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import IO, NamedTuple, cast

LONGEST_CELL = 131_072
"""Characters; a cell or a line set aside is not read beyond."""

TOO_LONG = f"a cell is longer than {LONGEST_CELL:,} characters"
"""Why a row with such a cell is none."""

_LONGEST_NAME = 10_000
"""Characters of a column's name; what is longer is a text that nobody called so."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_UTF8 = 'is not UTF-8; say what it is, as in encoding = "cp1252"'


class UnreadableError(Exception):
    """A file that cannot be read; the text says where and what to do."""


@dataclass(frozen=True)
class Header:
    """The names in a file's header, its separator and the line it ends on (0 where there is none)."""

    names: tuple[str, ...]
    separator: str
    line: int


class Record(NamedTuple):
    """One row of a file; where `fault` says why it is none, `text` is its line."""

    row: int
    cells: list[str]
    fault: str = ""
    text: str = ""


def decode_file(path: Path, encoding: str, scratch: Path) -> Path:
    """Return the file as UTF-8: itself where it is, else decoded (and unpacked) into `scratch`."""
    with _opened(path) as file:
        start = file.read(4)
    wanted = next((name for mark, name in _BOMS if start.startswith(mark)), encoding) or "utf-8"
    utf8 = wanted.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")
    if utf8 and not _is_packed(path):
        return path
    try:
        with _opened(path) as file, scratch.open("w", encoding="utf-8", newline="") as target:
            text = io.TextIOWrapper(file, encoding=wanted, newline="")
            while block := text.read(1 << 20):
                target.write(block)
    except LookupError:
        raise UnreadableError(f'encoding "{encoding}" is unknown; common are utf-8, cp1252, cp1251') from None
    except UnicodeError as error:
        raise UnreadableError(_NO_UTF8 if utf8 else f"is not {wanted}: {error}; set encoding") from None
    return scratch


def _is_packed(path: Path) -> bool:
    return path.name.lower().endswith(".gz")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
            yield cast(IO[bytes], file)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableError(f"cannot be unpacked: {error}") from None


def read_header(path: Path, separator: str, rows: Sequence[int] | None) -> Header:
    """Read the header of a UTF-8 file; by default it is the first line that is not empty.

    With `rows` (0,) there is none and columns are called column1, column2, ...; of several rows the names are joined.
    """
    header_row = rows[0] if rows else None
    with _lines(path) as lines:
        numbered = ((n, line) for n, line in enumerate(lines, 1) if line.strip() or n == header_row)
        first, line = next(((n, line) for n, line in numbered if n >= (header_row or 1)), (0, ""))
        if not line.strip():
            where = f"line {header_row} is empty" if first else f"has no line {header_row}" if header_row else "is empty"
            raise UnreadableError(f"{where}; a header is needed" if header_row else where)
        separator = separator or max(",;\t|", key=line.count)
        cells, last = _names(line, separator, lines, first)
        below = []
        for _ in rows[1:] if rows else ():
            more, last = _names(next(lines, ""), separator, lines, last + 1)
            below.append(more)
    if longest := max((len(name) for names in (cells, *below) for name in names if len(name) > _LONGEST_NAME), default=0):
        raise UnreadableError(f"line {first} is no header: a name in it has {longest:,} characters; say which is, by header_row")
    if header_row == 0:
        return Header(tuple(f"column{n}" for n in range(1, len(cells) + 1)), separator, 0)
    return Header(tuple(join_names([cells, *below]) if below else cells), separator, last)


def _names(line: str, separator: str, below: Iterator[str], number: int) -> tuple[list[str], int]:
    """Return the names in a line of the header, and the line on which they end."""
    cells, taken = _complete(line, separator, ((0, more) for more in below))
    if isinstance(cells, str):
        return [cell.strip('"') for cell in line.strip().split(separator)], number
    return cells, number + len(taken)


def join_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join the names of several header rows; one above others holds for the empty cells to its right, too.

    Examples
    --------
    >>> join_names([["Customer", "Jan 2026", ""], ["", "Revenue", "Cost"]])
    ['Customer', 'Jan 2026 Revenue', 'Jan 2026 Cost']
    """
    width = max(map(len, rows))
    filled = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    for row, below in pairwise(filled):
        for place in range(1, width):
            row[place] = row[place] or (row[place - 1] if below[place] else "")
    return [" ".join(filter(None, names)) for names in zip(*filled, strict=True)]


def find_titles(path: Path, header: Header) -> str:
    """Say which line may be the header where the one that was taken has fewer fields than most lines; empty where it has not."""
    with _lines(path) as lines:
        first = [(n, line) for n, line in enumerate(islice(lines, LOOKED_AT), 1) if line.strip() and n >= header.line]
    separator = max(",;\t|", key=lambda mark: sum(mark in line for _, line in first))
    wider = sum(line.count(separator) >= len(header.names) for _, line in first)  # a quoted separator makes it one more at most
    if all(header.names) and wider * 2 <= len(first) - 1:
        return ""
    widths = [(n, line.strip(), _width(line, separator)) for n, line in first]
    return propose_header(widths, header, "line")


def propose_header(rows: list[tuple[int, str, int]], header: Header, what: str) -> str:
    """Say which of the first rows (number, text, how many fields are filled) may be the header, as `find_titles` does."""
    ((most, times),) = Counter(width for *_, width in rows[1:]).most_common(1) or [(0, 0)]
    taken = len([name for name in header.names if name.strip()])
    if most < 2 * max(taken, 1) or times * 2 <= len(rows) - 1:  # a title fills few fields; rows a field too long are rows
        return ""
    row, text = next((n, text) for n, text, width in rows if width == most)
    fields = f"{taken} field{'s' if taken != 1 else ''}"
    return f'{what} {header.line} has {fields}, most {what}s have {most}: header_row = {row}? It is "{text[:200]}"'


LOOKED_AT = 200
"""Rows in which a header is looked for."""


def _width(line: str, separator: str) -> int:
    cells = _split(line, separator)
    return 0 if isinstance(cells, str) else max((n for n, cell in enumerate(cells, 1) if cell.strip()), default=0)


def count_lines(path: Path) -> int | None:
    """Return the number of lines; None where they end in more than one way."""
    feeds = returns = pairs = 0
    last = b""
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            pairs += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            feeds, returns, last = feeds + block.count(b"\n"), returns + block.count(b"\r"), block[-1:]
    return feeds + (last not in (b"\n", b"")) if pairs == returns and returns in (0, feeds) else None


def read_records(path: Path, header: Header) -> Iterator[Record]:
    """Yield every row below the header, with the line it begins on; empty lines are passed over.

    A row spans lines where a quoted cell does. Where it then has not the header's number of fields,
    its first line alone is no row, and reading goes on with the next line: a stray quote costs its
    own line, not those that follow.
    """
    width = len(header.names)
    with _lines(path) as lines:
        below = _Lines((n, line) for n, line in enumerate(lines, 1) if n > header.line)
        for row, line in below:
            cells, taken = _complete(line, header.separator, below)
            fault = cells if isinstance(cells, str) else _misfit(cells, width)
            if fault:
                below.give_back(taken)
                yield Record(row, [], fault, line.rstrip("\r\n")[:LONGEST_CELL])
            elif cells:
                yield Record(row, [*cells, *[""] * width][:width])


class _Lines:
    """Numbered lines that can be given back, to be had again."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._ahead: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self

    def __next__(self) -> tuple[int, str]:
        return self._ahead.popleft() if self._ahead else next(self._lines)

    def give_back(self, lines: list[tuple[int, str]]) -> None:
        self._ahead.extendleft(reversed(lines))


def _complete(line: str, separator: str, below: Iterator[tuple[int, str]]) -> tuple[list[str] | str, list[tuple[int, str]]]:
    """Return the cells of a row that begins with `line`, and the further lines it takes."""
    taken: list[tuple[int, str]] = []
    cells = rest = _split(line, separator)
    length = len(line)
    while rest == _OPEN and length < LONGEST_CELL and (more := next(below, None)):
        taken.append(more)
        length += len(more[1])
        if '"' in more[1]:
            rest = _split(f'"{more[1]}', separator)  # goes on within the quotes; all of it anew for each line takes too long
    if taken:
        cells = _split("".join([line, *(text for _, text in taken)]), separator)
    return cells, taken


_OPEN = "a quote is opened and not closed"


def _split(text: str, separator: str) -> list[str] | str:
    """Return the cells of a row, or what is wrong with its quotes."""
    lines = io.StringIO(text, newline="")
    try:
        return next(csv.reader(lines, delimiter=separator, skipinitialspace=separator not in " \t", strict=True), [])
    except csv.Error as error:
        if "field limit" in str(error):
            return TOO_LONG
        return _OPEN if "unexpected end" in str(error) else "something follows a closing quote"


def _misfit(cells: list[str], width: int) -> str:
    """Say in what way the number of fields is wrong; empty ones beyond the header's do no harm."""
    filled = max((n for n, cell in enumerate(cells, 1) if cell.strip()), default=0)
    if not filled or filled <= width <= len(cells):
        return ""
    return f"has {'more' if len(cells) > width else 'fewer'} fields than the header's {width}"


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError:
        with path.open("rb") as file:
            row = next((n for n, line in enumerate(file, 1) if not _is_utf8(line)), 1)
        raise UnreadableError(f"row {row}: {_NO_UTF8}") from None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

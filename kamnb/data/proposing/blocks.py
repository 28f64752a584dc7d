"""The files of a folder as blocks of rows: read raw, those of one header together, those that repeat others apart."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.drafting import UNREAD
from kamnb.data.files import Source, kind_of
from kamnb.data.proposing.sniffing import Layout, lay_out
from kamnb.data.reading import read_files
from kamnb.data.report import say_count
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.typed import PLACE
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb

DEPTH = 3
"""How many folders deep files are looked for."""

_OURS = {"entries", "reports", "notebooks", "set_aside", "out"}
_TOTALS = 0.2
"""More of a block's rows than this are no totals, whatever they are called."""


@dataclass(frozen=True)
class Block:
    """Rows of one header: a file, a sheet, or several alike. Their texts are the DuckDB table `view`, empty cells NULL.

    Attributes
    ----------
    sources : tuple of Source
    layout : Layout
    names : tuple of str
        The columns.
    view : str
    rows : int
        Without totals.
    notes : tuple of str
        What was passed over: title rows, total rows.
    rivals : tuple of Block
        Others that hold the same rows and are left out.
    header, on : Block, tuple of str
        Where these are the lines of documents: the block of the documents, joined to it, and the columns (ours, theirs) by which.
    computed : tuple of (name, expression)
        Columns that the file has not and that are made of others.
    added : int
        How many of the last columns are those of the documents.
    totals : tuple of (column, text)
        What rows that were passed over as totals are called.
    """

    root: Path
    sources: tuple[Source, ...]
    layout: Layout
    names: tuple[str, ...]
    view: str
    rows: int
    notes: tuple[str, ...] = ()
    rivals: tuple["Block", ...] = ()
    header: "Block | None" = None
    on: tuple[str, str] = ("", "")
    added: int = 0
    computed: tuple[tuple[str, str], ...] = ()
    totals: tuple[tuple[str, str], ...] = ()

    @property
    def is_product(self) -> bool:
        """Whether a column is made of price and quantity."""
        return any("*" in expression for _, expression in self.computed)

    @property
    def label(self) -> str:
        """The block as reasons name it."""
        if self.layout.cells:
            return f"{self.files[0]}, {self.layout.cells}"
        return self.files[0] if len(self.files) == 1 else f"{self.files[0]} and {len(self.files) - 1} more"

    @property
    def is_plain(self) -> bool:
        """Whether another table can name it beside its own file: one file, and of a sheet all cells."""
        return len(self.files) == 1 and not self.layout.cells

    @property
    def files(self) -> tuple[str, ...]:
        """The files as kamnb.toml names them: relative to the folder, a sheet behind #."""
        return tuple(_name(self.root, source) for source in self.sources)

    @property
    def spoken(self) -> str:
        """The words of the file's and the sheet's name, and of its folder where there is one below the root."""
        source = self.sources[0]
        inside = source.path.relative_to(self.root)
        folder = inside.parts[-2] if len(inside.parts) > 1 and len(self.sources) > 1 else ""
        titles = " ".join(self.layout.above) if self.layout.cells else ""
        name = source.path.name.split(".")[0] if "." not in source.path.stem else source.path.stem
        return f"{folder} {name} {source.sheet} {titles}"


def list_parts(block: Block) -> tuple[str, ...]:
    """Return the files that a block is, or the part of a sheet."""
    return (block.label,) if block.layout.cells else block.files


@dataclass
class Folder:
    """What a folder holds: blocks of rows, and what was left out, each with the reason."""

    blocks: list[Block] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)


def _name(root: Path, source: Source) -> str:
    inside = source.path.relative_to(root).as_posix()
    return f"{inside}#{source.sheet}" if source.sheet else inside


def read_folder(connection: "duckdb.DuckDBPyConnection", root: Path, scratch: Path, preferred: Collection[str] = ()) -> Folder:
    """Read every file of a folder, every sheet of a book; what cannot be read is left out and said.

    Of files that hold the same rows a preferred one is kept, else the one with the fewest empty cells.
    """
    found = Folder()
    for path in walk_files(root):
        if not kind_of(path):
            if path.suffix.lower() in UNREAD:
                found.left[path.relative_to(root).as_posix()] = (
                    "files of this kind are not read; save it as .csv, .xlsx or .parquet"
                )
            continue
        try:
            laid = lay_out(path)
        except Exception as error:  # a file that is no workbook, no text, or not to be opened: readers raise what they like
            found.left[path.relative_to(root).as_posix()] = f"cannot be read: {error}"
            continue
        for source, layout in laid:
            if layout:
                _read_block(connection, root, source, layout, scratch, found)
            else:
                found.left[_name(root, source)] = "a hidden sheet, not read"
        if not laid:
            found.left[path.relative_to(root).as_posix()] = "holds no rows"
    return _join_alike(connection, found, preferred)


def walk_files(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """Yield the files of a folder and of those below it; not what kamnb itself writes there."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        if path.is_file():
            yield path
        elif path.is_dir() and depth > 1 and path.name not in _OURS:
            yield from walk_files(path, depth - 1)


def settings_of(layout: Layout) -> TableSettings:
    """Return the settings by which the door reads a file of this layout."""
    rows = layout.header_rows or (None if layout.header_row is None else (layout.header_row,))
    return TableSettings(encoding=layout.encoding, separator=layout.separator, header_row=rows, cells=layout.cells)


def _read_block(
    connection: "duckdb.DuckDBPyConnection", root: Path, source: Source, layout: Layout, scratch: Path, found: Folder
) -> None:
    view = f"b{len(found.blocks)}_{len(found.left)}"
    reading = read_files(connection, [source], settings_of(layout), scratch / view)
    name = _name(root, source)
    if not reading.is_read:
        found.left[name] = reading.faults[0].partition(": ")[2] if reading.faults else "holds no rows"
        return
    rows = reading.rows
    names = tuple(
        column for column, *_ in connection.execute(f"DESCRIBE SELECT * EXCLUDE ({', '.join(PLACE)}) FROM ({rows})").fetchall()
    )
    cells = ", ".join(f"nullif(trim({identifier(column)}), '') AS {identifier(column)}" for column in names)
    text = f"lower(concat_ws('|', {', '.join(map(identifier, names))}))"
    connection.execute(
        f"CREATE TABLE {view} AS SELECT {cells}, _seq, regexp_matches({text}, {quote(_total_pattern())}) AS _total "
        f"FROM ({rows}) WHERE _fault IS NULL ORDER BY _seq"
    )
    every, totals = connection.execute(f"SELECT count(*), count(*) FILTER (_total) FROM {view}").fetchone() or (0, 0)
    notes, called = [], tuple[tuple[str, str], ...]()
    if layout.above and not layout.cells:
        notes.append(f"{say_count(len(layout.above), 'title row')} above the header passed over")
    if layout.header_row == 0:
        notes.append("it has no header")
    if 0 < totals <= every * _TOTALS + 1:
        notes.append(f"{say_count(totals, 'row')} called a total left out of what is judged here")
        called = _name_totals(connection, view, names)
        connection.execute(f"DELETE FROM {view} WHERE _total")
        every -= totals
    found.blocks.append(Block(root, (source,), layout, names, view, every, tuple(notes), totals=called))


def _name_totals(connection: "duckdb.DuckDBPyConnection", view: str, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the cells by which rows are called totals, each with its column."""
    cells = [
        f"CASE WHEN regexp_matches(lower({identifier(name)}), {quote(_total_pattern())}) THEN {identifier(name)} END"
        for name in names
    ]
    rows = connection.execute(f"SELECT {', '.join(cells)} FROM {view} WHERE _total ORDER BY _seq").fetchall()
    return tuple(dict.fromkeys((name, cell) for row in rows for name, cell in zip(names, row, strict=True) if cell))


def _total_pattern() -> str:
    words = load_words("totals")
    any_word = "|".join(sorted(map(re.escape, words["words"]), key=len, reverse=True))
    return f"(^|\\|)({any_word})\\s*[:.]?(\\s+({'|'.join(words['linking'])})\\s.*)?(\\||$)"


def _join_alike(connection: "duckdb.DuckDBPyConnection", found: Folder, preferred: Collection[str]) -> Folder:
    """Make one block of files in one folder that have one header, unless one repeats the rows of another."""
    blocks: list[Block] = []
    for block in found.blocks:
        like = next((place for place, each in enumerate(blocks) if _is_like(each, block)), None)
        if like is None:
            blocks.append(block)
        elif repeats(connection, blocks[like], block):
            kept, left = sorted((blocks[like], block), key=lambda each: _rank(connection, each, preferred))
            blocks[like] = replace(kept, rivals=(*kept.rivals, *left.rivals, left))
            found.left[left.files[0]] = f"holds rows of {kept.files[0]} again; only one of them may count"
        else:
            connection.execute(f"INSERT INTO {blocks[like].view} BY NAME SELECT * FROM {block.view}")
            blocks[like] = replace(
                blocks[like], sources=(*blocks[like].sources, *block.sources), rows=blocks[like].rows + block.rows
            )
    return Folder(blocks, found.left)


def _is_like(one: Block, other: Block) -> bool:
    if one.sources[0].path.parent != other.sources[0].path.parent or one.layout.header_row == 0 or other.layout.cells:
        return False
    alike = (one.layout.encoding, one.layout.separator, one.layout.header_row) == (
        other.layout.encoding, other.layout.separator, other.layout.header_row,
    )  # fmt: skip
    return alike and {*map(str.lower, one.names)} == {*map(str.lower, other.names)}


def repeats(connection: "duckdb.DuckDBPyConnection", one: Block, other: Block) -> bool:
    """Tell whether most rows of the smaller block are in the other: by every key that both have, else as whole rows.

    Prints of one list on several days, which a column tells apart, do not repeat each other.
    """
    theirs = {name.lower(): name for name in other.names}
    shared = [(name, theirs[name.lower()]) for name in one.names if name.lower() in theirs]
    if not shared or not one.rows or not other.rows:
        return False
    keys = [(ours, name) for ours, name in shared if _is_key(connection, one, ours) and _is_key(connection, other, name)]
    if keys:
        counts = [
            connection.execute(
                f"SELECT count(*) FROM {one.view} a JOIN {other.view} b ON a.{identifier(ours)} = b.{identifier(name)}"
            ).fetchone()
            or (0,)
            for ours, name in keys
        ]
        both = min(count for (count,) in counts)
        return both > 0.5 * min(one.rows, other.rows) and not _are_prints(connection, one, other, shared)
    columns = [", ".join(identifier(pair[place]) for pair in shared) for place in (0, 1)]
    (same,) = connection.execute(
        f"SELECT count(*) FROM (SELECT {columns[0]} FROM {one.view} INTERSECT ALL SELECT {columns[1]} FROM {other.view})"
    ).fetchone() or (0,)
    return bool(same > 0.5 * min(one.rows, other.rows))


def _is_key(connection: "duckdb.DuckDBPyConnection", block: Block, name: str) -> bool:
    column = identifier(name)
    query = f"SELECT count(DISTINCT {column}), count({column}) FROM {block.view}"
    distinct, filled = connection.execute(query).fetchone() or (0, 0)
    return bool(distinct == filled > 0.95 * block.rows)


def _are_prints(connection: "duckdb.DuckDBPyConnection", one: Block, other: Block, shared: list[tuple[str, str]]) -> bool:
    for ours, name in shared:
        row = (
            connection.execute(
                f"SELECT min(a), max(a), min(b), max(b) FROM (SELECT {identifier(ours)} AS a, NULL AS b FROM {one.view} "
                f"UNION ALL SELECT NULL, {identifier(name)} FROM {other.view})"
            ).fetchone()
            or (None,) * 4
        )
        if row[0] and row[2] and row[0] == row[1] != row[2] == row[3]:
            return True
    return False


def _rank(connection: "duckdb.DuckDBPyConnection", block: Block, preferred: Collection[str]) -> tuple[bool, bool, float]:
    cells = " + ".join(f"count({identifier(name)})" for name in block.names)
    (filled,) = connection.execute(f"SELECT {cells} FROM {block.view}").fetchone() or (0,)
    is_copy = bool(re.search(rf"\b({'|'.join(load_words('file_names')['copies'])})\b|\(\d\)", block.spoken.lower()))
    return not {*block.files} & {*preferred}, is_copy, -filled / (block.rows * len(block.names))


def join_lines(
    connection: "duckdb.DuckDBPyConnection", lines: Block, header: Block, on: tuple[str, str], names: Sequence[str]
) -> Block:
    """Return the lines of documents with `names` of the documents they belong to."""
    view = f"{lines.view}_{header.view}"
    ours, theirs = on
    cells = ", ".join(f"h.{identifier(name)}" for name in names)
    connection.execute(
        f"CREATE OR REPLACE TABLE {view} AS SELECT l.*, {cells} FROM {lines.view} l "
        f"LEFT JOIN {header.view} h ON l.{identifier(ours)} = h.{identifier(theirs)}"
    )
    return replace(lines, names=(*lines.names, *names), view=view, header=header, on=on, added=len(names))

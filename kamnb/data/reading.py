"""Files of a company, read: every row with its place, its cells as text; what is no Parquet is written into Parquet parts."""

import csv
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from kamnb.data.engine import MANY
from kamnb.data.excel import read_sheet
from kamnb.data.files import Source
from kamnb.data.kinds import find_kinds, take_value
from kamnb.data.report import Remark
from kamnb.data.settings import TableSettings
from kamnb.data.sql import quote
from kamnb.data.text import (
    LONGEST_CELL,
    TOO_LONG,
    Header,
    Record,
    UnreadableError,
    count_lines,
    decode_file,
    find_titles,
    read_header,
    read_records,
)
from kamnb.data.typed import RESERVED, SOUND, Typed, describe, distinct, select_texts

if TYPE_CHECKING:
    import duckdb

_LONGEST_LINE = 16 << 20
"""Bytes of a row whose cells are known not to be too long."""


@dataclass
class Reading:
    """What came of reading the files of one table: Parquet parts of text, or Parquet with kinds; faults and remarks."""

    parts: list[Path] = field(default_factory=list)
    typed: Typed | None = None
    faults: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def rows(self) -> str:
        """The query of the rows, their cells as text, with the columns of `kamnb.data.typed.PLACE`."""
        return self.typed.texts() if self.typed else rows_of(*self.parts)

    @property
    def files(self) -> list[Path]:
        """The files that `rows` reads."""
        return [*(self.typed.files if self.typed else self.parts)]

    @property
    def is_read(self) -> bool:
        """Whether there are rows, and no fault."""
        return bool(self.files) and not self.faults


def read_files(
    connection: "duckdb.DuckDBPyConnection",
    sources: list[Source],
    settings: TableSettings,
    stem: Path,
    declared: Mapping[str, str] = MappingProxyType({}),
) -> Reading:
    """Write the rows of each file to a Parquet file whose name begins with `stem`; Parquet of one shape is taken as it is.

    All columns of what is written are text. A line that is no row is in
    its part too, with ``_fault`` filled, so that nothing that was read is lost. What is taken as it is is copied once, so that
    every question is asked of the same bytes. A large text file has the kinds of `declared` columns where every text is the
    spelling of a value, and is as if it came as Parquet then.
    """
    import duckdb

    if sources and all(source.kind == "parquet" for source in sources) and (typed := _take(connection, sources, settings, stem)):
        return Reading(typed=typed)
    reading = Reading()
    for number, source in enumerate(sources):
        part = _part_of(stem, number)
        try:
            asked = _Asked(source, settings, number, part, declared if len(sources) == 1 else {})
            _read_file(connection, asked, reading)
            reading.parts += [] if reading.typed else [part]
        except UnreadableError as error:
            reading.faults.append(f"{source.label}, {error}" if str(error).startswith("row") else f"{source.label}: {error}")
        except OSError as error:
            reading.faults.append(f"{source.label}: cannot be read: {error.strerror or error}")
        except duckdb.Error as error:
            reading.faults.append(f"{source.label}: cannot be read: {str(error).splitlines()[0]}")
    reading.remarks += _uneven(connection, sources, reading)
    return reading


def rows_of(*parts: Path) -> str:
    """Return the query of the rows of Parquet parts, their columns joined by name, with the columns of `kamnb.data.typed.PLACE`.

    The parts hold how many lines above a row are no rows, not its number, so that they are written in parallel.
    """
    files = f"[{', '.join(quote(str(part)) for part in parts)}]"
    place = (
        "(_part::BIGINT << 40) + file_row_number AS _seq, _file, (_above + file_row_number + 1)::BIGINT AS _row, _fault, _line"
    )
    cells = "* EXCLUDE (_part, _file, _above, _fault, _line, file_row_number)"
    return f"SELECT {place}, {cells} FROM read_parquet({files}, union_by_name = true, file_row_number = true)"


def _take(connection: "duckdb.DuckDBPyConnection", sources: list[Source], settings: TableSettings, stem: Path) -> Typed | None:
    """Return copies of Parquet files; None where one does not read, or has other columns than the others."""
    import duckdb

    files = tuple(_part_of(stem, number) for number in range(len(sources)))
    try:
        for source, file in zip(sources, files, strict=True):
            shutil.copyfile(source.path, file)
        described = [describe(connection, f"read_parquet({quote(str(file))})") for file in files]
        names = tuple(distinct(tuple(name for name, _ in described[0])))
    except (duckdb.Error, UnreadableError, OSError):
        return None  # and what is wrong is said where each is read
    known = {name for name, _ in described[0]}
    if any(each != described[0] for each in described) or known & {"file_row_number", "file_index"}:
        return None
    return Typed(files, tuple(source.label for source in sources), dict(zip(names, described[0], strict=True)), settings.decimal)


def _part_of(stem: Path, number: int) -> Path:
    return stem.with_name(f"{stem.name}-{number}.parquet")


@dataclass(frozen=True)
class _Asked:
    """A file that is to be read: how, as which of its table's, into which part, and the kinds that its columns may have."""

    source: Source
    settings: TableSettings
    number: int
    part: Path
    declared: Mapping[str, str]

    def place(self, above: int) -> str:
        """Return the expressions of a part's columns for rows that follow each other, below `above` lines."""
        return f"{self.number} AS _part, {quote(self.source.label)} AS _file, {above} AS _above"


def _read_file(connection: "duckdb.DuckDBPyConnection", asked: _Asked, reading: Reading) -> None:
    source, settings = asked.source, asked.settings
    if source.kind == "parquet":
        file = f"read_parquet({quote(str(source.path))})"
        _copy(connection, select_texts(connection, file, settings.decimal, asked.place(0)), asked.part)
    elif source.kind == "excel":
        sheet = read_sheet(source, settings)
        _copy_records(connection, asked, _named(sheet.header, source, reading), sheet.records)
        reading.remarks += [Remark("", note, file=source.label) for note in sheet.notes]
    elif settings.cells:
        raise UnreadableError("cells are of sheets, and this is none; take cells out")
    else:
        _read_text(connection, asked, reading)


def _read_text(connection: "duckdb.DuckDBPyConnection", asked: _Asked, reading: Reading) -> None:
    """Read a text file at DuckDB's speed where every line is a row, else line by line."""
    source, settings, part = asked.source, asked.settings, asked.part
    scratch = part.with_suffix(".utf8")
    path = decode_file(source.path, settings.encoding, scratch)
    header = read_header(path, settings.separator, settings.header_row)
    if settings.header_row is None and (told := find_titles(path, header)):
        raise UnreadableError(told)
    if not settings.separator and header.separator != ("\t" if ".tsv" in source.path.name.lower() else ","):
        shown = "tab" if header.separator == "\t" else header.separator
        reading.remarks.append(Remark("", f'separator "{shown}" found in the header', file=source.label))
    header = _named(header, source, reading)
    lines, table = count_lines(path), _csv(path, header.names, header, LONGEST_CELL)
    below = -1 if lines is None else lines - header.line
    kinds = _copy_values(connection, asked, table, header, below) if asked.declared and below >= MANY else {}
    if kinds:
        columns = {name: (name, kind) for name, kind in kinds.items()}
        reading.typed = Typed((part,), (source.label,), columns, settings.decimal, header.line, is_spelled=True)
    elif lines is None or _copy_texts(connection, asked, table, header) != below:
        _copy_records(connection, asked, header, read_records(path, header))
    scratch.unlink(missing_ok=True)


def _copy_texts(connection: "duckdb.DuckDBPyConnection", asked: _Asked, table: str, header: Header) -> int:
    """Write a text file as Parquet of text; return its rows, -1 where it does not read."""
    import duckdb

    try:
        return _copy(connection, f"SELECT {asked.place(header.line)}, {SOUND}, * FROM {table}", asked.part)
    except duckdb.Error:
        return -1


def _copy_values(
    connection: "duckdb.DuckDBPyConnection", asked: _Asked, table: str, header: Header, lines: int
) -> dict[str, str]:
    """Write a text file as Parquet with kinds, and return them; none where a text is no value's spelling, or a line is no row."""
    import duckdb

    try:
        kinds = find_kinds(connection, table, header.names, asked.declared, asked.settings.decimal)
        values = [take_value(name, kind, asked.settings.decimal) for name, kind in kinds.items()]
        return kinds if _copy(connection, f"SELECT {', '.join(values)} FROM {table}", asked.part) == lines else {}
    except duckdb.Error:
        return {}


def _csv(path: Path, names: Iterable[str], header: Header, longest: int) -> str:
    columns = ", ".join(f"{quote(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({quote(str(path))}, columns={{{columns}}}, auto_detect=false, header=false, skip={header.line}, "
        f"delim={quote(header.separator)}, quote='\"', escape='\"', strict_mode=true, max_line_size={longest})"
    )


def _copy_records(connection: "duckdb.DuckDBPyConnection", asked: _Asked, header: Header, records: Iterable[Record]) -> None:
    scratch = asked.part.with_suffix(".csv")
    empty = [""] * len(header.names)
    with scratch.open("w", encoding="utf-8", newline="") as file:
        rows = (
            (record.row - place, record.fault, *map(_one_way, (record.text, *(record.cells or empty))))
            for place, record in enumerate(map(_limit, records), 1)
        )
        csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    places = ("_above", "_fault", "_line")
    table = _csv(scratch, (*places, *header.names), Header((), ",", 0), _LONGEST_LINE)
    cells = f"_above::BIGINT AS _above, * EXCLUDE (_above) FROM {table}"
    _copy(connection, f"SELECT {asked.number} AS _part, {quote(asked.source.label)} AS _file, {cells}", asked.part)
    scratch.unlink()


def _limit(record: Record) -> Record:
    """Return a row; one with a cell that is too long is none, in whatever file it stands."""
    if not record.cells or max(map(len, record.cells)) <= LONGEST_CELL:
        return record
    return Record(record.row, [], TOO_LONG, ",".join(record.cells)[:LONGEST_CELL])


def _one_way(text: str) -> str:
    """End lines within a cell in one way; DuckDB reads no file that ends them in several."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _copy(connection: "duckdb.DuckDBPyConnection", query: str, part: Path) -> int:
    (rows,) = connection.execute(f"COPY ({query}) TO {quote(str(part))} (FORMAT parquet)").fetchone() or (0,)
    return int(rows)


def _named(header: Header, source: Source, reading: Reading) -> Header:
    """Return the header with distinct names, runs of white space in them made one blank."""
    names = tuple(" ".join(name.split()) for name in header.names)
    unique = tuple(distinct(names))
    for name, ours in zip(names, unique, strict=True):
        if name and ours != name:
            again = (
                f'column "{name}" stands more than once' if name.lower() not in RESERVED else f'"{name}" is a name of the door'
            )
            reading.remarks.append(Remark("", f'{again}; it is called "{ours}"', file=source.label))
    return replace(header, names=unique)


def _uneven(connection: "duckdb.DuckDBPyConnection", sources: list[Source], reading: Reading) -> Iterator[Remark]:
    """Yield a remark for each file that lacks columns which others of the table have."""
    if len(reading.parts) < 2 or reading.faults:
        return
    columns = [[name for name, *_ in connection.execute(f"DESCRIBE {rows_of(part)}").fetchall()] for part in reading.parts]
    every = {name.lower(): name for names in columns for name in names}
    for source, names in zip(sources, columns, strict=True):
        lacking = [every[key] for key in every.keys() - {name.lower() for name in names}]
        if lacking:
            yield Remark("", f"has no column {', '.join(sorted(lacking))}, which others of the table have", file=source.label)

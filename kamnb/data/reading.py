"""Files of a company, read: every cell as text, every row with its place, into Parquet parts."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.excel import read_sheet
from kamnb.data.files import Source
from kamnb.data.report import Remark
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
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

if TYPE_CHECKING:
    import duckdb

PLACE = ("_seq", "_file", "_row", "_fault", "_line")
"""What is known of a row: order, file, row in it (the header counted); of a line that is no row, why and its text."""

RESERVED = (*PLACE, "_part", "_above", "file_row_number", "_why", "_column", "_value", "_unread", "_unvalued", "_given_id")
"""Names that the door uses for itself."""

_LONGEST_LINE = 16 << 20
"""Bytes of a row whose cells are known not to be too long."""


@dataclass
class Reading:
    """What came of reading the files of one table: Parquet parts, faults and remarks."""

    parts: list[Path] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def read_files(connection: "duckdb.DuckDBPyConnection", sources: list[Source], settings: TableSettings, stem: Path) -> Reading:
    """Write the rows of each file to a Parquet file whose name begins with `stem`.

    All columns are text. A line that is no row is in
    its part too, with ``_fault`` filled, so that nothing that was read is lost.
    """
    import duckdb

    reading = Reading()
    for number, source in enumerate(sources):
        part = stem.with_name(f"{stem.name}-{number}.parquet")
        try:
            _read_file(connection, source, settings, number, part, reading)
            reading.parts.append(part)
        except UnreadableError as error:
            reading.faults.append(f"{source.label}, {error}" if str(error).startswith("row") else f"{source.label}: {error}")
        except OSError as error:
            reading.faults.append(f"{source.label}: cannot be read: {error.strerror or error}")
        except duckdb.Error as error:
            reading.faults.append(f"{source.label}: cannot be read: {str(error).splitlines()[0]}")
    reading.remarks += _uneven(connection, sources, reading)
    return reading


def rows_of(*parts: Path) -> str:
    """Return the query of the rows of Parquet parts, their columns joined by name, with the columns of `PLACE`.

    The parts hold how many lines above a row are no rows, not its number, so that they are written in parallel.
    """
    files = f"[{', '.join(quote(str(part)) for part in parts)}]"
    place = (
        "(_part::BIGINT << 40) + file_row_number AS _seq, _file, (_above + file_row_number + 1)::BIGINT AS _row, _fault, _line"
    )
    cells = "* EXCLUDE (_part, _file, _above, _fault, _line, file_row_number)"
    return f"SELECT {place}, {cells} FROM read_parquet({files}, union_by_name = true, file_row_number = true)"


def _place(label: str, part: int, above: int, fault: str = "NULL::VARCHAR", line: str = "NULL::VARCHAR") -> str:
    """Return the expressions of a part's columns for rows that follow each other, below `above` lines."""
    return f"{part} AS _part, {quote(label)} AS _file, {above} AS _above, {fault} AS _fault, {line} AS _line"


def _read_file(
    connection: "duckdb.DuckDBPyConnection", source: Source, settings: TableSettings, number: int, part: Path, reading: Reading
) -> None:
    if source.kind == "parquet":
        file = f"read_parquet({quote(str(source.path))})"
        _copy(connection, select_texts(connection, file, settings.decimal, source.label, number), part)
    elif source.kind == "excel":
        sheet = read_sheet(source, settings)
        _copy_records(connection, source, _named(sheet.header, source, reading), sheet.records, number, part)
        reading.remarks += [Remark("", note, file=source.label) for note in sheet.notes]
    elif settings.cells:
        raise UnreadableError("cells are of sheets, and this is none; take cells out")
    else:
        _read_text(connection, source, settings, number, part, reading)


def select_texts(connection: "duckdb.DuckDBPyConnection", relation: str, decimal: str, label: str, part: int = 0) -> str:
    """Return the query of a relation's rows as a CSV file would write them; one with a cell that is too long is no row."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    columns = [(name, str(kind)) for name, kind, *_ in described]
    names = tuple(_distinct(tuple(name for name, _ in columns)))
    cells = [_spelled(name, kind, decimal) for name, kind in columns]
    long = [
        f"(strlen({cell}) > {LONGEST_CELL} AND length({cell}) > {LONGEST_CELL})"
        for cell, (_, kind) in zip(cells, columns, strict=True)
        if not kind.startswith(_SHORT)
    ]
    if not long:
        texts = ", ".join(f"{cell} AS {identifier(name)}" for cell, name in zip(cells, names, strict=True))
        return f"SELECT {_place(label, part, 0)}, {texts} FROM {relation}"
    is_long = identifier(f"{max((name for name, _ in columns), key=len)}_")  # no column is called so
    texts = ", ".join(
        f"CASE WHEN NOT {is_long} THEN {cell} END AS {identifier(name)}" for cell, name in zip(cells, names, strict=True)
    )
    line = f"left(concat_ws(',', {', '.join(f'left({cell}, {LONGEST_CELL})' for cell in cells)}), {LONGEST_CELL})"
    place = _place(label, part, 0, *(f"CASE WHEN {is_long} THEN {told} END" for told in (quote(TOO_LONG), line)))
    return f"SELECT {place}, {texts} FROM (SELECT *, coalesce({' OR '.join(long)}, false) AS {is_long} FROM {relation})"


_SHORT = (
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINY",
    "USMALL",
    "UINT",
    "UBIG",
    "UHUGE",
    "DOUBLE",
    "FLOAT",
    "DECIMAL",
    "DATE",
    "TIME",
    "INTERVAL",
    "UUID",
)
"""Kinds of DuckDB whose values are never long texts, by how their names begin."""


def _spelled(name: str, kind: str, decimal: str) -> str:
    column = identifier(name)
    if kind == "BOOLEAN":
        return f"CASE {column} WHEN true THEN 'yes' WHEN false THEN 'no' END"
    if kind in ("DOUBLE", "FLOAT"):
        column = f"CASE WHEN NOT isnan({column}) THEN {column} END"
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return f"replace(regexp_replace(CAST({column} AS VARCHAR), '\\.0+$', ''), '.', {quote(decimal)})"
    return f"CAST({column} AS VARCHAR)"


def _read_text(
    connection: "duckdb.DuckDBPyConnection", source: Source, settings: TableSettings, number: int, part: Path, reading: Reading
) -> None:
    """Read a text file at DuckDB's speed where every line is a row, else line by line."""
    import duckdb

    scratch = part.with_suffix(".utf8")
    path = decode_file(source.path, settings.encoding, scratch)
    header = read_header(path, settings.separator, settings.header_row)
    if settings.header_row is None and (told := find_titles(path, header)):
        raise UnreadableError(told)
    if not settings.separator and header.separator != ("\t" if ".tsv" in source.path.name.lower() else ","):
        shown = "tab" if header.separator == "\t" else header.separator
        reading.remarks.append(Remark("", f'separator "{shown}" found in the header', file=source.label))
    header = _named(header, source, reading)
    lines = count_lines(path)
    try:
        rows = _copy(
            connection,
            f"SELECT {_place(source.label, number, header.line)}, * FROM {_csv(path, header.names, header, LONGEST_CELL)}",
            part,
        )
    except duckdb.Error:
        rows = -1
    if lines is None or rows != lines - header.line:
        _copy_records(connection, source, header, read_records(path, header), number, part)
    scratch.unlink(missing_ok=True)


def _csv(path: Path, names: Iterable[str], header: Header, longest: int) -> str:
    columns = ", ".join(f"{quote(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({quote(str(path))}, columns={{{columns}}}, auto_detect=false, header=false, skip={header.line}, "
        f"delim={quote(header.separator)}, quote='\"', escape='\"', strict_mode=true, max_line_size={longest})"
    )


def _copy_records(
    connection: "duckdb.DuckDBPyConnection", source: Source, header: Header, records: Iterable[Record], number: int, part: Path
) -> None:
    scratch = part.with_suffix(".csv")
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
    _copy(connection, f"SELECT {number} AS _part, {quote(source.label)} AS _file, {cells}", part)
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
    unique = tuple(_distinct(names))
    for name, ours in zip(names, unique, strict=True):
        if name and ours != name:
            again = (
                f'column "{name}" stands more than once' if name.lower() not in RESERVED else f'"{name}" is a name of the door'
            )
            reading.remarks.append(Remark("", f'{again}; it is called "{ours}"', file=source.label))
    return replace(header, names=unique)


_MOST_COLUMNS = 16_384
"""As many as a sheet of Excel can have."""


def _distinct(names: tuple[str, ...]) -> Iterator[str]:
    if len(names) > _MOST_COLUMNS:
        told = f"has {len(names):,} columns, more than the {_MOST_COLUMNS:,} that are read"
        raise UnreadableError(f"{told}; say the separator, or take out what is no column of a table")
    seen = set(RESERVED)
    for place, name in enumerate(names, 1):
        unique, again = name or f"column{place}", 2
        while unique.lower() in seen:
            unique, again = f"{name or f'column{place}'} ({again})", again + 1
        seen.add(unique.lower())
        yield unique


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

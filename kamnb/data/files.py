"""Files of a company, found and read as text: CSV and kin, Excel sheets, Parquet, folders of them."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.data.report import Remark
from kamnb.data.settings import DataSettings, TableSettings
from kamnb.data.tables import TABLES

if TYPE_CHECKING:
    import duckdb

TEXT = (".csv", ".tsv", ".txt", ".psv", ".csv.gz")
EXCEL = (".xlsx", ".xlsm")
PARQUET = (".parquet",)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Source:
    """One file (or sheet) of a table."""

    path: Path
    sheet: str = ""

    @property
    def label(self) -> str:
        """The file as faults name it."""
        return f"{self.path.name}#{self.sheet}" if self.sheet else self.path.name


@dataclass
class Reading:
    """What came of reading the files of one table: rejected lines, faults and remarks."""

    rejected: list[tuple[str, int, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


class UnreadableFile(Exception):
    """A file that cannot be read; the text says which and what to do."""


def find_sources(settings: DataSettings) -> tuple[dict[str, list[Source]], list[str], list[Remark]]:
    """Find the files of every table.

    Returns
    -------
    found : dict of table name to list of Source
    faults : list of str
        Tables that are named but not there, or there twice.
    remarks : list of Remark
        Tables of a preset without a file, files of the folder that belong to no table.
    """
    found: dict[str, list[Source]] = {}
    faults: list[str] = []
    remarks: list[Remark] = []
    for name in settings.tables or TABLES:
        table = settings.tables.get(name, TableSettings())
        sources = _named_sources(settings.root, table) if table.file else _sources_by_name(settings.root, name)
        missing = [source for source in sources if isinstance(source, str)]
        if missing and table.from_preset:
            remarks += [Remark(name, f"{text}; the preset expects it, the table is taken as not given") for text in missing]
        elif missing:
            faults += [f"{name}: {text}" for text in missing]
        elif sources or table.sql:
            found[name] = [source for source in sources if isinstance(source, Source)]
        elif name in settings.tables:
            faults.append(f"{name}: no file {name}.csv, .xlsx or .parquet in {settings.root}; give [{name}] file")
    if not settings.tables:
        remarks += list(_strangers(settings, found))
    return found, faults, remarks


def _named_sources(root: Path, table: TableSettings) -> list[Source | str]:
    return [source for text in table.file for source in _expanded(root, text)]


def _expanded(root: Path, text: str) -> Iterator[Source | str]:
    name, _, sheet = text.partition("#") if not (root / text).exists() else (text, "", "")
    path = root / name
    if path.is_dir():
        inside = sorted(file for file in path.iterdir() if _kind(file))
        yield from (Source(file) for file in inside) if inside else iter([f"folder {name} holds no file that can be read"])
    elif not path.exists():
        yield f"{name}: no such file below {root}{_alike(path)}"
    elif not _kind(path):
        yield f"{name}: files of this kind are not read; save it as .csv, .xlsx or .parquet"
    else:
        yield Source(path, sheet)


def _alike(path: Path) -> str:
    if not path.parent.is_dir():
        return ""
    same = [file.name for file in path.parent.iterdir() if file.name.lower() == path.name.lower()]
    return f"; there is {same[0]}" if same else ""


def _sources_by_name(root: Path, name: str) -> list[Source | str]:
    hits = [file for file in sorted(root.iterdir()) if _stem(file).lower() == name and (file.is_dir() or _kind(file))]
    if len(hits) > 1:
        return [f"found more than once, as {' and '.join(hit.name for hit in hits)}; keep one, or name it in kamnb.toml"]
    return list(_expanded(root, hits[0].name)) if hits else []


def _strangers(settings: DataSettings, found: dict[str, list[Source]]) -> Iterator[Remark]:
    taken = {source.path for sources in found.values() for source in sources}
    for file in sorted(settings.root.iterdir()):
        if file.is_file() and _kind(file) and file not in taken:
            yield Remark("", "not read, its name is not that of a table", file=file.name)


def _kind(file: Path) -> str:
    name = file.name.lower()
    kinds = {"text": TEXT, "excel": EXCEL, "parquet": PARQUET}
    return next((kind for kind, endings in kinds.items() if name.endswith(endings)), "")


def _stem(file: Path) -> str:
    return file.name.split(".")[0]


def load_source(
    connection: "duckdb.DuckDBPyConnection", sources: list[Source], settings: TableSettings, scratch: Path
) -> Reading:
    """Load the files of one table into the DuckDB table ``source``, every column as text.

    The table has two columns more: ``_file`` and ``_row``, the row's number in its file, the
    header counted. Lines whose number of fields is not the header's are not loaded; they come
    back in ``Reading.rejected`` as (file, row, reason, text).
    """
    reading = Reading()
    parts = []
    for number, source in enumerate(sources):
        try:
            parts.append(_load_part(connection, source, settings, scratch / f"part{number}.csv", f"part{number}", reading))
        except UnreadableFile as error:
            reading.faults.append(str(error))
        except OSError as error:
            reading.faults.append(f"{source.label}: cannot be read: {error.strerror or error}")
    if parts and not reading.faults:
        union = " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in parts)
        connection.execute(f"CREATE TABLE source AS {union}")
        for part in parts:
            connection.execute(f"DROP TABLE {part}")
    return reading


def _load_part(
    connection: "duckdb.DuckDBPyConnection",
    source: Source,
    settings: TableSettings,
    scratch: Path,
    part: str,
    reading: Reading,
) -> str:
    kind = _kind(source.path)
    if kind == "parquet":
        query = f"SELECT *, row_number() OVER () AS _row FROM read_parquet({quote(str(source.path))})"
        connection.execute(f"CREATE TEMP VIEW whole AS {_checked(connection, query, source)}")
        text = as_text(connection, "whole", settings.decimal)
        connection.execute(f"CREATE TABLE {part} AS SELECT {quote(source.label)} AS _file, {text} FROM whole")
        connection.execute("DROP VIEW whole")
        return part
    path, separator = source.path, settings.separator
    if kind == "excel":
        write_rows(scratch, excel_rows(source, settings))
        path, separator = scratch, ","
    elif encoding := _encoding(source.path, settings):
        _transcode(source, encoding, scratch)
        path = scratch
    _load_text(connection, source, path, separator, settings.header_row, part, reading)
    return part


def _checked(connection: "duckdb.DuckDBPyConnection", query: str, source: Source) -> str:
    import duckdb

    try:
        connection.execute(f"DESCRIBE {query}")
    except duckdb.Error as error:
        raise UnreadableFile(f"{source.label}: cannot be read: {str(error).splitlines()[0]}") from None
    return query


def as_text(connection: "duckdb.DuckDBPyConnection", relation: str, decimal: str) -> str:
    """Return the select list that turns every column of `relation` into text as its file would write it."""
    columns = connection.execute(f"DESCRIBE {relation}").fetchall()
    return ", ".join(_column_text(name, str(kind), decimal) for name, kind, *_ in columns)


def _column_text(name: str, kind: str, decimal: str) -> str:
    column = f'"{name}"'.replace("\0", "")
    if name == "_row":
        return column
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        plain = f"regexp_replace(CAST({column} AS VARCHAR), '\\.0+$', '')"
        return f"replace({plain}, '.', {quote(decimal)}) AS {column}"
    if kind == "BOOLEAN":
        return f"CASE {column} WHEN true THEN 'yes' WHEN false THEN 'no' END AS {column}"
    return f"CAST({column} AS VARCHAR) AS {column}"


def _encoding(path: Path, settings: TableSettings) -> str:
    """Return the encoding from which a text file must be turned into UTF-8, or nothing."""
    if path.name.lower().endswith(".gz"):
        return ""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in _BOMS if start.startswith(mark)), "")
    wanted = marked or settings.encoding
    return "" if wanted.lower().replace("_", "-") in ("", "utf-8", "utf8", "utf-8-sig") else wanted


def _transcode(source: Source, encoding: str, target: Path) -> None:
    try:
        with source.path.open(encoding=encoding, newline="") as old, target.open("w", encoding="utf-8", newline="") as new:
            while block := old.read(1 << 20):
                new.write(block)
    except LookupError:
        raise UnreadableFile(f'{source.label}: encoding "{encoding}" is unknown; common are utf-8, cp1252, cp1251') from None
    except UnicodeError as error:
        raise UnreadableFile(f'{source.label}: is not {encoding}: {getattr(error, "reason", error)}; set encoding') from None


def _load_text(
    connection: "duckdb.DuckDBPyConnection",
    source: Source,
    path: Path,
    separator: str,
    header_row: int,
    part: str,
    reading: Reading,
) -> None:
    import duckdb

    names, separator = _header(source, path, separator, header_row, reading)
    columns = ", ".join(f"{quote(name)}: 'VARCHAR'" for name in names)
    read = (
        f"read_csv({quote(str(path))}, columns={{{columns}}}, auto_detect=false, header=false, skip={header_row}, "
        f"delim={quote(separator)}, quote='\"', escape='\"', strict_mode=true, store_rejects=true, "
        "max_line_size=16777216)"
    )
    try:
        connection.execute(
            f"CREATE TABLE {part} AS SELECT {quote(source.label)} AS _file, row_number() OVER () + {header_row} AS _row, * FROM {read}"
        )
    except duckdb.Error as error:
        raise UnreadableFile(f"{source.label}: cannot be read: {str(error).splitlines()[0]}") from None
    _take_rejects(connection, source, part, header_row, len(names), reading)


def _take_rejects(
    connection: "duckdb.DuckDBPyConnection", source: Source, part: str, header_row: int, width: int, reading: Reading
) -> None:
    rows = connection.execute(
        "SELECT line, string_agg(error_type::VARCHAR, ' ' ORDER BY error_type::VARCHAR), any_value(csv_line) "
        "FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    foreign = [line for line, kind, _ in rows if "UNICODE" in kind or "ENCODING" in kind]
    if foreign:
        raise UnreadableFile(f'{source.label}, row {foreign[0]}: is not UTF-8; say which it is, as in encoding = "cp1252"')
    for line, kind, text in rows:
        reading.rejected.append((source.label, line, _why_rejected(kind, width), text))
    if rows:
        lines = ", ".join(f"({line})" for line, *_ in rows)
        connection.execute(
            f"UPDATE {part} SET _row = _row + (SELECT count(*) FROM (VALUES {lines}) AS r(line) "
            f"WHERE r.line <= _row + (SELECT count(*) FROM (VALUES {lines}) AS q(line) WHERE q.line <= _row))"
        )
    connection.execute("DELETE FROM reject_errors; DELETE FROM reject_scans")


def _why_rejected(kind: str, width: int) -> str:
    if "QUOTE" in kind:
        return "a quote is opened and not closed"
    if "COLUMNS" in kind:
        return f"has {'more' if 'MANY' in kind else 'fewer'} fields than the header's {width}"
    return kind.lower()


def _header(source: Source, path: Path, separator: str, header_row: int, reading: Reading) -> tuple[list[str], str]:
    line = _line(path, max(header_row, 1))
    if line is None:
        raise UnreadableFile(f"{source.label}: is empty or has no line {max(header_row, 1)} to be its header")
    if not separator:
        separator = max(",;\t|", key=line.count) if any(map(line.count, ",;\t|")) else ","
        if separator != ("\t" if source.path.suffix.lower() == ".tsv" else ","):
            shown = "tab" if separator == "\t" else separator
            reading.remarks.append(Remark("", f'separator "{shown}" found in the header', file=source.label))
    fields = next(csv.reader([line], delimiter=separator), [])
    names = [f"column{n}" for n in range(1, len(fields) + 1)] if header_row == 0 else [name.strip() for name in fields]
    return list(_distinct(names, source, reading)), separator


def _line(path: Path, number: int) -> str | None:
    import gzip

    opened = gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else path.open(encoding="utf-8-sig", newline=None)
    try:
        with opened as file:
            line = next((str(line) for n, line in enumerate(file, 1) if n == number), None)
    except UnicodeDecodeError:
        raise UnreadableFile(f'{path.name}: is not UTF-8; say which it is, as in encoding = "cp1252"') from None
    return line.rstrip("\r\n") if line is not None and line.strip() else None


def _distinct(names: Iterable[str], source: Source, reading: Reading) -> Iterator[str]:
    seen: set[str] = set()
    for place, name in enumerate(names, 1):
        unique, again = name or f"column{place}", 2
        while unique.lower() in seen:
            unique, again = f"{name} ({again})", again + 1
        if name and unique != name:
            what = f'column "{name}" stands more than once; the later one is called "{unique}"'
            reading.remarks.append(Remark("", what, file=source.label))
        seen.add(unique.lower())
        yield unique


def excel_rows(source: Source, settings: TableSettings) -> Iterator[list[str]]:
    """Yield the rows of a sheet as text, numbers and dates as the settings say the file writes them."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(source.path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
        raise UnreadableFile(f"{source.label}: is not an Excel workbook that can be read: {error}") from None
    try:
        if source.sheet and source.sheet not in book.sheetnames:
            raise UnreadableFile(f'{source.label}: no sheet "{source.sheet}"; there are {", ".join(book.sheetnames)}')
        sheet = book[source.sheet] if source.sheet else book.worksheets[0]
        sheet.reset_dimensions()
        rows = [[_cell(value, settings.decimal) for value in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    width = len(rows[settings.header_row - 1]) if len(rows) >= settings.header_row else 0
    while rows and not any(rows[-1]):
        rows.pop()
    yield from ((row + [""] * width)[: max(width, len(row))] for row in rows)


def _cell(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).replace(".", decimal)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def write_rows(path: Path, rows: Iterable[list[str]]) -> None:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def quote(text: str) -> str:
    """Return `text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"

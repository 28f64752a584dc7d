"""Columns that have a kind of their own: as the texts a CSV file would have, and as values where it fits the declared kind."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.days import within_days
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import Column
from kamnb.data.text import LONGEST_CELL, TOO_LONG, UnreadableError
from kamnb.data.values import AMOUNT, within

if TYPE_CHECKING:
    import duckdb

PLACE = ("_seq", "_file", "_row", "_fault", "_line")
"""What is known of a row: order, file, row in it (the header counted); of a line that is no row, why and its text."""

RESERVED = (*PLACE, "_part", "_above", "file_row_number", "_why", "_column", "_value", "_unread", "_unvalued", "_given_id")
"""Names that the door uses for itself."""

SOUND = "NULL::VARCHAR AS _fault, NULL::VARCHAR AS _line"
"""The last columns of `PLACE` where every line is a row."""

_MOST_COLUMNS = 16_384
"""As many as a sheet of Excel can have."""

Kinds = Sequence[tuple[str, str]]
"""Names and DuckDB's kinds of columns, in their order."""


@dataclass(frozen=True)
class Typed:
    """Parquet files of one shape, taken as they are: their rows, of which a question reads only the columns that it names.

    Attributes
    ----------
    files : tuple of Path
    labels : tuple of str
        What faults call each file.
    columns : mapping of name to (name in the files, kind)
    decimal : str
        The decimal mark of the texts.
    above : int
        How many lines stand above the rows of each file.
    is_spelled : bool
        Whether every cell was a text that is spelled as DuckDB spells its value, zeros at the end too.
    """

    files: tuple[Path, ...]
    labels: tuple[str, ...]
    columns: Mapping[str, tuple[str, str]]
    decimal: str
    above: int = 0
    is_spelled: bool = False

    def texts(self) -> str:
        """Return the query of the rows as a CSV file would write them; one with a cell that is too long is no row."""
        cells = [self._spell(*column) for column in self.columns.values()]
        return _select_texts(tuple(self.columns), cells, tuple(self.columns.values()), self._place, self._relation)

    def cells(self, kept: Mapping[str, str]) -> str:
        """Return the query of the rows, texts as in `texts`, and beside them cells as they are, under the names of `own`.

        `kept` says of which column each is. Cells are not looked at for their length: `is_long` tells of any.
        """
        texts = [f"{self._spell(*column)} AS {identifier(name)}" for name, column in self.columns.items()]
        values = [f"{known_cell(*self.columns[column])} AS {self.own(name)}" for name, column in kept.items()]
        return self.rows([*texts, *values])

    def rows(self, columns: Iterable[str]) -> str:
        """Return the query of the rows, sound ones all of them, with expressions of the columns that the files have."""
        return f"SELECT {self._place}, {SOUND}, {', '.join(columns)} FROM {self._relation}"

    def _spell(self, name: str, kind: str) -> str:
        return spell_value(identifier(name), kind, self.decimal) if self.is_spelled else spell_cell(name, kind, self.decimal)

    def own(self, name: str) -> str:
        """Return the identifier of a value in `cells`, which no column has."""
        return identifier(f"{max(self.columns, key=len)}={name}")

    def is_long(self, names: Sequence[str]) -> str:
        """Return the expression of whether a row of `cells` has a cell in these columns that is too long."""
        return " OR ".join(_is_long(identifier(name)) for name in names if _may_be_long(self.columns[name][1])) or "false"

    @property
    def _relation(self) -> str:
        files = f"read_parquet([{', '.join(quote(str(file)) for file in self.files)}], file_row_number = true)"
        return f"(SELECT *, file_index FROM {files})" if len(self.files) > 1 else files

    @property
    def _place(self) -> str:
        number, file = "file_row_number::BIGINT", quote(self.labels[0])
        seq = number
        if len(self.files) > 1:
            seq = f"(file_index::BIGINT << 40) + {number}"
            file = f"[{', '.join(map(quote, self.labels))}][file_index + 1]"
        return f"{seq} AS _seq, {file} AS _file, {number} + {self.above + 1} AS _row"


def describe(connection: "duckdb.DuckDBPyConnection", relation: str) -> list[tuple[str, str]]:
    """Return the names and kinds of a relation's columns."""
    return [(name, str(kind)) for name, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]


def select_texts(connection: "duckdb.DuckDBPyConnection", relation: str, decimal: str, place: str) -> str:
    """Return the query of a relation's rows as a CSV file would write them; one with a cell that is too long is no row."""
    columns = describe(connection, relation)
    cells = [spell_cell(name, kind, decimal) for name, kind in columns]
    return _select_texts(tuple(distinct(tuple(name for name, _ in columns))), cells, columns, place, relation)


def _select_texts(names: Sequence[str], cells: Sequence[str], columns: Kinds, place: str, relation: str) -> str:
    long = [_is_long(cell) for cell, (_, kind) in zip(cells, columns, strict=True) if _may_be_long(kind)]
    if not long:
        texts = ", ".join(f"{cell} AS {identifier(name)}" for cell, name in zip(cells, names, strict=True))
        return f"SELECT {place}, {SOUND}, {texts} FROM {relation}"
    is_long = identifier(f"{max((name for name, _ in columns), key=len)}_")  # no column is called so
    texts = ", ".join(
        f"CASE WHEN NOT {is_long} THEN {cell} END AS {identifier(name)}" for cell, name in zip(cells, names, strict=True)
    )
    line = f"left(concat_ws(',', {', '.join(f'left({cell}, {LONGEST_CELL})' for cell in cells)}), {LONGEST_CELL})"
    told = ", ".join(
        f"CASE WHEN {is_long} THEN {what} END AS {name}" for what, name in ((quote(TOO_LONG), "_fault"), (line, "_line"))
    )
    return f"SELECT {place}, {told}, {texts} FROM (SELECT *, coalesce({' OR '.join(long)}, false) AS {is_long} FROM {relation})"


def _is_long(cell: str) -> str:
    return f"(strlen({cell}) > {LONGEST_CELL} AND length({cell}) > {LONGEST_CELL})"


def _may_be_long(kind: str) -> bool:
    return not kind.startswith(_SHORT)


_SHORT = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINY", "USMALL", "UINT", "UBIG", "UHUGE",
    "DOUBLE", "FLOAT", "DECIMAL", "DATE", "TIME", "INTERVAL", "UUID",
)  # fmt: skip
"""Kinds of DuckDB whose values are never long texts, by how their names begin."""


def spell_cell(name: str, kind: str, decimal: str) -> str:
    """Return the expression of a cell as a CSV file would have it."""
    column = identifier(name)
    if kind == "BOOLEAN":
        return f"CASE {column} WHEN true THEN 'yes' WHEN false THEN 'no' END"
    column = known_cell(name, kind)
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return f"replace(regexp_replace(CAST({column} AS VARCHAR), '\\.0+$', ''), '.', {quote(decimal)})"
    return column if kind == "VARCHAR" else f"CAST({column} AS VARCHAR)"


def spell_value(value: str, kind: str, decimal: str) -> str:
    """Return the expression of a value as DuckDB spells it, but for the decimal mark."""
    text = value if kind == "VARCHAR" else f"CAST({value} AS VARCHAR)"
    return f"replace({text}, '.', {quote(decimal)})" if kind.startswith(("DECIMAL", "DOUBLE")) and decimal != "." else text


def known_cell(name: str, kind: str) -> str:
    """Return the expression of a cell; what is not a number is none."""
    column = identifier(name)
    return f"CASE WHEN NOT isnan({column}) THEN {column} END" if kind in ("DOUBLE", "FLOAT") else column


def distinct(names: tuple[str, ...]) -> Iterator[str]:
    """Yield the names of columns, made different from each other and from those of the door; one that is empty is numbered."""
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


def fit_value(cell: str, kind: str, column: Column, settings: TableSettings, *, known: bool = False) -> str:
    """Return the expression of a value of the declared kind, the same that the cell's text would give; empty where none is.

    A cell that is no value of it (an amount too large, a day of the first millennium, infinity) gives NULL, as its text does;
    with `known`, where there is none such, the expression is shorter.
    """
    of, _, size = kind.partition("(")
    width, _, scale = size.rstrip(")").partition(",")
    if column.kind == "date" and of in ("DATE", "TIMESTAMP") and all(_AS_OTHERS.match(form) for form in settings.dates):
        day = cell if of == "DATE" else f"CAST({cell} AS DATE)"
        return day if known else within_days(day)
    if column.kind == "money":
        if of in _WHOLE or of == "DECIMAL":
            amount = cell if known and int(scale or 0) <= _CENTS else f"TRY_CAST({cell} AS {AMOUNT})"
            return f"{amount}::DECIMAL(38,6)"
        return _near_amount(cell) if of == "DOUBLE" else ""
    value = ""
    if column.kind == "number" and (of in _WHOLE or (of == "DECIMAL" and int(width) <= _EXACT)):
        value = f"{cell}::DOUBLE"
    elif column.kind == "number" and of == "DOUBLE":
        value = f"CASE WHEN isfinite({cell}) THEN {cell} END"
    elif column.kind == "whole" and of in _WHOLE:
        value = f"TRY_CAST({cell} AS INTEGER)"
    elif column.kind == "yesno" and of == "BOOLEAN":
        return cell or "NULL"
    return within(value, column) if value and not known else value


_CENTS = 6
"""Figures behind the decimal mark that an amount has."""

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")

_EXACT = 15
"""Figures of which every decimal number is told from the next one by a DOUBLE."""

_AS_OTHERS = re.compile(r"%Y-%m-%d|%Y[./ ]|%[dmbBj][^\w%]")
"""How formats begin that read no day of four figures, month and day otherwise than ISO does."""


def _near_amount(cell: str) -> str:
    """Return the amount that a number's shortest spelling is; the text is only looked at where a cast might differ."""
    amount = f"TRY_CAST({cell} AS {AMOUNT})"
    near = f"abs({cell}) < 1e9 AND {amount}::DOUBLE = {cell}"  # fifteen figures, which are its shortest spelling
    return f"CASE WHEN {near} THEN {amount} ELSE TRY_CAST(CAST({cell} AS VARCHAR) AS {AMOUNT}) END::DECIMAL(38,6)"

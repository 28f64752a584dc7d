"""The columns of a company's file, mapped to ours once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.files import quote
from kamnb.data.settings import Ids, TableSettings
from kamnb.data.tables import TABLES, Table
from kamnb.data.values import clean_id, clean_text

if TYPE_CHECKING:
    import duckdb

IDS = ("account_id", "parent_id", "external_id")


@dataclass(frozen=True)
class Mapped:
    """How the columns of one table are had from its raw rows.

    Attributes
    ----------
    table : Table
    label : str
        The file as faults name it.
    texts : mapping
        Our column -> SQL expression of its text in the raw rows.
    further : mapping
        The same for columns of ``accounts`` beyond the contract.
    unused : tuple of str
        Columns of the file that feed nothing.
    faults : tuple of str
    """

    table: Table
    label: str
    texts: Mapping[str, str]
    further: Mapping[str, str]
    unused: tuple[str, ...]
    faults: tuple[str, ...]


def map_columns(
    connection: "duckdb.DuckDBPyConnection", name: str, raw: Path, settings: TableSettings, ids: Ids, label: str
) -> Mapped:
    """Say from which of their columns each of ours comes, and what is missing."""
    described = connection.execute(f"DESCRIBE SELECT * EXCLUDE (_file, _row) FROM read_parquet({quote(str(raw))})").fetchall()
    theirs = {column.lower(): column for column, *_ in described}
    table = TABLES[name]
    pairs = {ours: theirs.get(ours.lower(), "") for ours in table.names if ours not in settings.constants}
    pairs |= {ours: theirs.get(column.lower(), column) for ours, column in settings.columns.items()}
    pairs = {ours: column for ours, column in pairs.items() if column}
    unused = tuple(column for column in theirs.values() if column not in pairs.values())
    faults = tuple(_faults(table, label, pairs, theirs, settings, unused))
    if faults:
        return Mapped(table, label, {}, {}, unused, faults)
    texts = {ours: _text(column, settings, ours, ids) for ours, column in pairs.items()}
    texts |= {ours: quote(value) for ours, value in settings.constants.items()}
    own = {ours: text for ours, text in texts.items() if ours in table.names}
    further = {ours: text for ours, text in texts.items() if ours not in table.names}
    if name == "accounts":
        further |= {column: _text(column, settings, column, ids) for column in unused}
        unused = ()
    return Mapped(table, label, own, further, unused, ())


def _text(column: str, settings: TableSettings, ours: str, ids: Ids) -> str:
    text = clean_text(column, settings, ours)
    return clean_id(text, ids) if ours in IDS else text


def _faults(
    table: Table,
    label: str,
    pairs: Mapping[str, str],
    theirs: Mapping[str, str],
    settings: TableSettings,
    unused: tuple[str, ...],
) -> Iterator[str]:
    has = f"it has {', '.join(theirs.values())}"
    for ours, column in settings.columns.items():
        if column.lower() not in theirs:
            close = get_close_matches(column, list(theirs.values()), n=1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            yield f'{label}, header: column "{column}" (columns.{ours} of [{table.name}]) is missing; {has}{hint}'
    for ours in table.required:
        if ours not in pairs and ours not in settings.constants:
            guess = _likely(ours, unused)
            yield f'{label}, header: column "{ours}" is missing; {has}: add columns.{ours} = "{guess}" to [{table.name}]'


def _likely(ours: str, unused: tuple[str, ...]) -> str:
    close = get_close_matches(ours, unused, n=1, cutoff=0.5)
    return close[0] if close else unused[0] if len(unused) == 1 else "..."

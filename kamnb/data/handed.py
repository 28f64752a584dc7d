"""Tables handed in from Python: readers of Arrow, frames, what a DB-API connection gives; written to files, then read as such."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

from kamnb.data.faults import name_closest
from kamnb.data.files import find_sources
from kamnb.data.settings import DataSettings, TableSettings
from kamnb.data.tables import TABLES
from kamnb.errors import DataError, SettingsError

_AT_ONCE = 10_000


def take_handed(settings: DataSettings, tables: Mapping[str, Any], folder: Path) -> DataSettings:
    """Return the settings by which the tables that are handed in are files in `folder`; the others stay as they are.

    Parameters
    ----------
    settings : DataSettings
    tables : mapping of table name to rows
        A reader or table of Arrow (whatever has ``__arrow_c_stream__``), a DataFrame, a cursor that has run its query, or a
        pair of a DB-API connection and a query.
    folder : Path

    Raises
    ------
    SettingsError, DataError
        Where a name is no table, or rows cannot be had.
    """
    for name in tables:
        if name not in TABLES:
            raise SettingsError(f'tables: there is no table "{name}"{name_closest(name, set(TABLES))}')
    folder.mkdir(parents=True, exist_ok=True)
    there = settings.tables if settings.names_tables else {name: TableSettings() for name in find_sources(settings)[0]}
    known = {**there, **settings.tables}
    for name, rows in tables.items():
        table = known.get(name, TableSettings())
        path = _write(name, rows, folder, table.decimal)
        as_text = {"encoding": "utf-8", "separator": ",", "header_row": (1,)} if path.suffix == ".csv" else {"header_row": None}
        elsewhere = {"sql": "", "database": "", "uri_env": "", "since": "", "cells": ""}
        known[name] = table.model_copy(update={"file": (str(path.resolve()),), **as_text, **elsewhere})
    return replace(settings, tables={name: known[name] for name in TABLES if name in known})


def _write(name: str, rows: Any, folder: Path, decimal: str) -> Path:
    try:
        if hasattr(rows, "__arrow_c_stream__"):
            return _write_arrow(rows, folder / f"{name}.parquet")
        if isinstance(rows, tuple) and len(rows) == 2 and hasattr(rows[0], "cursor"):
            connection, query = rows
            with closing(connection.cursor()) as cursor:
                cursor.execute(query)
                return _write_cursor(name, cursor, folder, decimal)
        if hasattr(rows, "fetchmany") and hasattr(rows, "description"):
            return _write_cursor(name, rows, folder, decimal)
    except (SettingsError, DataError, OSError):
        raise
    except Exception as error:  # each driver has errors of its own
        raise DataError(f"{name}: the rows that were handed in cannot be had: {' '.join(str(error).split())}") from error
    raise SettingsError(
        f"tables: {name} is {type(rows).__name__}; hand in a reader or table of Arrow, a DataFrame, a cursor that has run its "
        "query, or a pair of a connection and a query"
    )


def _write_arrow(rows: Any, path: Path) -> Path:
    """Write whatever gives a stream of Arrow; DuckDB reads it batch by batch."""
    import duckdb

    with duckdb.connect() as connection:
        relation = connection.from_df(rows) if type(rows).__module__.startswith("pandas") else connection.from_arrow(rows)
        relation.write_parquet(str(path))
    return path


def _write_cursor(name: str, cursor: Any, folder: Path, decimal: str) -> Path:
    if not cursor.description:
        raise DataError(f"{name}: the cursor that was handed in has no rows; let it execute a SELECT first")
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column[0] for column in cursor.description])
        writer.writerows([_spell(value, decimal) for value in row] for row in _fetch(cursor))
    return path


def _fetch(cursor: Any) -> Iterator[Iterable[Any]]:
    while batch := cursor.fetchmany(_AT_ONCE):
        for row in batch:
            yield row.values() if isinstance(row, Mapping) else row


def _spell(value: Any, decimal: str) -> str:
    """Return a value as a file would have it."""
    if value is None or (isinstance(value, float | Decimal) and isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return f"{value:f}".removesuffix(".0").replace(".", decimal)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | Sequence) and not isinstance(value, str):
        raise TypeError(f"a cell is {type(value).__name__}, which is no text, number or day; cast it in the query")
    return str(value)

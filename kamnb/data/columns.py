"""The columns of a company's file, mapped to ours once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kamnb.data.numbers import net_sides, sign_side
from kamnb.data.report import Remark
from kamnb.data.settings import Ids, TableSettings
from kamnb.data.spellings import clean_id
from kamnb.data.sql import quote
from kamnb.data.suggesting import suggest_columns
from kamnb.data.tables import Table
from kamnb.data.typed import PLACE, Typed
from kamnb.data.values import clean_text, fold_blanks, is_trimmed

if TYPE_CHECKING:
    import duckdb

IDS = ("account_id", "parent_id", "external_id")
"""Columns that hold ids of accounts."""


@dataclass(frozen=True)
class Mapped:
    """How the columns of one table are had from its raw rows, which are the DuckDB view ``raw_<table>``.

    Attributes
    ----------
    table : Table
    label : str
        The file as faults name it.
    raw : tuple of str
        Columns of the file.
    texts : mapping
        Our column -> SQL expression of its text in the raw rows.
    further : mapping
        The same for columns of ``accounts`` beyond the contract.
    unused : tuple of str
        Columns of the file that feed nothing.
    cells : mapping
        Our column -> the column of the file whose trimmed cell is its text.
    settings : TableSettings
        How the file is read.
    faults : tuple of str
    remarks : tuple of Remark
    typed : Typed or None
        The Parquet files whose rows those of ``raw_<table>`` are, with their columns' own kinds.
    """

    table: Table
    label: str
    raw: tuple[str, ...]
    texts: Mapping[str, str]
    further: Mapping[str, str]
    unused: tuple[str, ...]
    cells: Mapping[str, str]
    settings: TableSettings
    faults: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    typed: Typed | None = None


def map_columns(connection: "duckdb.DuckDBPyConnection", table: Table, settings: TableSettings, ids: Ids, label: str) -> Mapped:
    """Say from which of their columns each of ours comes, and what is missing."""
    described = connection.execute(f"DESCRIBE SELECT * EXCLUDE ({', '.join(PLACE)}) FROM raw_{table.name}").fetchall()
    raw = tuple(column for column, *_ in described)
    theirs = {fold_blanks(column): column for column in raw}
    own = {ours: theirs.get(ours, "") for ours in table.names if ours not in settings.constants}
    named = {ours: theirs.get(fold_blanks(column), "") for ours, column in settings.columns.items()}
    pairs = {ours: column for ours, column in (own | named).items() if column}
    sides = {ours: [theirs.get(fold_blanks(side), "") for side in both.named] for ours, both in settings.debit_credit.items()}
    pairs |= {ours: both[0] for ours, both in sides.items()}
    fed = {*pairs.values(), *(both[1] for both in sides.values())}
    unused = tuple(column for column in raw if column not in fed)
    faults = (*_faults(table, label, pairs, raw, settings), *_lacking_sides(table, label, raw, sides, settings))
    texts = {ours: _text(column, settings, ours, ids) for ours, column in pairs.items()}
    texts |= {ours: _net(both, settings, ours) for ours, both in sides.items()}
    texts |= {ours: _constant(value, ours, ids) for ours, value in settings.constants.items()}
    further = {ours: text for ours, text in texts.items() if ours not in table.names}
    if table.name == "accounts":
        spare = [column for column in unused if column.lower() not in {ours.lower() for ours in (*table.names, *further)}]
        further |= {column: _text(column, settings, column, ids) for column in spare}
        unused = tuple(column for column in unused if column not in spare)
    asked = {fold_blanks(column) for column in (*settings.where, *(each.on[0] for each in settings.beside))}
    unused = tuple(column for column in unused if fold_blanks(column) not in asked)
    remarks = tuple(_absences(table, label, {*texts, *further}, settings))
    contract = {ours: texts[ours] for ours in texts if ours in table.names}
    every = {**pairs, **{column: column for column in further if column not in pairs}}
    cells = {ours: every[ours] for ours, text in {**contract, **further}.items() if is_trimmed(text, every.get(ours, ""))}
    return Mapped(table, label, raw, contract, further, unused, cells, settings, faults, remarks)


def _text(column: str, settings: TableSettings, ours: str, ids: Ids) -> str:
    if ours not in IDS:
        return clean_text(column, settings, ours)
    return clean_id(clean_text(column, settings, ours, strip=ids.strip), ids)


def _net(sides: list[str], settings: TableSettings, ours: str) -> str:
    first, second = (clean_text(side, settings, ours) for side in sides)
    return net_sides(first, second, settings) if settings.debit_credit[ours].columns else sign_side(first, second, settings)


def _lacking_sides(
    table: Table, label: str, raw: tuple[str, ...], sides: Mapping[str, list[str]], settings: TableSettings
) -> Iterator[str]:
    for ours, both in sides.items():
        for named, found in zip(settings.debit_credit[ours].named, both, strict=True):
            if not found:
                place = f"debit_credit.{ours} of [{table.name}]"
                yield f'{label}, header: column "{named}" ({place}) is missing; it has {_shown(raw)}'


def _constant(value: str, ours: str, ids: Ids) -> str:
    return clean_id(quote(value), ids) if ours in IDS else quote(value)


def _faults(table: Table, label: str, pairs: Mapping[str, str], raw: tuple[str, ...], settings: TableSettings) -> Iterator[str]:
    has = f"it has {_shown(raw)}"
    for ours, column in settings.columns.items():
        if ours not in pairs and ours not in settings.presumed:
            close = get_close_matches(column, raw, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            yield f'{label}, header: column "{column}" (columns.{ours} of [{table.name}]) is missing; {has}{hint}'
    missing = [
        ours
        for ours in table.required
        if ours not in pairs and ours not in settings.constants and (ours not in settings.columns or ours in settings.presumed)
    ]
    guesses = suggest_columns(missing, [column for column in raw if column not in pairs.values()])
    for ours in missing:
        ask = f'is it "{guesses[ours]}"? then' if ours in guesses else "if a column holds it,"
        add = f'{ask} add columns.{ours} = "{guesses.get(ours, "...")}" to [{table.name}]'
        yield f'{label}, header: column "{ours}" is missing; {has}: {add}'


def _shown(names: tuple[str, ...], most: int = 60) -> str:
    """Return names for a message: no control characters, not without end."""
    shown = ["".join(letter if letter.isprintable() else "?" for letter in name[:40]) for name in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")


def _absences(table: Table, label: str, has: set[str], settings: TableSettings) -> Iterator[Remark]:
    lacking = {ours: column for ours, column in settings.columns.items() if ours not in has and ours in settings.presumed}
    if lacking:
        what = f"has no column {_shown(tuple(lacking.values()))}, as the preset expects; {', '.join(lacking)} unknown"
        yield Remark(table.name, what, file=label)
    for ours in settings.values:
        if ours not in has:
            close = get_close_matches(ours, sorted(has), n=1)
            hint = f'did you mean "{close[0]}"?' if close else ""
            yield Remark(table.name, f"values.{ours} maps a column that is not there", file=label, column=ours, remedy=hint)

"""The kinds in which a text file may be kept: those of which every text is the one spelling of its value."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import Table
from kamnb.data.typed import spell_value
from kamnb.data.values import fold_blanks, reads_plain_days

if TYPE_CHECKING:
    import duckdb

_LOOKED_AT = 20_000
"""Rows of which the kinds are taken; where a later one has another the file is kept as text."""

_DECIMAL = "DECIMAL(15,{scale})"
"""Figures that a DOUBLE holds exactly."""

_CENTS, _MOST_DECIMALS = 2, 6
"""Decimals of a column whose first rows are blank, and as many as an amount has."""

_NUMBERS = ("money", "number", "whole")


def take_kinds(table: Table, settings: TableSettings) -> dict[str, str]:
    """Return the declared kinds of the columns of a file that are days or numbers, their names folded."""
    wanted = (*_NUMBERS, *(["date"] if reads_plain_days(settings) else []))
    return {fold_blanks(settings.columns.get(each.name, each.name)): each.kind for each in table.columns if each.kind in wanted}


def find_kinds(
    connection: "duckdb.DuckDBPyConnection", rows: str, names: tuple[str, ...], declared: Mapping[str, str], decimal: str
) -> dict[str, str]:
    """Return DuckDB's kind of each column of a relation of texts, VARCHAR but where the first rows are spelled as another."""
    kinds = dict.fromkeys(names, "VARCHAR")
    chosen = [name for name in names if fold_blanks(name) in declared]
    scales = [f"max(strlen(split_part({identifier(name)}, {quote(decimal)}, 2)))" for name in chosen]
    first = f"(FROM {rows} LIMIT {_LOOKED_AT})"
    found = connection.execute(f"SELECT {', '.join(scales)} FROM {first}").fetchone() if chosen else ()
    tried = [
        (name, kind)
        for name, scale in zip(chosen, found or (), strict=True)
        for kind in (["DATE"] if declared[fold_blanks(name)] == "date" else ["DOUBLE", _take_exact(scale)])
    ]
    spelled = [f"coalesce(bool_and({_is_spelled(name, kind, decimal)}), true)" for name, kind in tried]
    answers = connection.execute(f"SELECT {', '.join(spelled)} FROM {first}").fetchone() if tried else ()
    return kinds | {name: kind for (name, kind), answer in zip(tried, answers or (), strict=True) if answer}


def _take_exact(scale: int | None) -> str:
    """Return the kind of numbers that all have so many decimals, which goes before DOUBLE, where they have them as they come."""
    return "BIGINT" if scale == 0 else _DECIMAL.format(scale=_CENTS if scale is None else min(scale, _MOST_DECIMALS))


def take_value(name: str, kind: str, decimal: str) -> str:
    """Return the expression of a text's value, with its name; a text that is not the spelling of one is an error."""
    text = identifier(name)
    if kind == "VARCHAR":
        return text
    value = _cast(text, kind, decimal)
    return f"CASE WHEN {_is_spelled(name, kind, decimal)} THEN {value} ELSE error({text})::{kind} END AS {text}"


def _is_spelled(name: str, kind: str, decimal: str) -> str:
    text = identifier(name)
    value = _cast(text, kind, decimal)
    spelled = f"{spell_value(value, kind, decimal)} IS NOT DISTINCT FROM {text}"
    return f"{spelled} AND isfinite(coalesce({value}, 0))" if kind == "DOUBLE" else spelled


def _cast(text: str, kind: str, decimal: str) -> str:
    plain = f"replace({text}, {quote(decimal)}, '.')" if decimal != "." else text
    return f"TRY_CAST({plain} AS {kind})"

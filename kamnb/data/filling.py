"""Values that stand on the first of several rows and hold for those below it, as in exports of documents with their lines."""

from typing import TYPE_CHECKING

from kamnb.data.columns import Mapped
from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier
from kamnb.data.values import clean_text, is_filled

if TYPE_CHECKING:
    import duckdb


def fill_down(rows: str, raw: list[str], columns: list[str], settings: TableSettings) -> str:
    """Return the query of rows with the values of `columns` that hold for the rows below filled in.

    The columns are named from the outermost inwards: where an outer one begins anew, an inner one that is empty is not taken from
    the row above.
    """
    filled = [f"{_filled(raw, columns, place, settings)} AS {identifier(column)}" for place, column in enumerate(columns)]
    replaced = f"* REPLACE ({', '.join(filled)})" if filled else "*"
    return (
        f"SELECT {replaced} FROM ({rows}) "
        "WINDOW above AS (PARTITION BY _file ORDER BY _seq ROWS UNBOUNDED PRECEDING) ORDER BY _seq"
    )


def _filled(raw: list[str], columns: list[str], place: int, settings: TableSettings) -> str:
    """Return the expression of a cell: that of the last row on which it, or a column further out, is filled."""
    cell = identifier(columns[place])
    begins = " OR ".join(f"{clean_text(column, settings, '')} IS NOT NULL" for column in columns[: place + 1])
    is_row = " OR ".join(is_filled(column) for column in raw)
    last = f"last_value(CASE WHEN {begins} THEN coalesce({cell}, '') END IGNORE NULLS) OVER above"
    return f"CASE WHEN _fault IS NULL AND ({is_row}) THEN {last} ELSE {cell} END"


def remedy_blanks(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, column: str) -> str:
    """Name the setting that fills what is missing from the rows above; empty where it does not look as if that were meant.

    It does where the first row has the value, and other columns are empty together with it and filled where it is.
    """
    names = [name for name in mapped.table.names if name in mapped.texts and name not in mapped.settings.constants]
    blank, kept = f"_why = 'missing' AND _column = '{column}'", "_why IS NULL"
    counted = ", ".join(f"count({identifier(name)}) FILTER ({rows})" for name in names for rows in (blank, kept))
    total, first, *counts = connection.execute(
        f"SELECT count(*) FILTER ({kept}), min(_seq) FILTER ({kept}) < min(_seq) FILTER ({blank}), {counted} "
        f"FROM t_{mapped.table.name}"
    ).fetchone() or (0, False)
    held = [
        name for name, below, above in zip(names, counts[::2], counts[1::2], strict=True) if not below and above > 0.9 * total
    ]
    own = mapped.table.key[0] if len(mapped.table.key) == 1 else ""
    if own in names and own not in held:
        return ""  # rows with a key of their own are things of their own
    held = [name for name in held if mapped.table[name].kind != "money"]
    if not first or len(held) < 2 or len(held) == len(names) or column not in held:
        return ""
    listed = ", ".join(f'"{name}"' for name in held)
    return f"where they hold for the rows below, write fill_down = [{listed}] in [{mapped.table.name}]"

"""Months or quarters as columns: a file that has them is judged as the rows that they stand for, and `unpivot` says so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kamnb.data.days import parse_day
from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.names import score_table
from kamnb.data.sql import identifier, quote
from kamnb.data.totals import is_total
from kamnb.data.values import fold_blanks
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb

_LEAST = 3
"""So many columns at least are called by months, or by quarters."""
_VALUE = "amount"
_INTO = {"invoices": "date", "costs_to_serve": "date", "targets": "period"}
_NUMERIC = 0.9


@dataclass(frozen=True)
class Wide:
    """Columns called by months or quarters.

    ``form`` is as ``dates`` has it, ``ends`` is by what their names end, ``day`` what is made of them, ``year`` that of names
    without one.
    """

    form: str
    names: tuple[str, ...]
    ends: tuple[str, ...]
    day: str
    year: int | None = None


def melt(connection: "duckdb.DuckDBPyConnection", block: Block) -> tuple[Block, Wide | None]:
    """Return a block with the months or quarters of its columns as rows, and how they stood; as it is where there are none."""
    said, made = _find_year(block), "period" if score_table("targets", block.spoken) > 0 else "date"
    for form, year in (("month", None), ("quarter", None), *((form, said) for form in ("month", "quarter") if said)):
        heads = _name_days(connection, block.names, form, year)
        ends = tuple(dict.fromkeys(end for _, end in heads.values()))
        days = {day for day, _ in heads.values()}
        if len(days) < _LEAST:
            continue
        is_grid = len(heads) == len(days) * len(ends) < len(block.names) and _stand_together(block.names, heads, ends, made)
        if is_grid and _is_numeric(connection, block, heads):
            return _melted(connection, block, heads, ends, made), Wide(form, tuple(heads), ends, made, year)
    return block, None


def _find_year(block: Block) -> int | None:
    """Return the one year in the name of a file or sheet, or in the titles above its header; None where there is none."""
    years = {*re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", f"{block.spoken} {' '.join(block.layout.above)}")}
    return int(years.pop()) if len(years) == 1 else None


def _stand_together(names: Sequence[str], heads: Mapping[str, tuple[str, str]], ends: tuple[str, ...], day: str) -> bool:
    """Tell whether nothing but totals stands between the columns, and none of the others is called as those to be made."""
    others = [name for name in names[_span(names, heads)] if name not in heads]
    made = {fold_blanks(name) for name in (day, *(end or _VALUE for end in ends))}
    return all(map(is_total, others)) and not made & {fold_blanks(name) for name in names if name not in heads}


def _span(names: Sequence[str], heads: Mapping[str, tuple[str, str]]) -> slice:
    return slice(names.index(next(iter(heads))), names.index(list(heads)[-1]) + 1)


def _name_days(
    connection: "duckdb.DuckDBPyConnection", names: tuple[str, ...], form: str, year: int | None
) -> dict[str, tuple[str, str]]:
    """Return the columns called by a month or quarter: its last day, and what follows in the name."""
    dated = [name for name in names if year or re.search("[0-9]", name)]  # without a year most tables have no name that reads
    if len(dated) < _LEAST:
        return {}
    tries = [(name, name, "") for name in dated]
    tries += [(name, " ".join(name.split()[:cut]), " ".join(name.split()[cut:])) for name in dated for cut in (1, 2)]
    values = ", ".join(f"({quote(name)}, {quote(head)}, {quote(end)})" for name, head, end in tries)
    day = parse_day("head", (form,), year)
    query = f"SELECT name, strftime({day}, '%Y-%m-%d'), tail FROM (VALUES {values}) AS tries(name, head, tail)"
    found: dict[str, tuple[str, str]] = {}
    for name, read, end in connection.execute(query).fetchall():
        if read and name not in found:
            found[name] = (read, end)
    return {name: found[name] for name in names if name in found}


def _is_numeric(connection: "duckdb.DuckDBPyConnection", block: Block, heads: Mapping[str, tuple[str, str]]) -> bool:
    cells = " UNION ALL ".join(f"SELECT {identifier(name)} AS cell FROM {block.view}" for name in heads)
    number = "regexp_matches(cell, '^[^\\pL]*\\d[^\\pL]*$')"
    query = f"SELECT count(*), count(*) FILTER ({number}) FROM ({cells}) WHERE cell IS NOT NULL"
    filled, numbers = connection.execute(query).fetchone() or (0, 0)
    return bool(filled) and numbers >= _NUMERIC * filled


def _melted(
    connection: "duckdb.DuckDBPyConnection", block: Block, heads: Mapping[str, tuple[str, str]], ends: tuple[str, ...], made: str
) -> Block:
    between = block.names[_span(block.names, heads)]
    sums = {
        name for name in block.names for end in ("", *ends) if name.endswith(end) and is_total(name.removesuffix(end).strip())
    }
    spare = tuple(name for name in block.names if name not in {*heads, *between, *sums})
    values = tuple(end or _VALUE for end in ends)
    by_day: dict[str, dict[str, str]] = {}
    for name, (day, end) in heads.items():
        by_day.setdefault(day, {})[end or _VALUE] = name
    kept = ", ".join(["_seq", "_total", *map(identifier, spare)])
    parts = []
    for day, own in by_day.items():
        cells = ", ".join(f"{identifier(own[each])} AS {identifier(each)}" for each in values)
        filled = " OR ".join(f"{identifier(own[each])} IS NOT NULL" for each in values)
        parts.append(f"SELECT {kept}, {quote(day)} AS {made}, {cells} FROM {block.view} WHERE {filled}")
    view = f"{block.view}_long"
    connection.execute(f"CREATE TABLE {view} AS SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY _seq, {made}")
    (rows,) = connection.execute(f"SELECT count(*) FROM {view}").fetchone() or (0,)
    return replace(block, names=(*spare, made, *values), view=view, rows=int(rows))


def say_wide(draft: Draft, wide: Wide) -> None:
    """Write the columns of a draft that were months or quarters as ``unpivot``; which amount they hold, a person must look at."""
    into = _INTO.get(draft.table.name, "")
    columns = {ours: line for ours, line in draft.columns.items() if line.value in {end or _VALUE for end in wide.ends}}
    values = {ours: str(line.value) for ours, line in columns.items() if line.level != "open"}
    first, last = wide.names[0], wide.names[-1]
    told = f'{wide.form}s as columns, "{first}" to "{last}"'
    made = {wide.day, *(end or _VALUE for end in wide.ends)}
    draft.block = replace(draft.block, names=tuple(name for name in draft.block.names if name not in made))
    if "once" in draft.settings:
        return  # accounts taken from the rows of another table, which the months do not touch
    if not into or not values:
        draft.settings["file"] = replace(draft.settings["file"], level="likely", reason=f"{told}: say them by unpivot")
        return
    for ours in (*columns, into):
        draft.columns.pop(ours, None)
        draft.values.pop(ours, None)
    draft.derived.clear()
    draft.columns = {ours: line for ours, line in draft.columns.items() if line.value in draft.block.names}
    value = values if wide.ends != ("",) else next(iter(values))
    taken = tuple(name for name in wide.names if wide.ends == ("",) or name.endswith(tuple(values.values())))
    span = f"{first} .. {last}" if len(taken) == len(wide.names) else taken
    asked = "is it what was invoiced?" if into == "date" else ""
    reason = "; ".join(filter(None, [told, asked]))
    draft.settings["unpivot"] = Line({"columns": span, "into": into, "value": value}, "likely", reason)
    others = draft.settings["dates"].value if "dates" in draft.settings else ()
    forms = (*((others,) if isinstance(others, str) else others), wide.form)
    draft.settings["dates"] = Line(forms if others else wide.form, "sure", "the names of the columns read so")
    if wide.year:
        draft.settings["year"] = Line(wide.year, "likely", "the year in the name of the file, the sheet or its title")


def tell_months(names: Sequence[str]) -> str:
    """Say that columns are called by months without a year, which nobody but a person knows; empty where they are not."""
    every = {word for words in load_words("months")["names"] for word in words}
    months = [name for name in names if fold_blanks(name).rstrip(".") in every]
    span = f"{months[0]} .. {months[-1]}" if months else ""
    said = f'months without a year as columns: write unpivot = {{ columns = "{span}", into = "date", value = "amount" }}'
    return f'{said}, dates = "month" and year' if len(months) >= _LEAST else ""

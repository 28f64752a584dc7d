"""Reports in groups: the customer stands above its rows, alone on a line of its own, and holds for them (``fill_down``)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.looks import Look
from kamnb.data.proposing.names import NAMED, score_name
from kamnb.data.sql import identifier

if TYPE_CHECKING:
    import duckdb

CUSTOMER = "customer"
"""What the column of headings is called here where it has no name of its own."""


@dataclass(frozen=True)
class Headings:
    """The column of the headings, as the file has it and as it is judged, and one that every row below them has."""

    column: str
    judged: str
    anchor: str


def lift_headings(
    connection: "duckdb.DuckDBPyConnection", block: Block, looks: Mapping[str, Look]
) -> tuple[Block, Headings | None]:
    """Return a block with the headings of its first column on the rows below them; as it is where it has none."""
    first, others = block.names[0], block.names[1:]
    if not others or not block.rows:
        return block, None
    alone = " AND ".join(f"{identifier(name)} IS NULL" for name in others)
    cell = identifier(first)
    begins = f"(SELECT min(_seq) FROM {block.view} WHERE {cell} IS NOT NULL)"
    filled, heads, above = connection.execute(
        f"SELECT count({cell}), count(*) FILTER ({cell} IS NOT NULL AND {alone}), "
        f"count(*) FILTER ({cell} IS NULL AND _seq < {begins}) FROM {block.view}"
    ).fetchone() or (0, 0, 0)
    anchors = [name for name in others if looks[name].profile.filled == block.rows - heads]
    anchors.sort(key=lambda name: not looks[name].writing.days)
    if heads < 2 or heads != filled or 2 * heads > block.rows or above or not anchors:
        return block, None
    judged = first if score_name("invoices", "account_id", first) >= NAMED else CUSTOMER
    if judged in others:
        return block, None
    view, kept = f"{block.view}_lifted", ", ".join(["_seq", "_total", *map(identifier, others)])
    lifted = f"last_value({cell} IGNORE NULLS) OVER (ORDER BY _seq ROWS UNBOUNDED PRECEDING) AS {identifier(judged)}"
    connection.execute(
        f"CREATE TABLE {view} AS SELECT * FROM (SELECT {lifted}, {kept} FROM {block.view}) "
        f"WHERE {identifier(anchors[0])} IS NOT NULL ORDER BY _seq"
    )
    lowered = replace(block, names=(judged, *others), view=view, rows=block.rows - heads)
    return lowered, Headings(first, judged, anchors[0])


def say_headings(draft: Draft, headings: Headings) -> None:
    """Write the headings as values that hold for the rows below, and leave out the lines on which nothing else stands."""
    for ours, line in list(draft.columns.items()):
        if line.value == headings.judged:
            draft.columns[ours] = replace(line, value=headings.column, level="likely" if line.level == "sure" else line.level)
    draft.block = replace(
        draft.block, names=tuple(headings.column if each == headings.judged else each for each in draft.block.names)
    )
    draft.settings["fill_down"] = Line((headings.column,), "likely", "it stands above its rows, alone on a line of its own")
    draft.leave_out(headings.anchor, [""], "likely", "the lines of the headings and of their totals")

"""Ledgers with a column of debits and one of credits: judged by the one less the other, written as ``debit_credit``."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.looks import Look, Looks
from kamnb.data.proposing.names import NAMED, is_one_of, score_name
from kamnb.data.sql import identifier

if TYPE_CHECKING:
    import duckdb

NET = "debit less credit"
"""What the column is called that such a file has not."""


def net_ledgers(connection: "duckdb.DuckDBPyConnection", blocks: Sequence[Block], looks: Looks) -> list[Block]:
    """Return the blocks, those with both sides and no open amount with the column that is the one less the other."""
    return [block if block.computed else _net(connection, block, looks[block.view]) for block in blocks]


def find_sides(names: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of debits and of credits; None where there are not just these two.

    Examples
    --------
    >>> find_sides(["Konto", "Soll", "Haben"])
    ('Soll', 'Haben')
    """
    debits, credits_ = ([name for name in names if is_one_of("sides", f"{side}_columns", name)] for side in ("debit", "credit"))
    return (debits[0], credits_[0]) if len(debits) == len(credits_) == 1 else None


def _net(connection: "duckdb.DuckDBPyConnection", block: Block, looks: dict[str, Look]) -> Block:
    sides = find_sides(block.names)
    if not sides or any(score_name("open_items", "open_amount", name) >= NAMED for name in block.names):
        return block
    if not any(looks[side].writing.ways for side in sides):
        return block
    view, (debit, credit) = f"{block.view}_net", map(identifier, sides)
    expression = f"coalesce(s.{debit}, '-' || s.{credit})"
    connection.execute(f"CREATE TABLE {view} AS SELECT s.*, {expression} AS {identifier(NET)} FROM {block.view} s")
    return replace(block, names=(*block.names, NET), view=view, computed=((NET, expression),))


def say_sides(draft: Draft) -> None:
    """Name both columns where their difference is taken for an amount."""
    sides = find_sides(draft.block.names)
    for ours, line in list(draft.columns.items()):
        if line.value == NET and sides:
            del draft.columns[ours]
            draft.settings["debit_credit"] = Line({ours: sides}, "likely", "no column is the amount; these are its two sides")

"""Amounts that a file has only as quantity and price: their product, less a discount where one is stated."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.looks import Look, Looks
from kamnb.data.proposing.names import NAMED, is_called, is_id, score_name
from kamnb.data.sql import identifier

if TYPE_CHECKING:
    import duckdb

_PLAIN = (".", "")


def compute_amounts(connection: "duckdb.DuckDBPyConnection", blocks: Sequence[Block], looks: Looks) -> list[Block]:
    """Return the blocks, those without an amount but with quantity and price with the column that is their product."""
    return [_compute(connection, block, looks[block.view]) for block in blocks]


def _compute(connection: "duckdb.DuckDBPyConnection", block: Block, looks: dict[str, Look]) -> Block:
    numbers = [name for name, look in looks.items() if _PLAIN in look.writing.ways and not look.writing.signs and not is_id(name)]
    prices = [name for name in numbers if is_called("price", name)]
    quantities = [name for name in numbers if score_name("invoices", "quantity", name) >= NAMED and name not in prices]
    amounts = [name for name in looks if score_name("invoices", "amount", name) >= NAMED and name not in prices]
    if amounts or len(prices) != 1 or len(quantities) != 1:
        return block
    discounts = [name for name in numbers if is_called("discount", name) and (looks[name].high or 2) <= 1]
    factors = [*(f"s.{identifier(name)}::decimal(18, 4)" for name in (*quantities, *prices))]
    factors += [f"(1 - coalesce(s.{identifier(name)}, '0')::decimal(9, 4))" for name in discounts[:1]]
    name = "line_amount"
    view, expression = f"{block.view}_product", f"round({' * '.join(factors)}, 4)"
    connection.execute(f"CREATE TABLE {view} AS SELECT s.*, TRY({expression})::VARCHAR AS {identifier(name)} FROM {block.view} s")
    return replace(block, names=(*block.names, name), view=view, computed=((name, f"try({expression})"),))

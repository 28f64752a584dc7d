"""Ledgers with debits and credits: judged by the one less the other, written as ``debit_credit``; payments are no invoices."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kamnb.data.proposing.amounts import NET_AMOUNT, NET_BOOKING, THE_AMOUNT
from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.looks import Look, Looks, number_of
from kamnb.data.proposing.names import NAMED, find_sides, is_one_of, says_payment, score_name
from kamnb.data.report import say_count, say_share
from kamnb.data.sql import identifier, quote

if TYPE_CHECKING:
    import duckdb

_PAID = 0.3
"""Credits that are more than this part of the debits are payments; what is credited for goods is far less."""


def net_ledgers(connection: "duckdb.DuckDBPyConnection", blocks: Sequence[Block], looks: Looks) -> list[Block]:
    """Return the blocks, those with both sides and no amount with the column that is the one less the other."""
    return [block if block.computed else _net(connection, block, looks[block.view]) for block in blocks]


def _net(connection: "duckdb.DuckDBPyConnection", block: Block, looks: dict[str, Look]) -> Block:
    sides = find_sides(block.names)
    if not sides or not any(looks[side].writing.ways for side in sides):
        return block
    balances = [name for name in block.names if score_name("open_items", "open_amount", name) >= NAMED]
    is_booked = _has(block, looks, "date") and not _has(block, looks, "due_date")
    if balances and not is_booked:
        return block
    names, notes = block.names, block.notes
    if balances:  # beside bookings it is what the account stands at after each of them
        names = tuple(name for name in names if name not in balances)
        notes = (*notes, f'"{balances[0]}" is the balance after each booking')
    view, (debit, credit) = f"{block.view}_net", map(identifier, sides)
    made, expression = NET_BOOKING if is_booked else NET_AMOUNT, f"coalesce(s.{debit}, '-' || s.{credit})"
    connection.execute(f"CREATE TABLE {view} AS SELECT s.*, {expression} AS {identifier(made)} FROM {block.view} s")
    return replace(block, names=(*names, made), view=view, computed=((made, expression),), notes=notes)


def _has(block: Block, looks: dict[str, Look], ours: str) -> bool:
    return any(score_name("invoices", ours, name) >= NAMED and looks[name].writing.days for name in block.names)


def say_sides(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> None:
    """Name both columns where their difference is taken for an amount, and the column that gives an amount its side."""
    sides = find_sides(draft.block.names)
    for ours, line in list(draft.columns.items()):
        if line.value in (NET_AMOUNT, NET_BOOKING) and sides:
            del draft.columns[ours]
            vat = line.reason.rpartition("; ")[2]
            told = f"no column is the amount; these are its two sides{f'; {vat}' if ours == 'amount' else ''}"
            draft.settings["debit_credit"] = Line({ours: sides}, "likely", told)
            _leave_out_payments(draft, _sum(connection, draft, sides[0]), _sum(connection, draft, sides[1]), sides[0], [""])
    ours = THE_AMOUNT.get(draft.table.name, "")
    amount, (side, credits_) = draft.columns.get(ours), _find_side(draft)
    if amount and side and amount.level != "open" and amount.value in draft.block.names:
        del draft.columns[ours]
        told = f'{amount.reason}; "{side}" says on which side of the account it stands'
        draft.settings["debit_credit"] = Line({ours: {"amount": str(amount.value), "side": side}}, "likely", told)
        is_credit = f"{identifier(side)} IN ({', '.join(map(quote, credits_))})"
        debited, credited = (_sum(connection, draft, str(amount.value), each) for each in (f"NOT {is_credit}", is_credit))
        _leave_out_payments(draft, debited, credited, side, credits_)


def _sum(connection: "duckdb.DuckDBPyConnection", draft: Draft, name: str, condition: str = "true") -> float:
    look = draft.looks[name]
    if not look.writing.is_number:
        return 0.0
    query = f"SELECT sum(abs({number_of(look)})) FROM {draft.block.view} WHERE {condition}"
    (total,) = connection.execute(query).fetchone() or (0.0,)
    return float(total or 0.0)


def _leave_out_payments(draft: Draft, debits: float, credits_: float, column: str, words: Sequence[str]) -> None:
    """Leave out of bookings what was paid: by a word for it, else all credits where they are too much for credit notes."""
    if draft.table.name != "invoices":
        return
    for name in draft.block.names:
        counts = draft.looks[name].profile.words
        paid = sorted(word for word in counts if says_payment(word))
        if paid and len(paid) < len(counts):
            rows = sum(counts[word] for word in paid)
            draft.leave_out(name, paid, "likely", f"{say_count(rows, 'row')} of payments, no invoices")
            return
    if credits_ > _PAID * debits:
        part = f"{say_share(credits_ / debits)} of the debits" if debits else "all there is"
        told = f"credits are {part}, so they are payments; credit notes among them are lost"
        draft.leave_out(column, words, "likely", told)


def _find_side(draft: Draft) -> tuple[str, list[str]]:
    """Return the column all whose words are those of the two sides, and its words for credits; empty where none is called so."""
    for name in draft.block.names:
        words = draft.looks[name].profile.words
        credits_ = sorted(word for word in words if is_one_of("sides", "credit", word))
        debits = [word for word in words if is_one_of("sides", "debit", word)]
        if credits_ and {*credits_, *debits} == {*words} and is_one_of("sides", "columns", name):
            return name, credits_
    return "", []

"""Which file is which table: every file is fitted to every table, columns one to one, and the best pairs are taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.evidence import Fit, Pointing, is_general_ledger, key_of, weigh
from kamnb.data.proposing.known import Known
from kamnb.data.proposing.looks import Look, Looks
from kamnb.data.proposing.names import ENTITY, find_sides, fold, is_id, name_entity, score_name, score_table
from kamnb.data.proposing.systems import find_preset
from kamnb.data.tables import TABLES, Table

LEAST = 0.34
"""A column that fits less than this is not assigned."""
LEAST_NEEDED = 0.42
"""The same for a column without which there is no table."""
ENOUGH = 0.45
"""A file that fits less than this is no table."""
LISTED = ";,|"
"""What may stand between the ids of a list."""
_SAME = 0.5
"""So many of one file's ids are those of another that has the same things."""
SUPPLIED = {
    "open_items": ("listed_on",), "targets": ("measure", "kind"), "aliases": ("system",), "opportunities": (), "ratings": (),
}  # fmt: skip
"""Required columns that a constant may stand for."""


@dataclass(frozen=True)
class Placing:
    """A block taken for a table: the fits of its columns, and of all that could have been taken instead.

    Attributes
    ----------
    score : float
        How well it fits, 0 to 1.
    margin : float
        By how much better than the next table the block could be.
    """

    block: Block
    table: Table
    fits: Mapping[str, Fit]
    every: Mapping[tuple[str, str], Fit]
    score: float
    margin: float = 1.0


def place_blocks(blocks: Sequence[Block], looks: Looks, known: Known) -> tuple[list[Placing], list[Placing]]:
    """Take blocks for tables: twice, for only when the tables with keys are known can others point to them.

    Returns
    -------
    placed : list of Placing
        At most one for each table and each block.
    spare : list of Placing
        Blocks that fit a table which another fits better.
    """
    placed, _ = _take(blocks, looks, {})
    keys, pointings = {}, {}
    for placing in placed:
        key = key_of(placing.table)
        if key and key in placing.fits:
            column, pointed = find_key(placing, key, blocks, known)
            keys[placing.table.name] = (placing.block, column)
            if pointed:
                pointings[placing.block.view, column, key] = pointed
    return _take(blocks, looks, find_pointings(blocks, looks, keys, known) | pointings)


def elect_masters(placed: Sequence[Placing], spare: Sequence[Placing], known: Known) -> tuple[list[Placing], list[Placing]]:
    """Let the file that names things be their table where others with the same ids stand beside it."""
    placed, spare = list(placed), list(spare)
    for place, first in enumerate(placed):
        if "name" not in first.fits and "name" in first.table.names:
            named = [each for each in spare if "name" in each.fits and has_same_ids(first, each, known)]
            if named:
                best = max(named, key=lambda each: (each.block.rows, each.score, each.block.label))
                spare[spare.index(best)], placed[place] = first, replace(best, margin=max(best.margin, first.margin))
    return placed, spare


def has_same_ids(one: Placing, other: Placing, known: Known) -> bool:
    """Tell whether two files have a row each for the same things of a table."""
    key = key_of(one.table)
    if one.table is not other.table or not key or not {key} <= {*one.fits} & {*other.fits} or not other.block.is_plain:
        return False
    return known.share(other.block, other.fits[key].theirs, one.block, one.fits[key].theirs) >= _SAME


def find_key(placing: Placing, key: str, blocks: Sequence[Block], known: Known) -> tuple[str, Pointing | None]:
    """Return the column of a file to which the most rows of other files point, of those that may be its key."""
    home, entity = placing.block, ENTITY[key]
    best: tuple[int, str, Pointing | None] = (0, placing.fits[key].theirs, None)
    for (ours, theirs), fit in placing.every.items():
        if ours != key or fit.score < placing.fits[key].score - 0.15:
            continue
        rows, files = 0, list[str]()
        for block in blocks:
            for name in block.names:
                if block is home or block.header or not block.rows or name_entity(name).get(entity, 0.0) < 0.75:
                    continue
                if known.share(block, name, home, theirs) >= 0.9:
                    rows, files = rows + block.rows, [*files, block.label]
                    break
        if rows > best[0]:
            told = f"{files[0]}{f' and {len(files) - 1} more' if files[1:] else ''} points to it"
            best = (rows, theirs, Pointing(1.0, told, _is_telling(known, home, theirs), is_key=True))
    return best[1], best[2]


def _take(
    blocks: Sequence[Block], looks: Looks, pointings: Mapping[tuple[str, str, str], Pointing]
) -> tuple[list[Placing], list[Placing]]:
    fitted = {
        block.view: [fit for table in TABLES.values() if (fit := _fit(block, table, looks[block.view], pointings))]
        for block in blocks
    }
    every = [_weigh_against(fit, fits) for fits in fitted.values() for fit in fits if fit.score >= ENOUGH]
    placed: list[Placing] = []
    spare: list[Placing] = []
    for placing in sorted(every, key=_rank):
        if any(placing.block is each.block for each in (*placed, *spare)):
            continue
        taken = any(placing.table is each.table for each in placed)
        (spare if taken else placed).append(placing)
    for first in list(spare):
        free = [each for each in fitted[first.block.view] if not any(each.table is other.table for other in placed)]
        named = [each for each in free if each.score >= ENOUGH and _is_called_more(each, first)]
        if named:
            spare.remove(first)
            placed.append(_weigh_against(min(named, key=_rank), free))
    return sorted(placed, key=lambda each: list(TABLES).index(each.table.name)), spare


def _rank(placing: Placing) -> tuple[bool, float, str]:
    return placing.block.rows == 0, -placing.score, placing.block.label


def _weigh_against(placing: Placing, others: Sequence[Placing]) -> Placing:
    best = max((other.score for other in others if other is not placing), default=0.0)
    return replace(placing, margin=placing.score - best)


def _is_called_more(placing: Placing, other: Placing) -> bool:
    """Tell whether a file's name says that it is the table, and not as clearly that it is the other one."""
    spoken = placing.block.spoken
    return score_table(placing.table.name, spoken) > max(score_table(other.table.name, spoken), 0.0)


def _fit(
    block: Block, table: Table, looks: Mapping[str, Look], pointings: Mapping[tuple[str, str, str], Pointing]
) -> Placing | None:
    from scipy.optimize import linear_sum_assignment

    names = list(block.names)
    exported = find_preset(table.name, names)
    every: dict[tuple[str, str], Fit] = {}
    general = {name for name in names if is_general_ledger(looks[name].profile)} if find_sides(names) else set()
    for column in table.columns:
        for name in names:
            if general and column.name == "account_id" and (name in general or score_name(table.name, "account_id", name) < 0.6):
                continue  # nor is the name of such an account a customer
            pointing = pointings.get((block.view, name, column.name))
            fit = weigh(table, column, looks[name], pointing, exported.get((column.name, name.lower()), ""))
            if fit and fit.separator and (table.money or column.required):
                continue  # an amount cannot be that of each id of a list
            if fit and fit.score >= (LEAST_NEEDED if column.required else LEAST):
                every[column.name, name] = fit
    if not every:
        return None
    matrix = np.array([[every[ours, name].score if (ours, name) in every else 0.0 for name in names] for ours in table.names])
    needed = [ours for ours in table.required if ours not in SUPPLIED.get(table.name, ())]
    bonus = np.array([[1.0 if ours in needed else 0.0] for ours in table.names]) * (matrix > 0)
    rows, columns = linear_sum_assignment(matrix + bonus, maximize=True)
    fits = {
        table.names[row]: every[table.names[row], names[column]]
        for row, column in zip(rows, columns, strict=True)
        if matrix[row, column] > 0
    }
    if any(ours not in fits for ours in needed) or (table.either and not {*table.either} & {*fits}):
        return None
    return Placing(block, table, fits, every, _score(block, table, fits, needed, looks))


def _score(block: Block, table: Table, fits: Mapping[str, Fit], needed: Sequence[str], looks: Mapping[str, Look]) -> float:
    held = [fits[ours].score for ours in needed] or [max(fit.score for fit in fits.values())]
    filled = sum(1 for look in looks.values() if look.profile.filled or not look.profile.rows)
    explained = sum(fit.score for fit in fits.values()) / max(filled, 1)
    common = 0.03 if table.name == "invoices" else 0.0
    return 0.5 * float(np.mean(held)) + 0.25 * score_table(table.name, block.spoken) + 0.25 * min(explained, 1.0) + common


def find_pointings(
    blocks: Sequence[Block], looks: Looks, keys: Mapping[str, tuple[Block, str]], known: Known
) -> dict[tuple[str, str, str], Pointing]:
    """Return, by block, their column and our column, how much of it are ids of the table that ours refers to."""
    found: dict[tuple[str, str, str], Pointing] = {}
    wanted = {ours: f"{entity}s" if entity != "opportunity" else "opportunities" for ours, entity in ENTITY.items()}
    wanted |= {"parent_id": "accounts"}
    for ours, table in wanted.items():
        if table not in keys:
            continue
        home, key = keys[table]
        telling = _is_telling(known, home, key)
        for block in blocks:
            for name in block.names:
                look = looks[block.view][name]
                if (block is home and name == key) or not look.profile.filled or look.writing.days or look.profile.distinct < 2:
                    continue
                share = known.share(block, name, home, key)
                if share >= 0.5:
                    found[block.view, name, ours] = Pointing(share, home.label, telling)
                    continue
                if ours == "account_id" and (named := _find_namesake(block, name, home, looks, known)):
                    found[block.view, name, ours] = named
                    continue
                apart = {mark: known.share_apart(block, name, home, key, mark) for mark in LISTED}
                mark = max(apart, key=lambda each: apart[each])
                if apart[mark] >= 0.9:
                    found[block.view, name, ours] = Pointing(apart[mark], home.label, telling, separator=mark)
    return found


def _find_namesake(block: Block, name: str, home: Block, looks: Looks, known: Known) -> Pointing | None:
    """Return how far a column's values are those of the column of accounts that is called so, where each account has its own."""
    theirs = next((each for each in home.names if fold(each) == fold(name) and is_id(each)), "")
    if not theirs or block is home or not looks[home.view][theirs].profile.is_key:
        return None
    share = known.share(block, name, home, theirs)
    told = f'{home.label}, where "{theirs}" is another id'
    return Pointing(share, told, _is_telling(known, home, theirs), is_namesake=True) if share >= 0.9 else None


def _is_telling(known: Known, home: Block, key: str) -> bool:
    values = known.of(home, key)
    whole = [int(value) for value in values if value.isascii() and value.isdigit()]
    return len(whole) < len(values) or (max(whole, default=0) > 20 * len(values) and max(map(len, values), default=0) > 4)


def find_near(block: Block, looks: Mapping[str, Look]) -> str:
    """Say which table a block that was not placed is like, and what it lacks; empty where it is like none."""
    best: tuple[float, str] = (0.0, "")
    general = [
        name for name, look in looks.items() if is_general_ledger(look.profile) and score_name("invoices", "account_id", name)
    ]
    if find_sides(block.names) and general:
        return f'looks like a general ledger: "{general[0]}" has four figures at most, and is no customer'
    for table in TABLES.values():
        needed = [ours for ours in table.required if ours not in SUPPLIED.get(table.name, ())]
        found = {
            ours for ours in needed for look in looks.values() if (fit := weigh(table, table[ours], look)) and fit.score >= ENOUGH
        }
        lacking = [ours for ours in needed if ours not in found]
        called = score_table(table.name, block.spoken)
        score = len(found) / len(needed) + called
        if lacking and found and (called or (len(found) > 1 and len(lacking) == 1)) and score > best[0]:
            best = (score, f"looks like {table.name}, but no column of it is the {' or the '.join(lacking)}")
    return best[1]

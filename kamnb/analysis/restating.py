"""What was told of accounts on an earlier day, against what is computed of that day now: a difference is a restatement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kamnb.analysis.measuring import Scored, measure_side
from kamnb.data.portfolio import Portfolio, keep_open
from kamnb.data.tables import TABLES
from kamnb.indicators import INDICATORS
from kamnb.planning import take_account
from kamnb.planning.causes import tell_wins
from kamnb.planning.changes import read_events
from kamnb.scoring import AXES, Criteria
from kamnb.scoring.criteria import say_name
from kamnb.scoring.movement import Movement, Side, find_movement

if TYPE_CHECKING:
    import pandas as pd

ANOTHER_MODEL = "another model"
_OF_MODELS = ("weights", "anchors", "cut", "mode")
_SAME = 1e-6


@dataclass(frozen=True)
class Told:
    """What was told of every account.

    Attributes
    ----------
    number : int
        Of the snapshot, from 1.
    day : date
        As of which it was told.
    model : str
        The model's hash.
    criteria : Criteria
        The model.
    scores : DataFrame
        One row per account: ``attractiveness``, ``strength``, ``quadrant``, ``placed``, ``chance`` (of the model's own place)
        and ``stage`` (by evidence).
    facts : DataFrame
        The value of each criterion then.
    rows : DataFrame
        How many rows each table had of the account, seen as of that day.
    """

    number: int
    day: date
    model: str
    criteria: Criteria
    scores: "pd.DataFrame"
    facts: "pd.DataFrame"
    rows: "pd.DataFrame"

    def stand_in(self, side: Side) -> Side:
        """Return a side of the same day with what was told in the place of what is computed now."""
        return replace(side, criteria=self.criteria, facts=self.facts, scores=self.scores, stages=self.scores[["stage"]])


def count_rows(portfolio: Portfolio) -> "pd.DataFrame":
    """Return how many rows each table has of each account as of the day, one row per account, one column per table."""
    names = [name for name in sorted(portfolio.filled) if "account_id" in TABLES[name].names]
    queries = (f"SELECT account_id, '{name}' AS of_table, count(*) AS rows FROM {name} GROUP BY 1" for name in names)
    with portfolio.connect() as connection:
        long: pd.DataFrame = connection.execute(" UNION ALL ".join(queries)).df()
    wide: pd.DataFrame = long.pivot(index="account_id", columns="of_table", values="rows").fillna(0).astype(int)
    return wide.sort_index()


def move_since(told: Told, scored: Scored) -> Movement:
    """Say what moved between what was told and now, rows that came later and another model counted in.

    Raises
    ------
    ValueError
        If what was told is of a later day.
    """
    if told.day > scored.as_of:
        raise ValueError(f"told as of {told.day}, after {scored.as_of}")
    with keep_open():
        found = find_movement(told.stand_in(_measure(scored, told.day)), scored.side)
        return replace(found, parts=tell_wins(found.parts, read_events(scored.portfolio, told.day), scored.criteria))


def find_restatements(scored: Scored, told: Sequence[Told]) -> "pd.DataFrame":
    """Hold what was told against what is computed of its day now, by the model of now.

    Returns
    -------
    DataFrame
        ``account_id``, ``day``, ``what`` (a score, ``placed`` or ``stage``), ``told``, ``now`` and ``cause``; a row where they
        differ. An account that was not there then, or is not now, has one row, of ``account``.
    """
    import pandas as pd

    rows = [(account, each.day, *rest) for each in told for account, *rest in _compare(scored, each)]
    frame = pd.DataFrame(rows, columns=["account_id", "day", "what", "told", "now", "cause"])
    return frame.sort_values(["day", "account_id", "what"], ignore_index=True)


def _compare(scored: Scored, told: Told) -> "list[tuple[Any, ...]]":
    with keep_open():
        portfolio = scored.portfolio.at(told.day)
        now = _measure(scored, told.day)
        movement, counted = find_movement(told.stand_in(now), now), count_rows(portfolio)
    return [*_list_others(told, now), *_list_differences(told, now, movement, counted)]


def _measure(scored: Scored, day: date) -> Side:
    return scored.side if day == scored.as_of else measure_side(scored.portfolio.at(day), scored.criteria, scored.method)


def _list_others(told: Told, now: Side) -> Iterator[tuple[Any, ...]]:
    for account in now.scores.index.difference(told.scores.index):
        yield str(account), "account", None, "there", "its rows came later"
    for account in told.scores.index.difference(now.scores.index):
        yield str(account), "account", "there", None, "its rows are gone"


def _list_differences(told: Told, now: Side, movement: Movement, counted: "pd.DataFrame") -> Iterator[tuple[Any, ...]]:
    both = told.scores.index.intersection(now.scores.index)
    listed = [each for side in (told.criteria, now.criteria) for _, each in side.listed()]
    tables = {each.name: _list_tables(each.source, each.measures) for each in listed}
    for account in map(str, both):
        added = _count_added(told, counted, account)
        then, here = take_account(told.scores, account), take_account(now.scores, account)
        moves = {axis: movement.take_parts(account, axis) for axis in AXES}
        for axis, parts in moves.items():
            if _differ(then[axis], here[axis]):
                yield account, axis, then[axis], here[axis], "; ".join(dict.fromkeys(_name_causes(parts, tables, added)))
        if (then["placed"] or "") != (here["placed"] or ""):
            if any(side["placed"] != side["quadrant"] for side in (then, here)):
                cause = _say_rows("", ["overrides"], added) or "a changed override"
            else:
                needed = (each for parts in moves.values() for each in _name_causes(parts[parts["is_needed"]], tables, added))
                cause = "; ".join(dict.fromkeys(needed)) or "its scores are known now, or no more"
            yield account, "placed", then["placed"], here["placed"], cause
        stages = (then["stage"], take_account(now.stages, account)["stage"])
        if _differ(*stages):
            yield account, "stage", *stages, _say_rows("", [*added], added) or "a changed value"


def _list_tables(source: str, measures: str) -> list[str]:
    """Return the tables that a criterion is taken from."""
    if source != "indicator":
        return [source]
    needs = INDICATORS[measures].needs
    return sorted({one.split(".")[0] for need in needs for one in need.split(" or ")})


def _count_added(told: Told, counted: "pd.DataFrame", account: str) -> dict[str, int]:
    """Return by how many rows the tables have more of an account than then; tables that have as many are not in it."""
    then, here = (dict(take_account(frame, account)) if account in frame.index else {} for frame in (told.rows, counted))
    added = {name: int(here.get(name, 0)) - int(then.get(name, 0)) for name in sorted({*then, *here})}
    return {name: number for name, number in added.items() if number}


def _name_causes(parts: "pd.DataFrame", tables: dict[str, list[str]], added: dict[str, int]) -> Iterator[str]:
    for row in parts.itertuples():
        name = str(row.criterion)
        if row.cause in _OF_MODELS:
            yield ANOTHER_MODEL
        else:
            yield (
                _say_rows(name, tables.get(name, [*added]), added) or f"a changed value{f' of {say_name(name)}' if name else ''}"
            )


def _say_rows(criterion: str, tables: list[str], added: dict[str, int]) -> str:
    """Say which tables have other rows than then; empty where they have as many."""
    said = []
    for table in tables:
        if number := added.get(table, 0):
            one = abs(number) == 1
            rows = f"{abs(number):,} {'row' if one else 'rows'} of {say_name(table)}"
            said.append(f"{rows} that came later" if number > 0 else f"{rows} that {'is' if one else 'are'} gone")
    return f"{f'{say_name(criterion)}: ' if criterion and said else ''}{' and '.join(said)}"


def _differ(before: float, after: float) -> bool:
    known = (before == before, after == after)
    return known[0] != known[1] or (all(known) and abs(before - after) > _SAME)

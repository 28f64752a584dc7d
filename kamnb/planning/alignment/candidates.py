"""KPIs as candidates: read from the tables to the cent, and what keeps one out whatever else is chosen."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kamnb.errors import DataError
from kamnb.planning.alignment.settings import Benefit
from kamnb.planning.schedule import find_circles

if TYPE_CHECKING:
    import pandas as pd

DIMENSIONS = ("direction", "process", "unit")
"""What an objective may serve: a strategic direction, a business process, a business unit."""

Value = tuple[str, str]
"""A value of a dimension, such as ("process", "Delivery")."""

MOST = 10**15
"""Cents from which on sums of amounts would not be exact in the solver."""


@dataclass(frozen=True)
class Candidate:
    """A KPI that may be chosen; amounts in cents a year, None where the table has none.

    Attributes
    ----------
    kpi_id, objective_id, name : str
    cost, benefit : int or None
    choice : str
        KPIs of one objective with the same choice are alternatives; empty for none.
    requires, excludes : tuple of str
    """

    kpi_id: str
    objective_id: str
    name: str
    cost: int | None
    benefit: int | None
    choice: str = ""
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def net(self) -> int:
        """Benefit less cost."""
        return (self.benefit or 0) - (self.cost or 0)

    def is_alternative(self, other: "Candidate") -> bool:
        """Tell whether the two are alternatives, of which at most one is chosen."""
        return bool(self.choice) and (self.objective_id, self.choice) == (other.objective_id, other.choice)

    def excludes_or_is_excluded(self, other: "Candidate") -> bool:
        """Tell whether one of the two rules out the other."""
        return other.kpi_id in self.excludes or self.kpi_id in other.excludes


@dataclass(frozen=True)
class Block:
    """What keeps a KPI out whatever else is chosen: the cause, the ids it lies with, an amount in cents."""

    cause: str
    others: tuple[str, ...] = ()
    amount: int = 0


@dataclass(frozen=True)
class Remark:
    """Something about the KPIs as stated that their owner should put right."""

    kpi_id: str
    what: str
    others: tuple[str, ...] = ()


def read_candidates(kpis: "pd.DataFrame", benefit: Benefit) -> dict[str, Candidate]:
    """Read the table ``kpis``, by id.

    Raises
    ------
    DataError
        If an id stands in two rows, or an amount is too large to be counted to the cent.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.alignment.settings import AlignmentSettings
    >>> rows = pd.DataFrame([{"kpi_id": "K1", "objective_id": "Z1", "name": "DSO", "yearly_cost": 12.5, "yearly_benefit": "low"}])
    >>> read_candidates(rows, AlignmentSettings.load().benefit)["K1"].net
    998750
    """
    known = {str(kpi_id) for kpi_id in kpis["kpi_id"]} if len(kpis) else set()
    found = [_read(row, known, benefit) for row in kpis.to_dict("records")]
    faults = _find_faults(found)
    if faults:
        raise DataError(faults, "no KPI was chosen")
    return {each.kpi_id: each for each in sorted(found, key=lambda each: each.kpi_id)}


def _read(row: Mapping[Any, Any], known: set[str], benefit: Benefit) -> Candidate:
    return Candidate(
        kpi_id=str(row["kpi_id"]),
        objective_id=read_text(row.get("objective_id")),
        name=read_text(row.get("name")),
        cost=read_cents(row.get("yearly_cost")),
        benefit=read_cents(getattr(benefit, str(row.get("yearly_benefit")), row.get("yearly_benefit"))),
        choice=read_text(row.get("choice")),
        requires=_read_named(row.get("requires"), known),
        excludes=_read_named(row.get("excludes"), known),
    )


def read_text(value: Any) -> str:
    """Return a cell's text; empty where there is none."""
    return value.strip() if isinstance(value, str) else "" if value is None or value != value else str(value)


def read_cents(value: Any) -> int | None:
    """Return an amount in cents; None where it is none.

    Examples
    --------
    >>> read_cents("1250.505"), read_cents(9000.0), read_cents("much")
    (125050, 900000, None)
    """
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return round(amount * 100) if amount.is_finite() else None


def _read_named(text: Any, known: set[str]) -> tuple[str, ...]:
    """Read ids apart by commas, semicolons or white space; an id may itself hold a blank."""
    parts = [part.strip() for part in re.split("[,;]", read_text(text))]
    ids = [each for part in parts for each in ([part] if part in known else part.split())]
    return tuple(dict.fromkeys(ids))


def _find_faults(found: list[Candidate]) -> list[str]:
    seen: set[str] = set()
    faults = []
    for each in found:
        if each.kpi_id in seen:
            faults.append(f'kpis: "{each.kpi_id}" stands in two rows; give each KPI an id of its own')
        if max(abs(each.cost or 0), abs(each.benefit or 0)) >= MOST:
            faults.append(f'kpis: "{each.kpi_id}" has an amount of 10^13 or more; state amounts in thousands')
        seen.add(each.kpi_id)
    return faults


def gather_required(kpi_id: str, candidates: Mapping[str, Candidate]) -> list[str]:
    """Return the KPI and all it requires, what those require too, each once; ids without a KPI are in it."""
    found = [kpi_id]
    for each in found:
        needed = candidates[each].requires if each in candidates else ()
        found += [other for other in needed if other not in found]
    return found


def find_blocks(candidates: Mapping[str, Candidate], objective_ids: Iterable[str]) -> dict[str, Block]:
    """Return the KPIs that can never be chosen, whatever the budget, each with its cause."""
    ids = set(objective_ids)
    blocks = {key: block for key, each in candidates.items() if (block := _block_itself(each, candidates, ids))}
    for key in candidates.keys() - blocks.keys():
        block = _block_required(key, candidates, blocks)
        if block:
            blocks[key] = block
    return dict(sorted(blocks.items()))


def _block_itself(each: Candidate, candidates: Mapping[str, Candidate], objective_ids: set[str]) -> Block | None:
    unknown = tuple(other for other in each.requires if other not in candidates)
    causes = {
        "unknown objective": each.objective_id not in objective_ids,
        "cost unknown": each.cost is None,
        "benefit unknown": each.benefit is None,
        "negative cost": (each.cost or 0) < 0,
        "cost above benefit": each.net < 0,
        "excludes itself": each.kpi_id in each.excludes,
        "unknown requirement": bool(unknown),
    }
    cause = next((cause for cause, holds in causes.items() if holds), None)
    return Block(cause, unknown if cause == "unknown requirement" else (), max(-each.net, 0)) if cause else None


def _block_required(key: str, candidates: Mapping[str, Candidate], blocks: Mapping[str, Block]) -> Block | None:
    needed = gather_required(key, candidates)
    out = [each for each in needed if each in blocks and blocks[each].cause not in ("requirement out", "clash")]
    if out:
        return Block("requirement out", (out[0],))
    pairs = combinations([candidates[each] for each in needed], 2)
    clash = next((pair for pair in pairs if pair[0].is_alternative(pair[1]) or pair[0].excludes_or_is_excluded(pair[1])), None)
    return Block("clash", (clash[0].kpi_id, clash[1].kpi_id)) if clash else None


def find_remarks(candidates: Mapping[str, Candidate], objective_ids: Iterable[str]) -> list[Remark]:
    """Return everything about the KPIs as stated that cannot be meant, in the order of their ids."""
    ids = set(objective_ids)
    found = [remark for each in candidates.values() for remark in _remark(each, candidates, ids)]
    circles = find_circles({key: each.requires for key, each in candidates.items()})
    for number in dict.fromkeys(circles.values()):
        members = tuple(sorted(key for key, circle in circles.items() if circle == number))
        if len(members) > 1:
            found.append(Remark(members[0], "requires in a circle", members))
    return sorted(found, key=lambda remark: (remark.kpi_id, remark.what))


def _remark(each: Candidate, candidates: Mapping[str, Candidate], objective_ids: set[str]) -> Iterator[Remark]:
    holds = {
        "unknown objective": (each.objective_id not in objective_ids, (each.objective_id,)),
        "cost unknown": (each.cost is None, ()),
        "benefit unknown": (each.benefit is None, ()),
        "negative cost": ((each.cost or 0) < 0, ()),
        "negative benefit": ((each.benefit or 0) < 0, ()),
        "excludes itself": (each.kpi_id in each.excludes, ()),
        "requires itself": (each.kpi_id in each.requires, ()),
    }
    yield from (Remark(each.kpi_id, what, others) for what, (is_so, others) in holds.items() if is_so)
    lists = {
        "unknown requirement": [other for other in each.requires if other not in candidates],
        "unknown exclusion": [other for other in each.excludes if other not in candidates],
        "requires what it excludes": [other for other in each.requires if other in each.excludes and other != each.kpi_id],
        "requires its alternative": [
            other for other in each.requires
            if other in candidates and other != each.kpi_id and each.is_alternative(candidates[other])
        ],
    }  # fmt: skip
    yield from (Remark(each.kpi_id, what, tuple(others)) for what, others in lists.items() if others)

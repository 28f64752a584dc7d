"""The best choice of KPIs: objectives served, then values covered, then net benefit, then cost, then ids; exact to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kamnb.planning.alignment.model import Asked, Model, Worth
from kamnb.planning.alignment.program import find_unit, list_amounts, search

CHUNK = 16
"""Ids that one search puts in order: the id before weighs twice the next, and 2^16 is far within the solver's exactness."""


@dataclass(frozen=True)
class Choice:
    """KPIs chosen together.

    Attributes
    ----------
    ids : tuple of str
        In order.
    worth : Worth
    gaps : mapping of stage to float
        Where a search stopped at its limit of nodes: by how much the stage could be better at most.
    """

    ids: tuple[str, ...]
    worth: Worth
    gaps: Mapping[str, float]


STAGES = ("served", "covered", "net", "cost")
"""The goals in the order in which they count."""


def choose_best(model: Model, asked: Asked, stages: Sequence[str] = STAGES) -> Choice | None:
    """Return the choice that is best by each stage in turn, what was reached before being kept.

    Returns
    -------
    Choice or None
        None where nothing keeps what is asked (or nothing that does was found within the limit of nodes).
    """
    best: frozenset[str] | None = None
    gaps: dict[str, float] = {}
    for stage in stages:
        found, solved = search(model, stage, asked)
        if found is not None and (best is None or _reached(model, found, stage) > _reached(model, best, stage)):
            best = found
        if best is None:
            return None
        reached = _reached(model, best, stage)
        if not solved.is_proven:
            gaps[stage] = _gap(model, stage, solved.bound, reached)
        asked = _keep(asked, stage, reached)
    assert best is not None
    return Choice(tuple(sorted(best)), model.weigh(best), gaps)


def _reached(model: Model, ids: frozenset[str], stage: str) -> int:
    worth = model.weigh(ids)
    return {"served": worth.served, "covered": worth.covered, "net": worth.net, "cost": worth.saved}[stage]


def _keep(asked: Asked, stage: str, reached: int) -> Asked:
    if stage == "cost":
        return replace(asked, budget=-reached)
    return replace(asked, **{stage: reached})  # type: ignore[arg-type]  # the names of stages are those of fields


def _gap(model: Model, stage: str, bound: float, reached: int) -> float:
    """By how much the stage could be better at most; a bound counts in the units that the solver saw."""
    amounts = dict(zip(("cost", "net"), list_amounts(model), strict=True))
    return max(-bound * find_unit(amounts.get(stage, [1])) - reached, 0.0)


def choose_first(model: Model, asked: Asked, best: Choice) -> Choice:
    """Return, of all choices worth as much as `best`, the one whose ids come first.

    Ids are compared in order as the words of a dictionary are: at the first place where two lists differ the smaller id
    wins, and a list that only goes on is later.
    """
    asked = replace(asked, served=best.worth.served, covered=best.worth.covered, net=best.worth.net, budget=best.worth.cost)
    chosen, order = frozenset(best.ids), [each.kpi_id for each in model.candidates]
    other, solved = search(model, "any", replace(asked, other_than=(chosen,)))
    if other is None and solved.is_proven:
        return best
    for start in range(0, len(order), CHUNK):
        chunk = order[start : start + CHUNK]
        weights = {each: 2 ** (len(chunk) - 1 - at) for at, each in enumerate(chunk)}
        found, solved = search(model, "weights", asked, weights)
        if found is None or not solved.is_proven:
            return replace(best, ids=tuple(sorted(found or chosen)), gaps=dict(best.gaps) | {"id": float("nan")})
        chosen = found
        asked = replace(asked, taken=asked.taken | chosen.intersection(chunk), left=asked.left | (set(chunk) - chosen))
    return replace(best, ids=_shorten(model, asked, tuple(sorted(chosen)), best.worth))


def _shorten(model: Model, asked: Asked, ids: tuple[str, ...], worth: Worth) -> tuple[str, ...]:
    """Leave off KPIs at the end that neither cost nor bring anything."""
    bare = replace(asked, taken=frozenset(), left=frozenset())
    starts = (ids[:length] for length in range(len(ids)))
    return next((start for start in starts if model.weigh(start) == worth and model.allows(frozenset(start), bare)), ids)


def choose_kpis(model: Model, budget: int) -> Choice:
    """Return the best choice within the budget, ties broken by id."""
    asked = Asked(budget)
    best = choose_best(model, asked) if model.candidates else None
    if best is None:
        return Choice((), model.weigh(()), {"served": float("inf")} if model.candidates else {})
    return choose_first(model, asked, best)

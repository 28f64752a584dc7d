"""Why each KPI is in or out, and what each objective that is not served would take."""

from collections.abc import Mapping
from dataclasses import dataclass

from kamnb.planning.alignment.candidates import Block, Candidate, gather_required
from kamnb.planning.alignment.model import Asked, Model
from kamnb.planning.alignment.optimum import Choice, choose_best
from kamnb.planning.alignment.program import search
from kamnb.planning.alignment.sensitivity import Rival


@dataclass(frozen=True)
class Reason:
    """Why a KPI is in or out; money in cents a year.

    Attributes
    ----------
    cause : str
        "serves" of a KPI that is in. Of one that is out: a cause of `Block`; "over budget" (with what it requires, by itself);
        "alternative" or "excluded" (by a KPI that is in); "needs excluded" (what it needs cannot stand beside one that is in);
        "no room" (in the budget that is left); "needs" (KPIs that are out, and with them it brings no more than it costs);
        "adds nothing".
    others : tuple of str
        The ids that the cause lies with.
    amount : int
        Money of the cause: what is short, what it costs with all it needs.
    effect : str
        What deciding it the other way would do: "fewer objectives", "fewer values", "less net", "higher cost", "later id",
        or nothing where that was not asked or is not settled.
    size : int
        Of the effect: how many fewer, how much less, how much more cost.
    """

    cause: str
    others: tuple[str, ...] = ()
    amount: int = 0
    effect: str = ""
    size: int = 0


def explain_kpi(model: Model, chosen: Choice, rival: Rival, kpi_id: str, budget: int) -> Reason:
    """Say why a KPI that nothing blocks is in or out."""
    cause, others, amount = _find_cause(model, chosen, kpi_id, budget)
    effect, size = _compare(chosen, rival)
    return Reason(cause, others, amount, effect, size)


def _find_cause(model: Model, chosen: Choice, kpi_id: str, budget: int) -> tuple[str, tuple[str, ...], int]:
    own = model.by_id[kpi_id]
    if kpi_id in chosen.ids:
        beside = [each for each in chosen.ids if each != kpi_id and model.by_id[each].objective_id == own.objective_id]
        return "serves", tuple(beside), 0
    missing = [each for each in gather_required(kpi_id, model.by_id) if each not in chosen.ids]
    extra = sum(model.by_id[each].cost or 0 for each in missing)
    clashes = [(new, each) for new in missing for each in chosen.ids if _clash(model.by_id[new], model.by_id[each])]
    direct = tuple(each for new, each in clashes if new == kpi_id)
    alternatives = tuple(each for each in direct if model.by_id[each].is_alternative(own))
    if direct:
        return ("alternative", alternatives, 0) if alternatives else ("excluded", direct, 0)
    if clashes:
        return "needs excluded", clashes[0], 0
    if chosen.worth.cost + extra > budget:
        return "no room", tuple(missing[1:]), extra
    return ("needs", tuple(missing[1:]), extra) if missing[1:] else ("adds nothing", (), extra)


def _clash(one: Candidate, other: Candidate) -> bool:
    return one.is_alternative(other) or one.excludes_or_is_excluded(other)


def _compare(chosen: Choice, rival: Rival) -> tuple[str, int]:
    """Say what the rival lacks, in the order in which choices are compared."""
    if rival.choice is None or rival.choice.gaps:
        return "", 0
    ours, theirs = chosen.worth, rival.choice.worth
    lacks = {
        "fewer objectives": ours.served - theirs.served,
        "fewer values": ours.covered - theirs.covered,
        "less net": ours.net - theirs.net,
        "higher cost": theirs.cost - ours.cost,
    }
    return next(((effect, size) for effect, size in lacks.items() if size), ("later id", 0))


def find_over_budget(model: Model, budget: int) -> dict[str, Block]:
    """Return the KPIs that cost more than the budget by themselves, with what they require."""
    found = {}
    for kpi_id in model.by_id:
        needed = gather_required(kpi_id, model.by_id)
        cost = sum(model.by_id[each].cost or 0 for each in needed)
        if cost > budget:
            found[kpi_id] = Block("over budget", tuple(needed[1:]), cost)
    return found


@dataclass(frozen=True)
class Gap:
    """Why an objective is not served, and what it would take; money in cents a year.

    Attributes
    ----------
    cause : str
        "no KPI"; "blocked" (all its KPIs are, whatever the budget); "budget"; "rules" (alternatives and exclusions that
        part it from the objectives served, at any budget).
    others : tuple of str
        Blocked: of its KPIs that cost more than they bring, the one that is short of least. Else the KPIs that the budget
        below would pay for.
    short : int or None
        By how much the benefit of that KPI falls short of its cost.
    alone, beside : int or None
        The budget that serves it alone, and beside all objectives that are served.
    rules : tuple of tuple of str
        The fewest rules that would have to go, each by its ids.
    """

    cause: str
    others: tuple[str, ...] = ()
    short: int | None = None
    alone: int | None = None
    beside: int | None = None
    rules: tuple[tuple[str, ...], ...] = ()


def find_gap(
    model: Model, chosen: Choice, objective_id: str, candidates: Mapping[str, Candidate], blocks: Mapping[str, Block]
) -> Gap:
    """Say why an objective is not served and what it would take."""
    own = [key for key, each in candidates.items() if each.objective_id == objective_id]
    if not own:
        return Gap("no KPI")
    if objective_id not in model.objectives:
        return _find_blocked(own, blocks)
    served = {model.by_id[each].objective_id for each in chosen.ids}
    alone = choose_best(model, Asked(objectives=frozenset({objective_id})), ("cost",))
    beside = choose_best(model, Asked(objectives=frozenset(served | {objective_id})), ("cost",))
    cost = alone.worth.cost if alone else None
    if beside:
        new = tuple(each for each in beside.ids if each not in chosen.ids)
        return Gap("budget", new, None, cost, beside.worth.cost)
    asked = Asked(objectives=frozenset(served | {objective_id}), may_break=True)
    ids, _ = search(model, "broken", asked)
    broken = tuple(rule for rule in model.rules if len(set(rule) & (ids or set())) > 1)
    return Gap("rules", (), None, cost, None, broken)


def _find_blocked(own: list[str], blocks: Mapping[str, Block]) -> Gap:
    short = {key: blocks[key].amount for key in own if blocks[key].cause == "cost above benefit"}
    if not short:
        return Gap("blocked", tuple(own))
    nearest = min(sorted(short), key=lambda key: short[key])
    return Gap("blocked", (nearest,), short[nearest])

"""What else could be chosen: the best choice were one KPI decided the other way, and the benefit at which it would be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kamnb.planning.alignment.candidates import Block, Candidate, Value, find_blocks
from kamnb.planning.alignment.model import Asked, Model
from kamnb.planning.alignment.optimum import Choice, choose_best

REACH = ("served", "covered", "net")


@dataclass(frozen=True)
class Rival:
    """The best choice with a KPI that is not chosen, or without one that is.

    Attributes
    ----------
    choice : Choice or None
        None where no choice within the budget takes the KPI.
    changes_at : int or None
        The benefit, in cents a year, at which the rival is as good: beyond it the choice changes. None where no
        benefit of this KPI, as long as it covers its cost, changes the choice, or the search was stopped.
    by_cost : bool
        Whether that benefit is the KPI's own cost, below which it is out by itself.
    """

    choice: Choice | None
    changes_at: int | None = None
    by_cost: bool = False


def find_rival(model: Model, chosen: Choice, kpi_id: str, budget: int) -> Rival:
    """Find the best choice were this KPI decided the other way.

    As long as a KPI covers its cost, its benefit tells in net benefit only. Choices with it rise and fall with its benefit,
    cent for cent, choices without it stay: the choice changes where the best of one kind passes the best of the other.
    """
    candidate, is_in = model.by_id[kpi_id], kpi_id in chosen.ids
    own = Asked(budget, left=frozenset({kpi_id})) if is_in else Asked(budget, taken=frozenset({kpi_id}))
    reach = replace(own, served=chosen.worth.served, covered=chosen.worth.covered)
    rival = choose_best(model, reach, ("net",)) or choose_best(model, own, REACH)
    if rival and (rival.worth.reach, rival.worth.net) == (chosen.worth.reach, chosen.worth.net):
        rival = choose_best(model, replace(reach, net=rival.worth.net), ("cost",)) or rival
    at = _tie_with(candidate, chosen, rival, is_in)
    if is_in and rival and not rival.gaps:
        cost = candidate.cost or 0
        return Rival(rival, max(cost, at if at is not None else cost), at is None or cost >= at)
    return Rival(rival, at)


def _tie_with(candidate: Candidate, chosen: Choice, rival: Choice | None, is_in: bool) -> int | None:
    if rival is None or rival.gaps or rival.worth.reach != chosen.worth.reach:
        return None
    lead = chosen.worth.net - rival.worth.net
    return (candidate.benefit or 0) + (-lead if is_in else lead)


def find_entry(
    candidates: Mapping[str, Candidate], serves: Mapping[str, frozenset[Value]], chosen: Choice, kpi_id: str, budget: int,
    node_limit: int,
) -> Rival:  # fmt: skip
    """Find the benefit at which a KPI that costs more than it brings would be chosen."""
    candidate = candidates[kpi_id]
    cost = candidate.cost or 0
    worthwhile = dict(candidates) | {kpi_id: replace(candidate, benefit=cost)}
    blocks = find_blocks(worthwhile, serves)
    if kpi_id in blocks:
        return Rival(None)
    rival = choose_best(open_model(worthwhile, serves, blocks, node_limit), Asked(budget, taken=frozenset({kpi_id})), REACH)
    if rival is None or rival.gaps or rival.worth.reach < chosen.worth.reach:
        return Rival(rival)
    lead = max(chosen.worth.net - rival.worth.net, 0) if rival.worth.reach == chosen.worth.reach else 0
    return Rival(rival, cost + lead, lead == 0)


def open_model(
    candidates: Mapping[str, Candidate], serves: Mapping[str, frozenset[Value]], blocks: Mapping[str, Block], node_limit: int
) -> Model:
    """Return the model of the candidates that nothing blocks."""
    return Model(tuple(each for key, each in candidates.items() if key not in blocks), serves, node_limit)

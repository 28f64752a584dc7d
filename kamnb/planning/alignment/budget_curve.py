"""What each budget could reach: the steps of the best choice as the budget grows."""

from dataclasses import dataclass, replace

from kamnb.planning.alignment.model import Asked, Model, Worth
from kamnb.planning.alignment.optimum import choose_best


@dataclass(frozen=True)
class BudgetCurve:
    """The steps of the best choice over the budget.

    Attributes
    ----------
    steps : tuple of Worth
        From the least budget; each holds from its own cost up to that of the next.
    is_exact : bool
        Whether these are all steps; else the searches allowed were spent, and steps between may be missing.
    """

    steps: tuple[Worth, ...]
    is_exact: bool


def trace_budget(model: Model, searches: int) -> BudgetCurve:
    """Find where a larger budget reaches more.

    The best choice at a budget is the best at every budget down to its own cost. So each search settles a stretch, and the
    next one looks at the widest that is open: in its middle, or right below its end where it is narrow.
    """
    low, high = _reach(model, 0), _reach(model, sum(each.cost or 0 for each in model.candidates))
    steps, open_stretches = {low, high}, [(low, 0, high)]
    narrow = 4 * high.cost // searches
    for _ in range(searches - 2):
        open_stretches = [stretch for stretch in open_stretches if _is_open(stretch)]
        if not open_stretches:
            break
        below, upto, end = stretch = max(open_stretches, key=lambda each: (each[2].cost - each[1], each[1]))
        open_stretches.remove(stretch)
        probe = end.cost - 1 if end.cost - upto <= narrow else (upto + end.cost) // 2
        found = _reach(model, probe, below, end)
        steps.add(found)
        open_stretches += [(below, upto, found), (found, probe, end)] if _differs(found, below) else [(below, probe, end)]
    is_exact = not any(_is_open(stretch) for stretch in open_stretches)
    return BudgetCurve(_keep_first(steps), is_exact)


Stretch = tuple[Worth, int, Worth]
"""The best choice at a budget, that budget, and the best choice of a larger one, which holds from its own cost."""


def _is_open(stretch: Stretch) -> bool:
    below, upto, end = stretch
    return _differs(below, end) and end.cost - upto > 1


def _differs(one: Worth, other: Worth) -> bool:
    return (one.reach, one.net) != (other.reach, other.net)


def _reach(model: Model, budget: int, below: Worth | None = None, end: Worth | None = None) -> Worth:
    """Return the best worth at a budget; what a smaller budget reaches and a larger one does not exceed is known."""
    asked = Asked(budget)
    stages = ["served", "covered", "net", "cost"]
    if below and end and below.served == end.served:
        asked, stages = replace(asked, served=below.served), stages[1:]
        if below.covered == end.covered:
            asked, stages = replace(asked, covered=below.covered), stages[1:]
    found = choose_best(model, asked, stages) if model.candidates else None
    return found.worth if found else below or Worth(0, 0, 0, 0)


def _keep_first(steps: set[Worth]) -> tuple[Worth, ...]:
    """Order steps by cost; of those that reach the same the cheapest stays."""
    kept: list[Worth] = []
    for step in sorted(steps, key=lambda each: (each.cost, each)):
        if not kept or _differs(step, kept[-1]):
            kept.append(step)
    return tuple(kept)

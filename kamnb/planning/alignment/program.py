"""A model and what is asked of it as rows of numbers, and the best answer: listed where candidates are many, else searched."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import gcd
from typing import Any

from kamnb.planning.alignment.listing import Limit, Links, Shared, list_best, share
from kamnb.planning.alignment.model import Asked, Model
from kamnb.planning.alignment.narrowing import minimise_narrowed
from kamnb.planning.solver import Solved, minimise

MANY = 60
"""Candidates above which the best by money is listed, or searched over those only on which the answer hangs."""

CLOSE = 0.01
"""Counts keep so close to what is asked: far above the solver's tolerance, and little for it to search in between."""


def search(
    model: Model, goal: str, asked: Asked, weights: Mapping[str, int] | None = None
) -> tuple[frozenset[str] | None, Solved]:
    """Search for the KPIs that keep what is asked and are best by one goal.

    Parameters
    ----------
    goal : str
        The most "served", "covered", "net" or "weights"; the least "cost" or "broken" (rules); or "any".
    asked : Asked
    weights : mapping of id to int
        For the goal "weights".

    Returns
    -------
    ids (None where there are none, or none was found within the limit of nodes), and what the solver said.
    """
    while True:
        solved = _solve(model, asked, goal, _write_goal(model, goal, weights or {}))
        if solved.values is None:
            return None, solved
        ids = frozenset(each.kpi_id for each, taken in zip(model.candidates, solved.values, strict=False) if taken > 0.5)
        if model.allows(ids, asked):
            return ids, solved
        # the solver took it within its tolerance; to the cent it is not allowed
        asked = replace(asked, other_than=(*asked.other_than, ids))


def _write_goal(model: Model, goal: str, weights: Mapping[str, int]) -> Any:
    parts = {
        "any": [0],
        "served": [0] * len(model.candidates) + [-1] * len(model.objectives),
        "covered": [0] * (len(model.candidates) + len(model.objectives)) + [-1] * len(model.values),
        "net": [-each.net for each in model.candidates],
        "cost": [each.cost or 0 for each in model.candidates],
        "broken": [0] * (len(model.candidates) + len(model.objectives) + len(model.values)) + [1] * len(model.rules),
        "weights": [-weights.get(each.kpi_id, 0) for each in model.candidates],
    }
    unit = find_unit(parts[goal])
    return _write_row(model, 0, [number / unit for number in parts[goal]])


def list_amounts(model: Model) -> tuple[list[int], list[int]]:
    """Return what each candidate costs and brings net, in cents."""
    return [each.cost or 0 for each in model.candidates], [each.net for each in model.candidates]


def find_unit(amounts: Sequence[int]) -> int:
    """Return the largest unit of which all amounts are whole multiples: small numbers keep the solver exact."""
    return gcd(*amounts) or 1


def _solve(model: Model, asked: Asked, name: str, goal: Any) -> Solved:
    import numpy as np
    from scipy.sparse import csr_array, vstack

    rows, low, high = model.structure
    asked_rows, asked_low, asked_high = _write_asked(model, asked)
    if asked_rows:
        rows = vstack([rows, csr_array(np.array(asked_rows))])
    low, high, (lower, upper) = low + asked_low, high + asked_high, _bound(model, asked)
    whole = np.zeros(model.width)
    n = len(model.candidates)
    whole[:n] = 1
    whole[model.width - len(model.rules) :] = 1
    if n > MANY and name in ("net", "cost"):
        shared = share(goal, rows, low, high, lower, upper)
        if shared.reached == float("inf"):
            return Solved(None, True, float("inf"))
        taken = _list_best(model, asked, name, shared, (lower < upper)[:n])
        if taken is not None:
            values = np.zeros(model.width)
            values[taken] = 1
            return Solved(values, True, float(goal @ values))
    solve = minimise_narrowed if n > MANY and np.any(goal[:n]) else minimise
    return solve(goal, rows, low, high, lower, upper, whole, model.node_limit)


def _list_best(model: Model, asked: Asked, name: str, shared: Shared, free: Any) -> list[int] | None:
    import numpy as np

    place, (costs, nets) = model.place, list_amounts(model)
    served = model.objectives if asked.served == len(model.objectives) else asked.objectives
    links = Links(
        [[place[each] for each in rule] for rule in model.rules],
        [model.objectives[each] for each in sorted(served)],
        [(place[each.kpi_id], place[other]) for each in model.candidates for other in each.requires if other != each.kpi_id],
    )
    losing = [-net for net in nets]
    sums = ((costs, asked.budget), (losing, None if asked.net is None else -asked.net))  # in the order of their rows
    limits, prices = [], iter(shared.prices[len(model.structure[1]) :])
    for amounts, most in sums:
        if most is not None:
            unit = find_unit(amounts)
            limits.append(Limit(np.array(amounts), most // unit * unit, next(prices) / unit))
    goal = losing if name == "net" else costs

    def allows(taken: list[int]) -> bool:
        return model.allows(frozenset(model.candidates[each].kpi_id for each in taken), asked)

    return list_best(np.array(goal), find_unit(goal), shared, free, links, limits, allows)


def _bound(model: Model, asked: Asked) -> tuple[Any, Any]:
    import numpy as np

    lower, upper = np.zeros(model.width), np.ones(model.width)
    lower[[model.place[each] for each in asked.taken]] = 1
    upper[[model.place[each] for each in asked.left]] = 0
    if not asked.may_break:
        upper[model.width - len(model.rules) :] = 0
    return lower, upper


def _write_asked(model: Model, asked: Asked) -> tuple[list[Any], list[float], list[float]]:
    """Write what is asked as rows; half a unit to either side parts allowed sums from those that are not."""
    n, m, infinite = len(model.candidates), len(model.objectives), float("inf")
    costs, nets = list_amounts(model)
    written: list[tuple[Any, float, float]] = []
    if asked.budget is not None:
        unit = find_unit(costs)
        written.append((_write_row(model, 0, [cost / unit for cost in costs]), -infinite, asked.budget // unit + 0.5))
    if asked.net is not None:
        unit = find_unit(nets)
        written.append((_write_row(model, 0, [net / unit for net in nets]), -(-asked.net // unit) - 0.5, infinite))
    if asked.served:
        written.append((_write_row(model, n, [1.0] * m), asked.served - CLOSE, infinite))
    if asked.covered:
        written.append((_write_row(model, n + m, [1.0] * len(model.values)), asked.covered - CLOSE, infinite))
    for objective in sorted(asked.objectives):
        own = [float(each.objective_id == objective) for each in model.candidates]
        written.append((_write_row(model, 0, own), 1.0, infinite))
    for ids in asked.other_than:
        signs = [-1.0 if each.kpi_id in ids else 1.0 for each in model.candidates]
        written.append((_write_row(model, 0, signs), 1.0 - len(ids), infinite))
    rows, low, high = zip(*written, strict=True) if written else ((), (), ())
    return list(rows), list(low), list(high)


def _write_row(model: Model, start: int, numbers: Sequence[float]) -> Any:
    import numpy as np

    row = np.zeros(model.width)
    row[start : start + len(numbers)] = numbers
    return row

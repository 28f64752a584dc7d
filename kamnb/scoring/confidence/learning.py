"""What knowledge would settle a place: a value that is unknown, a rating that few gave, a wallet that is a guess."""

from typing import TYPE_CHECKING

from kamnb.scoring.confidence.chances import spread_quadrants
from kamnb.scoring.confidence.sampling import WALLET, Key, Plan, draw_high, value_key

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]

_STEPS, _EVERY = 20, 4


def find_lessons(plan: Plan, row: int) -> "pd.DataFrame":
    r"""Return how sure an account's place would be on average if one thing were known: :math:`E[\max_q P(q \mid thing)]`.

    Parameters
    ----------
    plan : Plan
    row : int
        The account.

    Returns
    -------
    DataFrame
        ``axis``, ``criterion``, ``why`` ("unknown", "few raters", "a range"), ``sure_now`` and ``sure_then``, chances of the
        likeliest place; what settles most comes first. The wallet stands once, under its first criterion.
    """
    import numpy as np
    import pandas as pd

    doubts = _list_doubts(plan, row)
    rated = frozenset(key for key, *_, why in doubts if why == "few raters")
    rows = np.array([row])
    high, strong = (_draw(plan, axis, rows, rated) for axis in ("attractiveness", "strength"))
    places = spread_quadrants(high, strong)
    now = float(places.mean(axis=0).max())
    found = [(axis, name, why, now, max(_learn(plan.uniforms(key, _EVERY), places), now)) for key, axis, name, why in doubts]
    frame = pd.DataFrame(found, columns=["axis", "criterion", "why", "sure_now", "sure_then"])
    return frame.sort_values(["sure_then", "criterion"], ascending=[False, True], ignore_index=True)


def _draw(plan: Plan, axis: str, rows: "npt.NDArray[np.intp]", rated: frozenset[Key]) -> "Floats":
    import numpy as np

    if axis in plan.axes:
        drawn: Floats = draw_high(plan, axis, rows, _EVERY, rated)[0]
        return drawn
    return np.full(1, plan.settled[axis][rows[0]])


def _list_doubts(plan: Plan, row: int) -> list[tuple[Key, str, str, str]]:
    found: dict[Key, tuple[Key, str, str, str]] = {}
    for axis, one in plan.axes.items():
        for place, each in enumerate(one.listed):
            key = value_key(each.source, each.measures)
            if one.is_drawn[row, place]:
                found.setdefault(key, (key, axis, each.name, "unknown"))
            elif one.is_ranged[row, place]:
                found.setdefault(WALLET, (WALLET, axis, each.name, "a range"))
            elif one.own_errors[row, place] > 0:
                found.setdefault(key, (key, axis, each.name, "few raters"))
    return list(found.values())


def _learn(uniforms: "Floats", places: "Floats") -> float:
    """Return the mean, over what could be learnt in twenty steps, of the chance of the then likeliest place."""
    import numpy as np

    step = np.minimum((uniforms * _STEPS).astype(int), _STEPS - 1)
    places = np.broadcast_to(places, (len(uniforms), places.shape[-1]))
    sums = np.stack([np.bincount(step, places[:, quadrant], _STEPS) for quadrant in range(places.shape[-1])])
    return float(sums.max(axis=0).sum() / len(uniforms))

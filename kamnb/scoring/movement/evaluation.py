"""The scores of accounts with every subset of what happened to them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kamnb.scoring.movement.models import Models
from kamnb.scoring.movement.shapley import list_subsets
from kamnb.scoring.movement.sides import AxisSides
from kamnb.scoring.scores import score_axis

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

MOST = 12
"""Causes of one account that are told apart; of more, those that do least, each as the first to come, are one."""
_ROWS = 2**18
"""Scores that are computed at a time."""

OTHERS = -1


def evaluate_subsets(sides: AxisSides, models: Models) -> "Iterator[tuple[npt.NDArray[np.intp], list[int], Floats]]":
    """Yield accounts that have the same causes, with these and the score of each for every subset of them as of now.

    A score of which nothing is known in between is halfway.

    Yields
    ------
    accounts : array of places in the index of `sides`
    causes : list of places among its causes; `OTHERS` stands for all smaller ones
    scores : array of shape (accounts, 2 ** causes)
    """
    import numpy as np

    patterns, groups = np.unique(sides.occurs, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        accounts, present = np.flatnonzero(groups.reshape(-1) == number), np.flatnonzero(pattern)
        if len(present) > MOST:
            yield from (_merge(int(account), present, sides, models) for account in accounts)
        else:
            flags = np.zeros((2 ** len(present), len(sides.causes)), dtype=bool)
            flags[:, present] = list_subsets(len(present))
            for part in np.array_split(accounts, -(-len(accounts) * len(flags) // _ROWS)):
                yield part, list(map(int, present)), evaluate(part, flags, sides, models)


def _merge(
    account: int, present: "npt.NDArray[np.intp]", sides: AxisSides, models: Models
) -> "tuple[npt.NDArray[np.intp], list[int], Floats]":
    import numpy as np

    first = np.zeros((len(present) + 1, len(sides.causes)), dtype=bool)
    first[np.arange(len(present)) + 1, present] = True
    alone = evaluate(np.array([account]), first, sides, models)[0]
    order = present[np.argsort(-np.abs(alone[1:] - alone[0]).round(9), kind="stable")]
    kept, rest = sorted(order[: MOST - 1]), order[MOST - 1 :]
    subsets = list_subsets(MOST)
    flags = np.zeros((len(subsets), len(sides.causes)), dtype=bool)
    flags[:, kept], flags[:, rest] = subsets[:, :-1], subsets[:, -1:]
    return np.array([account]), [*map(int, kept), OTHERS], evaluate(np.array([account]), flags, sides, models)


def evaluate(accounts: "npt.NDArray[np.intp]", flags: "Flags", sides: AxisSides, models: Models) -> "Floats":
    """Return the score of accounts with each set of causes as of now and the others as of then; the last row is all of now."""
    import numpy as np
    import pandas as pd

    places = {cause: place for place, cause in enumerate(sides.causes)}

    def has(name: str, kind: str) -> "Flags":
        flag: Flags = flags[:, places[name, kind]] if (name, kind) in places else np.zeros(len(flags), dtype=bool)
        return flag

    columns = {}
    for name, values in sides.values.items():
        whole = has(name, "data")
        opinion, raters = (whole | has(name, kind) for kind in ("rating", "raters"))
        columns[name] = values[accounts][:, opinion.astype(int), raters.astype(int)].reshape(-1)
    facts = pd.DataFrame(columns)
    scores = np.full(len(facts), np.nan)
    weights, anchors, competitor = (np.tile(has("", kind), len(accounts)) for kind in ("weights", "anchors", "competitor"))
    owners = sides.index[accounts].repeat(len(flags))
    for state in sorted(set(zip(weights.tolist(), anchors.tolist(), competitor.tolist(), strict=True))):
        rows = np.flatnonzero((weights == state[0]) & (anchors == state[1]) & (competitor == state[2]))
        model = models.mix(sides.axis, weights=state[0], anchors=state[1])
        own = facts.iloc[rows].reset_index(drop=True)
        relative = sides.axis == "strength" and model.strength_mode == "relative"
        rivals = _spread(sides.rivals[state[2]], owners[rows]) if relative else None
        scores[rows] = score_axis(sides.axis, own, model, rivals, min_known=0.0)
    table = scores.reshape(len(accounts), len(flags))
    half: Floats = np.where(np.isnan(table), (table[:, :1] + table[:, -1:]) / 2, table)
    return half


def _spread(rivals: "pd.DataFrame", owners: "pd.Index[str]") -> "pd.DataFrame":
    """Give each row the competitors of its account."""
    import pandas as pd

    keys = pd.DataFrame({"account_id": owners, "row": range(len(owners))})
    long = keys.merge(rivals.reset_index(), on="account_id")
    return long.set_index(["row", "competitor"])[list(rivals.columns)]

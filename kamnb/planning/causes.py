"""Causes: which criteria moved a score between two days, and by how much."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kamnb.scoring import Criteria, Criterion

if TYPE_CHECKING:
    import pandas as pd

WHYS = {
    "data": "", "rating": "rated anew", "appeared": "known now", "vanished": "no longer known", "counts": "counts now",
    "counted": "counts no more", "won": "a deal that was won left it",
}  # fmt: skip
"""How a criterion moved, and the words for it; what counts because something else gave way may be no news."""

_EMPTIED = ("open_pipeline", "weighted_pipeline")
"""Indicators that fall when a deal is won, for it is open no more."""

_STILL = 1e-6

Points = Mapping[str, float]


def find_causes(before: "pd.DataFrame", now: "pd.DataFrame", criteria: Criteria) -> "pd.DataFrame":
    """Return the criteria whose own points moved, appeared or vanished, with what that did to the score of their axis.

    A criterion that stays where it is moves nothing, although its weight is spread anew where another appears. What one did is
    the mean of its effect as the first to move and as the last. On relative strength, which hangs on a competitor too, it is the
    change of what the criterion adds.

    Parameters
    ----------
    before, now : DataFrame
        What each criterion adds on the two days, as `kamnb.scoring.contributions` returns it.
    criteria : Criteria

    Returns
    -------
    DataFrame
        ``account_id``, ``axis``, ``criterion``, ``effect`` (of the score) and ``why`` (a key of `WHYS`); the largest first.

    Examples
    --------
    >>> import pandas as pd
    >>> model = Criteria.from_toml('''
    ... [strength.view]
    ... weight = 100
    ... trust = { from = "ratings", weight = 50 }
    ... price = { from = "ratings", weight = 50 }
    ... ''')
    >>> then = pd.DataFrame({"trust": [8.0], "price": [None]}, index=["A"], dtype=float)
    >>> find_causes(then, pd.DataFrame({"trust": [4.0], "price": [1.0]}, index=["A"]), model).values.tolist()
    [['A', 'strength', 'price', -3.0, 'appeared']]
    """
    import pandas as pd

    rows = []
    for account in now.index.intersection(before.index):
        for axis, listed in criteria.axes.items():
            names = [each.name for each in listed]
            old, new = (frame.loc[account, names].dropna().to_dict() for frame in (before, now))
            rows += [(str(account), axis, *cause) for cause in _explain(old, new, listed, criteria, axis)]
    frame = pd.DataFrame(rows, columns=["account_id", "axis", "criterion", "effect", "why"])
    order = frame.assign(size=-frame["effect"].astype(float).abs().round(9)).sort_values(["account_id", "size", "criterion"])
    return order.drop(columns="size").reset_index(drop=True)


def tell_wins(causes: "pd.DataFrame", events: "pd.DataFrame", criteria: Criteria) -> "pd.DataFrame":
    """Return the causes of which a fall is good news named so: where a pipeline lost a deal that was won.

    Examples
    --------
    >>> import pandas as pd
    >>> model = Criteria.from_toml('''
    ... [attractiveness.money]
    ... weight = 100
    ... pipeline = { from = "open_pipeline", weight = 100, anchors = [[0, 0], [1000, 10]] }
    ... ''')
    >>> fell = pd.DataFrame([["A", "attractiveness", "pipeline", -3.0, "data"]],
    ...                     columns=["account_id", "axis", "criterion", "effect", "why"])
    >>> won = pd.DataFrame({"account_id": ["A"], "event": ["deal won"]})
    >>> tell_wins(fell, won, model)["why"].item(), tell_wins(fell, won.head(0), model)["why"].item()
    ('won', 'data')
    """
    emptied = {each.name for _, each in criteria.listed() if each.source == "indicator" and each.measures in _EMPTIED}
    winners = set(events.loc[events["event"] == "deal won", "account_id"])
    is_win = causes["criterion"].isin(emptied) & causes["account_id"].isin(winners) & (causes["effect"] < 0)
    return causes.assign(why=causes["why"].mask(is_win & (causes["why"] == "data"), "won"))


def _explain(
    old: Points, new: Points, listed: Iterable[Criterion], criteria: Criteria, axis: str
) -> Iterable[tuple[str, float, str]]:
    """Return criterion, effect and why of one account on one axis; nothing where it was not scored on both days."""
    shares = {each.name: each.share for each in listed if each.share > 0}
    sources = {each.name: each.source for each in listed}
    standing = {each.name for each in listed if each.stands_in}
    switched = bool(standing & old.keys()) != bool(standing & new.keys())
    if not old or not new:
        return []
    relative = axis == "strength" and criteria.strength_mode == "relative"
    then, here = (dict(adds) if relative else _divide(adds, shares) for adds in (old, new))
    moved = [name for name in shares if abs(then.get(name, -1.0) - here.get(name, -1.0)) > _STILL]
    if relative:
        return [(name, here.get(name, 0.0) - then.get(name, 0.0), _why(name, then, here, sources, switched)) for name in moved]
    effects = {name: _weigh_move(name, then, here, shares) for name in moved}
    return [(name, effect, _why(name, then, here, sources, switched)) for name, effect in effects.items()]


def _divide(adds: Points, shares: Points) -> dict[str, float]:
    """Return the points behind what criteria add: each adds its points times its share of the weight of those that count."""
    counted = sum(shares[name] for name in adds if name in shares)
    return {name: value * counted / shares[name] for name, value in adds.items() if name in shares}


def _weigh_move(name: str, then: Points, here: Points, shares: Points) -> float:
    first = (then, _with(then, name, here))
    last = (_with(here, name, then), here)
    sides = [(_score(start, shares), _score(end, shares)) for start, end in (first, last) if start and end]
    return sum(end - start for start, end in sides) / len(sides) if sides else 0.0


def _with(points: Points, name: str, other: Points) -> dict[str, float]:
    """Return `points` with one criterion as it is in `other`, known or not."""
    kept = {key: value for key, value in points.items() if key != name}
    return kept | ({name: other[name]} if name in other else {})


def _score(points: Points, shares: Points) -> float:
    return sum(shares[name] * value for name, value in points.items()) / sum(shares[name] for name in points)


def _why(name: str, then: Points, here: Points, sources: Mapping[str, str], switched: bool) -> str:
    if name not in then:
        return "counts" if switched else "appeared"
    if name not in here:
        return "counted" if switched else "vanished"
    return "rating" if sources[name] == "ratings" else "data"

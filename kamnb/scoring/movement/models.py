"""Two scoring models as one that holds both, and those in between."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kamnb.scoring.criteria import AXES, Criteria, Criterion


@dataclass(frozen=True)
class Models:
    """The model of the earlier day and that of the later one, which may be the same.

    Attributes
    ----------
    before, now : Criteria
    both : Criteria
        Every criterion of either; one that is measured another way under its name is two, the earlier ``<name>_before``.
    """

    before: Criteria
    now: Criteria
    both: Criteria

    def mix(self, axis: str, *, weights: bool, anchors: bool) -> Criteria:
        """Return the model with weights, and anchors, of the later one or else of the earlier one."""
        weighed, anchored = ((self.now if later else self.before) for later in (weights, anchors))
        shares, points = _find(weighed, axis), _find(anchored, axis)
        listed = tuple(
            replace(
                each,
                share=shares[key].share if (key := _key(each)) in shares else 0.0,
                stands_in=(shares.get(key) or each).stands_in,
                anchors=(points.get(key) or each).anchors,
            )
            for each in self.both.axes.get(axis, ())
        )
        return replace(weighed, axes={axis: listed})

    def differ(self, axis: str) -> tuple[bool, bool]:
        """Say whether the weights of an axis are others, with how much must be known, and whether anchors are."""
        old, new = _find(self.before, axis), _find(self.now, axis)
        weights = {
            name: {key: (each.share, each.stands_in) for key, each in side.items()} for name, side in enumerate((old, new))
        }
        same = weights[0] == weights[1] and self.before.min_known == self.now.min_known
        return not same, any(old[key].anchors != new[key].anchors for key in old.keys() & new.keys())


def join_models(before: Criteria, now: Criteria) -> Models:
    """Put two models together.

    Examples
    --------
    >>> model = Criteria.from_toml('strength.view = { weight = 100, trust = { from = "ratings", weight = 100 } }')
    >>> other = Criteria.from_toml('strength.view = { weight = 100, price = { from = "ratings", weight = 100 } }')
    >>> [each.name for each in join_models(other, model).both.axes["strength"]]
    ['trust', 'price']
    """
    axes = {axis: _join(before.axes.get(axis, ()), now.axes.get(axis, ())) for axis in AXES}
    return Models(before, now, replace(now, axes={axis: listed for axis, listed in axes.items() if listed}))


def _join(before: tuple[Criterion, ...], now: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    known, names = {_key(each) for each in now}, {each.name for each in now}
    gone = [each for each in before if _key(each) not in known]
    return (*now, *(replace(each, name=f"{each.name}_before") if each.name in names else each for each in gone))


def _find(model: Criteria, axis: str) -> Mapping[tuple[str, str, str], Criterion]:
    return {_key(each): each for each in model.axes.get(axis, ())}


def _key(each: Criterion) -> tuple[str, str, str]:
    return each.name.removesuffix("_before"), each.source, each.measures

"""A scoring model on trial: other weights, cuts and ways to look, without a file."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from kamnb.errors import SettingsError
from kamnb.scoring.apportionment import apportion
from kamnb.scoring.criteria import CUTS, Criteria

Key = TypeVar("Key", bound=Hashable)

_CENTS = 100


@dataclass(frozen=True)
class Trial:
    """A model with what is tried in it; build it with `begin_trial`, change it with ``dataclasses.replace``.

    Attributes
    ----------
    base : Criteria
        The model that it began with.
    groups : mapping of (axis, group) to weight
        Any number from 0; `build` brings those of an axis to 100.
    weights : mapping of criterion to weight
        In its group; any number from 0.
    cut : mapping of axis to score
    strength_mode : "points", "relative" or "stage"
    orientation : "right" or "left"
    """

    base: Criteria
    groups: Mapping[tuple[str, str], float]
    weights: Mapping[str, float]
    cut: Mapping[str, float]
    strength_mode: Literal["points", "relative", "stage"]
    orientation: Literal["right", "left"]

    def set_group(self, axis: str, group: str, weight: float) -> "Trial":
        """Return the trial with another weight of a group."""
        return replace(self, groups={**self.groups, (axis, group): float(weight)})

    def set_weight(self, criterion: str, weight: float) -> "Trial":
        """Return the trial with another weight of a criterion in its group."""
        return replace(self, weights={**self.weights, criterion: float(weight)})

    def set_cut(self, axis: str, score: float) -> "Trial":
        """Return the trial with another cut."""
        return replace(self, cut={**self.cut, axis: float(score)})

    def set_mode(self, mode: Literal["points", "relative", "stage"]) -> "Trial":
        """Return the trial with strength measured another way; its cut is then the usual one, or the model's own."""
        own = self.base.cut["strength"] if mode == self.base.strength_mode else CUTS[mode][0]
        return replace(self, strength_mode=mode, cut={**self.cut, "strength": own})

    def build(self) -> Criteria:
        """Return the model that is tried, its weights brought to 100.

        Raises
        ------
        SettingsError
            If nothing has weight in a group or on an axis.
        """
        groups, weights, began = normalise_groups(self), normalise_weights(self), begin_trial(self.base)
        untouched = self.groups == began.groups and self.weights == began.weights
        axes = {
            axis: tuple(
                replace(each, weight=weights[each.name], share=groups[axis, each.group] * weights[each.name] / 1e4)
                for each in listed
            )
            for axis, listed in ({} if untouched else self.base.axes).items()
        } or self.base.axes
        return replace(self.base, axes=axes, cut=dict(self.cut), strength_mode=self.strength_mode, orientation=self.orientation)


def begin_trial(criteria: Criteria) -> Trial:
    """Return a trial that is the model itself.

    Examples
    --------
    >>> from kamnb.places import settings_file
    >>> from kamnb.scoring import load_criteria
    >>> trial = begin_trial(load_criteria(settings_file("criteria.toml")))
    >>> moved = trial.set_group("attractiveness", "size", 90).build()
    >>> {each.name: round(each.share, 4) for each in moved.axes["attractiveness"] if not each.stands_in}
    {'annual_spend': 0.6207, 'own_growth': 0.2069, 'weighted_pipeline': 0.1034, 'target_year': 0.069}
    """
    groups: dict[tuple[str, str], float] = {}
    for axis, each in criteria.listed():
        groups[axis, each.group] = groups.get((axis, each.group), 0.0) + 100 * each.share
    return Trial(
        criteria,
        {key: round(weight, 9) for key, weight in groups.items()},
        {each.name: each.weight for _, each in criteria.listed()},
        dict(criteria.cut),
        criteria.strength_mode,
        criteria.orientation,
    )


def list_modes(criteria: Criteria) -> list[Literal["points", "relative", "stage"]]:
    """Return how strength can be measured with this model: relative strength needs ratings."""
    compared = any(each.is_compared for each in criteria.axes.get("strength", ()))
    return ["points", *(["relative"] if compared else []), "stage"]  # type: ignore[list-item]


def normalise_groups(trial: Trial) -> dict[tuple[str, str], float]:
    """Return the weights of groups brought to 100: those of an axis's own groups, and of those that stand in, each."""
    sides: dict[tuple[str, bool], dict[tuple[str, str], float]] = {}
    for axis, each in trial.base.listed():
        sides.setdefault((axis, each.stands_in), {})[axis, each.group] = trial.groups[axis, each.group]
    found: dict[tuple[str, str], float] = {}
    for (axis, _), weights in sides.items():
        found |= normalise(weights, f"{axis}: no group has any weight; give one some")
    return found


def normalise_weights(trial: Trial) -> dict[str, float]:
    """Return the weights of criteria brought to 100 in their groups."""
    inside: dict[tuple[str, str], dict[str, float]] = {}
    for axis, each in trial.base.listed():
        inside.setdefault((axis, each.group), {})[each.name] = trial.weights[each.name]
    found: dict[str, float] = {}
    for (axis, group), weights in inside.items():
        found |= normalise(weights, f"{axis}, {group.replace('_', ' ')}: no criterion has any weight; give one some")
    return found


def normalise(weights: Mapping[Key, float], lacking: str) -> dict[Key, float]:
    """Bring weights to 100, in hundredths; the largest remainders get what rounding leaves.

    Raises
    ------
    SettingsError
        Saying `lacking`, if all are zero.

    Examples
    --------
    >>> normalise({"a": 1, "b": 1, "c": 1}, "")
    {'a': 33.34, 'b': 33.33, 'c': 33.33}
    >>> normalise({"a": 45, "b": 55}, "")
    {'a': 45.0, 'b': 55.0}
    """
    total = sum(weights.values())
    if total <= 0:
        raise SettingsError(lacking)
    exact = [100 * _CENTS * weight / total for weight in weights.values()]
    brought = apportion(exact, [int(value + 1e-6) for value in exact], 100 * _CENTS)
    return {key: count / _CENTS for key, count in zip(weights, brought, strict=True)}

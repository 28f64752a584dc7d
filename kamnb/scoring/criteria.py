"""The scoring model, ``criteria.toml``: axes, groups, criteria, weights and anchors."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from kamnb.data.settings import read_toml
from kamnb.errors import SettingsError
from kamnb.indicators import INDICATORS

AXES = ("attractiveness", "strength")
_MODES = ("points", "relative", "stage")
CUTS = {"points": (5.0, 0.0, 10.0), "relative": (1.0, 0.0, 2.0), "stage": (3.5, 1.0, 5.0)}
"""For each way to measure strength: the usual cut, and the bounds within which it may be."""
_MODEL = {"name", "version", "strength", "cut", "orientation", "min_known", "parity"}
_GROUP = {"weight", "stands_in"}
_CRITERION = {"weight", "from", "anchors", "scale"}
_HUNDRED = 0.1 + 1e-6
"""So far from 100 weights may sum: thirds are written 33.33, and shares are taken of the sum."""


def say_name(name: str) -> str:
    """Write the name of a criterion or an indicator as it stands in a sentence.

    Examples
    --------
    >>> say_name("revenue_ltm")
    'revenue of twelve months'
    """
    return name.replace("_", " ").replace(" ltm", " of twelve months")


@dataclass(frozen=True)
class Criterion:
    """One criterion of an axis.

    Attributes
    ----------
    name : str
        Its column in facts and contributions; unique in the model.
    source : str
        "indicator", "ratings" or "accounts".
    measures : str
        The indicator, the rated criterion or the column of accounts.
    weight : float
        In its group, 0 to 100.
    share : float
        Of its axis, a fraction; those of an axis's own groups sum to 1, and those of groups that stand in too.
    anchors : tuple of (value, points)
        Empty where the value is points already.
    scale : mapping
        What points mean, in words.
    group : str
    stands_in : bool
        Whether its group counts only where too little else on the axis is known.
    """

    name: str
    source: Literal["indicator", "ratings", "accounts"]
    measures: str
    weight: float
    share: float
    anchors: tuple[tuple[float, float], ...]
    scale: Mapping[float, str]
    group: str
    stands_in: bool

    @property
    def is_compared(self) -> bool:
        """Whether it counts in relative strength: only a rating, and none that stands in, can be had of a competitor."""
        return self.source == "ratings" and not self.stands_in


@dataclass(frozen=True)
class Criteria:
    """A scoring model; build it with `load_criteria` or `Criteria.from_toml`, which refuse nonsense.

    Attributes
    ----------
    name, version : str
    strength_mode : "points", "relative" or "stage"
        Points of the criteria, those over the best competitor's, or the relationship stage from 1 to 5.
    cut : mapping of axis to score
        A score equal to the cut is high.
    orientation : "right" or "left"
        The side of the matrix on which strength is high.
    min_known : float
        Share of an axis's weight that must be known, a fraction.
    parity : (low, high)
        Relative strength in between is level with the best competitor.
    potential : (medium, high) or None
        Accessible spend, in money, from which an account's potential is medium and high.
    axes : mapping of axis to tuple of Criterion
        An axis that the model leaves out is not there; nobody is placed on it.
    """

    name: str = ""
    version: str = ""
    strength_mode: Literal["points", "relative", "stage"] = "points"
    cut: Mapping[str, float] = field(default_factory=dict)
    orientation: Literal["right", "left"] = "right"
    min_known: float = 0.6
    parity: tuple[float, float] = (0.9, 1.1)
    potential: tuple[float, float] | None = None
    axes: Mapping[str, tuple[Criterion, ...]] = field(default_factory=dict)

    @classmethod
    def from_toml(cls, text: str, source: str = "criteria.toml") -> "Criteria":
        """Build a model from the text of a ``criteria.toml``.

        Raises
        ------
        SettingsError
            With every fault found.

        Examples
        --------
        >>> model = Criteria.from_toml('''
        ... [attractiveness.size]
        ... weight = 100
        ...   [attractiveness.size.revenue_ltm]
        ...   weight = 100
        ...   anchors = [[0, 0], [100_000, 10]]
        ... ''')
        >>> [criterion.name for axis, criterion in model.listed()], model.cut["strength"]
        (['revenue_ltm'], 5.0)
        """
        try:
            return _build(tomllib.loads(text), source)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{source}: is not valid TOML: {error}") from None

    def anchors_of(self, rated: str) -> tuple[tuple[float, float], ...]:
        """Return the anchors by which a rated criterion becomes points; empty where ratings are points already."""
        return next((each.anchors for _, each in self.listed() if each.source == "ratings" and each.measures == rated), ())

    @cached_property
    def named(self) -> dict[str, Criterion]:
        """The criteria of the whole model by their names."""
        return {criterion.name: criterion for _, criterion in reversed(self.listed())}

    def listed(self) -> list[tuple[str, Criterion]]:
        """Return (axis, criterion) of the whole model, in its order."""
        return [(axis, criterion) for axis, criteria in self.axes.items() for criterion in criteria]


def load_criteria(path: str | Path) -> Criteria:
    """Read a scoring model from a file.

    Raises
    ------
    SettingsError
        If the file cannot be read or the model is wrong; all faults at once.
    """
    return _build(read_toml(Path(path)), Path(path).name)


def _build(raw: dict[str, Any], source: str) -> Criteria:
    faults: list[str] = []
    faults += _unknown("", raw, {"model", "potential", "revisions", *AXES})
    settings = _read_model(raw.get("model", {}), faults)
    axes = {axis: _read_axis(axis, raw[axis], faults) for axis in AXES if isinstance(raw.get(axis), dict)}
    faults += [f"{axis}: must be a table of groups" for axis in AXES if axis in raw and not isinstance(raw[axis], dict)]
    if not axes and not faults:
        faults.append("the model has neither an attractiveness nor a strength axis")
    if settings.get("strength_mode") == "relative" and not any(each.is_compared for each in axes.get("strength", ())):
        faults.append('strength: relative strength compares ratings, and no criterion of the axis is from = "ratings"')
    potential = _potential(raw["potential"], faults) if "potential" in raw else None
    if faults:
        raise SettingsError([f"{source}: {fault}" for fault in faults], "nothing was scored")
    return Criteria(**settings, potential=potential, axes=_named_apart(axes))


def _read_model(model: Any, faults: list[str]) -> dict[str, Any]:
    if not isinstance(model, dict):
        faults.append(f"model: {model!r} must be a table, headed [model]")
        return {}
    faults += _unknown("model", model, _MODEL)
    mode = model.get("strength", "points")
    if mode not in _MODES:
        faults.append(f'model.strength: "{mode}" must be "points", "relative" or "stage"')
    orientation = model.get("orientation", "right")
    if orientation not in ("right", "left"):
        faults.append(f'model.orientation: "{orientation}" must be "right" or "left"')
    for text in ("name", "version"):
        if not isinstance(model.get(text, ""), str):
            faults.append(f"model.{text}: {model[text]!r} must be text, in quotes")
    min_known = _number(model.get("min_known", 0.6), "model.min_known", faults, 0, 1)
    cut = model.get("cut", {})
    if not isinstance(cut, dict):
        faults.append(
            f"model.cut: {cut!r} must give attractiveness and strength, as in {{ attractiveness = 5.0, strength = 5.0 }}"
        )
        cut = {}
    faults += _unknown("model.cut", cut, set(AXES))
    usual, least, most = CUTS[mode if mode in _MODES else "points"]
    cuts = {
        "attractiveness": _number(cut.get("attractiveness", 5.0), "model.cut.attractiveness", faults, 0, 10),
        "strength": _number(cut.get("strength", usual), f"model.cut.strength ({mode})", faults, least, most),
    }
    return {
        "name": str(model.get("name", "unnamed")), "version": str(model.get("version", "none")), "strength_mode": mode,
        "cut": cuts, "orientation": orientation, "min_known": min_known,
        "parity": _parity(model.get("parity", [0.9, 1.1]), faults),
    }  # fmt: skip


def _potential(raw: Any, faults: list[str]) -> tuple[float, float] | None:
    if not isinstance(raw, dict):
        faults.append(f"potential: {raw!r} must be a table, as in [potential] with medium and high")
        return None
    faults += _unknown("potential", raw, {"medium", "high"})
    medium, high = (_number(raw.get(name), f"potential.{name}", faults, 0) for name in ("medium", "high"))
    if high <= medium:
        faults.append(f"potential: high ({high:g}) must be above medium ({medium:g})")
    return medium, high


def _parity(value: Any, faults: list[str]) -> tuple[float, float]:
    good = isinstance(value, list) and len(value) == 2 and all(type(end) in (int, float) and isfinite(end) for end in value)
    good = good and 0 < value[0] <= 1 <= value[1]
    if not good:
        faults.append(f"model.parity: {value!r} must be two numbers about 1, as in [0.9, 1.1]")
    return (float(value[0]), float(value[1])) if good else (0.9, 1.1)


def _read_axis(axis: str, raw: dict[str, Any], faults: list[str]) -> tuple[Criterion, ...]:
    groups = {name: group for name, group in raw.items() if isinstance(group, dict)}
    faults += [f"{axis}.{name}: must be a group with a weight and criteria" for name in raw if name not in groups]
    weights = _weights(groups, axis, faults)
    standing = {name: weights[name] for name, group in groups.items() if group.get("stands_in") is True}
    own = {name: weight for name, weight in weights.items() if name not in standing}
    faults += _check_groups(axis, own, standing)
    found: list[Criterion] = []
    for name, group in groups.items():
        total = sum((standing if name in standing else own).values()) or 1.0
        found += _read_group(axis, name, group, weights[name] / total, faults)
    repeated = [name for name, count in Counter(criterion.name for criterion in found).items() if count > 1]
    faults += [f"{axis}: {name} stands in more than one group; keep one" for name in repeated]
    return tuple(found)


def _check_groups(axis: str, own: Mapping[str, float], standing: Mapping[str, float]) -> list[str]:
    """Say which weights do not sum to 100: those of own groups and of groups that stand in, each, or all together."""
    if not own and not standing:
        return [f"{axis}: holds no group; give one, as in [{axis}.size], or leave the axis out"]
    if _sums({**own, **standing}):
        return []
    sides = {f"{axis} weights": own, f"{axis} weights of groups that stand in": standing}
    return [_not_hundred(what, weights) for what, weights in sides.items() if weights and not _sums(weights)]


def _read_group(axis: str, name: str, group: dict[str, Any], share: float, faults: list[str]) -> Iterator[Criterion]:
    where = f"{axis}.{name}"
    inside = {key: value for key, value in group.items() if isinstance(value, dict)}
    faults += _unknown(where, {key: value for key, value in group.items() if key not in inside}, _GROUP)
    if not isinstance(group.get("stands_in", False), bool):
        faults.append(f"{where}.stands_in: {group['stands_in']!r} must be true or false")
    if not inside:
        faults.append(f"{where}: holds no criteria")
        return
    weights = _weights(inside, where, faults)
    if not _sums(weights):
        faults.append(_not_hundred(f"{where} weights", weights))
    for key, value in inside.items():
        part = weights[key] / (sum(weights.values()) or 1.0)
        yield _read_criterion(
            f"{where}.{key}", key, value, weights[key], share * part, name, group.get("stands_in") is True, faults
        )


def _weights(weighed: Mapping[str, Mapping[str, Any]], where: str, faults: list[str]) -> dict[str, float]:
    """Return the weights of groups or criteria; where none is given they are equal, within those that stand in and the others."""
    if any("weight" in each for each in weighed.values()):
        return {name: _number(each.get("weight"), f"{where}.{name}.weight", faults, 0) for name, each in weighed.items()}
    sides = Counter(each.get("stands_in") is True for each in weighed.values())
    return {name: 100 / sides[each.get("stands_in") is True] for name, each in weighed.items()}


def _read_criterion(
    where: str, key: str, raw: dict[str, Any], weight: float, share: float, group: str, stands_in: bool, faults: list[str]
) -> Criterion:
    faults += _unknown(where, raw, _CRITERION)
    source, measures = _source(where, key, raw.get("from", ""), faults)
    anchors = _anchors(where, raw.get("anchors", []), faults)
    if source != "ratings" and not anchors:
        faults.append(f"{where}: needs anchors, as in [[0, 0], [100, 5], [400, 10]] (value -> points)")
    return Criterion(key, source, measures, weight, share, anchors, _scale(where, raw.get("scale", {}), faults), group, stands_in)


def _source(where: str, key: str, given: Any, faults: list[str]) -> tuple[Literal["indicator", "ratings", "accounts"], str]:
    if given == "ratings":
        return "ratings", key
    if isinstance(given, str) and given.startswith("accounts.") and len(given) > len("accounts."):
        return "accounts", given.removeprefix("accounts.")
    name = given or key
    if name not in INDICATORS:
        close = get_close_matches(str(name), list(INDICATORS), n=1)
        hint = f'; did you mean "{close[0]}"?' if close else ""
        faults.append(f'{where}: "{name}" is no indicator{hint} (or give from = "ratings" or from = "accounts.COLUMN")')
    return "indicator", str(name)


def _anchors(where: str, raw: Any, faults: list[str]) -> tuple[tuple[float, float], ...]:
    if not raw:
        return ()
    try:
        pairs = tuple((float(value), float(points)) for value, points in raw)
    except (TypeError, ValueError):
        faults.append(f"{where}.anchors: {raw!r} must be pairs of value and points")
        return ()
    values, points = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if not all(map(isfinite, [*values, *points])):
        faults.append(f"{where}.anchors: {raw!r} must be finite numbers")
        return ()
    if len(pairs) < 2 or any(later <= earlier for earlier, later in pairwise(values)):
        faults.append(f"{where}.anchors: values must rise, at least two of them: {values}")
    if any(not 0 <= point <= 10 for point in points):
        faults.append(f"{where}.anchors: points must be 0 to 10: {points}")
    if points not in (sorted(points), sorted(points, reverse=True)):
        faults.append(f"{where}.anchors: points must rise or fall throughout: {points}")
    return pairs


def _scale(where: str, raw: Any, faults: list[str]) -> Mapping[float, str]:
    try:
        return {float(points): str(words) for points, words in raw.items()}
    except (AttributeError, ValueError):
        faults.append(f'{where}.scale: must be points = words, as in {{ 0 = "bad", 10 = "good" }}')
        return {}


def _number(value: Any, where: str, faults: list[str], low: float, high: float = float("inf")) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high and isfinite(value):
        return float(value)
    bounds = f"between {low:g} and {high:g}" if high != float("inf") else f"of at least {low:g}"
    faults.append(f"{where}: {'is missing, it' if value is None else repr(value)} must be a number {bounds}")
    return 0.0


def _unknown(where: str, given: Mapping[str, Any], known: set[str]) -> list[str]:
    return [_say_unknown(f"{where}.{key}" if where else key, key, known) for key in given if key not in known]


def _say_unknown(place: str, key: str, known: set[str]) -> str:
    close = get_close_matches(key, sorted(known), n=1)
    return f"{place}: unknown setting; " + (f'did you mean "{close[0]}"?' if close else f"known are {', '.join(sorted(known))}")


def _sums(weights: Mapping[str, float]) -> bool:
    return abs(sum(weights.values()) - 100) <= _HUNDRED


def _not_hundred(what: str, weights: Mapping[str, float]) -> str:
    parts = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
    return f"{what} sum to {sum(weights.values()):g}, not 100: {parts}"


def _named_apart(axes: Mapping[str, tuple[Criterion, ...]]) -> dict[str, tuple[Criterion, ...]]:
    """Give a criterion that stands on both axes the name of its axis too, so that its columns differ."""
    from dataclasses import replace

    counts = Counter(criterion.name for criteria in axes.values() for criterion in criteria)
    return {
        axis: tuple(replace(each, name=f"{axis}_{each.name}") if counts[each.name] > 1 else each for each in criteria)
        for axis, criteria in axes.items()
    }

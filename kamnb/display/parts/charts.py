"""The numbers behind a figure, for programs that draw it themselves, such as PowerPoint."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Scale:
    """An axis: its title, its ends, the step between its numbers, where the other axis crosses it (None: as programs like).

    ``unit`` is that of `kamnb.data.currency.UNITS` in which amounts are written along it.
    """

    title: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    crossing: float | None = None
    is_log: bool = False
    is_reversed: bool = False
    unit: float = 1.0


@dataclass(frozen=True)
class Series:
    """What has one colour: a value for each category, or for each bubble its height, its place across, its area and its name.

    None is unknown. ``labels`` stand at the values; an empty one says nothing.
    """

    name: str
    colour: str
    values: tuple[float | None, ...]
    across: tuple[float, ...] = ()
    areas: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    is_dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure as its numbers: lines over categories, bars one below the other, or bubbles."""

    kind: Literal["lines", "bars", "bubbles"]
    series: tuple[Series, ...]
    categories: tuple[str, ...] = ()
    across: Scale = Scale()
    up: Scale = Scale()


def write_chart(chart: Chart) -> dict[str, Any]:
    """Return a chart as plain values, from which `read_chart` makes it again.

    Examples
    --------
    >>> chart = Chart("bars", (Series("Profit", "#12436D", (1.5, None)),), ("North", "South"))
    >>> read_chart(write_chart(chart)) == chart
    True
    """
    return asdict(chart)


def read_chart(written: dict[str, Any]) -> Chart:
    """Return the chart that `write_chart` wrote."""
    series = tuple(Series(**{name: _freeze(value) for name, value in each.items()}) for each in written["series"])
    scales = {name: Scale(**written[name]) for name in ("across", "up")}
    return Chart(written["kind"], series, tuple(written["categories"]), **scales)


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value

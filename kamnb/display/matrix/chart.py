"""The portfolio matrix as the numbers of a chart: bubbles by quadrant, axes that cross at the cuts."""

from collections.abc import Mapping

import pandas as pd

from kamnb.display.matrix.bubbles import arrange_accounts
from kamnb.display.matrix.scale import TITLES, Mode, Orientation, find_limits
from kamnb.display.parts.charts import Chart, Scale, Series
from kamnb.display.parts.style import QUADRANTS, QUIET

NAMED = 40
"""Accounts that are named, the largest ones."""

_LEAST = 0.01


def chart_matrix(
    scores: pd.DataFrame,
    *,
    cut: Mapping[str, float],
    orientation: Orientation = "right",
    mode: Mode = "points",
    highlight: str | None = None,
    anonymous: bool = False,
) -> Chart:
    """Return the numbers of the portfolio matrix, as `kamnb.display.matrix.quadrant.plot_quadrant` takes them.

    Areas are parts of the largest revenue, so that no other account's revenue is told.

    Examples
    --------
    >>> scores = pd.DataFrame({"name": ["Nordlicht"], "attractiveness": [7.1], "strength": [3.9], "quadrant": ["star"],
    ...                        "placed": ["star"], "revenue_ltm": [1e6]}, index=["A1"])
    >>> chart = chart_matrix(scores, cut={"attractiveness": 5.0, "strength": 5.0})
    >>> [(each.name, each.across, each.values, each.areas, each.labels) for each in chart.series]
    [('Star', (3.9,), (7.1,), (1.0,), ('Nordlicht',))]
    """
    drawn = arrange_accounts(scores, highlight)
    asked = drawn.index == highlight
    largest = drawn["radius"].max() or 1.0
    named = drawn["radius"].rank(method="first", ascending=False) <= NAMED
    drawn = drawn.assign(
        area=((drawn["radius"] / largest) ** 2).clip(lower=_LEAST).round(3),
        label=drawn["label"].where(asked | (named & (highlight is None or not anonymous)), ""),
    )
    others = [("Other accounts", QUIET, drawn[~asked])] if highlight is not None else []
    own = drawn[asked] if highlight is not None else drawn
    groups = [*others, *((each.name, each.colour, own[own["placed"] == key]) for key, each in QUADRANTS.items())]
    low, high = find_limits(drawn["strength"], mode, 0.0)
    step = {"points": 2.0, "stage": 1.0}.get(mode)
    across = Scale(TITLES[mode], low, high, step, cut["strength"], is_log=mode == "relative", is_reversed=orientation == "left")
    up = Scale("Attractiveness (points)", 0.0, 10.0, 2.0, cut["attractiveness"])
    return Chart("bubbles", tuple(_take_series(*group) for group in groups if len(group[2])), across=across, up=up)


def _take_series(name: str, colour: str, drawn: pd.DataFrame) -> Series:
    columns = (drawn["attractiveness"].round(2), drawn["strength"].round(3), drawn["area"], drawn["label"])
    values, across, areas, labels = (tuple(column.tolist()) for column in columns)
    return Series(name, colour, values, across, areas, labels)

"""The load of each manager, drawn and said: hours needed against hours had."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.display.parts.formats import write_number
from kamnb.display.parts.names import draw_name
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import BLUE, INK, ORANGE, house_style, open_axes, say_nothing_to_draw

NOTHING = "No manager is known."
DRAWN = 24
"""Managers that are drawn at most, the most loaded first; the table has all."""


@house_style()
def plot_loads(managers: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a bar of hours needed for each manager, with a line at the hours that the manager has.

    Parameters
    ----------
    managers : DataFrame
        Indexed by manager: ``name``, ``needed`` and ``net_hours`` (NaN: unknown).
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> managers = pd.DataFrame({"name": ["Ann", "Bo"], "needed": [900.0, 300.0], "net_hours": [800.0, None]}, index=["1", "2"])
    >>> ax = plot_loads(managers)
    >>> [text.get_text() for text in ax.texts]
    ['900 of 800', '300, capacity unknown']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ordered = _order(managers).head(DRAWN)
    ax = open_axes(0.75 + 0.27 * len(ordered), ax, left=1.7, right=1.2, bottom=0.45)
    if ordered.empty:
        return say_nothing_to_draw(ax, NOTHING)
    lines = range(len(ordered))
    over = ordered["needed"] > ordered["net_hours"]
    ax.barh(lines, ordered["needed"], height=0.55, color=[ORANGE if flag else BLUE for flag in over])
    for line, (_, row) in zip(lines, ordered.iterrows(), strict=True):
        known = row["net_hours"] == row["net_hours"]
        if known:
            ax.plot([row["net_hours"]] * 2, [line - 0.42, line + 0.42], color=INK, linewidth=1.6)
        said = f" of {write_number(row['net_hours'])}" if known else ", capacity unknown"
        end = max(row["needed"], row["net_hours"]) if known else row["needed"]
        ax.annotate(
            f"{write_number(row['needed'])}{said}", (end, line), xytext=(5, 0), textcoords="offset points", va="center", size=7.5
        )
    ax.set_yticks(lines, [draw_name(str(name), str(key)) for key, name in ordered["name"].items()])
    ax.invert_yaxis()
    ax.set_xlim(0, max(ordered["needed"].max(), ordered["net_hours"].fillna(0).max(), 1) * 1.04)
    ax.set_xlabel("hours a year; the line: hours that the manager has, net of coordination")
    ax.set_title("Hours that each manager's accounts need")
    return ax


def _order(managers: pd.DataFrame) -> pd.DataFrame:
    free = managers["net_hours"] - managers["needed"]
    return managers.assign(free=free).sort_values(["free", "name"], na_position="last")


def describe_loads(managers: pd.DataFrame) -> str:
    """Say who is overloaded by how much, and who has hours free.

    Examples
    --------
    >>> managers = pd.DataFrame({"name": ["Ann", "Bo"], "needed": [900.0, 300.0], "net_hours": [800.0, 500.0]}, index=["1", "2"])
    >>> describe_loads(managers)
    'Load of 2 managers. Overloaded: Ann by 100 hours. Free: Bo with 200 hours.'
    """
    if managers.empty:
        return NOTHING
    ordered = _order(managers)
    over = [f"{row['name']} by {write_number(-row['free'])} hours" for _, row in ordered[ordered["free"] < 0].iterrows()]
    free = [f"{row['name']} with {write_number(row['free'])} hours" for _, row in ordered[ordered["free"] > 0].iterrows()]
    unknown = int(ordered["free"].isna().sum())
    also = f" Capacity unknown: {count_of(unknown, 'manager')}." if unknown else ""
    return (
        f"Load of {count_of(len(managers), 'manager')}. Overloaded: {join_words(over) or 'nobody'}. "
        f"Free: {join_words(free) or 'nobody'}.{also}"
    )

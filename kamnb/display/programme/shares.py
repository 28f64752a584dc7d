"""Intent against effort, drawn and said: what each quadrant asks for and what it gets."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.display.parts.formats import write_share
from kamnb.display.parts.style import BLUE, GREEN, LINE, QUADRANTS, house_style, open_axes, say_nothing_to_draw

NOTHING = "No hours spent are recorded for a placed account."
_BARS = {"needed_share": ("hours asked for", BLUE), "spent_share": ("hours spent", GREEN), "revenue_share": ("revenue", LINE)}


@house_style()
def plot_shares(quadrants: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw three bars for each quadrant: its share of the hours asked for, of the hours spent, and of revenue.

    Parameters
    ----------
    quadrants : DataFrame
        Indexed by quadrant: ``needed_share``, ``spent_share`` and ``revenue_share``, fractions.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> shares = pd.DataFrame({"needed_share": [0.7, 0.3], "spent_share": [0.5, 0.5], "revenue_share": [0.8, 0.2]},
    ...                       index=["star", "status"])
    >>> ax = plot_shares(shares)
    >>> [text.get_text() for text in ax.texts]
    ['70 %', '50 %', '80 %', '30 %', '50 %', '20 %']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    rows = _order(quadrants)
    ax = open_axes(0.8 + 0.55 * len(rows), ax, left=1.0, right=0.5, bottom=0.3)
    if rows.empty:
        return say_nothing_to_draw(ax, NOTHING)
    for place, (_, row) in enumerate(rows.iterrows()):
        for offset, (name, (_, colour)) in zip((-0.26, 0.0, 0.26), _BARS.items(), strict=True):
            ax.barh(place + offset, row[name], height=0.24, color=colour)
            ax.annotate(write_share(row[name]), (row[name], place + offset), xytext=(3, 0), textcoords="offset points",
                        va="center", size=7.5)  # fmt: skip
    handles = [ax.barh(0, 0, color=colour, label=label) for label, colour in _BARS.values()]
    ax.legend(handles=handles, loc="lower right", frameon=False, fontsize=7.5)
    ax.set_yticks(range(len(rows)), [QUADRANTS[str(key)].name for key in rows.index])
    ax.invert_yaxis()
    ax.set_xlim(0, rows[list(_BARS)].to_numpy().max() * 1.12 or 1)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.set_title("What each quadrant asks for, and what it gets")
    return ax


def _order(quadrants: pd.DataFrame) -> pd.DataFrame:
    return quadrants.reindex([key for key in QUADRANTS if key in quadrants.index])


def describe_shares(quadrants: pd.DataFrame) -> str:
    """Say for each quadrant the share of hours asked for, of hours spent, and of revenue.

    Examples
    --------
    >>> shares = pd.DataFrame({"needed_share": [1.0], "spent_share": [0.5], "revenue_share": [0.8]}, index=["star"])
    >>> describe_shares(shares)
    'The Star quadrant asks for 100 % of the hours, gets 50 % and brings 80 % of revenue.'
    """
    if quadrants.empty:
        return NOTHING
    return " ".join(
        f"The {QUADRANTS[str(key)].name} quadrant asks for {write_share(row['needed_share'])} of the hours, "
        f"gets {write_share(row['spent_share'])} and brings {write_share(row['revenue_share'])} of revenue."
        for key, row in _order(quadrants).iterrows()
    )

"""Twenty dots for each account: how many weightings and ratings near yours lead to which quadrant."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import INK, QUADRANTS, QUIET, house_style, open_axes

_ROW, _LEFT = 0.24, 2.3  # inches


@house_style()
def plot_dots(labels: "pd.Series[str]", counts: Mapping[str, Mapping[str, int]], *, ax: Axes | None = None) -> Axes:
    """Draw a row of dots for each account, in the mark and colour of the quadrant each leads to, the likeliest first.

    Parameters
    ----------
    labels : Series of str, indexed by ``account_id``
    counts : mapping of account to mapping of quadrant to dots
        As `kamnb.scoring.confidence.Confidence.count` returns them.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> ax = plot_dots(pd.Series({"A1": "Nordlicht"}), {"A1": {"star": 14, "strategic": 6}})
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "count"]
    ['14 Star, 6 Strategic']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(_ROW * (len(counts) + 1), ax, left=_LEFT, right=1.85, top=0.05, bottom=0.05)
    longest = max((sum(own.values()) for own in counts.values()), default=1)
    for row, (account, own) in enumerate(counts.items()):
        _draw_row(ax, row, own)
        ax.text(-0.9, row, labels[account], ha="right", va="center", color=INK, gid="account")
        ax.text(longest, row, say_dots(own), ha="left", va="center", color=QUIET, size=7.5, gid="count")
    ax.set_xlim(-0.6, longest - 0.4)
    ax.set_ylim(max(len(counts), 1) - 0.4, -0.6)
    ax.set_axis_off()
    return ax


def _draw_row(ax: Axes, row: int, own: Mapping[str, int]) -> None:
    start = 0
    for name, dots in own.items():
        style = QUADRANTS[name]
        places = range(start, start + dots)
        ax.scatter(places, [row] * dots, s=26, marker=style.marker, color=style.colour, linewidth=0, gid="dots")
        start += dots


def say_dots(own: Mapping[str, int]) -> str:
    """Say how many dots each quadrant has.

    Examples
    --------
    >>> say_dots({"star": 14, "strategic": 6})
    '14 Star, 6 Strategic'
    """
    return ", ".join(f"{dots} {QUADRANTS[name].name}" for name, dots in own.items())


def describe_dots(labels: "pd.Series[str]", counts: Mapping[str, Mapping[str, int]], dots: int) -> str:
    """Say what the dots show.

    Examples
    --------
    >>> describe_dots(pd.Series({"A1": "Nordlicht"}), {"A1": {"star": 14, "strategic": 6}}, 20)
    'Too close to call, 1 account, of 20 weightings and ratings near yours: Nordlicht 14 Star, 6 Strategic.'
    """
    said = "; ".join(f"{labels[account]} {say_dots(own)}" for account, own in counts.items())
    return f"Too close to call, {count_of(len(counts), 'account')}, of {dots} weightings and ratings near yours: {said}."

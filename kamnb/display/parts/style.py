"""The look of the figures: colours, a marker per quadrant, type and sizes for A4 and JupyterLab."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kamnb.data.currency import take_code_off
from kamnb.display.parts.formats import write_amount
from kamnb.display.parts.typeface import BESIDE, FAMILY, add_to_figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 6.85  # inches: A4 within margins of 18 mm; also a comfortable picture in JupyterLab
HALF = 3.2  # of a figure that stands beside a table
INK = "#222222"
QUIET = "#6B6B6B"  # text and marks that step back, 5:1 on white
LINE = "#D0D3D6"
WASH = "#EEF1F3"
BLUE, GREEN, PLUM, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"  # each at least 3:1 on white

_WORDS = {GREEN: "#17756D", ORANGE: "#B8430F"}


def darken_words(colour: str) -> str:
    """Return a colour of the house as words have it, at least 4.5:1 on white.

    Examples
    --------
    >>> darken_words(ORANGE), darken_words(BLUE) == BLUE
    ('#B8430F', True)
    """
    return _WORDS.get(colour, colour)


@dataclass(frozen=True)
class Quadrant:
    """A quadrant of the portfolio matrix as it is drawn, and what it asks for."""

    name: str
    colour: str
    marker: str
    asks: str


# The markers differ as well as the colours, so that a grey print reads. What each asks for: McDonald & Woodburn.
QUADRANTS = {
    "strategic": Quadrant("Strategic", BLUE, "o", "invest mindshare, ensure profitability"),
    "star": Quadrant("Star", GREEN, "^", "invest time and money"),
    "status": Quadrant("Status", PLUM, "s", "maintain the status quo"),
    "streamline": Quadrant("Streamline", ORANGE, "D", "manage for profitability"),
}

_RC: Any = {
    "font.family": [FAMILY, BESIDE],
    "font.size": 8,
    "text.color": INK,
    "text.parse_math": False,  # a name with two dollar signs is not a formula
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": LINE,
    "grid.linewidth": 0.5,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.dpi": 96,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, whatever the user's own settings are; also a decorator."""
    import matplotlib.pyplot as plt

    add_to_figures()
    with plt.rc_context(_RC):
        yield


def open_axes(
    height: float, ax: "Axes | None" = None, *, width: float = WIDTH, left: float = 0.6, right: float = 0.15, top: float = 0.45,
    bottom: float = 0.4,
) -> "Axes":  # fmt: skip
    """Return the Axes given, or those of a new figure, as wide as the page if nothing is said; sizes and margins in inches.

    Margins are fixed, not fitted to the labels: pictures one above the other then align.
    """
    import matplotlib.pyplot as plt

    if ax is not None:
        return ax
    figure = plt.figure(figsize=(width, height))
    return figure.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height))


def scale_money(ax: "Axes", which: str, currency: str) -> None:
    """Write the ticks of the x or y axis as amounts in the unit of their currency, with quiet lines across."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    bare = take_code_off(currency)
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: write_amount(value, bare)))
    ax.grid(axis=which)  # type: ignore[arg-type]


def say_nothing_to_draw(ax: "Axes", why: str) -> "Axes":
    """Leave the Axes empty but for the reason."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, why, transform=ax.transAxes, ha="center", va="center", color=QUIET)
    return ax

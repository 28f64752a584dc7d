"""The portfolio matrix, drawn: where the accounts stand, how large they are, how much of their wallet is ours."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from kamnb.display.matrix.arrows import draw_ways, explain_ways, note_ways
from kamnb.display.matrix.axes import STRIP, STRIP_SMALL, name_corners, set_scales
from kamnb.display.matrix.bubbles import arrange_accounts, draw_bubbles
from kamnb.display.matrix.labels import name_accounts
from kamnb.display.matrix.legend import explain_marks, write_note, write_notes
from kamnb.display.matrix.scale import Mode, Orientation
from kamnb.display.matrix.ways import Ways
from kamnb.display.parts.style import house_style, open_axes
from kamnb.scoring.confidence.settings import Dots

_LINE = 11  # points of type that a line of the note takes


@house_style()
def plot_quadrant(
    scores: pd.DataFrame,
    *,
    cut: Mapping[str, float],
    orientation: Orientation = "right",
    mode: Mode = "points",
    parity: tuple[float, float] = (0.9, 1.1),
    highlight: str | None = None,
    anonymous: bool = False,
    dots: Dots | None = None,
    ways: Ways | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the portfolio matrix.

    The area of a bubble is the revenue of the last twelve months, the ring around it our share
    of the wallet from twelve o'clock on; dashes say that revenue is unknown, no ring
    that the share is. A mark with an arc is not sure: so many of the dots agree; a hollow one even less.
    Colour and mark are those of the quadrant in which the account is placed; where a person overruled
    the model, the label ends in an asterisk, and in a dagger where the place rests on our own sales or
    on one rater (``caveat``).

    Parameters
    ----------
    scores : DataFrame indexed by ``account_id``
        Columns name, attractiveness and strength (points 0-10; strength as a ratio in relative
        mode, as 1-5 in stage mode), quadrant, placed, revenue_ltm, share_of_wallet (a fraction);
        with `dots` also sure, the part of the dots that lead to the place (NaN: nothing is said).
    cut : mapping with ``attractiveness`` and ``strength``
    orientation : "right" or "left"
        The side on which strength is high.
    mode : "points", "relative" or "stage"
        Relative strength has a log axis and a band of parity; the stage is marked by its names.
    parity : (low, high)
    highlight : str, optional
        The account asked about; all others step back.
    anonymous : bool
        Name no account but the highlighted one, neither beside its bubble nor in the note.
    dots : Dots, optional
        From which counts on a mark is filled, or hollow; without, all are filled.
    ways : Ways, optional
        Where accounts come from and would go, drawn as arrows: of the highlighted account, else of those that `Ways.choose`s.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> scores = pd.DataFrame(
    ...     {"name": ["Nordlicht"], "attractiveness": [7.1], "strength": [3.9], "quadrant": ["star"],
    ...      "placed": ["star"], "revenue_ltm": [1e6], "share_of_wallet": [0.3]}, index=["A1"])
    >>> ax = plot_quadrant(scores, cut={"attractiveness": 5.0, "strength": 5.0})
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "account"]
    ['Nordlicht']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    drawn = arrange_accounts(scores, highlight)
    moving = ways.choose(drawn.index if highlight is None else drawn.index[drawn.index == highlight]) if ways else []
    ended = 34 if anonymous else 82 + 18 * ((dots is not None) + bool(moving))  # points below the axes to the end of the legend
    below = (ended + (18 if anonymous else 30) + (_LINE if anonymous else 2 * _LINE) * bool(moving)) / 72
    ax = open_axes(1.23 + below if anonymous else 5.45 + below, ax, left=0.5, top=0.12, bottom=below)
    set_scales(ax, _list_strengths(drawn, ways, moving), cut, orientation, mode, parity, STRIP_SMALL if anonymous else STRIP)
    name_corners(ax, orientation, with_asks=not anonymous)
    draw_bubbles(ax, drawn, highlight, (dots.hollow / dots.of, dots.full / dots.of) if dots else (0.0, 0.0))
    segments = draw_ways(ax, ways, moving) if ways else []
    nameless = name_accounts(ax, drawn, highlight, anonymous, segments)
    if not anonymous:
        explain_marks(ax, drawn, dots, explain_ways(ways, moving) if ways else [])
    notes = write_notes(scores, highlight, anonymous, nameless, dots)
    notes += note_ways(ways, moving, drawn.index, short=anonymous) if ways else []
    write_note(ax, notes, ended)
    return ax


def _list_strengths(drawn: pd.DataFrame, ways: Ways | None, moving: Sequence[str]) -> list[float]:
    """Return every strength that must lie within the scale: those of today, and those of both ends of the ways."""
    ends = [ways.frame.loc[[*moving], f"strength_{side}"].dropna() for side in ("before", "ahead")] if ways else []
    return [float(each) for strengths in (drawn["strength"], *ends) for each in strengths]

"""The portfolio matrix, drawn: where the accounts stand, how large they are, how much of their wallet is ours."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from kamnb.display.matrix.axes import STRIP, STRIP_SMALL, name_corners, set_scales
from kamnb.display.matrix.bubbles import arrange_accounts, draw_bubbles
from kamnb.display.matrix.labels import name_accounts
from kamnb.display.matrix.legend import explain_marks, write_note, write_notes
from kamnb.display.matrix.scale import Mode, Orientation
from kamnb.display.parts.style import house_style, open_axes


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
    ax: Axes | None = None,
) -> Axes:
    """Draw the portfolio matrix.

    The area of a bubble is the revenue of the last twelve months, the ring around it our share
    of the wallet from twelve o'clock on; a hollow mark says that revenue is unknown, no ring
    that the share is. Colour and mark are those of the quadrant in which the account is placed;
    where a person overruled the model, the label ends in an asterisk, and in a dagger where the place
    rests on our own sales or on one rater (``caveat``).

    Parameters
    ----------
    scores : DataFrame indexed by ``account_id``
        Columns name, attractiveness and strength (points 0-10; strength as a ratio in relative
        mode, as 1-5 in stage mode), quadrant, placed, revenue_ltm, share_of_wallet (a fraction).
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
    ax = open_axes(1.95 if anonymous else 7.0, ax, left=0.5, top=0.12, bottom=0.72 if anonymous else 1.55)
    drawn = arrange_accounts(scores, highlight)
    set_scales(ax, drawn, cut, orientation, mode, parity, STRIP_SMALL if anonymous else STRIP)
    name_corners(ax, orientation, with_asks=not anonymous)
    draw_bubbles(ax, drawn, highlight)
    nameless = name_accounts(ax, drawn, highlight, anonymous)
    if not anonymous:
        explain_marks(ax, drawn)
    write_note(ax, write_notes(scores, highlight, anonymous, nameless), 34 if anonymous else 82)
    return ax

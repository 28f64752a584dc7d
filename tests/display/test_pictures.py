"""What a picture keeps of a figure: nothing that is drawn is cut off."""

from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from kamnb.display.account.running_year import Year, plot_year
from kamnb.display.parts.pictures import show_figure
from kamnb.display.parts.style import BLUE, GREEN, INK, ORANGE, PLUM, QUIET

COLOURS = (BLUE, GREEN, PLUM, ORANGE, QUIET, INK)


@pytest.mark.parametrize("scale", [1e3, 1e6, 1e8])
def test_amounts_along_an_axis_are_whole_however_long_they_are(scale):
    days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    now = pd.Series([0.0, 5.0, 9.0], index=days) * scale
    year = Year(days[0], days[2], pd.Timestamp("2027-01-01"), now, pd.Series(dtype=float), target=60 * scale)
    picture = show_figure(plot_year(year, currency="EUR"), "the year")
    ink = np.asarray(Image.open(BytesIO(picture.png)).convert("L"))
    assert ink[:, 0].min() == ink[:, -1].min() == 255, "nothing touches the left or the right edge"


@pytest.mark.parametrize("lines", [1, 5, 9, 30])
def test_what_sticks_out_of_the_figure_is_kept_whole(lines):
    figure, ax = plt.subplots(figsize=(2, 1), dpi=144)
    figure.text(0, 0, "\n".join(["beneath"] * lines), size=10, linespacing=2, va="top")
    figure.text(1, 0.5, "x" * lines, size=10)
    expected = figure.get_tightbbox()  # type is as wide as it is drawn: at so many dots
    picture = show_figure(ax, "words")
    drawn = Image.open(BytesIO(picture.png))
    ink = np.asarray(drawn.convert("L"))
    assert ink[0].min() == ink[-1].min() == ink[:, -1].min() == 255, "nothing touches an edge"
    assert picture.height == pytest.approx(expected.height * 96, abs=12)
    assert picture.width == pytest.approx((expected.x1 - min(expected.x0, 0)) * 96, abs=12)
    assert drawn.size == pytest.approx((picture.width * 1.5, picture.height * 1.5), abs=2)


def test_a_figure_on_which_nothing_is_drawn_is_as_large_as_it_is():
    _, ax = plt.subplots(figsize=(3, 1))
    ax.set_axis_off()
    picture = show_figure(ax, "nothing")
    assert (picture.width, picture.height) == (pytest.approx(288, abs=1), pytest.approx(96 + 2 * 0.07 * 96, abs=1))


def test_small_marks_keep_the_colours_of_the_house():
    """Where a tint of the ground and its type have most of the dots, no mark is taken for another."""
    figure, ax = plt.subplots(figsize=(6, 3))
    figure.text(0.05, 0.1, "words and more words " * 3, color=INK)
    ax.set_axis_off()
    for place, colour in enumerate(COLOURS):
        ax.plot([0.0, 1.0], [place, place], color=colour, linewidth=0.4, alpha=0.5)
        ax.plot(place / 10, place, "s", color=colour, markersize=7, markeredgewidth=0)
        ax.axhspan(place - 0.3, place + 0.3, 0.6, color=colour, alpha=0.1, linewidth=0)
    dots = np.asarray(Image.open(BytesIO(show_figure(ax, "marks").png)).convert("RGB")).reshape(-1, 3).astype(int)
    apart = [np.abs(dots - 255 * np.array(to_rgb(colour))).max(axis=1) for colour in COLOURS]
    assert [colour for colour, each in zip(COLOURS, apart, strict=True) if (each <= 12).sum() < 100] == []

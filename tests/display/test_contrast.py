"""Words can be read wherever they stand: 4.5:1 against what is drawn under them, measured on the pictures themselves."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.text import Text
from undrawn import leave_blank

from kamnb.display.account import plan as pages
from kamnb.display.confidence import lists
from kamnb.display.matrix.diagram import draw_diagram
from kamnb.display.matrix.matrix import picture_matrix
from kamnb.display.parts.style import BLUE, GREEN, INK, ORANGE, PLUM, QUIET, WASH, darken_words
from kamnb.display.portfolio import overview, profit, selection, stages
from kamnb.display.programme import programme
from kamnb.display.review import paper

LEAST, MARKS = 4.5, 3.0
GROUND = 0.25
"""A colour that fills this share of the place of a text is its ground; a line that crosses it is not."""


def luminance(colour):
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def find_pale(figure):
    """Return the words of a figure that do not stand out from their ground, with their contrast."""
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [(text, text.get_window_extent()) for text in texts]
    colours = [to_rgba(text.get_color(), text.get_alpha()) for text in texts]
    for text in texts:
        text.set_alpha(0.0)
    figure.canvas.draw()
    drawn = np.asarray(figure.canvas.buffer_rgba())[:, :, :3].astype(np.int32) @ (1 << 16, 1 << 8, 1)
    for text, box, (*colour, alpha) in zip(texts, [box for _, box in boxes], colours, strict=True):
        rows = slice(max(0, round(drawn.shape[0] - box.y1)), max(0, round(drawn.shape[0] - box.y0)))
        seen, counts = np.unique(drawn[rows, max(0, round(box.x0)) : max(0, round(box.x1))], return_counts=True)
        halo = bool(text.get_path_effects())
        grounds = [] if halo else [f"#{each:06x}" for each in seen[counts >= GROUND * counts.sum()]]
        for ground in grounds or ["white"]:
            ratio = contrast(np.multiply(colour, alpha) + np.multiply(to_rgb(ground), 1 - alpha), ground)
            if ratio < LEAST:
                yield f"{text.get_text()!r}: {ratio:.1f}"


@pytest.fixture
def pale(monkeypatch):
    """The words of every figure drawn in the test that are too pale, and how many figures were drawn."""
    found, drawn = [], []

    def look(figure):
        figure.draw_without_rendering()  # places what is drawn
        drawn.append(figure)
        found.extend(find_pale(figure))

    leave_blank(monkeypatch, look)
    monkeypatch.setattr("IPython.display.display", lambda part: None)
    return found, drawn


def test_the_measure_sees_pale_words_and_white_ones_on_dark():
    figure = plt.figure(figsize=(3, 1))
    for place, (word, colour, ground) in enumerate(
        [("dark", INK, "white"), ("green", GREEN, "white"), ("white", "white", BLUE), ("lost", "white", ORANGE)]
    ):
        figure.text(0.05 + 0.24 * place, 0.5, word, color=colour, bbox={"facecolor": ground, "edgecolor": "none"})
    assert [word.split("'")[1] for word in find_pale(figure)] == ["green", "lost"]
    plt.close(figure)


def test_the_palette():
    assert all(
        contrast(darken_words(colour), ground) >= LEAST for colour in (BLUE, GREEN, PLUM, ORANGE) for ground in ("white", WASH)
    )
    assert all(contrast(colour, ground) >= LEAST for colour in (INK, QUIET) for ground in ("white", WASH))
    assert all(contrast(colour, "white") >= MARKS for colour in (BLUE, GREEN, PLUM, ORANGE))


def test_every_picture_of_a_plan(reviewed, pale):
    found, drawn = pale
    pages.show_plan(reviewed, reviewed.plan("0011038"))
    assert len(drawn) > 8 and found == []


def test_every_picture_of_the_portfolio(reviewed, pale):
    found, drawn = pale
    list(paper.compose_decisions(reviewed))
    picture_matrix(reviewed)
    for module in (overview, profit, selection, stages, programme, lists):
        for name in sorted(name for name in dir(module) if name.startswith("picture_")):
            getattr(module, name)(reviewed)
    assert len(drawn) > 8 and found == []


def test_the_matrix_of_the_desk(reviewed):
    scores = reviewed.scores.assign(name=reviewed.names, revenue_ltm=reviewed.indicators["revenue_ltm"])
    svg = draw_diagram(scores, cut=reviewed.criteria.cut, named=list(scores.index[:9]))
    words = re.findall(r'<text [^>]*fill="([^"]+)"[^>]*>([^<]+)', svg)
    assert len(words) > 15
    assert [word for colour, word in words if contrast(colour, "white") < LEAST] == []

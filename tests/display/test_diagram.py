"""The matrix as SVG: names that do not collide, marks of overrides and of accounts without a place, numbers as they are shown."""

import re

import numpy as np
import pandas as pd
import pytest

from kamnb.display.matrix.diagram import draw_diagram
from kamnb.display.matrix.naming import _measure

CUT = {"attractiveness": 5.0, "strength": 5.0}
NAME = re.compile(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"[^>]*class="kam-label"[^>]*>([^<]+)</text>')


def make_scores(count, spread, seed):
    draw = np.random.default_rng(seed)
    at = np.clip(draw.normal(5, spread, (count, 2)), 0, 10)
    names = [f"{word} {number}" for number, word in enumerate(draw.choice(["Nordlicht Maschinenbau", "Süd", "WERK OST"], count))]
    places = np.where(at[:, 0] > 5, "strategic", "streamline")
    return pd.DataFrame(
        {
            "name": names, "attractiveness": at[:, 0], "strength": at[:, 1], "placed": places,
            "revenue_ltm": draw.gamma(2, 1e6, count),
        },
        index=[f"A{number}" for number in range(count)],
    )  # fmt: skip


def read_boxes(svg):
    boxes = []
    for x, y, anchor, words in NAME.findall(svg):
        width = _measure(words)
        left = float(x) - width * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        boxes.append((left, float(y) - 10, left + width, float(y) + 3, words))
    return boxes


def list_collisions(boxes):
    return [
        (one[4], other[4])
        for number, one in enumerate(boxes)
        for other in boxes[number + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


@pytest.mark.parametrize(("spread", "seed"), [(2.5, 1), (1.0, 2), (0.4, 3)])
def test_forty_accounts_are_named_without_collision_however_close_they_stand(spread, seed):
    svg = draw_diagram(make_scores(40, spread, seed), cut=CUT)
    boxes = read_boxes(svg)
    assert len(boxes) == 40 and list_collisions(boxes) == []
    assert "kam-leader" in svg or spread > 2, "who stands far from the name is led to it"


def test_of_more_accounts_only_those_asked_for_are_named():
    scores = make_scores(41, 2.5, 1)
    assert [box[4] for box in read_boxes(draw_diagram(scores, cut=CUT, named=["A7"]))] == [scores.loc["A7", "name"]]
    assert len(read_boxes(draw_diagram(make_scores(300, 2.5, 1), cut=CUT, named=[f"A{n}" for n in range(300)]))) <= 40


def test_overrides_and_accounts_without_a_place_are_marked():
    scores = make_scores(4, 2.5, 1).assign(
        placed_by=[None, "Kim", None, None], reason=[None, None, "strength: nothing known", None]
    )
    scores.loc["A2", ["strength", "placed"]] = None
    svg = draw_diagram(scores, cut=CUT)
    assert svg.count("kam-overruled") == 1 and "placed by Kim" in svg
    told = scores.assign(caveat=[None, "judged by our own sales alone; placed by Kim until 2026-12-31", None, None])
    assert draw_diagram(told, cut=CUT).count("placed by Kim") == svg.count("placed by Kim"), "said once, here with until when"
    assert svg.count("kam-unplaced") == 1 and "not placed; strength: nothing known" in svg
    assert svg.count('class="kam-account') == 4 and svg.count('tabindex="0"') == 1
    crowd = make_scores(200, 2.5, 1).assign(placed=None)
    assert draw_diagram(crowd, cut=CUT).count("kam-unplaced") == 120 and ">+80<" in draw_diagram(crowd, cut=CUT)


def test_drawn_numbers_are_those_that_tables_show():
    scores = make_scores(1, 0, 1).assign(strength=3.0, attractiveness=6.25)
    assert "attractiveness 6.2, strength Cooperative (3 of 5)" in draw_diagram(scores, cut=CUT, mode="stage")
    svg = draw_diagram(scores, cut={"attractiveness": 5.5, "strength": 0.95}, mode="relative")
    assert ">cut 0.95<" in svg and ">cut 5.5<" in svg


def test_a_picture_that_is_only_looked_at_has_nothing_to_pick():
    svg = draw_diagram(make_scores(3, 2, 1), cut=CUT, is_still=True, title="As saved")
    assert 'role="img" aria-label="As saved"' in svg and svg.count("<title>") == 3
    assert not any(word in svg for word in ("tabindex", 'role="button"', "kam-account", "aria-pressed"))


def test_two_accounts_of_one_name_are_told_apart():
    scores = pd.DataFrame(
        {"name": ["Nordlicht", "Nordlicht"], "attractiveness": [7.0, 2.0], "strength": [3.0, 8.0], "placed": ["star", "status"]},
        index=["A1", "A2"],
    ).assign(revenue_ltm=1e6)
    svg = draw_diagram(scores, cut={"attractiveness": 5.0, "strength": 5.0})
    assert "Nordlicht (A1): Star" in svg and "Nordlicht (A2): Status" in svg
    long = scores.assign(name=["Petersen Labortechnik Holding GmbH", "Petersen Labortechnik Handels KG"])
    svg = draw_diagram(long, cut={"attractiveness": 5.0, "strength": 5.0})
    assert all(f">Petersen Labortechnik… ({account})</text>" in svg for account in ("A1", "A2"))

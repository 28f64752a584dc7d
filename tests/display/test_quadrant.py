import itertools
from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.legend import Legend

from kamnb.data.currency import Currency
from kamnb.display.matrix.description import describe_quadrant, tabulate_quadrant, tabulate_quadrant_counts
from kamnb.display.matrix.quadrant import plot_quadrant
from kamnb.display.matrix.ways import MOST, Ways, describe_ways
from kamnb.display.parts.pictures import show_figure
from kamnb.display.parts.style import QUADRANTS
from kamnb.scoring.confidence.settings import Dots

CUT = {"attractiveness": 5.0, "strength": 5.0}
NAMES = [
    "Nordlicht Pharma GmbH",
    "Südwind Energie AG",
    "ООО «Северсталь Трейд»",
    "Müller & Söhne",
    "Vereinigte Pumpenwerke Unterschwaben und Oberlausitz GmbH & Co. Kommanditges.",
    "Delta $team $ystems",
    "Brisk Logistics",
    "Brisk Logistics",
]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def make_scores(count=40, seed=1, cut=5.0, strength=None):
    rng = np.random.default_rng(seed)
    attractiveness = rng.uniform(0, 10, count).round(2)
    strength = rng.uniform(0, 10, count).round(2) if strength is None else np.asarray(strength)
    high, strong = attractiveness >= 5.0, strength >= cut
    quadrant = np.where(high, np.where(strong, "strategic", "star"), np.where(strong, "status", "streamline"))
    frame = {
        "name": [NAMES[place] if place < len(NAMES) else f"{NAMES[place % 8][:14]} {place}" for place in range(count)],
        "attractiveness": attractiveness,
        "strength": strength,
        "quadrant": quadrant.astype(object),
        "placed": quadrant.astype(object).copy(),
        "revenue_ltm": np.exp(rng.normal(12, 1.1, count)).round(2),
        "share_of_wallet": rng.uniform(0, 1, count),
    }
    return pd.DataFrame(frame, index=pd.Index([f"A{place:03}" for place in range(count)], name="account_id"))


def texts_of(ax, gid):
    return [text for text in ax.texts if text.get_gid() == gid]


def words_of(ax, gid):
    return [text.get_text() for text in texts_of(ax, gid)]


def marks_of(ax, gid):
    return [mark for mark in ax.collections if mark.get_gid() == gid]


@pytest.mark.parametrize("seed", range(4))
def test_forty_accounts_are_all_named_and_no_name_covers_another(seed):
    ax = plot_quadrant(make_scores(seed=seed), cut=CUT)
    renderer = ax.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts_of(ax, "account")]
    corners = [text.get_window_extent(renderer) for text in texts_of(ax, "corner")]
    assert len(boxes) == 40
    assert not [1 for one, other in itertools.combinations(boxes, 2) if one.overlaps(other)]
    assert not [1 for one, other in itertools.product(boxes, corners) if one.overlaps(other)]


def test_no_name_covers_a_bubble():
    ax = plot_quadrant(make_scores(), cut=CUT)
    renderer = ax.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts_of(ax, "account")]
    for bubble in marks_of(ax, "bubble"):
        (x, y), radius = ax.transData.transform(bubble.get_offsets())[0], bubble.get_sizes()[0] ** 0.5 / 2 * ax.figure.dpi / 72
        gaps = [np.hypot(x - np.clip(x, box.x0, box.x1), y - np.clip(y, box.y0, box.y1)) for box in boxes]
        assert min(gaps) > radius - 1


def test_names_lie_inside_the_axes():
    ax = plot_quadrant(make_scores(), cut=CUT)
    renderer = ax.figure.canvas.get_renderer()
    frame = ax.get_window_extent(renderer).padded(1)
    for text in texts_of(ax, "account"):
        box = text.get_window_extent(renderer)
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1, text.get_text()


def test_nothing_is_cut_off_at_the_sides():
    ax = plot_quadrant(make_scores(), cut=CUT)
    box = ax.figure.get_tightbbox()
    assert box.x0 >= 0 and box.x1 <= ax.figure.get_figwidth()


def test_two_drawings_are_the_same_picture():
    pictures = [show_figure(plot_quadrant(make_scores(), cut=CUT), "matrix").png for _ in range(2)]
    assert pictures[0] == pictures[1]


def test_areas_are_proportional_to_revenue():
    scores = make_scores(12)
    areas = sorted(bubble.get_sizes()[0] for bubble in marks_of(plot_quadrant(scores, cut=CUT), "bubble"))
    revenue = np.sort(scores["revenue_ltm"])
    assert np.allclose(np.array(areas) / revenue, areas[-1] / revenue[-1])


def test_colour_and_marker_tell_the_quadrant():
    scores = make_scores(12)
    for key, quadrant in QUADRANTS.items():
        one = scores.assign(placed=key, quadrant=key).head(1)
        mark = marks_of(plot_quadrant(one, cut=CUT), "mark")[0]
        assert plt.matplotlib.colors.to_hex(mark.get_facecolor()[0]).lower() == quadrant.colour.lower()
    assert len({quadrant.marker for quadrant in QUADRANTS.values()}) == 4


def test_colours_hold_three_to_one_on_white():
    def luminance(colour):
        parts = np.array(plt.matplotlib.colors.to_rgb(colour))
        return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    assert all(1.05 / (luminance(quadrant.colour) + 0.05) >= 3 for quadrant in QUADRANTS.values())


@pytest.mark.parametrize(("orientation", "strong_side"), [("right", 1), ("left", 0)])
def test_orientation_turns_the_axis_the_corners_and_the_words(orientation, strong_side):
    ax = plot_quadrant(make_scores(8), cut=CUT, orientation=orientation)
    assert ax.xaxis_inverted() == (orientation == "left")
    assert {text.get_text(): text.xy[0] for text in texts_of(ax, "corner")}["Strategic"] == strong_side
    strong = next(text for text in texts_of(ax, "end") if "strong" in text.get_text())
    assert strong.xy[0] == strong_side
    place = ax.transAxes.inverted().transform(ax.transData.transform((10, 5)))[0]
    assert round(place) == strong_side


def test_the_asked_account_is_named_and_bold_and_the_others_step_back():
    ax = plot_quadrant(make_scores(), cut=CUT, highlight="A003")
    named = {text.get_text(): text.get_fontweight() for text in texts_of(ax, "account")}
    assert named.pop("Müller & Söhne") == "bold"
    assert set(named.values()) == {"normal"}
    (mark,), (quiet,) = marks_of(ax, "mark"), marks_of(ax, "quiet")
    own = plt.matplotlib.colors.to_hex(mark.get_facecolor()[0])
    assert own not in {plt.matplotlib.colors.to_hex(edge) for edge in quiet.get_edgecolor()}
    assert len(np.unique(quiet.get_offsets(), axis=0)) == len(make_scores()) - 1


def test_anonymous_names_no_other_account_anywhere():
    scores = make_scores()
    scores.loc["A006", ["strength", "quadrant", "placed"]] = None
    scores.loc["A007", "placed"] = "star"
    ax = plot_quadrant(scores, cut=CUT, highlight="A000", anonymous=True)
    assert words_of(ax, "account") == ["Nordlicht Pharma GmbH"]
    everything = " ".join(text.get_text() for text in ax.figure.findobj(plt.Text))
    everything += describe_quadrant(scores, highlight="A000", anonymous=True)
    assert "1 account" in everything
    everything = everything.replace("Nordlicht Pharma GmbH", "")
    for account_id, name in scores["name"].drop("A000").items():
        assert name not in everything and name[:12] not in everything and account_id not in everything


@pytest.mark.parametrize("account", ["A000", "A009", "A021"])
def test_in_a_low_picture_the_asked_name_stands_where_it_covers_no_other_mark(account):
    figure, ax = plt.subplots(figsize=(7.2, 1.6))
    scores = make_scores(30, seed=4)
    plot_quadrant(scores, cut=CUT, highlight=account, anonymous=True, ax=ax)
    figure.canvas.draw()
    (name,) = texts_of(ax, "account")
    box = name.get_bbox_patch() or plt.Text.get_window_extent(name)
    others = scores.drop(index=account).dropna(subset=["strength", "attractiveness"])
    marks = ax.transData.transform(others[["strength", "attractiveness"]].to_numpy())
    assert not any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for x, y in marks)
    assert ax.get_window_extent().containsx(box.x0) and ax.get_window_extent().containsx(box.x1)


def test_anonymous_without_a_highlight_names_nobody():
    scores = make_scores(6)
    ax = plot_quadrant(scores, cut=CUT, anonymous=True)
    assert words_of(ax, "account") == []
    assert not [name for name in scores["name"] if name in describe_quadrant(scores, anonymous=True)]


def test_missing_size_is_dashed_and_missing_share_no_ring():
    scores = make_scores(4)
    scores.loc["A000", "revenue_ltm"] = np.nan
    scores.loc["A001", "share_of_wallet"] = np.nan
    ax = plot_quadrant(scores, cut=CUT)
    assert (len(marks_of(ax, "sizeless")), len(marks_of(ax, "bubble")), len(marks_of(ax, "track"))) == (1, 3, 3)


def test_no_revenue_known_at_all_still_draws():
    ax = plot_quadrant(make_scores(3).assign(revenue_ltm=np.nan), cut=CUT)
    assert len(marks_of(ax, "sizeless")) == 3


@pytest.mark.parametrize("anonymous", [True, False])
def test_no_mark_is_explained_that_nobody_has(anonymous):
    def explain(**unknown):
        ax = plot_quadrant(make_scores(6).assign(**unknown), cut=CUT, anonymous=anonymous)
        keys = [str(text.get_text()) for each in ax.findobj(Legend) for text in each.get_texts()]
        return "\n".join([*keys, *words_of(ax, "note")]).lower()

    assert "area: " in explain() and "ring: " in explain()
    assert "area: " in explain(share_of_wallet=np.nan) and "ring" not in explain(share_of_wallet=np.nan)
    assert "area: " not in explain(revenue_ltm=np.nan) and "ring: " in explain(revenue_ltm=np.nan)


def test_a_mark_is_filled_carries_an_arc_or_is_hollow_by_how_sure_the_place_is():
    scores = make_scores(4).assign(sure=[0.9, 0.85, 0.55, np.nan])
    ax = plot_quadrant(scores, cut=CUT, dots=Dots(of=20, full=18, hollow=12))
    assert (len(marks_of(ax, "mark")), len(marks_of(ax, "hollow")), len(marks_of(ax, "arc"))) == (3, 1, 2)
    ends = sorted(tuple(2 * arc.get_paths()[0].vertices[-1]) for arc in marks_of(ax, "arc"))  # a marker has a radius of a half
    angles = [2 * np.pi * part for part in (0.85, 0.55)]
    assert np.array(ends) == pytest.approx(np.array([(np.sin(angle), np.cos(angle)) for angle in angles]))
    legend = [text.get_text() for artist in ax.get_children() if isinstance(artist, Legend) for text in artist.get_texts()]
    assert "hollow: under 12" in legend and "arc: so many of 20" in legend
    assert not marks_of(plot_quadrant(scores, cut=CUT), "arc")


def test_a_crowd_shows_who_is_not_sure_too():
    scores = make_scores(70).assign(sure=[0.5, *[1.0] * 69])
    ax = plot_quadrant(scores, cut=CUT, dots=Dots(of=20, full=18, hollow=12))
    faces = [tuple(face) for mark in marks_of(ax, "mark") for face in mark.get_facecolors()]
    assert faces.count((1.0, 1.0, 1.0, 1.0)) == 1


def test_the_ring_goes_as_far_as_the_share():
    scores = make_scores(1).assign(share_of_wallet=0.25)
    ring = marks_of(plot_quadrant(scores, cut=CUT), "ring")[0].get_paths()[0].vertices
    assert np.allclose(ring[0], [0, 0.5]) and np.allclose(ring[-1], [0.5, 0])


def test_parity_band_and_log_axis_in_relative_mode():
    scores = make_scores(5, cut=1.0, strength=[0.95, 1.0, 1.05, 1.1, 1.2])
    ax = plot_quadrant(scores, cut=CUT | {"strength": 1.0}, mode="relative")
    band = next(patch for patch in ax.patches if patch.get_gid() == "parity").get_bbox()
    assert ax.get_xscale() == "log"
    assert np.allclose((band.x0, band.x1), (0.9, 1.1))
    assert np.allclose(ax.get_xlim(), (0.7, 1.4))


def test_relative_axis_widens_to_the_data_but_never_narrows():
    wide = plot_quadrant(make_scores(2, cut=1.0, strength=[0.4, 2.5]), cut=CUT | {"strength": 1.0}, mode="relative").get_xlim()
    assert wide[0] < 0.4 and wide[1] > 2.5


def test_the_unplaced_are_listed_below_and_the_overruled_marked():
    scores = make_scores(8)
    scores.loc["A003", ["attractiveness", "quadrant", "placed"]] = None
    scores.loc["A000", "placed"] = "star" if scores.loc["A000", "quadrant"] != "star" else "status"
    ax = plot_quadrant(scores, cut=CUT)
    note = words_of(ax, "note")[0]
    assert "1 account (Müller & Söhne)" in note and "placed by a person" in note
    assert "Nordlicht Pharma GmbH*" in words_of(ax, "account")


def test_long_and_equal_names_are_short_and_distinct():
    named = words_of(plot_quadrant(make_scores(8), cut=CUT), "account")
    assert {"Brisk Logistics (A006)", "Brisk Logistics (A007)", "Delta $team $ystems"} <= set(named)
    assert max(map(len, named)) <= 24


def test_dollar_signs_are_no_formula():
    assert not any(text.get_parse_math() for text in plot_quadrant(make_scores(8), cut=CUT).texts)


def test_more_accounts_than_can_be_named_are_counted():
    ax = plot_quadrant(make_scores(60), cut=CUT)
    assert len(words_of(ax, "account")) <= 40
    assert f"{60 - len(words_of(ax, 'account'))} accounts drawn without a name" in words_of(ax, "note")[0]


@pytest.mark.parametrize("mode", ["points", "relative"])
def test_an_empty_portfolio_draws(mode):
    scores = make_scores(3).iloc[:0]
    assert words_of(plot_quadrant(scores, cut=CUT, mode=mode), "account") == []
    assert describe_quadrant(scores).startswith("Portfolio matrix of no account")


def test_it_draws_into_axes_given():
    ax = plt.subplots()[1]
    assert plot_quadrant(make_scores(3), cut=CUT, ax=ax) is ax


def test_the_words_count_the_quadrants():
    scores = make_scores()
    for key, count in scores["placed"].value_counts().items():
        assert f"{count} in the {QUADRANTS[key].name} quadrant" in describe_quadrant(scores)


def test_the_tables_hold_every_account_and_all_the_money():
    scores = make_scores()
    table = tabulate_quadrant(scores, currency="EUR")
    assert len(table.rows) == 40 and "Caveat" not in [head.text for head in table.heads]
    moved = tabulate_quadrant(scores.assign(placed="star", quadrant="status").head(1), currency="EUR")
    assert moved.heads[-1].text == "Caveat" and moved.rows[0][-1] == "the model says Status"
    counts = tabulate_quadrant_counts(scores, currency=Currency("EUR", 1.0))
    assert sum(int(row[1]) for row in counts.rows) == 40
    assert abs(sum(int(row[2].replace(",", "")) for row in counts.rows) - scores["revenue_ltm"].sum()) < 3


def test_unknown_revenue_is_not_counted_as_nothing():
    scores = make_scores(1).assign(revenue_ltm=np.nan)
    table = tabulate_quadrant_counts(scores, currency="EUR")
    assert {row[2] for row in table.rows} == {"–"} and "1 account" in table.note


def make_ways(scores, before=(), ahead=(), by=1.5, mode="points", across=5.0):
    """Everybody stays but those named, who come from so much weaker and go so much stronger."""
    own = scores[["attractiveness", "strength"]]
    sides = {"before": own, "now": own, "ahead": own}
    for side, named, step in (("before", before, -by), ("ahead", ahead, by)):
        sides[side] = own.assign(strength=own["strength"] + step * own.index.isin(named))
    frames = []
    for side, frame in sides.items():
        high, strong = frame["attractiveness"] >= 5.0, frame["strength"] >= across
        place = np.where(high, np.where(strong, "strategic", "star"), np.where(strong, "status", "streamline"))
        frames.append(frame.assign(quadrant=place).add_suffix(f"_{side}"))
    return Ways(date(2026, 4, 23), pd.concat(frames, axis=1), mode)


def arrows_of(ax, side):
    return [patch for patch in ax.patches if patch.get_gid() == f"way {side}"]


def test_arrows_lead_from_the_last_review_to_today_and_dashed_to_a_year_from_now():
    scores = make_scores(12)
    ax = plot_quadrant(scores, cut=CUT, ways=make_ways(scores, ["A001", "A002"], ["A002"]))
    assert (len(arrows_of(ax, "before")), len(arrows_of(ax, "ahead"))) == (2, 1)
    dashed = arrows_of(ax, "ahead")[0]
    assert dashed.get_linestyle() != arrows_of(ax, "before")[0].get_linestyle()
    start, end = dashed._posA_posB
    own = tuple(scores.loc["A002", ["strength", "attractiveness"]])
    assert (start, end) == (pytest.approx(own), pytest.approx((own[0] + 1.5, own[1])))
    legend = [text.get_text() for artist in ax.get_children() if isinstance(artist, Legend) for text in artist.get_texts()]
    assert "arrow: from where it was on 23 April 2026" in legend and "arrow, dashed: to a year from now, see below" in legend
    assert "ratings, wallets, pipeline and all else stay" in words_of(ax, "note")[0]


def test_up_to_fifteen_ways_are_drawn_and_of_more_those_that_change_quadrant():
    scores = make_scores(60, seed=3)
    everyone = list(scores.index)
    crossed = make_ways(scores, ahead=everyone).has_crossed("ahead")
    few, more = everyone[:MOST], [*scores.index[~crossed][:14], *scores.index[crossed][:3]]
    assert len(arrows_of(plot_quadrant(scores, cut=CUT, ways=make_ways(scores, ahead=few)), "ahead")) == MOST
    ax = plot_quadrant(scores, cut=CUT, ways=make_ways(scores, ahead=more))
    assert len(arrows_of(ax, "ahead")) == 3
    assert "of 17 accounts that move by 0.2 points or more, those that change quadrant by the model" in words_of(ax, "note")[0]
    far = make_ways(scores, ahead=everyone, by=4.0)
    ax = plot_quadrant(scores, cut=CUT, ways=far)
    drawn = {round(arrow._posA_posB[0][0], 6) for arrow in arrows_of(ax, "ahead")}
    largest = scores[far.has_crossed("ahead")].nlargest(MOST, "revenue_ltm")
    assert drawn == set(largest["strength"].round(6))
    assert f"the {MOST} largest of the {far.has_crossed('ahead').sum()} that change" in words_of(ax, "note")[0]


def test_a_way_too_short_to_be_seen_is_drawn_only_into_another_quadrant():
    scores = make_scores(3, strength=[3.0, 4.95, 7.0])
    ways = make_ways(scores, ahead=["A000", "A001", "A002"], by=0.1)
    assert ways.choose(scores.index) == ["A001"]


@pytest.mark.parametrize("seed", range(2))
def test_no_name_lies_on_an_arrow_or_on_the_mark_of_another(seed):
    scores = make_scores(30, seed=seed)
    named = list(scores.index[:12])
    ax = plot_quadrant(scores, cut=CUT, ways=make_ways(scores, named[:8], named[4:]))
    renderer = ax.figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts_of(ax, "account")]
    ends = [arrow._posA_posB for side in ("before", "ahead") for arrow in arrows_of(ax, side)]
    along = ax.transData.transform(np.concatenate([np.linspace(*each, 50) for each in ends]))
    marks = ax.transData.transform(scores[["strength", "attractiveness"]].to_numpy())
    assert len(boxes) > 25 and len(ends) == 16
    assert not [1 for box in boxes for x, y in [*along, *marks] if box.x0 < x < box.x1 and box.y0 < y < box.y1]


def test_a_plan_shows_only_its_own_way_and_names_nobody_else():
    scores = make_scores()
    ways = make_ways(scores, ["A000", "A001"], ["A000", "A001"])
    ax = plot_quadrant(scores, cut=CUT, highlight="A000", anonymous=True, ways=ways)
    assert (len(arrows_of(ax, "before")), len(arrows_of(ax, "ahead"))) == (1, 1)
    assert "Arrow: from 23 April 2026. Dashed: a year from now, if sales alone moved." in words_of(ax, "note")[0]
    assert "Südwind" not in describe_ways(ways, scores["name"], ["A000"])


def test_the_words_say_who_moved_and_who_would():
    scores = make_scores(3, strength=[4.0, 6.0, 9.0]).assign(attractiveness=7.0)
    ways = make_ways(scores, ["A001"], ["A000"])
    assert describe_ways(ways, scores["name"], list(scores.index)) == (
        "Since 23 April 2026, by the model, Südwind Energie AG moved from the Star quadrant to the Strategic quadrant. "
        "In a year, if only sales moved, as forecast, Nordlicht Pharma GmbH would move from the Star quadrant to the Strategic "
        "quadrant."
    )


def test_the_relative_axis_reaches_over_the_ends_of_the_ways():
    scores = make_scores(2, cut=1.0, strength=[0.9, 1.1])
    ways = make_ways(scores, ahead=["A001"], by=1.0, mode="relative", across=1.0)
    assert plot_quadrant(scores, cut=CUT | {"strength": 1.0}, mode="relative", ways=ways).get_xlim()[1] > 2.1

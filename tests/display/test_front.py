"""The first page of a plan: short, in its order, honest about what is unknown; no label on another."""

import re
from html import unescape
from itertools import combinations

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.text import Text
from portfolios import make_portfolio
from undrawn import leave_blank

from kamnb.analysis import analyse
from kamnb.display.account import front
from kamnb.display.account.profit_steps import list_steps, plot_steps
from kamnb.display.account.promises import SHOWN, list_promises, plot_promises
from kamnb.display.account.questions import list_further, tabulate_questions
from kamnb.display.account.running_year import plot_year, read_year
from kamnb.display.account.serving import tabulate_serving
from kamnb.display.account.story import say_head, say_place, say_story
from kamnb.display.account.tiles import list_tiles
from kamnb.display.parts.labels import spread_labels
from kamnb.display.parts.pictures import Picture
from kamnb.display.parts.sections import Heading, PageEnd
from kamnb.places import settings_file
from kamnb.scoring import Criteria

MOST = 300
"""Words on the first page, numbers not counted."""


def key_accounts(analysis):
    return analysis.accounts.index[analysis.accounts["key_account"].fillna(False).astype(bool)]


@pytest.fixture(scope="module")
def fronts(reviewed):
    """The first pages of the twelve key accounts of the sample, put together once."""
    with pytest.MonkeyPatch.context() as patch:
        leave_blank(patch)
        return {account: list(front.compose_front(reviewed, reviewed.plan(account))) for account in key_accounts(reviewed)}


def write(parts):
    html = " ".join(part._repr_html_() for part in parts if not isinstance(part, Picture))
    return unescape(re.sub("<[^>]*>", " ", html))


def test_the_first_page_has_at_most_three_hundred_words_and_ends(fronts):
    assert len(fronts) == 12
    for account, parts in fronts.items():
        words = [word for word in write(parts).split() if re.search(r"\w", word)]
        assert 120 < len(words) <= MOST, (account, len(words))
        assert isinstance(parts[-1], PageEnd) and sum(isinstance(part, PageEnd) for part in parts) == 1


def test_it_is_in_the_order_of_the_design_with_words_for_every_picture(fronts):
    for parts in fronts.values():
        heads = [part.text.split(",")[0].split(" to ")[0] for part in parts if isinstance(part, Heading)]
        assert heads == ["Decide", "The year", "Their goals", "Promises"]
        assert all(part.alt.endswith(".") for part in parts if isinstance(part, Picture))


def test_six_tiles_and_at_most_three_questions_each_with_owner_and_day(reviewed, fronts):
    for account in fronts:
        plan = reviewed.plan(account)
        assert len(list_tiles(reviewed, plan).tiles) == 6
        rows = tabulate_questions(reviewed, plan).rows
        assert 1 <= len(rows) <= 3
        assert all(row[1].endswith("?") and row[3] and re.fullmatch(r"\d+ \w{3}( \d{4})?", row[4]) for row in rows)


def test_the_questions_of_the_sample(reviewed):
    rows = {account: tabulate_questions(reviewed, reviewed.plan(account)).rows for account in ("0011038", "0011689")}
    assert rows["0011038"][0][1].startswith("Loses money: EUR 3,300 k of revenue leaves EUR −340 k after known costs")
    assert rows["0011038"][0][2:] == ("EUR 340 k profit a year", "Katrin Ahlers", "14 Jul")
    assert rows["0011689"][0][2] == "EUR 215 k cash" and "Pays 43 days late" in rows["0011689"][0][1]
    table = tabulate_questions(reviewed, reviewed.plan("0012158"))
    assert table.note == "And 13 more findings, EUR 23 k."


def test_what_is_not_asked_is_told_or_counted(reviewed):
    plan = reviewed.plan("0012158")
    lines = str(list_further(reviewed, plan, 3)).splitlines()
    assert len(lines) == 4 and lines[-1] == "And 10 more findings, not shown.", "their money is told above"
    assert list_further(reviewed, reviewed.plan("0011820"), 3) is None


def test_place_says_how_sure_it_is_and_a_person_who_overruled(reviewed):
    assert say_place(reviewed, reviewed.plan("0011745")) == "Star, 18 of 20 weightings near yours"
    assert say_place(reviewed, reviewed.plan("0010527")) == "Status, 14 of 20: too close to call against Streamline"
    assert say_place(reviewed, reviewed.plan("0012031")) == "Strategic, 1 of 20; the model says Star, with 19"
    assert say_place(reviewed, reviewed.plan("0013402")).startswith("Not placed")
    assert "next: check-point 17 Jul" in say_head(reviewed, reviewed.plan("0010417"))
    said = say_story(reviewed, reviewed.plan("0012031"))
    assert said.startswith("In the Strategic quadrant by Ulrike Conradi until 31 Dec, the model says Star")
    assert "since 23 Apr it moved here from the Strategic quadrant" in say_story(reviewed, reviewed.plan("0011689"))
    assert "since 23 Apr strength moved by −0.2: people reached −0.3 and" in say_story(reviewed, reviewed.plan("0013012"))
    assert "provisional" in say_story(reviewed, reviewed.plan("0013171"))


def test_a_story_without_an_earlier_day_has_no_change(analysis):
    assert "since" not in say_story(analysis, analysis.plan("0010417"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An account of which only a name and one invoice are known, and one of which nothing is."""
    model = Criteria.from_toml(settings_file("criteria.toml").read_text(encoding="utf-8"))
    lines = [{"account_id": "A", "date": "2026-06-30", "amount": 1234.5}]
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B", "name": "<b>Beta</b>"}]
    return analyse(make_portfolio(tmp_path_factory.mktemp("bare"), "2026-06-30", accounts=accounts, invoices=lines), model)


@pytest.mark.parametrize("account", ["A", "B"])
def test_what_is_unknown_is_said_to_be(bare, account, undrawn):
    text = write(front.compose_front(bare, bare.plan(account)))
    assert "nan" not in text.lower() and "None" not in text and "<b>" not in text
    tiles = {tile.label: tile for tile in list_tiles(bare, bare.plan(account)).tiles}
    assert tiles["Net profit"].value == tiles["Share of wallet"].value == tiles["Notice by"].value == "unknown"
    assert tabulate_serving(bare, bare.plan(account)) == "No goal of theirs and no initiative of ours is recorded."
    assert "Neither side has promised anything that falls due by 11 August 2026." in text


def boxes(ax):
    ax.figure.canvas.draw()
    return [(text.get_text(), Text.get_window_extent(text)) for text in ax.texts if text.get_text()]  # without its leader


def test_no_label_of_the_first_page_lies_on_another(reviewed, fronts):
    for account in fronts:
        plan = reviewed.plan(account)
        year, promises = read_year(reviewed, plan), list_promises(reviewed, plan).head(SHOWN)
        day = pd.Timestamp(reviewed.as_of)
        drawn = [plot_year(year, currency="EUR", width=4.12), plot_steps(list_steps(plan.facts), currency="EUR")]
        drawn += [plot_promises(promises, day, day + pd.Timedelta(weeks=6))] if len(promises) else []
        for ax in drawn:
            for (one, box), (other, its) in combinations(boxes(ax), 2):
                assert not box.overlaps(its), (account, one, other)
            plt.close(ax.figure)


def test_the_year_is_added_up_against_the_year_before(reviewed):
    plan = reviewed.plan("0010417")
    year = read_year(reviewed, plan)
    assert year.now.iloc[-1] == pytest.approx(plan.facts["revenue_ytd"]) and year.now.iloc[0] == 0
    months = plan.months["revenue"]
    assert year.before.iloc[-1] == pytest.approx(
        float(months[(months.index >= "2025-01-01") & (months.index < "2026-01-01")].sum())
    )
    assert year.now.index[-1] == pd.Timestamp("2026-06-30") and year.before.index[-1] == pd.Timestamp("2026-12-31")
    assert year.low < year.now.iloc[-1] + plan.facts["rest_last_year"] < year.high


def test_late_promises_come_first_the_latest_of_them_at_the_top(reviewed):
    rows = list_promises(reviewed, reviewed.plan("0011689"))
    assert list(rows["days_overdue"][:2]) == [88, 46]
    assert rows["days_overdue"].is_monotonic_decreasing


def test_labels_move_apart_as_little_as_may_be():
    found = spread_labels([5.0, 5.0, 5.0, 20.0], 2.0)
    assert sorted(found) == [3.0, 5.0, 7.0, 20.0]
    assert spread_labels([], 1.0) == [] and spread_labels([1.0, 3.0], 2.0) == [1.0, 3.0]

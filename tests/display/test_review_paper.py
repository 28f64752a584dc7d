"""The review: what is to be decided now in the order of the plans, what moved and why, what is due; short and honest."""

import re
from html import unescape

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.questions import tabulate_questions
from kamnb.display.parts.pictures import Picture
from kamnb.display.review import decide, due, effort, moved, paper, tiles, year
from kamnb.places import settings_file
from kamnb.scoring import Criteria

MOST = 400
"""Words on the first page, numbers and units not counted; the five questions alone are half of them."""


def write(parts):
    html = " ".join(part._repr_html_() for part in parts if not isinstance(part, Picture))
    return unescape(re.sub("<[^>]*>", " ", html))


@pytest.fixture(scope="module")
def first(reviewed):
    return list(paper.compose_decisions(reviewed))


def test_every_account_with_something_to_decide_now_is_on_the_first_page_the_most_money_first(reviewed, first):
    found = reviewed.findings
    urgent = set(found.loc[found["urgency"] == 1, "account_id"])
    listed = decide.list_urgent(reviewed)
    assert set(listed) == urgent and len(listed) == len(urgent) > decide.FULL
    most = found.groupby("account_id")["at_stake"].max().reindex(listed).fillna(0.0)
    assert most.is_monotonic_decreasing
    rows = [*decide.tabulate_first(reviewed).rows, *decide.tabulate_next(reviewed).rows]
    assert [row[0].split("…")[0].split(" (")[0] for row in rows] == [
        name if len(name) <= 32 else row[0].split("…")[0] for name, row in zip(reviewed.names[listed], rows, strict=True)
    ]
    assert sum(row[1] in write(first) for row in rows) == len(rows)


def test_the_five_are_asked_as_their_plans_ask_first_with_money_person_and_day(reviewed):
    rows = decide.tabulate_first(reviewed).rows
    assert len(rows) == decide.FULL
    for account, row in zip(decide.list_urgent(reviewed), rows, strict=False):
        asked = tabulate_questions(reviewed, reviewed.plan(account)).rows[0]
        assert row[1].startswith(asked[1]) and row[2:] == asked[2:]


def test_what_is_cut_is_counted(reviewed, monkeypatch):
    monkeypatch.setattr(decide, "ROWS", 2)
    table = decide.tabulate_next(reviewed)
    assert len(table.rows) == 2 and re.match(
        r"And 5 more accounts with something to decide now, EUR \d+ k at stake\.", table.note
    )
    assert str(decide.say_later(reviewed)).startswith(
        "21 more accounts to decide later, first Quillhaven Cell Therapies Inc. (EUR 270 k"
    )


def test_the_first_page_is_short(first):
    words = [word for word in write(first).split() if re.search(r"[^\W\d_]", word) and word not in ("EUR", "k")]
    assert 200 < len(words) <= MOST


def test_what_moved_names_its_cause_and_how_many_more_moved(reviewed):
    table = moved.tabulate_moved(reviewed)
    assert table.rows[0] == (
        "Kőrösvár Gyógyszer Zrt.", "Strategic to Status (attractiveness 5.1 to 4.2)",
        "weighted pipeline −0.9 (a deal that was won left it)",
    )  # fmt: skip
    places = reviewed.changes.places
    gaps = pd.concat(
        [(places[f"{axis}_now"] - places[f"{axis}_before"]).abs() for axis in ("attractiveness", "strength")], axis=1
    )
    crossed = places["placed_before"].fillna("") != places["placed_now"].fillna("")
    count = int((crossed | (gaps.max(axis=1).round(9) >= 0.1)).sum())
    assert table.note == f"{count - moved.MOVES} more accounts moved by 0.1 points or more."
    assert "Overdue: EUR 2,368 k to EUR 591 k" in moved.list_news(reviewed)


def test_the_year_is_that_of_accounts_with_a_target_and_says_what_is_not_drawn(reviewed):
    facts = reviewed.plan_facts
    aimed = facts[facts["gap_to_target"].notna() & (facts["target_to_date"] > 0)].index
    known = [account for account in aimed if account in reviewed.months.index.get_level_values("account_id")]
    money = facts.loc[known, "target_year"].sum()
    assert f"target of the year EUR {money / 1e3:,.0f} k" in year.picture_year(reviewed).alt
    assert year.say_left_out(reviewed) == "Not drawn: 1 account whose months are not all known, EUR 167 k to date."


def test_what_is_due_comes_latest_first_and_counts_the_rest(reviewed):
    table = due.tabulate_due(reviewed)
    actions = reviewed.records.schedule
    days = actions[actions["is_open"].astype(bool)]["days_overdue"]
    assert table.caption.startswith(f"{(days > 0).sum()} promises late, ")
    assert [row[3] for row in table.rows[:2]] == ["88 days late", "81 days late"]
    lines = str(due.list_dates(reviewed)).splitlines()
    assert lines[0] == "Contract lapsed: Ostermark Polska Sp. z o.o. (31 Mar)."
    assert lines[1] == "Next notice date: Helvion Diagnostics AG, 30 Sep."
    assert lines[2].startswith("4 of 7 decisions carried out in time; overdue at Norrsund")


def test_the_hours_to_move_are_those_of_the_programme(reviewed):
    table = effort.tabulate_effort(reviewed)
    hours = reviewed.programme.moves["hours"].sum()
    left = re.match(r"3 more accounts, (\d+) hours\.", table.note)
    assert table.caption == f"{hours} hours a year to move"
    assert sum(int(row[2]) for row in table.rows) + int(left[1]) == hours


MODEL = settings_file("criteria.toml")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Two accounts of which only one invoice is known: no review, target, action, contract or effort."""
    model = Criteria.from_toml(MODEL.read_text(encoding="utf-8"))
    lines = [{"account_id": "A", "date": "2026-06-30", "amount": 1234.5}]
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B", "name": "<b>Beta</b>"}]
    return analyse(make_portfolio(tmp_path_factory.mktemp("bare"), "2026-06-30", accounts=accounts, invoices=lines), model)


def test_a_review_of_next_to_nothing_is_short_and_says_what_is_unknown(bare):
    parts = [
        *paper.compose_decisions(bare), moved.tabulate_moved(bare), due.tabulate_due(bare), due.list_dates(bare),
        effort.tabulate_effort(bare),
    ]  # fmt: skip
    text = write(parts)
    assert "nan" not in text.lower() and "None" not in text and "<b>" not in text
    for said in (
        "No targets are given", "No earlier review is recorded", "no actions table", "No decisions of an earlier meeting",
        "Which hours to move is unknown",
    ):  # fmt: skip
        assert said in text
    assert [tile.value for tile in tiles.list_tiles(bare).tiles[2:4]] == ["unknown", "unknown"]
    assert moved.list_news(bare) is None and effort.say_quadrants(bare) is None

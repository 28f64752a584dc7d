"""The customer's copy: what was agreed and promised, and not a word of what we think of the customer."""

import re

from internal import find_internal
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account import customer_copy as show
from kamnb.scoring import Criteria

SECTIONS = ("show_head", "show_goals", "show_objectives", "show_actions", "show_deliveries")
MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")


def read_copy(analysis, account, shown):
    plan = analysis.plan(account)
    shown.clear()
    for name in SECTIONS:
        section = getattr(show, name)
        section(plan) if name == "show_deliveries" else section(analysis, plan)
    return "\n".join(repr(part) + getattr(part, "alt", "") for part in shown)


def test_the_check_of_words_finds_them():
    assert find_internal("Its Score is high; the stage is Tactical.") == ["score", "stage"]


def test_no_copy_of_the_sample_holds_an_internal_word(analysis, shown):
    found = {account: find_internal(read_copy(analysis, account, shown)) for account in analysis.accounts.index}
    assert {account: words for account, words in found.items() if words} == {}


def test_no_copy_of_the_sample_names_another_customer(analysis, shown):
    names = {account: name for account, name in analysis.names.items() if not analysis.names.drop(account).eq(name).any()}
    for account in analysis.accounts.index:
        text = read_copy(analysis, account, shown)
        family = {
            account,
            *analysis.accounts.index[analysis.accounts["parent_id"] == account],
            analysis.accounts["parent_id"][account],
        }
        others = [name for other, name in names.items() if other not in family and name in text]
        assert others == [], f"the copy of {account} names {others}"


OBJECTIVES = [
    {"objective_id": "1", "account_id": "A", "title": "Agreed", "agreed_on": "2026-01-01", "due": "2026-12-31"},
    {"objective_id": "2", "account_id": "A", "title": "Hoped for"},
    {"objective_id": "3", "account_id": "B", "title": "Of another", "agreed_on": "2026-01-01"},
]


def act(number, **more):
    row = {"action_id": str(number), "objective_id": "1", "title": f"act {number}", "ours": True, "due": "2026-09-01"}
    return row | {"checkpoint": False} | more


def test_only_what_was_agreed_and_told_is_in_the_copy(tmp_path, shown):
    actions = [
        act(1, ours=False), act(2, checkpoint=True), act(3, checkpoint=True, customer_informed_on="2026-05-01"),
        act(4, objective_id="2"), act(5, objective_id="3"), act(6, done_on="2026-02-01"), act(7, done_on="2025-06-30"),
        act(8, status="cancelled"), act(9, due="2026-06-01"),
    ]  # fmt: skip
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B", "name": "Beta"}]
    portfolio = make_portfolio(tmp_path, "2026-06-30", accounts=accounts, objectives=OBJECTIVES, actions=actions)
    text = read_copy(analyse(portfolio, MODEL), "A", shown)
    assert "Agreed" in text and "Hoped for" not in text and "Of another" not in text
    assert [number for number in range(1, 10) if f"act {number}" in text] == [1, 3, 6, 9]
    assert "act 3 (check-point)" in text and "done 1 Feb 2026" in text and "overdue" in text
    assert re.search(r"act 1 +Alpha", text) and re.search(r"act 6 +we", text)


def test_an_account_of_which_nothing_was_agreed_gets_a_copy_that_is_not_wrong(tmp_path, shown):
    text = read_copy(
        analyse(make_portfolio(tmp_path, "2026-06-30", accounts=[{"account_id": "A", "name": "Alpha"}]), MODEL), "A", shown
    )
    assert "Alpha" in text and "As of 30 June 2026." in text

"""Groups whose parts are accounts of their own: subsidiaries beside their parent, and the parent named by each."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.group import list_parts, name_parent, say_group, tabulate_group, tabulate_group_space
from kamnb.display.account.plan import say_about
from kamnb.places import settings_file
from kamnb.scoring import Criteria

HOLDING, CHILDREN = "0010523", ("0010524", "0010525", "0010526", "0010527")


def read(table, column):
    place = [head.text for head in table.heads].index(column)
    return [float(row[place]) if row[place] else None for row in table.values]


def test_a_parent_shows_itself_and_its_subsidiaries_the_largest_first_with_what_the_facts_say(analysis):
    table = tabulate_group(analysis, HOLDING)
    facts = analysis.plan_facts
    assert [row[0].split("…")[0] for row in table.rows] == [
        analysis.names[account][: len(row[0].split("…")[0])]
        for account, row in zip((HOLDING, *CHILDREN), table.rows, strict=True)
    ]
    assert read(table, "Revenue LTM") == pytest.approx([facts.loc[each, "revenue_ltm"] / 1e3 for each in (HOLDING, *CHILDREN)])
    assert read(table, "People reached") == [facts.loc[each, "people_reached"] for each in (HOLDING, *CHILDREN)]
    assert [row[2] for row in table.rows] == ["Strategic", "Star", "Strategic", "Star", "Status"]
    total = facts.loc[[HOLDING, *CHILDREN], "revenue_ltm"].sum()
    assert table.note == f"Together EUR {total / 1e3:,.0f} k in twelve months."


def test_the_white_space_of_the_group_is_that_of_its_accounts_by_offering(analysis):
    table = tabulate_group_space(analysis, HOLDING)
    space = analysis.records.white_space
    own = space[space["account_id"].isin([HOLDING, *CHILDREN])]
    sums = own.groupby("offering")["room_likely"].sum().sort_values(ascending=False)
    assert [head.text for head in table.heads[1:-1]] == list(sums.index[:4])
    for account, row in zip((HOLDING, *CHILDREN), table.values, strict=True):
        known = own[own["account_id"] == account].set_index("offering")["room_likely"]
        assert [float(cell) if cell else None for cell in row[1:-1]] == [
            pytest.approx(known[name] / 1e3) if pd.notna(known.get(name)) else None for name in sums.index[:4]
        ]
        assert float(row[-1]) == pytest.approx(known.sum() / 1e3), "the sum is over all offerings"
    left = int((sums > 0).sum()) - 4
    assert table.note.endswith(f" {left} more offerings in the sum only.")


def test_a_child_names_its_group_and_an_account_of_none_says_nothing(analysis):
    assert "0010526 · part of Ostermark Feinchemie Holding SE · account manager" in say_about(analysis, "0010526")
    assert say_group(analysis, "0010526") == (
        "The group of Ostermark Feinchemie Holding SE is 5 accounts here; it buys EUR 5,850 k in twelve months."
    )
    assert "part of" not in say_about(analysis, HOLDING) and say_group(analysis, HOLDING) is None
    assert list_parts(analysis, "0010417") == []


def test_of_a_group_of_which_little_is_known_that_is_said(tmp_path):
    model = Criteria.from_toml(settings_file("criteria.toml").read_text(encoding="utf-8"))
    accounts = [
        {"account_id": "A", "name": "Alpha", "parent_id": None}, {"account_id": "B", "name": "Beta", "parent_id": "A"},
        {"account_id": "C", "name": "Gamma", "parent_id": "B"}, {"account_id": "D", "name": "Delta", "parent_id": "elsewhere"},
    ]  # fmt: skip
    bare = analyse(make_portfolio(tmp_path, "2026-06-30", accounts=accounts), model)
    assert name_parent(bare, "C") == "part of Beta, group of Alpha" and name_parent(bare, "D") == "part of elsewhere"
    assert say_group(bare, "D") is None
    assert "nan" not in f"{say_group(bare, 'C')}{tabulate_group(bare, 'A')}"
    assert [row[0] for row in tabulate_group(bare, "A").rows] == ["Alpha", "Beta", "Gamma"]
    assert tabulate_group_space(bare, "A") is None
    assert say_group(bare, "C") == "The group of Alpha is 3 accounts here; what they buy is unknown."

"""Conditions on the columns of scores.csv: parsed, judged with unknown values, refused in words."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamnb.errors import SettingsError
from kamnb.reports.choice import choose_accounts
from kamnb.reports.condition import meet_condition

FRAME = pd.DataFrame(
    {
        "placed": ["star", "status", None, "strategic"], "account_manager": ["M01", "M03", "M03", None],
        "revenue_ltm": [5.0, 9.0, None, -7.0], "revenue_prior": [5.0, 10.0, 1.0, None], "is_late": [True, False, True, False],
    },
    index=pd.Index(["A", "B", "C", "D"], name="account_id"),
)  # fmt: skip
YES, NO, OPEN = True, False, None


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("placed == 'star'", [YES, NO, OPEN, NO]),
        ("placed != 'star'", [NO, YES, OPEN, YES]),
        ("'star' == placed", [YES, NO, OPEN, NO]),
        ("revenue_ltm > 5", [NO, YES, OPEN, NO]),
        ("5 < revenue_ltm", [NO, YES, OPEN, NO]),
        ("5 <= revenue_ltm < 9", [YES, NO, OPEN, NO]),
        ("revenue_ltm >= -7", [YES, YES, OPEN, YES]),
        ("revenue_ltm < revenue_prior", [NO, YES, OPEN, OPEN]),
        ("placed in ('star', 'status')", [YES, YES, OPEN, NO]),
        ("placed not in ['star']", [NO, YES, OPEN, YES]),
        ("placed is None", [NO, NO, YES, NO]),
        ("placed is not None", [YES, YES, NO, YES]),
        ("not placed == 'star'", [NO, YES, OPEN, YES]),
        ("placed == 'star' or account_manager == 'M03'", [YES, YES, YES, OPEN]),
        ("placed == 'status' and account_manager == 'M03'", [NO, YES, OPEN, NO]),
        ("placed == 'star' and (revenue_ltm > 4 or revenue_prior > 9)", [YES, NO, OPEN, NO]),
        ("is_late", [YES, NO, YES, NO]),
        ("not is_late and account_id != 'D'", [NO, YES, NO, NO]),
        ("account_id in {'A', 'D'}", [YES, NO, NO, YES]),
        ("placed > 'star'", [NO, YES, OPEN, YES]),
    ],
)
def test_a_condition_is_met_is_not_or_is_left_open(text, met):
    assert [None if pd.isna(each) else bool(each) for each in meet_condition(FRAME, text)] == met


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("placd == 'star' and revenu > 1", r'no column "placd" in scores.csv; close are placed(.|\n)*no column "revenu"'),
        ("placed == ", "cannot be read; write it as in"),
        ("placed = 'star'", "cannot be read"),
        ("placed == 5", "placed is text, 5 is not"),
        ("revenue_ltm == '5'", "revenue_ltm is a number, '5' is not"),
        ("placed < revenue_ltm", '"revenue_ltm" cannot stand there'),
        ("placed", '"placed" cannot stand there'),
        ("5 > 4", '"5" cannot stand there'),
        ("placed is 'star'", "cannot stand there"),
        ("placed == 'star' and 1", '"1" cannot stand there'),
        ("placed in 'star'", "cannot stand there"),
        ("__import__('os').system('touch hacked')", 'no column "__import__"'),
        ("placed.upper() == 'STAR'", "cannot stand there"),
        ("(lambda: 1)() == placed", "cannot stand there"),
        ("revenue_ltm + 1 > 2", "cannot stand there"),
        ("[x for x in placed]", 'no column "x"'),
        ("(" * 5000 + "placed" + ")" * 5000, "cannot be read"),
    ],
)
def test_what_is_no_condition_is_refused_in_words(text, fault):
    with pytest.raises(SettingsError, match=fault):
        meet_condition(FRAME, text)


@given(st.text(max_size=30))
def test_any_text_is_a_condition_or_refused(text):
    try:
        assert len(meet_condition(FRAME, text)) == len(FRAME)
    except SettingsError as error:
        assert "--where" in str(error)


def test_accounts_are_chosen_among_all_and_then_the_largest(analysis):
    placed = analysis.scores["placed"]
    said = []
    chosen = choose_accounts(analysis, where="placed == 'strategic' and account_manager == 'M02'", say=said.append)
    own = analysis.accounts["account_manager"] == "M02"
    assert chosen == list(analysis.accounts.index[placed.eq("strategic") & own]) and chosen
    assert said == ["left out because a value is unknown: 1 of 33 accounts"], "one of M02 is not placed"
    largest = analysis.indicators.loc[placed.eq("star"), "revenue_ltm"].nlargest(2).index
    assert choose_accounts(analysis, top=2, where="placed == 'star'", say=said.append) == list(largest)
    assert choose_accounts(analysis, ("0010417", "0011502"), where="placed == 'star'", say=said.append) == ["0011502"]


def test_a_condition_that_none_meets_is_refused(analysis):
    with pytest.raises(SettingsError, match="none of 33 accounts meets it"):
        choose_accounts(analysis, where="revenue_ltm > 1e12", say=lambda line: None)

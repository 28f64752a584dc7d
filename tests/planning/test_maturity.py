"""Maturity of the programme: its assessments, and what the next level asks."""

import pandas as pd
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.programme import programme as show
from kamnb.planning.programme import (
    ProgrammeSettings,
    assess_maturity,
)
from kamnb.scoring import Criteria

DAY = "2026-06-30"
MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")
SETTINGS = ProgrammeSettings.load()


# maturity


def assess(folder, *rows):
    columns = ("dimension", "level", "assessed_on", "assessed_by", "comment")
    table = [dict(zip(columns, row, strict=False)) for row in rows]
    return make_portfolio(folder, DAY, accounts=[{"account_id": "A"}], **({"maturity": table} if table else {}))


def test_maturity_takes_the_last_assessment_and_keeps_the_years_before(tmp_path):
    portfolio = assess(
        tmp_path, ("plans", 1, "2023-11-01"), ("plans", 3, "2025-05-01", "Ann", "one form"), ("people", 2, "2026-01-10"),
        ("people", 5, "2026-07-01"),
    )  # fmt: skip
    found = assess_maturity(portfolio, SETTINGS.maturity)
    assert found.index.tolist()[:2] == ["people", "plans"] and found["level"].tolist()[:2] == [2, 3], "July is to come"
    assert found.loc["plans", [2022, 2023, 2024, 2025, 2026]].fillna(0).tolist() == [0, 1, 1, 3, 3]
    assert found.loc["plans", ["assessed_by", "comment", "is_stale"]].tolist() == ["Ann", "one form", True]
    assert found.loc["people", "is_stale"] is False
    assert found.loc["plans", "next"].startswith("Plans begin with the customer's goals")
    assert pd.isna(found.loc["selection", "level"]) and found.loc["selection", "next"].startswith("Key accounts are the largest")


def test_the_highest_level_has_no_next_step(tmp_path):
    found = assess_maturity(assess(tmp_path, ("plans", 5, "2026-01-10")), SETTINGS.maturity)
    assert found.loc["plans", "next"] is None and found.loc["plans", "now"].startswith("Plans are worked on with the customer")


def test_a_dimension_that_nobody_described_is_told(tmp_path):
    analysis = analyse(assess(tmp_path, ("plans", 2, "2026-01-10"), ("luck", 5, "2026-01-10")), MODEL)
    assert "not described in programme.toml: luck" in str(show.say_maturity(analysis))
    assert "level 2.0 of 5 on average over 1 dimension" in str(show.say_maturity(analysis))


def test_a_programme_that_was_never_assessed_says_what_to_give(tmp_path):
    said = str(show.say_maturity(analyse(assess(tmp_path), MODEL)))
    assert said.startswith("The programme was never assessed: give maturity.csv a level from 1 to 5 of selection, plans")

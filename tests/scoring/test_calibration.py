"""A first model of one's own: money anchors at the portfolio's percentiles, all else as in the template."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trying import try_examples

from kamnb.indicators import INDICATORS
from kamnb.places import settings_file
from kamnb.scoring import Criteria, calibrate_criteria, load_criteria

TEMPLATE = settings_file("criteria.toml")
MONEY = {"annual_spend", "weighted_pipeline", "target_year", "revenue_ltm"}


def indicators(**columns):
    unknown = pd.DataFrame(np.nan, index=range(len(next(iter(columns.values())))), columns=list(INDICATORS))
    return unknown.assign(**columns)


def anchors_of(text):
    return {each.name: each.anchors for _, each in Criteria.from_toml(text).listed()}


def line_of(text, name):
    lines = text[text.index(f".{name}]") :].splitlines()
    return next(line for line in lines if line.startswith("anchors"))


def test_money_anchors_are_the_10th_50th_and_90th_percentile():
    text = calibrate_criteria(indicators(annual_spend=np.arange(1, 102) * 1000.0), TEMPLATE).text
    assert anchors_of(text)["annual_spend"] == ((11_000, 0), (51_000, 5), (91_000, 10))
    assert (
        line_of(text, "annual_spend")
        == "anchors = [[11_000, 0], [51_000, 5], [91_000, 10]] # percentiles of 101 accounts above zero"
    )
    assert "10th, 50th and 90th percentile" in text.splitlines()[0]


def test_all_else_stays_as_in_the_template_comments_too():
    text = calibrate_criteria(
        indicators(annual_spend=[1.0, 20.0, 300.0] * 4, order_regularity=[0.1, 0.2, 0.3] * 4), TEMPLATE
    ).text
    default, own = load_criteria(TEMPLATE), Criteria.from_toml(text)
    changed = {each.name for _, each in default.listed() if each.anchors != anchors_of(text)[each.name]}
    assert changed == {"annual_spend"}
    assert [(each.name, each.weight) for _, each in own.listed()] == [(each.name, each.weight) for _, each in default.listed()]
    comments = [line.partition("#")[2] for line in TEMPLATE.read_text(encoding="utf-8").splitlines() if "#" in line]
    assert all(comment in text for comment in comments)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([np.nan, np.nan, np.nan], "not calibrated: unknown for every account here"),
        ([0.0, 0.0, -5.0], "not calibrated: above zero for no account here"),
        ([70.0] * 12, "not calibrated: the accounts are alike: 70, 70, 70"),
        ([90.0, 95.0, 100.0, 105.0] * 5, "not calibrated: the accounts are alike: 90, 98, 100"),
        ([0.0, np.nan, 70.0], "not calibrated: only 1 account above zero, 10 are needed"),
        ([1.0, 20.0, 300.0] * 3, "not calibrated: only 9 accounts above zero, 10 are needed"),
    ],
)
def test_where_percentiles_do_not_tell_the_template_stands_and_that_is_said(values, said):
    text = calibrate_criteria(indicators(annual_spend=values), TEMPLATE).text
    assert line_of(text, "annual_spend").endswith(f"# {said}")
    assert anchors_of(text)["annual_spend"] == anchors_of(TEMPLATE.read_text(encoding="utf-8"))["annual_spend"]


def test_where_most_bought_once_the_different_values_give_anchors_that_rise():
    found = calibrate_criteria(indicators(revenue_ltm=[1000.0] * 190 + [2000.0, 5000.0, 9000.0, 14_000.0, 20_000.0]), TEMPLATE)
    low, middle, high = anchors_of(found.text)["revenue_ltm"]
    assert 1000 <= low[0] < middle[0] < high[0] <= 20_000
    assert "percentiles of the different values of 195 accounts" in line_of(found.text, "revenue_ltm")
    assert found.fitted == ("revenue_ltm",) and set(found.left) == MONEY - {"revenue_ltm"}
    assert found.say_left() == ("not calibrated: annual spend, weighted pipeline, target year (unknown for every account here)")


@try_examples(40)
@given(st.lists(st.one_of(st.just(float("nan")), st.floats(-1e3, 1e12)), min_size=1, max_size=40))
def test_every_result_is_a_model_and_the_same_each_time(values):
    given = indicators(annual_spend=values, revenue_ltm=values[::-1])
    text = calibrate_criteria(given, TEMPLATE).text
    assert text == calibrate_criteria(given, TEMPLATE).text
    assert {each.name for _, each in Criteria.from_toml(text).listed()} >= MONEY
    tomllib.loads(text)


def test_the_packaged_model_has_its_money_where_calibration_finds_it():
    text = calibrate_criteria(indicators(**{name: [10.0, 200.0, 3000.0, 40_000.0] * 3 for name in MONEY}), TEMPLATE).text
    assert text.count("percentiles of 12 accounts above zero") == len(MONEY)

"""A model on trial: weights brought to 100, who moves, and the file that it is saved to."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamnb.errors import SettingsError
from kamnb.places import settings_file
from kamnb.scoring import Criteria, load_criteria, score_accounts
from kamnb.scoring.moves import find_moves
from kamnb.scoring.revision import list_changes, save_revision
from kamnb.scoring.trial import begin_trial, list_modes, normalise

MODEL = settings_file("criteria.toml")
TEXT = MODEL.read_text(encoding="utf-8")
WHO = {"by": "Kim", "on": date(2026, 6, 30), "why": "growth counts more"}


def shares(model):
    return {(axis, each.name): each.share for axis, each in model.listed()}


@pytest.fixture
def trial():
    return begin_trial(load_criteria(MODEL))


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1e6), min_size=1, max_size=8))
def test_weights_sum_to_100_and_keep_their_order(weights):
    if sum(weights.values()) == 0:
        with pytest.raises(SettingsError, match="nothing"):
            normalise(weights, "nothing")
        return
    found = normalise(weights, "nothing")
    assert round(sum(found.values()), 9) == 100 and all(weight >= 0 for weight in found.values())
    assert all(abs(found[key] - 100 * weights[key] / sum(weights.values())) < 0.0101 for key in weights)


def test_a_trial_that_changes_nothing_is_the_model_itself(trial):
    assert trial.build() == trial.base and list_changes(trial) == []
    assert trial.set_group("attractiveness", "size", 45).build() == trial.base


def test_shares_are_those_of_the_weights_tried(trial):
    model = trial.set_group("strength", "view", 20).set_weight("trust", 70).build()
    found = {each.name: each.share for each in model.axes["strength"] if not each.stands_in}
    assert sum(found.values()) == pytest.approx(1) and found["people_reached"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["trust"] == pytest.approx(1 / 3 * 0.5, abs=1e-4)
    standing = [each.share for each in model.axes["strength"] if each.stands_in]
    assert sum(standing) == pytest.approx(1)


def test_nothing_with_weight_is_refused(trial):
    for group in ("size", "growth", "outlook"):
        trial = trial.set_group("attractiveness", group, 0)
    with pytest.raises(SettingsError, match="attractiveness: no group has any weight"):
        trial.build()


def test_strength_measured_another_way_has_its_own_cut(trial):
    assert list_modes(trial.base) == ["points", "relative", "stage"]
    assert trial.set_mode("relative").build().cut["strength"] == 1.0
    assert trial.set_cut("strength", 6).set_mode("stage").set_mode("points").cut["strength"] == 5.0
    bare = Criteria.from_toml("[strength.a]\nweight = 100\nrevenue_ltm = { weight = 100, anchors = [[0, 0], [1, 10]] }")
    assert list_modes(bare) == ["points", "stage"]


def test_who_moves():
    model = Criteria.from_toml(
        "[attractiveness.a]\nweight = 100\nrevenue_ltm = { weight = 50, anchors = [[0, 0], [10, 10]] }\n"
        "own_growth = { weight = 50, anchors = [[0, 0], [10, 10]] }\n"
        '[strength.b]\nweight = 100\ntrust = { from = "ratings", weight = 100 }'
    )
    facts = pd.DataFrame(
        {"revenue_ltm": [9.0, 1.0, 5.0], "own_growth": [0.0, 8.0, 5.0], "trust": [7.0, 7.0, None]}, index=list("ABC")
    )
    before = score_accounts(facts, model).assign(placed=lambda frame: frame["quadrant"])
    tried = begin_trial(model).set_weight("own_growth", 25).build()
    after = score_accounts(facts, tried).assign(placed=lambda frame: frame["quadrant"])
    moves = find_moves(before, after)
    assert moves[["placed_before", "placed_after"]].to_dict("index") == {
        "A": {"placed_before": "status", "placed_after": "strategic"}
    }
    assert moves.loc["A", ["attractiveness_before", "attractiveness_after"]].tolist() == pytest.approx([4.5, 6.0], abs=0.001)


def test_what_is_saved_scores_as_what_was_tried_and_keeps_every_comment(trial, tmp_path):
    tried = trial.set_group("attractiveness", "growth", 60).set_weight("trust", 11).set_cut("strength", 6.5)
    target = tmp_path / "criteria.growth.toml"
    changes = save_revision(target, TEXT, tried, **WHO)
    text = target.read_text(encoding="utf-8")
    saved, model = load_criteria(target), tried.build()
    assert shares(saved) == pytest.approx(shares(model), abs=1e-12) and saved.cut == model.cut
    comments = [line[line.index("#") :].strip() for line in TEXT.splitlines() if "#" in line]
    assert len(comments) > 20 and all(comment in text for comment in comments)
    assert "[[revisions]]" in text and 'by = "Kim"' in text and "growth counts more" in text
    assert "attractiveness.growth 30 -> 46.15" in changes and "cut of strength 5 -> 6.5" in changes
    again = begin_trial(saved).set_cut("strength", 5)
    save_revision(tmp_path / "criteria.2.toml", text, again, **WHO)
    assert (tmp_path / "criteria.2.toml").read_text().count("[[revisions]]") == 2


def test_other_ways_are_saved_too(trial, tmp_path):
    from dataclasses import replace

    save_revision(tmp_path / "a.toml", TEXT, replace(trial.set_mode("relative"), orientation="left"), **WHO)
    saved = load_criteria(tmp_path / "a.toml")
    assert (saved.strength_mode, saved.orientation, saved.cut["strength"]) == ("relative", "left", 1.0)


def test_groups_that_sum_to_100_only_with_those_that_stand_in(tmp_path):
    text = "".join(
        f"[attractiveness.{name}]\nweight = {weight}\n{more}{fact} = {{ weight = 100, anchors = [[0, 0], [1, 10]] }}\n"
        for name, weight, fact, more in (
            ("size", 40, "annual_spend", ""),
            ("growth", 30, "own_growth", ""),
            ("sales", 30, "revenue_ltm", "stands_in = true\n"),
        )
    )
    trial = begin_trial(Criteria.from_toml(text)).set_group("attractiveness", "size", 80)
    save_revision(tmp_path / "a.toml", text, trial, **WHO)
    assert shares(load_criteria(tmp_path / "a.toml")) == pytest.approx(shares(trial.build()), abs=1e-12)


def test_a_criterion_on_both_axes_is_found_in_its_file(tmp_path):
    anchors = "anchors = [[0, 0], [1, 10]]"
    rows = f"weight = 100\nrevenue_ltm = {{ weight = 60, {anchors} }}\ntenure = {{ weight = 40, {anchors} }}\n"
    text = f"[attractiveness.a]\n{rows}[strength.b]\n{rows}"
    trial = begin_trial(Criteria.from_toml(text)).set_weight("strength_tenure", 60)
    save_revision(tmp_path / "a.toml", text, trial, **WHO)
    assert shares(load_criteria(tmp_path / "a.toml")) == pytest.approx(shares(trial.build()), abs=1e-12)


def test_nothing_is_overwritten_silently_and_every_lack_is_said_at_once(trial, tmp_path):
    target = tmp_path / "criteria.toml"
    target.write_text(TEXT, encoding="utf-8")
    tried = trial.set_cut("strength", 6)
    with pytest.raises(SettingsError, match="is there already"):
        save_revision(target, TEXT, tried, **WHO)
    assert target.read_text(encoding="utf-8") == TEXT
    save_revision(target, TEXT, tried, **WHO, replace=True)
    assert load_criteria(target).cut["strength"] == 6
    with pytest.raises(SettingsError) as refused:
        save_revision(tmp_path / "a.txt", TEXT, trial, by=" ", on=date(2026, 6, 30), why="")
    assert len(refused.value.faults) == 4 and not (tmp_path / "a.txt").exists()

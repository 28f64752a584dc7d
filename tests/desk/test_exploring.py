"""Exploring weights without a browser: every step is a function, and the widgets only call it."""

import shlex
import shutil
import tomllib
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd
import pytest
from desks import control, copy_sample

from kamnb.data.appending import read_entries
from kamnb.desk.exploration import begin_exploration
from kamnb.desk.explore import Desk, write_setting
from kamnb.display.confidence.words import explain_place
from kamnb.errors import DataError, SettingsError
from kamnb.scoring import load_criteria
from kamnb.scoring.overrides import choose_places

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explore") / "our data"
    copy_sample(folder)
    return folder


@pytest.fixture(scope="module")
def opened(data):
    return begin_exploration(str(data))


@pytest.fixture
def exploration(opened, data):
    """The sample as opened, nothing tried; opening takes longer than all else."""
    if opened.model.source != str(data / "criteria.toml"):
        opened.load_model("criteria.toml")
    opened.reset()
    opened.steps.clear()
    opened.filters, opened.picked = {}, ""
    return opened


@pytest.fixture
def desk(exploration):
    return Desk(exploration, DAY)


def test_what_is_tried_scores_as_the_model_that_would_be_saved(exploration):
    exploration.try_model(exploration.trial.set_group("attractiveness", "growth", 90).set_cut("strength", 6))
    assert len(exploration.moves) > 0
    exploration.save_model("criteria.tried.toml", by="Kim", on=DAY, why="growth counts more")
    scores, moves = exploration.tried.scores.copy(), exploration.moves
    exploration.load_model("criteria.tried.toml")
    assert exploration.moves.empty and exploration.trial.base.cut["strength"] == 6
    columns = ["attractiveness", "strength"]
    pd.testing.assert_frame_equal(exploration.analysis.scores[columns], scores[columns], atol=1e-9)
    assert exploration.analysis.scores["placed"].equals(scores["placed"]) and len(moves)
    (exploration.home / "criteria.tried.toml").unlink()


def test_how_sure_a_place_is_follows_the_sliders(exploration):
    assert explain_place(exploration.view(), "0010524").startswith("Of 20 weightings and ratings near yours 14 lead to Star")
    exploration.try_model(exploration.trial.set_group("strength", "share", 90))
    tried = exploration.view().confidence.count("0010524")
    assert next(iter(tried)) == exploration.tried.scores.loc["0010524", "quadrant"] == "strategic"
    exploration.undo()
    assert exploration.view().confidence.count("0010524") == {"star": 14, "strategic": 6}


def test_steps_can_be_taken_back(exploration):
    first = exploration.trial
    for weight in (50, 60, 60, 70):
        exploration.try_model(exploration.trial.set_group("attractiveness", "size", weight))
    assert len(exploration.steps) == 3, "a step that changes nothing is none"
    exploration.undo()
    assert exploration.trial.groups["attractiveness", "size"] == 60
    exploration.reset()
    assert exploration.trial == first and exploration.undo() and exploration.trial.groups["attractiveness", "size"] == 60
    while exploration.undo():
        pass
    assert exploration.trial == first


def test_a_model_without_weight_is_refused_and_the_last_one_stays(exploration):
    trial = exploration.trial
    for group in ("size", "growth", "outlook"):
        trial = trial.set_group("attractiveness", group, 0)
    with pytest.raises(SettingsError, match="no group has any weight"):
        exploration.try_model(trial)
    assert exploration.moves.empty


def test_filters_narrow_what_is_shown(exploration):
    assert set(exploration.list_values("region")) == set(exploration.analysis.accounts["region"].dropna())
    assert "Katrin Ahlers" in exploration.list_values("account_manager")
    exploration.filters = {"account_manager": "Katrin Ahlers", "region": "North"}
    rows = exploration.analysis.accounts.loc[exploration.shown]
    assert 0 < len(rows) < 33 and set(rows["account_manager"]) == {"M01"} and set(rows["region"]) == {"North"}


def test_another_day_is_the_portfolio_of_that_day(exploration):
    before = exploration.analysis.scores["attractiveness"].copy()
    exploration.show_day(date(2025, 12, 31))
    assert exploration.analysis.as_of == date(2025, 12, 31) and exploration.moves.empty
    assert not exploration.analysis.scores["attractiveness"].equals(before)
    exploration.show_day(DAY)
    pd.testing.assert_series_equal(exploration.analysis.scores["attractiveness"], before)


def test_a_place_that_a_person_gives_is_an_entry_and_counts(exploration, data):
    account = "0012031"
    given = {"by": "Kim Vogel", "on": DAY, "reason": "the board decides in May", "expires": date(2026, 12, 31)}
    exploration.overrule(account, "status", **given)
    assert exploration.analysis.scores.loc[account, ["placed", "placed_by"]].tolist() == ["status", "Kim Vogel"]
    assert read_entries(data, "overrides")[-1]["reason"] == "the board decides in May"
    with pytest.raises(SettingsError) as refused:
        exploration.overrule(account, "star", **given | {"reason": " ", "expires": None})
    assert len(refused.value.faults) == 2
    with pytest.raises(DataError, match="value: is missing"):
        exploration.overrule(account, "", **given)
    with pytest.raises(SettingsError, match="is not a name"):
        exploration.overrule(account, "star", **given | {"by": ""})
    assert len(read_entries(data, "overrides")) == 1
    shutil.rmtree(data / "entries")


def test_a_name_that_leads_out_of_the_workbook_is_refused(exploration):
    exploration.try_model(exploration.trial.set_cut("strength", 6))
    for name in ("../criteria.toml", "/tmp/criteria.toml", "", "a/b.toml"):
        with pytest.raises(SettingsError, match="is not the name of a file"):
            exploration.save_model(name, by="Kim", on=DAY, why="why")


@pytest.mark.parametrize("name", ["kamnb.toml", "playbook.toml"])
def test_only_a_scoring_model_is_replaced(exploration, data, name):
    before = (data / "kamnb.toml").read_bytes()
    exploration.try_model(exploration.trial.set_cut("strength", 6))
    with pytest.raises(SettingsError, match=f"{name} is no scoring model, and is not replaced"):
        exploration.save_model(name, by="Kim", on=DAY, why="why", replace=True)
    assert (data / "kamnb.toml").read_bytes() == before and not (data / "playbook.toml").exists()


def test_what_was_saved_is_offered_and_its_command_works_as_typed(desk, data):
    control(desk, "weight-attractiveness-growth").value = 70
    for name, text in (("model-name", "our model.toml"), ("by", "Kim"), ("why", "why")):
        control(desk, name).value = text
    control(desk, "save").click()
    assert control(desk, "model").value == "our model.toml"
    words = shlex.split(desk.exploration.say_command("our model.toml"))
    assert words[:2] == ["kamnb", "score"] and Path(words[2]) == data.resolve() and Path(words[4]).is_file()
    assert escape(desk.exploration.say_command("our model.toml")) in desk.note.value
    assert tomllib.loads(write_setting("our model.toml")) == {"scoring": {"criteria": "our model.toml"}}
    control(desk, "load").click()
    assert "(our model.toml) as it is" in desk.told.value
    (data / "our model.toml").unlink()


def test_a_slider_moves_the_matrix_and_the_table(desk):
    before = desk.matrix.svg
    control(desk, "weight-attractiveness-growth").value = 70
    assert desk.exploration.trial.groups["attractiveness", "growth"] == 70
    assert desk.matrix.svg != before and "kam-arrow" in desk.matrix.svg
    assert "1 of 33 accounts shown changes its quadrant" in desk.told.value and "Brüggenthal" in desk.moved.value
    control(desk, "undo").click()
    assert desk.matrix.svg == before and control(desk, "weight-attractiveness-growth").value == 30
    control(desk, "undo").click()
    assert "nothing to undo" in desk.note.value


def test_a_control_that_asks_for_nonsense_is_set_back(desk):
    for group in ("size", "growth", "outlook"):
        control(desk, f"weight-attractiveness-{group}").value = 0
    assert 'role="alert"' in desk.note.value and "no group has any weight" in desk.note.value
    assert control(desk, "weight-attractiveness-outlook").value == 25


def test_strength_against_the_best_competitor(desk):
    control(desk, "mode").value = "relative"
    assert "best competitor" in desk.matrix.svg and control(desk, "cut-strength").max == 2.0
    control(desk, "cut-strength").value = 1.1
    assert desk.exploration.trial.cut["strength"] == 1.1
    control(desk, "mode").value = "stage"
    assert "Interdependent" in desk.matrix.svg
    control(desk, "reset").click()
    assert control(desk, "mode").value == "points" and control(desk, "cut-strength").value == 5.0


def test_an_account_is_picked_in_the_matrix_or_in_the_list(desk):
    desk.matrix.picked = "0010417"
    assert control(desk, "picker").value == "0010417" and "Veltheim Biopharma AG" in desk.account.value
    assert "What its scores are made of" in desk.account.value and "To decide" in desk.account.value
    assert "Of 20 weightings and ratings near yours 20 lead to Strategic." in desk.account.value
    desk.try_it(lambda trial: trial.set_cut("attractiveness", desk.exploration.analysis.scores.loc["0010417", "attractiveness"]))
    assert "10 lead to Strategic and 10 to Status: too close to call" in desk.account.value, "chances follow the model"
    desk.undo()
    control(desk, "picker").value = "0010524"
    assert desk.matrix.picked == "0010524" and "Ostermark Polymere GmbH" in desk.account.value
    control(desk, "filter-region").value = "North"
    assert desk.exploration.picked == "" and "Pick an account" in desk.account.value


def test_saving_says_what_is_missing_and_never_overwrites(desk, data):
    control(desk, "cut-strength").value = 6.0
    control(desk, "save").click()
    assert "who saves it is not said" in desk.note.value and "why it is changed is not said" in desk.note.value
    control(desk, "by").value, control(desk, "why").value = "Kim", "<b>stronger</b>"
    control(desk, "save").click()
    saved = data / "criteria.2026-06-30.toml"
    assert f"Saved as {saved}" in desk.note.value and load_criteria(saved).cut["strength"] == 6.0
    control(desk, "cut-strength").value = 7.0
    control(desk, "save").click()
    assert "is there already" in desk.note.value and load_criteria(saved).cut["strength"] == 6.0
    control(desk, "replace").value = True
    control(desk, "save").click()
    assert load_criteria(saved).cut["strength"] == 7.0 and control(desk, "replace").value is False
    control(desk, "model").value = saved.name
    control(desk, "load").click()
    assert control(desk, "cut-strength").value == 7.0 and desk.exploration.moves.empty
    saved.unlink()


def test_overruling_asks_for_an_account_a_reason_and_an_end(desk, data):
    control(desk, "overrule").click()
    assert "Pick an account first" in desk.note.value
    desk.pick("0012031")
    control(desk, "overrule").click()
    assert "why the model is overruled is not said" in desk.note.value and not (data / "entries").exists()
    for name, value in {"over-by": "Kim", "reason": "a new board", "expires": date(2026, 12, 31), "place": "status"}.items():
        control(desk, name).value = value
    control(desk, "overrule").click()
    assert "Saved in" in desk.note.value and desk.exploration.analysis.scores.loc["0012031", "placed_by"] == "Kim"
    shutil.rmtree(data / "entries")


def test_hostile_names_are_shown_as_they_are(tmp_path):
    rows = '1,"<script>alert(1)</script>"\n2,"""><img src=x onerror=alert(1)>"\n'
    (tmp_path / "accounts.csv").write_text(f"account_id,name\n{rows}", encoding="utf-8")
    ratings = "".join(f"{account},trust,8,2026-01-01,Kim\n" for account in (1, 2))
    (tmp_path / "ratings.csv").write_text(f"account_id,criterion,score,rated_on,rater\n{ratings}")
    (tmp_path / "kamnb.toml").write_text('as_of = "2026-06-30"')
    desk = Desk(begin_exploration(str(tmp_path)), DAY)
    desk.pick("1")
    shown = desk.account.value + desk.matrix.svg + desk.told.value + desk.moved.value
    assert "<script" not in shown and "<img" not in shown and "&lt;script&gt;" in shown


def test_without_anywidget_an_account_is_picked_by_the_list(exploration, monkeypatch):
    monkeypatch.setattr("kamnb.desk.matrix.find_spec", lambda name: None)
    desk = Desk(exploration, DAY)
    assert "kam-diagram" in desk.matrix.value and "in the list" in desk.account.value and "Tab" not in desk.account.value
    control(desk, "picker").value = "0010417"
    assert "Veltheim" in desk.account.value


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2023, 1, 1)])
def test_a_day_without_data_is_said_and_what_is_shown_stays(desk, day):
    control(desk, "day").value = day
    control(desk, "show-day").click()
    assert f"as of 1 January {day.year} no account can be placed" in desk.note.value and "kam-wrong" in desk.note.value
    assert desk.exploration.analysis.as_of == DAY and "kam-account" in desk.matrix.svg


def test_two_saved_models_stand_beside_each_other(desk, data):
    control(desk, "compare").click()
    assert "choose two models that are not the same" in desk.note.value
    desk.exploration.try_model(desk.exploration.trial.set_group("attractiveness", "growth", 70))
    moved = desk.exploration.moves
    desk.exploration.save_model("criteria.<b>.toml", by="Kim", on=DAY, why="growth")
    desk.comparing.offer(desk.exploration.list_models())
    control(desk, "first-model").value, control(desk, "second-model").value = "criteria.toml", "criteria.<b>.toml"
    control(desk, "compare").click()
    told = desk.compared.value
    assert told.count("<svg") == 2 and told.count('role="img"') == 2 and "criteria.&lt;b&gt;.toml" in told
    assert f"Who changes quadrant: {len(moved)} account" in told and "Brüggenthal" in told
    (data / "criteria.<b>.toml").unlink()


def test_overrides_are_chosen_once_and_places_stay_those_of_the_analysis(exploration, monkeypatch):
    asked = []
    monkeypatch.setattr("kamnb.desk.exploration.choose_places", lambda *given: asked.append(1) or choose_places(*given))
    exploration.__dict__.pop("read", None)
    for weight in (40, 50, 60):
        exploration.try_model(exploration.trial.set_group("attractiveness", "size", weight))
        assert exploration.tried.scores["placed_by"].equals(exploration.analysis.scores["placed_by"])
    assert len(asked) == 1
    exploration.show_day(date(2025, 12, 31))
    assert exploration.tried.scores["placed_by"].equals(exploration.analysis.scores["placed_by"]) and len(asked) == 2
    exploration.show_day(DAY)


def test_a_number_that_cannot_be_read_is_refused_with_a_word(desk):
    desk.refuse("a<b", "Growth")
    assert "Growth: &quot;a&lt;b&quot; is not a number; write it as in 7.5 or 40" in desk.note.value

"""Editing a plan without a browser: drafts, what would be saved, and what is."""

import ast
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from desks import control, copy_sample

from kamnb.analysis import open_analysis
from kamnb.data.appending import Stamp, add_entries, read_entries
from kamnb.desk.edit import Desk
from kamnb.desk.editing import begin_editing
from kamnb.desk.fields import FIELDS
from kamnb.desk.preview import render_plan
from kamnb.display.account import plan as plan_sections
from kamnb.errors import DataError, SettingsError
from kamnb.places import notebooks_folder

DAY, ACCOUNT, ACTION = date(2026, 6, 30), "0010417", "A0417-2"


@pytest.fixture(scope="module")
def opened(tmp_path_factory, analysis):
    data = tmp_path_factory.mktemp("edit") / "data"
    copy_sample(data)
    return data, analysis


@pytest.fixture
def editing(opened):
    data, analysis = opened
    shutil.rmtree(data / "entries", ignore_errors=True)
    return begin_editing(str(data), analysis, DAY)


def take(editing, table, key, account=ACCOUNT):
    return editing.list_rows(table, account).loc[key].to_dict()


def add(editing, table, **filled):
    return editing.draft(table, editing.begin_row(table, ACCOUNT), filled)


def tell(editing):
    return [(edit.table, edit.column, edit.before, edit.after) for edit in editing.list_changes()]


def test_every_row_of_the_account_is_there_and_no_other(editing):
    assert [len(editing.list_rows(table, ACCOUNT)) for table in FIELDS] == [3, 3, 8, 5, 16, 1]
    assert set(editing.list_rows("actions", ACCOUNT)["objective_id"]) <= set(editing.list_rows("objectives", ACCOUNT).index)
    assert take(editing, "actions", "A0417-1")["done_on"] == "2026-03-27"


def test_a_change_is_a_draft_until_it_is_saved(editing):
    editing.draft("actions", take(editing, "actions", ACTION), {"due": "2026-08-01", "owner": "Jana Wiebe"})
    assert tell(editing) == [
        ("actions", "owner", "their head of quality control", "Jana Wiebe"),
        ("actions", "due", "2026-05-29", "2026-08-01"),
    ]
    assert read_entries(editing.home, "actions") == []
    editing.draft("actions", take(editing, "actions", ACTION), {"due": "2026-05-29", "owner": "their head of quality control"})
    assert tell(editing) == [] and editing.drafts == {}, "what is as it was is no change"


def test_the_first_due_day_of_an_action_that_slips_is_kept(editing):
    row = take(editing, "actions", ACTION) | {"original_due": ""}
    editing.draft("actions", row, {"due": "2026-08-01"})
    assert take(editing, "actions", ACTION)["original_due"] == "2026-05-29"


def test_new_rows_get_ids_of_their_own(editing):
    first = add(editing, "objectives", title="Win the third line", due="2027-01-31")
    second = add(editing, "objectives", title="Keep it")
    action = add(editing, "actions", objective_id=first, title="Visit", due="2026-09-01", ours="yes")
    assert len({first, second, action}) == 3 and action in editing.list_rows("actions", ACCOUNT).index
    assert [edit.after for edit in editing.list_changes()] == ["new"] * 3
    paths = editing.save("Kim Vogel")
    assert [path.name for path in paths] == ["objectives.csv", "actions.csv"] and editing.drafts == {}
    assert take(editing, "actions", action)["title"] == "Visit"
    assert "Win the third line" in set(editing.analysis.portfolio.read("objectives")["title"])
    assert add(editing, "objectives", title="One more") not in (first, second)


def test_what_the_door_would_not_take_is_refused(editing):
    with pytest.raises(DataError) as refused:
        add(editing, "actions", objective_id="Z9", title="", due="soon")
    assert any("title: is missing" in fault for fault in refused.value.faults)
    assert 'actions, objective_id: "Z9" is no objective' in refused.value.faults
    row = take(editing, "contacts", "C041701")
    with pytest.raises(DataError, match='sentiment: "4" is not a number between -3 and 3'):
        editing.draft("contacts", row, {"sentiment": "4"})
    with pytest.raises(DataError, match='"AX" is no action'):
        editing.draft("actions", take(editing, "actions", ACTION), {"depends_on": "A0417-1; AX"})
    assert editing.drafts == {}
    with pytest.raises(SettingsError, match="nothing is changed"):
        editing.save("Kim")


def test_insight_that_is_changed_is_confirmed_anew_and_history_stays(editing):
    (key,) = [key for key, row in editing.list_rows("insight", ACCOUNT).iterrows() if row["topic"] == "strategy"]
    editing.draft("insight", take(editing, "insight", key), {"text": "Sell the Peine site", "source": "press"})
    assert ("insight", "confirmed_on", "2026-04-14", "2026-06-30") in tell(editing)
    editing.save("Kim")
    read = editing.analysis.portfolio.read("insight").query(f"account_id == '{ACCOUNT}' and topic == 'strategy'")
    assert len(read) >= 2 and read.sort_values("confirmed_on")["text"].iloc[-1] == "Sell the Peine site"
    assert take(editing, "insight", key)["text"] == "Sell the Peine site"


def test_two_who_edit_the_same_row_do_not_overwrite_each_other(editing, opened):
    other = begin_editing(str(opened[0]), opened[1], DAY)
    for each, day in ((editing, "2026-08-01"), (other, "2026-09-01")):
        each.draft("actions", take(each, "actions", ACTION), {"due": day})
    editing.save("Kim Vogel")
    with pytest.raises(DataError, match="Kim Vogel saved it meanwhile"):
        other.save("Lee")
    assert len(read_entries(editing.home, "actions")) == 1 and len(other.drafts) == 1
    other.load_anew(keep_mine=True)
    assert tell(other) == [("actions", "due", "2026-08-01", "2026-09-01")]
    other.save("Lee")
    assert take(other, "actions", ACTION)["due"] == "2026-09-01"


def test_a_save_writes_every_table_or_none(editing):
    editing.draft("contacts", take(editing, "contacts", "C041701"), {"sentiment": "-1"})
    editing.draft("actions", take(editing, "actions", ACTION), {"due": "2026-08-01"})
    add_entries(editing.home, {"actions": [take(editing, "actions", ACTION) | {"due": "2026-07-15"}]}, Stamp("Lee", DAY))
    with pytest.raises(DataError, match="nothing was saved"):
        editing.save("Kim")
    assert read_entries(editing.home, "contacts") == [] and len(read_entries(editing.home, "actions")) == 1


def test_the_preview_shows_what_is_not_saved_and_saves_nothing(editing, undrawn):
    add(editing, "objectives", title="Win the <third> line", agreed_on="2026-06-30")
    page = render_plan(editing.preview(), ACCOUNT)
    assert "Win the &lt;third&gt; line" in page and "<third>" not in page and 'alt="' in page
    assert not list((editing.home / "entries").glob("*.csv"))
    assert "Win the" not in render_plan(editing.analysis, ACCOUNT)


def test_the_sections_of_the_preview_are_those_of_the_notebook():
    cells = json.loads((notebooks_folder() / "50_account_plan.ipynb").read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    called = [node.func.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and hasattr(node.func, "attr")]
    shown = [name for name in called if name.startswith("show_")]
    text = Path(plan_sections.__file__).read_text(encoding="utf-8")
    listed = text[text.index("SECTIONS: ") : text.index('"""The sections of the plan')]
    assert shown == [word.strip("(),") for word in listed.replace("_alone(", "").split() if word.strip("(),").startswith("show_")]


def test_a_sitting_at_the_desk(editing):
    desk = Desk(editing, ACCOUNT, "")
    assert control(desk, "account-edited").value == ACCOUNT and "Nothing is changed" in desk.changes.value
    control(desk, "row-actions").value = ACTION
    assert control(desk, "field-actions-due").value == date(2026, 5, 29)
    control(desk, "field-actions-due").value = date(2026, 8, 1)
    control(desk, "keep-actions").click()
    assert "due 29 May 2026 → 1 August 2026" in desk.changes.value and "not saved yet" in control(desk, "rows-actions").value
    control(desk, "save").click()
    assert "is not a name" in desk.note.value
    control(desk, "edited-by").value = "Kim Vogel"
    control(desk, "save").click()
    assert "Saved 1 row in" in desk.note.value and "Nothing is changed" in desk.changes.value
    assert [row["saved_by"] for row in read_entries(editing.home, "actions")] == ["Kim Vogel"]
    assert control(desk, "field-decisions-decided_on").disabled is False
    control(desk, "row-decisions").value = control(desk, "row-decisions").options[1][1]
    assert control(desk, "field-decisions-decided_on").disabled is True


def test_drafts_can_be_taken_back_and_discarded(editing):
    desk = Desk(editing, ACCOUNT, "Kim")
    control(desk, "keep-insight").click()
    assert 'role="alert"' in desk.note.value and "topic: is missing" in desk.note.value
    control(desk, "field-objectives-title").value = "A new one"
    control(desk, "keep-objectives").click()
    assert "A new one" in desk.changes.value and control(desk, "row-objectives").value != ""
    control(desk, "drop-objectives").click()
    assert "Nothing is changed" in desk.changes.value
    control(desk, "field-objectives-title").value = "Another"
    control(desk, "keep-objectives").click()
    control(desk, "discard").click()
    assert "Forgot 1 changed row" in desk.note.value and editing.drafts == {}


def open_again(opened, by, account=ACCOUNT):
    """Open the desk as after a reload or a restart."""
    return Desk(begin_editing(str(opened[0]), opened[1], DAY), account, by)


def test_what_is_typed_is_kept_without_a_button_and_save_takes_it(editing, opened):
    desk = Desk(editing, ACCOUNT, "Kim Vogel")
    control(desk, "row-actions").value = ACTION
    control(desk, "field-actions-status").value = "waits for them"
    control(desk, "row-actions").value = ""
    control(desk, "field-actions-title").value = "Half a new one"
    control(desk, "account-edited").value = "0011038"
    control(desk, "account-edited").value = ACCOUNT
    assert control(desk, "field-actions-title").value == "Half a new one"
    assert control(open_again(opened, "Lee"), "field-actions-title").value == "", "drafts are of a person"
    again = open_again(opened, "Kim Vogel")
    assert "here again: 2 rows" in again.note.value and control(again, "field-actions-title").value == "Half a new one"
    control(again, "save").click()
    assert "objective_id: is missing" in again.note.value and read_entries(editing.home, "actions") == []
    assert control(again, "field-actions-title").value == "Half a new one", "what is wrong is not lost"
    control(again, "field-actions-title").value = ""
    control(again, "save").click()
    assert "Saved 1 row in" in again.note.value
    assert [row["status"] for row in read_entries(editing.home, "actions")] == ["waits for them"]
    assert not list((editing.home / "entries" / "drafts").glob("*.json"))


def test_what_was_typed_before_anybody_was_named_is_that_persons(editing, opened):
    desk = Desk(editing, ACCOUNT, "")
    control(desk, "field-objectives-title").value = "Win it"
    desk = open_again(opened, "")
    assert control(desk, "field-objectives-title").value == "Win it", "also where nobody is named yet"
    control(desk, "edited-by").value = "Kim Vogel"
    assert control(open_again(opened, "Kim Vogel"), "field-objectives-title").value == "Win it"
    assert control(open_again(opened, ""), "field-objectives-title").value == ""
    assert "Katrin Ahlers" in control(desk, "edited-by").options


def test_two_versions_of_a_row_are_held_against_each_other_column_by_column(editing, opened):
    desk = Desk(editing, ACCOUNT, "Kim Vogel")
    control(desk, "row-actions").value = ACTION
    control(desk, "field-actions-due").value = date(2026, 9, 1)
    other = begin_editing(str(opened[0]), opened[1], DAY)
    other.draft("actions", take(other, "actions", ACTION), {"due": "2026-08-01", "owner": "Lee"})
    other.save("Lee")
    control(desk, "save").click()
    assert "Lee saved it meanwhile as 2026-08-01, you have 2026-09-01" in desk.note.value
    assert all(words in desk.clashes.value for words in ("29 May 2026", "1 August 2026", "1 September 2026", "Lee"))
    assert [row["saved_by"] for row in read_entries(editing.home, "actions")] == ["Lee"]
    control(desk, "keep-mine").click()
    assert desk.clashes.value == ""
    control(desk, "save").click()
    row = read_entries(editing.home, "actions")[-1]
    assert (row["due"], row["owner"], row["saved_by"]) == ("2026-09-01", "Lee", "Kim Vogel"), "what only the other changed stays"


def test_new_rows_of_two_people_get_different_ids(editing, opened):
    other = begin_editing(str(opened[0]), opened[1], DAY)
    for each, by in ((editing, "Kim"), (other, "Lee")):
        each.sit_down(by)
        add(each, "contacts", name=f"Person of {by}")
    (mine,), (theirs,) = editing.drafts, other.drafts
    assert mine != theirs
    editing.save("Kim")
    other.save("Lee")
    assert len({row["contact_id"] for row in read_entries(editing.home, "contacts")}) == 2


def test_a_workbook_without_plan_tables_can_begin_with_them(tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id,name\nA,Alpha\n")
    (tmp_path / "kamnb.toml").write_text('as_of = "2026-06-30"')
    editing = begin_editing(str(tmp_path), open_analysis(str(tmp_path)), DAY)
    desk = Desk(editing, "A", "Kim")
    control(desk, "field-objectives-title").value = "Begin"
    control(desk, "keep-objectives").click()
    control(desk, "save").click()
    assert open_analysis(str(tmp_path)).portfolio.read("objectives")["title"].tolist() == ["Begin"]


def test_a_row_is_struck_out_when_the_changes_are_saved(editing):
    before = len(editing.list_rows("actions", ACCOUNT))
    editing.strike("actions", "A0417-6")
    assert tell(editing) == [("actions", "", "", "struck out")] and len(editing.list_rows("actions", ACCOUNT)) == before
    again = begin_editing(str(editing.data), editing.analysis, DAY)
    again.sit_down("")
    assert again.struck == editing.struck, "it is a draft on disk as every other"
    editing.drop("actions", "A0417-6")
    assert tell(editing) == [] and editing.count == 0
    editing.strike("actions", "A0417-6")
    assert "A0417-6" not in set(editing.preview().portfolio.read("actions")["action_id"])
    editing.save("Kim Vogel")
    assert "A0417-6" not in editing.list_rows("actions", ACCOUNT).index and editing.count == 0
    assert [row["saved_from"] for row in read_entries(editing.home, "actions")] == ["struck out"]


def test_a_row_that_others_name_is_not_struck_out(editing):
    named = take(editing, "actions", ACTION)["objective_id"]
    with pytest.raises(SettingsError, match="belongs to it; strike that out first, or change its objective id"):
        editing.strike("objectives", named)
    new = add(editing, "objectives", title="Win the third line")
    editing.strike("objectives", new)
    assert editing.count == 0, "what was never saved is forgotten at once"


def test_who_strikes_out_what_another_changed_meanwhile_is_told(editing, opened):
    other = begin_editing(str(opened[0]), opened[1], DAY)
    other.strike("actions", "A0417-6")
    editing.draft("actions", take(editing, "actions", "A0417-6"), {"due": "2026-08-01"})
    editing.save("Kim Vogel")
    with pytest.raises(DataError, match="Kim Vogel saved it meanwhile as 2026-08-01, you have struck out"):
        other.save("Lee")
    other.load_anew(keep_mine=False)
    assert other.count == 0
    other.strike("actions", "A0417-6")
    other.save("Lee")
    assert "A0417-6" not in other.list_rows("actions", ACCOUNT).index


@pytest.mark.parametrize(
    ("typed", "kept"), [("7,5", "7.5"), ("1 250 000", "1250000"), ("1.250.000,50", "1250000.5"), ("12", "12")]
)
def test_numbers_are_read_as_the_country_writes_them(editing, typed, kept):
    key = add(editing, "customer_goals", goal="Grow", budget=typed)
    assert editing.drafts["customer_goals", key]["budget"] == kept


@pytest.mark.parametrize(
    ("typed", "word"),
    [("1,250", "can be 1250 or 1.25; write 1250 or 1.25"), ("about 5", "is not a number; write it with figures")],
)
def test_numbers_that_can_be_two_things_or_none_are_refused_with_a_word(editing, typed, word):
    with pytest.raises(DataError, match=f'customer_goals, budget: "{typed}" {word}'):
        add(editing, "customer_goals", goal="Grow", budget=typed)


def test_the_desk_strikes_out_the_chosen_row_and_begins_with_the_largest_account(editing):
    desk = Desk(editing, "", "")
    assert desk.account.value == editing.analysis.first_account
    desk.account.value = ACCOUNT
    control(desk, "strike-actions").click()
    assert "Choose the row" in desk.note.value
    desk.sheets["actions"].row.value = "A0417-6"
    control(desk, "strike-actions").click()
    assert "kept in its file, marked" in desk.note.value and "to be struck out" in desk.sheets["actions"].rows.value
    assert "struck out." in desk.changes.value
    assert "kam-works" not in control(desk, "strike-actions")._dom_classes, "what is done does not work any more"

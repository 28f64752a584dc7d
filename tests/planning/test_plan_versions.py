"""Versions of the plan: kept whole, never lost, found when changed by hand, compared row by row, names replaced on request."""

import multiprocessing
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from commands import run_command
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.data.tables import TABLES
from kamnb.display.desk.versions import list_plan_changes
from kamnb.errors import DataError, SettingsError
from kamnb.planning.versions import (
    FOLDER,
    check_record,
    compare_plans,
    find_version,
    read_plan,
    read_versions,
    replace_name,
    save_plan,
    take_plan,
)
from kamnb.planning.versions.comparison import match_rows
from kamnb.planning.versions.record import render_table

DAY, ON = date(2026, 6, 30), date(2026, 7, 1)


def table(name, *rows):
    return pd.DataFrame(list(rows), columns=list(TABLES[name].names), dtype=object).fillna("")


def act(action_id, **more):
    return {
        "action_id": action_id,
        "objective_id": "O",
        "title": f"do {action_id}",
        "owner": "Ann Lee",
        "due": "2026-08-01",
    } | more


def plan(*actions, **tables):
    return {"objectives": table("objectives", {"objective_id": "O", "account_id": "A", "title": "Grow"}),
            "actions": table("actions", *actions)} | tables  # fmt: skip


def save(home, content, by="Ann Lee", **more):
    return save_plan(home, content, by=by, on=ON, as_of=DAY, **more)


def told(before, after):
    return compare_plans(before, after)[["kind", "table", "key", "what"]].values.tolist()


# kept


def test_a_plan_is_kept_as_the_tables_state_it_on_the_day(tmp_path):
    actions = [act("007", ours=True, done_on="2026-07-15"), act("1", ours=False, start="2026-01-05")]
    kpis = [{"kpi_id": "K", "objective_id": "O", "name": "N", "yearly_cost": 1200.50, "yearly_benefit": "high"}]
    portfolio = make_portfolio(tmp_path, DAY, accounts=[{"account_id": "A"}], actions=actions, kpis=kpis)
    found = take_plan(portfolio)
    assert set(found) == {"actions", "kpis"}
    assert found["actions"][["action_id", "ours", "start", "done_on"]].values.tolist() == [
        ["007", "yes", "", ""], ["1", "no", "2026-01-05", ""],
    ]  # fmt: skip
    assert found["kpis"]["yearly_cost"].tolist() == ["1200.5"]


def test_what_is_saved_is_read_back_and_versions_are_numbered(tmp_path):
    first, second = plan(act("1")), plan(act("1"), act("2"))
    assert save(tmp_path, first, note="  a\n note ").number == 1
    assert save(tmp_path, second, by="Bo").number == 2
    assert [(each.number, each.saved_by, each.note) for each in read_versions(tmp_path)] == [
        (1, "Ann Lee", "a note"),
        (2, "Bo", ""),
    ]
    assert compare_plans(read_plan(tmp_path, find_version(tmp_path, 1)), first).empty
    assert compare_plans(read_plan(tmp_path, find_version(tmp_path)), second).empty
    assert check_record(tmp_path) == []


def test_nothing_is_written_where_nothing_changed(tmp_path):
    assert save(tmp_path, plan(act("1"))) and save(tmp_path, plan(act("1")), by="Bo") is None
    assert len(read_versions(tmp_path)) == 1


HOSTILE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=4))
def test_any_text_comes_back_as_it_was(tmp_path_factory, rows):
    home = tmp_path_factory.mktemp("record")
    kept = plan(*(act(f"{number:03}", title=title, owner=owner) for number, (title, owner) in enumerate(rows)))
    save(home, kept)
    pd.testing.assert_frame_equal(read_plan(home, find_version(home))["actions"], kept["actions"])


@pytest.mark.parametrize("by", ["", "  ", "x" * 201, "a\0b"])
def test_who_saves_must_have_a_name(tmp_path, by):
    with pytest.raises(SettingsError, match="is not a name"):
        save(tmp_path, plan(act("1")), by=by)
    assert not (tmp_path / FOLDER).exists()


def test_without_plan_tables_there_is_nothing_to_keep(tmp_path):
    with pytest.raises(DataError, match=r"there is no plan to keep") as caught:
        save(tmp_path, {})
    assert "no table objectives: give objectives.csv" in str(caught.value)


def save_many(home, name):
    for number in range(5):
        save(home, plan(act(f"{name}-{number}")), by=name)


def test_two_who_save_at_once_lose_nothing(tmp_path):
    people = [multiprocessing.get_context("spawn").Process(target=save_many, args=(tmp_path, name)) for name in ("Ann", "Bo")]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    versions = read_versions(tmp_path)
    assert [each.number for each in versions] == list(range(1, 11))
    assert sorted(each.saved_by for each in versions) == ["Ann"] * 5 + ["Bo"] * 5
    assert check_record(tmp_path) == []


KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = {tests!r}
import test_plan_versions as t
import kamnb.planning.versions.keeping as keeping
keeping.render_head = lambda version: os._exit(9)
t.save(Path({home!r}), t.plan(t.act("1"), t.act("2")))
"""


def test_a_save_that_is_killed_leaves_no_half_version_and_the_next_one_is_whole(tmp_path):
    save(tmp_path, plan(act("1")))
    script = KILLED.format(tests=[str(Path(__file__).parent), str(Path(__file__).parents[1])], home=str(tmp_path))
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 9
    assert [each.number for each in read_versions(tmp_path)] == [1] and check_record(tmp_path) == []
    assert save(tmp_path, plan(act("1"), act("2"))).number == 2
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == ["0001", "0002"]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda record: (record / "0001" / "actions.csv").write_text("x"), r"0001.actions.csv: was changed after it was saved"),
        (lambda record: (record / "0002" / "actions.csv").unlink(), r"0002.actions.csv: is missing"),
        (lambda record: change(record / "0001" / "version.toml"), r"0001.version.toml: was changed after"),
        (lambda record: change(record / "0002" / "version.toml"), r"0002.version.toml: was changed after it was saved"),
        (lambda record: (record / "0001").rename(record / "0009"), "cannot be read .it says number 1"),
        (lambda record: (record / "0001" / "version.toml").write_text("number = ["), r"0001.version.toml: cannot be read"),
    ],
)
def test_a_record_that_was_changed_by_hand_is_found_and_nothing_is_added_to_it(tmp_path, spoil, fault):
    save(tmp_path, plan(act("1")))
    save(tmp_path, plan(act("2")))
    spoil(tmp_path / FOLDER)
    with pytest.raises(DataError, match=fault):
        save(tmp_path, plan(act("3")))
    assert not (tmp_path / FOLDER / "0003").exists()


def change(path):
    path.write_text(path.read_text().replace("Ann", "Eve"))


def test_a_version_that_is_gone_is_missed(tmp_path):
    import shutil

    for name in "123":
        save(tmp_path, plan(act(name)))
    shutil.rmtree(tmp_path / FOLDER / "0002")
    assert check_record(tmp_path)[-1].endswith("version 2 is missing; restore it from a copy")


def test_an_older_version_with_fewer_columns_is_read(tmp_path):
    save(tmp_path, plan(act("1")) | {"actions": table("actions", act("1")).drop(columns=["checkpoint"])})
    found = read_plan(tmp_path, find_version(tmp_path))["actions"]
    assert list(found.columns) == list(TABLES["actions"].names) and found["checkpoint"].tolist() == [""]


def test_a_version_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="no version was saved yet"):
        find_version(tmp_path)
    save(tmp_path, plan(act("1")))
    with pytest.raises(DataError, match="there is no version 4; there are 1 to 1"):
        find_version(tmp_path, 4)


# compared


@pytest.mark.parametrize(
    ("was", "now", "kinds"),
    [
        ({}, {"due": "2026-09-01"}, [["slipped", "due"]]),
        ({}, {"due": "2026-07-01"}, [["pulled forward", "due"]]),
        ({}, {"due": ""}, [["changed", "due"]]),
        ({"done_on": "2026-05-01"}, {"done_on": ""}, [["reopened", "done_on"]]),
        ({"done_on": "2026-05-01"}, {"done_on": "2026-05-02"}, [["changed", "done_on"]]),
        ({}, {"owner": "Bo", "due": "2026-09-01"}, [["slipped", "due"], ["changed", "owner"]]),
        ({}, {}, []),
    ],
)
def test_what_happened_to_an_action_is_told_by_its_columns(was, now, kinds):
    changes = compare_plans(plan(act("1", **was), act("2")), plan(act("1", **now), act("2")))
    assert changes[["kind", "what"]].values.tolist() == kinds


def test_an_objective_is_reached_when_its_last_action_is_done():
    before = plan(act("1", done_on="2026-05-01"), act("2"), act("3", status="cancelled"))
    after = plan(act("1", done_on="2026-05-01"), act("2", done_on="2026-06-01"), act("3", status="cancelled"))
    assert told(before, after) == [["reached", "objectives", "O", ""], ["reached", "actions", "2", "done_on"]]
    assert told(before, plan(act("1", done_on="2026-05-01"))) == [
        ["dropped", "actions", "2", ""],
        ["dropped", "actions", "3", ""],
    ]


def test_decisions_have_no_id_and_rows_alike_are_told_apart():
    def decide(*what):
        return {
            "decisions": table("decisions", *({"account_id": "A", "decided_on": "2026-01-01", "decision": each} for each in what))
        }

    assert told(decide("visit", "visit"), decide("visit", "price")) == [
        ["dropped", "decisions", "A/2026-01-01/visit (2)", ""], ["added", "decisions", "A/2026-01-01/price", ""],
    ]  # fmt: skip


ROW = st.fixed_dictionaries(
    {"due": st.sampled_from(["", "2026-01-01", "2026-02-01"]), "done_on": st.sampled_from(["", "2026-01-05"]),
     "title": st.sampled_from(["a", "b"])}
)  # fmt: skip
ROWS = st.dictionaries(st.sampled_from("12345"), ROW, max_size=5)


@given(ROWS, ROWS)
def test_every_row_is_the_same_or_told(one, two):
    before, after = (plan(*(act(key, **row) for key, row in rows.items())) for rows in (one, two))
    changes = compare_plans(before, after)
    actions = changes[changes["table"] == "actions"]
    old, new = match_rows("actions", before["actions"]), match_rows("actions", after["actions"])
    same = {key[0] for key in old.keys() & new.keys() if old[key] == new[key]}
    assert same | set(actions["key"]) == {key[0] for key in old.keys() | new.keys()} and not same & set(actions["key"])
    assert {key[0] for key in new.keys() - old.keys()} == set(actions.loc[actions["kind"] == "added", "key"])
    assert {key[0] for key in old.keys() - new.keys()} == set(actions.loc[actions["kind"] == "dropped", "key"])
    assert compare_plans(before, before).empty
    for row in actions[~actions["kind"].isin(["added", "dropped"])].itertuples():
        assert (old[(row.key, "1")][row.what], new[(row.key, "1")][row.what]) == (row.before, row.after)


def test_changes_are_sentences_with_account_days_and_the_first_due_date():
    before = plan(act("1", original_due="2026-05-15"), act("2"), act("3", owner=""))
    after = plan(act("1", original_due="2026-05-15", due="2026-09-01"), act("3"), act("4"))
    assert str(list_plan_changes(compare_plans(before, after), pd.Series({"A": "Alpha"}))).splitlines() == [
        'Slipped: action 1 "do 1" (Alpha) from 1 August 2026 to 1 September 2026, by 31 days; first due 15 May 2026.',
        'Dropped: action 2 "do 2" (Alpha).',
        'Added: action 4 "do 4" (Alpha).',
        'Changed: action 3 "do 3" (Alpha): owner from nothing to Ann Lee.',
    ]


# names


def test_a_name_is_replaced_everywhere_and_the_record_says_so_without_it(tmp_path):
    decisions = table("decisions", {"decided_on": "2026-01-01", "decision": "Ann Lee visits; Annette stays", "owner": "Ann Lee"})
    save(tmp_path, plan(act("1"), decisions=decisions), note="for Ann Lee")
    save(tmp_path, plan(act("2", owner="Bo")), by="Bo")
    assert replace_name(tmp_path, "Ann Lee", "N. N.", by="Bo", on=ON, reason="on request") == 5
    first, second = read_versions(tmp_path)
    assert (first.saved_by, first.note, len(second.replaced)) == ("N. N.", "for N. N.", 0)
    assert first.replaced == ({"on": ON, "by": "Bo", "reason": "on request", "places": 5},)
    assert read_plan(tmp_path, first)["decisions"][["decision", "owner"]].values.tolist() == [
        ["N. N. visits; Annette stays", "N. N."]
    ]
    assert check_record(tmp_path) == []
    assert not [path for path in (tmp_path / FOLDER).rglob("*.*") if "Ann Lee" in path.read_text()]
    assert save(tmp_path, plan(act("3"))).number == 3 and check_record(tmp_path) == []


def test_part_of_a_name_and_ids_are_left_alone(tmp_path):
    save(tmp_path, plan(act("Ann", owner="Annette", title="call Ann.")))
    assert replace_name(tmp_path, "Ann", "X", by="Bo", on=ON, reason="r") == 2
    row = read_plan(tmp_path, find_version(tmp_path))["actions"].iloc[0]
    assert row[["action_id", "owner", "title"]].tolist() == ["Ann", "Annette", "call X."]


def test_a_name_that_is_not_there_changes_nothing(tmp_path):
    save(tmp_path, plan(act("1")))
    before = {path: path.read_bytes() for path in (tmp_path / FOLDER).rglob("*.*")}
    with pytest.raises(DataError, match=r'"Zoe" is not in the record; nothing was replaced'):
        replace_name(tmp_path, "Zoe", "X", by="Bo", on=ON, reason="r")
    with pytest.raises(SettingsError, match="the new name"):
        replace_name(tmp_path, "Ann Lee", " ", by="Bo", on=ON, reason="r")
    assert before == {path: path.read_bytes() for path in (tmp_path / FOLDER).rglob("*.*")}


def test_a_replacement_that_is_stopped_in_the_middle_is_finished_by_the_next_save(tmp_path, monkeypatch):
    save(tmp_path, plan(act("1")))
    rename = Path.rename

    def stop(self, target):
        if self.name == f".{FOLDER}.new":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        replace_name(tmp_path, "Ann Lee", "X", by="Bo", on=ON, reason="r")
    monkeypatch.undo()
    with pytest.raises(DataError, match="was stopped in the middle; the next `kamnb plan save DATA` finishes it"):
        read_versions(tmp_path)
    assert save(tmp_path, plan(act("9"))).number == 2
    assert [each.saved_by for each in read_versions(tmp_path)] == ["X", "Ann Lee"] and check_record(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [".kamnb", FOLDER]


def test_tables_are_written_as_a_spreadsheet_reads_them():
    assert render_table(table("kpi_weights", {"manager_id": "M", "kpi_id": 'a "b", c', "weight": "0.5"})) == (
        'manager_id,kpi_id,weight\r\nM,"a ""b"", c",0.5\r\n'
    )


# the command


def command(*words):
    done = run_command("plan", *words)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    home = tmp_path_factory.mktemp("workbook")
    (home / "accounts.csv").write_text("account_id,name\nA,Alpha\nB,Beta\n")
    (home / "objectives.csv").write_text("objective_id,account_id,title\nO,A,Grow\n")
    write_actions(home, "2026-08-01")
    (home / "kamnb.toml").write_text("as_of = 2026-06-30\n")
    return home


def write_actions(home, due):
    (home / "actions.csv").write_text(f"action_id,objective_id,title,owner,due\n1,O,Visit,Ann Lee,{due}\n")


def test_the_command_saves_compares_lists_and_renames(workbook):
    assert "no version was saved yet" in command("diff", workbook)[2]
    assert command("save", workbook, "--by", "Ann Lee", "--on", "2026-06-30")[1].startswith("wrote ")
    assert "nothing changed since version 1, saved on 2026-06-30 by Ann Lee" in command("save", workbook, "--by", "Bo")[1]
    write_actions(workbook, "2026-09-01")
    code, said, _ = command("diff", workbook)
    assert code == 0 and 'Slipped: action 1 "Visit" (Alpha) from 1 August 2026 to 1 September 2026, by 31 days.' in said
    assert command("save", workbook, "--by", "Bo", "--on", "2026-07-01")[0] == 0
    assert (
        "1 slipped" in command("diff", workbook, 1, 2)[1]
        and "nothing changed" in command("diff", workbook, 1, 2, "--account", "B")[1]
    )
    assert 'account "C" is not among the 2 accounts' in command("diff", workbook, 1, 2, "--account", "C")[2]
    assert command("rename", workbook, "Ann Lee", "N. N.", "--by", "Bo", "--reason", "on request")[1].startswith(
        "replaced in 3 places"
    )
    code, said, _ = command("list", workbook)
    assert code == 0 and "every version is as it was saved" in said and "Ann Lee" not in said and "on request" in said


def test_a_place_that_cannot_be_written_is_a_message(tmp_path):
    (tmp_path / "objectives.csv").write_text("objective_id,account_id,title\nO,A,Grow\n")
    (tmp_path / "accounts.csv").write_text("account_id,name\nA,Alpha\n")
    (tmp_path / "kamnb.toml").write_text("as_of = 2026-06-30\n")
    (tmp_path / FOLDER).write_text("not a folder")
    code, _, said = command("save", tmp_path, "--by", "Bo")
    assert code == 1 and "Traceback" not in said and said.endswith("plan_versions: File exists; nothing half-written was left\n")
    assert (tmp_path / FOLDER).read_text() == "not a folder"

"""Checked tables kept by content: the same bytes need not pass the door again, other bytes always do."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from desks import copy_sample
from folders import pass_door, told, write_book, write_files

from kamnb.data import cache
from kamnb.data.door import inspect_data
from kamnb.data.passing import Passing

LINES = "account_id,date,amount,number\nA1,2026-01-05,100,1\nA1,2026-02-30,50,2\nA2,2026-03-01,7.50,3\n"


def read_all(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def pass_twice(folder, tmp_path, **asked):
    """Pass the door twice; what is said, let through and set aside must be alike; return both reports."""
    passed = [
        inspect_data(folder, folder=tmp_path / f"work-{turn}", set_aside=tmp_path / f"aside-{turn}", **asked) for turn in (1, 2)
    ]
    (first, before), (second, now) = passed
    assert first == second and first.to_dict() == second.to_dict() and first.say_lines() == second.say_lines()
    for name in ("as_of", "currency", "filled", "rates", "further", "fiscal_year_start", "own", "is_lossy"):
        assert getattr(before, name) == getattr(now, name), name
    assert read_all(tmp_path / "work-1") == read_all(tmp_path / "work-2")
    assert read_all(tmp_path / "aside-1") == read_all(tmp_path / "aside-2")
    return first, second


def test_a_second_passage_of_the_same_says_and_gives_the_same(tmp_path):
    toml = "[invoices]\n[accounts]\nids = { fold_case = true }"
    data = write_files(tmp_path / "data", toml, invoices=LINES, accounts="account_id\na1\n")
    first, second = pass_twice(data, tmp_path)
    assert not first.is_kept and second.is_kept and first["invoices"].count("set_aside").rows == 1


def test_a_copy_of_the_sample_is_known_by_its_content(tmp_path):
    here = copy_sample(tmp_path / "here")
    shutil.rmtree(here / ".kamnb", ignore_errors=True)
    first, second = pass_twice(here, tmp_path)
    assert not first.is_kept and second.is_kept
    there, _ = inspect_data(shutil.copytree(here, tmp_path / "there"))
    assert there.is_kept and there.source.endswith("there")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: (data / "invoices.csv").write_text(LINES.replace("7.50", "8.50")),
        lambda data: (data / "kamnb.toml").write_text('as_of = 2026-01-31\n[invoices]\n[accounts]\nfile = "accounts.csv"'),
        lambda data: (data / "accounts.csv").write_text("account_id\nA3\n"),
        lambda data: (data / "playbook.toml").write_text("[changes]\nleast_points = 0.4\n"),
        lambda data: write_files(data, **{"entries/contacts.csv": "contact_id,account_id,name\nC1,A1,Kim\n"}),
    ],
    ids=["a value", "the settings", "another table", "the method", "an entry"],
)
def test_whatever_changes_is_seen_within_a_second_and_with_the_same_size(tmp_path, change):
    data = write_files(
        tmp_path / "data", '[invoices]\n[accounts]\nfile = "accounts.csv"', invoices=LINES, accounts="account_id\nA1\n"
    )
    inspect_data(data)
    times = {path: path.stat() for path in data.iterdir()}
    change(data)
    for path, was in times.items():
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert not inspect_data(data)[0].is_kept
    assert inspect_data(data)[0].is_kept


def test_files_that_only_sql_or_a_survey_reads_count(tmp_path):
    write_files(tmp_path, "[invoices]\nsql = \"select * from read_csv('deep/more.csv')\"", **{"deep/more.csv": LINES})
    assert [inspect_data(tmp_path)[0].is_kept for _ in range(2)] == [False, True]
    write_files(tmp_path, **{"deep/more.csv": LINES.replace("100", "900")})
    assert not inspect_data(tmp_path)[0].is_kept
    plain = write_files(tmp_path / "plain", invoices=LINES)
    inspect_data(plain)
    write_files(plain, **{"stray.csv": "a\n1\n"})
    assert "stray.csv" in told(inspect_data(plain)[0])


def test_sheets_and_typed_columns_are_kept_too(tmp_path):
    data = write_files(tmp_path / "data", invoices=LINES)
    write_book(data / "accounts.xlsx", {"A": [["account_id", "name"], ["A1", "Ärzte  GmbH"]]})
    first, second = pass_twice(data, tmp_path)
    assert not first.is_kept and second.is_kept


def test_the_key_is_the_same_in_every_process(tmp_path):
    toml = '[invoices]\nmissing = ["-", "n/a"]\n[accounts]\n[contacts]\n[ratings]\n'
    ratings = "account_id,criterion,score,rated_on\nA1,trust,5,2026-01-01\n"
    tables = {"accounts": "account_id\nA1\n", "contacts": "contact_id,account_id\nC,A1\n", "ratings": ratings}
    data = write_files(tmp_path, toml, invoices=LINES, **tables)
    say = f"from kamnb.data.door import inspect_data; print(inspect_data({str(data)!r})[0].is_kept)"
    taken = [
        subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "2", "3")
    ]
    assert [each.stdout.strip() for each in taken] == ["False", "True", "True"], taken[0].stderr


@pytest.mark.parametrize("broken", ["half", "no json", "a table less", "another shape"])
def test_what_is_kept_but_not_whole_is_not_taken(tmp_path, broken):
    data = write_files(tmp_path / "data", invoices=LINES)
    first, _ = inspect_data(data)
    (kept,) = (data / cache.FOLDER).iterdir()
    said, table = kept / "door.json", kept / "invoices.parquet"
    if broken == "half":
        table.write_bytes(table.read_bytes()[:-9])
    elif broken == "a table less":
        table.unlink()
    else:
        said.write_text("{" if broken == "no json" else json.dumps({"report": [], "portfolio": {}, "root": ""}))
    again, portfolio = inspect_data(data)
    assert not again.is_kept and again == first and portfolio.read("invoices")["amount"].sum() == 107.5


def test_a_folder_that_takes_nothing_is_read_all_the_same(tmp_path):
    data = write_files(tmp_path / "data", invoices=LINES)
    (data / ".kamnb").write_text("a file where the folder would be")
    assert [inspect_data(data)[0].is_kept for _ in range(2)] == [False, False]


def test_faults_are_never_kept(tmp_path):
    data = write_files(tmp_path / "data", invoices="account_id,date\nA1,2026-01-05\n")
    assert all(report.faults and not portfolio for report, portfolio in (inspect_data(data) for _ in range(2)))
    assert not (data / cache.FOLDER).exists()


def test_what_was_asked_for_longest_ago_goes_first(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MOST", 2)
    days = ["2026-01-31", "2026-02-28", "2026-03-31"]
    for day in days:
        pass_door(tmp_path, f"as_of = {day}", invoices=LINES)
        time.sleep(0.02)
    assert len(list((tmp_path / cache.FOLDER).iterdir())) == 2
    taken = [pass_door(tmp_path, f"as_of = {day}")[0].is_kept for day in reversed(days)]
    assert taken == [True, True, False]


def test_what_a_killed_run_left_goes_too(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MOST", 1)
    left = tmp_path / cache.FOLDER / "new-left"
    (left / "made").mkdir(parents=True)
    os.utime(left, (1, 1))
    pass_door(tmp_path, invoices=LINES)
    assert not left.exists() and inspect_data(tmp_path)[0].is_kept


def test_entries_of_a_preview_are_those_that_are_saved(tmp_path):
    data, contacts = (
        write_files(tmp_path / "data", invoices=LINES),
        {"entries/contacts.csv": "contact_id,account_id,name\nC1,A1,Kim\n"},
    )
    inspect_data(data, entries=write_files(tmp_path / "preview", **contacts))
    assert inspect_data(write_files(data, **contacts))[0].is_kept


def test_nothing_is_kept_of_a_passage_during_which_a_file_was_replaced(tmp_path, monkeypatch):
    data, finish = write_files(tmp_path / "data", "[invoices]\n", invoices=LINES), Passing.finish

    def replace_and_finish(passing):
        (data / "invoices.csv").write_text(LINES.replace("7.50", "8.50"))
        return finish(passing)

    monkeypatch.setattr(Passing, "finish", replace_and_finish)
    assert not inspect_data(data, folder=tmp_path / "first")[0].is_kept
    monkeypatch.undo()
    (data / "invoices.csv").write_text(LINES)
    assert not inspect_data(data, folder=tmp_path / "second")[0].is_kept

"""Entries: what people give at the desk or in forms is checked, appended and read after the company's own rows."""

import csv
import subprocess
import sys
from datetime import date

import pytest
from desks import copy_sample

from kamnb.data.appending import Stamp, add_entries, check_entries, count_entries, read_entries
from kamnb.data.door import open_portfolio
from kamnb.errors import DataError, SettingsError
from kamnb.places import data_folder
from kamnb.planning.versions import take_plan

SAMPLE = data_folder() / "sample"
KIM = Stamp("Kim", date(2026, 6, 30))


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "accounts.csv").write_text("account_id;name\nA;Alpha\nB;Beta\n")
    (folder / "Aufgaben.csv").write_text("Nr;Ziel;Was;Bis\n1;Z1;Visit;01.03.2026\n2;Z1;Call;01.04.2026\n")
    (folder / "kamnb.toml").write_text(
        'as_of = "2026-06-30"\n[accounts]\nfile = "accounts.csv"\n[actions]\nfile = "Aufgaben.csv"\ndates = "%d.%m.%Y"\n'
        'columns = { action_id = "Nr", objective_id = "Ziel", title = "Was", due = "Bis" }\n'
    )
    return folder


def rating(**more):
    return {
        "account_id": "A", "criterion": "trust", "score": "8", "rated_on": "2026-06-01", "rater": "Kim", **more
    }  # fmt: skip


def test_an_entry_replaces_the_row_about_the_same_whatever_the_companys_file_looks_like(home):
    add_entries(home, {"actions": [{"action_id": "1", "objective_id": "Z1", "title": "Visit them", "due": "2026-05-01"}]}, KIM)
    portfolio = open_portfolio(home)
    actions = portfolio.read("actions").set_index("action_id")
    assert dict(actions["title"]) == {"2": "Call", "1": "Visit them"} and str(actions.loc["1", "due"])[:10] == "2026-05-01"
    said = portfolio.report["actions"]
    assert said.files == ("Aufgaben.csv", "entries/actions.csv") and said.count("kept").rows == 2
    assert [str(reason) for reason in said.reasons] == ['Aufgaben.csv, row 2, action_id: "1" was given anew in entries']
    assert not said.unused


def test_of_several_entries_the_last_counts_and_none_is_lost(home):
    for score in ("8", "3", "5"):
        add_entries(home, {"ratings": [rating(score=score)]}, KIM)
    add_entries(home, {"ratings": [rating(score="1", rater="Lee")]}, Stamp("Lee", date(2026, 6, 30), "form.xlsx"))
    ratings = open_portfolio(home).read("ratings")
    assert sorted(zip(ratings["rater"], ratings["score"], strict=True)) == [("Kim", 5.0), ("Lee", 1.0)]
    assert [row["score"] for row in read_entries(home, "ratings")] == ["8", "3", "5", "1"]
    assert read_entries(home, "ratings")[-1]["saved_from"] == "form.xlsx" and count_entries(home)["ratings"] == 4


def test_before_the_day_of_an_entry_the_row_that_it_replaces_still_counts(home):
    goal = {"goal_id": "G", "account_id": "A", "goal": "Grow", "confirmed_on": "2026-01-10"}
    add_entries(home, {"customer_goals": [goal, {**goal, "goal": "Shrink", "confirmed_on": "2026-06-10"}]}, KIM)
    portfolio = open_portfolio(home)
    seen = {day: list(portfolio.at(date.fromisoformat(day)).read("customer_goals")["goal"]) for day in DAYS}
    assert seen == {"2026-01-09": [], "2026-01-10": ["Grow"], "2026-06-09": ["Grow"], "2026-06-10": ["Shrink"]}
    early = open_portfolio(home, as_of=date(2026, 3, 1))
    assert list(early.read("customer_goals")["goal"]) == ["Grow"]
    assert early.report["customer_goals"].count("after_as_of").rows == 1


DAYS = ("2026-01-09", "2026-01-10", "2026-06-09", "2026-06-10")


def test_what_the_door_would_not_take_is_refused_whole(home):
    bad = [rating(score="12"), rating(rated_on="soon", account_id=""), rating()]
    with pytest.raises(DataError) as refused:
        add_entries(home, {"ratings": bad}, KIM)
    assert refused.value.so_what == "nothing was saved" and len(refused.value.faults) == 2
    assert 'ratings, row 1, score: "12" is not a number between 0 and 10' in refused.value.faults
    assert not (home / "entries").exists()
    assert [str(each) for each in check_entries("ratings", [rating(mood="good")])] == ["ratings, mood: is no column of the table"]
    for name in ("", "  ", "a\nb"):
        with pytest.raises(SettingsError, match="is not a name"):
            Stamp(name, date(2026, 6, 30))


def test_what_another_saved_meanwhile_is_not_overwritten(home):
    action = {"action_id": "2", "objective_id": "Z1", "title": "Call", "due": "2026-07-01"}
    seen = count_entries(home)
    add_entries(home, {"actions": [{**action, "due": "2026-08-01"}]}, Stamp("Lee", date(2026, 6, 30)), seen=seen)
    with pytest.raises(DataError, match="actions, 2: Lee saved it meanwhile"):
        add_entries(home, {"actions": [action]}, KIM, seen=seen)
    add_entries(home, {"actions": [{**action, "action_id": "1"}, {**action, "due": "2026-08-01"}]}, KIM, seen=seen)
    add_entries(home, {"actions": [action]}, KIM, seen=count_entries(home))
    assert [row["due"] for row in take_plan(open_portfolio(home))["actions"].to_dict("records")] == ["2026-07-01", "2026-07-01"]


WRITER = """
import sys
from datetime import date
from pathlib import Path
from kamnb.data.appending import Stamp, add_entries
for number in range(10):
    row = dict(account_id="A", criterion="trust", score=str(number), rated_on=f"2026-05-{number + 1:02}", rater=sys.argv[2])
    add_entries(Path(sys.argv[1]), {"ratings": [row]}, Stamp(sys.argv[2], date(2026, 6, 30)))
"""


def test_two_who_save_at_once_lose_nothing(home):
    run = [subprocess.Popen([sys.executable, "-c", WRITER, str(home), name]) for name in ("Kim", "Lee")]
    assert [each.wait(timeout=120) for each in run] == [0, 0]
    rows = read_entries(home, "ratings")
    assert sorted((row["saved_by"], row["score"]) for row in rows) == sorted(
        (name, str(number)) for name in ("Kim", "Lee") for number in range(10)
    )
    assert not list((home / "entries").glob("*.part")) and len(open_portfolio(home).read("ratings")) == 20


def test_what_is_there_stays_byte_by_byte(home):
    path = home / "entries" / "ratings.csv"
    path.parent.mkdir()
    before = "\ufeffaccount_id,criterion,score,rated_on,rater,saved_on,saved_by,saved_from\r\nA,trust,7,2026-01-01,Lee,,Lee,desk"
    path.write_bytes(before.encode())
    with pytest.raises(DataError, match="has no column comment"):
        add_entries(home, {"ratings": [rating(comment="told so")]}, KIM)
    add_entries(home, {"ratings": [rating()]}, KIM)
    assert path.read_bytes().startswith(before.encode() + b"\n") and len(open_portfolio(home).read("ratings")) == 2


def test_hostile_text_comes_back_as_it_was_given(home):
    texts = ['=HYPERLINK("http://x")', "a,b\nc", "  ", "'; DROP TABLE ratings", "Ünïcode ✓"]
    rows = [rating(rater=f"R{number}", comment=text) for number, text in enumerate(texts)]
    add_entries(home, {"ratings": rows}, KIM)
    comments = open_portfolio(home).read("ratings").sort_values("rater")["comment"]
    assert [text if isinstance(text, str) else "" for text in comments] == [text.strip() for text in texts]


def test_entries_of_the_sample_count_in_every_table_that_takes_them(tmp_path):
    """The last row of each table, entered again, changes nothing but where it is from."""
    data = tmp_path / "data"
    copy_sample(data)
    before = open_portfolio(data)
    tables = ("ratings", "wallet", "insight", "customer_goals", "objectives", "actions", "contacts", "decisions", "overrides")
    for name in tables:
        with (data / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            last = list(csv.DictReader(file))[-1]
        add_entries(data, {name: [last]}, KIM)
    after = open_portfolio(data)
    for name in tables:
        columns = list(before.read(name).columns)
        left, right = (each.read(name).astype(str).sort_values(columns, ignore_index=True) for each in (before, after))
        assert left.equals(right), name
        assert after.report[name].files == (f"{name}.csv", f"entries/{name}.csv")
    assert after.report["wallet"].count(currency="EUR").money >= before.report["wallet"].count("kept", currency="EUR").money


def test_a_row_that_is_struck_out_is_kept_in_its_file_and_counts_on_no_day(home):
    goal = {"goal_id": "G", "account_id": "A", "goal": "Grow", "confirmed_on": "2026-01-10"}
    visit = {"action_id": "1", "objective_id": "Z1", "title": "Visit", "due": "2026-03-01"}
    add_entries(home, {"customer_goals": [goal]}, KIM)
    add_entries(home, {}, Stamp("Lee", date(2026, 6, 29)), struck={"customer_goals": [goal], "actions": [visit]})
    portfolio = open_portfolio(home)
    assert list(portfolio.read("actions")["action_id"]) == ["2"], "also a row of the company's own file"
    for day in DAYS:
        assert portfolio.at(date.fromisoformat(day)).read("customer_goals").empty
    told = [str(reason) for reason in portfolio.report["actions"].reasons]
    assert 'entries/actions.csv, row 2, action_id: "1" is struck out in entries' in told
    kept = read_entries(home, "customer_goals")
    assert [(row["goal"], row["saved_by"], row["saved_from"]) for row in kept] == [
        ("Grow", "Kim", "desk"),
        ("Grow", "Lee", "struck out"),
    ]
    add_entries(home, {"customer_goals": [{**goal, "goal": "Grow again"}]}, KIM)
    portfolio = open_portfolio(home)
    assert list(portfolio.read("customer_goals")["goal"]) == ["Grow again"], "who gives it anew has it back"
    assert portfolio.at(date(2026, 1, 9)).read("customer_goals").empty

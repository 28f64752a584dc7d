"""``kamnb why``: what moved, as it is typed."""

import csv
from collections import defaultdict

import pytest
from commands import run_command

from kamnb.places import data_folder

SAMPLE = data_folder() / "sample"


def test_the_file_adds_up_and_the_page_names_what_did_it(tmp_path):
    done = run_command("why", SAMPLE, "--account", "0011689", "--since", "2025-06-30", "-o", tmp_path / "why.csv")
    assert done.returncode == 0, done.stderr
    assert "moved from Strategic to Status since 30 June 2025." in done.stdout
    assert "Without weighted pipeline it would not have crossed the cut of 5." in done.stdout
    with (tmp_path / "why.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    change, parts = {}, defaultdict(float)
    for row in rows:
        if row["cause"] == "change":
            change[row["what"]] = float(row["part"])
        elif row["part"]:
            parts[row["what"]] += float(row["part"])
    assert {"attractiveness", "strength", "revenue", "margin"} <= change.keys()
    assert {what: change[what] for what in parts} == pytest.approx(parts, abs=1e-8)
    assert {row["account_id"] for row in rows} == {"0011689"}
    assert any(row["cause"] == "deal won" and row["row"] for row in rows)


@pytest.mark.parametrize(
    "words, said",
    [
        (("--since", "2026-06-30"), "since 2026-06-30: must be before the day of the analysis, 2026-06-30"),
        (("--since", "2026-03-31", "--account", "001168"), 'account "001168" is not among the 33 accounts; close are 0011689'),
        (("--since", "2026-03-31", "--criteria-before", "nowhere.toml"), "File 'nowhere.toml' does not exist"),
        (("--since", "soon"), '"soon" is not a day; write it as YYYY-MM-DD'),
        ((), "Missing option '--since'"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path, words, said):
    done = run_command("why", SAMPLE, *words, "-o", tmp_path / "why.csv")
    assert done.returncode and said in done.stderr and not (tmp_path / "why.csv").exists()


@pytest.mark.parametrize("command", [("why", "--since", "2026-03-31"), ("history",), ("score",), ("backtest",), ("match",)])
def test_no_table_and_nothing_that_was_told_is_written_over(tmp_path, command):
    name, *words = command
    files = {"accounts.csv": "account_id,name\nA,Alder\n", "history/0001_2026-06-30.csv": "told"}
    for file, content in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(content)
        done = run_command(name, tmp_path, *words, "-o", tmp_path / file)
        assert done.returncode and "written over; give -o another name" in done.stderr
        assert (tmp_path / file).read_text() == content


@pytest.mark.parametrize("name", ["why", "history", "score", "backtest", "kpis", "programme"])
def test_a_csv_file_is_not_given_the_name_of_another_format(tmp_path, name):
    words = ("--since", "2026-03-31") if name == "why" else ("--budget", "1") if name == "kpis" else ()
    done = run_command(name, SAMPLE, *words, "-o", tmp_path / "w.xlsx")
    assert done.returncode == 2 and "would be no xlsx file but CSV; name it w.csv" in done.stderr

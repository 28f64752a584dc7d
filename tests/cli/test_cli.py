"""The command line as it is typed: what it prints, writes, refuses, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pandas as pd
import pytest
from commands import run_command as kamnb

from kamnb.cli import cli
from kamnb.places import data_folder

SAMPLE = data_folder() / "sample"


def start_kamnb(*words, **env):
    """Run a command in a process of its own, as a shell does."""
    command = [sys.executable, "-m", "kamnb.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | env, check=False)


def refused(done, code, *parts):
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    for part in parts:
        assert part in done.stderr, done.stderr


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "invoices.csv").write_text("account_id,date,amount\nA,2026-01-05,10\nB,2026-02-05,20.50\n", encoding="utf-8")
    return folder


def test_help_names_every_command_and_says_of_each_in_a_whole_sentence_what_it_does():
    context = click.Context(cli, terminal_width=80)
    lines = [line for line in cli.get_help(context).partition("Commands:")[2].splitlines() if line.strip()]
    assert [line.split()[0] for line in lines] == sorted(cli.commands) and "plan" in cli.commands
    inner = [each.get_short_help_str(60) for each in cli.commands["plan"].commands.values()]
    assert [line for line in [*lines, *inner] if not line.endswith(".") or line.endswith("...")] == []


def test_importing_the_package_loads_nothing_heavy():
    heavy = {"matplotlib", "duckdb", "scipy", "ipywidgets", "pandas"}
    code = f"import sys, kamnb, kamnb.cli; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_check_counts_rows_and_money_as_json():
    report = json.loads(kamnb("check", SAMPLE, "--json").stdout)
    invoices = report["tables"]["invoices"]
    rows = invoices["rows"]
    assert rows["read"] == rows["kept"] + rows["set_aside"] + rows["after_as_of"]
    assert rows["set_aside"] > 0 and rows["after_as_of"] > 0
    assert set(invoices["money"]) == {"EUR", "CHF", "USD"}
    assert report["good"] is True


def test_check_writes_what_was_set_aside_and_nothing_into_the_data(tmp_path):
    before = sorted(path.name for path in SAMPLE.iterdir())
    assert kamnb("check", SAMPLE, "-o", tmp_path / "out").returncode == 0
    assert "12.5O0" in (tmp_path / "out" / "set_aside" / "invoices.csv").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out" / "check.json").read_text(encoding="utf-8"))["faults"] == []
    assert sorted(path.name for path in SAMPLE.iterdir()) == before


def test_faults_end_with_one_and_all_are_said_with_the_counts(tables):
    (tables / "opportunities.csv").write_text("id,stage\n1,open\n", encoding="utf-8")
    done = kamnb("check", tables)
    refused(done, 1, '"opportunity_id" is missing', '"account_id" is missing', "2 faults stop the run; nothing was computed")
    assert "invoices.csv" in done.stdout


def test_score_writes_one_row_per_account_with_every_indicator_and_contribution(tmp_path):
    done = kamnb("score", SAMPLE, "-o", tmp_path / "scores.csv")
    assert done.returncode == 0, done.stderr
    scores = pd.read_csv(tmp_path / "scores.csv", dtype={"account_id": str})
    first = ["account_id", "name", "account_manager", "attractiveness", "strength"]
    first += ["attractiveness_known", "strength_known", "quadrant", "placed"]
    assert list(scores.columns[: len(first)]) == first
    assert {"revenue_ltm", "people_reached", "dso_countback", "contribution_annual_spend"} <= set(scores.columns)
    assert scores["account_id"].is_unique and "0010417" in set(scores["account_id"])
    assert scores.loc[scores["placed"].isna(), "reason"].notna().all()
    assert "Strategic quadrant" in done.stdout


@pytest.mark.parametrize(
    ("tables", "asked", "home"),
    [("", "", ""), ("", "kamnb.toml", ""), ("data", "", ""), ("data", "data", ""), ("data", "data/kamnb.toml", "data")],
)
def test_what_is_not_asked_for_elsewhere_is_written_beside_the_workbook(tmp_path, tables, asked, home):
    mine, here = tmp_path / "mine", tmp_path / "here"
    here.mkdir()
    files = {"invoices.csv": b"account_id,date,amount\nA,2026-01-05,10\n,2026-02-05,20\n", "kamnb.toml": b"fiscal_year_start = 1"}
    for name, content in files.items():
        (mine / tables).mkdir(parents=True, exist_ok=True)
        (mine / tables / name).write_bytes(content)
    if tables:
        (mine / "notebooks").mkdir()
    for _ in range(2):  # what the first run wrote is not read as a table by the second
        done = kamnb("score", mine / asked, cwd=here)
        assert done.returncode == 0 and "reports" not in done.stderr, done.stderr
    written = sorted(path.relative_to(mine / home / "reports").as_posix() for path in (mine / home / "reports").rglob("*.*"))
    assert written == ["criteria.toml", "scores.csv", "set_aside/invoices.csv"]
    assert not list(here.iterdir()) and {path.name for path in (mine / tables).glob("*.*")} - {".kamnb"} == {*files}


def test_score_says_on_what_places_rest_and_speaks_of_rows_set_aside_only_where_there_are_some(tmp_path):
    days = pd.date_range("2022-01-12", "2026-06-12", freq="31D")
    rows = ["account_id,date,amount,offering_id", *(f"{account},{day:%Y-%m-%d},900,P" for account in "AB" for day in days)]
    (tmp_path / "invoices.csv").write_text("\n".join(rows), encoding="utf-8")
    done = kamnb("score", tmp_path, "--as-of", "2026-06-30", "-o", tmp_path / "scores.csv")
    assert "  2 accounts: judged by our own sales alone\n" in done.stdout and "set aside" not in done.stdout
    (tmp_path / "invoices.csv").write_text("\n".join([*rows, ",2026-06-01,5,P"]), encoding="utf-8")
    done = kamnb("score", tmp_path, "--as-of", "2026-06-30", "-o", tmp_path / "scores.csv")
    assert "rows that were set aside are not written into the data folder; give -o in another folder" in done.stdout


def test_scores_are_the_same_bytes_each_time(tmp_path):
    assert kamnb("score", SAMPLE, "-o", tmp_path / "one" / "scores.csv").returncode == 0
    hashed = "8" if os.environ.get("PYTHONHASHSEED") == "7" else "7"
    apart = start_kamnb("score", SAMPLE, "-o", tmp_path / "two" / "scores.csv", PYTHONHASHSEED=hashed, LANG="C", TZ="Asia/Tokyo")
    assert apart.returncode == 0, apart.stderr
    assert (tmp_path / "one" / "scores.csv").read_bytes() == (tmp_path / "two" / "scores.csv").read_bytes()


def test_formula_like_names_are_harmless(tmp_path, tables):
    (tables / "accounts.csv").write_text('account_id,name\nA,"=HYPERLINK(""http://x"")"\nB,+B\n', encoding="utf-8")
    assert kamnb("score", tables, "-o", tmp_path / "scores.csv").returncode == 0
    names = pd.read_csv(tmp_path / "scores.csv")["name"]
    assert names.str.startswith("'").all()


def test_without_a_model_one_is_calibrated_saved_and_said(tmp_path, tables):
    done = kamnb("score", tables, "-o", tmp_path / "out" / "scores.csv")
    assert done.returncode == 0, done.stderr
    assert "as it is, for no anchor could be calibrated, saved as" in done.stdout
    assert (tmp_path / "out" / "criteria.toml").exists()


def test_calibrate_writes_a_model_that_scores_and_never_overwrites(tmp_path):
    model = tmp_path / "criteria.toml"
    assert kamnb("calibrate", SAMPLE, "-o", model).returncode == 0
    assert kamnb("score", SAMPLE, "--criteria", model, "-o", tmp_path / "scores.csv").returncode == 0
    refused(kamnb("calibrate", SAMPLE, "-o", model), 2, "is not overwritten")


def test_kpis_are_chosen_within_the_budget_each_with_its_reason(tmp_path):
    done = kamnb("kpis", SAMPLE, "--budget", "60000", "-o", tmp_path / "kpis.csv")
    assert done.returncode == 0, done.stderr
    assert "Within a measuring budget of EUR 60,000 a year 8 of 15 KPIs are chosen." in done.stdout
    chosen = pd.read_csv(tmp_path / "kpis.csv", index_col="kpi_id")
    assert chosen["chosen"].value_counts().to_dict() == {"yes": 8, "no": 7}
    assert chosen.loc[chosen["chosen"] == "yes", "cost"].sum() <= 60000
    assert chosen["reason"].str.endswith(".").all()


@pytest.mark.parametrize(
    ("budget", "code", "part"),
    [(["--budget=-1"], 1, "is negative"), (["--budget", "much"], 1, "is not an amount"), ([], 2, "--budget")],
)
def test_a_budget_that_is_none_is_refused(tmp_path, budget, code, part):
    refused(kamnb("kpis", SAMPLE, *budget, "-o", tmp_path / "kpis.csv"), code, part)
    assert not (tmp_path / "kpis.csv").exists()


def test_without_kpis_none_are_chosen(tmp_path, tables):
    refused(kamnb("kpis", tables, "--budget", "1", cwd=tmp_path), 1, "no table objectives", "no table kpis", "no KPI was chosen")


def test_a_workbook_of_ones_own_never_overwrites(tmp_path):
    done = kamnb("new", tmp_path / "mine", "--sample")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine" / "notebooks" / "50_account_plan.ipynb").exists()
    assert kamnb("check", tmp_path / "mine").returncode == 0
    refused(kamnb("new", tmp_path / "mine"), 1, "holds", "already")


def test_an_empty_workbook_says_what_it_needs(tmp_path):
    assert kamnb("new", tmp_path / "mine").returncode == 0
    header = (tmp_path / "mine" / "data" / "invoices.csv").read_text(encoding="utf-8")
    assert header.startswith("account_id,date,amount")
    refused(kamnb("report", tmp_path / "mine"), 1, "no row can be used")


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("check", "nowhere"), 2, "nowhere"),
        (("check",), 2, "DATA"),
        (("score", SAMPLE, "--as-of", "30.06.2026"), 2, "write it as YYYY-MM-DD"),
        (("score", SAMPLE, "--criteria", "none.toml"), 2, "none.toml"),
        (("report", SAMPLE, "--top", "0"), 2, "--top"),
        (("report", SAMPLE, "--account", "nobody", "-o", "out"), 1, 'account "nobody" is not among'),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_wrong_words_are_refused_without_a_traceback(tmp_path, words, code, part):
    refused(kamnb(*words, cwd=tmp_path), code, part)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("kamnb.toml", b"as_of = 2026-13-01", "is not valid TOML"),
        ("kamnb.toml", b'[invoices]\nfile = "other.csv"', "other.csv"),
        ("kamnb.toml", b'[invoces]\nfile = "invoices.csv"', 'did you mean "invoices"?'),
        ("criteria.toml", b"[model]\nname = 3", "criteria.toml"),
        ("invoices.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "invoices.csv"),
        ("invoices.csv", b"", "invoices.csv"),
        ("accounts.xlsx", b"not a workbook", "accounts.xlsx"),
    ],
)
def test_broken_files_are_named_without_a_traceback(tmp_path, tables, name, content, part):
    (tables / name).write_bytes(content)
    refused(kamnb("score", tables, "-o", tmp_path / "scores.csv"), 1, part)
    assert not (tmp_path / "scores.csv").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_a_full_disk_is_said(tables):
    code = (
        "import pathlib, kamnb.data.saving as saving, kamnb.cli as cli, sys\n"
        "def full(self, content): open('/dev/full', 'wb', buffering=0).write(content)\n"
        "pathlib.Path.write_bytes = full\n"
        f"sys.argv = ['kamnb', 'score', {str(tables)!r}, '-o', {str(tables / 'x' / 'scores.csv')!r}]\n"
        "cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    refused(done, 1, "No space left on device")
    assert not (tables / "x" / "scores.csv").exists()

"""What a command says is to be done next can be typed as it stands: names with spaces and the options of the first are in it."""

import re
import shlex

import pytest
from commands import run_command as kamnb
from folders import write_files

FILES = {
    "kunden.csv": "account_id,name\nA1,Nordlicht Hotels GmbH\n",
    "sales.csv": "account_id,name,date,amount\n7,Nordlicht Hotels Gmbh,2026-01-31,50\nA1,Nordlicht Hotels GmbH,2026-02-28,90\n",
}
TOML = '[accounts]\nfile = "kunden.csv"\n[invoices]\nfile = "sales.csv"\n'


@pytest.fixture
def data(tmp_path):
    """Settings in one folder, their files in another: both are to be said."""
    write_files(tmp_path / "my exports", **FILES)
    write_files(tmp_path / "my settings", TOML)
    return "my settings", "--root", "my exports"


def follow(done, cwd):
    """Give the last command that an answer names."""
    words = shlex.split(re.findall("`(.*?)`", done.stdout)[-1])
    assert words[0] == "kamnb"
    return words, kamnb(*words[1:], cwd=cwd)


def test_check_leads_to_report(tmp_path, data):
    done = kamnb("check", *data, "--as-of", "2026-03-31", cwd=tmp_path)
    words = shlex.split(re.findall("`(.*?)`", done.stdout)[-1])
    assert words == ["kamnb", "report", *data, "--as-of", "2026-03-31"]
    assert kamnb("score", *words[2:], "-o", "out/scores.csv", cwd=tmp_path).returncode == 0, "the same options, and no kernels"


def test_check_that_stops_leads_to_another(tmp_path, data):
    (tmp_path / "my exports" / "sales.csv").write_text("account_id,date\nA1,2026-01-31\n")
    words, again = follow(kamnb("check", *data, cwd=tmp_path), tmp_path)
    assert words == ["kamnb", "check", *data] and again.returncode == 1 and "sales.csv" in again.stdout + again.stderr


def test_calibrate_leads_to_score(tmp_path, data):
    words, scored = follow(kamnb("calibrate", *data, "-o", "a model.toml", cwd=tmp_path), tmp_path)
    assert words == ["kamnb", "score", "my settings", "--criteria", "a model.toml", "--root", "my exports"]
    assert scored.returncode == 0 and "a model.toml" in scored.stdout
    there = kamnb("calibrate", *data, "-o", "my settings/criteria.toml", cwd=tmp_path)
    assert there.stdout.endswith("next: `kamnb score 'my settings' --root 'my exports'`\n"), "it is found by its name"


def test_match_leads_to_take(tmp_path, data):
    done = kamnb("match", *data, "-o", "my matches.csv", cwd=tmp_path)
    assert "1 id has no row in accounts: 1 proposed, 0 to choose from several, 0 like none of ours" in done.stdout
    words, taken = follow(done, tmp_path)
    assert words == ["kamnb", "match", "my settings", "--take", "my matches.csv", "--root", "my exports"]
    assert (
        taken.stdout == "aliases.csv: 0 new; 0 refused in no_match.csv; 1 row left open\n"
        'add to kamnb.toml: [aliases] and file = "aliases.csv"\n'
    )


def test_match_refuses_a_name_that_promises_another_format(tmp_path, data):
    done = kamnb("match", *data, "-o", "matches.pdf", cwd=tmp_path)
    assert done.returncode == 2 and "name it matches.csv" in done.stderr
    assert kamnb("match", *data, "-o", "matches.xlsx", cwd=tmp_path).returncode == 0


def test_a_folder_without_notebooks_is_said_to_verify_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    done = kamnb("verify", "empty", cwd=tmp_path)
    assert done.returncode == 2 and "there is no notebook in" in done.stderr

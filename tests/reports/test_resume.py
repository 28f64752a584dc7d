"""A run goes on where one stopped, makes what changed, and says why."""

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
from causes import SAMPLE, analyse_data, list_causes
from desks import copy_sample
from runs import ids, write_data, write_notebook

from kamnb.errors import ReportError
from kamnb.reports.batch import write_reports
from kamnb.reports.causes import name_causes
from kamnb.reports.order import Order
from kamnb.reports.worker import Outcome

BIN = Path(sys.executable).parent


def run(data, output, notebook, **more):
    said = []
    made = write_reports(Order(data, notebook=notebook, output=output, **more), say=said.append)
    return made, said


def read_all(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    told = ("timings.json", "index.html", "run.json", ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.name not in told}


COUNT = "import os, pathlib\nwith pathlib.Path(os.environ['COUNT']).open('a') as f: f.write(account_id + ' ')"
ONE = 'account_id: str = ""'


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A workbook of four accounts, a notebook that counts its executions, and the pages of a first run."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "data").mkdir()
    data = write_data(folder / "data", ids[:4])
    notebook = write_notebook(folder / "light.ipynb", COUNT, "f'account {account_id}'", parameters=ONE)
    with mock.patch.dict(os.environ, COUNT=str(folder / "count")):
        made, _ = run(data, folder / "out", notebook)
    assert len(made.pages) == 4 and set(made.causes.values()) == {"new"}
    return folder


@pytest.fixture
def light(first, tmp_path, monkeypatch):
    """A copy of it: data, the folder with the pages, the notebook, and the file that counts."""
    shutil.copytree(first, tmp_path / "copy")
    monkeypatch.setenv("COUNT", str(tmp_path / "copy" / "count"))
    return [tmp_path / "copy" / name for name in ("data", "out", "light.ipynb", "count")]


def test_a_second_run_makes_nothing_and_force_makes_the_same_bytes(light):
    data, output, notebook, count = light
    before = read_all(output)
    made, _ = run(data, output, notebook)
    assert made.causes == {} and sorted(made.kept) == ids[:4] and len(count.read_text().split()) == 4
    assert read_all(output) == before
    record = (output / "run.json").read_bytes()
    made, _ = run(data, output, notebook, force=True)
    assert (output / "run.json").read_bytes() == record
    assert len(made.causes) == 4 and len(count.read_text().split()) == 8
    assert read_all(output) == before


def test_pages_that_are_gone_edited_or_half_recorded_are_made_again(light):
    data, output, notebook, _ = light
    first = read_all(output)
    (output / f"{ids[0]}.html").unlink()
    (output / f"{ids[1]}.html").write_text("edited", encoding="utf-8")
    (output / "made" / f"{ids[2]}.json").write_text('{"made_from": {', encoding="utf-8")
    (output / f".{ids[3]}.html.1.part").write_text("half", encoding="utf-8")
    made, _ = run(data, output, notebook)
    assert made.causes == {
        ids[0]: "its page is not there",
        ids[1]: "its page was changed by hand",
        ids[2]: "the record of what it was made from cannot be read",
    }
    assert read_all(output) == first
    told = json.loads((output / "timings.json").read_text(encoding="utf-8"))["why"]
    assert told == made.causes | {ids[3]: "kept"}


def test_a_changed_notebook_setting_or_table_is_the_reason(light):
    data, output, notebook, _ = light
    write_notebook(notebook, "f'other {account_id}'", parameters=ONE)
    assert set(run(data, output, notebook)[0].causes.values()) == {"the notebook changed"}
    (data / "kamnb.toml").write_text('as_of = "2026-02-01"\n', encoding="utf-8")
    assert set(run(data, output, notebook)[0].causes.values()) == {"settings or parameters changed; the data changed"}
    frame = pd.read_csv(data / "accounts.csv", dtype=str)
    frame.loc[0, "name"] = "Renamed"
    frame.to_csv(data / "accounts.csv", index=False)
    assert set(run(data, output, notebook)[0].causes.values()) == {"the data changed"}


def test_an_account_that_failed_is_tried_again(light):
    data, output, notebook, _ = light
    write_notebook(
        notebook, f"import pathlib\nassert account_id != {ids[1]!r} or pathlib.Path({str(notebook)!r} + '.good').exists()"
    )
    assert list(run(data, output, notebook)[0].failures) == [ids[1]]
    assert not (output / f"{ids[1]}.html").exists() and (output / "failed" / f"{ids[1]}.ipynb").exists()
    Path(f"{notebook}.good").touch()
    made, _ = run(data, output, notebook)
    assert made.failures == {} and list(made.causes) == [ids[1]]
    assert not list((output / "failed").glob("*.ipynb")), "what failed once and was made since is no failure"


@pytest.mark.thorough  # two whole runs beside each other
def test_two_runs_at_once_make_each_page_once(light):
    data, output, notebook, count = light
    shutil.rmtree(output)
    count.unlink()
    found = []
    threads = [threading.Thread(target=lambda: found.append(_run_apart(data, output, notebook))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [code for code, _ in found] == [0, 0]
    assert sorted(count.read_text().split()) == ids[:4]
    assert any("another run writes into" in said and "kept 4" in said for _, said in found)
    assert set(read_all(output)) >= {f"{account}.html" for account in ids[:4]}


def _run_apart(data, output, notebook, **more):
    command = [str(BIN / "kamnb"), "report", str(data), "--notebook", str(notebook), "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, **more)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.thorough  # whole runs on a disk of its own
@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on the size of files")
def test_a_full_disk_leaves_the_last_good_page(light):
    """No file may grow beyond 2,000 bytes: writing fails as it does on a full disk."""
    data, output, notebook, _ = light
    before = read_all(output)
    write_notebook(notebook, "'x' * 5000", parameters=ONE)
    script = f"ulimit -f 2; exec {BIN / 'kamnb'} report {data} --notebook {notebook} -o {output}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stdout + done.stderr
    pages = {name: content for name, content in before.items() if not name.startswith("made/")}
    assert {name: content for name, content in read_all(output).items() if not name.startswith("made/")} == pages
    made = run(data, output, notebook)[0]
    assert made.failures == {} and made.kept == []


def test_a_disk_without_room_stops_the_run_once_and_what_is_made_stays(light):
    data, output, notebook, count = light
    before, asked = read_all(output), len(count.read_text().split())
    full = mock.patch(
        "kamnb.reports.crew.Crew.make", lambda crew, job: Outcome(0.1, "No space left on device: a.html", has_no_room=True)
    )
    with full, pytest.raises(ReportError, match="out: no room is left on the disk; make room and run again: what was made stays"):
        run(data, output, notebook, force=True, jobs=1)
    assert read_all(output) == before and len(count.read_text().split()) == asked


@pytest.fixture(scope="module")
def sample():
    return analyse_data(SAMPLE)


def _changed(before, after, shows="plan"):
    first, second = list_causes(before, shows), list_causes(after, shows)
    found = {account: name_causes(first[account], second[account]) for account in first}
    return {account: names for account, names in found.items() if names}


def _edit(tmp_path, table, change):
    copy_sample(tmp_path / "data")
    path = tmp_path / "data" / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(frame)
    frame.to_csv(path, index=False)
    return analyse_data(tmp_path / "data")


@pytest.mark.thorough  # whole runs in processes of their own
def test_the_same_data_have_the_same_causes_in_another_process(sample):
    script = (
        "import json, sys\nsys.path.insert(0, 'tests')\nfrom causes import SAMPLE, analyse_data, list_causes\n"
        "print(json.dumps(list_causes(analyse_data(SAMPLE))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert json.loads(done.stdout) == list_causes(sample)


def test_a_contact_concerns_its_account_only(sample, tmp_path):
    def rename(frame):
        frame.loc[frame["account_id"] == "0010523", "name"] += " jr."

    after = _edit(tmp_path, "contacts", rename)
    assert _changed(sample, after) == {"0010523": ["its rows changed"]}
    assert set(_changed(sample, after, "anything")) == set(sample.accounts.index)


@pytest.mark.thorough  # whole runs; what else concerns which page is tried on one account each
def test_what_a_plan_shows_of_its_subsidiaries_concerns_it(sample, tmp_path):
    def hand_over(frame):
        frame.loc[frame["account_id"] == "0010526", "account_manager"] = "M01"

    found = _changed(sample, _edit(tmp_path, "accounts", hand_over))
    assert "its rows changed" in found["0010526"] and "its rows changed" not in found["0010523"]
    assert "facts of the portfolio that it shows changed" in found["0010523"]


@pytest.mark.thorough  # whole runs; what else concerns which page is tried on one account each
def test_an_invoice_moves_the_bubble_that_every_plan_shows_but_no_customer_copy(sample, tmp_path):
    def double(frame):
        rows = frame.index[(frame["account_id"] == "0010523") & (frame["date"] > "2026-03-01")]
        frame.loc[rows[0], "amount"] = str(float(frame.loc[rows[0], "amount"]) * 2)

    after = _edit(tmp_path, "invoices", double)
    found = _changed(sample, after)
    assert set(found) == set(sample.accounts.index)
    assert "its rows changed" in found["0010523"]
    assert all("facts of the portfolio that it shows changed" in said for said in found.values())
    assert all("facts of the portfolio that it shows changed" not in said for said in _changed(sample, after, "copy").values())


def test_a_manager_s_name_concerns_all(sample, tmp_path):
    after = _edit(tmp_path, "managers", lambda frame: frame.__setitem__("name", frame["name"] + " X"))
    assert all("lists that all accounts share changed" in said for said in _changed(sample, after).values())
    assert set(_changed(sample, after)) == set(sample.accounts.index)


def test_no_notebook_in_failed_is_of_a_report_that_is_there(light):
    """Whether the run that made it was killed before it noted that, or the report is kept."""
    data, output, notebook, _ = light
    stale = [output / "failed" / f"{name}.ipynb" for name in ids[:2]]
    stale[0].parent.mkdir()
    for path in stale:
        path.write_text("{}")
    (output / f"{ids[1]}.html").unlink()
    with mock.patch("kamnb.reports.batch._note", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        run(data, output, notebook)
    assert (output / "made" / f"{ids[1]}.json").is_file() and not any(path.exists() for path in stale)


def move(folder):
    folder.rename(folder.with_name("elsewhere"))


@pytest.mark.parametrize("how", [shutil.rmtree, move])
def test_a_folder_that_is_removed_while_reports_are_made_stops_the_run_once(light, how):
    data, output, notebook, count = light
    removes = mock.patch("kamnb.reports.crew.Crew.make", lambda crew, job: how(output) if output.exists() else None)
    with removes, pytest.raises(ReportError, match="out: was removed, or moved, while reports were written into it; run again"):
        run(data, output, notebook, force=True, jobs=1)
    assert not output.exists() and len(count.read_text().split()) == 4

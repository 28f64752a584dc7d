"""What takes longer than a test may: ``make soak``."""

import json
import random
import signal
import time

import psutil
import pytest
from desks import copy_sample
from runs import start, wait_for, write_data, write_notebook

from kamnb.analysis import open_analysis
from kamnb.places import data_folder
from kamnb.reports.batch import write_reports
from kamnb.reports.order import Order

pytestmark = pytest.mark.soak
SAMPLE = data_folder() / "sample"


def read_all(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "timings.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_every_account_of_the_sample_gets_its_plan_and_twice_the_same_bytes(tmp_path):
    every = tuple(open_analysis(str(SAMPLE)).accounts.index)
    for name in ("one", "two"):
        run = write_reports(Order(SAMPLE, accounts=every, output=tmp_path / name), say=lambda line: None)
        assert not run.failures and len(run.pages) == len(every)
    assert read_all(tmp_path / "one") == read_all(tmp_path / "two")


def is_whole(folder):
    """Check that every page is whole, and that what is recorded as made is there as recorded."""
    from kamnb.data.saving import hash_file

    for page in folder.glob("0*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>"), page
    for record in (folder / "made").glob("*.json"):
        for name, digest in json.loads(record.read_text(encoding="utf-8"))["files"].items():
            assert (folder / name).is_file(), f"{record.name} tells of {name}, which is not there"
            assert hash_file(folder / name) == digest, name
    return True


def test_a_run_that_is_killed_at_100_random_moments_loses_nothing(tmp_path):
    """Each time whatever was finished stays, and the last run makes the rest; the notebook changes now and then."""
    names = [f"{number:03}" for number in range(1, 41)]
    (tmp_path / "data").mkdir()
    data, draw, made = write_data(tmp_path / "data", names), random.Random(7), set()
    for turn in range(100):
        if turn % 10 == 0:
            notebook = write_notebook(tmp_path / "light.ipynb", "import pandas as pd", f"'turn {turn // 10}'", "account_id")
            made = set()
        folder = tmp_path / f"run{turn}"
        folder.mkdir()
        (tmp_path / "reports").mkdir(exist_ok=True)
        (folder / "reports").symlink_to(tmp_path / "reports")
        run = start(folder, data, notebook)
        time.sleep(draw.uniform(1.0, 6.0))
        below = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=30)
        wait_for(lambda below=below: not [each for each in below if each.is_running() and each.status() != psutil.STATUS_ZOMBIE])
        wait_for(lambda folder=folder: not list((folder / "temporary").iterdir()), seconds=15)
        assert is_whole(tmp_path / "reports")
        now = {page.stem for page in (tmp_path / "reports").glob("0*.html") if f"turn {turn // 10}" in page.read_text("utf-8")}
        assert made <= now, f"turn {turn}: pages were lost"
        made = now
    final = write_reports(Order(data, notebook=notebook, output=tmp_path / "reports"), say=lambda line: None)
    assert len(final.pages) == len(names) and not final.failures
    assert not [path for path in (tmp_path / "reports").rglob("*") if path.suffix == ".part"]


def test_500_accounts_of_which_50_fail(tmp_path):
    names = [f"{number:03}" for number in range(500)]
    (tmp_path / "data").mkdir()
    data = write_data(tmp_path / "data", names)
    harm = {0: "raise ValueError('broken')", 1: "os._exit(2)", 2: "os.kill(os.getpid(), 9)", 3: "[][1]", 4: "sys.exit(3)"}
    notebook = write_notebook(
        tmp_path / "light.ipynb",
        "import os, sys",
        f"n = int(account_id)\nexec({harm!r}[n // 10 % 5]) if n % 10 == 0 else None",
        "n",
    )
    first = write_reports(Order(data, notebook=notebook, output=tmp_path / "out"), say=lambda line: None)
    assert len(first.pages) == 450 and sorted(first.failures) == names[::10]
    again = write_reports(Order(data, notebook=notebook, output=tmp_path / "out"), say=lambda line: None)
    assert len(again.kept) == 450 and sorted(again.causes) == names[::10]
    assert len(list((tmp_path / "out").glob("[0-9]*.html"))) == 450


def test_a_plan_that_would_be_kept_is_the_same(tmp_path, monkeypatch):
    """For every table: without the rows of another account, a plan whose causes are the same shows the same."""
    import os
    import shutil

    import pandas as pd
    import papermill
    from causes import PLAN, analyse_data, list_causes

    from kamnb.analysis import SAVED, save_analysis
    from kamnb.data.tables import TABLES

    account, other = "0010417", "0010523"
    asked = {"data_dir": "saved", "as_of": "", "criteria_file": "", "since": ""}

    def show(analysis, name):
        folder = tmp_path / name
        folder.mkdir()
        save_analysis(analysis, folder, tuple(asked.values()))
        monkeypatch.setenv(SAVED, str(folder))
        node = papermill.execute_notebook(
            str(PLAN), str(folder / "plan.ipynb"), {**asked, "account_id": account}, engine_name="kamnb", progress_bar=False
        )
        return [list(cell.get("outputs", [])) for cell in node.cells]

    base = analyse_data(SAMPLE)
    before, shown = list_causes(base)[account], show(base, "base")
    kept = []
    for table in sorted(base.portfolio.filled):
        if not any(column.name == "account_id" for column in TABLES[table].columns) or table == "accounts":
            continue
        data = tmp_path / f"data-{table}"
        copy_sample(data)
        path = data / f"{table}.csv"
        if not path.exists():
            continue
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame[frame["account_id"] != other].to_csv(path, index=False)
        after = analyse_data(data)
        if list_causes(after)[account] == before:
            kept.append(table)
            assert show(after, table) == shown, f"{table}: the plan would be kept, but shows something else"
        shutil.rmtree(data)
        assert os.environ[SAVED]
    assert {"complaints", "customer_goals", "decisions", "deliveries"} <= set(kept), kept

"""Reports that crash, never end or take all memory cost themselves only, and nothing is left running or lying about."""

import contextlib
import json
import os
import signal
import tempfile
from unittest import mock

import psutil
import pytest
from runs import ids, start, wait_for, write_data, write_notebook

from kamnb.errors import ReportError
from kamnb.reports.batch import write_reports
from kamnb.reports.crew import Limits
from kamnb.reports.order import Order

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_data(tmp_path_factory.mktemp("data"), ids)


HARM = {
    "os._exit(5)": "the kernel ended itself with exit code 5",
    "os.kill(os.getpid(), signal.SIGKILL)": "the kernel was killed by SIGKILL",
    "ctypes.string_at(0)": "the kernel was killed by SIGSEGV",
    "sys.exit('bye')": "SystemExit: bye",
    "endless()": "it took longer than 12 s; --time-limit allows more",
    "held.append(bytearray(900_000_000)); time.sleep(60)": "of memory, more than 700; --memory-limit allows more",
    "os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)": "the process that made the report was killed",
    "subprocess.Popen(['sleep', '987']); 'fine'": "",
    "'fine'": "",
}


@pytest.fixture(scope="module")
def harmed(tmp_path_factory, data):
    """One run in which every account but the last two comes to harm in its own way."""
    folder = tmp_path_factory.mktemp("harm")
    harm = dict(zip(ids, HARM, strict=False))
    notebook = write_notebook(
        folder / "harm.ipynb",
        "import ctypes, os, signal, subprocess, sys, time\nheld = []\ndef endless():\n    while True: time.sleep(0.1)",
        f"eval({harm!r}[account_id]) if ';' not in {harm!r}[account_id] else exec({harm!r}[account_id])",
    )
    (folder / "temporary").mkdir()
    limits = Limits(seconds=12, megabytes=700)  # a busy machine takes seconds for what takes none
    order = Order(data, accounts=tuple(harm), notebook=notebook, output=folder / "reports", limits=limits)
    with mock.patch.object(tempfile, "tempdir", str(folder / "temporary")):
        made = write_reports(order, say=lambda line: None)
    return made, harm, folder / "temporary"


def test_each_fails_with_its_reason_and_the_others_are_made(harmed):
    made, harm, _ = harmed
    for account, does in harm.items():
        assert HARM[does] in made.failures.get(account, ""), does
        assert (account in made.pages) == (HARM[does] == ""), does
    record = json.loads((made.index.parent / "run.json").read_text(encoding="utf-8"))
    assert all(record["accounts"][account] == {"error": reason} for account, reason in made.failures.items())


def test_what_a_failed_report_had_shown_is_kept(harmed):
    made, _, _ = harmed
    text = (made.index.parent / "failed" / f"{ids[0]}.ipynb").read_text(encoding="utf-8")
    assert f'account_id = \\"{ids[0]}\\"' in text


def test_no_process_and_no_temporary_folder_is_left(harmed):
    _, _, temporary = harmed
    assert not _running("sleep 987")
    below = psutil.Process().children(recursive=True)
    assert [process for process in below if str(temporary) in " ".join(process.cmdline())] == []  # other tests keep theirs
    assert list(temporary.iterdir()) == []


def _running(words):
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if words in line and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(line)
    return found


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.thorough),
        pytest.param(signal.SIGTERM, marks=pytest.mark.soak),
        signal.SIGKILL,
    ],
)
def test_a_run_that_is_stopped_leaves_whole_pages_and_nothing_else(how, data, tmp_path):
    notebook = write_notebook(
        tmp_path / "slow.ipynb", "import subprocess, time\nsubprocess.Popen(['sleep', '600'])",
        f"time.sleep(0.5 if account_id < '{ids[6]}' else 600)",
    )  # fmt: skip
    run = start(tmp_path, data, notebook)  # it does not end by itself while it is watched
    pages = wait_for(lambda: list((tmp_path / "reports").glob("0*.html")))
    below = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(how)
    said, _ = run.communicate(timeout=120)
    assert run.returncode != 0
    if how is not signal.SIGKILL:
        assert "stopped; files that were finished are whole" in said and "Traceback" not in said
    wait_for(lambda: not [each for each in below if each.is_running() and each.status() != psutil.STATUS_ZOMBIE], seconds=60)
    wait_for(lambda: not list((tmp_path / "temporary").iterdir()), seconds=60)
    wait_for(lambda: not _started_within(tmp_path / "temporary"), seconds=60)  # what was started after the look below is gone too
    assert all(page.read_text(encoding="utf-8").rstrip().endswith("</html>") for page in pages)
    assert not list((tmp_path / "reports").rglob("*.part"))


def _started_within(folder):
    """Return the processes whose temporary files lie in a folder: those of one run, whoever is their parent by now."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("TMPDIR", "").startswith(str(folder)) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@pytest.mark.thorough  # each plan in a kernel of its own: 16 s
def test_plain_kernels_give_the_same_bytes(tmp_path, data):
    notebook = write_notebook(
        tmp_path / "light.ipynb", "import os", f"assert account_id != '{ids[1]}'", "print(account_id)\n{'id': account_id}",
        f"os._exit(3) if account_id == '{ids[2]}' else None",
    )  # fmt: skip
    found = {}
    for name, warm in (("warm", True), ("plain", False)):
        order = Order(data, accounts=tuple(ids[:3]), notebook=notebook, output=tmp_path / name, warm=warm)
        made = write_reports(order, say=lambda line: None)
        assert set(made.pages) == {ids[0]}
        found[name] = {
            path.name: path.read_bytes() for path in sorted((tmp_path / name).rglob("0*")) if "failed" not in path.parts
        }
    assert found["warm"] == found["plain"]


@pytest.mark.thorough  # each plan in a kernel of its own
def test_what_cannot_be_forked_is_started_and_said(tmp_path, data, monkeypatch):
    def refuse(*_):
        raise ReportError("the process that keeps kernels warm is gone: no such luck")

    monkeypatch.setattr("kamnb.reports.crew._grow_stem", refuse)
    notebook, said = write_notebook(tmp_path / "light.ipynb", "account_id"), []
    made = write_reports(Order(data, accounts=(ids[0],), notebook=notebook, output=tmp_path / "out"), say=said.append)
    assert list(made.pages) == [ids[0]]
    assert any("kernels are started one by one" in line and "no such luck" in line for line in said)


@pytest.mark.thorough  # waits for limits to be passed: 28 s
def test_time_and_memory_are_limited_with_plain_kernels_too(tmp_path, data):
    notebook = write_notebook(
        tmp_path / "endless.ipynb", f"import time\nwhile account_id == '{ids[0]}': time.sleep(0.1)", "'good'"
    )
    order = Order(data, accounts=tuple(ids[:2]), notebook=notebook, output=tmp_path / "r", warm=False, limits=Limits(seconds=25))
    made = write_reports(order, say=lambda line: None)
    assert set(made.pages) == {ids[1]} and "it took longer than 25 s" in made.failures[ids[0]]


def test_hostile_ids_make_files_in_the_folder_only(tmp_path):
    names = [
        "../../up",
        "a/b",
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
        "con",
        "Ünal & Söhne 漢",
        "a" * 300,
        "$(x)",
        "'; DROP",
    ]
    (tmp_path / "data").mkdir()
    data = write_data(tmp_path / "data", names)
    notebook = write_notebook(tmp_path / "light.ipynb", "account_id")
    made = write_reports(Order(data, notebook=notebook, output=tmp_path / "out" / "reports"), say=lambda line: None)
    assert not made.failures and len(made.pages) == len(names)
    assert {path.parent for path in made.pages.values()} == {tmp_path / "out" / "reports"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "light.ipynb", "out"]
    for account, page in made.pages.items():
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text, account

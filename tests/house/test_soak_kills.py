"""Commands killed at moments of chance, by seeds: ``make soak``. Nothing is half written, and the same command then completes."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from desks import copy_sample
from forms import ACCOUNT, fill

pytestmark = pytest.mark.soak
SEEDS = [int(seed) for seed in os.environ.get("KAMNB_SEEDS", "1 2 3").split()]
ROUNDS = int(os.environ.get("KAMNB_ROUNDS", "4"))
BIN = Path(sys.executable).parent


def begin(place, *words):
    (place / "temporary").mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(place / "temporary")}
    command = [str(BIN / "kamnb"), *map(str, words)]
    return subprocess.Popen(command, env=environment, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def kill(run):
    """Kill a command and wait until everything below it is gone, too."""
    below = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
    run.send_signal(signal.SIGKILL)
    run.communicate(timeout=30)
    _, left = psutil.wait_procs(below, timeout=30)
    assert not [each for each in left if each.status() != psutil.STATUS_ZOMBIE]


def require_whole(folder):
    """Hold that every file that has its name is whole, whatever is written beside it."""
    for path in folder.rglob("*"):
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.suffix in (".html", ".ipynb", ".json", ".csv", ".toml"):
            text = path.read_text(encoding="utf-8-sig")
            assert text.endswith(("\n", "</html>")), path
        if path.suffix in (".json", ".ipynb"):
            json.loads(text, parse_constant=lambda name, path=path: pytest.fail(f"{path} holds {name}"))
        if path.suffix == ".csv":
            assert len({len(row) for row in csv.reader(text.splitlines(keepends=True)) if row}) == 1, path


def list_left(place):
    """Return what a command that was killed left half written."""
    return [path for path in place.rglob("*") if path.name.endswith((".part", ".new", ".old")) and "temporary" not in path.parts]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_command_that_is_killed_leaves_nothing_half_written(tmp_path, seed):
    """Of score, report, collect and plan save, each killed some times and then left to end."""
    draw, data = random.Random(seed), copy_sample(tmp_path / "data")
    form = begin(tmp_path, "form", data, "--manager", "M01", "-o", "form.xlsx", "--on", "2026-06-30")
    assert "wrote" in form.communicate(timeout=120)[0]
    commands = {
        "score": ("score", data, "-o", "out/scores.csv", "--keep"),
        "report": ("report", data, "-o", "reports", "--account", ACCOUNT, "--jobs", "1"),
        "collect": ("collect", "form.xlsx", data, "--yes", "--accept", "--on", "2026-07-03"),
        "save": ("plan", "save", data, "--by", "Ann Lee", "--on", "2026-07-04"),
    }
    actions = (data / "actions.csv").read_text(encoding="utf-8")
    for turn in range(ROUNDS):
        fill(tmp_path / "form.xlsx", ("Ratings", ACCOUNT, "Trust", 1 + turn % 9))
        (data / "actions.csv").write_text(actions.replace("Peine laboratory", f"laboratory {turn}"), encoding="utf-8")
        for name, words in commands.items():
            run = begin(tmp_path, *words)
            time.sleep(draw.uniform(0.2, 9.0 if name == "report" else 3.0))
            kill(run)
            require_whole(tmp_path)
    for name, words in commands.items():
        run = begin(tmp_path, *words)
        said = run.communicate(timeout=200)[0]
        assert run.returncode == 0, f"seed {seed}, {name}: {said}"
    require_whole(tmp_path)
    assert not list_left(tmp_path), f"seed {seed}: {list_left(tmp_path)}"
    entered = list(csv.DictReader((data / "entries" / "ratings.csv").read_text(encoding="utf-8").splitlines()))
    assert len({tuple(row.values()) for row in entered}) == len(entered), "a form that is collected again is saved twice"

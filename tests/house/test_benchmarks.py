"""The benchmarks run, at a size that takes seconds, and notice a peer that differs."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ONCE = ("--runs", "1")


def run(script, *options):
    command = [sys.executable, BENCHMARKS / script, *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.thorough  # peers take 50 s of CPU to import and to do what the project does
@pytest.mark.parametrize(
    ("script", "options", "names"),
    [
        ("aggregation.py", [*ONCE, "--lines", "20_000", "--accounts", "5_000"], ["order_regularity", "dso_countback", "(20)"]),
        ("whole.py", [*ONCE, "--lines", "20_000", "--accounts", "2_000"], ["both scores", "indicators"]),
        ("scoring.py", [*ONCE, "--accounts", "5_000"], ["attractiveness", "strength_known", "quadrant"]),
        ("alignment.py", [*ONCE, "--kpis", "30", "--objectives", "5"], ["objectives", "values", "net benefit"]),
        ("confidence.py", [*ONCE, "--accounts", "2_000", "--drawn", "30"], ["strategic", "streamline"]),
        ("movement.py", [*ONCE, "--accounts", "50"], ["revenue_ltm", "weights"]),
        ("programme.py", ["--cases", "2"], ["hours beyond capacity", "hand-overs"]),
    ],
)
def test_both_sides_agree_on_a_small_case(script, options, names):
    done = run(script, *options)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()[-1]
    assert said.startswith("Equal w")
    assert all(name in said for name in names)


def test_a_peer_that_differs_is_refused(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from measuring import check_same

    frame = pd.DataFrame({"revenue_ltm": [100.0, 200.0]}, index=["A", "B"])
    frame.to_pickle(tmp_path / "ours.pickle")
    (frame * (1 + 1e-12)).to_pickle(tmp_path / "alike.pickle")
    (frame * (1 + 1e-6)).to_pickle(tmp_path / "off.pickle")
    assert check_same(tmp_path / "ours.pickle", tmp_path / "alike.pickle") == ["revenue_ltm"]
    with pytest.raises(AssertionError):
        check_same(tmp_path / "ours.pickle", tmp_path / "off.pickle")

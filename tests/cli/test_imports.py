"""What is done often does not wait for what it does not use."""

import subprocess
import sys

import pytest

from kamnb.places import data_folder

TOLD = """
import sys
from kamnb.cli import main
try:
    main()
finally:
    print("loaded", *{each.split(".")[0] for each in sys.modules})
"""
HEAVY = {"matplotlib", "IPython", "papermill", "nbconvert", "jupyterlab", "statsmodels", "distributed"}


@pytest.mark.parametrize("command", ["check", "score"])
def test_a_command_that_draws_nothing_imports_nothing_that_draws(command, tmp_path):
    words = [command, str(data_folder() / "sample"), *(["-o", str(tmp_path / "scores.csv")] if command == "score" else [])]
    done = subprocess.run([sys.executable, "-c", TOLD, *words], capture_output=True, text=True, cwd=tmp_path)
    (loaded,) = (line for line in done.stdout.splitlines() if line.startswith("loaded "))
    assert done.returncode == 0 and HEAVY & set(loaded.split()) == set()

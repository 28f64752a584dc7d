"""The container file: what it copies is there, what it builds needs no more, and what it calls is a command."""

import json
import re
import tomllib
from pathlib import Path

from kamnb.cli import cli

ROOT = Path(__file__).parents[2]
LINES = [line for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_what_it_copies_is_there_and_all_that_the_wheel_is_made_of():
    copied = {part for line in LINES if line.startswith("COPY ") for part in line.split()[1:-1]}
    assert copied and [part for part in copied if not (ROOT / part).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {project["project"]["readme"], *project["project"]["license-files"], *wheel["packages"]}
    assert "custom" in wheel["hooks"]  # hatch_build.py adds what these folders hold
    assert needed | {"hatch_build.py", "notebooks", "data", "pyproject.toml", "requirements.lock"} <= copied


def test_what_it_calls_is_a_command_with_these_options():
    called = [json.loads(line.removeprefix("CMD ")) for line in LINES if line.startswith("CMD ")]
    called += [part.split() for line in LINES for part in re.findall(r"RUN (kamnb [^&]+)", line)]
    assert [words[:2] for words in called] == [["kamnb", "lab"], ["kamnb", "new"]] and called[0][2] == called[1][2] == "work"
    for words in called:
        options = {option for parameter in cli.commands[words[1]].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_its_python_is_one_that_kamnb_runs_on():
    version = re.search(r"python:3\.(\d+)", "\n".join(LINES))
    assert version and 11 <= int(version[1]) <= 13

"""The tutorial is done as it is written: each command is given, each file changed, and each answer and sentence is as it says."""

import re
import runpy
import shlex
import sys
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from unittest import mock

import pytest
from commands import run_command
from lxml import html

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
STEP = re.compile(r"^```(console|toml|text|diff)\n(.*?)^```$|^> (.+?)$", re.MULTILINE | re.DOTALL)

PAGES = ("$ kamnb report", "$ kamnb review")


@pytest.fixture(scope="module")
def steps():
    """Return (kind, content, the words before it) of everything that is to be done or seen, in order."""
    return [(found[1] or "page", found[2] or found[3], TUTORIAL[: found.start()].rstrip()) for found in STEP.finditer(TUTORIAL)]


@pytest.mark.parametrize(
    "is_whole",
    [pytest.param(False, id="commands"), pytest.param(True, id="pages", marks=pytest.mark.thorough)],  # a kernel for each page
)
def test_every_step_does_what_the_tutorial_says(steps, is_whole, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind, content, before in steps:
        if not is_whole and (kind == "page" or content.startswith(PAGES)):
            continue
        named = re.findall(r"`(mine/[\w/.]+)`", before)
        if kind == "console":
            assert_answers(content)
        elif kind == "page":
            assert squeeze(content) in read_page([name for name in named if name.endswith(".html")][-1])
        elif before.endswith(":"):
            change_file(Path(named[-1]), kind, content, before.rpartition("\n\n")[2])


def assert_answers(block):
    """Give the commands of a block and compare what each says; what is said of a failure comes last."""
    for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        typed, _, expected = command.partition("\n")
        said = give(shlex.split(typed))
        checker = OutputChecker()
        assert checker.check_output(expected, said, ELLIPSIS | NORMALIZE_WHITESPACE), f"{typed} says now:\n{said}"


def give(words):
    if words[0] == "python":
        with mock.patch.object(sys, "argv", words[1:]):
            runpy.run_path(str(ROOT / words[1]), run_name="__main__")
        return ""
    done = run_command(*words[1:])
    return done.stdout + (done.stderr if done.returncode else "")


def change_file(path, kind, content, words):
    """Do to a file what the words before a block say: put it at the top, add it to the end, or change lines."""
    text = path.read_text(encoding="utf-8")
    if kind == "diff":
        for part in content.split("\n\n"):
            lines = part.splitlines()
            old, new = ("\n".join(line[1:] for line in lines if line[0] in marks) for marks in (" -", " +"))
            assert text.count(old) == 1
            text = text.replace(old, new)
    elif "at the top of" in words:
        text = f"{content}\n{text}"
    elif "to the end of" in words:
        text = f"{text}{content}"
    else:  # shown, and there already
        assert content in text
    path.write_text(text, encoding="utf-8")


def read_page(name):
    return squeeze(" ".join(html.parse(name).getroot().itertext()))


def squeeze(text):
    return " ".join(text.split())

"""Answers, which live in kamnb.toml: read from one that is there, given by a person, and laid into a proposal."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kamnb.data.proposing.amounts import GROSS, NET
from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.questions import Key, Question
from kamnb.data.settings import read_toml
from kamnb.data.tables import TABLES

ANSWERED = "as answered"
"""How a line that rests on an answer says so."""

_VAT = re.compile(rf"\b({NET}|{GROSS}), {ANSWERED}")


def read_answers(path: Path) -> dict[Key, Any]:
    """Return what an existing kamnb.toml decides: every setting of it that is not marked as likely only.

    Raises
    ------
    SettingsError
        If it is no TOML.
    """
    settings, text = read_toml(path), path.read_text(encoding="utf-8-sig")
    likely = _find_marked(text)
    found = {key: value for key, value in flatten(settings).items() if key not in likely}
    vat = _VAT.search(text)
    return found | ({("invoices", "vat"): vat[1]} if vat else {})


def flatten(settings: Mapping[str, Any]) -> dict[Key, Any]:
    """Return settings by table and name; columns, constants and values one by one."""
    found: dict[Key, Any] = {}
    for name, value in settings.items():
        if name not in TABLES or not isinstance(value, dict):
            found["", name] = value
            continue
        for setting, each in value.items():
            if setting in ("columns", "constants", "values") and isinstance(each, dict):
                found |= {(name, f"{setting}.{ours}"): theirs for ours, theirs in each.items()}
            else:
                found[name, setting] = each
    return found


def _find_marked(text: str) -> set[Key]:
    """Return the settings whose line says CHECK."""
    table, found = "", set[Key]()
    for line in text.splitlines():
        if head := re.match(r"\[(\w+)\]", line):
            table = head[1]
        elif setting := re.match(r"([\w.]+) = .*# CHECK ", line):
            found.add((table, setting[1]))
    return found


def lay_answers(
    questions: list[Question], drafts: Mapping[str, Draft], head: dict[str, Line], answers: Mapping[Key, Any]
) -> None:
    """Put the answers to these questions into the sections they belong to."""
    for question in questions:
        if question.key in answers:
            table, setting = question.key
            _lay(drafts[table] if table else None, head, setting, answers[question.key], question)


def _lay(draft: Draft | None, head: dict[str, Line], setting: str, answer: Any, question: Question) -> None:
    if draft is None:
        head[setting] = Line(answer, "sure", ANSWERED)
        return
    part, _, ours = setting.partition(".")
    if setting == "vat":
        line = draft.columns["amount"]
        draft.columns["amount"] = Line(
            line.value, line.level, f"{line.reason.removesuffix('; net or gross?')}; {answer}, {ANSWERED}", line.candidates
        )
    elif setting == "decimal" and question.choices and answer != question.choices[0].value:
        draft.settings["decimal"] = Line(answer, "sure", ANSWERED)
        draft.settings["thousands"] = Line(question.choices[0].value, "sure", ANSWERED)
    elif part in ("columns", "constants", "values"):
        getattr(draft, part)[ours] = Line(answer, "sure", ANSWERED)
    elif setting != "file":
        value = tuple(answer) if isinstance(answer, list) else answer
        draft.settings[setting] = Line(value, "sure", ANSWERED)


def say_differences(existing: str, proposed: str) -> list[str]:
    """Return, setting by setting, what a proposal says otherwise than a kamnb.toml that is there."""
    ours, theirs = (flatten(tomllib.loads(text)) for text in (existing, proposed))
    lines = []
    for key in sorted({*ours, *theirs}):
        if ours.get(key) != theirs.get(key):
            name = f"[{key[0]}] {key[1]}" if key[0] else key[1]
            if key not in ours:
                lines.append(f"{name}: not there; proposed {_show(theirs[key])}")
            elif key not in theirs:
                lines.append(f"{name}: {_show(ours[key])}; nothing is proposed")
            else:
                lines.append(f"{name}: {_show(ours[key])}; proposed {_show(theirs[key])}")
    return lines


def _show(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) < 100 else f"{text[:97]}..."

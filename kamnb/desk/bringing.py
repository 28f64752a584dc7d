"""What a person does who brings a folder of exports: no widget, every step an ordinary function."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from kamnb.analysis import check_workbook, require_texts
from kamnb.data.proposing.answers import read_answers
from kamnb.data.proposing.proposal import Proposal, propose_settings
from kamnb.data.proposing.putting import put_settings
from kamnb.data.proposing.questions import Key, read_answer
from kamnb.data.report import DoorReport
from kamnb.errors import SettingsError

LEVELS = ("open", "likely", "sure")
"""How sure a line is; what a person must look at comes first."""


def _existing(folder: str | Path) -> Path:
    require_texts(data_dir=folder)
    root = Path(folder)
    if not str(folder).strip() or not root.is_dir():
        raise SettingsError(f"{folder}: no such folder; give the folder that holds the exports")
    return root


@dataclass(frozen=True)
class Bringing:
    """A folder, what a person has answered, and what is proposed by it."""

    folder: Path
    proposal: Proposal
    before: str
    there: str | None
    answers: Mapping[Key, Any] = field(default_factory=dict)

    @property
    def target(self) -> Path:
        """The file that is written."""
        return self.folder / "kamnb.toml"

    def answer(self, typed: Mapping[Key, str]) -> "Bringing":
        """Take answers as they were typed, and propose anew; an empty one leaves its question open.

        Raises
        ------
        SettingsError
            Where an answer cannot be understood; nothing is taken then.
        """
        asked = {question.key: question for question in self.proposal.questions}
        given, faults = dict(self.answers), []
        for key, text in typed.items():
            try:
                value = read_answer(asked[key], text)
            except ValueError as error:
                faults.append(f"{asked[key].text} {error}")
                continue
            if value != "":
                given[key] = value
        if faults:
            raise SettingsError(faults)
        return replace(self, answers=given, proposal=propose_settings(self.folder, given))

    def list_files(self) -> pd.DataFrame:
        """List the files that hold rows, with the columns of each; then those that cannot be read, with the reason."""
        found = self.proposal.found
        read = [{"file": block.label, "rows": block.rows, "columns": ", ".join(block.names)} for block in found.blocks]
        left = [{"file": file, "rows": 0, "columns": why} for file, why in sorted(found.left.items())]
        return pd.DataFrame(read + left, columns=["file", "rows", "columns"])

    def list_lines(self) -> pd.DataFrame:
        """List every column that is taken, theirs beside ours, with its reason: what is open first, then what is likely."""
        columns = ["theirs", "file", "ours", "level", "why"]
        rows = [
            (_spell(line.value), draft.block.label, f"{table}.{ours}", line.level, line.reason)
            for table, draft in self.proposal.drafts.items()
            for part in (draft.columns, draft.constants)
            for ours, line in part.items()
        ]
        found = pd.DataFrame(rows, columns=columns)
        return found.sort_values("level", key=lambda level: level.map(LEVELS.index), kind="stable", ignore_index=True)

    def save(self) -> list[str]:
        """Write kamnb.toml where no work of a person is lost by it; return what was done."""
        if not self.proposal.text:
            raise SettingsError(f"{self.folder}: no file is accounts, invoices, open items or opportunities by its columns")
        return put_settings(self.target, self.there, self.before, self.proposal.text)

    def check(self) -> DoorReport:
        """Return what the door makes of the folder by the settings that are written."""
        if not self.target.exists():
            raise SettingsError(f"{self.target}: is not written yet")
        return check_workbook(str(self.folder))


def begin_bringing(folder: str | Path) -> Bringing:
    """Propose settings for a folder; what its kamnb.toml says already counts as answered.

    Raises
    ------
    SettingsError
        If there is no such folder, or its kamnb.toml is no TOML.
    """
    root = _existing(folder)
    target = root / "kamnb.toml"
    there = target.read_text(encoding="utf-8-sig") if target.exists() else None
    answers = read_answers(target) if there is not None else {}
    proposal = propose_settings(root, answers)
    return Bringing(root, proposal, proposal.text, there, answers)


def _spell(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)

"""A section of a kamnb.toml as it is being proposed: lines with their level and reason, and what its SQL must derive."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.evidence import Fit
from kamnb.data.proposing.looks import Look
from kamnb.data.proposing.tables import Placing
from kamnb.data.sql import identifier
from kamnb.data.tables import Table

Level = Literal["sure", "likely", "open"]


@dataclass(frozen=True)
class Line:
    """One setting: its value, how sure it is, and why.

    An open line is written as a comment; `candidates` are what may stand there.
    """

    value: Any
    level: Level
    reason: str
    candidates: tuple[str, ...] = ()


@dataclass
class Draft:
    """The section of one table.

    Attributes
    ----------
    block : Block
    table : Table
    looks : mapping of column name to Look
        Of the block's columns.
    columns, constants, values : dict of our column to Line
    settings : dict of setting to Line
        ``file``, ``separator``, ``dates``, ``ids`` and the like, in the order in which they are written.
    derived : dict of name to SQL expression
        Columns that the section's SQL adds to those of the file, which is ``s``.
    """

    block: Block
    table: Table
    looks: Mapping[str, Look]
    settings: dict[str, Line] = field(default_factory=dict)
    columns: dict[str, Line] = field(default_factory=dict)
    constants: dict[str, Line] = field(default_factory=dict)
    values: dict[str, Line] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)

    def look(self, ours: str) -> Look | None:
        """Return what the column that is taken for ours looks like; None where there is none, or it is derived."""
        line = self.columns.get(ours)
        return self.looks.get(line.value) if line and line.level != "open" else None

    def derive(self, ours: str, expression: str, level: Level, reason: str) -> None:
        """Take an expression over the file's columns for one of ours."""
        name = f"{ours}_derived" if ours.lower() in map(str.lower, self.block.names) else ours
        self.derived[name] = expression
        self.columns[ours] = Line(name, level, reason)

    @property
    def query(self) -> str:
        """The section's SQL; empty where the file can be read as it is."""
        if not self.derived:
            return ""
        cells = ",\n  ".join(["s.*", *(f"{text} as {identifier(name)}" for name, text in self.derived.items())])
        return f"select {cells}\nfrom source s"

    @property
    def unused(self) -> list[str]:
        """Columns of the file that feed nothing."""
        taken = {line.value for line in self.columns.values() if line.level != "open"}
        taken |= {*dict(self.block.computed), *_named_by(self.settings)}
        used = " ".join(self.derived.values())
        return [name for name in self.block.names if name not in taken and identifier(name) not in used]

    def join(self, other: Block, on: tuple[str, str], reason: str, level: Level = "sure") -> None:
        """Say that a further file has columns of the rows, by the columns (ours, theirs) that both have."""
        layout = other.layout
        pair = on[0] if on[0] == on[1] else on
        said: dict[str, Any] = {"file": other.files[0], "on": pair}
        said |= {"encoding": layout.encoding} if layout.encoding else {}
        said |= {"separator": layout.separator} if layout.separator not in ("", ",") else {}
        said |= {"header_row": layout.header_rows or layout.header_row} if layout.header_row is not None else {}
        before = self.settings.get("beside")
        if before is None:
            self.settings["beside"] = Line((said,), level, reason)
        elif said not in before.value:
            lowest = level if before.level == "sure" else before.level
            self.settings["beside"] = Line((*before.value, said), lowest, f"{before.reason}; {reason}")

    def leave_out(self, name: str, words: Sequence[str], level: Level, reason: str) -> None:
        """Leave rows out whose column has one of these words."""
        before = self.settings.get("where")
        choice = {"not": words[0] if len(words) == 1 else tuple(words)}
        there, told = (before.value, f"{before.reason}; ") if before else ({}, "")
        lowest = level if not before or before.level == "sure" else before.level
        self.settings["where"] = Line({**there, name: choice}, lowest, f"{told}{reason}")


def _named_by(settings: Mapping[str, Line]) -> Iterator[str]:
    """Yield the columns of the file that settings name."""
    if sides := settings.get("debit_credit"):
        for each in sides.value.values():
            yield from each.values() if isinstance(each, Mapping) else each
    if where := settings.get("where"):
        yield from where.value
    if beside := settings.get("beside"):
        yield from (each["on"] if isinstance(each["on"], str) else each["on"][0] for each in beside.value)


_SURE_NAME, _SURE_VALUES, _MARGIN = 0.9, 0.25, 0.1
_GOOD_NAME, _GOOD_VALUES = 0.75, 0.5
"""Values that say much make up for a name that says less."""


def draft_columns(placing: Placing, looks: Mapping[str, Look]) -> Draft:
    """Return the section of a placed block with its columns, each at its level.

    Sure is what two independent kinds of evidence speak for, with a margin over any other column of theirs or of ours; a file
    whose table is in doubt has nothing that is sure.
    """
    draft = Draft(placing.block, placing.table, looks)
    for column in placing.table.columns:
        fit = placing.fits.get(column.name)
        if fit:
            draft.columns[column.name] = _level(placing, fit)
        if fit and fit.separator:
            before = draft.settings["lists"].value if "lists" in draft.settings else {}
            told = "each id of a list gets a row"
            draft.settings["lists"] = Line({**before, column.name: fit.separator}, "sure", told)
    return draft


def _level(placing: Placing, fit: Fit) -> Line:
    others = [each for (ours, theirs), each in placing.every.items() if ours == fit.ours and theirs != fit.theirs]
    taken = {each.theirs for each in placing.fits.values()}
    rivals = [each for each in others if each.score > fit.score - _MARGIN and each.theirs not in taken]
    doubles = [
        each
        for (ours, theirs), each in placing.every.items()
        if theirs == fit.theirs and ours != fit.ours and ours not in placing.fits and each.score > fit.score - _MARGIN
    ]
    reason = "; ".join(fit.reasons)
    if fit.score < 0.42:
        return Line(fit.theirs, "open", reason, tuple(each.theirs for each in (fit, *others)))
    if rivals:
        named = ", ".join(f'"{each.theirs}"' for each in rivals)
        return Line(fit.theirs, "likely", f"{reason}; or is it {named}?", tuple(each.theirs for each in rivals))
    told = (fit.name >= _SURE_NAME and fit.values >= _SURE_VALUES) or (fit.name >= _GOOD_NAME and fit.values >= _GOOD_VALUES)
    is_sure = told and placing.margin >= _MARGIN and not doubles
    return Line(fit.theirs, "sure" if is_sure else "likely", reason)


def take_products(draft: Draft) -> None:
    """Derive the columns that the file has not and that are products of others."""
    for name, expression in draft.block.computed if draft.block.is_product else ():
        for ours, line in draft.columns.items():
            if line.value == name:
                draft.derived[name] = expression
                draft.columns[ours] = Line(name, "likely", f"no column is the amount; it is {_describe(expression)}")


def leave_unknown(draft: Draft) -> None:
    """Make a column unknown that is called as ours and was not found to be ours; the door would take it by its name."""
    theirs = {name.lower(): name for name in draft.block.names}
    for column in draft.table.columns:
        line = draft.columns.get(column.name)
        is_left = (line is None or line.level == "open") and column.name not in draft.constants and not column.required
        if is_left and column.name in theirs and draft.looks[theirs[column.name]].profile.filled:
            told = "a column of this name is there; its values are not what ours are, or it is open what they are"
            draft.values[column.name] = Line({"*": ""}, "sure", told)


def _describe(expression: str) -> str:
    parts = [f'"{name}"' for name in re.findall(r's\."((?:[^"]|"")+)"', expression)]
    return f"{parts[0]} times {parts[1]}{f', less {parts[2]}' if parts[2:] else ''}"


def list_names(names: Sequence[str]) -> str:
    """Return names in quotes, the last after "and"."""
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"

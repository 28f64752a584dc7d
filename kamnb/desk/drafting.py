"""The rows of plans, and what was typed in them and is not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis, Renewal
from kamnb.data.appending import Row, read_entries
from kamnb.data.portfolio import keep_open
from kamnb.data.settings import load_settings
from kamnb.data.tables import TABLES
from kamnb.desk.drafts import Shelf, pack_drafts, unpack_drafts
from kamnb.desk.fields import CONFIRMED, FIELDS, IDS, KEYS, LETTERS
from kamnb.desk.spelling import Spelling, learn_spelling
from kamnb.planning.versions import write_text


@dataclass
class Drafting:
    """A portfolio and what would be saved of it.

    Attributes
    ----------
    data : Path
    analysis : Analysis
    on : date
        The day of what is saved.
    seen : mapping of table to int
        How many entries there were when the portfolio was opened.
    drafts : mapping of (table, id) to row
        What would be saved; ids of rows that are not told apart by one are their place among the drafts.
    bases : mapping of (table, id) to row
        What was saved when a draft was begun; None where nothing was.
    typed : mapping of (table, account, id) to fields
        What was typed and not looked at yet; the id of a new row is empty.
    struck : mapping of (table, id) to row
        What saving would strike out, as it was when that was asked for.
    by : str
        Whose drafts these are; on disk each person has own ones. Empty where nobody is named, None where nobody sat down yet.
    """

    data: Path
    analysis: Analysis
    on: date
    seen: Mapping[str, int]
    drafts: dict[tuple[str, str], Row] = field(default_factory=dict)
    bases: dict[tuple[str, str], Row | None] = field(default_factory=dict)
    typed: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    struck: dict[tuple[str, str], Row] = field(default_factory=dict)
    by: str | None = None

    @cached_property
    def home(self) -> Path:
        """The folder in which entries are saved."""
        return load_settings(self.data).home

    @cached_property
    def renewal(self) -> Renewal:
        """What is held of the workbook between one look at it and the next."""
        return Renewal(self.data)

    @property
    def shelf(self) -> Shelf:
        """Where drafts are kept."""
        return Shelf(self.home, "plan")

    def sit_down(self, by: str) -> None:
        """Take up what a person left; what was typed before anybody was named is that person's."""
        own = " ".join(by.split())
        if own == self.by:
            return
        nameless = self._kept if not self.by else ({}, {}, {}, {})
        mine = [left | before for left, before in zip(unpack_drafts(self.shelf.read(own)), nameless, strict=True)]
        self.drafts, self.bases, self.typed, self.struck = mine
        before, self.by = self.by, own
        self.keep_drafts()
        if before == "":
            self.shelf.write("", [])

    def keep_drafts(self) -> None:
        """Write the drafts to disk."""
        self.shelf.write(self.by or "", pack_drafts(*self._kept))

    @property
    def _kept(self) -> tuple[dict[Any, Any], ...]:
        """Everything that is not saved yet."""
        return self.drafts, self.bases, self.typed, self.struck

    @property
    def count(self) -> int:
        """How many rows saving would change, as far as they were looked at."""
        return len(self.drafts) + len(self.struck)

    @cached_property
    def spelling(self) -> Spelling:
        """How numbers are written where the workbook is from."""
        return learn_spelling(load_settings(self.data))

    def type_row(self, table: str, account_id: str, key: str, filled: Row) -> None:
        """Take what stands in the fields of a row, right or not; `take_typed` looks at it."""
        row = self._begin(table, account_id, key)
        if all(row[column] == text.strip() for column, text in filled.items()):
            self.typed.pop((table, account_id, key), None)
        else:
            self.typed[table, account_id, key] = dict(filled)
        self.keep_drafts()

    def _begin(self, table: str, account_id: str, key: str) -> Row:
        rows = self._rows_of(table, account_id)
        return rows[key] if key in rows else self.begin_row(table, account_id)

    @cached_property
    def saved(self) -> dict[str, pd.DataFrame]:
        """The rows of each table as text, as of the day of editing: what happens until then is not hidden."""
        view = self.analysis.portfolio.at(max(self.on, self.analysis.as_of))
        with keep_open():
            return {name: write_text(view.read(name), name) for name in FIELDS}

    @cached_property
    def rows(self) -> dict[str, dict[str, Row]]:
        """The saved rows of each table by key; of insight the last confirmed of each topic."""
        found: dict[str, dict[str, Row]] = {}
        for name, frame in self.saved.items():
            ordered = frame.sort_values("confirmed_on", kind="stable") if name in CONFIRMED else frame
            rows = ({str(column): str(value) for column, value in row.items()} for row in ordered.to_dict("records"))
            found[name] = {self.key_of(name, row): row for row in rows}
        return found

    def list_rows(self, table: str, account_id: str) -> pd.DataFrame:
        """Return the rows of an account, drafts in place of what they change and new ones last; indexed by key."""
        rows = self._rows_of(table, account_id)
        return pd.DataFrame(list(rows.values()), index=list(rows), columns=list(TABLES[table].names)).fillna("")

    def key_of(self, table: str, row: Row) -> str:
        """Return what tells a row of its table apart."""
        return row[IDS[table]] if table in IDS else " ".join(row[column] for column in KEYS[table])

    def begin_row(self, table: str, account_id: str) -> Row:
        """Return a new row of an account, with an id of its own, to be filled."""
        row = dict.fromkeys(TABLES[table].names, "")
        if "account_id" in row:
            row["account_id"] = account_id
        if table in IDS:
            row[IDS[table]] = self._free_id(table, account_id)
        days = {"insight": "confirmed_on", "customer_goals": "confirmed_on", "decisions": "decided_on"}
        if table in days:
            row[days[table]] = self.on.isoformat()
        return row

    def drop(self, table: str, key: str) -> None:
        """Forget a draft, also that a row is to be struck out."""
        self._forget(table, key)
        for place in [place for place in self.typed if place[0] == table and place[2] == key]:
            del self.typed[place]
        self.keep_drafts()

    def discard(self) -> None:
        """Forget everything that is not saved."""
        for kept in self._kept:
            kept.clear()
        self.keep_drafts()

    def _forget(self, table: str, key: str) -> None:
        for kept in (self.drafts, self.bases, self.struck):
            kept.pop((table, key), None)

    def _rows_of(self, table: str, account_id: str) -> dict[str, Row]:
        named, whose = ("account_id", {account_id})
        if table == "actions":
            named, whose = ("objective_id", {*self._rows_of("objectives", account_id)})
        every = self.rows[table] | {key: row for (name, key), row in self.drafts.items() if name == table}
        return {key: row for key, row in every.items() if row.get(named, "") in whose}

    @property
    def _live_rows(self) -> dict[str, dict[str, Row]]:
        """Every row that is there once the drafts are saved."""
        return {
            name: {key: self.drafts.get((name, key), row) for key, row in rows.items() if (name, key) not in self.struck}
            | {key: row for (table, key), row in self.drafts.items() if table == name}
            for name, rows in self.rows.items()
        }

    def _free_id(self, table: str, account_id: str) -> str:
        """Return an id that no row has: not of the tables, of what was saved meanwhile, nor of anybody's drafts."""
        column = IDS[table]
        taken = {*self.saved[table][column], *(key for name, key in self.drafts if name == table)}
        taken |= {row[column] for row in read_entries(self.home, table)}
        taken |= {each["key"] for each in self.shelf.read_all() if each["table"] == table}
        stem = f"{LETTERS[table]}{account_id}-"
        return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}{number}") not in taken)

    def _by_table(self, kept: Mapping[tuple[str, str], Row]) -> dict[str, list[Row]]:
        return {name: [row for (table, _), row in kept.items() if table == name] for name in FIELDS}

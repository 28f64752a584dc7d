"""What an account manager does when editing a plan: no widget, every step an ordinary function."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from kamnb.analysis import Analysis, analyse
from kamnb.data.appending import Row, Stamp, add_entries, check_entries, count_entries
from kamnb.data.door import open_portfolio
from kamnb.data.entries import FOLDER
from kamnb.data.portfolio import keep_open
from kamnb.data.settings import load_settings
from kamnb.data.tables import TABLES
from kamnb.errors import DataError, SettingsError
from kamnb.planning.schedule import read_ids
from kamnb.planning.versions import write_text

FIELDS: Mapping[str, tuple[str, ...]] = {
    "customer_goals": (
        "goal", "project", "budget", "year", "value_delivered", "opportunity_id", "objective_id", "shared", "source",
        "confirmed_on",
    ),
    "objectives": ("title", "direction", "process", "unit", "measure", "target", "due", "agreed_on", "profitable_by"),
    "actions": (
        "objective_id", "title", "owner", "ours", "start", "due", "original_due", "depends_on", "checkpoint",
        "customer_informed_on", "done_on", "status",
    ),
    "insight": ("topic", "text", "source", "confirmed_on"),
    "contacts": ("name", "function", "level", "role", "sentiment", "owner", "left_on"),
    "decisions": ("decision", "decided_on", "owner", "due", "done_on"),
}  # fmt: skip
"""The tables of a plan that are edited, and the columns that a person fills."""

IDS = {"customer_goals": "goal_id", "objectives": "objective_id", "actions": "action_id", "contacts": "contact_id"}
"""The columns that tell rows apart and that nobody has to fill."""

TITLES = {
    "customer_goals": "goal",
    "objectives": "title",
    "actions": "title",
    "insight": "topic",
    "contacts": "name",
    "decisions": "decision",
}
"""The column that says what a row is about."""

KEYS = {"insight": ("account_id", "topic"), "decisions": ("account_id", "decided_on", "decision")}
"""Columns that tell rows without an id apart; in a row that is there they are not changed."""

_CONFIRMED = ("insight", "customer_goals")  # a row of these that is changed is confirmed anew

_LETTERS = {"customer_goals": "G", "objectives": "Z", "actions": "A", "contacts": "C"}


@dataclass(frozen=True)
class Edit:
    """One difference between what is saved and what would be: a row that is new, or a column that is another."""

    table: str
    about: str
    column: str
    before: str
    after: str


@dataclass
class Editing:
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
    """

    data: Path
    analysis: Analysis
    on: date
    seen: Mapping[str, int]
    drafts: dict[tuple[str, str], Row] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The folder in which entries are saved."""
        return load_settings(self.data).home

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
            ordered = frame.sort_values("confirmed_on", kind="stable") if name in _CONFIRMED else frame
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

    def draft(self, table: str, before: Row, filled: Row) -> str:
        """Take a row with what a person filled as a draft; return its key.

        The first due day of an action whose due day is moved is kept. A topic or a goal that is changed is confirmed anew.

        Raises
        ------
        DataError, SettingsError
            With everything that the door would not take, and names of rows that are not there.
        """
        row = {**before, **{column: filled[column].strip() for column in filled}}
        if table == "actions" and before["due"] and row["due"] != before["due"] and not row["original_due"]:
            row["original_due"] = before["due"]
        if table in _CONFIRMED and row != before and row["confirmed_on"] == before["confirmed_on"]:
            row["confirmed_on"] = self.on.isoformat()
        faults = [str(fault) for fault in check_entries(table, [row])] + list(self._find_strangers(table, row))
        if faults:
            raise DataError(faults, "nothing was kept")
        key = self.key_of(table, row)
        self.drafts[table, key] = row
        if not list(self._compare(table, key, row)):
            del self.drafts[table, key]
        return key

    def drop(self, table: str, key: str) -> None:
        """Forget a draft."""
        self.drafts.pop((table, key), None)

    def list_changes(self) -> list[Edit]:
        """Return what saving would change, in the order of the tables."""
        order = list(FIELDS)
        drafts = sorted(self.drafts.items(), key=lambda each: (order.index(each[0][0]), each[0][1]))
        return [edit for (table, key), row in drafts for edit in self._compare(table, key, row)]

    def save(self, by: str) -> list[Path]:
        """Save all drafts: in every table, or in none.

        Raises
        ------
        SettingsError, DataError
            If nothing would change, nobody is named, or someone saved another version of a row meanwhile.
        """
        if not self.drafts:
            raise SettingsError("nothing is changed", "nothing was saved")
        paths = add_entries(self.home, self._by_table(), Stamp(by, self.on), seen=self.seen)
        self.drafts.clear()
        self.reread()
        return paths

    def reread(self) -> None:
        """Read the portfolio anew: what was saved here and by others; drafts stay."""
        self.seen = count_entries(self.home)
        portfolio = open_portfolio(self.data, as_of=self.analysis.as_of)
        self.analysis = analyse(portfolio, self.analysis.criteria)
        for name in ("saved", "rows"):
            self.__dict__.pop(name, None)

    def preview(self) -> Analysis:
        """Return the analysis as if the drafts were saved, as of its day or the latest one of a draft; nothing is saved."""
        with tempfile.TemporaryDirectory(prefix="kamnb-") as folder:
            home = Path(folder)
            if (self.home / FOLDER).is_dir():
                shutil.copytree(self.home / FOLDER, home / FOLDER)
            if self.drafts:
                add_entries(home, self._by_table(), Stamp("preview", self.on))
            portfolio = open_portfolio(self.data, as_of=max([self.analysis.as_of, *self._list_days()]), entries=home)
        return analyse(portfolio, self.analysis.criteria)

    def _list_days(self) -> Iterator[date]:
        """Yield the days from which the drafts are there."""
        for (table, _), row in self.drafts.items():
            event = TABLES[table].event
            if event and row[event]:
                yield date.fromisoformat(row[event])

    def _by_table(self) -> dict[str, list[Row]]:
        return {name: [row for (table, _), row in self.drafts.items() if table == name] for name in FIELDS}

    def _rows_of(self, table: str, account_id: str) -> dict[str, Row]:
        named, whose = ("account_id", {account_id})
        if table == "actions":
            named, whose = ("objective_id", {*self._rows_of("objectives", account_id)})
        every = self.rows[table] | {key: row for (name, key), row in self.drafts.items() if name == table}
        return {key: row for key, row in every.items() if row.get(named, "") in whose}

    def _free_id(self, table: str, account_id: str) -> str:
        taken = {*self.saved[table][IDS[table]], *(key for name, key in self.drafts if name == table)}
        stem = f"{_LETTERS[table]}{account_id}-"
        return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}{number}") not in taken)

    def _find_strangers(self, table: str, row: Row) -> Iterator[str]:
        """Yield what the row names that is not there."""
        account = row.get("account_id", "")
        if account and account not in self.analysis.accounts.index:
            yield f'{table}, account_id: "{account}" is no account'
        known = {name: {*self.saved[name][IDS[name]], *(key for table_, key in self.drafts if table_ == name)} for name in IDS}
        if row.get("objective_id") and table in ("actions", "customer_goals") and row["objective_id"] not in known["objectives"]:
            yield f'{table}, objective_id: "{row["objective_id"]}" is no objective'
        for name in read_ids(row.get("depends_on", "")):
            if name not in known["actions"]:
                yield f'{table}, depends_on: "{name}" is no action'

    def _compare(self, table: str, key: str, row: Row) -> Iterator[Edit]:
        before = self.rows[table].get(key)
        about = row[TITLES[table]] or key
        if before is None:
            yield Edit(table, about, "", "", "new")
            return
        for column in TABLES[table].names:
            if before[column] != row[column]:
                yield Edit(table, about, column, before[column], row[column])


def begin_editing(data_dir: str, analysis: Analysis, on: date) -> Editing:
    """Begin to edit the plans of a portfolio.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> data = str(data_folder() / "sample")
    >>> editing = begin_editing(data, open_analysis(data), date(2026, 6, 30))
    >>> action = editing.list_rows("actions", "0010417").loc["A0417-2"].to_dict()
    >>> editing.draft("actions", action, {"due": "2026-08-01"})
    'A0417-2'
    >>> [(edit.column, edit.before, edit.after) for edit in editing.list_changes()]
    [('due', '2026-05-29', '2026-08-01')]
    """
    return Editing(Path(data_dir), analysis, on, count_entries(load_settings(data_dir).home))

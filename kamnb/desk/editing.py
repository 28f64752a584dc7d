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
from kamnb.data.appending import Row, Stamp, add_entries, check_entries, count_entries, read_entries
from kamnb.data.door import open_portfolio
from kamnb.data.entries import FOLDER
from kamnb.data.portfolio import keep_open
from kamnb.data.settings import load_settings
from kamnb.data.tables import TABLES
from kamnb.desk.drafts import Shelf
from kamnb.desk.fields import CONFIRMED, FIELDS, IDS, KEYS, LETTERS, TITLES
from kamnb.desk.merging import Clash, list_clashing, merge_row
from kamnb.errors import DataError, KamError, SettingsError
from kamnb.planning.schedule import read_ids
from kamnb.planning.versions import write_text


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
    bases : mapping of (table, id) to row
        What was saved when a draft was begun; None where nothing was.
    typed : mapping of (table, account, id) to fields
        What was typed and not looked at yet; the id of a new row is empty.
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
    by: str | None = None

    @cached_property
    def home(self) -> Path:
        """The folder in which entries are saved."""
        return load_settings(self.data).home

    @property
    def shelf(self) -> Shelf:
        """Where drafts are kept."""
        return Shelf(self.home, "plan")

    def sit_down(self, by: str) -> None:
        """Take up what a person left; what was typed before anybody was named is that person's."""
        own = " ".join(by.split())
        if own == self.by:
            return
        nameless = (self.drafts, self.bases, self.typed) if not self.by else ({}, {}, {})
        self.drafts, self.bases, self.typed = {}, {}, {}
        for each in self.shelf.read(own):
            if "fields" in each:
                self.typed[each["table"], each["account"], each["key"]] = each["fields"]
            else:
                self.drafts[each["table"], each["key"]], self.bases[each["table"], each["key"]] = each["row"], each["base"]
        self.drafts, self.bases, self.typed = self.drafts | nameless[0], self.bases | nameless[1], self.typed | nameless[2]
        before, self.by = self.by, own
        self.keep_drafts()
        if before == "":
            self.shelf.write("", [])

    def keep_drafts(self) -> None:
        """Write the drafts to disk."""
        rows = [{"table": table, "key": key, "row": dict(row), "base": self.bases.get((table, key))}
                for (table, key), row in self.drafts.items()]  # fmt: skip
        typed = [{"table": table, "account": account, "key": key, "fields": dict(fields)}
                 for (table, account, key), fields in self.typed.items()]  # fmt: skip
        self.shelf.write(self.by or "", [*rows, *typed])

    def type_row(self, table: str, account_id: str, key: str, filled: Row) -> None:
        """Take what stands in the fields of a row, right or not; `take_typed` looks at it."""
        row = self._begin(table, account_id, key)
        if all(row[column] == text.strip() for column, text in filled.items()):
            self.typed.pop((table, account_id, key), None)
        else:
            self.typed[table, account_id, key] = dict(filled)
        self.keep_drafts()

    def take_typed(self) -> dict[tuple[str, str, str], str]:
        """Make drafts of what was typed; return their keys.

        Raises
        ------
        DataError
            With everything that the door would not take; that stays as it was typed.
        """
        faults: list[str] = []
        taken: dict[tuple[str, str, str], str] = {}
        for place, filled in list(self.typed.items()):
            try:
                taken[place] = self.draft(place[0], self._begin(*place), filled)
            except KamError as error:
                faults += error.faults
            else:
                self.typed.pop(place, None)
        self.keep_drafts()
        if faults:
            raise DataError(faults, "nothing was saved")
        return taken

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
        if table in CONFIRMED and row != before and row["confirmed_on"] == before["confirmed_on"]:
            row["confirmed_on"] = self.on.isoformat()
        faults = [str(fault) for fault in check_entries(table, [row])] + list(self._find_strangers(table, row))
        if faults:
            raise DataError(faults, "nothing was kept")
        key = self.key_of(table, row)
        self.bases.setdefault((table, key), self.rows[table].get(key))
        self.drafts[table, key] = row
        if not list(self._compare(table, key, row)):
            self._forget(table, key)
        self.keep_drafts()
        return key

    def drop(self, table: str, key: str) -> None:
        """Forget a draft."""
        self._forget(table, key)
        for place in [place for place in self.typed if place[0] == table and place[2] == key]:
            del self.typed[place]
        self.keep_drafts()

    def discard(self) -> None:
        """Forget everything that is not saved."""
        for kept in (self.drafts, self.bases, self.typed):
            kept.clear()
        self.keep_drafts()

    def _forget(self, table: str, key: str) -> None:
        for kept in (self.drafts, self.bases):
            kept.pop((table, key), None)

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
        self.take_typed()
        if not self.drafts:
            raise SettingsError("nothing is changed", "nothing was saved")
        stamp = Stamp(by, self.on)
        if self.seen != count_entries(self.home):
            self.reread()
        faults = [
            f'{each.table}, "{each.about}", {each.column}: {each.by} saved it meanwhile as {each.theirs or "nothing"}, '
            f'you have {each.mine or "nothing"}; load anew and keep yours, or take theirs'
            for each in self.find_clashes()
        ]  # fmt: skip
        if faults:
            raise DataError(faults, "nothing was saved")
        self.merge(keep_mine=True)
        paths = add_entries(self.home, self._by_table(), stamp, seen=self.seen) if self.drafts else []
        self.discard()
        self.reread()
        return paths

    def find_clashes(self) -> list[Clash]:
        """Return the columns that a draft changes and that someone else changed otherwise since it was begun."""
        found = []
        for (table, key), row in self.drafts.items():
            base, saved = self.bases.get((table, key)), self.rows[table].get(key)
            for column in list_clashing(row, base, saved) if base and saved else []:
                assert base is not None and saved is not None
                by = self._find_saver(table, key)
                found.append(Clash(table, row[TITLES[table]] or key, column, base[column], saved[column], row[column], by))
        return found

    def merge(self, *, keep_mine: bool) -> None:
        """Lay every draft over what is saved by now: column by column, where both changed one it is mine or theirs.

        A new row whose id another person's new row got is given another one.
        """
        for (table, key), row in list(self.drafts.items()):
            base, saved = self.bases.get((table, key)), self.rows[table].get(key)
            if saved is None or saved == base:
                continue
            if base is None:
                self._rename(table, key, row)
                continue
            self.drafts[table, key], self.bases[table, key] = merge_row(row, base, saved, keep_mine=keep_mine), saved
            if not list(self._compare(table, key, self.drafts[table, key])):
                self._forget(table, key)
        self.keep_drafts()

    def load_anew(self, *, keep_mine: bool) -> None:
        """Read what others saved, and lay the drafts over it."""
        self.reread()
        self.merge(keep_mine=keep_mine)

    def _rename(self, table: str, key: str, row: Row) -> None:
        """Give a new row another id, also where other drafts name it."""
        if table not in IDS:
            self.bases[table, key] = self.rows[table][key]
            return
        account = row.get("account_id") or next(a for a in self.analysis.accounts.index if key in self._rows_of(table, str(a)))
        new = self._free_id(table, str(account))
        self._forget(table, key)
        self.drafts[table, new], self.bases[table, new] = {**row, IDS[table]: new}, None
        for place, other in self.drafts.items():
            if other.get(IDS[table]) == key and place[0] != table:
                self.drafts[place] = {**other, IDS[table]: new}

    def _find_saver(self, table: str, key: str) -> str:
        rows = [row for row in read_entries(self.home, table) if self.key_of(table, row) == key]
        return rows[-1]["saved_by"] if rows else "someone"

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
        """Return an id that no row has: not of the tables, of what was saved meanwhile, nor of anybody's drafts."""
        column = IDS[table]
        taken = {*self.saved[table][column], *(key for name, key in self.drafts if name == table)}
        taken |= {row[column] for row in read_entries(self.home, table)}
        taken |= {each["key"] for each in self.shelf.read_all() if each["table"] == table}
        stem = f"{LETTERS[table]}{account_id}-"
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
    >>> from shutil import copytree
    >>> from tempfile import TemporaryDirectory
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> home = TemporaryDirectory()  # drafts are kept beside the tables
    >>> data = copytree(data_folder() / "sample", f"{home.name}/mine")
    >>> editing = begin_editing(data, open_analysis(data), date(2026, 6, 30))
    >>> action = editing.list_rows("actions", "0010417").loc["A0417-2"].to_dict()
    >>> editing.draft("actions", action, {"due": "2026-08-01"})
    'A0417-2'
    >>> [(edit.column, edit.before, edit.after) for edit in editing.list_changes()]
    [('due', '2026-05-29', '2026-08-01')]
    >>> home.cleanup()
    """
    return Editing(Path(data_dir), analysis, on, count_entries(load_settings(data_dir).home))

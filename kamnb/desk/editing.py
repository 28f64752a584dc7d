"""What an account manager does when editing a plan: no widget, every step an ordinary function."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kamnb.analysis import Analysis
from kamnb.data.appending import Row, Stamp, add_entries, check_entries, count_entries, read_entries
from kamnb.data.entries import FOLDER
from kamnb.data.settings import load_settings
from kamnb.data.tables import TABLES
from kamnb.desk.drafting import Drafting
from kamnb.desk.fields import CONFIRMED, FIELDS, IDS, TITLES
from kamnb.desk.merging import Clash, list_clashing, merge_row
from kamnb.desk.striking import STRIKES, say_users
from kamnb.errors import DataError, KamError, SettingsError
from kamnb.planning.schedule import read_ids


@dataclass(frozen=True)
class Edit:
    """One difference between what is saved and what would be: a row that is new, or a column that is another."""

    table: str
    about: str
    column: str
    before: str
    after: str


class Editing(Drafting):
    """What becomes of drafts: they are looked at, laid over what others saved, previewed and saved."""

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

    def draft(self, table: str, before: Row, filled: Row) -> str:
        """Take a row with what a person filled as a draft; return its key.

        The first due day of an action whose due day is moved is kept. A topic or a goal that is changed is confirmed anew.

        Raises
        ------
        DataError, SettingsError
            With everything that the door would not take, and names of rows that are not there.
        """
        unread: list[str] = []
        row = {**before, **{column: self._read(table, column, text.strip(), unread) for column, text in filled.items()}}
        if table == "actions" and before["due"] and row["due"] != before["due"] and not row["original_due"]:
            row["original_due"] = before["due"]
        if table in CONFIRMED and row != before and row["confirmed_on"] == before["confirmed_on"]:
            row["confirmed_on"] = self.on.isoformat()
        faults = unread or [str(fault) for fault in check_entries(table, [row])] + list(self._find_strangers(table, row))
        if faults:
            raise DataError(faults, "nothing was kept")
        key = self.key_of(table, row)
        self.bases.setdefault((table, key), self.rows[table].get(key))
        self.drafts[table, key] = row
        self.struck.pop((table, key), None)
        if not list(self._compare(table, key, row)):
            self._forget(table, key)
        self.keep_drafts()
        return key

    def _read(self, table: str, column: str, text: str, unread: list[str]) -> str:
        """Return a number in plain spelling, as it is written where the workbook is from; all else as it was typed."""
        if text and TABLES[table][column].kind in ("number", "money", "whole"):
            try:
                return self.spelling.read_number(text)
            except ValueError as error:
                unread.append(f'{table}, {column}: "{text}" {error}')
        return text

    def strike(self, table: str, key: str) -> None:
        """Strike a row out when the changes are saved; one that was never saved is forgotten at once.

        Raises
        ------
        SettingsError
            If other rows name it.
        """
        if faults := say_users(table, key, self._live_rows):
            raise SettingsError(faults, "nothing is struck out")
        self.drop(table, key)
        if key in self.rows[table]:
            self.struck[table, key] = self.rows[table][key]
        self.keep_drafts()

    def list_changes(self) -> list[Edit]:
        """Return what saving would change, in the order of the tables."""
        order = list(FIELDS)
        drafts = sorted(self.drafts.items(), key=lambda each: (order.index(each[0][0]), each[0][1]))
        struck = [Edit(table, row[TITLES[table]] or key, "", "", STRIKES) for (table, key), row in self.struck.items()]
        return [edit for (table, key), row in drafts for edit in self._compare(table, key, row)] + struck

    def save(self, by: str) -> list[Path]:
        """Save all drafts: in every table, or in none.

        Raises
        ------
        SettingsError, DataError
            If nothing would change, nobody is named, or someone saved another version of a row meanwhile.
        """
        self.take_typed()
        if not self.count:
            raise SettingsError("nothing is changed", "nothing was saved")
        stamp = Stamp(by, self.on)
        if self.seen != count_entries(self.home):
            self.reread()
        faults = [
            f'{each.table}, "{each.about}", {each.column}: {each.by} saved it meanwhile as {each.theirs or "nothing"}, '
            f'you have {each.mine or "nothing"}; load anew and keep yours, or take theirs'
            for each in self.find_clashes()
        ]  # fmt: skip
        if not faults:
            self.merge(keep_mine=True)
        faults += [fault for table, key in self.struck for fault in say_users(table, key, self._live_rows)]
        if faults:
            raise DataError(faults, "nothing was saved")
        rows, struck = self._by_table(self.drafts), self._by_table(self.struck)
        paths = add_entries(self.home, rows, stamp, seen=self.seen, struck=struck) if self.count else []
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
        for (table, key), row in self.struck.items():
            saved, by = self.rows[table].get(key, row), self._find_saver(table, key)
            changed = [column for column in TABLES[table].names if saved[column] != row[column]]
            about = row[TITLES[table]] or key
            found += [Clash(table, about, column, row[column], saved[column], STRIKES, by) for column in changed]
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
        for (table, key), row in list(self.struck.items()):
            saved = self.rows[table].get(key)
            if saved is None or (saved != row and not keep_mine):
                self._forget(table, key)
            else:
                self.struck[table, key] = saved
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
        self.analysis = self.renewal.renew(self.analysis.as_of, self.analysis.criteria)
        for name in ("saved", "rows"):
            self.__dict__.pop(name, None)

    def preview(self) -> Analysis:
        """Return the analysis as if the drafts were saved, as of its day or the latest one of a draft; nothing is saved."""
        with tempfile.TemporaryDirectory(prefix="kamnb-") as folder:
            home = Path(folder)
            if (self.home / FOLDER).is_dir():
                shutil.copytree(self.home / FOLDER, home / FOLDER)
            if self.count:
                struck = self._by_table(self.struck)
                add_entries(home, self._by_table(self.drafts), Stamp("preview", self.on), struck=struck)
            return self.renewal.renew(max([self.analysis.as_of, *self._list_days()]), self.analysis.criteria, home)

    def _list_days(self) -> Iterator[date]:
        """Yield the days from which the drafts are there."""
        for (table, _), row in self.drafts.items():
            event = TABLES[table].event
            if event and row[event]:
                yield date.fromisoformat(row[event])

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

"""The door held open: the company's tables pass once, and what people enter beside them passes each time."""

import shutil
import tempfile
import weakref
from collections.abc import Hashable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypeVar

from kamnb.data.engine import open_database
from kamnb.data.entries import FOLDER as ENTRIES
from kamnb.data.files import Listed, Source, find_beside, find_sources
from kamnb.data.holding import hold_rows
from kamnb.data.passing import Passing
from kamnb.data.portfolio import Portfolio
from kamnb.data.queries import asks_for_day
from kamnb.data.report import DoorReport
from kamnb.data.saving import hash_file
from kamnb.data.settings import DataSettings

Found = TypeVar("Found")


class HeldDoor:
    """The company's tables of a workbook, read and checked, to which entries are added as often as there are other ones.

    What is held serves only as long as the files and settings are as they were, byte by byte; else they pass anew.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> door = HeldDoor()
    >>> portfolio = open_portfolio(data_folder() / "sample", as_of=date(2026, 6, 30), held=door)
    >>> door.close()
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._key: tuple[str, date | None] = ("", None)
        self._taken: Passing | None = None
        self._added: dict[str, _Added] = {}
        weakref.finalize(self, self._open.close)

    def pass_through(
        self, settings: DataSettings, entries: Mapping[str, Source], as_of: date | None, work: Path, company: str
    ) -> tuple[DoorReport, Portfolio | None]:
        """Let the entries pass that are other ones, and the company's tables where they are others than those that are held.

        `company` is their hash, as `kamnb.data.cache.Kept` has it; empty where it is not known, and they pass anew.
        """
        hangs_on_day = as_of is None or any(asks_for_day(table) for table in settings.tables.values())
        key = company, as_of if hangs_on_day else None
        if self._taken is None or not company or key != self._key:
            self.close()
            passing, listed = self._open.enter_context(open_passing(settings, _make_folder(self._open), {}))
            passing.take(listed, as_of)
            self._taken, self._key = replace(passing, keep=passing.work), key
        try:
            return self._finish(self._taken, settings, entries, as_of, work)
        except BaseException:
            self.close()  # it may be half done
            raise

    def _finish(
        self, taken: Passing, settings: DataSettings, entries: Mapping[str, Source], as_of: date | None, work: Path
    ) -> tuple[DoorReport, Portfolio | None]:
        day, source = (as_of, "as asked") if as_of else (taken.day, taken.day_source)
        taken = replace(taken, settings=settings, entries=entries, day=day, day_source=source)
        for name in [*self._added]:
            if name not in entries:
                self._restore(taken, name)
        added = [self._add(taken, name) for name in entries]
        passing = replace(
            taken, work=work,
            faults=[*taken.faults, *(fault for each in added for fault in each.passing.faults)],
            remarks=[*taken.remarks, *(remark for each in added for remark in each.passing.remarks)],
            mapped={**taken.mapped, **{name: mapped for each in added for name, mapped in each.passing.mapped.items()}},
            checked={**taken.checked, **{name: checked for each in added for name, checked in each.passing.checked.items()}},
            versions={name: each.version for name, each in self._added.items()},
        )  # fmt: skip
        taken.connection.execute("BEGIN")
        try:
            return passing.finish()
        finally:
            taken.connection.execute("ROLLBACK")

    def _add(self, taken: Passing, name: str) -> "_Added":
        """Add the entries to a table where others are added than these; return what came of it."""
        file = taken.entries[name]
        version = hash_file(file.path), file.label, taken.day
        if name not in self._added or self._added[name].version != version:
            self._restore(taken, name)
            own = replace(taken, faults=[], remarks=[], mapped=_only(taken.mapped, name), checked=_only(taken.checked, name))
            own.add_entries(name)
            self._added[name] = _Added(version, own)
        return self._added[name]

    def _restore(self, taken: Passing, name: str) -> None:
        """Bring a table to what the company's files hold, as it is put aside the first time."""
        execute, was_added = taken.connection.execute, self._added.pop(name, None)
        execute(f"DROP TABLE IF EXISTS t_{ENTRIES}_{name}; DROP VIEW IF EXISTS raw_{ENTRIES}_{name}")
        if name in taken.checked:
            hold_rows(taken.connection, name)
            if not was_added:
                execute(f"CREATE TABLE IF NOT EXISTS company_{name} AS FROM t_{name}")
            execute(f"CREATE OR REPLACE TABLE t_{name} AS FROM company_{name}")
        elif was_added:
            execute(f"DROP TABLE IF EXISTS t_{name}; DROP VIEW IF EXISTS raw_{name}")

    def close(self) -> None:
        """Let go of what is held."""
        self._open.close()
        self._taken = None
        self._added.clear()


class _Added(NamedTuple):
    """The entries that stand in a table: which ones they are, and the passage that has what came of them."""

    version: Hashable
    passing: Passing


def _only(tables: Mapping[str, Found], name: str) -> dict[str, Found]:
    return {name: tables[name]} if name in tables else {}


@contextmanager
def open_passing(settings: DataSettings, work: Path, entries: Mapping[str, Source]) -> Iterator[tuple[Passing, Listed]]:
    """Begin a passage through the door; yield it with the files that are to be read."""
    raw = Path(tempfile.mkdtemp(prefix="raw-", dir=work))
    try:
        listed = find_sources(settings)
        files = {source.path for each in listed[0].values() for source in each}
        files |= {source.path for table in settings.tables.values() for _, source in find_beside(settings.root, table)}
        with open_database(raw, files, on_disk=True) as connection:
            yield Passing(connection, settings, raw, work, entries), listed
    finally:
        shutil.rmtree(raw, ignore_errors=True)


def _make_folder(stack: ExitStack) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kamnb-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder

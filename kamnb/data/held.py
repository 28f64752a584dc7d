"""The door held open: the company's tables pass once, and what people enter beside them passes each time."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from kamnb.data.engine import open_database
from kamnb.data.files import Listed, Source, find_beside, find_sources
from kamnb.data.passing import Passing
from kamnb.data.portfolio import Portfolio
from kamnb.data.queries import asks_for_day
from kamnb.data.report import DoorReport
from kamnb.data.settings import DataSettings


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
        weakref.finalize(self, self._open.close)

    def pass_through(
        self, settings: DataSettings, entries: Mapping[str, Source], as_of: date | None, work: Path, company: str
    ) -> tuple[DoorReport, Portfolio | None]:
        """Let the entries pass, and the company's tables where they are others than those that are held.

        `company` is their hash, as `kamnb.data.cache.Kept` has it; empty where it is not known, and they pass anew.
        """
        hangs_on_day = as_of is None or any(asks_for_day(table) for table in settings.tables.values())
        key = company, as_of if hangs_on_day else None
        if self._taken is None or not company or key != self._key:
            self.close()
            passing, listed = self._open.enter_context(open_passing(settings, _make_folder(self._open), {}))
            passing.take(listed, as_of)
            self._taken, self._key = replace(passing, keep=passing.work), key
        return self._finish(self._taken, settings, entries, as_of, work)

    def _finish(
        self, taken: Passing, settings: DataSettings, entries: Mapping[str, Source], as_of: date | None, work: Path
    ) -> tuple[DoorReport, Portfolio | None]:
        day, source = (as_of, "as asked") if as_of else (taken.day, taken.day_source)
        with tempfile.TemporaryDirectory(prefix="raw-", dir=taken.work) as raw:
            passing = replace(
                taken, settings=settings, entries=entries, work=work, raw=Path(raw), faults=[*taken.faults],
                remarks=[*taken.remarks], mapped={**taken.mapped}, checked={**taken.checked},
                day=day, day_source=source,
            )  # fmt: skip
            taken.connection.execute("BEGIN")
            try:
                return passing.finish()
            finally:
                taken.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of what is held."""
        self._open.close()
        self._taken = None


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

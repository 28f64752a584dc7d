"""Checked tables kept by content: the same files, settings and package need not pass the door again."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kamnb.data.answers import spell
from kamnb.data.drafting import UNREAD
from kamnb.data.entries import FOLDER as ENTRIES
from kamnb.data.files import Source, find_beside, find_sources, kind_of
from kamnb.data.left import Left
from kamnb.data.method import read_own_files
from kamnb.data.portfolio import Portfolio
from kamnb.data.report import Count, DoorReport, Reconciliation, Remark, TableReport
from kamnb.data.saving import OWN, hash_file, keep_newest, write_whole
from kamnb.data.settings import DataSettings

FOLDER = Path(OWN, "cache")
"""Where checked tables are kept, beside the settings of a workbook; safe to delete at any time."""

MOST, MOST_BYTES = 6, 1_000_000_000
"""How many passages of the door are kept, and how large they may be together; the oldest go first."""

ASIDE = "set_aside"
"""The folder with the rows that were set aside, one CSV a table."""

_SAID = "door.json"
_SAYERS = {each.__name__: each for each in (Count, DoorReport, Left, Reconciliation, Remark, TableReport)}

Passage = tuple[DoorReport, Portfolio]


@dataclass(frozen=True)
class Kept:
    """Where the checked tables of one content are kept, and whose they are.

    `company` is the hash of all but the entries and the day, `versions` what files were there before they were hashed.
    """

    settings: DataSettings
    sources: frozenset[Path]
    company: str
    key: str
    versions: tuple[tuple[int, int, int], ...] = ()

    @property
    def folder(self) -> Path:
        """The folder of this content."""
        return self.settings.home / FOLDER / self.key

    def take(self, work: Path) -> Passage | None:
        """Copy the tables into `work` and return what the door said of them; None where they are not kept, or not whole."""
        try:
            said = json.loads((self.folder / _SAID).read_text(encoding="utf-8"))
            report, portfolio = (_decode(said[name]) for name in ("report", "portfolio"))
            if said["root"] not in ("", str(self.settings.root)):
                return None
            (work / ASIDE).mkdir(exist_ok=True)
            for name, size in portfolio.pop("files").items():
                if shutil.copyfile(self.folder / name, work / name).stat().st_size != size:
                    return None
            os.utime(self.folder)
            report = replace(report, source=str(self.settings.source), is_kept=True)
            own = read_own_files(self.settings.home)
            return report, Portfolio(work, **portfolio, own=own, report=report, home=self.settings.home)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def save(self, report: DoorReport, portfolio: Portfolio) -> None:
        """Keep what passed the door; where nothing can be written, or a file was replaced meanwhile, nothing is kept."""
        if _list_versions(self.sources) != self.versions:
            return
        files = sorted([*portfolio.folder.glob("*.parquet"), *portfolio.folder.glob(f"{ASIDE}/*.csv")])
        known = {name: getattr(portfolio, name) for name in _PORTFOLIO}
        known["files"] = {file.relative_to(portfolio.folder).as_posix(): file.stat().st_size for file in files}
        said = {"report": _encode(replace(report, source="")), "portfolio": _encode(known)}
        names_root = str(self.settings.root) in json.dumps(said, ensure_ascii=False)
        said["root"] = str(self.settings.root) if names_root else ""
        home = self.folder.parent
        try:
            home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="new-", dir=home, ignore_cleanup_errors=True) as beside:
                made = Path(beside, "made")
                (made / ASIDE).mkdir(parents=True)
                for name in known["files"]:
                    shutil.copyfile(portfolio.folder / name, made / name)
                (made / _SAID).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
                if not self.folder.exists():
                    made.rename(self.folder)
            keep_newest(home, MOST, MOST_BYTES)  # what a run that was killed left goes too
        except OSError:
            return


_PORTFOLIO = ("as_of", "currency", "filled", "rates", "further", "fiscal_year_start", "is_lossy", "left")


def find_kept(settings: DataSettings, entries: Mapping[str, Source], as_of: date | None) -> Kept | None:
    """Return where tables of this content are kept; None where a file of them cannot be read."""
    try:
        sources = frozenset(list_sources(settings))
        versions = _list_versions(sources)
        company = _hash_company(settings, sources)
        added = {source.label: hash_file(source.path) for source in entries.values()}  # those of a preview lie elsewhere
        key = hashlib.sha256(f"{company} {as_of} {spell(added)}".encode()).hexdigest()
        return Kept(settings, sources, company, key, versions)
    except OSError:
        return None


def _list_versions(sources: Set[Path]) -> tuple[tuple[int, int, int], ...]:
    """Return which files these are now; those that are gone are none."""
    known = (path.stat() for path in sorted(sources) if path.exists())
    return tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in known)


def _hash_company(settings: DataSettings, sources: Set[Path]) -> str:
    """Return the hash of what passes the door depends on beside entries and day: package, settings, every byte of every file.

    Folders are named from the workbook's, so a copy of one has the same.
    """
    digest, home = hashlib.sha256(hash_package("data").encode()), settings.home
    relative = replace(settings, source=Path(), home=Path(), root=Path(os.path.relpath(settings.root, home)))
    for said in (relative, read_own_files(home)):
        digest.update(f"{spell(said)}\n".encode())
    has_sql = any(table.sql for table in settings.tables.values())  # which may read any file below the folder of the data
    reached = _walk(settings.root, 100 if has_sql else 2) if has_sql or not settings.names_tables else ()
    own = home / ENTRIES  # which pass apart; a query may read any of them
    beside = (
        path for path in reached if has_sql or (own not in path.parents and (kind_of(path) or path.suffix.lower() in UNREAD))
    )
    named = {os.path.relpath(path, home): path for path in (*sources, *beside)}
    for name, path in sorted(named.items()):
        digest.update(f"{name} {hash_file(path) if has_sql or kind_of(path) else ''}\n".encode())
    return digest.hexdigest()


def list_sources(settings: DataSettings) -> Iterator[Path]:
    """Yield every file that is read as a table, or beside one."""
    found, _, _ = find_sources(settings)
    yield from (source.path for sources in found.values() for source in sources)
    yield from (
        source.path
        for name in found
        if name in settings.tables
        for _, source in find_beside(settings.root, settings.tables[name])
    )


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the files of a folder and of those in it, as deep as said: what is read, or said not to be."""
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir() and depth > 1:
            yield from _walk(path, depth - 1)
        elif path.is_file():
            yield path


@cache
def hash_package(part: str = "") -> str:
    """Return the hash of DuckDB's version and of the package, or a folder of it: of its code, not of its version alone."""
    import duckdb

    digest, folder = hashlib.sha256(duckdb.__version__.encode()), Path(__file__).parents[1] / part
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".toml", ".sql")):
        digest.update(f"{path.relative_to(folder).as_posix()} {hash_file(path)}\n".encode())
    return digest.hexdigest()


def _encode(value: Any) -> Any:
    """Return a value as JSON holds it; what JSON does not know is an object with one key that says what it is."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: _encode(getattr(value, each.name)) for each in fields(value)}
        return {"is": type(value).__name__, "of": told}
    if isinstance(value, Mapping):
        return {"map": [[_encode(key), _encode(each)] for key, each in value.items()]}
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple | list):
        return [_encode(each) for each in value]
    return value


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(each) for each in value)
    if not isinstance(value, dict):
        return value
    if "is" in value:
        return _SAYERS[value["is"]](**{name: _decode(each) for name, each in value["of"].items()})
    if "map" in value:
        return {_decode(key): _decode(each) for key, each in value["map"]}
    if "set" in value:
        return frozenset(value["set"])
    return Decimal(value["decimal"]) if "decimal" in value else date.fromisoformat(value["date"])


def copy_aside(work: Path, target: Path) -> None:
    """Copy the rows that were set aside, each file whole or not at all."""
    for file in sorted((work / ASIDE).glob("*.csv")):
        write_whole(target / file.name, file.read_bytes())

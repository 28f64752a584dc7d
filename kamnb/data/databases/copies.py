"""What was read from databases, kept beside the settings: all tables of one moment in a folder, named by their content."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kamnb.data.saving import OWN, hash_file, write_whole

FOLDER = Path(OWN, "databases")
"""Where tables of databases are kept, beside the settings; safe to delete at any time."""

_SAID = "read.json"
_KEPT = 2
"""So many moments are kept: a run that began before another read again goes on with what it began with."""


@dataclass(frozen=True)
class Part:
    """A CSV file of a table; ``rows`` of it, and for the parts that are not read again the sum over their cells."""

    file: str
    rows: int
    content: str
    total: str = ""


@dataclass(frozen=True)
class Copy:
    """One table as it was read: from where, by which query, until which day it is settled, and in which files.

    ``bound`` is the day from which on rows are read again; empty where all of them are.
    """

    place: str
    sql: str
    columns: tuple[tuple[str, str], ...]
    since: str
    decimal: str
    moment: str
    bound: str = ""
    parts: tuple[Part, ...] = ()
    zoned: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return sum(part.rows for part in self.parts)

    @property
    def settled(self) -> tuple[Part, ...]:
        """The parts that are older than the bound."""
        return tuple(part for part in self.parts if part.total)

    def weigh_settled(self) -> tuple[int, str]:
        """Return rows and sum of what is older than the bound, as `Server.weigh` gives them."""
        return sum(part.rows for part in self.settled), str(sum(int(part.total) for part in self.settled))


@dataclass(frozen=True)
class Kept:
    """The tables of one moment, and their folder."""

    home: Path
    folder: str = ""
    copies: Mapping[str, Copy] = field(default_factory=dict)

    def find(self, part: Part) -> Path:
        """Return where a part is."""
        return self.home / FOLDER / self.folder / part.file

    def is_whole(self, table: str) -> bool:
        """Tell whether a table is kept, and every byte of it is as it was written."""
        copy = self.copies.get(table)
        return copy is not None and all(
            (path := self.find(part)).is_file() and hash_file(path) == part.content for part in copy.parts
        )


def load_kept(home: Path) -> Kept:
    """Return what is kept of databases; nothing where that cannot be read."""
    try:
        said = json.loads((home / FOLDER / _SAID).read_text(encoding="utf-8"))
        copies = {
            name: Copy(
                **copy
                | {
                    "columns": tuple((each, kind) for each, kind in copy["columns"]),
                    "parts": tuple(Part(**part) for part in copy["parts"]),
                    "zoned": tuple(copy["zoned"]),
                }
            )
            for name, copy in said["tables"].items()
        }
        return Kept(home, said["folder"], copies)
    except (OSError, ValueError, KeyError, TypeError):
        return Kept(home)


@contextmanager
def make_room(home: Path) -> Iterator[Path]:
    """Make a folder for what is being read; nothing of it is left where that does not come to its end."""
    place = home / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="new-", dir=place, ignore_cleanup_errors=True) as made:
        yield Path(made)


def keep(home: Path, made: Path, copies: Mapping[str, Copy]) -> Kept:
    """Put the files of `made` where they are kept, and only then say that they are.

    The folder has the same name whenever it has the same content, so that checked tables are found again by it.
    """
    contents = "\n".join(f"{name} {part.file} {part.content}" for name, copy in sorted(copies.items()) for part in copy.parts)
    kept = Kept(home, hashlib.sha256(contents.encode()).hexdigest()[:16], copies)
    place = home / FOLDER
    if (place / kept.folder).exists() and not all(kept.is_whole(name) for name in copies):
        shutil.rmtree(place / kept.folder)
    if not (place / kept.folder).exists():
        whole = made / "whole"
        whole.mkdir()
        for copy in copies.values():
            for part in copy.parts:
                (made / part.file).rename(whole / part.file)
        whole.rename(place / kept.folder)
    os.utime(place / kept.folder)
    said = {"folder": kept.folder, "tables": {name: asdict(copy) for name, copy in copies.items()}}
    write_whole(place / _SAID, json.dumps(said, ensure_ascii=False, indent=1))
    older = sorted((each for each in place.iterdir() if each.is_dir() and not each.name.startswith("new-")), key=_age)
    for folder in older[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
    return kept


def _age(folder: Path) -> float:
    return -folder.stat().st_mtime


def take_over(kept: Kept, part: Part, made: Path) -> None:
    """Put a part that is kept among those that are being read, without copying it where the disk can do so."""
    target = made / part.file
    try:
        target.hardlink_to(kept.find(part))
    except OSError:
        shutil.copyfile(kept.find(part), target)

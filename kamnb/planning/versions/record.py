"""The record of plan versions: a folder for each, none of which is ever changed but to replace a name.

``plan_versions/0003/`` holds a CSV file for each table, and ``version.toml``, which says who saved it when, the SHA-256 of each
file and of the ``version.toml`` before it: a version that was changed by hand is found.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.data.tables import TABLES
from kamnb.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "plan_versions"
"""The folder beside the tables that holds the record."""
HEAD = "version.toml"


@dataclass(frozen=True)
class Version:
    """The head of one version.

    Attributes
    ----------
    number : int
    saved_on, as_of : date
        The day of the save, and the day as of which the tables were seen.
    saved_by, note : str
    tables : mapping of table name to SHA-256
    previous : str
        SHA-256 of the head before it; empty for the first.
    replaced : tuple of mappings
        Names that were replaced in it since: ``on``, ``by``, ``reason``, ``places``. The name that was there is not kept.
    """

    number: int
    saved_on: date
    saved_by: str
    as_of: date
    note: str = ""
    tables: Mapping[str, str] = field(default_factory=dict)
    previous: str = ""
    replaced: tuple[Mapping[str, Any], ...] = ()


def read_versions(home: Path) -> list[Version]:
    """Return the heads of all versions, first to last; none where there is no record.

    Raises
    ------
    DataError
        If a head cannot be read; all such faults at once.
    """
    found, faults = [], []
    if not (home / FOLDER).exists() and (home / f".{FOLDER}.old").exists():
        raise DataError(
            f"{home / FOLDER}: a replacement of a name was stopped in the middle; the next `kamnb plan save DATA` finishes it"
        )
    for folder in _list_folders(home / FOLDER):
        try:
            found.append(_read_head(folder / HEAD))
        except (OSError, ValueError, KeyError, TypeError) as error:
            faults.append(f"{folder / HEAD}: cannot be read ({error}); restore it from a copy")
    if faults:
        raise DataError(faults, "nothing was changed")
    return found


def _list_folders(record: Path) -> list[Path]:
    return sorted(folder for folder in record.glob("[0-9]*") if re.fullmatch(r"\d{4,}", folder.name)) if record.is_dir() else []


def _read_head(path: Path) -> Version:
    import tomlkit

    head = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
    head.pop("seal")
    version = Version(**{**head, "replaced": tuple(head.get("replaced", ()))})
    if f"{version.number:04}" != path.parent.name:
        raise ValueError(f"it says number {version.number}")
    return version


def find_version(home: Path, number: int | None = None) -> Version:
    """Return one version; the last where no number is given.

    Raises
    ------
    DataError
        If there is no such version.
    """
    versions = read_versions(home)
    if not versions:
        raise DataError(f"{home / FOLDER}: no version was saved yet; `kamnb plan save DATA` saves one")
    found = {version.number: version for version in versions}
    if number is not None and number not in found:
        raise DataError(f"{home / FOLDER}: there is no version {number}; there are {versions[0].number} to {versions[-1].number}")
    return found[number] if number is not None else versions[-1]


def read_plan(home: Path, version: Version) -> "dict[str, pd.DataFrame]":
    """Return the tables of a version.

    Raises
    ------
    DataError
        If a file is missing or is not what was saved; all such faults at once.
    """
    faults = find_changed(home, version)
    if faults:
        raise DataError(faults, "nothing was compared")
    return {name: _parse(_place(home, version, name).read_bytes().decode("utf-8"), name) for name in version.tables}


def _place(home: Path, version: Version, name: str) -> Path:
    return home / FOLDER / f"{version.number:04}" / f"{name}.csv"


def find_changed(home: Path, version: Version) -> list[str]:
    """Say which tables of a version are missing or are not what was saved."""
    faults = []
    for name, known in version.tables.items():
        path = _place(home, version, name)
        if not path.is_file():
            faults.append(f"{path}: is missing; restore it from a copy")
        elif digest(path.read_bytes()) != known:
            faults.append(f"{path}: was changed after it was saved; restore it from a copy")
    return faults


def check_record(home: Path) -> list[str]:
    """Say of every file of the record what is wrong with it: missing, changed, or a version that is no more there.

    Returns
    -------
    list of str
        Empty where all is as it was saved.
    """
    versions, previous = read_versions(home), ""
    faults: list[str] = []
    for place, version in enumerate(versions, 1):
        if version.number != place:
            return [*faults, f"{home / FOLDER}: version {place} is missing; restore it from a copy"]
        faults += find_changed(home, version)
        head = home / FOLDER / f"{version.number:04}" / HEAD
        if not _is_sealed(head.read_text(encoding="utf-8")):
            faults.append(f"{head}: was changed after it was saved; restore it from a copy")
        if version.previous != previous:
            before = home / FOLDER / f"{version.number - 1:04}" / HEAD
            faults.append(f"{before}: was changed after version {version.number} was saved; restore it from a copy")
        previous = digest(head.read_bytes())
    return faults


def render_head(version: Version) -> str:
    """Return the text of a head."""
    import tomlkit

    head = tomlkit.document()
    head.add(
        tomlkit.comment(
            f"Version {version.number} of the plan, kept by `kamnb plan save`. What is changed here by hand is found."
        )
    )
    head.add("seal", "")
    for name in ("number", "saved_on", "saved_by", "as_of", "note", "previous"):
        head.add(name, getattr(version, name))
    head.add("tables", dict(version.tables))
    if version.replaced:
        head.add("replaced", [dict(each) for each in version.replaced])
    text = tomlkit.dumps(head)
    return _SEAL.sub(f'seal = "{digest(text.encode("utf-8"))}"', text, count=1)


_SEAL = re.compile(r'^seal = "[0-9a-f]*"$', re.MULTILINE)
"""The SHA-256 of the head, made while the seal is empty."""


def _is_sealed(text: str) -> bool:
    bare = _SEAL.sub('seal = ""', text, count=1)
    return f'seal = "{digest(bare.encode("utf-8"))}"' in text


def render_table(frame: "pd.DataFrame") -> str:
    """Return the text of a table as it is kept."""
    file = io.StringIO()
    writer = csv.writer(file)  # ends lines as RFC 4180 says, so that a cell with either half of it is quoted
    writer.writerow(frame.columns)
    writer.writerows(frame.itertuples(index=False, name=None))
    return file.getvalue()


def _parse(text: str, name: str) -> "pd.DataFrame":
    """Read a table as it was kept; a column that the contract has gained since is empty."""
    import pandas as pd

    head, *rows = csv.reader(io.StringIO(text, newline=""))
    frame = pd.DataFrame(rows, columns=head, dtype=object)
    return frame.reindex(columns=list(TABLES[name].names), fill_value="")


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return sha256(content).hexdigest()

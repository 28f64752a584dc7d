"""What a folder holds that is not yet read, and a kamnb.toml to start from."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from kamnb.data.files import kind_of
from kamnb.data.report import Remark
from kamnb.data.suggesting import suggest_columns
from kamnb.data.tables import FOUNDING, TABLES
from kamnb.data.text import UnreadableError, decode_file, read_header

UNREAD = (
    ".sav", ".dta", ".sas7bdat", ".json", ".jsonl", ".xml", ".accdb", ".mdb", ".dbf", ".sqlite", ".db",
    ".zip", ".rds", ".feather", ".orc", ".numbers",
)  # fmt: skip
"""Kinds of files that hold tables and are not read."""

_OURS = ("entries",)


def survey_folder(root: Path, taken: set[Path]) -> Iterator[Remark]:
    """Yield what lies in a folder and is not read: files of no table, folders of like files, files of kinds that are not read."""
    for path in sorted(root.iterdir()):
        if path in taken or path.name.startswith("."):
            continue
        if path.is_file() and kind_of(path):
            yield Remark("", "not read, its name is not that of a table", file=path.name)
        elif path.is_file() and path.suffix.lower() in UNREAD:
            yield Remark("", "files of this kind are not read; save it as .csv, .xlsx or .parquet", file=path.name)
        elif path.is_dir() and path.name not in (*TABLES, *_OURS):
            yield from (Remark("", what, file=f"{path.name}/") for what in _say_alike(path, taken))


def _say_alike(folder: Path, taken: set[Path]) -> Iterator[str]:
    for header, files in _group_by_header(folder, taken).items():
        alike = f"{len(files)} files alike" if len(files) > 1 else f"1 file, {files[0].name}"
        yield f"{alike}, not read{f'; header {header}' if header else ''}"


def _group_by_header(folder: Path, taken: set[Path]) -> dict[str, list[Path]]:
    alike: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(folder.iterdir()):
        if file.is_file() and kind_of(file) and file not in taken:
            alike["; ".join(_names(file))].append(file)
    return alike


def _names(file: Path) -> tuple[str, ...]:
    """Return the names in the header of a text file; nothing where they cannot be had."""
    if kind_of(file) != "text":
        return ()
    with tempfile.TemporaryDirectory(prefix="kamnb-") as scratch:
        try:
            return read_header(decode_file(file, "", Path(scratch) / "text"), "", None).names
        except (UnreadableError, OSError):
            return ()


def draft_settings(root: Path) -> str:
    """Return the text of a kamnb.toml for a folder in which no table was found; empty where nothing can be proposed."""
    found: dict[str, str] = {}
    for path in sorted(root.iterdir()):
        groups = _group_by_header(path, set()).values() if path.is_dir() and not path.name.startswith(".") else [[path]]
        for files in groups:
            names = _names(files[0]) if files[0].is_file() else ()
            table, columns = max(((each, suggest_columns(TABLES[each].required, names)) for each in FOUNDING), key=_share)
            if len(columns) > len(TABLES[table].required) / 2 and table not in found:
                where = path.name if len(files) > 1 else str(files[0].relative_to(root))
                listed = ", ".join(f'{ours} = "{theirs}"' for ours, theirs in columns.items())
                found[table] = f'[{table}]\nfile = "{where}"\ncolumns = {{ {listed} }}  # guessed by names: check'
    return "\n".join(found.values())


def _share(proposal: tuple[str, dict[str, str]]) -> tuple[float, int]:
    table, columns = proposal
    return len(columns) / len(TABLES[table].required), len(columns)

"""Empty tables of a workbook: those that matter first, and any other on demand."""

from collections.abc import Sequence
from pathlib import Path

from kamnb.data.files import kind_of
from kamnb.data.saving import write_whole
from kamnb.data.tables import TABLES
from kamnb.errors import ReportError, SettingsError

FIRST = {
    "accounts": "who the customers are, and whose; without it an account is a number",
    "invoices": "what they buy and what it earns; alone it gives a first matrix",
    "contacts": "whom we know there; a plan is carried out with people",
    "ratings": "how they see us beside the best competitor; the matrix's strength",
}
"""The tables that a new workbook has, and why."""


def head_table(name: str) -> bytes:
    """Return an empty table: the heads of its columns.

    Examples
    --------
    >>> head_table("aliases").split()
    [b'system,external_id,account_id']
    """
    return (",".join(TABLES[name].names) + "\n").encode()


def add_tables(folder: Path, names: Sequence[str]) -> list[Path]:
    """Write empty tables into the folder of the data and return their files; none that is there is touched.

    Raises
    ------
    SettingsError
        If there is no such table.
    ReportError
        If one is there already; nothing is written then.
    """
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        raise SettingsError([f'there is no table "{name}"; there are {", ".join(TABLES)}' for name in unknown])
    there = [path.name for path in _list_tables(folder) if path.stem in names]
    if there:
        raise ReportError(f"{folder}: holds {', '.join(there)} already; nothing was written")
    written = [folder / f"{name}.csv" for name in dict.fromkeys(names)]
    for path in written:
        write_whole(path, head_table(path.stem))
    return written


def list_absent(folder: Path) -> list[str]:
    """Return the tables that have no file of their name in the folder of the data."""
    there = {path.stem for path in _list_tables(folder)}
    return [name for name in TABLES if name not in there]


def _list_tables(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and kind_of(path))

"""Files of a company, found: by the names of tables, or where the settings say."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from kamnb.data.report import Remark
from kamnb.data.settings import DataSettings, TableSettings
from kamnb.data.shapes import Beside
from kamnb.data.tables import TABLES
from kamnb.data.text import UnreadableError
from kamnb.data.workbooks import list_sheets, open_book

ENDINGS = {
    "text": (".csv", ".tsv", ".txt", ".psv", ".csv.gz", ".tsv.gz", ".txt.gz"),
    "excel": (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    "parquet": (".parquet",),
}
"""The kinds of files that are read, by the ending of their names."""


@dataclass(frozen=True)
class Source:
    """One file (or sheet) of a table; ``folder`` says that it is named with its folder."""

    path: Path
    sheet: str = ""
    folder: bool = False

    @property
    def label(self) -> str:
        """The file as faults name it."""
        name = f"{self.path.parent.name}/{self.path.name}" if self.folder else self.path.name
        return f"{name}#{self.sheet}" if self.sheet else name

    @property
    def kind(self) -> str:
        """``"text"``, ``"excel"``, ``"parquet"``, or empty where the file is of no kind that is read."""
        return kind_of(self.path)


def kind_of(file: Path) -> str:
    """Return the kind of a file by its name; empty where it is none that is read."""
    name = file.name.lower()
    if name.startswith((".", "~$")):
        return ""
    return next((kind for kind, endings in ENDINGS.items() if name.endswith(endings)), "")


Listed = tuple[dict[str, list[Source]], list[str], list[Remark]]
"""The files of every table, what is wrong with them, and what is told about them."""


def find_sources(settings: DataSettings) -> Listed:
    """Find the files of every table.

    Returns
    -------
    found : dict of table name to list of Source
        Empty for a table that is had from SQL alone.
    faults : list of str
        Tables that are named but not there, or there twice.
    remarks : list of Remark
        Tables of a preset without a file.
    """
    found: dict[str, list[Source]] = {}
    faults: list[str] = []
    remarks: list[Remark] = []
    for name in settings.tables if settings.names_tables else TABLES:
        table = settings.tables.get(name, TableSettings())
        sources = _named_sources(settings.root, table) if table.file else _sources_by_name(settings.root, name)
        missing = [source for source in sources if isinstance(source, str)]
        beside = [source for each in table.beside for source in _expanded(settings.root, each.file)]
        missing += [source for source in beside if isinstance(source, str)]
        there = [source for source in sources if isinstance(source, Source)]
        if "file" in table.presumed:
            remarks += [Remark(name, f"{text}; the preset expects it, but it need not be there") for text in missing]
        elif missing:
            faults += [f"{name}: {text}" for text in missing]
            continue
        if there or (table.sql and not missing):
            found[name] = there
        elif name in settings.tables and not missing:
            faults.append(f"{name}: no file {name}.csv, .xlsx or .parquet in {settings.root}; give [{name}] file")
    return found, faults, remarks


def find_beside(root: Path, table: TableSettings) -> list[tuple[Beside, Source]]:
    """Return the further files of a table that are there, each with its settings."""
    found = [(beside, next(_expanded(root, beside.file))) for beside in table.beside]
    return [(beside, source) for beside, source in found if isinstance(source, Source)]


def _named_sources(root: Path, table: TableSettings) -> list[Source | str]:
    return [source for text in table.file for source in _expanded(root, text)]


def _expanded(root: Path, text: str) -> Iterator[Source | str]:
    name, _, sheet = text.partition("#") if not (root / text).exists() else (text, "", "")
    path = root / name
    if "://" in text:
        yield 'file names an address, not a file; a database is named by database = "postgresql://..."'
    elif "*" in name:
        fit = [file for file in sorted(root.glob(name)) if file.is_file() and kind_of(file)]
        yield from (
            (each for file in fit for each in _sheets(file, sheet))
            if fit
            else iter([f"{name}: no file below {root} is called so"])
        )
    elif path.is_dir():
        inside = _readable(path)
        yield from (Source(file) for file in inside) if inside else iter([f"folder {name} holds no file that can be read"])
    elif not path.exists():
        yield f"{name}: no such file below {root}{_alike(path)}"
    elif not kind_of(path):
        yield f"{name}: files of this kind are not read; save it as .csv, .xlsx or .parquet"
    else:
        yield from _sheets(path, sheet)


def _sheets(path: Path, sheet: str) -> Iterator[Source | str]:
    """Yield the sheets of a workbook whose names a pattern fits; what cannot be opened is said when it is read."""
    if "*" not in sheet:
        yield Source(path, sheet)
        return
    try:
        names = list_sheets(open_book(path))
    except (UnreadableError, OSError) as error:
        yield f"{path.name}: {error}"
        return
    fit = [name for name in names if fnmatch(name.lower(), sheet.lower())]
    yield from (
        (Source(path, name) for name in fit) if fit else iter([f'{path.name}: no sheet "{sheet}"; there are {", ".join(names)}'])
    )


def _readable(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and kind_of(file))


def _alike(path: Path) -> str:
    if not path.parent.is_dir():
        return ""
    same = [file.name for file in path.parent.iterdir() if file.name.lower() == path.name.lower()]
    return f"; there is {same[0]}" if same else ""


def _sources_by_name(root: Path, name: str) -> list[Source | str]:
    """Find a table by its name; a folder counts where it holds files that can be read."""
    named = [file for file in sorted(root.iterdir()) if file.name.split(".")[0].lower() == name]
    hits = [file for file in named if (_readable(file) if file.is_dir() else kind_of(file))]
    if len(hits) > 1:
        return [f"found more than once, as {' and '.join(hit.name for hit in hits)}; keep one, or name it in kamnb.toml"]
    return list(_expanded(root, hits[0].name)) if hits else []

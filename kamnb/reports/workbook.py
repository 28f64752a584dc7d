"""A workbook of one's own: where to start, the notebooks, the settings, and the first tables to fill."""

import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from kamnb.data.entries import FOLDER
from kamnb.data.files import kind_of
from kamnb.data.identity import FILE, write_identity
from kamnb.data.proposing.blocks import walk_files
from kamnb.data.tables import TABLES
from kamnb.errors import ReportError
from kamnb.places import data_folder, notebooks_folder
from kamnb.reports.tables import FIRST, head_table

START = "START.md"
"""The page of a workbook that is read first."""

SETTINGS = """\
# Settings of this workbook; every line is optional. See the data contract in the documentation.

# as_of = "2026-06-30"            # the day of the analysis; else the last invoice date
# reporting_currency = "EUR"
# fiscal_year_start = 1           # month

# [rates]                         # reporting currency for one unit, from the day on
# USD = { "2025-01-01" = 0.96 }

# [invoices]                      # once a file is named here, only tables with a section are read
# file = "invoices.csv"
# columns = { amount = "Net value" }        # ours = theirs
# dates = "%d.%m.%Y"
# decimal = ","
"""
_SAMPLE_PARAMETER = 'data_dir: str = "../data/sample"'
_OWN_PARAMETER = 'data_dir: str = "../data"'
_SAMPLE_ACCOUNT, _FIRST_ACCOUNT = 'account_id: str = "0010417"', 'account_id: str = ""'


def make_workbook(folder: Path, *, sample: bool = False, exports: Path | None = None) -> list[Path]:
    """Make a workbook in `folder` and return the files written.

    Parameters
    ----------
    folder : Path
        May exist if it holds none of the files; nothing is ever overwritten.
    sample : bool
        Whether the tables are the sample's; else there are the first ones, and they hold their headers only.
    exports : Path, optional
        A folder whose files stand there instead of empty tables, as copies; they get no settings here.

    Raises
    ------
    ReportError
        If a file is there already; then nothing is written.
    """
    tables = _copied_tables(exports) if exports else _sample_tables() if sample else _empty_tables()
    content: dict[str, bytes | Path] = {**_start_page(), **_notebooks(sample), **tables, **_identity(folder)}
    there = [name for name in content if (folder / name).exists()]
    if there:
        raise ReportError(
            f"{folder}: holds {there[0]} already{f' and {len(there) - 1} more' if there[1:] else ''}; give an empty folder"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".kamnb-new-", dir=folder.parent))
    try:
        for name, part in content.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            if isinstance(part, Path):
                shutil.copyfile(part, beside / name)
            else:
                (beside / name).write_bytes(part)
        return _move(beside, folder, list(content))
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _move(beside: Path, folder: Path, names: list[str]) -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (beside / name).rename(folder / name)
    return [folder / name for name in names]


def _notebooks(sample: bool) -> dict[str, bytes]:
    return {f"notebooks/{file.name}": _pointed(file, sample) for file in sorted(notebooks_folder().glob("*.ipynb"))}


def _pointed(file: Path, sample: bool) -> bytes:
    """Return a notebook that reads ``data/``; without the sample also without the sample's results."""
    import nbformat

    node = nbformat.read(file, as_version=4)
    for cell in node.cells:
        cell.source = cell.source.replace(_SAMPLE_PARAMETER, _OWN_PARAMETER)
        if cell.cell_type == "code" and not sample:
            cell.source = cell.source.replace(_SAMPLE_ACCOUNT, _FIRST_ACCOUNT)
            cell.outputs, cell.execution_count = [], None
    text: str = nbformat.writes(node)
    return f"{text}\n".encode()


def _sample_tables() -> dict[str, bytes]:
    files = sorted(file for file in (data_folder() / "sample").iterdir() if file.suffix in (".csv", ".toml", ".md"))
    return {f"data/{file.name}": file.read_bytes() for file in files}


def _empty_tables() -> dict[str, bytes]:
    return {f"data/{name}.csv": head_table(name) for name in FIRST} | {"data/kamnb.toml": SETTINGS.encode()}


def _start_page() -> dict[str, bytes]:
    """Return the page that says which notebook comes when, and which tables there are."""
    text = files("kamnb.reports").joinpath("template", START).read_text(encoding="utf-8")
    first = [f"| `{name}` | {TABLES[name].meaning} | {why} |" for name, why in FIRST.items()]
    others = [f"| `{name}` | {table.meaning} |" for name, table in TABLES.items() if name not in FIRST]
    return {START: text.format(first="\n".join(first), others="\n".join(others)).encode()}


def _identity(folder: Path) -> dict[str, bytes]:
    """Return the file by which forms know their workbook."""
    return {f"data/{FOLDER}/{FILE}": write_identity(folder / "data").encode()}


def _copied_tables(exports: Path) -> dict[str, Path]:
    """Return the files of a folder that hold tables, by their places in the workbook."""
    return {f"data/{path.relative_to(exports).as_posix()}": path for path in walk_files(exports) if kind_of(path)}

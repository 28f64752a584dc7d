"""The dashboard: two notebooks of a workbook as pages without code, served by voila."""

import os
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kamnb.desk.serving.lab import find_notebooks
from kamnb.desk.serving.server import Server, run_server
from kamnb.errors import SettingsError

PAGES = ("60_portfolio_review.ipynb", "90_explore_weights.ipynb")
"""The notebooks that are served."""

_IDLE = 2 * 3600  # seconds after which the kernel of a page that nobody looks at is ended


def serve_dashboard(folder: Path, port: int | None, say: Callable[[str], None], show: Callable[[str], object]) -> None:
    """Serve the pages of a workbook until it is interrupted; see `kamnb.desk.serving.server.run_server`.

    Raises
    ------
    SettingsError
        If voila is not installed, or the workbook lacks a notebook.
    """
    if find_spec("voila") is None:
        raise SettingsError("kamnb dashboard needs a package that is not installed: pip install 'kamnb[dashboard]'")
    notebooks = find_notebooks(folder)
    missing = [name for name in PAGES if not (notebooks / name).exists()]
    if missing:
        raise SettingsError(f"{notebooks}: has no {' and no '.join(missing)}; `kamnb new DIR` makes a workbook with them")
    with tempfile.TemporaryDirectory(prefix="kamnb-") as scratch:
        pages = Path(scratch) / "pages"
        pages.mkdir()
        for name in PAGES:
            write_page(notebooks / name, pages / name)
        run_server(_make_server(folder.resolve(), pages), pages, port, say, show)


def _make_server(workbook: Path, pages: Path) -> Server:
    options = [
        str(pages), "--template=kamnb", "--Voila.auto_token=True", "--VoilaConfiguration.classic_tree=True",
        "--VoilaExecutor.skip_cells_with_tag=", f"--MappingKernelManager.cull_idle_timeout={_IDLE}",
        "--MappingKernelManager.cull_interval=300",
    ]  # fmt: skip
    places = [str(Path(__file__).with_name("jupyter")), os.environ.get("JUPYTER_PATH", "")]
    environment = {"JUPYTER_PATH": os.pathsep.join(place for place in places if place)}
    return Server("The dashboard", workbook, "voila", options, "", environment)


def write_page(notebook: Path, target: Path) -> None:
    """Write a copy of a notebook that reads the same data from another folder: its relative paths made whole."""
    import nbformat
    from papermill.inspection import inspect_notebook
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    found = inspect_notebook(str(notebook))
    node: Any = load_notebook_node(str(notebook))
    given = {name: _read_text(found[name]["default"]) for name in ("data_dir", "criteria_file") if name in found}
    whole = {name: str((notebook.parent / value).resolve()) for name, value in given.items() if value}
    parameterized = parameterize_notebook(node, whole, report_mode=False)
    for cell in parameterized.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(parameterized, target)


def _read_text(default: str) -> str:
    import ast

    return str(ast.literal_eval(default))

"""JupyterLab on a workbook."""

import os
from collections.abc import Callable
from pathlib import Path

from kamnb.desk.serving.server import Server, run_server
from kamnb.errors import SettingsError


def find_notebooks(folder: Path) -> Path:
    """Return the folder of a workbook's notebooks.

    Raises
    ------
    SettingsError
        If there are none.
    """
    for place in (folder / "notebooks", folder):
        if any(place.glob("*.ipynb")):
            return place.resolve()
    raise SettingsError(f"{folder}: holds no notebooks; `kamnb new DIR` makes a workbook")


def serve_lab(folder: Path, port: int | None, say: Callable[[str], None], show: Callable[[str], object]) -> None:
    """Serve a workbook by JupyterLab until it is interrupted; see `kamnb.desk.serving.server.run_server`."""
    notebooks, root = find_notebooks(folder), folder.resolve()
    place = "lab/tree" if notebooks == root else f"lab/tree/{notebooks.name}"
    options = [f"--ServerApp.root_dir={root}", *(["--allow-root"] if _is_root() else [])]
    run_server(Server("JupyterLab", root, "jupyterlab", options, place), root, port, say, show)


def _is_root() -> bool:
    """Whether this is the root of a container: JupyterLab asks to be told; it listens on this machine only."""
    return hasattr(os, "geteuid") and os.geteuid() == 0

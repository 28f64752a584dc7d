"""JupyterLab on a workbook."""

import os
from collections.abc import Callable
from pathlib import Path

from kamnb.errors import SettingsError
from kamnb.serving.server import HOST, Server, run_server

START = "START.md"
"""The page of a workbook that is opened first, where it has one."""


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
    """Serve a workbook by JupyterLab until it is interrupted; see `kamnb.serving.server.run_server`."""
    notebooks, root = find_notebooks(folder), folder.resolve()
    beside = "" if notebooks == root else f"/{notebooks.name}"
    place = f"lab/tree/{START}" if (root / START).is_file() else f"lab/tree{beside}"
    options = [f"--ServerApp.ip={HOST}", f"--ServerApp.root_dir={root}", *(["--allow-root"] if _is_root() else [])]
    run_server(Server("JupyterLab", root, "jupyterlab", options, place, _use_settings()), root, port, say, show)


def _use_settings() -> dict[str, str]:
    """Return the environment in which nobody is asked about news and pages show as they read; people's own settings win."""
    places = [os.environ.get("JUPYTER_CONFIG_PATH", ""), str(Path(__file__).with_name("jupyter"))]
    return {"JUPYTER_CONFIG_PATH": os.pathsep.join(place for place in places if place)}


def _is_root() -> bool:
    """Whether this is the root of a container: JupyterLab asks to be told; it listens on this machine only."""
    return hasattr(os, "geteuid") and os.geteuid() == 0

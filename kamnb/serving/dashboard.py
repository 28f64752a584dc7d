"""The dashboard: two notebooks of a workbook as pages without code, served by voila."""

import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from kamnb.data.door import open_portfolio
from kamnb.desk.visit import VISIT
from kamnb.errors import SettingsError
from kamnb.serving.lab import find_notebooks
from kamnb.serving.server import HOST, Server, run_server

DESK = "90_explore_weights.ipynb"
PAGES = ("60_portfolio_review.ipynb", DESK)
"""The notebooks that are served to read; `DESK` is where most go."""

EDITED = ("91_rate_accounts.ipynb", "92_edit_plan.ipynb")
"""Those that are served besides where viewers may save."""

ASKED = "KAMNB_DASHBOARD"
"""Environment variable of the server: what it is asked for, as JSON: ``data``, ``most`` and ``hosts``."""

_IDLE = 600  # seconds after which the kernel of a page that nobody looks at any more is ended
_PATIENCE = 120  # seconds for what a cell shows to arrive; where many come at once and 4 s are over, pages would stay white
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)


@dataclass(frozen=True)
class Dashboard:
    """What a dashboard is asked for.

    Attributes
    ----------
    port : int, optional
        A free one by default.
    host : str
        An address of this machine to listen at, or the name by which a proxy of this machine leads to it; empty for this
        machine only.
    most : int
        So many pages may be open at the same time.
    edit : bool
        Whether viewers may save, under a name that each gives at the start.
    """

    port: int | None = None
    host: str = ""
    most: int = 16
    edit: bool = False

    @property
    def address(self) -> str:
        """Where it listens.

        Examples
        --------
        >>> Dashboard().address, Dashboard(host="kam.example.com").address, Dashboard(host="192.0.2.7").address
        ('127.0.0.1', '127.0.0.1', '192.0.2.7')
        """
        return self.host if _is_address(self.host) else HOST


def serve_dashboard(folder: Path, asked: Dashboard, say: Callable[[str], None], show: Callable[[str], object]) -> None:
    """Serve the pages of a workbook until it is interrupted; see `kamnb.serving.server.run_server`.

    Raises
    ------
    SettingsError
        If voila is not installed, the workbook lacks a notebook, its data cannot be read, or the host is none.
    """
    if find_spec("voila") is None:
        raise SettingsError("kamnb dashboard needs a package that is not installed: pip install 'kamnb[dashboard]'")
    if not hasattr(os, "fork"):
        raise SettingsError("kamnb dashboard forks a process for each page, which this system does not; use kamnb lab")
    _check_host(asked.host)
    names, notebooks = [*PAGES, *(EDITED if asked.edit else ())], find_notebooks(folder)
    missing = [name for name in names if not (notebooks / name).exists()]
    if missing:
        raise SettingsError(f"{notebooks}: has no {' and no '.join(missing)}; `kamnb new DIR` makes a workbook with them")
    with tempfile.TemporaryDirectory(prefix="kamnb-") as scratch:
        pages = Path(scratch) / "pages"
        pages.mkdir()
        data, *_ = [write_page(notebooks / name, pages / name) for name in names]
        open_portfolio(data)  # what is wrong with the tables is said here, not on a page
        run_server(_make_server(folder.resolve(), pages, data, asked), pages, asked.port, say, show)


def _check_host(host: str) -> None:
    if not host:
        return
    if _is_address(host):
        if ip_address(host).is_unspecified:
            raise SettingsError(f"--host {host} names no address; give the one of this machine that viewers reach it at")
    elif not _NAME.fullmatch(host):
        raise SettingsError(f'--host "{host}" is neither an address of this machine nor a name, as kam.example.com')


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _make_server(workbook: Path, pages: Path, data: str, asked: Dashboard) -> Server:
    options = [
        str(pages), "--template=kamnb", "--Voila.auto_token=True", "--VoilaConfiguration.classic_tree=True",
        "--VoilaExecutor.skip_cells_with_tag=", f"--MappingKernelManager.cull_idle_timeout={_IDLE}",
        "--MappingKernelManager.cull_interval=60", f"--Voila.ip={asked.address}", f"--VoilaExecutor.iopub_timeout={_PATIENCE}",
        "--preheat_kernel=True",
    ]  # fmt: skip
    places = [str(Path(__file__).with_name("jupyter")), os.environ.get("JUPYTER_PATH", "")]
    words = {"data": data, "most": asked.most, "hosts": [asked.host] if asked.host else []}
    environment = {
        "JUPYTER_PATH": os.pathsep.join(place for place in places if place), ASKED: json.dumps(words),
        VISIT: "edit" if asked.edit else "read",
    }  # fmt: skip
    proxied = f"https://{asked.host}" if asked.host and asked.address == HOST != asked.host else ""
    name = "The dashboard, to edit," if asked.edit else "The dashboard"
    return Server(name, workbook, "kamnb.serving.viewers", options, "", environment, asked.address, proxied)


def write_page(notebook: Path, target: Path) -> str:
    """Write a copy of a notebook that reads the same data from another folder, and return where these are.

    Its relative paths are made whole.
    """
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
    return whole["data_dir"]


def _read_text(default: str) -> str:
    import ast

    return str(ast.literal_eval(default))

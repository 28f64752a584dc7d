"""A process that makes one report after another; what the cells do, they do in a kernel of their own."""

import ast
import contextlib
import errno
import gc
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.saving import write_whole
from kamnb.errors import KamError
from kamnb.places import notebooks_folder
from kamnb.reports.execution import execute_notebook
from kamnb.reports.folder import forget_causes, keep_causes

if TYPE_CHECKING:
    from kamnb.reports.formats.blocks import Block
    from kamnb.reports.warm.client import ForkedKernel
    from kamnb.reports.warm.kernel import KernelApp


@dataclass(frozen=True)
class Template:
    """What is the same for all reports of a run: the notebook, its kernel and parameters, the folder and the formats to write."""

    notebook: Path
    kernel: str
    parameters: Mapping[str, str]
    output: Path
    formats: tuple[str, ...] = ("html",)


@dataclass(frozen=True)
class Job:
    """One report: the account (empty: of all), the name of its files, the heads of its page, its day, what it is made from.

    ``notebook`` is the name of a notebook of the workbook; empty: that of the template.
    ``tables`` are those that a spreadsheet holds beside the tables of the page.
    """

    account: str
    file: str
    heads: Mapping[str, str]
    day: date
    causes: Mapping[str, str]
    parameters: Mapping[str, str]
    formats: tuple[str, ...]
    notebook: str = ""
    tables: "tuple[Block, ...]" = ()

    def list_files(self, output: Path) -> dict[str, Path]:
        """Return the files of the report in the folder of a run by their endings; the executed notebook is always one."""
        made = {name: output / f"{self.file}.{name}" for name in self.formats}
        return made | {"ipynb": output / "notebooks" / f"{self.file}.ipynb"}


@dataclass(frozen=True)
class Outcome:
    """What came of a job: seconds it took, the reason where it failed, and the characters that its PDF shows as boxes.

    Where `has_no_room` its page could not be written for want of room on the disk, nor will others be.
    """

    seconds: float
    failure: str = ""
    lacking: str = ""
    has_no_room: bool = False


def import_all(formats: tuple[str, ...] = ()) -> None:
    """Import what making a report in these formats takes, and make an empty one of each."""
    import nbformat
    import papermill  # noqa: F401

    from kamnb.reports.formats import render_format
    from kamnb.reports.page import render_page

    page = render_page(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("*")]), "*")
    for name in formats:
        render_format(name, page, "*", date(2000, 1, 1))
    _draw_once()


def _draw_once() -> None:
    """Draw what nobody sees, where the notebook draws: fonts and formats are loaded with the first picture and table."""
    if "matplotlib.pyplot" in sys.modules:
        from IPython.core.pylabtools import print_figure
        from matplotlib.figure import Figure

        figure = Figure()
        figure.subplots().plot([0.0, 1.0], label="a")
        figure.axes[0].set(title="a", xlabel="a")
        figure.legend()
        print_figure(figure)
    if "pandas" in sys.modules:
        pandas = sys.modules["pandas"]
        pandas.DataFrame({"a": [1.5], "b": ["b"], "c": pandas.to_datetime(["2026-01-01"])})._repr_html_()


def prepare_analysis(saved: Path, asked: tuple[str, ...], template: Template, account: str) -> None:
    """Load the analysis saved to a folder, and do once what each report would do for the first time.

    A notebook of the workbook is rehearsed for an account, where there is one: fonts, lazy imports, and what is the same for all
    accounts, are then there in every fork. The cells of any other notebook may do things that must be done once only, so it is
    not.
    """
    from kamnb.analysis import keep_analysis, load_analysis

    if analysis := load_analysis(saved, asked):
        keep_analysis(analysis, saved, asked)
        if account and template.notebook.parent == notebooks_folder().resolve():
            with contextlib.suppress(Exception):  # the account's own report tells what is wrong
                _rehearse(template.notebook, {**template.parameters, "account_id": account})
            keep_analysis(analysis, saved, asked)


def _rehearse(notebook: Path, parameters: Mapping[str, str]) -> None:
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell

    names: dict[str, object] = {}
    show = InteractiveShell.instance().display_formatter.format  # type: ignore[union-attr]
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            names.update(parameters)
        elif cell.cell_type == "code":
            _run(cell.source, names, show)


def _run(source: str, names: dict[str, object], show: "Callable[[object], object]") -> None:
    """Run a cell, and show what its last expression gives to nobody."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    if isinstance(last, ast.Expr):
        show(eval(compile(ast.Expression(last.value), "<cell>", "eval"), names))


def serve_forked(app: "KernelApp", channel: socket.socket) -> None:
    """Be a worker whose kernels are forked from itself."""
    _serve(Connection(channel.detach()), app)


def serve_spawned(channel: Connection, environment: Mapping[str, str]) -> None:
    """Be a worker whose kernels are started as papermill starts them."""
    os.environ.update(environment)
    _serve(channel, None)


def _serve(channel: Connection, app: "KernelApp | None") -> None:
    try:
        template: Template = channel.recv()
        modules = Path(tempfile.mkdtemp()) / "modules" if app else None
        while True:
            job: Job = channel.recv()
            channel.send(_make_report(template, job, app, channel, modules))
            modules = _learn(modules)
    except (EOFError, ConnectionResetError, BrokenPipeError):
        return  # no more work
    finally:
        if app:
            os._exit(0)  # what the parent has to clean up is not ours


def _learn(modules: Path | None) -> Path | None:
    """Import here what the cells of the first report imported, so that no later one has to; None once that is done."""
    if modules is None or not modules.exists():
        return modules
    from kamnb.reports.warm.reach import import_safely

    import_safely(modules.read_text(encoding="utf-8").splitlines())
    gc.collect()
    gc.freeze()
    return None


def _make_report(
    template: Template, job: Job, app: "KernelApp | None", channel: Connection, modules: Path | None = None
) -> Outcome:
    import nbformat

    from kamnb.reports.formats import render_format
    from kamnb.reports.formats.pdf import hear_lacking
    from kamnb.reports.page import render_page
    from kamnb.reports.warm.reach import can_fork

    start = time.perf_counter()
    files = job.list_files(template.output)
    notebook = notebooks_folder() / job.notebook if job.notebook else template.notebook
    kernel = _fork_kernel(app, channel, modules) if app and can_fork(template.kernel) else None
    failure, lacking, has_no_room = "", "", False
    try:
        node = execute_notebook(notebook, files["ipynb"], job.parameters, template.kernel, kernel)
        page = render_page(node, **job.heads)
        with hear_lacking() as heard:
            rendered = {name: render_format(name, page, job.heads.get("title", ""), job.day, job.tables) for name in job.formats}
            lacking = "".join(sorted(heard))
        rendered["ipynb"] = f"{nbformat.writes(node)}\n".encode()
        forget_causes(template.output, job.file)
        for name, content in rendered.items():
            write_whole(files[name], content)
        keep_causes(template.output, job.file, job.causes, list(files.values()))
    except KamError as error:  # a page of another day would pass for this one
        failure = str(error)
        for path in files.values():
            path.unlink(missing_ok=True)
    except OSError as error:  # a full disk: what was there stays
        failure, has_no_room = f"{error.strerror or error}: {error.filename or job.file}", error.errno in _NO_ROOM
    finally:
        if kernel:
            kernel.end(now=True)
    return Outcome(time.perf_counter() - start, failure, lacking, has_no_room)


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def _fork_kernel(app: "KernelApp", channel: Connection, modules: Path | None) -> "ForkedKernel":
    """Fork before anything of the report is begun: no event loop, no open file but the two sockets is inherited."""
    from kamnb.reports.warm.client import ForkedKernel
    from kamnb.reports.warm.kernel import serve_kernel
    from kamnb.reports.warm.stem import poll_exit

    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        channel.close()
        serve_kernel(app, theirs, modules)
    theirs.close()

    return ForkedKernel(pid, ours, partial(poll_exit, pid))

"""Kernels that are forked: the same outputs as papermill's own, and papermill's behaviour."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from kamnb.analysis import SAVED, save_analysis
from kamnb.places import notebooks_folder
from kamnb.reports.execution import _join_streams, forget_machine
from kamnb.reports.warm import engine as warm_engine
from kamnb.reports.warm.reach import can_fork, list_imports
from kamnb.reports.warm.stem import Stem

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
BIN = Path(sys.executable).parent

CELLS = {
    "stdout and stderr in order": "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')",
    "a result": "{'a': [1, 2], 'b': None}",
    "a frame": "import pandas as pd\npd.DataFrame({'x': [1.5, 2], 'y': ['ä', '漢']})",
    "display, then a result": "display({'k': 1}, metadata={})\nprint('between')\n'last'",
    "a display that is updated": "handle = display('first', display_id='here')\nhandle.update('second')",
    "a picture": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);",
    "output that is cleared": "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('stays')",
    "a program's output": "import subprocess\nr = subprocess.run(['echo', 'from a program'])",
    "a shell line": "!echo piped",
    "an awaited cell": "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "a magic": "%%capture kept\nprint('caught')",
    "history": "_, In[1][:6], len(In)",
    "words after a while": "import time\ntime.sleep(0.3)\nprint('late', 'words')",
    "a long text": "print('x' * 200_000)",
    "a widget": "import ipywidgets\nslider = ipywidgets.IntSlider(value=3)\nslider.value",
    "an input that is not there": "try:\n    input('name?')\nexcept Exception as e:\n    print(type(e).__name__)",
    "a warning": "import warnings\nwarnings.warn('careful')",
    "a lone surrogate in a result": "'\\ud800', {'\\udcff': 1}",
    "a lone surrogate on a page": "from IPython.display import HTML\ndisplay(HTML('a\\udcffb'))",
    "a program of the system": "import os\nos.system('echo of the system');",
    "in the order of time": "print('one'), time.sleep(0.2), os.system('echo two'), time.sleep(0.2), print('three');",
    "a program's fault": "subprocess.run('echo a fault >&2', shell=True);",
    "a program waited for": "late = subprocess.Popen('sleep 0.1; echo late', shell=True)\nlate.wait();",
    "bytes past the stream": "os.write(1, b'raw \\xff\\n');",
    "the stream below": "print('below', file=sys.__stdout__, flush=True)",
    "a child of the kernel": "import warnings\nwarnings.simplefilter('ignore')  # a fork warns where ipykernel has threads\n"
    "if not (pid := os.fork()):\n    print('a child', flush=True)\n    os._exit(0)\nos.waitpid(pid, 0);",
    "words of the command": "sys.argv[:2], len(sys.argv) >= 4, sys.orig_argv[1:4]",
    "where modules are looked for": "sys.path",
    "the module of cells": "import __main__ as m\nm, vars(m) is globals(), hasattr(m, '__file__'), m.__spec__",
    "no bytes below": "try:\n    sys.stdout.buffer\nexcept AttributeError as e:\n    print(e)",
    "what the stream is": "o = sys.stdout\no.name, o.encoding, o.errors, o.isatty(), o.readable(), o.closed, type(o).__name__",
    "what programs are told": "sorted(k for k in os.environ if any(map(k.count, ('COLOR', 'PAGER', 'JPY', 'PYDEV', 'TERM'))))",
    "folders gone through": "%cd -q /\n%cd -q -\nos.getcwd(), len(_dh)",
    "signals": "import signal\n[signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]",
    "an exit": "import sys\ntry:\n    sys.exit(3)\nexcept SystemExit as e:\n    print(repr(e))",
    "the module is __main__": "class Here: pass\nHere.__module__, __name__",
    "an error": "def fails():\n    raise ValueError('no: ' + account_id)\nfails()",
}


def write(path, *sources, tags=(), parameters='account_id: str = "A"'):
    cells = [new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(source, metadata={"tags": list(tags)}) for source in sources]
    node = new_notebook(cells=[new_markdown_cell("# Light"), *cells])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(node, path)
    return path


def run(notebook, output, engine, **more):
    quiet = ["--IPKernelApp.log_level=CRITICAL"]
    with mock.patch.dict(os.environ):
        os.environ.pop("PYTEST_CURRENT_TEST", None)  # under it ipykernel does not look at what programs print
        return papermill.execute_notebook(
            str(notebook), str(output), engine_name=engine, progress_bar=False, extra_arguments=quiet, **more
        )


def outputs_of(node):
    return [[dict(output) for output in cell.outputs] for cell in node.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same cells under papermill's own engine and under ours; the last one fails."""
    folder, found = tmp_path_factory.mktemp("both"), {}
    notebook = write(folder / "cells.ipynb", *CELLS.values())
    for engine in ("nbclient", "kamnb"):
        with pytest.raises(PapermillExecutionError, match="no: 007"):
            run(notebook, folder / f"{engine}.ipynb", engine, parameters={"account_id": "007"})
        found[engine] = nbformat.read(folder / f"{engine}.ipynb", as_version=4)
    return found


def test_outputs_are_those_of_the_plain_kernel_cell_by_cell(both):
    plain, warm = (outputs_of(both[engine]) for engine in ("nbclient", "kamnb"))
    for name, expected, found in zip(["parameters", "injected", *CELLS], plain, warm, strict=True):
        assert _stable(found) == _stable(expected), name
    counts = [[cell.get("execution_count") for cell in both[engine].cells] for engine in ("nbclient", "kamnb")]
    assert counts[0] == counts[1]


def _stable(outputs):
    """Leave out in how many pieces a stream comes, and in which temporary file of which process a cell was compiled."""
    outputs = [from_dict(output) for output in outputs]
    _join_streams(outputs)
    return [re.sub(r"ipykernel_\d+/\d+\.py|(?<=pid=)\d+", "<cell>", str(output)) for output in outputs]


def test_a_cell_with_a_lone_surrogate_has_its_answer(tmp_path):
    """The plain kernel loses what is printed after a fault of its own, and says nothing of the error."""
    cells = ["print('a\\ud800')", "display('x', metadata={'\\ud800': '\\ud800'})", "'next'", "raise ValueError('b\\ud800')"]
    with pytest.raises(PapermillExecutionError, match=r"ValueError: b\?"):
        run(write(tmp_path / "n.ipynb", *cells), tmp_path / "out.ipynb", "kamnb")
    printed, shown, last, error = outputs_of(nbformat.read(tmp_path / "out.ipynb", as_version=4))[-4:]
    assert printed[0]["text"] == "a?\n" and shown[0]["metadata"] == {"?": "?"} and error[0]["evalue"] == "b?"
    assert last[0]["data"]["text/plain"] == "'next'"


def test_notebooks_run_side_by_side_and_in_folders_of_their_own(tmp_path):
    """Also where one of them imports what starts a thread, so that what both were forked from is left."""
    cells = "print('begun')", "import time\ntime.sleep(0.5)", "import os\nos.path.basename(os.getcwd())"
    clients = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        node = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        manager = warm_engine._forking_manager(node)
        clients.append(NotebookClient(node, kernel_manager_class=manager, resources={"metadata": {"path": str(tmp_path / name)}}))

    async def execute():
        first = asyncio.create_task(clients[0].async_execute())
        await asyncio.sleep(0.2)
        with mock.patch.object(warm_engine, "list_imports", return_value=["threaded"]):
            await asyncio.gather(first, clients[1].async_execute())

    real = Stem.warm_up
    told = lambda stem, modules, *more: real(stem, [], *more) + [name for name in modules if name == "threaded"]  # noqa: E731
    with mock.patch.object(Stem, "warm_up", told):
        asyncio.run(execute())
    assert [outputs_of(client.nb)[-1][0]["data"]["text/plain"] for client in clients] == ["'one'", "'two'"]


def test_metadata_is_papermills_and_widget_states_are_kept(both):
    plain, warm = both["nbclient"], both["kamnb"]
    assert set(warm.metadata.papermill) == set(plain.metadata.papermill) and warm.metadata.papermill["duration"] > 0
    assert _models_of(warm) == _models_of(plain) and "IntSliderModel" in _models_of(warm)
    assert [_status_of(cell) for cell in warm.cells] == [_status_of(cell) for cell in plain.cells]


def _models_of(node):
    states = node.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    return sorted(state["model_name"] for state in states.values())


def _status_of(cell):
    return cell.metadata.get("papermill", {}).get("status")


@pytest.fixture(scope="module")
def saved(tmp_path_factory, analysis, reviewed):
    """Analyses that notebooks ask for, so that each need not be computed for each notebook."""
    folder = tmp_path_factory.mktemp("saved")
    for opened, since in ((analysis, ""), (reviewed, "last review")):
        save_analysis(opened, folder, ("../data/sample", "", "", since))
    return folder


@pytest.mark.thorough  # every notebook once more: `make test` runs them under the plain kernel
@pytest.mark.parametrize("notebook", sorted(notebooks_folder().glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_of_the_workbook_gives_what_nbval_finds_under_the_plain_kernel(notebook, saved, tmp_path, monkeypatch):
    monkeypatch.setenv(SAVED, str(saved))
    node = run(notebook, tmp_path / "out.ipynb", "kamnb", cwd=str(notebook.parent))
    forget_machine(node)
    expected = outputs_of(nbformat.read(notebook, as_version=4))
    assert sum(map(len, expected)) > 0
    for number, (found, stored) in enumerate(zip(outputs_of(node), expected, strict=True), start=1):
        assert found == stored, f"cell {number}"


def test_a_failing_cell_fails_as_with_papermill(tmp_path):
    notebook = write(tmp_path / "fails.ipynb", "print('before')", "1 / 0", "print('after')")
    with pytest.raises(PapermillExecutionError, match="ZeroDivisionError"):
        run(notebook, tmp_path / "out.ipynb", "kamnb")
    node = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "papermill-error-cell-tag" in node.cells[0].metadata["tags"]
    assert [cell.metadata.papermill["status"] for cell in node.cells if "papermill" in cell.metadata][-2:] == [
        "failed",
        "pending",
    ]


def test_a_cell_that_takes_too_long_is_stopped_as_with_papermill(tmp_path):
    from nbclient.exceptions import CellTimeoutError

    notebook = write(tmp_path / "slow.ipynb", "while True: pass")
    with pytest.raises(CellTimeoutError):
        run(notebook, tmp_path / "out.ipynb", "kamnb", execution_timeout=1)


def test_a_kernel_that_dies_says_so_and_the_next_notebook_runs(tmp_path):
    from nbclient.exceptions import DeadKernelError

    with pytest.raises(DeadKernelError):
        run(write(tmp_path / "dies.ipynb", "import os", "os._exit(3)"), tmp_path / "out.ipynb", "kamnb")
    node = run(write(tmp_path / "lives.ipynb", "account_id"), tmp_path / "out.ipynb", "kamnb", parameters={"account_id": "B"})
    assert outputs_of(node)[-1][0]["data"]["text/plain"] == "'B'"


def test_nothing_that_one_notebook_does_reaches_the_next(tmp_path):
    dirty = write(
        tmp_path / "dirty.ipynb",
        "import json, os, random, numpy\njson.left = True\nleft = 1\nos.environ['LEFT'] = '1'\nos.chdir('/')",
    )
    clean = write(
        tmp_path / "clean.ipynb", "import json, os, random, numpy",
        "hasattr(json, 'left'), 'left' in globals(), 'LEFT' in os.environ, os.getcwd()", "random.random(), numpy.random.random()",
    )  # fmt: skip
    run(dirty, tmp_path / "out.ipynb", "kamnb")
    first, second = (outputs_of(run(clean, tmp_path / "out.ipynb", "kamnb")) for _ in range(2))
    assert first[-2][0]["data"]["text/plain"] == f"(False, False, False, {str(Path.cwd())!r})"
    assert first[-1] != second[-1], "every fork would draw the same numbers"


def test_the_output_is_written_while_the_notebook_runs(tmp_path):
    target = tmp_path / "out.ipynb"
    look = f"import pathlib, time\ntime.sleep(0.2)\n'said before' in pathlib.Path({str(target)!r}).read_text()"
    node = run(write(tmp_path / "n.ipynb", "print('said before')", look), target, "kamnb")
    assert outputs_of(node)[-1][0]["data"]["text/plain"] == "True"


@pytest.mark.thorough  # papermill starts anew each time: 9 s of CPU
@pytest.mark.parametrize("how", [["--engine", "kamnb"], ["-k", "kamnb"]])
def test_papermills_own_command_line(how, tmp_path):
    notebook = write(tmp_path / "n.ipynb", "print(repr(account_id))", "1 / 0 if account_id == 'bad' else 'good'")
    command = [str(BIN / "papermill"), str(notebook), str(tmp_path / "out.ipynb"), *how, "--no-progress-bar", "-r", "account_id"]
    good = subprocess.run([*command, "007"], capture_output=True, text=True)
    assert good.returncode == 0, good.stderr
    node = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert [output["text"] for output in outputs_of(node)[-2]] == ["'007'\n"]
    bad = subprocess.run([*command, "bad"], capture_output=True, text=True)
    assert bad.returncode == 1 and "ZeroDivisionError" in bad.stderr


def test_a_kernel_of_another_language_or_environment_is_papermills_business():
    assert can_fork("python3") and can_fork("kamnb")
    assert not can_fork("ir")


def test_imports_that_lie_beside_a_notebook_are_not_warmed(tmp_path, monkeypatch):
    (tmp_path / "beside.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    cells = ["import beside, pandas as pd", "%time 1", "from matplotlib import pyplot", "from . import relative", "import json"]
    assert list_imports(new_notebook(cells=[new_code_cell(cell) for cell in cells])) == ["pandas", "matplotlib", "json"]


def test_a_module_that_starts_a_thread_is_left_to_the_cells(tmp_path):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    stem = Stem(tmp_path, {**os.environ, "PYTHONPATH": str(tmp_path)})
    try:
        assert stem.warm_up(["json"]) == []
        assert stem.warm_up(["threaded"]) == ["threaded"]
    finally:
        stem.close()
    assert tmp_path.exists()

"""Runs of reports on the least that a workbook needs, for tests of what happens to them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

BIN = Path(sys.executable).parent
ids = [f"{number:03}" for number in range(1, 13)]


def write_notebook(path, *sources, parameters='account_id: str = ""\ndata_dir: str = ""'):
    cells = [new_code_cell(parameters, metadata={"tags": ["parameters"]}), *map(new_code_cell, sources)]
    node = new_notebook(cells=[new_markdown_cell("# Light"), *cells])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(node, path)
    return path


def write_data(folder, names):
    """Write the least that a workbook needs: accounts, and an invoice each."""
    import pandas as pd

    pd.DataFrame({"account_id": names, "name": names}).to_csv(folder / "accounts.csv", index=False)
    pd.DataFrame({"account_id": names, "date": "2026-01-05", "amount": 10.0}).to_csv(folder / "invoices.csv", index=False)
    return folder


def start(folder, data, notebook, *more):
    """Start a run on the command line whose temporary files lie in a folder of its own."""
    temporary = folder / "temporary"
    temporary.mkdir()
    command = [str(BIN / "kamnb"), "report", str(data), "--notebook", str(notebook), "-o", str(folder / "reports"), *more]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for(what, seconds=180):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")

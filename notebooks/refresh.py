"""Execute notebooks in place and keep what does not change from run to run: ``make refs``."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from kamnb.reports.execution import QUIET_KERNEL, forget_machine


def refresh_notebook(path: Path) -> None:
    """Run one notebook from its first cell in its own folder and store the results."""
    node = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(path.parent)}}
    NotebookClient(node, kernel_name="python3", record_timing=False, resources=folder, extra_arguments=QUIET_KERNEL).execute()
    forget_machine(node)
    nbformat.write(node, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        refresh_notebook(Path(name))
        print(f"refreshed {name}")

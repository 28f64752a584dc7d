"""The controls of a desk, found as the browser finds them, and a workbook of the sample to try them on."""

import shutil

from kamnb.data.held import HeldDoor
from kamnb.places import data_folder

HELD = HeldDoor()
"""Shared by all desks and forms of a process: what was saved passes the door each time, the company's tables once."""


def copy_sample(folder):
    """Copy the tables and settings of the sample, without what made them; return the folder."""
    left_out = shutil.ignore_patterns("making", "*.py", "__pycache__")
    return shutil.copytree(data_folder() / "sample", folder, ignore=left_out)


def control(desk, name):
    """Find a control by its class."""
    found, stack = [], [desk.box]
    while stack:
        widget = stack.pop()
        found += [widget] if f"kam-{name}" in widget._dom_classes else []
        stack += getattr(widget, "children", ())
    (only,) = found
    return only

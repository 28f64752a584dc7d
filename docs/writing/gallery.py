"""The figures of the notebooks, as they were stored."""

import base64
from pathlib import Path

import nbformat

from kamnb.places import notebooks_folder

BUILT = Path("build/gallery")
"""Where the pictures are put for the site, below the root of the project."""


def list_pictures():
    """Write every figure of the notebooks to a file and return, in Markdown, all of them with their words."""
    parts = []
    for path in sorted(notebooks_folder().glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        shown = [show_figure(path.stem, number, output) for number, output in enumerate(find_figures(notebook), start=1)]
        if shown:
            title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
            parts += [f"## {title}", f"From [{path.stem}](../notebooks/{path.name}).", *shown]
    return "\n\n".join(parts) + "\n"


def find_figures(notebook):
    """Return the outputs of a notebook that are pictures."""
    return [output for cell in notebook.cells for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})]


def show_figure(name, number, output):
    """Write a picture to a file of its own and return the Markdown that shows it, with its words as the alternative text."""
    root = notebooks_folder().parent
    file = BUILT / f"{name}_{number}.png"
    (root / BUILT).mkdir(parents=True, exist_ok=True)
    (root / file).write_bytes(base64.b64decode(output["data"]["image/png"]))
    about = output["metadata"]["image/png"]
    return f"```{{image}} /{file}\n:alt: {about['alt']}\n:width: {about['width']}px\n```"

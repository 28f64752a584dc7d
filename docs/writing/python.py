"""The public functions and classes of the package, by the packages that name them in ``__all__``."""

import inspect
from importlib import import_module

PACKAGES = (
    "kamnb.analysis", "kamnb.data", "kamnb.indicators", "kamnb.scoring", "kamnb.scoring.confidence", "kamnb.scoring.movement",
    "kamnb.planning", "kamnb.planning.alignment", "kamnb.planning.programme", "kamnb.planning.versions", "kamnb.desk.forms",
)  # fmt: skip

HEAD = """# Python

What notebooks and programs of your own may call: the names that the packages give away (`__all__`). All else may change
without notice. The site has every docstring in full; here is the first line of each.

```python
from kamnb.analysis import open_analysis

analysis = open_analysis("data/sample")
analysis.scores
```
"""


def describe_python():
    """Return the page that lists every public name with the first line of its docstring."""
    return "\n".join([HEAD, *(describe_package(name) for name in PACKAGES)])


def describe_package(name):
    """Return the section of one package: its docstring's first line, and a row for each function and class."""
    package = import_module(name)
    rows = [f"| `{each}` | {first_line(getattr(package, each))} |" for each in list_names(package)]
    return "\n".join([f"## {name}", "", first_line(package), "", "| name | what it is |", "|---|---|", *rows, ""])


def list_names(package):
    """Return the public functions and classes of a package, by the alphabet."""
    return sorted((each for each in package.__all__ if callable(getattr(package, each))), key=str.lower)


def first_line(thing):
    """Return the first line of a docstring, as Markdown of a table."""
    return inspect.getdoc(thing).splitlines()[0].replace("``", "`").replace("|", "\\|")


def list_docstrings():
    """Return the directives by which Sphinx sets every docstring in full."""
    lines = [f"## {name} in full\n\n```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n```\n" for name in PACKAGES]
    return "\n".join(lines)

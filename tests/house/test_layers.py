"""The order of imports: each folder of the package, and each room of `display`, imports only from those before it; no circles."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "kamnb"
ORDER = [
    "errors",
    "places",
    "threads",
    "data",
    "indicators",
    "scoring",
    "planning",
    "analysis",
    "display",
    "desk",
    "reports",
    "serving",
    "cli",
]
SIDE_BY_SIDE = {("reports", "desk"), ("desk", "reports"), ("programme", "kpis")}
ROOMS = ["parts", "confidence", "matrix", "kpis", "programme", "portfolio", "account", "review", "desk"]
LONGEST = 400
"""Lines of a module at most."""


def modules(folder):
    return sorted(folder.rglob("*.py"))


def show_place(module):
    return str(module.relative_to(PACKAGE))


def imported(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [f"{node.module}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        yield from (name.split(".") for name in names if name.startswith("kamnb."))


def name_module(module):
    parts = ("kamnb", *module.relative_to(PACKAGE).with_suffix("").parts)
    return tuple(part for part in parts if part != "__init__")


def find_circle(imports):
    """Return the modules of a circle, from one to itself again; nothing if there is none."""
    graph = {module: {find_module(name, imports) for name in names} - {module} for module, names in imports.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [".".join(name) for name in error.args[1]]
    return []


def find_module(name, known):
    """Return the module that a name stands in: of `kamnb.data.saving.write_whole`, `kamnb.data.saving`."""
    return next(tuple(name[:length]) for length in range(len(name), 0, -1) if tuple(name[:length]) in known)


def find_wrong(room, names, order):
    allowed = order[: order.index(room) + 1] if room in order else []
    return sorted({name for name in names if name not in allowed or (room, name) in SIDE_BY_SIDE})


@pytest.mark.parametrize("module", modules(PACKAGE), ids=show_place)
def test_imports_go_one_way(module):
    room = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    wrong = find_wrong(room, (name[1] for name in imported(module) if len(name) > 2), ORDER)
    assert not wrong, f"kamnb/{room} may not import {wrong}"


@pytest.mark.parametrize("module", modules(PACKAGE / "display"), ids=show_place)
def test_rooms_of_display_import_one_way(module):
    room = module.relative_to(PACKAGE / "display").parts[0]
    wrong = find_wrong(room, (name[2] for name in imported(module) if name[1] == "display"), ROOMS)
    assert not wrong, f"kamnb/display/{room} may not import {wrong}"


def test_no_modules_import_each_other_in_a_circle():
    """An import within a function or for type checkers only counts too: it hides the circle, and it is there."""
    assert not find_circle({name_module(module): list(imported(module)) for module in modules(PACKAGE)})


@pytest.mark.parametrize("place, circle", [("batch", ["batch", "batch", "record"]), ("order", [])])
def test_a_circle_is_found(place, circle):
    imports = {("reports", "batch"): [["reports", "record", "render"]], ("reports", "record"): [["reports", place, "Order"]]}
    found = find_circle({**imports, ("reports", "order"): [], ("reports",): []})
    assert sorted(name.removeprefix("reports.") for name in found) == circle


@pytest.mark.parametrize("module", modules(PACKAGE), ids=show_place)
def test_no_module_is_longer_than_a_reader_bears(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST

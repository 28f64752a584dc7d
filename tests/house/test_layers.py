"""The order of imports: each folder of the package imports only from those before it, and so each room of `display`."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "kamnb"
ORDER = ["errors", "places", "data", "indicators", "scoring", "planning", "analysis", "display", "desk", "reports", "cli"]
SIDE_BY_SIDE = {("reports", "desk"), ("desk", "reports"), ("programme", "kpis")}
ROOMS = ["parts", "matrix", "kpis", "programme", "portfolio", "account", "desk"]
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


@pytest.mark.parametrize("module", modules(PACKAGE), ids=show_place)
def test_no_module_is_longer_than_a_reader_bears(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST

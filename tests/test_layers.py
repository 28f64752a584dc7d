"""The order of imports: each folder of the package imports only from those before it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kamnb"
ORDER = ["errors", "places", "data", "indicators", "scoring", "planning", "analysis", "display", "desk", "reports", "cli"]
SIDE_BY_SIDE = {("reports", "desk"), ("desk", "reports")}


def imported(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.split(".")[1] for name in names if name.startswith("kamnb.") and name != "kamnb")


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(module):
    room = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
    allowed = ORDER[: ORDER.index(room) + 1] if room in ORDER else []
    wrong = {name for name in imported(module) if name not in allowed or (room, name) in SIDE_BY_SIDE}
    assert not wrong, f"kamnb/{room} may not import {sorted(wrong)}"

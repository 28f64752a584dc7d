"""Programs whose exports are known: a header that has enough of a preset's columns means what the preset says."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from kamnb.data.settings import list_presets

_ENOUGH = 4
"""Columns of a preset that a header must have."""
_SPELLED = {"hubspot": "HubSpot", "pipedrive": "Pipedrive", "salesforce": "Salesforce", "sap": "SAP"}


def find_preset(table: str, names: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return, for (our column, theirs in small letters), the program whose export the header is; empty where it is none."""
    theirs = {name.lower() for name in names}
    for preset in list_presets():
        columns = _columns(preset).get(table, {})
        hits = {
            (ours, column.lower()): _SPELLED.get(preset, preset) for ours, column in columns.items() if column.lower() in theirs
        }
        if len(hits) >= _ENOUGH:
            return hits
    return {}


@cache
def _columns(preset: str) -> dict[str, dict[str, str]]:
    text = files("kamnb.data").joinpath("presets", f"{preset}.toml").read_text(encoding="utf-8")
    return {table: section.get("columns", {}) for table, section in tomllib.loads(text).items() if isinstance(section, dict)}

"""Programs whose exports are known: a header that has enough of a preset's columns means what the preset says."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from kamnb.data.settings import list_presets

_ENOUGH = 4
"""Columns of a preset that a header must have."""
_MOST = 0.6
"""The part of the columns that a preset asks of a file that a header has where the file is such an export."""
_SPELLED = {
    "1c": "1C", "datev": "DATEV", "dynamics": "Dynamics 365", "hubspot": "HubSpot", "pipedrive": "Pipedrive",
    "quickbooks": "QuickBooks", "salesforce": "Salesforce", "sap": "SAP", "zoho": "Zoho",
}  # fmt: skip


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


def hint_at_preset(names: Sequence[str]) -> str:
    """Return, for the reason of a file, which preset reads such a header; empty where none does.

    Examples
    --------
    >>> hint_at_preset(["KUNNR", "LAND1", "NAME1", "ORT01", "REGIO", "BRSCH"])
    'its columns are called as in SAP, for which there is preset = "sap"'
    """
    theirs = {name.lower() for name in names}
    shares = {
        preset: len(asked & theirs) / len(asked)
        for preset in list_presets()
        for asked in _list_asked(preset)
        if len(asked & theirs) >= _ENOUGH
    }
    best = max(shares, key=lambda preset: shares[preset], default="")
    if not best or shares[best] < _MOST:
        return ""
    return f'its columns are called as in {_SPELLED.get(best, best)}, for which there is preset = "{best}"'


@cache
def _list_asked(preset: str) -> tuple[frozenset[str], ...]:
    """Return, by section of a preset, the columns that it asks of a file, in small letters; not those that its query makes."""
    found = []
    for section in _read(preset).values():
        sql = section.get("sql", "")
        supplied = set(re.findall(r"'' as \"([^\"]+)\"", sql))
        made = {name.strip('"') for name in re.findall(r"\bas (\w+|\"[^\"]+\")", sql)} - supplied
        named = {*section.get("columns", {}).values(), *re.findall(r'"([^"]+)"', sql), *re.findall(r"\b[a-z]\.(\w+)", sql)}
        found.append(frozenset(name.lower() for name in named - made))
    return tuple(found)


@cache
def _columns(preset: str) -> dict[str, dict[str, str]]:
    return {table: section.get("columns", {}) for table, section in _read(preset).items()}


def _read(preset: str) -> dict[str, Any]:
    """Return the sections of a preset."""
    text = files("kamnb.data").joinpath("presets", f"{preset}.toml").read_text(encoding="utf-8")
    return {table: section for table, section in tomllib.loads(text).items() if isinstance(section, dict)}

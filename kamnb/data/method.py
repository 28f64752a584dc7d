"""Settings of the method: the packaged TOML files, and what the workbook's own files of the same names change in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from kamnb.data.settings import merge_settings, parse_model, read_toml
from kamnb.errors import SettingsError
from kamnb.places import settings_file

T = TypeVar("T", bound=BaseModel)

Own = Mapping[str, Mapping[str, Any]]
"""What a workbook's own files change, by file name."""

METHOD_FILES = ("indicators.toml", "selection.toml", "stages.toml", "playbook.toml", "programme.toml", "alignment.toml")


def read_own_files(home: Path) -> dict[str, dict[str, Any]]:
    """Return the content of the files of the method that stand beside the data; each says only what differs.

    Raises
    ------
    SettingsError
        If a file cannot be read.
    """
    return {name: read_toml(home / name) for name in METHOD_FILES if (home / name).is_file()}


def build_settings(model: type[T], name: str, own: Own | None = None) -> T:
    """Build a part of the method from its packaged file and the workbook's own.

    A table of the own file is laid over the packaged one; any other value, a list too, replaces it.

    Raises
    ------
    SettingsError
        With every fault of the file.
    """
    settings, faults = parse_model(model, merge_settings(read_toml(settings_file(name)), (own or {}).get(name, {})))
    if faults:
        raise SettingsError([f"{name}: {fault}" for fault in sorted(faults)], "nothing was computed")
    return settings

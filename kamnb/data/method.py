"""Settings of the method: the packaged TOML files, and what the workbook's own files of the same names change in them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self

from kamnb.data.faults import parse_model
from kamnb.data.settings import Frozen, merge_settings, read_toml
from kamnb.errors import SettingsError
from kamnb.places import settings_file

Own = Mapping[str, Mapping[str, Any]]
"""What a workbook's own files change, by file name."""

METHOD_FILES = (
    "indicators.toml", "selection.toml", "stages.toml", "playbook.toml", "programme.toml", "alignment.toml", "confidence.toml",
    "horizon.toml",
)  # fmt: skip


def read_own_files(home: Path) -> dict[str, dict[str, Any]]:
    """Return the content of the files of the method that stand beside the data; each says only what differs.

    Raises
    ------
    SettingsError
        If a file cannot be read.
    """
    return {name: read_toml(home / name) for name in METHOD_FILES if (home / name).is_file()}


@cache
def _read_packaged(name: str) -> dict[str, Any]:
    return read_toml(settings_file(name))


class MethodFile(Frozen):
    """A part of the method, checked: a packaged TOML file with what the workbook's own file of that name changes."""

    file: ClassVar[str]

    @classmethod
    def load(cls, own: Own | None = None) -> Self:
        """Read the packaged file and lay the workbook's own over it, table by table.

        Any value of the own file that is not a table, a list too, replaces the packaged one.

        Raises
        ------
        SettingsError
            With every fault of the file.

        Examples
        --------
        >>> from kamnb.indicators.settings import IndicatorSettings
        >>> IndicatorSettings.load().receivables.days_per_year
        365
        """
        settings, faults = parse_model(cls, merge_settings(_read_packaged(cls.file), (own or {}).get(cls.file, {})))
        if faults:
            raise SettingsError([f"{cls.file}: {fault}" for fault in sorted(faults)], "nothing was computed")
        return settings

"""Drafts on disk: what a person typed at a desk and did not save yet, so that no reload, restart or conflict loses it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kamnb.analysis import Analysis
from kamnb.data.entries import FOLDER
from kamnb.data.saving import write_whole
from kamnb.errors import DataError

DRAFTS = "drafts"
"""The folder of drafts, beside the entries; nothing in it is read as a table."""

NOBODY = "nobody"


@dataclass(frozen=True)
class Shelf:
    """Where the drafts of a desk are kept, a file for each person.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     shelf = Shelf(Path(folder), "plan")
    ...     shelf.write("Kim Vogel", [{"title": "Visit"}])
    ...     shelf.read("Kim Vogel"), shelf.read("Lee")
    ([{'title': 'Visit'}], [])
    """

    home: Path
    desk: str

    def read(self, by: str) -> list[Any]:
        """Return what a person left.

        Raises
        ------
        DataError
            If the file was changed by hand so that it cannot be read.
        """
        return _read(self._place(by))

    def write(self, by: str, content: list[Any]) -> None:
        """Keep what a person typed; nothing is left where there is nothing."""
        path = self._place(by)
        if content:
            write_whole(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        else:
            path.unlink(missing_ok=True)

    def read_all(self) -> Iterator[Any]:
        """Yield what everybody left."""
        for path in sorted((self.home / FOLDER / DRAFTS).glob(f"*.{self.desk}.json")):
            yield from _read(path)

    def _place(self, by: str) -> Path:
        name = " ".join(by.split())
        readable = re.sub(r"\W+", "_", name)[:40] or NOBODY
        return self.home / FOLDER / DRAFTS / f"{readable}.{sha256(name.encode()).hexdigest()[:6]}.{self.desk}.json"


def _read(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    except ValueError as error:
        raise DataError(
            f"{path}: the drafts in it cannot be read ({error}); put it right, or delete it to begin without them"
        ) from None
    return found if isinstance(found, list) else []


Drafts = tuple[dict[Any, Any], ...]
"""Rows that would be saved, what they began with, what was typed, and what would be struck out."""


def pack_drafts(
    drafts: Mapping[Any, Any], bases: Mapping[Any, Any], typed: Mapping[Any, Any], struck: Mapping[Any, Any]
) -> list[Any]:
    """Return what is not saved yet of plans as it is kept on disk; `unpack_drafts` takes it back.

    Examples
    --------
    >>> kept = ({("actions", "A1"): {"title": "Visit"}}, {("actions", "A1"): None}, {}, {})
    >>> unpack_drafts(pack_drafts(*kept)) == kept
    True
    """
    rows = [{"table": table, "key": key, "row": dict(row), "base": bases.get((table, key))}
            for (table, key), row in drafts.items()]  # fmt: skip
    fields = [{"table": table, "account": account, "key": key, "fields": dict(filled)}
              for (table, account, key), filled in typed.items()]  # fmt: skip
    return [*rows, *fields, *({"table": table, "key": key, "struck": dict(row)} for (table, key), row in struck.items())]


def unpack_drafts(content: Sequence[Any]) -> Drafts:
    """Return what was kept of plans; see `pack_drafts`."""
    drafts: dict[Any, Any] = {}
    bases: dict[Any, Any] = {}
    typed: dict[Any, Any] = {}
    struck: dict[Any, Any] = {}
    for each in content:
        place = each["table"], each["key"]
        if "fields" in each:
            typed[each["table"], each["account"], each["key"]] = each["fields"]
        elif "struck" in each:
            struck[place] = each["struck"]
        else:
            drafts[place], bases[place] = each["row"], each["base"]
    return drafts, bases, typed, struck


def list_people(analysis: Analysis) -> list[str]:
    """Return who may sit at a desk: the account managers and those who rated before, by name."""
    raters = analysis.portfolio.read("ratings")["rater"]
    return sorted({str(name) for name in (*analysis.manager_names.dropna(), *raters.dropna()) if str(name).strip()})

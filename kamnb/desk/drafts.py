"""Drafts on disk: what a person typed at a desk and did not save yet, so that no reload, restart or conflict loses it."""

import json
import re
from collections.abc import Iterator
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


def list_people(analysis: Analysis) -> list[str]:
    """Return who may sit at a desk: the account managers and those who rated before, by name."""
    raters = analysis.portfolio.read("ratings")["rater"]
    return sorted({str(name) for name in (*analysis.manager_names.dropna(), *raters.dropna()) if str(name).strip()})

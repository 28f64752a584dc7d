"""File names for accounts: ids are a company's own and may hold anything."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kamnb.reports.portfolio import PAGES

if TYPE_CHECKING:
    import pandas as pd

_UNSAFE = re.compile(r"[^\w-]+")  # letters and digits of every script are safe on every file system of today
BOOK = "all_plans"
"""The file that holds all plans of a run; as the index, it is no account's."""

_DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
_RESERVED = {"index", BOOK, *(page.file for page in PAGES), *_DEVICES}
_LONGEST, _BYTES = 60, 120


def name_files(account_ids: Iterable[str]) -> dict[str, str]:
    """Return a file name (without ending) for each account id.

    An id of plain Latin letters and digits is its own name. Any other, and any that differs from another only by case, gets its
    letters, of whatever script, and eight digits of its SHA-256, so that names are safe on every file system and never meet.

    Examples
    --------
    >>> name_files(["0010417", "../etc/passwd", "Ünal & Co"])
    {'0010417': '0010417', '../etc/passwd': 'etc-passwd-7fef78f5', 'Ünal & Co': 'Ünal-Co-0c681064'}
    """
    ids = list(dict.fromkeys(account_ids))
    folded = Counter(_plain(account).lower() for account in ids)
    return {account: _named(account, alone=folded[_plain(account).lower()] == 1) for account in ids}


def name_copies(names: "Mapping[str, str] | pd.Series[str]") -> dict[str, str]:
    """Return a file name (without ending) for the copy of each customer: by its name, for our ids are no business of theirs.

    Names that are alike get eight digits of the SHA-256 of their ids. Their ending tells them from plans, wherever they lie.

    Examples
    --------
    >>> name_copies({"KAM-1": "Nord & Co", "7": "Süd"})
    {'KAM-1': 'Nord-Co-for-the-customer', '7': 'Süd-for-the-customer'}
    """
    plain = {str(account): _plain(str(name)) for account, name in names.items()}
    folded = Counter(name.lower() for name in plain.values())
    return {
        account: "-".join(part for part in (name, "" if folded[name.lower()] == 1 and name else _mark(account), _ENDING) if part)
        for account, name in plain.items()
    }


_ENDING = "for-the-customer"


def _named(account: str, *, alone: bool) -> str:
    plain = _plain(account)
    if plain == account and plain.isascii() and alone and plain.lower() not in _RESERVED:
        return plain
    return f"{plain}-{_mark(account)}".lstrip("-")


def _mark(account: str) -> str:
    return hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _plain(account: str) -> str:
    """Keep letters and digits, composed, as many as fit into the shortest names that a file system has: 255 bytes."""
    kept = _UNSAFE.sub("-", unicodedata.normalize("NFC", account)).strip("-_")[:_LONGEST]
    return kept.encode()[:_BYTES].decode(errors="ignore").strip("-_")

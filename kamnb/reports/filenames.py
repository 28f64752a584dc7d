"""File names for accounts: ids are a company's own and may hold anything."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

_SAFE = re.compile(r"[^A-Za-z0-9_-]+")
BOOK = "all_plans"
"""The file that holds all plans of a run; as the index, it is no account's."""

_RESERVED = {"index", BOOK, "con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
_LONGEST = 60


def name_files(account_ids: Iterable[str]) -> dict[str, str]:
    """Return a file name (without ending) for each account id.

    A plain id is its own name. Any other, and any that differs from another only by case, gets
    what is plain of it and eight digits of its SHA-256, so that names are safe on every file
    system and never meet.

    Examples
    --------
    >>> name_files(["0010417", "../etc/passwd", "Ünal & Co"])
    {'0010417': '0010417', '../etc/passwd': 'etc-passwd-7fef78f5', 'Ünal & Co': 'nal-Co-0c681064'}
    """
    ids = list(dict.fromkeys(account_ids))
    folded = Counter(_plain(account).lower() for account in ids)
    return {account: _named(account, alone=folded[_plain(account).lower()] == 1) for account in ids}


def _named(account: str, *, alone: bool) -> str:
    plain = _plain(account)
    if plain == account and alone and plain.lower() not in _RESERVED:
        return plain
    return f"{plain}-{hashlib.sha256(account.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}".lstrip("-")


def _plain(account: str) -> str:
    return _SAFE.sub("-", account).strip("-_")[:_LONGEST]

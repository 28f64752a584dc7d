"""What notebooks are asked with: text, and accounts that there are."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from numbers import Number
from os import PathLike
from typing import Any

from kamnb.errors import SettingsError

PLACES = ("data_dir", "criteria_file")
"""Parameters that may also be given as a path."""


def require_texts(**parameters: Any) -> None:
    """Raise a SettingsError if a parameter is not text, with what it is and how to give it; all such parameters at once.

    ``papermill -p`` makes a number, a truth value or nothing of what looks like one.

    Examples
    --------
    >>> require_texts(data_dir="mine/data", as_of=2026)
    Traceback (most recent call last):
    kamnb.errors.SettingsError: as_of is the number 2026; give it as text (papermill -r as_of 2026)
    """
    faults = [_refuse(name, value) for name, value in parameters.items() if not _is_text(name, value)]
    if faults:
        raise SettingsError(faults)


def require_accounts(asked: Collection[Any], known: Collection[str]) -> None:
    """Raise a SettingsError if an account asked for is not known, with those that are close; all such accounts at once.

    Examples
    --------
    >>> require_accounts([10417], ["0010417", "0010523"])
    Traceback (most recent call last):
    kamnb.errors.SettingsError: account_id is the number 10417; give it as text (papermill -r account_id 0010417)
    """
    faults = [fault for account in asked for fault in _find_fault(account, known)]
    if faults:
        raise SettingsError(dict.fromkeys(faults))


def _find_fault(account: Any, known: Collection[str]) -> Iterator[str]:
    if not isinstance(account, str):
        yield _refuse("account_id", account, _find_equal(account, known))
    elif account not in known:
        close = get_close_matches(account, sorted(known), n=3, cutoff=0.5)
        hint = f"; close are {', '.join(close)}" if close else ""
        yield f'account "{account}" is not among the {len(known):,} accounts{hint}'


def _find_equal(value: Any, known: Collection[str]) -> str:
    """Return the ids of which papermill makes this number: of 0010417 it leaves 10417."""
    number = _read_number(value)
    return " or ".join(account for account in known if number is not None and _read_number(account) == number)


def _read_number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_text(name: str, value: Any) -> bool:
    return isinstance(value, str) or (name in PLACES and isinstance(value, PathLike))


def _refuse(name: str, value: Any, meant: str = "") -> str:
    remedy = "leave it out, or give text" if value is None else "give it as text"
    example = meant or (str(value) if isinstance(value, Number | date) else "TEXT")
    return f"{name} is {_describe(value)}; {remedy} (papermill -r {name} {example})"


def _describe(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, Number):
        return f"the number {value}"
    if isinstance(value, date):
        return f"the day {value}"
    return "a path" if isinstance(value, PathLike) else f"a {type(value).__name__}"

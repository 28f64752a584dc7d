"""Proposed matches as a sheet that a person fills in, and what was filled in taken into the aliases."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from kamnb.data.matching.pairs import Match, Party
from kamnb.data.saving import OWN, hold_lock, write_whole
from kamnb.errors import DataError

COLUMNS = ("system", "external_id", "their_name", "money", "level", "account_id", "our_name", "reason", "others", "accept")
"""The columns of ``matches.csv``; ``accept`` is the person's."""

ALIASES = ("system", "external_id", "account_id")
_YES, _NO = ("yes", "y", "x", "ja", "oui", "si", "sí", "да"), ("no", "n", "nein", "non", "нет")


def write_matches(matches: Sequence[Match], system: str, target: Path) -> Path:
    """Write matches with an empty ``accept``, those with the most money first, as CSV or, by the name's end, for Excel."""
    rows = [_spell(match, system) for match in matches]
    if target.suffix.lower() == ".xlsx":
        return write_whole(target, _make_book(rows))
    return write_whole(target, _make_csv(COLUMNS, rows))


def _spell(match: Match, system: str) -> dict[str, str]:
    proposed = match.proposed
    others = [pair for pair in match.candidates if pair[0] is not proposed]
    return {
        "system": system,
        "external_id": match.theirs.id,
        "their_name": match.theirs.name,
        "money": f"{match.theirs.money:.2f}",
        "level": match.level,
        "account_id": proposed.id if proposed else "",
        "our_name": proposed.name if proposed else "",
        "reason": match.reason,
        "others": "; ".join(f"{party.id} {party.name} ({score:.0f})" for party, score in others),
        "accept": "",
    }


def _make_csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _make_book(rows: Sequence[Mapping[str, str]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "matches"
    sheet.append(list(COLUMNS))
    for row in rows:
        sheet.append([row[column] for column in COLUMNS])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.data_type = "s"  # a name that begins with = is no formula
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def take_matches(filled: Path, ours: Sequence[Party], aliases: Path) -> tuple[int, int, int]:
    """Add what a person accepted to the aliases, and what was refused to ``no_match.csv`` beside them.

    ``accept`` holds yes, no, or the id of another account; an empty one decides nothing.

    Returns
    -------
    tuple of int
        How many aliases are new, how many were refused, how many rows decide nothing.

    Raises
    ------
    DataError
        With every row that cannot be taken; nothing is written then.
    """
    rows = _read_filled(filled)
    known = {party.id for party in ours}
    faults = [f"{filled.name}, row {n}: {told}" for n, row in enumerate(rows, 2) if (told := _fault(row, known))]
    if faults:
        raise DataError(faults, "nothing was taken")
    taken = [{**row, "account_id": _account(row)} for row in rows if _account(row)]
    refused = [row for row in rows if _answer(row) in _NO]
    with hold_lock(aliases.parent / OWN / "aliases.lock"):
        fresh = _add(aliases, ALIASES, taken)
        _add(aliases.with_name("no_match.csv"), ALIASES[:2], refused)
    return fresh, len(refused), len(rows) - len(taken) - len(refused)


def read_refused(aliases: Path) -> set[tuple[str, str]]:
    """Return system and id of what somebody said is none of the accounts; it is not asked again."""
    file = aliases.with_name("no_match.csv")
    return {(row["system"], row["external_id"]) for row in _read_csv(file)} if file.exists() else set()


def _read_filled(file: Path) -> list[dict[str, str]]:
    if file.suffix.lower() == ".xlsx":
        import openpyxl

        try:
            with closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book:
                cells_read = [[*row] for row in book.worksheets[0].iter_rows(values_only=True)]
        except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
            raise DataError(f"{file.name}: is no workbook that can be read: {error}") from None
        every = [["" if cell is None else str(cell).strip() for cell in row] for row in cells_read]
        head, cells = (every[0], every[1:]) if every else ([], [])
        rows = [dict(zip(head, row, strict=False)) for row in cells if any(row)]
    else:
        rows = _read_csv(file)
        head = list(rows[0]) if rows else []
    lacking = [column for column in (*ALIASES, "accept") if rows and column not in head]
    if lacking:
        columns = f"{'column' if len(lacking) == 1 else 'columns'} {', '.join(lacking)}"
        raise DataError(f"{file.name}: has no {columns}; give the file that kamnb match wrote")
    return rows


def _read_csv(file: Path) -> list[dict[str, str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{file.name}: is not UTF-8; save it as CSV UTF-8") from None
    separator = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    return [{str(key): (value or "").strip() for key, value in row.items() if key} for row in rows]


def _answer(row: Mapping[str, str]) -> str:
    return row["accept"].strip().lower()


def _account(row: Mapping[str, str]) -> str:
    """Return the account that a row was accepted for; empty where it was not."""
    answer = _answer(row)
    return "" if not answer or answer in _NO else row["account_id"] if answer in _YES else row["accept"].strip()


def _fault(row: Mapping[str, str], known: set[str]) -> str:
    if not _answer(row) or _answer(row) in _NO:
        return ""
    if not row["system"] or not row["external_id"]:
        return "has no system or no external_id"
    if not _account(row):
        return "is accepted, but no account is proposed; write the id of the account into accept"
    return "" if _account(row) in known else f'accept: "{_account(row)}" is neither yes, no nor the id of an account'


def _add(file: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> int:
    """Append the rows that a file has not yet; return how many."""
    there = _read_csv(file) if file.exists() else []
    if there and list(there[0])[: len(columns)] != list(columns):
        raise DataError(f"{file.name}: its columns are not {', '.join(columns)}; give another file, or bring it into that form")
    keys = {(row["system"], row["external_id"]) for row in there}
    fresh = list(_once(rows, keys))
    if fresh:
        write_whole(file, _make_csv(columns, [*there, *fresh]))
    return len(fresh)


def _once(rows: Sequence[Mapping[str, str]], keys: set[tuple[str, str]]) -> Iterator[Mapping[str, str]]:
    for row in rows:
        key = row["system"], row["external_id"]
        if key not in keys:
            keys.add(key)
            yield row

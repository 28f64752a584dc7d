"""Replacing a person's name in the record."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.errors import DataError
from kamnb.planning.versions.keeping import clean_name, hold_record, write_version
from kamnb.planning.versions.record import (
    FOLDER,
    Version,
    check_record,
    digest,
    read_plan,
    read_versions,
    render_head,
    render_table,
)

if TYPE_CHECKING:
    import pandas as pd


def replace_name(home: Path, old: str, new: str, *, by: str, on: date, reason: str) -> int:
    """Replace a person's name everywhere in the record, and say in each version that it was; return in how many places.

    The name that was there is kept nowhere. The SHA-256 of the files and the chain of heads are made anew.

    Raises
    ------
    SettingsError
        If a name or the reason is empty.
    DataError
        If the record is damaged, or the name is not in it.
    """
    old, new, by = clean_name("the old name", old), clean_name("the new name", new), clean_name("--by", by)
    reason = clean_name("--reason", reason)
    with hold_record(home):
        faults = check_record(home)
        if faults:
            raise DataError(faults, "nothing was replaced")
        made = list(
            _replace_all(home, re.compile(rf"(?<!\w){re.escape(old)}(?!\w)"), new, {"on": on, "by": by, "reason": reason})
        )
        places = sum(count for _, _, count in made)
        if not places:
            raise DataError(f'{home / FOLDER}: "{old}" is not in the record; nothing was replaced')
        _swap(home, [(version, texts) for version, texts, _ in made])
        return places


def _replace_all(
    home: Path, old: re.Pattern[str], new: str, act: Mapping[str, Any]
) -> Iterator[tuple[Version, dict[str, str], int]]:
    previous = ""
    for version in read_versions(home):
        texts, count = {}, 0
        for name, frame in read_plan(home, version).items():
            replaced, found = _replace_in(frame, old, new)
            texts[name], count = render_table(replaced), count + found
        saved_by, in_by = old.subn(lambda _: new, version.saved_by)
        note, in_note = old.subn(lambda _: new, version.note)
        count += in_by + in_note
        acts = ({**act, "places": count},) if count else ()
        tables = {name: digest(text.encode("utf-8")) for name, text in texts.items()}
        changed = replace(
            version, saved_by=saved_by, note=note, tables=tables, previous=previous, replaced=version.replaced + acts
        )
        previous = digest(render_head(changed).encode("utf-8"))
        yield changed, texts, count


def _replace_in(frame: "pd.DataFrame", old: re.Pattern[str], new: str) -> "tuple[pd.DataFrame, int]":
    text = [column for column in frame.columns if not column.endswith("_id")]
    found = sum(len(old.findall(value)) for column in text for value in frame[column])
    return frame.assign(**{column: [old.sub(lambda _: new, value) for value in frame[column]] for column in text}), found


def _swap(home: Path, versions: list[tuple[Version, dict[str, str]]]) -> None:
    record, beside, old = home / FOLDER, home / f".{FOLDER}.new", home / f".{FOLDER}.old"
    for version, texts in versions:
        write_version(beside, version, texts)
    record.rename(old)
    beside.rename(record)
    shutil.rmtree(old)

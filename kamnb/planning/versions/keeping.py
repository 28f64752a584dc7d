"""Keeping the plan: one save at a time, each version whole or not at all."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from kamnb.data.saving import OWN, hold_lock
from kamnb.errors import DataError, SettingsError
from kamnb.planning.versions.record import FOLDER, HEAD, Version, check_record, digest, read_versions, render_head, render_table
from kamnb.planning.versions.snapshot import PLAN_TABLES, Plan


def save_plan(home: Path, plan: Plan, *, by: str, on: date, as_of: date, note: str = "") -> Version | None:
    """Keep the plan as a new version; None where it is what the last version holds.

    Two saves at once wait for each other. The version appears whole or not at all.

    Parameters
    ----------
    home : Path
        The folder of the tables.
    plan : Plan
    by, note : str
        Who saves, and why.
    on, as_of : date
        The day of the save; the day as of which the tables were seen.

    Raises
    ------
    SettingsError
        If `by` is no name.
    DataError
        If there is no plan to keep, or the record is damaged.
    """
    if not plan:
        raise DataError([f"no table {name}: give {name}.csv" for name in PLAN_TABLES], "there is no plan to keep")
    by, note = clean_name("--by", by), " ".join(note.split())
    with hold_record(home):
        faults = check_record(home)
        if faults:
            raise DataError(faults, "nothing was saved")
        versions = read_versions(home)
        texts = {name: render_table(frame) for name, frame in plan.items()}
        tables = {name: digest(text.encode("utf-8")) for name, text in texts.items()}
        if versions and dict(versions[-1].tables) == tables:
            return None
        last = versions[-1].number if versions else 0
        previous = digest((home / FOLDER / f"{last:04}" / HEAD).read_bytes()) if versions else ""
        version = Version(last + 1, on, by, as_of, note, tables, previous)
        write_version(home / FOLDER, version, texts)
        return version


def clean_name(what: str, name: str) -> str:
    """Return a name without needless space; raise a SettingsError where it is none."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 200 or not cleaned.isprintable():
        raise SettingsError(f'{what} "{name[:40]}" is not a name; give the name of a person, up to 200 characters')
    return cleaned


def write_version(record: Path, version: Version, texts: Mapping[str, str]) -> None:
    """Write a version beside its place and move it there, whole or not at all."""
    record.mkdir(parents=True, exist_ok=True)
    beside = record / f".{version.number:04}.{os.getpid()}.part"
    try:
        beside.mkdir()
        for name, text in texts.items():
            (beside / f"{name}.csv").write_bytes(text.encode("utf-8"))
        (beside / HEAD).write_bytes(render_head(version).encode("utf-8"))
        beside.rename(record / f"{version.number:04}")
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def hold_record(home: Path) -> Iterator[None]:
    """Let no other save or replacement in, and settle what one that died left."""
    with hold_lock(home / OWN / f"{FOLDER}.lock"):
        _settle(home)
        yield


def _settle(home: Path) -> None:
    """Finish, or take back, a replacement that was stopped in the middle."""
    record, new, old = home / FOLDER, home / f".{FOLDER}.new", home / f".{FOLDER}.old"
    if not record.exists() and old.exists():
        new.rename(record)
    for leftover in (new, old, *record.glob(".*.part")):
        shutil.rmtree(leftover, ignore_errors=True)

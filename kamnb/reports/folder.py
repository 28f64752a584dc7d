"""The folder of a run: which page was made from what, so that a run goes on where one stopped; one run at a time."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kamnb.data.saving import hash_file, write_whole
from kamnb.errors import ReportError
from kamnb.reports.causes import name_causes
from kamnb.reports.execution import FAILED

MADE = "made"
"""The folder, within that of a run, that keeps what each page was made from."""

_LOCK = ".lock"


@contextmanager
def hold_folder(output: Path, say: Callable[[str], object]) -> Iterator[None]:
    """Let no other run write into the folder, and clear what one that was killed left half written.

    The lock is the operating system's, so that none is left by a process that dies.
    """
    from filelock import FileLock, Timeout

    output.mkdir(parents=True, exist_ok=True)
    lock = FileLock(output / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"another run writes into {output}; this one goes on when that is done")
        lock.acquire()
    try:
        for leftover in [*output.rglob(".*.part"), *output.glob("notebooks/.*.ipynb")]:
            leftover.unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def require_folder(output: Path) -> None:
    """Stop the run, once, where its folder is gone: what is written then would make another, with a part of the pages."""
    if not (output / _LOCK).exists():
        raise ReportError(f"{output}: was removed, or moved, while reports were written into it; run again")


def keep_causes(output: Path, file: str, causes: Mapping[str, str], pages: Sequence[Path]) -> None:
    """Keep what an account's pages were made from, once they are there."""
    forget_failure(output, file)
    record = {"made_from": dict(causes), "files": {_name(page, output): hash_file(page) for page in pages}}
    write_whole(output / MADE / f"{file}.json", json.dumps(record, indent=2) + "\n")


def forget_failure(output: Path, file: str) -> None:
    """Take away the notebook of an account that failed in an earlier run, and is made now."""
    (output / FAILED / f"{file}.ipynb").unlink(missing_ok=True)


def forget_causes(output: Path, file: str) -> None:
    """Forget what an account's pages were made from, before they are written anew: a record never tells of other files."""
    (output / MADE / f"{file}.json").unlink(missing_ok=True)


class Made(NamedTuple):
    """What a report was made from, and its files with their SHA-256, by their places in the folder of the run."""

    made_from: dict[str, str]
    files: dict[str, str]


def read_made(output: Path, file: str) -> Made | None:
    """Return the record of a report; None where there is none that can be read."""
    try:
        record = json.loads((output / MADE / f"{file}.json").read_text(encoding="utf-8"))
        return Made(dict(record["made_from"]), dict(record["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def list_files(output: Path, file: str) -> list[str]:
    """Return the files of a report that were made last and are there, the page to click first; none of an earlier run."""
    made = read_made(output, file)
    names = [name for name in made.files if "/" not in name and (output / name).is_file()] if made else []
    return sorted(names, key=lambda name: (not name.endswith(".html"), names.index(name)))


def find_cause(output: Path, file: str, causes: Mapping[str, str], pages: Sequence[Path]) -> str:
    """Say why an account's pages are to be made; empty if they are there and nothing that they are made from is another."""
    if not (output / MADE / f"{file}.json").exists():
        return "new"
    made = read_made(output, file)
    if made is None:
        return "the record of what it was made from cannot be read"
    changed = name_causes(made.made_from, causes)
    if changed:
        return "; ".join(changed)
    for page in pages:
        name, kind = _name(page, output), "page" if page.suffix == ".html" else f"{page.suffix[1:]} file"
        if not page.is_file() or name not in made.files:
            return f"its {kind} is not there"
        if hash_file(page) != made.files[name]:
            return f"its {kind} was changed by hand"
    return ""


def _name(page: Path, output: Path) -> str:
    return page.relative_to(output).as_posix()

"""What was told, kept: a CSV file for each run that told something new, in ``history/``; none of them is ever changed.

``history/0003_2026-06-30.csv`` has a row for each account: the day, the model's hash, both scores, the model's quadrant and the
place told, the chance of that quadrant, the stage; then the value of each criterion, and how many rows each table had of the
account, by which a later difference is explained. ``model_HASH.toml`` is the model itself.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.analysis import ChosenCriteria, Scored
from kamnb.analysis.restating import Told, count_rows
from kamnb.data.saving import hold_lock, write_whole
from kamnb.errors import DataError, KamError
from kamnb.reports.scores import enarm, render_csv
from kamnb.scoring import Criteria

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "history"
"""The folder of snapshots, in that of the reports."""

SCORES = ("attractiveness", "strength", "quadrant", "placed", "chance", "stage")
_TEXT = ("quadrant", "placed")
_NAME = re.compile(r"(\d{4,})_(\d{4}-\d{2}-\d{2})\.csv")


def keep_snapshot(scored: Scored, chosen: ChosenCriteria, folder: Path) -> Path | None:
    """Keep what is told of every account, unless the last snapshot says the same.

    Parameters
    ----------
    scored : Scored
    chosen : ChosenCriteria
        The model it was scored by.
    folder : Path
        ``history``, beside the reports.

    Returns
    -------
    Path or None
        The file that was written, whole; None where nothing was.

    Raises
    ------
    DataError
        If another run is keeping one for too long.
    """
    model = hashlib.sha256(chosen.content.encode()).hexdigest()[:12]
    text = _render(scored, model)
    folder.mkdir(parents=True, exist_ok=True)
    with hold_lock(folder / ".lock"):
        for leftover in folder.glob(".*.part"):
            leftover.unlink(missing_ok=True)
        kept = _list_files(folder)
        if kept and kept[-1].read_bytes() == text.encode("utf-8"):
            return None
        if not (folder / f"model_{model}.toml").is_file():
            write_whole(folder / f"model_{model}.toml", chosen.content)
        number = int(kept[-1].name.split("_")[0]) + 1 if kept else 1
        return write_whole(folder / f"{number:04}_{scored.as_of}.csv", text)


def _render(scored: Scored, model: str) -> str:
    chances = scored.confidence.chances["placed"].rename("chance")
    own = scored.scores[["attractiveness", "strength", "quadrant", "placed"]].join(chances)
    own = own.join(scored.relationship.accounts["stage"])[list(SCORES)]
    rows = count_rows(scored.portfolio).reindex(own.index, fill_value=0).add_prefix("rows_")
    own = own.join(scored.facts.add_prefix("value_")).join(rows).reset_index()
    own.insert(0, "model", model)
    own.insert(0, "day", scored.as_of.isoformat())
    return render_csv(own, "%.12g")


def read_snapshots(folder: Path) -> list[Told]:
    """Return the snapshots of a folder, first to last; none where there is no such folder.

    Raises
    ------
    DataError
        If a file is not what was kept; all such files at once.
    """
    found, faults = [], []
    for path in _list_files(folder):
        try:
            found.append(_read(path))
        except (OSError, ValueError, KeyError, TypeError, KamError) as error:
            faults.append(f"{path}: cannot be read as what was told ({error}); restore it from a copy, or move it away")
    if faults:
        raise DataError(faults)
    return found


def choose_latest(told: Sequence[Told], first: date, last: date) -> list[Told]:
    """Return of each day between two what was told last, first day to last."""
    by_day = {each.day: each for each in told if first <= each.day <= last}
    return [by_day[day] for day in sorted(by_day)]


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.csv") if _NAME.fullmatch(path.name)) if folder.is_dir() else []


def _read(path: Path) -> Told:
    import pandas as pd

    text = path.read_text(encoding="utf-8")
    kinds = dict.fromkeys(("account_id", "day", "model", *_TEXT), str)
    frame = pd.read_csv(StringIO(text), dtype=kinds, keep_default_na=False, na_values=[""])
    frame["account_id"] = frame["account_id"].map(enarm)
    frame = frame.set_index("account_id").sort_index()
    number, day = path.stem.split("_")
    (model,), (said,) = set(frame["model"]), set(frame["day"])
    if said != day:
        raise ValueError(f"it says {said}")
    scores = frame[list(SCORES)].astype({name: float for name in SCORES if name not in _TEXT})
    scores = scores.assign(**{name: scores[name].astype(object).where(scores[name].notna(), None) for name in _TEXT})
    criteria = Criteria.from_toml((path.parent / f"model_{model}.toml").read_text(encoding="utf-8"))
    return Told(
        int(number), date.fromisoformat(day), model, criteria, scores, _take(frame, "value_").astype(float), _take(frame, "rows_")
    )


def _take(frame: "pd.DataFrame", prefix: str) -> "pd.DataFrame":
    names = [str(name) for name in frame if str(name).startswith(prefix)]
    return frame[names].rename(columns=lambda name: str(name).removeprefix(prefix))

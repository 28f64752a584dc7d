"""What was measured, kept by what it was measured from: the tables that indicators read, their settings, the day, the code."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.answers import note_reading, spell
from kamnb.data.cache import hash_package
from kamnb.data.portfolio import LOST, Portfolio
from kamnb.data.saving import OWN, keep_newest, write_whole
from kamnb.indicators.queries import tables_of
from kamnb.indicators.settings import IndicatorSettings

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(OWN, "measured")
"""Beside the settings of a workbook; safe to delete at any time."""

MOST, MOST_BYTES = 400, 500_000_000
"""How many frames are kept, and how large they may be together; those asked for longest ago go first."""


def recall(
    portfolio: Portfolio, name: str, queries: tuple[str, ...], measure: "Callable[[Portfolio], pd.DataFrame]"
) -> "pd.DataFrame":
    """Return what `measure` finds by `queries`, a frame of floats by account: as it is kept, else measured and then kept.

    An edit of a table that the queries do not read changes nothing here, so what was measured stands.
    """
    if portfolio.home is None:
        return measure(portfolio)
    tables = tables_of("coverage", *queries)
    note_reading(tables)
    place = portfolio.home / FOLDER / f"{name}-{_fingerprint(portfolio, tables)}.npz"
    found = _load(place)
    if found is None:
        found = measure(portfolio)
        _keep(place, found)
    return found


def _fingerprint(portfolio: Portfolio, read: tuple[str, ...]) -> str:
    """Return the hash of everything that what is measured depends on."""
    tables = [name for name in read if name in portfolio.filled]
    said = (
        portfolio.as_of,
        portfolio.currency,
        {name: portfolio.filled[name] for name in tables},
        portfolio.rates,
        portfolio.fiscal_year_start,
        portfolio.own.get(IndicatorSettings.file, {}),
        portfolio.is_lossy,
    )
    digest = hashlib.sha256(f"{hash_package('data')} {hash_package('indicators')} {spell(said)}".encode())
    for name in [*tables, *([LOST] if portfolio.is_lossy else [])]:
        digest.update(f"{name} {portfolio.hash_table(name)}\n".encode())
    return digest.hexdigest()


def _load(place: Path) -> "pd.DataFrame | None":
    """Return a frame that was kept; None where it is not there, or not whole."""
    import numpy as np
    import pandas as pd

    try:
        with np.load(io.BytesIO(place.read_bytes()), allow_pickle=False) as kept:
            told = json.loads(str(kept["told"]))
            index = pd.Index(told["accounts"], dtype=told["dtype"], name="account_id")
            frame = pd.DataFrame(kept["values"], index, told["columns"], dtype=float)
        os.utime(place)
        return frame
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _keep(place: Path, frame: "pd.DataFrame") -> None:
    """Keep a frame; where nothing can be written, nothing is kept. It is no pickle: what is handed on must not run code."""
    import numpy as np

    told = {"accounts": frame.index.tolist(), "dtype": str(frame.index.dtype), "columns": frame.columns.tolist()}
    content = io.BytesIO()
    np.savez(content, values=frame.to_numpy(dtype=float), told=np.array(json.dumps(told)))
    try:
        write_whole(place, content.getvalue())
        keep_newest(place.parent, MOST, MOST_BYTES)
    except OSError:
        return

"""Back-tests kept by content: it looks at nine days where everything else looks at one, and the past does not change."""

import hashlib
import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.analysis.backtest.judging import judge
from kamnb.analysis.backtest.looking import Backtest, look_back
from kamnb.analysis.composition import Analysis
from kamnb.analysis.method import Method
from kamnb.analysis.opening import ChosenCriteria, choose_criteria
from kamnb.analysis.parameters import require_texts
from kamnb.data.answers import spell
from kamnb.data.cache import hash_package
from kamnb.data.portfolio import Portfolio
from kamnb.data.saving import OWN, hash_file, keep_newest, write_whole

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(OWN, "backtest")
"""Where they are kept, beside the settings of a workbook; safe to delete at any time."""

MOST = 6
"""How many are kept; the oldest go first."""


def open_backtest(analysis: Analysis, data_dir: str, criteria_file: str = "") -> "tuple[Backtest, pd.DataFrame]":
    """Look back on the tables of an analysis, and judge what told of what came: what notebooks ask for.

    Parameters
    ----------
    analysis : Analysis
        As `kamnb.analysis.open_analysis` returns it for `data_dir` and `criteria_file`; its tables may lie elsewhere.
    data_dir, criteria_file : str

    Returns
    -------
    backtest : Backtest
    judged : DataFrame
        As `judge` returns it.
    """
    require_texts(data_dir=data_dir, criteria_file=criteria_file)
    chosen = choose_criteria(analysis.portfolio, data_dir, criteria_file or None)
    found = recall(analysis.portfolio, chosen, analysis.method)
    return found, judge(found.rows, analysis.method.horizon.backtest)


def recall(portfolio: Portfolio, chosen: ChosenCriteria, method: Method) -> Backtest:
    """Return what `look_back` finds, which is kept beside the settings of the workbook and found again there.

    It is found by the content of all that it depends on: tables, day, rates, the model, the method and this package. Where
    nothing can be written nothing is kept.
    """
    if portfolio.home is None:
        return look_back(portfolio, chosen, method)
    file = portfolio.home / FOLDER / f"{_fingerprint(portfolio, chosen, method)}.json"
    try:
        return _decode(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        found = look_back(portfolio, chosen, method)
    with suppress(OSError):
        write_whole(file, json.dumps(_encode(found)))
        keep_newest(file.parent, MOST)
    return found


def _fingerprint(portfolio: Portfolio, chosen: ChosenCriteria, method: Method) -> str:
    import numpy as np
    import pandas as pd

    said = (
        (np.__version__, pd.__version__), portfolio.as_of, portfolio.currency, portfolio.fiscal_year_start, portfolio.is_lossy,
        portfolio.further, portfolio.filled, portfolio.left, portfolio.rates, portfolio.own, method, bool(chosen.text),
        chosen.content,
    )  # fmt: skip
    digest = hashlib.sha256(f"{hash_package()} {spell(said)}".encode())
    for file in sorted(portfolio.folder.glob("*.parquet")):
        digest.update(f"{file.name} {hash_file(file)}\n".encode())
    return digest.hexdigest()[:32]


def _encode(found: Backtest) -> dict[str, Any]:
    rows = found.rows.assign(origin=[str(day) for day in found.rows["origin"]])
    return {
        "origins": [str(day) for day in found.origins],
        "rows": {str(name): values.tolist() for name, values in rows.items()},
        "left_out": found.left_out,
        "dropped": found.dropped,
    }


def _decode(said: dict[str, Any]) -> Backtest:
    import pandas as pd

    rows = pd.DataFrame(said["rows"])
    rows["origin"] = [date.fromisoformat(day) for day in rows["origin"]]
    origins = tuple(date.fromisoformat(day) for day in said["origins"])
    return Backtest(origins, rows, tuple(said["left_out"]), tuple(said["dropped"]))

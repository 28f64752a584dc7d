"""What each number of then told of what came, against three baselines, with n and an interval."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kamnb.analysis.backtest.statistics import draw_weights, find_auc, find_correlation, find_interval, find_precision
from kamnb.planning.horizon import BacktestSettings

if TYPE_CHECKING:
    import pandas as pd

EVENTS = ("grew", "shrank", "left", "paid_later")
BASELINES = ("revenue", "last_year", "trend")
"""Sort by revenue; the same as last year; the trend of the last half-year against the same months before."""
PREDICTORS = ("attractiveness", "strength", "stage", "selected", "findings", "hindsight_attractiveness", "hindsight_strength")

_RISKS = ("shrank", "left", "paid_later")
COLUMNS = (
    "event", "predictor", "measure", "value", "low", "high", "rows", "accounts", "events", "against", "difference",
    "difference_low", "difference_high", "verdict",
)  # fmt: skip


def judge(rows: "pd.DataFrame", settings: BacktestSettings) -> "pd.DataFrame":
    """Judge every predictor and baseline on every event.

    High values are to go with growth; for what is bad they are turned round, and findings the other way.

    Parameters
    ----------
    rows : DataFrame
        As `Backtest.rows`.
    settings : BacktestSettings

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`. ``measure`` is ``auc``, ``first 5`` and the like (precision), or, of ``growth``, ``rank
        correlation``; ``low`` and ``high`` its interval; for an AUC also its ``difference`` from that of the best baseline over
        the same rows. ``verdict``: ``too few to tell``, ``tells``, ``tells the contrary`` or ``not told from chance``, which is
        said wherever the interval holds what chance gives.
    """
    import pandas as pd

    lines: list[tuple[Any, ...]] = []
    for name in (*PREDICTORS, *BASELINES):
        lines += _judge_growth(rows, name, settings)
        for event in EVENTS:
            lines += _judge_event(rows, event, name, settings)
    return pd.DataFrame(lines, columns=list(COLUMNS))


def _judge_growth(rows: "pd.DataFrame", name: str, settings: BacktestSettings) -> Iterator[tuple[Any, ...]]:
    import pandas as pd

    own = rows.dropna(subset=[name, "growth"]) if {name, "growth"} <= {*rows} else rows.head(0)
    if own.empty:
        return
    weights = draw_weights(pd.factorize(own["account_id"])[0], settings.resamples)
    values = _turn(own, name, "growth")
    found = find_correlation(values, own["growth"].to_numpy(dtype=float), weights)
    low, high = find_interval(found, settings.level)
    verdict = _tell(low, high, 0.0) if own["account_id"].nunique() >= settings.least_events else "too few to tell"
    counts = (len(own), own["account_id"].nunique(), None)
    yield ("growth", name, "rank correlation", float(found[0]), low, high, *counts, None, None, None, None, verdict)


def _judge_event(rows: "pd.DataFrame", event: str, name: str, settings: BacktestSettings) -> Iterator[tuple[Any, ...]]:
    import pandas as pd

    own = rows.dropna(subset=[name, event]) if {name, event} <= {*rows} else rows.head(0)
    if own.empty:
        return
    came = own[event].to_numpy(dtype=float) > 0
    head, counts = (event, name), (len(own), own["account_id"].nunique(), int(came.sum()))
    if min(came.sum(), (~came).sum()) < settings.least_events:
        yield (*head, "auc", *[None] * 3, *counts, *[None] * 4, "too few to tell")
        return
    weights = draw_weights(pd.factorize(own["account_id"])[0], settings.resamples)
    found = find_auc(_turn(own, name, event), came, weights)
    low, high = find_interval(found, settings.level)
    against = _hold_against(own, event, name, settings) if name in PREDICTORS else (None,) * 4
    yield (*head, "auc", float(found[0]), low, high, *counts, *against, _tell(low, high, 0.5))
    origins = pd.factorize(own["origin"])[0]
    for first in settings.first:
        right = find_precision(_turn(own, name, event), came, origins, weights, first)
        ends = find_interval(right, settings.level)
        yield (*head, f"first {first}", float(right[0]), *ends, *counts, *[None] * 4, _tell(*ends, float(came.mean())))


def _hold_against(own: "pd.DataFrame", event: str, name: str, settings: BacktestSettings) -> tuple[Any, ...]:
    """Return the best baseline over the rows of which all are known, and how far the predictor's AUC is from its.

    It is the best on the rows that it is compared on; so its interval is as wide as one that holds for all of them at once.
    """
    import pandas as pd

    known = [each for each in BASELINES if own[each].notna().mean() >= 0.5]
    both = own.dropna(subset=known)
    came = both[event].to_numpy(dtype=float) > 0
    if not known or min(came.sum(), (~came).sum()) < settings.least_events:
        return (None,) * 4
    weights = draw_weights(pd.factorize(both["account_id"])[0], settings.resamples)
    curves = {each: find_auc(_turn(both, each, event), came, weights) for each in known}
    best = max(known, key=lambda each: (round(float(curves[each][0]), 12), each))
    gaps = find_auc(_turn(both, name, event), came, weights) - curves[best]
    return (best, float(gaps[0]), *find_interval(gaps, 1 - (1 - settings.level) / len(known)))


def _turn(rows: "pd.DataFrame", name: str, event: str) -> Any:
    """Return values so that high ones are to go with the event."""
    values = rows[name].to_numpy(dtype=float)
    return -values if (event in _RISKS) != (name == "findings") else values


def _tell(low: float, high: float, chance: float) -> str:
    if not (low > chance or high < chance):
        return "not told from chance"
    return "tells" if low > chance else "tells the contrary"

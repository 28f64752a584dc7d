"""Revenue of the next twelve months: Theta where two years are known, intervals as wide as the errors of the year before ask.

Theta is exponential smoothing with a drift, so the error of a sum of months is a weighted sum of the errors of each.
"""

from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators import find_untraced, trace_trends
from kamnb.planning.horizon import ForecastSettings
from kamnb.planning.theta import fit_theta

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AHEAD, TRAINED = 12, 24
"""Months that are forecast, and months that Theta is fitted on."""
_BEGINS = 3
"""Who was invoiced in one of the first so many months of a window was a customer in all of it."""

TOTAL = ""
"""Stands for all accounts together."""

THETA, SEASONAL, MEAN = "Theta", "seasonal Theta", "mean of twelve months"


class Path(NamedTuple):
    """What is expected of the months ahead, added up month by month, and the standard deviation of each sum."""

    method: str
    sums: "Floats"
    deviations: "Floats"


@dataclass(frozen=True)
class Forecast:
    """Revenue of the next twelve months.

    Attributes
    ----------
    accounts : DataFrame
        One row per account that bought in two years: ``method``, ``revenue``, ``low`` and ``high`` of the next twelve months.
    sums, spreads : DataFrame
        Per account, and in the row `TOTAL` of all, what is expected after 1 to 12 months, and by how much less or more it may be;
        NaN where intervals are not calibrated. What is expected of all is the sum of the accounts; how far off it may be is found
        from the months of the sum.
    coverage : float
        The share of intervals to hold that was asked for.
    reached, nominal : float
        The share of accounts whose revenue of the last twelve months the intervals of a year ago held: each calibrated on the
        errors of the others, and as the model alone gives them. NaN where there were too few.
    tried : int
        Accounts of which that was tried.
    errors : mapping of method to float
        The mean error of a year ago, as a share of the year's revenue, over the accounts that Theta was fitted for; that of the
        mean of twelve months too, to compare.
    reason : str
        Why there are no intervals; empty where nothing was lacking.
    """

    accounts: "pd.DataFrame"
    sums: "pd.DataFrame"
    spreads: "pd.DataFrame"
    coverage: float
    reached: float
    nominal: float
    tried: int
    errors: "dict[str, float]"
    reason: str

    def look_ahead(self, account: str, months: float) -> tuple[float, float]:
        """Return what is expected of an account, or of `TOTAL`, in so many months, and by how much less or more it may be."""
        import numpy as np

        if account not in self.sums.index:
            return float("nan"), float("nan")
        steps = range(AHEAD + 1)
        found = [float(np.interp(months, steps, [0.0, *frame.loc[account]])) for frame in (self.sums, self.spreads)]
        return found[0], found[1]


@answer_once
def forecast_revenue(portfolio: Portfolio, index: "pd.Index[str]", settings: ForecastSettings) -> Forecast:
    """Forecast the revenue of every account that bought in two years.

    Parameters
    ----------
    portfolio : Portfolio
    index : Index
        The accounts.
    settings : ForecastSettings

    Returns
    -------
    Forecast
        Of no account where the dates of invoices do not reach over twelve months.
    """
    import numpy as np

    trends = trace_trends(portfolio, index)
    months = trends.revenue.iloc[:, ::-1]  # oldest first
    known = months[(months.iloc[:, -TRAINED:] != 0).any(axis=1) & ~months.index.isin(find_untraced(portfolio))]
    reach = 12 * (trends.years + 1) if portfolio.has("invoices") else 0
    return forecast_months(
        known.to_numpy(dtype=np.float64)[:, -reach:] if reach else known.to_numpy()[:, :0], known.index, settings
    )


def forecast_months(months: "Floats", index: "pd.Index[str]", settings: ForecastSettings) -> Forecast:
    """Forecast from months of revenue, one row per account, oldest first; 36 of them calibrate the intervals.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kamnb.planning.horizon import HorizonSettings
    >>> found = forecast_months(np.full((1, 12), 10.0), pd.Index(["A"], name="account_id"), HorizonSettings.load().forecast)
    >>> found.accounts["revenue"].tolist(), found.reason
    ([120.0], 'the invoices of three years are needed to calibrate intervals')
    """
    import numpy as np
    import pandas as pd

    before = _try_year_before(months, settings) if months.shape[1] >= AHEAD + TRAINED else None
    is_seasonal = before is not None and _has_seasons(before.errors)
    paths = _expect_all(months, seasonal=is_seasonal, settings=settings) if months.shape[1] >= AHEAD else []
    kept = index[: len(paths)]
    factor = before.factor if before is not None else float("nan")
    columns, rows = range(1, AHEAD + 1), [*kept, TOTAL] if len(paths) else []
    whole = _expect_all(months.sum(axis=0, keepdims=True), seasonal=is_seasonal, settings=settings) if paths else []
    expected = np.array([path.sums for path in paths]).reshape(-1, AHEAD)
    added = expected.sum(axis=0, keepdims=True)[: len(whole)]
    sums = pd.DataFrame(np.concatenate([expected, added]), rows, columns, dtype=float)
    spreads = pd.DataFrame([path.deviations for path in [*paths, *whole]], rows, columns, dtype=float) * factor
    revenue, spread = sums[AHEAD][kept], spreads[AHEAD][kept]
    bounds = {"low": (revenue - spread).clip(lower=0), "high": revenue + spread}
    accounts = pd.DataFrame({"method": [path.method for path in paths], "revenue": revenue} | bounds, index=kept)
    return Forecast(
        accounts, sums, spreads, settings.coverage, before.reached if before else np.nan, before.nominal if before else np.nan,
        before.tried if before else 0, before.errors if before else {}, _say_lack(months, before, settings),
    )  # fmt: skip


@dataclass(frozen=True)
class _Before:
    """How the forecast of a year ago did."""

    factor: float
    reached: float
    nominal: float
    tried: int
    errors: "dict[str, float]"


def _has_seasons(errors: "dict[str, float]") -> bool:
    """Tell whether Theta missed by less with seasons."""
    return errors.get(SEASONAL, float("inf")) < errors.get(THETA, float("inf"))


def _try_year_before(months: "Floats", settings: ForecastSettings) -> _Before:
    """Forecast the last twelve months from those before, and find by how much intervals must be wider to hold so many."""
    import numpy as np

    then, came = months[:, -AHEAD - TRAINED : -AHEAD], months[:, -AHEAD:].sum(axis=1)
    bought = (then != 0).any(axis=1)
    then, came = then[bought], came[bought]
    size = np.maximum(np.abs(then[:, -AHEAD:].sum(axis=1)), 1e-9)
    plain = _expect_all(then, seasonal=False, settings=settings)
    fitted = np.array([path.method == THETA for path in plain], dtype=bool)
    tried, errors = {THETA: plain}, {}
    if fitted.any():
        tried[SEASONAL] = _expect_all(then, seasonal=True, settings=settings)
        for method, paths in tried.items():
            missed = np.abs(np.array([path.sums[-1] for path in paths]) - came)
            errors[method] = float((missed / size)[fitted & (size > 1)].mean())
        errors[MEAN] = float((np.abs(then[:, -AHEAD:].sum(axis=1) - came) / size)[fitted & (size > 1)].mean())
    chosen = tried[SEASONAL if _has_seasons(errors) else THETA]
    scores = np.array([abs(path.sums[-1] - real) / path.deviations[-1] for path, real in zip(chosen, came, strict=True)])
    if len(scores) < settings.least_accounts:
        return _Before(float("nan"), float("nan"), float("nan"), len(scores), errors)
    factor = _find_factor(scores, settings.coverage)
    held = [each <= _find_factor(np.delete(scores, place), settings.coverage) for place, each in enumerate(scores)]
    alone = float(np.mean(scores <= NormalDist().inv_cdf((1 + settings.coverage) / 2)))
    return _Before(factor, float(np.mean(held)), alone, len(scores), errors)


def _find_factor(scores: "Floats", coverage: float) -> float:
    """Return by how many of its deviations an interval must reach so that it holds the share of accounts (split conformal).

    Examples
    --------
    >>> import numpy as np
    >>> _find_factor(np.array([0.5, 3.0, 1.0, 2.0]), 0.80)
    3.0
    """
    ordered = sorted(scores.tolist())
    return float(ordered[min(ceil(round((len(ordered) + 1) * coverage, 9)), len(ordered)) - 1])


def _expect_all(months: "Floats", *, seasonal: bool, settings: ForecastSettings) -> list[Path]:
    """Forecast every series of months: the largest of which two years are known by Theta."""
    import numpy as np

    year, ahead = months[:, -AHEAD:], np.arange(1, AHEAD + 1)
    means, scatter = year.mean(axis=1, keepdims=True), np.std(year, axis=1, ddof=1, keepdims=True)
    sums, deviations, methods = means * ahead, scatter * np.sqrt(ahead + ahead**2 / AHEAD), [MEAN] * len(months)
    fits = _choose_fitted(months, settings)
    if len(fits):
        found = fit_theta(months[fits, -TRAINED:], AHEAD, period=AHEAD if seasonal else 0)
        # The error of month j lasts in all later ones by alpha; summed over m months it weighs 1 + alpha (m - j).
        weights = 1 + found.alpha[:, None] * np.arange(AHEAD)
        sums[fits], deviations[fits] = found.months.cumsum(axis=1), found.sigma[:, None] * (weights**2).cumsum(axis=1) ** 0.5
        methods = [(SEASONAL if seasonal else THETA) if place in fits else MEAN for place in range(len(months))]
    least = settings.least_spread * np.abs(year).sum(axis=1, keepdims=True) * ahead / AHEAD
    paths = map(Path, methods, sums, np.maximum(np.maximum(deviations, least), 1e-9))
    lowest, highest = _limit_changes(months, settings)
    return [_bound(path, own.sum(), lowest, highest) for path, own in zip(paths, year, strict=True)]


def _choose_fitted(months: "Floats", settings: ForecastSettings) -> "NDArray[np.intp]":
    """Return the places of those that Theta is fitted for."""
    import numpy as np

    if months.shape[1] < TRAINED:
        return np.empty(0, dtype=np.intp)
    window = months[:, -TRAINED:]
    largest = np.argsort(-np.abs(months[:, -AHEAD:].sum(axis=1)), kind="stable")[: settings.most_fitted]
    moves = (window[:, :_BEGINS] != 0).any(axis=1) & (np.ptp(window, axis=1) > 1e-6)
    return np.array([place for place in sorted(largest) if moves[place]], dtype=np.intp)


def _limit_changes(months: "Floats", settings: ForecastSettings) -> tuple[float, float]:
    """Return from what part of the last year's revenue to what part of it an account is expected at all.

    It is how the accounts changed last year, but for the tails: two years hold each month twice, and a step, or one large order,
    looks like a trend or a season that is not there. Without enough accounts there is no limit.
    """
    import numpy as np

    before, now = months[:, -TRAINED:-AHEAD].sum(axis=1), months[:, -AHEAD:].sum(axis=1)
    known = (months[:, -TRAINED:][:, :_BEGINS] != 0).any(axis=1) & (before > 0) & (now > 0)
    if months.shape[1] < TRAINED or known.sum() < settings.least_accounts:
        return 0.0, float("inf")
    tail = (1 - settings.usual_changes) / 2
    least, most = np.quantile(now[known] / before[known], [tail, 1 - tail])
    return min(float(least), 1.0), max(float(most), 1.0)


def _bound(path: Path, year: float, least: float, most: float) -> Path:
    """Return the path, in each month as much lower or higher as brings its year within the limits."""
    whole = float(path.sums[-1])
    bounded = min(max(whole, least * year), most * year) if year > 0 else whole
    return path._replace(sums=path.sums * (bounded / whole)) if whole > 0 and bounded != whole else path


def _say_lack(months: "Floats", before: _Before | None, settings: ForecastSettings) -> str:
    if months.shape[1] < AHEAD:
        return "the invoices of twelve months are needed for a forecast"
    if before is None:
        return "the invoices of three years are needed to calibrate intervals"
    if before.tried < settings.least_accounts:
        return (
            f"intervals are calibrated on {settings.least_accounts} accounts at least, and {before.tried} bought before last year"
        )
    return ""

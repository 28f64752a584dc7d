"""A first scoring model whose money anchors fit a portfolio."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.indicators import INDICATORS
from kamnb.scoring.criteria import say_name

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 10
"""Accounts above zero from which percentiles say something."""
LEAST_SPREAD = 1.5
"""The 90th percentile over the 10th; where it is less, accounts are alike, and points would tell apart what is the same."""

QUANTILES = (0.1, 0.5, 0.9)
"""Where the anchors of 0, 5 and 10 points are put."""
POINTS = (0, 5, 10)
POTENTIAL_QUANTILES = (0.5, 0.8)
"""Percentiles of accessible spend from which an account's potential is medium and high."""


@dataclass(frozen=True)
class Calibration:
    """A model as TOML, and for each criterion whose anchors should have fitted the portfolio and do not, why."""

    text: str
    fitted: tuple[str, ...]
    left: Mapping[str, str]

    @property
    def source(self) -> str:
        """What the model is, in a clause."""
        done = "its money anchors calibrated on this portfolio" if self.fitted else "as it is, for no anchor could be calibrated"
        return f"the packaged default, {done}"

    def say_left(self) -> str:
        """Say which criteria were not calibrated, and why; empty where all were."""
        names: dict[str, list[str]] = {}
        for name, reason in self.left.items():
            names.setdefault(reason, []).append(say_name(name))
        said = "; ".join(f"{', '.join(alike)} ({reason})" for reason, alike in names.items())
        return f"not calibrated: {said}" if said else ""


def calibrate_criteria(indicators: "pd.DataFrame", template: Path) -> Calibration:
    """Return a ``criteria.toml`` like `template`, its money anchors at this portfolio's 10th, 50th and 90th percentile.

    The percentiles are those of accounts with a value above zero, rounded to two digits; where they fall together, as where most
    bought once, those of the different values. Where fewer than ten accounts have a value, or they are alike, the template's
    anchors stay, and that is said.

    Parameters
    ----------
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    template : Path
        A ``criteria.toml``; its comments are kept.

    Returns
    -------
    Calibration
        Its text is TOML that `load_criteria` reads.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.places import settings_file
    >>> spend = pd.Series([200_000.0, 750_000.0, 4_100_000.0] * 4)
    >>> indicators = pd.DataFrame(dict.fromkeys(INDICATORS, float("nan")), index=spend.index).assign(annual_spend=spend)
    >>> found = calibrate_criteria(indicators, settings_file("criteria.toml"))
    >>> [line for line in found.text.splitlines() if "12 accounts" in line]
    ['anchors = [[200_000, 0], [750_000, 5], [4_100_000, 10]] # percentiles of 12 accounts above zero']
    >>> sorted(found.left)
    ['revenue_ltm', 'target_year', 'weighted_pipeline']
    """
    import tomlkit

    document = tomlkit.parse(template.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for axis in ("attractiveness", "strength"):
        for group in _tables(document.get(axis, {})):
            for name, criterion in _named_tables(group):
                found |= _calibrate(name, criterion, indicators)
    if "potential" in document:
        _fit_potential(document["potential"], indicators["accessible_spend"].dropna())
    left = {name: why for name, why in found.items() if why}
    fitted = tuple(name for name, why in found.items() if not why)
    return Calibration(f"{_HEAD}\n{tomlkit.dumps(document)}", fitted, left)


_HEAD = """\
# Calibrated on one portfolio: the anchors of money are its 10th, 50th and 90th percentile (0, 5 and 10 points).
# From now on the numbers are fixed, so that an account's score does not move because another account joins.
# Review weights and anchors before they are used to decide."""


def _calibrate(name: str, criterion: Any, indicators: "pd.DataFrame") -> dict[str, str]:
    """Fit the anchors of a criterion of money; return why they stay where they are, empty where they do not."""
    import tomlkit

    indicator = INDICATORS.get(criterion.get("from", name))
    if indicator is None or indicator.unit != "money" or "anchors" not in criterion:
        return {}
    values = indicators[indicator.name].dropna()
    anchors, said = _fit(values[values > 0])
    if anchors:
        criterion["anchors"] = tomlkit.value(anchors)
    why = "" if anchors else said if len(values) else "unknown for every account here"
    criterion["anchors"].comment(f"not calibrated: {why}" if why else said)
    return {name: why}


def _fit_potential(potential: Any, spend: "pd.Series[float]") -> None:
    """Put the limits of medium and high potential at percentiles of accessible spend; they stay where it is not known."""
    import tomlkit

    known = spend[spend > 0]
    places = [_rounded(float(known.quantile(share))) for share in POTENTIAL_QUANTILES] if len(known) >= FEWEST else []
    rise = len(set(places)) == len(POTENTIAL_QUANTILES)
    for name, place in zip(("medium", "high"), places if rise else [], strict=False):
        potential[name] = tomlkit.value(f"{place:_}")
    said = (
        f"percentiles of {len(known):,} accounts above zero"
        if rise
        else f"not calibrated: accessible spend is known of {len(known)} accounts, or alike; {FEWEST} that differ are needed"
    )
    potential["high"].comment(said)


def _fit(values: "pd.Series[float]") -> tuple[str, str]:
    """Return anchors as TOML and what they are, or nothing and why there are none."""
    if values.empty:
        return "", "above zero for no account here"
    if len(values) < FEWEST:
        return "", f"only {len(values)} account{'' if len(values) == 1 else 's'} above zero, {FEWEST} are needed"
    places, of = _place(values), f"percentiles of {len(values):,} accounts above zero"
    if len(set(places)) < len(QUANTILES):
        places, of = (
            _place(values.drop_duplicates()),
            f"percentiles of the different values of {len(values):,} accounts above zero",
        )
    if len(set(places)) < len(QUANTILES) or places[-1] < LEAST_SPREAD * places[0]:
        return "", f"the accounts are alike: {', '.join(f'{place:_}' for place in places)}"
    pairs = ", ".join(f"[{place:_}, {points}]" for place, points in zip(places, POINTS, strict=True))
    return f"[{pairs}]", of


def _place(values: "pd.Series[float]") -> list[int | float]:
    return [_rounded(float(values.quantile(share))) for share in QUANTILES]


def _rounded(value: float) -> int | float:
    """Round to two digits."""
    rounded = float(f"{value:.2g}")
    return int(rounded) if rounded >= 10 else rounded


def _tables(table: Any) -> list[Any]:
    return [value for _, value in _named_tables(table)]


def _named_tables(table: Any) -> list[tuple[str, Any]]:
    return [(str(key), value) for key, value in table.items() if isinstance(value, dict)]

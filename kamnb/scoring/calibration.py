"""A first scoring model whose money anchors fit a portfolio."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.1, 0.5, 0.9)
"""Where the anchors of 0, 5 and 10 points are put."""
POINTS = (0, 5, 10)
POTENTIAL_QUANTILES = (0.5, 0.8)
"""Percentiles of accessible spend from which an account's potential is medium and high."""


def calibrate_criteria(indicators: "pd.DataFrame", template: Path) -> str:
    """Return a ``criteria.toml`` like `template`, its money anchors at this portfolio's 10th, 50th and 90th percentile.

    The percentiles are those of accounts with a value above zero, rounded to two digits. Where they
    are unknown or do not rise the template's anchors stay, and a comment says why.

    Parameters
    ----------
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    template : Path
        A ``criteria.toml``; its comments are kept.

    Returns
    -------
    str
        TOML that `load_criteria` reads.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.places import settings_file
    >>> spend = pd.Series([200_000.0, 750_000.0, 4_100_000.0])
    >>> indicators = pd.DataFrame(dict.fromkeys(INDICATORS, float("nan")), index=spend.index).assign(annual_spend=spend)
    >>> text = calibrate_criteria(indicators, settings_file("criteria.toml"))
    >>> [line for line in text.splitlines() if "3 accounts" in line]
    ['anchors = [[310_000, 0], [750_000, 5], [3_400_000, 10]] # percentiles of 3 accounts above zero']
    """
    import tomlkit

    document = tomlkit.parse(template.read_text(encoding="utf-8"))
    for axis in ("attractiveness", "strength"):
        for group in _tables(document.get(axis, {})):
            for name, criterion in _named_tables(group):
                _calibrate(name, criterion, indicators)
    if "potential" in document:
        _fit_potential(document["potential"], indicators["accessible_spend"].dropna())
    return f"{_HEAD}\n{tomlkit.dumps(document)}"


_HEAD = """\
# Calibrated on one portfolio: the anchors of money are its 10th, 50th and 90th percentile (0, 5 and 10 points).
# From now on the numbers are fixed, so that an account's score does not move because another account joins.
# Review weights and anchors before they are used to decide."""


def _calibrate(name: str, criterion: Any, indicators: "pd.DataFrame") -> None:
    import tomlkit

    indicator = INDICATORS.get(criterion.get("from", name))
    if indicator is None or indicator.unit != "money" or "anchors" not in criterion:
        return
    values = indicators[indicator.name].dropna()
    anchors, said = _fit(values[values > 0])
    if anchors:
        criterion["anchors"] = tomlkit.value(anchors)
    criterion["anchors"].comment(said if len(values) else "not calibrated: unknown for every account here")


def _fit_potential(potential: Any, spend: "pd.Series[float]") -> None:
    """Put the limits of medium and high potential at percentiles of accessible spend; they stay where it is not known."""
    import tomlkit

    places = [_rounded(float(spend[spend > 0].quantile(share))) for share in POTENTIAL_QUANTILES] if (spend > 0).any() else []
    rise = len(set(places)) == len(POTENTIAL_QUANTILES)
    for name, place in zip(("medium", "high"), places if rise else [], strict=False):
        potential[name] = tomlkit.value(f"{place:_}")
    said = (
        f"percentiles of {int((spend > 0).sum()):,} accounts above zero"
        if rise
        else "not calibrated: accessible spend is not known"
    )
    potential["high"].comment(said)


def _fit(values: "pd.Series[float]") -> tuple[str, str]:
    """Return anchors as TOML, empty where the values do not give three that rise, and what was done."""
    if values.empty:
        return "", "not calibrated: above zero for no account here"
    places = [_rounded(float(values.quantile(share))) for share in QUANTILES]
    if len(set(places)) < len(QUANTILES):
        return "", f"not calibrated: the percentiles do not rise here: {', '.join(f'{place:_}' for place in places)}"
    pairs = ", ".join(f"[{place:_}, {points}]" for place, points in zip(places, POINTS, strict=True))
    return f"[{pairs}]", f"percentiles of {len(values):,} accounts above zero"


def _rounded(value: float) -> int | float:
    """Round to two digits."""
    rounded = float(f"{value:.2g}")
    return int(rounded) if rounded >= 10 else rounded


def _tables(table: Any) -> list[Any]:
    return [value for _, value in _named_tables(table)]


def _named_tables(table: Any) -> list[tuple[str, Any]]:
    return [(str(key), value) for key, value in table.items() if isinstance(value, dict)]

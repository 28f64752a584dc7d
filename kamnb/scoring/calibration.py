"""A first scoring model whose money anchors fit a portfolio."""

from math import floor, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.1, 0.5, 0.9)
"""Where the anchors of 0, 5 and 10 points are put."""
POINTS = (0, 5, 10)


def calibrate_criteria(indicators: "pd.DataFrame", template: Path) -> str:
    """Return a ``criteria.toml`` like `template`, its money anchors at this portfolio's 10th, 50th and 90th percentile.

    The percentiles are those of accounts with a value above zero, rounded to two digits. Where they
    are not three rising numbers the template's anchors stay, and a comment says why.

    Parameters
    ----------
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    template : Path
        A ``criteria.toml``; its comments are kept.
    """
    import tomlkit

    document = tomlkit.parse(template.read_text(encoding="utf-8"))
    for axis in ("attractiveness", "strength"):
        for group in _tables(document.get(axis, {})):
            for name, criterion in _named_tables(group):
                _calibrate(name, criterion, indicators)
    return f"{_HEAD}\n{tomlkit.dumps(document)}"


_HEAD = """\
# Calibrated on one portfolio: the anchors of money are its 10th, 50th and 90th percentile (0, 5 and 10 points).
# From now on the numbers are fixed, so that an account's score does not move because another account joins.
# Review weights and anchors before they are used to decide."""


def _calibrate(name: str, criterion: Any, indicators: "pd.DataFrame") -> None:
    indicator = INDICATORS.get(criterion.get("from", name))
    if indicator is None or indicator.unit != "money" or "anchors" not in criterion:
        return
    values = indicators[indicator.name]
    values = values[values > 0]
    places = [_rounded(float(values.quantile(share))) for share in QUANTILES] if len(values) else []
    if len(set(places)) == len(QUANTILES):
        criterion["anchors"] = [list(pair) for pair in zip(places, POINTS, strict=True)]
        criterion["anchors"].comment(f"from {len(values):,} accounts above zero")
    else:
        criterion["anchors"].comment("not calibrated: too few different values here")


def _rounded(value: float) -> int | float:
    digits = 1 - floor(log10(value))
    rounded = round(value, digits)
    return int(rounded) if rounded >= 1 else rounded


def _tables(table: Any) -> list[Any]:
    return [value for _, value in _named_tables(table)]


def _named_tables(table: Any) -> list[tuple[str, Any]]:
    return [(str(key), value) for key, value in table.items() if isinstance(value, dict)]

"""The indicators, each declared once: what it means, how it is computed, what it needs."""

from collections.abc import Mapping
from types import MappingProxyType

from kamnb.indicators.catalogue.bonds import BONDS
from kamnb.indicators.catalogue.declaring import MONTHS_BACK, YEAR_TO_DATE, Indicator
from kamnb.indicators.catalogue.payment import PAYMENT
from kamnb.indicators.catalogue.potential import POTENTIAL
from kamnb.indicators.catalogue.trade import TRADE
from kamnb.indicators.catalogue.wallet import WALLET
from kamnb.indicators.catalogue.year import YEAR

__all__ = ["INDICATORS", "MONTHS_BACK", "YEAR_TO_DATE", "Indicator", "describe_indicators"]

_DECLARED = (*POTENTIAL, *TRADE, *WALLET, *PAYMENT, *BONDS, *YEAR)

INDICATORS: Mapping[str, Indicator] = MappingProxyType({indicator.name: indicator for indicator in _DECLARED})
"""Every indicator by name, in the order of the table of indicators."""

_HEAD = """# Indicators

Facts about an account, one number each. Windows end on the day of the analysis and leave out their first day: the last
twelve months are (day - 12 months, day]. An indicator whose tables or columns are not given is unknown for every account,
with the reason, never zero; so is one that compares windows which the dates of the invoices do not cover. (d) marks a number
of `data/indicators.toml`. This page is written from `kamnb/indicators/catalogue`; the queries are in `kamnb/indicators/sql`.
"""


def describe_indicators() -> str:
    """Return the page of documentation that lists all indicators, as Markdown.

    Examples
    --------
    >>> print(describe_indicators().splitlines()[0])
    # Indicators
    """
    heads = ("indicator", "meaning", "formula", "unit", "good", "window", "needs", "where empty")
    rows = [heads, ("---",) * len(heads), *map(_cells, INDICATORS.values())]
    return "\n".join([_HEAD, *(f"| {' | '.join(row)} |" for row in rows), ""])


def _cells(indicator: Indicator) -> tuple[str, ...]:
    needs = "; ".join(indicator.needs) + (f"; invoices over {indicator.covers}" if indicator.covers else "")
    return (
        f"`{indicator.name}`", indicator.meaning, indicator.formula, indicator.unit, indicator.direction, indicator.window,
        needs, indicator.empty,
    )  # fmt: skip

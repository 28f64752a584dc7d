"""Facts about accounts, each declared once in the catalogue and computed by a query."""

from kamnb.indicators.absences import explain_absences
from kamnb.indicators.catalogue import INDICATORS, Indicator, describe_indicators
from kamnb.indicators.measures import (
    BOUGHT,
    find_unreached,
    find_untraced,
    list_accounts,
    list_reached,
    measure_accounts,
    measure_ageing,
    measure_bonds,
    measure_months,
    measure_offerings,
    measure_people,
    receivables_source,
)
from kamnb.indicators.trends import Trends, trace_trends, weigh_shortfall
from kamnb.indicators.windows import find_windows

__all__ = [
    "BOUGHT",
    "INDICATORS",
    "Indicator",
    "Trends",
    "describe_indicators",
    "explain_absences",
    "find_unreached",
    "find_untraced",
    "find_windows",
    "list_accounts",
    "list_reached",
    "measure_accounts",
    "measure_ageing",
    "measure_bonds",
    "measure_months",
    "measure_offerings",
    "measure_people",
    "receivables_source",
    "trace_trends",
    "weigh_shortfall",
]

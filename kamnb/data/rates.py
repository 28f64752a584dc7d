"""Rates to the reporting currency, and amounts converted by them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

Rates = Mapping[str, Mapping[date, Decimal]]
"""Per currency: the reporting currency's amount for one unit, from each day on."""


DECIMALS = 8
"""Of a rate that are kept."""

_RATE = f"DECIMAL(18,{DECIMALS})"


def converted(amount: str, event: str, currency: str, rates: Rates, day: date) -> str:
    """Return the SQL expression of an amount in the reporting currency, at the rate of its event date.

    A row without an event date has the rate of `day`, or the first one where that is later.
    """
    if not rates:
        return amount
    when = f"coalesce({event}, DATE '{day}')" if event else f"DATE '{day}'"
    cases = [f"WHEN '{currency}' THEN 1::{_RATE}"]
    for code, dated in sorted(rates.items()):
        newest = sorted(dated.items(), reverse=True)
        steps = " ".join(f"WHEN {when} >= DATE '{start}' THEN {rate}::{_RATE}" for start, rate in newest[:-1])
        first = f"{newest[-1][1]}::{_RATE}"
        cases.append(f"WHEN '{code}' THEN {f'CASE {steps} ELSE {first} END' if steps else first}")
    return f"{amount} * CASE currency {' '.join(cases)} END"

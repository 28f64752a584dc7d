"""Price, volume and mix: why revenue, and margin, are others than over the same days a year before, to the cent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from kamnb.scoring.apportionment import apportion

EFFECTS = ("volume", "mix", "price", "cost", "gained", "lost", "currency", "other")
"""The parts of a change, in the order in which they are told; cost is a part of a margin's only."""

Amount = int | Decimal | Fraction


@dataclass(frozen=True)
class Sold:
    """What was sold of one offering in a window; its cost is 0 where only revenue is told."""

    quantity: Amount
    revenue: Amount
    cost: Amount = 0


Window = Mapping[str, Sold]


def split_change(before: Window, now: Window) -> dict[str, Fraction]:
    r"""Split the change of revenue less cost between two windows, over what was sold by offering.

    Over the offerings sold in both, with quantities :math:`Q`, worth :math:`V` and worth of a unit :math:`p`:
    volume is :math:`(Q_1 - Q_0) V_0 / Q_0`, mix :math:`\sum q_1 p_0 - Q_1 V_0 / Q_0`, price :math:`\sum q_1 (p_1 - p_0)`
    of revenue, and cost the same of cost, its sign turned. Others were gained or lost, with all that they are worth.

    Parameters
    ----------
    before, now : mapping of offering to Sold
        Quantities above 0, in one currency at the same rates.

    Returns
    -------
    dict of str to Fraction
        ``volume``, ``mix``, ``price``, ``cost``, ``gained``, ``lost``; exact, so they sum to the change.

    Examples
    --------
    >>> before, now = {"A": Sold(600, 6000), "B": Sold(400, 8000)}, {"A": Sold(500, 5250), "B": Sold(550, 10450)}
    >>> {name: int(part) for name, part in split_change(before, now).items() if part}
    {'volume': 700, 'mix': 1300, 'price': -300}
    """
    same = sorted(before.keys() & now.keys())
    zero = Fraction(0)
    quantities = [sum((Fraction(side[name].quantity) for name in same), zero) for side in (before, now)]
    worth = sum((_worth(before[name]) for name in same), zero)
    at_old = {name: Fraction(now[name].quantity) / Fraction(before[name].quantity) for name in same}
    mean = worth / quantities[0] if same else zero
    return {
        "volume": (quantities[1] - quantities[0]) * mean,
        "mix": sum((at_old[name] * _worth(before[name]) for name in same), zero) - quantities[1] * mean,
        "price": sum((Fraction(now[name].revenue) - at_old[name] * Fraction(before[name].revenue) for name in same), zero),
        "cost": -sum((Fraction(now[name].cost) - at_old[name] * Fraction(before[name].cost) for name in same), zero),
        "gained": sum((_worth(now[name]) for name in sorted(now.keys() - before.keys())), zero),
        "lost": -sum((_worth(before[name]) for name in sorted(before.keys() - now.keys())), zero),
    }


def _worth(sold: Sold) -> Fraction:
    return Fraction(sold.revenue) - Fraction(sold.cost)


def round_to_cents(parts: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Round amounts to the cent so that they sum to their sum as rounded: the largest remainders get what is left.

    Examples
    --------
    >>> third = Fraction(100, 3)
    >>> {name: str(amount) for name, amount in round_to_cents({"a": third, "b": third, "c": third}).items()}
    {'a': '33.34', 'b': '33.33', 'c': '33.33'}
    """
    cents = [part * 100 for part in parts.values()]
    printed = apportion(cents, [floor(each) for each in cents], round(sum(cents, Fraction(0))))
    return {name: Decimal(count).scaleb(-2) for name, count in zip(parts, printed, strict=True)}

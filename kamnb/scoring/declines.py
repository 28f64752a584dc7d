"""Disintegrating: independent declines of a relationship, each held over several periods."""

from dataclasses import dataclass
from functools import cache
from math import comb
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators import (
    find_unreached,
    find_untraced,
    list_reached,
    measure_bonds,
    measure_people,
    trace_trends,
    weigh_shortfall,
)
from kamnb.scoring.stages import Disintegrating

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("people_reached", "share_of_wallet", "revenue")
"""What may decline; revenue is held against the customer's own growth."""

_BOUGHT = ("people_reached", "share_of_wallet", "revenue_ltm")


@dataclass(frozen=True)
class Bonds:
    """What a relationship hangs on, and by how much it swings by itself.

    Attributes
    ----------
    periods : list of DataFrame
        ``people_reached``, ``share_of_wallet`` and ``revenue_ltm`` now and one period earlier each, one more than there are
        periods; an account that was not there then is not in its frame.
    people : DataFrame
        Of every account, how many people were reached in the first period and no longer are (``lost``), and how many are
        now and were not (``gained``).
    now, before : DataFrame
        Revenue of the last twelve months, and of the twelve before, by month; no columns where they are not covered.

    What rests on rows that were lost is NaN, of the account alone.
    """

    periods: "list[pd.DataFrame]"
    people: "pd.DataFrame"
    now: "pd.DataFrame"
    before: "pd.DataFrame"


RESTS_ON = (*_BOUGHT, "own_growth")
"""The indicators that `trace_declines` asks for, and no more, so that little has to be traced anew."""


@answer_once
def trace_declines(portfolio: Portfolio, indicators: "pd.DataFrame", settings: Disintegrating) -> "pd.DataFrame":
    """Return what `find_declines` finds in the bonds of every account; `indicators` has the columns of `RESTS_ON`."""
    return find_declines(trace_bonds(portfolio, indicators, settings), indicators["own_growth"], settings)


def trace_bonds(portfolio: Portfolio, indicators: "pd.DataFrame", settings: Disintegrating) -> Bonds:
    """Measure the bonds of every account one period earlier each, after those of now, which `indicators` hold.

    Sales of earlier days are measured where something can be made of them: where a wallet, or what a customer grows by, is known.
    """
    import pandas as pd

    today = pd.Timestamp(portfolio.as_of)
    days = [(today - pd.DateOffset(months=settings.period_months * number)).date() for number in range(1, settings.periods + 1)]
    earlier = [portfolio.at(day) for day in days]
    hangs_on_sales = portfolio.has("wallet") or indicators["own_growth"].notna().any()
    trends = trace_trends(portfolio, indicators.index) if portfolio.has("invoices") and hangs_on_sales else None
    revenue = trends.revenue if trends and trends.years else pd.DataFrame(index=indicators.index)
    people = _compare_people(list_reached(portfolio), list_reached(earlier[-1]), indicators.index)
    people.loc[people.index.isin(find_unreached(portfolio) | find_unreached(earlier[-1]))] = float("nan")
    bought = indicators[list(_BOUGHT)].copy()
    bought.loc[bought.index.isin(find_untraced(portfolio)), ["share_of_wallet", "revenue_ltm"]] = float("nan")
    return Bonds(
        [bought, *(measure_bonds(each) if hangs_on_sales else measure_people(each).reindex(columns=_BOUGHT) for each in earlier)],
        people,
        revenue.iloc[:, :12],
        revenue.iloc[:, 12:24],
    )


def _compare_people(now: "pd.DataFrame", then: "pd.DataFrame", index: "pd.Index[str]") -> "pd.DataFrame":
    import pandas as pd

    both = now.merge(then, how="outer", on=["account_id", "contact_id"], indicator="side")
    counts = {name: both[both["side"] == side].groupby("account_id").size() for name, side in _SIDES.items()}
    return pd.DataFrame(counts).reindex(index).fillna(0.0)


_SIDES = {"lost": "right_only", "gained": "left_only"}


def find_declines(bonds: Bonds, own_growth: "pd.Series[float]", settings: Disintegrating) -> "pd.DataFrame":
    """Say of every account which of its bonds declined, in no period the other way, and by more than it swings by itself.

    A share of wallet that falls while the wallet grows by less than it may be restated is the decline of revenue once more,
    so it does not count beside it.

    Parameters
    ----------
    bonds : Bonds
    own_growth : Series
        The customer's own yearly growth, a fraction; its index names the accounts.
    settings : Disintegrating

    Returns
    -------
    DataFrame
        ``account_id``, ``measure``, ``before`` and ``now`` (of revenue: our growth over all periods less the customer's, which
        is ``now``, and no ``before``), ``declined`` (1 or 0; NaN where a value is unknown) and ``counts`` (1 where it is a
        decline of its own).
    """
    import pandas as pd

    series = [frame.reindex(own_growth.index) for frame in bonds.periods]
    steps = list(zip(series[1:], series[:-1], strict=True))
    wallet = _grow(series, "wallet")
    people = [before["people_reached"] - now["people_reached"] for before, now in steps]
    lost = [1 - now["share_of_wallet"] / before["share_of_wallet"] for before, now in steps]
    growth = (1 + own_growth) ** (settings.period_months / 12) - 1
    behind = [growth - (now["revenue_ltm"] / before["revenue_ltm"].where(before["revenue_ltm"] > 0) - 1) for before, now in steps]
    whole = (1 + growth) ** settings.periods - 1
    frames = {
        "people_reached": _judge(people, _fewer(bonds.people, settings).reindex(own_growth.index), series, "people_reached"),
        "share_of_wallet": _judge(
            lost,
            _at_least(_grow(series, "share_of_wallet") * -1, settings.share_of_wallet) & _falls(bonds, wallet, settings),
            series,
            "share_of_wallet",
        ),
        "revenue": _judge(behind, _falls(bonds, whole, settings), behind).assign(
            before=float("nan"), now=_grow(series, "revenue_ltm") - whole
        ),
    }
    long = pd.concat(frames, names=["measure"]).reset_index().sort_values(["account_id", "measure"], ignore_index=True)
    return long.assign(counts=_count_once(long, _at_least(wallet, settings.wallet_growth)))[
        ["account_id", "measure", "before", "now", "declined", "counts"]
    ]


def weigh_change(lost: "pd.Series[float]", gained: "pd.Series[float]") -> "pd.Series[float]":
    """Return how likely it is that so many are lost, and so few gained, where losing and gaining are as likely.

    Examples
    --------
    >>> import pandas as pd
    >>> weigh_change(pd.Series([3.0, 2.0]), pd.Series([0.0, 2.0])).tolist()
    [0.125, 0.6875]
    """
    import pandas as pd

    pairs = zip(lost.fillna(0), gained.fillna(0), strict=True)
    chances = [_toss(int(one), int(other)) if one > 0 else 1.0 for one, other in pairs]
    return pd.Series(chances, lost.index, dtype=float)


@cache
def _toss(heads: int, tails: int) -> float:
    """Return how likely so many tosses of a coin have at least so many heads."""
    tosses = heads + tails
    return float(sum(comb(tosses, each) for each in range(heads, tosses + 1)) / 2**tosses)


def judge_disintegration(declines: "pd.DataFrame", index: "pd.Index[str]", settings: Disintegrating) -> "pd.Series[float]":
    """Return 1 where enough independent declines are found, 0 where enough is known and they are not, else NaN.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.scoring.stages import Stages
    >>> found = pd.DataFrame({"account_id": ["A", "A", "B"], "declined": [1.0, 1.0, 1.0], "counts": [1.0, 1.0, 1.0]})
    >>> judge_disintegration(found, pd.Index(["A", "B"]), Stages.load().disintegrating).tolist()
    [1.0, nan]
    """
    by_account = declines.groupby("account_id")
    count = by_account["counts"].sum().reindex(index)
    known = by_account["declined"].count().reindex(index)
    return (count >= settings.least_declines).astype(float).where(known >= settings.least_declines)


def _at_least(value: "pd.Series[float]", least: float) -> "pd.Series[bool]":
    return value.round(9) >= least


def _grow(series: "list[pd.DataFrame]", name: str) -> "pd.Series[float]":
    """Return the growth of a value from the first period to now; that of the wallet is what revenue and share imply."""
    first, last = (
        frame["revenue_ltm"] / frame["share_of_wallet"] if name == "wallet" else frame[name] for frame in (series[-1], series[0])
    )
    return last / first.where(first > 0) - 1


def _fewer(people: "pd.DataFrame", settings: Disintegrating) -> "pd.Series[bool]":
    return weigh_change(people["lost"], people["gained"]) <= settings.people_chance


def _falls(bonds: Bonds, growth: "pd.Series[float]", settings: Disintegrating) -> "pd.Series[bool]":
    """Tell whether revenue fell behind what it was, grown so much, by more than its months swing."""
    import pandas as pd

    if bonds.now.empty:
        return pd.Series(False, index=growth.index)
    before = (1 + growth.reindex(bonds.now.index)).to_numpy()[:, None] * bonds.before.to_numpy()
    swings = pd.Series(weigh_shortfall(bonds.now.to_numpy(), before), bonds.now.index)
    return (swings <= -settings.swings).reindex(growth.index, fill_value=False)


def _judge(steps: "list[pd.Series[float]]", is_clear: "pd.Series[bool]", values: "list[Any]", name: str = "") -> "pd.DataFrame":
    """Put together what declined: in no period the other way, and clearly; NaN where a value is unknown."""
    import pandas as pd

    values = [value[name] for value in values] if name else values
    known = pd.concat(values, axis=1).notna().all(axis=1)
    held = pd.concat([_at_least(step, 0) for step in steps], axis=1).all(axis=1) & is_clear
    return pd.DataFrame({"before": values[-1], "now": values[0], "declined": held.astype(float).where(known)})


def _count_once(declines: "pd.DataFrame", is_larger: "pd.Series[bool]") -> "pd.Series[float]":
    revenue = declines[(declines["measure"] == "revenue") & (declines["declined"] == 1)]["account_id"]
    same = declines["account_id"].isin(revenue) & ~declines["account_id"].map(is_larger).astype(bool)
    return declines["declined"].mask((declines["measure"] == "share_of_wallet") & same, 0.0)

"""Disintegrating: independent declines of a relationship, each held over several periods."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.indicators import measure_bonds
from kamnb.scoring.stages import Disintegrating

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("people_reached", "share_of_wallet", "revenue")
"""What may decline; revenue is held against the customer's own growth."""


def trace_bonds(portfolio: Portfolio, indicators: "pd.DataFrame", settings: Disintegrating) -> "list[pd.DataFrame]":
    """Measure the bonds of every account one period earlier each, after those of now, which `indicators` hold.

    Returns
    -------
    list of DataFrame
        One more than there are periods; an account that was not there then is not in its frame.
    """
    import pandas as pd

    today = pd.Timestamp(portfolio.as_of)
    days = [(today - pd.DateOffset(months=settings.period_months * number)).date() for number in range(1, settings.periods + 1)]
    return [indicators, *(measure_bonds(portfolio.at(day)) for day in days)]


def find_declines(bonds: "list[pd.DataFrame]", own_growth: "pd.Series[float]", settings: Disintegrating) -> "pd.DataFrame":
    """Say of every account which of its bonds declined in every period.

    A share of wallet that falls while the wallet stays as stated is the decline of revenue once more, so it does not
    count beside it.

    Parameters
    ----------
    bonds : list of DataFrame
        As `trace_bonds` returns them.
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

    series = [frame.reindex(own_growth.index) for frame in bonds]
    steps = list(zip(series[1:], series[:-1], strict=True))
    people = [before["people_reached"] - now["people_reached"] >= settings.people_reached for before, now in steps]
    lost = [1 - now["share_of_wallet"] / before["share_of_wallet"] for before, now in steps]
    growth = (1 + own_growth) ** (settings.period_months / 12) - 1
    behind = [growth - (now["revenue_ltm"] / before["revenue_ltm"].where(before["revenue_ltm"] > 0) - 1) for before, now in steps]
    gap = series[0]["revenue_ltm"] / series[-1]["revenue_ltm"].where(series[-1]["revenue_ltm"] > 0)
    frames = {
        "people_reached": _judge(people, [frame["people_reached"] for frame in series]),
        "share_of_wallet": _judge(
            [_at_least(each, settings.share_of_wallet) for each in lost], [frame["share_of_wallet"] for frame in series]
        ),
        "revenue": _judge([_at_least(each, settings.revenue) for each in behind], behind).assign(
            before=float("nan"), now=gap - (1 + growth) ** settings.periods
        ),
    }
    long = pd.concat(frames, names=["measure"]).reset_index().sort_values(["account_id", "measure"], ignore_index=True)
    return long.assign(counts=_count_once(long, _is_restated(series)))[
        ["account_id", "measure", "before", "now", "declined", "counts"]
    ]


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


def _judge(declines: "list[pd.Series[bool]]", values: "list[pd.Series[float]]") -> "pd.DataFrame":
    """Put together what declined in every period, NaN where a value is unknown, with the first and the last value."""
    import pandas as pd

    known = pd.concat(values, axis=1).notna().all(axis=1)
    held = pd.concat(declines, axis=1).all(axis=1).astype(float).where(known)
    return pd.DataFrame({"before": values[-1], "now": values[0], "declined": held})


def _is_restated(series: "list[pd.DataFrame]") -> "pd.Series[bool]":
    """Tell whether the wallet behind the share was stated anew between the first period and now."""
    first, last = (frame["revenue_ltm"] / frame["share_of_wallet"] for frame in (series[-1], series[0]))
    return (first / last - 1).abs() > 1e-6


def _count_once(declines: "pd.DataFrame", is_restated: "pd.Series[bool]") -> "pd.Series[float]":
    revenue = declines[(declines["measure"] == "revenue") & (declines["declined"] == 1)]["account_id"]
    same = declines["account_id"].isin(revenue) & ~declines["account_id"].map(is_restated).astype(bool)
    return declines["declined"].mask((declines["measure"] == "share_of_wallet") & same, 0.0)

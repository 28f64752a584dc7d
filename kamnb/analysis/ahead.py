"""Where accounts would stand in a year if only their sales moved, as the forecast expects: the last leg of their way."""

from typing import TYPE_CHECKING

from kamnb.analysis.measuring import Scored
from kamnb.scoring import gather_rivals, score_accounts

if TYPE_CHECKING:
    import pandas as pd

SALES = (
    "revenue_ltm", "revenue_prior", "revenue_growth", "relative_growth", "margin_ltm",
    "share_of_wallet", "share_of_wallet_low", "share_of_wallet_high",
)  # fmt: skip
"""Indicators that move with our own sales alone; all others, ratings, wallets and the customer's own growth stay."""


def score_ahead(scored: Scored, forecast: "pd.DataFrame") -> "pd.DataFrame":
    """Score every account of which revenue is forecast as it would be in a year: what is unknown stays so.

    Parameters
    ----------
    scored : Scored
    forecast : DataFrame
        ``revenue``, ``low`` and ``high`` of the next twelve months: ``accounts`` of `kamnb.planning.forecast.Forecast`.

    Returns
    -------
    DataFrame
        Indexed as `forecast`, without accounts that bought nothing in the last twelve months: ``attractiveness``, ``strength``
        and ``quadrant`` (of the model) as expected, ``quadrant_low`` and ``quadrant_high`` at the ends of the interval; None is
        unknown.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> analysis = open_analysis(str(data_folder() / "sample"))
    >>> found = score_ahead(analysis, analysis.forecast.accounts)
    >>> analysis.scores.loc["0012406", "quadrant"], *found.loc["0012406", ["quadrant_low", "quadrant", "quadrant_high"]]
    ('streamline', 'streamline', 'status', 'status')
    """
    bought = scored.indicators["revenue_ltm"].reindex(forecast.index)
    ahead = forecast[bought > 0]
    found = {name: _score(scored, ahead[name]) for name in ("revenue", "low", "high")}
    ends = {
        f"quadrant_{name}": found[name]["quadrant"].astype(object).where(ahead[name].notna(), None) for name in ("low", "high")
    }
    return found["revenue"][["attractiveness", "strength", "quadrant"]].assign(**ends)


def project_sales(indicators: "pd.DataFrame", revenue: "pd.Series[float]") -> "pd.DataFrame":
    """Return the indicators of `SALES` in a year, if the next twelve months bring this revenue at the margin of today.

    Examples
    --------
    >>> import pandas as pd
    >>> today = pd.DataFrame(dict.fromkeys(SALES, 0.2), index=["A"]).assign(revenue_ltm=100.0, own_growth=0.04)
    >>> moved = project_sales(today, pd.Series({"A": 110.0})).loc["A"].round(9)
    >>> moved[["revenue_growth", "relative_growth", "share_of_wallet"]].tolist()
    [0.1, 0.06, 0.22]
    """
    today = indicators.loc[revenue.index]
    times = revenue / today["revenue_ltm"]
    moved = today[[*SALES]].mul(times, axis=0).assign(revenue_prior=today["revenue_ltm"], revenue_growth=times - 1)
    moved["relative_growth"] = moved["revenue_growth"] - today["own_growth"]
    return moved.where(today[[*SALES]].notna())


def _score(scored: Scored, revenue: "pd.Series[float]") -> "pd.DataFrame":
    facts, criteria = scored.facts.loc[revenue.index].copy(), scored.criteria
    moved = project_sales(scored.indicators, revenue)
    for _, each in criteria.listed():
        if each.source == "indicator" and each.measures in SALES:
            facts[each.name] = moved[each.measures].where(facts[each.name].notna())
    rivals = gather_rivals(scored.portfolio, criteria) if criteria.strength_mode == "relative" else None
    return score_accounts(facts, criteria, rivals, scored.relationship.accounts.loc[revenue.index])

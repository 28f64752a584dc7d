"""The value that each criterion scores, whatever it is taken from."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from kamnb.data.losses import find_lost, hide_lost
from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.errors import SettingsError
from kamnb.indicators import INDICATORS
from kamnb.scoring.criteria import Criteria, Criterion
from kamnb.scoring.ratings import rate_accounts

if TYPE_CHECKING:
    import pandas as pd


@answer_once
def gather_facts(portfolio: Portfolio, indicators: "pd.DataFrame", criteria: Criteria) -> "pd.DataFrame":
    """Return the raw value of every criterion for every account.

    Parameters
    ----------
    portfolio : Portfolio
    indicators : DataFrame
        As `kamnb.indicators.measure_accounts` returns them.
    criteria : Criteria

    Returns
    -------
    DataFrame
        Indexed as `indicators`; one column per criterion. NaN is unknown; where only a lower bound is known it counts if the
        points are the same however much more it is.

    Raises
    ------
    SettingsError
        If a criterion names a column of accounts that is not there or not numeric; all at once.
    """
    import pandas as pd

    listed = [criterion for _, criterion in criteria.listed()]
    _require_columns(portfolio, listed)
    ratings = rate_accounts(portfolio)
    own = ratings[ratings.index.get_level_values("competitor") == ""].droplevel("competitor")
    sources: dict[str, Any] = {"indicator": indicators, "ratings": own, "accounts": _columns(portfolio, listed)}
    values = {each.name: _take(sources[each.source], each.measures, indicators.index) for each in listed}
    values |= {each.name: _fill_beyond(values[each.name], each, indicators) for each in listed if _is_bounded(each)}
    needs = {each.name: (each.source,) for each in listed if each.source in ("ratings", "accounts")}
    return hide_lost(portfolio, pd.DataFrame(values, index=indicators.index), needs)


@answer_once
def gather_rivals(portfolio: Portfolio, criteria: Criteria) -> "pd.DataFrame":
    """Return competitors' ratings: indexed by account and competitor, one column per rated criterion of the strength axis."""
    ratings = rate_accounts(portfolio)
    accounts, names = (ratings.index.get_level_values(level) for level in ("account_id", "competitor"))
    rivals = ratings[(names != "") & ~accounts.isin(find_lost(portfolio, "ratings"))]
    rated = {each.measures: each.name for axis, each in criteria.listed() if axis == "strength" and each.source == "ratings"}
    return rivals.reindex(columns=list(rated)).rename(columns=rated)


def _is_bounded(criterion: Criterion) -> bool:
    return criterion.source == "indicator" and bool(criterion.anchors and INDICATORS[criterion.measures].at_least)


def _fill_beyond(values: "pd.Series[float]", criterion: Criterion, indicators: "pd.DataFrame") -> "pd.Series[float]":
    """Take the lower bound of what is unknown where it lies beyond the last anchor."""
    bound = indicators[INDICATORS[criterion.measures].at_least]
    return values.fillna(bound.where(bound >= criterion.anchors[-1][0]))


def _take(frame: "pd.DataFrame", column: str, index: "pd.Index[str]") -> "pd.Series[float]":
    return frame.reindex(index=index, columns=[column])[column].astype(float)


def _columns(portfolio: Portfolio, listed: list[Criterion]) -> "pd.DataFrame":
    names = sorted({each.measures for each in listed if each.source == "accounts"})
    return portfolio.read("accounts").drop_duplicates("account_id").set_index("account_id")[names]


def _require_columns(portfolio: Portfolio, listed: list[Criterion]) -> None:
    numeric = {name for name, kind in portfolio.further.items() if kind == "number"} | {"annual_spend", "own_growth"}
    wrong = [each for each in listed if each.source == "accounts" and each.measures not in numeric]
    if wrong:
        raise SettingsError([_say_missing(each, sorted(numeric)) for each in wrong], "nothing was scored")


def _say_missing(criterion: Criterion, numeric: list[str]) -> str:
    close = get_close_matches(criterion.measures, numeric, n=1)
    hint = f'; did you mean "accounts.{close[0]}"?' if close else f"; these are: {', '.join(numeric)}"
    return f'criteria: {criterion.name} is from "accounts.{criterion.measures}", which is no numeric column of accounts{hint}'

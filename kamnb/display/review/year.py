"""The year of the portfolio as a picture: the accounts with a target, against it and the forecast."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.running_year import compose_year, show_year
from kamnb.display.parts.formats import write_amount
from kamnb.display.parts.pictures import Picture
from kamnb.display.parts.sentences import Prose, count_of
from kamnb.display.portfolio.targets import take_aimed


def picture_year(analysis: Analysis) -> Picture | None:
    """Draw revenue of the year added up, against target and forecast; None where nothing is known of it.

    Where targets are given it is that of the accounts that have one, so that all lines are of the same accounts.
    """
    accounts, _ = _choose(analysis)
    months = analysis.months[analysis.months.index.get_level_values("account_id").isin(accounts)]
    year = compose_year(analysis, months["revenue"].groupby(level="month").sum(), _add_up(analysis, accounts))
    return None if year is None else show_year(year, currency=analysis.currency)


def say_left_out(analysis: Analysis) -> Prose | None:
    """Say how much revenue of the year is not in the picture, for its months are unknown; None where all is in it."""
    accounts, left = _choose(analysis)
    if left.empty or accounts.empty:
        return None
    money = write_amount(analysis.plan_facts.loc[left, "revenue_ytd"].sum(), analysis.currency)
    return Prose(f"Not drawn: {count_of(len(left), 'account')} whose months are not all known, {money} to date.")


def _choose(analysis: Analysis) -> "tuple[pd.Index[str], pd.Index[str]]":
    """Return the accounts that are drawn, and those with revenue to date that cannot be, for their months are unknown."""
    aimed = take_aimed(analysis)
    known = analysis.plan_facts["revenue_ytd"].dropna().index
    wanted = aimed.index if len(aimed) else known
    drawn = wanted.isin(analysis.months.index.get_level_values("account_id").unique())
    sold = analysis.plan_facts.loc[wanted, "revenue_ytd"].to_numpy() != 0
    return wanted[drawn], wanted[~drawn & sold]


def _add_up(analysis: Analysis, accounts: "pd.Index[str]") -> "pd.Series[float]":
    """Add up the facts of the year; a forecast only where every account has one."""
    facts = analysis.plan_facts.loc[accounts]
    sums = facts[["revenue_ytd", "target_year", "target_to_date", "rest_last_year"]].sum(min_count=1)
    both: pd.Series[float] = pd.concat([sums, facts[["forecast_year"]].sum(min_count=1, skipna=False)])
    return both

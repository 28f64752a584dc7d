"""How the year stands against targets and forecasts."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import COUNT, TEXT, in_unit, write_amount
from kamnb.display.parts.sentences import Prose, count_of
from kamnb.display.parts.tables import Table, show_table

MANAGERS = 8
"""Account managers that the table shows; how many more there are is said."""


def say_gap(analysis: Analysis) -> Prose:
    """Say how revenue of the year to date stands to its targets, over the accounts that have one."""
    facts = take_aimed(analysis)
    if facts.empty:
        return Prose("No targets are given for the year, so the gap to target is unknown.")
    gap = facts["revenue_ytd"].sum() - facts["target_to_date"].sum()
    behind = int((facts["gap_to_target"] < 0).sum())
    of = f"{behind} of {count_of(len(facts), 'account')} with a target {'is' if behind == 1 else 'are'} behind"
    where = "ahead of" if gap >= 0 else "behind"
    return Prose(f"{write_amount(abs(gap), analysis.currency)} {where} target to date; {of}.")


def tabulate_gaps(analysis: Analysis) -> Table | None:
    """Put year to date, target and forecast by account manager in a table, the largest gap first; None without targets."""
    facts = take_aimed(analysis)
    if facts.empty:
        return None
    managers = analysis.manager_names.reindex(facts.index).fillna("no manager")
    sums = facts.assign(accounts=1.0).groupby(managers)[["accounts", *_AIMED]].sum(min_count=1).rename_axis("manager")
    forecast = facts["forecast_year"].notna().groupby(managers).all()
    sums["forecast_year"] = sums["forecast_year"].where(forecast)
    shown = sums.reset_index().sort_values(["gap_to_target", "manager"], ignore_index=True)
    money = in_unit(analysis.currency)
    signed = in_unit(analysis.currency, sign=True)
    formats = {"manager": TEXT, "accounts": COUNT, "revenue_ytd": money, "gap_to_target": signed, "target_year": money}
    formats |= {"forecast_year": money}
    heads = {
        "manager": "Account manager", "revenue_ytd": "Year to date", "gap_to_target": "Gap to date",
        "target_year": "Target of the year", "forecast_year": "Forecast of the year",
    }  # fmt: skip
    more = f"{count_of(len(shown) - MANAGERS, 'more manager')} not shown. " if len(shown) > MANAGERS else ""
    unknown = "" if forecast.all() else "A dash: not every account has a forecast."
    rows = shown[list(formats)].head(MANAGERS)
    return show_table(rows, "", formats, heads=heads, note=f"{more}{unknown}".strip())


_AIMED = ["revenue_ytd", "target_to_date", "gap_to_target", "target_year", "forecast_year"]


def take_aimed(analysis: Analysis) -> pd.DataFrame:
    """Return year to date, target and forecast of the accounts of which both revenue and a target to date are known."""
    facts = analysis.plan_facts[_AIMED]
    return facts[facts["gap_to_target"].notna() & (facts["target_to_date"] > 0)]

"""The portfolio as a whole: how concentrated it is, how it moves, who earns."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.matrix.matrix import frame_matrix
from kamnb.display.parts.formats import CHANGE, SHARE, TEXT, in_unit, is_known, write_amount, write_date
from kamnb.display.parts.losses import list_losses
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_words, say_trend, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.concentration import describe_concentration, plot_concentration, tabulate_concentration
from kamnb.display.portfolio.months import describe_months, plot_months
from kamnb.display.portfolio.months import tabulate_months as tabulate
from kamnb.planning.profit import COSTS

SHOWN = 10
"""Rows of a table of accounts."""


def say_portfolio(analysis: Analysis) -> Prose:
    """Say how many accounts there are, and what they bought in twelve months against the twelve before."""
    count = f"{count_of(len(analysis.accounts), 'account')} as of {write_date(analysis.as_of)}."
    years = analysis.indicators[["revenue_ltm", "revenue_prior"]]
    now, before = years.sum(min_count=1)
    known = analysis.indicators["revenue_ltm"].notna().sum()
    unknown = len(analysis.accounts) - known
    of = (
        f"Of {count_of(int(unknown), 'account')} revenue is unknown; {'it is' if unknown == 1 else 'they are'} in no total."
        if known and unknown
        else ""
    )
    trend = say_trend(
        "Revenue", now, before, currency=analysis.currency, reason=_find_reason(analysis, "revenue_ltm", "revenue_prior")
    )
    both = years.dropna()
    if is_known(now) and is_known(before) and len(both) < years.notna().any(axis=1).sum():  # not the same accounts in both sums
        alike = say_trend("Revenue", *both.sum(min_count=1), currency=analysis.currency)
        of = f"{of} Of the {count_of(len(both), 'account')} known in both years: {alike[:1].lower()}{alike[1:]}".lstrip()
        trend = Prose(f"Revenue of the last twelve months is {write_amount(now, analysis.currency)}.")
    return write_paragraph(count, trend, of, *list_losses(analysis.portfolio, analysis.currency, analysis.names))


def picture_concentration(analysis: Analysis) -> Picture:
    """Draw the share of revenue of each account, largest first."""
    frame = frame_matrix(analysis)
    return show_figure(plot_concentration(frame), describe_concentration(frame))


def tabulate_largest(analysis: Analysis) -> Table | Prose:
    """Put the largest accounts with their shares in a table; say why where no revenue is known."""
    if reason := _find_reason(analysis, "revenue_ltm"):
        return Prose(f"Which accounts are the largest is unknown: {reason}.")
    return tabulate_concentration(frame_matrix(analysis), currency=analysis.currency, top=SHOWN)


def picture_months(analysis: Analysis) -> Picture:
    """Draw revenue of all accounts by month."""
    months = _add_months(analysis)
    return show_figure(plot_months(months, currency=analysis.currency), describe_months(months, currency=analysis.currency))


def tabulate_months(analysis: Analysis) -> Table | Prose:
    """Put revenue of all accounts by month in a table; say why where no month is known."""
    if analysis.months.empty:
        return Prose(f"Revenue by month is unknown: {_find_reason(analysis, 'revenue_ltm')}.")
    return tabulate(_add_months(analysis), currency=analysis.currency)


def tabulate_movers(analysis: Analysis) -> Table | Prose:
    """Put the accounts whose revenue changed most in a table; say why where no change is known."""
    if reason := _find_reason(analysis, "revenue_ltm", "revenue_prior"):
        return Prose(f"How the revenue of accounts changed is unknown: {reason}.")
    facts = _labelled(analysis)
    change = facts["revenue_ltm"] - facts["revenue_prior"]
    order = facts.assign(change=change, size=change.abs()).dropna(subset="change")
    order = order.sort_values(["size", "account_id"], ascending=[False, True]).head(SHOWN)
    money = in_unit(analysis.currency)
    signed = in_unit(analysis.currency, sign=True)
    formats = {"Account": TEXT, "revenue_ltm": money, "revenue_prior": money, "change": signed, "revenue_growth": CHANGE}
    heads = {"revenue_prior": "Twelve months before", "revenue_growth": "Growth"}
    return show_table(order[list(formats)].reset_index(drop=True), "Largest changes of revenue", formats, heads=heads)


def tabulate_earners(analysis: Analysis) -> Table | Prose:
    """Put the largest accounts with margin and what is left after serving them in a table; say why where no cost is known."""
    if all(name in analysis.absences for name in COSTS):
        unknown = join_words([f"{words} ({analysis.absences[name]})" for name, words in COSTS.items()])
        return Prose(f"What accounts earn is unknown, and so are {unknown}.")
    facts = _labelled(analysis).sort_values(["revenue_ltm", "account_id"], ascending=[False, True]).head(SHOWN)
    money = in_unit(analysis.currency)
    formats = {"Account": TEXT, "revenue_ltm": money, "gross_margin": SHARE, "margin_ltm": money}
    formats |= {"cost_to_serve_ltm": money, "cost_of_credit": money, "net_profit": money}
    heads = {
        "gross_margin": "Margin share",
        "margin_ltm": "Gross margin",
        "cost_to_serve_ltm": "Cost to serve",
        "net_profit": "Net account profit",
    }
    return show_table(
        facts[list(formats)].reset_index(drop=True), "Who earns: the largest accounts, twelve months", formats, heads=heads
    )


def _find_reason(analysis: Analysis, *names: str) -> str:
    """Return why the first of these indicators that is unknown for all accounts is; nothing where none is."""
    return next((analysis.absences[name] for name in names if name in analysis.absences), "")


def _labelled(analysis: Analysis) -> pd.DataFrame:
    return analysis.plan_facts.assign(Account=label_accounts(analysis.names, 40)).rename_axis("account_id")


def _add_months(analysis: Analysis) -> pd.DataFrame:
    return analysis.months.groupby(level="month")[["revenue"]].sum()

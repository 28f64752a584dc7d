"""Revenue of the next twelve months beside what managers forecast and targets ask for, and how often such intervals held."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import TEXT, Format, in_unit, is_known, write_amount, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning.forecast import AHEAD, TOTAL

SHOWN = 15
"""Accounts of the table, those with most revenue ahead."""


def say_ahead(analysis: Analysis) -> Prose:
    """Say what is expected of all accounts, how it is found, and how often intervals like these held a year ago."""
    forecast, currency = analysis.forecast, analysis.currency
    if forecast.accounts.empty:
        return Prose(f"No forecast: {forecast.reason}.")
    total, spread = forecast.look_ahead(TOTAL, AHEAD)
    ends = [write_amount(amount, currency) for amount in (total, total - spread, total + spread)]
    between = f", between {ends[1]} and {ends[2]}" if is_known(spread) else ""
    whom = f"Of {count_of(len(forecast.accounts), 'account')} that bought in two years"
    how = [f"{method} of {number}" for method, number in forecast.accounts["method"].value_counts().items()]
    errors = join_words([f"{method} {write_share(error)}" for method, error in forecast.errors.items()])
    missed = f"A year ago they would have missed a year's revenue on average by: {errors}." if errors else ""
    expected = f"{whom} {ends[0]} is expected in the next twelve months{between}."
    return write_paragraph(expected, f"Found by {join_words(how)}.", missed, _say_held(analysis))


def _say_held(analysis: Analysis) -> str:
    forecast = analysis.forecast
    lack = f"{forecast.reason[:1].upper()}{forecast.reason[1:]}." if forecast.reason else ""
    if not is_known(forecast.reached):
        return lack
    held = [round(share * forecast.tried) for share in (forecast.reached, forecast.nominal)]
    asked = f"Intervals are to hold {write_share(forecast.coverage)} of the accounts."
    reached = f"As of a year ago they would have held {held[0]} of {forecast.tried}, each as wide as the errors of the others ask"
    alone = f"as the method alone gives them, {held[1]}."
    return f"{asked} {reached}; {alone} Only one year was tried: what moves all accounts alike may be more. {lack}".strip()


def tabulate_ahead(analysis: Analysis) -> Table | Prose:
    """Put the next twelve months of the largest accounts in a table, and beside them what the year is said to bring."""
    accounts = analysis.forecast.accounts
    if accounts.empty:
        return Prose("Nothing is forecast.")
    shown = accounts.sort_values("revenue", ascending=False, kind="stable").head(SHOWN).join(analysis.plan_facts[list(_FACTS)])
    money = in_unit(analysis.currency)
    ends = [_end_year(analysis, str(account)) for account in shown.index]
    rows = pd.DataFrame(
        {
            "Account": label_accounts(analysis.names, 28).reindex(shown.index).to_numpy(),
            "Last 12 months": shown["revenue_ltm"].to_numpy(),
            "Next 12": shown["revenue"].to_numpy(),
            "between": [_write_ends(*pair, money) for pair in zip(shown["low"], shown["high"], strict=True)],
            "this year ends between": [_write_ends(*pair, money) for pair in ends],
            "manager": shown["forecast_year"].to_numpy(),
            "target": shown["target_year"].to_numpy(),
            "against the run rate": [
                _say_against(*pair, row["forecast_year"], row["target_year"])
                for pair, row in zip(ends, shown.to_dict("records"), strict=True)
            ],
        }
    )
    formats = {str(name): money if name in ("Last 12 months", "Next 12", "manager", "target") else TEXT for name in rows}
    more = len(accounts) - len(rows)
    rule = f"All of it: the {write_share(analysis.forecast.coverage)} interval in which this year is expected to end."
    note = f"{rule} {count_of(more, 'smaller account')} not shown." if more else rule
    return show_table(rows, "Revenue ahead, and what is said of the year", formats, note=note)


_FACTS = ("revenue_ltm", "revenue_ytd", "forecast_year", "target_year")


def say_year_end(analysis: Analysis, account_id: str) -> Prose | None:
    """Say between what the run rate ends the year, where the manager's forecast or the target lies outside; else None.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> say_year_end(open_analysis(str(data_folder() / "sample")), "0011502")
    By what was invoiced the year ends between EUR ... (80 % interval): the manager's forecast of EUR 280 k and the target of EUR
    298 k are below all of it.
    """
    low, high = _end_year(analysis, account_id)
    facts, currency = analysis.plan_facts.loc[account_id], analysis.currency
    stated = {"manager's forecast": facts["forecast_year"], "target": facts["target_year"]}
    outside: dict[str, list[str]] = {}
    for name, amount in stated.items():
        if is_known(high) and is_known(amount) and not low <= amount <= high:
            outside.setdefault("above" if amount > high else "below", []).append(
                f"the {name} of {write_amount(amount, currency)}"
            )
    said = [f"{join_words(names)} {'is' if len(names) == 1 else 'are'} {side} all of it" for side, names in outside.items()]
    if not said:
        return None
    between = f"{write_amount(low, currency)} and {write_amount(high, currency)}"
    interval = f"({write_share(analysis.forecast.coverage)} interval)"
    return Prose(f"By what was invoiced the year ends between {between} {interval}: {join_words(said)}.")


def _end_year(analysis: Analysis, account: str) -> tuple[float, float]:
    """Return between what the fiscal year is expected to end; NaN is not known."""
    day, first = pd.Timestamp(analysis.as_of), analysis.portfolio.fiscal_year_start
    months = (pd.Timestamp(day.year + (day.month >= first), first, 1) - day).days / 30.4375
    ahead, spread = analysis.forecast.look_ahead(account, months)
    so_far = float(analysis.plan_facts["revenue_ytd"][account])
    return so_far + max(ahead - spread, 0.0), so_far + ahead + spread


def _write_ends(low: float, high: float, money: Format) -> str:
    return f"{money(low)} to {money(high)}" if is_known(low) and is_known(high) else "not known"


def _say_against(low: float, high: float, forecast: float, target: float) -> str:
    """Say what of the manager's forecast and the target lies outside what the months so far let expect."""
    said = []
    for name, amount in (("forecast", forecast), ("target", target)):
        if is_known(high) and is_known(amount) and not low <= amount <= high:
            said.append(f"{name} {'above' if amount > high else 'below'} all of it")
    return "; ".join(said)

"""What lies ahead of an account: its open deals, and what the budget asks for."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import DATE, SHARE, TEXT, Format, in_unit, is_known, write_amount, write_share
from kamnb.display.parts.losses import say_unlisted
from kamnb.display.parts.sentences import Prose, count_of, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan

SHOWN = 6
"""Deals shown; how many more there are is said."""

_DATED = Format(str, numeric=False, wraps=False)


def tabulate_pipeline(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put the open deals in a table; one that was expected before the day is marked."""
    deals = plan.tables.get("pipeline")
    if deals is None or deals.empty:
        return None
    dates = zip(deals["expected_close"], deals["is_past_due"], strict=True)
    shown = deals.assign(expected_close=pd.Series([_date(*each) for each in dates], index=deals.index, dtype=object)).head(SHOWN)
    money = in_unit(plan.currency)
    formats: dict[str, Format] = {
        "offering": TEXT, "stage": TEXT, "amount": money, "probability": SHARE, "weighted": money, "expected_close": _DATED,
    }  # fmt: skip
    filled = {name: form for name, form in formats.items() if shown[name].notna().any()}
    more = f"{count_of(len(deals) - SHOWN, 'more row')} not shown." if len(deals) > SHOWN else ""
    note = write_paragraph(more, say_unlisted(analysis.losses, plan.account_id, "opportunities"))
    return show_table(shown[list(filled)], "Open deals", filled, note=note)


def _date(day: object, is_past: object) -> str | None:
    if not is_known(day):
        return None
    return f"{DATE(day)} (past)" if is_known(is_past) and is_past else DATE(day)


def say_budget(plan: AccountPlan) -> Prose | None:
    """Say what the budget of the fiscal year is, and what was invoiced in the year before; None where there is no budget."""
    facts = plan.facts
    if not is_known(facts["budget_year"]):
        return None
    budget = f"The budget of the fiscal year is {write_amount(facts['budget_year'], plan.currency)}"
    if not is_known(facts["revenue_last_year"]):
        return Prose(f"{budget}; what was invoiced in the year before is unknown.")
    change = f", {write_share(facts['budget_growth'], sign=True)}" if is_known(facts["budget_growth"]) else ""
    return Prose(
        f"{budget}{change} on the {write_amount(facts['revenue_last_year'], plan.currency)} invoiced in the year before."
    )

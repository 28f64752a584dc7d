"""The indicators, each declared once: what it means, how it is computed, what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Covers = Literal["", "some of twelve months", "twelve months", "two years", "year to date"]


@dataclass(frozen=True)
class Indicator:
    """A fact about an account.

    Attributes
    ----------
    name : str
        Its column in the table of indicators.
    meaning, formula : str
        In words a sales person reads; (d) marks a number of ``indicators.toml``.
    unit : str
        "money" (of the reporting currency), "fraction", "days", "months", "quarters", "years", "count" or "index".
    direction : {"up", "down", "neither"}
        Which way is good for us.
    window : str
        The days it looks at.
    needs : tuple of str
        Tables, or columns as ``table.column``; " or " joins alternatives.
    empty : str
        What an account without rows, or an empty denominator, gets.
    covers : str
        The window that the dates of the invoices must reach over; else the indicator is absent for all.
    """

    name: str
    meaning: str
    formula: str
    unit: str
    direction: Literal["up", "down", "neither"]
    window: str
    needs: tuple[str, ...]
    empty: str
    covers: Covers = ""


_LTM = "last twelve months"
_TWO_YEARS = "last 24 months"
_STATED = "as last stated"
_TODAY = "the day"
_SOLD: Covers = "some of twelve months"
_UNPAID = "open_items or invoices.paid_date"
_REACHED = ("contacts", "interactions.contact_id", "interactions.channel or interactions.initiated_by")
_NO_INVOICE = "no invoice: 0"

_DECLARED = (
    Indicator(
        "annual_spend",
        "what the customer buys per year of what we could sell",
        "as given in the master data",
        "money", "up", _STATED, ("accounts.annual_spend",), "not given: unknown",
    ),
    Indicator(
        "accessible_spend",
        "what it spends per year on what we could sell: it says how large its potential is",
        "annual_spend, else the likely wallet of share_of_wallet",
        "money", "up", _STATED, ("accounts.annual_spend or wallet",), "neither given: unknown",
    ),
    Indicator(
        "own_growth",
        "the customer's own yearly growth",
        "as given in the master data",
        "fraction", "up", _STATED, ("accounts.own_growth",), "not given: unknown",
    ),
    Indicator(
        "revenue_ltm",
        "what we invoiced, credit notes off",
        "sum of amount",
        "money", "up", _LTM, ("invoices",), _NO_INVOICE, _SOLD,
    ),
    Indicator(
        "revenue_prior",
        "what we invoiced in the twelve months before those",
        "sum of amount",
        "money", "up", "twelve months before the last twelve", ("invoices",), _NO_INVOICE, "two years",
    ),
    Indicator(
        "revenue_growth",
        "our growth in the account",
        "revenue_ltm / revenue_prior - 1",
        "fraction", "up", _TWO_YEARS, ("invoices",), "revenue_prior not above 0: unknown", "two years",
    ),
    Indicator(
        "relative_growth",
        "our growth in the account less the customer's own: below 0 we lose share",
        "revenue_growth - own_growth",
        "fraction", "up", _TWO_YEARS, ("invoices", "accounts.own_growth"), "either unknown: unknown", "two years",
    ),
    Indicator(
        "revenue_volatility",
        "how much monthly revenue swings about its mean",
        "standard deviation (of the population) / mean of the revenue of 24 months that end on the day, months without "
        "an invoice counting 0",
        "index", "down", _TWO_YEARS, ("invoices",), "mean not above 0: unknown", "two years",
    ),
    Indicator(
        "months_active",
        "months in which the account was invoiced",
        "months, counted back from the day, with a line above 0",
        "months", "up", _LTM, ("invoices",), _NO_INVOICE, _SOLD,
    ),
    Indicator(
        "quarters_active",
        "quarters in which the account was invoiced",
        "quarters, counted back from the day, with a line above 0",
        "quarters", "up", _LTM, ("invoices",), _NO_INVOICE, _SOLD,
    ),
    Indicator(
        "order_regularity",
        "does it still order as often as it used to, by its own rhythm",
        "at most 1: invoice days (a line above 0) / (365 / rhythm); rhythm = median of the days from one invoice day to the "
        "next before the last twelve months",
        "fraction", "up", "last twelve months against all before", ("invoices",), "fewer than 3 (d) gaps before: unknown",
        "twelve months",
    ),
    Indicator(
        "tenure",
        "how long it has been a customer; where it counts from the first invoice, at least so long",
        "(the day - customer_since, or else the first invoice day) / 365.25",
        "years", "up", "all", ("accounts.customer_since or invoices",), "neither known: unknown",
    ),
    Indicator(
        "days_since_invoice",
        "how long ago it was last invoiced, credit notes aside",
        "the day - last invoice day",
        "days", "down", "all", ("invoices",), "never invoiced: unknown", _SOLD,
    ),
    Indicator(
        "gross_margin",
        "what is left of revenue after the cost of goods",
        "margin_ltm / revenue_ltm",
        "fraction", "up", _LTM, ("invoices.cost",), "revenue_ltm not above 0, or margin_ltm unknown: unknown", _SOLD,
    ),
    Indicator(
        "margin_ltm",
        "revenue less the cost of goods",
        "sum of amount - sum of cost, where every line of the account states its cost",
        "money", "up", _LTM, ("invoices.cost",), "no invoice: 0; a line without cost: unknown", _SOLD,
    ),
    Indicator(
        "offerings_bought",
        "how many of our offerings it buys",
        "offerings whose revenue, credit notes off, is above 0",
        "count", "up", _LTM, ("invoices.offering_id",), "no revenue: 0; revenue, but no offering known: unknown", _SOLD,
    ),
    Indicator(
        "offering_concentration",
        "how concentrated its purchases are (Herfindahl): 1 = one offering, 1/n = n offerings alike",
        "sum over the offerings bought of (revenue / their revenue)²; offerings at or below 0 are left out",
        "index", "down", _LTM, ("invoices.offering_id",), "no offering bought: unknown", _SOLD,
    ),
    Indicator(
        "share_of_wallet",
        "our part of what it spends on what we could sell; above 1 the wallet is stated too low",
        "revenue_ltm / likely wallet of the latest year not after that of the day, as last stated: offerings add up unless a row "
        "without offering states the whole; rows that differ by competitor repeat the wallet, the largest counts",
        "fraction", "up", "last twelve months, latest wallet", ("invoices", "wallet"), "no wallet above 0: unknown", _SOLD,
    ),
    Indicator(
        "share_of_wallet_low",
        "our share if the wallet is as large as it may be",
        "revenue_ltm / high end of the wallet, where every part states one",
        "fraction", "up", "last twelve months, latest wallet", ("invoices", "wallet.high"), "no high end above 0: unknown", _SOLD,
    ),
    Indicator(
        "share_of_wallet_high",
        "our share if the wallet is as small as it may be",
        "revenue_ltm / low end of the wallet, where every part states one",
        "fraction", "up", "last twelve months, latest wallet", ("invoices", "wallet.low"), "no low end above 0: unknown", _SOLD,
    ),
    Indicator(
        "supplier_rank",
        "our place among its suppliers of what we could sell, 1 is the largest",
        "1 + the competitors that sell more to it than revenue_ltm; a competitor sells its share x likely wallet of the whole, "
        "where stated, else the sum of that over offerings",
        "count", "down", "last twelve months, latest wallet", ("invoices", "wallet.competitor_share"),
        "no competitor's share stated: unknown", _SOLD,
    ),
    Indicator(
        "receivables_open",
        "what it owes us: from the ledger (gross) where given, else from invoices (net)",
        "sum of open_amount of the latest listing, or of amount of the invoices not paid",
        "money", "down", _TODAY, (_UNPAID,), "nothing open: 0",
    ),
    Indicator(
        "receivables_overdue",
        "what it owes us past the due date",
        "sum of the open lines whose due date is before the day; a credit note without due date is not due",
        "money", "down", _TODAY, (_UNPAID, "open_items or invoices.due_date"),
        "nothing open: 0; an open line without due date: unknown",
    ),
    Indicator(
        "days_late",
        "how late it pays, weighted by amount; early counts as on time",
        "sum of amount x max(0, paid_date - due_date) / sum of amount, over lines above 0 that were paid",
        "days", "down", "paid in the last twelve months", ("invoices.paid_date", "invoices.due_date"), "nothing paid: unknown",
    ),
    Indicator(
        "late_share",
        "the part of what it paid that it paid late",
        "amount paid after its due date / amount paid, over lines above 0",
        "fraction", "down", "paid in the last twelve months", ("invoices.paid_date", "invoices.due_date"),
        "nothing paid: unknown",
    ),
    Indicator(
        "dso_simple",
        "days of sales that are not yet paid",
        "receivables_open / revenue_ltm x 365 (d); a credit balance counts 0",
        "days", "down", _LTM, ("invoices", _UNPAID), "revenue_ltm not above 0: unknown", "twelve months",
    ),
    Indicator(
        "dso_countback",
        "days of sales that are not yet paid, by the newest sales; unreliable where revenue_volatility is high",
        "whole months of sales, counted back from the day, off receivables_open, newest first, each 30 days (d), the last in "
        "part; a credit balance counts 0",
        "days", "down", _TWO_YEARS, ("invoices", _UNPAID), "owes more than we sold in 24 months: unknown", "twelve months",
    ),
    Indicator(
        "dso_best",
        "days sales outstanding if everything were paid when due: best possible DSO",
        "(receivables_open - receivables_overdue) / revenue_ltm x 365 (d); below 0 counts 0",
        "days", "down", _LTM, ("invoices", _UNPAID, "open_items or invoices.due_date"),
        "revenue_ltm not above 0, or receivables_overdue unknown: unknown", "twelve months",
    ),
    Indicator(
        "days_delinquent",
        "the days of sales outstanding that are late: average days delinquent",
        "dso_simple - dso_best",
        "days", "down", _LTM, ("invoices", _UNPAID, "open_items or invoices.due_date"), "either unknown: unknown",
        "twelve months",
    ),
    Indicator(
        "disputed_open",
        "what it has not paid of invoices that it disputes: from the ledger (gross) where it names invoices, else from invoices "
        "(net)",
        "sum of open_amount, or of amount of the lines not paid, of the invoices with a disputed line",
        "money", "down", _TODAY, ("invoices.disputed", "invoices.paid_date or open_items.invoice_id"), "nothing disputed: 0",
    ),
    Indicator(
        "cost_of_credit",
        "what it costs us to wait for its money, net of VAT",
        "sum over invoices of amount x days open within the window x yearly rate (d) / 365 (d)",
        "money", "down", _LTM, ("invoices.paid_date",), "no invoice: 0", "twelve months",
    ),
    Indicator(
        "people_reached",
        "people with two-way contact who have not left: a meeting, visit or call (d), or both sides started something",
        "contacts with such interactions",
        "count", "up", _LTM, _REACHED, "nobody: 0",
    ),
    Indicator(
        "functions_reached",
        "functions of the people reached",
        "different functions",
        "count", "up", _LTM, (*_REACHED, "contacts.function"), "nobody: 0; reached, but no function known: unknown",
    ),
    Indicator(
        "levels_reached",
        "levels of the people reached",
        "different levels",
        "count", "up", _LTM, (*_REACHED, "contacts.level"), "nobody: 0; reached, but no level known: unknown",
    ),
    Indicator(
        "executive_pairs",
        "pairs of one of ours and one of theirs, both senior or board (d), in touch",
        "different pairs with an interaction; an executive of ours without a name is one person",
        "count", "up", _LTM, ("contacts.level", "interactions.contact_id", "interactions.our_level"), "no pair: 0",
    ),
    Indicator(
        "board_reached",
        "people of its board with two-way contact",
        "people reached whose level is board",
        "count", "up", _LTM, (*_REACHED, "contacts.level"), "nobody: 0; reached, but no level known: unknown",
    ),
    Indicator(
        "forward_months",
        "how far ahead contracts bind us to each other",
        "(the furthest end of a signed contract, its notice date where it has no end - the day) x 12 / 365.25",
        "months", "up", _TODAY, ("documents.signed_on", "documents.expires or documents.notice_by"), "no contract in force: 0",
    ),
    Indicator(
        "joint_objectives",
        "objectives agreed with the customer that are not past",
        "objectives with a day of agreement, due on the day or later, or without a due date",
        "count", "up", _TODAY, ("objectives.agreed_on",), "none: 0",
    ),
    Indicator(
        "interactions_ltm",
        "meetings, calls and letters",
        "rows of interactions",
        "count", "up", _LTM, ("interactions",), "none: 0",
    ),
    Indicator(
        "days_since_interaction",
        "how long ago we were in touch",
        "the day - last interaction",
        "days", "down", "all", ("interactions",), "never: unknown",
    ),
    Indicator(
        "open_pipeline",
        "deals not yet decided, as last stated",
        "sum of amount over open deals that state it",
        "money", "up", _TODAY, ("opportunities.amount",), "no open deal: 0; open deals, none with an amount: unknown",
    ),
    Indicator(
        "weighted_pipeline",
        "deals not yet decided, each by its chance, as last stated",
        "sum of amount x probability over open deals that state both",
        "money", "up", _TODAY, ("opportunities.amount", "opportunities.probability"),
        "no open deal: 0; open deals, none with both: unknown",
    ),
    Indicator(
        "win_rate",
        "how many of the deals decided we won",
        "won / (won + lost), by number",
        "fraction", "up", "closed in the last 24 months (d)", ("opportunities.outcome", "opportunities.closed"),
        "none decided: unknown",
    ),
    Indicator(
        "revenue_ytd",
        "what we invoiced in this fiscal year, credit notes off",
        "sum of amount",
        "money", "up", "fiscal year to the day", ("invoices",), _NO_INVOICE, "year to date",
    ),
    Indicator(
        "target_year",
        "our revenue target for this fiscal year",
        "as last stated for the year; else for its four quarters; else for its twelve months; rows stated on one day add up",
        "money", "neither", "fiscal year", ("targets.account_id",), "none, or not for the whole year: unknown",
    ),
    Indicator(
        "ytd_target_attainment",
        "are we on target so far",
        "revenue_ytd / target_to_date",
        "fraction", "up", "fiscal year to the day", ("invoices", "targets.account_id"), "no target to date above 0: unknown",
        "year to date",
    ),
    Indicator(
        "target_to_date",
        "our revenue target for this fiscal year up to the day",
        "targets of the months, else of the quarters, else of the year, the current one by its days that have passed",
        "money", "neither", "fiscal year to the day", ("targets.account_id",), "none, or not up to the day: unknown",
    ),
    Indicator(
        "gap_to_target",
        "how much revenue is above its target so far; below 0 it is behind",
        "revenue_ytd - target_to_date",
        "money", "up", "fiscal year to the day", ("invoices", "targets.account_id"), "target_to_date unknown: unknown",
        "year to date",
    ),
    Indicator(
        "forecast_year",
        "the revenue we now expect of this fiscal year",
        "as target_year, of the rows that are a forecast",
        "money", "up", "fiscal year", ("targets.account_id",), "none, or not for the whole year: unknown",
    ),
    Indicator(
        "margin_ytd",
        "revenue of this fiscal year less the cost of goods",
        "sum of amount - sum of cost, where every line of the account states its cost",
        "money", "up", "fiscal year to the day", ("invoices.cost",),
        "no invoice: 0; a line without cost: unknown", "year to date",
    ),
    Indicator(
        "margin_target_year",
        "our target for the gross margin of this fiscal year, in money",
        "as target_year, of the rows that measure margin",
        "money", "neither", "fiscal year", ("targets.account_id",), "none, or not for the whole year: unknown",
    ),
    Indicator(
        "margin_target_to_date",
        "our target for gross margin up to the day, in money",
        "as target_to_date, of the rows that measure margin",
        "money", "neither", "fiscal year to the day", ("targets.account_id",), "none, or not up to the day: unknown",
    ),
    Indicator(
        "margin_gap_to_target",
        "how much gross margin is above its target so far; below 0 it is behind",
        "margin_ytd - margin_target_to_date",
        "money", "up", "fiscal year to the day", ("invoices.cost", "targets.account_id"), "either unknown: unknown",
        "year to date",
    ),
    Indicator(
        "margin_forecast_year",
        "the gross margin we now expect of this fiscal year",
        "as target_year, of the rows that forecast margin",
        "money", "up", "fiscal year", ("targets.account_id",), "none, or not for the whole year: unknown",
    ),
)  # fmt: skip

INDICATORS: Mapping[str, Indicator] = MappingProxyType({indicator.name: indicator for indicator in _DECLARED})
"""Every indicator by name, in the order of the table of indicators."""

_HEAD = """# Indicators

Facts about an account, one number each. Windows end on the day of the analysis and leave out their first day: the last
twelve months are (day - 12 months, day]. An indicator whose tables or columns are not given is unknown for every account,
with the reason, never zero; so is one that compares windows which the dates of the invoices do not cover. (d) marks a number
of `data/indicators.toml`. This page is written from `kamnb/indicators/catalogue.py`; the queries are in `kamnb/indicators/sql`.
"""


def describe_indicators() -> str:
    """Return the page of documentation that lists all indicators, as Markdown.

    Examples
    --------
    >>> print(describe_indicators().splitlines()[0])
    # Indicators
    """
    heads = ("indicator", "meaning", "formula", "unit", "good", "window", "needs", "where empty")
    rows = [heads, ("---",) * len(heads), *map(_cells, INDICATORS.values())]
    return "\n".join([_HEAD, *(f"| {' | '.join(row)} |" for row in rows), ""])


def _cells(indicator: Indicator) -> tuple[str, ...]:
    needs = "; ".join(indicator.needs) + (f"; invoices over {indicator.covers}" if indicator.covers else "")
    return (
        f"`{indicator.name}`", indicator.meaning, indicator.formula, indicator.unit, indicator.direction, indicator.window,
        needs, indicator.empty,
    )  # fmt: skip

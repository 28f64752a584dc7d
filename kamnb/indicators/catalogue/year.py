"""Deals, and the year against its targets."""

from kamnb.indicators.catalogue.declaring import NO_INVOICE, TODAY, YEAR_TO_DATE, Indicator

YEAR = (
    Indicator(
        "open_pipeline",
        "deals not yet decided, as last stated",
        "sum of amount over open deals that state it",
        "money", "up", TODAY, ("opportunities.amount",), "no open deal: 0; open deals, none with an amount: unknown",
    ),
    Indicator(
        "weighted_pipeline",
        "deals not yet decided, each by its chance, as last stated",
        "sum of amount x probability over open deals that state both",
        "money", "up", TODAY, ("opportunities.amount", "opportunities.probability"),
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
        "money", "up", YEAR_TO_DATE, ("invoices",), NO_INVOICE, "year to date",
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
        "fraction", "up", YEAR_TO_DATE, ("invoices", "targets.account_id"), "no target to date above 0: unknown",
        "year to date",
    ),
    Indicator(
        "target_to_date",
        "our revenue target for this fiscal year up to the day",
        "targets of the months, else of the quarters, else of the year, the current one by its days that have passed",
        "money", "neither", YEAR_TO_DATE, ("targets.account_id",), "none, or not up to the day: unknown",
    ),
    Indicator(
        "gap_to_target",
        "how much revenue is above its target so far; below 0 it is behind",
        "revenue_ytd - target_to_date",
        "money", "up", YEAR_TO_DATE, ("invoices", "targets.account_id"), "target_to_date unknown: unknown",
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
        "money", "up", YEAR_TO_DATE, ("invoices.cost",),
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
        "money", "neither", YEAR_TO_DATE, ("targets.account_id",), "none, or not up to the day: unknown",
    ),
    Indicator(
        "margin_gap_to_target",
        "how much gross margin is above its target so far; below 0 it is behind",
        "margin_ytd - margin_target_to_date",
        "money", "up", YEAR_TO_DATE, ("invoices.cost", "targets.account_id"), "either unknown: unknown",
        "year to date",
    ),
    Indicator(
        "margin_forecast_year",
        "the gross margin we now expect of this fiscal year",
        "as target_year, of the rows that forecast margin",
        "money", "up", "fiscal year", ("targets.account_id",), "none, or not for the whole year: unknown",
    ),
)  # fmt: skip

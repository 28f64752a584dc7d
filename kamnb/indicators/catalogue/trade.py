"""What an account buys, how regularly, and what is earned."""

from kamnb.indicators.catalogue.declaring import LTM, NO_INVOICE, PRIOR, SOLD, TWO_YEARS, Indicator

TRADE = (
    Indicator(
        "revenue_ltm",
        "what we invoiced, credit notes off",
        "sum of amount",
        "money", "up", LTM, ("invoices",), NO_INVOICE, SOLD,
    ),
    Indicator(
        "revenue_prior",
        "what we invoiced in the twelve months before those",
        "sum of amount",
        "money", "up", PRIOR, ("invoices",), NO_INVOICE, "two years",
    ),
    Indicator(
        "revenue_growth",
        "our growth in the account",
        "revenue_ltm / revenue_prior - 1",
        "fraction", "up", TWO_YEARS, ("invoices",), "revenue_prior not above 0: unknown", "two years",
    ),
    Indicator(
        "relative_growth",
        "our growth in the account less the customer's own: below 0 we lose share",
        "revenue_growth - own_growth",
        "fraction", "up", TWO_YEARS, ("invoices", "accounts.own_growth"), "either unknown: unknown", "two years",
    ),
    Indicator(
        "revenue_volatility",
        "how much monthly revenue swings about its mean",
        "standard deviation (of the population) / mean of the revenue of 24 months that end on the day, months without "
        "an invoice counting 0",
        "index", "down", TWO_YEARS, ("invoices",), "mean not above 0: unknown", "two years",
    ),
    Indicator(
        "months_active",
        "months in which the account was invoiced",
        "months, counted back from the day, with a line above 0",
        "months", "up", LTM, ("invoices",), NO_INVOICE, SOLD,
    ),
    Indicator(
        "quarters_active",
        "quarters in which the account was invoiced",
        "quarters, counted back from the day, with a line above 0",
        "quarters", "up", LTM, ("invoices",), NO_INVOICE, SOLD,
    ),
    Indicator(
        "order_regularity",
        "does it still order as often as in the years before",
        "at most 1: order days (a line above 0) / the whole order days that the years before lead one to expect: those after the "
        "first one / the days from it to the last twelve months x the days of these",
        "fraction", "up", "last twelve months against all before", ("invoices",),
        "fewer than 3 (d) gaps before: unknown",
        "twelve months",
    ),
    Indicator(
        "tenure",
        "how long it has been a customer",
        "(the day - customer_since, or else the first invoice day) / 365.25; an account that was invoiced within 45 days (d) of "
        "the first invoice of all may have bought long before",
        "years", "up", "all", ("accounts.customer_since or invoices",), "neither known, or as old as the invoices: unknown",
        at_least="tenure_at_least",
    ),
    Indicator(
        "tenure_at_least",
        "how long it has been a customer at least",
        "tenure, or the time since its first invoice where the invoices begin with it",
        "years", "up", "all", ("accounts.customer_since or invoices",), "neither known: unknown",
    ),
    Indicator(
        "days_since_invoice",
        "how long ago it was last invoiced, credit notes aside",
        "the day - last invoice day",
        "days", "down", "all", ("invoices",), "never invoiced: unknown", SOLD,
    ),
    Indicator(
        "gross_margin",
        "what is left of revenue after the cost of goods",
        "margin_ltm / revenue_ltm",
        "fraction", "up", LTM, ("invoices.cost",), "revenue_ltm not above 0, or margin_ltm unknown: unknown", SOLD,
    ),
    Indicator(
        "margin_ltm",
        "revenue less the cost of goods",
        "sum of amount - sum of cost, where every line of the account states its cost",
        "money", "up", LTM, ("invoices.cost",), "no invoice: 0; a line without cost: unknown", SOLD,
    ),
    Indicator(
        "offerings_bought",
        "how many of our offerings it buys",
        "offerings whose revenue, credit notes off, is above 0",
        "count", "up", LTM, ("invoices.offering_id",), "no revenue: 0; revenue, but no offering known: unknown", SOLD,
    ),
    Indicator(
        "offering_concentration",
        "how concentrated its purchases are (Herfindahl): 1 = one offering, 1/n = n offerings alike",
        "sum over the offerings bought of (revenue / their revenue)²; offerings at or below 0 are left out",
        "index", "down", LTM, ("invoices.offering_id",), "no offering bought: unknown", SOLD,
    ),
)  # fmt: skip

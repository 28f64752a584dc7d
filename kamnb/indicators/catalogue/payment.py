"""What an account owes and how it pays."""

from kamnb.indicators.catalogue.declaring import LTM, TODAY, TWO_YEARS, UNPAID, Indicator

PAYMENT = (
    Indicator(
        "receivables_open",
        "what it owes us: from the ledger (gross) where given, else from invoices (net)",
        "sum of open_amount of the latest listing of each ledger (file and company), or of amount of the invoices not paid",
        "money", "down", TODAY, (UNPAID,),
        "nothing open: 0; not in a ledger of one row, or of days on which nothing was listed again: unknown",
    ),
    Indicator(
        "receivables_overdue",
        "what it owes us past the due date",
        "sum of the open lines whose due date is before the day; a credit without due date is not due",
        "money", "down", TODAY, (UNPAID, "open_items.due_date or invoices.due_date"),
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
        "receivables without VAT / revenue_ltm x 365 (d); a credit balance counts 0. A line of the ledger is netted by the "
        "invoice that it names, else by a rate that is given for its account or country (d)",
        "days", "down", LTM, ("invoices", UNPAID),
        "revenue_ltm not above 0, or a line of the ledger that cannot be netted: unknown", "twelve months",
    ),
    Indicator(
        "dso_countback",
        "days of sales that are not yet paid, by the newest sales; unreliable where revenue_volatility is high",
        "whole months of sales, counted back from the day, off the receivables without VAT of dso_simple, newest first, each 30 "
        "days or its own (d), the last in part; a credit balance counts 0",
        "days", "down", TWO_YEARS, ("invoices", UNPAID),
        "owes more than we sold in 24 months, or dso_simple cannot be netted: unknown", "twelve months",
    ),
    Indicator(
        "dso_best",
        "days sales outstanding if everything were paid when due: best possible DSO",
        "as dso_simple, of what is not overdue; below 0 counts 0",
        "days", "down", LTM, ("invoices", UNPAID, "open_items.due_date or invoices.due_date"),
        "revenue_ltm not above 0, or receivables_overdue unknown: unknown", "twelve months",
    ),
    Indicator(
        "days_delinquent",
        "the days of sales outstanding that are late: average days delinquent",
        "dso_simple - dso_best",
        "days", "down", LTM, ("invoices", UNPAID, "open_items.due_date or invoices.due_date"), "either unknown: unknown",
        "twelve months",
    ),
    Indicator(
        "disputed_open",
        "what it has not paid of invoices that it disputes: from the ledger (gross) where it names invoices, else from invoices "
        "(net)",
        "sum of open_amount, or of amount of the lines not paid, of the invoices with a disputed line",
        "money", "down", TODAY, ("invoices.disputed", "invoices.paid_date or open_items.invoice_id"), "nothing disputed: 0",
    ),
    Indicator(
        "cost_of_credit",
        "what it costs us to wait for its money, net of VAT",
        "sum over invoices of amount x days open within the window x yearly rate (d) / 365 (d)",
        "money", "down", LTM, ("invoices.paid_date",), "no invoice: 0", "twelve months",
    ),
)  # fmt: skip

"""What customers buy, owe and cost, and what we want to sell."""

from kamnb.data.tables.declaring import ACCOUNT, CURRENCY, Column, Table, day, money, number, text, yesno

SALES = (
    Table(
        "invoices",
        "invoice lines, net of VAT; credit notes negative",
        (
            ACCOUNT,
            day("date", "day of the invoice", required=True),
            money("amount", "net amount, credit notes negative", required=True),
            number("quantity", "units sold, negative on credit notes"),
            money("cost", "cost of the goods sold, negative on credit notes"),
            text("offering_id", "what was sold"),
            text("invoice_id", "the invoice"),
            text("line_id", "the line of the invoice"),
            CURRENCY,
            day("due_date", "day the invoice is due"),
            day("paid_date", "day the invoice was paid", masked=True),
            yesno("disputed", "does the customer dispute it"),
        ),
        event="date",
        key=("invoice_id", "line_id"),
    ),
    Table(
        "open_items",
        "the ledger of receivables as printed on a day, gross",
        (
            ACCOUNT,
            day("listed_on", "day the whole ledger was printed", required=True),
            day("due_date", "day the item is due; without it an item is open, and not known to be overdue (a credit is not due)"),
            money("open_amount", "what is still unpaid, VAT in it, part payments off", required=True),
            text("invoice_id", "the invoice"),
            text("company", "which of our companies keeps the ledger; each has its own latest listing"),
            CURRENCY,
        ),
        event="listed_on",
    ),
    Table(
        "costs_to_serve",
        "what serving an account costs besides the goods",
        (
            ACCOUNT,
            day("date", "day of the cost", required=True),
            money("amount", "the cost", required=True),
            text("kind", "visits, delivery, support, rebate, year-end bonus, ..."),
            CURRENCY,
        ),
        event="date",
    ),
    Table(
        "targets",
        "targets, forecasts and budgets; rows of one account, period, measure, kind and stated_on add up",
        (
            text("account_id", "the account (or give manager_id)"),
            text("manager_id", "the manager (or give account_id)"),
            Column("period", "period", "2026, 2026-Q1 or 2026-03", required=True),
            text("measure", "what is counted", required=True, one_of=("revenue", "margin")),
            text("kind", "what it is", required=True, one_of=("target", "forecast", "budget")),
            money("amount", "the amount for the period", required=True),
            CURRENCY,
            day("stated_on", "day it was stated"),
        ),
        event="stated_on",
        either=("account_id", "manager_id"),
    ),
)

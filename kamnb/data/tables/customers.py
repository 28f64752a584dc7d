"""Who the customers are."""

from kamnb.data.tables.declaring import ACCOUNT, CURRENCY, Table, day, money, number, text, yesno

CUSTOMERS = (
    Table(
        "accounts",
        "the customers, one row each; further columns of the file are kept for criteria",
        (
            ACCOUNT,
            text("name", "name of the account"),
            text("parent_id", "the account it belongs to"),
            text("line_of_business", "which of our lines of business serves it"),
            text("segment", "market segment"),
            text("region", "sales region"),
            text("country", "country"),
            text("account_manager", "manager_id of the person answerable"),
            day("customer_since", "first day as a customer"),
            yesno("key_account", "is it a key account today"),
            money("annual_spend", "what the customer buys per year of what we could sell"),
            number("own_growth", "the customer's own yearly growth, a fraction"),
            yesno("believes_in_partnership", "does the customer want more than transactions"),
            CURRENCY,
        ),
        key=("account_id",),
    ),
    Table(
        "aliases",
        "other ids of the same account: ERP sold-to numbers, CRM ids, old names",
        (
            text("system", "where the other id is used", required=True),
            text("external_id", "the other id", required=True),
            ACCOUNT,
        ),
        key=("system", "external_id"),
    ),
)

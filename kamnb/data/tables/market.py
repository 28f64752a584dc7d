"""What could be sold: deals, offerings, what customers spend."""

from kamnb.data.tables.declaring import ACCOUNT, CURRENCY, Column, Table, day, money, number, text

MARKET = (
    Table(
        "opportunities",
        "deals, open and closed",
        (
            text("opportunity_id", "the deal", required=True),
            ACCOUNT,
            day("created", "day it was opened"),
            text("stage", "stage of the sale", required=True),
            money("amount", "amount as stated while open"),
            money("won_amount", "amount when won", masked_by="closed"),
            number("probability", "chance of winning, a fraction", low=0, high=1),
            text("offering_id", "what would be sold"),
            day("expected_close", "when a decision is expected"),
            day("closed", "day it was decided", masked=True),
            text("outcome", "how it ended", one_of=("open", "won", "lost"), masked_by="closed"),
            CURRENCY,
        ),
        event="created",
        key=("opportunity_id",),
    ),
    Table(
        "offerings",
        "what we sell",
        (
            text("offering_id", "the offering", required=True),
            text("name", "its name"),
            text("category", "its category"),
        ),
        key=("offering_id",),
    ),
    Table(
        "wallet",
        "what the customer spends on what we could sell, as a range",
        (
            ACCOUNT,
            Column("year", "whole", "the year", required=True),
            money("likely", "likely amount", required=True),
            money("low", "low end of the range"),
            money("high", "high end of the range"),
            text("offering_id", "for one offering only"),
            text("competitor", "who else supplies it"),
            number("competitor_share", "the competitor's part, a fraction", low=0, high=1),
            text("source", "where the number is from"),
            day("stated_on", "day it was stated"),
            CURRENCY,
        ),
        event="stated_on",
    ),
)

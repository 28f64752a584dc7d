"""The people at the customer, and our time with them."""

from kamnb.data.tables.declaring import ACCOUNT, LEVELS, Column, Table, day, number, text

PEOPLE = (
    Table(
        "contacts",
        "people at the customer",
        (
            text("contact_id", "the person", required=True),
            ACCOUNT,
            text("name", "name of the person"),
            text("function", "purchasing, engineering, ..."),
            text("level", "rank", one_of=LEVELS),
            text(
                "role", "part in decisions", one_of=("decision maker", "influencer", "user", "gatekeeper", "champion", "opponent")
            ),
            number("sentiment", "attitude to us, -3 to +3", low=-3, high=3),
            text("owner", "who of us keeps the contact"),
            day("left_on", "day the person left", masked=True),
        ),
        key=("contact_id",),
    ),
    Table(
        "interactions",
        "meetings, calls and letters",
        (
            ACCOUNT,
            day("date", "day", required=True),
            text("contact_id", "with whom"),
            text("our_person", "who of us"),
            text("our_function", "function of our person"),
            text("our_level", "rank of our person", one_of=LEVELS),
            text("channel", "visit, call, mail, ..."),
            number("hours", "our hours", low=0),
            text("initiated_by", "who started it", one_of=("us", "customer")),
        ),
        event="date",
    ),
    Table(
        "efforts",
        "time that managers give to accounts",
        (
            ACCOUNT,
            text("manager_id", "the manager", required=True),
            Column("period", "period", "2026, 2026-Q1 or 2026-03", required=True),
            number("hours", "logged hours", low=0),
            number("share", "declared part of the year, a fraction", low=0, high=1),
        ),
    ),
)

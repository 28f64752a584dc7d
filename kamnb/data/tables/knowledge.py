"""What people judge and know."""

from kamnb.data.tables.declaring import ACCOUNT, Column, Table, day, money, number, text, yesno

KNOWLEDGE = (
    Table(
        "ratings",
        "scores that people give, 0 to 10",
        (
            ACCOUNT,
            text("criterion", "what is rated", required=True),
            number("score", "points, 0 to 10", required=True, low=0, high=10),
            day("rated_on", "day of the rating", required=True),
            text("rater", "who rated"),
            text("rater_kind", "how the rater knows", one_of=("account_manager", "colleague", "customer")),
            text("competitor", "who is rated; empty is us"),
            text("comment", "why"),
        ),
        event="rated_on",
    ),
    Table(
        "managers",
        "account managers",
        (
            text("manager_id", "the manager", required=True),
            text("name", "name"),
            text("region", "sales region, or several with commas between"),
            number("capacity_hours", "working hours per year", low=0),
        ),
        key=("manager_id",),
    ),
    Table(
        "maturity",
        "how mature the programme is, as we assess it ourselves",
        (
            text("dimension", "a dimension of programme.toml", required=True),
            Column("level", "whole", "level reached, 1 to 5", required=True, low=1, high=5),
            day("assessed_on", "day of the assessment", required=True),
            text("assessed_by", "who assessed"),
            text("comment", "why"),
        ),
        event="assessed_on",
    ),
    Table(
        "insight",
        "what we know of the customer's business",
        (
            ACCOUNT,
            text(
                "topic",
                "one of five",
                required=True,
                one_of=("marketplace", "strategy", "customers_wants", "value_added", "profit_source"),
            ),
            text("text", "what we know", required=True),
            day("confirmed_on", "day it was last confirmed", required=True),
            text("source", "who or what says so"),
        ),
        event="confirmed_on",
    ),
    Table(
        "customer_goals",
        "what the customer wants to achieve",
        (
            text("goal_id", "the goal", required=True),
            ACCOUNT,
            text("goal", "in the customer's words", required=True),
            text("project", "the customer's project"),
            money("budget", "the customer's budget"),
            Column("year", "whole", "year of the budget"),
            money("value_delivered", "what we delivered to it"),
            text("opportunity_id", "our deal that serves it"),
            text("objective_id", "our objective that serves it"),
            yesno("shared", "is it in the customer's copy; empty: where it serves an objective agreed with the customer"),
            text("source", "who says so"),
            day("confirmed_on", "day it was last confirmed"),
        ),
        event="confirmed_on",
        key=("goal_id",),
    ),
)

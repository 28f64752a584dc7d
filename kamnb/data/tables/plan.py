"""What is planned, decided and overruled."""

from kamnb.data.tables.declaring import ACCOUNT, Table, day, text, yesno

PLAN = (
    Table(
        "objectives",
        "what we want to achieve, with an account or in the whole programme",
        (
            text("objective_id", "the objective", required=True),
            text("account_id", "the account; empty is programme-wide"),
            text("title", "the objective in words", required=True),
            text("direction", "strategic direction it serves"),
            text("process", "business process it serves"),
            text("unit", "business unit it serves"),
            text("measure", "how it is measured"),
            text("target", "value to reach"),
            day("due", "by when"),
            day("agreed_on", "day the customer agreed"),
            day("profitable_by", "day from which the account must earn"),
        ),
        event="agreed_on",
        key=("objective_id",),
    ),
    Table(
        "actions",
        "who does what by when",
        (
            text("action_id", "the action", required=True),
            text("objective_id", "the objective it serves", required=True),
            text("title", "the action in words", required=True),
            text("owner", "who does it"),
            yesno("ours", "yes: we owe it; no: the customer does"),
            day("start", "day it starts"),
            day("due", "day it is due", required=True),
            day("original_due", "day it was first due"),
            text("depends_on", "action ids it waits for"),
            yesno("checkpoint", "is it a check-point"),
            day("customer_informed_on", "day the customer was told", masked=True),
            day("done_on", "day it was done", masked=True),
            text("status", "as last stated", masked_by="done_on"),
        ),
        key=("action_id",),
    ),
    Table(
        "decisions",
        "what was decided in reviews",
        (
            text("account_id", "the account; empty is the whole portfolio"),
            day("decided_on", "day", required=True),
            text("decision", "in words", required=True),
            text("owner", "who carries it out"),
            day("due", "by when"),
            day("done_on", "day it was done", masked=True),
        ),
        event="decided_on",
    ),
    Table(
        "overrides",
        "where a person overrules the model",
        (
            ACCOUNT,
            text("what", "what is overruled", required=True, one_of=("quadrant", "stage")),
            text("value", "the person's value", required=True),
            text("by", "who", required=True),
            text("reason", "why", required=True),
            day("stated_on", "day", required=True),
            day("expires", "last day it holds", required=True),
        ),
        event="stated_on",
    ),
)

"""What is edited of a plan: the columns that a person fills, and what tells rows apart."""

from collections.abc import Mapping

FIELDS: Mapping[str, tuple[str, ...]] = {
    "customer_goals": (
        "goal", "project", "budget", "year", "value_delivered", "opportunity_id", "objective_id", "shared", "source",
        "confirmed_on",
    ),
    "objectives": ("title", "direction", "process", "unit", "measure", "target", "due", "agreed_on", "profitable_by"),
    "actions": (
        "objective_id", "title", "owner", "ours", "start", "due", "original_due", "depends_on", "checkpoint",
        "customer_informed_on", "done_on", "status",
    ),
    "insight": ("topic", "text", "source", "confirmed_on"),
    "contacts": ("name", "function", "level", "role", "sentiment", "owner", "left_on"),
    "decisions": ("decision", "decided_on", "owner", "due", "done_on"),
}  # fmt: skip
"""The tables of a plan that are edited, and the columns that a person fills."""

IDS = {"customer_goals": "goal_id", "objectives": "objective_id", "actions": "action_id", "contacts": "contact_id"}
"""The columns that tell rows apart and that nobody has to fill."""

TITLES = {
    "customer_goals": "goal",
    "objectives": "title",
    "actions": "title",
    "insight": "topic",
    "contacts": "name",
    "decisions": "decision",
}
"""The column that says what a row is about."""

KEYS = {"insight": ("account_id", "topic"), "decisions": ("account_id", "decided_on", "decision")}
"""Columns that tell rows without an id apart; in a row that is there they are not changed."""

CONFIRMED = ("insight", "customer_goals")
"""Tables of which a row that is changed is confirmed anew."""

LETTERS = {"customer_goals": "G", "objectives": "Z", "actions": "A", "contacts": "C"}
"""The letters with which ids of new rows begin."""

"""Striking rows out of a plan: what names a row keeps it."""

from collections.abc import Mapping

from kamnb.data.appending import Row
from kamnb.desk.fields import TITLES
from kamnb.planning.schedule import read_ids

STRIKES = "struck out"
"""What becomes of a row, in words."""

_NAMES = {
    "objectives": (("actions", "objective_id", "belongs to it"), ("customer_goals", "objective_id", "is reached by it")),
    "actions": (("actions", "depends_on", "depends on it"),),
}
"""The columns by which rows name one of a table, and what that means."""


def say_users(table: str, key: str, rows: Mapping[str, Mapping[str, Row]]) -> list[str]:
    """Say which rows name a row, a line each: while they do it is not struck out.

    Examples
    --------
    >>> rows = {"actions": {"A1": {"title": "Visit", "objective_id": "Z1", "depends_on": ""}}, "customer_goals": {}}
    >>> say_users("objectives", "Z1", rows)
    ['actions, "Visit": belongs to it; strike that out first, or change its objective id']
    >>> say_users("objectives", "Z2", rows)
    []
    """
    return [
        f'{name}, "{row[TITLES[name]] or other}": {means}; strike that out first, or change its {column.replace("_", " ")}'
        for name, column, means in _NAMES.get(table, ())
        for other, row in rows[name].items()
        if key in read_ids(row.get(column, "")) and (name, other) != (table, key)
    ]

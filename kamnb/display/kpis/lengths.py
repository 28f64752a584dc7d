"""How many rows the tables of KPIs show."""

from kamnb.display.parts.sentences import count_of

SHOWN = 40
"""Rows of a table that are shown; how many more there are is said."""


def say_more(rows: int) -> str:
    """Say how many rows are not shown; nothing where all are."""
    return f"{count_of(rows - SHOWN, 'more row')} not shown; kamnb kpis writes them all." if rows > SHOWN else ""

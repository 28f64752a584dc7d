"""Every table of an account, or of the review, in full, as computed: what a spreadsheet holds beside the tables of its page."""

from collections.abc import Iterator
from datetime import date
from numbers import Real
from typing import TYPE_CHECKING, Any

from kamnb.analysis import Analysis
from kamnb.data.report import STATUSES
from kamnb.display.parts.formats import is_known
from kamnb.display.parts.tables import title_column
from kamnb.display.portfolio.findings import say_finding
from kamnb.display.portfolio.targets import take_aimed
from kamnb.planning import FACT_UNITS, AccountPlan
from kamnb.reports.formats.blocks import Block, Grid, Run, Text, Value

if TYPE_CHECKING:
    import pandas as pd

_RECORDS = {
    "people": "people", "pairs": "who met whom", "white_space": "offerings, bought and not", "open_items": "open items",
    "costs_to_serve": "costs to serve", "objectives": "objectives", "schedule": "actions", "decisions": "decisions",
    "subsidiaries": "subsidiaries",
}  # fmt: skip
"""Records of an account, and what their sheets are called."""

_PLAN = {
    "goals": "goals", "insight": "insight", "pipeline": "open deals", "competitors": "ratings by competitor",
    "contracts": "contracts", "complaints": "complaints", "deliveries": "deliveries", "years": "years",
    "investment": "investment",
}  # fmt: skip
"""Tables of a plan that no record holds, likewise."""


def gather_tables(analysis: Analysis, account_id: str) -> tuple[Block, ...]:
    """Return every table of an account that has a row, each with a note on how to read its values.

    Values are unrounded, days are days, and what is low, likely and high stands in columns.
    """
    note = Text((Run(_describe_values(analysis.currency)),), "note")
    full = [grid_frame(f"All {name}", frame) for name, frame in _list_frames(analysis, account_id) if len(frame)]
    return tuple(block for grid in full for block in (grid, note))


def gather_review_tables(analysis: Analysis) -> tuple[Block, ...]:
    """Return what the review tells of all accounts, every row: findings, moves, targets, promises, decisions, hours to move."""
    note = Text((Run(_describe_values(analysis.currency)),), "note")
    full = [grid_frame(f"All {name}", frame) for name, frame in _list_review_frames(analysis) if len(frame)]
    return tuple(block for grid in full for block in (grid, note))


def _list_review_frames(analysis: Analysis) -> "Iterator[tuple[str, pd.DataFrame]]":
    names = analysis.names.rename("name")
    yield "findings", analysis.findings.join(names, on="account_id")
    if analysis.changes is not None:
        yield "places then and now", analysis.changes.places.join(names).reset_index()
        yield "facts then and now", analysis.changes.facts.join(names, on="account_id")
    yield "targets", take_aimed(analysis).join(names).reset_index()
    yield "promises", analysis.records.schedule
    yield "decisions", analysis.records.decisions
    yield "hours to move", analysis.programme.moves


def _list_frames(analysis: Analysis, account_id: str) -> "Iterator[tuple[str, pd.DataFrame]]":
    plan = analysis.plan(account_id)
    yield "findings", _list_findings(plan)
    yield "contributions", _list_contributions(analysis, account_id)
    yield "facts", _list_facts(plan.facts)
    for name, called in _RECORDS.items():
        records = getattr(analysis.records, name)
        yield called, records[records["account_id"] == account_id].drop(columns="account_id")
    for name, called in _PLAN.items():
        if name in plan.tables:
            yield called, plan.tables[name]
    yield "months", plan.months.reset_index()
    yield "sources", _list_sources(analysis)


def _list_findings(plan: AccountPlan) -> "pd.DataFrame":
    found = plan.findings
    said = [say_finding(row, plan.facts, plan.currency) for _, row in found.iterrows()]
    return found.assign(said=said)[["label", "said", "topic", "urgency", "at_stake", "due_in", "owner"]]


def _list_contributions(analysis: Analysis, account_id: str) -> "pd.DataFrame":
    import pandas as pd

    frames = {"value": analysis.facts, "points_added": analysis.contributions}
    found = pd.DataFrame({name: frame.loc[account_id] for name, frame in frames.items()})
    return found.rename_axis("criterion").reset_index()


def _list_facts(facts: "pd.Series[float]") -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        [(name, FACT_UNITS.get(str(name)), value) for name, value in facts.items()], columns=["fact", "unit", "value"]
    )


def _list_sources(analysis: Analysis) -> "pd.DataFrame":
    """List the files that the tables of the whole portfolio are from, and how many of their rows count."""
    import pandas as pd

    report = analysis.portfolio.report
    counts = [
        (each, each.count().rows, [each.count(name).rows for name in STATUSES]) for each in (report.tables if report else ())
    ]
    rows = [(each.table, each.files, read, *parts) for each, read, parts in counts]
    return pd.DataFrame(rows, columns=["table", "files", "read", *STATUSES])


def grid_frame(caption: str, frame: "pd.DataFrame") -> Grid:
    """Make a table of a frame, every value as it is; unknown is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"room_low": [0.12345678], "goals": [3], "served": [True], "named": [("a", "b")]})
    >>> grid = grid_frame("Rooms", frame)
    >>> grid.heads, grid.values
    (('Room low', 'Goals', 'Served', 'Named'), ((0.12345678, 3.0, 'yes', 'a; b'),))
    """
    columns = [[_take_value(value) for value in frame[name]] for name in frame.columns]
    texts = [_write_column(column) for column in columns]
    numeric = tuple(any(isinstance(value, float) for value in column) for column in columns)
    heads = tuple(title_column(str(name)) for name in frame.columns)
    return Grid(caption, heads, tuple(zip(*texts, strict=True)), tuple(zip(*columns, strict=True)), numeric)


def _take_value(value: Any) -> Value:
    import pandas as pd

    if isinstance(value, tuple | list):
        return "; ".join(map(str, value)) or None
    if not is_known(value):
        return None
    if isinstance(value, bool) or type(value).__name__ == "bool":  # numpy's, too
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp | date):
        return pd.Timestamp(value).date()
    return float(value) if isinstance(value, Real) else str(value)


def _write_column(values: list[Value]) -> list[str]:
    """Write what a column shows, from which the spreadsheet takes its formats: as many decimals for all that are of one kind."""
    numbers = [abs(value) for value in values if isinstance(value, float)]
    is_mixed = max(numbers, default=0.0) >= _LARGE and any(0 < number < 1 for number in numbers)
    return [_write_value(value, [abs(value)] if is_mixed and isinstance(value, float) else numbers) for value in values]


def _write_value(value: Value, alike: list[float]) -> str:
    if isinstance(value, float):
        return format(value, _choose_code(alike))
    return "" if value is None else str(value)


_LARGE = 1_000.0


def _choose_code(numbers: list[float]) -> str:
    if all(number.is_integer() for number in numbers):
        return ",.0f" if max(numbers) >= 10 * _LARGE else ".0f"  # a year is written without
    return ",.2f" if max(numbers) >= _LARGE else ".4f"


def _describe_values(currency: str) -> str:
    money = f"amounts in {currency}" if currency else "amounts in the currency of the data"
    return f"Every row, as computed: {money}, shares as fractions of 1."

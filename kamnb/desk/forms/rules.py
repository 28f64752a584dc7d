"""The rules of a form's columns, as Excel keeps them while it is filled: what may be chosen, bounds, and order."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from kamnb.desk.forms.questions import Ask, Topic


def make_lock() -> Any:
    """Return the rule of a column that nobody fills; cells that are locked instead could not be sorted."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lock = DataValidation("custom", formula1="FALSE", allow_blank=False, showErrorMessage=True)
    lock.errorTitle, lock.error = "Not to be changed", "This says what the row is about. Fill the yellow cells."
    return lock


def make_rule(ask: Ask, topic: Topic, letters: Mapping[str, str], row: int, lists: Mapping[tuple[str, ...], str]) -> Any:
    """Return the rule of a column as openpyxl has it; None where anything may be written.

    Parameters
    ----------
    ask : Ask
    topic : Topic
    letters : mapping of column to letter
    row : int
        Of the first cell: the rule is written for it, and Excel moves it to the others.
    lists : mapping of options to the cells that hold them
    """
    from openpyxl.worksheet.datavalidation import DataValidation

    asked = _describe(ask, topic, letters, row, lists)
    if asked is None:
        return None
    rule = DataValidation(**asked[0], allow_blank=True, showErrorMessage=True, showInputMessage=True)
    rule.error = asked[1][:255]
    rule.errorTitle, rule.promptTitle, rule.prompt = ask.title[:32], ask.title[:32], (ask.help or rule.error)[:255]
    return rule


def _describe(
    ask: Ask, topic: Topic, letters: Mapping[str, str], row: int, lists: Mapping[tuple[str, ...], str]
) -> tuple[dict[str, str], str] | None:
    """Return what a rule asks for, and what is said where that is not met."""
    if ask.options:
        offered = lists.get(ask.options) or f'"{",".join(ask.options)}"'
        return {"type": "list", "formula1": offered}, f"One of: {', '.join(ask.options)}"
    if ask.name in topic.order:
        cells = [f"{letters[name]}{row}" for name in topic.order]
        own = cells[topic.order.index(ask.name)]
        tests = [f'OR({low}="",{high}="",{low}<={high})' for low, high in pairwise(cells)]
        tests.append(f'OR({cells[0]}="",{cells[-1]}="",{cells[0]}<={cells[-1]})')
        formula = f"AND(ISNUMBER({own}),{own}>={ask.low:g},{','.join(tests)})"
        return {"type": "custom", "formula1": formula}, f"A number of at least {ask.low:g}, with {say_order(topic)}"
    if ask.kind in ("number", "part"):
        asked = {"type": "decimal", "operator": "between", "formula1": f"{ask.low:g}", "formula2": f"{ask.high:g}"}
        return asked, f"A number from {write_bound(ask, ask.low)} to {write_bound(ask, ask.high)}"
    if ask.kind == "date" and ask.is_past:
        return {"type": "date", "operator": "between", "formula1": "36526", "formula2": "TODAY()"}, "A day up to today"
    if ask.kind == "date":
        return {"type": "date", "operator": "greaterThan", "formula1": "36526"}, "A day"
    return None


def say_order(topic: Topic) -> str:
    """Say which columns may not fall."""
    titles = {ask.name: ask.title for ask in topic.asks}
    return " <= ".join(titles[name] for name in topic.order)


def write_bound(ask: Ask, bound: float | None) -> str:
    """Write a bound as it is written in the cell."""
    number = 0.0 if bound is None else bound
    return f"{100 * number:g} %" if ask.kind == "part" else f"{number:g}"

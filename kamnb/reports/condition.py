"""A condition on the columns of ``scores.csv``: which accounts meet it. It is parsed, and nothing of it is ever run."""

import ast
import operator
from collections.abc import Callable
from difflib import get_close_matches
from functools import reduce
from typing import TYPE_CHECKING, Any

from kamnb.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

HELP = "write it as in \"quadrant == 'strategic' and revenue_ltm > 100000\": columns of scores.csv, and, or, not, in, is None"
"""How a condition is written."""

_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip


def meet_condition(frame: "pd.DataFrame", text: str) -> "pd.Series[bool]":
    """Return for every account whether it meets a condition; missing where an unknown value leaves that open.

    Parameters
    ----------
    frame : DataFrame
        Indexed by ``account_id``, which a condition may name too.
    text : str
        Column names, numbers and quoted texts, joined by ``== != < <= > >= in``, ``not in``, ``and``, ``or``, ``not``;
        ``is None`` and ``is not None`` ask whether a value is unknown.

    Raises
    ------
    SettingsError
        If it cannot be read, names no column, or compares text with numbers; all columns that are not there at once.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"placed": ["star", "status", None], "revenue_ltm": [5.0, 9.0, 7.0]}, index=["A", "B", "C"])
    >>> meet_condition(frame, "placed in ('star', 'status') and revenue_ltm > 6").tolist()
    [False, True, <NA>]
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise SettingsError(f'--where "{text}" cannot be read; {HELP}') from None
    frame = frame.assign(account_id=frame.index)
    _require_columns(frame, tree, text)
    return _Condition(frame, text).judge(tree)


def _require_columns(frame: "pd.DataFrame", tree: ast.expr, text: str) -> None:
    names = dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    faults = []
    for name in names:
        if name not in frame.columns:
            close = get_close_matches(name, [str(column) for column in frame.columns], n=3)
            faults.append(
                f'--where "{text}": there is no column "{name}" in scores.csv{"; close are " + ", ".join(close) if close else ""}'
            )
    if faults:
        raise SettingsError(faults)


class _Condition:
    """A condition as it is judged, account by account all at once."""

    def __init__(self, frame: "pd.DataFrame", text: str) -> None:
        self.frame, self.text = frame, text

    def judge(self, node: ast.expr) -> "pd.Series[Any]":
        """Return true, false or missing for every account."""
        if isinstance(node, ast.BoolOp):
            return reduce(operator.and_ if isinstance(node.op, ast.And) else operator.or_, map(self.judge, node.values))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ~self.judge(node.operand)
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.Name) and self._column(node).dtype.kind == "b":
            return self._column(node).astype("boolean")
        raise self._fault(node)

    def _compare(self, node: ast.Compare) -> "pd.Series[Any]":
        sides = [node.left, *node.comparators]
        return reduce(operator.and_, map(self._pair, sides, node.ops, sides[1:]))

    def _pair(self, left: ast.expr, test: ast.cmpop, right: ast.expr) -> "pd.Series[Any]":
        if isinstance(test, ast.Is | ast.IsNot):
            return self._is_unknown(left, test, right)
        if isinstance(test, ast.In | ast.NotIn):
            found = self._is_in(left, right)
            return ~found if isinstance(test, ast.NotIn) else found
        if isinstance(left, ast.Constant | ast.UnaryOp) and isinstance(right, ast.Name):
            return self._pair(right, _TURNED[type(test)](), left)
        if not isinstance(left, ast.Name):
            raise self._fault(left)
        column = self._column(left)
        other = self._column(right) if isinstance(right, ast.Name) else self._value(right, column)
        known = column.notna() & (other.notna() if isinstance(right, ast.Name) else True)
        try:
            found = _COMPARE[type(test)](column[known], other[known] if isinstance(right, ast.Name) else other)
        except TypeError:
            raise self._fault(right) from None
        whole: pd.Series[Any] = found.astype("boolean").reindex(column.index)
        return whole

    def _is_unknown(self, left: ast.expr, test: ast.cmpop, right: ast.expr) -> "pd.Series[Any]":
        if not (isinstance(left, ast.Name) and isinstance(right, ast.Constant) and right.value is None):
            raise self._fault(right)
        unknown = self._column(left).isna().astype("boolean")
        return unknown if isinstance(test, ast.Is) else ~unknown

    def _is_in(self, left: ast.expr, right: ast.expr) -> "pd.Series[Any]":
        if not (isinstance(left, ast.Name) and isinstance(right, ast.Tuple | ast.List | ast.Set)):
            raise self._fault(right)
        column = self._column(left)
        values = [self._value(each, column) for each in right.elts]
        found: pd.Series[Any] = column.isin(values).astype("boolean").mask(column.isna())
        return found

    def _column(self, node: ast.Name) -> "pd.Series[Any]":
        column = self.frame[node.id]
        return column.astype(object) if column.dtype.kind not in "bif" else column

    def _value(self, node: ast.expr, column: "pd.Series[Any]") -> Any:
        value = self._constant(node)
        if isinstance(value, str) == (column.dtype.kind in "bif"):
            kind = "text" if column.dtype.kind == "O" else "a number"
            raise SettingsError(f'--where "{self.text}": {column.name} is {kind}, {value!r} is not')
        return value

    def _constant(self, node: ast.expr) -> str | float | bool:
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            if isinstance(value, int | float):
                return -value if isinstance(node.op, ast.USub) else value
        raise self._fault(node)

    def _fault(self, node: ast.expr) -> SettingsError:
        part = ast.get_source_segment(self.text.strip(), node) or "it"
        return SettingsError(f'--where "{self.text}": "{part}" cannot stand there; {HELP}')


_TURNED: dict[type, type[ast.cmpop]] = {
    ast.Eq: ast.Eq, ast.NotEq: ast.NotEq, ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE,
}  # fmt: skip

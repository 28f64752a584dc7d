"""Amounts written as arithmetic on facts, such as ``-gap_to_target * gross_margin``: parsed, and nothing of them is ever run."""

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

HELP = 'facts and numbers, joined by + - * / and brackets, as in "(limit - gross_margin) * revenue_ltm"'
"""How an amount is written."""

_JOINS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def read_amount(text: str) -> ast.expr:
    """Return an amount as a tree.

    Raises
    ------
    ValueError
        If it is more than arithmetic.

    Examples
    --------
    >>> read_amount("profit ** 2")
    Traceback (most recent call last):
    ValueError: "profit ** 2" cannot be read; write facts and numbers, joined by + - * / and brackets, as in
    "(limit - gross_margin) * revenue_ltm"
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    if tree is None or not _is_arithmetic(tree):
        raise ValueError(f'"{text}" cannot be read; write {HELP}')
    return tree


def name_facts(text: str) -> set[str]:
    """Return the names in an amount.

    Examples
    --------
    >>> sorted(name_facts("(limit - gross_margin) * revenue_ltm"))
    ['gross_margin', 'limit', 'revenue_ltm']
    """
    return {node.id for node in ast.walk(read_amount(text)) if isinstance(node, ast.Name)}


def reckon_amount(text: str, facts: "pd.DataFrame", limit: float | None = None) -> "pd.Series[float]":
    """Return the amount of every account; unknown where a fact in it is, or where it divides by nothing.

    Parameters
    ----------
    text : str
    facts : DataFrame
        One row per account; a name that it does not have is unknown for all.
    limit : float, optional
        What the name ``limit`` stands for.

    Examples
    --------
    >>> import pandas as pd
    >>> facts = pd.DataFrame({"gross_margin": [0.04, None], "revenue_ltm": [1000.0, 1000.0]})
    >>> reckon_amount("(limit - gross_margin) * revenue_ltm", facts, 0.1).round(2).tolist()
    [60.0, nan]
    """
    import pandas as pd

    value = _reckon(read_amount(text), facts, limit)
    found = pd.Series(value, index=facts.index, dtype=float)
    return found.where(found.abs() < float("inf"))


def _is_arithmetic(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return type(node.op) in _JOINS and _is_arithmetic(node.left) and _is_arithmetic(node.right)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and _is_arithmetic(node.operand)
    is_number = isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return is_number or isinstance(node, ast.Name)


def _reckon(node: ast.expr, facts: "pd.DataFrame", limit: float | None) -> Any:
    import numpy as np

    if isinstance(node, ast.BinOp):
        with np.errstate(divide="ignore", invalid="ignore"):
            return _JOINS[type(node.op)](_reckon(node.left, facts, limit), _reckon(node.right, facts, limit))
    if isinstance(node, ast.UnaryOp):
        return -_reckon(node.operand, facts, limit)
    if isinstance(node, ast.Constant):
        return np.float64(str(node.value))
    assert isinstance(node, ast.Name)
    if node.id == "limit" and limit is not None:
        return np.float64(limit)
    return facts[node.id].to_numpy(dtype=float) if node.id in facts else np.full(len(facts), np.nan)

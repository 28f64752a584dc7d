"""Why an indicator is unknown for every account: its tables, columns or dates are not there."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators.catalogue import INDICATORS, Indicator
from kamnb.indicators.queries import find_empty, keep_results, measured

if TYPE_CHECKING:
    import duckdb


@answer_once
def explain_absences(portfolio: Portfolio) -> dict[str, str]:
    """Say of each indicator that is unknown for all accounts why it is.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    dict of indicator name to reason
        In the order of `INDICATORS`; those that are known for some account are not in it.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> explain_absences(open_portfolio(data_folder() / "sample"))
    {}
    """
    return find_absences(portfolio, *INDICATORS)


def find_absences(portfolio: Portfolio, *names: str) -> dict[str, str]:
    """Do what `explain_absences` does, of some indicators."""
    asked = {name: each for name, each in INDICATORS.items() if name in names}
    needed = {one.split(".")[0] for each in asked.values() for need in each.needs for one in need.split(" or ")}
    given = sorted(name for name in needed if portfolio.has(name))
    with measured(portfolio, further=["coverage"], tables=given) as connection:
        empty = find_empty(connection, given)
        gaps = _find_gaps(portfolio, connection) if portfolio.has("invoices") and "invoices" not in empty else {}
    reasons = {name: _lacks(portfolio, empty, each) or gaps.get(each.covers, "") for name, each in asked.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def _lacks(portfolio: Portfolio, empty: set[str], indicator: Indicator) -> str:
    missing = (_miss(portfolio, empty, need) for need in indicator.needs)
    return next((reason for reason in missing if reason), "")


def _miss(portfolio: Portfolio, empty: set[str], need: str) -> str:
    reasons = [_miss_one(portfolio, empty, *one.split(".")) for one in need.split(" or ")]
    return " and ".join(reasons) if all(reasons) else ""


def _miss_one(portfolio: Portfolio, empty: set[str], table: str, *columns: str) -> str:
    if not portfolio.has(table):
        return f"no {table} table"
    if table in empty:
        return f"no row in {table} by {portfolio.as_of}"
    return "" if portfolio.has(table, *columns) else f"no {columns[0]} in {table}"


def _find_gaps(portfolio: Portfolio, connection: "duckdb.DuckDBPyConnection") -> dict[str, str]:
    keep_results(connection, "coverage")
    windows = connection.execute("FROM measured.coverage").fetchall()
    return {
        covers: f"invoices reach from {first} to {last}, not over {covers} ({start} to {portfolio.as_of})"
        for covers, start, first, last, is_covered in windows
        if not is_covered
    }

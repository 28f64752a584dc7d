"""What an account buys from month to month, and by how much its own months swing."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators.queries import keep_results, measured, read_query

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_MONTHS = 36
_MOST = 99.0
"""What a shortfall is at most: months that never swing make every one of them boundless."""


@dataclass(frozen=True)
class Trends:
    """Months and pauses of every account.

    Attributes
    ----------
    revenue, days : DataFrame
        One row per account, one column per rolling month, 0 the last one, 35 the first; days are order days.
    pauses : DataFrame
        ``pauses`` between order days, the longest and their mean, and ``days_since`` the last.
    years : int
        Over how many years before the last twelve months the dates of the invoices reach: 0, 1 or 2.
    """

    revenue: "pd.DataFrame"
    days: "pd.DataFrame"
    pauses: "pd.DataFrame"
    years: int


@answer_once
def trace_trends(portfolio: Portfolio, index: "pd.Index[str]") -> Trends:
    """Read the months and pauses of the accounts of `index`; months without an invoice are 0.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> trace_trends(open_portfolio(data_folder() / "sample"), pd.Index(["0010417"])).years
    2
    """
    with measured(portfolio, further=["trends", "pauses", "coverage"]) as connection:
        keep_results(connection, "calendar", "days")
        months = connection.execute(read_query("trends")).df()
        pauses = connection.execute(read_query("pauses")).df().set_index("account_id")
        years = _count_years(connection)
    wide = {
        name: months.pivot(index="account_id", columns="month", values=name)
        .reindex(index=index, columns=range(_MONTHS))
        .fillna(0.0)
        for name in ("revenue", "days")
    }
    return Trends(wide["revenue"], wide["days"], pauses.reindex(index), years)


def _count_years(connection: "duckdb.DuckDBPyConnection") -> int:
    keep_results(connection, "coverage")
    covered = {row[0]: bool(row[-1]) for row in connection.execute("FROM measured.coverage").fetchall()}
    return covered["two years"] + (covered["two years"] and covered["three years"])


def weigh_shortfall(now: "NDArray[np.float64]", before: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return by how many of its own swings each account is above (below 0: under) what it was.

    Each month is set against the same month before, so that seasons cancel; the swing is how much these differences scatter.
    It is the paired t of the twelve months: their mean difference over its standard error.

    Parameters
    ----------
    now, before : array
        One row per account, one column per month.

    Returns
    -------
    array

    Examples
    --------
    >>> import numpy as np
    >>> weigh_shortfall(np.array([[1.0, 3.0, 1.0, 3.0]]), np.array([[3.0, 3.0, 3.0, 3.0]])).round(2).tolist()
    [-1.73]
    """
    import numpy as np

    differences = now - before
    mean, months = differences.mean(axis=1), differences.shape[1]
    error = differences.std(axis=1, ddof=1) / months**0.5
    steady = error <= 1e-9 * (1 + np.abs(before).mean(axis=1))
    swings = np.divide(mean, error, out=np.zeros_like(mean), where=~steady)
    found: NDArray[np.float64] = np.where(steady, np.sign(np.round(mean, 6)) * _MOST, swings.clip(-_MOST, _MOST))
    return found

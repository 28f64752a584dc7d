"""The queries in ``sql``, asked of a portfolio as of its day."""

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import tables_in

if TYPE_CHECKING:
    import pandas as pd


def read_query(name: str) -> str:
    """Return the text of ``sql/<name>.sql``."""
    return files("kamnb.planning").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def fetch_query(
    portfolio: Portfolio, name: str, values: dict[str, Any] | None = None, accounts: "pd.Index[str] | None" = None
) -> "pd.DataFrame":
    """Return what ``sql/<name>.sql`` finds.

    Parameters
    ----------
    portfolio : Portfolio
    name : str
    values : dict, optional
        What stands for each ``$name`` of the query.
    accounts : Index, optional
        The accounts, which the query reads as ``portfolio``.
    """
    query = read_query(name)
    with portfolio.connect(*tables_in(query)) as connection:
        if accounts is not None:
            connection.register("portfolio", accounts.to_frame(index=False))
        frame: pd.DataFrame = connection.execute(query, values or {}).df()
        connection.unregister("portfolio")
        return frame

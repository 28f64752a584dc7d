"""The hours that accounts need and that managers have."""

from typing import TYPE_CHECKING, get_args

from kamnb.data.portfolio import Portfolio
from kamnb.planning.programme.settings import Loads, ProgrammeSettings
from kamnb.scoring.stages import StageName

if TYPE_CHECKING:
    import pandas as pd


def measure_need(accounts: "pd.DataFrame", loads: Loads) -> "pd.Series[int]":
    """Return the hours a year that every account needs of its manager.

    Parameters
    ----------
    accounts : DataFrame
        One row per account: ``line_of_business``, ``placed`` (a quadrant) and ``stage`` (1 to 5); each may be unknown.
    loads : Loads

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.programme.settings import ProgrammeSettings
    >>> accounts = pd.DataFrame({"line_of_business": None, "placed": ["star", None], "stage": [3.0, None]})
    >>> measure_need(accounts, ProgrammeSettings.load().loads).tolist()
    [240, 16]
    """
    import pandas as pd

    sets: dict[tuple[str, str, str], int] = {
        (name, place, stage): hours
        for name, rows in loads.sets.items()
        for place, row in rows.items()
        for stage, hours in row.items()
    }
    names = dict(enumerate(get_args(StageName), 1))
    chosen = [loads.by_line_of_business.get(str(line), loads.default) for line in accounts["line_of_business"]]
    places = [place if isinstance(place, str) else "not_placed" for place in accounts["placed"]]
    stages = [names.get(stage, "unknown") for stage in accounts["stage"]]
    return pd.Series([sets[key] for key in zip(chosen, places, stages, strict=True)], index=accounts.index, dtype=int)


def list_managers(portfolio: Portfolio, accounts: "pd.DataFrame", settings: ProgrammeSettings) -> "pd.DataFrame":
    """Return every manager, those too that only accounts name, with the hours left for accounts.

    Parameters
    ----------
    portfolio : Portfolio
    accounts : DataFrame
        One row per account: ``account_manager``.
    settings : ProgrammeSettings

    Returns
    -------
    DataFrame
        Indexed by ``manager_id``, in order: ``name`` (the id where there is none), ``region``, ``capacity_hours`` a year
        and ``net_hours``, what coordination leaves of them, in whole hours; unknown is NaN.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.indicators import list_accounts
    >>> from kamnb.places import data_folder
    >>> from kamnb.planning.programme.settings import ProgrammeSettings
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> list_managers(portfolio, list_accounts(portfolio), ProgrammeSettings.load())["net_hours"].tolist()
    [1072.0, 1072.0, 858.0, 1072.0, 1072.0]
    """
    import numpy as np

    managers = portfolio.read("managers").drop_duplicates("manager_id").set_index("manager_id")
    ids = sorted({*managers.index.astype(str), *accounts["account_manager"].dropna().astype(str)})
    found = managers[["name", "region", "capacity_hours"]].reindex(ids).rename_axis("manager_id")
    found["name"] = found["name"].astype(object).where(found["name"].notna(), found.index)
    found["capacity_hours"] = found["capacity_hours"].astype(float)
    net = found["capacity_hours"] * (1 - settings.capacity.coordination)
    return found.assign(net_hours=np.floor(net.round(6)))

"""The programme as a whole: hours needed, had and spent, what to move, who looks after whom."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.planning.effort import compare_effort
from kamnb.planning.programme.assignment import Assigned, assign_accounts
from kamnb.planning.programme.desk import Desk
from kamnb.planning.programme.load import list_managers, measure_need
from kamnb.planning.programme.maturity import assess_maturity, list_unknown_dimensions
from kamnb.planning.programme.moves import judge_effort, move_hours
from kamnb.planning.programme.price import price_hours
from kamnb.planning.programme.settings import ProgrammeSettings

if TYPE_CHECKING:
    import pandas as pd

MET = "hours of interactions"
"""The source of effort that is part of the effort only."""


@dataclass(frozen=True)
class Programme:
    """What the programme asks for and has; what takes long to find is found when it is asked for.

    Attributes
    ----------
    settings : ProgrammeSettings
    accounts : DataFrame
        One row per account: ``placed``, ``stage``, ``manager``, ``region``, ``revenue``, ``size`` (accessible spend, else
        revenue; money a year), ``needed`` and ``spent`` (hours a year), ``gap``, ``state``.
    managers : DataFrame
        By manager: ``name``, ``region``, ``capacity_hours``, ``net_hours``; ``accounts``, ``needed`` and ``spent`` hours of
        the accounts looked after now.
    sources : tuple of str
        Where the hours spent are from.
    scale : float
        Factor on hours of interactions, which are part of the effort only, so that all hours spent are all hours needed; 1
        where effort was stated.
    maturity : DataFrame
        As `assess_maturity` returns it.
    unknown_dimensions : tuple of str
        Dimensions that were assessed and are not described.
    """

    settings: ProgrammeSettings
    accounts: "pd.DataFrame"
    managers: "pd.DataFrame"
    sources: tuple[str, ...]
    scale: float
    maturity: "pd.DataFrame"
    unknown_dimensions: tuple[str, ...]

    @cached_property
    def moves(self) -> "pd.DataFrame":
        """Which hours to move from which accounts to which."""
        return move_hours(self.accounts, self.managers, self.settings.effort)

    @cached_property
    def quadrants(self) -> "pd.DataFrame":
        """Hours needed and spent by quadrant, with shares, over accounts of which both are known."""
        both = self.accounts[self.accounts["spent"].notna()]
        needed = both.groupby("placed")["needed"].sum()
        shares = compare_effort(both["spent"], both["revenue"].fillna(0.0), both["placed"])
        found = shares.assign(needed=needed, needed_share=needed / needed.sum())
        return found.rename(columns={"hours": "spent", "effort_share": "spent_share"})

    @cached_property
    def assigned(self) -> Assigned:
        """Who is to look after which account."""
        return assign_accounts(self.desk.accounts, self.managers, self.settings.assignment.node_limit)

    @cached_property
    def prices(self) -> "pd.DataFrame":
        """What one more hour of every manager would cover, and what depends on it."""
        return price_hours(self.desk, self.accounts["size"])

    @property
    def desk(self) -> Desk:
        """Accounts and managers as the search for an assignment sees them."""
        return Desk(self.accounts[["needed", "manager", "region"]], self.managers)


def compose_programme(
    portfolio: Portfolio, accounts: "pd.DataFrame", effort: "pd.DataFrame", settings: ProgrammeSettings
) -> Programme:
    """Set hours needed against hours had and spent.

    Parameters
    ----------
    portfolio : Portfolio
    accounts : DataFrame
        One row per account: ``line_of_business``, ``account_manager``, ``region``, ``placed``, ``stage``, ``revenue`` and
        ``size``; each may be unknown.
    effort : DataFrame
        As `kamnb.planning.effort.measure_effort` returns it.
    settings : ProgrammeSettings

    Returns
    -------
    Programme
    """
    rows = accounts[["placed", "stage", "region", "revenue", "size"]].assign(
        manager=accounts["account_manager"].astype(object).where(accounts["account_manager"].notna(), None),
        needed=measure_need(accounts, settings.loads),
    )
    sources = tuple(sorted(effort["effort_source"].dropna().unique()))
    spent, scale = effort["effort_hours"], 1.0
    if sources == (MET,):
        scale = float(rows.loc[spent.notna(), "needed"].sum() / spent.sum()) if spent.sum() > 0 else 1.0
    rows["spent"] = spent * scale
    rows = rows.join(judge_effort(rows, settings.effort))
    managers = list_managers(portfolio, accounts, settings)
    sums = rows.groupby("manager").agg(accounts=("needed", "size"), needed=("needed", "sum"))
    sums = sums.reindex(managers.index).fillna(0.0).assign(spent=rows.groupby("manager")["spent"].sum(min_count=1))
    sums["spent"] = sums["spent"].mask(sums["accounts"] == 0, 0.0 if sources else float("nan"))
    return Programme(
        settings,
        rows,
        managers.join(sums),
        sources,
        scale,
        assess_maturity(portfolio, settings.maturity),
        tuple(list_unknown_dimensions(portfolio, settings.maturity)),
    )

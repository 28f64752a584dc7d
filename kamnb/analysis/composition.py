"""The one composition: everything about every account, as of a day, by one scoring model."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from kamnb.analysis.ahead import score_ahead
from kamnb.analysis.history import History, trace_history
from kamnb.analysis.measuring import Measured, Scored, measure_all, measure_scores
from kamnb.analysis.method import load_method
from kamnb.analysis.parameters import require_accounts
from kamnb.data.losses import read_losses
from kamnb.data.portfolio import Portfolio, keep_open
from kamnb.errors import SettingsError
from kamnb.indicators import explain_absences, measure_ageing, measure_months, measure_offerings, receivables_source
from kamnb.planning import (
    AccountPlan,
    Changes,
    Playbook,
    Standing,
    explain_costs_to_serve,
    find_changes,
    find_findings,
    list_things,
    plan_account,
    read_plan_tables,
)
from kamnb.planning.forecast import Forecast, forecast_revenue
from kamnb.planning.programme import Programme, compose_programme
from kamnb.scoring import Criteria
from kamnb.scoring.movement import find_movement

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Analysis(Measured):
    """What notebooks, reports, the desk and the command line share: all that is measured as of its day, and what it is from.

    Attributes
    ----------
    absences : mapping of indicator name to reason
        For indicators, and cost to serve, whose tables were not given or do not reach over their window.
    months : DataFrame
        Revenue and cost by account and month.
    ageing : DataFrame
        Open receivables by age.
    offerings : DataFrame
        Revenue by account and offering.
    losses : DataFrame
        What was set aside or made unknown at the door, by table and account, as `kamnb.data.losses.read_losses` returns it.
    changes : Changes or None
        What is different from an earlier day, where one was asked for.
    """

    absences: Mapping[str, str]
    months: "pd.DataFrame"
    ageing: "pd.DataFrame"
    offerings: "pd.DataFrame"
    losses: "pd.DataFrame"
    changes: Changes | None = None

    @cached_property
    def findings(self) -> "pd.DataFrame":
        """Every account's findings, the most money first."""
        playbook = self.method.playbook
        things = list_things(self.portfolio, self.records, self.rivals, playbook)
        return find_findings(self.plan_facts, self.scores["placed"], playbook, things)

    @cached_property
    def history(self) -> History:
        """Every account at the ends of the last quarters."""
        return trace_history(self)

    @cached_property
    def forecast(self) -> Forecast:
        """Revenue of the next twelve months."""
        return forecast_revenue(self.portfolio, self.indicators.index, self.method.horizon.forecast)

    @cached_property
    def ahead(self) -> "pd.DataFrame":
        """Where accounts would stand in a year if only their sales moved, as forecast; `kamnb.analysis.ahead` has the columns."""
        return score_ahead(self, self.forecast.accounts)

    @cached_property
    def plan_tables(self) -> dict[str, "dict[str, pd.DataFrame]"]:
        """Tables of the plans that were asked for, by account: read once, and sent along with the analysis."""
        return {}

    @cached_property
    def manager_names(self) -> "pd.Series[str]":
        """The name of every account's manager, the manager's id where the name is unknown; NaN where there is none."""
        managers = self.portfolio.read("managers").drop_duplicates("manager_id").set_index("manager_id")["name"]
        ids = self.accounts["account_manager"].astype(object)
        return ids.map(managers).astype(object).fillna(ids)

    @cached_property
    def first_account(self) -> str:
        """The account that is shown where none is asked for: the largest by revenue, of equal ones the first by id.

        Raises
        ------
        SettingsError
            If there is no account.
        """
        if self.accounts.empty:
            raise SettingsError("the portfolio has no account yet; `kamnb check DATA` says which rows of the tables can be used")
        revenue = self.indicators["revenue_ltm"].reindex(self.accounts.index).astype(float).fillna(float("-inf"))
        return str(revenue.sort_index(kind="stable").sort_values(ascending=False, kind="stable").index[0])

    @cached_property
    def receivables_source(self) -> str:
        """Where open receivables are taken from: the ledger, else invoices; empty where neither tells."""
        return receivables_source(self.portfolio)

    @cached_property
    def programme(self) -> Programme:
        """The hours that accounts need against those that managers have."""
        accounts = self.accounts[["line_of_business", "account_manager", "region"]].assign(
            placed=self.scores["placed"],
            stage=self.relationship.accounts["stage_placed"],
            revenue=self.indicators["revenue_ltm"],
            size=self.selection["size"],
        )
        return compose_programme(self.portfolio, accounts, self.records.effort, self.method.programme)

    def since(self, day: date) -> "Analysis":
        """Return this analysis with what changed since `day`: the same computation as of then beside it.

        Raises
        ------
        SettingsError
            If `day` is not before the day of the analysis.
        """
        if day >= self.as_of:
            raise SettingsError(f"since {day}: must be before the day of the analysis, {self.as_of}")
        then = measure_all(self.portfolio.at(day), self.criteria, self.method)
        before, now = (Standing(each.scores, each.plan_facts) for each in (then, self))
        movement = find_movement(then.side, self.side)
        return replace(self, changes=find_changes(self.portfolio, day, before, now, movement, self.criteria))

    def plan(self, account_id: str) -> AccountPlan:
        """Return the plan of one account, of the largest one where the id is empty.

        Raises
        ------
        SettingsError
            If the portfolio has no such account.
        """
        account_id = self.first_account if account_id == "" else account_id
        self.require(account_id)
        if account_id not in self.plan_tables:
            self.plan_tables[account_id] = read_plan_tables(self.portfolio, account_id, self.method.playbook)
        return plan_account(
            self.portfolio,
            account_id,
            self.accounts,
            self.plan_facts,
            self.scores,
            self.months,
            self.findings,
            self.plan_tables[account_id],
            self.method.playbook,
            self.currency,
        )

    def require(self, account_id: str) -> None:
        """Raise a SettingsError, with the closest ids, if there is no such account, or its id is not given as text."""
        require_accounts((account_id,), self.accounts.index)


def score_portfolio(portfolio: Portfolio, criteria: Criteria) -> Scored:
    """Score and place every account, and no more: what plans need beside it takes as long again.

    Examples
    --------
    >>> from kamnb.analysis import choose_criteria
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> scored = score_portfolio(portfolio, choose_criteria(portfolio, data_folder() / "sample").criteria)
    >>> scored.scores.loc["0010417", "placed"]
    'strategic'
    """
    with keep_open():
        return measure_scores(portfolio, criteria, load_method(portfolio.own))


def analyse(portfolio: Portfolio, criteria: Criteria) -> Analysis:
    """Measure, score and place every account of a portfolio.

    Parameters
    ----------
    portfolio : Portfolio
    criteria : Criteria

    Returns
    -------
    Analysis
    """
    method = load_method(portfolio.own)
    with keep_open():
        return Analysis(
            **vars(measure_all(portfolio, criteria, method)),
            absences=explain_absences(portfolio) | _explain_service(portfolio, method.playbook),
            months=measure_months(portfolio),
            ageing=measure_ageing(portfolio),
            offerings=measure_offerings(portfolio),
            losses=read_losses(portfolio),
        )


def _explain_service(portfolio: Portfolio, playbook: Playbook) -> dict[str, str]:
    reason = explain_costs_to_serve(portfolio, playbook)
    return {"cost_to_serve_ltm": reason} if reason else {}

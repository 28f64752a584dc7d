"""The one composition: everything about every account, as of a day, by one scoring model."""

import hashlib
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kamnb.data.door import inspect_data, open_portfolio
from kamnb.data.method import Own
from kamnb.data.portfolio import Portfolio
from kamnb.data.report import DoorReport
from kamnb.data.saving import write_whole
from kamnb.data.settings import load_settings
from kamnb.errors import SettingsError
from kamnb.indicators import (
    explain_absences,
    list_accounts,
    measure_accounts,
    measure_ageing,
    measure_months,
    measure_offerings,
    receivables_source,
)
from kamnb.indicators.settings import IndicatorSettings, load_indicator_settings
from kamnb.places import settings_file
from kamnb.planning import (
    AccountPlan,
    Changes,
    Playbook,
    Records,
    Standing,
    explain_costs_to_serve,
    find_changes,
    find_findings,
    gather_records,
    load_playbook,
    measure_plans,
    plan_account,
    since_last_review,
)
from kamnb.planning.alignment import AlignmentSettings, load_alignment
from kamnb.planning.programme import Programme, ProgrammeSettings, compose_programme, load_programme
from kamnb.scoring import (
    Criteria,
    Relationship,
    Selection,
    Stages,
    apply_overrides,
    calibrate_criteria,
    contributions,
    count_failures,
    find_provisional,
    gather_facts,
    gather_relations,
    gather_rivals,
    load_criteria,
    load_selection,
    load_stages,
    relate_accounts,
    score_accounts,
    select_accounts,
)

if TYPE_CHECKING:
    import pandas as pd

SAVED = "KAMNB_ANALYSIS"
"""Environment variable: folder of an analysis that `open_analysis` takes instead of computing it anew."""


@dataclass(frozen=True)
class Method:
    """The numbers and sentences of the method, with what the workbook's own files change in them."""

    playbook: Playbook
    stages: Stages
    selection: Selection
    indicators: IndicatorSettings
    alignment: AlignmentSettings
    programme: ProgrammeSettings


def load_method(own: Own) -> Method:
    """Build every part of the method.

    Raises
    ------
    SettingsError
        With the faults of all files.
    """
    loaders = {
        "indicators": load_indicator_settings,
        "playbook": load_playbook,
        "stages": load_stages,
        "selection": load_selection,
        "alignment": load_alignment,
        "programme": load_programme,
    }
    built: dict[str, Any] = {}
    faults: list[str] = []
    for name, load in loaders.items():
        try:
            built[name] = load(own)
        except SettingsError as error:
            faults += error.faults
    if faults:
        raise SettingsError(faults, "nothing was computed")
    return Method(**built)


@dataclass(frozen=True)
class Analysis:
    """What notebooks, reports, the desk and the command line share.

    Attributes
    ----------
    portfolio : Portfolio
    criteria : Criteria
    method : Method
        The numbers and sentences of the method.
    accounts : DataFrame
        Master data, one row per account, indexed by ``account_id`` as all frames here are.
    indicators : DataFrame
        One column per indicator; NaN is unknown.
    absences : mapping of indicator name to reason
        For indicators, and cost to serve, whose tables were not given or do not reach over their window.
    facts : DataFrame
        The value that each criterion scores.
    scores : DataFrame
        Scores in points, quadrant of the model, place after overrides, reason where not placed.
    contributions : DataFrame
        Points that each criterion adds to the score of its axis.
    relationship : Relationship
        Stage, potential and what stands beside them.
    selection : DataFrame
        Which accounts are key accounts, by which rule not.
    records : Records
        The things recorded of all accounts.
    plan_facts : DataFrame
        Every fact about every account, indicators too: what findings are found in.
    plan_parts : DataFrame
        How far each part of every plan is there.
    months : DataFrame
        Revenue and cost by account and month.
    ageing : DataFrame
        Open receivables by age.
    offerings : DataFrame
        Revenue by account and offering.
    provisional : tuple of str
        Accounts that only their own manager rated.
    changes : Changes or None
        What is different from an earlier day, where one was asked for.
    """

    portfolio: Portfolio
    criteria: Criteria
    method: Method
    accounts: "pd.DataFrame"
    indicators: "pd.DataFrame"
    absences: Mapping[str, str]
    facts: "pd.DataFrame"
    scores: "pd.DataFrame"
    contributions: "pd.DataFrame"
    relationship: Relationship
    selection: "pd.DataFrame"
    records: Records
    plan_facts: "pd.DataFrame"
    plan_parts: "pd.DataFrame"
    months: "pd.DataFrame"
    ageing: "pd.DataFrame"
    offerings: "pd.DataFrame"
    provisional: tuple[str, ...]
    changes: Changes | None = None

    @property
    def as_of(self) -> date:
        """The day of the analysis."""
        return self.portfolio.as_of

    @property
    def currency(self) -> str:
        """The reporting currency; empty where the data name none."""
        return self.portfolio.currency

    @cached_property
    def findings(self) -> "pd.DataFrame":
        """Every account's findings, most urgent first."""
        return find_findings(self.plan_facts, self.scores["placed"], self.method.playbook)

    @cached_property
    def names(self) -> "pd.Series[str]":
        """The name of every account, its id where the name is unknown."""
        return self.accounts["name"].fillna(self.accounts.index.to_series()).astype(str)

    @cached_property
    def manager_names(self) -> "pd.Series[str]":
        """The name of every account's manager, the manager's id where the name is unknown; NaN where there is none."""
        managers = self.portfolio.read("managers").drop_duplicates("manager_id").set_index("manager_id")["name"]
        ids = self.accounts["account_manager"].astype(object)
        return ids.map(managers).astype(object).fillna(ids)

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
        then = _measure_all(self.portfolio.at(day), self.criteria, self.method)
        before, now = (Standing(each.scores, each.contributions, each.plan_facts) for each in (then, self))
        return replace(self, changes=find_changes(self.portfolio, day, before, now))

    def plan(self, account_id: str) -> AccountPlan:
        """Return the plan of one account.

        Raises
        ------
        SettingsError
            If the portfolio has no such account.
        """
        self.require(account_id)
        return plan_account(
            self.portfolio,
            account_id,
            self.accounts,
            self.plan_facts,
            self.scores,
            self.months,
            self.findings,
            self.method.playbook,
        )

    def require(self, account_id: str) -> None:
        """Raise a SettingsError, with the closest ids, if there is no such account."""
        if account_id not in self.accounts.index:
            from difflib import get_close_matches

            close = get_close_matches(account_id, list(self.accounts.index), n=3, cutoff=0.5)
            hint = f"; close are {', '.join(close)}" if close else ""
            raise SettingsError(f'account "{account_id}" is not among the {len(self.accounts):,} accounts{hint}')

    def save(self, folder: Path, asked: tuple[str, ...]) -> Path:
        """Save the analysis to `folder`, for notebooks that ask with the same words."""
        return write_whole(folder / f"{_asked_key(asked)}.analysis", pickle.dumps(self))


@dataclass(frozen=True)
class ChosenCriteria:
    """A scoring model and where it is from; ``text`` is empty unless it was calibrated just now."""

    criteria: Criteria
    source: str
    text: str = ""

    def save(self, folder: Path) -> str:
        """Save a model that was calibrated just now to `folder`; return the sentence that says what was taken."""
        if not self.text:
            return f"scoring model: {self.source}"
        target = folder / "criteria.toml"
        if target.exists() and target.read_text(encoding="utf-8") != self.text:
            target = folder / "criteria.calibrated.toml"
        write_whole(target, self.text)
        return f"scoring model: {self.source}, saved as {target}"


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
    return Analysis(
        portfolio=portfolio,
        criteria=criteria,
        method=method,
        **_measure_all(portfolio, criteria, method)._asdict(),
        absences=explain_absences(portfolio) | _explain_service(portfolio, method.playbook),
        months=measure_months(portfolio),
        ageing=measure_ageing(portfolio),
        offerings=measure_offerings(portfolio),
        provisional=tuple(find_provisional(portfolio)),
    )


class _Measured(NamedTuple):
    """What is measured alike as of any day; the attributes of an Analysis of these names."""

    accounts: "pd.DataFrame"
    indicators: "pd.DataFrame"
    facts: "pd.DataFrame"
    scores: "pd.DataFrame"
    contributions: "pd.DataFrame"
    relationship: Relationship
    selection: "pd.DataFrame"
    records: Records
    plan_facts: "pd.DataFrame"
    plan_parts: "pd.DataFrame"


def _measure_all(portfolio: Portfolio, criteria: Criteria, method: Method) -> _Measured:
    accounts, indicators = list_accounts(portfolio), measure_accounts(portfolio)
    relationship = relate_accounts(portfolio, accounts, indicators, criteria, method.stages)
    facts, rivals = gather_facts(portfolio, indicators, criteria), gather_rivals(portfolio, criteria)
    scores = score_accounts(facts, criteria, rivals, relationship.accounts)
    records = gather_records(portfolio, accounts, indicators, method.playbook)
    selection = select_accounts(portfolio, accounts, indicators, scores, method.selection)
    relations = gather_relations(relationship.accounts, scores, criteria, method.stages).join(count_failures(selection))
    plan_facts, plan_parts = measure_plans(portfolio, indicators, relations, records, method.playbook)
    return _Measured(
        accounts=accounts,
        indicators=indicators,
        facts=facts,
        scores=apply_overrides(scores, portfolio.read("overrides"), portfolio.as_of),
        contributions=contributions(facts, criteria, rivals),
        relationship=relationship,
        selection=selection,
        records=records,
        plan_facts=plan_facts,
        plan_parts=plan_parts,
    )


def _explain_service(portfolio: Portfolio, playbook: Playbook) -> dict[str, str]:
    reason = explain_costs_to_serve(portfolio, playbook)
    return {"cost_to_serve_ltm": reason} if reason else {}


def choose_criteria(portfolio: Portfolio, data: str | Path, criteria_file: str | Path | None = None) -> ChosenCriteria:
    """Return the model asked for, else that of kamnb.toml, else DATA/criteria.toml, else one calibrated on the portfolio.

    Raises
    ------
    SettingsError
        If the model's file is not there or not right.
    """
    settings = load_settings(data)
    beside = settings.home / "criteria.toml"
    path = Path(criteria_file) if criteria_file else settings.criteria or (beside if beside.exists() else None)
    if path:
        if not path.is_file():
            raise SettingsError(f"{path}: no such file; it is named as the scoring model")
        return ChosenCriteria(load_criteria(path), str(path))
    text = calibrate_model(portfolio)
    return ChosenCriteria(Criteria.from_toml(text), "the packaged default, its money anchors calibrated on this portfolio", text)


def calibrate_model(portfolio: Portfolio) -> str:
    """Return the TOML of the packaged model with money anchors that fit this portfolio."""
    return calibrate_criteria(measure_accounts(portfolio), settings_file("criteria.toml"))


def open_analysis(data_dir: str, as_of: str = "", criteria_file: str = "", since: str = "") -> Analysis:
    """Read a workbook's tables and analyse them: what every notebook begins with.

    Parameters
    ----------
    data_dir : str
        A folder with tables, or a ``kamnb.toml``.
    as_of : str
        Day of the analysis as YYYY-MM-DD; empty for that of kamnb.toml or the last invoice.
    criteria_file : str
        The scoring model; empty for that of the workbook.
    since : str
        An earlier day, YYYY-MM-DD, to say what changed; ``last review`` for the day of the last decisions; empty for none.

    Returns
    -------
    Analysis

    Examples
    --------
    >>> from kamnb.places import data_folder
    >>> len(open_analysis(str(data_folder() / "sample")).accounts) > 0
    True
    """
    asked = (data_dir, as_of, criteria_file, since)
    if SAVED in os.environ and (found := load_analysis(Path(os.environ[SAVED]), asked)):
        return found
    portfolio = open_portfolio(data_dir, as_of=read_day(as_of))
    return compare_with(analyse(portfolio, choose_criteria(portfolio, data_dir, criteria_file or None).criteria), since)


def keep_analysis(analysis: Analysis, folder: Path, asked: tuple[str, ...]) -> None:
    """Keep an analysis saved to `folder` for the next `open_analysis` of this process, or of one forked from it."""
    _kept[folder, asked] = analysis


_kept: dict[tuple[Path, tuple[str, ...]], Analysis] = {}


def load_analysis(folder: Path, asked: tuple[str, ...]) -> Analysis | None:
    """Return the analysis saved to `folder` for these words, None if there is none; one that was kept is returned once."""
    kept, saved = _kept.pop((folder, asked), None), folder / f"{_asked_key(asked)}.analysis"
    if kept is not None or not saved.is_file():
        return kept
    analysis: Analysis = pickle.loads(saved.read_bytes())
    return analysis


LAST_REVIEW = "last review"
"""Stands for the day of the last decisions, wherever an earlier day may be given."""


def compare_with(analysis: Analysis, since: str) -> Analysis:
    """Return the analysis with what changed since a day; as it is where none is asked for, or no review is recorded.

    Raises
    ------
    SettingsError
        If `since` is neither a day before that of the analysis nor ``last review``.
    """
    if since == LAST_REVIEW:
        day = since_last_review(analysis.portfolio)
    else:
        day = read_day(since, f'since "{since}" is neither a day, as YYYY-MM-DD, nor "{LAST_REVIEW}"')
    return analysis.since(day) if day else analysis


def check_workbook(data_dir: str, as_of: str = "", root: str | None = None, set_aside: str | None = None) -> DoorReport:
    """Read a workbook's tables and its settings of the method, and return what the door says, faults included.

    Parameters
    ----------
    data_dir, as_of : str
        As for `open_analysis`.
    root, set_aside : str, optional
        As for `kamnb.data.door.open_portfolio`.
    """
    report, portfolio = inspect_data(data_dir, root=root, as_of=read_day(as_of), set_aside=set_aside)
    try:
        load_method(portfolio.own if portfolio else {})
    except SettingsError as error:
        return replace(report, faults=(*report.faults, *error.faults))
    return report


def _asked_key(asked: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16]


def read_day(text: str, fault: str = "") -> date | None:
    """Return the day that a parameter names, None where it is empty; raise a SettingsError, saying `fault`, where it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsError(fault or f'as_of "{text}" is not a day; write it as YYYY-MM-DD') from None

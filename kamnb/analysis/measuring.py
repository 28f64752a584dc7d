"""What is measured of every account alike as of any day."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from kamnb.analysis.method import Method
from kamnb.data.currency import Currency, choose_unit
from kamnb.data.portfolio import Portfolio
from kamnb.indicators import list_accounts, measure_accounts
from kamnb.planning import Records, gather_records, measure_plans
from kamnb.scoring import (
    Criteria,
    Relationship,
    add_caveats,
    apply_overrides,
    compare_rivals,
    contributions,
    count_failures,
    count_rivals,
    find_provisional,
    find_stages,
    gather_facts,
    gather_relations,
    gather_rivals,
    relate_accounts,
    score_accounts,
    select_accounts,
)
from kamnb.scoring.confidence import Confidence, measure_confidence, read_ratings
from kamnb.scoring.movement import Side

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Scored:
    """Every account scored and placed by one model as of a day, and how sure that is: what ``scores.csv`` shows.

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
    facts : DataFrame
        The value that each criterion scores.
    ratings : DataFrame
        The latest rating of each rater, a row each.
    scores : DataFrame
        Scores in points, quadrant of the model, place after overrides, reason where not placed, caveat.
    provisional : tuple of str
        Accounts that only their own manager rated.
    contributions : DataFrame
        Points that each criterion adds to the score of its axis.
    relationship : Relationship
        Stage, potential and what stands beside them.
    selection : DataFrame
        Which accounts are key accounts, by which rule not.
    """

    portfolio: Portfolio
    criteria: Criteria
    method: Method
    accounts: "pd.DataFrame"
    indicators: "pd.DataFrame"
    facts: "pd.DataFrame"
    ratings: "pd.DataFrame"
    scores: "pd.DataFrame"
    provisional: tuple[str, ...]
    contributions: "pd.DataFrame"
    relationship: Relationship
    selection: "pd.DataFrame"

    @property
    def as_of(self) -> date:
        """The day of the analysis."""
        return self.portfolio.as_of

    @cached_property
    def currency(self) -> Currency:
        """The reporting currency, empty where the data name none; its unit is by the largest account, for all pages the same."""
        known = (self.indicators[name].max() for name in ("revenue_ltm", "open_pipeline", "accessible_spend"))
        return Currency(self.portfolio.currency, choose_unit(next((float(most) for most in known if most > 0), float("nan"))))

    @cached_property
    def names(self) -> "pd.Series[str]":
        """The name of every account, its id where the name is unknown."""
        return self.accounts["name"].fillna(self.accounts.index.to_series()).astype(str)

    @property
    def side(self) -> Side:
        """What of the analysis another day, or another model, is held against."""
        known = self.relationship
        return Side(self.portfolio, self.criteria, self.indicators, self.facts, self.scores, known.accounts, known.tests)

    @cached_property
    def confidence(self) -> Confidence:
        """How sure every account's place is."""
        return measure_confidence(
            self.facts,
            self.scores,
            self.criteria,
            self.method.confidence,
            self.ratings,
            gather_rivals(self.portfolio, self.criteria) if self.criteria.strength_mode == "relative" else None,
            self.indicators,
        )


@dataclass(frozen=True)
class Measured(Scored):
    """What is measured alike as of any day.

    Attributes
    ----------
    records : Records
        The things recorded of all accounts.
    rivals : DataFrame
        On how many factors each competitor is ahead of us, as `kamnb.scoring.compare_rivals` returns it.
    plan_facts : DataFrame
        Every fact about every account, indicators too: what findings are found in.
    plan_parts : DataFrame
        How far each part of every plan is there.
    """

    records: Records
    rivals: "pd.DataFrame"
    plan_facts: "pd.DataFrame"
    plan_parts: "pd.DataFrame"


def measure_scores(portfolio: Portfolio, criteria: Criteria, method: Method) -> Scored:
    """Score and place every account of a portfolio, as of its day: the half of `measure_all` that plans are not part of."""
    accounts, indicators = list_accounts(portfolio), measure_accounts(portfolio)
    relationship = relate_accounts(portfolio, accounts, indicators, criteria, method.stages)
    provisional = tuple(find_provisional(portfolio))
    facts, rivals = gather_facts(portfolio, indicators, criteria), gather_rivals(portfolio, criteria)
    scores = score_accounts(facts, criteria, rivals, relationship.accounts)
    return Scored(
        portfolio=portfolio,
        criteria=criteria,
        method=method,
        accounts=accounts,
        indicators=indicators,
        facts=facts,
        ratings=read_ratings(portfolio),
        scores=add_caveats(apply_overrides(scores, portfolio.read("overrides"), portfolio.as_of), provisional, criteria),
        provisional=provisional,
        contributions=contributions(facts, criteria, rivals),
        relationship=relationship,
        selection=select_accounts(portfolio, accounts, indicators, scores, method.selection),
    )


def measure_side(portfolio: Portfolio, criteria: Criteria, method: Method) -> Side:
    """Score and place every account of a portfolio, as of its day, and no more: what an earlier day is looked at for.

    What else `measure_scores` finds looks two years further back, which costs as much again.
    """
    indicators = measure_accounts(portfolio)
    stages, tests = find_stages(portfolio, indicators, method.stages)
    facts = gather_facts(portfolio, indicators, criteria)
    rivals = gather_rivals(portfolio, criteria) if criteria.strength_mode == "relative" else None
    scores = score_accounts(facts, criteria, rivals, stages)
    placed = apply_overrides(scores, portfolio.read("overrides"), portfolio.as_of)
    return Side(portfolio, criteria, indicators, facts, placed, stages, tests)


def measure_all(portfolio: Portfolio, criteria: Criteria, method: Method) -> Measured:
    """Measure, score and place every account of a portfolio, as of its day."""
    scored = measure_scores(portfolio, criteria, method)
    records = gather_records(portfolio, scored.accounts, scored.indicators, method.playbook)
    compared = compare_rivals(scored.facts, gather_rivals(portfolio, criteria), criteria)
    relations = gather_relations(scored.relationship.accounts, scored.scores, criteria, method.stages)
    relations = relations.join(count_failures(scored.selection))
    relations = relations.join(count_rivals(compared, scored.indicators.index, method.playbook.rivals.least_factors))
    plan_facts, plan_parts = measure_plans(portfolio, scored.indicators, relations, records, method.playbook)
    return Measured(**vars(scored), records=records, rivals=compared, plan_facts=plan_facts, plan_parts=plan_parts)

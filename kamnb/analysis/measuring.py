"""What is measured of every account alike as of any day."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.analysis.method import Method
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
    gather_facts,
    gather_relations,
    gather_rivals,
    relate_accounts,
    score_accounts,
    select_accounts,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Measured:
    """What is measured alike as of any day.

    Attributes
    ----------
    accounts : DataFrame
        Master data, one row per account, indexed by ``account_id`` as all frames here are.
    indicators : DataFrame
        One column per indicator; NaN is unknown.
    facts : DataFrame
        The value that each criterion scores.
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
    records : Records
        The things recorded of all accounts.
    rivals : DataFrame
        On how many factors each competitor is ahead of us, as `kamnb.scoring.compare_rivals` returns it.
    plan_facts : DataFrame
        Every fact about every account, indicators too: what findings are found in.
    plan_parts : DataFrame
        How far each part of every plan is there.
    """

    accounts: "pd.DataFrame"
    indicators: "pd.DataFrame"
    facts: "pd.DataFrame"
    scores: "pd.DataFrame"
    provisional: tuple[str, ...]
    contributions: "pd.DataFrame"
    relationship: Relationship
    selection: "pd.DataFrame"
    records: Records
    rivals: "pd.DataFrame"
    plan_facts: "pd.DataFrame"
    plan_parts: "pd.DataFrame"


def measure_all(portfolio: Portfolio, criteria: Criteria, method: Method) -> Measured:
    """Measure, score and place every account of a portfolio, as of its day."""
    accounts, indicators = list_accounts(portfolio), measure_accounts(portfolio)
    relationship = relate_accounts(portfolio, accounts, indicators, criteria, method.stages)
    provisional = tuple(find_provisional(portfolio))
    facts, rivals = gather_facts(portfolio, indicators, criteria), gather_rivals(portfolio, criteria)
    scores = score_accounts(facts, criteria, rivals, relationship.accounts)
    records = gather_records(portfolio, accounts, indicators, method.playbook)
    selection = select_accounts(portfolio, accounts, indicators, scores, method.selection)
    compared = compare_rivals(facts, rivals, criteria)
    relations = gather_relations(relationship.accounts, scores, criteria, method.stages).join(count_failures(selection))
    relations = relations.join(count_rivals(compared, indicators.index, method.playbook.rivals.least_factors))
    plan_facts, plan_parts = measure_plans(portfolio, indicators, relations, records, method.playbook)
    return Measured(
        accounts=accounts,
        indicators=indicators,
        facts=facts,
        scores=add_caveats(apply_overrides(scores, portfolio.read("overrides"), portfolio.as_of), provisional, criteria),
        provisional=provisional,
        contributions=contributions(facts, criteria, rivals),
        relationship=relationship,
        selection=selection,
        records=records,
        rivals=compared,
        plan_facts=plan_facts,
        plan_parts=plan_parts,
    )

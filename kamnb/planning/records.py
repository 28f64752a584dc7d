"""What stands behind every plan: the things recorded of each account, and the facts that follow from them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.data.losses import hide_lost
from kamnb.data.portfolio import Portfolio
from kamnb.indicators import BOUGHT, find_windows
from kamnb.planning.completeness import check_parts, measure_shares, rate_plans
from kamnb.planning.customer import measure_customer
from kamnb.planning.decisions import list_decisions, measure_decisions
from kamnb.planning.effort import EFFORT_UNITS, measure_effort
from kamnb.planning.groups import list_subsidiaries, measure_groups
from kamnb.planning.needs import PLAN_MONTHS, PLAN_NEEDS
from kamnb.planning.objectives import list_objectives, measure_objectives
from kamnb.planning.outlook import measure_outlook
from kamnb.planning.people import list_pairs, list_people, measure_people
from kamnb.planning.playbook import Playbook
from kamnb.planning.profit import measure_costs_to_serve, measure_profit
from kamnb.planning.promises import measure_promises
from kamnb.planning.receivables import list_open_items, measure_payment
from kamnb.planning.schedule import measure_schedule, schedule_actions
from kamnb.planning.trends import measure_trends
from kamnb.planning.white_space import find_white_space, sum_white_space

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Records:
    """The things recorded of all accounts, a row for each, with ``account_id``.

    Attributes
    ----------
    open_items : DataFrame
        What is not paid, and when it is expected.
    costs_to_serve : DataFrame
        What serving each account cost in twelve months, by kind.
    people, pairs : DataFrame
        Every person at every customer, and who of ours was in touch with whom.
    white_space : DataFrame
        What each account buys and could buy, by offering.
    schedule : DataFrame
        Every action, and when it is expected to be done.
    objectives : DataFrame
        Every objective, and what stands behind it.
    decisions : DataFrame
        Every decision of a review meeting, and whether it was carried out.
    effort : DataFrame
        The hours of our side, and where they are from; indexed by account.
    subsidiaries : DataFrame
        The subsidiaries of every account that are accounts of their own.
    """

    open_items: "pd.DataFrame"
    costs_to_serve: "pd.DataFrame"
    people: "pd.DataFrame"
    pairs: "pd.DataFrame"
    white_space: "pd.DataFrame"
    schedule: "pd.DataFrame"
    objectives: "pd.DataFrame"
    decisions: "pd.DataFrame"
    effort: "pd.DataFrame"
    subsidiaries: "pd.DataFrame"


def gather_records(portfolio: Portfolio, accounts: "pd.DataFrame", indicators: "pd.DataFrame", playbook: Playbook) -> Records:
    """Read what is recorded of all accounts.

    Parameters
    ----------
    portfolio : Portfolio
    accounts, indicators : DataFrame
        One row per account.
    playbook : Playbook

    Returns
    -------
    Records
    """
    bought = indicators[list(BOUGHT)]
    return Records(
        open_items=list_open_items(portfolio, playbook),
        costs_to_serve=measure_costs_to_serve(portfolio),
        people=list_people(portfolio, playbook.people),
        pairs=list_pairs(portfolio),
        white_space=find_white_space(portfolio, accounts, bought, playbook.white_space),
        schedule=schedule_actions(portfolio),
        objectives=list_objectives(portfolio),
        decisions=list_decisions(portfolio),
        effort=hide_lost(portfolio, measure_effort(portfolio, bought), PLAN_NEEDS, find_windows(portfolio, PLAN_MONTHS)),
        subsidiaries=list_subsidiaries(accounts, indicators),
    )


def measure_plans(
    portfolio: Portfolio, indicators: "pd.DataFrame", relations: "pd.DataFrame", records: Records, playbook: Playbook
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """Return every fact about every account, and how far each part of its plan is there.

    Parameters
    ----------
    portfolio : Portfolio
    indicators, relations : DataFrame
        One row per account: facts that are known already.
    records : Records
    playbook : Playbook

    Returns
    -------
    facts : DataFrame
        Indexed as `indicators`, the columns of `FACT_UNITS`; NaN is unknown.
    parts : DataFrame
        As `kamnb.planning.completeness.check_parts` returns them.
    """
    import pandas as pd

    bought = indicators[list(BOUGHT)]  # no more, so that an edit of a plan has little to be measured anew
    facts = pd.concat(
        [
            indicators,
            relations,
            measure_promises(portfolio, bought, playbook),
            measure_payment(portfolio, bought, records.open_items, playbook),
            measure_trends(portfolio, bought, playbook),
            measure_profit(portfolio, bought, records.costs_to_serve, playbook),
            measure_people(portfolio, bought, records.people, records.pairs),
            measure_customer(portfolio, bought, playbook),
            sum_white_space(portfolio, records.white_space, bought),
            measure_schedule(portfolio, bought, records.schedule),
            measure_objectives(portfolio, bought, records.objectives),
            measure_decisions(portfolio, bought, records.decisions),
            measure_outlook(portfolio, bought),
            records.effort[list(EFFORT_UNITS)],
            measure_groups(records.subsidiaries, indicators),
        ],
        axis=1,
    )
    facts = hide_lost(portfolio, facts, PLAN_NEEDS, find_windows(portfolio, PLAN_MONTHS))
    facts = facts.join(measure_shares(facts))
    parts = check_parts(facts, playbook.parts)
    # One copy: a frame of a hundred pieces makes pandas warn whoever adds a column to it.
    return facts.join(rate_plans(parts, indicators)).copy(), parts

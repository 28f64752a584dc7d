"""The relationship with every account: stage by evidence, what people say of it, whether it comes apart, its potential."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.scoring.criteria import Criteria
from kamnb.scoring.declines import RESTS_ON, judge_disintegration, trace_declines
from kamnb.scoring.overrides import choose_overrides
from kamnb.scoring.stages import Stages, advise, assign_stages, level_potential, test_stages

if TYPE_CHECKING:
    import pandas as pd

STAGE_UNITS = {
    "stage": "stage",
    "stage_opinion": "stage",
    "stage_gap": "count",
    "disintegrating": "count",
    "potential": "count",
    "strength_above_stage": "count",
}
"""The unit of each fact that `relate_accounts` returns; a stage is 1 to 5, potential 1 to 3, a flag 1 or 0."""

_OPINIONS = """
    SELECT account_id, avg(score::DECIMAL(18, 9)) AS stage_opinion
    FROM (
        FROM ratings
        WHERE criterion = 'stage' AND competitor IS NULL AND rater_kind = 'account_manager' AND score BETWEEN 1 AND 5
        QUALIFY row_number() OVER (PARTITION BY account_id, member_id ORDER BY rated_on DESC, score, rater) = 1
    )
    GROUP BY account_id
"""


@dataclass(frozen=True)
class Relationship:
    """What is known of the relationship with every account.

    Attributes
    ----------
    accounts : DataFrame
        One row per account: ``stage``, ``stage_at_most`` and ``stage_reason`` as `assign_stages` gives them; ``stage_placed``
        (a person's, else the evidence's), ``stage_by``, ``stage_why`` and ``stage_note`` of overrides; ``stage_opinion`` of its
        manager and ``stage_gap`` (opinion less evidence); ``disintegrating`` (1 or 0); ``potential`` (1 low to 3 high);
        ``advice``. NaN or missing is unknown.
    tests : DataFrame
        As `test_stages` returns them.
    declines : DataFrame
        As `kamnb.scoring.declines.find_declines` returns them.
    """

    accounts: "pd.DataFrame"
    tests: "pd.DataFrame"
    declines: "pd.DataFrame"


@answer_once
def relate_accounts(
    portfolio: Portfolio, accounts: "pd.DataFrame", indicators: "pd.DataFrame", criteria: Criteria, stages: Stages
) -> Relationship:
    """Find the stage of every account, and what stands beside it.

    Parameters
    ----------
    portfolio : Portfolio
    accounts : DataFrame
        Master data, one row per account.
    indicators : DataFrame
        Indexed alike.
    criteria : Criteria
        Its ``potential`` says from what spend potential is medium and high.
    stages : Stages

    Returns
    -------
    Relationship
    """
    found, tests = find_stages(portfolio, indicators, stages)
    declines = trace_declines(portfolio, indicators[list(RESTS_ON)], stages.disintegrating)
    found = found.join(_read_opinions(portfolio))
    found["stage_gap"] = found["stage_opinion"] - found["stage"]
    found["disintegrating"] = judge_disintegration(declines, indicators.index, stages.disintegrating)
    found["potential"] = level_potential(indicators["accessible_spend"], *(criteria.potential or (None, None)))
    found["advice"] = advise(
        found["stage_placed"], found["potential"], indicators["tenure"], accounts["believes_in_partnership"], stages
    )
    return Relationship(found, tests, declines)


@answer_once
def find_stages(portfolio: Portfolio, indicators: "pd.DataFrame", stages: Stages) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """Return the stage of every account, by evidence and after overrides, and the tests behind it.

    Returns
    -------
    accounts, tests : DataFrame
        The columns of `Relationship.accounts` that begin with ``stage``, but for opinions; and `Relationship.tests`.
    """
    tests = test_stages(indicators, stages)
    found = assign_stages(indicators, tests, stages).join(_overruled(portfolio, indicators.index, stages))
    return found.assign(stage_placed=found["stage_placed"].fillna(found["stage"]).astype(float)), tests


def gather_relations(relations: "pd.DataFrame", scores: "pd.DataFrame", criteria: Criteria, stages: Stages) -> "pd.DataFrame":
    """Return the facts of the relationship, the columns of `STAGE_UNITS`: what findings are found in."""
    gap = set_strength_against_stage(scores, relations["stage"], criteria, stages)
    return relations.assign(strength_above_stage=gap)[list(STAGE_UNITS)]


def set_strength_against_stage(
    scores: "pd.DataFrame", stage: "pd.Series[float]", criteria: Criteria, stages: Stages
) -> "pd.Series[float]":
    """Return 1 where strength is high at a stage up to Tactical, -1 where it is low from Interdependent on, 0 elsewhere.

    NaN where either is unknown, or where the stage is the strength.
    """
    import pandas as pd

    strong = scores["strength"].round(9) >= criteria.cut["strength"]
    early, late = stage <= stages.stages["tactical"].level, stage >= stages.stages["interdependent"].level
    gap = pd.Series(0.0, index=scores.index).mask(strong & early, 1.0).mask(~strong & late, -1.0)
    known = scores["strength"].notna() & stage.notna() & (criteria.strength_mode != "stage")
    return gap.where(known)


def _read_opinions(portfolio: Portfolio) -> "pd.DataFrame":
    with portfolio.connect("ratings") as connection:
        found: pd.DataFrame = connection.execute(_OPINIONS).df().set_index("account_id").astype(float)
        return found


def _overruled(portfolio: Portfolio, index: "pd.Index[str]", stages: Stages) -> "pd.DataFrame":
    """Take a stage that a person states by its name or its number."""
    values = {name: each.level for name, each in stages.stages.items()} | {
        str(each.level): each.level for each in stages.stages.values()
    }
    chosen = choose_overrides(portfolio.read("overrides"), "stage", values, index, portfolio.as_of)
    return chosen.drop(columns="until").set_axis(["stage_placed", "stage_by", "stage_why", "stage_note"], axis=1)

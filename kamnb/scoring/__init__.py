"""Facts and a scoring model in; attractiveness, relationship strength and a place in the matrix out."""

from kamnb.scoring.calibration import Calibration, calibrate_criteria
from kamnb.scoring.caveats import add_caveats
from kamnb.scoring.criteria import AXES, Criteria, Criterion, load_criteria
from kamnb.scoring.facts import gather_facts, gather_rivals
from kamnb.scoring.overrides import apply_overrides
from kamnb.scoring.quadrant import QUADRANTS, assign_quadrants
from kamnb.scoring.ratings import find_provisional, rate_accounts, rate_by_kind
from kamnb.scoring.relationship import STAGE_UNITS, Relationship, find_stages, gather_relations, relate_accounts
from kamnb.scoring.rivals import RIVAL_UNITS, compare_rivals, count_rivals
from kamnb.scoring.sanity import check_model, find_short_scales
from kamnb.scoring.scorecard.check import ScorecardReport, check_scorecard
from kamnb.scoring.scores import ceilings, contributions, score_accounts
from kamnb.scoring.selection import (
    RULES,
    SELECTION_UNITS,
    VERDICTS,
    Selection,
    check_selection,
    count_failures,
    limit_rules,
    propose_size,
    select_accounts,
)
from kamnb.scoring.stages import Stages

__all__ = [
    "AXES", "QUADRANTS", "RIVAL_UNITS", "RULES", "SELECTION_UNITS", "STAGE_UNITS", "VERDICTS", "Calibration", "Criteria",
    "Criterion", "Relationship", "ScorecardReport", "Selection", "Stages", "add_caveats", "apply_overrides",
    "assign_quadrants", "calibrate_criteria", "ceilings", "check_model", "check_scorecard", "check_selection", "compare_rivals",
    "contributions", "count_failures", "count_rivals", "find_provisional", "find_short_scales", "find_stages", "gather_facts",
    "gather_relations", "gather_rivals", "limit_rules", "load_criteria", "propose_size", "rate_accounts", "rate_by_kind",
    "relate_accounts", "score_accounts", "select_accounts",
]  # fmt: skip

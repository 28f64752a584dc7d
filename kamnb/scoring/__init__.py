"""Facts and a scoring model in; attractiveness, relationship strength and a place in the matrix out."""

from kamnb.scoring.calibration import calibrate_criteria
from kamnb.scoring.criteria import AXES, Criteria, Criterion, load_criteria
from kamnb.scoring.facts import gather_facts, gather_rivals
from kamnb.scoring.overrides import apply_overrides
from kamnb.scoring.quadrant import QUADRANTS, assign_quadrants
from kamnb.scoring.ratings import find_provisional, rate_accounts, rate_by_kind
from kamnb.scoring.sanity import check_model
from kamnb.scoring.scorecard import ScorecardReport, check_scorecard
from kamnb.scoring.scores import contributions, score_accounts

__all__ = [
    "AXES", "QUADRANTS", "Criteria", "Criterion", "ScorecardReport", "apply_overrides", "assign_quadrants", "calibrate_criteria",
    "check_model", "check_scorecard", "contributions", "find_provisional", "gather_facts", "gather_rivals", "load_criteria",
    "rate_accounts", "rate_by_kind", "score_accounts",
]  # fmt: skip

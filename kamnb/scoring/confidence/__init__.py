"""How sure a place is: the share of the weightings and ratings near yours that leads to it, and what would change it."""

from kamnb.scoring.confidence.agreement import compare_raters, measure_agreement
from kamnb.scoring.confidence.confidence import Confidence, measure_confidence, share_dots
from kamnb.scoring.confidence.exact import chance_flat, chance_reached
from kamnb.scoring.confidence.flips import Flip
from kamnb.scoring.confidence.raters import measure_spreads, read_ratings
from kamnb.scoring.confidence.settings import ConfidenceSettings

__all__ = [
    "Confidence", "ConfidenceSettings", "Flip", "chance_flat", "chance_reached", "compare_raters", "measure_agreement",
    "measure_confidence", "measure_spreads", "read_ratings", "share_dots",
]  # fmt: skip

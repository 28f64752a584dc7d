"""Why a score, a place and a stage are others than before: the change is shared out over its causes, whatever comes first."""

from kamnb.scoring.movement.causes import CAUSES
from kamnb.scoring.movement.movement import Movement, find_movement
from kamnb.scoring.movement.opinions import compare_opinions
from kamnb.scoring.movement.rounding import round_parts
from kamnb.scoring.movement.shapley import find_needed, list_subsets, share_out
from kamnb.scoring.movement.sides import Side
from kamnb.scoring.movement.stages import compare_tests

__all__ = [
    "CAUSES", "Movement", "Side", "compare_opinions", "compare_tests", "find_movement", "find_needed", "list_subsets",
    "round_parts", "share_out",
]  # fmt: skip

"""The programme: the hours that accounts need against those that managers have, and how mature it is."""

from kamnb.planning.programme.assignment import Assigned, assign_accounts
from kamnb.planning.programme.composition import Programme, compose_programme
from kamnb.planning.programme.desk import Desk
from kamnb.planning.programme.load import list_managers, measure_need
from kamnb.planning.programme.maturity import assess_maturity
from kamnb.planning.programme.moves import judge_effort, move_hours
from kamnb.planning.programme.price import price_hours
from kamnb.planning.programme.settings import ProgrammeSettings

__all__ = [
    "Assigned", "Desk", "Programme", "ProgrammeSettings", "assess_maturity", "assign_accounts", "compose_programme",
    "judge_effort", "list_managers", "measure_need", "move_hours", "price_hours",
]  # fmt: skip

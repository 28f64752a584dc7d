"""KPIs for objectives: the best choice within a budget, why, how sure, and the incentives that hang on it."""

from kamnb.planning.alignment.budget_curve import BudgetCurve
from kamnb.planning.alignment.candidates import DIMENSIONS, Remark
from kamnb.planning.alignment.choice import Alignment, align_kpis, align_portfolio, read_budget, to_money
from kamnb.planning.alignment.incentives import list_incentives, list_pulls
from kamnb.planning.alignment.progress import measure_progress
from kamnb.planning.alignment.reasons import Gap, Reason
from kamnb.planning.alignment.settings import AlignmentSettings

__all__ = [
    "DIMENSIONS", "Alignment", "AlignmentSettings", "BudgetCurve", "Gap", "Reason", "Remark", "align_kpis", "align_portfolio",
    "list_incentives", "list_pulls", "measure_progress", "read_budget", "to_money",
]  # fmt: skip

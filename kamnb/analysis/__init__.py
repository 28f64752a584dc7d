"""Everything about every account, as of a day, by one scoring model: what notebooks, reports, the desk and commands share."""

from kamnb.analysis.composition import Analysis, analyse, score_portfolio
from kamnb.analysis.kept import SAVED, keep_analysis, load_analysis, save_analysis
from kamnb.analysis.measuring import Scored
from kamnb.analysis.method import Method, load_method
from kamnb.analysis.opening import (
    LAST_REVIEW,
    ChosenCriteria,
    calibrate_model,
    calibrate_size,
    check_workbook,
    choose_criteria,
    compare_with,
    open_analysis,
    open_with_model,
    read_day,
)
from kamnb.analysis.parameters import require_accounts, require_texts
from kamnb.analysis.renewal import Renewal

__all__ = [
    "LAST_REVIEW", "SAVED", "Analysis", "ChosenCriteria", "Method", "Renewal", "Scored", "analyse", "calibrate_model",
    "calibrate_size", "check_workbook", "choose_criteria", "compare_with", "keep_analysis", "load_analysis", "load_method",
    "open_analysis", "open_with_model", "read_day", "require_accounts", "require_texts", "save_analysis", "score_portfolio",
]  # fmt: skip

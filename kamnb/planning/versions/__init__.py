"""Versions of the plan: the plan tables kept as they stood, and what changed between two of them."""

from kamnb.planning.versions.comparison import compare_plans
from kamnb.planning.versions.keeping import save_plan
from kamnb.planning.versions.names import replace_name
from kamnb.planning.versions.record import FOLDER, Version, check_record, find_version, read_plan, read_versions
from kamnb.planning.versions.snapshot import PLAN_TABLES, Plan, take_plan, write_text

__all__ = [
    "FOLDER", "PLAN_TABLES", "Plan", "Version", "check_record", "compare_plans", "find_version", "read_plan", "read_versions",
    "replace_name", "save_plan", "take_plan", "write_text",
]  # fmt: skip
